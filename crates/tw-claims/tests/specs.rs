//! The Recognizers specifications of numbers and dates (MIT, Microsoft), which are not in the project.
//!
//! They are read from `data/claims/recognizers_specs` under `TIDEWAITER_SHARED`. Every case is of one half, by a hash of
//! its input: the grammar was mended with a view to the misses of the half "dev" only, and both halves are measured.
//!
//! What fits: a case whose expected results this grammar means to read at all. Counted apart, with the reason, are those
//! that it does not: see [`number_apart`] and [`date_apart`].
#![expect(clippy::print_stdout, reason = "the figures are the point")]

use std::path::PathBuf;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;
use tw_claims::{Op, Quantity, When, periods, quantities};

fn load(name: &str) -> Option<Vec<Value>> {
    let shared = std::env::var_os("TIDEWAITER_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let text = std::fs::read_to_string(shared.join("data/claims/recognizers_specs").join(name)).ok()?;
    let cases = serde_json::from_str(text.trim_start_matches('\u{feff}'));
    Some(cases.expect("a specification is a list of cases"))
}

/// The half of a case by FNV-1a of its input: true for "dev".
fn dev(input: &str) -> bool {
    input.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)) >> 32 & 1 == 0
}

/// Right and all of both halves, and what was counted apart.
#[derive(Default)]
struct Tally {
    halves: [(usize, usize); 2],
    apart: std::collections::BTreeMap<&'static str, (usize, usize)>,
}

impl Tally {
    fn count(&mut self, input: &str, apart: Option<&'static str>, right: bool, detail: impl Fn() -> String) {
        if let Some(reason) = apart {
            let entry = self.apart.entry(reason).or_default();
            entry.0 += usize::from(right);
            entry.1 += 1;
            return;
        }
        let half = usize::from(!dev(input));
        self.halves[half].0 += usize::from(right);
        self.halves[half].1 += 1;
        if !right && (half == 0 || std::env::var_os("SPECS_SHOW_TEST").is_some()) {
            println!("  miss: {input:?} {}", detail());
        }
    }

    fn print(&self, name: &str) -> [f64; 2] {
        let share = |(right, all): (usize, usize)| right as f64 / all.max(1) as f64;
        for (half, what) in self.halves.iter().zip(["dev", "test"]) {
            println!("{name}, {what}: {} of {}, {:.3}", half.0, half.1, share(*half));
        }
        for (reason, (right, all)) in &self.apart {
            println!("{name}, apart ({right} of {all} read right all the same): {reason}");
        }
        self.halves.map(share)
    }
}

/// Why an expected number is none that this grammar means to read.
fn number_apart(input: &str, results: &[Value]) -> Option<&'static str> {
    let low = input.to_lowercase();
    let fraction = results.iter().any(|r| r["Resolution"]["subtype"] == "fraction");
    let text = |r: &Value| r["Text"].as_str().unwrap_or("").to_lowercase();
    if low.contains("phone") || results.iter().any(|r| input.contains(&format!("{}.", text(r))) && text(r).matches('.').count() > 1) {
        return Some("an identifier (a telephone number, an address) is no quantity");
    }
    if fraction && results.iter().any(|r| !text(r).contains("half") && !text(r).contains("third") && !text(r).contains("quarter")) {
        return Some("fractions with spelled or written denominators (\"one hundred thirty fifths\", \"1/5\"): none stands in an article");
    }
    if results.iter().any(|r| text(r).starts_with(['-', '−']) || text(r).starts_with("minus") || text(r).starts_with("negative")) {
        return Some("numbers below zero: nothing that is counted here is below zero, and a dash before a number is a dash");
    }
    if results.iter().any(|r| r["Resolution"]["subtype"] == "power") {
        return Some("powers (\"1.1^23\", \"1e10\"): none stands in an article");
    }
    if results.iter().any(|r| text(r).chars().all(|c| !c.is_ascii_digit())) {
        return Some(
            "a number in words that counts nothing (\"three\", \"version two\"): words are numbers here where a unit or a counted noun follows",
        );
    }
    if results.iter().any(|r| r["Resolution"]["value"].is_null()) {
        return Some("no value is expected");
    }
    None
}

