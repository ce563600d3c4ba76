//! Analysed names: a text is cut, read in Latin letters and classed once, so that a comparison only compares.

use crate::Kind;
use crate::korean;
use crate::lexicon::{Class, Side, hash, lexicon, then};
use crate::scripts::{self, Native};
use crate::sound;
use crate::words::{Word, split};

/// The most tokens of a reading that are compared.
pub(crate) const MOST: usize = 24;

/// The parts of a person's name, where a source keeps them apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonParts<'a> {
    /// First or given name.
    pub first: Option<&'a str>,
    /// Second given name.
    pub second: Option<&'a str>,
    /// Middle name.
    pub middle: Option<&'a str>,
    /// Father's name or patronymic.
    pub father: Option<&'a str>,
    /// Mother's family name.
    pub mother: Option<&'a str>,
    /// Family name.
    pub last: Option<&'a str>,
}

/// Where a token stands in a person's name, as far as the source said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Unknown,
    Given,
    Family,
}

/// A token of a reading.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// Folded letters, in the reading's text.
    pub start: u16,
    pub len: u16,
    /// Sounds, in the reading's sounds.
    pub sound_start: u16,
    pub sound_len: u8,
    pub class: Class,
    pub place: Place,
    /// Its count in the lists: known words are not typing errors of each other.
    pub known: bool,
    /// A first name so common before others that it is left out (Muhammad, Maria).
    pub prefix: bool,
    /// A usual short form of another name.
    pub short: bool,
    /// Hash of the letters.
    pub hash: u64,
    /// Hash of the sounds.
    pub sound: u64,
    /// Set of sounds.
    pub mask: u32,
    /// Group of equal words (legal forms, translations), 0 for none.
    pub group: u32,
    /// The number that the token writes.
    pub number: u32,
    /// The Wikidata names of which a person's word is a spelling.
    pub names: &'static [u32],
    /// How many words of a phrase of trade it is, at most three.
    pub words: u8,
    /// How much the token tells, 0 to 1.
    pub weight: f32,
    /// The token cannot be read as Korean, or its Korean key.
    pub korean: Option<Box<korean::Key>>,
    /// A particle that means "son of" or "daughter of".
    pub bin: bool,
    /// The name after "abd" of a composed name (abd + aziz), as a hash of its sounds.
    pub tail: u64,
}

/// A Korean person's name: family name and given name.
#[derive(Clone, Debug)]
pub(crate) struct Korean {
    pub surname: u16,
    pub given: korean::Key,
    /// First and last token of the family name and of the given name.
    pub surname_at: u8,
}

/// A name in Latin letters, cut into tokens.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub text: Box<str>,
    pub sounds: Box<[u8]>,
    pub tokens: Box<[Token]>,
    pub abjad: bool,
    pub syllabic: bool,
    /// A foreign name written by its sound in Han.
    pub transcribed: bool,
    /// Hash of all core letters in order.
    pub joined: u64,
    /// Hash of all letters as written, and how many: the same name with its spaces elsewhere.
    pub letters: u64,
    pub letter_count: u16,
    pub korean: Vec<Korean>,
    /// Letters of a name that may be an acronym, or none.
    pub acronym: Option<Box<str>>,
    /// Initials of the words in order.
    pub initials: Box<str>,
    /// Initials without the words that say nothing.
    pub core_initials: Box<str>,
    /// Numbers in order.
    pub numbers: Box<[u32]>,
    /// Every rare word can be Korean.
    pub korean_words: bool,
    /// A word of the name means Korea.
    pub of_korea: bool,
    /// A word of the name is of Arabic names: al, bin, Abd, or one of the commonest given names.
    pub arabic: bool,
}

impl Reading {
    pub(crate) fn letters(&self, token: &Token) -> &str {
        &self.text[usize::from(token.start)..usize::from(token.start + token.len)]
    }

    pub(crate) fn sounds(&self, token: &Token) -> &[u8] {
        &self.sounds[usize::from(token.sound_start)..usize::from(token.sound_start) + usize::from(token.sound_len)]
    }
}

/// An analysed name.
///
/// ```
/// use tw_names::{Kind, Name, Rules, score};
/// let rules = Rules::default();
/// let (a, b) = (Name::new(Kind::Person, "PUTIN, Vladimir"), Name::new(Kind::Person, "Владимир Путин"));
/// assert!(score(&a, &b, &rules) > 0.9);
/// ```
#[derive(Clone, Debug)]
pub struct Name {
    kind: Kind,
    text: Box<str>,
    pub(crate) side: Side,
    /// Read by its own side.
    pub(crate) readings: Vec<Reading>,
    /// Read as the other side, where the kind is not known.
    pub(crate) others: Vec<Reading>,
    pub(crate) native: Option<(Native, Box<str>)>,
}

