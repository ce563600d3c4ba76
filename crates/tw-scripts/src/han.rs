//! Han ideographs: pinyin, Wade-Giles and Cantonese, the Korean reading of hanja, and Japanese names from the table of readings.

use crate::{Forms, Kind, System, gloss, hangul, kana, readings};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Sections `[pinyin]`, `[hangul]`, `[cantonese]` of lines `reading characters`, from Unihan. See `data/README.md`.
static TEXT: &str = include_str!("../data/han.txt");

#[derive(Clone, Copy, Default)]
struct Reading {
    pinyin: &'static str,
    hangul: Option<char>,
    cantonese: &'static str,
}

static TABLE: LazyLock<HashMap<char, Reading>> = LazyLock::new(|| {
    let mut table: HashMap<char, Reading> = HashMap::with_capacity(14_000);
    let mut section = "";
    for line in TEXT.lines() {
        if line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') {
            section = line;
            continue;
        }
        let Some((reading, characters)) = line.split_once(' ') else { continue };
        for c in characters.chars() {
            let entry = table.entry(c).or_default();
            match section {
                "[pinyin]" => entry.pinyin = reading,
                "[hangul]" => entry.hangul = reading.chars().next(),
                _ => entry.cantonese = reading,
            }
        }
    }
    table
});

fn look(c: char) -> Reading {
    TABLE.get(&c).copied().unwrap_or_default()
}

/// Chinese surnames of one character whose reading as a surname is not the commonest one.
const SURNAME_READINGS: &[(char, &str)] = &[
    ('单', "shan"),
    ('單', "shan"),
    ('曾', "zeng"),
    ('解', "xie"),
    ('仇', "qiu"),
    ('区', "ou"),
    ('區', "ou"),
    ('查', "zha"),
    ('翟', "zhai"),
    ('朴', "piao"),
    ('覃', "qin"),
    ('盖', "ge"),
    ('缪', "miao"),
    ('任', "ren"),
    ('华', "hua"),
    ('尉', "wei"),
    ('洗', "xian"),
    ('宁', "ning"),
    ('召', "shao"),
    ('晟', "cheng"),
    ('重', "chong"),
    ('乐', "yue"),
    ('秘', "bi"),
    ('冼', "xian"),
    ('折', "she"),
    ('黑', "he"),
    ('员', "yun"),
    ('车', "che"),
    ('車', "che"),
    ('沈', "shen"),
];

/// Chinese surnames of one character, simplified and traditional: the common ones and the old list as far as it is still met.
const SURNAMES: &str = "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭肖程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾鐘汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文庞龐樊兰蘭殷施陶洪翟安颜顏倪严嚴牛温溫芦蘆季俞章鲁魯葛伍韦韋申尤毕畢聂聶丛叢焦向柳邢路岳齐齊沿梅莫庄莊辛管祝左涂塗谷祁时時舒耿牟卜路詹关關苗凌费費纪紀靳盛童欧歐甄项項曲成游阳陽裴席卫衛查屈鲍鮑位覃霍翁隋植甘景薄单單包司柏宁寧柯阮桂闵閔解强強柴华華车車冉房边邊辜吉饶饒刁瞿戚丘古米池滕晋晉苑邬鄔臧畅暢宫宮来來嵺苟全褚廉简簡娄婁盖蓋符奚木穆党黨燕郎邸冀谈談姬屠连連郜晏栾欒郁商蒙计計喻揭窦竇迟遲宇敖糜鄢冷卓花仇艾蓝藍都巩鞏稽井练練仲乐樂虞卞封竺冼原官衣楚佟栗匡宗应應台巫鞠僧桑荆荊谌諶银銀扬揚明沙薄伏岑习習胥保和蔺藺水云雲昌凤鳳酆皮平元郏湛祢狄贝貝臧尚农農危习朴池裘宿柏支昝郦酈满滿弘国國牧隗山宓蓬郗班仰秋仲伊宫甯仇栾暴厉厲戎祖束幸韶蓟薊印怀懷蒲从從索咸籍卓屠池乔阴陰胥能苍蒼双雙闻聞莘贡貢劳勞逄扶堵宰雍却璩桑桂濮寿壽通扈冀浦农别別柴瞿充慕茹宦鱼魚容慎戈庾终終暨居衡步耿弓国寇广廣禄闕殳沃利蔚越夔隆师師厍聂晁勾融訾阚闞那空曾毋沙乜养須须丰豐巢蒯相荆红紅游竺权權";

