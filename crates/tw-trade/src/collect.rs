//! What every reader shares: notes, refusals, duplicates, and rows that are parts of one figure.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use tw_base::{Country, Refusal};

use crate::read::{Format, Options};
use crate::report::{Area, Mark, Report};

/// Largest value and mass that one row may have: 1e14, in US dollars or kilograms. All goods exports of the world in a year are about
/// 2.5e13 US dollars (WTO, *World Trade Statistics 2022*), all goods carried by sea about 1.2e13 kg (UNCTAD, *Review of Maritime
/// Transport 2023*).
pub(crate) const LARGEST: f64 = 1e14;

/// Something that a reader saw and that a person should know, which is no reason to refuse the row (or is one for leaving out many).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// A column that this reader does not know; its cells were not read.
    UnknownColumn,
    /// The same row again, with the same figures: counted once.
    Duplicate,
    /// Rows of transports, customs procedures or second partners beside their total: left out.
    PartsBesideTotal,
    /// Rows of transports, customs procedures, second partners, codes with placeholders or areas not told, without a total: added up.
    PartsAdded,
    /// A partner without a code of today (a state that no longer exists, Kosovo): kept as an area that is not told.
    FormerArea,
    /// A reporter that no longer exists or is a group: left out.
    FormerReporter,
    /// A flow other than imports, exports, re-imports and re-exports (such as `DX`, `MIP`): left out, since it is a part of those.
    OtherFlow,
    /// Not goods, or goods not by the Harmonized System: left out.
    NotHarmonized,
    /// Goods not specified (chapter 99), or a code with placeholders, kept under its digits: marked confidential.
    ConfidentialHeading,
    /// A code for goods without two digits in front: left out.
    NoHeading,
    /// The cell of the value is empty: unknown, not zero.
    NoValue,
    /// The value is zero.
    ZeroValue,
    /// The mass is empty: unknown, not zero.
    NoMass,
    /// The mass is zero beside a value: read as unknown.
    ZeroMass,
    /// The mass was given only as a quantity in a unit of mass.
    MassFromQuantity,
    /// Net mass and quantity in kilograms disagree by more than a hundredth; the net mass was kept.
    MassDisagrees,
    /// Net mass and quantity in kilograms differ by a thousand: the unit of one of them is wrong. The mass was made unknown.
    UnitOfMass,
    /// The value is in a currency for which no rate was given: unknown.
    NoRate,
    /// A code had lost its leading zeros; they were put back.
    LeadingZeros,
    /// A mark of estimation whose meaning is not known here.
    UnknownMark,
    /// A partner that is the reporter itself.
    SelfPartner,
    /// A record with empty cells behind the last column.
    Ragged,
    /// As many rows as UN Comtrade gives at most in one answer (500, 100,000, 250,000): more may have been cut off.
    AtLimit,
    /// A nested value where a figure or a code was expected.
    Nested,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownColumn => "a column that is not known here was not read",
            Self::Duplicate => "the same row twice was counted once",
            Self::PartsBesideTotal => "rows that are parts of a total in the same file were left out",
            Self::PartsAdded => "rows that are parts of one figure without its total were added up",
            Self::FormerArea => "partners without a code of today were kept as not told",
            Self::FormerReporter => "rows of reporters that no longer exist were left out",
            Self::OtherFlow => "flows that are parts of imports or exports were left out",
            Self::NotHarmonized => "rows not by the Harmonized System were left out",
            Self::ConfidentialHeading => {
                "codes for goods not specified, or with placeholders, were kept under their digits and marked confidential"
            }
            Self::NoHeading => "rows without a heading were left out",
            Self::NoValue => "values that are not given are unknown, not zero",
            Self::ZeroValue => "values of zero were kept",
            Self::NoMass => "masses that are not given are unknown, not zero",
            Self::ZeroMass => "masses of zero beside a value were read as unknown",
            Self::MassFromQuantity => "masses were taken from a quantity in a unit of mass",
            Self::MassDisagrees => "net mass and quantity in kilograms disagree; the net mass was kept",
            Self::UnitOfMass => "net mass and quantity in kilograms differ by a thousand; the mass was made unknown",
            Self::NoRate => "values in a currency without a rate are unknown",
            Self::LeadingZeros => "leading zeros of headings were put back",
            Self::UnknownMark => "marks of estimation are not known here",
            Self::SelfPartner => "partners that are the reporter itself were kept",
            Self::AtLimit => "as many rows as one answer of the API may have: more may be missing",
            Self::Nested => "values with an inner structure were not read",
            Self::Ragged => "records have empty cells behind the last column",
        })
    }
}