impl Name {
    /// Analyses a text as the name of a party of this kind.
    pub fn new(kind: Kind, text: &str) -> Name {
        let side = side(kind, text);
        let native = scripts::native(text).map(|(script, characters)| (script, characters.into_boxed_str()));
        let readings = readings(kind, side, text);
        let others = match (kind, side) {
            (Kind::Other, Side::Person) => self::readings(kind, Side::Organisation, text),
            (Kind::Other, _) => self::readings(kind, Side::Person, text),
            _ => Vec::new(),
        };
        Name { kind, text: text.into(), side, readings, others, native }
    }

    /// The readings by a side.
    pub(crate) fn on(&self, side: Side) -> &[Reading] {
        if side == self.side || self.others.is_empty() { &self.readings } else { &self.others }
    }

    /// Analyses a person's name of which the source gives the parts; a family name here never matches a given name there for free.
    pub fn person(parts: &PersonParts<'_>) -> Name {
        let order = [
            (parts.first, Place::Given),
            (parts.second, Place::Given),
            (parts.middle, Place::Given),
            (parts.father, Place::Unknown),
            (parts.last, Place::Family),
            (parts.mother, Place::Family),
        ];
        let mut text = String::new();
        let mut pieces = Vec::new();
        for (part, place) in order {
            let Some(part) = part.map(str::trim).filter(|part| !part.is_empty()) else { continue };
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(part);
            pieces.push((part, place));
        }
        let native = scripts::native(&text).map(|(script, characters)| (script, characters.into_boxed_str()));
        let mut words = Vec::new();
        let mut places = Vec::new();
        let (mut abjad, mut syllabic) = (false, false);
        for (part, place) in pieces {
            let Some(latin) = scripts::readings(part, Kind::Person).into_iter().next() else { continue };
            abjad |= latin.abjad;
            syllabic |= latin.syllabic;
            for word in split(&latin.text, Kind::Person) {
                words.push(word);
                places.push(place);
            }
        }
        let mut name = Name::new(Kind::Person, &text);
        let reading = Reading { syllabic, ..read(&words, Side::Person, abjad, &places) };
        if !reading.tokens.is_empty() {
            if name.readings.is_empty() {
                name.readings.push(reading);
            } else {
                name.readings[0] = reading;
            }
        }
        name.native = native;
        name
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The kind it was read as.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// All readings, each as its tokens in Latin letters: for people who ask why names met.
    pub fn readings(&self) -> impl Iterator<Item = String> {
        self.readings.iter().map(|reading| {
            reading.tokens.iter().map(|token| format!("{} ({:?})", reading.letters(token), token.class)).collect::<Vec<_>>().join(", ")
        })
    }

    /// The tokens of the first reading: folded letters and class.
    pub fn tokens(&self) -> impl Iterator<Item = (&str, Class)> {
        self.readings.first().into_iter().flat_map(|reading| reading.tokens.iter().map(|token| (reading.letters(token), token.class)))
    }
}

fn readings(kind: Kind, side: Side, text: &str) -> Vec<Reading> {
    let mut out: Vec<Reading> = Vec::with_capacity(1);
    let mut add = |text: &str, most: usize| {
        for latin in scripts::readings(text, kind).into_iter().take(most) {
            let reading = Reading {
                syllabic: latin.syllabic,
                transcribed: latin.transcribed,
                ..read(&split(&latin.text, kind_of(side)), side, latin.abjad, &[])
            };
            if !reading.tokens.is_empty()
                && out.iter().all(|other| other.transcribed != reading.transcribed || !same_sounds(other, &reading))
            {
                out.push(reading);
            }
        }
    };
    add(text, usize::MAX);
    // "A / B" writes two names of one organisation; each may be meant.
    if side == Side::Organisation && text.contains('/') {
        let halves: Vec<&str> =
            text.split('/').map(str::trim).filter(|half| half.chars().filter(|c| c.is_alphabetic()).count() >= 4).collect();
        if (2..=3).contains(&halves.len()) {
            halves.into_iter().for_each(|half| add(half, 1));
        }
    }
    // "A (B)" too, unless the brackets hold a place: "Bank (Asia)" is not "Bank (London)".
    if side != Side::Person
        && let Some((before, rest)) = text.split_once('(')
        && let Some((within, after)) = rest.split_once(')')
        && within.chars().filter(|c| c.is_alphabetic()).count() >= 4
        && before.chars().filter(|c| c.is_alphabetic()).count() >= 3
    {
        let inner = split(within, kind_of(side));
        let says_where = (0..inner.len())
            .any(|at| lexicon().phrase(Side::Organisation, &inner[at..]).is_some_and(|(entry, _)| entry.class == Class::Place))
            && inner.len() <= 3;
        if !says_where {
            add(&format!("{before} {after}"), 1);
            add(within.trim_start_matches("formerly known as").trim_start_matches("formerly").trim_start_matches("f.k.a."), 1);
        }
    }
    out
}

/// Whether two readings sound the same word for word: two romanisations that the comparison would not tell apart.
fn same_sounds(a: &Reading, b: &Reading) -> bool {
    a.tokens.len() == b.tokens.len() && a.tokens.iter().zip(&b.tokens).all(|(a, b)| a.sound == b.sound && a.class == b.class)
}

fn kind_of(side: Side) -> Kind {
    match side {
        Side::Person => Kind::Person,
        Side::Organisation => Kind::Organisation,
        Side::Vessel => Kind::Vessel,
    }
}

/// How to read a name: by its kind, and where the kind does not say, as an organisation if it holds a word of organisations.
fn side(kind: Kind, text: &str) -> Side {
    match kind {
        Kind::Person => Side::Person,
        Kind::Organisation => Side::Organisation,
        Kind::Vessel => Side::Vessel,
        Kind::Other => {
            let words = split(text, Kind::Organisation);
            let firm = (0..words.len()).any(|at| {
                lexicon().phrase(Side::Organisation, &words[at..]).is_some_and(|(entry, length)| match entry.class {
                    Class::Form => {
                        let edge = (at == 0 || at + 1 == words.len()) && words.len() > 1 && !text.contains(',');
                        words[at].text.len() > 2 || length > 1 || edge || words[at].upper && !words.iter().all(|word| word.upper)
                    }
                    Class::Sector => words[at].text.len() > 3 || length > 1,
                    Class::Bland => words[at].text.len() > 4,
                    _ => false,
                })
            });
            if firm || words.iter().any(|word| word.text.bytes().all(|b| b.is_ascii_digit())) { Side::Organisation } else { Side::Person }
        }
    }
}

fn roman(text: &str) -> Option<u32> {
    let mut total = 0;
    let mut last = 0;
    for byte in text.bytes().rev() {
        let value = match byte {
            b'i' => 1,
            b'v' => 5,
            b'x' => 10,
            b'l' => 50,
            _ => return None,
        };
        total = if value < last { total - value } else { total + value };
        last = last.max(value);
        if !(0..=89).contains(&total) {
            return None;
        }
    }
    // Only the usual spelling counts: iv, not iiii.
    let usual = |mut n: i32| {
        let mut out = String::new();
        for (value, letters) in [(50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")] {
            while n >= value {
                out.push_str(letters);
                n -= value;
            }
        }
        out
    };
    (total > 0 && usual(total) == text).then_some(total as u32)
}

struct Draft {
    text: String,
    class: Class,
    group: u32,
    number: u32,
    place: Place,
    words: u8,
    upper: bool,
    tail: Option<String>,
}

fn read(words: &[Word], side: Side, abjad: bool, places: &[Place]) -> Reading {
    let mut drafts = match side {
        Side::Person => person(words, places),
        Side::Organisation => organisation(words),
        Side::Vessel => vessel(words),
    };
    drafts.truncate(MOST);
    let (mut letters, mut count) = (0xcbf2_9ce4_8422_2325_u64, 0_u16);
    for byte in words.iter().flat_map(|word| word.text.bytes()) {
        letters = (letters ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        count = count.saturating_add(1);
    }
    Reading { letters, letter_count: count, ..finish(drafts, side, abjad) }
}

/// Slavic and Turkic fathers' names, by their endings.
fn is_patronymic(word: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "ovich", "evich", "ovych", "evych", "ovitch", "evitch", "avich", "yevich", "jevich", "ievich", "ovna", "evna", "yevna", "ivna",
        "yivna", "inichna", "ovic", "evic", "ovits", "kuzmich", "ilyich", "ilich", "lukich", "fomich", "nikitich", "oglu", "ogly", "ovitj",
        "evitj", "ovyc", "evyc", "ovitsj", "evitsj", "avitj", "owitsch", "ewitsch", "owicz", "ewicz", "ovicz", "avna", "ouna", "ovnа",
    ];
    word.len() >= 7 && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

const PARTICLES_OF_ABD: &[&str] = &[
    "al", "el", "ul", "ur", "ar", "er", "or", "ol", "us", "as", "es", "uz", "az", "un", "an", "ut", "at", "ud", "ad", "ash", "ush", "esh",
    "il",
];

/// What follows "abd" in one word: abdulrahman and abdurrahman hold rahman.
fn after_abd(word: &str) -> Option<&str> {
    let rest = word.strip_prefix("abd")?;
    let rest = rest.strip_prefix("ou").or_else(|| rest.strip_prefix("oo")).or_else(|| rest.strip_prefix(['u', 'e', 'o', 'a', 'i']))?;
    let bytes = rest.as_bytes();
    let tail = match bytes {
        [b'l', b'l', ..] => return None,
        [b'l', ..] => &rest[1..],
        [b's', b'h', b's', b'h', ..] => &rest[2..],
        [x, y, ..] if x == y => &rest[1..],
        // Somali and Iranian: Abdikadir, Abdorahman.
        [b'q' | b'k' | b'r' | b'h' | b'n' | b'w' | b's' | b'f' | b'g' | b'm', ..] => rest,
        _ => return None,
    };
    (tail.len() >= 4).then_some(tail)
}

/// The first part of a name in -uddin or -ullah.
fn before_ending(word: &str) -> Option<(&str, &'static str)> {
    for (ending, canon) in [
        ("uddin", "din"),
        ("eddin", "din"),
        ("addin", "din"),
        ("oddin", "din"),
        ("uddeen", "din"),
        ("eddine", "din"),
        ("uddine", "din"),
        ("oudine", "din"),
        ("adine", "din"),
        ("ouddine", "din"),
        ("odin", "din"),
        ("udin", "din"),
        ("aldin", "din"),
        ("eldin", "din"),
        ("uldin", "din"),
        ("aldeen", "din"),
        ("eldeen", "din"),
        ("uddien", "din"),
        ("ullah", "ullah"),
        ("ollah", "ullah"),
        ("allah", "ullah"),
        ("oullah", "ullah"),
        ("ulla", "ullah"),
        ("ellah", "ullah"),
    ] {
        if let Some(start) = word.strip_suffix(ending)
            && start.len() >= 3
            && !start.starts_with("abd")
        {
            return Some((start, canon));
        }
    }
    None
}

fn person(words: &[Word], places: &[Place]) -> Vec<Draft> {
    let known = lexicon();
    let mut drafts: Vec<Draft> = Vec::with_capacity(words.len());
    let place = |at: usize| places.get(at).copied().unwrap_or(Place::Unknown);
    let new = |text: String, class: Class, at: usize| Draft {
        text,
        class,
        group: 0,
        number: 0,
        place: place(at),
        words: 1,
        upper: words[at].upper,
        tail: None,
    };
    let mut at = 0;
    while at < words.len() {
        let word = &words[at];
        let text = word.text.as_str();
        let next = |ahead: usize| words.get(at + ahead).map_or("", |word| word.text.as_str());
        // abd al X, abdul X, abdulX: one name.
        if matches!(
            text,
            "abd"
                | "abdul"
                | "abdel"
                | "abdol"
                | "abdal"
                | "abdoul"
                | "abdool"
                | "abdu"
                | "abdur"
                | "abdus"
                | "abdou"
                | "abdil"
                | "adbul"
                | "abudl"
                | "abdlu"
                | "badul"
                | "badur"
                | "adbur"
                | "abudr"
                | "abed"
                | "abdolah"
                | "abdell"
        ) {
            let skip = if PARTICLES_OF_ABD.contains(&next(1)) && next(2).len() >= 3 { 2 } else { 1 };
            if next(skip).len() >= 3 {
                let tail = next(skip).to_owned();
                let mut draft = new(format!("abd{tail}"), Class::Distinct, at + skip);
                draft.tail = Some(tail);
                drafts.push(draft);
                at += skip + 1;
                continue;
            }
        } else if !is_patronymic(text)
            && let Some(tail) = after_abd(text)
        {
            let mut draft = new(format!("abd{tail}"), Class::Distinct, at);
            draft.tail = Some(tail.to_owned());
            drafts.push(draft);
            at += 1;
            continue;
        }
        // abu X, abou al X: one name.
        if matches!(text, "abu" | "abou" | "abo" | "aboo" | "abul" | "aboul" | "abi") {
            let skip = if matches!(next(1), "al" | "el" | "ul" | "l") && next(2).len() >= 3 { 2 } else { 1 };
            if next(skip).len() >= 3 && !matches!(next(skip), "bin" | "ibn" | "ben") {
                let tail = next(skip).to_owned();
                let mut draft = new(format!("abu{tail}"), Class::Distinct, at + skip);
                draft.tail = Some(tail);
                drafts.push(draft);
                at += skip + 1;
                continue;
            }
        }
        // X ud din, X al-Din, Xuddin; X ullah, Xullah.
        let apart = match (next(1), next(2)) {
            ("din" | "deen" | "dine" | "dien", _) if text.len() >= 3 => Some((1, "din")),
            ("ud" | "al" | "ul" | "el" | "ad" | "ed" | "u" | "e" | "eddin" | "uddin", "din" | "deen" | "dine" | "dien")
                if text.len() >= 3 =>
            {
                Some((2, "din"))
            }
            ("uddin" | "eddin" | "eddine" | "uddine" | "addin" | "oddin", _) if text.len() >= 3 => Some((1, "din")),
            ("ullah" | "allah" | "ollah" | "ulla", _) if text.len() >= 3 => Some((1, "ullah")),
            _ => None,
        };
        if let Some((more, ending)) = apart
            && known.phrase(Side::Person, &words[at..=at]).is_none()
        {
            drafts.push(new(format!("{text}{ending}"), Class::Distinct, at));
            at += more + 1;
            continue;
        }
        if let Some((start, ending)) = before_ending(text) {
            drafts.push(new(format!("{start}{ending}"), Class::Distinct, at));
            at += 1;
            continue;
        }
        if text.len() == 1 && text.as_bytes()[0].is_ascii_alphabetic() {
            drafts.push(new(text.to_owned(), Class::Initial, at));
            at += 1;
            continue;
        }
        if let Some((entry, length)) = known.phrase(Side::Person, &words[at..])
            // "Ben" before a single name is short for Benjamin, not "son of".
            && !(text == "ben" && at == 0 && words.len() == 2)
        {
            let joined = words[at..at + length].iter().map(|word| word.text.as_str()).collect::<String>();
            let mut draft = new(joined, entry.class, at);
            draft.group = entry.group;
            drafts.push(draft);
            at += length;
            continue;
        }
        // A digit among letters is a letter that looks like it: S3chin.
        let letters: String = if text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_alphabetic()) {
            text.chars()
                .map(|c| match c {
                    '0' => 'o',
                    '1' => 'i',
                    '3' => 'e',
                    '4' => 'a',
                    '5' => 's',
                    '6' => 'b',
                    '7' => 't',
                    '8' => 'b',
                    '9' => 'g',
                    other => other,
                })
                .collect()
        } else {
            text.to_owned()
        };
        let class = if known.is_patronym_word(word.hash) {
            Class::Particle
        } else if is_patronymic(&letters) && words.len() > 2 {
            Class::Patronymic
        } else {
            Class::Distinct
        };
        drafts.push(new(letters, class, at));
        at += 1;
    }
    // A name made of titles alone is a name.
    if !drafts.iter().any(|draft| matches!(draft.class, Class::Distinct | Class::Patronymic)) {
        for draft in &mut drafts {
            if draft.class != Class::Initial && draft.text.len() > 1 {
                draft.class = Class::Distinct;
            }
        }
    }
    // "Given Surname-ovich" has no other family name: the last word that looks like a father's name is one only if others are left.
    let plain = drafts.iter().filter(|draft| draft.class == Class::Distinct).count();
    if plain < 2 {
        for draft in &mut drafts {
            if draft.class == Class::Patronymic {
                draft.class = Class::Distinct;
            }
        }
    }
    drafts
}

fn tens(number: u32) -> bool {
    (20..=90).contains(&number) && number.is_multiple_of(10)
}

fn organisation(words: &[Word]) -> Vec<Draft> {
    let known = lexicon();
    let mut drafts: Vec<Draft> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let word = &words[at];
        let new = |text: String, class: Class, group: u32, number: u32| Draft {
            text,
            class,
            group,
            number,
            place: Place::Unknown,
            words: 1,
            upper: word.upper,
            tail: None,
        };
        if let Ok(number) = word.text.parse::<u32>() {
            drafts.push(new(word.text.clone(), Class::Number, 0, number));
            at += 1;
            continue;
        }
        if matches!(word.text.as_str(), "no" | "nr" | "num" | "number" | "nomer" | "n")
            && words.get(at + 1).is_some_and(|next| next.text.bytes().all(|b| b.is_ascii_digit()))
        {
            at += 1;
            continue;
        }
        if let Some(number) = known.number(word.hash) {
            let last = drafts.last_mut();
            if let Some(last) = last
                && last.class == Class::Number
                && tens(last.number)
                && (1..10).contains(&number)
            {
                last.number += number;
                at += 1;
                continue;
            }
            drafts.push(new(word.text.clone(), Class::Number, 0, number));
            at += 1;
            continue;
        }
        // A Roman numeral in capitals, never as the first word; a single letter only at the end ("i" and "v" are words too).
        let ends = || {
            at + 1 == words.len() || known.phrase(Side::Organisation, &words[at + 1..]).is_some_and(|(entry, _)| entry.class == Class::Form)
        };
        if at > 0
            && word.upper
            && let Some(number) = roman(&word.text)
            && (word.text.len() > 1 && word.text != "li" || matches!(word.text.as_str(), "i" | "v" | "x") && ends())
        {
            drafts.push(new(word.text.clone(), Class::Number, 0, number));
            at += 1;
            continue;
        }
        if let Some((entry, length)) = known.phrase(Side::Organisation, &words[at..]) {
            let text = words[at..at + length].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join("");
            let mut draft = new(text, entry.class, entry.group, 0);
            let tells = |word: &&Word| !matches!(word.text.as_str(), "company" | "co" | "and" | "of");
            draft.words = words[at..at + length].iter().filter(tells).count().clamp(1, 3) as u8;
            drafts.push(draft);
            at += length;
            continue;
        }
        drafts.push(new(word.text.clone(), Class::Distinct, 0, 0));
        at += 1;
    }
    // A tens word followed by a unit: forty 4.
    let mut merged: Vec<Draft> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        if let Some(last) = merged.last_mut()
            && last.class == Class::Number
            && draft.class == Class::Number
            && tens(last.number)
            && (1..10).contains(&draft.number)
            && last.text.bytes().all(|b| b.is_ascii_alphabetic())
        {
            last.number += draft.number;
            continue;
        }
        merged.push(draft);
    }
    // A name of forms and bland words alone is a name.
    if !merged.iter().any(|draft| matches!(draft.class, Class::Distinct | Class::Sector | Class::Place | Class::Number)) {
        for draft in &mut merged {
            if draft.text.len() > 1 && draft.class == Class::Form || draft.class == Class::Bland {
                draft.class = Class::Distinct;
                break;
            }
        }
    }
    merged
}

