//! The cap gauge: a row for each window of a cap, reported, estimated and by ships in bars of their own.

use tw_base::{Bounds, RecordPtr, format_number};
use tw_detect::CapAccount;

use super::svg::{Anchor, Fill, Scale, Svg, TEXT, short, wrap};
use super::{Chart, ChartRow, Labels, cell, figure};
use crate::dossier::Input;
use crate::dossier::page::words::{capital, verdict};

/// The sum of one side under a cap.
type Sum = tw_detect::CapSum;

const WIDTH: f64 = 780.0;
const LEFT: f64 = 112.0;
const RIGHT: f64 = 766.0;
const BAR: f64 = 13.0;
const ARROW: f64 = 34.0;

/// One chart for each cap that has figures; one that says so where no cap has any.
pub(crate) fn charts(input: &Input<'_>) -> Vec<Chart> {
    let mut provisions: Vec<&str> = Vec::new();
    for account in &input.summary.accounts {
        if !provisions.contains(&account.provision.as_str()) {
            provisions.push(&account.provision);
        }
    }
    let (mut charts, mut empty) = (Vec::new(), Vec::new());
    for (i, provision) in provisions.iter().enumerate() {
        let accounts: Vec<&CapAccount> = input.summary.accounts.iter().filter(|a| a.provision == *provision).collect();
        if accounts.iter().any(|a| known(&a.reported) || known(&a.estimated) || a.by_ships.is_some()) {
            charts.push(chart(input, i, &accounts));
        } else {
            empty.push(*provision);
        }
    }
    if charts.is_empty() || !empty.is_empty() {
        charts.push(nothing(&empty));
    }
    charts
}

fn nothing(empty: &[&str]) -> Chart {
    let caption = if empty.is_empty() {
        "No cap account: no provision of this case sets a cap that its period reaches.".to_owned()
    } else {
        format!(
            "Nothing is drawn for {}: the case holds no figure, reported or estimated, for any of its windows. That is unknown, and not zero.",
            empty.join(" and ")
        )
    };
    Chart {
        id: "chart-cap-none".to_owned(),
        title: "Caps without figures".to_owned(),
        caption,
        svg: None,
        head: Vec::new(),
        rows: Vec::new(),
        labels: Labels::default(),
    }
}

fn known(sum: &Sum) -> bool {
    sum.low.is_some() || sum.best.is_some() || sum.high.is_some()
}

fn chart(input: &Input<'_>, number: usize, accounts: &[&CapAccount]) -> Chart {
    let first = accounts[0];
    let id = format!("chart-cap-{}", number + 1);
    let title = format!("{} oil against the cap of {}", capital(&first.product), first.symbol);
    let svg = draw(&id, &title, accounts);
    let mut records = Vec::new();
    let mut rows = Vec::new();
    for account in accounts {
        let ships = account.by_ships.iter().map(|sum| ("by ships", sum));
        for (side, sum) in [("reported", &account.reported), ("estimated", &account.estimated)].into_iter().chain(ships) {
            let mut used = pointers(&sum.records);
            for record in pointers(&sum.set_aside) {
                if !used.contains(&record) {
                    used.push(record);
                }
            }
            records.extend(used.iter().cloned());
            rows.push(ChartRow { cells: cells(input, account, side, sum), records: used });
        }
    }
    Chart {
        id,
        title,
        caption: format!(
            "Barrels in each window of {} ({}). Solid: the sum of what suppliers reported. Hatched: what others estimated; \
             likewise hatched, where it is named so, what the recordings of ships show, which has no upper end. They are never added. \
             A thin end is an interval, an arrow an open upper end, and the upright line across the bars the cap. “Never reported” is unknown, and not zero.",
            first.symbol, first.provision
        ),
        svg: Some(svg),
        head: vec![
            "Window",
            "Side",
            "Low",
            "Best",
            "High",
            "Cap",
            "Verdict on this side alone",
            "Passes the cap",
            "Passes 75, 90 and 95 % of it",
            "Without a report that was due",
            "Set aside",
        ],
        rows,
        labels: labels(input, &records),
    }
}

fn cells(input: &Input<'_>, account: &CapAccount, side: &str, sum: &Sum) -> Vec<String> {
    let silent = if side == "reported" { account.silent.join(", ") } else { String::new() };
    vec![
        window(account),
        side.to_owned(),
        cell(sum.low),
        cell(sum.best),
        cell(sum.high),
        format_number(account.limit),
        verdict(&sum.verdict).to_owned(),
        passes(sum),
        notices(sum),
        silent,
        sum.set_aside.iter().map(|text| named(input, text)).collect::<Vec<_>>().join("; "),
    ]
}

