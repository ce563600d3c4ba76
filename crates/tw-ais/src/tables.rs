//! Tables: every field of every message, one table a family.

use std::sync::{Arc, LazyLock};

use arrow_array::types::{UInt8Type, UInt16Type};
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, StringArray, TimestampMillisecondArray};
use arrow_buffer::ScalarBuffer;
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};

use crate::bits::Bits;
use crate::column::{Column, F64, Flag, I8, Text, U8, U16, U32, Valid, table};
use crate::columns::{COG_UNKNOWN, HEADING_UNKNOWN, UNITS_PER_DEGREE};
use crate::counts::{Reason, Refused};
use crate::decoder::{Collect, Meta, Tally, sealed, second_disagrees};
use crate::lean::{BATCH, auxiliary, check_24};
use crate::position::{NO_SPEED, common, is_position};
use crate::stations::Stations;

/// What is known about a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnDoc {
    /// Name, as in gpsd's AIVDM document where it has one.
    pub name: &'static str,
    /// Name in pyais, empty if it has none.
    pub pyais: &'static str,
    /// Meaning and unit. A missing value is "not available" or not of the type.
    pub doc: &'static str,
}

/// A family of messages; each has its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Types 1, 2, 3, 9, 18, 19, 27.
    Positions,
    /// Types 5, 19, 24.
    Statics,
    /// Types 4, 11.
    BaseStations,
    /// Type 21.
    Aids,
    /// Types 12, 14.
    Texts,
    /// Types 6, 8, 17, 25, 26.
    Binaries,
    /// Types 7, 10, 13, 15, 16, 20, 22, 23.
    Management,
}

impl Family {
    /// All families.
    pub const ALL: [Self; 7] =
        [Self::Positions, Self::Statics, Self::BaseStations, Self::Aids, Self::Texts, Self::Binaries, Self::Management];

    /// Name of the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Positions => "positions",
            Self::Statics => "statics",
            Self::BaseStations => "base_stations",
            Self::Aids => "aids",
            Self::Texts => "texts",
            Self::Binaries => "binaries",
            Self::Management => "management",
        }
    }

    /// What a row is.
    #[must_use]
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Positions => "One row a position report (types 1, 2, 3, 9, 18, 19, 27).",
            Self::Statics => "One row a static report (types 5, 19, 24).",
            Self::BaseStations => "One row a report of a base station or answer with the time (types 4, 11).",
            Self::Aids => "One row a report of an aid to navigation (type 21).",
            Self::Texts => "One row a safety-related text (types 12, 14).",
            Self::Binaries => "One row a binary message (types 6, 8, 17, 25, 26): its envelope and the rest in hexadecimal digits.",
            Self::Management => {
                "One row an acknowledgement, inquiry, interrogation, assignment or management message (types 7, 10, 13, 15, 16, 20, 22, 23)."
            }
        }
    }

    /// Its columns in their order.
    #[must_use]
    pub fn columns(self) -> Vec<ColumnDoc> {
        let own = match self {
            Self::Positions => PositionColumns::COLUMNS,
            Self::Statics => StaticColumns::COLUMNS,
            Self::BaseStations => BaseColumns::COLUMNS,
            Self::Aids => AidColumns::COLUMNS,
            Self::Texts => TextColumns::COLUMNS,
            Self::Binaries => BinaryColumns::COLUMNS,
            Self::Management => ManagementColumns::COLUMNS,
        };
        HEAD.iter().chain(own).copied().collect()
    }

    /// Its Arrow schema.
    #[must_use]
    pub fn schema(self) -> SchemaRef {
        static SCHEMAS: LazyLock<[SchemaRef; 7]> = LazyLock::new(|| {
            Family::ALL.map(|family| {
                let own = match family {
                    Family::Positions => PositionColumns::fields(),
                    Family::Statics => StaticColumns::fields(),
                    Family::BaseStations => BaseColumns::fields(),
                    Family::Aids => AidColumns::fields(),
                    Family::Texts => TextColumns::fields(),
                    Family::Binaries => BinaryColumns::fields(),
                    Family::Management => ManagementColumns::fields(),
                };
                Arc::new(Schema::new(head_fields().into_iter().chain(own).collect::<Vec<_>>()))
            })
        });
        SCHEMAS[self as usize].clone()
    }
}

/// Takes tables.
pub trait TableSink {
    /// What it fails with.
    type Error;

    /// Takes about [`BATCH`] rows of a family, or fewer at the end, in the order of the file.
    ///
    /// # Errors
    /// Its own.
    fn table(&mut self, family: Family, rows: RecordBatch) -> Result<(), Self::Error>;

    /// Hears of every refusal.
    fn refused(&mut self, refused: Refused) {
        let _ = refused;
    }
}

/// What all tables begin with.
const HEAD: &[ColumnDoc] = &[
    ColumnDoc { name: "line", pyais: "", doc: "Line of the file, from 1; that of the first part." },
    ColumnDoc { name: "time", pyais: "tag_block.receiver_timestamp", doc: "Time of reception in UTC, to the millisecond." },
    ColumnDoc { name: "station", pyais: "tag_block.source_station", doc: "Receiving station as the file names it." },
    ColumnDoc { name: "channel", pyais: "channel", doc: "Radio channel, as the sentence names it: A, B, 1, 2." },
    ColumnDoc { name: "own", pyais: "", doc: "Whether the sentence is VDO, of the station's own ship." },
    ColumnDoc { name: "type", pyais: "msg_type", doc: "Message type, 1 to 27." },
    ColumnDoc { name: "repeat", pyais: "repeat", doc: "Repeat indicator, 0 to 3." },
    ColumnDoc { name: "mmsi", pyais: "mmsi", doc: "MMSI of the sender, as it was sent." },
];

fn time_type() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

fn head_fields() -> Vec<Field> {
    let words = |key: DataType| DataType::Dictionary(Box::new(key), Box::new(DataType::Utf8));
    vec![
        Field::new("line", DataType::UInt32, true),
        Field::new("time", time_type(), true),
        Field::new("station", words(DataType::UInt16), true),
        Field::new("channel", words(DataType::UInt8), true),
        Field::new("own", DataType::Boolean, true),
        Field::new("type", DataType::UInt8, true),
        Field::new("repeat", DataType::UInt8, true),
        Field::new("mmsi", DataType::UInt32, true),
    ]
}

