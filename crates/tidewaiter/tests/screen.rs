//! Screening, review, serving and fetching, as a person uses them. Lists are the one that comes with the program (US, public domain) or made up.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

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

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewaiter"));
    command.args(args).current_dir(dir).env("TIDEWAITER_NO_PROGRESS", "1").env("NO_COLOR", "1");
    command.env_remove("TIDEWAITER_CASE").env_remove("TIDEWAITER_LISTS").env("SOURCE_DATE_EPOCH", "1795478400");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run_with(dir: &Path, args: &[&str], input: &str) -> Run {
    let mut child = command(dir, args).spawn().unwrap();
    // A program that refuses its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Run { code: status.code().unwrap_or(-1), out: String::from_utf8(stdout).unwrap(), err: String::from_utf8(stderr).unwrap() }
}

fn run(dir: &Path, args: &[&str]) -> Run {
    run_with(dir, args, "")
}

fn outcome(result: &Value, row: usize, id: &str) -> String {
    let hits = result["parties"][row]["hits"].as_array().unwrap();
    let hit = hits.iter().find(|h| h["id"] == id).unwrap_or_else(|| panic!("{id} in {hits:#?}"));
    hit["outcome"].as_str().unwrap().to_owned()
}

/// A list of two made-up companies and a made-up ship, in the US Treasury's layout.
fn list(dir: &Path) {
    let nine = "-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ";
    let rows = [
        format!("1,\"QUOKKATRADE EXAMPLE GMBH\",-0- ,\"SYNTHETIC\",{nine}"),
        format!("2,\"ZWIEBELTURM SAMPLE SHIPPING LTD\",-0- ,\"SYNTHETIC\",{nine}"),
        "3,\"GLORYBIRD EXAMPLE\",\"vessel\",\"SYNTHETIC\",-0- ,-0- ,-0- ,-0- ,-0- ,\"Angola\",-0- ,\"Vessel Registration Identification IMO 2222224.\"".to_owned(),
    ];
    fs::write(dir.join("sdn.csv"), rows.join("\n") + "\n").unwrap();
}

#[test]
fn the_oil_company_was_not_yet_listed_then_was_and_is_no_longer() {
    let dir = tempfile::tempdir().unwrap();
    for (day, expected, code) in [("2017-05-31", "not_yet", None), ("2018-12-31", "listed", Some(1)), ("2026-11-24", "no_longer", None)] {
        let args = ["screen", "--name", "Independent Petroleum Company", "--as-of", day, "--json"];
        let found = run(dir.path(), &args);
        assert_eq!(outcome(&found.json(), 0, "ofac-22327"), expected, "{day}");
        assert!(code.is_none_or(|code| code == found.code), "{day}: {}", found.err);
    }
    // The acronym is that of another listed company too, and the two are told apart by their dates.
    let today = run(dir.path(), &["screen", "--name", "NNK", "--as-of", "2023-01-01", "--json"]).json();
    assert_eq!(outcome(&today, 0, "ofac-22327"), "no_longer");
    assert_eq!(outcome(&today, 0, "ofac-32680"), "listed");
    let text = run(dir.path(), &["screen", "--name", "NNK", "--as-of", "2023-01-01"]).out;
    assert!(text.contains("Looked at: US-SDN") && text.contains("Not looked at: ") && text.contains("UN Security Council"), "{text}");
}

