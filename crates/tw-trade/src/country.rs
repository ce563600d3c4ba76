//! Country codes of trade statistics: UN M49 with UN Comtrade's own codes, ISO 3166 alpha-2 and alpha-3.
//!
//! Layout of the codes: ISO 3166-1 for countries; groups, residuals and states that no longer exist from the partner list of UN
//! Comtrade's former API (`data/comtrade_areas.csv`). Letter codes of residuals (`S19`, `_X`, `X1`) are from memory and told by their
//! shape: a digit or an underscore, which no ISO 3166 code has.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use thiserror::Error;
use tw_base::Country;

use crate::report::Area;

const COUNTRIES: &str = include_str!("../data/countries.csv");
const AREAS: &str = include_str!("../data/comtrade_areas.csv");

/// Why a code is no area of today.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AreaError {
    /// A state or union that no longer exists; it is not given to any of its successors.
    #[error("`{0}` stands for {1}, which no longer exists and is not given to a successor")]
    Former(String, &'static str),
    /// No such code is known.
    #[error("`{0}` is no area code of M49, UN Comtrade or ISO 3166 that is known here")]
    Unknown(String),
}

/// What is known of one country.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) country: Country,
    pub(crate) m49: u32,
    pub(crate) iso2: [u8; 2],
    pub(crate) capital: Option<(f64, f64)>,
    pub(crate) landlocked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Entry {
    Area(Area),
    Former(&'static str),
    Unknown,
}

pub(crate) struct Tables {
    /// By alpha-3.
    pub(crate) rows: Vec<Row>,
    /// By numeric code, 0 to 999.
    pub(crate) by_number: Vec<Entry>,
    by_iso2: BTreeMap<[u8; 2], Country>,
}

pub(crate) fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Tables { rows: Vec::new(), by_number: vec![Entry::Unknown; 1000], by_iso2: BTreeMap::new() };
        for line in COUNTRIES.lines().skip(1) {
            let Some(row) = country_row(line) else { continue };
            tables.by_number[row.m49 as usize % 1000] = Entry::Area(Area::Country(row.country));
            tables.by_iso2.insert(row.iso2, row.country);
            tables.rows.push(row);
        }
        for line in AREAS.lines().skip(1) {
            let mut cells = line.splitn(4, ',');
            let (Some(code), Some(kind), Some(iso3), Some(name)) = (cells.next(), cells.next(), cells.next(), cells.next()) else {
                continue;
            };
            let Ok(code) = code.parse::<usize>() else { continue };
            let entry = match kind {
                "world" => Entry::Area(Area::World),
                "not-told" => Entry::Area(Area::NotTold),
                "former" => Entry::Former(name),
                _ => iso3.parse().map_or(Entry::Unknown, |country| Entry::Area(Area::Country(country))),
            };
            tables.by_number[code % 1000] = entry;
        }
        tables.rows.sort_by_key(|row| row.country);
        tables
    })
}

fn country_row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.split(',').collect();
    let [m49, iso2, iso3, lat, lon, landlocked] = cells.as_slice() else { return None };
    Some(Row {
        country: iso3.parse().ok()?,
        m49: m49.parse().ok()?,
        iso2: iso2.as_bytes().try_into().ok()?,
        capital: lat.parse().ok().zip(lon.parse().ok()),
        landlocked: *landlocked == "1",
    })
}

pub(crate) fn row_of(country: Country) -> Option<&'static Row> {
    let rows = &tables().rows;
    rows.binary_search_by_key(&country, |row| row.country).ok().map(|at| &rows[at])
}

/// The area of a numeric code of UN M49 or of UN Comtrade's own (842 United States, 757 Switzerland, 699 India, 251 France, 579 Norway,
/// 381 Italy, 97 European Union).
///
/// 490 (*Other Asia, nes*) is read as Taiwan: the UN's statistics have no code for it, and for nearly all reporters 490 holds nothing
/// else (UN Comtrade's own note on "Taiwan, Province of China trade data"). Some reporters put other small remainders there. 492 is Monaco in
/// M49 and *Europe EU, nes* in UN Comtrade: it is read as not told (Monaco's trade is in that of France).
///
/// # Errors
/// [`AreaError::Former`] for states that no longer exist, [`AreaError::Unknown`] for the rest.
///
/// ```
/// use tw_trade::{Area, country::area_of_m49};
/// assert_eq!(area_of_m49(408)?, Area::Country("PRK".parse().unwrap()));
/// assert_eq!(area_of_m49(410)?, Area::Country("KOR".parse().unwrap()));
/// assert_eq!(area_of_m49(0)?, Area::World);
/// assert_eq!(area_of_m49(899)?, Area::NotTold);
/// assert!(area_of_m49(810).is_err());
/// # Ok::<(), tw_trade::country::AreaError>(())
/// ```
pub fn area_of_m49(code: u32) -> Result<Area, AreaError> {
    match tables().by_number.get(code as usize).copied().unwrap_or(Entry::Unknown) {
        Entry::Area(area) => Ok(area),
        Entry::Former(name) => Err(AreaError::Former(code.to_string(), name)),
        Entry::Unknown => Err(AreaError::Unknown(code.to_string())),
    }
}