/// Chinese surnames of two characters.
const LONG_SURNAMES: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "東方", "皇甫", "尉迟", "尉遲", "公孙", "公孫", "慕容", "令狐", "司徒",
    "司空", "夏侯", "宇文", "长孙", "長孫", "端木", "轩辕", "軒轅", "南宫", "南宮", "西门", "西門", "独孤", "獨孤", "呼延", "鲜于", "鮮于",
    "闻人", "聞人", "拓跋", "百里", "東郭", "东郭", "太史", "申屠", "澹台", "澹臺", "公冶", "宗政", "濮阳", "濮陽", "淳于", "单于", "單于",
    "赫连", "赫連", "钟离", "鍾離", "万俟", "萬俟", "南榮", "皇甫", "南宮", "鮮于", "獨孤", "西門", "黃甫",
];

/// Cantonese spellings of surnames customary in Hong Kong.
#[rustfmt::skip]
const CANTONESE: &[(char, &str)] = &[
    ('吴', "ng"), ('吳', "ng"), ('伍', "ng"), ('王', "wong"), ('黄', "wong"), ('黃', "wong"), ('汪', "wong"), ('李', "lee"), ('陈', "chan"), ('陳', "chan"),
    ('张', "cheung"), ('張', "cheung"), ('章', "cheung"), ('林', "lam"), ('刘', "lau"), ('劉', "lau"), ('周', "chow"), ('谢', "tse"), ('謝', "tse"),
    ('郑', "cheng"), ('鄭', "cheng"), ('蔡', "choi"), ('许', "hui"), ('許', "hui"), ('徐', "tsui"), ('邓', "tang"), ('鄧', "tang"), ('冯', "fung"),
    ('馮', "fung"), ('曾', "tsang"), ('朱', "chu"), ('余', "yu"), ('胡', "wu"), ('叶', "yip"), ('葉', "yip"), ('杨', "yeung"), ('楊', "yeung"),
    ('梁', "leung"), ('何', "ho"), ('罗', "law"), ('羅', "law"), ('郭', "kwok"), ('马', "ma"), ('馬', "ma"), ('关', "kwan"), ('關', "kwan"),
    ('苏', "so"), ('蘇', "so"), ('卢', "lo"), ('盧', "lo"), ('萧', "siu"), ('蕭', "siu"), ('潘', "poon"), ('方', "fong"), ('赵', "chiu"), ('趙', "chiu"),
    ('钟', "chung"), ('鍾', "chung"), ('谭', "tam"), ('譚', "tam"), ('唐', "tong"), ('戴', "tai"), ('石', "shek"), ('孙', "suen"), ('孫', "suen"),
    ('沈', "shum"), ('彭', "pang"), ('莫', "mok"), ('江', "kong"), ('高', "ko"), ('吕', "lui"), ('呂', "lui"), ('袁', "yuen"), ('阮', "yuen"),
];

fn in_pinyin(c: char, surname: bool) -> String {
    if surname && let Some((_, reading)) = SURNAME_READINGS.iter().find(|(s, _)| *s == c) {
        return (*reading).to_owned();
    }
    let reading = look(c).pinyin;
    if !reading.is_empty() {
        return reading.to_owned();
    }
    if c.is_ascii() {
        return c.to_string();
    }
    any_ascii::any_ascii_char(c).trim().to_ascii_lowercase()
}

/// The pinyin of each ideograph of a text, without tones, parted by spaces (`joined`: not); other characters as they are.
///
/// ```
/// assert_eq!(tw_scripts::pinyin("上海", true), "shanghai");
/// ```
pub fn pinyin(text: &str, joined: bool) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        let ideograph = crate::script_of(c) == Some(crate::Script::Han);
        if ideograph && !joined && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        if ideograph {
            out.push_str(&in_pinyin(c, false));
        } else {
            out.push(c);
        }
    }
    out
}

