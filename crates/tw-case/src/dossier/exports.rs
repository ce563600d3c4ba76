//! What happened at sea as files for maps: GeoJSON, GPX, KML and GeoParquet. A silence is a feature of its own and never part of a track.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, BooleanBuilder, Float64Builder, StringBuilder, TimestampMillisecondBuilder, UInt32Builder};
use arrow_array::{ArrayRef, RecordBatch};
use serde_json::{Map, Value, json};
use tw_detect::{Lead, SeaEvent};

use super::track::{LeadTrack, Spot, period, turn};

/// Said in every file.
const NOTE: &str = "Leads are machine output for review, not findings. A silence is not a track: where the ship was then is not known.";

/// A thing on a map.
struct Feature<'a> {
    lead: &'a Lead,
    sea: &'a SeaEvent,
    /// `event`, `place`, `track` or `silence`.
    what: &'static str,
    mmsi: u32,
    name: Option<&'a str>,
    role: Option<&'a str>,
    probability: Option<f64>,
    heard: Option<bool>,
    /// Beginning and end, in seconds since 1970.
    times: Option<(i64, i64)>,
    geometry: Geometry,
}

/// Longitudes and latitudes in degrees; no line crosses the antimeridian.
enum Geometry {
    Point(f64, f64),
    /// Lines, and the time of each point; a point that was put on the antimeridian has none.
    Lines(Vec<Vec<(f64, f64, Option<i64>)>>),
}

impl Geometry {
    /// Cut at the antimeridian (RFC 7946, section 3.1.9).
    fn line(spots: &[Spot]) -> Self {
        if let [only] = spots {
            return Self::Point(only.lon, only.lat);
        }
        let mut lines = Vec::new();
        let mut line: Vec<(f64, f64, Option<i64>)> = Vec::new();
        for spot in spots {
            if let Some(&(lon, lat, _)) = line.last()
                && (spot.lon - lon).abs() > 180.0
            {
                let edge = if lon > 0.0 { 180.0 } else { -180.0 };
                let share = (edge - lon) / turn(spot.lon - lon);
                let there = lat + (spot.lat - lat) * if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
                line.push((edge, there, None));
                lines.push(std::mem::replace(&mut line, vec![(-edge, there, None)]));
            }
            line.push((spot.lon, spot.lat, Some(spot.t)));
        }
        lines.push(line);
        Self::Lines(lines)
    }

    fn points(&self) -> Vec<(f64, f64)> {
        match self {
            Self::Point(lon, lat) => vec![(*lon, *lat)],
            Self::Lines(lines) => lines.iter().flatten().map(|p| (p.0, p.1)).collect(),
        }
    }

    /// Well-known binary, little-endian (OGC 06-103r4, section 8).
    fn wkb(&self) -> Vec<u8> {
        let mut bytes = vec![1];
        match self {
            Self::Point(lon, lat) => {
                bytes.extend(1_u32.to_le_bytes());
                bytes.extend(lon.to_le_bytes());
                bytes.extend(lat.to_le_bytes());
            }
            Self::Lines(lines) => {
                bytes.extend(5_u32.to_le_bytes());
                bytes.extend(count(lines.len()));
                for line in lines {
                    bytes.push(1);
                    bytes.extend(2_u32.to_le_bytes());
                    bytes.extend(count(line.len()));
                    for (lon, lat, _) in line {
                        bytes.extend(lon.to_le_bytes());
                        bytes.extend(lat.to_le_bytes());
                    }
                }
            }
        }
        bytes
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Point(..) => "Point",
            Self::Lines(_) => "MultiLineString",
        }
    }
}

fn count(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes()
}

/// A place on Earth, longitude in -180..=180.
fn place(lat: f64, lon: f64) -> Option<Geometry> {
    ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then_some(Geometry::Point(lon, lat))
}