#[test]
fn a_file_is_screened_row_by_row_and_written_in_its_order() {
    let dir = tempfile::tempdir().unwrap();
    list(dir.path());
    fs::write(
        dir.path().join("parties.csv"),
        "Counterparty;IMO;Our ref\nNobody At All;;a\nQuokkatrade Example;;b\nshort row\nRenamed Ship;2222224;c\n",
    )
    .unwrap();
    let args = [
        "screen",
        "parties.csv",
        "-i",
        "name=Counterparty",
        "--list",
        "sdn.csv@2024-01-31",
        "--as-of",
        "2024-06-01",
        "--no-bundled",
        "--out",
        "result.csv",
    ];
    let found = run(dir.path(), &args);
    assert_eq!(found.code, 1, "{}{}", found.out, found.err);
    assert!(found.err.contains("columns not used: Our ref"), "{}", found.err);
    let result = fs::read_to_string(dir.path().join("result.csv")).unwrap();
    let rows: Vec<&str> = result.lines().collect();
    assert!(rows[0].starts_with("tw_row,Counterparty,IMO,Our ref,tw_outcome"), "{result}");
    assert!(rows[1].starts_with("2,Nobody At All,,a,no hit"), "{result}");
    assert!(rows[2].starts_with("3,Quokkatrade Example,,b,listed") && rows[2].contains("ofac-1"), "{result}");
    assert!(rows[3].starts_with("4,,,,refused"), "{result}");
    assert!(rows[4].starts_with("5,Renamed Ship,2222224,c,listed") && rows[4].contains("ofac-3"), "{result}");
    // Before the capture nothing is known.
    let before = run(
        dir.path(),
        &["screen", "--name", "Quokkatrade Example", "--list", "sdn.csv@2024-01-31", "--no-bundled", "--as-of", "2023-01-01", "--json"],
    );
    assert_eq!(outcome(&before.json(), 0, "ofac-1"), "undetermined");
}

#[test]
fn a_ship_is_not_taken_for_a_listed_one_by_its_name_alone() {
    let dir = tempfile::tempdir().unwrap();
    list(dir.path());
    let args = ["screen", "--name", "Glorybird Example", "--schema", "Vessel", "--list", "sdn.csv@2024-01-31", "--no-bundled"];
    assert_eq!(run(dir.path(), &args).code, 0);
}

#[test]
fn what_a_person_judged_different_is_cleared_in_later_runs() {
    let dir = tempfile::tempdir().unwrap();
    list(dir.path());
    let screen =
        ["screen", "--name", "Quokkatrade Example", "--schema", "Company", "--list", "sdn.csv@2024-01-31", "--no-bundled", "--json"];
    let found = run(dir.path(), &screen);
    assert_eq!(found.code, 1);
    fs::write(dir.path().join("result.json"), &found.out).unwrap();
    let review = ["review", "result.json", "--judgements", "judged.jsonl", "--by", "First Reviewer"];
    let judged = run_with(dir.path(), &review, "what\ndifferent other owners\n");
    assert_eq!(judged.code, 0, "{}", judged.err);
    assert!(judged.err.contains("`what` is no answer"), "{}", judged.err);
    // Blind: neither score nor list nor programme is shown.
    assert!(!judged.err.contains("US-SDN") && !judged.err.contains("SYNTHETIC") && !judged.err.contains("score"), "{}", judged.err);
    let line: Value = serde_json::from_str(fs::read_to_string(dir.path().join("judged.jsonl")).unwrap().trim()).unwrap();
    assert_eq!((line["verdict"].as_str(), line["note"].as_str()), (Some("different"), Some("other owners")));
    let mut again = screen.to_vec();
    again.extend(["--judgements", "judged.jsonl"]);
    let cleared = run(dir.path(), &again);
    assert_eq!((cleared.code, cleared.json()["parties"][0]["outcome"].as_str()), (0, Some("cleared")));
    // A second person who says the same party opens it again.
    let review = ["review", "result.json", "--judgements", "judged.jsonl", "--by", "Second Reviewer"];
    assert_eq!(run_with(dir.path(), &review, "same\n").code, 0);
    assert_eq!(run(dir.path(), &again).code, 1);
    assert_eq!(run_with(dir.path(), &review, "").code, 4);
}

