//! AIS messages to NMEA sentences: the inverse of a decoder, written from ITU-R M.1371-5 annex 8 and IEC 61162-1.
//!
//! Kept apart from the decoder on purpose: an error in one of them shows when the other reads it.

use std::fmt::Write as _;

/// A message as bits, most significant first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    bits: Vec<bool>,
}

impl Bits {
    /// No bits.
    #[must_use]
    pub fn new() -> Self {
        Self { bits: Vec::with_capacity(432) }
    }

    /// Number of bits.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bits.len()
    }

    /// Whether there is no bit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// Adds the lowest `width` bits of a number.
    pub fn unsigned(&mut self, value: u32, width: u32) -> &mut Self {
        for i in (0..width).rev() {
            self.bits.push(i < 32 && (value >> i) & 1 == 1);
        }
        self
    }

    /// Adds a number in two's complement.
    pub fn signed(&mut self, value: i32, width: u32) -> &mut Self {
        self.unsigned(value.cast_unsigned(), width)
    }

    /// Adds text in six-bit characters, filled up with `@`. Lower case becomes upper case, other characters a blank.
    pub fn text(&mut self, text: &str, characters: usize) -> &mut Self {
        let mut chars = text.chars();
        for _ in 0..characters {
            let six = match chars.next().map(|c| c.to_ascii_uppercase()) {
                None => 0,
                Some(c @ '@'..='_') => c as u32 - 64,
                Some(c @ ' '..='?') => c as u32,
                Some(_) => 32,
            };
            self.unsigned(six, 6);
        }
        self
    }

    /// Turns a bit over, for simulated errors; a bit that is not there is left alone.
    pub fn flip(&mut self, i: usize) {
        if let Some(bit) = self.bits.get_mut(i) {
            *bit = !*bit;
        }
    }

    /// Armoured payload and number of fill bits.
    #[must_use]
    pub fn armour(&self) -> (String, u8) {
        let mut out = String::with_capacity(self.bits.len() / 6 + 1);
        for group in self.bits.chunks(6) {
            let mut six = 0u8;
            for i in 0..6 {
                six = six << 1 | u8::from(group.get(i).copied().unwrap_or(false));
            }
            out.push(char::from(if six < 40 { six + 48 } else { six + 56 }));
        }
        let fill = (6 - self.bits.len() % 6) % 6;
        (out, u8::try_from(fill).unwrap_or(0))
    }
}

/// What a position report carries, in the units of the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// MMSI.
    pub mmsi: u32,
    /// Navigational status, 0 to 15.
    pub status: u8,
    /// Speed, 0.1 knot; 1023 not known.
    pub sog: u16,
    /// Longitude, 1/600,000 degree.
    pub lon: i32,
    /// Latitude, 1/600,000 degree.
    pub lat: i32,
    /// Course, 0.1 degree; 3600 not known.
    pub cog: u16,
    /// Heading, degrees; 511 not known.
    pub heading: u16,
    /// UTC second, 0 to 59.
    pub second: u8,
}

/// What a static report carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaticFields {
    /// MMSI.
    pub mmsi: u32,
    /// IMO number; 0 not known.
    pub imo: u32,
    /// Call sign, 7 characters.
    pub callsign: String,
    /// Name, 20 characters.
    pub name: String,
    /// Type of ship and cargo.
    pub ship_type: u8,
    /// Metres from the antenna to bow, stern, port and starboard.
    pub dimensions: (u16, u16, u8, u8),
    /// Estimated arrival: month, day, hour, minute.
    pub eta: (u8, u8, u8, u8),
    /// Draught, 0.1 m.
    pub draught: u8,
    /// Destination, 20 characters.
    pub destination: String,
}

/// Message 1 (or 3): class A position, 168 bits.
#[must_use]
pub fn position_a(p: &Position) -> Bits {
    let mut b = Bits::new();
    b.unsigned(1, 6).unsigned(0, 2).unsigned(p.mmsi, 30).unsigned(p.status.into(), 4).signed(-128, 8).unsigned(p.sog.into(), 10);
    b.unsigned(0, 1).signed(p.lon, 28).signed(p.lat, 27).unsigned(p.cog.into(), 12).unsigned(p.heading.into(), 9);
    b.unsigned(p.second.into(), 6).unsigned(0, 2).unsigned(0, 3).unsigned(0, 1).unsigned(0, 19);
    b
}

