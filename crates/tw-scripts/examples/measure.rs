//! Times the crate and measures single names by script on rigour's `person_names.txt`: for how many forms of a script, in groups that have
//! Latin forms too, a Latin spelling made here is one of the group's (exactly, or within one edit).
//!
//! `cargo run --release -p tw-scripts --example measure -- person_names.txt [SCRIPT]`

#![expect(clippy::print_stdout, reason = "a tool for the terminal")]

use std::collections::BTreeMap;
use std::time::Instant;
use tw_scripts::{Kind, NameTable, Script, arabic_key, fold, korean_key, latin, main_script, skeleton};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1);
    let only = std::env::args().nth(2);
    let begin = Instant::now();
    let table = NameTable::bundled();
    println!("table: {} forms in {:?}, {} bytes in memory", table.len(), begin.elapsed(), table.memory());
    for word in ["محمد", "金正恩", "김정은", "무역"] {
        let begin = Instant::now();
        let forms = latin(word, Kind::Person).len() + latin(word, Kind::Other).len();
        println!("first use, {word}: {forms} forms in {:?}", begin.elapsed());
    }
    time("fold ascii lower", || fold("sergei").len());
    time("fold ascii upper", || fold("SERGEI").len());
    time("fold marked", || fold("Žižková").len());
    time("fold hangul", || fold("김정은").len());
    time("fold arabic", || fold("أحمد").len());
    for word in ["김정은", "정은", "Дмитрий", "Чен", "محمد", "فهيدان", "李明華", "たろう", "Νικόλαος", "राजकुमार"]
    {
        time(&format!("latin {word}"), || latin(word, Kind::Person).len());
    }
    time("latin 조선광선은행 (other)", || latin("조선광선은행", Kind::Other).len());
    time("korean_key", || korean_key("cheol").len());
    time("arabic_key", || arabic_key("abdurrahman").len());
    time("skeleton", || skeleton("alexander").len());
    time("groups", || table.groups("muhammad").len());

    let Some(file) = file else { return Ok(()) };
    let mut tally: BTreeMap<Script, [usize; 3]> = BTreeMap::new();
    for line in std::fs::read_to_string(file)?.lines() {
        let Some((forms, _)) = line.rsplit_once(" => ") else { continue };
        let forms: Vec<String> = forms.split(',').map(|f| fold(f.trim()).into_owned()).collect();
        let wanted: Vec<&String> = forms.iter().filter(|f| main_script(f) == Some(Script::Latin)).collect();
        if wanted.is_empty() {
            continue;
        }
        for form in &forms {
            let Some(script) = main_script(form).filter(|s| *s != Script::Latin) else { continue };
            let made = latin(form, Kind::Person);
            let exact =
                made.iter().any(|m| wanted.iter().any(|w| **w == m.text || *w.replace([' ', '-'], "") == m.text.replace([' ', '-'], "")));
            let close = exact || made.iter().any(|m| wanted.iter().any(|w| w.len().min(m.text.len()) >= 3 && within_one(w, &m.text)));
            let entry = tally.entry(script).or_default();
            entry[0] += 1;
            entry[1] += usize::from(exact);
            entry[2] += usize::from(close);
            if !close && only.as_deref() == Some(&format!("{script:?}")) {
                let texts: Vec<&str> = made.iter().map(|m| m.text.as_str()).collect();
                println!("{form} | {} | {}", wanted.iter().map(|w| w.as_str()).collect::<Vec<_>>().join(" "), texts.join(","));
            }
        }
    }
    for (script, [all, exact, close]) in tally {
        println!("{script:?}: {all} forms, exact {:.3}, within one edit {:.3}", exact as f64 / all as f64, close as f64 / all as f64);
    }
    Ok(())
}

fn within_one(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same_start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let longer = a.len().max(b.len());
    longer - a.len().min(b.len()) <= 1 && same_start + same_end + 1 >= longer
}

fn time(what: &str, mut f: impl FnMut() -> usize) {
    let mut sum = 0;
    for _ in 0..1000 {
        sum += f();
    }
    let begin = Instant::now();
    let n = 50_000;
    for _ in 0..n {
        sum += std::hint::black_box(f());
    }
    let ns = begin.elapsed().as_nanos() as f64 / f64::from(n);
    println!("{what}: {ns:.0} ns ({sum})");
}