/// Everything that leads have at sea, in their order: the event, its places, then each ship's runs and silences.
fn features<'a>(leads: &'a [Lead], tracks: &'a [LeadTrack]) -> Vec<Feature<'a>> {
    let mut features = Vec::new();
    for (lead, sea) in leads.iter().filter_map(|lead| Some((lead, lead.sea.as_ref()?))) {
        let of = |what, geometry| Feature {
            lead,
            sea,
            what,
            mmsi: sea.mmsi,
            name: None,
            role: None,
            probability: None,
            heard: None,
            times: None,
            geometry,
        };
        let times = period(sea);
        for (lat, lon, role) in [(sea.lat, sea.lon, "begin"), (sea.lat1, sea.lon1, "end")] {
            if let Some(geometry) = lat.zip(lon).and_then(|(lat, lon)| place(lat, lon)) {
                features.push(Feature { role: Some(role), times, ..of("event", geometry) });
            }
        }
        for p in &sea.places {
            if let Some(geometry) = place(p.lat, p.lon) {
                let probability = p.probability.filter(|p| p.is_finite());
                features.push(Feature { name: Some(&p.name), role: Some(&p.role), probability, ..of("place", geometry) });
            }
        }
        for track in tracks.iter().filter(|track| track.lead == lead.id) {
            let ship = |what, heard, spots: &[Spot]| {
                let times = Some((spots.first()?.t, spots.last()?.t));
                let (name, role) = (track.name.as_deref(), Some(if track.partner { "partner" } else { "ship" }));
                Some(Feature { mmsi: track.mmsi, name, role, heard: Some(heard), times, ..of(what, Geometry::line(spots)) })
            };
            features.extend(track.runs.iter().filter_map(|run| ship("track", true, run)));
            features.extend(track.gaps.iter().filter_map(|&(a, b)| ship("silence", false, &[a, b])));
        }
    }
    features
}

/// The label of a lead: the weakest of its records.
fn label(lead: &Lead) -> &'static str {
    let has = |word: &str| lead.evidence.iter().any(|e| e.origin == word);
    match (has("synthetic"), has("reconstructed"), lead.evidence.is_empty()) {
        (true, ..) => "synthetic",
        (_, true, _) => "reconstructed",
        (.., true) => "none",
        _ => "published",
    }
}

fn state<'a>(states: &'a BTreeMap<String, String>, lead: &Lead) -> &'a str {
    states.get(&lead.id).map_or("lead", String::as_str)
}

fn moment(t: i64) -> Option<String> {
    jiff::Timestamp::from_second(t).ok().map(|t| t.to_string())
}

fn hours((from, to): (i64, i64)) -> f64 {
    ((to - from) as f64 / 36.0).round() / 100.0
}

