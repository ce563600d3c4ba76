//! Name-only figures on JSON lines of entity pairs, and alert rate and recall of a list: `bench_entities pairs FILE [--misses]`,
//! `bench_entities list LIST.csv QUERIES.csv [--show]` (columns: id, schema, name).
#![expect(clippy::print_stdout, reason = "a command that prints figures")]

use std::collections::BTreeMap;
use std::time::Instant;
use tw_names::{Kind, Name, Rules, compare, score};

fn kind(schema: &str) -> Kind {
    match schema {
        "Person" => Kind::Person,
        "Vessel" | "Airplane" => Kind::Vessel,
        "LegalEntity" | "Thing" => Kind::Other,
        _ => Kind::Organisation,
    }
}

fn names(entity: &serde_json::Value) -> Vec<Name> {
    let schema = entity["schema"].as_str().unwrap_or("");
    let properties = &entity["properties"];
    ["name", "alias", "previousName", "weakAlias"]
        .iter()
        .take(3)
        .flat_map(|key| properties[*key].as_array().into_iter().flatten())
        .filter_map(|value| value.as_str())
        .take(40)
        .map(|text| Name::new(kind(schema), text))
        .collect()
}

fn pairs(file: &str, misses: bool) -> std::io::Result<()> {
    let rules = Rules::default();
    let mut groups: BTreeMap<String, [u32; 4]> = BTreeMap::new();
    let text = std::fs::read_to_string(file)?;
    let mut compared = 0_usize;
    let mut spent = std::time::Duration::ZERO;
    for line in text.lines() {
        let Ok(pair) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let (left, right) = (names(&pair["left"]), names(&pair["right"]));
        let same = pair["judgement"] == "positive";
        let begin = Instant::now();
        let mut best = (0.0, 0, 0);
        for (i, q) in left.iter().enumerate() {
            for (j, c) in right.iter().enumerate() {
                let got = score(q, c, &rules);
                if got > best.0 {
                    best = (got, i, j);
                }
            }
        }
        spent += begin.elapsed();
        compared += left.len() * right.len();
        let hit = best.0 >= 0.7;
        let at = match (same, hit) {
            (true, true) => 0,
            (false, true) => 1,
            (true, false) => 2,
            (false, false) => 3,
        };
        let group = pair["kind"].as_str().unwrap_or("").to_owned();
        for group in ["all".to_owned(), group] {
            groups.entry(group).or_default()[at] += 1;
        }
        if misses && same != hit && !left.is_empty() && !right.is_empty() {
            println!("{} {:.3} {} | {}", if same { "MISS " } else { "FALSE" }, best.0, left[best.1].text(), right[best.2].text());
            let why = compare(&left[best.1], &right[best.2], &rules);
            let parts: Vec<String> =
                why.parts.iter().map(|p| format!("{}~{} {:?} {:.2}x{:.2}", p.query, p.candidate, p.rule, p.weight, p.similarity)).collect();
            println!("        {} {:?}", parts.join("; "), why.adjustments.iter().map(|a| a.why).collect::<Vec<_>>());
        }
    }
    for (group, [tp, fp, miss, tn]) in groups {
        let (p, r) = (f64::from(tp) / f64::from((tp + fp).max(1)), f64::from(tp) / f64::from((tp + miss).max(1)));
        println!(
            "{group:45} P {p:.3} R {r:.3} F1 {:.3}  tp {tp} fp {fp} fn {miss} tn {tn}  false share {:.3}",
            2.0 * p * r / (p + r).max(1e-9),
            f64::from(fp) / f64::from((fp + tn).max(1))
        );
    }
    println!("{compared} name pairs, {:.0} ns each", spent.as_nanos() as f64 / compared.max(1) as f64);
    Ok(())
}

fn read(file: &str) -> Vec<(String, Name)> {
    let mut out = Vec::new();
    if let Ok(mut reader) = csv::ReaderBuilder::new().flexible(true).from_path(file) {
        for row in reader.records().flatten() {
            out.push((row.get(0).unwrap_or("").to_owned(), Name::new(kind(row.get(1).unwrap_or("")), row.get(2).unwrap_or(""))));
        }
    }
    out
}

fn list(list: &str, queries: &str, show: bool) {
    let rules = Rules::default();
    let begin = Instant::now();
    let list = read(list);
    println!("{} names analysed in {:.2} s", list.len(), begin.elapsed().as_secs_f64());
    let queries = read(queries);
    let begin = Instant::now();
    let (mut alerts, mut found, mut expected) = (0, 0, 0);
    for (id, query) in &queries {
        let mut best: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
        for (other, name) in &list {
            let got = score(query, name, &rules);
            if got >= 0.5 {
                let entry = best.entry(other).or_insert((0.0, ""));
                if got > entry.0 {
                    *entry = (got, name.text());
                }
            }
        }
        let mut ranked: Vec<_> = best.into_iter().collect();
        ranked.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(b.0)));
        let top = ranked.first().map_or(0.0, |hit| hit.1.0);
        if top >= 0.7 {
            alerts += 1;
        }
        if !id.is_empty() {
            expected += 1;
            let rank = ranked.iter().position(|hit| hit.0 == id);
            if rank.is_some_and(|rank| rank < 5) {
                found += 1;
            } else if show {
                println!("{} -> {:?} rank {rank:?}", query.text(), ranked.first());
            }
            if show && ranked.iter().find(|hit| hit.0 == id).is_none_or(|hit| hit.1.0 < 0.7) {
                println!(
                    "   below: {} {:?} {:?}",
                    query.text(),
                    ranked.iter().find(|hit| hit.0 == id),
                    list.iter().find(|l| l.0 == *id).map(|l| l.1.text())
                );
            }
        } else if show && top >= 0.7 {
            println!("{} -> {:?}", query.text(), ranked.first());
        }
    }
    let compared = list.len() * queries.len();
    println!(
        "alerts {alerts} of {}; recall@5 {found} of {expected}; {:.0} ns a pair",
        queries.len(),
        begin.elapsed().as_nanos() as f64 / compared.max(1) as f64
    );
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| arguments.iter().any(|a| a == name);
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["pairs", file, ..] => pairs(file, flag("--misses"))?,
        ["list", names, queries, ..] => list(names, queries, flag("--show")),
        _ => println!("bench_entities pairs FILE | list LIST QUERIES"),
    }
    Ok(())
}
