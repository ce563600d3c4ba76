use std::collections::HashMap;
use std::sync::LazyLock;

use super::fold;

/// A country or territory of FollowTheMoney's list: `ru`, `kp`, `gb-sct`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Land(u16);

struct Table {
    codes: Vec<&'static str>,
    texts: HashMap<&'static str, (u16, bool)>,
    /// For each country the state or states that hold, claim or succeed it; two countries that share one do not contradict each other.
    kin: Vec<Vec<u16>>,
    longest: usize,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let codes: Vec<&'static str> = tw_ftm::model().countries.keys().map(String::as_str).collect();
    let mut texts = HashMap::with_capacity(30_000);
    let mut longest = 1;
    let number = |code: &str| codes.iter().position(|c| *c == code).and_then(|n| u16::try_from(n).ok());
    let mut add = |code: &str, text: &'static str, name: bool| {
        if let Some(n) = number(code) {
            longest = longest.max(text.split(' ').count());
            texts.entry(text).or_insert((n, name));
        }
    };
    for (code, text) in MORE {
        add(code, text, true);
    }
    for line in include_str!("../../data/countries.tsv").lines() {
        let mut fields = line.split('\t');
        let (Some(code), Some(class), Some(names)) = (fields.next(), fields.next(), fields.next()) else { continue };
        for text in names.split('|') {
            add(code, text, class == "n");
        }
    }
    let kin = codes
        .iter()
        .map(|code| {
            let mut all: Vec<u16> = KIN.iter().filter(|(a, _)| a == code).flat_map(|(_, b)| b.split(' ')).filter_map(number).collect();
            all.extend(number(code));
            if let Some((parent, _)) = code.split_once('-') {
                all.extend(number(parent));
            }
            all.sort_unstable();
            all.dedup();
            all
        })
        .collect();
    Table { codes, texts, kin, longest: longest.min(9) }
});

/// Texts of sanctions lists that the bundled table lacks.
const MORE: &[(&str, &str)] = &[
    ("by", "belarussian"),
    ("by", "byelorussian"),
    ("td", "chadian"),
    ("cd", "congo democratic republic"),
    ("cd", "congolese drc"),
    ("cd", "drc"),
    ("cg", "congo republic"),
    ("kp", "dprk"),
    ("kp", "korea dpr"),
    ("uz", "uzbekistani"),
    ("kz", "kazakhstani"),
    ("tj", "tajikistani"),
    ("us", "us"),
    ("us", "usa"),
    ("gb", "united kingdom of great britain and northern ireland"),
    ("suhh", "ussr"),
    ("suhh", "soviet"),
    ("ua-cri", "region crimea"),
    ("ps", "region west bank"),
    ("ps", "region gaza"),
    ("im", "man isle of"),
    ("vg", "virgin islands british"),
];

/// Territories and the states that hold, claim or succeed them: for "do these two contradict each other", not for law.
const KIN: &[(&str, &str)] = &[
    ("suhh", "ru ua by md am az ge kz kg tj tm uz ee lv lt"),
    ("hk", "cn"),
    ("mo", "cn"),
    ("tw", "cn"),
    ("ua-cri", "ua ru"),
    ("ua-dpr", "ua ru"),
    ("ua-lpr", "ua ru"),
    ("yucs", "rs me hr ba si mk xk"),
    ("csxx", "rs me xk"),
    ("cshh", "cz sk"),
    ("xk", "rs"),
    ("cy-trnc", "cy tr"),
    ("ge-ab", "ge"),
    ("x-so", "ge"),
    ("az-nk", "az"),
    ("im", "gb"),
    ("je", "gb"),
    ("gg", "gb"),
    ("gi", "gb"),
    ("eh", "ma"),
    ("pr", "us"),
    ("sd", "ss"),
];

impl Land {
    /// The code, such as `ru`.
    #[must_use]
    pub fn code(self) -> &'static str {
        TABLE.codes.get(usize::from(self.0)).copied().unwrap_or("")
    }

    /// If one of the two can be meant by the other: the same, part of it, or its successor.
    ///
    /// ```
    /// use tw_screening::value::country;
    /// let (hong_kong, china, russia) = (country("Hong Kong"), country("China"), country("Russia"));
    /// assert!(hong_kong.zip(china).is_some_and(|(a, b)| a.compatible(b)));
    /// assert!(russia.zip(china).is_some_and(|(a, b)| !a.compatible(b)));
    /// ```
    #[must_use]
    pub fn compatible(self, other: Self) -> bool {
        if self == other {
            return true;
        }
        let kin = |land: Self| TABLE.kin.get(usize::from(land.0)).map_or(&[][..], Vec::as_slice);
        kin(self).contains(&other.0) || kin(other).contains(&self.0)
    }
}

