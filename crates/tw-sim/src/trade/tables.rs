//! Countries and headings of the simulated world: small and hand-made, so that no table of the readers or models is shared.

/// A country of the world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub iso: &'static str,
    /// Code that UN Comtrade uses: M49, except for six countries with a customs territory of their own.
    pub code: u16,
    pub name: &'static str,
    /// Capital, or the economic centre of a large country (degrees).
    pub at: (f64, f64),
    /// Size of the economy in billions of dollars, rounded to a power that gravity needs; no statistic.
    pub size: f64,
    pub landlocked: bool,
    /// Sends on goods of others: share of the goods of its region that may pass through it.
    pub hub: bool,
}

const fn place(iso: &'static str, code: u16, name: &'static str, lat: f64, lon: f64, size: f64, kind: u8) -> Place {
    Place { iso, code, name, at: (lat, lon), size, landlocked: kind == 1, hub: kind == 2 }
}

/// The most useful first: a world of `n` countries takes the first `n`.
pub(crate) const PLACES: [Place; 56] = [
    place("PRK", 408, "Dem. People's Rep. of Korea", 39.03, 125.75, 18.0, 0),
    place("KOR", 410, "Rep. of Korea", 37.55, 126.99, 1600.0, 0),
    place("CHN", 156, "China", 35.0, 117.0, 13000.0, 0),
    place("RUS", 643, "Russian Federation", 55.75, 37.6, 1700.0, 0),
    place("HKG", 344, "China Hong Kong SAR", 22.3, 114.2, 350.0, 2),
    place("SGP", 702, "Singapore", 1.3, 103.8, 360.0, 2),
    place("ARE", 784, "United Arab Emirates", 25.2, 55.3, 400.0, 2),
    place("MNG", 496, "Mongolia", 47.9, 106.9, 13.0, 1),
    place("JPN", 392, "Japan", 35.7, 139.7, 5000.0, 0),
    place("NLD", 528, "Netherlands", 52.4, 4.9, 900.0, 2),
    place("USA", 842, "USA", 38.9, -95.0, 20000.0, 0),
    place("DEU", 276, "Germany", 51.0, 9.5, 3900.0, 0),
    place("IND", 699, "India", 21.0, 78.0, 2700.0, 0),
    place("THA", 764, "Thailand", 13.75, 100.5, 500.0, 0),
    place("VNM", 704, "Viet Nam", 16.0, 107.0, 250.0, 0),
    place("MYS", 458, "Malaysia", 3.15, 101.7, 350.0, 0),
    place("IDN", 360, "Indonesia", -6.2, 106.8, 1000.0, 0),
    place("PHL", 608, "Philippines", 14.6, 121.0, 340.0, 0),
    place("KAZ", 398, "Kazakhstan", 48.0, 70.0, 180.0, 1),
    place("KGZ", 417, "Kyrgyzstan", 42.9, 74.6, 8.0, 1),
    place("UZB", 860, "Uzbekistan", 41.3, 69.2, 60.0, 1),
    place("TUR", 792, "Turkiye", 41.0, 29.0, 770.0, 0),
    place("IRN", 364, "Iran", 35.7, 51.4, 300.0, 0),
    place("SAU", 682, "Saudi Arabia", 24.6, 46.7, 780.0, 0),
    place("GBR", 826, "United Kingdom", 51.5, -0.1, 2800.0, 0),
    place("FRA", 251, "France", 48.8, 2.3, 2700.0, 0),
    place("ITA", 380, "Italy", 43.5, 11.5, 2000.0, 0),
    place("ESP", 724, "Spain", 40.4, -3.7, 1400.0, 0),
    place("POL", 616, "Poland", 52.2, 21.0, 580.0, 0),
    place("BEL", 56, "Belgium", 50.8, 4.35, 530.0, 0),
    place("CHE", 757, "Switzerland", 47.0, 8.0, 700.0, 1),
    place("SWE", 752, "Sweden", 59.3, 18.1, 550.0, 0),
    place("FIN", 246, "Finland", 60.2, 24.9, 270.0, 0),
    place("NOR", 579, "Norway", 59.9, 10.7, 430.0, 0),
    place("AUT", 40, "Austria", 48.2, 16.4, 450.0, 1),
    place("CZE", 203, "Czechia", 50.1, 14.4, 240.0, 1),
    place("UKR", 804, "Ukraine", 50.4, 30.5, 130.0, 0),
    place("PAK", 586, "Pakistan", 30.0, 70.0, 310.0, 0),
    place("BGD", 50, "Bangladesh", 23.8, 90.4, 270.0, 0),
    place("LKA", 144, "Sri Lanka", 6.9, 79.9, 88.0, 0),
    place("MMR", 104, "Myanmar", 16.8, 96.2, 70.0, 0),
    place("AUS", 36, "Australia", -33.9, 151.2, 1400.0, 0),
    place("NZL", 554, "New Zealand", -41.3, 174.8, 200.0, 0),
    place("KWT", 414, "Kuwait", 29.4, 48.0, 140.0, 0),
    place("IRQ", 368, "Iraq", 33.3, 44.4, 220.0, 0),
    place("ISR", 376, "Israel", 32.1, 34.8, 370.0, 0),
    place("EGY", 818, "Egypt", 30.0, 31.2, 250.0, 0),
    place("ZAF", 710, "South Africa", -26.2, 28.0, 370.0, 0),
    place("NGA", 566, "Nigeria", 6.5, 3.4, 400.0, 0),
    place("BRA", 76, "Brazil", -23.5, -46.6, 1900.0, 0),
    place("MEX", 484, "Mexico", 19.4, -99.1, 1200.0, 0),
    place("CAN", 124, "Canada", 43.7, -79.4, 1700.0, 0),
    place("CHL", 152, "Chile", -33.4, -70.7, 300.0, 0),
    place("ARG", 32, "Argentina", -34.6, -58.4, 520.0, 0),
    place("NAM", 516, "Namibia", -22.6, 17.1, 13.0, 0),
    place("MOZ", 508, "Mozambique", -25.9, 32.6, 15.0, 0),
];

