//! Makes `data/ports.csv` from the World Port Index, UN/LOCODE and anchorage labels.
//!
//! `cargo run -p tw-ports --example build_ports -- FOLDER` with a folder that holds `wpi_pub150_2024.csv`, `unlocode_2019_2.csv` and
//! `gfw_anchorage_overrides.csv`. The same files give the same bytes.

#![expect(clippy::print_stderr, reason = "a maintainer's tool tells what it left out")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};

use tw_ports::{alpha2_of_country, core_name, country_of_alpha2, fold};

/// Latitude and longitude, degrees.
type Point = (f64, f64);
/// A name and its points.
type Group = (String, Vec<Point>);
/// Discs: point and radius in nautical miles.
type Discs = Vec<(Point, f64)>;

/// A row of a source, by the names of its columns.
type Record = BTreeMap<String, String>;

#[derive(Clone, Debug, Default)]
struct Row {
    locode: String,
    wpi: String,
    name: String,
    country: String,
    subdivision: String,
    position: Option<Point>,
    uncertainty: f64,
    kind: &'static str,
    size: u8,
    oil: bool,
    radius: Option<f64>,
    parent: String,
    names: Vec<String>,
    source: &'static str,
    key: String,
}

fn read(path: &Path) -> Result<Vec<Record>, Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path)?;
    let header = reader.headers()?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        rows.push(header.iter().zip(record.iter()).map(|(k, v)| (k.trim().to_owned(), v.trim().to_owned())).collect());
    }
    Ok(rows)
}

fn field<'a>(record: &'a Record, name: &str) -> &'a str {
    record.get(name).map_or("", String::as_str)
}

fn position(record: &Record, lat: &str, lon: &str) -> Option<Point> {
    let (lat, lon) = (field(record, lat).parse::<f64>().ok()?, field(record, lon).parse::<f64>().ok()?);
    (lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat, lon) != (0.0, 0.0)).then_some((lat, lon))
}

fn distance_nm(a: Point, b: Point) -> f64 {
    let (la, lb) = (a.0.to_radians(), b.0.to_radians());
    let (dlat, dlon) = (la - lb, (a.1 - b.1).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + la.cos() * lb.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * 3_440.069_5 * h.sqrt().min(1.0).asin()
}

/// `NIPAH ANCHORAGE` as `Nipah Anchorage`.
fn title(text: &str) -> String {
    text.split(' ')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
        })
        .collect::<Vec<String>>()
        .join(" ")
}

/// The parts of a UN/LOCODE name: `Rajin (Najin)`, `Nizhniy Novgorod (ex Gorkiy)`, `Rafnes/Porsgrunn`.
fn parts(name: &str) -> (String, Vec<String>) {
    let mut others = Vec::new();
    let mut main = name.trim().to_owned();
    if let Some((head, rest)) = name.split_once('(')
        && !head.trim().is_empty()
    {
        let inner = rest.split(')').next().unwrap_or_default().trim();
        head.trim().clone_into(&mut main);
        match inner.strip_prefix("ex ") {
            Some(old) => others.push(format!("{}=old", old.trim())),
            None if !inner.is_empty() => others.push(format!("{inner}=also")),
            None => {}
        }
    }
    let whole = main.clone();
    let slashed: Vec<&str> = whole.split('/').map(str::trim).filter(|part| part.len() > 3).collect();
    if slashed.len() > 1 {
        others.extend(slashed.iter().map(|&part| format!("{part}=also")));
    }
    (main, others)
}

/// Words of a name, folded.
fn core_words(name: &str) -> Vec<String> {
    fold(name).split(' ').map(str::to_owned).collect()
}

fn add_name(row: &mut Row, item: &str) {
    let text = item.split(['=', '@']).next().unwrap_or_default();
    if text.is_empty() || text == row.name || row.names.iter().any(|known| known.split(['=', '@']).next() == Some(text)) {
        return;
    }
    // What folds to a name that is there already says nothing new.
    let folded = fold(text);
    if fold(&row.name) == folded || row.names.iter().any(|known| fold(known.split(['=', '@']).next().unwrap_or_default()) == folded) {
        return;
    }
    row.names.push(item.replace('|', " "));
}

