//! BagIt bags: making, checking, and what a changed bag looks like.

use std::fs;
use std::path::Path;

use tw_evidence::{BagReport, DifferenceKind, sha256, verify_bag, write_bag};

fn info() -> Vec<(&'static str, String)> {
    vec![("Source-Organization", "Example".to_owned()), ("External-Description", "A dossier: first".to_owned())]
}

fn make(dir: &Path) {
    for (path, text) in [
        ("data/captures/ab/permits.csv", "host,permits\nRUS,700\n"),
        ("data/empty.txt", ""),
        ("data/caf\u{e9} 1.txt", "text"),
        ("index.html", "<!doctype html>"),
        ("pages/one.html", "<!doctype html>"),
    ] {
        fs::create_dir_all(dir.join(path).parent().expect("a parent")).expect("a folder");
        fs::write(dir.join(path), text).expect("a file");
    }
}

fn made() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    make(folder.path());
    write_bag(folder.path(), &info()).expect("a bag");
    folder
}

fn read(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).expect("a file")
}

fn shown(report: &BagReport) -> String {
    assert!(!report.is_valid());
    report.to_string()
}

#[test]
fn a_bag_has_the_files_and_lines_of_the_standard() {
    let folder = made();
    let dir = folder.path();
    assert_eq!(read(dir, "bagit.txt"), "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    assert_eq!(read(dir, "bag-info.txt"), "Source-Organization: Example\nExternal-Description: A dossier: first\nPayload-Oxum: 25.3\n");
    let paths = |name: &str| -> Vec<String> { read(dir, name).lines().map(|line| line[66..].to_owned()).collect() };
    assert_eq!(paths("manifest-sha256.txt"), ["data/caf\u{e9} 1.txt", "data/captures/ab/permits.csv", "data/empty.txt"]);
    assert_eq!(
        paths("tagmanifest-sha256.txt"),
        ["SHA256SUMS", "bag-info.txt", "bagit.txt", "index.html", "manifest-sha256.txt", "pages/one.html"]
    );
    assert_eq!(
        paths("SHA256SUMS"),
        [
            "bag-info.txt",
            "bagit.txt",
            "data/caf\u{e9} 1.txt",
            "data/captures/ab/permits.csv",
            "data/empty.txt",
            "index.html",
            "manifest-sha256.txt",
            "pages/one.html"
        ]
    );
    let report = verify_bag(dir);
    assert!(report.is_valid(), "{report}");
    assert_eq!((report.files, report.bytes, report.info.len()), (3, 25, 3));
    assert_eq!(report.to_string(), "the bag is whole: 3 payload files, 25 bytes");
}

#[test]
fn the_same_folder_gives_the_same_bag_and_a_bag_can_be_made_again() {
    let (one, two) = (made(), made());
    let seal = write_bag(one.path(), &info()).expect("a bag").seal;
    assert_eq!(seal, sha256(read(two.path(), "tagmanifest-sha256.txt").as_bytes()));
    fs::write(one.path().join("data/new.txt"), "new").expect("a file");
    assert!(!verify_bag(one.path()).is_valid());
    fs::write(one.path().join("data/.tw-aB3xYz.tmp"), "half").expect("a leftover");
    assert_ne!(write_bag(one.path(), &info()).expect("a bag").seal, seal);
    assert!(verify_bag(one.path()).is_valid());
    assert!(!one.path().join("data/.tw-aB3xYz.tmp").exists());
}

#[test]
fn an_empty_payload_is_a_bag() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("data")).expect("a folder");
    let bag = write_bag(folder.path(), &[]).expect("a bag");
    assert_eq!((bag.files, bag.bytes), (0, 0));
    assert!(verify_bag(folder.path()).is_valid());
}

#[test]
fn every_flipped_byte_of_every_file_is_found_and_named() {
    let folder = made();
    let dir = folder.path();
    let names = [
        "SHA256SUMS",
        "bag-info.txt",
        "bagit.txt",
        "manifest-sha256.txt",
        "index.html",
        "pages/one.html",
        "data/captures/ab/permits.csv",
        "data/caf\u{e9} 1.txt",
    ];
    for name in names {
        let whole = fs::read(dir.join(name)).expect("a file");
        for at in (0..whole.len()).step_by(7) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            fs::write(dir.join(name), &flipped).expect("a file");
            let report = verify_bag(dir);
            let named = report.differences.iter().find(|d| d.path == name).map(|d| &d.kind);
            let expected = DifferenceKind::Changed { expected: sha256(&whole), found: sha256(&flipped) };
            assert_eq!(named, Some(&expected), "byte {at} of {name}: {report}");
        }
        fs::write(dir.join(name), &whole).expect("a file");
    }
    // Nothing lists the tag manifest itself, so a change in it shows as a fault or as a file that no longer fits.
    let name = "tagmanifest-sha256.txt";
    let whole = fs::read(dir.join(name)).expect("a file");
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        fs::write(dir.join(name), &flipped).expect("a file");
        assert!(!verify_bag(dir).is_valid(), "byte {at}");
    }
    fs::write(dir.join(name), &whole).expect("a file");
    assert!(verify_bag(dir).is_valid());
}

