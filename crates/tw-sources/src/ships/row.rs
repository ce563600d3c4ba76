//! One row of a table of positions: cells to a position and a static report.

use tw_ais::{COG_UNKNOWN, Class, Dimensions, Fix, HEADING_UNKNOWN, SOG_UNKNOWN, STATUS_UNKNOWN, Static, UNITS_PER_DEGREE};

use super::{EARLIEST, LATEST, NO_TIME, ShipReport};

macro_rules! fields {
    ($($variant:ident = $name:literal : $($other:literal)*;)+) => {
        /// What a column holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Field { $($variant,)+ }

        impl Field {
            /// The names of all fields.
            pub(crate) fn names() -> impl Iterator<Item = &'static str> {
                [$($name,)+].into_iter()
            }

            /// The field of our own name.
            pub(crate) fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }

            /// The field of a column's name as publishers write it, letters and digits only, lower case.
            pub(crate) fn published(name: &str) -> Option<Self> {
                match name { $($name $(| $other)* => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

// Publishers: MarineCadastre (NOAA), Danish Maritime Authority, Brest (Naval Academy), Global Fishing Watch, aisstream.io.
fields! {
    Mmsi = "mmsi": "sourcemmsi" "ssvid" "userid";
    Time = "time": "basedatetime" "timestamp" "t" "send" "datetime" "dateutc" "datetimeutc" "timeutc" "ts" "dtutc" "timestamputc" "datetimestamp";
    Lat = "lat": "latitude" "y" "latdeg" "posy";
    Lon = "lon": "longitude" "long" "lng" "x" "londeg" "posx";
    Sog = "sog": "speed" "speedoverground" "speedknots" "sogknots";
    Cog = "cog": "course" "courseoverground";
    Heading = "heading": "trueheading" "hdg";
    Status = "status": "navstatus" "navigationalstatus" "navigationstatus" "nav";
    Class = "class": "transceiverclass" "typeofmobile" "transceiver";
    Imo = "imo": "imonumber";
    Callsign = "callsign": "call";
    Name = "name": "vesselname" "shipname";
    ShipType = "shiptype": "vesseltype" "category" "typeofshipandcargo";
    Length = "length": "loa";
    Beam = "beam": "width";
    Bow = "bow": "a" "tobow" "sizea" "dimensiona";
    Stern = "stern": "b" "tostern" "sizeb" "dimensionb";
    Port = "port": "c" "toport" "sizec" "dimensionc";
    Starboard = "starboard": "d" "tostarboard" "sized" "dimensiond";
    Draught = "draught": "draft" "maximumstaticdraught";
    Destination = "destination": "dest";
    Eta = "eta": ;
    Station = "station": "receiver" "basestation";
}

/// What is wrong with a header: the column, if it is one, and the reason.
pub type HeaderFault = (Option<String>, String);

/// A column's name without what differs between publishers.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The fields of a header: for each column its field, or none. Gives also the names that are not read.
///
/// # Errors
/// The clause that says what is missing or doubled.
pub(crate) fn columns(
    header: &[String],
    mapping: Option<&super::PositionMapping>,
) -> Result<(Vec<Option<Field>>, Vec<String>), HeaderFault> {
    // aisstream.io calls the UTC second of a report Timestamp: that is no time.
    let second_only = header.iter().any(|name| plain(name) == "userid") && header.iter().any(|name| plain(name) == "messageid");
    let mut fields: Vec<Option<Field>> = Vec::new();
    let mut ignored = Vec::new();
    for name in header {
        let field = match mapping {
            Some(m) if m.ignore.contains(name) => None,
            Some(m) if m.columns.contains_key(name) => Field::named(&m.columns[name]),
            _ if second_only && plain(name) == "timestamp" => None,
            // A field that the mapping gives to another column is not guessed.
            Some(m) => Field::published(&plain(name)).filter(|f| !m.columns.values().any(|v| Field::named(v) == Some(*f))),
            None => Field::published(&plain(name)),
        };
        if let Some(field) = field
            && fields.contains(&Some(field))
        {
            return Err((Some(name.clone()), format!("two columns are read as {field:?}").to_lowercase()));
        }
        if field.is_none() && !name.trim().is_empty() {
            ignored.push(name.clone());
        }
        fields.push(field);
    }
    if let Some(m) = mapping
        && let Some(missing) = m.columns.keys().chain(&m.ignore).find(|name| !header.contains(name))
    {
        return Err((Some(missing.clone()), "the mapping names this column, and the file has none of this name".to_owned()));
    }
    for (field, word) in [(Field::Mmsi, "MMSI"), (Field::Lat, "latitude"), (Field::Lon, "longitude")] {
        if !fields.contains(&Some(field)) {
            return Err((None, format!("no column holds the {word}")));
        }
    }
    Ok((fields, ignored))
}

/// The fields that a header would be read as, by name: for a person to check.
#[must_use]
pub fn fields_of(header: &[String]) -> Vec<(String, Option<&'static str>)> {
    header
        .iter()
        .map(|name| {
            (name.clone(), Field::names().find(|ours| Field::published(&plain(name)).is_some_and(|f| Field::named(ours) == Some(f))))
        })
        .collect()
}

/// Reads rows of one header.
#[derive(Debug)]
pub struct RowReader {
    fields: Vec<Option<Field>>,
    dotted: bool,
    time_format: Option<String>,
    base_time: Option<i64>,
    knots: f64,
    stations: std::collections::HashMap<Vec<u8>, u16>,
}

impl RowReader {
    /// For a header.
    ///
    /// # Errors
    /// What is missing or doubled, with the column.
    pub fn new(
        header: &[String],
        mapping: Option<&super::PositionMapping>,
        base_time: Option<i64>,
        report: &mut ShipReport,
    ) -> Result<Self, HeaderFault> {
        let (fields, ignored) = columns(header, mapping)?;
        report.ignored = ignored;
        // The Danish header says by its `#` that the day comes first.
        let dotted = header.iter().any(|name| name.trim().trim_start_matches('\u{feff}') == "# Timestamp");
        let base_time = base_time.or_else(|| mapping.and_then(|m| m.base_time.as_deref()).and_then(|text| time(text.as_bytes())));
        if !fields.contains(&Some(Field::Time)) && base_time.is_none() {
            return Err((None, format!("{NO_TIME}: no column holds one")));
        }
        let knots = mapping.and_then(|m| m.speed.as_deref()).and_then(speed_factor).unwrap_or(1.0);
        let time_format = mapping.and_then(|m| m.time.clone());
        Ok(Self { fields, dotted, time_format, base_time, knots, stations: std::collections::HashMap::new() })
    }

    /// Reads one row: a position, a static report, both, or a reason.
    ///
    /// # Errors
    /// Why the row is refused: the field and the reason.
    pub fn read<'c>(
        &mut self,
        cells: impl Iterator<Item = &'c [u8]>,
        record: u64,
        report: &mut ShipReport,
    ) -> Result<(Option<Fix>, Option<Static>), String> {
        let mut fix = Fix {
            mmsi: 0,
            t: i64::MIN,
            lon: i32::MAX,
            lat: i32::MAX,
            sog: SOG_UNKNOWN,
            cog: COG_UNKNOWN,
            heading: HEADING_UNKNOWN,
            status: STATUS_UNKNOWN,
            class: Class::Unknown as u8,
            receiver: 0,
            file: 0,
            record: u32::try_from(record).map_err(|_| "record: more than four billion rows".to_owned())?,
        };
        let mut said = Static::default();
        let (mut length, mut beam) = (0_u16, 0_u16);
        for (field, cell) in self.fields.iter().zip(cells) {
            let Some(field) = field else { continue };
            let cell = cell.trim_ascii();
            if cell.is_empty() {
                continue;
            }
            match field {
                Field::Mmsi => fix.mmsi = mmsi(cell).ok_or("mmsi: not a number that AIS can send")?,
                Field::Time => {
                    fix.t = match &self.time_format {
                        Some(format) => formatted(cell, format),
                        None if self.dotted => day_first(cell).or_else(|| time(cell)),
                        None => time(cell),
                    }
                    .ok_or("time: not a time that can be read")?;
                }
                Field::Lat => fix.lat = degrees(cell).ok_or("lat: not a number")?,
                Field::Lon => fix.lon = degrees(cell).ok_or("lon: not a number")?,
                Field::Sog => fix.sog = speed(cell, self.knots).ok_or("sog: not a speed")?,
                Field::Cog => fix.cog = tenths(cell).filter(|n| (-3600..=3600).contains(n)).map_or(COG_UNKNOWN, course),
                Field::Heading => fix.heading = number(cell).filter(|n| (0.0..360.0).contains(n)).map_or(HEADING_UNKNOWN, |n| n as u16),
                Field::Status => fix.status = status(cell, record, report),
                Field::Class => fix.class = class(cell),
                Field::Imo => said.imo = imo(cell),
                Field::Callsign => said.callsign = text(cell),
                Field::Name => said.name = text(cell),
                Field::ShipType => said.ship_type = ship_type(cell, record, report),
                Field::Length => length = metres(cell, 1022),
                Field::Beam => beam = metres(cell, 126),
                Field::Bow => said.dimensions.bow = metres(cell, 511),
                Field::Stern => said.dimensions.stern = metres(cell, 511),
                Field::Port => said.dimensions.port = metres(cell, 63) as u8,
                Field::Starboard => said.dimensions.starboard = metres(cell, 63) as u8,
                Field::Draught => said.draught = tenths(cell).filter(|n| (0..=255).contains(n)).map_or(0, |n| n as u8),
                Field::Destination => said.destination = text(cell),
                Field::Eta => said.eta = eta(cell),
                Field::Station => {
                    let next = u16::try_from(report.stations.len() + 1).unwrap_or(0);
                    fix.receiver = match self.stations.get(cell) {
                        Some(&n) => n,
                        None => {
                            if next > 0 {
                                report.stations.push(text(cell));
                                self.stations.insert(cell.to_vec(), next);
                            }
                            next
                        }
                    };
                }
            }
        }
        if fix.t == i64::MIN {
            fix.t = self.base_time.ok_or(NO_TIME)?;
        }
        if !(EARLIEST..LATEST).contains(&fix.t) {
            return Err("time: the clock is outside 1990 to 2100".to_owned());
        }
        if fix.mmsi == 0 {
            return Err("mmsi: none".to_owned());
        }
        if said.dimensions == Dimensions::default() {
            said.dimensions =
                Dimensions { bow: length.div_ceil(2), stern: length / 2, port: beam.div_ceil(2) as u8, starboard: (beam / 2) as u8 };
        }
        if fix.class == Class::Aircraft as u8 || fix.class == Class::Aid as u8 || fix.class == Class::Base as u8 {
            said = Static::default();
        }
        if fix.mmsi > 999_999_999 {
            report.remark("mmsi: more than nine digits, kept as sent", record);
        }
        let silent = said == Static::default();
        said.mmsi = fix.mmsi;
        (said.t, said.t_last, said.n, said.record) = (fix.t, fix.t, 1, fix.record);
        let said = (!silent).then_some(said);
        let unknown = fix.lat == 91 * UNITS_PER_DEGREE || fix.lon == 181 * UNITS_PER_DEGREE;
        if fix.lat == i32::MAX || fix.lon == i32::MAX || unknown {
            return match said {
                Some(said) => {
                    report.remark("no position, static report taken", record);
                    Ok((None, Some(said)))
                }
                None => Err("lat, lon: not available".to_owned()),
            };
        }
        if fix.lat.abs() > 90 * UNITS_PER_DEGREE || fix.lon.abs() > 180 * UNITS_PER_DEGREE {
            return Err("lat, lon: outside the globe".to_owned());
        }
        Ok((Some(fix), said))
    }
}

/// What a speed in a unit is multiplied by to give knots.
pub(crate) fn speed_factor(unit: &str) -> Option<f64> {
    match unit {
        "kn" => Some(1.0),
        "0.1kn" => Some(0.1),
        "m/s" => Some(3600.0 / 1852.0),
        "km/h" => Some(1000.0 / 1852.0),
        _ => None,
    }
}

/// The 30 bits that AIS has for it, also where they are no nine digits: what was sent is kept as sent.
fn mmsi(cell: &[u8]) -> Option<u32> {
    let digits = cell.strip_suffix(b".0").unwrap_or(cell);
    if digits.is_empty() || digits.len() > 10 {
        return None;
    }
    let n = digits.iter().try_fold(0_u64, |n, b| b.is_ascii_digit().then(|| n * 10 + u64::from(b - b'0')))?;
    u32::try_from(n).ok().filter(|&n| n < 1 << 30)
}

/// A plain decimal number as an integer of `scale` units, rounded half away from zero. Exact: no floating point.
fn decimal(cell: &[u8], scale: i128) -> Option<i128> {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, cell),
    };
    let (mut value, mut unit, mut point, mut any) = (0_i128, 1_i128, false, false);
    for &b in digits {
        match b {
            b'0'..=b'9' => {
                any = true;
                // Twenty digits are more than any position has; further decimals change nothing.
                if unit < 1_000_000_000_000_000_000 {
                    value = value * 10 + i128::from(b - b'0');
                    unit *= if point { 10 } else { 1 };
                }
                if value > 1_000_000_000_000_000_000_000 {
                    return None;
                }
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    if !any {
        return None;
    }
    let rounded = (value * scale * 2 + unit) / (unit * 2);
    Some(if negative { -rounded } else { rounded })
}

fn degrees(cell: &[u8]) -> Option<i32> {
    let exact = decimal(cell, i128::from(UNITS_PER_DEGREE)).or_else(|| {
        let n = number(cell)?;
        (n.is_finite() && n.abs() < 1000.0).then(|| (n * f64::from(UNITS_PER_DEGREE)).round() as i128)
    })?;
    i32::try_from(exact).ok()
}

fn tenths(cell: &[u8]) -> Option<i32> {
    decimal(cell, 10).and_then(|n| i32::try_from(n).ok())
}

fn number(cell: &[u8]) -> Option<f64> {
    std::str::from_utf8(cell).ok()?.parse::<f64>().ok().filter(|n| n.is_finite())
}

fn speed(cell: &[u8], knots: f64) -> Option<u16> {
    if cell.eq_ignore_ascii_case(b"unknown") || cell.eq_ignore_ascii_case(b"nan") || cell.eq_ignore_ascii_case(b"null") {
        return Some(SOG_UNKNOWN);
    }
    let n = if knots == 1.0 { tenths(cell)? } else { (number(cell)? * knots * 10.0).round() as i32 };
    // 102.2 is "102.2 knots or more", 102.3 is "not available" (ITU-R M.1371-5, table 48).
    Some(u16::try_from(n).ok().filter(|&n| n <= 1022).unwrap_or(SOG_UNKNOWN))
}

/// Some publishers wrap courses above 180 degrees to negative numbers.
fn course(tenths: i32) -> u16 {
    let n = if tenths < 0 { tenths + 3600 } else { tenths };
    if n >= 3600 { COG_UNKNOWN } else { n as u16 }
}

fn metres(cell: &[u8], most: u16) -> u16 {
    number(cell).filter(|n| (0.0..=f64::from(most)).contains(n)).map_or(0, |n| n.round() as u16)
}

fn imo(cell: &[u8]) -> u32 {
    let digits = cell.strip_prefix(b"IMO").unwrap_or(cell).trim_ascii();
    let digits = digits.strip_suffix(b".0").unwrap_or(digits);
    if digits.len() > 9 { 0 } else { mmsi(digits).unwrap_or(0) }
}

fn text(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    let text: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
    let text = text.split('@').next().unwrap_or_default().trim();
    if ["unknown", "undefined", "null", "nan", "none"].iter().any(|w| text.eq_ignore_ascii_case(w)) {
        String::new()
    } else {
        text.to_owned()
    }
}

fn class(cell: &[u8]) -> u8 {
    let class = match cell {
        b"A" | b"Class A" => Class::A,
        b"B" | b"Class B" => Class::B,
        b"Base Station" => Class::Base,
        b"AtoN" => Class::Aid,
        b"SAR Airborne" => Class::Aircraft,
        _ => Class::Unknown,
    };
    class as u8
}

/// Navigational status as a number or in the words of the Danish Maritime Authority (ITU-R M.1371-5, table 48).
fn status(cell: &[u8], record: u64, report: &mut ShipReport) -> u8 {
    if let Some(n) = number(cell) {
        return if (0.0..=15.0).contains(&n) { n as u8 } else { STATUS_UNKNOWN };
    }
    match cell.to_ascii_lowercase().as_slice() {
        b"under way using engine" => 0,
        b"at anchor" => 1,
        b"not under command" => 2,
        b"restricted maneuverability" | b"restricted manoeuverability" | b"restricted manoeuvrability" => 3,
        b"constrained by her draught" => 4,
        b"moored" => 5,
        b"aground" => 6,
        b"engaged in fishing" => 7,
        b"under way sailing" => 8,
        b"reserved for future amendment [hsc]" | b"reserved for future amendment of navigational status for hsc" => 9,
        b"reserved for future amendment [wig]" | b"reserved for future amendment of navigational status for wig" => 10,
        b"power-driven vessel towing astern" => 11,
        b"power-driven vessel pushing ahead or towing alongside" => 12,
        b"reserved for future use" | b"reserved for future use [13]" => 13,
        b"ais-sart" | b"ais-sart is active" => 14,
        b"unknown value" | b"unknown" | b"undefined" | b"not defined" | b"nan" | b"null" => STATUS_UNKNOWN,
        _ => {
            report.remark("status: a word that is not known, read as undefined", record);
            STATUS_UNKNOWN
        }
    }
}

/// Type of ship as a number or in the words of the Danish Maritime Authority (first number of each class of ITU-R M.1371-5, table 53).
fn ship_type(cell: &[u8], record: u64, report: &mut ShipReport) -> u8 {
    if let Some(n) = number(cell) {
        return if (0.0..=255.0).contains(&n) { n as u8 } else { 0 };
    }
    match cell.to_ascii_lowercase().as_slice() {
        b"wig" => 20,
        b"fishing" => 30,
        b"towing" => 31,
        b"towing long/wide" => 32,
        b"dredging" => 33,
        b"diving" => 34,
        b"military" => 35,
        b"sailing" => 36,
        b"pleasure" => 37,
        b"hsc" => 40,
        b"pilot" => 50,
        b"sar" => 51,
        b"tug" => 52,
        b"port tender" => 53,
        b"anti-pollution" => 54,
        b"law enforcement" => 55,
        b"spare 1" => 56,
        b"spare 2" => 57,
        b"medical" => 58,
        b"not party to conflict" => 59,
        b"passenger" => 60,
        b"cargo" => 70,
        b"tanker" => 80,
        b"other" => 90,
        b"undefined" | b"unknown" | b"reserved" | b"nan" | b"null" => 0,
        _ => {
            report.remark("ship type: a word that is not known, read as unknown", record);
            0
        }
    }
}

/// Estimated arrival: month, day, hour, minute, from `dd/mm/yyyy HH:MM:SS` or ISO 8601.
fn eta(cell: &[u8]) -> (u8, u8, u8, u8) {
    let Some(t) = day_first(cell).or_else(|| time(cell)) else { return (0, 0, 24, 60) };
    let Ok(moment) = jiff::Timestamp::from_second(t) else { return (0, 0, 24, 60) };
    let at = jiff::tz::Offset::UTC.to_datetime(moment);
    (at.month() as u8, at.day() as u8, at.hour() as u8, at.minute() as u8)
}

fn formatted(cell: &[u8], format: &str) -> Option<i64> {
    let text = std::str::from_utf8(cell).ok()?;
    let parts = jiff::fmt::strtime::parse(format, text).ok()?;
    if let Ok(moment) = parts.to_timestamp() {
        return Some(moment.as_second());
    }
    let at = parts.to_datetime().ok()?;
    jiff::tz::Offset::UTC.to_timestamp(at).ok().map(|moment| moment.as_second())
}

fn digits(cell: &[u8]) -> Option<u32> {
    (!cell.is_empty() && cell.len() <= 4).then_some(())?;
    cell.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
fn days(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = i64::from((153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1);
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn moment(year: u32, month: u32, day: u32, clock: &[u8]) -> Option<i64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let longest = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > longest {
        return None;
    }
    let (hour, minute, second) = match clock {
        [] => (0, 0, 0),
        [h1, h2, b':', m1, m2] => (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?, 0),
        [h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] => {
            if !(rest.is_empty() || (rest[0] == b'.' && rest.len() > 1 && rest[1..].iter().all(u8::is_ascii_digit))) {
                return None;
            }
            (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?, digits(&[*s1, *s2])?)
        }
        _ => return None,
    };
    // A leap second is the last second of its minute.
    (hour < 24 && minute < 60 && second <= 60)
        .then(|| days(i64::from(year), month, day) * 86_400 + i64::from(hour * 3600 + minute * 60 + second.min(59)))
}

/// ISO 8601 in UTC (`T` or a space, fraction and `Z`, `UTC`, `+00:00` or `+0000 UTC` allowed), or seconds, or milliseconds, since 1970.
///
/// Fractions of a second are cut off.
pub(crate) fn time(cell: &[u8]) -> Option<i64> {
    let cell = cell.trim_ascii();
    if cell.len() >= 10 && cell[4] == b'-' && cell[7] == b'-' {
        let (year, month, day) = (digits(&cell[..4])?, digits(&cell[5..7])?, digits(&cell[8..10])?);
        let rest = match &cell[10..] {
            [b'T' | b't' | b' ', rest @ ..] => rest,
            [] => return moment(year, month, day, &[]),
            _ => return None,
        };
        let zones: [&[u8]; 6] = [b" +0000 UTC", b"+00:00", b"+0000", b" UTC", b"Z", b"z"];
        let clock = zones.iter().find_map(|zone| rest.strip_suffix(*zone)).unwrap_or(rest);
        return moment(year, month, day, clock);
    }
    let whole = cell.split(|&b| b == b'.').next()?;
    if whole.is_empty() || whole.len() > 16 || !cell.iter().all(|b| b.is_ascii_digit() || *b == b'.') {
        return None;
    }
    let n = whole.iter().fold(0_i64, |n, b| n * 10 + i64::from(b - b'0'));
    // The window of years taken tells seconds from milliseconds and microseconds.
    Some(if n >= 100_000_000_000_000 {
        n / 1_000_000
    } else if n >= 100_000_000_000 {
        n / 1000
    } else {
        n
    })
}

/// `dd/mm/yyyy HH:MM:SS`, as the Danish Maritime Authority writes it.
fn day_first(cell: &[u8]) -> Option<i64> {
    match cell {
        [d1, d2, b'/', m1, m2, b'/', y1, y2, y3, y4, rest @ ..] => {
            let clock = match rest {
                [b' ', clock @ ..] => clock,
                [] => &[],
                _ => return None,
            };
            moment(digits(&[*y1, *y2, *y3, *y4])?, digits(&[*m1, *m2])?, digits(&[*d1, *d2])?, clock)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_publishers_write_them() {
        let noon = 1_643_716_800;
        for text in [
            "2022-02-01T12:00:00",
            "2022-02-01 12:00:00.500000",
            "2022-02-01 12:00:00.94034384 +0000 UTC",
            "2022-02-01T12:00:00Z",
            "2022-02-01T12:00:00+00:00",
            "2022-02-01 12:00",
            "1643716800",
            "1643716800.0",
            "1643716800123",
        ] {
            assert_eq!(time(text.as_bytes()), Some(noon), "{text}");
        }
        assert_eq!(day_first(b"01/02/2022 12:00:00"), Some(noon));
        for bad in ["", "x", "2022-02-30", "2022-13-01", "2022-02-01T25:00:00", "2022-02-01T12:00:00+09:00", "-5", "1e9", "12:00:00"] {
            assert_eq!(time(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn a_day_is_the_same_as_the_calendar_says() {
        for n in (-200_000..200_000).step_by(37) {
            let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap();
            assert_eq!(days(i64::from(date.year()), date.month() as u32, date.day() as u32), n);
        }
    }

    #[test]
    fn coordinates_are_exact() {
        assert_eq!(degrees(b"33.60716"), Some(20_164_296));
        assert_eq!(degrees(b"-117.91483"), Some(-70_748_898));
        assert_eq!(degrees(b"1e1"), Some(6_000_000));
        assert_eq!(degrees(b"43.099999999999994316"), Some(25_860_000));
        for bad in ["NaN", "inf", "", "-", ".", "1..2", "12 N", "99999999999999999999999999"] {
            assert_eq!(degrees(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn speeds_out_of_range_are_unknown_and_words_are_refused() {
        assert_eq!(speed(b"11.6", 1.0), Some(116));
        assert_eq!(speed(b"102.3", 1.0), Some(SOG_UNKNOWN));
        assert_eq!(speed(b"-3", 1.0), Some(SOG_UNKNOWN));
        assert_eq!(speed(b"10", 3600.0 / 1852.0), Some(194));
        assert_eq!(speed(b"fast", 1.0), None);
        assert_eq!((course(-1200), course(3600), course(3599)), (2400, COG_UNKNOWN, 3599));
    }
}
