//! Names in a quote, by pattern and dictionary: people, organisations, bodies of state, ships, places, IMO numbers, laws.

use crate::cues;
use crate::model::{Entity, EntityKind};
use crate::text::{Lang, Token};

/// Finds the names among tokens `a..b` of a sentence; `all` are all its tokens.
pub(crate) fn find(all: &[Token], a: usize, b: usize, text: &str, lang: Lang, known_person: impl Fn(&str) -> bool) -> Vec<Entity> {
    let finder = Finder { t: all, text };
    let mut out = Vec::new();
    let mut i = a;
    while i < b.min(all.len()) {
        let found = finder.imo(i).or_else(|| finder.law(i, lang)).or_else(|| match lang {
            Lang::En => finder.latin(i, b, &known_person),
            Lang::Ru => finder.russian(i, b),
            Lang::Ko => finder.korean(i, b),
        });
        match found {
            Some((entity, next)) => {
                i = next.max(i + 1);
                out.push(entity);
            }
            None => i += 1,
        }
    }
    out
}

struct Finder<'a> {
    t: &'a [Token],
    text: &'a str,
}

impl Finder<'_> {
    fn low(&self, i: usize) -> &str {
        self.t.get(i).map_or("", |t| t.low.as_str())
    }

    fn make(&self, a: usize, b: usize, kind: EntityKind) -> Option<(Entity, usize)> {
        let (start, end) = (self.t.get(a)?.start, self.t.get(b.checked_sub(1)?)?.end);
        let text = self.text.get(start..end)?.to_owned();
        Some((Entity { text, kind, check_digit: None, byte_start: start, byte_end: end }, b))
    }

    /// Seven digits after "IMO", with the check digit of IMO resolution A.1117(30).
    fn imo(&self, i: usize) -> Option<(Entity, usize)> {
        let number = self.t.get(i)?.number()?;
        if number.digits != 7 || number.formatted {
            return None;
        }
        let near = (i.saturating_sub(3)..i).any(|j| matches!(self.low(j), "imo" | "имо"));
        let digits: Vec<u32> = self.low(i).chars().filter_map(|c| c.to_digit(10)).collect();
        if !near || digits.len() != 7 {
            return None;
        }
        let sum: u32 = digits.iter().zip((2..=7).rev()).map(|(d, w)| d * w).sum();
        let (mut entity, next) = self.make(i, i + 1, EntityKind::Imo)?;
        if sum % 10 != digits[6] {
            entity.check_digit = Some("invalid".to_owned());
        }
        Some((entity, next))
    }

    fn law(&self, i: usize, lang: Lang) -> Option<(Entity, usize)> {
        let low = self.low(i);
        let number = |j: usize| self.t.get(j).is_some_and(|t| t.number().is_some());
        let resolution = match lang {
            Lang::En => low == "resolution" || low == "regulation",
            Lang::Ru => low.starts_with("резолюц"),
            Lang::Ko => low.starts_with("결의"),
        };
        if resolution && number(i + 1) {
            let year = self.low(i + 2) == "(" && number(i + 3) && self.low(i + 4) == ")";
            return self.make(i, if year { i + 5 } else { i + 2 }, EntityKind::Law);
        }
        if low == "executive" && self.low(i + 1) == "order" && number(i + 2) {
            return self.make(i, i + 3, EntityKind::Law);
        }
        // "National Security Act".
        if self.t.get(i)?.cap && lang == Lang::En {
            let mut j = i;
            while self.t.get(j).is_some_and(|t| t.cap && t.is_word()) && j < i + 6 {
                if j > i && matches!(self.low(j), "act" | "code" | "convention" | "treaty") {
                    return self.make(i, j + 1, EntityKind::Law);
                }
                j += 1;
            }
        }
        None
    }

    fn latin(&self, i: usize, b: usize, known_person: &impl Fn(&str) -> bool) -> Option<(Entity, usize)> {
        let token = self.t.get(i)?;
        if !token.is_word() || token.is_any(&["imo", "mmsi"]) {
            return None;
        }
        if !token.cap {
            // "customs administration" of nobody is no name; CJK names stand in brackets.
            let han = token.low.chars().next().is_some_and(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'));
            return if han { self.make(i, i + 1, EntityKind::Person) } else { None };
        }
        // Places of several words, the longest first.
        for n in (1..=3).rev() {
            if i + n > b {
                continue;
            }
            let mut phrase = String::new();
            for j in i..(i + n).min(b) {
                if j > i {
                    phrase.push(' ');
                }
                phrase.push_str(self.low(j));
            }
            let followed = self.t.get(i + n).is_some_and(|t| t.cap && t.is_word()) && n == 1;
            if cues::PLACES.contains(&phrase.as_str()) && !followed && !self.adjective(i + n) {
                let body = self.low(i + n) == "'s" && (i + n + 1..i + n + 4).any(|j| cues::BODIES.contains(&self.low(j)));
                if body {
                    let end = (i + n + 1..i + n + 4).find(|j| cues::BODIES.contains(&self.low(*j))).unwrap_or(i + n);
                    return self.make(i, end + 1, EntityKind::Gov);
                }
                return self.make(i, i + n, EntityKind::Place);
            }
        }
        let mut j = i;
        let mut caps = 0;
        while j < b {
            let t = &self.t[j];
            let joins = j > i && t.is_any(&["of", "for", "-", "&"]) && self.t.get(j + 1).is_some_and(|n| n.cap);
            let number = j > i
                && t.number().is_some_and(|n| !n.formatted && n.digits <= 4)
                && !self.t.get(j + 1).is_some_and(|n| n.is_word() && crate::units::measure(&n.low).is_some());
            let point = t.is(".") && !t.spaced && matches!(self.low(j - usize::from(j > 0)), "ltd" | "pte" | "co" | "inc" | "corp" | "st");
            if !(t.cap && t.is_word() || joins || number || point) {
                break;
            }
            caps += usize::from(t.cap);
            j += 1;
        }
        if caps == 0 {
            return None;
        }
        let mut start = i;
        let first = self.low(i);
        let opening = i == 0 || matches!(self.low(i - 1), "\"" | "." | ":");
        if opening && (crate::source::clause(&self.t[i..=i]) || COMMON.contains(&first)) {
            start += 1;
            if start >= j {
                return None;
            }
        }
        while start < j && (COMMON.contains(&self.low(start)) || matches!(self.low(start), "mr" | "mrs" | "ms" | "dr" | "judge")) {
            start += 1;
        }
        if start >= j || start + 1 == j && (opening && caps == 1 && start == i && !self.known(start)) {
            return None;
        }
        let words: Vec<&str> = (start..j).map(|k| self.low(k)).collect();
        let mut end = j;
        // "U.S. Treasury", "Interior Ministry", with a lower-case noun: "Unification ministry".
        if cues::BODIES.contains(&self.low(j)) && j < b {
            end = j + 1;
        }
        let before = (start.saturating_sub(4)..start).map(|k| self.low(k).to_owned()).collect::<Vec<_>>();
        let ship_before = before.iter().rev().take(4).any(|w| {
            matches!(w.as_str(), "tanker" | "tankers" | "ship" | "vessel" | "freighter" | "mv" | "mt" | "flagged" | "barge" | "trawler")
        });
        let imo_after = self.low(j) == "(" && self.low(j + 1) == "imo";
        let numbered = self.t[j - 1].number().is_some();
        let last = words.last().copied().unwrap_or("");
        let nation = |w: &str| {
            ["ian", "ians", "ese", "ean", "eans", "ish"].iter().any(|e| w.ends_with(e))
                || matches!(
                    w,
                    "american" | "americans" | "north" | "south" | "u.s." | "thai" | "greek" | "swiss" | "dutch" | "french" | "german"
                )
        };
        let adjective = words.len() <= 2 && words.iter().all(|w| nation(w)) && nation(last)
            || words.len() == 1
                && (words[0].ends_with("ian")
                    || words[0].ends_with("ese")
                    || words[0].ends_with("ean")
                    || words[0].ends_with("ish")
                    || matches!(words[0], "north" | "south" | "korean" | "american"));
        let kind = if words.iter().any(|w| cues::BODIES.contains(w)) || end > j {
            EntityKind::Gov
        } else if words.iter().any(|w| cues::COMPANIES.contains(w) || cues::OUTLETS.contains(w)) {
            EntityKind::Org
        } else if CALENDAR.contains(&words[0]) || adjective {
            return None;
        } else if imo_after || numbered || ship_before {
            EntityKind::Vessel
        } else {
            let name = self.text.get(self.t[start].start..self.t[end - 1].end).unwrap_or("");
            let titled = start > 0
                && (cues::TITLES.contains(&self.low(start - 1))
                    || self.low(start - 1) == "." && start > 1 && cues::TITLES.contains(&self.low(start - 2)));
            let two = (2..=3).contains(&words.len()) && words.iter().all(|w| w.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '-'));
            if titled || known_person(name) || two {
                EntityKind::Person
            } else if matches!(self.low(start.saturating_sub(1)), "in" | "at" | "off" | "near" | "to" | "from" | "of") && words.len() == 1 {
                EntityKind::Place
            } else {
                EntityKind::Org
            }
        };
        self.make(start, end, kind)
    }

    fn known(&self, i: usize) -> bool {
        cues::BODIES.contains(&self.low(i)) || cues::OUTLETS.contains(&self.low(i))
    }

    /// "North Korean", "Russia-bound".
    fn adjective(&self, i: usize) -> bool {
        self.low(i) == "-" && self.t.get(i).is_some_and(|t| !t.spaced)
    }

    fn russian(&self, i: usize, b: usize) -> Option<(Entity, usize)> {
        let token = self.t.get(i)?;
        if token.is("\"") {
            let close = (i + 1..b.min(i + 8)).find(|j| self.low(*j) == "\"")?;
            let named = self.t.get(i + 1)?.cap && close - i <= 6 && !crate::source::clause(&self.t[i + 1..close]);
            return if named { self.make(i + 1, close, EntityKind::Org) } else { None };
        }
        if !token.cap || !token.is_word() || i == 0 {
            return None;
        }
        let mut j = i;
        while j < b && self.t[j].cap && self.t[j].is_word() {
            j += 1;
        }
        let low = self.low(i);
        let place = ["примор", "владивост", "пхеньян", "москв", "кндр", "росси", "кита", "пекин", "находк", "сеул", "коре", "хабаровск"];
        let body = ["министерств", "мид", "мвд", "оон", "совет", "фсб", "правительств", "управлени", "роструд"];
        let kind = if (i..j).any(|k| body.iter().any(|s| self.low(k).starts_with(s))) {
            EntityKind::Gov
        } else if place.iter().any(|s| low.starts_with(s)) {
            EntityKind::Place
        } else if j - i >= 2 {
            EntityKind::Person
        } else {
            return None;
        };
        self.make(i, j, kind)
    }

    fn korean(&self, i: usize, b: usize) -> Option<(Entity, usize)> {
        let low = self.low(i);
        let places = ["북한", "중국", "러시아", "한국", "단둥", "선양", "평양", "베이징", "블라디보스토크", "남포", "일본", "미국", "홍콩"];
        let bodies = ["외교부", "통일부", "안보리", "총영사관", "대사관", "세관", "해양수산부", "국정원", "재무부", "국무부"];
        let stem = |j: usize, list: &[&str]| list.iter().find(|s| self.low(j).starts_with(**s)).map(|s| s.len());
        // Particles stay outside the name.
        let named = |a: usize, j: usize, length: usize, kind: EntityKind| -> Option<(Entity, usize)> {
            let (mut entity, next) = self.make(a, j + 1, kind)?;
            let end = self.t.get(j)?.start + length;
            if let Some(text) = self.text.get(entity.byte_start..end).filter(|_| end <= entity.byte_end) {
                entity.text = text.to_owned();
                entity.byte_end = end;
            }
            Some((entity, next))
        };
        if let Some(length) = stem(i, &bodies) {
            return named(i, i, length, EntityKind::Gov);
        }
        if let Some(length) = stem(i, &places) {
            return match stem(i + 1, &bodies).filter(|_| i + 1 < b) {
                Some(body) => named(i, i + 1, body, EntityKind::Gov),
                None => named(i, i, length, EntityKind::Place),
            };
        }
        if self.low(i + 1).starts_with('씨') && low.chars().count() <= 4 && i + 1 < b {
            return self.make(i, i + 1, EntityKind::Person);
        }
        None
    }
}

const CALENDAR: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "new",
];

const COMMON: &[&str] = &[
    "the",
    "a",
    "an",
    "in",
    "on",
    "at",
    "by",
    "it",
    "its",
    "he",
    "she",
    "they",
    "we",
    "our",
    "their",
    "his",
    "her",
    "this",
    "that",
    "these",
    "those",
    "two",
    "three",
    "over",
    "nearly",
    "more",
    "about",
    "some",
    "most",
    "all",
    "each",
    "one",
    "both",
    "when",
    "while",
    "after",
    "before",
    "since",
    "under",
    "according",
    "but",
    "and",
    "not",
    "no",
    "as",
    "from",
    "to",
    "for",
    "between",
    "there",
    "satellite",
    "shipping",
    "prosecutors",
    "tracking",
    "foreign",
    "banks",
    "ship",
    "added",
    "correction",
    "only",
    "every",
    "any",
    "however",
    "separately",
    "earlier",
    "last",
    "if",
    "many",
    "several",
    "fewer",
    "labour",
    "labor",
    "now",
    "records",
    "documents",
    "customs",
    "another",
    "i",
    "such",
    "up",
    "with",
    "what",
    "who",
    "why",
    "how",
];
