//! Hangul: syllables taken apart by arithmetic and spelt by four systems, with the sound changes at syllable borders or without.

use crate::{Forms, Kind, System, gloss};

/// A syllable as initial (0..19), vowel (0..21) and final (0..28, 0 = none), the numbers of the Unicode Standard, section 3.12.
type Syllable = (usize, usize, usize);

const INITIAL_NONE: usize = 11;

fn decompose(c: char) -> Option<Syllable> {
    let index = (c as u32).checked_sub(0xac00).filter(|i| *i < 11_172)? as usize;
    Some((index / 588, index % 588 / 28, index % 28))
}

fn syllables(word: &str) -> Option<Vec<Syllable>> {
    word.chars().map(decompose).collect()
}

//                          ㄱ   ㄲ    ㄴ   ㄷ   ㄸ    ㄹ   ㅁ   ㅂ   ㅃ    ㅅ   ㅆ    ㅇ  ㅈ    ㅉ     ㅊ    ㅋ    ㅌ    ㅍ    ㅎ
const DPRK_INITIAL: [&str; 19] = ["k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "j", "jj", "ch", "kh", "th", "ph", "h"];
const MR_INITIAL: [&str; 19] = ["k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "ch", "tch", "ch", "k", "t", "p", "h"];
const RR_INITIAL: [&str; 19] = ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"];
const KOREAN_INITIAL: [&str; 19] = ["k", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"];

//                         ㅏ   ㅐ    ㅑ    ㅒ     ㅓ    ㅔ   ㅕ     ㅖ    ㅗ   ㅘ    ㅙ     ㅚ    ㅛ    ㅜ   ㅝ    ㅞ    ㅟ    ㅠ    ㅡ    ㅢ    ㅣ
const DPRK_VOWEL: [&str; 21] =
    ["a", "ae", "ya", "yae", "o", "e", "yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "u", "ui", "i"];
const MR_VOWEL: [&str; 21] =
    ["a", "ae", "ya", "yae", "o", "e", "yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "u", "ui", "i"];
const RR_VOWEL: [&str; 21] =
    ["a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"];

/// The sound that a final has at the end of a word: k, n, t, l, m, p or ng (as finals 1, 4, 7, 8, 16, 17, 21), or none.
const NEUTRAL: [usize; 28] = [0, 1, 1, 1, 4, 4, 4, 7, 8, 1, 16, 8, 8, 8, 17, 8, 16, 17, 17, 7, 7, 21, 7, 7, 1, 7, 17, 7];

/// A final before a vowel: what stays and the initial that moves over.
const LIAISON: [(usize, usize); 28] = [
    (0, 11),
    (0, 0),
    (0, 1),
    (1, 9),
    (0, 2),
    (4, 12),
    (0, 2),
    (0, 3),
    (0, 5),
    (8, 0),
    (8, 6),
    (8, 7),
    (8, 9),
    (8, 16),
    (8, 17),
    (0, 5),
    (0, 6),
    (0, 7),
    (17, 9),
    (0, 9),
    (0, 10),
    (21, 11),
    (0, 12),
    (0, 14),
    (0, 15),
    (0, 16),
    (0, 17),
    (0, 11),
];

fn final_letter(neutral: usize) -> &'static str {
    match neutral {
        1 => "k",
        4 => "n",
        7 => "t",
        8 => "l",
        16 => "m",
        17 => "p",
        21 => "ng",
        _ => "",
    }
}

/// Syllables as they are spoken together: liaison, nasals before nasals, and l for n beside l (Standard pronunciation, chapters 4 and 5).
fn assimilate(word: &[Syllable]) -> Vec<Syllable> {
    let mut out = word.to_vec();
    for i in 1..out.len() {
        let (_, _, end) = out[i - 1];
        let (start, vowel, _) = out[i];
        let (stays, moves) = if start == INITIAL_NONE && end != 0 {
            LIAISON[end]
        } else if matches!(end, 6 | 15 | 27) && matches!(start, 0 | 3 | 12) {
            // ㅎ makes the next stop strong.
            let stays = match end {
                6 => 4,
                15 => 8,
                _ => 0,
            };
            let strong = match start {
                0 => 15,
                3 => 16,
                _ => 14,
            };
            (stays, strong)
        } else {
            match (NEUTRAL[end], start) {
                (1, 2 | 6) => (21, start),
                (7, 2 | 6) => (4, start),
                (17, 2 | 6) => (16, start),
                (1, 5) => (21, 2),
                (17, 5) => (16, 2),
                (16 | 21, 5) => (NEUTRAL[end], 2),
                (4, 5) | (8, 2) => (8, 5),
                (neutral, _) => (neutral, start),
            }
        };
        // ㄷ and ㅌ before i are spoken j and ch.
        let moves = match (moves, vowel) {
            (3, 20) if start == INITIAL_NONE => 12,
            (16, 20) if start == INITIAL_NONE => 14,
            _ => moves,
        };
        out[i - 1].2 = stays;
        out[i].0 = moves;
    }
    if let Some(last) = out.last_mut() {
        last.2 = NEUTRAL[last.2];
    }
    out
}

/// Spells Hangul syllables by one system: [`System::Dprk`], [`System::Mccune`], [`System::Revised`] or [`System::Korean`]; none for others
/// or if a character is no syllable.
///
/// `joined` spells them as one word with the sound changes at the borders that the system writes; otherwise a space parts the syllables.
///
/// ```
/// use tw_scripts::{System, romanise};
/// assert_eq!(romanise("독립", System::Mccune, true).as_deref(), Some("tongnip"));
/// assert_eq!(romanise("정은", System::Revised, false).as_deref(), Some("jeong eun"));
/// ```
pub fn romanise(word: &str, system: System, joined: bool) -> Option<String> {
    let word = syllables(word)?;
    spell(&word, system, joined)
}

fn spell(word: &[Syllable], system: System, joined: bool) -> Option<String> {
    if !matches!(system, System::Dprk | System::Mccune | System::Revised | System::Korean) {
        return None;
    }
    let mut out = String::with_capacity(word.len() * 6);
    if !joined {
        for syllable in word {
            if !out.is_empty() {
                out.push(' ');
            }
            alone(*syllable, system, &mut out);
        }
        return Some(out);
    }
    match system {
        System::Korean => {
            for syllable in word {
                alone(*syllable, system, &mut out);
            }
        }
        System::Dprk => {
            // Written syllable by syllable; only k, t, p between voiced sounds become g, d, b.
            let mut voiced = false;
            for &(start, vowel, end) in word {
                out.push_str(match (voiced, start) {
                    (true, 0) => "g",
                    (true, 3) => "d",
                    (true, 7) => "b",
                    _ => DPRK_INITIAL[start],
                });
                out.push_str(DPRK_VOWEL[vowel]);
                let end = NEUTRAL[end];
                out.push_str(final_letter(end));
                voiced = matches!(end, 0 | 4 | 8 | 16 | 21);
            }
        }
        _ => {
            let word = assimilate(word);
            let mut before: Option<usize> = None;
            for &(start, vowel, end) in &word {
                let lateral = before == Some(8);
                let initial = if system == System::Revised {
                    if start == 5 && lateral { "l" } else { RR_INITIAL[start] }
                } else {
                    match (before, start) {
                        (Some(8), 5) => "l",
                        (Some(0 | 4 | 8 | 16 | 21), 0) => "g",
                        (Some(0 | 4 | 16 | 21), 3) => "d",
                        (Some(0 | 4 | 8 | 16 | 21), 7) => "b",
                        (Some(0 | 4 | 16 | 21), 12) => "j",
                        (_, 9) if vowel == 16 => "sh",
                        _ => MR_INITIAL[start],
                    }
                };
                out.push_str(initial);
                out.push_str(if system == System::Revised { RR_VOWEL[vowel] } else { MR_VOWEL[vowel] });
                // A final that moved over is already gone; r between vowels is the next initial.
                out.push_str(final_letter(NEUTRAL[end]));
                before = Some(NEUTRAL[end]);
            }
        }
    }
    Some(out)
}

fn alone((start, vowel, end): Syllable, system: System, out: &mut String) {
    let end = NEUTRAL[end];
    let (initial, middle) = match system {
        System::Revised => (RR_INITIAL[start], RR_VOWEL[vowel]),
        System::Mccune => (MR_INITIAL[start], MR_VOWEL[vowel]),
        System::Korean => {
            (if start == 9 && vowel == 20 && end != 0 { "sh" } else { KOREAN_INITIAL[start] }, korean_vowel(start, vowel, end))
        }
        _ => (DPRK_INITIAL[start], DPRK_VOWEL[vowel]),
    };
    out.push_str(initial);
    out.push_str(middle);
    out.push_str(final_letter(end));
}

/// The vowels as South Koreans commonly write them in names: Jung, Chul, Young, Hyun, Soo, Woo, Hee.
fn korean_vowel(start: usize, vowel: usize, end: usize) -> &'static str {
    match (vowel, end) {
        (4, 0) => "eo",
        (4, _) => "u",
        (6, 0) => "yeo",
        (6, 21) if start == INITIAL_NONE => "you",
        (6, _) => "yu",
        (13, 0) => "oo",
        (17, 0) => "yoo",
        (18, _) => "eu",
        (19, _) if start != INITIAL_NONE => "ee",
        _ => RR_VOWEL[vowel],
    }
}

/// Surnames of one syllable with the spellings met on lists and passports, best for the North first, commonest for the South second.
#[rustfmt::skip]
const SURNAMES: &[(char, &[&str])] = &[
    ('가', &["ka", "ga"]), ('간', &["kan"]), ('갈', &["kal"]), ('감', &["kam", "gam"]), ('강', &["kang", "kang", "gang"]), ('견', &["kyon", "kyun"]),
    ('경', &["kyong", "kyung"]), ('계', &["kye", "gye"]), ('고', &["ko", "ko", "koh", "go"]), ('공', &["kong", "gong"]), ('곽', &["kwak", "gwak"]),
    ('구', &["ku", "koo", "gu"]), ('국', &["kuk", "kook", "guk"]), ('권', &["kwon", "kwon", "gwon"]), ('금', &["kum", "keum", "geum"]), ('기', &["ki", "gi"]),
    ('길', &["kil", "gil"]), ('김', &["kim", "kim", "gim"]), ('나', &["ra", "na"]), ('남', &["nam"]), ('노', &["ro", "roh", "no", "noh"]),
    ('당', &["tang"]), ('도', &["to", "do"]), ('독', &["tok"]), ('동', &["tong", "dong"]), ('두', &["tu", "doo"]), ('라', &["ra", "na", "rah"]),
    ('량', &["ryang", "yang", "liang"]), ('려', &["ryo", "yeo"]), ('련', &["ryon", "yeon"]), ('렴', &["ryom", "yeom", "yom"]),
    ('로', &["ro", "roh", "no", "noh"]), ('룡', &["ryong", "yong"]), ('류', &["ryu", "yoo", "yu", "ryoo", "you"]), ('륙', &["ryuk", "yook"]),
    ('리', &["ri", "lee", "yi", "rhee", "li"]), ('림', &["rim", "lim", "im", "yim"]), ('마', &["ma"]), ('맹', &["maeng"]), ('명', &["myong", "myung"]),
    ('모', &["mo"]), ('목', &["mok"]), ('문', &["mun", "moon"]), ('민', &["min"]), ('박', &["pak", "park", "bak"]), ('반', &["pan", "ban"]),
    ('방', &["pang", "bang"]), ('배', &["pae", "bae"]), ('백', &["paek", "baek", "paik"]), ('범', &["pom", "beom"]), ('변', &["pyon", "byun", "byeon"]),
    ('복', &["pok", "bok"]), ('봉', &["pong", "bong"]), ('부', &["pu", "boo"]), ('빈', &["pin", "bin"]), ('사', &["sa"]), ('상', &["sang"]),
    ('서', &["so", "seo", "suh"]), ('석', &["sok", "seok", "suk"]), ('선', &["son", "sun", "seon"]), ('설', &["sol", "seol", "sul"]),
    ('성', &["song", "sung", "seong"]), ('소', &["so"]), ('손', &["son", "sohn"]), ('송', &["song"]), ('승', &["sung", "seung"]), ('시', &["si"]),
    ('신', &["sin", "shin"]), ('심', &["sim", "shim"]), ('안', &["an", "ahn"]), ('양', &["yang", "ryang"]), ('어', &["o", "eo", "uh"]),
    ('엄', &["om", "um", "eom"]), ('여', &["ryo", "yeo", "yo"]), ('연', &["ryon", "yeon", "yon"]), ('염', &["ryom", "yeom", "yom"]),
    ('예', &["ye"]), ('오', &["o", "oh"]), ('옥', &["ok"]), ('온', &["on"]), ('왕', &["wang"]), ('용', &["ryong", "yong"]), ('우', &["u", "woo"]),
    ('원', &["won"]), ('위', &["wi"]), ('유', &["yu", "yoo", "ryu", "you"]), ('육', &["ryuk", "yook"]), ('윤', &["yun", "yoon", "youn"]),
    ('은', &["un", "eun"]), ('음', &["um", "eum"]), ('이', &["ri", "lee", "yi", "rhee", "i"]), ('인', &["in"]), ('임', &["rim", "lim", "im", "yim"]),
    ('장', &["jang", "jang", "chang"]), ('전', &["jon", "jun", "chon", "jeon"]), ('정', &["jong", "jung", "chong", "chung", "jeong"]), ('제', &["je"]),
    ('조', &["jo", "cho"]), ('좌', &["jwa"]), ('주', &["ju", "joo", "chu"]), ('지', &["ji", "chi"]), ('진', &["jin", "chin"]), ('차', &["cha"]),
    ('채', &["chae"]), ('천', &["chon", "chun", "cheon"]), ('최', &["choe", "choi"]), ('추', &["chu", "choo"]), ('탁', &["thak", "tak"]),
    ('태', &["thae", "tae"]), ('팽', &["phaeng", "paeng"]), ('편', &["phyon", "pyun"]), ('표', &["phyo", "pyo"]), ('피', &["phi", "pi"]),
    ('하', &["ha"]), ('한', &["han", "han", "hahn"]), ('함', &["ham", "hahm"]), ('허', &["ho", "huh", "heo", "hur"]), ('현', &["hyon", "hyun", "hyeon"]),
    ('형', &["hyong", "hyung"]), ('호', &["ho"]), ('홍', &["hong"]), ('황', &["hwang"]),
];

/// The surnames of two syllables (closed list), with their Northern and Southern spelling.
#[rustfmt::skip]
const LONG_SURNAMES: &[(&str, &[&str])] = &[
    ("강전", &["kangjon"]), ("남궁", &["namgung", "namkoong"]), ("독고", &["tokko", "dokgo"]), ("동방", &["tongbang", "dongbang"]),
    ("망절", &["mangjol", "mangjeol"]), ("사공", &["sagong", "sakong"]), ("서문", &["somun", "seomun"]), ("선우", &["sonu", "sunwoo", "seonu"]),
    ("소봉", &["sobong"]), ("어금", &["ogum", "eogeum"]), ("장곡", &["janggok"]), ("제갈", &["jegal", "jaegal"]), ("황보", &["hwangbo"]),
];

/// Whether a Hangul text is a Korean surname, of one syllable or of two.
pub fn is_korean_surname(text: &str) -> bool {
    surname(text).is_some()
}

pub(crate) fn surname(text: &str) -> Option<&'static [&'static str]> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if chars.next().is_none() {
        return SURNAMES.binary_search_by_key(&first, |(c, _)| *c).ok().map(|i| SURNAMES[i].1);
    }
    LONG_SURNAMES.iter().find(|(s, _)| *s == text).map(|(_, forms)| *forms)
}

/// Surname and given name of a Hangul name of two to four syllables; none if it does not begin with a surname.
pub(crate) fn split(word: &str) -> Option<(String, String)> {
    let chars: Vec<char> = word.chars().collect();
    if !chars.iter().all(|c| decompose(*c).is_some()) {
        return None;
    }
    let length = match chars.len() {
        2 => 1,
        3 | 4 => {
            let two: String = chars[..2].iter().collect();
            if surname(&two).is_some() {
                2
            } else if chars.len() == 3 {
                1
            } else {
                return None;
            }
        }
        _ => return None,
    };
    let family: String = chars[..length].iter().collect();
    surname(&family)?;
    Some((family, chars[length..].iter().collect()))
}

/// How likely a Hangul syllable is in a name: the commonest syllables of Northern given names and surnames come first.
pub(crate) fn rank(syllable: char) -> usize {
    const COMMON: &str = "김리박최정강조윤장은철일영성용명남호현혁수진광룡선순경희춘학국옥금봉춘숙길덕동문병상석승식원웅인재종주준진창천청태택평필한해형홍화훈흥복만민복렬련룡익건걸관구권규균근기길달대도두득란량록류림백범보빈산삼상섭손송신심안양억언여연오옥완왕우욱운유율응의이인임전제중지직집차찬채충치칠탁탄편표풍하학헌혜환황회효후희";
    COMMON.chars().position(|c| c == syllable).unwrap_or(1000)
}

/// Northern spellings of several readings of one word as Hangul: the likeliest syllables first, one for each Korean key, at most eight.
pub(crate) fn best_readings(found: Vec<Vec<char>>) -> Vec<String> {
    let mut ranked: Vec<(usize, String)> =
        found.into_iter().map(|reading| (reading.iter().map(|c| rank(*c)).sum(), reading.into_iter().collect())).collect();
    ranked.sort();
    let mut keys: Vec<String> = Vec::new();
    let mut out: Vec<String> = Vec::new();
    for (_, hangul) in ranked {
        let family = surname(&hangul).and_then(|s| s.first()).filter(|_| hangul.chars().count() == 1).map(|s| (*s).to_owned());
        let spelt = family.or_else(|| romanise(&hangul, System::Dprk, false)).unwrap_or_default();
        let key: String = spelt.split(' ').map(crate::korean_key).collect::<Vec<_>>().join(" ");
        if !spelt.is_empty() && !keys.contains(&key) {
            keys.push(key);
            out.push(spelt);
        }
        if out.len() == 8 {
            break;
        }
    }
    out
}

pub(crate) fn forms(word: &str, kind: Kind, out: &mut Forms) {
    let folded = crate::fold(word);
    let parts: Vec<&str> = folded.split([' ', '-']).filter(|p| !p.is_empty()).collect();
    if kind == Kind::Person
        && let [one] = parts.as_slice()
        && let Some(all) = syllables(one)
    {
        if let Some((family, given)) = split(one).filter(|_| all.len() > 2) {
            full_name(&family, &given, System::Dprk, out);
            return;
        }
        match all.len() {
            1 => {
                for form in surname(one).unwrap_or_default().iter().take(4) {
                    out.add(form, System::Dprk);
                }
                for system in [System::Dprk, System::Revised, System::Korean, System::Mccune] {
                    out.add(spell(&all, system, true).unwrap_or_default(), system);
                }
            }
            2 => given_name(&all, out),
            _ => foreign(&all, out),
        }
        return;
    }
    if kind == Kind::Other
        && let Some(text) = gloss::gloss_text(&folded)
    {
        out.add(text, System::Gloss);
    }
    for (system, joined) in
        [(System::Dprk, true), (System::Dprk, false), (System::Mccune, true), (System::Revised, true), (System::Korean, true)]
    {
        out.add(mixed(&folded, system, joined), system);
    }
}

/// Text in which the Hangul runs are spelt and the rest stays; digits part words.
fn mixed(text: &str, system: System, joined: bool) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut run: Vec<Syllable> = Vec::new();
    let mut digits = false;
    let flush = |run: &mut Vec<Syllable>, digits: bool, out: &mut String| {
        // "No. 1" of ships and factories: the syllable ho after a number is no name.
        let number = digits && run.as_slice() == [(18, 8, 0)];
        if !run.is_empty() && !number {
            if digits {
                out.push(' ');
            }
            out.push_str(&spell(run, system, joined).unwrap_or_default());
        }
        run.clear();
    };
    for c in text.chars() {
        if let Some(syllable) = decompose(c) {
            run.push(syllable);
            continue;
        }
        let spelt = !run.is_empty();
        flush(&mut run, digits, &mut out);
        if c.is_ascii_digit() && spelt && !out.is_empty() {
            out.push(' ');
        }
        digits = c.is_ascii_digit();
        out.push(c);
    }
    flush(&mut run, digits, &mut out);
    out
}

