//! Border entries by purpose and period, as small multiples: one row a purpose, one column a period.

use std::collections::BTreeMap;

use tw_base::{Country, Period, Precision, RecordPtr, format_number};
use tw_tables::{BorderEntry, Capacity, Purpose, Row, SeriesStatus};

use super::svg::{Anchor, Fill, Scale, Svg, TEXT, text_width, wrap};
use super::{Chart, ChartRow, Labels, busiest, figure, mark};
use crate::dossier::Input;

const LEFT: f64 = 118.0;
const COLUMN: f64 = 46.0;
const GAP: f64 = 22.0;
const ROW: f64 = 80.0;
const BAR: f64 = 50.0;
const TOP: f64 = 46.0;

type Entry<'a> = &'a Row<BorderEntry>;

/// The chart of the host with most rows.
pub(crate) fn chart(input: &Input<'_>) -> Chart {
    let id = "chart-purposes".to_owned();
    let Some(host) = busiest(input.tables.border_entries.iter().map(|row| row.data.host)) else {
        let caption = "Not drawn: the case holds no border entries by purpose.".to_owned();
        return Chart {
            id,
            title: "Border entries by purpose".to_owned(),
            caption,
            svg: None,
            head: Vec::new(),
            rows: Vec::new(),
            labels: Labels::default(),
        };
    };
    let mut rows: Vec<Entry<'_>> = input.tables.border_entries.iter().filter(|row| row.data.host == host).collect();
    rows.sort_by(|a, b| key(a).cmp(&key(b)));
    let places: Vec<&Row<Capacity>> = input.tables.capacity.iter().filter(|row| row.data.host == host).collect();
    let title = format!("Entries at the border of {} by purpose", host.name());
    let shown = shown(&rows);
    let mut table: Vec<ChartRow> = rows.iter().map(|row| entry_row(row)).collect();
    table.extend(places.iter().map(|row| capacity_row(row)));
    let labels = Labels::of(rows.iter().map(|r| &r.provenance).chain(places.iter().map(|r| &r.provenance)));
    Chart {
        svg: Some(draw(&id, &title, &rows, &places, &shown)),
        id,
        title,
        caption: caption(host),
        head: vec!["Period", "Purpose", "Figure", "Status", "Label"],
        rows: table,
        labels,
    }
}

fn caption(host: Country) -> String {
    format!(
        "Entries of nationals of the target country into {}, as its border service published them. Each row has the scale of “all purposes”, years and shorter periods apart. \
         Hatched: withheld by the publisher, which is not zero. “–”: no figure for this purpose in the case, which is not zero either. A thin line across a bar: places of that purpose, such as students enrolled. \
         The purpose is what a person gives at the border; entries are not persons, and one person may enter several times.",
        host.name()
    )
}

fn key(row: &Row<BorderEntry>) -> (bool, jiff::civil::Date, jiff::civil::Date, Purpose, &RecordPtr) {
    let period = &row.data.period;
    (!is_year(period), period.from(), period.last(), row.data.purpose, &row.provenance.record)
}

fn is_year(period: &Period) -> bool {
    period.precision() == Precision::Year
}

fn entry_row(row: Entry<'_>) -> ChartRow {
    let data = &row.data;
    let value = data.entries.map_or_else(|| "withheld (not zero)".to_owned(), |n| format_number(n as f64));
    ChartRow {
        cells: vec![data.period.to_string(), data.purpose.to_string(), value, data.status.to_string(), row.provenance.origin.to_string()],
        records: vec![row.provenance.record.clone()],
    }
}

fn capacity_row(row: &Row<Capacity>) -> ChartRow {
    let data = &row.data;
    let value = figure(tw_base::Bounds::from_ends(data.low, data.high));
    ChartRow {
        cells: vec![
            data.period.to_string(),
            data.purpose.to_string(),
            format!("{value} places"),
            data.kind.to_string(),
            row.provenance.origin.to_string(),
        ],
        records: vec![row.provenance.record.clone()],
    }
}

