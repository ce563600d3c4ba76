//! The commands for recordings, destinations, tracks, simulation and scoring, as a person uses them.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}\n{}\n{}", self.out, self.err))
    }
}

fn run_with(dir: &Path, args: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tidewaiter"))
        .args(args)
        .current_dir(dir)
        .env("TIDEWAITER_NO_PROGRESS", "1")
        .env("NO_COLOR", "1")
        .env_remove("TIDEWAITER_CASE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let bytes = input.to_vec();
    let feeder = std::thread::spawn(move || {
        // A program that refuses its arguments reads nothing.
        let _ = stdin.write_all(&bytes);
    });
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    Run { code: status.code().unwrap_or(-1), out: String::from_utf8(stdout).unwrap(), err: String::from_utf8(stderr).unwrap() }
}

fn run(dir: &Path, args: &[&str]) -> Run {
    run_with(dir, args, b"")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn fixture(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tw-ais/tests/fixtures").join(name).display().to_string()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const FAMILIES: [&str; 7] = ["aids", "base_stations", "binaries", "management", "positions", "statics", "texts"];

#[test]
fn the_sentences_of_other_projects_are_counted_by_type_and_reason() {
    let dir = folder();
    let every: serde_json::Map<String, Value> = (1..=27).filter(|kind| *kind != 19).map(|kind| (kind.to_string(), json!(1))).collect();
    // Messages by type as pyais 3.3.1 counts them in all but the first, which has one of each type.
    for (name, lines, sentences, messages, refusals) in [
        ("libais_typeexamples", 26, 26, Value::Object(every), json!({})),
        ("libais_tagblock", 5, 5, json!({ "1": 3, "5": 1 }), json!({})),
        ("gfw_ee_multiline", 10, 10, json!({ "1": 3, "3": 3, "5": 2 }), json!({})),
        ("pyais_gatehouse", 11, 4, json!({ "1": 4 }), json!({ "time_sentence": 1 })),
        ("pyais_mixed", 35, 15, json!({ "1": 10, "5": 2 }), json!({ "not_a_sentence": 2, "tag_block": 3, "time_sentence": 1, "fill": 1 })),
        ("pyais_sample_head", 150, 150, json!({ "1": 98, "3": 21, "18": 3 }), json!({ "empty": 23, "incomplete": 5 })),
    ] {
        let decoded = run(dir.path(), &["decode", &fixture(&format!("{name}.nmea")), "--json"]);
        assert_eq!(decoded.code, 0, "{name}: {}", decoded.err);
        let document = decoded.json();
        let counts = &document["files"][0]["counts"];
        assert_eq!((&counts["lines"], &counts["sentences"]), (&json!(lines), &json!(sentences)), "{name}");
        assert_eq!((&counts["messages"], &counts["refusals"]), (&messages, &refusals), "{name}");
        let all: u64 = messages.as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
        assert_eq!(document["messages"], all, "{name}");
    }
    let text = run(dir.path(), &["decode", &fixture("pyais_mixed.nmea")]);
    assert!(
        text.out.starts_with("TYPE\tMESSAGES\tWHAT\n1\t10\tposition, class A\n5\t2\tstatic and voyage data\n\nREFUSED\t"),
        "{}",
        text.out
    );
    assert!(
        text.out.contains("fill bits are not 0 to 5\t") && text.out.contains("pyais_mixed.nmea:23\n"),
        "a refusal says where it is\n{}",
        text.out
    );
}

#[test]
fn every_family_becomes_a_file_and_all_rows_are_in_it() {
    let dir = folder();
    let files = [fixture("libais_typeexamples.nmea"), fixture("pyais_sample_head.nmea")];
    let decoded = run(dir.path(), &["decode", &files[0], &files[1], "--out", "csv", "--format", "csv", "--json"]);
    assert_eq!(decoded.code, 0, "{}", decoded.err);
    assert_eq!(names(&dir.path().join("csv")), FAMILIES.map(|family| format!("{family}.csv")));
    let document = decoded.json();
    for table in document["written"].as_array().unwrap() {
        let path = table["path"].as_str().unwrap();
        let mut rows = csv::Reader::from_path(dir.path().join(path)).unwrap();
        assert_eq!(&rows.headers().unwrap()[0], "file");
        let n = rows.records().collect::<Result<Vec<_>, _>>().unwrap().len() as u64;
        assert_eq!(table["rows"], n, "{path}");
        let family = path.trim_start_matches("csv/").trim_end_matches(".csv");
        let sum: u64 = document["files"].as_array().unwrap().iter().map(|file| file["tables"][family].as_u64().unwrap_or(0)).sum();
        assert_eq!(sum, n, "{path}");
    }
    let parquet = run(dir.path(), &["decode", &files[0], &files[1], "--out", "parquet", "--json"]).json();
    assert_eq!(names(&dir.path().join("parquet")), FAMILIES.map(|family| format!("{family}.parquet")));
    for (one, two) in parquet["written"].as_array().unwrap().iter().zip(document["written"].as_array().unwrap()) {
        assert_eq!(one["rows"], two["rows"]);
        let bytes = fs::read(dir.path().join(one["path"].as_str().unwrap())).unwrap();
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    }
}

#[test]
fn packed_recordings_and_standard_input_read_alike() {
    let dir = folder();
    let plain = fs::read(fixture("pyais_sample_head.nmea")).unwrap();
    fs::write(dir.path().join("a.nmea.gz"), gz(&plain)).unwrap();
    let one = run(dir.path(), &["decode", &fixture("pyais_sample_head.nmea"), "--json"]).json();
    let two = run(dir.path(), &["decode", "a.nmea.gz", "--json"]).json();
    let three = run_with(dir.path(), &["decode", "-", "--json"], &plain).json();
    assert_eq!(one["files"][0]["counts"], two["files"][0]["counts"]);
    assert_eq!(one["files"][0]["counts"], three["files"][0]["counts"]);
    assert_eq!(three["files"][0]["file"], "standard input");
}

#[test]
fn a_recording_that_is_cut_off_gives_what_came_before_and_says_so() {
    let dir = folder();
    let plain = fs::read(fixture("pyais_sample_head.nmea")).unwrap().repeat(200);
    let packed = gz(&plain);
    fs::write(dir.path().join("cut.gz"), &packed[..packed.len() / 2]).unwrap();
    let cut = run(dir.path(), &["decode", "cut.gz"]);
    assert_eq!(cut.code, 0, "{}", cut.err);
    assert!(cut.err.contains("warning: cut.gz: the gzip stream is damaged or cut off after"), "{}", cut.err);
}

#[test]
fn what_is_no_recording_is_refused_with_a_hint_and_leaves_nothing() {
    let dir = folder();
    let write = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
    let noise: Vec<u8> = (0u32..200_000).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    write("noise.bin", &noise);
    write("empty.nmea", b"");
    write("text.nmea", b"dear diary\n");
    write("cut.gz", &gz(b"!AIVDM")[..12]);
    write("table.csv", b"mmsi,time,lat,lon\n273999001,2024-01-01T00:00:00Z,1,1\n");
    fs::create_dir(dir.path().join("folder")).unwrap();
    for (name, code, words) in [
        ("noise.bin", 3, "gives not one message"),
        ("empty.nmea", 3, "it is empty"),
        ("text.nmea", 3, "not an NMEA sentence and not a comment (first in line 1)"),
        ("cut.gz", 3, "the gzip stream is damaged or cut off"),
        ("table.csv", 3, "is delimited text, not NMEA 0183"),
        ("missing.nmea", 74, "failed to read `missing.nmea`"),
        ("folder", 2, "is a folder"),
    ] {
        let run = run(dir.path(), &["decode", name, "--out", "out"]);
        assert_eq!(run.code, code, "{name}\n{}", run.err);
        assert!(run.err.contains(words) && run.err.contains("hint: "), "{name}\n{}", run.err);
        assert!(run.out.is_empty() && !dir.path().join("out").exists(), "{name}");
    }
    let some = run(dir.path(), &["decode", "missing.nmea", &fixture("pyais_mixed.nmea"), "--json"]);
    assert_eq!(some.code, 5, "{}", some.err);
    assert_eq!(some.json()["failed"][0]["file"], "missing.nmea");
    assert_eq!(run(dir.path(), &["decode"]).code, 2);
    assert_eq!(run(dir.path(), &["decode", "-", "-"]).code, 2);
    assert_eq!(run(dir.path(), &["decode", "text.nmea", "--format", "csv"]).code, 2, "a format needs a folder");
}

#[test]
fn destinations_are_read_from_arguments_and_from_a_stream() {
    let dir = folder();
    let one = run(dir.path(), &["destination", "RUVVO>KP NAM"]);
    assert_eq!((one.code, &one.json()["locode"]), (0, &json!("KPNAM")), "{}", one.err);
    let input = b"RUVVO>KP NAM\r\nFOR ORDERS\n\n\xff\xfe\xfd\nRUVVO>KP NAM";
    for args in [&["destination"][..], &["destination", "-"], &["destination", "--json"]] {
        let many = run_with(dir.path(), args, input);
        assert_eq!(many.code, 0, "{}", many.err);
        let lines: Vec<Value> = many.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 5, "{}", many.out);
        assert_eq!((&lines[0], &lines[0]["text"]), (&one.json(), &json!("RUVVO>KP NAM")));
        assert_eq!((&lines[1]["kind"], &lines[2]["kind"], &lines[2]["text"]), (&json!("orders"), &json!("empty"), &json!("")));
        assert_eq!(lines[4], lines[0]);
        assert!(many.err.contains("1 texts are not UTF-8"), "{}", many.err);
    }
    let none = run(dir.path(), &["destination"]);
    assert_eq!((none.code, none.out.as_str()), (4, ""));
}

#[test]
fn a_place_settles_a_name_that_fits_two_ports() {
    let dir = folder();
    let near = |place: &str| run(dir.path(), &["destination", "GEORGETOWN", "--near", place]);
    let (guyana, cayman) = (near("6.9,-58.1").json(), near("19.2,-81.3").json());
    assert_ne!(guyana["locode"], cayman["locode"], "{guyana}\n{cayman}");
    assert_eq!(near("-33.9,18.4").code, 0);
    for wrong in ["91,0", "0", "0,181", "a,b", "nan,0"] {
        let run = near(wrong);
        assert_eq!(run.code, 2, "{wrong}");
    }
}

/// A tiny sea in `sea`.
fn sea(dir: &Path) -> Run {
    run(dir, &["simulate", "ships", "7", "--out", "sea", "--ships", "40", "--days", "12", "--one-in", "2", "--json"])
}

#[test]
fn a_simulated_sea_scored_against_itself_is_perfect() {
    let dir = folder();
    let made = sea(dir.path());
    assert_eq!(made.code, 0, "{}", made.err);
    let document = made.json();
    assert_eq!((&document["origin"], &document["seed"]), (&json!("synthetic"), &json!(7)));
    assert!(document["summary"]["events"].as_u64().unwrap() > 0);
    let truth = fs::read_to_string(dir.path().join("sea/truth.jsonl")).unwrap();
    let events: Vec<Value> = truth
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|event: &Value| event["kind"] != "meta" && event["kind"] != "hull" && event["innocent"] != true)
        .collect();
    // As lines, as the document of `leads list --json`, and packed.
    let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
    fs::write(dir.path().join("lines.jsonl"), &lines).unwrap();
    fs::write(dir.path().join("lines.jsonl.gz"), gz(lines.as_bytes())).unwrap();
    let leads: Vec<Value> = events.iter().cloned().chain([json!({ "kind": "discrepancy", "mmsi": null, "t0": null })]).collect();
    let queue = json!({ "case": "x", "as_of": null, "leads": leads, "coverage": {} });
    fs::write(dir.path().join("queue.json"), serde_json::to_string_pretty(&queue).unwrap()).unwrap();
    for pred in ["lines.jsonl", "lines.jsonl.gz", "queue.json"] {
        let scored = run(dir.path(), &["eval", "ships", "--truth", "sea/truth.jsonl", "--pred", pred, "--json"]);
        assert_eq!(scored.code, 0, "{}", scored.err);
        let document = scored.json();
        let kinds = document["report"]["kinds"].as_array().unwrap();
        assert!(!kinds.is_empty());
        for kind in kinds.iter().filter(|kind| kind["truth"] != 0) {
            assert_eq!((&kind["precision"]["value"], &kind["recall"]["value"]), (&json!(1.0), &json!(1.0)), "{pred}: {kind}");
        }
        assert_eq!(document["report"]["other_kinds"].as_object().unwrap().len(), usize::from(pred == "queue.json"));
    }
    let table = run_with(dir.path(), &["eval", "ships", "--truth", "sea/truth.jsonl", "--pred", "-"], lines.as_bytes());
    assert!(table.code == 0 && table.out.starts_with("kind"), "{}", table.err);
}

#[test]
fn a_simulation_never_writes_into_a_folder_that_is_not_empty() {
    let dir = folder();
    let made = run(dir.path(), &["simulate", "ships", "1", "--out", "sea", "--ships", "3", "--days", "1", "--gz"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.starts_with("SYNTHETIC\t") && made.err.contains("everything in it is synthetic"), "{}{}", made.out, made.err);
    assert_eq!(names(&dir.path().join("sea/ais")), ["2017-08-01.nmea.gz"]);
    let decoded = run(dir.path(), &["decode", "sea/ais/2017-08-01.nmea.gz", "--json"]).json();
    // A message of two parts of which one was not heard is the only thing that can be wrong with it.
    let refusals = decoded["files"][0]["counts"]["refusals"].as_object().unwrap();
    assert!(decoded["messages"].as_u64().unwrap() > 1000 && refusals.keys().all(|reason| reason == "incomplete"), "{decoded}");
    let again = run(dir.path(), &["simulate", "ships", "1", "--out", "sea"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("`sea` is not empty"), "{}", again.err);
    for wrong in [&["--days", "0"][..], &["--ships", "1000000"], &["--mismatch", "2"], &["--scenario", "none"], &["--start", "soon"]] {
        let run = run(dir.path(), &[&["simulate", "ships", "1", "--out", "new"], wrong].concat());
        assert_eq!(run.code, 2, "{wrong:?}\n{}", run.err);
        assert!(!dir.path().join("new").exists());
    }
}

#[test]
fn scoring_refuses_what_it_cannot_read_and_says_where() {
    let dir = folder();
    let write = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
    let event = br#"{"kind":"dark_gap","mmsi":273999001,"t0":0,"t1":36000,"lat":42.0,"lon":131.0}"#;
    write("truth.jsonl", event);
    write("bad.jsonl", &[event.as_slice(), b"\n{\"kind\":\"dark_gap\",\"mmsi\":\"x\",\"t0\":0,\"t1\":1}\n"].concat());
    write("latin.jsonl", b"{\"kind\":\"dark_gap\",\n\"note\":\"\xe9\"}");
    write("cut.gz", &gz(&event.repeat(50))[..40]);
    write("empty", b"");
    let eval = |truth: &str, pred: &str| run(dir.path(), &["eval", "ships", "--truth", truth, "--pred", pred]);
    for (truth, pred, code, words) in [
        ("truth.jsonl", "bad.jsonl", 3, "bad.jsonl, line 2, field `mmsi`"),
        ("truth.jsonl", "latin.jsonl", 3, "latin.jsonl, row 2: this is not text in UTF-8"),
        ("cut.gz", "truth.jsonl", 3, "cut.gz: the gzip stream is damaged or cut off"),
        ("empty", "truth.jsonl", 4, "`empty` holds no event"),
        ("missing", "truth.jsonl", 74, "failed to read `missing`"),
        ("-", "-", 2, "standard input can be read once"),
    ] {
        let run = eval(truth, pred);
        assert_eq!(run.code, code, "{truth} {pred}\n{}", run.err);
        assert!(run.err.contains(words), "{words}\n{}", run.err);
    }
    let nothing = eval("truth.jsonl", "empty");
    assert!(nothing.code == 0 && nothing.err.contains("nothing in `empty` is of a kind that is scored"), "{}", nothing.err);
    assert_eq!(run(dir.path(), &["eval", "ships", "--truth", "truth.jsonl"]).code, 2);
    assert_eq!(run(dir.path(), &["eval", "ships", "--truth", "truth.jsonl", "--case", "nowhere"]).code, 2);
}

#[test]
fn a_case_is_scored_by_its_leads_and_by_the_document_that_lists_them() {
    let dir = folder();
    assert_eq!(run(dir.path(), &["demo"]).code, 0);
    let list = run(dir.path(), &["leads", "list", "--case", "russia-dprk", "--json"]);
    for lead in list.json()["leads"].as_array().unwrap() {
        for key in ["state", "kind", "mmsi", "partner_mmsi", "t0", "t1", "lat", "lon", "lat1", "lon1", "score", "barrels", "lead"] {
            assert!(lead.get(key).is_some(), "{key}");
        }
        if lead["lead"].get("sea").is_none() {
            assert!(lead["kind"] == lead["lead"]["kind"] && lead["mmsi"].is_null());
        }
    }
    fs::write(dir.path().join("leads.json"), &list.out).unwrap();
    fs::write(dir.path().join("truth.csv"), "kind,mmsi,t0,t1\ndark_gap,273999001,2024-01-01,2024-01-02\n").unwrap();
    let by_file = run(dir.path(), &["eval", "ships", "--truth", "truth.csv", "--pred", "leads.json", "--json"]);
    let by_case = run(dir.path(), &["eval", "ships", "--truth", "truth.csv", "--case", "russia-dprk", "--json"]);
    assert_eq!((by_file.code, by_case.code), (0, 0), "{}{}", by_file.err, by_case.err);
    assert_eq!(by_file.json()["report"], by_case.json()["report"]);
}

#[test]
fn readings_of_destinations_are_scored_with_equivalent_codes() {
    let dir = folder();
    fs::write(dir.path().join("truth.csv"), "text,kind,locode\nVLADIVOSTOK,port,RUVVO\nDALIAN,port,CNDAL\nFOR ORDERS,orders,\n").unwrap();
    let read = run_with(dir.path(), &["destination"], b"VLADIVOSTOK\nDALIAN\nFOR ORDERS\n");
    fs::write(dir.path().join("pred.jsonl.gz"), gz(read.out.as_bytes())).unwrap();
    let scored = run(dir.path(), &["eval", "destination", "--truth", "truth.csv", "--pred", "pred.jsonl.gz", "--json"]);
    assert_eq!(scored.code, 0, "{}", scored.err);
    assert_eq!(scored.json()["report"]["all"], json!({ "right": 2, "wrong": 0, "unknown": 0, "false_place": 0, "quiet": 1 }));
    // Two codes of Dalian: CNDLC is what crews type, CNDAL the other.
    fs::write(dir.path().join("other.jsonl"), "{\"text\":\"DALIAN\",\"locode\":\"CNDLC\"}\n").unwrap();
    let other = run(dir.path(), &["eval", "destination", "--truth", "truth.csv", "--pred", "other.jsonl"]);
    assert!(other.out.contains("precision 1.000, recall 0.500"), "{}{}", other.out, other.err);
}

/// Two invented ships that pass each other: 12 knots east and west, a report every half hour.
fn passing() -> (String, String) {
    let (mut points, mut truth) = (String::from("Point_ID,Time,LAT,Lon,speed,course\n"), String::from("point_id,track_id,time,note\n"));
    let mut id = 0;
    for k in 0..10 {
        for (lat, way, name) in [(37.0, 1.0, "one"), (37.02, -1.0, "two")] {
            let time = format!("2024-01-01T{:02}:{:02}:00", k / 2, k % 2 * 30);
            let lon = 130.0 + way * (f64::from(k) - 5.0) * 0.1246;
            points += &format!("{id},{time},{lat},{lon},12,{}\n", 180.0 - way * 90.0);
            truth += &format!("{id},{name},{time},\n");
            id += 1;
        }
    }
    (points, truth)
}

#[test]
fn tracks_are_put_together_and_scored() {
    let dir = folder();
    let (points, truth) = passing();
    fs::write(dir.path().join("points.csv.gz"), gz(points.as_bytes())).unwrap();
    fs::write(dir.path().join("truth.csv"), &truth).unwrap();
    let linked = run(dir.path(), &["tracks", "points.csv.gz"]);
    assert_eq!(linked.code, 0, "{}", linked.err);
    let expected: String = (0..20).map(|id| format!("{id},{}\n", id % 2)).collect();
    assert_eq!(linked.out, format!("point_id,track_id\n{expected}"));
    let written = run(dir.path(), &["tracks", "points.csv.gz", "--out", "tracks.csv"]);
    assert_eq!((written.code, written.out.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(dir.path().join("tracks.csv")).unwrap(), linked.out);
    let document = run_with(dir.path(), &["tracks", "-", "--json"], points.as_bytes()).json();
    assert_eq!(
        (&document["points"], &document["tracks"], &document["rows"][3]),
        (&json!(20), &json!(2), &json!({ "point_id": "3", "track_id": 1 }))
    );
    let scored = run(dir.path(), &["eval", "tracks", "--truth", "truth.csv", "--pred", "tracks.csv", "--json"]);
    assert_eq!((scored.code, &scored.json()["report"]["link_f1"]), (0, &json!(1.0)), "{}", scored.err);
    let table = run(dir.path(), &["eval", "tracks", "--truth", "truth.csv", "--pred", "tracks.csv"]);
    assert!(table.out.contains("posit accuracy\t1.0000\t"), "{}", table.out);
    // A prediction that lacks half of the reports is not perfect.
    let half: String = linked.out.lines().take(11).map(|line| format!("{line}\n")).collect();
    let scored = run_with(dir.path(), &["eval", "tracks", "--truth", "truth.csv", "--pred", "-", "--json"], half.as_bytes()).json();
    assert_eq!((&scored["report"]["missing"], scored["report"]["link_f1"] == json!(1.0)), (&json!(10), false));
}

#[test]
fn reports_that_cannot_be_read_are_refused_with_row_and_column() {
    let dir = folder();
    let head = "point_id,time,lat,lon,speed,course\n";
    let tracks = |text: &str| run_with(dir.path(), &["tracks", "-", "--out", "out.csv"], text.as_bytes());
    for (text, code, words) in [
        ("mmsi,time,lat,lon\n", 2, "tidewaiter import"),
        ("point_id,time,latt,lon\n", 3, "rename `latt` to `lat`"),
        ("", 3, "column `point_id`"),
        (head, 4, "holds no report"),
        (&format!("{head}1,2024-01-01T00:00:00,x,2,3,4\n"), 3, "row 2, column `lat`: `x` is not a number"),
        (&format!("{head}1,soon,1,2,3,4\n"), 3, "row 2, column `time`"),
        (&format!("{head}1,2024-01-01,1,2,3,4\n1,2024-01-01,1,2,3,4\n"), 3, "row 3, column `point_id`: `1` is there twice"),
        (&format!("{head}1,2024-01-01,1\n"), 3, "row 2"),
    ] {
        let run = tracks(text);
        assert_eq!(run.code, code, "{text}\n{}", run.err);
        assert!(run.err.contains(words), "{text}\n{}", run.err);
        assert_eq!(names(dir.path()), Vec::<String>::new(), "{text}");
    }
    let nowhere =
        run_with(dir.path(), &["tracks", "-"], format!("{head}a,2024-01-01,91,2,3,4\nb,2024-01-01,,,,\nc,2024-01-01,1,2,,\n").as_bytes());
    assert_eq!((nowhere.code, nowhere.out.lines().count()), (0, 4), "{}", nowhere.err);
    assert!(nowhere.err.contains("2 reports have no position on earth"), "{}", nowhere.err);
    let gone = run(dir.path(), &["tracks", "missing.csv"]);
    assert_eq!(gone.code, 74);
    let twice = run_with(dir.path(), &["eval", "tracks", "--truth", "-", "--pred", "-"], b"");
    assert_eq!(twice.code, 2);
    fs::write(dir.path().join("t.csv"), "point_id,track_id\n1,a\n1,a\n").unwrap();
    let twice = run(dir.path(), &["eval", "tracks", "--truth", "t.csv", "--pred", "t.csv"]);
    assert!(twice.code == 3 && twice.err.contains("row 3, column `point_id`: 1 is there twice, first in row 2"), "{}", twice.err);
}