/// Message 18: class B position, 168 bits.
#[must_use]
pub fn position_b(p: &Position) -> Bits {
    let mut b = Bits::new();
    b.unsigned(18, 6).unsigned(0, 2).unsigned(p.mmsi, 30).unsigned(0, 8).unsigned(p.sog.into(), 10).unsigned(0, 1);
    b.signed(p.lon, 28).signed(p.lat, 27).unsigned(p.cog.into(), 12).unsigned(p.heading.into(), 9).unsigned(p.second.into(), 6);
    b.unsigned(0, 2)
        .unsigned(1, 1)
        .unsigned(0, 1)
        .unsigned(1, 1)
        .unsigned(1, 1)
        .unsigned(1, 1)
        .unsigned(0, 1)
        .unsigned(0, 1)
        .unsigned(0, 20);
    b
}

/// Message 27: long range, 96 bits. Coordinates are rounded to 1/10 minute, speed to knots and course to degrees.
#[must_use]
pub fn position_long_range(p: &Position) -> Bits {
    let tenth = |units: i32| (f64::from(units) / 1000.0).round() as i32;
    let sog = if p.sog >= 1023 { 63 } else { ((u32::from(p.sog) + 5) / 10).min(62) };
    let cog = if p.cog >= 3600 { 511 } else { ((u32::from(p.cog) + 5) / 10) % 360 };
    let mut b = Bits::new();
    b.unsigned(27, 6).unsigned(3, 2).unsigned(p.mmsi, 30).unsigned(0, 1).unsigned(0, 1).unsigned(p.status.into(), 4);
    b.signed(tenth(p.lon), 18).signed(tenth(p.lat), 17).unsigned(sog, 6).unsigned(cog, 9).unsigned(0, 1).unsigned(0, 1);
    b
}

/// Message 4: base station with the time, 168 bits; `t` in seconds since 1970.
#[must_use]
pub fn base_station(mmsi: u32, t: i64, lat: i32, lon: i32) -> Bits {
    let moment = jiff::Timestamp::from_second(t).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let utc = jiff::tz::TimeZone::UTC.to_datetime(moment);
    let mut b = Bits::new();
    b.unsigned(4, 6).unsigned(0, 2).unsigned(mmsi, 30).signed(utc.year().into(), 14).signed(utc.month().into(), 4);
    b.signed(utc.day().into(), 5).signed(utc.hour().into(), 5).signed(utc.minute().into(), 6).signed(utc.second().into(), 6);
    b.unsigned(1, 1).signed(lon, 28).signed(lat, 27).unsigned(1, 4).unsigned(0, 1).unsigned(0, 9).unsigned(0, 1).unsigned(0, 19);
    b
}

/// Message 5: class A static and voyage data, 424 bits.
#[must_use]
pub fn static_a(s: &StaticFields) -> Bits {
    let (bow, stern, port, starboard) = s.dimensions;
    let mut b = Bits::new();
    b.unsigned(5, 6).unsigned(0, 2).unsigned(s.mmsi, 30).unsigned(0, 2).unsigned(s.imo, 30).text(&s.callsign, 7).text(&s.name, 20);
    b.unsigned(s.ship_type.into(), 8)
        .unsigned(bow.into(), 9)
        .unsigned(stern.into(), 9)
        .unsigned(port.into(), 6)
        .unsigned(starboard.into(), 6);
    b.unsigned(1, 4).unsigned(s.eta.0.into(), 4).unsigned(s.eta.1.into(), 5).unsigned(s.eta.2.into(), 5).unsigned(s.eta.3.into(), 6);
    b.unsigned(s.draught.into(), 8).text(&s.destination, 20).unsigned(0, 1).unsigned(0, 1);
    b
}

/// Message 24 part A: class B name, 160 bits.
#[must_use]
pub fn static_b_name(s: &StaticFields) -> Bits {
    let mut b = Bits::new();
    b.unsigned(24, 6).unsigned(0, 2).unsigned(s.mmsi, 30).unsigned(0, 2).text(&s.name, 20);
    b
}

