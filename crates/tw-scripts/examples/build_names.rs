//! Builds `data/names.zst` and `data/readings.zst` from rigour's `person_names.txt`, and `data/han.txt` from the Unihan files.
//!
//! `cargo run --release -p tw-scripts --example build_names -- names person_names.txt crates/tw-scripts/data`
//! `cargo run --release -p tw-scripts --example build_names -- han FOLDER_OF_UNIHAN crates/tw-scripts/data`

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};
use tw_scripts::{NameTable, Script, ascii, fold, hepburn, main_script, pack_readings, skeleton};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["names", file, out] => names(Path::new(file), Path::new(out)),
        ["han", folder, out] => han(Path::new(folder), Path::new(out)),
        _ => Err("say `names FILE OUT` or `han FOLDER OUT`".into()),
    }
}

#[expect(clippy::print_stdout, reason = "a tool for the terminal")]
fn names(file: &Path, out: &Path) -> Result<(), Failure> {
    let mut groups: Vec<(u32, Vec<String>)> = Vec::new();
    let mut readings: BTreeMap<String, Vec<(usize, usize, String)>> = BTreeMap::new();
    for line in fs::read_to_string(file)?.lines() {
        let Some((forms, item)) = line.rsplit_once(" => ") else { continue };
        // Items that are not of Wikidata are left out: the table names its groups by their Wikidata number.
        let Some(item) = item.strip_prefix('Q').and_then(|q| q.parse::<u32>().ok()) else { continue };
        let mut folded: BTreeSet<String> = BTreeSet::new();
        for form in forms.split(',').map(str::trim) {
            let form = fold(form).trim().to_owned();
            // The dots of ё are often left out.
            if form.contains('ё') {
                folded.insert(form.replace('ё', "е"));
            }
            folded.insert(form);
        }
        collect(&folded, &mut readings);
        groups.push((item, folded.into_iter().collect()));
    }
    let built = NameTable::build(&groups)?;
    fs::write(out.join("names.zst"), &built.bytes)?;
    println!("{} groups, {} forms, {} pairs, {} bytes", built.groups, built.forms, built.pairs, built.bytes.len());

    let mut text = String::new();
    for (word, mut found) in readings {
        found.sort();
        let mut kept: Vec<String> = Vec::new();
        for (_, _, form) in found {
            if !kept.contains(&form) && kept.len() < 4 {
                kept.push(form);
            }
        }
        text.push_str(&format!("{word}\t{}\n", kept.join("|")));
    }
    let packed = pack_readings(&text)?;
    fs::write(out.join("readings.zst"), &packed)?;
    println!("{} readings, {} bytes of {}", text.lines().count(), packed.len(), text.len());
    Ok(())
}

/// Adds the Latin readings of the forms of one group that rules read badly. Each with its distance and the group's size, for ranking.
fn collect(forms: &BTreeSet<String>, readings: &mut BTreeMap<String, Vec<(usize, usize, String)>>) {
    let size = usize::MAX - forms.len();
    let latin: BTreeSet<String> = forms
        .iter()
        .filter(|f| main_script(f) == Some(Script::Latin))
        .map(|f| ascii(f).into_owned())
        .filter(|f| f.chars().all(|c| c.is_ascii_lowercase()))
        .collect();
    let hiragana: Vec<&String> = forms.iter().filter(|f| f.chars().all(|c| matches!(c, 'ぁ'..='ゖ' | 'ー'))).collect();
    for form in forms {
        if form.contains([' ', '-', '\t', '|']) || form.chars().count() < 2 {
            continue;
        }
        match main_script(form) {
            Some(script @ (Script::Arabic | Script::Hebrew | Script::Thai)) => {
                let letters = if script == Script::Arabic { tw_scripts::arabic_consonants(form) } else { ascii(form).into_owned() };
                let key = skeleton(&letters);
                let mut ranked: Vec<(usize, usize, &String)> = latin
                    .iter()
                    .map(|l| {
                        let centre: usize = latin.iter().map(|other| distance(l, other)).sum();
                        (distance(&skeleton(l), &key), centre, l)
                    })
                    .filter(|(far, _, _)| far * 4 <= key.len().max(4))
                    .collect();
                ranked.sort();
                for (far, _, form_latin) in ranked.iter().take(3) {
                    readings.entry(form.clone()).or_default().push((*far, size, (*form_latin).clone()));
                }
            }
            Some(Script::Han) if form.chars().count() <= 4 => {
                for kana in &hiragana {
                    readings.entry(form.clone()).or_default().push((0, size, short(&hepburn(kana))));
                }
            }
            _ => {}
        }
    }
}