/// The first columns of a table.
#[derive(Debug, Default)]
struct Head {
    line: U32,
    time: Vec<i64>,
    timed: Valid,
    station: Vec<u16>,
    channel: Vec<u8>,
    own: Flag,
    kind: U8,
    repeat: U8,
    mmsi: U32,
}

impl Head {
    fn rows(&self) -> usize {
        self.time.len()
    }

    /// Adds a row and gives its number.
    fn push(&mut self, meta: &Meta, bits: &Bits) -> usize {
        let row = self.rows();
        self.line.set(row, meta.line);
        self.time.push(meta.time.max(0));
        if meta.time > 0 {
            self.timed.set(row);
        }
        self.station.push(meta.station);
        self.channel.push(meta.channel);
        self.own.set(row, meta.own);
        self.kind.set(row, meta.kind);
        self.repeat.set(row, bits.u8(6, 2));
        self.mmsi.set(row, bits.u32(8, 30));
        row
    }

    fn finish(&mut self, names: &ArrayRef) -> Vec<ArrayRef> {
        let rows = self.rows();
        let nulls = |missing: &dyn Fn(usize) -> bool| {
            let mut valid = Valid::default();
            (0..rows).filter(|&i| !missing(i)).for_each(|i| valid.set(i));
            valid.finish(rows)
        };
        let stations = std::mem::take(&mut self.station);
        let station_nulls = nulls(&|i| stations[i] == 0);
        let keys = arrow_array::PrimitiveArray::<UInt16Type>::new(
            stations.into_iter().map(|n| n.saturating_sub(1)).collect::<Vec<_>>().into(),
            station_nulls,
        );
        let station = DictionaryArray::<UInt16Type>::try_new(keys, names.clone()).expect("every number has a name");
        let channels = std::mem::take(&mut self.channel);
        let channel_nulls = nulls(&|i| channels[i] == 0);
        let mut seen = [false; 256];
        channels.iter().for_each(|&c| seen[usize::from(c)] = true);
        let mut number = [0u8; 256];
        let mut words = Vec::new();
        for c in (1..=255u8).filter(|&c| seen[usize::from(c)]) {
            number[usize::from(c)] = words.len() as u8;
            words.push(char::from(c).to_string());
        }
        let keys = arrow_array::PrimitiveArray::<UInt8Type>::new(
            channels.into_iter().map(|c| number[usize::from(c)]).collect::<Vec<_>>().into(),
            channel_nulls,
        );
        let channel = DictionaryArray::<UInt8Type>::try_new(keys, Arc::new(StringArray::from(words))).expect("every key has a word");
        let times = std::mem::take(&mut self.time);
        let time = TimestampMillisecondArray::new(ScalarBuffer::from(times), self.timed.finish(rows)).with_timezone("UTC");
        vec![
            self.line.finish(rows),
            Arc::new(time),
            Arc::new(station),
            Arc::new(channel),
            self.own.finish(rows),
            self.kind.finish(rows),
            self.repeat.finish(rows),
            self.mmsi.finish(rows),
        ]
    }
}

table! {
    /// Position reports.
    PositionColumns {
        status: U8, "status", "status", "Navigational status, 0 to 15 (types 1, 2, 3, 27).";
        turn: F64, "turn", "turn", "Rate of turn in degrees a minute, right is positive, the square of raw / 4.733; missing if not available and for raw values of 127 and -127, which say only \"faster than 5 degrees in 30 s\".";
        turn_raw: I8, "turn_raw", "", "Rate of turn as it was sent, -127 to 127; missing for -128, not available.";
        speed: F64, "speed", "speed", "Speed over ground in knots; 102.2 is that or more (type 9: 1022). Steps of 0.1, types 9 and 27 of 1.";
        accuracy: Flag, "accuracy", "accuracy", "Position better than 10 m.";
        lon: F64, "lon", "lon", "Longitude in degrees, east is positive. As it was sent, unless 181.";
        lat: F64, "lat", "lat", "Latitude in degrees, north is positive. As it was sent, unless 91.";
        course: F64, "course", "course", "Course over ground in degrees; above 359.9 is missing.";
        heading: U16, "heading", "heading", "True heading in degrees; above 359 is missing.";
        second: U8, "second", "second", "Second of the minute of the position, 0 to 59; 60 not available, 61 manual, 62 dead reckoning, 63 off.";
        maneuver: U8, "maneuver", "maneuver", "Special manoeuvre: 0 not available, 1 no, 2 yes (types 1, 2, 3).";
        raim: Flag, "raim", "raim", "Receiver autonomous integrity monitoring in use.";
        radio: U32, "radio", "radio", "State of the radio, 19 or 20 bits (types 1, 2, 3, 9, 18).";
        alt: U16, "alt", "alt", "Altitude in metres; 4094 is that or more (type 9).";
        regional: U8, "regional", "reserved_1, reserved_2", "Reserved bits (types 9, 18, 19).";
        dte: Flag, "dte", "dte", "Data terminal NOT ready (types 9, 19).";
        assigned: Flag, "assigned", "assigned", "Assigned mode (types 9, 18, 19).";
        cs: Flag, "cs", "cs", "Carrier-sense unit (type 18).";
        display: Flag, "display", "display", "Has a display (type 18).";
        dsc: Flag, "dsc", "dsc", "Has DSC (type 18).";
        band: Flag, "band", "band", "Can use the whole marine band (type 18).";
        msg22: Flag, "msg22", "msg22", "Accepts channels from message 22 (type 18).";
        gnss: Flag, "gnss", "gnss", "Position is NOT the current GNSS position (type 27).";
    }
}