fn wpi_size(text: &str) -> u8 {
    match text {
        "Very Small" => 1,
        "Small" => 2,
        "Medium" => 3,
        "Large" => 4,
        _ => 0,
    }
}

fn wpi_kind(name: &str, harbour: &str) -> &'static str {
    let words: Vec<String> = fold(name).split(' ').map(str::to_owned).collect();
    let has = |word: &str| words.iter().any(|w| w == word);
    if has("TERMINAL") || has("TERMINALS") || has("FPSO") || has("SPM") || (has("OIL") && has("FIELD")) {
        return "terminal";
    }
    if has("ANCHORAGE") {
        return "anchorage";
    }
    match harbour {
        "River (Natural)" | "River (Basins)" | "River (Tide Gates)" | "Canal or Lake" => "river",
        _ => "port",
    }
}

fn wpi_names(record: &Record) -> Vec<String> {
    let mut names = Vec::new();
    let (main, others) = parts(field(record, "Main Port Name"));
    names.push(main);
    names.extend(others.iter().map(|name| name.split('=').next().unwrap_or_default().to_owned()));
    names.extend(field(record, "Alternate Port Name").split([';', ',']).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
    names
}

fn from_wpi(row: &mut Row, record: &Record) {
    let number = field(record, "World Port Index Number");
    number.split('.').next().unwrap_or_default().clone_into(&mut row.wpi);
    row.position = position(record, "Latitude", "Longitude").or(row.position);
    row.uncertainty = 1.0;
    row.kind = wpi_kind(field(record, "Main Port Name"), field(record, "Harbor Type"));
    row.size = wpi_size(field(record, "Harbor Size"));
    let depth: f64 = field(record, "Oil Terminal Depth (m)").parse().unwrap_or(0.0);
    row.oil = field(record, "Facilities - Oil Terminal") == "Yes" || depth > 0.0;
    for name in wpi_names(record) {
        let item = if row.source == "wpi" { name } else { format!("{name}@wpi") };
        add_name(row, &item);
    }
}

struct Labels(BTreeMap<(String, String), Vec<Point>>);

impl Labels {
    fn points(&self, country: &str, name: &str) -> &[Point] {
        self.0.get(&(country.to_owned(), core_name(name))).map_or(&[], Vec::as_slice)
    }
}

/// The point with the least sum of distances (of at most 200 points), and the distance that nine in ten of the points are within.
fn middle(points: &[Point]) -> Option<((f64, f64), f64)> {
    let step = points.len().div_ceil(200).max(1);
    let few: Vec<Point> = points.iter().copied().step_by(step).collect();
    let cost = |p: &Point| few.iter().map(|q| distance_nm(*p, *q)).sum::<f64>();
    let best = *few.iter().min_by(|a, b| cost(a).total_cmp(&cost(b)))?;
    Some((best, spread(best, points)))
}

fn spread(from: (f64, f64), points: &[Point]) -> f64 {
    let mut distances: Vec<f64> = points.iter().map(|p| distance_nm(from, *p)).collect();
    distances.sort_by(f64::total_cmp);
    distances[(distances.len() - 1) * 9 / 10]
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("give the folder of the source files")?);
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/ports.csv");
    let locodes: BTreeMap<String, Record> = read(&folder.join("unlocode_2019_2.csv"))?
        .into_iter()
        .map(|record| (field(&record, "un_locode").replace(' ', ""), record))
        .filter(|(code, _)| code.len() == 5 && country_of_alpha2(&code[..2]).is_some())
        .collect();
    let mut wpi = read(&folder.join("wpi_pub150_2024.csv"))?;
    wpi.sort_by_key(|record| field(record, "World Port Index Number").parse::<f64>().unwrap_or(0.0).to_bits());
    let mut labels = Labels(BTreeMap::new());
    let mut groups: BTreeMap<(String, String), Group> = BTreeMap::new();
    let mut marked: BTreeMap<(String, String), Vec<Point>> = BTreeMap::new();
    for record in read(&folder.join("gfw_anchorage_overrides.csv"))? {
        let (country, label) = (field(&record, "iso3"), field(&record, "label"));
        let Some(point) = position(&record, "latitude", "longitude") else { continue };
        if label.is_empty() || label.starts_with(&format!("{country}-")) {
            continue;
        }
        labels.0.entry((country.to_owned(), core_name(label))).or_default().push(point);
        groups.entry((country.to_owned(), core_name(label))).or_insert_with(|| (label.to_owned(), Vec::new())).1.push(point);
        if ["ANCHORAGE", "TERMINAL"].iter().any(|word| label.split(' ').any(|w| w == *word)) {
            marked.entry((country.to_owned(), label.to_owned())).or_default().push(point);
        }
    }

    // 1. Which WPI row goes with which code.
    let port_codes: BTreeMap<(String, String), Vec<&String>> =
        locodes.iter().filter(|(_, r)| field(r, "function_code").starts_with('1')).fold(BTreeMap::new(), |mut map, (code, record)| {
            map.entry((code[..2].to_owned(), core_name(field(record, "name")))).or_insert_with(Vec::new).push(code);
            map
        });
    let mut link: BTreeMap<String, usize> = BTreeMap::new();
    let mut second: BTreeMap<usize, String> = BTreeMap::new();
    let mut wpi_country: Vec<String> = Vec::new();
    let mut unknown: BTreeSet<String> = BTreeSet::new();
    for (i, record) in wpi.iter().enumerate() {
        let typed = field(record, "UN/LOCODE").replace(' ', "");
        let name = field(record, "Country Code");
        let alpha2 = alpha2_of_wpi_country(name).or_else(|| (name.is_empty() && typed.len() == 5).then(|| &typed[..2]));
        let Some(alpha2) = alpha2.filter(|code| country_of_alpha2(code).is_some()) else {
            unknown.insert(name.to_owned());
            wpi_country.push(String::new());
            continue;
        };
        wpi_country.push(alpha2.to_owned());
        let here = position(record, "Latitude", "Longitude");
        let names: Vec<String> = wpi_names(record).iter().map(|n| core_name(n)).collect();
        let mut code = Some(typed.clone()).filter(|code| code.starts_with(alpha2) && locodes.contains_key(code));
        if let Some(c) = &code {
            let there = position(&locodes[c], "latitude_dec", "longitude_dec");
            let far = matches!((here, there), (Some(a), Some(b)) if distance_nm(a, b) > 60.0);
            if far && !names.contains(&core_name(field(&locodes[c], "name"))) {
                eprintln!(
                    "code {c} of {} is {:.0} nm away: not used",
                    field(record, "Main Port Name"),
                    distance_nm(here.unwrap_or_default(), there.unwrap_or_default())
                );
                code = None;
            }
        }
        if code.is_none() {
            let candidates: Vec<&String> =
                names.iter().filter_map(|n| port_codes.get(&(alpha2.to_owned(), n.clone()))).flatten().copied().collect();
            let near = candidates.iter().find(|c| {
                matches!((here, position(&locodes[**c], "latitude_dec", "longitude_dec")), (Some(a), Some(b)) if distance_nm(a, b) < 20.0)
            });
            let only = (candidates.len() == 1 && position(&locodes[candidates[0]], "latitude_dec", "longitude_dec").is_none())
                .then(|| candidates[0]);
            code = near.copied().or(only).filter(|c| !wpi.iter().any(|r| field(r, "UN/LOCODE").replace(' ', "") == **c)).cloned();
        }
        let Some(code) = code else { continue };
        let Some(&other) = link.get(&code) else {
            link.insert(code, i);
            continue;
        };
        let wanted = core_name(field(&locodes[&code], "name"));
        let other_fits = wpi_names(&wpi[other]).iter().any(|n| core_name(n) == wanted);
        if !other_fits && names.contains(&wanted) {
            second.insert(other, code.clone());
            link.insert(code, i);
        } else {
            second.insert(i, code);
        }
    }
    if !unknown.is_empty() {
        return Err(format!("no code for WPI countries {unknown:?}").into());
    }

    // 2. Which codes.
    let mut wanted: BTreeSet<String> =
        locodes.iter().filter(|(_, r)| field(r, "function_code").starts_with('1')).map(|(code, _)| code.clone()).collect();
    wanted.extend(link.keys().cloned());
    for file in ["data/same_place.csv", "data/far_east.csv"] {
        let Ok(text) = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)) else { continue };
        wanted.extend(text.split([',', '|', '\n', '"']).filter(|code| locodes.contains_key(*code)).map(str::to_owned));
    }
    let named_ports: BTreeMap<(String, String), Vec<String>> = wanted.iter().fold(BTreeMap::new(), |mut map, code| {
        map.entry((code[..2].to_owned(), core_name(field(&locodes[code], "name")))).or_insert_with(Vec::new).push(code.clone());
        map
    });
    // Towns and airports of the name of a port: crews type their codes.
    for (code, record) in &locodes {
        let Some(ports) = named_ports.get(&(code[..2].to_owned(), core_name(field(record, "name")))) else { continue };
        let near = ports.iter().any(|port| {
            let port_record = &locodes[port];
            let there = link
                .get(port)
                .and_then(|&i| position(&wpi[i], "Latitude", "Longitude"))
                .or_else(|| position(port_record, "latitude_dec", "longitude_dec"));
            match (position(record, "latitude_dec", "longitude_dec"), there) {
                (Some(a), Some(b)) => distance_nm(a, b) < 30.0,
                _ => field(record, "subdivision") == field(port_record, "subdivision"),
            }
        });
        if near {
            wanted.insert(code.clone());
        }
    }

    // Airports that bear the name of a port first (`Dalian Zhoushuizi International Apt`): of the same port.
    let mut airports: BTreeMap<String, String> = BTreeMap::new();
    for (code, record) in &locodes {
        let words: Vec<String> = core_words(field(record, "name"));
        if !words.iter().any(|word| word == "APT") {
            continue;
        }
        let port = (1..words.len()).rev().find_map(|n| named_ports.get(&(code[..2].to_owned(), words[..n].join(" "))));
        let Some(port) = port.and_then(|ports| {
            let same: Vec<&String> =
                ports.iter().filter(|p| *p != code && field(&locodes[*p], "subdivision") == field(record, "subdivision")).collect();
            same.iter().find(|p| link.contains_key(**p)).or_else(|| same.first()).copied()
        }) else {
            continue;
        };
        wanted.insert(code.clone());
        airports.insert(code.clone(), port.clone());
    }

    // 3. Rows.
    let mut rows: Vec<Row> = Vec::new();
    for code in &wanted {
        let record = &locodes[code];
        let country = country_of_alpha2(&code[..2]).ok_or("filtered above")?;
        let (main, others) = parts(field(record, "name"));
        let function = field(record, "function_code");
        let mut row = Row {
            locode: code.clone(),
            name: main,
            country: country.code().to_owned(),
            subdivision: field(record, "subdivision").to_owned(),
            position: position(record, "latitude_dec", "longitude_dec"),
            uncertainty: 2.0,
            kind: if function.starts_with('1') { "port" } else { "inland" },
            source: "unlocode",
            parent: airports.get(code).cloned().unwrap_or_default(),
            ..Row::default()
        };
        if let Some(&i) = link.get(code)
            && core_words(&row.name).iter().any(|word| word == "APT")
        {
            let port = wpi_names(&wpi[i]).swap_remove(0);
            row.names.push(format!("{}=also", row.name));
            row.name = port;
            row.parent.clear();
        }
        for name in others {
            add_name(&mut row, &name);
        }
        add_name(&mut row, &parts(field(record, "name_en")).0);
        if let Some(&i) = link.get(code) {
            from_wpi(&mut row, &wpi[i]);
        }
        rows.push(row);
    }
    let linked: BTreeSet<usize> = link.values().copied().collect();
    for (i, record) in wpi.iter().enumerate() {
        if linked.contains(&i) {
            continue;
        }
        let country = country_of_alpha2(&wpi_country[i]).ok_or("checked above")?;
        let (main, _) = parts(field(record, "Main Port Name"));
        let mut row = Row {
            name: main,
            country: country.code().to_owned(),
            parent: second.get(&i).cloned().unwrap_or_default(),
            source: "wpi",
            ..Row::default()
        };
        from_wpi(&mut row, record);
        rows.push(row);
    }
    // 4. Positions and radii from the anchorage labels.
    let mut placed = 0;
    for row in &mut rows {
        let points: Vec<Point> = std::iter::once(&row.name)
            .chain(row.names.iter().filter(|name| !name.contains("=also")))
            .flat_map(|name| labels.points(&row.country, name.split(['=', '@']).next().unwrap_or_default()).to_vec())
            .collect();
        if points.is_empty() {
            continue;
        }
        match row.position {
            None if row.kind != "inland" => {
                let Some((point, spread)) = middle(&points) else { continue };
                if spread < 25.0 {
                    placed += 1;
                    row.position = Some(((point.0 * 1e4).round() / 1e4, (point.1 * 1e4).round() / 1e4));
                    row.uncertainty = spread.clamp(1.0, 10.0);
                    row.radius = Some(spread.clamp(1.62, 8.0));
                }
            }
            Some(here) if row.kind != "inland" => {
                let near: Vec<Point> = points.into_iter().filter(|p| distance_nm(here, *p) < 12.0).collect();
                if near.len() >= 3 {
                    row.radius = Some(spread(here, &near).clamp(1.62, 8.0));
                }
            }
            _ => {}
        }
    }
    // 5. Anchorages and terminals of their own.
    for ((country, label), points) in &marked {
        let Some((point, spread)) = middle(points) else { continue };
        let known = rows.iter().any(|row| {
            &row.country == country
                && row.position.is_some_and(|here| distance_nm(here, point) < 3.0)
                && std::iter::once(&row.name).chain(&row.names).any(|n| core_name(n) == core_name(label))
        });
        let Some(alpha2) = country.parse().ok().and_then(alpha2_of_country).filter(|_| !known && spread < 25.0) else { continue };
        let kind = if label.contains("ANCHORAGE") { "anchorage" } else { "terminal" };
        rows.push(Row {
            key: format!("{alpha2}-{}", fold(label).replace(' ', "-")),
            name: title(label),
            country: country.clone(),
            position: Some(((point.0 * 1e4).round() / 1e4, (point.1 * 1e4).round() / 1e4)),
            uncertainty: 1.0,
            kind,
            radius: Some(spread.clamp(1.62, 8.0)),
            source: "gfw",
            ..Row::default()
        });
    }

    // 6. Where many ships lie that no disc so far holds: berths and roads away from the point of their port.
    let mut discs: Discs =
        rows.iter().filter(|row| row.kind != "inland").filter_map(|row| Some((row.position?, row.radius.unwrap_or(1.62)))).collect();
    let by_hand =
        tw_ports::Ports::parse(&std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/far_east.csv"))?, "", "");
    discs.extend(by_hand.all().iter().filter_map(|port| Some((port.position()?, port.radius_nm))));
    let mut cells: BTreeMap<(i32, i32), Discs> = BTreeMap::new();
    let cell = |p: Point| (p.0.floor() as i32, p.1.floor() as i32);
    for disc in discs {
        cells.entry(cell(disc.0)).or_default().push(disc);
    }
    let held = |p: Point| {
        let (r, c) = cell(p);
        (r - 1..=r + 1)
            .any(|r| (c - 1..=c + 1).any(|c| cells.get(&(r, c)).into_iter().flatten().any(|(q, nm)| distance_nm(p, *q) <= nm + 1.0)))
    };
    let mut outer = 0;
    for ((country, core), (label, points)) in &groups {
        let mut left: Vec<Point> = points.iter().copied().filter(|p| !held(*p)).collect();
        let Some(alpha2) = country.parse().ok().and_then(alpha2_of_country) else { continue };
        for n in 1.. {
            let around = |p: &Point| left.iter().filter(|q| distance_nm(*p, **q) <= 2.5).count();
            let Some(centre) =
                left.iter().copied().max_by(|a, b| around(a).cmp(&around(b)).then(a.0.total_cmp(&b.0)).then(a.1.total_cmp(&b.1)))
            else {
                break;
            };
            let (near, rest): (Vec<Point>, Vec<Point>) = left.iter().partition(|q| distance_nm(centre, **q) <= 2.5);
            if near.len() < 5 {
                break;
            }
            // The port of the name: with a code and a position, the nearest.
            let parent = rows
                .iter()
                .filter(|row| &row.country == country && row.kind != "inland" && !row.locode.is_empty())
                .filter(|row| {
                    core_name(&row.name) == *core
                        || row
                            .names
                            .iter()
                            .any(|n| !n.contains("=also") && core_name(n.split(['=', '@']).next().unwrap_or_default()) == *core)
                })
                .filter_map(|row| Some((distance_nm(row.position?, centre), row.locode.clone())))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            outer += 1;
            // As far as a place reaches it is a part of the port; farther off it is a roadstead that only bears the name.
            let (name, kind) = match &parent {
                Some((nm, _)) if *nm < 30.0 => (format!("{} outer {n}", title(label)), "terminal"),
                Some(_) => (format!("{} outer {n}", title(label)), "anchorage"),
                None if n == 1 => (title(label), "port"),
                None => (format!("{} {n}", title(label)), "port"),
            };
            rows.push(Row {
                key: format!("{alpha2}-{}-{n}", fold(label).replace(' ', "-")),
                name,
                country: country.clone(),
                position: Some(((centre.0 * 1e4).round() / 1e4, (centre.1 * 1e4).round() / 1e4)),
                uncertainty: 1.0,
                kind,
                radius: Some(spread(centre, &near).clamp(1.62, 3.0)),
                parent: parent.filter(|_| kind == "terminal").map(|(_, code)| code).unwrap_or_default(),
                source: "gfw",
                ..Row::default()
            });
            left = rest;
        }
    }

    let mut writer = csv::Writer::from_path(&out)?;
    writer.write_record([
        "key",
        "locode",
        "wpi",
        "name",
        "country",
        "subdivision",
        "lat",
        "lon",
        "uncertainty_nm",
        "kind",
        "size",
        "oil",
        "radius_nm",
        "parent",
        "names",
        "source",
    ])?;
    let short = |value: f64, digits: usize| {
        let text = format!("{value:.digits$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    for row in &rows {
        let (lat, lon) = row.position.map_or((String::new(), String::new()), |(lat, lon)| (short(lat, 4), short(lon, 4)));
        let uncertainty =
            if row.position.is_none() || (row.uncertainty - 1.0).abs() < 1e-9 { String::new() } else { short(row.uncertainty, 1) };
        writer.write_record([
            row.key.as_str(),
            row.locode.as_str(),
            row.wpi.as_str(),
            row.name.as_str(),
            row.country.as_str(),
            row.subdivision.as_str(),
            lat.as_str(),
            lon.as_str(),
            uncertainty.as_str(),
            if row.kind == "port" { "" } else { row.kind },
            (if row.size == 0 { String::new() } else { row.size.to_string() }).as_str(),
            if row.oil { "yes" } else { "" },
            row.radius.map_or(String::new(), |nm| short(nm, 1)).as_str(),
            row.parent.as_str(),
            row.names.join("|").as_str(),
            row.source,
        ])?;
    }
    writer.flush()?;
    let located = rows.iter().filter(|row| row.position.is_some()).count();
    eprintln!(
        "{} rows, {located} with a position ({placed} from anchorage labels), {outer} outer, {} bytes",
        rows.len(),
        std::fs::metadata(&out)?.len()
    );
    Ok(())
}

/// The two letters of a country as the World Port Index names it.
fn alpha2_of_wpi_country(name: &str) -> Option<&'static str> {
    WPI_COUNTRIES.iter().find(|pair| pair.0 == name).map(|pair| pair.1)
}