fn short(spelt: &str) -> String {
    let mut out = spelt.to_owned();
    for (long, short) in [("ou", "o"), ("oo", "o"), ("uu", "u"), ("aa", "a"), ("ee", "e"), ("ii", "i")] {
        out = out.replace(long, short);
    }
    out
}

/// Levenshtein's distance.
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

/// The fields of one ideograph in the Unihan files.
type Fields = BTreeMap<String, String>;

fn han(folder: &Path, out: &Path) -> Result<(), Failure> {
    let mut table: BTreeMap<char, Fields> = BTreeMap::new();
    for file in ["Unihan_Readings.txt", "Unihan_OtherMappings.txt", "Unihan_Variants.txt", "Unihan_IRGSources.txt"] {
        for line in fs::read_to_string(folder.join(file))?.lines().filter(|l| l.starts_with("U+")) {
            let mut fields = line.splitn(3, '\t');
            let (Some(code), Some(key), Some(value)) = (fields.next(), fields.next(), fields.next()) else { continue };
            let Some(c) = u32::from_str_radix(&code[2..], 16).ok().and_then(char::from_u32) else { continue };
            table.entry(c).or_default().insert(key.to_owned(), value.to_owned());
        }
    }
    let hangul = |c: char| -> Option<String> {
        let mut readings: Vec<&str> = table.get(&c)?.get("kHangul")?.split(' ').collect();
        // A reading taught in schools first.
        readings.sort_by_key(|r| !r.contains('E'));
        Some(fold(readings.first()?.split(':').next()?).into_owned())
    };
    let mut sections: [BTreeMap<String, String>; 3] = Default::default();
    for (c, fields) in &table {
        let has = |keys: &[&str]| keys.iter().any(|k| fields.contains_key(*k));
        let plane = matches!(*c as u32, 0x3400..=0x9fff | 0x3007);
        if !plane || !has(&["kTGH", "kBigFive", "kJoyoKanji", "kJinmeiyoKanji", "kHangul", "kGB0", "kJis0"]) {
            continue;
        }
        let mut add = |section: usize, reading: String| sections[section].entry(reading).or_default().push(*c);
        if let Some(reading) = fields.get("kMandarin").and_then(|r| r.split(' ').next()) {
            add(0, fold(&reading.replace(['ü', 'ǖ', 'ǘ', 'ǚ', 'ǜ'], "v")).into_owned());
        }
        let variants = ["kTraditionalVariant", "kSimplifiedVariant", "kZVariant", "kSemanticVariant"]
            .into_iter()
            .filter_map(|k| fields.get(k))
            .flat_map(|v| v.split(' '))
            .filter_map(|v| u32::from_str_radix(v.split('<').next()?.strip_prefix("U+")?, 16).ok().and_then(char::from_u32));
        let own = hangul(*c);
        let wanted = own.is_some() || has(&["kTGH", "kJoyoKanji", "kJinmeiyoKanji", "kGB0"]);
        if let Some(reading) = own.or_else(|| variants.filter_map(&hangul).next()).filter(|_| wanted) {
            add(1, reading);
        }
        if let Some(reading) = fields.get("kCantonese").and_then(|r| r.split(' ').next()).filter(|_| has(&["kTGH", "kBigFive"])) {
            add(2, reading.trim_end_matches(|d: char| d.is_ascii_digit()).to_owned());
        }
    }
    let mut text = String::from(
        "# Readings of ideographs, from the Unihan database of Unicode 15.0.0: kMandarin, kHangul and kCantonese, tones dropped.\n\
         # Unicode License v3 (see README.md). A simplified character has the Korean reading of its traditional form.\n",
    );
    for (name, section) in ["pinyin", "hangul", "cantonese"].into_iter().zip(&sections) {
        text.push_str(&format!("[{name}]\n"));
        for (reading, characters) in section {
            text.push_str(&format!("{reading} {characters}\n"));
        }
    }
    fs::write(out.join("han.txt"), text)?;
    Ok(())
}
