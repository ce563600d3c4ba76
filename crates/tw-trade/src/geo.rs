//! How far two countries are from each other, and whether they touch.

use std::sync::OnceLock;

use tw_base::Country;

use crate::country::row_of;

const BORDERS: &str = include_str!("../data/borders.csv");

/// Mean radius of the Earth in kilometres: (2a + b)/3 of the ellipsoid GRS 80 (Moritz, *Geodetic Reference System 1980*, R1).
const EARTH_KM: f64 = 6371.0088;

/// Great-circle distance between the two seats of government in kilometres; 0 for a country and itself, nothing where one has none.
///
/// Capitals are given to 0.1 degree, which is up to 8 km each. Haversine formula (Sinnott, *Virtues of the Haversine*, 1984).
///
/// ```
/// use tw_trade::geo::distance_km;
/// let km = distance_km("PRK".parse()?, "RUS".parse()?).unwrap();
/// assert!((km - 6_400.0).abs() < 40.0);
/// # Ok::<(), tw_base::CountryError>(())
/// ```
#[must_use]
pub fn distance_km(a: Country, b: Country) -> Option<f64> {
    let (from, to) = (row_of(a)?.capital?, row_of(b)?.capital?);
    let (lat_a, lat_b) = (from.0.to_radians(), to.0.to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((to.1 - from.1).to_radians() / 2.0).sin();
    let h = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lon * half_lon;
    Some(2.0 * EARTH_KM * h.sqrt().min(1.0).asin())
}

/// Whether a country has no coast on the open sea (the Caspian is not the open sea); nothing for unions.
#[must_use]
pub fn landlocked(country: Country) -> Option<bool> {
    row_of(country).map(|row| row.landlocked)
}

/// Whether two countries have a land border; nothing for unions, and for a country and itself.
///
/// What is missing is told in `data/README.md`: borders along Kosovo, claimed borders, bases.
#[must_use]
pub fn contiguous(a: Country, b: Country) -> Option<bool> {
    if a == b || row_of(a).is_none() || row_of(b).is_none() {
        return None;
    }
    Some(borders().binary_search(&(a.min(b), a.max(b))).is_ok())
}

fn borders() -> &'static [(Country, Country)] {
    static PAIRS: OnceLock<Vec<(Country, Country)>> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let mut pairs: Vec<(Country, Country)> = BORDERS
            .lines()
            .skip(1)
            .filter_map(|line| {
                let (a, b) = line.split_once(',')?;
                let (a, b): (Country, Country) = (a.parse().ok()?, b.parse().ok()?);
                Some((a.min(b), a.max(b)))
            })
            .collect();
        pairs.sort_unstable();
        pairs
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn c(code: &str) -> Country {
        code.parse().unwrap()
    }

    #[test]
    fn korea_china_and_russia_touch_as_they_should() {
        let touching: Vec<&str> = crate::country::tables()
            .rows
            .iter()
            .filter(|row| contiguous(row.country, Country::PRK) == Some(true))
            .map(|row| row.country.code())
            .collect();
        assert_eq!(touching, ["CHN", "KOR", "RUS"]);
        assert_eq!(contiguous(c("KOR"), c("JPN")), Some(false));
        assert_eq!(contiguous(c("EUU"), c("RUS")), None);
        assert_eq!((landlocked(c("MNG")), landlocked(c("KOR"))), (Some(true), Some(false)));
        assert_eq!(borders().len(), 321);
    }

    #[test]
    fn no_landlocked_country_is_an_island() {
        for row in &crate::country::tables().rows {
            if row.landlocked {
                assert!(borders().iter().any(|(a, b)| *a == row.country || *b == row.country), "{}", row.country);
            }
        }
    }

    /// Compares with CEPII GeoDist (pairs with North Korea), which is not part of the project.
    #[test]
    #[expect(clippy::print_stderr, reason = "a test that was skipped says so")]
    fn distances_to_pyongyang_agree_with_cepii() {
        let shared =
            std::env::var("TIDEWAITER_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
        let file = Path::new(&shared).join("facts/trade/cepii_geodist_prk_pairs.csv");
        let Ok(text) = std::fs::read_to_string(&file) else {
            eprintln!("skipped: {} is not there", file.display());
            return;
        };
        // Myanmar moved its seat of government in 2005; for the others CEPII has another place than the seat, and for North Korea itself the
        // extent of the country.
        let moved = ["MMR", "NZL", "WSM", "GIN", "TKL", "PRK"];
        let mut seen = 0;
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let (Ok(country), Ok(theirs)) = (cells[0].parse::<Country>(), cells[11].parse::<f64>()) else { continue };
            if cells[1] != "PRK" || moved.contains(&cells[0]) {
                continue;
            }
            let Some(ours) = distance_km(country, Country::PRK) else { continue };
            assert!((ours - theirs).abs() < 60.0, "{country}: {ours} against {theirs}");
            seen += 1;
        }
        assert!(seen > 200, "{seen}");
    }
}