fn numbers(found: &[Quantity]) -> Vec<f64> {
    let mut out = Vec::new();
    for q in found {
        // Half, a third and the like are shares of a hundred here.
        let scale = if q.unit.as_deref() == Some("percent") && !q.text.contains(['%']) && !q.text.contains("cent") { 100.0 } else { 1.0 };
        match q.op {
            Op::Range => out.extend([q.low, q.high].into_iter().flatten().map(|v| v / scale)),
            _ => out.extend(q.low.or(q.high).map(|v| v / scale)),
        }
    }
    out
}

#[test]
fn numbers_are_read_as_the_specification_has_them() {
    let Some(cases) = load("Number_English_NumberModel.json") else {
        println!("skipped: no data/claims/recognizers_specs under TIDEWAITER_SHARED");
        return;
    };
    let mut tally = Tally::default();
    for case in &cases {
        let input = case["Input"].as_str().unwrap_or("");
        let results = case["Results"].as_array().map_or(&[][..], Vec::as_slice);
        let want: Vec<f64> = results.iter().filter_map(|r| r["Resolution"]["value"].as_str()?.parse().ok()).collect();
        let got = numbers(&quantities(input));
        // Shares are kept to a hundredth of one in a hundred.
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * b.abs().max(1e-6) || b < 1.0 && (a - b).abs() <= 5.1e-5;
        let right = got.len() == want.len() && got.iter().zip(&want).all(|(a, b)| near(*a, *b));
        tally.count(input, number_apart(input, results), right, || format!("wanted {want:?} read {got:?}"));
    }
    let shares = tally.print("numbers");
    assert!(shares[0] >= 0.55 && shares[1] >= 0.45, "{shares:?}");
}

/// Why an expected date is none that this grammar means to read.
fn date_apart(input: &str, results: &[Value], published: Option<Date>) -> Option<&'static str> {
    let kinds: Vec<&str> = results.iter().filter_map(|r| r["TypeName"].as_str()?.split('.').nth(1)).collect();
    if kinds.iter().any(|k| matches!(*k, "datetime" | "datetimerange" | "time" | "timerange" | "timezone")) {
        return Some("hours and minutes: periods are whole days");
    }
    if kinds.iter().any(|k| matches!(*k, "duration" | "set")) {
        return Some("durations and repetitions (\"two weeks\", \"every Monday\") have no place in time");
    }
    let low = input.to_lowercase();
    if ["easter", "halloween", "eid", "black friday", "christmas", "thanksgiving", "new year", "martin luther", "labor day"]
        .iter()
        .any(|d| low.contains(d))
    {
        return Some("feasts");
    }
    if ["business day", "school year", "fiscal", "fy", "cy1", "cy2", "w/c", "week 1", "week 2", "week 3", "weekend", "fortnight"]
        .iter()
        .any(|d| low.contains(d))
    {
        return Some("years and weeks of offices and schools, weekends");
    }
    let unresolved = |r: &Value| allowed(r).iter().all(|(from, to)| from.is_none() && to.is_none());
    if results.iter().any(unresolved) {
        return Some("the specification gives no date");
    }
    // "Next week", "in two days": read where a report says so, but no reading of the past is allowed.
    let ahead = |r: &Value| allowed(r).iter().all(|(from, to)| from.or(*to).is_some_and(|d| published.is_some_and(|p| d > p)));
    if !results.is_empty() && results.iter().all(ahead) && !input.chars().any(|c| c.is_ascii_digit()) {
        return Some("only the future is allowed: claims are about what has happened");
    }
    let numeric = |r: &Value| {
        let text = r["Text"].as_str().unwrap_or("");
        let parts: Vec<u32> = text.split(['/', '-', '.']).filter_map(|p| p.trim().parse().ok()).collect();
        text.chars().all(|c| !c.is_alphabetic())
            && (parts.len() == 2 && parts.iter().all(|p| *p <= 31) || parts.len() >= 3 && parts[0] <= 12 && parts[1] <= 12)
    };
    if results.iter().any(numeric)
        || low
            .split(|c: char| !c.is_ascii_digit() && c != '/')
            .any(|w| w.split('/').count() >= 2 && w.split('/').take(2).all(|p| p.parse().is_ok_and(|n: u32| n <= 12)))
    {
        return Some("numbers of which nobody can say which is the month (5/12, 10/1/2018)");
    }
    None
}

