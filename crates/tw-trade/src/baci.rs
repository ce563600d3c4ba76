//! BACI of CEPII: yearly, one reconciled figure for each exporter, importer and subheading.
//!
//! Layout `t,i,j,k,v,q` (year, exporter, importer, subheading, thousand US dollars, tonnes) from Gaulier and Zignago, *BACI: International
//! Trade Database at the Product-Level*, CEPII WP 2010-23, and from file names and headers in public programs that read it; missing
//! quantities (`NA`, blanks) from memory. The edition stands in the file name only: `BACI_HS17_Y2019_V202401.csv`.

use std::io;

use tw_base::{Refusal, Refusals};

use crate::collect::{Collector, Figure, Note, complaint, figure, shown, whole};
use crate::country::{AreaError, area_of_m49};
use crate::read::Table;
use crate::report::{Area, Edition, Flow, Heading, Mark, Marks, Month, Report, Valuation};

const COLUMNS: [&str; 6] = ["t", "i", "j", "k", "v", "q"];
const T: usize = 0;
const I: usize = 1;
const J: usize = 2;
const K: usize = 3;
const V: usize = 4;
const Q: usize = 5;

/// Reads BACI. Each row becomes an export, free on board, of the exporter, marked as estimated: the figure is neither side's word, but
/// reconciled from both.
pub(crate) fn read(collector: &mut Collector<'_>, source: impl io::Read) -> Result<(), Refusals> {
    let Some(edition) = collector.options.edition.or_else(|| edition_in_name(collector.file)) else {
        return Err(Refusal::new(collector.file, "the edition of the Harmonized System is not told")
            .hint("keep the name of the file as CEPII gives it (`BACI_HS17_Y2019_V202401.csv`), or name the edition")
            .into());
    };
    let mut table = Table::open(collector, source, COLUMNS.len(), |name| COLUMNS.iter().position(|column| *column == name))?;
    table.need(collector.file, &[(T, "t"), (I, "i"), (J, "j"), (K, "k"), (V, "v")])?;
    while table.advance(collector)? {
        let record = table.lines.line();
        let year = whole(table.cell(T)).and_then(Month::whole_year);
        let Some(month) = year else {
            collector.refuse(record, "t", || format!("`{}` is no year", shown(table.cell(T))), "");
            continue;
        };
        let Some(exporter) = side(collector, &table, record, I) else { continue };
        let Some(importer) = side(collector, &table, record, J) else { continue };
        let Area::Country(reporter) = exporter else {
            collector.refuse(record, "i", || "the exporter is no country".to_owned(), "");
            continue;
        };
        let code = table.cell(K);
        let Some(heading) = whole(code).filter(|_| code.len() <= 6).and_then(|code| Heading::new(u64::from(code), 6)) else {
            collector.refuse(record, "k", || format!("`{}` is no subheading of six digits", shown(code)), "");
            continue;
        };
        if code.len() < 6 {
            collector.note(Note::LeadingZeros, record, "k");
        }
        let (value, quantity) = (figure(table.cell(V), false), figure(table.cell(Q), false));
        if let Some((reason, hint)) = complaint(value, "value", table.cell(V)) {
            collector.refuse(record, "v", || reason, hint);
            continue;
        }
        if let Some((reason, hint)) = complaint(quantity, "quantity", table.cell(Q)) {
            collector.refuse(record, "q", || reason, hint);
            continue;
        }
        let usd = scaled(value, 1000.0);
        let mut kg = scaled(quantity, 1000.0);
        if usd > crate::collect::LARGEST || kg > crate::collect::LARGEST {
            collector.refuse(
                record,
                "v",
                || "more than the world trades in a year".to_owned(),
                "values are in thousand US dollars, quantities in tonnes",
            );
            continue;
        }
        if usd.is_nan() {
            collector.note(Note::NoValue, record, "v");
        }
        if kg.is_nan() {
            collector.note(Note::NoMass, record, "q");
        } else if kg == 0.0 && usd > 0.0 {
            collector.note(Note::ZeroMass, record, "q");
            kg = f64::NAN;
        }
        let report = Report {
            reporter,
            partner: importer,
            flow: Flow::Export,
            heading,
            edition,
            month,
            usd,
            valuation: Valuation::Fob,
            kg,
            marks: Marks::NONE.with(Mark::ValueEstimated).with(Mark::MassEstimated),
            published: collector.options.published,
            file: collector.options.file,
            record: record as u32,
        };
        collector.push_part(report, 0, 0, b"", table.cell(J));
    }
    Ok(())
}

pub(crate) fn scaled(figure: Figure, factor: f64) -> f64 {
    match figure {
        Figure::Number(number) => number * factor,
        _ => f64::NAN,
    }
}

fn side<R: io::Read>(collector: &mut Collector<'_>, table: &Table<R>, record: u64, column: usize) -> Option<Area> {
    match whole(table.cell(column)).map(area_of_m49) {
        Some(Ok(area)) => Some(area),
        Some(Err(AreaError::Former(..))) if column == J => {
            collector.note(Note::FormerArea, record, "j");
            Some(Area::NotTold)
        }
        Some(Err(AreaError::Former(..))) => {
            collector.note(Note::FormerReporter, record, "i");
            None
        }
        _ => {
            collector.refuse(
                record,
                COLUMNS[column],
                || format!("`{}` is no country code of BACI", shown(table.cell(column))),
                "codes are those of `country_codes_V….csv`, which are UN Comtrade's",
            );
            None
        }
    }
}

/// The edition in `BACI_HS17_Y2019_V202401.csv`.
fn edition_in_name(name: &str) -> Option<Edition> {
    let at = name.rfind("_HS")? + 3;
    match name.get(at..at + 2)? {
        "92" => Some(Edition::Hs1992),
        "96" => Some(Edition::Hs1996),
        "02" => Some(Edition::Hs2002),
        "07" => Some(Edition::Hs2007),
        "12" => Some(Edition::Hs2012),
        "17" => Some(Edition::Hs2017),
        "22" => Some(Edition::Hs2022),
        _ => None,
    }
}