/// The days by which the parts of the cap are passed at which all States are notified.
fn notices(sum: &Sum) -> String {
    let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "never shown".to_owned());
    let one = |notice: &tw_detect::CapNotice| {
        format!(
            "{} %: certain by {}, about {}, not before {}",
            notice.percent,
            day(&notice.certain_by),
            day(&notice.best_by),
            day(&notice.possible_from)
        )
    };
    let reached = |notice: &&tw_detect::CapNotice| notice.possible_from.is_some() || notice.certain_by.is_some();
    sum.notices.iter().filter(reached).map(one).collect::<Vec<_>>().join("; ")
}

/// A remark with the name of the file in place of the hash in front of it.
fn named(input: &Input<'_>, text: &str) -> String {
    let Some((hash, rest)) = text.split_once('#') else { return text.to_owned() };
    let capture = input.captures.iter().find(|capture| capture.sha256.to_string() == hash);
    capture.map_or_else(|| text.to_owned(), |c| format!("{} {}", c.name, rest.replacen('=', " ", 1)))
}

/// The pointers among the texts; anything else is left out.
pub(crate) fn pointers(texts: &[String]) -> Vec<RecordPtr> {
    texts.iter().filter_map(|text| text.split_whitespace().next()?.trim_end_matches([',', ':', ';']).parse().ok()).collect()
}

fn labels(input: &Input<'_>, records: &[RecordPtr]) -> Labels {
    let deliveries = input.tables.deliveries.iter().map(|row| &row.provenance);
    let estimates = input.tables.estimates.iter().map(|row| &row.provenance);
    Labels::of(deliveries.chain(estimates).filter(|p| records.contains(&p.record)))
}

fn draw(id: &str, title: &str, accounts: &[&CapAccount]) -> String {
    let mut svg = Svg::new(id, WIDTH);
    let largest = accounts
        .iter()
        .flat_map(|a| {
            [Some(a.limit), a.reported.low, a.reported.high, a.reported.best, a.estimated.low, a.estimated.high, a.estimated.best]
        })
        .chain(accounts.iter().filter_map(|a| a.by_ships.as_ref()).map(|sum| sum.best))
        .flatten()
        .fold(0.0, f64::max);
    let scale = Scale::linear((0.0, largest * 1.06), (LEFT, RIGHT - ARROW));
    let bottom = rows(&mut svg, &scale, accounts);
    let mut frame = Svg::new(id, WIDTH);
    for tick in scale.ticks(6) {
        let x = scale.at(tick);
        frame.line("c-grid", [x, 40.0, x, bottom]);
        frame.text("c-muted", (x, 34.0), Anchor::Middle, &short(tick));
    }
    frame.text("c-muted", (LEFT - 14.0, 34.0), Anchor::End, "barrels");
    caps(&mut frame, &scale, accounts);
    frame.append(svg);
    let description = accounts
        .iter()
        .map(|a| {
            format!(
                "{}: reported {}; estimated {}; {}cap {}.",
                window(a),
                figure(bounds(&a.reported)),
                figure(bounds(&a.estimated)),
                a.by_ships.as_ref().map_or_else(String::new, |sum| format!("by ships {}; ", figure(bounds(sum)))),
                format_number(a.limit)
            )
        })
        .collect::<Vec<_>>()
        .join(" ");
    frame.finish(bottom + 4.0, title, &description)
}

/// The caps' names, once each.
fn caps(svg: &mut Svg, scale: &Scale, accounts: &[&CapAccount]) {
    let mut limits: Vec<f64> = accounts.iter().map(|a| a.limit).collect();
    limits.sort_by(f64::total_cmp);
    limits.dedup();
    for limit in limits {
        let x = scale.at(limit);
        svg.text("c-strong", (x, 16.0), Anchor::Middle, &format!("cap {}", format_number(limit)));
    }
}

/// The rows, below each other; gives the bottom.
fn rows(svg: &mut Svg, scale: &Scale, accounts: &[&CapAccount]) -> f64 {
    let mut y = 44.0;
    for account in accounts {
        let top = y;
        svg.line("c-rule", [8.0, top, RIGHT, top]);
        for (i, line) in window_lines(account).iter().enumerate() {
            svg.text("c-strong", (8.0, top + 19.0 + 15.0 * i as f64), Anchor::Start, line);
        }
        y = side(svg, scale, (top + 9.0, account.limit), &account.reported, &reported_text(account), "c-rep");
        y = side(svg, scale, (y + 5.0, account.limit), &account.estimated, &estimated_text(&account.estimated), "c-est");
        if let Some(ships) = &account.by_ships {
            y = side(svg, scale, (y + 5.0, account.limit), ships, &ships_text(ships), "c-est");
        }
        y += 6.0;
    }
    svg.line("c-rule", [8.0, y, RIGHT, y]);
    y
}

