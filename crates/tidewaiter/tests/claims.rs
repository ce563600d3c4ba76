//! Articles read into claims, as a person uses the command. The articles, outlets and companies are invented.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const ARTICLE: &str = "A company registered in Example City sold oil worth between $150-$300 million to North Korea in 2017, Example Institute said on Friday, citing customs records.\n\n\
The company did not respond to a request for comment.\n\n\
Support independent journalism: donate $5 today.\n";

fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_tidewaiter")).args(args).current_dir(dir).env("NO_COLOR", "1").output().unwrap();
    (status.code().unwrap_or(-1), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn a_range_keeps_its_scale_and_a_claim_its_sources() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("article.txt"), ARTICLE).unwrap();
    let args = ["claims", "article.txt", "--published", "2018-08-03", "--publisher", "The Example Courier", "--json"];
    let (code, out, err) = run(dir.path(), &args);
    assert_eq!(code, 0, "{err}");
    let read: Value = serde_json::from_str(&out).unwrap();
    let claims = read["claims"].as_array().unwrap();
    let money = claims.iter().find(|c| c["quote"].as_str().unwrap().contains("$150")).unwrap();
    let quantity = &money["quantities"][0];
    assert_eq!((quantity["low"].as_f64(), quantity["high"].as_f64(), quantity["unit"].as_str()), (Some(150e6), Some(300e6), Some("USD")));
    assert_eq!(money["attribution"][0], "The Example Courier");
    assert!(money["attribution"].as_array().unwrap().len() >= 2, "{money:#}");
    assert!(claims.iter().any(|c| c["type"] == "denial"), "{claims:#?}");
    assert!(!claims.iter().any(|c| c["quote"].as_str().unwrap().contains("donate")), "{claims:#?}");
}

#[test]
fn a_document_that_cannot_be_read_takes_no_other_with_it() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.txt"), ARTICLE).unwrap();
    fs::write(dir.path().join("b.pdf"), b"%PDF-1.7\n").unwrap();
    let (code, out, err) = run(dir.path(), &["claims", "a.txt", "b.pdf", "--out", "read"]);
    assert_eq!(code, 5, "{err}");
    assert!(err.contains("b.pdf") && out.contains("1 documents read"), "{out}{err}");
    assert!(dir.path().join("read/a.json").is_file() && !dir.path().join("read/b.json").exists());
    let (code, _, err) = run(dir.path(), &["claims", "b.pdf"]);
    assert_eq!(code, 3, "{err}");
}

#[test]
fn a_manifest_says_day_and_publisher_of_each_document() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("docs")).unwrap();
    fs::write(dir.path().join("docs/01.txt"), ARTICLE).unwrap();
    let page = format!(
        "<html><head><title>x</title></head><body><nav>Home</nav><article><p>{}</p></article></body></html>",
        ARTICLE.replace("\n\n", "</p><p>")
    );
    fs::write(dir.path().join("docs/02.html"), page).unwrap();
    let manifest = r#"[{"doc":"01.txt","published":"2018-08-03","publisher":"The Example Courier"},{"doc":"02.html","published":"2018-08-03","publisher":"Sample Times","lang":"en"}]"#;
    fs::write(dir.path().join("manifest.json"), manifest).unwrap();
    let (code, out, err) = run(dir.path(), &["claims", "--manifest", "manifest.json", "--json"]);
    assert_eq!(code, 0, "{err}");
    let read: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(read.as_array().unwrap().len(), 2);
    for (document, publisher) in read.as_array().unwrap().iter().zip(["The Example Courier", "Sample Times"]) {
        let claims = document["claims"].as_array().unwrap();
        assert!(!claims.is_empty() && claims.iter().all(|c| c["attribution"][0] == publisher), "{document:#}");
    }
    fs::write(dir.path().join("manifest.json"), "{}").unwrap();
    assert_eq!(run(dir.path(), &["claims", "--manifest", "manifest.json"]).0, 3);
}
