//! Bulk files of Eurostat's Comext (`full….dat`, CSV): monthly and yearly trade of the members, in euros and kilograms.
//!
//! Both layouts were checked against headers and rows in public programs that read them: the older (`DECLARANT`, `DECLARANT_ISO`,
//! `PARTNER`, `PARTNER_ISO`, …, `STAT_REGIME`, `VALUE_IN_EUROS`, `QUANTITY_IN_KG`) and the newer (`REPORTER`, `PARTNER`, …,
//! `STAT_PROCEDURE`, `VALUE_EUR`, `VALUE_NAC`, `QUANTITY_KG`); the residual partners (`QP` to `QZ`, `XA`, `XO`, `XR`, `XZ`) likewise.
//! That `XU` is Great Britain and `XI` Northern Ireland (of the United Kingdom), `XK` Kosovo, `XC` Ceuta and `XL` Melilla is from memory.

use std::io::{self, Read as _};

use tw_base::{Country, Refusal, Refusals};

use crate::baci::scaled;
use crate::collect::{Collector, Figure, LARGEST, Note, complaint, figure, mix, shown, whole};
use crate::comtrade::heading;
use crate::country::country_of_iso2;
use crate::read::{IGNORED, Table, edition_in_force};
use crate::report::{Area, Edition, Flow, Mark, Marks, Month, Report, Valuation};

const COUNT: usize = 8;
const REPORTER: usize = 0;
const PARTNER: usize = 1;
const GOODS: usize = 2;
const FLOW: usize = 3;
const PROCEDURE: usize = 4;
const PERIOD: usize = 5;
const VALUE: usize = 6;
const MASS: usize = 7;

fn known(name: &str, older: bool) -> Option<usize> {
    Some(match name {
        "declarant_iso" => REPORTER,
        "partner_iso" => PARTNER,
        "reporter" if !older => REPORTER,
        "partner" if !older => PARTNER,
        "product_nc" => GOODS,
        "flow" => FLOW,
        "stat_regime" | "stat_procedure" => PROCEDURE,
        "period" => PERIOD,
        "value_in_euros" | "value_eur" => VALUE,
        "quantity_in_kg" | "quantity_kg" => MASS,
        "declarant"
        | "partner"
        | "trade_type"
        | "product_sitc"
        | "product_cpa2002"
        | "product_cpa2008"
        | "product_cpa2_1"
        | "product_cpa21"
        | "product_cpa22"
        | "product_bec"
        | "product_bec5"
        | "product_section"
        | "supp_unit"
        | "suppl_unit"
        | "value_nac"
        | "sup_quantity"
        | "quantity_suppl_unit" => IGNORED,
        _ => return None,
    })
}