/// Degrees with six decimals: 0.1 m.
fn six(degrees: f64) -> f64 {
    let rounded = (degrees * 1e6).round() / 1e6;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// `leads.geojson` (RFC 7946): one feature a line.
pub(crate) fn geojson(leads: &[Lead], tracks: &[LeadTrack], states: &BTreeMap<String, String>) -> String {
    let lines: Vec<String> = features(leads, tracks).iter().map(|feature| geo_feature(feature, states).to_string()).collect();
    format!("{{\"type\":\"FeatureCollection\",\"note\":{},\"features\":[\n{}\n]}}\n", Value::from(NOTE), lines.join(",\n"))
}

fn geo_feature(feature: &Feature<'_>, states: &BTreeMap<String, String>) -> Value {
    let (lead, sea) = (feature.lead, feature.sea);
    let mut p = Map::new();
    let mut put = |key: &str, value: Value| p.insert(key.to_owned(), value);
    put("lead", json!(lead.id));
    put("what", json!(feature.what));
    put("kind", json!(sea.kind));
    put("mmsi", json!(feature.mmsi));
    for (key, value) in [("name", feature.name), ("role", feature.role)] {
        if let Some(value) = value {
            put(key, json!(value));
        }
    }
    if let Some(probability) = feature.probability {
        put("probability", json!(probability));
    }
    if let Some(heard) = feature.heard {
        put("heard", json!(heard));
    }
    if feature.what == "event" {
        put("t0", json!(sea.t0));
        put("t1", json!(sea.t1));
        put("score", json!(sea.score));
        put("title", json!(lead.title));
        put("conclusion", json!(lead.conclusion));
    } else if let Some(times) = feature.times {
        put("t0", json!(moment(times.0)));
        put("t1", json!(moment(times.1)));
        put("hours", json!(hours(times)));
    }
    put("label", json!(label(lead)));
    put("state", json!(state(states, lead)));
    let coordinates = match &feature.geometry {
        Geometry::Point(lon, lat) => json!([six(*lon), six(*lat)]),
        Geometry::Lines(lines) => {
            if feature.what == "track" {
                put("times", lines.iter().map(|line| line.iter().map(|p| json!(p.2.and_then(moment))).collect::<Value>()).collect());
            }
            lines.iter().map(|line| line.iter().map(|p| json!([six(p.0), six(p.1)])).collect::<Value>()).collect()
        }
    };
    json!({ "type": "Feature", "properties": p, "geometry": { "type": feature.geometry.kind(), "coordinates": coordinates } })
}

/// Text for XML 1.0: characters that it does not allow are replaced (W3C, XML 1.0, fifth edition, production 2).
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// `tracks.gpx` (GPX 1.1): events and places as way points, each run as a segment of its ship's track. Nothing joins two segments.
pub(crate) fn gpx(leads: &[Lead], tracks: &[LeadTrack]) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"tidewaiter\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n<metadata><name>Tracks of leads</name><desc>{}</desc></metadata>\n",
        xml(NOTE)
    );
    for feature in features(leads, tracks) {
        let Geometry::Point(lon, lat) = feature.geometry else { continue };
        if !matches!(feature.what, "event" | "place") {
            continue;
        }
        let (role, id) = (feature.role.unwrap_or_default(), &feature.lead.id);
        let name = feature.name.map_or_else(|| format!("{id} event: {role}"), |name| format!("{id} {role}: {name}"));
        let time = if role == "end" { feature.times.map(|t| t.1) } else { feature.times.map(|t| t.0) };
        let time = time.and_then(moment).map_or_else(String::new, |t| format!("<time>{t}</time>"));
        let desc = if feature.what == "event" { feature.lead.conclusion.as_str() } else { &feature.lead.title };
        let _ = writeln!(
            text,
            "<wpt lat=\"{}\" lon=\"{}\">{time}<name>{}</name><desc>{} Label: {}.</desc><type>{}</type></wpt>",
            six(lat),
            gpx_lon(lon),
            xml(&name),
            xml(desc),
            label(feature.lead),
            xml(&feature.sea.kind)
        );
    }
    for track in tracks {
        let Some(lead) = leads.iter().find(|lead| lead.id == track.lead) else { continue };
        let name = track.name.as_deref().map_or_else(String::new, |name| format!(" {name}"));
        let _ = writeln!(
            text,
            "<trk><name>{}</name><desc>{} Label: {}.</desc><type>{}</type>",
            xml(&format!("{} MMSI {}{name}", track.lead, track.mmsi)),
            xml(&lead.title),
            label(lead),
            if track.partner { "partner" } else { "ship" }
        );
        for run in &track.runs {
            text.push_str("<trkseg>\n");
            for spot in run {
                let time = moment(spot.t).map_or_else(String::new, |t| format!("<time>{t}</time>"));
                let _ = writeln!(text, "<trkpt lat=\"{}\" lon=\"{}\">{time}</trkpt>", six(spot.lat), gpx_lon(spot.lon));
            }
            text.push_str("</trkseg>\n");
        }
        text.push_str("</trk>\n");
    }
    text.push_str("</gpx>\n");
    text
}

/// GPX has no longitude of 180 degrees, only -180.
fn gpx_lon(lon: f64) -> f64 {
    let lon = six(lon);
    if lon >= 180.0 { -180.0 } else { lon }
}

/// `leads.kml` (KML 2.2, OGC 07-147r2): a folder for each lead, everything with its time.
pub(crate) fn kml(leads: &[Lead], tracks: &[LeadTrack], states: &BTreeMap<String, String>) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>\n<name>Leads about ships</name>\n<description>{}</description>\n",
        xml(NOTE)
    );
    for (id, color, width) in [("ship", "ff925a1f", 3), ("partner", "ff0a48a8", 2), ("silence", "aa9d9d9d", 1)] {
        let _ = writeln!(text, "<Style id=\"{id}\"><LineStyle><color>{color}</color><width>{width}</width></LineStyle></Style>");
    }
    let mut open: Option<&str> = None;
    for feature in features(leads, tracks) {
        let lead = feature.lead;
        if open != Some(&lead.id) {
            if open.is_some() {
                text.push_str("</Folder>\n");
            }
            let _ = writeln!(
                text,
                "<Folder><name>{}</name><description>{}</description>",
                xml(&format!("{} {}", lead.id, lead.title)),
                xml(&lead.conclusion)
            );
            open = Some(&lead.id);
        }
        placemark(&mut text, &feature, state(states, lead));
    }
    if open.is_some() {
        text.push_str("</Folder>\n");
    }
    text.push_str("</Document>\n</kml>\n");
    text
}