fn day(value: &Value) -> Option<Date> {
    value.as_str()?.get(..10)?.parse().ok()
}

/// First and last day, as every reading that the specification allows, the past first.
fn allowed(result: &Value) -> Vec<(Option<Date>, Option<Date>)> {
    let mut out = Vec::new();
    for value in result["Resolution"]["values"].as_array().into_iter().flatten() {
        if let Some(date) = day(&value["value"]) {
            out.push((Some(date), Some(date)));
        } else {
            out.push((day(&value["start"]), day(&value["end"]).and_then(|d| d.yesterday().ok())));
        }
    }
    out
}

#[test]
fn dates_are_read_as_the_specification_has_them() {
    let Some(cases) = load("DateTime_English_DateTimeModel.json") else {
        println!("skipped: no data/claims/recognizers_specs under TIDEWAITER_SHARED");
        return;
    };
    let mut tally = Tally::default();
    for case in &cases {
        let input = case["Input"].as_str().unwrap_or("");
        let results = case["Results"].as_array().map_or(&[][..], Vec::as_slice);
        let published = case["Context"]["ReferenceDateTime"].as_str().and_then(|d| d.get(..10)?.parse::<Date>().ok());
        let got = periods(input, published);
        let fits = |got: &When, want: &[(Option<Date>, Option<Date>)]| {
            // "Since May" ends with the day of the statement here and is open there.
            // The last unit of "August to October" is inside here and outside there.
            let inside = |to: &Option<Date>| {
                let next = to.and_then(|d| d.tomorrow().ok());
                let ends = next.map(|d| [Some(d), Some(d.last_of_month()), Some(d.last_of_year()), d.checked_add(6.days()).ok()]);
                ["to", "-", "until", "till", "through", "and"].iter().any(|w| got.text.contains(w))
                    && ends.is_some_and(|e| e.contains(&got.to))
            };
            want.iter().any(|(from, to)| got.from == *from && (got.to == *to || to.is_none() && got.asof || got.to.is_some() && inside(to)))
        };
        let want: Vec<_> = results.iter().map(allowed).collect();
        let right = got.len() == want.len() && got.iter().zip(&want).all(|(g, w)| fits(g, w));
        let show = |w: &When| {
            format!("{}..{} {:?}", w.from.map_or(String::new(), |d| d.to_string()), w.to.map_or(String::new(), |d| d.to_string()), w.text)
        };
        tally.count(input, date_apart(input, results, published), right, || {
            let want: Vec<String> = want
                .iter()
                .map(|w| {
                    w.iter()
                        .map(|(a, b)| {
                            format!("{}..{}", a.map_or(String::new(), |d| d.to_string()), b.map_or(String::new(), |d| d.to_string()))
                        })
                        .collect::<Vec<_>>()
                        .join("|")
                })
                .collect();
            format!(
                "on {} wanted {want:?} read {:?}",
                published.map_or(String::new(), |d| d.to_string()),
                got.iter().map(show).collect::<Vec<_>>()
            )
        });
    }
    let shares = tally.print("dates");
    assert!(shares[0] >= 0.45 && shares[1] >= 0.4, "{shares:?}");
}
