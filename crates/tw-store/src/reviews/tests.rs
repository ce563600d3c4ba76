use std::fs;

use super::*;

fn step<'a>(lead: &'a str, to: &str, reason: Option<&str>, note: Option<&'a str>) -> Change<'a> {
    let to = State::from_words(to, reason).expect("a state");
    Change { who: "jd", lead, to, note, at: "2026-11-20T10:00:00Z".parse().expect("a time") }
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("case.sqlite");
    (dir, path)
}

/// Six entries about three leads.
fn filled(path: &Path) -> Reviews {
    let mut log = Reviews::open(path).expect("opens");
    for change in [
        step("F-0001", "reviewing", None, None),
        step("F-0001", "supported", None, Some("two families of sources")),
        step("F-0002", "reviewing", None, None),
        step("F-0002", "dismissed", Some("innocent:timing"), None),
        step("F-0003", "reviewing", None, None),
        step("F-0001", "published", None, None),
    ] {
        log.set(&change).expect("a step");
    }
    log
}

/// Changes the file as somebody with another tool would.
fn tamper(path: &Path, sql: &str) {
    let raw = Connection::open(path).expect("opens");
    for (name, _) in GUARDS {
        raw.execute_batch(&format!("DROP TRIGGER IF EXISTS {name}")).expect("dropped");
    }
    raw.execute_batch(sql).expect("tampered");
}

#[test]
fn states_and_history_follow_the_log() {
    let (_dir, path) = folder();
    let log = filled(&path);
    let states: Vec<(String, String)> = log.states().expect("whole").into_iter().map(|(lead, state)| (lead, state.to_string())).collect();
    let expected = [("F-0001", "published"), ("F-0002", "dismissed (innocent:timing)"), ("F-0003", "reviewing")];
    assert_eq!(states, expected.map(|(lead, state)| (lead.to_owned(), state.to_owned())));
    let history = log.history("F-0001").expect("whole");
    let steps: Vec<_> = history.iter().map(|e| (e.seq, e.from, e.to.stage(), e.action.as_str(), e.note.as_deref())).collect();
    assert_eq!(
        steps,
        [
            (1, Stage::Lead, Stage::Reviewing, "advance", None),
            (2, Stage::Reviewing, Stage::Supported, "advance", Some("two families of sources")),
            (6, Stage::Supported, Stage::Published, "advance", None)
        ]
    );
    assert_eq!(log.history("F-9999").expect("whole"), []);
    assert_eq!(log.verify_chain(), Ok(()));
}

#[test]
fn the_hash_is_the_one_that_the_page_describes() {
    let (_dir, path) = folder();
    let mut log = Reviews::open(&path).expect("opens");
    let entry = log.set(&step("F-0001", "reviewing", None, Some("a \"note\"\nof é"))).expect("a step");
    let json = format!(
        "{{\"action\":\"advance\",\"at\":\"2026-11-20T10:00:00Z\",\"from_state\":\"lead\",\"note\":\"a \\\"note\\\"\\nof é\",\"prev\":\"{}\",\"reason\":null,\"seq\":1,\"subject\":\"F-0001\",\"to_state\":\"reviewing\",\"tool\":\"{TOOL}\",\"who\":\"jd\"}}",
        "0".repeat(64)
    );
    assert_eq!(entry.hash, Sha256::from_bytes(sha2::Sha256::digest(json).into()));
    assert_eq!(log.entries().expect("whole"), [entry]);
}

#[test]
fn the_same_steps_give_the_same_hashes() {
    let ((_a, one), (_b, two)) = (folder(), folder());
    assert_eq!(filled(&one).head(), filled(&two).head());
}

