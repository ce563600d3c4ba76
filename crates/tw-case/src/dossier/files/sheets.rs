//! CSV: UTF-8, a header, ISO 8601 dates, an empty cell where a figure is unknown.

use tw_detect::CapSum;

use super::super::Input;

/// Rows as CSV (RFC 4180), each line ending in a line feed.
pub(crate) fn csv<'a, C: AsRef<str>>(columns: &[C], rows: impl IntoIterator<Item = &'a [String]>) -> String {
    let mut text = String::new();
    line(&mut text, columns.iter().map(AsRef::as_ref));
    for row in rows {
        line(&mut text, row.iter().map(String::as_str));
    }
    text
}

fn line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) || cell.trim() != cell {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push('\n');
}

const LEADS: [&str; 17] = [
    "id",
    "tier",
    "detector",
    "kind",
    "subject",
    "title",
    "from",
    "to",
    "conclusion",
    "verdicts",
    "families",
    "magnitude",
    "unit",
    "state",
    "why",
    "records",
    "labels",
];

/// One line a lead.
pub(crate) fn leads(input: &Input<'_>) -> String {
    let rows: Vec<Vec<String>> = input
        .leads
        .iter()
        .map(|lead| {
            let verdicts: Vec<String> = lead.allowed.iter().map(|a| format!("{} on {}: {}", a.provision, a.asked_on, a.verdict)).collect();
            let mut labels: Vec<&str> = lead.evidence.iter().map(|e| e.origin.as_str()).collect();
            labels.sort_unstable();
            labels.dedup();
            vec![
                lead.id.clone(),
                lead.rank.tier.to_string(),
                lead.detector.clone(),
                lead.kind.words().to_owned(),
                lead.subject.clone(),
                lead.title.clone(),
                lead.from.clone(),
                lead.to.clone(),
                lead.conclusion.clone(),
                verdicts.join("; "),
                lead.rank.families.to_string(),
                lead.rank.magnitude.to_string(),
                lead.rank.unit.clone(),
                input.states.get(&lead.id).cloned().unwrap_or_else(|| "lead".to_owned()),
                lead.rank.why.clone(),
                lead.evidence.iter().map(|e| e.record.as_str()).collect::<Vec<_>>().join(" "),
                labels.join(" "),
            ]
        })
        .collect();
    csv(&LEADS, rows.iter().map(Vec::as_slice))
}

const ACCOUNTS: [&str; 32] = [
    "provision",
    "symbol",
    "product",
    "from",
    "to",
    "limit_barrels",
    "reported_low_barrels",
    "reported_best_barrels",
    "reported_high_barrels",
    "reported_verdict",
    "reported_certain_by",
    "reported_best_by",
    "reported_possible_from",
    "reported_records",
    "estimated_low_barrels",
    "estimated_best_barrels",
    "estimated_high_barrels",
    "estimated_verdict",
    "estimated_certain_by",
    "estimated_best_by",
    "estimated_possible_from",
    "estimated_records",
    "by_ships_p5_barrels",
    "by_ships_p50_barrels",
    "by_ships_high_barrels",
    "by_ships_verdict",
    "by_ships_p95_by",
    "by_ships_p50_by",
    "by_ships_p5_by",
    "by_ships_records",
    "silent",
    "lead",
];

/// One line a window of a cap; reported, estimated and by ships in columns of their own.
pub(crate) fn accounts(input: &Input<'_>) -> String {
    let rows: Vec<Vec<String>> = input
        .summary
        .accounts
        .iter()
        .map(|a| {
            let mut row = vec![a.provision.clone(), a.symbol.clone(), a.product.clone(), a.from.clone(), a.to.clone(), a.limit.to_string()];
            row.extend(sum(&a.reported));
            row.extend(sum(&a.estimated));
            row.extend(a.by_ships.as_ref().map(sum).unwrap_or_default());
            row.extend([a.silent.join("; "), a.lead.clone().unwrap_or_default()]);
            row
        })
        .collect();
    csv(&ACCOUNTS, rows.iter().map(Vec::as_slice))
}

fn sum(sum: &CapSum) -> [String; 8] {
    let number = |value: Option<f64>| value.map_or_else(String::new, |v| v.to_string());
    let day = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        number(sum.low),
        number(sum.best),
        number(sum.high),
        sum.verdict.clone(),
        day(&sum.certain_by),
        day(&sum.best_by),
        day(&sum.possible_from),
        sum.records.join(" "),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let rows = [vec!["a,b".to_owned(), "say \"x\"".to_owned()], vec!["two\nlines".to_owned(), String::new()]];
        let text = csv(&["one", "two"], rows.iter().map(Vec::as_slice));
        assert_eq!(text, "one,two\n\"a,b\",\"say \"\"x\"\"\"\n\"two\nlines\",\n");
    }
}
