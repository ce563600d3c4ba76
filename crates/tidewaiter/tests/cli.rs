//! The program as a person uses it: commands, exit codes, files.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

const EPOCH: &str = "1795500000"; // 2026-11-24

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidewaiter"));
    command
        .args(args)
        .current_dir(dir)
        .env("SOURCE_DATE_EPOCH", EPOCH)
        .env("TIDEWAITER_NO_PROGRESS", "1")
        .env("NO_COLOR", "1")
        .env_remove("TIDEWAITER_CASE")
        .stdin(Stdio::null());
    command
}

fn run(dir: &Path, args: &[&str]) -> Run {
    let Output { status, stdout, stderr } = command(dir, args).output().unwrap();
    Run { code: status.code().unwrap_or(-1), out: String::from_utf8(stdout).unwrap(), err: String::from_utf8(stderr).unwrap() }
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    let run = run(dir, &args);
    serde_json::from_str(&run.out).unwrap_or_else(|e| panic!("{args:?}: {e}\n{}\n{}", run.out, run.err))
}

/// A folder with the demo case in it.
fn demo() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let demo = run(dir.path(), &["demo"]);
    assert_eq!(demo.code, 0, "{}", demo.err);
    dir
}

fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(dir).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn lead(dir: &Path, detector: &str, title: &str) -> String {
    let list = json(dir, &["leads", "list", "--case", "russia-dprk", "--detector", detector]);
    let leads = list["leads"].as_array().unwrap();
    let found = leads.iter().find(|l| l["lead"]["title"].as_str().unwrap().contains(title)).unwrap_or_else(|| panic!("{detector} {title}"));
    found["lead"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_demo_ends_with_leads_a_not_checked_line_and_the_path_of_the_dossier() {
    let dir = tempfile::tempdir().unwrap();
    let demo = run(dir.path(), &["demo"]);
    assert_eq!(demo.code, 0, "{}", demo.err);
    for words in [
        "TIER\tID\tWHAT",
        "refined oil, 2018: apparently above the cap",
        "prima_facie, S/RES/2375 (2017) ¶17",
        "Not checked: ",
        "satellite imagery",
        "Wrote russia-dprk/dossier/index.html",
    ] {
        assert!(demo.out.contains(words), "{words}\n{}", demo.out);
    }
    assert!(dir.path().join("russia-dprk/dossier/index.html").is_file());
    let lower = demo.out.to_lowercase();
    assert!(!["violated", "guilty"].iter().any(|word| lower.contains(word)));
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let (one, two) = (demo(), demo());
    let (a, b) = (files(&one.path().join("russia-dprk")), files(&two.path().join("russia-dprk")));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (path, bytes) in &a {
        assert!(b[path] == *bytes, "{} differs", path.display());
    }
    // Run again in place: nothing changes either.
    assert_eq!(run(one.path(), &["demo"]).code, 0);
    assert!(files(&one.path().join("russia-dprk")) == a);
}

#[test]
fn an_answer_as_of_an_earlier_day_knows_nothing_of_later_ones() {
    let dir = tempfile::tempdir().unwrap();
    let now = run(dir.path(), &["demo"]);
    assert!(now.out.contains("2025-09-01"));
    let page = |dir: &Path| fs::read_to_string(dir.join("russia-dprk/dossier/index.html")).unwrap();
    assert!(page(dir.path()).contains("2020-03-02") && page(dir.path()).contains("15,000"));
    let then = run(dir.path(), &["demo", "--as-of", "2018-12-31"]);
    assert_eq!(then.code, 0, "{}", then.err);
    assert!(!then.out.contains("2025-09-01") && then.out.contains("×9.5"), "{}", then.out);
    let listing = lead(dir.path(), "listing.on-that-day", "US-SDN");
    let text = run(dir.path(), &["explain", &listing, "--case", "russia-dprk"]).out;
    assert!(text.contains("still listed as far as the source shows") && !text.contains("It has since been delisted"), "{text}");
    let charts = page(dir.path());
    let charts = &charts[charts.find("id=\"charts\"").unwrap()..charts.find("id=\"exhibits\"").unwrap()];
    assert!(!charts.contains("15,000"), "a count of 2025 is not drawn in an answer as of 2018");
}

#[test]
fn one_flipped_byte_in_a_capture_is_found_and_the_leads_on_that_row_fall() {
    let dir = demo();
    let intact = run(dir.path(), &["verify", "russia-dprk/dossier"]);
    assert_eq!((intact.code, intact.out.lines().last()), (0, Some("intact")), "{}", intact.out);
    let permits = lead(dir.path(), "labour.permits-after-ban", "new work permits");
    let stock = lead(dir.path(), "labour.stock-after-deadline", "2025");
    let capture = files(&dir.path().join("russia-dprk/dossier"))
        .keys()
        .find(|path| path.to_string_lossy().ends_with("worker_counts.csv") && path.to_string_lossy().contains("captures"))
        .map(|path| dir.path().join("russia-dprk/dossier").join(path))
        .unwrap();
    let mut bytes = fs::read(&capture).unwrap();
    let at = String::from_utf8_lossy(&bytes).find(",new-permits,700").unwrap() + ",new-permits,".len();
    bytes[at] ^= 1; // 700 becomes 600
    fs::write(&capture, &bytes).unwrap();
    let changed = run(dir.path(), &["verify", "russia-dprk/dossier"]);
    assert_eq!(changed.code, 1);
    assert!(changed.out.contains("worker_counts.csv"), "{}", changed.out);
    let falls: Vec<&str> = changed.out.lines().filter(|line| line.starts_with("falls: ")).collect();
    assert_eq!(falls.len(), 1, "{}", changed.out);
    assert!(falls[0].contains(&permits) && falls[0].contains("row 11 changed"), "{}", falls[0]);
    assert!(changed.out.lines().any(|line| line.starts_with("to be run again") && line.contains(&stock)), "{}", changed.out);
    assert_eq!(changed.out.lines().last(), Some("changed"));
}

#[test]
fn a_changed_header_fells_every_lead_on_the_file_and_a_missing_capture_too() {
    let dir = demo();
    let case = dir.path().join("russia-dprk");
    let captures = files(&case.join("captures"));
    let (path, bytes) = captures.iter().find(|(_, bytes)| bytes.starts_with(b"host,period,kind")).unwrap();
    let file = case.join("captures").join(path);
    let mut changed = bytes.clone();
    changed[0] = b'H';
    fs::write(&file, &changed).unwrap();
    let report = json(dir.path(), &["verify", "russia-dprk"]);
    let fallen = report["fall"].as_array().unwrap().len();
    assert!(fallen >= 4, "{report}");
    fs::remove_file(&file).unwrap();
    let report = json(dir.path(), &["verify", "russia-dprk"]);
    assert_eq!(report["fall"].as_array().unwrap().len(), fallen);
    assert_eq!(report["intact"], false);
}

#[test]
fn a_damaged_file_of_leads_is_never_taken_for_intact() {
    let dir = demo();
    let path = dir.path().join("russia-dprk/dossier/data/leads.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, &text[..text.len() / 2]).unwrap();
    let run = run(dir.path(), &["verify", "russia-dprk/dossier"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("none of them can be relied on"), "{}", run.out);
}

#[test]
fn explain_gives_the_lead_its_rule_evidence_and_exceptions() {
    let dir = demo();
    let permits = lead(dir.path(), "labour.permits-after-ban", "new work permits");
    let text = run(dir.path(), &["explain", &permits, "--case", "russia-dprk"]);
    assert_eq!(text.code, 0);
    for words in [
        "prima facie",
        "OLD-CONTRACT",
        "to be proved by the host state",
        "Wording checked: V2",
        "700 new work permits",
        "#row=11",
        "Not checked",
        "Redo        tidewaiter run russia-dprk",
    ] {
        assert!(text.out.contains(words), "{words}\n{}", text.out);
    }
    let proof = run(dir.path(), &["explain", &permits, "--case", "russia-dprk", "--proof"]);
    assert!(proof.out.len() > text.out.len());
    let document = json(dir.path(), &["explain", &permits, "--case", "russia-dprk"]);
    assert_eq!(document["lead"]["allowed"][0]["open_exceptions"][0]["burden"], "host state");
    for name in ["UN-2397-5", "oil.refined-cap", "worker_counts"] {
        assert_eq!(run(dir.path(), &["explain", name]).code, 0, "{name}");
    }
    assert_eq!(run(dir.path(), &["explain", "coverage", "--case", "russia-dprk"]).code, 0);
    let unknown = run(dir.path(), &["explain", "UN-2397-55"]);
    assert_eq!(unknown.code, 4);
    assert!(unknown.err.contains("did you mean `UN-2397-"), "{}", unknown.err);
}

#[test]
fn the_law_answers_for_a_day_and_for_a_change() {
    let dir = tempfile::tempdir().unwrap();
    let at = json(dir.path(), &["law", "at", "2017-09-15"]);
    let ids: Vec<&str> = at["provisions"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"UN-2375-17") && ids.contains(&"UN-2371-8"));
    assert!(!ids.contains(&"UN-2397-5") && !ids.contains(&"UN-2375-14a"));
    let diff = run(dir.path(), &["law", "diff", "2017-08-04", "2017-12-23", "--regime", "UN-DPRK"]);
    assert_eq!(diff.code, 0);
    for words in ["2017-08-05\tUN-2371-8", "2017-09-11\tUN-2375-17", "2017-10-01\tUN-2375-14a", "2017-12-22\tUN-2397-8"] {
        assert!(diff.out.contains(words), "{words}\n{}", diff.out);
    }
    assert_eq!(run(dir.path(), &["law", "show", "UN-2375-14b"]).code, 0);
    assert_eq!(run(dir.path(), &["law", "at", "2017-02-30"]).code, 2);
    assert_eq!(run(dir.path(), &["law", "list", "--regime", "UN-DPKR"]).code, 2);
}

#[test]
fn scenario_files_pass_and_a_wrong_expectation_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law/scenarios");
    let mut args = vec!["law".to_owned(), "test".to_owned()];
    for entry in fs::read_dir(scenarios).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "md") && path.file_name().is_some_and(|n| n != "README.md") {
            args.push(path.display().to_string());
        }
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let report = json(dir.path(), &args);
    assert!(report["scenarios"].as_u64().unwrap() >= 200, "{report}");
    assert_eq!(report["scenarios"], report["passed"], "{report}");
    let wrong = dir.path().join("wrong.md");
    fs::write(&wrong, "# A permit of 2018\n\nNobody knows of a contract.\n\n```facts\nprovision = \"UN-2375-17\"\nact = \"issue-work-permit\"\ndate = 2018-03-01\njurisdiction = \"RUS\"\n```\n\n```expect\nverdict = \"breach\"\n```\n").unwrap();
    let run = run(dir.path(), &["law", "test", "wrong.md"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("prima_facie"), "{}", run.out);
}

#[test]
fn a_review_is_logged_chained_and_shown() {
    let dir = demo();
    let id = lead(dir.path(), "oil.sources-in-conflict", "255 or 225");
    let set =
        |args: &[&str]| run(dir.path(), &[&["leads", "set", &id], args, &["--case", "russia-dprk", "--who", "reviewer one"]].concat());
    assert_eq!(set(&["reviewing"]).code, 0);
    let without = set(&["dismissed"]);
    assert_ne!(without.code, 0, "a dismissal needs a reason");
    assert_eq!(set(&["dismissed", "--reason", "data:misread", "--note", "the page says 255"]).code, 0);
    let list = json(dir.path(), &["leads", "list", "--case", "russia-dprk", "--state", "dismissed"]);
    assert_eq!(list["leads"].as_array().unwrap().len(), 1);
    assert_eq!(run(dir.path(), &["dossier", "russia-dprk", "--out", "shared"]).code, 0);
    assert!(fs::read_to_string(dir.path().join("shared/index.html")).unwrap().contains("dismissed"));
    let report = json(dir.path(), &["verify", "russia-dprk"]);
    assert_eq!(report["reviews"], "the chain is whole");
    assert_eq!(report["intact"], true);
}

#[test]
fn sql_reads_and_only_reads() {
    let dir = demo();
    let sum = json(
        dir.path(),
        &[
            "sql",
            "SELECT supplier, sum(barrels) AS bbl FROM deliveries WHERE period = '2024-01' GROUP BY supplier",
            "--case",
            "russia-dprk",
        ],
    );
    assert!(sum.to_string().contains("15279"), "{sum}");
    let origin = run(
        dir.path(),
        &["sql", "SELECT record, source FROM worker_counts WHERE kind = 'new-permits'", "--case", "russia-dprk", "--format", "csv"],
    );
    assert!(origin.out.contains("#row=11"), "{}", origin.out);
    for hostile in [
        "DROP TABLE deliveries",
        "COPY deliveries TO 'x.csv'",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "SELECT * FROM '/etc/passwd'",
        "SELECT nothing FROM deliveries",
    ] {
        assert_ne!(run(dir.path(), &["sql", hostile, "--case", "russia-dprk"]).code, 0, "{hostile}");
    }
    let wrong = run(dir.path(), &["sql", "SELECT * FROM delivries", "--case", "russia-dprk"]);
    assert!(wrong.err.contains("deliveries"), "{}", wrong.err);
}

/// Bad files, each with what the refusal must name.
fn bad_files() -> Vec<(&'static str, Vec<u8>, Vec<&'static str>)> {
    let head = "supplier,product,period,barrels,tonnes,basis,origin,source\n";
    let csv = |row: &str| format!("{head}{row}\n").into_bytes();
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(head.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    vec![
        ("deliveries-0.csv", head.replace("barrels", "barels").into_bytes(), vec!["barels", "did you mean `barrels`"]),
        (
            "deliveries-a.csv",
            csv("RUS,refined,2018-01,-5,,reported,synthetic,example.invalid"),
            vec!["row 2", "column `barrels`", "below zero"],
        ),
        ("deliveries-b.csv", csv("RUS,refined,2018-01,NaN,,reported,synthetic,example.invalid"), vec!["row 2", "column `barrels`", "NaN"]),
        (
            "deliveries-c.csv",
            csv("RUS,refined,2018-01,1e400,,reported,synthetic,example.invalid"),
            vec!["row 2", "column `barrels`", "exponent"],
        ),
        ("deliveries-d.csv", csv("RUS,refined,04/05/2024,5,,reported,synthetic,example.invalid"), vec!["column `period`", "04/05/2024"]),
        ("deliveries-e.csv", csv("RUS,refined,2018-01,5000,0.5,reported,synthetic,example.invalid"), vec!["row 2"]),
        ("deliveries-f.csv", utf16, vec!["UTF-16"]),
        (
            "deliveries-g.csv",
            csv("RUS,refined,2018-01,5,,reported,synthetic,example.invalid\nRUS,refined,2018-01,5,,reported,synthetic,example.invalid"),
            vec!["row 3"],
        ),
        ("deliveries-h.csv", csv(&format!("RUS,refined,2018-01,5,,{},synthetic,example.invalid", "x".repeat(3 << 20))), vec!["row 2"]),
        ("deliveries-i.xlsx", b"PK\x03\x04 cut off".to_vec(), vec!["deliveries-i.xlsx"]),
        ("unknown.csv", b"a,b\n1,2\n".to_vec(), vec!["unknown.csv"]),
    ]
}

#[test]
fn bad_files_are_refused_with_their_place_and_change_nothing() {
    let dir = demo();
    let case = dir.path().join("russia-dprk");
    let before = files(&case);
    for (name, bytes, words) in bad_files() {
        fs::write(dir.path().join(name), bytes).unwrap();
        let import = run(dir.path(), &["import", name, "--case", "russia-dprk"]);
        assert_eq!(import.code, 3, "{name}: {}{}", import.out, import.err);
        for word in words {
            assert!(import.err.contains(word), "{name}: no `{word}` in {}", import.err);
        }
        assert!(import.err.contains("hint: "), "{name}: {}", import.err);
        assert!(files(&case) == before, "{name} changed the case");
        // The same file put into the folder by hand stops a run, and the results stay.
        fs::copy(dir.path().join(name), case.join("data").join(name)).unwrap();
        let run = run(dir.path(), &["run", "russia-dprk"]);
        assert_eq!(run.code, 3, "{name}: {}", run.err);
        fs::remove_file(case.join("data").join(name)).unwrap();
        assert!(files(&case) == before, "{name} changed the results");
    }
}

#[test]
fn a_byte_order_mark_is_taken_and_an_import_shows_up_in_the_next_run() {
    let dir = demo();
    let row =
        "\u{feff}supplier,product,period,barrels,tonnes,basis,origin,source\nCHN,refined,2016-01,5,,reported,synthetic,example.invalid\n";
    fs::write(dir.path().join("deliveries-more.csv"), row).unwrap();
    assert_eq!(run(dir.path(), &["import", "deliveries-more.csv", "--case", "russia-dprk", "--dry-run"]).code, 0);
    assert!(!dir.path().join("russia-dprk/data/deliveries-more.csv").exists());
    assert_eq!(run(dir.path(), &["import", "deliveries-more.csv", "--case", "russia-dprk"]).code, 0);
    let summary = json(dir.path(), &["run", "russia-dprk"]);
    let table = summary["summary"]["coverage"]["tables"].as_array().unwrap().iter().find(|t| t["table"] == "deliveries").unwrap().clone();
    assert_eq!(table["synthetic"], 1, "the label travels into the coverage");
    // Another file of the same name is not overwritten.
    fs::write(dir.path().join("deliveries-more.csv"), row.replace(",5,", ",6,")).unwrap();
    assert_eq!(run(dir.path(), &["import", "deliveries-more.csv", "--case", "russia-dprk"]).code, 3);
    assert_eq!(run(dir.path(), &["import", "deliveries-more.csv", "--case", "russia-dprk", "--replace"]).code, 0);
}

#[test]
fn a_run_killed_at_any_moment_leaves_a_case_that_the_next_run_completes() {
    let dir = demo();
    let case = dir.path().join("russia-dprk");
    let whole = files(&case);
    for step in 0..12 {
        let mut child = command(dir.path(), &["run", "russia-dprk"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(step * 15));
        let _ = child.kill();
        child.wait().unwrap();
        // Whatever is there can still be read, and the next run makes it whole.
        assert!(matches!(run(dir.path(), &["leads", "list", "--case", "russia-dprk"]).code, 0 | 4), "after {step}");
        let next = run(dir.path(), &["run", "russia-dprk"]);
        assert_eq!(next.code, 0, "after {step}: {}", next.err);
        let now = files(&case);
        assert_eq!(now.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>(), "after {step}");
        assert!(now == whole, "after {step}");
        assert_eq!(run(dir.path(), &["verify", "russia-dprk"]).code, 0, "after {step}");
    }
}

#[test]
fn a_folder_in_the_way_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("russia-dprk")).unwrap();
    fs::write(dir.path().join("russia-dprk/notes.txt"), "mine").unwrap();
    let demo = run(dir.path(), &["demo"]);
    assert_eq!(demo.code, 2);
    assert!(demo.err.contains("--out"), "{}", demo.err);
    assert_eq!(files(dir.path()).len(), 1);
}

#[test]
fn a_new_case_can_be_made_filled_and_run() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(run(dir.path(), &["init", "mine", "--title", "A \"quoted\" case"]).code, 0);
    assert_eq!(run(dir.path(), &["init", "mine"]).code, 2, "a second init is refused");
    assert_eq!(run(dir.path(), &["leads", "list", "--case", "mine"]).code, 4, "not run yet");
    let rows = "host,period,kind,low,high,estimator,origin,source\nRUS,2018-03,new-permits,3,3,example,synthetic,example.invalid\n";
    fs::write(dir.path().join("worker_counts.csv"), rows).unwrap();
    assert_eq!(run(dir.path(), &["import", "worker_counts.csv", "--case", "mine"]).code, 0);
    let result = json(dir.path(), &["run", "mine"]);
    let lead = &result["leads"][0];
    assert_eq!(lead["allowed"][0]["verdict"], "prima_facie");
    assert!(lead["rank"]["why"].as_str().unwrap().contains("synthetic"), "{lead}");
    assert_eq!(run(dir.path(), &["config", "show", "--case", "mine"]).code, 0);
    fs::write(dir.path().join("mine/tidewaiter.toml"), "title = \"x\"\nperiod = \"2015..2025\"\ntarget = \"PRK\"\ntitel = \"y\"\n")
        .unwrap();
    let wrong = run(dir.path(), &["run", "mine"]);
    assert_eq!(wrong.code, 3);
    assert!(wrong.err.contains("row 4") || wrong.err.contains("titel"), "{}", wrong.err);
}

#[test]
fn usage_errors_have_their_code_and_completions_are_made() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(run(dir.path(), &["frobnicate"]).code, 2);
    assert_eq!(run(dir.path(), &["run", "nowhere"]).code, 3);
    assert_eq!(run(dir.path(), &["verify", "nowhere"]).code, 2);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let made = run(dir.path(), &["completions", shell]);
        assert!(made.code == 0 && made.out.contains("tidewaiter"), "{shell}");
    }
    let help = run(dir.path(), &["--help"]);
    assert!(help.code == 0 && help.out.contains("Example: tidewaiter demo"));
}

#[test]
fn a_failure_in_json_is_a_document_too() {
    let dir = tempfile::tempdir().unwrap();
    let failed = run(dir.path(), &["explain", "nothing-like-it", "--json"]);
    assert_eq!(failed.code, 4);
    let document: Value = serde_json::from_str(&failed.out).unwrap();
    assert_eq!(document["exit"], 4);
}
