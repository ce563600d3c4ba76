//! Brings both sides of a flow together by sorting packed keys.

use std::ops::Range;

use tw_base::Country;
use tw_trade::{Area, Flow, Heading, Mark, Marks, Month, Report};

use super::{Cell, Quantiles, Said, Summary};

/// Beyond this no figure of one month's trade is believed: the world's trade of a year is below 1e14 dollars.
const LARGEST: f64 = 1e18;

/// Sides in the key: their order decides nothing.
const EXPORT: u128 = 0;
const IMPORT: u128 = 1;

/// What a re-exporter says: the goods came from elsewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReExport {
    pub(crate) hub: Country,
    pub(crate) to: Country,
    pub(crate) heading: Heading,
    pub(crate) month: Month,
    pub(crate) usd: f64,
    pub(crate) kg: f64,
}

/// Cells in order, re-exports by destination, heading and month, and flows whose partner is withheld.
pub(crate) struct Paired {
    pub(crate) cells: Vec<Cell>,
    pub(crate) re_exports: Vec<ReExport>,
    /// Reporter, heading, month, whether export, value: partner not told.
    pub(crate) not_told: Vec<(Country, Heading, Month, bool, f64)>,
    pub(crate) summary: Summary,
}

fn letters(country: Country) -> u128 {
    country.code().bytes().fold(0, |sum, b| sum * 26 + u128::from(b.wrapping_sub(b'A') % 26))
}

/// Exporter (15 bits), importer (15), heading with its digits (38), month (12), side (1), report (32).
fn key(exporter: Country, importer: Country, report: &Report, side: u128, at: usize) -> u128 {
    let heading = u128::from(report.heading.digits()) << 34 | u128::from(report.heading.code());
    let month = u128::from(report.month.index().saturating_sub(1900 * 12) & 0xfff);
    letters(exporter) << 98 | letters(importer) << 83 | heading << 45 | month << 33 | side << 32 | (at as u128 & 0xffff_ffff)
}

fn figure(value: f64, refused: &mut usize) -> f64 {
    if value.is_nan() {
        return f64::NAN;
    }
    if !(0.0..=LARGEST).contains(&value) {
        *refused += 1;
        return f64::NAN;
    }
    value
}

fn sum(a: f64, b: f64) -> f64 {
    match (a.is_nan(), b.is_nan()) {
        (true, _) => b,
        (_, true) => a,
        _ => a + b,
    }
}

pub(crate) fn pair(reports: &[Report]) -> Paired {
    let mut summary = Summary { reports: reports.len(), ..Summary::default() };
    let (mut keys, mut re_exports, mut not_told) = (Vec::with_capacity(reports.len()), Vec::new(), Vec::new());
    for (at, report) in reports.iter().enumerate().take(u32::MAX as usize) {
        let nothing = report.usd.is_nan() && report.kg.is_nan();
        if report.marks.has(Mark::Aggregate) || report.flow == Flow::ReImport || nothing {
            summary.set_aside += 1;
            continue;
        }
        let partner = match report.partner {
            Area::Country(partner) if partner != report.reporter => partner,
            Area::NotTold => {
                let export = report.flow == Flow::Export;
                if export || report.flow == Flow::Import {
                    not_told.push((
                        report.reporter,
                        report.heading,
                        report.month,
                        export,
                        figure(report.usd, &mut summary.figures_refused),
                    ));
                }
                summary.set_aside += 1;
                continue;
            }
            Area::Country(_) | Area::World => {
                summary.set_aside += 1;
                continue;
            }
        };
        match report.flow {
            Flow::Export => keys.push(key(report.reporter, partner, report, EXPORT, at)),
            Flow::Import => keys.push(key(partner, report.reporter, report, IMPORT, at)),
            Flow::ReExport => {
                summary.re_exports += 1;
                re_exports.push(ReExport {
                    hub: report.reporter,
                    to: partner,
                    heading: report.heading,
                    month: report.month,
                    usd: figure(report.usd, &mut summary.figures_refused),
                    kg: figure(report.kg, &mut summary.figures_refused),
                });
            }
            Flow::ReImport => {}
        }
    }
    keys.sort_unstable();
    re_exports.sort_by(|a, b| {
        (a.to, a.heading, a.month, a.hub).cmp(&(b.to, b.heading, b.month, b.hub)).then(a.usd.total_cmp(&b.usd)).then(a.kg.total_cmp(&b.kg))
    });
    not_told.sort_by(|a, b| (a.0, a.1, a.2, a.3).cmp(&(b.0, b.1, b.2, b.3)).then(a.4.total_cmp(&b.4)));
    let cells = join(&keys, reports, &mut summary.figures_refused);
    Paired { cells, re_exports, not_told, summary }
}