table! {
    /// Static reports.
    StaticColumns {
        part: U8, "partno", "partno", "Part of type 24: 0 is A, 1 is B.";
        version: U8, "ais_version", "ais_version", "Edition of the recommendation (type 5).";
        imo: U32, "imo", "imo", "IMO number as it was sent; 0 is missing (type 5).";
        callsign: Text, "callsign", "callsign", "Call sign (types 5, 24 B).";
        shipname: Text, "shipname", "shipname", "Name (types 5, 19, 24 A).";
        shiptype: U8, "shiptype", "ship_type", "Type of ship and cargo; 0 is missing.";
        to_bow: U16, "to_bow", "to_bow", "Metres from the antenna to the bow. The four are missing if all are 0.";
        to_stern: U16, "to_stern", "to_stern", "Metres from the antenna to the stern.";
        to_port: U8, "to_port", "to_port", "Metres from the antenna to port.";
        to_starboard: U8, "to_starboard", "to_starboard", "Metres from the antenna to starboard.";
        epfd: U8, "epfd", "epfd", "Kind of position fixing device; 0 is missing.";
        month: U8, "month", "month", "Month of the estimated arrival, UTC; 0 is missing.";
        day: U8, "day", "day", "Day of the estimated arrival; 0 is missing.";
        hour: U8, "hour", "hour", "Hour of the estimated arrival; 24 and above are missing.";
        minute: U8, "minute", "minute", "Minute of the estimated arrival; 60 and above are missing.";
        draught: F64, "draught", "draught", "Present draught in metres; 25.5 is that or more; 0 is missing.";
        destination: Text, "destination", "destination", "Destination as typed.";
        dte: Flag, "dte", "dte", "Data terminal NOT ready; missing in a type 5 that is cut off.";
        vendor: Text, "vendorid", "vendorid", "Vendor (type 24 B).";
        model: U8, "model", "model", "Unit model code (type 24 B).";
        serial: U32, "serial", "serial", "Serial number (type 24 B).";
        mothership: U32, "mothership_mmsi", "", "MMSI of the mother ship of an auxiliary craft, MMSI 98MIDXXXX, in place of the dimensions (type 24 B); 0 is missing.";
    }
}

table! {
    /// Base stations.
    BaseColumns {
        year: U16, "year", "year", "Year, UTC; 0 is missing.";
        month: U8, "month", "month", "Month; 0 is missing.";
        day: U8, "day", "day", "Day; 0 is missing.";
        hour: U8, "hour", "hour", "Hour; 24 and above are missing.";
        minute: U8, "minute", "minute", "Minute; 60 and above are missing.";
        second: U8, "second", "second", "Second; 60 and above are missing.";
        accuracy: Flag, "accuracy", "accuracy", "Position better than 10 m.";
        lon: F64, "lon", "lon", "Longitude in degrees; 181 is missing.";
        lat: F64, "lat", "lat", "Latitude in degrees; 91 is missing.";
        epfd: U8, "epfd", "epfd", "Kind of position fixing device; 0 is missing.";
        raim: Flag, "raim", "raim", "Receiver autonomous integrity monitoring in use.";
        radio: U32, "radio", "radio", "State of the radio, 19 bits.";
    }
}

table! {
    /// Aids to navigation.
    AidColumns {
        aid_type: U8, "aid_type", "aid_type", "Kind of aid; 0 is not specified.";
        name: Text, "name", "name + name_ext", "Name with its extension, up to 34 characters.";
        accuracy: Flag, "accuracy", "accuracy", "Position better than 10 m.";
        lon: F64, "lon", "lon", "Longitude in degrees; 181 is missing.";
        lat: F64, "lat", "lat", "Latitude in degrees; 91 is missing.";
        to_bow: U16, "to_bow", "to_bow", "Metres from the reference point to the north or bow. The four are missing if all are 0.";
        to_stern: U16, "to_stern", "to_stern", "Metres from the reference point to the south or stern.";
        to_port: U8, "to_port", "to_port", "Metres from the reference point to the west or port.";
        to_starboard: U8, "to_starboard", "to_starboard", "Metres from the reference point to the east or starboard.";
        epfd: U8, "epfd", "epfd", "Kind of position fixing device; 0 is missing.";
        second: U8, "second", "second", "Second of the minute, 0 to 59; 60 not available, 61 manual, 62 dead reckoning, 63 off.";
        off_position: Flag, "off_position", "off_position", "Off position; means something only if second is below 60.";
        regional: U8, "regional", "reserved_1", "Reserved bits.";
        raim: Flag, "raim", "raim", "Receiver autonomous integrity monitoring in use.";
        virtual_aid: Flag, "virtual_aid", "virtual_aid", "There is no such thing at that place.";
        assigned: Flag, "assigned", "assigned", "Assigned mode.";
    }
}

table! {
    /// Texts.
    TextColumns {
        seqno: U8, "seqno", "seqno", "Sequence number (type 12).";
        dest: U32, "dest_mmsi", "dest_mmsi", "MMSI it is addressed to (type 12).";
        retransmit: Flag, "retransmit", "retransmit", "Sent again (type 12).";
        text: Text, "text", "text", "The text.";
    }
}

table! {
    /// Binary messages.
    BinaryColumns {
        seqno: U8, "seqno", "seqno", "Sequence number (type 6).";
        dest: U32, "dest_mmsi", "dest_mmsi", "MMSI it is addressed to (types 6, 25, 26 if addressed).";
        retransmit: Flag, "retransmit", "retransmit", "Sent again (type 6).";
        addressed: Flag, "addressed", "addressed", "Addressed (types 25, 26).";
        structured: Flag, "structured", "structured", "Begins with an application identifier (types 25, 26).";
        dac: U16, "dac", "dac", "Designated area code of the application.";
        fid: U8, "fid", "fid", "Function identifier of the application.";
        app_id: U16, "app_id", "app_id", "Application identifier as one number, 64 * dac + fid (types 25, 26 if structured).";
        lon: F64, "lon", "lon", "Longitude in degrees of the reference station, in steps of 1/10 minute; 181 is missing (type 17).";
        lat: F64, "lat", "lat", "Latitude in degrees of the reference station; 91 is missing (type 17).";
        radio: U32, "radio", "radio", "State of the radio, 20 bits (type 26).";
        bits: U16, "bits", "", "Bits of the payload.";
        data: Text, "data", "data", "Payload in hexadecimal digits, zero bits at the end.";
    }
}

