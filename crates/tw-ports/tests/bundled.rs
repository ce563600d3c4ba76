//! The table that comes with the program.

use std::collections::BTreeMap;

use tw_base::Country;
use tw_ports::{Port, PortKind, Ports, Script, alpha2_of_country, core_name};

fn find(name: &str, country: Country) -> Vec<&'static Port> {
    let ports = Ports::bundled();
    let wanted = core_name(name);
    ports.by_country(country).iter().map(|&i| ports.get(i)).filter(|port| port.names.iter().any(|n| core_name(&n.text) == wanted)).collect()
}

fn place(code: &str) -> u32 {
    let ports = Ports::bundled();
    ports.get(ports.by_key(code).unwrap_or_else(|| panic!("{code} is not in the table"))).place
}

#[test]
fn codes_and_keys_are_given_once_and_positions_are_on_earth() {
    let ports = Ports::bundled();
    let mut seen = BTreeMap::new();
    for (i, port) in ports.all().iter().enumerate() {
        assert!(seen.insert(&port.key, i).is_none(), "{} twice", port.key);
        assert_eq!(ports.by_key(&port.key), Some(i));
        if let Some(code) = &port.locode {
            assert_eq!((code.len(), ports.by_locode(code)), (5, Some(i)), "{code}");
            assert_eq!(Some(&code[..2]), alpha2_of_country(port.country), "{code} is of another country than {}", port.country);
        }
        if let Some((lat, lon)) = port.position() {
            assert!(lat.abs() <= 90.0 && lon.abs() <= 180.0);
            assert!(port.radius_nm >= 1.0 && port.radius_nm <= 8.0, "{} has radius {}", port.key, port.radius_nm);
        }
        assert_eq!(port.names[0].text, port.name);
        assert!(port.uncertainty_nm > 0.0 && port.uncertainty_nm < 30.0);
    }
    assert!(ports.all().len() > 18_000);
    assert!(ports.all().iter().filter(|port| port.position().is_some()).count() > 13_500);
}

#[test]
fn ports_of_the_far_east_lie_where_their_country_is() {
    let ports = Ports::bundled();
    for port in ports.by_country(Country::PRK).iter().map(|&i| ports.get(i)) {
        let Some((lat, lon)) = port.position() else { continue };
        assert!((37.5..43.1).contains(&lat) && (124.0..130.9).contains(&lon), "{} at {lat} {lon}", port.name);
    }
    for port in ports.all().iter().filter(|port| port.country == Country::RUS && port.subdivision.as_deref() == Some("PRI")) {
        // Primorsk in Leningrad has code RUPRI, not this subdivision.
        let Some((lat, lon)) = port.position() else { continue };
        assert!((42.2..48.5).contains(&lat) && (130.4..139.5).contains(&lon), "{} at {lat} {lon}", port.name);
    }
}

#[test]
fn names_of_north_korea_old_and_new_lead_to_one_place() {
    for (key, names) in [
        ("KPNAM", "Nampo|Nampho|Namp'o|Chinnampo|Jinnampo|Chinnamp'o|남포|진남포"),
        ("KPSGN", "Songnim|Songrim|Kyomip'o|Kenjiho|송림"),
        ("KPHAE", "Haeju|Haeju Hang|Kaishu|해주"),
        ("KPWON", "Wonsan|Gensan|Genzan|원산|Port Lazarev"),
        ("KPHGM", "Hungnam|Heungnam|Hŭngnam|Konan|Hamhung|흥남"),
        ("KPSON", "Kimchaek|Kimch'aek|Kim Chaek|Gimchaek|Songjin|Seongjin|Joshin|김책|성진"),
        ("KPCHO", "Chongjin|Ch'ŏngjin|Cheongjin|Chungjin|Seishin|청진"),
        ("KPRJN", "Rajin|Najin|Rason|Rashin|나진|라진"),
        ("WPI60520", "Sonbong|Senbong|Unggi|Ungi|Uki|선봉|웅기"),
        ("WPI60470", "Chaho|Ch'aho|Shako|차호"),
        ("KPSIN", "Sinpo|Shinpo|신포"),
        ("KPTCH", "Tanchon|Dancheon|단천"),
        ("KPODA", "Odaejin|Ŏdaejin|어대진"),
        ("KP-UNGSANG", "Ungsang|웅상"),
        ("KP-MUNCHON", "Munchon|Munch'ŏn|문천"),
        ("KP-CHODO", "Chodo|Ch'o-do|초도"),
        ("KP-SOKTO", "Sokto|Seokdo|석도"),
        ("KP-BARRAGE", "Nampo Lockgate|West Sea Barrage|서해갑문"),
        ("KPSII", "Sinuiju|Shinuiju|신의주"),
        ("KP-KYONGSONG", "Kyongsong|Gyeongseong"),
    ] {
        for name in names.split('|') {
            let found = find(name, Country::PRK);
            assert!(!found.is_empty(), "{name} is not found");
            assert!(found.iter().all(|port| port.place == place(key)), "{name} is {found:?}, not {key}");
        }
    }
}

