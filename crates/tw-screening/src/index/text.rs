//! Words of all values of all entities, and the language in which they are asked for.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::doc::Doc;
use super::words::Mixed;
use super::{Inner, QueryError, candidates::check, words};

/// Most words, phrases and fields in one question.
const MOST_TERMS: usize = 100;

/// Deepest brackets in one question.
const MOST_DEEP: usize = 20;

/// Most bytes of a question.
const MOST_BYTES: usize = 10_000;

/// Most words that a beginning such as `al*` may stand for.
const MOST_EXPANDED: usize = 20_000;

/// Most entities that are read to see if words follow each other, or are in the field asked for.
const MOST_READ: usize = 100_000;

/// Words of entities, each entity by its number in the list from which this was made.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Entities, by id.
    docs: Vec<Arc<Doc>>,
    /// Words, by letters.
    words: Vec<Box<str>>,
    /// First posting of each word, and the end.
    starts: Vec<u32>,
    /// Number of the entity, and in the lowest four bits where it has the word: 0 in a text, else 15 / words of the shortest name with it.
    postings: Vec<u32>,
}

/// The words of an index: those of an earlier one, and those of what is new since.
#[derive(Debug)]
pub(super) struct Text {
    base: Arc<Part>,
    /// Place in this index of each entity of the base; [`GONE`] if it has changed.
    places: Vec<u32>,
    new: Part,
    new_places: Vec<u32>,
}

const GONE: u32 = u32::MAX;

/// Entities found, by place, with how well they fit.
type Found = Vec<(u32, f32)>;

impl Text {
    pub(super) fn new(inner: &Inner, earlier: Option<&Arc<Part>>) -> Self {
        let names_only = inner.docs.len() > inner.settings.large;
        let newest = || (0..inner.docs.len()).filter(|p| inner.is_newest(*p)).map(|p| p as u32);
        let doc = |place: u32| &inner.docs[place as usize];
        if let Some(base) = earlier {
            let mut places = vec![GONE; base.docs.len()];
            let mut new_places = Vec::new();
            let mut at = 0;
            for place in newest() {
                while base.docs.get(at).is_some_and(|d| d.id < doc(place).id) {
                    at += 1;
                }
                match base.docs.get(at) {
                    Some(same) if Arc::ptr_eq(same, doc(place)) => places[at] = place,
                    _ => new_places.push(place),
                }
            }
            if new_places.len() * 10 <= base.docs.len() {
                let new = Part::new(new_places.iter().map(|p| doc(*p).clone()).collect(), names_only);
                return Self { base: base.clone(), places, new, new_places };
            }
        }
        let places: Vec<u32> = newest().collect();
        let base = Arc::new(Part::new(places.iter().map(|p| doc(*p).clone()).collect(), names_only));
        Self { base, places, new: Part::default(), new_places: Vec::new() }
    }

    pub(super) fn base(&self) -> &Arc<Part> {
        &self.base
    }

    /// Places of all entities.
    fn all(&self) -> Found {
        let mut all: Found = self.places.iter().chain(&self.new_places).filter(|p| **p != GONE).map(|p| (*p, 0.0)).collect();
        all.sort_unstable_by_key(|(place, _)| *place);
        all
    }

    /// Entities that have one of some words, as picked from the words of a part; in a name only, or anywhere.
    fn any_of(&self, pick: impl Fn(&Part) -> Vec<usize>, named: bool) -> Result<Found, QueryError> {
        let mut best: BTreeMap<u32, f32> = BTreeMap::new();
        for (part, places) in [(&*self.base, &self.places), (&self.new, &self.new_places)] {
            let numbers = pick(part);
            check("words fit", numbers.len(), MOST_EXPANDED)?;
            for number in numbers {
                for posting in &part.postings[part.starts[number] as usize..part.starts[number + 1] as usize] {
                    let place = places[(posting >> 4) as usize];
                    let share = posting & 15;
                    if place == GONE || (named && share == 0) {
                        continue;
                    }
                    // A word of a name weighs up to three times one of a text.
                    let fits = if share == 0 { 1.0 } else { 1.5 + 0.1 * share as f32 };
                    let known = best.entry(place).or_insert(0.0);
                    *known = known.max(fits);
                }
            }
        }
        Ok(best.into_iter().collect())
    }
}

