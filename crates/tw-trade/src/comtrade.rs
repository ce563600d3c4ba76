//! UN Comtrade: JSON and CSV of the current API, CSV of the API that ended in 2022.
//!
//! Column names of the current API were checked against public programs that read it and against one answer copied from it (South Korea
//! to Viet Nam, 8542, 2023); those of the former API against the header that two programs compare with. The estimation flag (0 none, 2
//! quantity, 4 net mass, 6 both) is that of UNSD, *Quantity and Weight information in UN Comtrade* (2009), 4.1. Transport (`motCode`),
//! customs procedure (`customsCode`), supply (`mosCode`) and second partner: their totals `0`, `C00`, `0`, `0` are from memory.

use std::fmt;
use std::io::{self, BufReader};

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use tw_base::{Country, Refusal, Refusals};

use crate::collect::{Collector, Figure, Note, complaint, figure, mix, shown, truth, whole};
use crate::country::{AreaError, Entry, area_of_iso3, tables};
use crate::read::{Format, IGNORED, Table};
use crate::report::{Area, Edition, Flow, Heading, Mark, Marks, Month, Report, Valuation};

/// Our columns. The order is that of [`NAMES`].
#[derive(Clone, Copy)]
#[repr(usize)]
enum Column {
    Type,
    Frequency,
    Year,
    RefMonth,
    Period,
    ReporterCode,
    ReporterIso,
    Flow,
    PartnerCode,
    PartnerIso,
    Partner2,
    Classification,
    Goods,
    Customs,
    Supply,
    Transport,
    Unit,
    Quantity,
    AltUnit,
    AltQuantity,
    NetMass,
    MassEstimated,
    Cif,
    Fob,
    Value,
    Flag,
    Reported,
    Aggregate,
    Class,
}

use Column as C;

const COUNT: usize = 29;

/// Names in small letters: of the current API, of the former one.
const NAMES: [(&str, &str); COUNT] = [
    ("typecode", ""),
    ("freqcode", ""),
    ("refyear", "year"),
    ("refmonth", ""),
    ("period", "period"),
    ("reportercode", "reporter code"),
    ("reporteriso", "reporter iso"),
    ("flowcode", "trade flow code"),
    ("partnercode", "partner code"),
    ("partneriso", "partner iso"),
    ("partner2code", "2nd partner code"),
    ("classificationcode", "classification"),
    ("cmdcode", "commodity code"),
    ("customscode", "customs proc. code"),
    ("moscode", ""),
    ("motcode", "mode of transport code"),
    ("qtyunitcode", "qty unit code"),
    ("qty", "qty"),
    ("altqtyunitcode", "alt qty unit code"),
    ("altqty", "alt qty"),
    ("netwgt", "netweight (kg)"),
    ("isnetwgtestimated", ""),
    ("cifvalue", "cif trade value (us$)"),
    ("fobvalue", "fob trade value (us$)"),
    ("primaryvalue", "trade value (us$)"),
    ("legacyestimationflag", "flag"),
    ("isreported", ""),
    ("isaggregate", ""),
    ("clcode", ""),
];

/// Known and not used.
const UNUSED: [&str; 39] = [
    "datasetcode",
    "refperiodid",
    "reporterdesc",
    "flowdesc",
    "flowcategory",
    "partnerdesc",
    "partner2iso",
    "partner2desc",
    "classificationsearchcode",
    "isoriginalclassification",
    "cmddesc",
    "aggrlevel",
    "isleaf",
    "customsdesc",
    "mosdesc",
    "motdesc",
    "qtyunitabbr",
    "isqtyestimated",
    "altqtyunitabbr",
    "isaltqtyestimated",
    "grosswgt",
    "isgrosswgtestimated",
    "period desc.",
    "aggregate level",
    "is leaf code",
    "trade flow",
    "reporter",
    "partner",
    "2nd partner",
    "2nd partner iso",
    "customs",
    "mode of transport",
    "commodity",
    "qty unit",
    "alt qty unit",
    "gross weight (kg)",
    "mosdesc.",
    "datasetchecksum",
    "lastupdated",
];

