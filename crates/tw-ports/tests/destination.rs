//! Readings of real texts against our own labels, and of synthetic spellings. `SHOW=dev` prints what was not read as labelled.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests print their figures")]

use std::collections::BTreeMap;

use tw_ports::Ports;
use tw_ports::destination::{Context, Kind, Reader};

/// Counts of one set.
#[derive(Default, Debug)]
struct Counts {
    ports: usize,
    right: usize,
    wrong: usize,
    not_ports: usize,
    false_ports: usize,
    ambiguous: usize,
    ambiguous_wrong: usize,
}

fn same(ports: &Ports, got: Option<usize>, code: Option<&str>, wanted: &str) -> bool {
    if code == Some(wanted) {
        return true;
    }
    match (got, ports.by_key(wanted)) {
        (Some(a), Some(b)) => ports.same_place(a, b),
        _ => false,
    }
}

fn score(file: &str, only: Option<&str>, show: bool) -> BTreeMap<String, Counts> {
    let ports = Ports::bundled();
    let reader = Reader::bundled();
    let mut sets: BTreeMap<String, Counts> = BTreeMap::new();
    let mut rows = csv::Reader::from_path(format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for row in rows.records() {
        let row = row.unwrap();
        let (raw, meaning, set) = (&row[0], &row[1], &row[2]);
        if only.is_some_and(|o| o != set) {
            continue;
        }
        let counts = sets.entry(set.to_owned()).or_default();
        let reading = reader.read(raw, &Context::default());
        let given = reading.kind == Kind::Port || reading.kind == Kind::InlandCode && reading.locode.is_some();
        let codes = meaning.trim_start_matches(['?', '-']);
        let right = given && codes.split('|').any(|code| same(ports, reading.port, reading.locode.as_deref(), code));
        let verdict = if meaning.starts_with('-') {
            counts.not_ports += 1;
            counts.false_ports += usize::from(given);
            if given { "FALSE" } else { "" }
        } else if meaning.starts_with('?') {
            counts.ambiguous += 1;
            counts.ambiguous_wrong += usize::from(given && !right);
            if given && !right { "AMBIG" } else { "" }
        } else {
            counts.ports += 1;
            counts.right += usize::from(right);
            counts.wrong += usize::from(given && !right);
            if right {
                ""
            } else if given {
                "WRONG"
            } else {
                "MISS"
            }
        };
        if show && !verdict.is_empty() {
            let alternatives: Vec<String> = reading.alternatives.iter().map(|a| format!("{}:{:.2}", ports.get(a.0).key, a.1)).collect();
            println!(
                "{verdict}\t{raw}\twant {meaning}\tgot {:?} {:?} {} {:.2} {:?}\t{}",
                reading.kind,
                reading.locode,
                reading.name,
                reading.score,
                reading.how,
                alternatives.join(" ")
            );
        }
    }
    sets
}

#[test]
fn real_texts_are_read_as_labelled() {
    let show = std::env::var("SHOW").ok();
    let sets = score("destination_dev.csv", show.as_deref(), show.is_some());
    for (set, counts) in &sets {
        println!("{set}: {counts:?}");
        let least = if set == "dev" { 0.95 } else { 0.88 };
        assert!(counts.right as f64 >= least * counts.ports as f64, "{set}: {counts:?}");
        assert!(counts.wrong as f64 <= 0.01 * counts.ports as f64, "{set}: {counts:?}");
        assert_eq!(counts.false_ports, 0, "{set}: {counts:?}");
    }
}

#[test]
fn the_grammar_is_read_as_documented() {
    use Kind::{Activity, Area, Contact, Country, Empty, Ferry, InlandCode, Junk, Orders, Port, Unknown};
    for (text, kind, code) in [
        ("AE DXB>NL RTM", Port, "NLRTM"),
        ("AEDXB>>NLRTM", Port, "NLRTM"),
        ("CNSHA=>KRPUS", Port, "KRPUS"),
        ("RU VVO", Port, "RUVVO"),
        ("RU-VVO", Port, "RUVVO"),
        ("RUVVO PS", Port, "RUVVO"),
        ("ru vvo@@@@@@@", Port, "RUVVO"),
        ("KPNAM>RUVVO", Port, "RUVVO"),
        (">KP_SON", Port, "KPSON"),
        ("RUVVO>XYZZYX", Unknown, ""),
        ("ROTTERDAM VIA KIEL", Port, "NLRTM"),
        ("ROTTERDAM ETA 1200LT", Port, "NLRTM"),
        ("SINGAPORE FOR ORDERS", Port, "SGSIN"),
        ("S'PORE OPL", Port, "SGSIN"),
        ("VANCOUVER WA", Port, "USVAN"),
        ("VANCOUVER BC", Port, "CAVAN"),
        ("FALMOUTH UK", Port, "GBFAL"),
        ("PORTLAND, ME", Port, "USPWM"),
        ("GEORGETOWN GUYANA", Port, "GYGEO"),
        ("GEORGETOWN", Unknown, ""),
        ("DOVER<>CALAIS", Ferry, ""),
        ("CALAIS-DOVER-CALAIS", Ferry, ""),
        ("<>US SFO FB", Port, "USSFO"),
        ("FOR ORDERS", Orders, ""),
        ("F.O", Orders, ""),
        ("TBA", Orders, ""),
        ("XX XXX", Orders, ""),
        ("?? ???", Orders, ""),
        ("ARMED GUARD ON BOARD", Activity, ""),
        ("FISHING", Activity, ""),
        ("NORTH SEA", Area, ""),
        ("LMR 158", Area, ""),
        ("CHINA", Country, ""),
        ("VHF 16", Contact, ""),
        ("TLF +47 12345678", Contact, ""),
        ("MOBILE 90834544", Contact, ""),
        ("NLTNZ00130LOCKB00140", InlandCode, "NLTNZ"),
        ("DELTA", Unknown, ""),
        ("", Empty, ""),
        ("@@@@@@@@@@@@@@@@@@@@", Empty, ""),
        ("---", Junk, ""),
        ("N1NGBO", Port, "CNNBO"),
        ("UANCOUVER", Port, "CAVAN"),
        ("Владивосток", Port, "RUVVO"),
        ("청진", Port, "KPCHO"),
    ] {
        let reading = Reader::bundled().read(text, &Context::default());
        assert_eq!((reading.kind, reading.locode.as_deref().unwrap_or_default()), (kind, code), "{text}: {reading:?}");
    }
}

#[test]
fn context_decides_where_the_text_does_not() {
    let reader = Reader::bundled();
    let at = |lat: f64, lon: f64| Context { position: Some((lat, lon)), ..Context::default() };
    let code = |text: &str, context: &Context<'_>| reader.read(text, context).locode.unwrap_or_default();
    assert_eq!(code("PORTLAND", &at(43.6, -70.1)), "USPWM");
    assert_eq!(code("PORTLAND", &at(46.1, -123.9)), "USPDX");
    assert_eq!(code("GEORGETOWN", &at(7.5, -57.5)), "GYGEO");
    assert_eq!(code("DOVER<>CALAIS", &at(51.12, 1.32)), "FRCQF");
    assert_eq!(code("DOVER<>CALAIS", &at(50.97, 1.85)), "GBDVR");
    // Three letters that no list has are a code only near the ship.
    let (alone, near) = (reader.read("HGM", &Context::default()), reader.read("HGM", &at(39.5, 128.0)));
    assert_eq!((alone.kind, near.locode.as_deref()), (Kind::Unknown, Some("KPHGM")));
    let ports = Ports::bundled();
    let history = [ports.by_locode("USPWM").unwrap()];
    assert_eq!(code("PORTLAND USA", &Context { history: &history, ..Context::default() }), "USPWM");
}

#[test]
fn a_line_is_one_json_object() {
    let reader = Reader::bundled();
    let line = reader.line("RUVVO>KP CHO", &reader.read("RUVVO>KP CHO", &Context::default()));
    let json = serde_json::to_string(&line).unwrap();
    assert!(
        json.starts_with(r#"{"text":"RUVVO>KP CHO","kind":"port","locode":"KPCHO","port":"Chongjin","country":"PRK","score":0.99"#),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<tw_ports::destination::Line>(&json).unwrap(), line);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_the_same_twice(text in "\\PC{0,200}", lat in -100.0..100.0_f64, lon in -400.0..400.0_f64) {
        let reader = Reader::bundled();
        let context = Context { position: Some((lat, lon)), eta_hours: Some(lat), ship_type: Some(80), history: &[0, usize::MAX] };
        let reading = reader.read(&text, &context);
        proptest::prop_assert!((0.0..=1.0).contains(&reading.score));
        proptest::prop_assert!(reading.port.is_none_or(|i| i < Ports::bundled().all().len()));
        proptest::prop_assert_eq!(reader.read(&text, &context), reading);
    }

    #[test]
    fn any_ais_text_is_read_without_panic(text in "[ -_]{0,30}") {
        let reading = Reader::bundled().read(&text, &Context::default());
        proptest::prop_assert!((0.0..=1.0).contains(&reading.score));
    }
}

/// Ports of North Korea and of Russia's Far East that the table has by hand, with all their Latin names.
fn watched() -> Vec<(usize, Vec<String>)> {
    let ports = Ports::bundled();
    let mut out = Vec::new();
    for (i, port) in ports.all().iter().enumerate() {
        let code = port.country.code();
        if !(code == "PRK" || code == "RUS" && port.lon > 127.0 && port.source != tw_ports::Source::Unlocode) {
            continue;
        }
        let names = port
            .names
            .iter()
            .filter(|n| n.script == tw_ports::Script::Latin && n.note.as_deref() != Some("area"))
            .map(|n| tw_ports::fold(&n.text))
            .collect();
        out.push((i, names));
    }
    out
}

/// All strings one letter away.
fn typos(name: &str) -> Vec<String> {
    let bytes = name.as_bytes();
    let mut out = Vec::new();
    for i in 0..=bytes.len() {
        if i < bytes.len() && bytes[i] != b' ' {
            out.push([&bytes[..i], &bytes[i + 1..]].concat());
            if i + 1 < bytes.len() && bytes[i] != bytes[i + 1] && bytes[i + 1] != b' ' {
                let mut swapped = bytes.to_vec();
                swapped.swap(i, i + 1);
                out.push(swapped);
            }
        }
        for letter in b'A'..=b'Z' {
            if i < bytes.len() && bytes[i] != letter && bytes[i] != b' ' {
                let mut other = bytes.to_vec();
                other[i] = letter;
                out.push(other);
            }
            out.push([&bytes[..i], &[letter], &bytes[i..]].concat());
        }
    }
    let mut out: Vec<String> = out.into_iter().map(|b| String::from_utf8(b).unwrap()).collect();
    out.sort();
    out.dedup();
    out.retain(|t| t != name);
    out
}

#[test]
fn names_of_north_korea_and_the_russian_far_east_are_read_in_every_spelling() {
    let ports = Ports::bundled();
    let reader = Reader::bundled();
    let show = std::env::var("SHOW").is_ok();
    let (mut exact, mut exact_right, mut near, mut near_right, mut near_wrong) = (0, 0, 0, 0, 0);
    let mut worst: BTreeMap<String, (usize, usize, String)> = BTreeMap::new();
    for (i, names) in watched() {
        for name in names.iter().filter(|n| n.len() >= 4) {
            for text in [
                name.clone(),
                format!("{name} ANCH"),
                format!("PORT {name}"),
                format!("RUVVO>{name}"),
                format!("{name} ROADS"),
                format!("{name}, {}", if ports.get(i).country.code() == "PRK" { "DPRK" } else { "RUSSIA" }),
            ] {
                exact += 1;
                let reading = reader.read(&text, &Context::default());
                let right = reading.kind == Kind::Port && reading.port.is_some_and(|p| ports.same_place(p, i));
                exact_right += usize::from(right);
                if !right && std::env::var("EXACT").is_ok() {
                    println!("EXACT {text} want {} got {:?} {} {:.2}", ports.get(i).key, reading.kind, reading.name, reading.score);
                }
            }
            if name.len() < 5 || name.contains(' ') {
                continue;
            }
            for text in typos(name) {
                near += 1;
                let reading = reader.read(&text, &Context::default());
                let given = reading.kind == Kind::Port;
                let right = given && reading.port.is_some_and(|p| ports.same_place(p, i));
                near_right += usize::from(right);
                near_wrong += usize::from(given && !right);
                if !right {
                    let entry = worst.entry(format!("{} {name}", ports.get(i).key)).or_default();
                    entry.0 += 1;
                    entry.1 += usize::from(given);
                    if entry.0 % 25 == 1 {
                        entry.2 += &format!(" {text}:{}:{:.2}", reading.name, reading.score);
                    }
                }
            }
        }
    }
    assert!(
        exact_right as f64 >= 0.97 * exact as f64 && near_right as f64 >= 0.93 * near as f64 && near_wrong as f64 <= 0.01 * near as f64
    );
    println!("exact {exact}, right {exact_right}; one letter {near}, right {near_right}, another port {near_wrong}");
    if show {
        let mut worst: Vec<_> = worst.into_iter().collect();
        worst.sort_by_key(|w| std::cmp::Reverse(w.1.0));
        for (name, (n, wrong, examples)) in worst.into_iter().take(25) {
            println!("{name}: {n} ({wrong} another) {examples}");
        }
    }
}

/// A generator with a fixed seed (xorshift64).
struct Dice(u64);

impl Dice {
    fn next(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

#[test]
fn misspelt_names_of_ports_in_use_are_mostly_read_and_seldom_wrong() {
    let ports = Ports::bundled();
    let reader = Reader::bundled();
    let mut dice = Dice(20_261_124);
    let (mut n, mut right, mut wrong, mut exact, mut exact_right, mut exact_wrong) = (0, 0, 0, 0, 0, 0);
    let mut examples = Vec::new();
    for (i, port) in ports.all().iter().enumerate() {
        let name = tw_ports::core_name(&port.name);
        if port.size < 2 || name.len() < 6 || name.contains(' ') && name.len() > 14 {
            continue;
        }
        let check = |text: &str| {
            let reading = reader.read(text, &Context::default());
            let given = reading.kind == Kind::Port;
            (
                given
                    && reading
                        .port
                        .is_some_and(|p| ports.same_place(p, i) || ports.get(p).name == port.name && ports.get(p).country == port.country),
                given,
                reading,
            )
        };
        let (good, given, _) = check(&name);
        exact += 1;
        exact_right += usize::from(good);
        exact_wrong += usize::from(given && !good);
        if !good {
            continue;
        }
        let all = typos(&name);
        for _ in 0..4 {
            let text = &all[dice.next(all.len())];
            let (good, given, reading) = check(text);
            n += 1;
            right += usize::from(good);
            wrong += usize::from(given && !good);
            if given && !good {
                examples.push(format!("{text}({name})->{} {:.2} {:?}", reading.name, reading.score, reading.how));
            }
        }
    }
    println!("synthetic: exact {exact}, right {exact_right}, wrong {exact_wrong}; one letter {n}, right {right}, wrong {wrong}");
    println!("{}", examples.into_iter().take(60).collect::<Vec<_>>().join("; "));
    assert!(right as f64 >= 0.7 * n as f64 && wrong as f64 <= 0.005 * n as f64);
}

#[test]
fn the_ports_of_the_embargo_are_read_in_every_spelling_with_one_wrong_letter() {
    let ports = Ports::bundled();
    let reader = Reader::bundled();
    let (mut n, mut right, mut unknown, mut another) = (0, 0, 0, Vec::new());
    for (code, names) in [
        ("KPNAM", "NAMPO NAMPHO CHINNAMPO"),
        ("KPSGN", "SONGNIM"),
        ("KPHAE", "HAEJU"),
        ("KPWON", "WONSAN"),
        ("KPHGM", "HUNGNAM HEUNGNAM HAMHUNG"),
        ("KPSON", "KIMCHAEK SONGJIN"),
        ("KPCHO", "CHONGJIN CHUNGJIN CHEONGJIN SEISHIN"),
        ("KPRJN", "RAJIN NAJIN RASON"),
        ("RUVVO", "VLADIVOSTOK WLADIWOSTOK"),
        ("RUNJK", "NAKHODKA NAHODKA"),
        ("RUVYP", "VOSTOCHNY VOSTOCHNYY VOSTOCHNIY"),
        ("RUKZM", "KOZMINO"),
        ("RUSKA", "SLAVYANKA SLAVIANKA SLAVJANKA"),
        ("RUPSE", "POSYET POSIET"),
        ("RUZAR", "ZARUBINO"),
        ("RUVNN", "VANINO"),
        ("RUKHO", "KHOLMSK"),
        ("RUNEV", "NEVELSK"),
        ("RUKOR", "KORSAKOV"),
    ] {
        let wanted = ports.by_key(code).unwrap();
        for name in names.split(' ') {
            let is = |text: &str| {
                let reading = reader.read(text, &Context::default());
                (reading.kind == Kind::Port && reading.port.is_some_and(|p| ports.same_place(p, wanted)), reading)
            };
            let country = if code.starts_with("KP") { "DPRK" } else { "RUSSIA" };
            for text in [
                name.to_owned(),
                format!("{name} ANCH"),
                format!("PORT {name}"),
                format!("{name} PORT"),
                format!("CNDLC>{name}"),
                format!("{name},{country}"),
                format!("{name} FOR ORDERS"),
                format!("{name}@@@"),
            ] {
                let (good, reading) = is(&text);
                assert!(good, "{text}: {reading:?}");
            }
            for text in typos(name) {
                n += 1;
                let (good, reading) = is(&text);
                right += usize::from(good);
                if !good && reading.kind == Kind::Port {
                    another.push(format!("{text} ({name}): {} {:.2} {:?}", reading.name, reading.score, reading.how));
                } else if !good {
                    unknown += 1;
                    if std::env::var("SHOW").is_ok() {
                        println!(
                            "unknown {text} ({name}) {:?}",
                            reading.alternatives.iter().map(|a| (&ports.get(a.0).key, a.1)).collect::<Vec<_>>()
                        );
                    }
                }
            }
        }
    }
    println!("embargo: one wrong letter {n}, right {right}, unknown {unknown}, another {}", another.len());
    println!("{}", another.join("; "));
    assert!(right as f64 >= 0.97 * n as f64);
}