/// A note with how often it was made and where first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// What.
    pub note: Note,
    /// How many rows (or columns).
    pub count: u64,
    /// The first of them: line of a CSV, number of an object in JSON.
    pub first: u64,
    /// The column concerned, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} times, first in record {}", self.note, self.count, self.first)?;
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        f.write_str(")")
    }
}

/// What one file gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// How the file was read.
    pub format: Format,
    /// What it says, in the order of the file.
    pub reports: Vec<Report>,
    /// What a person should know about it, counted.
    pub remarks: Vec<Remark>,
    /// Rows that were not taken, with the place and the reason; the first [`Options::max_refusals`] of them.
    pub refused: Vec<Refusal>,
    /// How many rows were refused in all.
    pub refused_rows: u64,
    /// How many records the file has.
    pub rows: u64,
}

impl Read {
    /// How often a note was made.
    #[must_use]
    pub fn count(&self, note: Note) -> u64 {
        self.remarks.iter().filter(|remark| remark.note == note).map(|remark| remark.count).sum()
    }
}

/// A row that gives a part of a figure: by transport, customs procedure, second partner and the like.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Place among the reports.
    at: u32,
    /// Which of these are told apart, one bit each. 0 stands for the total.
    mask: u8,
    /// The codes themselves, mixed into one number.
    detail: u64,
}