fn known(name: &str) -> Option<usize> {
    if UNUSED.contains(&name) {
        return Some(IGNORED);
    }
    NAMES.iter().position(|(current, former)| *current == name || (!former.is_empty() && *former == name))
}

/// Reads CSV of either API: comma, semicolon or tab, with or without descriptions.
pub(crate) fn read_csv(collector: &mut Collector<'_>, source: impl io::Read) -> Result<(), Refusals> {
    let mut table = Table::open(collector, source, COUNT, known)?;
    let needed = [
        (C::Period as usize, "period"),
        (C::ReporterCode as usize, "reporterCode"),
        (C::Flow as usize, "flowCode"),
        (C::PartnerCode as usize, "partnerCode"),
        (C::Goods as usize, "cmdCode"),
        (C::Value as usize, "primaryValue"),
    ];
    table.need(collector.file, &needed)?;
    let names: Vec<String> = (0..COUNT).map(|ours| table.name(ours)).collect();
    while table.advance(collector)? {
        let record = table.lines.line();
        row(collector, record, &names, |column| table.cell(column as usize));
    }
    Ok(())
}

/// Reads an answer of the current API: `{"elapsedTime", "count", "data": […], "error"}`, or the array alone.
pub(crate) fn read_json(collector: &mut Collector<'_>, source: impl io::Read) -> Result<(), Refusals> {
    let file = collector.file;
    let mut answer = Answer { collector, record: 0, cells: vec![Vec::new(); COUNT], names: json_names(), error: None, data: false };
    let mut deserializer = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, source));
    let broken = |error: serde_json::Error| {
        let hint = if error.is_eof() { "the file ends too early; fetch it again" } else { "nothing of it was taken" };
        Refusal::new(file, format!("not JSON of UN Comtrade: {error}")).row(error.line() as u64).hint(hint)
    };
    AnswerSeed(&mut answer).deserialize(&mut deserializer).map_err(broken)?;
    deserializer.end().map_err(broken)?;
    if let Some(error) = answer.error {
        return Err(Refusal::new(file, format!("UN Comtrade answered with an error: {error}")).into());
    }
    if !answer.data {
        return Err(Refusal::new(file, "the answer has no `data`").hint("it may be a message about a key or a limit").into());
    }
    let rows = answer.record;
    if matches!(rows, 500 | 100_000 | 250_000) {
        collector.note(Note::AtLimit, rows, "");
    }
    collector.rows = rows;
    Ok(())
}

fn json_names() -> Vec<String> {
    [
        "typeCode",
        "freqCode",
        "refYear",
        "refMonth",
        "period",
        "reporterCode",
        "reporterISO",
        "flowCode",
        "partnerCode",
        "partnerISO",
        "partner2Code",
        "classificationCode",
        "cmdCode",
        "customsCode",
        "mosCode",
        "motCode",
        "qtyUnitCode",
        "qty",
        "altQtyUnitCode",
        "altQty",
        "netWgt",
        "isNetWgtEstimated",
        "cifvalue",
        "fobvalue",
        "primaryValue",
        "legacyEstimationFlag",
        "isReported",
        "isAggregate",
        "clCode",
    ]
    .iter()
    .map(|name| (*name).to_owned())
    .collect()
}