table! {
    /// Management.
    ManagementColumns {
        mmsi1: U32, "mmsi1", "mmsi1", "First MMSI that is acknowledged, asked or assigned (types 7, 13, 15, 16).";
        seq1: U8, "mmsiseq1", "mmsiseq1", "Its sequence number (types 7, 13).";
        mmsi2: U32, "mmsi2", "mmsi2", "Second MMSI.";
        seq2: U8, "mmsiseq2", "mmsiseq2", "Its sequence number.";
        mmsi3: U32, "mmsi3", "mmsi3", "Third MMSI (types 7, 13).";
        seq3: U8, "mmsiseq3", "mmsiseq3", "Its sequence number.";
        mmsi4: U32, "mmsi4", "mmsi4", "Fourth MMSI (types 7, 13).";
        seq4: U8, "mmsiseq4", "mmsiseq4", "Its sequence number.";
        dest: U32, "dest_mmsi", "dest_mmsi", "MMSI that is asked (type 10).";
        type1_1: U8, "type1_1", "type1_1", "First message type that is asked of the first (type 15).";
        offset1_1: U16, "offset1_1", "offset1_1", "Its slot offset.";
        type1_2: U8, "type1_2", "type1_2", "Second message type that is asked of the first.";
        offset1_2: U16, "offset1_2", "offset1_2", "Its slot offset.";
        type2_1: U8, "type2_1", "type2_1", "Message type that is asked of the second.";
        offset2_1: U16, "offset2_1", "offset2_1", "Its slot offset.";
        offset1: U16, "offset1", "offset1", "First offset (types 16, 20).";
        increment1: U16, "increment1", "increment1", "First increment (types 16, 20).";
        number1: U8, "number1", "number1", "First number of slots (type 20).";
        timeout1: U8, "timeout1", "timeout1", "First time-out in minutes (type 20).";
        offset2: U16, "offset2", "offset2", "Second offset.";
        increment2: U16, "increment2", "increment2", "Second increment.";
        number2: U8, "number2", "number2", "Second number of slots.";
        timeout2: U8, "timeout2", "timeout2", "Second time-out.";
        offset3: U16, "offset3", "offset3", "Third offset.";
        increment3: U16, "increment3", "increment3", "Third increment.";
        number3: U8, "number3", "number3", "Third number of slots.";
        timeout3: U8, "timeout3", "timeout3", "Third time-out.";
        offset4: U16, "offset4", "offset4", "Fourth offset.";
        increment4: U16, "increment4", "increment4", "Fourth increment.";
        number4: U8, "number4", "number4", "Fourth number of slots.";
        timeout4: U8, "timeout4", "timeout4", "Fourth time-out.";
        channel_a: U16, "channel_a", "channel_a", "Channel number of A (type 22).";
        channel_b: U16, "channel_b", "channel_b", "Channel number of B (type 22).";
        txrx: U8, "txrx", "txrx", "Transmit and receive mode (types 22, 23).";
        power: Flag, "power", "power", "Low power (type 22).";
        ne_lon: F64, "ne_lon", "ne_lon", "North-east corner, longitude in degrees, steps of 1/10 minute; 181 is missing (types 22, 23).";
        ne_lat: F64, "ne_lat", "ne_lat", "North-east corner, latitude; 91 is missing.";
        sw_lon: F64, "sw_lon", "sw_lon", "South-west corner, longitude.";
        sw_lat: F64, "sw_lat", "sw_lat", "South-west corner, latitude.";
        dest1: U32, "dest1", "dest1", "First MMSI, in place of the corners (type 22 addressed).";
        dest2: U32, "dest2", "dest2", "Second MMSI.";
        addressed: Flag, "addressed", "addressed", "Addressed (type 22).";
        band_a: Flag, "band_a", "band_a", "Bandwidth of A (type 22).";
        band_b: Flag, "band_b", "band_b", "Bandwidth of B (type 22).";
        zonesize: U8, "zonesize", "zonesize", "Size of the transitional zone (type 22).";
        station_type: U8, "station_type", "station_type", "Stations it is for (type 23).";
        ship_type: U8, "ship_type", "ship_type", "Type of ship it is for (type 23).";
        interval: U8, "interval", "interval", "Reporting interval (type 23).";
        quiet: U8, "quiet", "quiet", "Quiet time in minutes (type 23).";
    }
}

/// Rows that are turned into columns together.
const STAGE: usize = 512;

/// A position report before it is columns.
#[derive(Clone, Copy, Default)]
struct Staged {
    time: i64,
    line: u32,
    mmsi: u32,
    lon: i32,
    lat: i32,
    radio: u32,
    /// Which fields there are, and flags.
    bits: u32,
    station: u16,
    speed: u16,
    course: u16,
    heading: u16,
    alt: u16,
    kind: u8,
    repeat: u8,
    channel: u8,
    status: u8,
    turn: i8,
    second: u8,
    maneuver: u8,
    regional: u8,
}

const OWN: u32 = 1;
const ACCURACY: u32 = 1 << 1;
const RAIM: u32 = 1 << 2;
const DTE: u32 = 1 << 3;
const ASSIGNED: u32 = 1 << 4;
const CS: u32 = 1 << 5;
const DISPLAY: u32 = 1 << 6;
const DSC: u32 = 1 << 7;
const BAND: u32 = 1 << 8;
const MSG22: u32 = 1 << 9;
const GNSS: u32 = 1 << 10;
const HAS_STATUS: u32 = 1 << 16;
const HAS_TURN: u32 = 1 << 17;
const HAS_SECOND: u32 = 1 << 18;
const HAS_MANEUVER: u32 = 1 << 19;
const HAS_RADIO: u32 = 1 << 20;
const HAS_ALT: u32 = 1 << 21;
const HAS_REGIONAL: u32 = 1 << 22;
const HAS_DTE: u32 = 1 << 23;
const HAS_ASSIGNED: u32 = 1 << 24;
const HAS_18: u32 = 1 << 25;
const HAS_GNSS: u32 = 1 << 26;

#[inline(always)]
fn flag(on: bool, bit: u32) -> u32 {
    if on { bit } else { 0 }
}