pub(crate) struct Collector<'a> {
    pub(crate) file: &'a str,
    pub(crate) options: &'a Options,
    pub(crate) format: Format,
    reports: Vec<Report>,
    parts: Vec<Part>,
    remarks: BTreeMap<Note, Remark>,
    refused: Vec<Refusal>,
    refused_rows: u64,
    pub(crate) rows: u64,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(file: &'a str, options: &'a Options, format: Format) -> Self {
        Self {
            file,
            options,
            format,
            reports: Vec::new(),
            parts: Vec::new(),
            remarks: BTreeMap::new(),
            refused: Vec::new(),
            refused_rows: 0,
            rows: 0,
        }
    }

    pub(crate) fn note(&mut self, note: Note, record: u64, column: &str) {
        if let Some(remark) = self.remarks.get_mut(&note) {
            remark.count += 1;
            return;
        }
        let column = (!column.is_empty()).then(|| column.chars().take(60).collect());
        self.remarks.insert(note, Remark { note, count: 1, first: record, column });
    }

    /// Refuses a row; the sentence is only made while there is room for it.
    pub(crate) fn refuse(&mut self, record: u64, column: &str, reason: impl FnOnce() -> String, hint: &str) {
        self.refused_rows += 1;
        if self.refused.len() >= self.options.max_refusals {
            return;
        }
        let mut refusal = Refusal::new(self.file, reason()).row(record);
        if !column.is_empty() {
            refusal = refusal.column(column.chars().take(60).collect::<String>());
        }
        if !hint.is_empty() {
            refusal = refusal.hint(hint);
        }
        self.refused.push(refusal);
    }

    /// A row that gives one part; see [`Part`]. With a mask of 0 it is a total.
    ///
    /// `goods` and `partner` are the codes of the row: several codes with placeholders fall under one heading, and several codes of areas
    /// that are not told fall under one, so each of them is a part as well.
    pub(crate) fn push_part(&mut self, report: Report, mask: u8, detail: u64, goods: &[u8], partner: &[u8]) {
        let (mut mask, mut detail) = (mask, detail);
        if report.partner == Area::NotTold {
            mask |= 1 << 6;
            detail = mix(detail, partner);
        }
        if report.marks.has(Mark::Confidential) && !goods.iter().all(u8::is_ascii_digit) {
            mask |= 1 << 7;
            detail = mix(detail, goods);
        }
        if mask != 0 {
            self.parts.push(Part { at: self.reports.len() as u32, mask, detail });
        }
        self.reports.push(report);
    }

    /// Finds duplicates, conflicts and parts, and hands over.
    pub(crate) fn finish(mut self) -> Read {
        self.settle();
        let mut remarks: Vec<Remark> = self.remarks.into_values().collect();
        remarks.sort_by_key(|remark| remark.note);
        Read {
            format: self.format,
            reports: self.reports,
            remarks,
            refused: self.refused,
            refused_rows: self.refused_rows,
            rows: self.rows,
        }
    }

    fn settle(&mut self) {
        let mut order: Vec<(u64, u32)> = self.reports.iter().enumerate().map(|(at, report)| (fold(key(report)), at as u32)).collect();
        order.sort_unstable();
        let mut dropped: Vec<u32> = Vec::new();
        let mut start = 0;
        while start < order.len() {
            let mut end = start + 1;
            while end < order.len() && order[end].0 == order[start].0 {
                end += 1;
            }
            if end - start > 1 {
                let mut group: Vec<u32> = order[start..end].iter().map(|(_, at)| *at).collect();
                // Two keys may share a hash: they are told apart here.
                while !group.is_empty() {
                    let first = key(&self.reports[group[0] as usize]);
                    let (same, other): (Vec<u32>, Vec<u32>) = group.iter().partition(|at| key(&self.reports[**at as usize]) == first);
                    if same.len() > 1 {
                        self.settle_group(&same, &mut dropped);
                    }
                    group = other;
                }
            }
            start = end;
        }
        if dropped.is_empty() {
            return;
        }
        dropped.sort_unstable();
        let mut next = dropped.iter().peekable();
        let mut at = 0_u32;
        self.reports.retain(|_| {
            let drop = next.next_if(|index| **index == at).is_some();
            at += 1;
            !drop
        });
    }

    /// Rows with one key: keeps the total, or else adds up the coarsest parts.
    fn settle_group(&mut self, group: &[u32], dropped: &mut Vec<u32>) {
        let part = |at: u32| self.parts.binary_search_by_key(&at, |part| part.at).ok().map(|index| self.parts[index]);
        let mut rows: Vec<(u8, u64, u32)> = group.iter().map(|at| part(*at).map_or((0, 0, *at), |p| (p.mask, p.detail, *at))).collect();
        rows.sort_unstable_by_key(|(mask, detail, at)| (mask.count_ones(), *mask, *detail, *at));
        let mask = rows[0].0;
        let (taken, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.0 == mask);
        for (_, _, at) in rest {
            let record = self.record(at);
            self.note(Note::PartsBesideTotal, record, "");
            dropped.push(at);
        }
        let all = taken.len() as u64;
        let mut kept: Vec<u32> = Vec::new();
        let mut conflict: Option<(u32, u32)> = None;
        let mut last: Option<(u64, u32)> = None;
        for (_, detail, at) in taken {
            match last {
                Some((before, first)) if before == detail => {
                    dropped.push(at);
                    if same_figures(&self.reports[first as usize], &self.reports[at as usize]) {
                        let record = self.record(at);
                        self.note(Note::Duplicate, record, "");
                    } else {
                        conflict = conflict.or(Some((first, at)));
                    }
                }
                _ => {
                    last = Some((detail, at));
                    kept.push(at);
                }
            }
        }
        if let Some((first, second)) = conflict {
            let (a, b) = (self.reports[first as usize], self.reports[second as usize]);
            dropped.extend(kept);
            self.refuse(
                u64::from(b.record),
                "",
                || {
                    format!(
                        "the same flow as in record {} with other figures ({} against {} US dollars, {} against {} kg)",
                        a.record, b.usd, a.usd, b.kg, a.kg
                    )
                },
                "neither was taken: put revisions into files of their own, each with the day on which it was published",
            );
            self.refused_rows += all - 1;
            return;
        }
        if kept.len() > 1 {
            let mut sum = self.reports[kept[0] as usize];
            for at in &kept[1..] {
                let other = self.reports[*at as usize];
                sum.usd += other.usd;
                sum.kg += other.kg;
                sum.marks = sum.marks.and(other.marks);
                dropped.push(*at);
            }
            sum.marks = sum.marks.with(Mark::Aggregate);
            self.reports[kept[0] as usize] = sum;
            self.note(Note::PartsAdded, u64::from(sum.record), "");
        }
    }

    fn record(&self, at: u32) -> u64 {
        u64::from(self.reports[at as usize].record)
    }
}

fn same_figures(a: &Report, b: &Report) -> bool {
    let same = |x: f64, y: f64| x == y || (x.is_nan() && y.is_nan());
    same(a.usd, b.usd) && same(a.kg, b.kg)
}