/// One row, whichever way it came.
fn row<'c>(collector: &mut Collector<'_>, record: u64, names: &[String], cell: impl Fn(Column) -> &'c [u8]) {
    let name = |column: Column| names[column as usize].as_str();
    if !matches!(cell(C::Type), b"" | b"C") {
        collector.note(Note::NotHarmonized, record, name(C::Type));
        return;
    }
    let class = if cell(C::Classification).is_empty() { cell(C::Class) } else { cell(C::Classification) };
    let Some(edition) = edition(collector, class) else {
        collector.note(Note::NotHarmonized, record, name(C::Classification));
        return;
    };
    let Some(flow) = flow(collector, record, name(C::Flow), cell(C::Flow)) else { return };
    let Some(month) = period(cell(C::Period), cell(C::Frequency), cell(C::RefMonth)) else {
        collector.refuse(
            record,
            name(C::Period),
            || {
                format!(
                    "`{}` is no period of {}",
                    shown(cell(C::Period)),
                    if cell(C::Frequency) == b"A" { "a year" } else { "a month or a year" }
                )
            },
            "a period is `YYYYMM` with a month from 01 to 12, or `YYYY`",
        );
        return;
    };
    if whole(cell(C::Year)).is_some_and(|year| year != month.year()) {
        collector.refuse(record, name(C::Year), || format!("year `{}` is not that of the period {month}", shown(cell(C::Year))), "");
        return;
    }
    let reporter = match area(cell(C::ReporterCode), cell(C::ReporterIso)) {
        Ok(Area::Country(country)) => country,
        Ok(_) | Err(AreaError::Former(..)) => {
            collector.note(Note::FormerReporter, record, name(C::ReporterCode));
            return;
        }
        Err(error) => {
            collector.refuse(
                record,
                name(C::ReporterCode),
                || error.to_string(),
                "reporters are those of UN Comtrade's list `Reporters.json`",
            );
            return;
        }
    };
    let partner = match area(cell(C::PartnerCode), cell(C::PartnerIso)) {
        Ok(area) => area,
        Err(AreaError::Former(..)) => {
            collector.note(Note::FormerArea, record, name(C::PartnerCode));
            Area::NotTold
        }
        Err(error) => {
            collector.refuse(
                record,
                name(C::PartnerCode),
                || error.to_string(),
                "partners are those of UN Comtrade's list `partnerAreas.json`",
            );
            return;
        }
    };
    let mut marks = Marks::NONE;
    let Some(heading) = heading(collector, record, name(C::Goods), cell(C::Goods), &mut marks) else { return };
    let Some((usd, valuation)) = value(collector, record, names, &cell, flow) else { return };
    let Some(kg) = mass(collector, record, names, &cell, usd) else { return };

    if partner == Area::Country(reporter) {
        collector.note(Note::SelfPartner, record, name(C::PartnerCode));
    }
    if partner == Area::World || is_union(reporter) || matches!(partner, Area::Country(country) if is_union(country)) {
        marks = marks.with(Mark::Aggregate);
    }
    let aggregate = truth(cell(C::Aggregate)) == Some(true);
    if aggregate {
        marks = marks.with(Mark::Aggregate);
    }
    // A row that UN Comtrade added up from detailed rows says `isReported: false` too; only a row that is neither was not sent at all.
    if truth(cell(C::Reported)) == Some(false) && !aggregate {
        marks = marks.with(Mark::NotReported);
    }
    match cell(C::Flag) {
        b"" | b"0" | b"2" => {}
        b"4" | b"6" => marks = marks.with(Mark::MassEstimated),
        _ => collector.note(Note::UnknownMark, record, name(C::Flag)),
    }
    if truth(cell(C::MassEstimated)) == Some(true) && !kg.is_nan() {
        marks = marks.with(Mark::MassEstimated);
    }
    let report = Report {
        reporter,
        partner,
        flow,
        heading,
        edition,
        month,
        usd,
        valuation,
        kg,
        marks,
        published: collector.options.published,
        file: collector.options.file,
        record: record as u32,
    };
    let details = [(C::Partner2, &b"0"[..]), (C::Customs, b"C00"), (C::Supply, b"0"), (C::Transport, b"0")];
    let (mut mask, mut detail) = (0_u8, 0_u64);
    for (bit, (column, total)) in details.into_iter().enumerate() {
        let code = cell(column);
        if !code.is_empty() && code != total {
            mask |= 1 << bit;
            detail = mix(detail, code);
        } else {
            detail = mix(detail, b"");
        }
    }
    let code = if cell(C::PartnerCode).is_empty() { cell(C::PartnerIso) } else { cell(C::PartnerCode) };
    collector.push_part(report, mask, detail, cell(C::Goods), code);
}

fn is_union(country: Country) -> bool {
    country.code() == "EUU"
}