#[test]
fn missing_and_extra_files_are_reported_in_payload_and_tags() {
    let folder = made();
    let dir = folder.path();
    fs::remove_file(dir.join("data/empty.txt")).expect("removed");
    fs::remove_file(dir.join("pages/one.html")).expect("removed");
    fs::write(dir.join("data/extra.txt"), "").expect("a file");
    fs::write(dir.join("extra.html"), "").expect("a file");
    assert_eq!(
        shown(&verify_bag(dir)),
        "`data/empty.txt` is missing\n`data/extra.txt` is not listed in the manifest\n`extra.html` is not listed in the manifest\n`pages/one.html` is missing"
    );
}

#[test]
fn a_bag_without_its_own_files_does_not_pass() {
    for (name, expected) in [
        ("bagit.txt", "bagit.txt: it is missing, so this folder is no bag"),
        ("manifest-sha256.txt", "manifest-sha256.txt: it is missing, so what it should list was not checked"),
        ("tagmanifest-sha256.txt", "tagmanifest-sha256.txt: it is missing, so what it should list was not checked"),
        ("bag-info.txt", "`bag-info.txt` is missing"),
        ("SHA256SUMS", "`SHA256SUMS` is missing"),
    ] {
        let folder = made();
        fs::remove_file(folder.path().join(name)).expect("removed");
        let report = shown(&verify_bag(folder.path()));
        assert!(report.contains(expected), "{report}");
    }
    let empty = tempfile::tempdir().expect("a folder");
    assert_eq!(verify_bag(empty.path()).faults.len(), 4);
    assert!(!verify_bag(&empty.path().join("missing")).is_valid());
}

#[test]
fn a_bag_that_was_killed_while_it_was_made_does_not_pass() {
    let order = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "SHA256SUMS", "tagmanifest-sha256.txt"];
    for done in 0..order.len() {
        let folder = made();
        for name in &order[done..] {
            fs::remove_file(folder.path().join(name)).expect("removed");
        }
        assert!(!verify_bag(folder.path()).is_valid(), "{done} files written");
        write_bag(folder.path(), &info()).expect("a bag");
        assert!(verify_bag(folder.path()).is_valid());
    }
}

#[test]
fn hostile_manifests_in_a_bag_are_faults_with_their_line() {
    let folder = made();
    let dir = folder.path();
    let zero = sha256(b"");
    for (line, expected) in [
        (format!("{zero}  ../tw-outside-the-bag\n"), "row 1: the path climbs out"),
        (format!("{zero}  /etc/hostname\n"), "row 1: the path is absolute"),
        (format!("{zero}  data/empty.txt\n{zero}  data/empty.txt\n"), "row 2: `data/empty.txt` is listed twice"),
        (format!("{zero}  index.html\n"), "it lists `index.html`, which is outside `data`"),
        ("\u{fffd}".to_owned(), "row 1: the last line is cut off"),
    ] {
        fs::write(dir.join("manifest-sha256.txt"), line).expect("a file");
        let report = shown(&verify_bag(dir));
        assert!(report.contains(expected), "{report}");
    }
}

#[test]
fn a_wrong_declaration_or_length_is_a_fault() {
    let folder = made();
    for text in [
        "",
        "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n",
        "\u{feff}BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    ] {
        fs::write(folder.path().join("bagit.txt"), text).expect("a file");
        assert!(shown(&verify_bag(folder.path())).contains("bagit.txt: it does not declare a bag of version 1.0"));
    }
    let folder = made();
    for (text, expected) in [
        ("Payload-Oxum: 26.3\n", "`26.3`, and `data` has 25.3"),
        ("Payload-Oxum: 25.3\npayload-oxum: 25.3\n", "more than once"),
        ("no label\n", "bag-info.txt, row 1: the line has no"),
        (" folded\n", "row 1: it continues a line that is not there"),
    ] {
        fs::write(folder.path().join("bag-info.txt"), text).expect("a file");
        let report = shown(&verify_bag(folder.path()));
        assert!(report.contains(expected), "{report}");
    }
}

