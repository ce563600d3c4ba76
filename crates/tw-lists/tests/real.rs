//! Real lists, read whole, and compared with what others read from the same files. Skipped where the shared data are not at hand.

#![expect(clippy::print_stdout, reason = "the figures are for whoever runs the test with --nocapture")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tw_base::Sha256;
use tw_ftm::Entry;
use tw_lists::{Capture, ListFiles, Op, Report, detect, read, read_history, read_path};

fn shared(path: &str) -> Option<PathBuf> {
    let root =
        std::env::var_os("TIDEWAITER_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("data/screening").join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not at hand", path.display());
    None
}

fn all(path: &Path) -> (Vec<Entry>, Report) {
    let mut all = Vec::new();
    let report = read_path(path, None, None, &mut |entry| {
        all.push(entry);
        ControlFlow::Continue(())
    });
    (all, report.unwrap_or_else(|refusal| panic!("{}: {refusal}", path.display())))
}

fn show(path: &str, report: &Report) {
    println!("{path}: {} entries, {} others, published {:?}", report.entries, report.others, report.published);
    for (what, tallies) in [("refused", &report.refused), ("remark", &report.remarks)] {
        for (reason, tally) in tallies {
            println!("  {what} {}: {reason} ({:?})", tally.n, tally.first.as_ref().map(ToString::to_string));
        }
    }
}

#[test]
fn the_real_files_are_read_whole() {
    for (path, entries, others) in [
        ("lists/us_ofac/2019-01/sdn.csv", 7379, 2426),
        ("lists/us_ofac/2019-01/cons_prim.csv", 442, 282),
        ("lists/us_ofac/2021-07/sdn.csv", 8976, 3495),
        ("lists/us_ofac/2024-05/sdn.csv", 14965, 6652),
        ("lists/us_ofac/consolidated_nonsdn_2025.xml", 443, 282),
        ("formats/deriv_sdn.xml", 8, 0),
        ("formats/deriv_sample_ofac_consolidated.xml", 8, 0),
        ("lists/un/UN_consolidated_2026-02-27.xml", 1003, 0),
        ("lists/un/UN_consolidated_kebalkhadka_2025.xml", 877, 0),
        ("lists/un/UN_consolidated_pypi_unsc_checker.xml", 1018, 0),
        ("formats/deriv_sample_unsc.xml", 7, 0),
        ("formats/deriv_sample_eu.xml", 7, 0),
        ("formats/deriv_sample_hmt.csv", 6, 0),
        ("lists/us_ofac/2019-01/csl.csv", 115, 4),
        ("lists/us_ofac/2019-01/dpl.txt", 546, 0),
        ("lists/us_ofac/2021-07/dpl.txt", 581, 0),
        ("ftm/us_ofac_sdn_2019-01.ftm.json", 7379, 0),
        ("ftm/un_sc_sanctions_2026-02.ftm.json", 1003, 0),
        ("ftm/ua_war_sanctions_2026-03.ftm.json", 0, 5600),
        ("ftm/eu_journal_sanctions_2026-08.ftm.json", 8017, 0),
        ("ftm/us_ofac_sdn_2024-05.ftm.json", 14965, 0),
        ("api/fixtures/dataset/zala/entities.ftm.json", 13, 78),
        ("api/fixtures/dataset/t1/entities.ftm.json", 6, 1),
        ("api/fixtures/dataset/parteispenden/entities.ftm.json", 0, 475),
    ] {
        let Some(file) = shared(path) else { continue };
        let (_, report) = all(&file);
        show(path, &report);
        assert_eq!((report.entries, report.others, report.refusals()), (entries, others, 0), "{path}");
    }
}

#[test]
fn the_journal_files_are_read_whole() {
    let Some(folder) = shared("lists/eu_journal") else { return };
    let (mut entries, mut refused, mut remarks) = (0, 0, BTreeMap::new());
    let mut ids = BTreeSet::new();
    for kind in ["consolidated", "amendments"] {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join(kind)).expect("a folder").map(|e| e.expect("a file").path()).collect();
        files.sort();
        for file in files {
            let (all, report) = all(&file);
            entries += report.entries;
            refused += report.refusals();
            for (remark, tally) in &report.remarks {
                *remarks.entry(remark.clone()).or_insert(0) += tally.n;
            }
            for (reason, tally) in &report.refused {
                println!("{}: refused {} {reason} {:?}", file.display(), tally.n, tally.first);
            }
            if kind == "consolidated" {
                for entry in all {
                    assert!(ids.insert(entry.entity.id.clone()), "{} twice", entry.entity.id);
                }
            }
        }
    }
    println!("eu_journal: {entries} entries, {refused} refused, {remarks:?}");
    assert_eq!((entries, refused), (8424, 0));
}