#[test]
fn names_of_the_russian_far_east_lead_to_one_place() {
    for (key, names) in [
        ("RUVVO", "Vladivostok|Vladik|Владивосток|Egersheld|Pervaya Rechka|Первая Речка"),
        ("RUNJK", "Nakhodka|Nahodka|Находка|Vostok Bay"),
        ("RUVYP", "Vostochny|Vostochnyy|Vostochnyi|Vostochnyj|Восточный|Vrangel"),
        ("RUKZM", "Kozmino|Koz'mino|Kozmino Bay|Козьмино"),
        ("RUSKA", "Slavyanka|Slavianka|Slavjanka|Славянка"),
        ("RUPSE", "Posyet|Posiet|Pos'yet|Посьет"),
        ("RUZAR", "Zarubino|Зарубино"),
        ("RUVNN", "Vanino|Bukhta Vanino|Ванино"),
        ("RUSOG", "Sovetskaya Gavan|Sovetskaja Gavan|Sovgavan"),
        ("RUDKA", "De-Kastri|De Kastri|Dekastri|Де-Кастри"),
        ("RUKHO", "Kholmsk|Holmsk|Maoka|Холмск"),
        ("RUNIA", "Nikolayevsk-na-Amure|Nikolaevsk-na-Amure"),
        ("RUPKC", "Petropavlovsk-Kamchatsky|Petropavlovsk-Kamchatskiy"),
        ("RUMAG", "Magadan|Nagayevo|Магадан"),
    ] {
        for name in names.split('|') {
            let found = find(name, Country::RUS);
            assert!(found.iter().any(|port| port.place == place(key)), "{name} is {found:?}, not {key}");
        }
    }
}

#[test]
fn every_row_by_hand_has_a_source_a_certainty_and_original_script() {
    let text = include_str!("../data/far_east.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("header").clone();
    let column = |name: &str| header.iter().position(|h| h == name).expect("column");
    let [source, certainty, position_source, lat, names, country] =
        ["source", "certainty", "position_source", "lat", "names", "country"].map(column);
    for record in reader.records() {
        let record = record.expect("a row");
        assert!(["wpi", "unlocode", "gazetteer", "gfw", "curated"].contains(&&record[source]), "{record:?}");
        assert!(["high", "medium", "low"].contains(&&record[certainty]), "{record:?}");
        assert_eq!(record[lat].is_empty(), record[position_source].is_empty(), "{record:?}");
        assert!(record[position_source] != *"approximate" || record[certainty] != *"high", "{record:?}");
        let wanted = if record[country] == *"PRK" { Script::Hangul } else { Script::Cyrillic };
        let has = record[names].split('|').any(|name| Script::of(name.split('=').next().unwrap_or_default()) == wanted);
        assert!(has || record[country] == *"CHN", "{record:?}");
    }
}

#[test]
fn codes_for_one_place_are_one_place() {
    for (a, b) in [
        ("CNSHA", "CNSGH"),
        ("CNSHG", "CNSGH"),
        ("NLEUR", "NLRTM"),
        ("KPGEN", "KPWON"),
        ("RUFIP", "RUVVO"),
        ("CNDLC", "CNDAG"),
        ("RUNAK", "RUNJK"),
    ] {
        assert_eq!(place(a), place(b), "{a} {b}");
    }
    for (a, b) in [
        ("RUKZM", "RUVYP"),
        ("KPRJN", "WPI60520"),
        ("USHOU", "USGLS"),
        ("GBNEP", "GBNCS"),
        ("RUOLP", "RUOLB"),
        ("RUBKN", "RU-BOLSHOY-KAMEN"),
        ("RUARM", "RUMAG"),
    ] {
        assert_ne!(place(a), place(b), "{a} {b}");
    }
    let ports = Ports::bundled();
    for (i, port) in ports.all().iter().enumerate() {
        let chief = ports.chief(i);
        assert!(ports.same_place(i, chief), "{}", port.key);
    }
}

#[test]
fn the_nearest_port_is_one_that_takes_ships() {
    let ports = Ports::bundled();
    let (i, nm) = ports.nearest(40.65, 129.21, 5.0).expect("Kimchaek");
    assert_eq!(ports.get(i).key, "KPSON");
    assert!(nm > 0.5 && nm < 2.0);
    assert_eq!(ports.nearest(38.0, 134.0, 20.0), None);
    assert!(ports.nearest(f64::NAN, 0.0, 5.0).is_none());
    // 4.5 nautical miles off is within the five of a North Korean port, and 6 is not.
    assert_eq!(ports.at(40.667, 129.299, 1.62).map(|(i, _)| ports.get(i).key.as_str()), Some("KPSON"));
    assert_eq!(ports.at(40.667, 129.333, 1.62), None);
    assert!(ports.at(40.667, 129.333, 7.0).is_some());
    assert!(ports.all().iter().all(|port| port.takes_ships() == (port.kind != PortKind::Inland)));
}
