//! Reads the Microsoft Recognizers specs (MIT) and prints, per file, how many cases are read right, and the misses.
//!
//! usage: specs FOLDER
//!
//! A case is right if its amounts agree in value and unit, in order, with nothing missing and nothing added. Expected
//! results without a value ("dollar" alone) are no quantities and left out. In the range file a case is right if its
//! bounds agree.
#![expect(clippy::print_stdout, reason = "the figures are the point")]

use std::path::Path;

use serde_json::Value;
use tw_claims::{Op, Quantity};

const MONEY: &[(&str, &str)] = &[
    ("Dollar", "USD"),
    ("United States dollar", "USD"),
    ("Canadian dollar", "CAD"),
    ("Australian dollar", "AUD"),
    ("Japanese yen", "JPY"),
    ("Chinese yuan", "CNY"),
    ("Euro", "EUR"),
    ("Pound", "GBP"),
    ("British pound", "GBP"),
    ("Franc", "franc"),
    ("Pence", "pence"),
    ("Cent", "cent"),
    ("Costa Rican colón", "CRC"),
    ("Lao kip", "LAK"),
    ("Sen", "sen"),
    ("Rupee", "rupee"),
    ("Turkish lira", "TRY"),
    ("Bitcoin", "BTC"),
    ("Satoshi", "satoshi"),
    ("Mexican peso", "MXN"),
];

const DIMENSIONS: &[(&str, &str)] = &[
    ("Pound", "lb"),
    ("Inch", "in"),
    ("Mile", "mi"),
    ("Barrel", "bbl"),
    ("Ounce", "oz"),
    ("Foot", "ft"),
    ("Gallon", "gal"),
    ("Cubic foot", "ft3"),
    ("Square meter", "m2"),
    ("Bit", "bit"),
    ("Meter", "m"),
    ("Kilometer", "km"),
    ("Millimeter", "mm"),
    ("Metric ton", "t"),
    ("Megabyte", "MB"),
    ("Picometer", "pm"),
    ("Decimeter", "dm"),
    ("Teaspoon", "tsp"),
    ("Dram", "dram"),
    ("Meter per millisecond", "m/ms"),
    ("Centimeter per millisecond", "cm/ms"),
    ("Kilometer per millisecond", "km/ms"),
    ("Kilogram", "kg"),
    ("Microgram", "ug"),
    ("Degree", "deg"),
    ("Radian", "rad"),
    ("Turn", "turn"),
];

fn money(unit: &str) -> bool {
    let base = unit.split('/').next().unwrap_or("");
    MONEY.iter().any(|(_, u)| *u == base) || base.len() == 3 && base.chars().all(|c| c.is_ascii_uppercase())
}

fn dimension(unit: &str) -> bool {
    let base = unit.split('/').next().unwrap_or("");
    DIMENSIONS.iter().any(|(_, u)| *u == base) || ["g", "cm", "km2", "m3", "in2"].contains(&base)
}

/// Values with units that were read; rates that the specs leave out are cut off.
fn read(found: &[Quantity], keep: fn(&str) -> bool, rates: bool) -> Vec<(f64, String)> {
    let mut out = Vec::new();
    for q in found {
        let Some(unit) = q.unit.as_deref().filter(|u| keep(u)) else { continue };
        let unit = if rates && unit.ends_with("/ms") { unit } else { unit.split('/').next().unwrap_or(unit) };
        let value = if q.op == Op::Range { q.high } else { q.low.or(q.high) };
        out.push((value.unwrap_or(f64::NAN), unit.to_owned()));
    }
    out
}

fn wanted(case: &Value, table: &[(&str, &str)]) -> Vec<(f64, String)> {
    let mut out = Vec::new();
    for result in case["Results"].as_array().into_iter().flatten() {
        let Some(value) = result["Resolution"]["value"].as_str().and_then(|v| v.parse().ok()) else { continue };
        let unit = result["Resolution"]["unit"].as_str().unwrap_or("");
        out.push((value, table.iter().find(|(n, _)| *n == unit).map_or(unit, |(_, u)| u).to_owned()));
    }
    out
}

fn same(a: &[(f64, String)], b: &[(f64, String)]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x.0 - y.0).abs() <= 1e-6 * y.0.abs().max(1.0) && x.1 == y.1)
}

fn range(q: &Quantity) -> Option<String> {
    let show = |v: Option<f64>| v.map_or(String::new(), |v| v.to_string());
    match q.op {
        Op::Range => Some(format!("{} {}", show(q.low), show(q.high))),
        Op::Over | Op::AtLeast | Op::Under | Op::AtMost => {
            let strict = if matches!(q.op, Op::Over | Op::Under) { "strict" } else { "weak" };
            Some(format!("{} {} {strict}", show(q.low), show(q.high)))
        }
        Op::Equal if q.text.to_lowercase().contains("equal") => Some(format!("{} {}", show(q.low), show(q.high))),
        Op::Equal | Op::About => None,
    }
}

/// `[20,100)` as the same words.
fn expected_range(text: &str) -> String {
    let inner = text.trim_matches(['[', ']', '(', ')']);
    let (low, high) = inner.split_once(',').unwrap_or((inner, ""));
    let strict = if !low.is_empty() && text.starts_with('(') || low.is_empty() && text.ends_with(')') { "strict" } else { "weak" };
    if low.is_empty() || high.is_empty() { format!("{low} {high} {strict}") } else { format!("{low} {high}") }
}

fn report(name: &str, right: usize, total: usize, misses: &[String]) {
    println!("{name}: {right} of {total}, {:.3}", right as f64 / total.max(1) as f64);
    for miss in misses {
        println!("  {miss}");
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: specs FOLDER")?;
    let load = |name: &str| -> Result<Vec<Value>, Box<dyn std::error::Error>> {
        let path = Path::new(&folder).join(name);
        let text = std::fs::read_to_string(path)?;
        Ok(serde_json::from_str(text.trim_start_matches('\u{feff}'))?)
    };
    type Keep = fn(&str) -> bool;
    type Table<'a> = &'a [(&'a str, &'a str)];
    let amounts: [(&str, Table<'_>, Keep); 2] = [
        ("NumberWithUnit_English_CurrencyModel.json", MONEY, money),
        ("NumberWithUnit_English_DimensionModel.json", DIMENSIONS, dimension),
    ];
    for (name, table, keep) in amounts {
        let cases = load(name)?;
        let (mut right, mut misses) = (0, Vec::new());
        for case in &cases {
            let input = case["Input"].as_str().unwrap_or("");
            let got = read(&tw_claims::quantities(input), keep, true);
            let want = wanted(case, table);
            if same(&got, &want) {
                right += 1;
            } else {
                misses.push(format!("{input:?} wanted {want:?} read {got:?}"));
            }
        }
        report(name, right, cases.len(), &misses);
    }
    let name = "Number_English_NumberRangeModel.json";
    let cases = load(name)?;
    let (mut right, mut misses) = (0, Vec::new());
    for case in &cases {
        let input = case["Input"].as_str().unwrap_or("");
        let got: Vec<String> = tw_claims::quantities(input).iter().filter_map(range).collect();
        let want: Vec<String> = case["Results"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|r| r["Resolution"]["value"].as_str())
            .map(expected_range)
            .collect();
        if got == want {
            right += 1;
        } else {
            misses.push(format!("{input:?} wanted {want:?} read {got:?}"));
        }
    }
    report(name, right, cases.len(), &misses);
    Ok(())
}