#[test]
fn the_changes_of_308_real_states_are_read_whole() {
    let Some(file) = shared("lists/us_ofac_history/sdn_daily_deltas_2021-08-18_2024-05-03.jsonl.gz") else { return };
    let capture = Capture { sha256: Sha256::from_bytes([0; 32]), captured: None, list: None };
    let body = std::fs::File::open(&file).expect("it is there");
    let (mut on, mut days) = (BTreeSet::new(), BTreeSet::new());
    let report = read_history("changes.jsonl.gz", body, &capture, &mut |change| {
        days.insert(change.date);
        match change.op {
            Op::Delete => assert!(on.remove(&change.id), "{} was not on the list", change.id),
            Op::Add => assert!(on.insert(change.id), "twice"),
            Op::Modify => assert!(on.contains(&change.id)),
        }
        ControlFlow::Continue(())
    });
    let report = report.expect("reads");
    show("us_ofac_history", &report);
    println!("{} days, {} entries at the end", days.len(), on.len());
    assert_eq!(report.refusals(), 0);
    // The last state is that of the file of May 2024.
    assert_eq!(on.len(), 14_965);
}

#[test]
fn no_damage_to_a_real_list_makes_a_reader_panic() {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).expect("it is below")
    };
    let capture = Capture { sha256: Sha256::from_bytes([0; 32]), captured: None, list: None };
    for path in [
        "lists/us_ofac/2019-01/sdn.csv",
        "lists/us_ofac/consolidated_nonsdn_2025.xml",
        "lists/un/UN_consolidated_2026-02-27.xml",
        "formats/deriv_sample_eu.xml",
        "formats/deriv_sample_hmt.csv",
        "lists/us_ofac/2019-01/csl.csv",
        "lists/us_ofac/2019-01/dpl.txt",
        "lists/eu_journal/consolidated/32017R1509.csv",
        "api/fixtures/dataset/zala/entities.ftm.json",
    ] {
        let Some(file) = shared(path) else { continue };
        let whole = std::fs::read(&file).expect("it is there");
        let part = &whole[..whole.len().min(60_000)];
        let format = detect(part, path).expect("a list");
        for _ in 0..40 {
            let mut bytes = part.to_vec();
            for _ in 0..=next(20) {
                let at = next(bytes.len());
                match next(4) {
                    0 => bytes[at] = u8::try_from(next(256)).expect("a byte"),
                    1 => drop(bytes.remove(at)),
                    2 => bytes.insert(at, b"<>&\"'\0\n,; \xff{}"[next(13)]),
                    _ => {
                        let from = next(bytes.len());
                        let piece = bytes[from..bytes.len().min(from + 50)].to_vec();
                        bytes.splice(at..at, piece);
                    }
                }
            }
            let _ = read(format, ListFiles::one(path, bytes.as_slice()), &capture, &mut |_| ControlFlow::Continue(()));
        }
    }
}