fn vessel(words: &[Word]) -> Vec<Draft> {
    let known = lexicon();
    let mut drafts: Vec<Draft> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let word = &words[at];
        let new = |text: String, class: Class, number: u32| Draft {
            text,
            class,
            group: 0,
            number,
            place: Place::Unknown,
            words: 1,
            upper: word.upper,
            tail: None,
        };
        if let Ok(number) = word.text.parse::<u32>() {
            drafts.push(new(word.text.clone(), Class::Number, number));
        } else if matches!(word.text.as_str(), "no" | "nr" | "number" | "num")
            && at + 1 < words.len()
            && words[at + 1].text.bytes().all(|b| b.is_ascii_digit())
        {
            // "No." before a number says nothing.
        } else if at == 0
            && words.len() > 1
            && let Some((entry, length)) = known.phrase(Side::Vessel, &words[at..])
            && length < words.len()
            && !words[length..].iter().all(|word| word.text.bytes().all(|b| b.is_ascii_digit()))
        {
            drafts.push(new(words[..length].iter().map(|word| word.text.as_str()).collect(), entry.class, 0));
            at += length;
            continue;
        } else if at > 0
            && let Some(number) = roman(&word.text)
        {
            drafts.push(new(word.text.clone(), Class::Number, number));
        } else if at > 0
            && let Some(number) = known.number(word.hash)
        {
            drafts.push(new(word.text.clone(), Class::Number, number));
        } else if at > 0 && word.text == "ho" && at + 1 == words.len() && words[at - 1].text.bytes().all(|b| b.is_ascii_digit()) {
            // Korean "ho": the counter after a hull number.
        } else {
            drafts.push(new(word.text.clone(), Class::Distinct, 0));
        }
        at += 1;
    }
    drafts
}