#[inline(always)]
fn stage(meta: &Meta, b: &Bits) -> Staged {
    let p = common(meta.kind, b);
    let mut s = Staged {
        time: meta.time,
        line: meta.line,
        mmsi: p.mmsi,
        lon: p.lon,
        lat: p.lat,
        station: meta.station,
        speed: p.speed,
        course: p.course,
        heading: p.heading,
        kind: meta.kind,
        repeat: b.u8(6, 2),
        channel: meta.channel,
        status: p.status,
        second: p.second,
        bits: flag(meta.own, OWN) | flag(p.accuracy, ACCURACY) | flag(p.raim, RAIM),
        ..Staged::default()
    };
    match meta.kind {
        1..=3 => {
            s.turn = b.u8(42, 8) as i8;
            s.maneuver = b.u8(143, 2);
            s.radio = b.u32(149, 19);
            s.bits |= HAS_STATUS | HAS_SECOND | HAS_MANEUVER | HAS_RADIO | flag(s.turn != -128, HAS_TURN);
        }
        18 => {
            s.regional = b.u8(38, 8) << 2 | b.u8(139, 2);
            s.radio = b.u32(148, 20);
            s.bits |= HAS_SECOND | HAS_REGIONAL | HAS_RADIO | HAS_18 | HAS_ASSIGNED;
            s.bits |= flag(b.bit(141), CS) | flag(b.bit(142), DISPLAY) | flag(b.bit(143), DSC) | flag(b.bit(144), BAND);
            s.bits |= flag(b.bit(145), MSG22) | flag(b.bit(146), ASSIGNED);
        }
        19 => {
            s.regional = b.u8(38, 8);
            s.bits |= HAS_SECOND | HAS_REGIONAL | HAS_DTE | HAS_ASSIGNED | flag(b.bit(306), DTE) | flag(b.bit(307), ASSIGNED);
        }
        9 => {
            s.alt = b.u16(38, 12);
            s.regional = b.u8(134, 8);
            s.radio = b.u32(148, 20);
            s.bits |= HAS_SECOND | HAS_REGIONAL | HAS_DTE | HAS_ASSIGNED | HAS_RADIO | flag(s.alt != 4095, HAS_ALT);
            s.bits |= flag(b.bit(142), DTE) | flag(b.bit(146), ASSIGNED);
        }
        _ => s.bits |= HAS_STATUS | HAS_GNSS | flag(b.bit(94), GNSS),
    }
    s
}

fn degrees(units: i32) -> f64 {
    f64::from(units) / f64::from(UNITS_PER_DEGREE)
}

/// Degrees a minute of each raw rate of turn.
static TURN: LazyLock<[f64; 256]> = LazyLock::new(|| {
    std::array::from_fn(|i| {
        let raw = f64::from(i as u8 as i8);
        let v = raw / 4.733;
        if raw < 0.0 { -(v * v) } else { v * v }
    })
});

impl PositionColumns {
    /// Makes room for a batch.
    fn reserve(&mut self, head: &mut Head) {
        let n = BATCH + STAGE;
        head.line.values.reserve(n);
        head.time.reserve(n);
        head.station.reserve(n);
        head.channel.reserve(n);
        head.kind.values.reserve(n);
        head.repeat.values.reserve(n);
        head.mmsi.values.reserve(n);
        for column in [&mut self.turn, &mut self.speed, &mut self.lon, &mut self.lat, &mut self.course] {
            column.values.reserve(n);
        }
        for column in [&mut self.status, &mut self.second, &mut self.maneuver, &mut self.regional] {
            column.values.reserve(n);
        }
        self.turn_raw.values.reserve(n);
        self.heading.values.reserve(n);
        self.alt.values.reserve(n);
        self.radio.values.reserve(n);
    }

    /// Adds the rows of a stage; all but the last stage of a batch are full.
    fn extend(&mut self, head: &mut Head, rows: &[Staged]) {
        if head.time.is_empty() {
            self.reserve(head);
        }
        head.line.values.extend(rows.iter().map(|r| r.line));
        head.time.extend(rows.iter().map(|r| r.time.max(0)));
        head.station.extend(rows.iter().map(|r| r.station));
        head.channel.extend(rows.iter().map(|r| r.channel));
        head.kind.values.extend(rows.iter().map(|r| r.kind));
        head.repeat.values.extend(rows.iter().map(|r| r.repeat));
        head.mmsi.values.extend(rows.iter().map(|r| r.mmsi));
        self.status.values.extend(rows.iter().map(|r| r.status));
        let turns = &*TURN;
        self.turn.values.extend(rows.iter().map(|r| turns[usize::from(r.turn as u8)]));
        self.turn_raw.values.extend(rows.iter().map(|r| r.turn));
        self.speed.values.extend(rows.iter().map(|r| f64::from(r.speed) / 10.0));
        self.lon.values.extend(rows.iter().map(|r| degrees(r.lon)));
        self.lat.values.extend(rows.iter().map(|r| degrees(r.lat)));
        self.course.values.extend(rows.iter().map(|r| f64::from(r.course) / 10.0));
        self.heading.values.extend(rows.iter().map(|r| r.heading));
        self.second.values.extend(rows.iter().map(|r| r.second));
        self.maneuver.values.extend(rows.iter().map(|r| r.maneuver));
        self.radio.values.extend(rows.iter().map(|r| r.radio));
        self.alt.values.extend(rows.iter().map(|r| r.alt));
        self.regional.values.extend(rows.iter().map(|r| r.regional));
        for rows in rows.chunks(64) {
            let all = u64::MAX >> (64 - rows.len());
            for valid in [&mut head.line.valid, &mut head.kind.valid, &mut head.repeat.valid, &mut head.mmsi.valid, &mut head.own.valid] {
                valid.push_word(all);
            }
            self.accuracy.valid.push_word(all);
            self.raim.valid.push_word(all);
            // 64 rows of 32 bits are 32 words of 64 bits.
            let mut words = [0u64; 32];
            let mut every = u32::MAX;
            let mut any = 0;
            for r in rows {
                every &= r.bits;
                any |= r.bits;
            }
            let mut differing = any & !every;
            for (bit, word) in words.iter_mut().enumerate() {
                *word = if every >> bit & 1 == 1 { all } else { 0 };
            }
            while differing != 0 {
                let bit = differing.trailing_zeros() as usize & 31;
                words[bit] = mask(rows, |r| r.bits >> bit & 1 == 1);
                differing &= differing - 1;
            }
            let word = |bit: u32| words[bit.trailing_zeros() as usize & 31];
            head.timed.push_word(mask(rows, |r| r.time > 0));
            head.own.bits.push(word(OWN));
            self.accuracy.bits.push(word(ACCURACY));
            self.raim.bits.push(word(RAIM));
            self.status.valid.push_word(word(HAS_STATUS));
            self.turn_raw.valid.push_word(word(HAS_TURN));
            self.turn.valid.push_word(word(HAS_TURN) & mask(rows, |r| r.turn.unsigned_abs() < 127));
            self.speed.valid.push_word(mask(rows, |r| r.speed != NO_SPEED));
            self.lon.valid.push_word(mask(rows, |r| r.lon != crate::columns::LON_UNKNOWN));
            self.lat.valid.push_word(mask(rows, |r| r.lat != crate::columns::LAT_UNKNOWN));
            self.course.valid.push_word(mask(rows, |r| r.course != COG_UNKNOWN));
            self.heading.valid.push_word(mask(rows, |r| r.heading != HEADING_UNKNOWN));
            self.second.valid.push_word(word(HAS_SECOND));
            self.maneuver.valid.push_word(word(HAS_MANEUVER));
            self.radio.valid.push_word(word(HAS_RADIO));
            self.alt.valid.push_word(word(HAS_ALT));
            self.regional.valid.push_word(word(HAS_REGIONAL));
            for (column, value, has) in [
                (&mut self.dte, DTE, HAS_DTE),
                (&mut self.assigned, ASSIGNED, HAS_ASSIGNED),
                (&mut self.cs, CS, HAS_18),
                (&mut self.display, DISPLAY, HAS_18),
                (&mut self.dsc, DSC, HAS_18),
                (&mut self.band, BAND, HAS_18),
                (&mut self.msg22, MSG22, HAS_18),
                (&mut self.gnss, GNSS, HAS_GNSS),
            ] {
                column.bits.push(word(value));
                column.valid.push_word(word(has));
            }
        }
    }
}

