//! Labour in one host: stocks as points and intervals, flows as bars over their periods, and the days on which rules began.

use jiff::civil::{Date, date};
use tw_base::{Bounds, Country, Interval};
use tw_law::{Act, Force, Provision, Test};
use tw_tables::{Row, WorkerCount, WorkerKind};

use super::svg::{Anchor, Fill, Places, Scale, Svg, TEXT, short, text_width, wrap};
use super::{Chart, ChartRow, Labels, busiest, cell, figure, in_case, mark};
use crate::dossier::Input;

const WIDTH: f64 = 780.0;
const LEFT: f64 = 66.0;
const RIGHT: f64 = 766.0;
/// Longest stretch of days without a figure that is not marked as missing.
const SILENT_DAYS: i32 = 366;

type Count<'a> = &'a Row<WorkerCount>;

/// The chart of the host with most rows.
pub(crate) fn chart(input: &Input<'_>) -> Chart {
    let id = "chart-labour".to_owned();
    let single = |row: &&Row<WorkerCount>| row.data.host.countries().len() == 1;
    let host = busiest(input.tables.worker_counts.iter().filter(single).map(|row| row.data.host.countries()[0]));
    let Some(host) = host else {
        let caption = "Not drawn: the case holds no count of workers, permits or registrations in a single host.".to_owned();
        return Chart {
            id,
            title: "Workers: stocks and flows".to_owned(),
            caption,
            svg: None,
            head: Vec::new(),
            rows: Vec::new(),
            labels: Labels::default(),
        };
    };
    let mut rows: Vec<Count<'_>> =
        input.tables.worker_counts.iter().filter(single).filter(|row| row.data.host.countries()[0] == host).collect();
    rows.sort_by(|a, b| {
        (a.data.period.from(), a.data.kind, &a.provenance.record).cmp(&(b.data.period.from(), b.data.kind, &b.provenance.record))
    });
    let title = format!("Workers in {}: stocks and flows", host.name());
    let deadlines = deadlines(input, host);
    Chart {
        svg: Some(draw(&id, &title, &rows, &deadlines)),
        id,
        title,
        caption: format!(
            "Above: persons present or holding a permit on a day; a thin upright line is an interval, an arrow an open end. Below: permits and registrations over their periods. \
             Registrations are not permits, and “ever sent” is not a number of persons present. Numbered upright lines are the days on which rules on workers began. \
             Hatched stretches have no figure in the case, which is not zero. {} is the host with most rows; other hosts are in the tables.",
            host.name()
        ),
        head: vec!["Period", "What is counted", "Low", "High", "Who counted", "Label"],
        rows: rows.iter().map(|row| data_row(row)).collect(),
        labels: Labels::of(rows.iter().map(|row| &row.provenance)),
    }
}

fn data_row(row: Count<'_>) -> ChartRow {
    let data = &row.data;
    ChartRow {
        cells: vec![
            data.period.to_string(),
            words(data.kind).to_owned(),
            cell(data.low),
            cell(data.high),
            data.estimator.clone(),
            row.provenance.origin.to_string(),
        ],
        records: vec![row.provenance.record.clone()],
    }
}

fn words(kind: WorkerKind) -> &'static str {
    match kind {
        WorkerKind::Stock => "workers present",
        WorkerKind::ValidPermits => "valid permits",
        WorkerKind::NewPermits => "new permits",
        WorkerKind::NewRegistrations => "new registrations",
        WorkerKind::PermitsRevoked => "present, permit revoked",
        WorkerKind::Repatriated => "sent home",
        WorkerKind::CumulativeDeployed => "ever sent",
    }
}

/// A day on which a rule on workers began or ended a right.
pub(super) struct Deadline {
    pub(super) day: Date,
    pub(super) text: String,
}

/// Days from the provisions of the case that bind the host: ceilings, bans on permits, and last days.
pub(super) fn deadlines(input: &Input<'_>, host: Country) -> Vec<Deadline> {
    let concerns = |rule: &&Provision| {
        let binds = rule.scope.binds.is_empty() || rule.scope.binds.contains(&host);
        let acts = rule.scope.acts.contains(&Act::IssueWorkPermit) || rule.scope.acts.contains(&Act::HostWorkers);
        rule.force == Force::Binding && binds && acts && in_case(input, &rule.regime)
    };
    let mut found: Vec<Deadline> = input.book.iter().filter(concerns).filter_map(deadline).collect();
    found.sort_by(|a, b| (a.day, &a.text).cmp(&(b.day, &b.text)));
    found
}