fn edition(collector: &Collector<'_>, cell: &[u8]) -> Option<Edition> {
    let told = collector.options.edition.unwrap_or(Edition::NotTold);
    Some(match cell {
        b"" | b"HS" | b"H" => told,
        b"H0" => Edition::Hs1992,
        b"H1" => Edition::Hs1996,
        b"H2" => Edition::Hs2002,
        b"H3" => Edition::Hs2007,
        b"H4" => Edition::Hs2012,
        b"H5" => Edition::Hs2017,
        b"H6" => Edition::Hs2022,
        _ => return None,
    })
}

fn flow(collector: &mut Collector<'_>, record: u64, name: &str, cell: &[u8]) -> Option<Flow> {
    let former = collector.format == Format::ComtradeLegacyCsv;
    match cell {
        b"M" => Some(Flow::Import),
        b"X" => Some(Flow::Export),
        b"RM" => Some(Flow::ReImport),
        b"RX" => Some(Flow::ReExport),
        b"1" if former => Some(Flow::Import),
        b"2" if former => Some(Flow::Export),
        b"3" if former => Some(Flow::ReExport),
        b"4" if former => Some(Flow::ReImport),
        b"DX" | b"FM" | b"MIP" | b"MOP" | b"XIP" | b"XOP" | b"RMIP" | b"RMOP" | b"RXIP" | b"RXOP" => {
            collector.note(Note::OtherFlow, record, name);
            None
        }
        other => {
            collector.refuse(
                record,
                name,
                || format!("`{}` is no flow", shown(other)),
                "flows are `M`, `X`, `RM`, `RX` (1, 2, 4, 3 in the former API)",
            );
            None
        }
    }
}

/// `YYYYMM` or `YYYY`; month 52 marks a year.
fn period(period: &[u8], frequency: &[u8], ref_month: &[u8]) -> Option<Month> {
    let number = whole(period)?;
    let annual = frequency == b"A" || ref_month == b"52";
    let month = match period.len() {
        4 => Month::whole_year(number)?,
        6 if number % 100 == 52 => Month::whole_year(number / 100)?,
        6 => Month::of(number / 100, number % 100)?,
        _ => return None,
    };
    // A yearly row with a month in its period contradicts itself, and so does a monthly one without.
    if annual != month.month().is_none() && (annual || frequency == b"M") {
        return None;
    }
    if let (Some(told), Some(month)) = (whole(ref_month), month.month())
        && told != month
    {
        return None;
    }
    Some(month)
}

fn area(code: &[u8], iso: &[u8]) -> Result<Area, AreaError> {
    match whole(code) {
        Some(number) => match tables().by_number.get(number as usize).copied().unwrap_or(Entry::Unknown) {
            Entry::Area(area) => Ok(area),
            Entry::Former(name) => Err(AreaError::Former(shown(code), name)),
            Entry::Unknown => Err(AreaError::Unknown(shown(code))),
        },
        None if code.is_empty() && !iso.is_empty() => area_of_iso3(&shown(iso)),
        None => Err(AreaError::Unknown(shown(code))),
    }
}

/// A heading in digits; one with placeholders (`9999AA`, `27XXXX`) is kept under the digits in front and marked confidential.
pub(crate) fn heading(collector: &mut Collector<'_>, record: u64, name: &str, cell: &[u8], marks: &mut Marks) -> Option<Heading> {
    if cell == b"TOTAL" {
        *marks = marks.with(Mark::Aggregate);
        return Some(Heading::ALL);
    }
    let digits = cell.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == cell.len() && (1..=10).contains(&digits) {
        let code = cell.iter().fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        if digits % 2 == 1 {
            // All codes have an even number of digits, so one zero is missing in front.
            collector.note(Note::LeadingZeros, record, name);
        }
        let heading = Heading::new(code, (digits + digits % 2) as u8)?;
        if heading.cut(2).code() == 99 {
            collector.note(Note::ConfidentialHeading, record, name);
            *marks = marks.with(Mark::Confidential);
        }
        if heading.code() == 0 || heading.cut(2).code() == 0 {
            collector.refuse(record, name, || format!("`{}` is no heading: there is no chapter 00", shown(cell)), "");
            return None;
        }
        return Some(heading);
    }
    let plain = cell.iter().all(u8::is_ascii_alphanumeric) && cell.len() <= 10;
    if !plain || cell.is_empty() {
        collector.refuse(
            record,
            name,
            || format!("`{}` is no heading of the Harmonized System", shown(cell)),
            "write 2, 4, 6, 8 or 10 digits with leading zeros",
        );
        return None;
    }
    if digits < 2 {
        collector.note(Note::NoHeading, record, name);
        return None;
    }
    let kept = digits - digits % 2;
    let code = cell[..kept].iter().fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    collector.note(Note::ConfidentialHeading, record, name);
    *marks = marks.with(Mark::Confidential);
    Heading::new(code, kept as u8)
}

