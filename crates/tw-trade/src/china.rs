//! Table downloaded from the statistics site of the General Administration of Customs of China (stats.customs.gov.cn), in Chinese or
//! English, UTF-8 or GB 18030.
//!
//! The Chinese columns (数据年月, 商品编码, 商品名称, 贸易伙伴编码, 贸易伙伴名称, 贸易方式编码, 贸易方式名称, 注册地编码, 注册地名称,
//! 第一数量, 第一计量单位, 第二数量, 第二计量单位, 人民币 or 美元), the encoding, commas between thousands and the empty column at the end
//! were checked against several public programs that read such files. The English columns and the names of partners
//! (`data/china_partners.csv`) are from memory. Partner codes are the customs' own three digits and are not used, save that 109 (North
//! Korea) and 133 (South Korea) must agree with the name.

use std::collections::BTreeMap;
use std::io;
use std::sync::OnceLock;

use tw_base::{Country, Refusal, Refusals};

use crate::baci::scaled;
use crate::collect::{Collector, Figure, LARGEST, Note, complaint, figure, mix, shown, whole};
use crate::comtrade::heading;
use crate::read::{IGNORED, Table, decode, edition_in_force};
use crate::report::{Area, Edition, Flow, Marks, Month, Report, Valuation};

const COUNT: usize = 12;
const PERIOD: usize = 0;
const GOODS: usize = 1;
const PARTNER_CODE: usize = 2;
const PARTNER: usize = 3;
const REGIME: usize = 4;
const PLACE: usize = 5;
const FIRST: usize = 6;
const FIRST_UNIT: usize = 7;
const SECOND: usize = 8;
const SECOND_UNIT: usize = 9;
const CNY: usize = 10;
const USD: usize = 11;

fn known(name: &str) -> Option<usize> {
    Some(match name {
        "数据年月" | "统计年月" | "date of data" | "year and month" | "date" => PERIOD,
        "商品编码" | "commodity code" | "commodity codes" => GOODS,
        "贸易伙伴编码" | "trading partner code" | "trading partners code" => PARTNER_CODE,
        "贸易伙伴名称" | "trading partner" | "trading partners" => PARTNER,
        "贸易方式编码" | "customs regime code" | "trade mode code" => REGIME,
        "注册地编码" | "code of location of registration" | "location of registration code" => PLACE,
        "第一数量" | "quantity" | "first quantity" => FIRST,
        "第一计量单位" | "计量单位" | "unit" | "first unit" => FIRST_UNIT,
        "第二数量" | "supplementary quantity" | "second quantity" => SECOND,
        "第二计量单位" | "supplementary unit" | "second unit" => SECOND_UNIT,
        "人民币" | "rmb" | "rmb yuan" | "renminbi yuan" => CNY,
        "美元" | "us dollar" | "usd" | "us dollars" => USD,
        "商品名称"
        | "commodity"
        | "贸易方式名称"
        | "customs regime"
        | "trade mode"
        | "注册地名称"
        | "location of registration"
        | "单价"
        | "unit price" => IGNORED,
        _ => return None,
    })
}

/// Whether the cells of a header (in small letters) are those of such a table.
pub(crate) fn is_header(cells: &[String]) -> bool {
    let has = |ours: usize| cells.iter().any(|cell| known(cell) == Some(ours));
    has(GOODS) && (has(PARTNER) || has(PARTNER_CODE)) && (has(CNY) || has(USD)) && !cells.iter().any(|cell| cell == "trade flow code")
}

