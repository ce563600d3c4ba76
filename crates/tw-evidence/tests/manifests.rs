//! Hash manifests: strict reading, writing, and checking of folders.

use std::fs;

use proptest::prelude::*;
use tw_base::Sha256;
use tw_evidence::{DifferenceKind, Manifest, ManifestFormat, check, sha256};

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const FORMATS: [ManifestFormat; 2] = [ManifestFormat::Sha256sum, ManifestFormat::BagIt];

fn fault(text: &str, format: ManifestFormat) -> String {
    Manifest::parse("SHA256SUMS", text.as_bytes(), format).expect_err(text).to_string()
}

#[test]
fn paths_that_leave_the_folder_are_refused() {
    for format in FORMATS {
        for path in ["../x", "a/../../x", "..", "/etc/passwd", "C:\\x", "c:x", "\\\\host\\x", "a\\..\\..\\x", "~/x", "~root/x"] {
            let why = fault(&format!("{ABC}  {path}\n"), format);
            assert!(why.starts_with("SHA256SUMS, row 1: the path"), "{why}");
        }
        for path in ["./x", "a//x", "a/./x", "a/"] {
            assert!(fault(&format!("{ABC}  {path}\n"), format).contains("shortest form"));
        }
        assert!(fault(&format!("{ABC}  a\0b\n"), format).contains("NUL"));
        // Two dots inside a name are harmless.
        assert!(Manifest::parse("m", format!("{ABC}  a..b/..c\n").as_bytes(), format).is_ok());
    }
}

#[test]
fn damaged_lines_are_refused_with_their_number() {
    for format in FORMATS {
        let good = format!("{ABC}  a\n");
        for (line, why) in [
            (format!("{ABC}  b"), "cut off"),
            (ABC[..40].to_owned(), "cut off"),
            (format!("{}\n", &ABC[..40]), "too short"),
            (format!("{}g  b\n", &ABC[..63]), "lower case"),
            (format!("{ABC}\n"), "must follow the hash"),
            (format!("{ABC}b\n"), "must follow the hash"),
            (good.clone(), "listed twice"),
            ("\n".to_owned(), "too short"),
            ("# a comment\n".to_owned(), "too short"),
            (format!("{}\u{e9}  b\n", &ABC[..63]), "too short"),
        ] {
            let found = fault(&format!("{good}{line}"), format);
            assert!(found.starts_with("SHA256SUMS, row 2:") && found.contains(why), "{found}");
        }
        assert!(fault(&format!("\u{feff}{good}"), format).contains("byte order mark"));
        assert!(Manifest::parse("m", b"\xff\n", format).is_err());
        assert!(Manifest::parse("m", b"", format).expect("empty").is_empty());
    }
    assert!(fault(&format!("{ABC}  a\r\n"), ManifestFormat::Sha256sum).contains("carriage return"));
    assert!(fault(&format!("\\{ABC}  a\\x\n"), ManifestFormat::Sha256sum).contains("backslash"));
    assert!(fault(&format!("{ABC}  a \n"), ManifestFormat::BagIt).contains("white space"));
    // All faults are told, up to a hundred.
    let many = Manifest::parse("m", "x\n".repeat(500).as_bytes(), ManifestFormat::BagIt).expect_err("faults");
    assert_eq!(many.0.len(), 100);
}

#[test]
fn what_other_programs_write_is_read() {
    let read = |text: String, format| Manifest::parse("m", text.as_bytes(), format).expect("a manifest");
    assert!(read(format!("{ABC} *a\n"), ManifestFormat::Sha256sum).get("a").is_some());
    assert!(read(format!("\\{ABC}  a\\\\b\\nc\\rd\n"), ManifestFormat::Sha256sum).get("a\\b\nc\rd").is_some());
    let bag = read(format!("{}\tdata/a%0Ab%0dc%25d 50%\r\n", ABC.to_ascii_uppercase()), ManifestFormat::BagIt);
    assert!(bag.get("data/a\nb\rc%d 50%").is_some());
    assert!(read(format!("{ABC} *data/a\n"), ManifestFormat::BagIt).get("data/a").is_some());
}

#[test]
fn unusual_names_are_written_as_each_format_wants() {
    let mut manifest = Manifest::default();
    manifest.insert("a\nb%\\c", sha256(b"abc")).expect("a path");
    assert_eq!(manifest.to_text(ManifestFormat::Sha256sum).expect("text"), format!("\\{ABC}  a\\nb%\\\\c\n"));
    assert_eq!(manifest.to_text(ManifestFormat::BagIt).expect("text"), format!("{ABC}  a%0Ab%25\\c\n"));
    manifest.insert(" a", sha256(b"abc")).expect("a path");
    assert!(manifest.to_text(ManifestFormat::Sha256sum).is_ok());
    assert!(manifest.to_text(ManifestFormat::BagIt).is_err());
}

