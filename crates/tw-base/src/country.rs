use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A country by its ISO 3166-1 alpha-3 code, or `EUU` for the European Union (code reserved for it in UN trade data).
///
/// ```
/// use tw_base::Country;
/// let russia: Country = "RUS".parse()?;
/// assert_eq!(russia.name(), "Russia");
/// assert!("KP".parse::<Country>().is_err());
/// # Ok::<(), tw_base::CountryError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 3]);

/// Why text is not a country code.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is not a country code: use ISO 3166 alpha-3 such as `RUS`, `CHN`, `PRK`, `KOR`")]
pub struct CountryError(String);

impl Country {
    /// North Korea.
    pub const PRK: Self = Self(*b"PRK");
    /// Russia.
    pub const RUS: Self = Self(*b"RUS");
    /// China.
    pub const CHN: Self = Self(*b"CHN");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("three ASCII letters by construction")
    }

    /// The short name in English for the countries that come up most in this field, else the code.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0 {
            b"AGO" => "Angola",
            b"ARE" => "United Arab Emirates",
            b"AUS" => "Australia",
            b"BLR" => "Belarus",
            b"BRA" => "Brazil",
            b"CAN" => "Canada",
            b"CHE" => "Switzerland",
            b"CHN" => "China",
            b"COD" => "Democratic Republic of the Congo",
            b"COG" => "Congo",
            b"CUB" => "Cuba",
            b"DEU" => "Germany",
            b"EGY" => "Egypt",
            b"ESP" => "Spain",
            b"ETH" => "Ethiopia",
            b"EUU" => "European Union",
            b"FRA" => "France",
            b"GBR" => "United Kingdom",
            b"GNQ" => "Equatorial Guinea",
            b"HKG" => "Hong Kong",
            b"IDN" => "Indonesia",
            b"IND" => "India",
            b"IRN" => "Iran",
            b"IRQ" => "Iraq",
            b"ITA" => "Italy",
            b"JPN" => "Japan",
            b"KAZ" => "Kazakhstan",
            b"KGZ" => "Kyrgyzstan",
            b"KHM" => "Cambodia",
            b"KOR" => "South Korea",
            b"KWT" => "Kuwait",
            b"LAO" => "Laos",
            b"LBY" => "Libya",
            b"MAC" => "Macao",
            b"MLT" => "Malta",
            b"MMR" => "Myanmar",
            b"MNG" => "Mongolia",
            b"MOZ" => "Mozambique",
            b"MYS" => "Malaysia",
            b"NAM" => "Namibia",
            b"NGA" => "Nigeria",
            b"NLD" => "Netherlands",
            b"NPL" => "Nepal",
            b"OMN" => "Oman",
            b"PAK" => "Pakistan",
            b"PAN" => "Panama",
            b"PER" => "Peru",
            b"PLW" => "Palau",
            b"POL" => "Poland",
            b"PRK" => "North Korea",
            b"QAT" => "Qatar",
            b"RUS" => "Russia",
            b"SAU" => "Saudi Arabia",
            b"SEN" => "Senegal",
            b"SGP" => "Singapore",
            b"SLE" => "Sierra Leone",
            b"SWE" => "Sweden",
            b"SYR" => "Syria",
            b"TGO" => "Togo",
            b"THA" => "Thailand",
            b"TUR" => "Türkiye",
            b"TWN" => "Taiwan",
            b"TZA" => "Tanzania",
            b"UGA" => "Uganda",
            b"UKR" => "Ukraine",
            b"USA" => "United States",
            b"VEN" => "Venezuela",
            b"VNM" => "Viet Nam",
            b"ZAF" => "South Africa",
            b"ZMB" => "Zambia",
            b"ZWE" => "Zimbabwe",
            _ => self.code(),
        }
    }
}

impl FromStr for Country {
    type Err = CountryError;