fn given_name(all: &[Syllable], out: &mut Forms) {
    for (system, joined) in [
        (System::Dprk, false),
        (System::Dprk, true),
        (System::Korean, false),
        (System::Revised, true),
        (System::Mccune, true),
        (System::Korean, true),
    ] {
        out.add(spell(all, system, joined).unwrap_or_default(), system);
    }
}

/// A whole name: the surname in each system's usual spelling, the given name as syllables and joined.
pub(crate) fn full_name(family: &str, given: &str, first: System, out: &mut Forms) {
    let (Some(all), Some(family_syllables)) = (syllables(given), syllables(family)) else { return };
    let usual = surname(family).unwrap_or_default();
    let north = usual.first().copied().unwrap_or_default();
    let south = usual.get(1).copied().unwrap_or(north);
    let revised = spell(&family_syllables, System::Revised, true).unwrap_or_default();
    let mccune = spell(&family_syllables, System::Mccune, true).unwrap_or_default();
    for (family, system, joined) in [
        (north, System::Dprk, false),
        (north, System::Dprk, true),
        (south, System::Korean, false),
        (revised.as_str(), System::Revised, true),
        (if usual.contains(&"ri") || usual.contains(&"rim") { north } else { mccune.as_str() }, System::Mccune, true),
        (south, System::Korean, true),
    ] {
        let given = spell(&all, system, joined).unwrap_or_default();
        let label = if system == System::Dprk { first } else { system };
        out.add(format!("{family} {given}"), label);
    }
}