fn placemark(text: &mut String, feature: &Feature<'_>, state: &str) {
    let role = feature.role.unwrap_or_default();
    let name = match feature.what {
        "event" => format!("event: {role}"),
        "place" => format!("{role}: {}", feature.name.unwrap_or_default()),
        "silence" => format!("MMSI {} not heard for {} hours", feature.mmsi, feature.times.map_or(0.0, hours)),
        _ => format!("MMSI {} {}", feature.mmsi, feature.name.unwrap_or_default()),
    };
    let _ = write!(text, "<Placemark><name>{}</name>", xml(name.trim()));
    if let Some((from, to)) = feature.times.and_then(|(from, to)| Some((moment(from)?, moment(to)?))) {
        let _ = write!(text, "<TimeSpan><begin>{from}</begin><end>{to}</end></TimeSpan>");
    }
    let style = match feature.what {
        "silence" => Some("silence"),
        "track" => Some(role),
        _ => None,
    };
    if let Some(style) = style {
        let _ = write!(text, "<styleUrl>#{style}</styleUrl>");
    }
    let mut data = vec![
        ("lead", feature.lead.id.clone()),
        ("what", feature.what.to_owned()),
        ("kind", feature.sea.kind.clone()),
        ("score", feature.sea.score.to_string()),
        ("label", label(feature.lead).to_owned()),
        ("state", state.to_owned()),
    ];
    data.extend(feature.heard.map(|heard| ("heard", heard.to_string())));
    data.extend(feature.probability.map(|p| ("probability", p.to_string())));
    text.push_str("<ExtendedData>");
    for (key, value) in data {
        let _ = write!(text, "<Data name=\"{key}\"><value>{}</value></Data>", xml(&value));
    }
    text.push_str("</ExtendedData>");
    match &feature.geometry {
        Geometry::Point(lon, lat) => {
            let _ = write!(text, "<Point><coordinates>{},{}</coordinates></Point>", six(*lon), six(*lat));
        }
        Geometry::Lines(lines) => {
            text.push_str("<MultiGeometry>");
            for line in lines {
                let points: Vec<String> = line.iter().map(|p| format!("{},{}", six(p.0), six(p.1))).collect();
                let _ = write!(text, "<LineString><tessellate>1</tessellate><coordinates>{}</coordinates></LineString>", points.join(" "));
            }
            text.push_str("</MultiGeometry>");
        }
    }
    text.push_str("</Placemark>\n");
}

