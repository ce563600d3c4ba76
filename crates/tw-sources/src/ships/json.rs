//! aisstream.io: one JSON object a message, one after another.

use serde_json::Value;
use tw_ais::{COG_UNKNOWN, Class, Dimensions, Fix, HEADING_UNKNOWN, SOG_UNKNOWN, STATUS_UNKNOWN, Static, UNITS_PER_DEGREE};
use tw_base::{Refusal, Refusals};

use super::row::time;
use super::unpack::Unpacked;
use super::{EARLIEST, LATEST, NO_TIME, Out, ShipReport, ShipRows, Taken};

pub(super) fn read(
    name: &str,
    stream: &mut Unpacked<'_>,
    report: &mut ShipReport,
    sink: &mut dyn FnMut(ShipRows<'_>) -> Taken,
) -> Result<(), Refusals> {
    let mut out = Out::new(name, sink);
    let mut number = 0_u64;
    for object in serde_json::Deserializer::from_reader(std::io::BufReader::with_capacity(1 << 18, stream)).into_iter::<Value>() {
        number += 1;
        report.records += 1;
        let object = match object {
            Ok(object) => object,
            Err(error) => {
                // After a syntax error nothing tells where the next object begins.
                report.refuse(&format!("JSON that cannot be read at line {}: the rest of the file was not read", error.line()), number);
                break;
            }
        };
        match message(&object, number) {
            Ok(Taking::Position(fix, said)) => {
                if let Some(said) = said {
                    out.said(said, report);
                }
                out.position(fix, report)?;
            }
            Ok(Taking::Said(said)) => out.said(said, report),
            Ok(Taking::Other(kind)) => *report.other.entry(kind).or_default() += 1,
            Err(reason) => report.refuse(&reason, number),
        }
    }
    if number == 0 {
        return Err(Refusal::new(name, "no JSON object was found").into());
    }
    out.finish()
}

enum Taking {
    Position(Fix, Option<Static>),
    Said(Static),
    Other(String),
}

fn message(object: &Value, number: u64) -> Result<Taking, String> {
    let kind = object["MessageType"].as_str().ok_or("MessageType: none")?;
    let body = &object["Message"][kind];
    if !body.is_object() {
        return Err("Message: not the kind that MessageType names".to_owned());
    }
    let taken = matches!(
        kind,
        "PositionReport"
            | "StandardClassBPositionReport"
            | "ExtendedClassBPositionReport"
            | "LongRangeAisBroadcastMessage"
            | "StandardSearchAndRescueAircraftReport"
            | "ShipStaticData"
            | "StaticDataReport"
    );
    if !taken {
        return Ok(Taking::Other(kind.to_owned()));
    }
    let mmsi = body["UserID"].as_u64().and_then(|n| u32::try_from(n).ok()).filter(|&n| n > 0).ok_or("UserID: not an MMSI")?;
    let t = object["MetaData"]["time_utc"].as_str().and_then(|text| time(text.as_bytes())).ok_or(NO_TIME)?;
    if !(EARLIEST..LATEST).contains(&t) {
        return Err("time_utc: the clock is outside 1990 to 2100".to_owned());
    }
    let record = u32::try_from(number).map_err(|_| "record: more than four billion objects")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().split('@').next().unwrap_or_default().trim().to_owned();
    let small = |value: &Value| value.as_u64().and_then(|n| u8::try_from(n).ok()).unwrap_or(0);
    let dimensions = |value: &Value| {
        let side = |key: &str, most: u64| value[key].as_u64().filter(|&n| n <= most).unwrap_or(0);
        Dimensions { bow: side("A", 511) as u16, stern: side("B", 511) as u16, port: side("C", 63) as u8, starboard: side("D", 63) as u8 }
    };
    let said = Static { mmsi, t, t_last: t, n: 1, record, eta: (0, 0, 24, 60), ..Static::default() };
    match kind {
        "ShipStaticData" => {
            let eta = &body["Eta"];
            return Ok(Taking::Said(Static {
                imo: body["ImoNumber"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
                callsign: text(&body["CallSign"]),
                name: text(&body["Name"]),
                ship_type: small(&body["Type"]),
                dimensions: dimensions(&body["Dimension"]),
                draught: body["MaximumStaticDraught"].as_f64().map_or(0, |d| (d * 10.0).round().clamp(0.0, 255.0) as u8),
                eta: (small(&eta["Month"]), small(&eta["Day"]), small(&eta["Hour"]), small(&eta["Minute"])),
                destination: text(&body["Destination"]),
                message: 5,
                ..said
            }));
        }
        "StaticDataReport" => {
            let (a, b) = (&body["ReportA"], &body["ReportB"]);
            let mut row = Static { message: 24, ..said };
            if a["Valid"].as_bool() == Some(true) {
                row.name = text(&a["Name"]);
            }
            if b["Valid"].as_bool() == Some(true) {
                (row.callsign, row.ship_type, row.dimensions) = (text(&b["CallSign"]), small(&b["ShipType"]), dimensions(&b["Dimension"]));
            }
            return Ok(Taking::Said(row));
        }
        _ => {}
    }
    let units = |key: &str, most: f64| {
        let degrees = body[key].as_f64().filter(|d| d.is_finite()).ok_or_else(|| format!("{key}: none"))?;
        if degrees.abs() > most {
            Err("Latitude, Longitude: not available or outside the globe".to_owned())
        } else {
            Ok((degrees * f64::from(UNITS_PER_DEGREE)).round() as i32)
        }
    };
    let tenths = |key: &str, most: f64, unknown: u16| {
        body[key].as_f64().map(|n| (n * 10.0).round()).filter(|n| (0.0..=most).contains(n)).map_or(unknown, |n| n as u16)
    };
    let class = match kind {
        "PositionReport" => Class::A,
        "LongRangeAisBroadcastMessage" => Class::LongRange,
        "StandardSearchAndRescueAircraftReport" => Class::Aircraft,
        _ => Class::B,
    };
    let fix = Fix {
        mmsi,
        t,
        lon: units("Longitude", 180.0)?,
        lat: units("Latitude", 90.0)?,
        sog: tenths("Sog", 1022.0, SOG_UNKNOWN),
        cog: tenths("Cog", 3599.0, COG_UNKNOWN),
        heading: body["TrueHeading"].as_u64().filter(|&h| h < 360).map_or(HEADING_UNKNOWN, |h| h as u16),
        status: body["NavigationalStatus"].as_u64().filter(|&s| s < 16).map_or(STATUS_UNKNOWN, |s| s as u8),
        class: class as u8,
        receiver: 0,
        file: 0,
        record,
    };
    let name = text(&body["Name"]);
    let extended = (kind == "ExtendedClassBPositionReport" && !name.is_empty()).then(|| Static {
        message: 19,
        name,
        ship_type: small(&body["Type"]),
        dimensions: dimensions(&body["Dimension"]),
        ..said
    });
    Ok(Taking::Position(fix, extended))
}