#[inline(always)]
fn mask(rows: &[Staged], test: impl Fn(&Staged) -> bool) -> u64 {
    let mut word = 0;
    for (i, r) in rows.iter().enumerate() {
        word |= u64::from(test(r)) << i;
    }
    word
}

/// The way out into tables, every field of every message.
#[derive(Debug)]
pub struct Tables<S> {
    sink: S,
    staged: Vec<Staged>,
    heads: [Head; 7],
    positions: PositionColumns,
    statics: StaticColumns,
    bases: BaseColumns,
    aids: AidColumns,
    texts: TextColumns,
    binaries: BinaryColumns,
    management: ManagementColumns,
    full: bool,
}

impl std::fmt::Debug for Staged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}", self.line)
    }
}

/// Above 0 and below a limit.
fn within(value: u8, from: u8, below: u8) -> Option<u8> {
    (from..below).contains(&value).then_some(value)
}

fn coordinate(units: i32, unknown: i32, per_degree: f64) -> Option<f64> {
    (units != unknown).then(|| f64::from(units) / per_degree)
}

/// Longitude (28 bits) or latitude (27 bits) in 1/600,000 degree.
fn fine(b: &Bits, at: usize, n: usize) -> Option<f64> {
    coordinate(b.i32(at, n), if n == 28 { crate::columns::LON_UNKNOWN } else { crate::columns::LAT_UNKNOWN }, 600_000.0)
}

/// Longitude (18 bits) or latitude (17 bits) in 1/600 degree.
fn coarse(b: &Bits, at: usize, n: usize) -> Option<f64> {
    coordinate(b.i32(at, n), if n == 18 { 108_600 } else { 54_600 }, 600.0)
}

impl<S: TableSink> Tables<S> {
    /// Into a sink.
    pub fn new(sink: S) -> Self {
        Self {
            sink,
            staged: Vec::with_capacity(STAGE),
            heads: std::array::from_fn(|_| Head::default()),
            positions: PositionColumns::default(),
            statics: StaticColumns::default(),
            bases: BaseColumns::default(),
            aids: AidColumns::default(),
            texts: TextColumns::default(),
            binaries: BinaryColumns::default(),
            management: ManagementColumns::default(),
            full: false,
        }
    }

    /// The sink.
    pub fn into_sink(self) -> S {
        self.sink
    }

    /// Adds the first columns of a row and gives its number.
    fn head(&mut self, family: Family, meta: &Meta, b: &Bits) -> usize {
        let row = self.heads[family as usize].push(meta, b);
        self.full |= row + 1 >= BATCH;
        row
    }

    #[inline(never)]
    fn unstage(&mut self) {
        let head = &mut self.heads[Family::Positions as usize];
        self.positions.extend(head, &self.staged);
        self.staged.clear();
        self.full |= head.rows() >= BATCH;
    }

    #[inline(never)]
    fn static_report(&mut self, meta: &Meta, b: &Bits) {
        let row = self.head(Family::Statics, meta, b);
        let c = &mut self.statics;
        let (name, kind, size, epfd) = match meta.kind {
            5 => (112, 232, 240, 270),
            19 => (143, 263, 271, 301),
            _ => (40, 40, 132, 162),
        };
        let part = if meta.kind == 24 { Some(b.u8(38, 2)) } else { None };
        c.part.set_some(row, part);
        if part != Some(1) {
            c.shipname.write(row, |out| b.text(name, 20, out));
        }
        if meta.kind == 5 {
            c.version.set(row, b.u8(38, 2));
            c.imo.set_some(row, Some(b.u32(40, 30)).filter(|&n| n > 0));
            c.callsign.write(row, |out| b.text(70, 7, out));
            c.month.set_some(row, within(b.u8(274, 4), 1, 16));
            c.day.set_some(row, within(b.u8(278, 5), 1, 32));
            c.hour.set_some(row, within(b.u8(283, 5), 0, 24));
            c.minute.set_some(row, within(b.u8(288, 6), 0, 60));
            c.draught.set_some(row, Some(b.u8(294, 8)).filter(|&n| n > 0).map(|n| f64::from(n) / 10.0));
            c.destination.write(row, |out| b.text(302, 20, out));
            if b.len > 422 {
                c.dte.set(row, b.bit(422));
            }
        }
        if meta.kind == 19 {
            c.dte.set(row, b.bit(306));
        }
        if part == Some(1) {
            c.callsign.write(row, |out| b.text(90, 7, out));
            c.vendor.write(row, |out| b.text(48, 3, out));
            c.model.set(row, b.u8(66, 4));
            c.serial.set(row, b.u32(70, 20));
        }
        if part == Some(0) {
            return;
        }
        c.shiptype.set_some(row, Some(b.u8(kind, 8)).filter(|&n| n > 0));
        if part.is_none() || b.room >= 166 {
            c.epfd.set_some(row, Some(b.u8(epfd, 4)).filter(|&n| n > 0));
        }
        if part == Some(1) && auxiliary(b.u32(8, 30)) {
            c.mothership.set_some(row, Some(b.u32(132, 30)).filter(|&n| n > 0));
            return;
        }
        if b.u(size, 30) != 0 {
            c.to_bow.set(row, b.u16(size, 9));
            c.to_stern.set(row, b.u16(size + 9, 9));
            c.to_port.set(row, b.u8(size + 18, 6));
            c.to_starboard.set(row, b.u8(size + 24, 6));
        }
    }

