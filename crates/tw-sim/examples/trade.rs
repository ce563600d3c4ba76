//! Writes a simulated world of trade, scores predictions, and shows what a naive baseline reaches:
//! `trade simulate SEED DIR [key=value …]`, `trade baseline DIR OUT`, `trade score TRUTH PRED [json]`.

#![expect(clippy::print_stdout, reason = "an example tells what it did")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use tw_sim::trade::score::{Rules, score};
use tw_sim::trade::{Options, simulate};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["simulate", seed, dir, ref rest @ ..] => {
            let summary = simulate(seed.parse()?, &options(rest)?, Path::new(dir))?;
            println!("{}", serde_json::to_string_pretty(&summary)?);
            Ok(())
        }
        ["baseline", dir, out] => baseline(Path::new(dir), Path::new(out)),
        ["score", truth, predictions, ref rest @ ..] => {
            let open = |path: &str| File::open(path).map(|file| BufReader::with_capacity(1 << 18, file));
            let report = score((open(truth)?, truth), (open(predictions)?, predictions), &Rules::default())?;
            if rest.contains(&"json") {
                println!("{}", serde_json::to_string_pretty(&report)?);
            } else {
                println!("{}", report.table());
            }
            Ok(())
        }
        _ => Err("usage: trade simulate SEED DIR [key=value …] | trade baseline DIR OUT | trade score TRUTH PRED [json]".into()),
    }
}

fn options(rest: &[&str]) -> Result<Options, Box<dyn Error>> {
    let mut options = Options::default();
    for arg in rest {
        let (key, value) = arg.split_once('=').ok_or("expected key=value")?;
        match key {
            "start" => value.clone_into(&mut options.start),
            "months" => options.months = value.parse()?,
            "countries" => options.countries = value.parse()?,
            "headings" => options.headings = value.parse()?,
            "rows" => options.rows = value.parse()?,
            "prevalence" => options.prevalence = value.parse()?,
            "twins" => options.twins = value.parse()?,
            "errors" => options.errors = value.parse()?,
            "factors" => options.factors = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "shipments" => options.shipments = value.parse()?,
            "phantoms" => options.phantoms = value.parse()?,
            other => return Err(format!("no option `{other}`").into()),
        }
    }
    Ok(options)
}

/// Exporter, importer, heading.
type Series = (String, String, String);

/// Value and mass as the exporter and the importer give them.
type Sides = [Option<(f64, f64)>; 2];

/// The naive reading: the geometric mean of what both sides say, with an interval of a factor of two, and a series is as suspect as its
/// mean log ratio is far from zero. Of shipments, it distrusts those that are seen next in another country than declared.
fn baseline(dir: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut reports: BTreeMap<Series, BTreeMap<String, Sides>> = BTreeMap::new();
    let mut rows = csv::Reader::from_path(dir.join("comtrade.csv"))?;
    let header = rows.headers()?.clone();
    let at = |name: &str| header.iter().position(|column| column == name).ok_or(format!("no column `{name}`"));
    let (sum, flow, reporter, partner) = (at("isAggregate")?, at("flowCode")?, at("reporterISO")?, at("partnerISO")?);
    let (heading, period, usd, kg) = (at("cmdCode")?, at("period")?, at("primaryValue")?, at("netWgt")?);
    for row in rows.records() {
        let row = row?;
        let side = match &row[flow] {
            "X" => 0,
            "M" => 1,
            _ => continue,
        };
        if &row[sum] == "true" || !row[partner].bytes().all(|b| b.is_ascii_uppercase()) || &row[heading] == "999999" {
            continue;
        }
        let (exporter, importer) = if side == 0 { (&row[reporter], &row[partner]) } else { (&row[partner], &row[reporter]) };
        let series = (exporter.to_owned(), importer.to_owned(), row[heading].to_owned());
        let month = format!("{}-{}", &row[period][..4], &row[period][4..]);
        let figure = (row[usd].parse()?, row[kg].parse().unwrap_or(f64::NAN));
        reports.entry(series).or_default().entry(month).or_default()[side] = Some(figure);
    }
    let mut file = BufWriter::new(File::create(out)?);
    for ((exporter, importer, heading), months) in &reports {
        let name = format!("\"exporter\":\"{exporter}\",\"importer\":\"{importer}\",\"heading\":\"{heading}\"");
        let mut ratios = Vec::new();
        for (month, sides) in months {
            let middle = |of: fn((f64, f64)) -> f64| {
                let known: Vec<f64> = sides.iter().flatten().map(|figure| of(*figure)).filter(|v| *v > 0.0).map(f64::ln).collect();
                (!known.is_empty()).then(|| (known.iter().sum::<f64>() / known.len() as f64).exp())
            };
            if let [Some(x), Some(m)] = sides {
                ratios.push((m.0 / x.0).ln());
            }
            write!(file, "{{\"kind\":\"flow\",{name},\"month\":\"{month}\"")?;
            for (key, value) in [("usd", middle(|figure| figure.0)), ("kg", middle(|figure| figure.1))] {
                if let Some(value) = value {
                    write!(file, ",\"{key}\":{{\"p5\":{},\"p50\":{value},\"p95\":{}}}", value / 2.0, value * 2.0)?;
                }
            }
            writeln!(file, "}}")?;
        }
        if !ratios.is_empty() {
            let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
            writeln!(file, "{{\"kind\":\"series\",{name},\"probability\":{}}}", 1.0 - (-mean.abs()).exp())?;
        }
    }
    let mut rows = csv::Reader::from_path(dir.join("shipments.csv"))?;
    let header = rows.headers()?.clone();
    let at = |name: &str| header.iter().position(|column| column == name).ok_or(format!("no column `{name}`"));
    let (declared, next) = (at("importer_country")?, at("next_country")?);
    for (record, row) in (1..).zip(rows.records()) {
        let row = row?;
        let score = if row[next].is_empty() { 0.5 } else { f64::from(u8::from(row[next] != row[declared])) };
        writeln!(file, "{{\"kind\":\"shipment\",\"record\":{record},\"score\":{score}}}")?;
    }
    file.flush()?;
    println!("{} series", reports.len());
    Ok(())
}