impl Part {
    fn new(docs: Vec<Arc<Doc>>, names_only: bool) -> Self {
        let mut numbers: HashMap<u64, u32, Mixed> = HashMap::default();
        let mut texts: Vec<Box<str>> = Vec::new();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut own: Vec<(u32, u32)> = Vec::new();
        for (number, doc) in (0_u32..).zip(&docs) {
            let entity = doc.entity();
            own.clear();
            let mut add = |value: &str, named: bool| {
                let before = own.len();
                each_word(value, |word| {
                    let known = *numbers.entry(words::key(7, word)).or_insert_with(|| {
                        texts.push(word.into());
                        texts.len() as u32 - 1
                    });
                    own.push((known, 0));
                });
                if named {
                    let share = (15 / (own.len() - before).max(1)).max(1) as u32;
                    own[before..].iter_mut().for_each(|(_, s)| *s = share);
                }
            };
            for (name, values) in &entity.properties {
                let named = entity.schema.property(name).is_some_and(|p| p.kind == "name");
                for value in values.iter().filter(|_| named || !names_only) {
                    add(value, named);
                }
            }
            add(&entity.caption, true);
            own.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
            own.dedup_by_key(|(word, _)| *word);
            pairs.extend(own.iter().map(|(word, share)| (*word, number << 4 | share)));
        }
        let mut order: Vec<u32> = (0..texts.len() as u32).collect();
        order.sort_unstable_by(|a, b| texts[*a as usize].cmp(&texts[*b as usize]));
        let mut rank = vec![0_u32; texts.len()];
        for (place, word) in (0..).zip(&order) {
            rank[*word as usize] = place;
        }
        let mut starts = vec![0_u32; texts.len() + 1];
        for (word, _) in &pairs {
            starts[rank[*word as usize] as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut at = starts.clone();
        let mut postings = vec![0; pairs.len()];
        for (word, posting) in pairs {
            let next = &mut at[rank[word as usize] as usize];
            postings[*next as usize] = posting;
            *next += 1;
        }
        let words = order.iter().map(|w| std::mem::take(&mut texts[*w as usize])).collect();
        Self { docs, words, starts, postings }
    }

    fn exact(&self, word: &str) -> Vec<usize> {
        self.words.binary_search_by(|w| (**w).cmp(word)).into_iter().collect()
    }

    fn starting(&self, beginning: &str) -> Vec<usize> {
        let from = self.words.partition_point(|w| **w < *beginning);
        (from..self.words.len()).take_while(|i| self.words[*i].starts_with(beginning)).take(MOST_EXPANDED + 1).collect()
    }

    fn like(&self, word: &str, most: usize) -> Vec<usize> {
        let letters: Vec<char> = word.chars().collect();
        (0..self.words.len())
            .filter(|i| {
                let other = &self.words[*i];
                let long = other.len() >= letters.len().saturating_sub(most) && other.len() <= (letters.len() + most) * 4;
                long && super::fuzzy::distance(&letters, other, most).is_some()
            })
            .collect()
    }

    fn pattern(&self, pattern: &str) -> Vec<usize> {
        let beginning = pattern.split(['*', '?']).next().unwrap_or_default();
        let from = self.words.partition_point(|w| **w < *beginning);
        let within = (from..self.words.len()).take_while(|i| self.words[*i].starts_with(beginning));
        within.filter(|i| fits(pattern.as_bytes(), self.words[*i].as_bytes())).take(MOST_EXPANDED + 1).collect()
    }
}

/// If a word fits a pattern with `*` and `?`.
fn fits(pattern: &[u8], word: &[u8]) -> bool {
    let (mut p, mut w) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while w < word.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, w));
                p += 1;
            }
            Some(b'?') => {
                p += 1;
                w += 1;
            }
            Some(letter) if *letter == word[w] => {
                p += 1;
                w += 1;
            }
            _ => match &mut star {
                Some((at, from)) => {
                    *from += 1;
                    p = *at + 1;
                    w = *from;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|b| *b == b'*')
}