    #[inline(never)]
    fn base_station(&mut self, meta: &Meta, b: &Bits) {
        let row = self.head(Family::BaseStations, meta, b);
        let c = &mut self.bases;
        c.year.set_some(row, Some(b.u16(38, 14)).filter(|&n| n > 0));
        c.month.set_some(row, within(b.u8(52, 4), 1, 16));
        c.day.set_some(row, within(b.u8(56, 5), 1, 32));
        c.hour.set_some(row, within(b.u8(61, 5), 0, 24));
        c.minute.set_some(row, within(b.u8(66, 6), 0, 60));
        c.second.set_some(row, within(b.u8(72, 6), 0, 60));
        c.accuracy.set(row, b.bit(78));
        c.lon.set_some(row, fine(b, 79, 28));
        c.lat.set_some(row, fine(b, 107, 27));
        c.epfd.set_some(row, Some(b.u8(134, 4)).filter(|&n| n > 0));
        c.raim.set(row, b.bit(148));
        c.radio.set(row, b.u32(149, 19));
    }

    #[inline(never)]
    fn aid(&mut self, meta: &Meta, b: &Bits) {
        let row = self.head(Family::Aids, meta, b);
        let c = &mut self.aids;
        c.aid_type.set(row, b.u8(38, 5));
        c.name.write(row, |out| {
            let begin = out.len();
            b.text(43, 20, out);
            // The extension follows a full name only.
            if out.len() - begin == 20 || b.u8(43 + 6 * 19, 6) != 0 {
                let full = (0..20).all(|k| b.u8(43 + 6 * k, 6) != 0);
                if full {
                    while out.len() - begin < 20 {
                        out.push(b' ');
                    }
                    b.text(272, 14, out);
                    while out.len() > begin && out.last() == Some(&b' ') {
                        out.pop();
                    }
                }
            }
        });
        c.accuracy.set(row, b.bit(163));
        c.lon.set_some(row, fine(b, 164, 28));
        c.lat.set_some(row, fine(b, 192, 27));
        if b.u(219, 30) != 0 {
            c.to_bow.set(row, b.u16(219, 9));
            c.to_stern.set(row, b.u16(228, 9));
            c.to_port.set(row, b.u8(237, 6));
            c.to_starboard.set(row, b.u8(243, 6));
        }
        c.epfd.set_some(row, Some(b.u8(249, 4)).filter(|&n| n > 0));
        c.second.set(row, b.u8(253, 6));
        c.off_position.set(row, b.bit(259));
        c.regional.set(row, b.u8(260, 8));
        c.raim.set(row, b.bit(268));
        c.virtual_aid.set(row, b.bit(269));
        c.assigned.set(row, b.bit(270));
    }

    #[inline(never)]
    fn text(&mut self, meta: &Meta, b: &Bits) {
        let row = self.head(Family::Texts, meta, b);
        let c = &mut self.texts;
        let at = if meta.kind == 12 {
            c.seqno.set(row, b.u8(38, 2));
            c.dest.set(row, b.u32(40, 30));
            c.retransmit.set(row, b.bit(70));
            72
        } else {
            40
        };
        c.text.write(row, |out| b.text(at, 161, out));
    }

    #[inline(never)]
    fn binary(&mut self, meta: &Meta, b: &Bits) {
        let row = self.head(Family::Binaries, meta, b);
        let c = &mut self.binaries;
        let (begin, end) = match meta.kind {
            6 => {
                c.seqno.set(row, b.u8(38, 2));
                c.dest.set(row, b.u32(40, 30));
                c.retransmit.set(row, b.bit(70));
                c.dac.set(row, b.u16(72, 10));
                c.fid.set(row, b.u8(82, 6));
                (88, b.len)
            }
            8 => {
                c.dac.set(row, b.u16(40, 10));
                c.fid.set(row, b.u8(50, 6));
                (56, b.len)
            }
            17 => {
                c.lon.set_some(row, coarse(b, 40, 18));
                c.lat.set_some(row, coarse(b, 58, 17));
                (80, b.len)
            }
            _ => {
                let (addressed, structured) = (b.bit(38), b.bit(39));
                c.addressed.set(row, addressed);
                c.structured.set(row, structured);
                let mut at = 40;
                if addressed && b.len >= 70 {
                    c.dest.set(row, b.u32(40, 30));
                    at = 70;
                }
                if structured && b.len >= at + 16 {
                    c.app_id.set(row, b.u16(at, 16));
                    c.dac.set(row, b.u16(at, 10));
                    c.fid.set(row, b.u8(at + 10, 6));
                    at += 16;
                }
                let mut end = b.len;
                if meta.kind == 26 && end >= at + 20 {
                    c.radio.set(row, b.u32(end - 20, 20));
                    end -= 20;
                }
                (at, end)
            }
        };
        c.bits.set(row, end.saturating_sub(begin) as u16);
        c.data.write(row, |out| b.hex(begin, end, out));
    }