/// The commonest given names of Arabic and of Muslim peoples, by sound.
fn is_arabic(heard: &[u8]) -> bool {
    static SOUNDS: std::sync::LazyLock<std::collections::HashSet<u64>> = std::sync::LazyLock::new(|| {
        "ali ahmad ahmed hassan hasan hussein husayn hussain ibrahim omar umar othman abdullah abdallah khalil mahmoud mahmud mustafa mostafa yusuf youssef yousef khalid khaled said saeed salim salem saleh salah mohammed muhammad mohamed mohammad hamid rashid rasheed tariq ismail jamal kamal nasser nasir bilal hamza karim fawaz adnan walid faisal sami samir ziad zaid haidar haydar jawad sabawi mansour qasim qassem abbas hashim taha idris musa isa daoud sulaiman suleiman"
            .split(' ')
            .map(|word| hash(sound::sounds(word.as_bytes()).as_slice()))
            .collect()
    });
    SOUNDS.contains(&hash(heard))
}

/// First names that are often left out before another: Muhammad in all spellings, Maria, Jose, Jean, Juan.
fn is_prefix(word: &str) -> bool {
    matches!(word, "maria" | "marie" | "jose" | "jean" | "juan" | "mary" | "sri" | "sai" | "shri" | "md" | "mohd" | "muh")
        || word.len() >= 7
            && (word.starts_with("moham")
                || word.starts_with("muham")
                || word.starts_with("mouham")
                || word.starts_with("mokham")
                || word.starts_with("mukham")
                || word.starts_with("magom")
                || word.starts_with("mahom"))
}