/// Reads Comext. Values are euros: without a rate for the month they are unknown, and counted so.
pub(crate) fn read(collector: &mut Collector<'_>, source: impl io::Read) -> Result<(), Refusals> {
    let mut source = source;
    let mut head = Vec::new();
    io::Read::by_ref(&mut source)
        .take(4096)
        .read_to_end(&mut head)
        .map_err(|error| Refusal::new(collector.file, format!("cannot be read: {error}")))?;
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default().to_ascii_uppercase();
    let older = memchr::memmem::find(&first, b"_ISO").is_some() || memchr::memmem::find(&first, b"DECLARANT").is_some();
    let mut table = Table::open(collector, io::Read::chain(io::Cursor::new(head), source), COUNT, |name| known(name, older))?;
    let names = if older {
        ["DECLARANT_ISO", "PARTNER_ISO", "PRODUCT_NC", "FLOW", "STAT_REGIME", "PERIOD", "VALUE_IN_EUROS", "QUANTITY_IN_KG"]
    } else {
        ["REPORTER", "PARTNER", "PRODUCT_NC", "FLOW", "STAT_PROCEDURE", "PERIOD", "VALUE_EUR", "QUANTITY_KG"]
    };
    let needed: Vec<(usize, &str)> = [REPORTER, PARTNER, GOODS, FLOW, PERIOD, VALUE].into_iter().map(|ours| (ours, names[ours])).collect();
    table.need(collector.file, &needed)?;
    // Months come in long runs: the rate is looked up when the month changes.
    let mut rate: Option<(Month, Option<f64>)> = None;
    while table.advance(collector)? {
        let record = table.lines.line();
        let Some(month) = period(table.cell(PERIOD)) else {
            collector.refuse(
                record,
                names[PERIOD],
                || format!("`{}` is no period", shown(table.cell(PERIOD))),
                "a period is `YYYYMM`, or `YYYY52` for a year",
            );
            continue;
        };
        let Some(reporter) = two_letters(table.cell(REPORTER)) else {
            collector.refuse(
                record,
                names[REPORTER],
                || format!("`{}` is no member", shown(table.cell(REPORTER))),
                "use the two-letter codes of Eurostat",
            );
            continue;
        };
        let Some(partner) = partner(collector, record, names[PARTNER], table.cell(PARTNER)) else { continue };
        let flow = match table.cell(FLOW) {
            b"1" => Flow::Import,
            b"2" => Flow::Export,
            other => {
                collector.refuse(record, names[FLOW], || format!("`{}` is no flow", shown(other)), "1 is imports, 2 is exports");
                continue;
            }
        };
        let mut marks = Marks::NONE;
        let Some(heading) = heading(collector, record, names[GOODS], table.cell(GOODS), &mut marks) else { continue };
        let (value, mass) = (figure(table.cell(VALUE), false), figure(table.cell(MASS), false));
        if let Some((reason, hint)) = complaint(value, "value", table.cell(VALUE)) {
            collector.refuse(record, names[VALUE], || reason, hint);
            continue;
        }
        if let Some((reason, hint)) = complaint(mass, "mass", table.cell(MASS)) {
            collector.refuse(record, names[MASS], || reason, hint);
            continue;
        }
        let current = match rate {
            Some((known, rate)) if known == month => rate,
            _ => {
                let found = collector.options.usd_per_eur.of(month);
                rate = Some((month, found));
                found
            }
        };
        let usd = match (value, current) {
            (Figure::Missing, _) => {
                collector.note(Note::NoValue, record, names[VALUE]);
                f64::NAN
            }
            // Nothing is nothing in any currency.
            (Figure::Number(0.0), _) => {
                collector.note(Note::ZeroValue, record, names[VALUE]);
                0.0
            }
            (_, None) => {
                collector.note(Note::NoRate, record, names[VALUE]);
                f64::NAN
            }
            (value, Some(rate)) => scaled(value, rate),
        };
        if usd > LARGEST {
            collector.refuse(
                record,
                names[VALUE],
                || format!("value of {usd:e} US dollars is more than the world trades in a year"),
                "look at the rate",
            );
            continue;
        }
        let mut kg = scaled(mass, 1.0);
        if kg.is_nan() {
            collector.note(Note::NoMass, record, names[MASS]);
        } else if kg == 0.0 && !matches!(value, Figure::Number(0.0)) {
            collector.note(Note::ZeroMass, record, names[MASS]);
            kg = f64::NAN;
        }
        if matches!(partner, Area::World)
            || matches!(partner, Area::Country(country) if country.code() == "EUU")
            || reporter.code() == "EUU"
        {
            marks = marks.with(Mark::Aggregate);
        }
        let edition = match collector.options.edition {
            Some(Edition::NotTold) | None => edition_in_force(month.year()),
            Some(edition) => edition,
        };
        let report = Report {
            reporter,
            partner,
            flow,
            heading,
            edition,
            month,
            usd,
            // Regulation (EU) 2019/2152 and its predecessors: statistical value at the border of the member, so imports include freight
            // and insurance to there and exports do not include what comes after.
            valuation: if flow == Flow::Import { Valuation::Cif } else { Valuation::Fob },
            kg,
            marks,
            published: collector.options.published,
            file: collector.options.file,
            record: record as u32,
        };
        // Code 4 is the total of the older files; every other procedure is a part.
        let procedure = table.cell(PROCEDURE);
        let total = procedure.is_empty() || (procedure == b"4" && older);
        let zone = mix(0, table.cell(PARTNER));
        let kingdom = matches!(table.cell(PARTNER), b"XU" | b"XI");
        let mask = u8::from(!total) | u8::from(kingdom) << 1;
        let detail = if kingdom { mix(zone, procedure) } else { mix(0, procedure) };
        collector.push_part(report, mask, detail, table.cell(GOODS), table.cell(PARTNER));
    }
    Ok(())
}

fn period(cell: &[u8]) -> Option<Month> {
    let number = whole(cell)?;
    match (cell.len(), number % 100) {
        (6, 52) => Month::whole_year(number / 100),
        (6, month) => Month::of(number / 100, month),
        (4, _) => Month::whole_year(number),
        _ => None,
    }
}

fn two_letters(cell: &[u8]) -> Option<Country> {
    match cell {
        b"EU" => "EUU".parse().ok(),
        b"XI" | b"XU" => "GBR".parse().ok(),
        _ => country_of_iso2(std::str::from_utf8(cell).ok()?),
    }
}

fn partner(collector: &mut Collector<'_>, record: u64, name: &str, cell: &[u8]) -> Option<Area> {
    match cell {
        b"XS" => return "SRB".parse().ok().map(Area::Country),
        b"WORLD" | b"W1" => return Some(Area::World),
        // Stores, countries not specified or withheld, high seas; other parts without a code of ISO 3166.
        [b'Q', b'P'..=b'Z'] | b"XA" | b"XO" | b"XR" | b"XZ" | b"XC" | b"XL" => return Some(Area::NotTold),
        b"XK" | b"CS" | b"SU" | b"YU" | b"AN" | b"DD" | b"XM" => {
            collector.note(Note::FormerArea, record, name);
            return Some(Area::NotTold);
        }
        _ => {}
    }
    let country = two_letters(cell);
    if country.is_none() {
        collector.refuse(
            record,
            name,
            || format!("`{}` is no partner", shown(cell)),
            "use the two-letter codes of Eurostat's geonomenclature",
        );
    }
    country.map(Area::Country)
}