fn value<'c>(
    collector: &mut Collector<'_>,
    record: u64,
    names: &[String],
    cell: &impl Fn(Column) -> &'c [u8],
    flow: Flow,
) -> Option<(f64, Valuation)> {
    let mut figures = [Figure::Missing; 3];
    for (slot, column) in figures.iter_mut().zip([C::Value, C::Cif, C::Fob]) {
        *slot = figure(cell(column), false);
        if let Some((reason, hint)) = complaint(*slot, "value", cell(column)) {
            collector.refuse(record, &names[column as usize], || reason, hint);
            return None;
        }
    }
    let number = |figure: Figure| match figure {
        Figure::Number(number) => Some(number),
        _ => None,
    };
    let [primary, cif, fob] = figures.map(number);
    let usual = if matches!(flow, Flow::Import | Flow::ReImport) { (cif, Valuation::Cif) } else { (fob, Valuation::Fob) };
    let (usd, valuation) = match (primary, usual) {
        (Some(value), (Some(same), valuation)) if same == value => (value, valuation),
        // Some importers (Canada, the United States for some years) report free on board only.
        (Some(value), _) if fob == Some(value) => (value, Valuation::Fob),
        (Some(value), _) if cif == Some(value) => (value, Valuation::Cif),
        (Some(value), _) => (value, Valuation::NotTold),
        (None, (Some(value), valuation)) => (value, valuation),
        (None, (None, _)) => (f64::NAN, Valuation::NotTold),
    };
    if usd.is_nan() {
        collector.note(Note::NoValue, record, &names[C::Value as usize]);
    } else if usd == 0.0 {
        collector.note(Note::ZeroValue, record, &names[C::Value as usize]);
    }
    Some((usd, valuation))
}

/// UN Comtrade's unit code of kilograms.
const KILOGRAMS: &[u8] = b"8";

fn mass<'c>(collector: &mut Collector<'_>, record: u64, names: &[String], cell: &impl Fn(Column) -> &'c [u8], usd: f64) -> Option<f64> {
    let net = figure(cell(C::NetMass), false);
    if let Some((reason, hint)) = complaint(net, "net mass", cell(C::NetMass)) {
        collector.refuse(record, &names[C::NetMass as usize], || reason, hint);
        return None;
    }
    let mut quantity = f64::NAN;
    for (unit, column) in [(C::Unit, C::Quantity), (C::AltUnit, C::AltQuantity)] {
        let read = figure(cell(column), false);
        if cell(unit) != KILOGRAMS {
            // Litres, pieces, kilowatt-hours: never a mass.
            continue;
        }
        if let Some((reason, hint)) = complaint(read, "quantity", cell(column)) {
            collector.refuse(record, &names[column as usize], || reason, hint);
            return None;
        }
        if let Figure::Number(number) = read
            && quantity.is_nan()
            && number > 0.0
        {
            quantity = number;
        }
    }
    let column = names[C::NetMass as usize].as_str();
    match net {
        Figure::Number(net) if net > 0.0 => {
            let ratio = net / quantity;
            if quantity.is_nan() || (ratio - 1.0).abs() <= 0.01 {
                return Some(net);
            }
            if (900.0..=1100.0).contains(&ratio) || (900.0..=1100.0).contains(&ratio.recip()) {
                collector.note(Note::UnitOfMass, record, column);
                return Some(f64::NAN);
            }
            collector.note(Note::MassDisagrees, record, column);
            Some(net)
        }
        _ if quantity > 0.0 => {
            collector.note(Note::MassFromQuantity, record, &names[C::Quantity as usize]);
            Some(quantity)
        }
        Figure::Number(_) if usd == 0.0 => Some(0.0),
        Figure::Number(_) => {
            collector.note(Note::ZeroMass, record, column);
            Some(f64::NAN)
        }
        _ => {
            collector.note(Note::NoMass, record, column);
            Some(f64::NAN)
        }
    }
}