fn join(keys: &[u128], reports: &[Report], refused: &mut usize) -> Vec<Cell> {
    let distinct = keys.chunk_by(|a, b| a >> 33 == b >> 33).count();
    let mut cells = Vec::with_capacity(distinct);
    for group in keys.chunk_by(|a, b| a >> 33 == b >> 33) {
        let (mut export, mut import, mut first) = (Said::NOTHING, Said::NOTHING, None);
        for packed in group {
            let report = &reports[(packed & 0xffff_ffff) as usize];
            let said = if packed >> 32 & 1 == EXPORT { &mut export } else { &mut import };
            first = Some((report, packed >> 32 & 1 == EXPORT));
            said.usd = sum(said.usd, figure(report.usd, refused));
            said.kg = sum(said.kg, figure(report.kg, refused));
            if said.lines == 0 {
                (said.file, said.record) = (report.file, report.record);
            }
            said.lines = said.lines.saturating_add(1);
            said.marks = Mark::ALL.into_iter().filter(|m| report.marks.has(*m)).fold(said.marks, Marks::with);
        }
        let Some((report, is_export)) = first else { continue };
        let Some(partner) = report.partner.country() else { continue };
        let (exporter, importer) = if is_export { (report.reporter, partner) } else { (partner, report.reporter) };
        cells.push(Cell {
            exporter,
            importer,
            month: report.month,
            heading: report.heading,
            export,
            import,
            usd: Quantiles::UNKNOWN,
            kg: Quantiles::UNKNOWN,
        });
    }
    cells
}

/// A run of cells of one exporter, importer and heading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) exporter: u16,
    pub(crate) importer: u16,
    pub(crate) heading: u32,
    pub(crate) pair: u32,
}