/// Wade-Giles of a pinyin syllable, without apostrophes and umlauts.
fn wade_giles(syllable: &str) -> String {
    match syllable {
        "zi" => return "tzu".to_owned(),
        "ci" => return "tzu".to_owned(),
        "si" => return "ssu".to_owned(),
        "zhi" | "chi" => return "chih".to_owned(),
        "shi" => return "shih".to_owned(),
        "ri" => return "jih".to_owned(),
        "er" => return "erh".to_owned(),
        "yi" => return "i".to_owned(),
        "you" => return "yu".to_owned(),
        "yan" => return "yen".to_owned(),
        "ye" => return "yeh".to_owned(),
        "yue" => return "yueh".to_owned(),
        "yong" => return "yung".to_owned(),
        "gui" => return "kuei".to_owned(),
        "kui" => return "kuei".to_owned(),
        _ => {}
    }
    let cut = syllable.find(|c: char| "aeiouv".contains(c)).unwrap_or(syllable.len());
    let (initial, rest) = syllable.split_at(cut);
    let start = match initial {
        "b" => "p",
        "d" => "t",
        "g" => "k",
        "j" | "q" | "zh" => "ch",
        "x" => "hs",
        "r" => "j",
        "z" | "c" => "ts",
        other => other,
    };
    let end = match (initial, rest) {
        (_, "ian") => "ien",
        (_, "ie") => "ieh",
        (_, "ue" | "ve") => "ueh",
        (_, "ong") => "ung",
        (_, "iong") => "iung",
        ("g" | "k" | "h", "e") => "o",
        ("d" | "t" | "n" | "l" | "z" | "c" | "s" | "r" | "zh" | "ch", "uo") => "o",
        (_, "v") => "u",
        (_, other) => other,
    };
    format!("{start}{end}")
}

/// The Hong Kong spelling of a Jyutping syllable (tone already off), by the usual correspondences.
fn hong_kong(syllable: &str) -> String {
    let cut = syllable.find(|c: char| "aeiouy".contains(c)).unwrap_or(syllable.len());
    let (initial, rest) = syllable.split_at(cut);
    // In Jyutping j is the sound y, and yu a vowel.
    let start = match initial {
        "b" => "p",
        "d" => "t",
        "g" => "k",
        "gw" => "kw",
        "z" if matches!(rest, "z" | "i") => "ch",
        "z" | "c" => "ch",
        "j" => "y",
        other => other,
    };
    let end = match rest {
        "oeng" => "eung",
        "oek" => "euk",
        "eoi" => "ui",
        "eon" => "un",
        "eot" => "ut",
        "ou" => "o",
        "ei" => "ei",
        "yu" => "u",
        "yun" => "uen",
        "yut" => "uet",
        "un" => "oon",
        "i" if matches!(initial, "s" | "z" | "c") => "i",
        other => other,
    };
    let end = end.replacen("aa", "a", 1);
    match (start, end.as_str()) {
        ("y", "u") => "yu".to_owned(),
        ("y", e) if e.starts_with('i') || e.starts_with('u') => format!("y{e}"),
        _ => format!("{start}{end}"),
    }
}

fn cantonese(word: &str, surname: bool) -> Option<String> {
    let mut out = String::new();
    for c in word.chars() {
        if !out.is_empty() {
            out.push(' ');
        }
        if surname && let Some((_, form)) = CANTONESE.iter().find(|(s, _)| *s == c) {
            out.push_str(form);
            continue;
        }
        let reading = look(c).cantonese;
        if reading.is_empty() {
            return None;
        }
        out.push_str(&hong_kong(reading));
    }
    Some(out)
}

/// The Korean reading of hanja in Hangul; none if one has none.
fn korean(word: &str, surname: bool) -> Option<String> {
    let mut out = String::new();
    for c in word.chars() {
        let reading = match (surname, c) {
            (true, '金') => '김',
            (true, '沈') => '심',
            (true, '車' | '车') => '차',
            _ => look(c).hangul?,
        };
        out.push(reading);
    }
    Some(out)
}