    #[inline(never)]
    fn manage(&mut self, meta: &Meta, b: &Bits) {
        let row = self.head(Family::Management, meta, b);
        let c = &mut self.management;
        // A field that the message is too short for is missing.
        let has = |end: usize| b.room >= end;
        match meta.kind {
            7 | 13 => {
                let columns =
                    [(&mut c.mmsi1, &mut c.seq1), (&mut c.mmsi2, &mut c.seq2), (&mut c.mmsi3, &mut c.seq3), (&mut c.mmsi4, &mut c.seq4)];
                for (i, (mmsi, seq)) in columns.into_iter().enumerate() {
                    let at = 40 + 32 * i;
                    if has(at + 32) {
                        mmsi.set(row, b.u32(at, 30));
                        seq.set(row, b.u8(at + 30, 2));
                    }
                }
            }
            10 => c.dest.set(row, b.u32(40, 30)),
            15 => {
                c.mmsi1.set(row, b.u32(40, 30));
                c.type1_1.set(row, b.u8(70, 6));
                c.offset1_1.set(row, b.u16(76, 12));
                if has(108) {
                    c.type1_2.set(row, b.u8(90, 6));
                    c.offset1_2.set(row, b.u16(96, 12));
                }
                if has(158) {
                    c.mmsi2.set(row, b.u32(110, 30));
                    c.type2_1.set(row, b.u8(140, 6));
                    c.offset2_1.set(row, b.u16(146, 12));
                }
            }
            16 => {
                c.mmsi1.set(row, b.u32(40, 30));
                c.offset1.set(row, b.u16(70, 12));
                c.increment1.set(row, b.u16(82, 10));
                if has(144) {
                    c.mmsi2.set(row, b.u32(92, 30));
                    c.offset2.set(row, b.u16(122, 12));
                    c.increment2.set(row, b.u16(134, 10));
                }
            }
            20 => {
                let columns = [
                    (&mut c.offset1, &mut c.number1, &mut c.timeout1, &mut c.increment1),
                    (&mut c.offset2, &mut c.number2, &mut c.timeout2, &mut c.increment2),
                    (&mut c.offset3, &mut c.number3, &mut c.timeout3, &mut c.increment3),
                    (&mut c.offset4, &mut c.number4, &mut c.timeout4, &mut c.increment4),
                ];
                for (i, (offset, number, timeout, increment)) in columns.into_iter().enumerate() {
                    let at = 40 + 30 * i;
                    if has(at + 30) {
                        offset.set(row, b.u16(at, 12));
                        number.set(row, b.u8(at + 12, 4));
                        timeout.set(row, b.u8(at + 16, 3));
                        increment.set(row, b.u16(at + 19, 11));
                    }
                }
            }
            22 => {
                c.channel_a.set(row, b.u16(40, 12));
                c.channel_b.set(row, b.u16(52, 12));
                c.txrx.set(row, b.u8(64, 4));
                c.power.set(row, b.bit(68));
                let addressed = b.bit(139);
                if addressed {
                    c.dest1.set(row, b.u32(69, 30));
                    c.dest2.set(row, b.u32(104, 30));
                } else {
                    c.ne_lon.set_some(row, coarse(b, 69, 18));
                    c.ne_lat.set_some(row, coarse(b, 87, 17));
                    c.sw_lon.set_some(row, coarse(b, 104, 18));
                    c.sw_lat.set_some(row, coarse(b, 122, 17));
                }
                c.addressed.set(row, addressed);
                c.band_a.set(row, b.bit(140));
                c.band_b.set(row, b.bit(141));
                c.zonesize.set(row, b.u8(142, 3));
            }
            _ => {
                c.ne_lon.set_some(row, coarse(b, 40, 18));
                c.ne_lat.set_some(row, coarse(b, 58, 17));
                c.sw_lon.set_some(row, coarse(b, 75, 18));
                c.sw_lat.set_some(row, coarse(b, 93, 17));
                c.station_type.set(row, b.u8(110, 4));
                c.ship_type.set(row, b.u8(114, 8));
                c.txrx.set(row, b.u8(144, 2));
                c.interval.set(row, b.u8(146, 4));
                c.quiet.set(row, b.u8(150, 4));
            }
        }
    }
}

impl<S: TableSink> Collect for Tables<S> {}

#[expect(private_interfaces, reason = "sealed")]
impl<S: TableSink> sealed::Collect for Tables<S> {
    type Error = S::Error;
    const UNTIMED: bool = true;

    #[inline(always)]
    fn message(&mut self, meta: &Meta, bits: &Bits, tally: &mut Tally) -> Result<(), Reason> {
        if is_position(meta.kind) {
            let row = stage(meta, bits);
            tally.positions += 1;
            if meta.time > 0 {
                tally.second_disagrees += u64::from(second_disagrees(meta.time, row.second));
            }
            self.staged.push(row);
            if self.staged.len() >= STAGE {
                self.unstage();
            }
            if meta.kind != 19 {
                return Ok(());
            }
        }
        match meta.kind {
            24 => {
                check_24(bits)?;
                tally.statics += 1;
                self.static_report(meta, bits);
            }
            5 | 19 => {
                tally.statics += 1;
                self.static_report(meta, bits);
            }
            4 | 11 => self.base_station(meta, bits),
            21 => self.aid(meta, bits),
            12 | 14 => self.text(meta, bits),
            6 | 8 | 17 | 25 | 26 => self.binary(meta, bits),
            _ => self.manage(meta, bits),
        }
        Ok(())
    }

    #[inline(always)]
    fn is_full(&self) -> bool {
        self.full
    }

    fn flush(&mut self, stations: &Stations, last: bool) -> Result<(), Self::Error> {
        self.full = false;
        if last && !self.staged.is_empty() {
            self.unstage();
            self.full = false;
        }
        let names: ArrayRef = Arc::new(StringArray::from_iter_values(stations.names()));
        for family in Family::ALL {
            let head = &mut self.heads[family as usize];
            let rows = head.rows();
            if rows == 0 || !(last || rows >= BATCH) {
                continue;
            }
            let mut columns = head.finish(&names);
            columns.append(&mut match family {
                Family::Positions => self.positions.finish(rows),
                Family::Statics => self.statics.finish(rows),
                Family::BaseStations => self.bases.finish(rows),
                Family::Aids => self.aids.finish(rows),
                Family::Texts => self.texts.finish(rows),
                Family::Binaries => self.binaries.finish(rows),
                Family::Management => self.management.finish(rows),
            });
            let batch = RecordBatch::try_new(family.schema(), columns).expect("schema and columns come from one declaration");
            self.sink.table(family, batch)?;
        }
        Ok(())
    }

    fn refused(&mut self, refused: Refused) {
        self.sink.refused(refused);
    }
}