/// State while an answer in JSON is read; its rows are never held together.
struct Answer<'a, 'b> {
    collector: &'a mut Collector<'b>,
    record: u64,
    cells: Vec<Vec<u8>>,
    names: Vec<String>,
    error: Option<String>,
    data: bool,
}

struct AnswerSeed<'x, 'a, 'b>(&'x mut Answer<'a, 'b>);

impl<'de> DeserializeSeed<'de> for AnswerSeed<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnswerSeed<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `data`, or an array of rows")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "data" => map.next_value_seed(RowsSeed(self.0))?,
                "error" | "message" => {
                    let text: Text = map.next_value()?;
                    if let Some(text) = text.0.filter(|text| !text.is_empty() && key == "error") {
                        self.0.error = Some(text);
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        RowsSeed(self.0).visit_seq(seq)
    }
}

/// Text, or nothing for anything else.
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut bytes = Vec::new();
        CellSeed(&mut bytes).deserialize(deserializer)?;
        Ok(Self(String::from_utf8(bytes).ok().map(|text| text.chars().take(200).collect())))
    }
}

struct RowsSeed<'x, 'a, 'b>(&'x mut Answer<'a, 'b>);

impl<'de> DeserializeSeed<'de> for RowsSeed<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowsSeed<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.0.data = true;
        while seq.next_element_seed(RowSeed(self.0))?.is_some() {
            if self.0.record > u64::from(u32::MAX) {
                return Err(serde::de::Error::custom("more than four thousand million rows"));
            }
            let answer = &mut *self.0;
            let cells = &answer.cells;
            row(answer.collector, answer.record, &answer.names, |column| cells[column as usize].as_slice());
        }
        Ok(())
    }
}

struct RowSeed<'x, 'a, 'b>(&'x mut Answer<'a, 'b>);

impl<'de> DeserializeSeed<'de> for RowSeed<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row as an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let answer = self.0;
        answer.record += 1;
        answer.cells.iter_mut().for_each(Vec::clear);
        while let Some(key) = map.next_key::<String>()? {
            match known(&key.to_ascii_lowercase()) {
                Some(IGNORED) => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(ours) => {
                    answer.cells[ours].clear();
                    if map.next_value_seed(CellSeed(&mut answer.cells[ours]))? == Shape::Nested {
                        answer.collector.note(Note::Nested, answer.record, &key);
                    }
                }
                None => {
                    // Counted once for each name, not for each row, would need a list; the first row tells it.
                    if answer.record == 1 {
                        answer.collector.note(Note::UnknownColumn, 1, &key);
                    }
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

#[derive(PartialEq)]
enum Shape {
    Plain,
    Nested,
}

/// Writes one value as the text that a CSV would have.
struct CellSeed<'x>(&'x mut Vec<u8>);

impl<'de> DeserializeSeed<'de> for CellSeed<'_> {
    type Value = Shape;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Shape, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CellSeed<'_> {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a figure, a code, true, false or null")
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Plain)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Shape, E> {
        self.0.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(Shape::Plain)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Shape, E> {
        self.0.extend_from_slice(value.to_string().as_bytes());
        Ok(Shape::Plain)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Shape, E> {
        self.0.extend_from_slice(value.to_string().as_bytes());
        Ok(Shape::Plain)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Shape, E> {
        let text = if value.abs() < 1e15 { value.to_string() } else { format!("{value:e}") };
        self.0.extend_from_slice(text.as_bytes());
        Ok(Shape::Plain)
    }

    fn visit_str<E>(self, value: &str) -> Result<Shape, E> {
        self.0.extend_from_slice(value.trim().as_bytes());
        Ok(Shape::Plain)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Shape, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Shape::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Shape::Nested)
    }
}
