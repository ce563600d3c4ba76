//! Measures the comparison on a labelled set of pairs: `eval_names FILE [--level one-name|name-alone] [--half 0|1] [--misses N] [--brief] [--fast] [--threshold T] [--set FEATURE=WEIGHT] [--explain ROW]`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example's answer goes to standard output")]

use std::path::Path;
use std::process::ExitCode;

use tw_screening::eval::{Level, Options, read, run};
use tw_screening::{Party, explain};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let mut options = Options::default();
    let mut files = Vec::new();
    let mut brief = false;
    let mut row = None;
    while let Some(arg) = args.next() {
        let mut value = || args.next().unwrap_or_default();
        match arg.as_str() {
            "--misses" => options.misses = value().parse().unwrap_or(20),
            "--half" => options.half = value().parse().ok(),
            "--threshold" => options.threshold = value().parse().unwrap_or(0.7),
            "--explain" => row = value().parse::<u64>().ok(),
            "--brief" => brief = true,
            "--floor" => options.weights.floor = value().parse().unwrap_or(0.5),
            "--most-support" => options.weights.most_support = value().parse().unwrap_or(0.25),
            "--fast" => options.resamples = 0,
            "--level" => {
                options.level = match value().as_str() {
                    "one-name" => Level::OneName,
                    "name-alone" => Level::NameAlone,
                    _ => Level::Entity,
                }
            }
            "--set" => {
                let text = value();
                let known = text.split_once('=').and_then(|(name, weight)| Some(options.weights.set(name, weight.parse().ok()?)));
                if known != Some(true) {
                    eprintln!("{text} is not FEATURE=WEIGHT");
                    return ExitCode::from(2);
                }
            }
            _ => files.push(arg),
        }
    }
    for file in files {
        let pairs = match read(Path::new(&file)) {
            Ok(pairs) => pairs,
            Err(refusal) => {
                eprintln!("{refusal}");
                return ExitCode::from(2);
            }
        };
        if let Some(row) = row {
            for pair in pairs.iter().filter(|p| p.row == row) {
                let why = explain(&Party::new(&pair.query), &Party::new(&pair.candidate), &options.weights);
                println!("{}", serde_json::to_string_pretty(&why).unwrap_or_default());
            }
            continue;
        }
        let report = run(&pairs, &options);
        let table = report.table();
        if brief {
            println!("{file}");
            table
                .lines()
                .filter(|l| l.starts_with("all") || l.starts_with("within") || l.starts_with("missed") || l.starts_with("false "))
                .for_each(|l| println!("  {l}"));
        } else {
            println!("{file}\n{table}");
        }
    }
    ExitCode::SUCCESS
}