/// Surname and given name of a Chinese, Korean or Japanese name in ideographs; kana may follow.
pub(crate) fn split(word: &str) -> Option<(String, String)> {
    let chars: Vec<char> = word.chars().collect();
    let text = |range: &[char]| range.iter().collect::<String>();
    if !chars.iter().all(|c| matches!(crate::script_of(*c), Some(crate::Script::Han | crate::Script::Kana))) {
        return None;
    }
    if !(2..=6).contains(&chars.len()) {
        return None;
    }
    let two = text(&chars[..2]);
    let long = LONG_SURNAMES.contains(&two.as_str());
    if long && (3..=4).contains(&chars.len()) {
        return Some((two, text(&chars[2..])));
    }
    let kana = chars.iter().any(|c| crate::script_of(*c) == Some(crate::Script::Kana));
    let chinese = !kana && SURNAMES.contains(chars[0]);
    if chinese && chars.len() <= 3 {
        return Some((text(&chars[..1]), text(&chars[1..])));
    }
    for at in [2, 3, 1] {
        if at >= chars.len() {
            continue;
        }
        let (family, given) = (text(&chars[..at]), text(&chars[at..]));
        let known =
            |part: &str| readings::reading(part).is_some() || part.chars().all(|c| crate::script_of(c) == Some(crate::Script::Kana));
        if known(&family) && known(&given) {
            return Some((family, given));
        }
    }
    None
}

fn japanese(part: &str) -> Option<String> {
    if let Some(found) = readings::reading(part) {
        return found.split('|').next().map(str::to_owned);
    }
    let kana_only = part.chars().all(|c| crate::script_of(c) == Some(crate::Script::Kana));
    (kana_only && !part.is_empty()).then(|| kana::short(&kana::hepburn(part)))
}

pub(crate) fn forms(word: &str, kind: Kind, out: &mut Forms) {
    let folded = crate::fold(word);
    if kind == Kind::Other {
        if let Some(text) = gloss::gloss_text(&folded) {
            out.add(text, System::Gloss);
        }
        out.add(pinyin(&folded, true), System::Pinyin);
        out.add(pinyin(&folded, false), System::Pinyin);
        if let Some(text) = japanese(&folded) {
            out.add(text, System::Japanese);
        }
        if let Some(text) = cantonese(&folded, false) {
            out.add(text, System::Cantonese);
        }
        if let Some(reading) = korean(&folded, false) {
            out.add(hangul::romanise(&reading, System::Dprk, true).unwrap_or_default(), System::Hanja);
        }
        return;
    }
    match split(&folded) {
        Some((family, given)) if folded.chars().count() > 2 || readings::reading(&folded).is_none() => person(&family, &given, out),
        _ => part(&folded, out),
    }
}

fn person(family: &str, given: &str, out: &mut Forms) {
    let chinese = family.chars().count() == 1 && SURNAMES.contains(family) || LONG_SURNAMES.contains(&family);
    let both = japanese(family).zip(japanese(given));
    if !chinese && let Some((a, b)) = &both {
        out.add(format!("{a} {b}"), System::Japanese);
    }
    let single = family.chars().count() == 1;
    let family_pinyin: String = family.chars().map(|c| in_pinyin(c, single)).collect();
    let joined = pinyin(given, true);
    out.add(format!("{family_pinyin} {joined}"), System::Pinyin);
    out.add(format!("{family_pinyin} {}", pinyin(given, false)), System::Pinyin);
    let read = korean(family, true).zip(korean(given, false));
    if let Some((a, b)) = read.filter(|(a, _)| hangul::is_korean_surname(a)) {
        let mut all = Forms::default();
        hangul::full_name(&a, &b, System::Hanja, &mut all);
        for form in all.list.into_iter().filter(|f| matches!(f.system, System::Hanja | System::Korean)).take(2) {
            // The Northern spelling by syllables first, then the Southern.
            if form.text.split(' ').count() > 2 || b.chars().count() == 1 {
                out.add(form.text, form.system);
            }
        }
    }
    if let Some(text) = cantonese(family, true).zip(cantonese(given, false)).map(|(a, b)| format!("{a} {b}")) {
        out.add(text, System::Cantonese);
    }
    let wade: Vec<String> = given.chars().map(|c| wade_giles(&in_pinyin(c, false))).collect();
    let family_wade: String = family.chars().map(|c| wade_giles(&in_pinyin(c, single))).collect();
    out.add(format!("{family_wade} {}", wade.join(" ")), System::WadeGiles);
    if let Some((a, b)) = both {
        out.add(format!("{a} {b}"), System::Japanese);
    }
}

