//! What crews type: destinations with the habits and errors of real fields.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::lanes::Port;

/// A destination as somebody would type it. At most 20 characters.
pub(crate) fn destination(port: &Port, from: &Port, rng: &mut ChaCha8Rng) -> String {
    let name = spelling(port, rng);
    let spaced = format!("{} {}", &port.code[..2], &port.code[2..]);
    let country = match port.country.as_str() {
        "KR" => ["KOREA", "S.KOREA", "KR", "KOR"][rng.random_range(0..4)],
        "CN" => ["CHINA", "CN", "PRC", "CHINA"][rng.random_range(0..4)],
        "RU" => ["RUSSIA", "RU", "RUS", "RUSSIA"][rng.random_range(0..4)],
        "JP" => ["JAPAN", "JP", "JPN", "JAPAN"][rng.random_range(0..4)],
        other => other,
    };
    let text = match rng.random_range(0..100) {
        0..22 => spaced,
        22..32 => port.code.clone(),
        32..58 => name,
        58..70 => format!("{name},{country}"),
        70..76 => format!("{name} {country}"),
        76..82 if from.code != port.code => format!("{}>{}", from.code, port.code),
        82..86 if from.code != port.code => format!("{} {} > {spaced}", &from.code[..2], &from.code[2..]),
        86..89 => format!("{name} PILOT"),
        89..92 => format!("{name} ANCH"),
        92..94 => format!("{name}_{country}"),
        94..96 => format!("TO {name}"),
        96..98 => format!("{name} OPL"),
        _ => format!("{name}."),
    };
    let text = if rng.random_bool(0.1) { typo(&text, rng) } else { text };
    text.to_ascii_uppercase().chars().take(20).collect()
}

fn spelling(port: &Port, rng: &mut ChaCha8Rng) -> String {
    let all: &[&str] = match port.code.as_str() {
        "RUVVO" => &["VLADIVOSTOK", "VLADIVOSTOK", "VLADIK", "VLADIVOSTOCK", "VLADIVOSTOK ROADS"],
        "RUNJK" => &["NAKHODKA", "NAKHODKA", "NAHODKA"],
        "RUSKA" => &["SLAVYANKA", "SLAVIANKA", "SLAVJANKA"],
        "RUPSE" => &["POSYET", "POSIET"],
        "KRPUS" => &["BUSAN", "BUSAN", "BUSAN", "PUSAN", "BUSAN NEW PORT"],
        "KRINC" => &["INCHEON", "INCHEON", "INCHON"],
        "KRUSN" => &["ULSAN", "ULSAN", "ULSAN E1"],
        "KRYOS" => &["YEOSU", "YOSU", "YEOSU"],
        "KRTSN" => &["DAESAN", "DAESAN", "TAESAN"],
        "KRKUV" => &["GUNSAN", "KUNSAN"],
        "KRTGH" => &["DONGHAE", "TONGHAE"],
        "CNSHG" => &["SHANGHAI", "SHANGHAI", "SHANGHAI CJK"],
        "CNTAO" => &["QINGDAO", "QING DAO", "TSINGTAO"],
        "CNTXG" => &["TIANJIN", "XINGANG", "TIANJIN XINGANG"],
        "CNDLC" => &["DALIAN", "DALIAN", "DA LIAN"],
        "CNLYG" => &["LIANYUNGANG", "LIAN YUN GANG"],
        "KPRJN" => &["RAJIN", "NAJIN", "RASON"],
        "KPCHO" => &["CHONGJIN", "CHUNGJIN"],
        "KPHGM" => &["HUNGNAM", "HEUNGNAM"],
        "KPSON" => &["KIMCHAEK", "KIM CHAEK"],
        "KPNAM" => &["NAMPO", "NAMPHO"],
        "TWKHH" => &["KAOHSIUNG", "KAOSHIUNG"],
        "JPHKT" => &["HAKATA", "FUKUOKA"],
        _ => &[],
    };
    if all.is_empty() { port.name.clone() } else { all[rng.random_range(0..all.len())].to_owned() }
}

/// One error: a letter left out, doubled, exchanged with its neighbour, or read as a digit.
pub(crate) fn typo(text: &str, rng: &mut ChaCha8Rng) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.len() < 4 {
        return text.to_owned();
    }
    let i = rng.random_range(1..chars.len() - 1);
    match rng.random_range(0..5) {
        0 => drop(chars.remove(i)),
        1 => chars.insert(i, chars[i]),
        2 => chars.swap(i, i + 1),
        3 => {
            for c in &mut chars {
                let like = match *c {
                    'O' => '0',
                    'I' => '1',
                    'S' => '5',
                    'V' => 'U',
                    _ => continue,
                };
                *c = like;
                break;
            }
        }
        _ => chars[i] = char::from(b'A' + rng.random_range(0..26u8)),
    }
    chars.into_iter().collect()
}

/// What is typed when no port is meant.
pub(crate) fn no_place(rng: &mut ChaCha8Rng) -> &'static str {
    const ALL: [&str; 14] = [
        "FOR ORDERS",
        "FOR ORDER",
        "TBA",
        "ORDERS",
        "SEA OF JAPAN",
        "EAST CHINA SEA",
        "DRIFTING",
        "OPL BUSAN",
        "AT ANCHORAGE",
        "VIA PANAMA CANAL",
        "ARMED GUARDS ONBOARD",
        "WAITING FOR ORDERS",
        "BUNKERING",
        "CH16",
    ];
    ALL[rng.random_range(0..ALL.len())]
}