/// Words of a value, small, without marks on Latin letters.
pub(super) fn each_word(value: &str, mut visit: impl FnMut(&str)) {
    let folded = words::fold(value);
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        visit(word);
    }
}

fn words_of(value: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(value, |w| words.push(w.to_owned()));
    words
}

/// A question, read.
#[derive(Clone, Debug, PartialEq)]
enum Ask {
    All,
    Word { field: Option<String>, word: String, edits: usize },
    Pattern { field: Option<String>, pattern: String },
    Phrase { field: Option<String>, words: Vec<String> },
    And(Vec<Ask>),
    Or(Vec<Ask>),
    Not(Box<Ask>),
}

/// Finds entities; those with better fitting names first, equal ones by id.
pub(super) fn find(inner: &Inner, question: &str, fuzzy: bool, simple: bool) -> Result<Found, QueryError> {
    check("bytes in the search", question.len(), MOST_BYTES)?;
    let ask = if simple { plain(question, fuzzy) } else { Reader::read(question, fuzzy)? };
    ask.find(inner)
}

/// Finds entities with a name in which the words follow each other, the last of them perhaps unfinished.
pub(super) fn begins(inner: &Inner, question: &str) -> Result<Found, QueryError> {
    check("bytes in the search", question.len(), MOST_BYTES)?;
    let words = words_of(question);
    check("words in the search", words.len(), MOST_TERMS)?;
    let Some((last, rest)) = words.split_last() else { return Ok(Vec::new()) };
    let text = inner.text();
    let mut found = text.any_of(|p| p.starting(last), true)?;
    for word in rest {
        found = both(&found, &text.any_of(|p| p.exact(word), true)?);
    }
    Ok(found)
}

fn plain(question: &str, fuzzy: bool) -> Ask {
    let words = words_of(question);
    if words.is_empty() {
        return if question.trim().is_empty() || question.trim() == "*" { Ask::All } else { Ask::Or(Vec::new()) };
    }
    Ask::And(words.into_iter().take(MOST_TERMS).map(|word| Ask::Word { edits: edits(&word, fuzzy), field: None, word }).collect())
}