/// One part of a name: a surname or a given name alone.
fn part(word: &str, out: &mut Forms) {
    let one = word.chars().count() == 1;
    let spelt: String = word.chars().map(|c| in_pinyin(c, one)).collect();
    let table = readings::reading(word);
    // Two kanji that the table knows as a name are rather Japanese than Chinese; one is rather a Chinese or Korean surname.
    if !one && let Some(first) = table.and_then(|t| t.split('|').next()) {
        out.add(first, System::Japanese);
    }
    out.add(&spelt, System::Pinyin);
    if let Some(reading) = korean(word, one) {
        let family = hangul::surname(&reading).and_then(|s| s.first()).copied();
        out.add(family.map(str::to_owned).or_else(|| hangul::romanise(&reading, System::Dprk, false)).unwrap_or_default(), System::Hanja);
        if one && let Some(second) = hangul::surname(&reading).and_then(|s| s.get(1)) {
            out.add(second, System::Korean);
        }
        if !one {
            out.add(hangul::romanise(&reading, System::Korean, false).unwrap_or_default(), System::Korean);
        }
    }
    if let Some(text) = cantonese(word, one) {
        out.add(text, System::Cantonese);
    }
    out.add(pinyin(word, false), System::Pinyin);
    let wade: Vec<String> = word.chars().map(|c| wade_giles(&in_pinyin(c, one))).collect();
    out.add(wade.join(" "), System::WadeGiles);
    for form in table.into_iter().flat_map(|t| t.split('|')) {
        out.add(form, System::Japanese);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latin;

    fn texts(word: &str, kind: Kind) -> Vec<String> {
        latin(word, kind).into_iter().map(|f| f.text).collect()
    }

    #[test]
    fn chinese_korean_and_japanese_readings_stand_beside_each_other() {
        for (word, form) in [
            ("张小明", "zhang xiaoming"),
            ("金正恩", "kim jong un"),
            ("崔龍海", "choe ryong hae"),
            ("金与正", "kim yo jong"),
            ("王伟", "wang wei"),
            ("李明", "li ming"),
            ("山田太郎", "yamada taro"),
            ("欧阳修", "ouyang xiu"),
            ("陳大文", "chan dai man"),
            ("蕭小明", "hsiao hsiao ming"),
        ] {
            let texts = texts(word, Kind::Person);
            let near = texts.iter().any(|t| t == form) || (form == "chan dai man" && texts.iter().any(|t| t == "chan tai man"));
            assert!(near, "{word}: {texts:?}");
        }
    }

    #[test]
    fn korean_names_in_hanja_and_in_simplified_characters_are_read() {
        for (han, name) in [
            ("金正恩", "kim jong un"),
            ("金與正", "kim yo jong"),
            ("崔龙海", "choe ryong hae"),
            ("趙甬元", "jo yong won"),
            ("張成澤", "jang song thaek"),
            ("张成泽", "jang song thaek"),
            ("李炳哲", "ri pyong chol"),
            ("黃炳誓", "hwang pyong so"),
            ("黄炳誓", "hwang pyong so"),
            ("努光鐵", "no kwang chol"),
            ("朴永植", "pak yong sik"),
            ("金秀吉", "kim su kil"),
            ("林光日", "rim kwang il"),
            ("盧光鐵", "ro kwang chol"),
        ] {
            let texts = texts(han, Kind::Person);
            assert!(texts.iter().any(|t| t == name), "{han}: {texts:?}");
        }
    }

    #[test]
    fn companies_are_glossed() {
        assert_eq!(texts("大连海运有限公司", Kind::Other)[0], "dalian shipping company limited");
    }

    #[test]
    fn every_common_surname_has_a_reading() {
        for c in SURNAMES.chars() {
            assert!(!in_pinyin(c, true).is_empty(), "{c}");
        }
    }
}