/// Message 24 part B: class B type, call sign and dimensions, 168 bits.
#[must_use]
pub fn static_b_rest(s: &StaticFields) -> Bits {
    let (bow, stern, port, starboard) = s.dimensions;
    let mut b = Bits::new();
    b.unsigned(24, 6).unsigned(0, 2).unsigned(s.mmsi, 30).unsigned(1, 2).unsigned(s.ship_type.into(), 8).text("SIM", 3).unsigned(0, 24);
    b.text(&s.callsign, 7)
        .unsigned(bow.into(), 9)
        .unsigned(stern.into(), 9)
        .unsigned(port.into(), 6)
        .unsigned(starboard.into(), 6)
        .unsigned(0, 6);
    b
}

/// Exclusive or of the bytes of a sentence between `!` and `*`, or of a tag block between the backslash and `*`.
#[must_use]
pub fn checksum(text: &str) -> u8 {
    text.bytes().fold(0, |sum, byte| sum ^ byte)
}

/// The sentences of a message: one if the payload has at most 60 characters, else several with a sequence number.
#[must_use]
pub fn sentences(bits: &Bits, channel: char, sequence: u8) -> Vec<String> {
    const MOST: usize = 60;
    let (payload, fill) = bits.armour();
    let total = payload.len().div_ceil(MOST).max(1);
    (0..total)
        .map(|i| {
            let part = &payload[i * MOST..payload.len().min((i + 1) * MOST)];
            let id = if total > 1 { (sequence % 10).to_string() } else { String::new() };
            let fill = if i + 1 == total { fill } else { 0 };
            let body = format!("AIVDM,{total},{},{id},{channel},{part},{fill}", i + 1);
            format!("!{body}*{:02X}", checksum(&body))
        })
        .collect()
}

/// Puts NMEA 4.0 tag blocks before the sentences of one message: station and time in the first, and a group if there are several.
#[must_use]
pub fn tagged(sentences: &[String], station: &str, t: i64, group: u32) -> String {
    let mut out = String::with_capacity(128 * sentences.len());
    for (i, sentence) in sentences.iter().enumerate() {
        let mut tag = String::new();
        if sentences.len() > 1 {
            let _ = write!(tag, "g:{}-{}-{group}", i + 1, sentences.len());
        }
        if i == 0 {
            let _ = write!(tag, "{}s:{station},c:{t}", if tag.is_empty() { "" } else { "," });
        }
        if i > 0 {
            out.push('\n');
        }
        let _ = write!(out, "\\{tag}*{:02X}\\{sentence}", checksum(&tag));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_sentence_is_reproduced() {
        // From the AIVDM/AIVDO protocol decoding document (gpsd): 477553000 moored, 47.582833 N, 122.345832 W, heading 181.
        let p = Position { mmsi: 477_553_000, status: 5, sog: 0, lon: -73_407_500, lat: 28_549_700, cog: 510, heading: 181, second: 15 };
        let mut bits = position_a(&p);
        // That ship sent rate of turn 0, and a radio status of 149208.
        for i in 42..50 {
            if bits.bits[i] {
                bits.flip(i);
            }
        }
        for i in 0..19 {
            if (149_208 >> (18 - i)) & 1 == 1 {
                bits.flip(149 + i);
            }
        }
        assert_eq!(sentences(&bits, 'B', 0), ["!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C"]);
    }

    #[test]
    fn lengths_are_those_of_the_standard() {
        let s = StaticFields { name: "A".into(), destination: "KR PUS".into(), ..StaticFields::default() };
        let p = Position::default();
        let all = [position_a(&p), position_b(&p), position_long_range(&p), static_a(&s), static_b_name(&s), static_b_rest(&s)];
        assert_eq!(all.map(|b| b.len()), [168, 168, 96, 424, 160, 168]);
        let two = sentences(&static_a(&s), 'A', 3);
        assert_eq!(two.len(), 2);
        assert!(two[1].contains(",2,2,3,A,") && two[1].contains(",2*"));
        let line = tagged(&two, "KR-BUSAN", 1_501_545_600, 7);
        assert!(line.starts_with("\\g:1-2-7,s:KR-BUSAN,c:1501545600*"), "{line}");
        assert!(line.contains("\n\\g:2-2-7*"), "{line}");
    }
}