/// Reads such a table.
pub(crate) fn read(collector: &mut Collector<'_>, source: impl io::Read) -> Result<(), Refusals> {
    let Some(flow) = collector.options.flow.or_else(|| flow_in_name(collector.file)) else {
        return Err(Refusal::new(collector.file, "whether these are imports or exports is not told")
            .hint("the table itself does not say it: name the direction, or put `import` or `export` (进口, 出口) into the file name")
            .into());
    };
    let china: Country = Country::CHN;
    let mut table = Table::open(collector, source, COUNT, known)?;
    table.need(collector.file, &[(PERIOD, "数据年月"), (GOODS, "商品编码"), (PARTNER, "贸易伙伴名称")])?;
    if !table.has(USD) && !table.has(CNY) {
        return Err(Refusal::new(collector.file, "there is no column of values").row(1).column("美元").into());
    }
    let names: Vec<String> = (0..COUNT).map(|ours| table.name(ours)).collect();
    // The same few names come again and again: each is decoded and looked up once.
    let mut partners: BTreeMap<Vec<u8>, Option<Area>> = BTreeMap::new();
    while table.advance(collector)? {
        let record = table.lines.line();
        let Some(month) = period(table.cell(PERIOD)) else {
            collector.refuse(
                record,
                &names[PERIOD],
                || format!("`{}` is no month", decode(table.cell(PERIOD)).chars().take(40).collect::<String>()),
                "choose months one by one when downloading: sums over several months are not read",
            );
            continue;
        };
        let name = table.cell(PARTNER);
        let partner = match partners.get(name) {
            Some(known) => *known,
            None => {
                let found = partner(&decode(name));
                if partners.len() < 10_000 {
                    partners.insert(name.to_vec(), found);
                }
                found
            }
        };
        let Some(partner) = partner else {
            collector.refuse(
                record,
                &names[PARTNER],
                || format!("`{}` is no trading partner that is known here", decode(name).chars().take(40).collect::<String>()),
                "its code is the customs' own and cannot be used instead; write the short name as the site has it",
            );
            continue;
        };
        if let Some(expected) = korea(table.cell(PARTNER_CODE))
            && partner != Area::Country(expected)
        {
            collector.refuse(
                record,
                &names[PARTNER_CODE],
                || format!("code `{}` is {expected} and the name is not", shown(table.cell(PARTNER_CODE))),
                "109 is North Korea (朝鲜), 133 is South Korea (韩国): one of the two cells is wrong",
            );
            continue;
        }
        let mut marks = Marks::NONE;
        let Some(heading) = heading(collector, record, &names[GOODS], table.cell(GOODS), &mut marks) else { continue };
        let in_dollars = table.has(USD);
        let column = if in_dollars { USD } else { CNY };
        let value = figure(table.cell(column), true);
        if let Some((reason, hint)) = complaint(value, "value", table.cell(column)) {
            collector.refuse(record, &names[column], || reason, hint);
            continue;
        }
        let usd = match value {
            Figure::Number(0.0) => {
                collector.note(Note::ZeroValue, record, &names[column]);
                0.0
            }
            Figure::Number(number) if in_dollars => number,
            Figure::Number(number) => match collector.options.usd_per_cny.of(month) {
                Some(rate) => number * rate,
                None => {
                    collector.note(Note::NoRate, record, &names[column]);
                    f64::NAN
                }
            },
            _ => {
                collector.note(Note::NoValue, record, &names[column]);
                f64::NAN
            }
        };
        let Some(kg) = mass(collector, record, &names, &table, matches!(value, Figure::Number(0.0))) else { continue };
        if usd > LARGEST || kg > LARGEST {
            collector.refuse(record, &names[column], || "more than the world trades in a year".to_owned(), "look at the rate and the unit");
            continue;
        }
        let edition = match collector.options.edition {
            Some(Edition::NotTold) | None => edition_in_force(month.year()),
            Some(edition) => edition,
        };
        let report = Report {
            reporter: china,
            partner,
            flow,
            heading,
            edition,
            month,
            usd,
            // Imports CIF, exports FOB: metadata of China in UN Comtrade, and the custom of UN, *IMTS 2010*.
            valuation: if flow == Flow::Import { Valuation::Cif } else { Valuation::Fob },
            kg,
            marks,
            published: collector.options.published,
            file: collector.options.file,
            record: record as u32,
        };
        let (regime, place) = (table.cell(REGIME), table.cell(PLACE));
        let mask = u8::from(!regime.is_empty()) | u8::from(!place.is_empty()) << 1;
        collector.push_part(report, mask, mix(mix(0, regime), place), table.cell(GOODS), table.cell(PARTNER));
    }
    Ok(())
}

/// Mass from whichever of the two quantities is in a unit of mass. Pieces and litres are never one.
fn mass<R: io::Read>(collector: &mut Collector<'_>, record: u64, names: &[String], table: &Table<R>, nothing: bool) -> Option<f64> {
    for (quantity, unit) in [(FIRST, FIRST_UNIT), (SECOND, SECOND_UNIT)] {
        let Some(factor) = kilograms(&decode(table.cell(unit)).to_lowercase()) else { continue };
        let cell = table.cell(quantity);
        let read = figure(cell, true);
        if let Some((reason, hint)) = complaint(read, "quantity", cell) {
            collector.refuse(record, &names[quantity], || reason, hint);
            return None;
        }
        return match read {
            Figure::Number(0.0) if !nothing => {
                collector.note(Note::ZeroMass, record, &names[quantity]);
                Some(f64::NAN)
            }
            Figure::Missing => {
                collector.note(Note::NoMass, record, &names[quantity]);
                Some(f64::NAN)
            }
            read => Some(scaled(read, factor)),
        };
    }
    collector.note(Note::NoMass, record, "");
    Some(f64::NAN)
}

fn kilograms(unit: &str) -> Option<f64> {
    match unit {
        "千克" | "kg" | "kilogram" | "kilograms" => Some(1.0),
        "克" | "g" | "gram" | "grams" => Some(0.001),
        "吨" | "t" | "ton" | "tons" | "tonne" | "tonnes" => Some(1000.0),
        _ => None,
    }
}