/// Compares the values of properties; each must be equal for at least so many of a hundred entities.
fn same(ours: &Path, theirs: &Path, properties: &[(&str, usize)], only: impl Fn(&str, &str) -> String) {
    let (ours, _) = all(ours);
    let (theirs, _) = all(theirs);
    let ours: BTreeMap<&str, &Entry> = ours.iter().filter(|e| !e.listings.is_empty()).map(|e| (e.entity.id.as_str(), e)).collect();
    let theirs: BTreeMap<&str, &Entry> = theirs.iter().map(|e| (e.entity.id.as_str(), e)).collect();
    let missing: Vec<&&str> = theirs.keys().filter(|id| !ours.contains_key(**id)).collect();
    let more: Vec<&&str> = ours.keys().filter(|id| !theirs.contains_key(**id)).collect();
    println!("entities: {} ours, {} theirs, {} only theirs, {} only ours", ours.len(), theirs.len(), missing.len(), more.len());
    assert!(missing.is_empty() && more.is_empty(), "{missing:?} {more:?}");
    for (property, least) in properties {
        let (mut equal, mut differ, mut only_ours, mut only_theirs, mut both) = (0, 0, 0, 0, 0);
        let mut shown = 0;
        for (id, entry) in &theirs {
            let Some(own) = ours.get(id) else { continue };
            let set = |e: &Entry, names: &[&str]| -> BTreeSet<String> {
                names.iter().flat_map(|name| e.entity.get(name)).map(|v| only(property, v)).collect()
            };
            // The others count a citizenship as a nationality.
            let own_names: &[&str] = if *property == "nationality" { &["nationality", "citizenship"] } else { &[property] };
            let (a, b) = (set(own, own_names), set(entry, &[property]));
            both += a.intersection(&b).count();
            only_ours += a.difference(&b).count();
            only_theirs += b.difference(&a).count();
            if a == b {
                equal += 1;
            } else {
                differ += 1;
                if shown < 6 {
                    shown += 1;
                    println!(
                        "  {property} {id}: ours {:?} theirs {:?}",
                        a.difference(&b).collect::<Vec<_>>(),
                        b.difference(&a).collect::<Vec<_>>()
                    );
                }
            }
        }
        println!(
            "{property}: {equal} entities equal, {differ} differ; values {both} in both, {only_ours} ours only, {only_theirs} theirs only"
        );
        assert!(equal * 100 >= least * (equal + differ), "{property}: {equal} equal, {differ} differ");
    }
}

#[test]
fn ofac_2019_agrees_with_another_reading() {
    let (Some(ours), Some(theirs)) = (shared("lists/us_ofac/2019-01/sdn.csv"), shared("ftm/us_ofac_sdn_2019-01.ftm.json")) else { return };
    // They leave weak names `LAST, First`, split `SOUTH SUDAN`, leave out ranges of dates and most labels of numbers, and cut passport
    // numbers at `/`.
    let properties = [
        ("name", 100),
        ("alias", 100),
        ("weakAlias", 97),
        ("previousName", 99),
        ("programId", 99),
        ("birthDate", 98),
        ("nationality", 99),
        ("imoNumber", 99),
        ("mmsi", 100),
        ("callSign", 100),
        ("flag", 100),
        ("passportNumber", 98),
        ("gender", 100),
        ("birthPlace", 100),
        ("address", 100),
        ("country", 100),
        ("swiftBic", 99),
    ];
    same(&ours, &theirs, &properties, |_, v| v.to_owned());
}

#[test]
fn ofac_2024_agrees_with_another_reading() {
    let (Some(ours), Some(theirs)) = (shared("lists/us_ofac/2024-05/sdn.csv"), shared("ftm/us_ofac_sdn_2024-05.ftm.json")) else { return };
    let properties = [
        ("name", 100),
        ("weakAlias", 97),
        ("programId", 99),
        ("birthDate", 99),
        ("nationality", 99),
        ("imoNumber", 99),
        ("mmsi", 100),
        ("callSign", 100),
        ("flag", 100),
        ("passportNumber", 99),
        ("gender", 100),
    ];
    same(&ours, &theirs, &properties, |_, v| v.to_owned());
}

#[test]
fn un_2026_agrees_with_another_reading() {
    let (Some(ours), Some(theirs)) = (shared("lists/un/UN_consolidated_2026-02-27.xml"), shared("ftm/un_sc_sanctions_2026-02.ftm.json"))
    else {
        return;
    };
    // They leave out ranges of years, what is born in the notes of other names, postal codes, and streets of birth.
    let properties = [
        ("name", 97),
        ("alias", 95),
        ("weakAlias", 99),
        ("previousName", 100),
        ("programId", 100),
        ("birthDate", 95),
        ("nationality", 100),
        ("imoNumber", 100),
        ("passportNumber", 100),
        ("idNumber", 99),
        ("birthPlace", 97),
        ("country", 100),
        ("address", 98),
    ];
    same(
        &ours,
        &theirs,
        &properties,
        |property, v| if property == "programId" { v.trim_start_matches("UN-").to_owned() } else { v.to_owned() },
    );
}