#[test]
fn a_folder_is_checked_file_by_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut manifest = Manifest::default();
    for (name, text) in [("empty", ""), ("kept", "kept"), ("flipped", "abc"), ("gone", "gone")] {
        fs::write(folder.path().join(name), text).expect("a file");
        manifest.insert(name, sha256(text.as_bytes())).expect("a path");
    }
    assert!(check(folder.path(), &manifest, &[]).is_empty());
    fs::write(folder.path().join("flipped"), "abb").expect("a file");
    fs::remove_file(folder.path().join("gone")).expect("removed");
    fs::create_dir(folder.path().join("sub")).expect("a folder");
    fs::write(folder.path().join("sub/new"), "new").expect("a file");
    let shown: Vec<String> = check(folder.path(), &manifest, &[]).iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            format!("`flipped` has changed: its hash was {ABC} and is {}", sha256(b"abb")),
            "`gone` is missing".to_owned(),
            "`sub/new` is not listed in the manifest".to_owned(),
        ]
    );
    assert_eq!(check(folder.path(), &manifest, &["sub/new"]).len(), 2);
    let json = serde_json::to_string(&check(folder.path(), &manifest, &["flipped", "gone"])[2]).expect("json");
    assert_eq!(json, r#"{"path":"sub/new","kind":{"is":"extra"}}"#);
}

#[test]
fn a_folder_that_is_not_there_is_no_clean_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut manifest = Manifest::default();
    let missing = folder.path().join("missing");
    assert_eq!(check(&missing, &manifest, &[]).len(), 1);
    manifest.insert("a", sha256(b"")).expect("a path");
    let differences = check(&missing, &manifest, &[]);
    assert!(differences.iter().all(|d| matches!(d.kind, DifferenceKind::Unreadable { .. })), "{differences:?}");
}

#[cfg(unix)]
#[test]
fn links_are_reported_and_not_followed() {
    use std::os::unix::fs::symlink;
    let home = tempfile::tempdir().expect("a folder");
    let (inside, outside) = (home.path().join("inside"), home.path().join("outside"));
    fs::create_dir(&inside).expect("a folder");
    fs::create_dir(&outside).expect("a folder");
    fs::write(outside.join("secret"), "abc").expect("a file");
    symlink(&outside, inside.join("dir")).expect("a link");
    symlink(outside.join("secret"), inside.join("file")).expect("a link");
    symlink(".", inside.join("loop")).expect("a link");
    symlink("nowhere", inside.join("broken")).expect("a link");
    let mut manifest = Manifest::default();
    for path in ["dir/secret", "file"] {
        manifest.insert(path, sha256(b"abc")).expect("a path");
    }
    let differences = check(&inside, &manifest, &[]);
    let paths: Vec<&str> = differences.iter().map(|d| d.path.as_str()).collect();
    assert_eq!(paths, ["broken", "dir", "dir/secret", "file", "loop"]);
    let why = "it is a symbolic link, which is not followed".to_owned();
    assert!(differences.iter().all(|d| d.kind == DifferenceKind::Unreadable { why: why.clone() }));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_a_clear_difference() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(OsStr::from_bytes(b"caf\xe9.csv")), "x").expect("a file");
    let shown: Vec<String> = check(folder.path(), &Manifest::default(), &[]).iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["`caf\u{fffd}.csv` was not checked: its name is not UTF-8, so no manifest can list it"]);
}

fn any_hash() -> impl Strategy<Value = Sha256> {
    any::<[u8; 32]>().prop_map(Sha256::from_bytes)
}

proptest! {
    #[test]
    fn what_is_written_reads_back(entries in prop::collection::vec((r"[a%\\\n\r *\t\x1b~.\u{e9}\u{2028}]{1,8}(/[b%\\\n\r 0AaDd25]{1,8}){0,3}", any_hash()), 0..12)) {
        let mut manifest = Manifest::default();
        for (path, hash) in &entries {
            let _ = manifest.insert(path, *hash);
        }
        let text = manifest.to_text(ManifestFormat::Sha256sum).expect("every path has a line");
        prop_assert_eq!(Manifest::parse("m", text.as_bytes(), ManifestFormat::Sha256sum).expect("its own text"), manifest.clone());
        if let Ok(text) = manifest.to_text(ManifestFormat::BagIt) {
            prop_assert_eq!(Manifest::parse("m", text.as_bytes(), ManifestFormat::BagIt).expect("its own text"), manifest);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for format in FORMATS {
            let _ = Manifest::parse("m", &bytes, format);
        }
    }

    #[test]
    fn no_path_read_leaves_the_folder(line in r"[\\]?[0-9a-f]{64}[ \t*]{0,3}[.a/~%:\\nr0-9\u{e9}]{0,20}[\r]?") {
        for format in FORMATS {
            if let Ok(manifest) = Manifest::parse("m", format!("{line}\n").as_bytes(), format) {
                for (path, _) in manifest.iter() {
                    prop_assert!(!path.starts_with('/') && path.split(['/', '\\']).all(|part| part != ".."), "{}", path);
                }
            }
        }
    }

    #[test]
    fn a_manifest_cut_anywhere_is_refused_or_lists_fewer_files(cut in 0_usize..300) {
        let mut manifest = Manifest::default();
        for name in ["data/a.csv", "data/b.csv", "data/c.csv"] {
            manifest.insert(name, sha256(name.as_bytes())).expect("a path");
        }
        let text = manifest.to_text(ManifestFormat::BagIt).expect("text");
        let cut = cut.min(text.len() - 1);
        if let Ok(part) = Manifest::parse("m", &text.as_bytes()[..cut], ManifestFormat::BagIt) {
            prop_assert!(part.len() < manifest.len());
            prop_assert!(part.iter().all(|(path, hash)| manifest.get(path) == Some(hash)));
        }
    }
}