fn information(count: u16, most: f32) -> f32 {
    // ln(1 + most) is where a word tells least: 0.25.
    1.0 - 0.75 * (f32::from(count) + 1.0).ln() / (most + 1.0).ln()
}

fn finish(drafts: Vec<Draft>, side: Side, abjad: bool) -> Reading {
    let known = lexicon();
    let mut text = String::new();
    let mut sounds = Vec::new();
    let mut tokens = Vec::with_capacity(drafts.len());
    let mut joined = 0xcbf2_9ce4_8422_2325_u64;
    let mut initials = String::new();
    let mut core_initials = String::new();
    let mut numbers = Vec::new();
    let mut korean_words = true;
    let mut of_korea = false;
    let mut arabic = false;
    let (bin, korea) = (hash(b"bin") as u32 | 1, hash(b"kp") as u32 | 1);
    let mut acronym = None;
    for draft in &drafts {
        let start = text.len();
        text.push_str(&draft.text);
        let heard = sound::sounds(draft.text.as_bytes());
        let sound_start = sounds.len();
        sounds.extend_from_slice(heard.as_slice());
        let letters = hash(draft.text.as_bytes());
        let counted = draft.tail.as_deref().map_or(letters, |tail| hash(tail.as_bytes()));
        let count = known.count(counted, side);
        let length = draft.text.len();
        let mut weight = match side {
            Side::Person => information(count, 700.0),
            _ => information(count, 3000.0).max(0.4),
        };
        if side == Side::Organisation {
            weight *= match length {
                0..=2 => 0.7,
                3 => 0.85,
                9.. => 1.15,
                _ => 1.0,
            };
        } else if length <= 2 {
            weight *= 0.7;
        }
        if matches!(draft.class, Class::Distinct | Class::Sector | Class::Place | Class::Bland)
            && let Some(first) = draft.text.chars().next()
            && !(draft.class == Class::Bland && length <= 4)
        {
            initials.push(first);
            if draft.class != Class::Bland {
                core_initials.push(first);
            }
        }
        if matches!(draft.class, Class::Distinct | Class::Patronymic | Class::Initial | Class::Particle)
            || side == Side::Organisation && matches!(draft.class, Class::Sector | Class::Place)
        {
            joined = draft.text.bytes().fold(joined, |value, byte| (value ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        }
        if draft.class == Class::Number {
            numbers.push(draft.number);
        }
        arabic |= side == Side::Person
            && (draft.tail.is_some()
                || draft.class == Class::Particle && (draft.group == bin || matches!(draft.text.as_str(), "al" | "el"))
                || is_arabic(heard.as_slice()));
        of_korea |= draft.class == Class::Place && draft.group == korea;
        let korean = match draft.class {
            Class::Distinct | Class::Initial | Class::Particle | Class::Title if length >= 2 || side == Side::Person => {
                korean::key(draft.text.as_bytes())
            }
            _ => None,
        };
        korean_words &= draft.class != Class::Distinct || korean.is_some();
        tokens.push(Token {
            start: start as u16,
            len: length as u16,
            sound_start: sound_start as u16,
            sound_len: heard.len,
            class: draft.class,
            place: draft.place,
            known: count >= 4,
            prefix: side == Side::Person && is_prefix(&draft.text),
            short: side == Side::Person && known.is_short(letters),
            hash: letters,
            sound: hash(heard.as_slice()),
            mask: sound::mask(heard.as_slice()),
            group: draft.group,
            bin: draft.class == Class::Particle && draft.group == bin,
            number: draft.number,
            words: draft.words,
            names: if side == Side::Person && matches!(draft.class, Class::Distinct) {
                scripts::names(draft.tail.as_deref().unwrap_or(&draft.text))
            } else {
                &[]
            },
            weight,
            korean: korean.map(Box::new),
            tail: draft.tail.as_deref().map_or(0, |tail| hash(sound::sounds(tail.as_bytes()).as_slice())),
        });
    }
    if side == Side::Organisation {
        let mut core = drafts.iter().filter(|draft| !matches!(draft.class, Class::Form | Class::Bland | Class::Place));
        if let (Some(only), None) = (core.next(), core.next())
            && only.class == Class::Distinct
            && (3..=7).contains(&only.text.len())
        {
            acronym = Some(only.text.clone().into_boxed_str());
        }
    }
    let korean = if side == Side::Person { korean_names(&drafts) } else { Vec::new() };
    Reading {
        text: text.into_boxed_str(),
        sounds: sounds.into_boxed_slice(),
        tokens: tokens.into_boxed_slice(),
        abjad,
        syllabic: false,
        transcribed: false,
        joined,
        letters: 0,
        letter_count: 0,
        korean,
        acronym,
        initials: initials.into_boxed_str(),
        core_initials: core_initials.into_boxed_str(),
        numbers: numbers.into_boxed_slice(),
        korean_words,
        of_korea,
        arabic,
    }
}

/// The ways to read a person's name as Korean: family name first, or last.
fn korean_names(drafts: &[Draft]) -> Vec<Korean> {
    let parts: Vec<&Draft> = drafts.iter().filter(|draft| draft.text.len() > 1 || draft.class == Class::Initial).collect();
    let mut out = Vec::new();
    if !(2..=4).contains(&parts.len()) || parts.iter().any(|part| part.class == Class::Patronymic || part.text.len() > 9) {
        return out;
    }
    let given = |range: &[&Draft]| -> Option<korean::Key> {
        let mut key = korean::Key { sounds: [0; korean::LONGEST], len: 0, syllables: 0 };
        if range.iter().any(|part| korean::add(&mut key, part.text.as_bytes()).is_none()) {
            // A hyphen in the wrong place: myongc-hin.
            let whole: String = range.iter().map(|part| part.text.as_str()).collect();
            key = korean::key(whole.as_bytes())?;
        }
        (1..=3).contains(&key.syllables).then_some(key)
    };
    let last = parts.len() - 1;
    // Family name in capitals, or said to be one: only that reading.
    let capital = |at: usize| parts[at].upper && parts.iter().enumerate().all(|(other, part)| other == at || !part.upper);
    let said = |at: usize| capital(at) || parts[at].place == Place::Family;
    for (at, range) in [(0, &parts[1..]), (last, &parts[..last])] {
        let other = if at == 0 { last } else { 0 };
        if said(other) && !said(at) {
            continue;
        }
        if let (Some(surname), Some(given)) = (korean::surname(&parts[at].text), given(range)) {
            out.push(Korean { surname, given, surname_at: at as u8 });
        }
    }
    out
}

/// A hash of a name's words in order, for an index of exact names.
pub(crate) fn exact(reading: &Reading) -> u64 {
    reading
        .tokens
        .iter()
        .filter(|token| !matches!(token.class, Class::Title | Class::Particle | Class::Form | Class::Bland | Class::Ship))
        .fold(0, |key, token| then(key, token.hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(kind: Kind, text: &str) -> String {
        Name::new(kind, text).tokens().map(|(text, class)| format!("{text}:{class:?}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_legal_form_is_told_from_the_name_in_long_and_short() {
        assert_eq!(classes(Kind::Organisation, "Volkswagen Aktiengesellschaft"), "volkswagen:Distinct aktiengesellschaft:Form");
        assert_eq!(classes(Kind::Organisation, "OOO Oboronnye Initsiativy"), "ooo:Form oboronnye:Distinct initsiativy:Distinct");
        assert_eq!(
            classes(Kind::Organisation, "Общество с ограниченной ответственностью БАЙ"),
            "obshchestvosogranichennoyotvetstvennostyu:Form bay:Distinct"
        );
    }

    #[test]
    fn arabic_compounds_are_one_name_however_they_are_cut() {
        for text in ["Abd al-Rahman", "Abdul Rahman", "Abdulrahman", "Abdurrahman", "'Abd al Rahman"] {
            assert_eq!(classes(Kind::Person, text), "abdrahman:Distinct", "{text}");
        }
        for text in ["Saif al-Din", "Saifuddin", "Saif ud Din", "Saif-al-Din"] {
            assert_eq!(classes(Kind::Person, text), "saifdin:Distinct", "{text}");
        }
    }

    #[test]
    fn numbers_are_read_in_every_spelling() {
        for text in ["Brigade 44", "Brigade Forty-Four", "Brigade Forty 4", "44th Brigade"] {
            assert_eq!(&*Name::new(Kind::Organisation, text).readings[0].numbers, &[44], "{text}");
        }
        assert_eq!(&*Name::new(Kind::Vessel, "BICENTENARIO XIV").readings[0].numbers, &[14]);
    }

    #[test]
    fn roman_numerals_have_one_spelling() {
        assert_eq!(roman("xiv"), Some(14));
        assert_eq!(roman("iiii"), None);
        assert_eq!(roman("li"), Some(51));
        assert_eq!(roman(""), None);
    }
}
