//! Values cleaned by their type: countries, dates in partial precision, identifiers with check digits.
//!
//! Two forms are kept apart: the wire form ([`clean`]), which is what FollowTheMoney's own cleaning gives and what a client sees
//! echoed, and the compared forms ([`countries`], [`dates`], [`identifiers`]), which read more.

mod country;
mod date;
mod identifier;

pub use country::{Land, countries, country};
pub use date::{DateRange, dates};
pub use identifier::{
    IdKind, Identifier, identifiers, identifiers_in_text, valid_bic, valid_imo_company, valid_imo_ship, valid_inn, valid_isin, valid_lei,
    valid_ogrn,
};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Small letters without marks and punctuation, words parted by one space: the form in which texts are looked up.
///
/// ```
/// assert_eq!(tw_screening::value::fold("Korea, Democratic People's Republic of"), "korea democratic peoples republic of");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

pub(crate) fn fold_into(text: &str, out: &mut String) {
    let from = out.len();
    let mut gap = false;
    let mut push = |c: char| {
        if c.is_alphanumeric() {
            if gap && out.len() > from {
                out.push(' ');
            }
            gap = false;
            if c.is_ascii() {
                out.push(c.to_ascii_lowercase());
            } else {
                out.extend(c.to_lowercase());
            }
        } else if !matches!(c, '\'' | '\u{2019}' | '`' | '\u{2bc}' | '.') {
            gap = true;
        }
    };
    if text.is_ascii() {
        text.chars().for_each(push);
    } else {
        text.nfkd().filter(|c| !is_combining_mark(*c)).for_each(&mut push);
    }
}

/// The wire form of a value, as FollowTheMoney's own cleaning gives it; `None` if the value is none of its type.
///
/// `kind` is the type of the property (`country`, `date`, `identifier`), `format` the format of an identifier (`imo`, `inn`).
///
/// ```
/// use tw_screening::value::clean;
/// assert_eq!(clean("country", None, "Russia").as_deref(), Some("ru"));
/// assert_eq!(clean("date", None, "1965-9-1").as_deref(), Some("1965-09-01"));
/// assert_eq!(clean("date", None, "soon"), None);
/// assert_eq!(clean("identifier", Some("imo"), "9 074 729").as_deref(), None);
/// assert_eq!(clean("identifier", Some("imo"), "IMO 9074729").as_deref(), Some("IMO9074729"));
/// ```
#[must_use]
pub fn clean(kind: &str, format: Option<&str>, value: &str) -> Option<String> {
    let text = squash(value);
    if text.is_empty() {
        return None;
    }
    match kind {
        "country" => country(&text).map(|c| c.code().to_owned()),
        "date" => date::wire(&text),
        "gender" => gender(&text).map(str::to_owned),
        "identifier" => match format {
            Some(format) => identifier::wire(format, &text),
            None => Some(text),
        },
        "name" => {
            let inner = text.trim_matches(['"', '\'', '\u{201c}', '\u{201d}']).trim();
            (!inner.is_empty()).then(|| inner.to_owned())
        }
        "email" => {
            let (user, host) = text.rsplit_once('@')?;
            (!user.is_empty() && host.contains('.') && !text.contains(' ')).then(|| format!("{user}@{}", host.to_lowercase()))
        }
        "topic" => {
            let topic = text.to_lowercase();
            tw_ftm::model().topics.contains_key(&topic).then_some(topic)
        }
        _ => Some(text),
    }
}

/// A gender in FollowTheMoney's words: `male`, `female`, `other`.
#[must_use]
pub fn gender(text: &str) -> Option<&'static str> {
    match fold(text).as_str() {
        "m" | "male" | "man" | "masculin" | "mannlich" | "мужскои" | "男" => Some("male"),
        "f" | "female" | "woman" | "feminin" | "weiblich" | "женскии" | "女" => Some("female"),
        "o" | "d" | "other" | "divers" => Some("other"),
        _ => None,
    }
}

fn squash(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genders_are_read_in_several_languages() {
        assert_eq!(gender("Male."), Some("male"));
        assert_eq!(gender("Женский"), Some("female"));
        assert_eq!(gender("unknown"), None);
    }

    #[test]
    fn the_wire_form_keeps_what_it_does_not_know_and_drops_what_is_wrong() {
        assert_eq!(clean("string", None, " a \n b ").as_deref(), Some("a b"));
        assert_eq!(clean("country", None, "Atlantis"), None);
        assert_eq!(clean("name", None, "\"Jane Example\"").as_deref(), Some("Jane Example"));
        assert_eq!(clean("gender", None, "M").as_deref(), Some("male"));
        assert_eq!(clean("identifier", None, " 12 34 ").as_deref(), Some("12 34"));
        assert_eq!(clean("identifier", Some("inn"), "7744001497").as_deref(), Some("7744001497"));
        assert_eq!(clean("identifier", Some("inn"), "7744001498"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_value_makes_it_panic(kind in "country|date|identifier|name|email|topic|gender|string", format in proptest::option::of("imo|inn|ogrn|lei|isin|bic|iban|npi|uei|x"), text in ".{0,60}") {
            let _ = clean(&kind, format.as_deref(), &text);
            let _ = countries(&text);
            let _ = dates(&text);
            let _ = identifiers("Vessel", "imoNumber", &text);
            let _ = identifiers_in_text(&text);
        }

        #[test]
        fn folding_twice_is_folding_once(text in ".{0,60}") {
            proptest::prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