/// Pairs with a land border (or a bridge in daily use), by ISO code.
pub(crate) const BORDERS: [(&str, &str); 60] = [
    ("PRK", "KOR"),
    ("PRK", "CHN"),
    ("PRK", "RUS"),
    ("CHN", "RUS"),
    ("CHN", "MNG"),
    ("RUS", "MNG"),
    ("CHN", "HKG"),
    ("CHN", "VNM"),
    ("CHN", "MMR"),
    ("CHN", "KAZ"),
    ("CHN", "KGZ"),
    ("CHN", "PAK"),
    ("CHN", "IND"),
    ("RUS", "KAZ"),
    ("RUS", "FIN"),
    ("RUS", "NOR"),
    ("RUS", "UKR"),
    ("RUS", "POL"),
    ("KAZ", "KGZ"),
    ("KAZ", "UZB"),
    ("KGZ", "UZB"),
    ("SGP", "MYS"),
    ("THA", "MYS"),
    ("THA", "MMR"),
    ("IDN", "MYS"),
    ("IND", "PAK"),
    ("IND", "BGD"),
    ("IND", "MMR"),
    ("BGD", "MMR"),
    ("IRN", "TUR"),
    ("IRN", "IRQ"),
    ("IRN", "PAK"),
    ("TUR", "IRQ"),
    ("SAU", "ARE"),
    ("SAU", "KWT"),
    ("SAU", "IRQ"),
    ("KWT", "IRQ"),
    ("DEU", "FRA"),
    ("DEU", "NLD"),
    ("DEU", "BEL"),
    ("DEU", "POL"),
    ("DEU", "CZE"),
    ("DEU", "AUT"),
    ("DEU", "CHE"),
    ("NLD", "BEL"),
    ("FRA", "BEL"),
    ("FRA", "ESP"),
    ("FRA", "ITA"),
    ("FRA", "CHE"),
    ("ITA", "AUT"),
    ("ITA", "CHE"),
    ("POL", "CZE"),
    ("POL", "UKR"),
    ("AUT", "CZE"),
    ("SWE", "FIN"),
    ("SWE", "NOR"),
    ("USA", "CAN"),
    ("USA", "MEX"),
    ("BRA", "ARG"),
    ("ZAF", "NAM"),
];

/// A chapter with the subheadings that the world trades (HS 2017).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chapter {
    pub code: &'static str,
    pub name: &'static str,
    /// Middle of the unit values in dollars per kilogram: an order of magnitude, no statistic.
    pub per_kg: f64,
    /// Weight in world trade, 1 for a middling chapter.
    pub weight: f64,
    /// Shipped in bulk by sea: lumpy, cheap, rarely through a hub.
    pub bulk: bool,
    /// Second unit in which quantities are given: code of the World Customs Organization and its abbreviation, kilograms a unit.
    pub unit: Option<(u8, &'static str, f64)>,
    /// Subheadings.
    pub codes: &'static [&'static str],
}

