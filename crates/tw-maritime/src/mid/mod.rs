//! What the nine digits of an MMSI say: kind of station and flag.
//!
//! Source of the forms: ITU-R M.585-9 (05/2022), as commonly described; not compared clause by clause. Source of the digits: `data/mid.csv`.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use tw_base::Country;

/// What kind of station an MMSI belongs to, by its digits alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MmsiKind {
    /// Ship: `MIDxxxxxx`, first digit 2 to 7.
    Ship,
    /// Coast station: `00MIDxxxx`.
    Coast,
    /// Group of ships: `0MIDxxxxx`.
    Group,
    /// Search and rescue aircraft: `111MIDxxx`.
    SarAircraft,
    /// Handheld radio: `8MIDxxxxx`.
    Handheld,
    /// Aid to navigation: `99MIDxxxx`.
    Aid,
    /// Craft of a parent ship: `98MIDxxxx`.
    Craft,
    /// Locating device: search and rescue transmitter 970, man overboard 972, EPIRB 974, and the rest of 97x.
    Beacon,
    /// A value that equipment or hands put in where no number was given: it names no ship. See [`placeholder`].
    Placeholder,
    /// None of these forms.
    Invalid,
}

/// Why an MMSI is taken for a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placeholder {
    /// All nine digits equal: 000000000, 111111111.
    Repeated,
    /// A counted row of digits: 123456789, 987654321, 012345678.
    Counted,
    /// Delivered with equipment: 1193046 is 0x123456, 123456 and 1234567 are typed by hand.
    Factory,
    /// Maritime identification digits and six zeros, such as 200000000: a country and no ship.
    ///
    /// M.585-9 allows it, but no ship that we know of has such a number, and many use it as a default. It is kept apart so that nothing is said about "a ship" on its strength.
    NoSerial,
}

/// A row of `data/mid.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mid {
    /// The three digits.
    pub mid: u16,
    /// Country or territory.
    pub country: Country,
    /// The state that answers for the flag.
    pub state: Country,
    /// Part of the country, where the allotment names one; else empty.
    pub note: &'static str,
    /// `certain`, `probable` or `shared`.
    pub certainty: &'static str,
}

/// The flag that an MMSI claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Flag {
    /// Country or territory.
    pub country: Country,
    /// The state that answers for it.
    pub state: Country,
    /// Maritime identification digits.
    pub mid: u16,
}

/// All allotted digits, in order.
#[must_use]
pub fn allotted() -> &'static [Mid] {
    &TABLE.rows
}

/// The kind of station.
///
/// ```
/// use tw_maritime::mid::{MmsiKind, kind};
/// assert_eq!(kind(273_123_450), MmsiKind::Ship);
/// assert_eq!(kind(2_730_001), MmsiKind::Coast);
/// assert_eq!(kind(123_456_789), MmsiKind::Placeholder);
/// ```
#[must_use]
pub fn kind(mmsi: u32) -> MmsiKind {
    if placeholder(mmsi).is_some() {
        return MmsiKind::Placeholder;
    }
    match mmsi / 1_000_000 {
        2..=7 => MmsiKind::Coast,
        20..=79 => MmsiKind::Group,
        111 => MmsiKind::SarAircraft,
        200..=799 => MmsiKind::Ship,
        800..=899 => MmsiKind::Handheld,
        970..=979 => MmsiKind::Beacon,
        980..=989 => MmsiKind::Craft,
        990..=999 => MmsiKind::Aid,
        _ => MmsiKind::Invalid,
    }
}

/// The flag that the number claims; none for a placeholder, an invalid number, a beacon and digits that are not in our table.
///
/// ```
/// use tw_maritime::mid::flag;
/// assert_eq!(flag(445_000_123).map(|f| f.country.to_string()), Some("PRK".to_owned()));
/// assert_eq!(flag(200_000_123), None);
/// ```
#[must_use]
pub fn flag(mmsi: u32) -> Option<Flag> {
    let mid = digits(mmsi)?;
    let row = TABLE.rows.get(usize::from(*TABLE.place.get(usize::from(mid))?))?;
    Some(Flag { country: row.country, state: row.state, mid })
}

/// The maritime identification digits, allotted or not; none for a placeholder, an invalid number and a beacon.
#[must_use]
pub fn digits(mmsi: u32) -> Option<u16> {
    let mid = match kind(mmsi) {
        MmsiKind::Ship => mmsi / 1_000_000,
        MmsiKind::Coast => mmsi / 10_000,
        MmsiKind::Group => mmsi / 100_000,
        MmsiKind::SarAircraft => mmsi / 1_000 % 1_000,
        MmsiKind::Handheld => mmsi / 100_000 % 1_000,
        MmsiKind::Aid | MmsiKind::Craft => mmsi / 10_000 % 1_000,
        MmsiKind::Beacon | MmsiKind::Placeholder | MmsiKind::Invalid => return None,
    };
    u16::try_from(mid).ok()
}

/// Whether digits are in our table; false also for numbers that are no digits.
#[must_use]
pub fn is_allotted(mid: u16) -> bool {
    TABLE.place.get(usize::from(mid)).is_some_and(|&place| place != NOWHERE)
}