/// The purposes that get a row: all, work and study always, the others where the case has a figure.
fn shown(rows: &[Entry<'_>]) -> Vec<Purpose> {
    let mut shown = vec![Purpose::All, Purpose::Work, Purpose::Education];
    let mut others: BTreeMap<Purpose, u64> = BTreeMap::new();
    for row in rows {
        if !shown.contains(&row.data.purpose) {
            *others.entry(row.data.purpose).or_default() += row.data.entries.unwrap_or(0);
        }
    }
    let mut others: Vec<(Purpose, u64)> = others.into_iter().collect();
    others.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    shown.extend(others.into_iter().map(|(purpose, _)| purpose));
    shown
}

fn words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::All => "All purposes",
        Purpose::Education => "Study",
        Purpose::Work => "Work",
        Purpose::Business => "Business",
        Purpose::Private => "Private visit",
        Purpose::Tourism => "Tourism",
        Purpose::Transit => "Transit",
        Purpose::Official => "Official visit",
        Purpose::TransportCrew => "Crews",
    }
}

/// The columns with their places: years first, then shorter periods behind a gap, each group with its largest figure.
struct Columns {
    periods: Vec<(Period, f64)>,
    largest: [f64; 2],
    right: f64,
}

impl Columns {
    fn of(rows: &[Entry<'_>]) -> Self {
        let mut periods: Vec<(Period, f64)> = Vec::new();
        let (mut x, mut years) = (LEFT, true);
        let mut largest = [0.0, 0.0];
        for row in rows {
            let period = &row.data.period;
            let group = usize::from(!is_year(period));
            largest[group] = f64::max(largest[group], row.data.entries.unwrap_or(0) as f64);
            if periods.iter().any(|(known, _)| known.text() == period.text()) {
                continue;
            }
            if years && !is_year(period) && !periods.is_empty() {
                x += GAP;
            }
            years = is_year(period);
            periods.push((period.clone(), x));
            x += COLUMN;
        }
        Self { periods, largest, right: x }
    }

    fn scale(&self, period: &Period, base: f64) -> Scale {
        Scale::linear((0.0, self.largest[usize::from(!is_year(period))]), (base, base - BAR))
    }
}

fn draw(id: &str, title: &str, rows: &[Entry<'_>], places: &[&Row<Capacity>], shown: &[Purpose]) -> String {
    let columns = Columns::of(rows);
    let width = (columns.right + 8.0).max(560.0);
    let mut svg = Svg::new(id, width);
    heads(&mut svg, &columns);
    for (i, purpose) in shown.iter().enumerate() {
        let base = TOP + ROW * (i as f64 + 1.0);
        svg.line("c-axis", [LEFT - 4.0, base, columns.right, base]);
        svg.text("c-strong", (8.0, base - 8.0), Anchor::Start, words(*purpose));
        for (period, x) in &columns.periods {
            let row = rows.iter().find(|r| r.data.purpose == *purpose && r.data.period.text() == period.text());
            let all_withheld = withheld(rows, period);
            column(&mut svg, &columns.scale(period, base), (*x, base), row.copied(), all_withheld);
        }
        capacity(&mut svg, &columns, base, *purpose, places);
    }
    let bottom = legend(&mut svg, TOP + ROW * shown.len() as f64 + 26.0);
    let description = rows
        .iter()
        .map(|r| {
            format!(
                "{}, {}: {}.",
                r.data.period,
                words(r.data.purpose),
                r.data.entries.map_or_else(|| "withheld".to_owned(), |n| format_number(n as f64))
            )
        })
        .collect::<Vec<_>>()
        .join(" ");
    svg.finish(bottom, title, &description)
}

/// True if the whole period was withheld.
fn withheld(rows: &[Entry<'_>], period: &Period) -> bool {
    rows.iter().any(|r| r.data.purpose == Purpose::All && r.data.status == SeriesStatus::Withheld && r.data.period.text() == period.text())
}

fn heads(svg: &mut Svg, columns: &Columns) {
    let mut group: Option<bool> = None;
    for (period, x) in &columns.periods {
        if group != Some(is_year(period)) {
            group = Some(is_year(period));
            let name = if is_year(period) { "Years" } else { "Quarters and other periods" };
            svg.text("c-muted", (*x, 14.0), Anchor::Start, name);
        }
        let middle = x + COLUMN / 2.0;
        for (i, line) in head(period).iter().enumerate() {
            svg.text("c-label", (middle, 32.0 + 14.0 * i as f64), Anchor::Middle, line);
        }
    }
}

/// A period in two short lines: `Q3` over `2024`, `1–6` over `2024`.
fn head(period: &Period) -> Vec<String> {
    let text = period.text();
    if let Some((year, quarter)) = text.split_once("-Q") {
        return vec![format!("Q{quarter}"), year.to_owned()];
    }
    let (from, last) = (period.from(), period.last());
    match period.precision() {
        Precision::Year => vec![text.to_owned()],
        _ if from.year() == last.year() && from.month() != last.month() => {
            vec![format!("{:02}–{:02}", from.month(), last.month()), from.year().to_string()]
        }
        Precision::Month => vec![format!("{:02}", from.month()), from.year().to_string()],
        _ => vec![from.to_string(), last.to_string()],
    }
}

fn column(svg: &mut Svg, scale: &Scale, (x, base): (f64, f64), row: Option<Entry<'_>>, all_withheld: bool) {
    let (left, width, middle) = (x + 7.0, COLUMN - 14.0, x + COLUMN / 2.0);
    let hidden = all_withheld && row.is_none_or(|r| r.data.entries.is_none());
    match row.and_then(|r| r.data.entries) {
        _ if hidden => svg.patterned(Fill::Missing, "c-missing", [left, base - BAR, width, BAR]),
        None if row.is_some() => svg.patterned(Fill::Missing, "c-missing", [left, base - BAR, width, BAR]),
        None => svg.text("c-muted", (middle, base - 5.0), Anchor::Middle, "–"),
        Some(entries) => {
            let value = entries as f64;
            let y = scale.at(value);
            let class = if row.is_some_and(|r| r.data.purpose == Purpose::All) { "c-neutral" } else { "c-rep" };
            svg.rect(class, [left, y, width, base - y]);
            svg.text("c-halo", (middle, y - 4.0), Anchor::Middle, &format_number(value));
            // The label stands above the figure, since neighbouring figures would meet it.
            let label = row.map_or("", |r| mark(&r.provenance)).trim();
            if !label.is_empty() {
                svg.text("c-halo", (middle, y - 17.0), Anchor::Middle, label);
            }
        }
    }
}

/// Places of the purpose, across the columns whose days meet theirs.
fn capacity(svg: &mut Svg, columns: &Columns, base: f64, purpose: Purpose, places: &[&Row<Capacity>]) {
    let own: Vec<&&Row<Capacity>> = places.iter().filter(|row| row.data.purpose == purpose).collect();
    for (i, row) in own.iter().enumerate() {
        let data = &row.data;
        let text = format!("{} {}", figure(tw_base::Bounds::from_ends(data.low, data.high)), data.kind);
        for (j, line) in wrap(&format!("{text}, {}", data.period), LEFT - 14.0, TEXT).iter().enumerate() {
            svg.text("c-muted", (8.0, base - 40.0 + 14.0 * (i + j) as f64), Anchor::Start, line);
        }
        let Some(most) = data.high.or(data.low) else { continue };
        for (period, x) in columns.periods.iter().filter(|(p, _)| p.interval().meet(&data.period.interval()).is_some()) {
            let y = columns.scale(period, base).at(most);
            svg.line("c-capacity", [x + 2.0, y, x + COLUMN - 2.0, y]);
        }
    }
}

fn legend(svg: &mut Svg, y: f64) -> f64 {
    svg.patterned(Fill::Missing, "c-missing", [9.0, y - 11.0, 14.0, 12.0]);
    svg.text("c-label", (29.0, y), Anchor::Start, "withheld, not zero");
    svg.line("c-capacity", [155.0, y - 4.0, 177.0, y - 4.0]);
    svg.text("c-label", (183.0, y), Anchor::Start, "places (enrolled, quota)");
    svg.text(
        "c-label",
        (193.0 + text_width("places (enrolled, quota)", TEXT), y),
        Anchor::Start,
        "–  no figure in the case     (R)  reconstructed",
    );
    y + 12.0
}