fn deadline(rule: &Provision) -> Option<Deadline> {
    let (day, what) = match &rule.test {
        Test::StockCeiling { baseline, .. } => (*baseline, "no more permits than on this day"),
        Test::Ban { .. } => (rule.in_force.first()?.from, "no new permits from this day"),
        Test::SunsetStock { last_day, .. } => (*last_day, "last day with workers who earn income"),
        _ => return None,
    };
    Some(Deadline { day, text: format!("{day}: {what} ({})", rule.symbol()) })
}

fn is_flow(kind: WorkerKind) -> bool {
    matches!(kind, WorkerKind::NewPermits | WorkerKind::NewRegistrations | WorkerKind::Repatriated)
}

fn bounds(row: Count<'_>) -> Bounds {
    Bounds::from_ends(row.data.low, row.data.high)
}

/// The frame of both panels.
struct Frame {
    time: Scale,
    from: Date,
    to: Date,
    top: f64,
    stocks: [f64; 2],
    flows: [f64; 2],
}

impl Frame {
    fn of(rows: &[Count<'_>], deadlines: &[Deadline]) -> Self {
        let first = rows.iter().map(|r| r.data.period.from()).chain(deadlines.iter().map(|d| d.day)).min().unwrap_or(date(2000, 1, 1));
        let last = rows.iter().map(|r| r.data.period.last()).chain(deadlines.iter().map(|d| d.day)).max().unwrap_or(first);
        let from = date(first.year(), 1, 1);
        let to = date(last.year().saturating_add(1).min(9999), 1, 1);
        let time = Scale::linear((0.0, days(from, to)), (LEFT, RIGHT));
        Self { time, from, to, top: 50.0, stocks: [66.0, 300.0], flows: [344.0, 450.0] }
    }

    fn x(&self, day: Date) -> f64 {
        self.time.at(days(self.from, day))
    }
}

fn days(from: Date, to: Date) -> f64 {
    f64::from((to - from).get_days())
}

fn draw(id: &str, title: &str, rows: &[Count<'_>], deadlines: &[Deadline]) -> String {
    let mut svg = Svg::new(id, WIDTH);
    let frame = Frame::of(rows, deadlines);
    let (flows, stocks): (Vec<Count<'_>>, Vec<Count<'_>>) = rows.iter().copied().partition(|row| is_flow(row.data.kind));
    silences(&mut svg, &frame, rows);
    let up = axis(&mut svg, &frame, &stocks, frame.stocks);
    let down = axis(&mut svg, &frame, &flows, frame.flows);
    years(&mut svg, &frame);
    let mut places = Places::default();
    deadline_lines(&mut svg, &frame, deadlines);
    svg.text("c-halo c-strong", (8.0, frame.top + 4.0), Anchor::Start, "Persons on a day");
    svg.text("c-halo c-strong", (8.0, frame.flows[0] - 18.0), Anchor::Start, "Permits and registrations in a period");
    for row in &stocks {
        places.block(around(&frame, &up, row));
    }
    for row in &stocks {
        point(&mut svg, &frame, &up, row, &mut places);
    }
    bars(&mut svg, &frame, &down, flows);
    let mut y = legend(&mut svg, frame.flows[1] + 44.0);
    for (i, deadline) in deadlines.iter().enumerate() {
        badge(&mut svg, 16.0, y - 4.0, i);
        y = svg.lines("c-label", (32.0, y), &wrap(&deadline.text, WIDTH - 60.0, TEXT)) + 3.0;
    }
    let description =
        rows.iter().map(|r| format!("{}: {} {}.", r.data.period, figure(bounds(r)), words(r.data.kind))).collect::<Vec<_>>().join(" ");
    svg.finish(y, title, &description)
}

fn axis(svg: &mut Svg, frame: &Frame, rows: &[Count<'_>], [top, bottom]: [f64; 2]) -> Scale {
    let largest = rows.iter().flat_map(|row| [row.data.low, row.data.high]).flatten().fold(0.0, f64::max);
    let scale = Scale::linear((0.0, largest * 1.12), (bottom, top));
    if rows.is_empty() {
        svg.text("c-muted", (LEFT + 8.0, bottom - 8.0), Anchor::Start, "no figure in the case; unknown, and not zero");
    }
    for tick in scale.ticks(if bottom - top > 150.0 { 5 } else { 3 }) {
        svg.line("c-grid", [LEFT, scale.at(tick), frame.x(frame.to), scale.at(tick)]);
        svg.text("c-muted", (LEFT - 8.0, scale.at(tick) + 4.0), Anchor::End, &short(tick));
    }
    svg.line("c-axis", [LEFT, bottom, RIGHT, bottom]);
    scale
}

fn years(svg: &mut Svg, frame: &Frame) {
    let span = i32::from(frame.to.year()) - i32::from(frame.from.year());
    let step = (span / 14 + 1).max(1);
    let mut year = i32::from(frame.from.year());
    while year < i32::from(frame.to.year()) {
        let at = |y: i32| i16::try_from(y).map_or(frame.to, |y| date(y, 1, 1));
        let x = frame.x(at(year));
        for [_, bottom] in [frame.stocks, frame.flows] {
            svg.line("c-axis", [x, bottom, x, bottom + 5.0]);
        }
        let middle = f64::midpoint(x, frame.x(at((year + 1).min(i32::from(frame.to.year())))));
        svg.text("c-muted", (middle, frame.flows[1] + 18.0), Anchor::Middle, &year.to_string());
        year += step;
    }
}

/// Long stretches without any figure between the first and the last one.
fn silences(svg: &mut Svg, frame: &Frame, rows: &[Count<'_>]) {
    let mut spans: Vec<Interval> = rows.iter().map(|row| row.data.period.interval()).collect();
    spans.sort();
    let mut covered: Option<Date> = None;
    for span in spans {
        if let Some(end) = covered
            && (span.from - end).get_days() > SILENT_DAYS
        {
            let (a, b) = (frame.x(end) + 6.0, frame.x(span.from) - 6.0);
            for [top, bottom] in [frame.stocks, frame.flows] {
                svg.patterned(Fill::Missing, "c-missing", [a, top, b - a, bottom - top]);
            }
        }
        let end = span.to.unwrap_or(span.from);
        covered = Some(covered.map_or(end, |c| c.max(end)));
    }
}

fn deadline_lines(svg: &mut Svg, frame: &Frame, deadlines: &[Deadline]) {
    let mut last: Option<(f64, f64)> = None;
    for (i, deadline) in deadlines.iter().enumerate() {
        let x = frame.x(deadline.day);
        // Badges of neighbouring days go into the row above.
        let y = match last {
            Some((before, at)) if x - before < 22.0 => {
                if at < 18.0 {
                    34.0
                } else {
                    14.0
                }
            }
            _ => 34.0,
        };
        svg.line("c-deadline", [x, y + 9.0, x, frame.flows[1]]);
        badge(svg, x, y, i);
        last = Some((x, y));
    }
}

fn badge(svg: &mut Svg, x: f64, y: f64, index: usize) {
    svg.circle("c-badge", x, y, 9.0);
    svg.text("c-badge-text", (x, y + 4.0), Anchor::Middle, &(index + 1).to_string());
}

fn middle(frame: &Frame, row: Count<'_>) -> f64 {
    f64::midpoint(frame.x(row.data.period.from()), frame.x(row.data.period.last()))
}

fn anchor_value(row: Count<'_>) -> f64 {
    row.data.low.or(row.data.high).unwrap_or(0.0)
}

/// The area of a symbol, which labels keep off.
fn around(frame: &Frame, scale: &Scale, row: Count<'_>) -> [f64; 4] {
    let (x, y) = (middle(frame, row), scale.at(anchor_value(row)));
    [x - 8.0, y - 8.0, 16.0, 16.0]
}

fn point(svg: &mut Svg, frame: &Frame, scale: &Scale, row: Count<'_>, places: &mut Places) {
    let (x, y) = (middle(frame, row), scale.at(anchor_value(row)));
    match (row.data.low, row.data.high) {
        (Some(low), Some(high)) if high > low => svg.line("c-rep-whisker", [x, scale.at(low), x, scale.at(high)]),
        (Some(_), None) => svg.arrow_up("c-rep-whisker", x, y, 26.0),
        _ => {}
    }
    symbol(svg, row.data.kind, x, y);
    let text = format!("{} {}{}", figure(bounds(row)), words(row.data.kind), mark(&row.provenance));
    let candidates = [
        (x + 12.0, y + 4.0, Anchor::Start),
        (x - 12.0, y + 4.0, Anchor::End),
        (x + 12.0, y - 12.0, Anchor::Start),
        (x - 12.0, y - 12.0, Anchor::End),
        (x + 12.0, y + 20.0, Anchor::Start),
        (x - 12.0, y + 20.0, Anchor::End),
        (x + 12.0, y - 28.0, Anchor::Start),
        (x - 12.0, y - 28.0, Anchor::End),
    ];
    if let Some((x, y, anchor)) = places.find(&text, &candidates, [LEFT, frame.stocks[0] - 8.0, RIGHT + 8.0, frame.stocks[1] + 4.0]) {
        svg.text("c-halo", (x, y), anchor, &text);
    }
}

fn symbol(svg: &mut Svg, kind: WorkerKind, x: f64, y: f64) {
    match kind {
        WorkerKind::ValidPermits => svg.polygon("c-rep c-mark", &[(x, y - 7.0), (x + 7.0, y), (x, y + 7.0), (x - 7.0, y)]),
        WorkerKind::PermitsRevoked => {
            svg.polygon("c-hollow", &[(x - 5.5, y - 5.5), (x + 5.5, y - 5.5), (x + 5.5, y + 5.5), (x - 5.5, y + 5.5)])
        }
        WorkerKind::CumulativeDeployed => svg.polygon("c-hollow", &[(x, y - 7.0), (x + 7.0, y + 5.5), (x - 7.0, y + 5.5)]),
        _ => svg.circle("c-rep c-mark", x, y, 6.0),
    }
}

/// Flows, the larger ones first so that the smaller lie in front.
fn bars(svg: &mut Svg, frame: &Frame, scale: &Scale, mut flows: Vec<Count<'_>>) {
    flows.sort_by(|a, b| anchor_value(b).total_cmp(&anchor_value(a)).then(a.provenance.record.cmp(&b.provenance.record)));
    let mut places = Places::default();
    for row in flows {
        let (a, b) = (frame.x(row.data.period.from()), frame.x(row.data.period.last()));
        let area = [a, scale.at(anchor_value(row)), (b - a).max(3.0), scale.at(0.0) - scale.at(anchor_value(row))];
        match (row.data.kind, row.data.low) {
            (_, None) => svg.rect("c-open", area),
            (WorkerKind::NewRegistrations, _) => svg.patterned(Fill::Hatch, "c-est-edge", area),
            (WorkerKind::Repatriated, _) => svg.patterned(Fill::Dots, "c-third-edge", area),
            _ => svg.rect("c-rep c-mark", area),
        }
        if row.data.low.is_some() && row.data.high.is_none() {
            svg.arrow_up("c-rep-whisker", a + 8.0, area[1], 12.0);
        }
        let text = format!("{} {}{}", figure(bounds(row)), words(row.data.kind), mark(&row.provenance));
        let candidates = [
            (a + 18.0, area[1] - 5.0, Anchor::Start),
            (b + 8.0, area[1] + 12.0, Anchor::Start),
            (b + 8.0, area[1] - 5.0, Anchor::Start),
            (a - 6.0, area[1] + 12.0, Anchor::End),
        ];
        let frame_box = [LEFT, frame.flows[0] - 12.0, RIGHT + 8.0, frame.flows[1] + 2.0];
        places.block(area);
        if let Some((x, y, anchor)) = places.find(&text, &candidates, frame_box) {
            svg.text("c-halo", (x, y), anchor, &text);
        }
    }
}

/// What the signs mean; gives the baseline of the line after it.
fn legend(svg: &mut Svg, y: f64) -> f64 {
    let items = [
        (WorkerKind::ValidPermits, "valid permits"),
        (WorkerKind::Stock, "workers present"),
        (WorkerKind::PermitsRevoked, "present, permit revoked"),
        (WorkerKind::CumulativeDeployed, "ever sent (not persons present)"),
    ];
    let mut x = 16.0;
    for (kind, text) in items {
        symbol(svg, kind, x, y - 4.0);
        svg.text("c-label", (x + 13.0, y), Anchor::Start, text);
        x += 34.0 + text_width(text, TEXT);
    }
    let y = y + 22.0;
    svg.rect("c-rep c-mark", [9.0, y - 11.0, 14.0, 12.0]);
    svg.text("c-label", (29.0, y), Anchor::Start, "new permits");
    svg.patterned(Fill::Hatch, "c-est-edge", [125.0, y - 11.0, 14.0, 12.0]);
    svg.text("c-label", (145.0, y), Anchor::Start, "new registrations (not permits)");
    svg.patterned(Fill::Dots, "c-third-edge", [355.0, y - 11.0, 14.0, 12.0]);
    svg.text("c-label", (375.0, y), Anchor::Start, "sent home");
    svg.patterned(Fill::Missing, "c-missing", [465.0, y - 11.0, 14.0, 12.0]);
    svg.text("c-label", (485.0, y), Anchor::Start, "no figure in the case");
    y + 26.0
}