    fn from_str(text: &str) -> Result<Self, CountryError> {
        if CODES.binary_search(&text).is_ok() || text == "EUU" {
            let bytes = text.as_bytes();
            return Ok(Self([bytes[0], bytes[1], bytes[2]]));
        }
        Err(CountryError(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for Country {
    type Error = CountryError;

    fn try_from(text: String) -> Result<Self, CountryError> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.code().to_owned()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One or more countries that a figure covers together (`CHN+RUS`), or `world`.
///
/// A joint figure is kept joint: it is never split by guess.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Parties(Option<Vec<Country>>);

impl Parties {
    /// A single country.
    #[must_use]
    pub fn one(country: Country) -> Self {
        Self(Some(vec![country]))
    }

    /// The countries in alphabetical order; empty for `world`.
    #[must_use]
    pub fn countries(&self) -> &[Country] {
        self.0.as_deref().unwrap_or_default()
    }

    /// True for `world`.
    #[must_use]
    pub fn is_world(&self) -> bool {
        self.0.is_none()
    }

    /// True if the figure counts the country among others or alone.
    #[must_use]
    pub fn includes(&self, country: Country) -> bool {
        self.is_world() || self.countries().contains(&country)
    }

    /// True if every country of the other is counted here.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.is_world() || (!other.is_world() && other.countries().iter().all(|c| self.countries().contains(c)))
    }

    /// True if no country is counted in both.
    #[must_use]
    pub fn disjoint(&self, other: &Self) -> bool {
        !self.is_world() && !other.is_world() && !other.countries().iter().any(|c| self.countries().contains(c))
    }
}

impl FromStr for Parties {
    type Err = CountryError;

    fn from_str(text: &str) -> Result<Self, CountryError> {
        if text == "world" {
            return Ok(Self(None));
        }
        let mut list = Vec::new();
        for code in text.split('+') {
            list.push(code.parse()?);
        }
        list.sort_unstable();
        if list.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(CountryError(text.chars().take(40).collect()));
        }
        Ok(Self(Some(list)))
    }
}

impl TryFrom<String> for Parties {
    type Error = CountryError;

    fn try_from(text: String) -> Result<Self, CountryError> {
        text.parse()
    }
}

impl From<Parties> for String {
    fn from(parties: Parties) -> Self {
        parties.to_string()
    }
}

impl fmt::Display for Parties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(list) = &self.0 else { return f.pad("world") };
        let text: Vec<&str> = list.iter().map(Country::code).collect();
        f.pad(&text.join("+"))
    }
}

/// ISO 3166-1 alpha-3, the 249 codes in use, sorted.
#[rustfmt::skip]
const CODES: [&str; 249] = [
    "ABW", "AFG", "AGO", "AIA", "ALA", "ALB", "AND", "ARE", "ARG", "ARM", "ASM", "ATA", "ATF", "ATG", "AUS", "AUT", "AZE", "BDI", "BEL", "BEN", "BES", "BFA", "BGD", "BGR",
    "BHR", "BHS", "BIH", "BLM", "BLR", "BLZ", "BMU", "BOL", "BRA", "BRB", "BRN", "BTN", "BVT", "BWA", "CAF", "CAN", "CCK", "CHE", "CHL", "CHN", "CIV", "CMR", "COD", "COG",
    "COK", "COL", "COM", "CPV", "CRI", "CUB", "CUW", "CXR", "CYM", "CYP", "CZE", "DEU", "DJI", "DMA", "DNK", "DOM", "DZA", "ECU", "EGY", "ERI", "ESH", "ESP", "EST", "ETH",
    "FIN", "FJI", "FLK", "FRA", "FRO", "FSM", "GAB", "GBR", "GEO", "GGY", "GHA", "GIB", "GIN", "GLP", "GMB", "GNB", "GNQ", "GRC", "GRD", "GRL", "GTM", "GUF", "GUM", "GUY",
    "HKG", "HMD", "HND", "HRV", "HTI", "HUN", "IDN", "IMN", "IND", "IOT", "IRL", "IRN", "IRQ", "ISL", "ISR", "ITA", "JAM", "JEY", "JOR", "JPN", "KAZ", "KEN", "KGZ", "KHM",
    "KIR", "KNA", "KOR", "KWT", "LAO", "LBN", "LBR", "LBY", "LCA", "LIE", "LKA", "LSO", "LTU", "LUX", "LVA", "MAC", "MAF", "MAR", "MCO", "MDA", "MDG", "MDV", "MEX", "MHL",
    "MKD", "MLI", "MLT", "MMR", "MNE", "MNG", "MNP", "MOZ", "MRT", "MSR", "MTQ", "MUS", "MWI", "MYS", "MYT", "NAM", "NCL", "NER", "NFK", "NGA", "NIC", "NIU", "NLD", "NOR",
    "NPL", "NRU", "NZL", "OMN", "PAK", "PAN", "PCN", "PER", "PHL", "PLW", "PNG", "POL", "PRI", "PRK", "PRT", "PRY", "PSE", "PYF", "QAT", "REU", "ROU", "RUS", "RWA", "SAU",
    "SDN", "SEN", "SGP", "SGS", "SHN", "SJM", "SLB", "SLE", "SLV", "SMR", "SOM", "SPM", "SRB", "SSD", "STP", "SUR", "SVK", "SVN", "SWE", "SWZ", "SXM", "SYC", "SYR", "TCA",
    "TCD", "TGO", "THA", "TJK", "TKL", "TKM", "TLS", "TON", "TTO", "TUN", "TUR", "TUV", "TWN", "TZA", "UGA", "UKR", "UMI", "URY", "USA", "UZB", "VAT", "VCT", "VEN", "VGB",
    "VIR", "VNM", "VUT", "WLF", "WSM", "YEM", "ZAF", "ZMB", "ZWE",];