#[test]
fn a_case_takes_in_the_listings_of_its_parties_and_makes_leads_of_them() {
    let dir = tempfile::tempdir().unwrap();
    list(dir.path());
    assert_eq!(run(dir.path(), &["init", "case"]).code, 0);
    fs::write(
        dir.path().join("parties.csv"),
        "party,kind,role,of,share,country,identifiers,period,document,origin,source\n\
         Renamed Ship,vessel,other,,,AGO,IMO 2222224,2024-03-05,bill of lading,synthetic,example.invalid\n",
    )
    .unwrap();
    assert_eq!(run(dir.path(), &["import", "parties.csv", "--case", "case"]).code, 0);
    let screened = run(dir.path(), &["screen", "--case", "case", "--keep", "--list", "sdn.csv@2024-01-31", "--no-bundled"]);
    assert_eq!(screened.code, 1, "{}{}", screened.out, screened.err);
    let kept = fs::read_to_string(dir.path().join("case/data/listings-screened.csv")).unwrap();
    assert!(kept.contains("GLORYBIRD EXAMPLE") && kept.contains("#row=3"), "{kept}");
    let ran = run(dir.path(), &["run", "case"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let leads = run(dir.path(), &["leads", "list", "--case", "case", "--detector", "listing.screened", "--json"]).json();
    assert!(leads["leads"][0]["lead"]["title"].as_str().unwrap().contains("resembles GLORYBIRD EXAMPLE"), "{leads:#}");
}

#[test]
fn pairs_of_names_are_scored_and_a_file_of_another_kind_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let pairs = "case_group,schema,name1,name2,is_match,quality,category,notes\n\
        g,Company,Quokkatrade Example GmbH,QUOKKATRADE EXAMPLE,true,STRONG,,\n\
        g,Company,Quokkatrade Example GmbH,Zwiebelturm Sample Shipping,false,STRONG,,\n";
    fs::write(dir.path().join("pairs.csv"), pairs).unwrap();
    let scored = run(dir.path(), &["eval", "names", "pairs.csv", "--json"]);
    assert_eq!(scored.code, 0, "{}", scored.err);
    assert_eq!(scored.json()["sets"][0]["report"]["all"]["f1"]["value"], 1.0);
    fs::write(dir.path().join("other.csv"), "a,b\n1,2\n").unwrap();
    assert_eq!(run(dir.path(), &["eval", "names", "other.csv"]).code, 3);
}

#[test]
fn wrong_input_is_told_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("parties.csv"), "colour,size\nred,5\n").unwrap();
    for (args, code, words) in [
        (&["screen", "parties.csv"][..], 2, "no column holds names"),
        (&["screen", "none.csv"][..], 3, "could not be read"),
        (&["screen", "--name", "A", "--schema", "Persn"][..], 2, "did you mean `Person`"),
        (&["screen", "--name", "A", "--list", "parties.csv"][..], 3, "no list that is known"),
        (&["screen", "--name", "A", "--no-bundled"][..], 2, "there is no list to look at"),
        (&["fetch", "us-sdn-xlm"][..], 2, "us-sdn-xml"),
        (&["fetch", "un", "--offline"][..], 2, "offline"),
        (&["serve", "--bind", "0.0.0.0:0"][..], 2, "API keys are needed"),
    ] {
        let found = run(dir.path(), args);
        assert!(found.code == code && found.err.contains(words), "{args:?}: {} {}", found.code, found.err);
    }
}

#[test]
fn the_bundled_list_is_served_until_the_program_is_told_to_stop() {
    let dir = tempfile::tempdir().unwrap();
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let bind = format!("127.0.0.1:{port}");
    let mut child = command(dir.path(), &["serve", "--bind", &bind]).spawn().unwrap();
    let ask = |path: &str| -> Option<String> {
        let mut stream = TcpStream::connect(&bind).ok()?;
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes()).ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        Some(text)
    };
    let mut ready = String::new();
    for _ in 0..600 {
        ready = ask("/readyz").unwrap_or_default();
        if ready.starts_with("HTTP/1.1 200") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    let entity = ask("/entities/ofac-32680").unwrap();
    assert!(entity.contains("NEW OIL COMPANY"), "{entity}");
    child.kill().unwrap();
    let mut err = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut err).unwrap();
    child.wait().unwrap();
    assert!(err.contains("serving on http://127.0.0.1"), "{err}");
}

#[test]
fn a_birth_date_that_is_no_date_is_told_and_not_read_as_its_year() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("p.csv"), "name,type,birth_date\nJane Example,person,31.31.1970\n").unwrap();
    let out =
        std::process::Command::new(env!("CARGO_BIN_EXE_tidewaiter")).args(["screen", "p.csv"]).current_dir(dir.path()).output().unwrap();
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(told.contains("31.31.1970") && told.contains("p.csv"), "{told}");
}