/// The area of three letters as UN Comtrade writes them: ISO 3166-1 alpha-3, `W00` and `WLD` for the world, `S19` for Taiwan (see
/// [`area_of_m49`]), any other code with a digit or an underscore for an area that is not told.
///
/// # Errors
/// [`AreaError::Former`] for states that no longer exist, [`AreaError::Unknown`] for the rest.
pub fn area_of_iso3(code: &str) -> Result<Area, AreaError> {
    let known = |text: &str| text.parse::<Country>().map(Area::Country).map_err(|_| AreaError::Unknown(shown(code)));
    match code {
        "W00" | "WLD" => Ok(Area::World),
        "S19" => known("TWN"),
        "ROM" => known("ROU"),
        "ZAR" => known("COD"),
        "TMP" => known("TLS"),
        "SUN" => Err(AreaError::Former(shown(code), "USSR")),
        "YUG" => Err(AreaError::Former(shown(code), "Yugoslavia")),
        "SCG" => Err(AreaError::Former(shown(code), "Serbia and Montenegro")),
        "CSK" => Err(AreaError::Former(shown(code), "Czechoslovakia")),
        "DDR" => Err(AreaError::Former(shown(code), "German Democratic Republic")),
        "ANT" => Err(AreaError::Former(shown(code), "Netherlands Antilles")),
        _ if code.len() <= 3 && code.bytes().any(|b| b.is_ascii_digit() || b == b'_') => {
            if code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !code.bytes().all(|b| b.is_ascii_digit()) {
                Ok(Area::NotTold)
            } else {
                Err(AreaError::Unknown(shown(code)))
            }
        }
        _ => known(code),
    }
}

/// The country of an ISO 3166-1 alpha-2 code, with the European Union's `EL` and `UK`.
#[must_use]
pub fn country_of_iso2(code: &str) -> Option<Country> {
    let code = match code {
        "EL" => "GR",
        "UK" => "GB",
        other => other,
    };
    tables().by_iso2.get(code.as_bytes()).copied()
}

/// The numeric code of UN M49 (equal to ISO 3166-1 numeric); UN Comtrade's 97 for the European Union.
#[must_use]
pub fn m49_of(country: Country) -> Option<u32> {
    if country.code() == "EUU" {
        return Some(97);
    }
    row_of(country).map(|row| row.m49)
}

/// The numeric code that UN Comtrade uses for a country of today: its own where it has one; nothing for Monaco, which it counts in France.
#[must_use]
pub fn comtrade_code_of(country: Country) -> Option<u32> {
    match country.code() {
        "MCO" => None,
        "FRA" => Some(251),
        "ITA" => Some(380),
        "TWN" => Some(490),
        "NOR" => Some(579),
        "IND" => Some(699),
        "CHE" => Some(757),
        "USA" => Some(842),
        _ => m49_of(country),
    }
}

/// The ISO 3166-1 alpha-2 code.
#[must_use]
pub fn iso2_of(country: Country) -> Option<&'static str> {
    row_of(country).and_then(|row| std::str::from_utf8(&row.iso2).ok())
}

fn shown(code: &str) -> String {
    code.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn country(code: &str) -> Area {
        Area::Country(code.parse().unwrap())
    }

    #[test]
    fn north_and_south_korea_are_never_confused() {
        assert_eq!(area_of_m49(408), Ok(country("PRK")));
        assert_eq!(area_of_m49(410), Ok(country("KOR")));
        assert_eq!(country_of_iso2("KP"), Some(Country::PRK));
        assert_eq!(country_of_iso2("KR").unwrap().code(), "KOR");
        assert_eq!((m49_of(Country::PRK), iso2_of(Country::PRK)), (Some(408), Some("KP")));
        assert_eq!((m49_of("KOR".parse().unwrap()), iso2_of("KOR".parse().unwrap())), (Some(410), Some("KR")));
    }

    #[test]
    fn codes_of_comtrade_are_read_as_its_list_says() {
        for (code, iso3) in [
            (842, "USA"),
            (840, "USA"),
            (757, "CHE"),
            (756, "CHE"),
            (699, "IND"),
            (251, "FRA"),
            (579, "NOR"),
            (490, "TWN"),
            (158, "TWN"),
            (97, "EUU"),
        ] {
            assert_eq!(area_of_m49(code), Ok(country(iso3)), "{code}");
        }
        for code in [899, 837, 838, 839, 568, 527, 577, 636, 637, 290, 129, 221, 471, 473, 492, 697, 879] {
            assert_eq!(area_of_m49(code), Ok(Area::NotTold), "{code}");
        }
        assert!(matches!(area_of_m49(810), Err(AreaError::Former(_, "USSR"))));
        assert!(matches!(area_of_m49(280), Err(AreaError::Former(..))));
        assert!(matches!(area_of_m49(123_456), Err(AreaError::Unknown(_))));
        assert_eq!((area_of_iso3("W00"), area_of_iso3("S19")), (Ok(Area::World), Ok(country("TWN"))));
        assert_eq!(
            (area_of_iso3("_X"), area_of_iso3("X1"), area_of_iso3("E19")),
            (Ok(Area::NotTold), Ok(Area::NotTold), Ok(Area::NotTold))
        );
        assert!(area_of_iso3("999").is_err());
    }

    #[test]
    fn every_country_has_its_codes_and_they_lead_back() {
        assert_eq!(tables().rows.len(), 249);
        for row in &tables().rows {
            let area = Area::Country(row.country);
            if row.country.code() == "MCO" {
                assert_eq!((area_of_m49(row.m49), comtrade_code_of(row.country)), (Ok(Area::NotTold), None));
            } else {
                assert_eq!(area_of_m49(row.m49), Ok(area));
                assert_eq!(area_of_m49(comtrade_code_of(row.country).unwrap()), Ok(area));
            }
            assert_eq!(country_of_iso2(iso2_of(row.country).unwrap()), Some(row.country));
            assert_eq!(area_of_iso3(row.country.code()), Ok(area));
        }
    }

    proptest! {
        #[test]
        fn no_code_makes_it_panic(code in any::<u32>(), text in "\\PC{0,6}") {
            let _ = area_of_m49(code);
            let _ = area_of_iso3(&text);
            let _ = country_of_iso2(&text);
        }
    }
}