impl PartialEq for StoreError {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

#[test]
fn steps_that_are_not_drawn_are_refused_and_leave_no_entry() {
    let (_dir, path) = folder();
    let mut log = filled(&path);
    let before = log.head().expect("whole");
    let refused = [
        (step("F-0009", "supported", None, None), "F-0009 cannot go from lead to supported: nobody has looked at it"),
        (step("F-0009", "lead", None, Some("x")), "F-0009 cannot go from lead to lead: it is there already"),
        (step("F-0002", "published", None, Some("x")), "F-0002 cannot go from dismissed to published: only what is supported is published"),
        (step("F-0002", "supported", None, Some("x")), "F-0002 cannot go from dismissed to supported: it was decided otherwise"),
        (step("F-0001", "reviewing", None, None), "F-0001 cannot go from published to reviewing: a step back needs a note"),
        (
            step("F-0003", "dismissed", Some("duplicate:F-0003"), None),
            "F-0003 cannot go from reviewing to dismissed: it would be a duplicate of itself",
        ),
        (step("", "reviewing", None, None), "the id of the lead cannot be taken: it is empty"),
        (step("F\u{1b}", "reviewing", None, None), "the id of the lead cannot be taken: it holds the control character U+001B"),
        (step("F-0009", "reviewing", None, Some(" ")), "the note cannot be taken: it begins or ends with a space"),
    ];
    for (change, message) in refused {
        assert_eq!(log.set(&change).expect_err("refused").to_string(), message);
    }
    assert_eq!(log.head().expect("whole"), before);
    log.set(&step("F-0001", "dismissed", Some("data:misread"), Some("the page was misread: taken back"))).expect("a step back");
    assert_eq!(log.history("F-0001").expect("whole").last().map(|e| e.action.clone()), Some("return".to_owned()));
}

#[test]
fn duplicates_do_not_go_in_circles() {
    let (_dir, path) = folder();
    let mut log = Reviews::open(&path).expect("opens");
    for lead in ["A", "B", "C"] {
        log.set(&step(lead, "reviewing", None, None)).expect("a step");
    }
    log.set(&step("A", "dismissed", Some("duplicate:B"), None)).expect("a step");
    log.set(&step("B", "dismissed", Some("duplicate:C"), None)).expect("a step");
    assert!(log.set(&step("C", "dismissed", Some("duplicate:A"), None)).is_err());
    assert_eq!(log.verify_chain(), Ok(()));
}

#[test]
fn other_programs_cannot_change_the_log_by_accident() {
    let (_dir, path) = folder();
    drop(filled(&path));
    let raw = Connection::open(&path).expect("opens");
    for sql in [
        "UPDATE log SET note = 'x' WHERE seq = 2",
        "DELETE FROM log",
        "REPLACE INTO log SELECT * FROM log WHERE seq = 2",
        "INSERT OR REPLACE INTO log SELECT 3, at, who, subject, action, from_state, to_state, reason, 'x', tool, prev, hash FROM log WHERE seq = 2",
        "INSERT INTO log SELECT 9, at, who, subject, action, from_state, to_state, reason, note, tool, prev, hash FROM log WHERE seq = 2",
        "INSERT INTO log SELECT seq, at, who, subject, action, from_state, to_state, reason, note, tool, prev, hash FROM log WHERE true ON CONFLICT DO UPDATE SET note = 'x'",
    ] {
        let error = raw.execute_batch(sql).expect_err(sql);
        assert!(error.to_string().contains("the log only grows"), "{sql}: {error}");
    }
    assert_eq!(Reviews::open(&path).expect("opens").verify_chain(), Ok(()));
}

#[test]
fn tampering_with_any_field_of_any_entry_is_found_where_it_is() {
    let edits = [
        "at = '2026-11-21T10:00:00Z'",
        "who = 'xx'",
        "subject = 'F-0007'",
        "action = 'return'",
        "from_state = 'undetermined'",
        "to_state = 'undetermined'",
        "reason = 'law:exempt'",
        "note = 'x'",
        "tool = 'other'",
        "prev = hash",
        "hash = prev",
    ];
    for edit in edits {
        for seq in 1..=6 {
            let (_dir, path) = folder();
            drop(filled(&path));
            tamper(&path, &format!("UPDATE log SET {edit} WHERE seq = {seq}"));
            let log = Reviews::open(&path).expect("opens");
            let fault = log.verify_chain().expect_err("found");
            assert_eq!(fault.seq, seq, "{edit}: {fault}");
            assert!(matches!(log.states(), Err(StoreError::Chain(_))), "a state that was tampered with is not a state");
        }
    }
}

#[test]
fn tampering_found_in_one_entry_stops_the_next_step() {
    let (_dir, path) = folder();
    drop(filled(&path));
    tamper(&path, "UPDATE log SET note = 'changed' WHERE seq = 2");
    let mut log = Reviews::open(&path).expect("opens");
    assert_eq!(log.verify_chain(), Err(ChainFault { seq: 2, why: "its hash is not that of its fields".to_owned() }));
    let error = log.set(&step("F-0003", "supported", None, None)).expect_err("broken");
    assert_eq!(error.to_string(), "the review log is broken: entry 2: its hash is not that of its fields");
    assert_eq!(error.exit(), tw_base::Exit::Refused);
}

#[test]
fn an_entry_rehashed_after_a_change_breaks_the_one_after_it() {
    let (_dir, path) = folder();
    drop(filled(&path));
    let raw = Connection::open(&path).expect("opens");
    let (mut entry, _) = raw.query_row("SELECT * FROM log WHERE seq = 2", [], read_row).expect("a row");
    entry.note = Some("forged".to_owned());
    tamper(&path, &format!("UPDATE log SET note = 'forged', hash = '{}' WHERE seq = 2", entry.digest()));
    let fault = Reviews::open(&path).expect("opens").verify_chain().expect_err("found");
    assert_eq!(fault, ChainFault { seq: 3, why: "it does not follow the entry before it".to_owned() });
}

#[test]
fn removed_moved_and_cut_off_entries_are_found() {
    let found = |sql: &str| {
        let (_dir, path) = folder();
        drop(filled(&path));
        tamper(&path, sql);
        Reviews::open_read_only(&path).expect("opens").verify_chain().expect_err(sql)
    };
    assert_eq!(found("DELETE FROM log WHERE seq = 3"), ChainFault { seq: 3, why: "it is missing".to_owned() });
    assert_eq!(found("DELETE FROM log WHERE seq = 1").seq, 1);
    assert_eq!(found("DELETE FROM log WHERE seq = 3; UPDATE log SET seq = seq - 1 WHERE seq > 3").seq, 3);
    assert_eq!(found("UPDATE log SET seq = -5 WHERE seq = 4").seq, 1);
    assert_eq!(found("UPDATE log SET seq = 0 WHERE seq = 1").seq, 1);

    let (_dir, path) = folder();
    let log = filled(&path);
    let head = log.head().expect("whole").expect("not empty");
    assert_eq!(log.holds(head), Ok(true));
    drop(log);
    tamper(&path, "DELETE FROM log WHERE seq = 6");
    let log = Reviews::open(&path).expect("opens");
    assert_eq!(log.verify_chain(), Ok(()), "what is left is a whole chain");
    assert_eq!(log.holds(head), Ok(false), "and the head kept elsewhere shows that it was longer");
}

#[test]
fn opening_restores_guards_that_were_dropped() {
    let (_dir, path) = folder();
    drop(filled(&path));
    tamper(&path, "CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT 1; END");
    drop(Reviews::open(&path).expect("opens"));
    assert!(Connection::open(&path).expect("opens").execute_batch("DELETE FROM log").is_err());
}

#[test]
fn a_crash_between_statements_leaves_a_whole_chain() {
    let (_dir, path) = folder();
    drop(filled(&path));
    let raw = Connection::open(&path).expect("opens");
    // A cache of one page makes SQLite write to the file before the transaction ends.
    raw.execute_batch("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE").expect("begun");
    for seq in 7..60 {
        let sql = "INSERT INTO log SELECT ?1, at, who, subject, action, from_state, to_state, reason, ?2, tool, prev, hash FROM log WHERE seq = 1";
        raw.execute(sql, params![seq, "x".repeat(3_000)]).expect("inserted");
    }
    // What is on disk now is what a crash would leave.
    let (_other, crashed) = folder();
    let journal = |path: &Path| path.with_file_name("case.sqlite-journal");
    fs::copy(&path, &crashed).expect("copied");
    fs::copy(journal(&path), journal(&crashed)).expect("a journal is there");
    assert!(fs::metadata(&crashed).expect("a file").len() > 100_000, "the file was written to before the end of the transaction");
    drop(raw);

    let mut log = Reviews::open(&crashed).expect("recovers");
    assert_eq!(log.verify_chain(), Ok(()));
    assert_eq!(log.entries().expect("whole").len(), 6);
    log.set(&step("F-0003", "undetermined", None, None)).expect("goes on");
    assert_eq!(log.verify_chain(), Ok(()));
    assert_eq!(Reviews::open(&path).expect("opens").entries().expect("whole").len(), 6, "a transaction that was dropped left nothing");
}

#[test]
fn two_writers_take_turns() {
    let (_dir, path) = folder();
    drop(Reviews::open(&path).expect("opens"));
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let path = &path;
            scope.spawn(move || {
                let mut log = Reviews::open(path).expect("opens");
                for i in 0..20 {
                    log.set(&step(&format!("F-{writer}-{i}"), "reviewing", None, None)).expect("a step");
                }
            });
        }
    });
    let log = Reviews::open_read_only(&path).expect("opens");
    assert_eq!(log.verify_chain(), Ok(()));
    assert_eq!(log.states().expect("whole").len(), 40);
}