const fn chapter(
    code: &'static str,
    name: &'static str,
    (per_kg, weight): (f64, f64),
    bulk: bool,
    unit: Option<(u8, &'static str, f64)>,
    codes: &'static [&'static str],
) -> Chapter {
    Chapter { code, name, per_kg, weight, bulk, unit, codes }
}

/// Chapters, in the order of their codes. Only chapter 27 is meant to be complete.
#[rustfmt::skip]
pub(crate) const CHAPTERS: [Chapter; 27] = [
    chapter("03", "Fish", (4.0, 0.5), false, None, &["030313", "030314", "030342", "030354", "030389", "030617", "030743", "030752", "030783", "030799"]),
    chapter("08", "Fruit and nuts", (2.0, 0.4), false, None, &["080211", "080212", "080390", "080440", "080510", "080610", "080810", "081090"]),
    chapter("10", "Cereals", (0.3, 0.6), true, None, &["100119", "100199", "100390", "100510", "100590", "100610", "100620", "100630", "100640"]),
    chapter("12", "Oil seeds", (0.6, 0.5), true, None, &["120110", "120190", "120242", "120400", "120510", "120600", "120740", "121190"]),
    chapter("15", "Fats and oils", (1.0, 0.5), true, None, &["150710", "150790", "151110", "151190", "151211", "151219", "151620", "151710"]),
    chapter("17", "Sugar", (0.6, 0.3), false, None, &["170113", "170114", "170191", "170199", "170230", "170410", "170490"]),
    chapter("22", "Beverages", (2.5, 0.4), false, Some((7, "l", 1.0)), &["220210", "220290", "220300", "220410", "220421", "220429", "220710", "220830"]),
    chapter("25", "Salt stone and cement", (0.08, 0.3), true, None, &["250100", "250510", "251020", "251310", "251511", "251710", "251910", "252310", "252329", "253090"]),
    chapter("26", "Ores", (0.2, 1.0), true, None, &["260111", "260112", "260200", "260300", "260700", "260800", "261100", "261310", "261390", "262190"]),
    chapter("27", "Mineral fuels and oils", (0.45, 4.0), true, None, &[
        "270111", "270112", "270119", "270120", "270210", "270400", "270730", "270799", "270810", "270900", "271012", "271019", "271020", "271091",
        "271099", "271111", "271112", "271113", "271119", "271121", "271210", "271220", "271311", "271312", "271320", "271500",
    ]),
    chapter("28", "Inorganic chemicals", (1.0, 0.6), false, None, &["280461", "280469", "280610", "280700", "281410", "281511", "281512", "281820", "282300", "283620", "284410", "284920"]),
    chapter("29", "Organic chemicals", (2.5, 1.0), false, None, &["290121", "290122", "290220", "290243", "290244", "290511", "290531", "291521", "291736", "292910", "293369", "294190"]),
    chapter("30", "Medicines", (60.0, 1.0), false, None, &["300212", "300215", "300220", "300420", "300431", "300439", "300450", "300490", "300510", "300590"]),
    chapter("31", "Fertilisers", (0.3, 0.5), true, None, &["310210", "310221", "310230", "310240", "310280", "310420", "310430", "310520", "310530", "310540"]),
    chapter("39", "Plastics", (2.0, 1.5), false, None, &["390110", "390120", "390210", "390230", "390311", "390319", "390410", "390760", "390761", "392010", "392020", "392062", "392321", "392329", "392390", "392690"]),
    chapter("40", "Rubber", (2.5, 0.7), false, None, &["400110", "400122", "400129", "400219", "400220", "401110", "401120", "401290", "401693", "401699"]),
    chapter("44", "Wood", (0.5, 0.6), true, Some((12, "m3", 600.0)), &["440110", "440131", "440311", "440321", "440399", "440710", "440711", "440799", "441011", "441233", "441239", "442190"]),
    chapter("48", "Paper", (1.0, 0.6), false, None, &["480100", "480256", "480257", "480411", "481013", "481019", "481092", "481910", "481920", "482390"]),
    chapter("52", "Cotton", (3.0, 0.4), false, None, &["520100", "520512", "520523", "520524", "520812", "520932", "520942", "521142"]),
    chapter("62", "Garments", (18.0, 1.0), false, Some((5, "u", 0.4)), &["620193", "620293", "620311", "620333", "620342", "620343", "620433", "620442", "620462", "620463", "620520", "620530", "620630", "621210"]),
    chapter("72", "Iron and steel", (0.6, 1.5), true, None, &["720110", "720211", "720230", "720241", "720449", "720711", "720712", "720839", "720851", "720916", "720917", "721049", "721391", "721420", "721933", "722511"]),
    chapter("73", "Articles of steel", (2.0, 1.0), false, None, &["730411", "730419", "730429", "730511", "730630", "730661", "730721", "730799", "730890", "731815", "731816", "732690"]),
    chapter("76", "Aluminium", (2.5, 0.7), false, None, &["760110", "760120", "760200", "760421", "760429", "760611", "760612", "760711", "760719", "761699"]),
    chapter("84", "Machinery", (15.0, 2.5), false, Some((5, "u", 40.0)), &["840991", "840999", "841191", "841370", "841391", "841430", "841480", "841510", "841810", "841989", "842139", "842199", "842952", "843149", "844399", "845011", "847130", "847150", "847170", "847330", "848180", "848210", "848340"]),
    chapter("85", "Electrical machinery", (30.0, 3.0), false, Some((5, "u", 2.0)), &["850131", "850152", "850440", "850490", "850760", "851621", "851712", "851762", "851770", "852352", "852872", "852990", "853400", "853690", "853710", "854140", "854231", "854232", "854239", "854430", "854442", "854449"]),
    chapter("87", "Vehicles", (10.0, 2.5), false, Some((5, "u", 1300.0)), &["870190", "870210", "870322", "870323", "870324", "870332", "870333", "870421", "870422", "870423", "870829", "870830", "870840", "870870", "870880", "870899", "871120", "871200"]),
    chapter("94", "Furniture", (5.0, 0.7), false, Some((5, "u", 15.0)), &["940130", "940161", "940171", "940320", "940340", "940350", "940360", "940421", "940510", "940540"]),
];