/// Everything that tells one flow from another, the figures and marks left out, without loss: 15 + 17 + 2 + 34 + 4 + 3 + 18 + 1 bits, and
/// 32 for the day of publication.
pub(crate) fn key(report: &Report) -> u128 {
    let country = |country: Country| country.code().bytes().fold(0_u128, |sum, letter| sum << 5 | u128::from(letter & 31));
    let partner = match report.partner {
        Area::Country(partner) => country(partner),
        Area::World => 1 << 15,
        Area::NotTold => 2 << 15,
    };
    let mut key = country(report.reporter);
    key = key << 17 | partner;
    key = key << 2 | report.flow as u128;
    key = key << 34 | u128::from(report.heading.code());
    key = key << 4 | u128::from(report.heading.digits());
    key = key << 3 | report.edition as u128;
    key = key << 18 | u128::from(report.month.year() * 100 + report.month.month().unwrap_or(0));
    key = key << 1 | u128::from(report.marks.has(Mark::Confidential));
    key << 32 | u128::from(report.published)
}

/// Mixes a key into 64 bits (multiplication by 2^64 / golden ratio, Knuth, *The Art of Computer Programming* 3, 6.4).
fn fold(key: u128) -> u64 {
    let mixed = (key as u64 ^ (key >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ mixed >> 29
}

/// A hasher for keys of whole numbers that no adversary chose: [`fold`] over all of them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Folding(u64);

impl std::hash::Hasher for Folding {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0.rotate_left(23) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 29;
    }

    fn write_u128(&mut self, number: u128) {
        self.write_u64(number as u64);
        self.write_u64((number >> 64) as u64);
    }
}

pub(crate) type Fast = std::hash::BuildHasherDefault<Folding>;

/// Mixes the codes of a part into one number.
pub(crate) fn mix(detail: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(detail ^ 0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)).rotate_left(17)
}

/// A cell with a figure in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Figure {
    /// Nothing, `null`, `NA`.
    Missing,
    Number(f64),
    Negative(f64),
    /// Above [`LARGEST`].
    TooLarge(f64),
    /// Text, `NaN`, infinity.
    Wrong,
}

/// Reads a figure; `commas` allows them between thousands.
pub(crate) fn figure(cell: &[u8], commas: bool) -> Figure {
    if cell.is_empty() {
        return Figure::Missing;
    }
    if cell.len() <= 14 && cell.iter().all(u8::is_ascii_digit) {
        let whole = cell.iter().fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        return Figure::Number(whole as f64);
    }
    if matches!(cell, b"null" | b"NULL" | b"NA" | b"N/A" | b"None" | b"-" | b":" | b"..") {
        return Figure::Missing;
    }
    let mut short = [0_u8; 64];
    let cell = if commas && cell.contains(&b',') {
        let mut length = 0;
        for byte in cell.iter().filter(|byte| **byte != b',') {
            let Some(slot) = short.get_mut(length) else { return Figure::Wrong };
            *slot = *byte;
            length += 1;
        }
        &short[..length]
    } else {
        cell
    };
    if cell.iter().any(|byte| !matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E')) {
        return Figure::Wrong;
    }
    match std::str::from_utf8(cell).ok().and_then(|text| text.parse::<f64>().ok()) {
        Some(number) if number < 0.0 => Figure::Negative(number),
        Some(number) if number > LARGEST => Figure::TooLarge(number),
        // Turns a negative zero into a plain one.
        Some(number) => Figure::Number(number + 0.0),
        None => Figure::Wrong,
    }
}

/// Why a figure cannot be taken, for the refusal.
pub(crate) fn complaint(figure: Figure, what: &str, cell: &[u8]) -> Option<(String, &'static str)> {
    match figure {
        Figure::Missing | Figure::Number(_) => None,
        Figure::Negative(number) => Some((format!("{what} of {number} is below zero"), "leave the cell empty if the figure is not known")),
        Figure::TooLarge(number) => Some((
            format!("{what} of {number:e} is more than the world trades in a year"),
            "look for a lost decimal point, or for an overflow in the program that wrote the file",
        )),
        Figure::Wrong => Some((
            format!("`{}` is no {what}", shown(cell)),
            "write digits with a decimal point, or leave the cell empty if it is not known",
        )),
    }
}

/// A cell for a sentence: at most forty characters.
pub(crate) fn shown(cell: &[u8]) -> String {
    String::from_utf8_lossy(&cell[..cell.len().min(160)]).chars().take(40).collect()
}

/// A whole number of at most nine digits.
pub(crate) fn whole(cell: &[u8]) -> Option<u32> {
    if cell.is_empty() || cell.len() > 9 || !cell.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(cell.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

/// `true`, `True`, `1`, `false`, `False`, `0`.
pub(crate) fn truth(cell: &[u8]) -> Option<bool> {
    match cell {
        b"true" | b"True" | b"TRUE" | b"1" => Some(true),
        b"false" | b"False" | b"FALSE" | b"0" => Some(false),
        _ => None,
    }
}