/// Countries as the World Port Index names them.
#[rustfmt::skip]
const WPI_COUNTRIES: [(&str, &str); 195] = [
    ("Albania", "AL"), ("Algeria", "DZ"), ("American Samoa", "AS"), ("Angola", "AO"), ("Antarctica", "AQ"),
    ("Antigua and Barbuda", "AG"), ("Argentina", "AR"), ("Aruba", "AW"), ("Australia", "AU"), ("Bahrain", "BH"),
    ("Bangladesh", "BD"), ("Barbados", "BB"), ("Belgium", "BE"), ("Belize", "BZ"), ("Benin", "BJ"),
    ("Bermuda", "BM"), ("Bosnia and Herzegovina", "BA"), ("Brazil", "BR"), ("British Indian Ocean Territory", "IO"), ("British Virgin Islands", "VG"),
    ("Brunei", "BN"), ("Bulgaria", "BG"), ("Burma", "MM"), ("Cabo Verde", "CV"), ("Cambodia", "KH"),
    ("Cameroon", "CM"), ("Canada", "CA"), ("Caribbean Netherlands", "BQ"), ("Cayman Islands", "KY"), ("Chile", "CL"),
    ("China", "CN"), ("Christmas Island", "CX"), ("Colombia", "CO"), ("Comoros", "KM"), ("Congo (Brazzaville)", "CG"),
    ("Congo (Kinshasa)", "CD"), ("Cook Islands", "CK"), ("Costa Rica", "CR"), ("Cote D'Ivoire", "CI"), ("Croatia", "HR"),
    ("Cuba", "CU"), ("Curacao", "CW"), ("Cyprus", "CY"), ("Denmark", "DK"), ("Djibouti", "DJ"),
    ("Dominica", "DM"), ("Dominican Republic", "DO"), ("Ecuador", "EC"), ("Egypt", "EG"), ("El Salvador", "SV"),
    ("Equatorial Guinea", "GQ"), ("Eritrea", "ER"), ("Estonia", "EE"), ("Falkland Islands (Islas Malvinas)", "FK"), ("Faroe Islands", "FO"),
    ("Federated States of Micronesia", "FM"), ("Fiji", "FJ"), ("Finland", "FI"), ("France", "FR"), ("French Guiana", "GF"),
    ("French Polynesia", "PF"), ("Gabon", "GA"), ("Georgia", "GE"), ("Germany", "DE"), ("Ghana", "GH"),
    ("Gibraltar", "GI"), ("Greece", "GR"), ("Greenland", "GL"), ("Grenada", "GD"), ("Guadeloupe", "GP"),
    ("Guam", "GU"), ("Guatemala", "GT"), ("Guernsey", "GG"), ("Guinea", "GN"), ("Guinea-Bissau", "GW"),
    ("Guyana", "GY"), ("Haiti", "HT"), ("Honduras", "HN"), ("Hong Kong", "HK"), ("Iceland", "IS"),
    ("India", "IN"), ("Indonesia", "ID"), ("Iran", "IR"), ("Iraq", "IQ"), ("Ireland", "IE"),
    ("Isle of Man", "IM"), ("Israel", "IL"), ("Italy", "IT"), ("Jamaica", "JM"), ("Japan", "JP"),
    ("Jersey", "JE"), ("Johnson Atoll", "UM"), ("Jordan", "JO"), ("Kenya", "KE"), ("Kiribati", "KI"),
    ("Kuwait", "KW"), ("Latvia", "LV"), ("Lebanon", "LB"), ("Liberia", "LR"), ("Libya", "LY"),
    ("Lithuania", "LT"), ("Macau", "MO"), ("Madagascar", "MG"), ("Malaysia", "MY"), ("Maldives", "MV"),
    ("Malta", "MT"), ("Marshall Islands", "MH"), ("Martinique", "MQ"), ("Mauritania", "MR"), ("Mauritius", "MU"),
    ("Mexico", "MX"), ("Midway Islands", "UM"), ("Monaco", "MC"), ("Montenegro", "ME"), ("Morocco", "MA"),
    ("Mozambique", "MZ"), ("Namibia", "NA"), ("Nauru", "NR"), ("Netherlands", "NL"), ("New Caledonia", "NC"),
    ("New Zealand", "NZ"), ("Nicaragua", "NI"), ("Nigeria", "NG"), ("Niue", "NU"), ("Norfolk Island", "NF"),
    ("North Korea", "KP"), ("Northern Mariana Islands", "MP"), ("Norway", "NO"), ("Oman", "OM"), ("Pakistan", "PK"),
    ("Palau", "PW"), ("Panama", "PA"), ("Papua New Guinea", "PG"), ("Paraguay", "PY"), ("Peru", "PE"),
    ("Philippines", "PH"), ("Poland", "PL"), ("Portugal", "PT"), ("Puerto Rico", "PR"), ("Qatar", "QA"),
    ("Reunion", "RE"), ("Romania", "RO"), ("Russia", "RU"), ("Saint Helena, Ascension, and Tristan da Cunha", "SH"), ("Saint Kitts and Nevis", "KN"),
    ("Saint Lucia", "LC"), ("Saint Pierre and Miquelon", "PM"), ("Saint Vincent and the Grenadines (Windward Islands)", "VC"), ("Samoa", "WS"), ("Sao Tome and Principe", "ST"),
    ("Saudi Arabia", "SA"), ("Senegal", "SN"), ("Seychelles", "SC"), ("Sierra Leone", "SL"), ("Singapore", "SG"),
    ("Sint Maarten", "SX"), ("Slovenia", "SI"), ("Solomon Islands", "SB"), ("Somalia", "SO"), ("South Africa", "ZA"),
    ("South Georgia and South Sandwich Islands", "GS"), ("South Korea", "KR"), ("Spain", "ES"), ("Sri Lanka", "LK"), ("Sudan", "SD"),
    ("Suriname", "SR"), ("Svalbard", "SJ"), ("Sweden", "SE"), ("Syria", "SY"), ("Taiwan", "TW"),
    ("Tanzania", "TZ"), ("Thailand", "TH"), ("The Bahamas", "BS"), ("The Gambia", "GM"), ("Timor-Leste", "TL"),
    ("Togo", "TG"), ("Tonga", "TO"), ("Trinidad and Tobago", "TT"), ("Tunisia", "TN"), ("Turkey", "TR"),
    ("Turks and Caicos Islands", "TC"), ("Tuvalu", "TV"), ("U.S. Virgin Islands", "VI"), ("Ukraine", "UA"), ("United Arab Emirates", "AE"),
    ("United Kingdom", "GB"), ("United States", "US"), ("Uruguay", "UY"), ("Vanuatu", "VU"), ("Venezuela", "VE"),
    ("Vietnam", "VN"), ("Wake Island", "UM"), ("Wallis and Futuna", "WF"), ("Western Sahara", "EH"), ("Yemen", "YE"),
];