impl Run {
    pub(crate) fn cells(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Numbers for countries, headings, chapters and pairs.
pub(crate) struct Index {
    pub(crate) countries: Vec<Country>,
    pub(crate) headings: Vec<Heading>,
    pub(crate) chapters: Vec<Heading>,
    /// Chapter of each heading.
    pub(crate) chapter_of: Vec<u16>,
    pub(crate) runs: Vec<Run>,
    /// Runs of each pair.
    pub(crate) pairs: Vec<Range<usize>>,
}

impl Index {
    pub(crate) fn country(&self, country: Country) -> Option<u16> {
        self.countries.binary_search(&country).ok().map(|at| at as u16)
    }

    /// Runs of an exporter and an importer.
    pub(crate) fn pair(&self, exporter: Country, importer: Country) -> Option<Range<usize>> {
        let key = (self.country(exporter)?, self.country(importer)?);
        let at = self.pairs.binary_search_by_key(&key, |p| (self.runs[p.start].exporter, self.runs[p.start].importer)).ok()?;
        Some(self.pairs[at].clone())
    }

    /// The run of a heading within a pair.
    pub(crate) fn run(&self, exporter: Country, importer: Country, heading: Heading) -> Option<usize> {
        let pair = self.pair(exporter, importer)?;
        let offset = pair.start;
        let wanted = (heading.digits(), heading.code());
        let found = self.runs[pair].binary_search_by_key(&wanted, |r| {
            let h = self.headings[r.heading as usize];
            (h.digits(), h.code())
        });
        found.ok().map(|at| offset + at)
    }
}

pub(crate) fn index(cells: &[Cell]) -> Index {
    let same = |a: &Cell, b: &Cell| a.heading == b.heading && a.importer == b.importer && a.exporter == b.exporter;
    let heads: Vec<(u32, u32)> = {
        let mut start = 0u32;
        cells
            .chunk_by(same)
            .map(|run| {
                let range = (start, start + run.len() as u32);
                start = range.1;
                range
            })
            .collect()
    };
    let mut countries: Vec<Country> = Vec::new();
    let mut headings: Vec<Heading> = Vec::new();
    for (start, _) in &heads {
        let cell = &cells[*start as usize];
        countries.extend([cell.exporter, cell.importer]);
        headings.push(cell.heading);
    }
    countries.sort_unstable();
    countries.dedup();
    headings.sort_unstable();
    headings.dedup();
    let mut chapters: Vec<Heading> = headings.iter().map(|h| h.cut(2)).collect();
    chapters.sort_unstable();
    chapters.dedup();
    let find = |list: &[Heading], h: Heading| list.binary_search(&h).unwrap_or(0);
    let chapter_of = headings.iter().map(|h| find(&chapters, h.cut(2)) as u16).collect();
    let number = |c: Country| countries.binary_search(&c).unwrap_or(0) as u16;
    let mut runs: Vec<Run> = Vec::with_capacity(heads.len());
    let mut pairs: Vec<Range<usize>> = Vec::new();
    for (start, end) in heads {
        let cell = &cells[start as usize];
        let (exporter, importer) = (number(cell.exporter), number(cell.importer));
        match (runs.last(), pairs.last_mut()) {
            (Some(last), Some(pair)) if (last.exporter, last.importer) == (exporter, importer) => pair.end += 1,
            _ => pairs.push(runs.len()..runs.len() + 1),
        }
        runs.push(Run { start, end, exporter, importer, heading: find(&headings, cell.heading) as u32, pair: pairs.len() as u32 - 1 });
    }
    Index { countries, headings, chapters, chapter_of, runs, pairs }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_trade::{Edition, Valuation};

    fn report(reporter: &str, partner: &str, flow: Flow, usd: f64, record: u32) -> Report {
        Report {
            reporter: reporter.parse().unwrap(),
            partner: Area::Country(partner.parse().unwrap()),
            flow,
            heading: "271019".parse().unwrap(),
            edition: Edition::Hs2012,
            month: "2018-06".parse().unwrap(),
            usd,
            valuation: Valuation::NotTold,
            kg: f64::NAN,
            marks: Marks::NONE,
            published: 0,
            file: 3,
            record,
        }
    }

    #[test]
    fn both_sides_meet_with_their_records_and_unknown_stays_unknown() {
        let reports = [
            report("CHN", "RUS", Flow::Import, 110.0, 7),
            report("RUS", "CHN", Flow::Export, 60.0, 8),
            report("RUS", "CHN", Flow::Export, 40.0, 9),
            report("RUS", "PRK", Flow::Export, -5.0, 10),
            report("RUS", "CHN", Flow::ReExport, 1.0, 11),
        ];
        let paired = pair(&reports);
        assert_eq!(paired.cells.len(), 2);
        let cell = paired.cells.iter().find(|c| c.importer == Country::CHN).unwrap();
        assert_eq!((cell.export.usd, cell.export.lines, cell.export.record), (100.0, 2, 8));
        assert_eq!((cell.import.usd, cell.import.file, cell.import.record), (110.0, 3, 7));
        assert!(cell.import.kg.is_nan());
        assert_eq!((paired.summary.figures_refused, paired.re_exports.len()), (1, 1));
        let index = index(&paired.cells);
        assert_eq!(index.run(Country::RUS, Country::CHN, "271019".parse().unwrap()).map(|r| index.runs[r].cells().len()), Some(1));
        assert_eq!(index.run(Country::CHN, Country::RUS, "271019".parse().unwrap()), None);
    }
}