#[test]
fn reading_writes_nothing_and_makes_no_file() {
    let (dir, path) = folder();
    assert!(matches!(Reviews::open_read_only(&path), Err(StoreError::Io { .. })));
    assert!(!path.exists());
    drop(filled(&path));
    let before = fs::read(&path).expect("read");
    let mut log = Reviews::open_read_only(&path).expect("opens");
    assert_eq!(log.entries().expect("whole").len(), 6);
    assert!(matches!(log.set(&step("F-0003", "supported", None, None)), Err(StoreError::Log { busy: false, .. })));
    drop(log);
    assert_eq!(fs::read(&path).expect("read"), before);
    assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 1);
}

#[test]
fn foreign_and_damaged_files_are_refused_and_not_touched() {
    let (dir, path) = folder();
    let foreign = dir.path().join("foreign.sqlite");
    Connection::open(&foreign)
        .expect("opens")
        .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE log (seq INTEGER PRIMARY KEY)")
        .expect("made");
    let newer = dir.path().join("newer.sqlite");
    drop(filled(&newer));
    tamper(&newer, "PRAGMA user_version = 2");
    let other = dir.path().join("other.sqlite");
    drop(filled(&other));
    tamper(&other, "ALTER TABLE log ADD COLUMN x TEXT");
    let missing = dir.path().join("missing.sqlite");
    drop(filled(&missing));
    tamper(&missing, "DROP TABLE log; CREATE VIEW log AS SELECT 1 AS seq");
    drop(filled(&path));
    let whole = fs::read(&path).expect("read");
    let text = dir.path().join("text.sqlite");
    fs::write(&text, "this is not a database at all").expect("written");
    let short = dir.path().join("short.sqlite");
    fs::write(&short, &whole[..150]).expect("written");
    let half = dir.path().join("half.sqlite");
    let mut bytes = whole.clone();
    bytes[100..].fill(0xff);
    fs::write(&half, &bytes).expect("written");

    for (file, why) in [
        (&foreign, "it is the SQLite file of another program"),
        (&newer, "a newer version of this program made it"),
        (&other, "its table `log` has other columns"),
        (&missing, "its table `log` has other columns"),
        (&text, "it is not an SQLite file"),
        (&short, "it is damaged"),
        (&half, "it is damaged"),
    ] {
        let before = fs::read(file).expect("read");
        for opened in [Reviews::open(file), Reviews::open_read_only(file)] {
            match opened {
                Err(StoreError::NotALog { why: found, .. }) => assert!(found.starts_with(why), "{file:?}: {found}"),
                other => panic!("{file:?}: {other:?}"),
            }
        }
        assert_eq!(fs::read(file).expect("read"), before, "{file:?}");
    }
    assert!(Reviews::open(dir.path()).is_err(), "a folder is not a log");
    let empty = dir.path().join("empty.sqlite");
    fs::write(&empty, "").expect("written");
    assert_eq!(Reviews::open(&empty).expect("an empty file is a new log").entries(), Ok(Vec::new()));
}

#[test]
fn damage_anywhere_in_the_file_is_an_error_and_not_a_panic() {
    let (dir, path) = folder();
    drop(filled(&path));
    let whole = fs::read(&path).expect("read");
    let entries = Reviews::open_read_only(&path).expect("opens").entries().expect("whole");
    let damaged = dir.path().join("damaged.sqlite");
    for at in (100..whole.len()).step_by(37) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        fs::write(&damaged, &bytes).expect("written");
        if let Ok(log) = Reviews::open_read_only(&damaged)
            && let Ok(read) = log.entries()
        {
            assert_eq!(read, entries, "byte {at}: what is read is what was written, or an error");
        }
    }
}
