//! Precision, recall and F1 at 0.7 on the CSV sets of name pairs: `bench_pairs DIR [--misses] [--half 0|1]`.
#![expect(clippy::print_stdout, reason = "a command that prints figures")]

use std::collections::BTreeMap;
use tw_names::{Kind, Name, Rules, compare, score};

fn kind(schema: &str) -> Kind {
    match schema {
        "Person" => Kind::Person,
        "Vessel" => Kind::Vessel,
        "LegalEntity" | "Thing" => Kind::Other,
        _ => Kind::Organisation,
    }
}

#[derive(Default, Clone)]
struct Count {
    tp: u32,
    fp: u32,
    fn_: u32,
    tn: u32,
}

impl Count {
    fn line(&self) -> String {
        let (tp, fp, fn_) = (f64::from(self.tp), f64::from(self.fp), f64::from(self.fn_));
        let p = tp / (tp + fp).max(1.0);
        let r = tp / (tp + fn_).max(1.0);
        format!("P {p:.3} R {r:.3} F1 {:.3}  tp {} fp {} fn {} tn {}", 2.0 * p * r / (p + r).max(1e-9), self.tp, self.fp, self.fn_, self.tn)
    }
}

fn half(a: &str, b: &str) -> u32 {
    a.bytes().chain(b.bytes()).fold(7_u32, |h, byte| h.wrapping_mul(31).wrapping_add(u32::from(byte))) >> 7 & 1
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(folder) = arguments.first() else { return };
    let misses = arguments.iter().any(|a| a == "--misses");
    let only = arguments.iter().position(|a| a == "--half").and_then(|at| arguments.get(at + 1)).and_then(|text| text.parse::<u32>().ok());
    let rules = Rules::default();
    for file in ["nk_name_bench_cases.csv", "dprk_romanisation_seed.csv", "watchman_cross_script_pairs.csv", "within_sdn_names.csv"] {
        let Ok(mut reader) = csv::ReaderBuilder::new()
            .flexible(true)
            .comment(Some(b'#'))
            .has_headers(!file.starts_with("watchman"))
            .from_path(format!("{folder}/{file}"))
        else {
            continue;
        };
        let mut all = Count::default();
        let mut groups: BTreeMap<String, Count> = BTreeMap::new();
        for row in reader.records().flatten() {
            let field = |at: usize| row.get(at).unwrap_or("").trim();
            let (schema, a, b, same, group) = match file {
                "nk_name_bench_cases.csv" => {
                    (field(1), field(2), field(3), field(4) == "true", format!("{} {} {}", field(0), field(1), field(5)))
                }
                "watchman_cross_script_pairs.csv" => ("Person", field(0), field(1), true, String::new()),
                _ => (field(0), field(1), field(2), field(3) == "true", field(4).to_owned()),
            };
            if only.is_some_and(|only| only != half(a, b)) {
                continue;
            }
            let (x, y) = (Name::new(kind(schema), a), Name::new(kind(schema), b));
            let got = score(&x, &y, &rules);
            for count in [&mut all, groups.entry(group.clone()).or_default()] {
                match (same, got >= 0.7) {
                    (true, true) => count.tp += 1,
                    (false, true) => count.fp += 1,
                    (true, false) => count.fn_ += 1,
                    (false, false) => count.tn += 1,
                }
            }
            if misses && same != (got >= 0.7) {
                println!("{} {got:.3} [{group}] {a} | {b}", if same { "MISS " } else { "FALSE" });
                let why = compare(&x, &y, &rules);
                let parts: Vec<String> = why
                    .parts
                    .iter()
                    .map(|p| format!("{}~{} {:?} {:.2}x{:.2}", p.query, p.candidate, p.rule, p.weight, p.similarity))
                    .collect();
                println!("        {} {:?}", parts.join("; "), why.adjustments.iter().map(|a| a.why).collect::<Vec<_>>());
            }
        }
        println!("{file}: {}", all.line());
        for (group, count) in groups {
            println!("    {group:45} {}", count.line());
        }
    }
}