/// The country that a whole text names: a code, a name in any of some hundred languages, a demonym, or a part or capital of it.
///
/// ```
/// use tw_screening::value::country;
/// let code = |text| country(text).map(|c| c.code());
/// assert_eq!(code("KOREA, DEMOCRATIC PEOPLE'S REPUBLIC OF"), Some("kp"));
/// assert_eq!(code("Moroccan"), Some("ma"));
/// assert_eq!(code("Россия"), Some("ru"));
/// assert_eq!(code("Pyongyang"), Some("kp"));
/// assert_eq!(code("not known"), None);
/// ```
#[must_use]
pub fn country(text: &str) -> Option<Land> {
    if text.len() > 200 {
        return None;
    }
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_lowercase()) {
        return TABLE.texts.get(text).map(|(n, _)| Land(*n));
    }
    if let Ok(n) = TABLE.codes.binary_search(&text) {
        return u16::try_from(n).ok().map(Land);
    }
    let folded = fold(text);
    TABLE.texts.get(folded.as_str()).map(|(n, _)| Land(*n))
}

/// All countries that a text names, in its order: lists write `(a) German, (b) Moroccan` into one field.
///
/// ```
/// let codes: Vec<_> = tw_screening::value::countries("(a) German, (b) Moroccan").into_iter().map(|c| c.code()).collect();
/// assert_eq!(codes, ["de", "ma"]);
/// ```
#[must_use]
pub fn countries(text: &str) -> Vec<Land> {
    if let Some(one) = country(text) {
        return vec![one];
    }
    if text.len() < 4 {
        return Vec::new();
    }
    scan(text, true)
}

/// Countries named in a longer text, such as an address: names only, no places, and no words of fewer than four letters.
pub(crate) fn scan(text: &str, whole: bool) -> Vec<Land> {
    let text = text.char_indices().nth(300).map_or(text, |(end, _)| &text[..end]);
    let folded = fold(text);
    let words: Vec<(usize, usize)> = folded
        .split(' ')
        .map(|w| {
            let from = w.as_ptr() as usize - folded.as_ptr() as usize;
            (from, from + w.len())
        })
        .collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let most = TABLE.longest.min(words.len() - at);
        let hit = (1..=most).rev().find_map(|n| {
            let phrase = &folded[words[at].0..words[at + n - 1].1];
            let (number, name) = TABLE.texts.get(phrase)?;
            let long_enough = phrase.len() >= 4 || (whole && matches!(phrase, "us" | "usa" | "uk" | "uae" | "drc"));
            (*name && long_enough).then_some((n, *number))
        });
        match hit {
            Some((n, number)) => {
                if !found.contains(&Land(number)) {
                    found.push(Land(number));
                }
                at += n;
            }
            None => at += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        countries(text).into_iter().map(Land::code).collect()
    }

    #[test]
    fn every_country_of_the_model_is_found_by_its_name_and_code() {
        for (code, name) in &tw_ftm::model().countries {
            assert_eq!(country(code).map(Land::code), Some(code.as_str()), "{code}");
            if !code.contains('-') {
                assert!(country(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn the_table_is_folded_as_texts_are() {
        let wrong: Vec<&&str> = TABLE.texts.keys().filter(|t| fold(t) != **t).collect();
        assert!(wrong.len() < 30, "{} texts can never be found: {:?}", wrong.len(), &wrong[..wrong.len().min(10)]);
    }

    #[test]
    fn several_countries_in_one_text_are_all_found() {
        assert_eq!(codes("Russian and Belarusian"), ["ru", "by"]);
        assert_eq!(codes("(1) Chad (2) Central African Republic"), ["td", "cf"]);
        assert_eq!(codes("of the Republic of Moldova"), ["md"]);
        assert_eq!(codes("Democratic Republic of the Congo, passport no. OB 0243318"), ["cd"]);
        assert_eq!(codes("Iranian and US"), ["ir", "us"]);
        assert_eq!(codes("none identified"), Vec::<&str>::new());
    }

    #[test]
    fn successors_do_not_contradict_the_soviet_union() {
        let su = country("USSR").expect("a country");
        assert!(su.compatible(country("Ukraine").expect("a country")));
        assert!(!su.compatible(country("Iran").expect("a country")));
    }
}