/// `leads.parquet` as rows, and the `geo` metadata of its file (GeoParquet 1.1.0).
pub(crate) fn geoparquet(leads: &[Lead], tracks: &[LeadTrack], states: &BTreeMap<String, String>) -> (RecordBatch, String) {
    let features = features(leads, tracks);
    let text = |of: &dyn Fn(&Feature<'_>) -> Option<String>| {
        let mut column = StringBuilder::new();
        features.iter().for_each(|f| column.append_option(of(f)));
        Arc::new(column.finish()) as ArrayRef
    };
    let number = |of: &dyn Fn(&Feature<'_>) -> Option<f64>| {
        let mut column = Float64Builder::new();
        features.iter().for_each(|f| column.append_option(of(f)));
        Arc::new(column.finish()) as ArrayRef
    };
    let time = |of: &dyn Fn((i64, i64)) -> i64| {
        let mut column = TimestampMillisecondBuilder::new().with_timezone("UTC");
        features.iter().for_each(|f| column.append_option(f.times.map(of).and_then(|t| t.checked_mul(1000))));
        Arc::new(column.finish()) as ArrayRef
    };
    let (mut mmsi, mut heard, mut geometry) = (UInt32Builder::new(), BooleanBuilder::new(), BinaryBuilder::new());
    for feature in &features {
        mmsi.append_value(feature.mmsi);
        heard.append_option(feature.heard);
        geometry.append_value(feature.geometry.wkb());
    }
    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("lead", text(&|f| Some(f.lead.id.clone())), false),
        ("what", text(&|f| Some(f.what.to_owned())), false),
        ("kind", text(&|f| Some(f.sea.kind.clone())), false),
        ("mmsi", Arc::new(mmsi.finish()), false),
        ("name", text(&|f| f.name.map(str::to_owned)), true),
        ("role", text(&|f| f.role.map(str::to_owned)), true),
        ("probability", number(&|f| f.probability), true),
        ("heard", Arc::new(heard.finish()), true),
        ("t0", time(&|t| t.0), true),
        ("t1", time(&|t| t.1), true),
        ("score", number(&|f| Some(f.sea.score)), false),
        ("conclusion", text(&|f| Some(f.lead.conclusion.clone())), false),
        ("label", text(&|f| Some(label(f.lead).to_owned())), false),
        ("state", text(&|f| Some(state(states, f.lead).to_owned())), false),
        ("geometry", Arc::new(geometry.finish()), false),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("every column has a value for each feature");
    let types: BTreeSet<&str> = features.iter().map(|f| f.geometry.kind()).collect();
    let mut column = json!({ "encoding": "WKB", "geometry_types": types });
    let points: Vec<(f64, f64)> = features.iter().flat_map(|f| f.geometry.points()).collect();
    if !points.is_empty() {
        let least = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        column["bbox"] = json!([least(|p| p.0), least(|p| p.1), most(|p| p.0), most(|p| p.1)]);
    }
    let geo = json!({ "version": "1.1.0", "primary_column": "geometry", "columns": { "geometry": column } });
    (batch, geo.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    fn both() -> (Vec<Lead>, Vec<LeadTrack>) {
        let ((mut a, mut tracks), (b, more)) = (example::hungnam(), example::antimeridian());
        a.id = "L-00000001".to_owned();
        tracks.iter_mut().for_each(|t| t.lead.clone_from(&a.id));
        tracks.extend(more);
        (vec![a, b], tracks)
    }

    fn parsed(leads: &[Lead], tracks: &[LeadTrack]) -> Vec<Value> {
        let value: Value = serde_json::from_str(&geojson(leads, tracks, &BTreeMap::new())).unwrap();
        value["features"].as_array().unwrap().clone()
    }

    #[test]
    fn a_silence_is_a_feature_of_its_own_and_no_track_spans_it() {
        let (lead, tracks) = example::hungnam();
        let features = parsed(&[lead], &tracks);
        let of = |what: &str| features.iter().filter(|f| f["properties"]["what"] == what).collect::<Vec<_>>();
        assert_eq!((of("track").len(), of("silence").len(), of("event").len(), of("place").len()), (2, 1, 2, 5));
        let silence = &of("silence")[0]["properties"];
        assert_eq!((&silence["heard"], &silence["hours"]), (&json!(false), &json!(42.17)));
        for track in of("track") {
            let times: Vec<jiff::Timestamp> =
                track["properties"]["times"][0].as_array().unwrap().iter().map(|t| t.as_str().unwrap().parse().unwrap()).collect();
            let (t0, t1) = (track["properties"]["t0"].as_str().unwrap(), track["properties"]["t1"].as_str().unwrap());
            assert_eq!((times[0], times[times.len() - 1]), (t0.parse().unwrap(), t1.parse().unwrap()));
            assert_eq!(track["geometry"]["type"], "MultiLineString");
        }
        assert_eq!(of("event")[0]["properties"]["label"], "synthetic");
    }

    #[test]
    fn no_line_crosses_the_antimeridian() {
        let (lead, tracks) = example::antimeridian();
        let features = parsed(&[lead], &tracks);
        let mut cut = 0;
        for feature in features.iter().filter(|f| f["geometry"]["type"] == "MultiLineString") {
            let lines = feature["geometry"]["coordinates"].as_array().unwrap();
            cut += lines.len() - 1;
            for line in lines {
                let lons: Vec<f64> = line.as_array().unwrap().iter().map(|p| p[0].as_f64().unwrap()).collect();
                assert!(lons.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 180.0), "{lons:?}");
            }
        }
        assert_eq!(cut, 4, "one ship crosses once, the other one three times");
    }

    #[test]
    fn a_gpx_track_has_a_segment_a_run_and_no_other_line() {
        let (leads, tracks) = both();
        let text = gpx(&leads, &tracks);
        assert_eq!(text.matches("<trkseg>").count(), tracks.iter().map(|t| t.runs.len()).sum::<usize>());
        assert_eq!(text.matches("<trkpt").count(), tracks.iter().flat_map(|t| &t.runs).map(Vec::len).sum::<usize>());
        assert!(!text.contains("lon=\"180\"") && !text.contains("<rte"));
    }

    #[test]
    fn kml_has_a_folder_a_lead_and_a_time_for_every_line() {
        let (leads, tracks) = both();
        let text = kml(&leads, &tracks, &BTreeMap::new());
        assert_eq!(text.matches("<Folder>").count(), 2);
        assert_eq!(text.matches("<TimeSpan>").count(), text.matches("<MultiGeometry>").count() + 3, "three events");
        assert!(text.contains("<name>MMSI 273999001 not heard for 42.17 hours</name>"));
    }

    #[test]
    fn geoparquet_says_what_its_geometry_is() {
        let (leads, tracks) = both();
        let (batch, geo) = geoparquet(&leads, &tracks, &BTreeMap::new());
        let geo: Value = serde_json::from_str(&geo).unwrap();
        assert_eq!(geo["version"], "1.1.0");
        assert_eq!(geo["columns"]["geometry"]["geometry_types"], json!(["MultiLineString", "Point"]));
        assert!(geo["columns"]["geometry"].get("crs").is_none(), "without one it is OGC:CRS84");
        assert_eq!(batch.num_rows(), parsed(&leads, &tracks).len());
    }

    #[test]
    fn well_known_binary_has_its_bytes() {
        let point = Geometry::Point(1.0, 2.0).wkb();
        assert_eq!(point, [&[1, 1, 0, 0, 0][..], &1.0_f64.to_le_bytes(), &2.0_f64.to_le_bytes()].concat());
        let spot = |lon| Spot { t: 0, lat: 0.0, lon };
        assert_eq!(Geometry::line(&[spot(1.0), spot(2.0)]).wkb().len(), 9 + 9 + 32);
        assert_eq!(Geometry::line(&[spot(1.0)]).kind(), "Point");
    }

    #[test]
    fn hostile_names_stay_text() {
        let (mut lead, mut tracks) = example::hungnam();
        let hostile = "</name><script>\"'&\u{0}\u{1b}\u{ffff}";
        lead.title = hostile.to_owned();
        lead.conclusion = hostile.to_owned();
        tracks[0].name = Some(hostile.to_owned());
        let sea = lead.sea.as_mut().unwrap();
        sea.kind = hostile.to_owned();
        sea.places[0].name = hostile.to_owned();
        sea.places[1].role = hostile.to_owned();
        sea.places[2].lat = f64::NAN;
        let leads = [lead];
        for text in [gpx(&leads, &tracks), kml(&leads, &tracks, &BTreeMap::new())] {
            assert!(!text.contains("<script") && !text.contains('\u{0}') && !text.contains('\u{1b}') && !text.contains('\u{ffff}'));
            assert!(!text.contains("NaN"));
        }
        assert!(!parsed(&leads, &tracks).is_empty());
    }

    #[test]
    fn without_leads_the_files_are_whole() {
        assert!(parsed(&[], &[]).is_empty());
        assert!(gpx(&[], &[]).ends_with("</gpx>\n"));
        assert!(kml(&[], &[], &BTreeMap::new()).ends_with("</kml>\n"));
        let (batch, geo) = geoparquet(&[], &[], &BTreeMap::new());
        assert_eq!(batch.num_rows(), 0);
        assert!(!geo.contains("bbox"));
    }

    #[test]
    fn the_same_leads_give_the_same_bytes() {
        let (leads, tracks) = both();
        let states = BTreeMap::new();
        assert_eq!(geojson(&leads, &tracks, &states), geojson(&leads, &tracks, &states));
        assert_eq!(kml(&leads, &tracks, &states), kml(&leads, &tracks, &states));
        assert_eq!(geoparquet(&leads, &tracks, &states), geoparquet(&leads, &tracks, &states));
    }
}