/// One bar with its text below; gives the bottom.
fn side(svg: &mut Svg, scale: &Scale, (y, limit): (f64, f64), sum: &Sum, text: &str, class: &str) -> f64 {
    bar(svg, scale, y, sum, class);
    let x = scale.at(limit);
    svg.line("c-cap", [x, y - 5.0, x, y + BAR + 3.0]);
    let lines = wrap(text, RIGHT - LEFT - 6.0, TEXT);
    let mut at = y + BAR + 14.0;
    for line in &lines {
        svg.text("c-halo", (LEFT, at), Anchor::Start, line);
        at += 15.0;
    }
    at - 9.0
}

fn bar(svg: &mut Svg, scale: &Scale, y: f64, sum: &Sum, class: &str) {
    let (zero, middle) = (scale.at(0.0), y + BAR / 2.0);
    let area = |svg: &mut Svg, from: f64, to: f64| {
        if class == "c-est" {
            svg.patterned(Fill::Hatch, "c-est-edge", [from, y, to - from, BAR]);
        } else {
            svg.rect(class, [from, y, to - from, BAR]);
        }
    };
    match (sum.low, sum.high) {
        (None, None) => svg.text("c-muted", (zero + 4.0, y + BAR - 2.5), Anchor::Start, "?"),
        (None, Some(high)) => {
            svg.rect("c-open", [zero, y, scale.at(high) - zero, BAR]);
            svg.line(&format!("{class}-whisker"), [scale.at(high), y - 1.0, scale.at(high), y + BAR + 1.0]);
        }
        (Some(low), high) => {
            area(svg, zero, scale.at(low));
            svg.line(&format!("{class}-whisker"), [scale.at(low), y - 1.0, scale.at(low), y + BAR + 1.0]);
            match high {
                None => svg.arrow_right(&format!("{class}-whisker"), scale.at(low), middle, ARROW),
                Some(high) if high > low => {
                    svg.line(&format!("{class}-whisker"), [scale.at(low), middle, scale.at(high), middle]);
                    svg.line(&format!("{class}-whisker"), [scale.at(high), y + 2.0, scale.at(high), y + BAR - 2.0]);
                }
                Some(_) => {}
            }
        }
    }
    if let Some(best) = sum.best
        && sum.low != sum.high
    {
        svg.circle(&format!("{class}-best"), scale.at(best), middle, 4.0);
    }
}

fn bounds(sum: &Sum) -> Bounds {
    Bounds { low: sum.low, best: sum.best, high: sum.high }
}

fn reported_text(account: &CapAccount) -> String {
    let sum = &account.reported;
    if !known(sum) {
        return "reported: nothing in the case; unknown, and not zero".to_owned();
    }
    let mut text = format!("reported {}: {}", figure(bounds(sum)), verdict(&sum.verdict));
    if !account.silent.is_empty() {
        text.push_str(&format!("; a lower bound, no report from {}", account.silent.join(", ")));
    }
    push_passes(&mut text, sum);
    text
}

fn estimated_text(sum: &Sum) -> String {
    if !known(sum) {
        return "estimated: nobody's estimate is in the case; unknown, and not zero".to_owned();
    }
    let mut text = format!("estimated {}", figure(bounds(sum)));
    if let (Some(best), true) = (sum.best, sum.low != sum.high) {
        text.push_str(&format!(" (best {})", format_number(best)));
    }
    text.push_str(&format!(": {}", verdict(&sum.verdict)));
    push_passes(&mut text, sum);
    text
}

fn ships_text(sum: &Sum) -> String {
    let calls = sum.records.len();
    let mut text = format!(
        "by ships {} (middle {}): {}; {calls} call{} of tankers in the recordings, those not recorded left out",
        figure(bounds(sum)),
        sum.best.map_or_else(|| "unknown".to_owned(), |best| format_number(best.round())),
        verdict(&sum.verdict),
        if calls == 1 { "" } else { "s" }
    );
    push_passes(&mut text, sum);
    text
}

fn push_passes(text: &mut String, sum: &Sum) {
    let passes = passes(sum);
    if !passes.is_empty() {
        text.push_str("; passes the cap: ");
        text.push_str(&passes);
    }
}

/// The days by which the cap is passed, in words.
fn passes(sum: &Sum) -> String {
    let mut parts = Vec::new();
    if let Some(day) = &sum.certain_by {
        parts.push(format!("by {day} even in the low case"));
    }
    if let Some(day) = &sum.best_by {
        parts.push(format!("by {day} if oil flowed evenly"));
    }
    if let Some(day) = &sum.possible_from {
        parts.push(format!("not before {day}"));
    }
    parts.join(", ")
}

/// `2018` for a calendar year, else both days.
fn window(account: &CapAccount) -> String {
    window_lines(account).join(" ")
}

fn window_lines(account: &CapAccount) -> Vec<String> {
    match (account.from.strip_suffix("-01-01"), account.to.strip_suffix("-12-31")) {
        (Some(a), Some(b)) if a == b => vec![a.to_owned()],
        _ => vec![account.from.clone(), format!("to {}", account.to)],
    }
}