/// A foreign name in Hangul: RR, and without the vowel eu that only carries a consonant.
fn foreign(all: &[Syllable], out: &mut Forms) {
    let revised = spell(all, System::Revised, true).unwrap_or_default();
    let mut bare = String::new();
    for &(start, vowel, end) in all {
        bare.push_str(match start {
            5 if bare.ends_with('l') => "",
            _ => RR_INITIAL[start],
        });
        if vowel != 18 {
            bare.push_str(if vowel == 4 { "eo" } else { RR_VOWEL[vowel] });
        }
        bare.push_str(final_letter(NEUTRAL[end]));
    }
    out.add(bare.replace("eo", "o"), System::Foreign);
    out.add(revised, System::Revised);
    out.add(spell(all, System::Dprk, true).unwrap_or_default(), System::Dprk);
    out.add(spell(all, System::Mccune, true).unwrap_or_default(), System::Mccune);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latin;

    fn first(word: &str, kind: Kind) -> String {
        latin(word, kind).into_iter().next().map(|f| f.text).unwrap_or_default()
    }

    #[test]
    fn names_are_spelt_as_in_the_north_first() {
        for (word, form) in [
            ("김정은", "kim jong un"),
            ("리용호", "ri yong ho"),
            ("이용호", "ri yong ho"),
            ("박봉주", "pak pong ju"),
            ("최룡해", "choe ryong hae"),
            ("장성택", "jang song thaek"),
            ("조용원", "jo yong won"),
            ("남궁민", "namgung min"),
            ("정은", "jong un"),
        ] {
            assert_eq!(first(word, Kind::Person), form);
        }
    }

    #[test]
    fn each_system_has_its_letters() {
        let all: Vec<(String, System)> = latin("김정은", Kind::Person).into_iter().map(|f| (f.text, f.system)).collect();
        for (text, system) in [
            ("kim jongun", System::Dprk),
            ("kim jung eun", System::Korean),
            ("gim jeongeun", System::Revised),
            ("kim chongun", System::Mccune),
        ] {
            assert!(all.contains(&(text.to_owned(), system)), "{all:?}");
        }
        let texts: Vec<String> = latin("이민호", Kind::Person).into_iter().map(|f| f.text).collect();
        assert!(texts.contains(&"lee min ho".to_owned()), "{texts:?}");
    }

    #[test]
    fn borders_of_syllables_are_spoken() {
        for (word, mccune, revised) in [
            ("독립", "tongnip", "dongnip"),
            ("신라", "silla", "silla"),
            ("백마", "paengma", "baengma"),
            ("대동강", "taedonggang", "daedonggang"),
            ("평양", "pyongyang", "pyeongyang"),
            ("삼룡", "samnyong", "samnyong"),
            ("물음", "murum", "mureum"),
            ("일찍", "iltchik", "iljjik"),
        ] {
            assert_eq!(romanise(word, System::Mccune, true).as_deref(), Some(mccune));
            assert_eq!(romanise(word, System::Revised, true).as_deref(), Some(revised));
        }
        assert_eq!(romanise("독립", System::Dprk, true).as_deref(), Some("tokrip"));
    }

    #[test]
    fn ships_lose_the_syllable_for_number() {
        assert_eq!(first("천명 1호", Kind::Other), "chonmyong 1");
        assert!(latin("지성6", Kind::Other).iter().any(|f| f.text == "ji song 6"));
    }

    #[test]
    fn surnames_are_sorted_for_the_search() {
        assert!(SURNAMES.windows(2).all(|w| w[0].0 < w[1].0));
    }
}
