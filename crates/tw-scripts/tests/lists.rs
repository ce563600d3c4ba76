//! Measures the forms against names that lists give in two scripts. The lists are not in the project: set `TIDEWAITER_SHARED`, or the test
//! says that it was skipped. Everything read here is a development set; the numbers below are floors for the half that was not tuned on.

#![expect(clippy::print_stdout, reason = "the figures are what the test is for")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use tw_scripts::{Kind, Script, arabic_key, fold, korean_in_cyrillic, korean_in_kana, korean_key, latin, main_script, name_hash};

fn shared(path: &str) -> Option<String> {
    let root = std::env::var_os("TIDEWAITER_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let text = fs::read_to_string(root.join("data/screening").join(path)).ok();
    if text.is_none() {
        println!("skipped: no {path}");
    }
    text
}

fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (corner + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

fn tokens(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

fn near(a: &str, b: &str) -> bool {
    a == b || (a.len().min(b.len()) >= 3 && distance(a, b) <= 1)
}

/// Whether a form's words are all in a Latin name, within one edit each; a word may also be two listed ones joined.
fn found(form: &str, listed: &[String]) -> bool {
    form.split([' ', '-']).all(|word| {
        matches!(word, "al" | "el")
            || listed.iter().any(|l| near(word, l))
            || listed.windows(2).any(|w| near(word, &w.concat()))
            || listed.windows(3).any(|w| near(word, &w.concat()))
    })
}

/// With `TIDEWAITER_KEYS` set, also whether a form's Arabic key is a listed word's.
fn by_key(form: &str, listed: &[String]) -> bool {
    std::env::var_os("TIDEWAITER_KEYS").is_some() && {
        let key = arabic_key(form);
        listed.iter().any(|l| arabic_key(l) == key) || listed.windows(2).any(|w| arabic_key(&w.join(" ")) == key)
    }
}

/// The share of the original's words that have a form in one listed Latin name; the best of the listed names.
fn agreement(original: &str, latin_names: &[String]) -> (f64, Vec<String>) {
    let words = tw_scripts::words(original, Kind::Person);
    let korean = korean_in_cyrillic(original);
    let mut best = (0.0, words.clone());
    for name in latin_names {
        let listed = tokens(name);
        let missing: Vec<String> = words
            .iter()
            .enumerate()
            .filter(|(i, w)| {
                let mut forms = latin(w, Kind::Person);
                if let Some(k) = &korean {
                    forms.extend(k.get(*i).into_iter().flatten().cloned());
                }
                !matches!(w.as_str(), "ال") && !forms.iter().any(|f| found(&f.text, &listed) || by_key(&f.text, &listed))
            })
            .map(|(_, w)| w.clone())
            .collect();
        let share = 1.0 - missing.len() as f64 / words.len().max(1) as f64;
        if share > best.0 {
            best = (share, missing);
        }
    }
    best
}

#[derive(Default)]
struct Tally {
    names: usize,
    whole: usize,
    words: f64,
}

type Halves = BTreeMap<(String, bool), Tally>;

/// Adds one name to its script's half (a hash of the original decides) and prints what was missed in the half for tuning.
fn tally(original: &str, latin_names: &[String], set: &str, out: &mut Halves) {
    let Some(script) = main_script(original).filter(|s| *s != Script::Latin) else { return };
    let tuned = name_hash(original) & 1 == 0;
    let (share, missing) = agreement(original, latin_names);
    let entry = out.entry((format!("{set} {script:?}"), tuned)).or_default();
    entry.names += 1;
    entry.words += share;
    entry.whole += usize::from(share >= 1.0);
    if tuned && share < 1.0 && std::env::var_os("TIDEWAITER_VERBOSE").is_some() {
        let forms: Vec<String> =
            missing.iter().map(|w| latin(w, Kind::Person).iter().map(|f| f.text.clone()).collect::<Vec<_>>().join(",")).collect();
        println!("miss {script:?} {original} | {} | {missing:?} {forms:?}", latin_names.join(" ; "));
    }
}

fn report(out: &Halves) {
    for ((set, tuned), t) in out {
        println!(
            "{set} {}: {} names, whole {:.3}, words {:.3}",
            if *tuned { "tuned" } else { "held out" },
            t.names,
            t.whole as f64 / t.names as f64,
            t.words / t.names as f64
        );
    }
}

fn fields<'a>(block: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let mut out = Vec::new();
    let mut rest = block;
    while let Some((_, after)) = rest.split_once(&open) {
        let Some((value, after)) = after.split_once(&close) else { break };
        out.push(value.trim());
        rest = after;
    }
    out
}

#[test]
fn original_names_of_the_united_nations_meet_their_latin_spellings() {
    let Some(text) = shared("lists/un/UN_consolidated_2026-02-27.xml") else { return };
    let mut out = Halves::new();
    for tag in ["INDIVIDUAL"] {
        for block in fields(&text, tag) {
            let originals = fields(block, "NAME_ORIGINAL_SCRIPT");
            let part = |t: &str| fields(block, t).first().copied().unwrap_or_default().to_owned();
            let name = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"].map(part).join(" ");
            let mut names = vec![name];
            names.extend(fields(block, "ALIAS_NAME").into_iter().filter(|a| main_script(a) == Some(Script::Latin)).map(str::to_owned));
            for original in originals {
                tally(original, &names, "UN", &mut out);
            }
            for alias in fields(block, "ALIAS_NAME") {
                if main_script(alias).is_some_and(|s| s != Script::Latin) {
                    tally(alias, &names, "UN aliases", &mut out);
                }
            }
        }
    }
    report(&out);
    let held = &out[&("UN Arabic".to_owned(), false)];
    assert!(held.words / held.names as f64 >= 0.80, "Arabic words found: {}", held.words / held.names as f64);
}

#[test]
fn korean_and_other_aliases_of_the_european_union_meet_their_latin_spellings() {
    let mut out = Halves::new();
    let (mut slavic, mut as_korean) = (0, 0);
    for file in ["32017R1509", "32014R0269", "32006R0765", "32012R0267", "32011R0753", "32013R0401", "32020R1998", "32012R0036"] {
        let Some(text) = shared(&format!("lists/eu_journal/consolidated/{file}.csv")) else { return };
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let at = |name: &str| headers.iter().position(|h| h == name).unwrap();
        let (schema, name, alias) = (at("schema"), at("name"), at("alias"));
        for row in reader.records().map(Result::unwrap) {
            if &row[schema] != "Person" {
                continue;
            }
            let all: Vec<String> = [&row[name], &row[alias]].into_iter().flat_map(|f| f.split(';')).map(|f| f.trim().to_owned()).collect();
            let latin_names: Vec<String> = all.iter().filter(|n| main_script(n) == Some(Script::Latin)).cloned().collect();
            if latin_names.is_empty() {
                continue;
            }
            for original in all {
                slavic += usize::from(main_script(&original) == Some(Script::Cyrillic) && file != "32017R1509");
                as_korean += usize::from(korean_in_cyrillic(&original).is_some() && file != "32017R1509");
                tally(&original, &latin_names, "EU", &mut out);
            }
        }
    }
    report(&out);
    println!("{as_korean} of {slavic} other Cyrillic names read as Korean");
    assert!(as_korean * 200 <= slavic);
    for (set, floor) in [("EU Hangul", 0.95), ("EU Cyrillic", 0.90)] {
        if let Some(held) = out.get(&(set.to_owned(), false)) {
            assert!(held.words / held.names as f64 >= floor, "{set}: {}", held.words / held.names as f64);
        }
    }
}

/// Whether a form of a Hangul name and a Latin name have the same Korean keys, syllable by syllable in any order, or joined.
fn korean_meets(forms: &[String], name: &str) -> bool {
    let key = |text: &str| tokens(text).iter().map(|t| korean_key(t)).collect::<Vec<_>>();
    let listed = key(name);
    let mut sorted = listed.clone();
    sorted.sort();
    forms.iter().any(|f| {
        let mut own = key(f);
        let joined = own.concat();
        own.sort();
        own == sorted || joined == listed.concat()
    })
}

#[test]
fn northern_names_in_hangul_meet_their_own_latin_name_and_few_others() {
    let Some(text) = shared("lists/eu_journal/consolidated/32017R1509.csv") else { return };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|h| h == name).unwrap();
    let (schema, name, alias) = (at("schema"), at("name"), at("alias"));
    let mut people: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for row in reader.records().map(Result::unwrap).filter(|r| &r[schema] == "Person") {
        let all: Vec<String> = [&row[name], &row[alias]].into_iter().flat_map(|f| f.split(';')).map(|f| f.trim().to_owned()).collect();
        let hangul: Vec<String> = all.iter().filter(|n| main_script(n) == Some(Script::Hangul)).cloned().collect();
        let latin_names: Vec<String> = all.iter().filter(|n| main_script(n) == Some(Script::Latin)).cloned().collect();
        people.push((hangul, latin_names));
    }
    people.dedup();
    let (mut hit, mut all, mut wrong, mut others) = (0, 0, 0, 0);
    for (i, (hangul, own)) in people.iter().enumerate() {
        for original in hangul {
            let forms: Vec<String> = latin(&original.replace(' ', ""), Kind::Person).into_iter().map(|f| f.text).collect();
            all += 1;
            let meets = own.iter().any(|n| korean_meets(&forms, n));
            hit += usize::from(meets);
            if !meets {
                println!("northern name missed: {original} | {own:?} | {forms:?}");
            }
            for (_, other) in people.iter().enumerate().filter(|(j, (_, o))| *j != i && o != own).map(|(_, p)| p) {
                others += 1;
                if other.iter().any(|n| korean_meets(&forms, n)) {
                    wrong += 1;
                    println!("northern name meets another: {original} {} | {}", own[0], other[0]);
                }
            }
        }
    }
    println!("northern names in Hangul: {hit} of {all} meet; {wrong} of {others} pairs with others meet");
    assert!(hit * 100 >= all * 95);
    // Namesakes, and the same two syllables in the other order, are most of these.
    assert!(wrong * 1000 <= others);
}

#[test]
fn our_own_pairs_of_northern_names_meet() {
    let Some(text) = shared("pairs/dprk_romanisation_seed.csv") else { return };
    let (mut hit, mut all, mut wrong) = (0, 0, 0);
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [schema, one, two, wanted, category] = cells.as_slice() else { continue };
        if *schema != "Person" {
            continue;
        }
        let key = |text: &str| tokens(text).iter().map(|t| korean_key(t)).collect::<Vec<_>>();
        let mut order = key(one);
        order.sort();
        let mut candidates: Vec<String> = vec![(*two).to_owned()];
        candidates.extend(latin(two, Kind::Person).into_iter().map(|f| f.text));
        if let Some(words) = korean_in_cyrillic(two) {
            candidates.push(words.iter().map(|w| w[0].text.clone()).collect::<Vec<_>>().join(" "));
        }
        if let Some(words) = korean_in_kana(two) {
            candidates.push(words.iter().map(|w| w[0].text.clone()).collect::<Vec<_>>().join(" "));
        }
        let meets = candidates.iter().any(|c| {
            let mut k = key(c);
            k.sort();
            k == order || key(c).concat() == key(one).concat()
        });
        if *wanted == "true" {
            all += 1;
            hit += usize::from(meets);
            if !meets {
                println!("missed: {category}: {one} | {two} | {candidates:?}");
            }
        } else if meets {
            wrong += 1;
            println!("meets wrongly: {one} | {two}");
        }
    }
    println!("northern persons: {hit} of {all} meet, {wrong} wrongly");
    assert!(hit * 100 >= all * 90 && wrong == 0);
}

#[test]
fn the_cross_script_pairs_of_watchman_meet() {
    let Some(text) = shared("pairs/watchman_cross_script_pairs.csv") else { return };
    let (mut hit, mut all) = (0, 0);
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        let cells: Vec<&str> = line.split(',').collect();
        let (original, wanted) = (cells[0], cells[1]);
        all += 1;
        let whole: Vec<String> = latin(&original.replace(' ', ""), Kind::Person).into_iter().map(|f| f.text).collect();
        let listed = tokens(wanted);
        let by_key = |a: &str| arabic_key(a) == arabic_key(wanted);
        let table = tw_scripts::NameTable::bundled();
        let by_group = tokens(original).len() == listed.len() && tokens(original).iter().zip(&listed).all(|(a, b)| table.same(a, b));
        let meets =
            agreement(original, &[wanted.to_owned()]).0 >= 1.0 || whole.iter().any(|w| w == &listed.join(" ") || by_key(w)) || by_group;
        hit += usize::from(meets);
        if !meets {
            println!("missed: {original} | {wanted} | {whole:?}");
        }
    }
    println!("watchman: {hit} of {all}");
    assert!(hit + 1 >= all);
}