fn korea(code: &[u8]) -> Option<Country> {
    match code {
        b"109" => Some(Country::PRK),
        b"133" => "KOR".parse().ok(),
        _ => None,
    }
}

fn flow_in_name(name: &str) -> Option<Flow> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
    let imports = name.contains("import") || name.contains("进口");
    let exports = name.contains("export") || name.contains("出口");
    match (imports, exports) {
        (true, false) => Some(Flow::Import),
        (false, true) => Some(Flow::Export),
        _ => None,
    }
}

/// `201806`, `2018-06`, `2018年6月`; `2018` for a year.
fn period(cell: &[u8]) -> Option<Month> {
    let number = whole(cell);
    match (cell.len(), number) {
        (6, Some(number)) => return Month::of(number / 100, number % 100),
        (4, Some(year)) => return Month::whole_year(year),
        _ => {}
    }
    let text = decode(cell);
    let (year, month) = text.split_once(['-', '/', '年'])?;
    let month = month.strip_suffix('月').unwrap_or(month);
    Month::of(whole(year.as_bytes())?, whole(month.as_bytes())?)
}

fn partner(name: &str) -> Option<Area> {
    let plain = fold(name);
    if let Some(country) = names().get(plain.as_str()) {
        return Some(Area::Country(*country));
    }
    // Remainders of continents (亚洲其他国家(地区)) and partners that are withheld (国别(地区)不详).
    let residual = (name.contains("其他国家") || name.contains("不详") || name.contains("国家(地区)不明"))
        || (plain.contains("nes") && plain.starts_with("oth"))
        || plain.contains("countriesunknown");
    residual.then_some(Area::NotTold)
}

/// Letters of a name in small letters, without spaces, full stops, commas, brackets and hyphens.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn names() -> &'static BTreeMap<String, Country> {
    static NAMES: OnceLock<BTreeMap<String, Country>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = BTreeMap::new();
        for line in include_str!("../data/china_partners.csv").lines().skip(1) {
            let mut cells = line.split(',');
            let Some(Ok(country)) = cells.next().map(str::parse::<Country>) else { continue };
            for name in cells {
                names.insert(fold(name), country);
            }
        }
        // Other ways in which the site and its users write them. Never bare `Korea`.
        let others = [
            ("PRK", "朝鲜民主主义人民共和国"),
            ("PRK", "Korea, Democratic People's Republic of"),
            ("PRK", "Korea D.P.Rep."),
            ("PRK", "North Korea"),
            ("PRK", "Democratic People's Republic of Korea"),
            ("PRK", "DPR Korea"),
            ("KOR", "大韩民国"),
            ("KOR", "Korea, Republic of"),
            ("KOR", "Republic of Korea"),
            ("KOR", "South Korea"),
            ("RUS", "俄罗斯联邦"),
            ("RUS", "Russian Federation"),
            ("VNM", "Viet Nam"),
            ("HKG", "香港"),
            ("HKG", "Hong Kong, China"),
            ("HKG", "China Hong Kong"),
            ("MAC", "澳门"),
            ("MAC", "Macao"),
            ("MAC", "Macao, China"),
            ("TWN", "台湾省"),
            ("TWN", "台湾"),
            ("TWN", "Taiwan, China"),
            ("TWN", "China Taiwan"),
            ("ARE", "阿拉伯联合酋长国"),
            ("IDN", "印尼"),
            ("LAO", "Laos PDR"),
            ("LAO", "Lao PDR"),
            ("USA", "United States of America"),
            ("USA", "USA"),
            ("CZE", "Czechia"),
            ("TUR", "Türkiye"),
            ("COG", "刚果(布)"),
            ("COD", "刚果(金)"),
            ("COD", "民主刚果"),
            ("MKD", "前南马其顿"),
            ("BIH", "波斯尼亚和黑塞哥维那"),
            ("SYR", "Syrian Arab Republic"),
            ("TLS", "East Timor"),
            ("SWZ", "Swaziland"),
        ];
        for (code, name) in others {
            if let Ok(country) = code.parse() {
                names.insert(fold(name), country);
            }
        }
        names
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_koreas_are_told_apart_by_every_name() {
        for name in ["朝鲜", "Korea, DPR", "North Korea", "Democratic People's Republic of Korea"] {
            assert_eq!(partner(name), Some(Area::Country(Country::PRK)), "{name}");
        }
        for name in ["韩国", "Korea Rep.", "Republic of Korea", "South Korea"] {
            assert_eq!(partner(name), Some(Area::Country("KOR".parse().unwrap())), "{name}");
        }
        assert_eq!(partner("Korea"), None);
    }

    #[test]
    fn no_name_stands_for_two_countries() {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for line in include_str!("../data/china_partners.csv").lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), 3, "{line}");
            assert!(cells[0].parse::<Country>().is_ok(), "{line}");
            for name in &cells[1..] {
                assert_eq!(seen.insert(fold(name), cells[0]), None, "{line}");
            }
        }
    }
}