/// Letters by which a word may differ, as search engines set it by its length.
fn edits(word: &str, fuzzy: bool) -> usize {
    match word.chars().count() {
        _ if !fuzzy => 0,
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

fn both(a: &[(u32, f32)], b: &[(u32, f32)]) -> Found {
    let mut out = Vec::new();
    let mut rest = b;
    for (place, fits) in a {
        rest = &rest[rest.partition_point(|(p, _)| p < place)..];
        if let Some((p, more)) = rest.first()
            && p == place
        {
            out.push((*place, fits + more));
        }
    }
    out
}

impl Ask {
    /// Looks for words in this field, unless they name one.
    fn set_field(&mut self, name: &str) {
        match self {
            Self::All => *self = Self::Pattern { field: Some(name.to_owned()), pattern: "*".into() },
            Self::Word { field, .. } | Self::Pattern { field, .. } | Self::Phrase { field, .. } => {
                field.get_or_insert_with(|| name.to_owned());
            }
            Self::And(parts) | Self::Or(parts) => parts.iter_mut().for_each(|p| p.set_field(name)),
            Self::Not(part) => part.set_field(name),
        }
    }

    fn find(&self, inner: &Inner) -> Result<Found, QueryError> {
        let text = inner.text();
        match self {
            Self::All => Ok(text.all()),
            Self::Word { field, word, edits } => {
                let pick = |p: &Part| if *edits == 0 { p.exact(word) } else { p.like(word, *edits) };
                match field.as_deref() {
                    None | Some("text") => text.any_of(pick, false),
                    Some("names" | "name") => text.any_of(pick, true),
                    Some(field) => in_field(inner, field, std::slice::from_ref(word)),
                }
            }
            Self::Pattern { field, pattern } => {
                let pick = |p: &Part| match pattern.strip_suffix('*') {
                    Some(beginning) if !beginning.contains(['*', '?']) => p.starting(beginning),
                    _ => p.pattern(pattern),
                };
                match field.as_deref() {
                    None | Some("text") => text.any_of(pick, false),
                    Some("names" | "name") => text.any_of(pick, true),
                    Some(field) => {
                        let all = text.all();
                        check("entities to read", all.len(), MOST_READ)?;
                        let has = |place: &u32| {
                            let entry = inner.docs[*place as usize].entry();
                            let values = super::filter::field_values(&entry, field);
                            values.iter().any(|v| fits(pattern.as_bytes(), words::fold(v).as_bytes()))
                        };
                        Ok(all.into_iter().filter(|(place, _)| has(place)).map(|(place, _)| (place, 1.0)).collect())
                    }
                }
            }
            Self::Phrase { field, words } => {
                if let Some(field) = field.as_deref().filter(|f| !matches!(*f, "text" | "names" | "name")) {
                    return in_field(inner, field, words);
                }
                let named = field.as_deref().is_some_and(|f| f != "text");
                let mut found = text.all();
                for word in words {
                    found = both(&found, &text.any_of(|p| p.exact(word), named)?);
                }
                check("entities to read", found.len(), MOST_READ)?;
                found.retain(|(place, _)| {
                    let entity = inner.docs[*place as usize].entity();
                    let mut values = entity.properties.iter().flat_map(|(_, values)| values);
                    values.any(|v| follow(v, words))
                });
                Ok(found)
            }
            Self::And(parts) => {
                let mut found: Option<Found> = None;
                for part in parts {
                    let more = part.find(inner)?;
                    found = Some(found.map_or_else(|| more.clone(), |f| both(&f, &more)));
                }
                Ok(found.unwrap_or_default())
            }
            Self::Or(parts) => {
                let mut best: BTreeMap<u32, f32> = BTreeMap::new();
                for part in parts {
                    for (place, fits) in part.find(inner)? {
                        *best.entry(place).or_insert(0.0) += fits;
                    }
                }
                Ok(best.into_iter().collect())
            }
            Self::Not(part) => {
                let out = part.find(inner)?;
                let has = |place: u32| out.binary_search_by_key(&place, |(p, _)| *p).is_ok();
                Ok(text.all().into_iter().filter(|(place, _)| !has(*place)).collect())
            }
        }
    }
}

/// If the words follow each other in a value.
fn follow(value: &str, words: &[String]) -> bool {
    words.is_empty() || words_of(value).windows(words.len()).any(|w| w == words)
}

fn in_field(inner: &Inner, field: &str, words: &[String]) -> Result<Found, QueryError> {
    let text = inner.text();
    // Columns are not among the words of the values.
    let column = matches!(
        field,
        "id" | "entity_id" | "_id" | "schema" | "datasets" | "referents" | "target" | "first_seen" | "last_seen" | "last_change"
    );
    let mut found = text.all();
    if !column {
        for word in words {
            found = both(&found, &text.any_of(|p| p.exact(word), false)?);
        }
    }
    check("entities to read", found.len(), MOST_READ)?;
    found.retain(|(place, _)| {
        let entry = inner.docs[*place as usize].entry();
        super::filter::field_values(&entry, field).iter().any(|v| follow(v, words))
    });
    Ok(found)
}

struct Reader<'a> {
    rest: &'a str,
    fuzzy: bool,
    terms: usize,
}

impl<'a> Reader<'a> {
    fn read(question: &'a str, fuzzy: bool) -> Result<Ask, QueryError> {
        if question.trim().is_empty() {
            return Ok(Ask::All);
        }
        let mut reader = Self { rest: question, fuzzy, terms: 0 };
        let ask = reader.any(0)?;
        reader.space();
        match reader.rest.chars().next() {
            None => Ok(ask),
            Some(c) => Err(QueryError::Syntax(format!("'{c}' where a word or the end was expected"))),
        }
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, sign: &str) -> bool {
        self.space();
        let Some(after) = self.rest.strip_prefix(sign) else { return false };
        let word = sign.chars().all(char::is_alphabetic);
        if word && !after.is_empty() && !after.starts_with([' ', '\t', '\n', '(', '"']) {
            return false;
        }
        self.rest = after;
        true
    }

    fn any(&mut self, deep: usize) -> Result<Ask, QueryError> {
        check("brackets within brackets", deep, MOST_DEEP)?;
        let mut parts = vec![self.all(deep)?];
        while self.take("OR") || self.take("||") {
            parts.push(self.all(deep)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Ask::Or(parts) })
    }

    fn all(&mut self, deep: usize) -> Result<Ask, QueryError> {
        let mut parts = Vec::new();
        loop {
            self.space();
            let joined = !parts.is_empty() && (self.take("AND") || self.take("&&"));
            self.space();
            let end = self.rest.is_empty() || self.rest.starts_with(')') || self.rest.starts_with("||") || {
                let mut ahead = Self { rest: self.rest, fuzzy: false, terms: 0 };
                ahead.take("OR")
            };
            if end {
                if joined || parts.is_empty() {
                    return Err(QueryError::Syntax("a word was expected after an operator or a bracket".into()));
                }
                break;
            }
            parts.extend(self.one(deep)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Ask::And(parts) })
    }

    /// One word, phrase or bracket; none if it holds no letter.
    fn one(&mut self, deep: usize) -> Result<Option<Ask>, QueryError> {
        self.terms += 1;
        check("words in the search", self.terms, MOST_TERMS)?;
        if self.take("NOT") || self.take("-") || self.take("!") {
            check("brackets within brackets", deep + 1, MOST_DEEP)?;
            return Ok(self.one(deep + 1)?.map(|part| Ask::Not(Box::new(part))));
        }
        let _ = self.take("+");
        self.space();
        let field = self.field();
        if self.rest.starts_with('(') {
            self.rest = &self.rest[1..];
            let mut part = self.any(deep + 1)?;
            if !self.take(")") {
                return Err(QueryError::Syntax("a bracket is not closed".into()));
            }
            self.boost();
            if let Some(field) = field {
                part.set_field(&field);
            }
            return Ok(Some(part));
        }
        if field.is_some() && self.rest.starts_with(['[', '{']) {
            return Err(QueryError::Syntax("ranges are not supported".into()));
        }
        if self.rest.starts_with('"') {
            return self.phrase(field).map(Some);
        }
        self.word(field)
    }

    fn field(&mut self) -> Option<String> {
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))?;
        let name = &self.rest[..end];
        let after = self.rest[end..].strip_prefix(':').filter(|a| !name.is_empty() && !a.is_empty() && !a.starts_with([' ', ')']))?;
        self.rest = after;
        Some(name.to_owned())
    }

    fn boost(&mut self) {
        if let Some(after) = self.rest.strip_prefix(['^', '~']) {
            self.rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        }
    }

    fn phrase(&mut self, field: Option<String>) -> Result<Ask, QueryError> {
        let inside = &self.rest[1..];
        let Some(end) = inside.find('"') else { return Err(QueryError::Syntax("a quotation is not closed".into())) };
        self.rest = &inside[end + 1..];
        self.boost();
        let words = words_of(&inside[..end]);
        self.terms += words.len();
        check("words in the search", self.terms, MOST_TERMS)?;
        Ok(Ask::Phrase { field, words })
    }

    fn word(&mut self, field: Option<String>) -> Result<Option<Ask>, QueryError> {
        let mut word = String::new();
        let mut pattern = false;
        let mut letters = self.rest.char_indices();
        let mut end = self.rest.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => word.extend(letters.next().map(|(_, c)| c)),
                c if c.is_whitespace() || matches!(c, '(' | ')' | '"' | '^' | '~') => {
                    end = at;
                    break;
                }
                c => {
                    pattern |= matches!(c, '*' | '?');
                    word.push(c);
                }
            }
        }
        self.rest = &self.rest[end..];
        if end == 0 {
            // A sign such as `"` or `~` where a word should be.
            let Some(sign) = self.rest.chars().next() else { return Ok(None) };
            if !matches!(sign, '"' | '(' | ')') {
                self.rest = &self.rest[sign.len_utf8()..];
            }
            return Ok(None);
        }
        let asked = self.rest.strip_prefix('~').map(|after| after.chars().next().and_then(|c| c.to_digit(10)).unwrap_or(2).min(2) as usize);
        self.boost();
        if word == "*" {
            return Ok(Some(match field {
                None => Ask::All,
                Some(_) => Ask::Pattern { field, pattern: "*".into() },
            }));
        }
        if pattern {
            return Ok(Some(Ask::Pattern { field, pattern: words::fold(&word) }));
        }
        let words = words_of(&word);
        self.terms += words.len();
        check("words in the search", self.terms, MOST_TERMS)?;
        Ok(match words.len() {
            0 => None,
            1 => words.into_iter().next().map(|word| Ask::Word { edits: asked.unwrap_or(edits(&word, self.fuzzy)), field, word }),
            // Words joined by signs, such as `al-qaida`, follow each other.
            _ => Some(Ask::Phrase { field, words }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_bind_as_in_lucene() {
        let word = |w: &str| Ask::Word { field: None, word: w.into(), edits: 0 };
        let read = |q: &str| Reader::read(q, false).expect("readable");
        assert_eq!(read("a b OR c"), Ask::Or(vec![Ask::And(vec![word("a"), word("b")]), word("c")]));
        assert_eq!(read("a AND NOT b"), Ask::And(vec![word("a"), Ask::Not(Box::new(word("b")))]));
        assert_eq!(read("-a +(b || c)^3"), Ask::And(vec![Ask::Not(Box::new(word("a"))), Ask::Or(vec![word("b"), word("c")])]));
        assert_eq!(read("*"), Ask::All);
        assert_eq!(read("Al-Qa*"), Ask::Pattern { field: None, pattern: "al-qa*".into() });
        assert_eq!(read("zakharov~1"), Ask::Word { field: None, word: "zakharov".into(), edits: 1 });
        assert_eq!(
            read("properties.innCode:1234 \"two words\""),
            Ask::And(vec![
                Ask::Word { field: Some("properties.innCode".into()), word: "1234".into(), edits: 0 },
                Ask::Phrase { field: None, words: vec!["two".into(), "words".into()] },
            ])
        );
        assert_eq!(read("ORDER"), word("order"));
        let country = |w: &str| Ask::Word { field: Some("countries".into()), word: w.into(), edits: 0 };
        assert_eq!(read("countries:(ru OR by)"), Ask::Or(vec![country("ru"), country("by")]));
        assert!(Reader::read("first_seen:[2020 TO *]", false).is_err());
        assert!(Reader::read("(a", false).is_err());
        assert!(Reader::read("a OR", false).is_err());
        assert!(Reader::read("\"a", false).is_err());
        assert!(Reader::read(&"(".repeat(500), false).is_err());
        assert!(Reader::read(&"-".repeat(500), false).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_question_makes_it_panic(question in "[a-zA-Z0-9\"()*?~^:+!|& .\\\\\u{e9}\u{4e2d}-]{0,40}", any in ".{0,40}") {
            let _ = Reader::read(&question, true);
            let _ = Reader::read(&any, false);
        }

        #[test]
        fn a_pattern_fits_as_a_regular_expression_would(pattern in "[ab*?]{0,8}", word in "[ab]{0,8}") {
            fn slow(p: &[u8], w: &[u8]) -> bool {
                match p.split_first() {
                    None => w.is_empty(),
                    Some((b'*', rest)) => (0..=w.len()).any(|i| slow(rest, &w[i..])),
                    Some((b'?', rest)) => !w.is_empty() && slow(rest, &w[1..]),
                    Some((c, rest)) => w.first() == Some(c) && slow(rest, &w[1..]),
                }
            }
            proptest::prop_assert_eq!(fits(pattern.as_bytes(), word.as_bytes()), slow(pattern.as_bytes(), word.as_bytes()));
        }
    }
}