/// Middle unit values of chapter 27 in dollars per kilogram, where the middle of the chapter would be plainly wrong.
pub(crate) const FUEL_PRICES: [(&str, f64); 16] = [
    ("270111", 0.10),
    ("270112", 0.11),
    ("270119", 0.08),
    ("270120", 0.12),
    ("270210", 0.04),
    ("270400", 0.25),
    ("270900", 0.42),
    ("271012", 0.62),
    ("271019", 0.55),
    ("271020", 0.70),
    ("271111", 0.35),
    ("271112", 0.48),
    ("271113", 0.50),
    ("271121", 0.20),
    ("271311", 0.10),
    ("271320", 0.32),
];

/// Great-circle distance in kilometres on a sphere of 6,371 km.
pub(crate) fn km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (f1, f2) = (a.0.to_radians(), b.0.to_radians());
    let dl = (b.1 - a.1).to_radians();
    let h = ((f2 - f1) / 2.0).sin().powi(2) + f1.cos() * f2.cos() * (dl / 2.0).sin().powi(2);
    2.0 * 6371.0 * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_tables_hold_every_country_and_heading_once() {
        let codes: BTreeSet<u16> = PLACES.iter().map(|place| place.code).collect();
        let isos: BTreeSet<&str> = PLACES.iter().map(|place| place.iso).collect();
        assert_eq!((codes.len(), isos.len()), (PLACES.len(), PLACES.len()));
        for (a, b) in BORDERS {
            assert!(isos.contains(a) && isos.contains(b), "{a} {b}");
        }
        let mut seen = BTreeSet::new();
        for chapter in &CHAPTERS {
            for code in chapter.codes {
                assert!(code.len() == 6 && code.starts_with(chapter.code) && seen.insert(code), "{code}");
            }
        }
        assert!(seen.len() > 300, "{}", seen.len());
        assert!(FUEL_PRICES.iter().all(|(code, _)| seen.contains(code)));
    }

    #[test]
    fn moscow_lies_6400_km_from_pyongyang() {
        let at = |iso: &str| PLACES.iter().find(|place| place.iso == iso).map(|place| place.at).unwrap();
        assert!((km(at("RUS"), at("PRK")) - 6_420.0).abs() < 60.0, "{}", km(at("RUS"), at("PRK")));
    }
}