/// Whether, and why, an MMSI is a placeholder.
#[must_use]
pub fn placeholder(mmsi: u32) -> Option<Placeholder> {
    if mmsi > 999_999_999 {
        return None;
    }
    if mmsi.is_multiple_of(111_111_111) {
        return Some(Placeholder::Repeated);
    }
    if matches!(mmsi, 123_456_789 | 987_654_321 | 12_345_678 | 876_543_210 | 234_567_890) {
        return Some(Placeholder::Counted);
    }
    if matches!(mmsi, 1_193_046 | 1_234_567 | 123_456 | 1) {
        return Some(Placeholder::Factory);
    }
    mmsi.is_multiple_of(1_000_000).then_some(Placeholder::NoSerial)
}

const NOWHERE: u16 = u16::MAX;

struct Table {
    rows: Vec<Mid>,
    place: Vec<u16>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut rows: Vec<Mid> = include_str!("../../data/mid.csv").lines().skip(1).filter_map(row).collect();
    rows.sort_unstable_by_key(|row| row.mid);
    let mut place = vec![NOWHERE; 1_000];
    for (i, row) in rows.iter().enumerate() {
        if let (Some(slot), Ok(i)) = (place.get_mut(usize::from(row.mid)), u16::try_from(i)) {
            *slot = i;
        }
    }
    Table { rows, place }
});

/// A line of the table. Only the note can be quoted, and only it can hold a comma.
fn row(line: &'static str) -> Option<Mid> {
    let (mid, rest) = line.split_once(',')?;
    let (country, rest) = rest.split_once(',')?;
    let (state, rest) = rest.split_once(',')?;
    let (rest, certainty) = rest.rsplit_once(',')?;
    let (note, _source) = rest.rsplit_once(',')?;
    Some(Mid {
        mid: mid.parse().ok()?,
        country: country.parse().ok()?,
        state: state.parse().ok()?,
        note: note.trim_matches('"'),
        certainty,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        assert_eq!(allotted().len(), include_str!("../../data/mid.csv").lines().count() - 1);
        assert_eq!(allotted().len(), 292);
        assert!(allotted().windows(2).all(|pair| pair[0].mid < pair[1].mid));
        assert!(allotted().iter().all(|row| (201..=775).contains(&row.mid)));
    }

    #[test]
    fn flags_of_each_kind_of_number() {
        let code = |mmsi| flag(mmsi).map(|f| f.country.code().to_owned());
        let cases = [
            (273_312_345, Some("RUS")),
            (445_123_000, Some("PRK")),
            (412_000_123, Some("CHN")),
            (416_000_123, Some("TWN")),
            (471_000_123, Some("ARE")),
            (374_000_123, Some("PAN")),
            (550_000_123, Some("TLS")),
            (2_734_411, Some("RUS")),
            (44_512_345, Some("PRK")),
            (111_273_123, Some("RUS")),
            (992_731_234, Some("RUS")),
            (982_731_234, Some("RUS")),
            (827_312_345, Some("RUS")),
            (970_123_456, None),
            (217_000_123, None),
            (0, None),
            (u32::MAX, None),
        ];
        for (mmsi, expected) in cases {
            assert_eq!(code(mmsi).as_deref(), expected, "{mmsi}");
        }
    }

    #[test]
    fn a_territory_names_the_state_that_answers_for_it() {
        let hong_kong = flag(477_123_400).unwrap();
        assert_eq!((hong_kong.country.code(), hong_kong.state.code()), ("HKG", "CHN"));
        let curacao = allotted().iter().find(|row| row.mid == 306).unwrap();
        assert_eq!((curacao.state.code(), curacao.certainty), ("NLD", "shared"));
        assert!(curacao.note.contains("Sint Maarten, Bonaire"));
    }

    #[test]
    fn placeholders_name_no_ship() {
        for mmsi in [0, 111_111_111, 999_999_999, 123_456_789, 987_654_321, 12_345_678, 1_193_046, 200_000_000, 412_000_000] {
            assert_eq!(kind(mmsi), MmsiKind::Placeholder, "{mmsi}");
            assert_eq!(flag(mmsi), None);
        }
        for mmsi in [412_000_001, 538_001_000, 273_310_000] {
            assert_eq!(kind(mmsi), MmsiKind::Ship, "{mmsi}");
        }
    }

    #[test]
    fn other_numbers_are_invalid() {
        for mmsi in [12, 1_500_000, 8_000_001, 100_000_001, 112_273_123, 900_000_001, 1_000_000_000, u32::MAX] {
            assert_eq!(kind(mmsi), MmsiKind::Invalid, "{mmsi}");
        }
    }

    proptest! {
        #[test]
        fn no_number_panics_and_a_flag_has_an_allotted_mid(mmsi: u32) {
            if let Some(flag) = flag(mmsi) {
                prop_assert!(is_allotted(flag.mid));
                prop_assert_eq!(digits(mmsi), Some(flag.mid));
            }
        }
    }
}