#[test]
fn what_a_bag_cannot_vouch_for_is_refused_and_nothing_is_written() {
    let line = |label: &'static str, value: &str| vec![(label, value.to_owned())];
    for bad in [
        line("A", "two\nlines"),
        line("A", "\r"),
        line("A:B", "x"),
        line("", "x"),
        line(" A", "x"),
        line("payload-oxum", "1.1"),
        line("A", " x"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        make(folder.path());
        assert!(write_bag(folder.path(), &bad).is_err(), "{bad:?}");
        assert!(!folder.path().join("bagit.txt").exists());
    }
    for name in ["fetch.txt", "manifest-md5.txt", "tagmanifest-sha512.txt", " x", "*x", "~x"] {
        let folder = tempfile::tempdir().expect("a folder");
        make(folder.path());
        fs::write(folder.path().join(name), "").expect("a file");
        assert!(write_bag(folder.path(), &[]).is_err(), "{name}");
        assert!(!folder.path().join("bagit.txt").exists());
    }
    let folder = tempfile::tempdir().expect("a folder");
    let error = write_bag(folder.path(), &[]).expect_err("no payload");
    assert_eq!(error.hint(), Some("put the payload into `data`"));
    let folder = made();
    fs::write(folder.path().join("fetch.txt"), "http://example.invalid/ - data/x\n").expect("a file");
    assert!(shown(&verify_bag(folder.path())).contains("nothing is fetched"));
}

#[cfg(unix)]
#[test]
fn links_in_a_bag_are_refused_when_writing_and_reported_when_checking() {
    use std::os::unix::fs::symlink;
    let home = tempfile::tempdir().expect("a folder");
    let dir = home.path().join("bag");
    make(&dir);
    let outside = home.path().join("outside");
    fs::create_dir(&outside).expect("a folder");
    fs::write(outside.join("secret"), "secret").expect("a file");
    symlink(&outside, dir.join("data/link")).expect("a link");
    let error = write_bag(&dir, &info()).expect_err("a link");
    assert_eq!(error.to_string(), "data/link: it is a symbolic link, which is not followed");
    fs::remove_file(dir.join("data/link")).expect("removed");
    write_bag(&dir, &info()).expect("a bag");
    // A listed file that became a link to the same bytes, and a whole folder that did.
    fs::rename(dir.join("index.html"), outside.join("index.html")).expect("moved");
    symlink(outside.join("index.html"), dir.join("index.html")).expect("a link");
    fs::rename(dir.join("data"), outside.join("data")).expect("moved");
    symlink(outside.join("data"), dir.join("data")).expect("a link");
    let report = verify_bag(&dir);
    let why = DifferenceKind::Unreadable { why: "it is a symbolic link, which is not followed".to_owned() };
    let paths: Vec<&str> = report.differences.iter().inspect(|d| assert_eq!(d.kind, why)).map(|d| d.path.as_str()).collect();
    assert_eq!(paths, ["data", "data/caf\u{e9} 1.txt", "data/captures/ab/permits.csv", "data/empty.txt", "index.html"]);
    assert_eq!(report.faults[0].to_string(), "data: a bag needs a folder `data`");
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_a_clear_error() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    make(folder.path());
    fs::write(folder.path().join("data").join(OsStr::from_bytes(b"caf\xe9.csv")), "x").expect("a file");
    let error = write_bag(folder.path(), &[]).expect_err("a name");
    assert_eq!(error.to_string(), "data/caf\u{fffd}.csv: its name is not UTF-8, so no manifest can list it");
}

#[cfg(unix)]
#[test]
fn unusual_names_pass_through_a_bag() {
    let folder = tempfile::tempdir().expect("a folder");
    make(folder.path());
    for name in ["50%.csv", "100%25.csv", "two\nlines.csv", "return\r.csv", "back\\slash.csv", "*star", " space"] {
        fs::write(folder.path().join("data").join(name), name).expect("a file");
    }
    write_bag(folder.path(), &[]).expect("a bag");
    let report = verify_bag(folder.path());
    assert!(report.is_valid(), "{report}");
    assert!(read(folder.path(), "manifest-sha256.txt").contains("  data/two%0Alines.csv\n"));
    assert!(read(folder.path(), "SHA256SUMS").contains("  data/two\\nlines.csv\n"));
}
