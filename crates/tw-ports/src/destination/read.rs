//! The grammar: legs, codes, names, what stands beside them, and the choice between what is possible.

use super::index::{BY_ALIAS, BY_NAME, BY_OTHER_NAME, Index, NONE, Place, Sense, Word, pack, pack_country};
use super::near::{self, Hit};
use super::normal::{Clean, LONGEST, SEED, Sep, Token, canonical, finish, more};
use super::words::{ACTIVITY, BRAND, CONTACT, DECOR, ETA, FERRY, FLEET, MILE, ORDERS, PLAIN, SIDE, STATES, TO, VIA, WATER};
use super::{Context, How, Kind};

/// Most legs of a text.
pub(super) const MOST_LEGS: usize = 8;

/// What a piece of text means.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) how: How,
    pub(super) place: Option<u32>,
    /// Packed country.
    pub(super) country: u16,
    pub(super) score: f32,
    pub(super) others: Vec<(u32, f32)>,
}

impl Found {
    pub(super) fn of(kind: Kind, score: f32) -> Self {
        Self { kind, how: How::Words, place: None, country: 0, score, others: Vec::new() }
    }

    pub(super) fn is_port(&self) -> bool {
        self.kind == Kind::Port
    }
}

/// How two legs are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    Start,
    Arrow,
    Both,
    Via,
}

/// A leg: a range of tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) join: Join,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Least probability at which a port is given. Our choice: below it a person has to decide, and a wrong port is worse than none.
pub(super) const THRESHOLD: f32 = 0.68;
/// Least probability for a near name.
pub(super) const NEAR_THRESHOLD: f32 = 0.65;

/// What a near name of a port without a size in the World Port Index loses. Our choice: a port that nobody calls at is less likely to be misspelt
/// than an unknown word is to be typed.
const SMALL: f32 = 0.9;
/// What a near name of North Korea and Russia's Far East gains against "none of these": a miss there is what this program must not have.
const WATCHED: f32 = 2.6;
/// What it gains against other ports as near: little, because a wrong one is worse still.
const WATCHED_AMONG: f32 = 0.8;

/// A possible place.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    place: u32,
    s: f32,
    rule: u8,
}

/// Working memory of one reading.
#[derive(Default)]
pub(super) struct Scratch {
    candidates: Vec<Candidate>,
    best: Vec<Candidate>,
    hits: Vec<Hit>,
}

/// Looks up every token.
pub(super) fn mark(index: &Index, clean: &mut Clean) {
    for i in 0..clean.n {
        let token = clean.tokens[i];
        let word = index.word(finish(more(SEED, canonical(clean.word(&token)))));
        let token = &mut clean.tokens[i];
        (token.flags, token.state, token.country) = (word.flags, word.state, word.country);
    }
    // `SOUTH KOREA`, `NEW YORK`, `D.P.R.K`: several tokens.
    for i in 0..clean.n {
        if clean.tokens[i].digits > 0 {
            continue;
        }
        let mut hash = more(SEED, canonical(clean.word(&clean.tokens[i])));
        for j in i + 1..clean.n.min(i + 4) {
            if !matches!(clean.tokens[j].sep, Sep::Space | Sep::Comma) || clean.tokens[j].digits > 0 {
                break;
            }
            hash = more(hash, canonical(clean.word(&clean.tokens[j])));
            if let Some(Word { state, country, .. }) = index.phrase(finish(hash)) {
                for token in &mut clean.tokens[i..=j] {
                    (token.state, token.country) = (state, country);
                }
            }
        }
    }
}

/// Splits a text into legs.
pub(super) fn legs(index: &Index, clean: &Clean, out: &mut [Piece; MOST_LEGS]) -> usize {
    let mut n = 0;
    let mut join = Join::Start;
    let mut from = 0;
    for i in 0..=clean.n {
        let next = if i == clean.n {
            Some((Join::Start, i))
        } else {
            let token = &clean.tokens[i];
            match token.sep {
                Sep::Arrow => Some((Join::Arrow, i)),
                Sep::Both => Some((Join::Both, i)),
                _ if token.flags & TO != 0 && i > from && i + 1 < clean.n && !named_with(index, clean, i) => Some((Join::Arrow, i + 1)),
                _ if token.flags & VIA != 0 && i > from && i + 1 < clean.n => Some((Join::Via, i + 1)),
                _ if i > from && i + 1 >= from && solid_code(index, clean, token) && solid_code(index, clean, &clean.tokens[i - 1]) => {
                    Some((Join::Arrow, i))
                }
                _ => None,
            }
        };
        let Some((next_join, next_from)) = next else { continue };
        let to = i;
        if to > from && n < MOST_LEGS {
            out[n] = Piece { join, from, to };
            n += 1;
        }
        (join, from) = (next_join, next_from);
    }
    n
}

/// Whether a token ends a name: `SOK TO`.
fn named_with(index: &Index, clean: &Clean, i: usize) -> bool {
    let hash = more(more(SEED, canonical(clean.word(&clean.tokens[i - 1]))), canonical(clean.word(&clean.tokens[i])));
    !index.senses(finish(hash)).is_empty()
}

/// Whether a token is five letters that are the code of a sea port and no word.
fn solid_code(index: &Index, clean: &Clean, token: &Token) -> bool {
    token.len() == 5
        && token.flags & PLAIN == 0
        && index.code(pack(clean.word(token))).is_some_and(|place| index.places[place as usize].sea)
}

/// What a leg means.
pub(super) fn leg(index: &Index, clean: &Clean, from: usize, to: usize, context: &Context<'_>, scratch: &mut Scratch) -> Found {
    let mut from = from;
    let mut to = to;
    // `TO X`, `FOR X`, `FROM X` at the start; `ETA …` to the end.
    while from + 1 < to && clean.tokens[from].flags & (TO | VIA) != 0 {
        from += 1;
    }
    if let Some(cut) = (from + 1..to).find(|&i| clean.tokens[i].flags & ETA != 0) {
        to = cut;
    }
    let tokens = &clean.tokens[from..to];
    if tokens.is_empty() {
        return Found::of(Kind::Empty, 1.0);
    }
    if let Some(found) = contact(clean, tokens) {
        return found;
    }
    if let Some(found) = inland_code(index, clean, tokens) {
        return found;
    }
    // `US LAX` is a code even though `LAX` alone is one as well, but `LA PAZ` is a name.
    if tokens.len() > 1 && tokens[0].len() == 2 && tokens[1].len() == 3 && country_of(index, clean.word(&tokens[0])).is_some() {
        let joined = more(more(SEED, clean.word(&tokens[0])), clean.word(&tokens[1]));
        if !index.senses(finish(joined)).iter().any(|s| matches!(s, Sense::Place { .. }))
            && let Some(found) = coded(index, clean, from, to, context).filter(Found::is_port)
        {
            return found;
        }
    }
    let whole = named(index, clean, from, to, context, scratch);
    if whole.as_ref().is_some_and(|found| found.kind != Kind::Unknown) {
        return whole.unwrap_or_else(|| Found::of(Kind::Unknown, 0.0));
    }
    if let Some(found) = coded(index, clean, from, to, context) {
        return found;
    }
    // Parts of `A-B`, `A/B`.
    if let Some(found) = parts(index, clean, from, to, context, scratch) {
        return found;
    }
    let plain = plain(index, clean, tokens);
    if plain.as_ref().is_some_and(|p| p.score >= 0.8) {
        return plain.unwrap_or_else(|| Found::of(Kind::Unknown, 0.0));
    }
    let mut country = whole.as_ref().map_or(0, |w| w.country);
    let mut others = whole.map(|w| w.others).unwrap_or_default();
    // A name that only places without a port have may be a port's name misspelt, but has to be likelier.
    let inland = to - from > 1 && others.len() <= 2 || others.iter().all(|o| index.places[o.0 as usize].port == NONE);
    if inland && let Some(mut found) = near_name(index, clean, from, to, context, scratch) {
        if !others.is_empty() {
            found.score *= 0.9;
        }
        if found.kind == Kind::Port && found.score >= NEAR_THRESHOLD {
            return found;
        }
        if found.kind != Kind::Port {
            (others, country) = (found.others, found.country);
        }
    }
    if let Some(found) = tail_code(index, clean, tokens, context) {
        return found;
    }
    if let Some(mut found) = plain {
        found.others = others;
        return found;
    }
    let kind = if tokens.iter().all(|t| t.letters() <= 1 && t.len() <= 2) && others.is_empty() { Kind::Junk } else { Kind::Unknown };
    Found { country, others, how: How::None, ..Found::of(kind, 0.5) }
}

/// A telephone number or a radio channel.
fn contact(clean: &Clean, tokens: &[Token]) -> Option<Found> {
    let digits: u32 = tokens.iter().map(|t| u32::from(t.digits)).sum();
    let letters: usize = tokens.iter().map(Token::letters).sum();
    let called = tokens.iter().any(|t| t.flags & CONTACT != 0);
    let first = tokens[0].flags & CONTACT != 0;
    if first && digits >= 6 || letters == 0 && digits >= 7 {
        return Some(Found::of(Kind::Contact, 0.95));
    }
    // `CH 16`, `VHF 72`, `CH16 FOR DEST`.
    let word = clean.word(&tokens[0]);
    let radio = matches!(word, b"CH" | b"VHF" | b"CHANNEL")
        && tokens.get(1).is_some_and(|t| t.letters() <= 1 && t.digits > 0 && t.digits <= 3)
        || word.len() <= 5
            && (word.starts_with(b"CH") || word.starts_with(b"VHF"))
            && tokens[0].digits >= 1
            && tokens[0].digits <= 2
            && tokens[0].letters() <= 3;
    if radio || called && first && tokens.len() == 1 && word != b"MOBILE" && word != b"CHANNEL" {
        return Some(Found::of(Kind::Contact, 0.9));
    }
    if letters == 0 {
        return Some(Found::of(Kind::Junk, 0.9));
    }
    None
}

/// The ISRS location code of an inland waterway: two letters of the country, three of the UN/LOCODE, five of the fairway section, five of the
/// object, five of the hectometre (ES-RIS; UNECE resolution 63).
fn inland_code(index: &Index, clean: &Clean, tokens: &[Token]) -> Option<Found> {
    let [token] = tokens else { return None };
    let word = clean.word(token);
    if !(18..=20).contains(&word.len())
        || token.digits < 5
        || !word[..2].iter().all(u8::is_ascii_alphabetic)
        || !word[2..5].iter().all(u8::is_ascii_alphanumeric)
    {
        return None;
    }
    let country = country_of(index, word)?;
    let place = index.code(pack(&word[..5])).or_else(|| repaired(&word[..5]).and_then(|fixed| index.code(pack(&fixed))));
    Some(Found {
        kind: Kind::InlandCode,
        how: How::InlandCode,
        place,
        country,
        score: if place.is_some() { 0.9 } else { 0.6 },
        others: Vec::new(),
    })
}

/// Two letters of a country at the start of a word.
fn country_of(index: &Index, word: &[u8]) -> Option<u16> {
    let packed = u16::try_from(pack(word.get(..2)?)).ok()?;
    index.country(packed).map(|_| packed)
}

/// A code in which the digits that UN/LOCODE does not use, 0 and 1, are taken for the letters that look like them.
fn repaired(code: &[u8]) -> Option<[u8; 5]> {
    let mut out: [u8; 5] = code.try_into().ok()?;
    let mut changed = false;
    for (i, b) in out.iter_mut().enumerate() {
        let letter = match *b {
            b'0' => b'O',
            b'1' => b'I',
            b'5' if i < 2 => b'S',
            _ => continue,
        };
        *b = letter;
        changed = true;
    }
    changed.then_some(out)
}

/// A UN/LOCODE at the start of a leg: `RU VVO`, `RUVVO`, `RU-VVO`, `RU VVO PS`.
fn coded(index: &Index, clean: &Clean, from: usize, to: usize, context: &Context<'_>) -> Option<Found> {
    let tokens = &clean.tokens[from..to];
    let word = clean.word(&tokens[0]);
    let mut code = [0_u8; 5];
    let mut used = 1;
    let mut spaced = false;
    if word.len() == 5 {
        code.copy_from_slice(word);
    } else if word.len() == 2
        && tokens.len() > 1
        && tokens[1].len() == 3
        && matches!(tokens[1].sep, Sep::Space | Sep::Comma | Sep::Dash | Sep::Slash)
    {
        code[..2].copy_from_slice(word);
        code[2..].copy_from_slice(clean.word(&tokens[1]));
        used = 2;
        spaced = true;
    } else if word.len() == 2 && tokens.len() > 1 && tokens[1].sep == Sep::Caret {
        // The US Coast Guard's codes for places without UN/LOCODE.
        let country = country_of(index, word)?;
        return Some(Found { country, how: How::Locode, ..Found::of(Kind::Unknown, 0.6) });
    } else {
        return None;
    }
    let found = index.code(pack(&code)).or_else(|| repaired(&code).and_then(|fixed| index.code(pack(&fixed))));
    let place = match found {
        Some(place) => place,
        None if spaced => {
            let country = country_of(index, &code)?;
            return Some(Found { country, how: How::Locode, ..Found::of(Kind::Unknown, 0.6) });
        }
        None => return None,
    };
    let p = &index.places[place as usize];
    let rest = &tokens[used..];
    let mut rare = 0.0;
    let unknown = rest.iter().filter(|t| cost(t) > 1.0 && t.len() > 3).count();
    // `USRHD` is no word of any language.
    if !spaced && code.iter().filter(|b| matches!(b, b'A' | b'E' | b'I' | b'O' | b'U' | b'Y')).count() <= 1 {
        rare = 2.5;
    }
    // A word that happens to be a code: `DELTA`, `GRAND`.
    let mut s: f32 = if spaced { 5.0 } else { 1.2 + rare + 0.8 * (p.prior - 1.0).max(-1.0) };
    if !spaced && tokens[0].flags & (PLAIN | DECOR | WATER | ACTIVITY | BRAND | FLEET | FERRY | SIDE | ORDERS) != 0 {
        s -= 6.0;
    }
    s += if p.sea {
        1.0
    } else if spaced {
        0.0
    } else {
        -1.5
    };
    s -= 2.5 * unknown as f32;
    s += near_term(p, context, 0.5);
    let score = logistic(s);
    if score < THRESHOLD {
        let others = vec![(place, score)];
        return Some(Found { others, how: How::Locode, ..Found::of(Kind::Unknown, 1.0 - score) });
    }
    Some(Found { kind: Kind::Port, how: How::Locode, place: Some(place), country: p.country, score, others: Vec::new() })
}

/// What it costs to leave a token unread beside a name.
fn cost(token: &Token) -> f32 {
    let flags = token.flags;
    if token.letters() == 0 {
        return 0.2;
    }
    if flags & (DECOR | ORDERS | ETA) != 0 {
        return 0.1;
    }
    if flags & (FLEET | MILE | BRAND) != 0 {
        return 0.4;
    }
    if flags & (ACTIVITY | FERRY) != 0 {
        return 1.0;
    }
    if flags & WATER != 0 {
        return 1.6;
    }
    if flags & SIDE != 0 {
        return 1.2;
    }
    if flags & (TO | VIA) != 0 {
        return 0.5;
    }
    if token.digits > 0 && token.len() <= 5 {
        return 0.5;
    }
    if token.len() == 1 {
        return 0.8;
    }
    match token.len() {
        2 => 1.5,
        3 => 4.0,
        _ => 5.5,
    }
}

/// What stands beside a name as a constraint.
#[derive(Clone, Copy, Debug, Default)]
struct Constraint {
    state: u16,
    country: u16,
}

impl Constraint {
    /// Logarithm of how much likelier a place is: our choice, a state is right 20 times as often as not, a wrong one hardly ever.
    fn term(self, place: &Place) -> f32 {
        if self.state != 0 {
            let (country, code, _) = STATES[usize::from(self.state) - 1];
            let code = code.as_bytes();
            if place.country == pack_country(country) {
                if &place.subdivision[..code.len()] == code && place.subdivision.get(code.len()).is_none_or(|b| *b == 0) {
                    return 3.0;
                }
                if place.subdivision[0] == 0 {
                    return 0.5;
                }
            }
            // Two letters of a state are two letters of a country as well: `CA`, `DE`, `PA`.
            if self.country != 0 && place.country == self.country {
                return 2.0;
            }
            return -7.0;
        }
        if place.country == self.country {
            return 2.5;
        }
        // Parts of a country that have a code of their own.
        let pair = |a: &str, b: &str| self.country == pack_country(a) && place.country == pack_country(b);
        if pair("US", "PR")
            || pair("US", "VI")
            || pair("US", "GU")
            || pair("CN", "HK")
            || pair("CN", "MO")
            || pair("CN", "TW")
            || pair("GB", "GG")
            || pair("GB", "JE")
            || pair("GB", "IM")
            || pair("GB", "GI")
            || pair("DK", "GL")
            || pair("DK", "FO")
            || pair("FR", "GP")
            || pair("FR", "MQ")
            || pair("FR", "RE")
            || pair("NL", "CW")
            || pair("NL", "AW")
            || pair("NO", "SJ")
            || pair("GE", "US")
        {
            return 1.0;
        }
        -7.0
    }
}

/// A name, with everything beside it explained.
fn named(index: &Index, clean: &Clean, from: usize, to: usize, context: &Context<'_>, scratch: &mut Scratch) -> Option<Found> {
    let tokens = &clean.tokens[from..to];
    let n = tokens.len();
    let mut costs = [0_f32; super::normal::MOST_TOKENS];
    for (c, token) in costs.iter_mut().zip(tokens) {
        *c = cost(token);
    }
    let mut chosen: Option<(f32, usize, usize, bool, f32)> = None;
    let mut whole_phrase: Option<Sense> = None;
    scratch.best.clear();
    for i in 0..n {
        let mut hash = SEED;
        let mut letters = 0;
        for j in i..n {
            hash = more(hash, canonical(clean.word(&tokens[j])));
            letters += tokens[j].len();
            let senses = index.senses(finish(hash));
            if senses.is_empty() {
                continue;
            }
            let whole = i == 0 && j + 1 == n;
            if whole {
                whole_phrase = senses.iter().copied().find(|s| !matches!(s, Sense::Place { .. }));
            }
            // A word that is no name by itself needs a constraint beside it.
            let weak = j == i && tokens[i].flags & !(BRAND | CONTACT | PLAIN) != 0;
            let mut penalty = 0.0;
            for k in (0..n).filter(|k| *k < i || *k > j) {
                if tokens[k].state != 0 || tokens[k].country != 0 {
                    continue;
                }
                let mut c = costs[k];
                let apart = if k > j {
                    tokens[j + 1..=k].iter().any(|t| matches!(t.sep, Sep::Slash | Sep::Dash))
                } else {
                    tokens[k + 1..=i].iter().any(|t| matches!(t.sep, Sep::Slash | Sep::Dash))
                };
                if tokens[k].flags & WATER != 0 && k == j + 1 && !apart {
                    c += 1.5;
                }
                penalty += c;
            }
            let constraints = constraints(tokens, i, j);
            if weak && constraints.1 == 0 && !senses.iter().any(|s| matches!(s, Sense::Place { rule: BY_ALIAS, .. })) {
                continue;
            }
            // Known phrases and countries are no ports unless the name is the name of a port as well.
            fill(index, senses, &constraints.0[..constraints.1], context, &mut scratch.candidates);
            let Some(top) = scratch.candidates.iter().map(|c| c.s).max_by(f32::total_cmp) else { continue };
            let unknown = unknown_mass(letters, penalty, tokens[i..=j].iter().all(|t| t.flags & PLAIN != 0), constraints.1);
            let value = top - unknown + 0.5 * letters as f32;
            if chosen.is_none_or(|c| value > c.0) {
                chosen = Some((value, i, j, whole, unknown));
                std::mem::swap(&mut scratch.best, &mut scratch.candidates);
            }
        }
    }
    let phrase = whole_phrase.map(|sense| match sense {
        Sense::Country(country) => Found { country, ..Found::of(Kind::Country, 0.9) },
        Sense::State(state) => Found { country: pack_country(STATES[usize::from(state) - 1].0), ..Found::of(Kind::Area, 0.8) },
        Sense::Phrase(letter) => Found::of(phrase_kind(letter), 0.95),
        Sense::Place { .. } => Found::of(Kind::Unknown, 0.5),
    });
    let Some((_, i, j, whole, unknown)) = chosen else { return phrase };
    let mut found = decide(index, &scratch.best, unknown, THRESHOLD, How::Name);
    let trust = unread(tokens, &costs, i, j);
    if trust < 1.0 && found.is_port() {
        found.score *= trust;
        if found.score < THRESHOLD {
            let mut others: Vec<(u32, f32)> = found.place.map(|p| (p, found.score)).into_iter().collect();
            others.append(&mut found.others);
            found = Found { country: found.country, others, how: How::None, ..Found::of(Kind::Unknown, 1.0 - found.score) };
        }
    }
    if let Some(phrase) = phrase {
        // `SINGAPORE` and `GIBRALTAR` are ports first; `PANAMA` and `ALASKA` are not.
        let strong = scratch.best.iter().any(|c| c.rule == BY_ALIAS || index.places[c.place as usize].prior >= 3.0 && c.rule == BY_NAME);
        let short_state = matches!(whole_phrase, Some(Sense::State(_))) && tokens.len() == 1 && tokens[0].len() <= 3;
        if !(whole && strong && found.is_port()) || short_state {
            return Some(Found { others: found.others, ..phrase });
        }
    }
    // A state or a country alone, with decoration, is no port of that name.
    let bare = tokens[i..=j].iter().all(|t| t.state != 0 || t.country != 0) && j == i && !scratch.best.iter().any(|c| c.rule == BY_ALIAS);
    if bare && found.is_port() && tokens[i].len() <= 3 {
        return None;
    }
    Some(found)
}

/// How far a name can be trusted beside words that were not read, however well known it is: `EUST CHICAGO` is not Chicago. Our choice: a word before the
/// name 0.6, one of four letters and more after it 0.65, one of three 0.85.
fn unread(tokens: &[Token], costs: &[f32], i: usize, j: usize) -> f32 {
    let mut trust = 1.0;
    for (k, token) in tokens.iter().enumerate() {
        if (i..=j).contains(&k) || token.state != 0 || token.country != 0 || costs[k] < 4.0 {
            continue;
        }
        trust *= match (k < i, token.len()) {
            (true, _) => 0.6,
            (false, 3) => 0.85,
            _ => 0.65,
        };
    }
    trust
}

fn phrase_kind(letter: u8) -> Kind {
    match letter {
        b'O' => Kind::Orders,
        b'A' => Kind::Area,
        b'C' => Kind::Activity,
        b'F' => Kind::Ferry,
        _ => Kind::Junk,
    }
}

/// Constraints outside a span.
fn constraints(tokens: &[Token], i: usize, j: usize) -> ([Constraint; 4], usize) {
    let mut out = [Constraint::default(); 4];
    let mut n = 0;
    for (k, token) in tokens.iter().enumerate() {
        if (i..=j).contains(&k) || token.state == 0 && token.country == 0 {
            continue;
        }
        // Country codes of other places: `PA`, `CO`; one letter words are none.
        if token.len() < 2 && !(token.state != 0 && k > 0) {
            continue;
        }
        let constraint = Constraint { state: token.state, country: token.country };
        if n < out.len() && !(n > 0 && (out[n - 1].state, out[n - 1].country) == (constraint.state, constraint.country)) {
            out[n] = constraint;
            n += 1;
        }
    }
    (out, n)
}

/// Logarithm of the weight of "none of these", from how much text the name explains and what stays unread.
///
/// Our choice: a name of one or two letters proves nothing, one of eight or more is hardly ever there by chance.
fn unknown_mass(letters: usize, penalty: f32, plain: bool, constrained: usize) -> f32 {
    let by_length = match letters {
        0..=2 => 3.0,
        3 => 1.5,
        4 => -0.6,
        5 => -1.3,
        6 => -1.7,
        7 => -2.0,
        _ => -2.6,
    };
    // A short name beside an unread word is no evidence.
    let short = if letters <= 4 && penalty > 2.5 { 2.0 } else { 0.0 };
    by_length + penalty + short + if plain && constrained == 0 { 3.0 } else { 0.0 }
}

/// Candidates of the senses of a name.
fn fill(index: &Index, senses: &[Sense], constraints: &[Constraint], context: &Context<'_>, out: &mut Vec<Candidate>) {
    out.clear();
    for sense in senses.iter().take(48) {
        let Sense::Place { place, weight, rule } = *sense else { continue };
        let p = &index.places[place as usize];
        let mut s = p.prior + weight;
        for constraint in constraints {
            s += constraint.term(p);
        }
        s += near_term(p, context, 1.0);
        out.push(Candidate { place, s, rule });
    }
}

/// Chooses among candidates: the odds are the exponentials of their sums, places of one class count together.
fn decide(index: &Index, candidates: &[Candidate], unknown: f32, threshold: f32, how: How) -> Found {
    let one_name = how == How::Name;
    let top = candidates.iter().map(|c| c.s).fold(unknown, f32::max);
    let mut total = (unknown - top).exp();
    let mut groups: Vec<(u32, f32, f32, u8)> = Vec::with_capacity(candidates.len().min(8));
    for c in candidates {
        let w = (c.s - top).exp();
        if w < 1e-4 {
            continue;
        }
        total += w;
        match groups.iter_mut().find(|g| {
            if one_name { together(index, g.0, c.place) } else { index.places[g.0 as usize].class == index.places[c.place as usize].class }
        }) {
            Some(group) => {
                group.1 += w;
                if c.s + standing(c.rule) > group.2 {
                    (group.0, group.2, group.3) = (c.place, c.s + standing(c.rule), c.rule);
                }
            }
            None => groups.push((c.place, w, c.s + standing(c.rule), c.rule)),
        }
    }
    groups.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let Some(&(place, weight, _, rule)) = groups.first() else { return Found::of(Kind::Unknown, 0.5) };
    let score = weight / total;
    let others = groups.iter().map(|g| (g.0, g.1 / total)).filter(|o| o.1 >= 0.02).take(6);
    if score < threshold {
        // Which port is open, but the country may not be.
        let country = index.places[place as usize].country;
        let share: f32 = groups.iter().filter(|g| index.places[g.0 as usize].country == country).map(|g| g.1 / total).sum();
        let country = if share >= threshold { country } else { 0 };
        return Found { country, others: others.collect(), how: How::None, ..Found::of(Kind::Unknown, 1.0 - score) };
    }
    let how = match (how, rule) {
        (How::Name, BY_ALIAS) => How::Alias,
        (How::Name, BY_OTHER_NAME) => How::OtherName,
        (how, _) => how,
    };
    Found {
        kind: Kind::Port,
        how,
        place: Some(place),
        country: index.places[place as usize].country,
        score: score.min(0.995),
        others: others.skip(1).collect(),
    }
}

/// Which of the codes of one place stands for it: the one that an alias names, then the one that has the name as its chief name.
fn standing(rule: u8) -> f32 {
    match rule {
        BY_ALIAS => 6.0,
        BY_NAME => 0.6,
        _ => 0.0,
    }
}

/// Whether two places of one name are one: of one class, or of one country and within 30 nautical miles (or, without positions, perhaps of one
/// subdivision).
fn together(index: &Index, a: u32, b: u32) -> bool {
    let (p, q) = (&index.places[a as usize], &index.places[b as usize]);
    if p.class == q.class {
        return true;
    }
    if p.country != q.country {
        return false;
    }
    let d = miles(p.lat, p.lon, q.lat, q.lon);
    if d.is_finite() { d < 30.0 } else { p.subdivision == q.subdivision || p.subdivision[0] == 0 || q.subdivision[0] == 0 }
}

/// Distance in nautical miles on a plane, good enough for ranking.
fn miles(lat: f32, lon: f32, lat2: f32, lon2: f32) -> f32 {
    let mut dlon = (lon - lon2).abs();
    if dlon > 180.0 {
        dlon = 360.0 - dlon;
    }
    let x = dlon * ((lat + lat2) / 2.0).to_radians().cos();
    let y = lat - lat2;
    60.0 * (y * y + x * x).sqrt()
}

/// What position, time of arrival, history and type of the ship say about a place, as a logarithm.
///
/// Our choices: the odds fall with the distance as `1 / (1 + d/50 nm)` (voyages are mostly short; harbour craft, fishing and passenger ships
/// twice as steeply); a place that needs more than 30 knots on a straight line until the declared arrival is 50 times less likely, more than 22
/// knots 5 times; a port that the ship has called at counts 8 times, a country 2 times; a tanker prefers an oil port by a third.
fn near_term(place: &Place, context: &Context<'_>, share: f32) -> f32 {
    let mut s = 0.0;
    if let Some((lat, lon)) = context.position
        && lat.is_finite()
        && lon.is_finite()
        && place.lat.is_finite()
    {
        let d = miles(lat as f32, lon as f32, place.lat, place.lon);
        let steep = if matches!(context.ship_type, Some(30..=39 | 50..=69)) { 2.0 } else { 1.0 };
        s -= steep * (1.0 + d / 50.0).ln();
        if let Some(hours) = context.eta_hours
            && hours > 0.0
        {
            let knots = d / hours as f32;
            if knots > 30.0 {
                s -= 3.9;
            } else if knots > 22.0 {
                s -= 1.6;
            }
        }
    }
    if place.port != NONE && context.history.contains(&(place.port as usize)) {
        s += 2.1;
    }
    s * share
}

fn logistic(s: f32) -> f32 {
    1.0 / (1.0 + (-s).exp())
}

/// Parts joined by `-`, `/`, `_` and the like: the last port is the destination; `A-B-A` is a shuttle.
fn parts(index: &Index, clean: &Clean, from: usize, to: usize, context: &Context<'_>, scratch: &mut Scratch) -> Option<Found> {
    let cuts: Vec<usize> = (from + 1..to).filter(|&i| matches!(clean.tokens[i].sep, Sep::Dash | Sep::Slash)).collect();
    if cuts.is_empty() || cuts.len() > 6 {
        return None;
    }
    let mut found: Vec<Found> = Vec::with_capacity(cuts.len() + 1);
    let mut start = from;
    for end in cuts.into_iter().chain([to]) {
        let mut one = named(index, clean, start, end, context, scratch).filter(|f| f.kind != Kind::Unknown);
        if one.is_none() {
            one = coded(index, clean, start, end, context);
        }
        if one.is_none() {
            one = plain(index, clean, &clean.tokens[start..end]);
        }
        if one.as_ref().is_none_or(|f| f.kind == Kind::Unknown) {
            one = near_name(index, clean, start, end, context, scratch).filter(Found::is_port).or(one);
        }
        // Two letters beside a port are a berth or a company: `SFO VJ/FB`.
        let trifle = end - start == 1 && clean.tokens[start].len() <= 2 && one.as_ref().is_none_or(|f| f.kind == Kind::Unknown);
        if !trifle {
            found.push(one.unwrap_or_else(|| Found::of(Kind::Unknown, 0.5)));
        }
        start = end;
    }
    let ports: Vec<&Found> = found.iter().filter(|f| f.is_port()).collect();
    let first_place = ports.first().and_then(|f| f.place)?;
    let unread = found.iter().filter(|f| f.kind == Kind::Unknown).count();
    let last_place = ports.last().and_then(|f| f.place)?;
    let one_place = ports.iter().all(|f| f.place.is_some_and(|p| together(index, p, first_place)));
    if one_place && unread == 0 {
        let mut best = (*ports.iter().max_by(|a, b| a.score.total_cmp(&b.score))?).clone();
        best.score *= 0.95;
        return Some(best);
    }
    if ports.len() >= 2 && unread == 0 && together(index, first_place, last_place) {
        // There and back again: none is the destination.
        let mut others: Vec<(u32, f32)> = ports.iter().filter_map(|f| f.place).map(|p| (p, 0.45)).collect();
        others.dedup_by_key(|o| o.0);
        return Some(Found { others, ..Found::of(Kind::Ferry, 0.85) });
    }
    let last = found.last()?;
    if ports.len() >= 2 && last.is_port() {
        let mut best = last.clone();
        best.score *= 0.9;
        best.others.extend(ports[..ports.len() - 1].iter().filter_map(|f| f.place).map(|p| (p, 0.08)));
        return Some(best).filter(|b| b.score >= THRESHOLD);
    }
    let others = ports.iter().filter_map(|f| f.place.map(|p| (p, 0.4))).collect();
    Some(Found { others, how: How::None, ..Found::of(Kind::Unknown, 0.5) })
}

/// What a text without a name of a place is about.
fn plain(_index: &Index, _clean: &Clean, tokens: &[Token]) -> Option<Found> {
    let known = tokens.iter().filter(|t| t.flags != 0 || t.state != 0 || t.country != 0 || t.letters() <= 1 || t.digits > 0).count();
    let share = known as f32 / tokens.len() as f32;
    let any = |flag: u32| tokens.iter().any(|t| t.flags & flag != 0);
    let digits = tokens.iter().any(|t| t.digits > 0);
    let mut country = tokens.iter().map(|t| t.country).find(|c| *c != 0).unwrap_or_default();
    let state = tokens.iter().map(|t| t.state).find(|s| *s != 0).unwrap_or_default();
    if state != 0 {
        country = pack_country(STATES[usize::from(state) - 1].0);
    }
    let kind = if any(ORDERS) {
        Kind::Orders
    } else if any(FERRY) {
        Kind::Ferry
    } else if any(ACTIVITY) {
        Kind::Activity
    } else if any(MILE) && digits || any(FLEET) && share >= 0.5 || any(WATER) {
        Kind::Area
    } else if share >= 1.0 && tokens.iter().all(|t| t.country != 0 || t.flags & DECOR != 0) && country != 0 && state == 0 {
        Kind::Country
    } else if share >= 1.0 && (state != 0 || any(DECOR | SIDE)) {
        Kind::Area
    } else if any(CONTACT) && digits {
        Kind::Contact
    } else {
        return None;
    };
    Some(Found { country, ..Found::of(kind, if share >= 1.0 { 0.85 } else { 0.6 }) })
}

/// Three letters that end the code of one port only, near the ship.
fn tail_code(index: &Index, clean: &Clean, tokens: &[Token], context: &Context<'_>) -> Option<Found> {
    let [token] = tokens else { return None };
    let (lat, lon) = context.position?;
    if token.len() != 3 || token.digits > 0 || token.flags != 0 {
        return None;
    }
    let within: Vec<u32> = index
        .tail(pack(clean.word(token)))
        .iter()
        .copied()
        .filter(|&i| {
            let p = &index.places[i as usize];
            p.lat.is_finite() && miles(lat as f32, lon as f32, p.lat, p.lon) < 300.0
        })
        .collect();
    let [place] = within.as_slice() else { return None };
    Some(Found {
        kind: Kind::Port,
        how: How::CodeWithoutCountry,
        place: Some(*place),
        country: index.places[*place as usize].country,
        score: 0.75,
        others: Vec::new(),
    })
}

/// A misspelt name.
fn near_name(index: &Index, clean: &Clean, from: usize, to: usize, context: &Context<'_>, scratch: &mut Scratch) -> Option<Found> {
    let tokens = &clean.tokens[from..to];
    let n = tokens.len();
    let beside = |t: &Token| {
        t.letters() == 0 || t.state != 0 || t.country != 0 || t.flags & (DECOR | ORDERS | BRAND | FLEET | MILE) != 0 || t.len() == 1
    };
    let (mut i, mut j) = (0, n);
    while i < j && beside(&tokens[i]) {
        i += 1;
    }
    while j > i && beside(&tokens[j - 1]) {
        j -= 1;
    }
    let mut best: Option<Found> = None;
    for (pass, (a, b)) in [(i, j), (0, n)].into_iter().enumerate() {
        if a >= b || pass == 1 && ((i, j) == (0, n) || best.as_ref().is_some_and(Found::is_port)) {
            continue;
        }
        let inside = &tokens[a..b];
        if inside.iter().all(|t| t.flags != 0 || t.state != 0 || t.country != 0) || inside.len() > 4 {
            continue;
        }
        let mut word = [0_u8; LONGEST];
        let mut len = 0;
        for token in inside {
            for b in canonical(clean.word(token)) {
                if len < LONGEST {
                    word[len] = *b;
                    len += 1;
                }
            }
        }
        let word = &word[..len];
        let digits: usize = inside.iter().map(|t| usize::from(t.digits)).sum();
        if len < 4 || digits > 2 {
            continue;
        }
        near::search(index, word, &mut scratch.hits);
        let constraints = constraints(tokens, a, b - 1);
        let penalty: f32 =
            tokens.iter().enumerate().filter(|(k, t)| (*k < a || *k >= b) && t.state == 0 && t.country == 0).map(|(_, t)| cost(t)).sum();
        scratch.best.clear();
        for hit in &scratch.hits {
            let p = &index.places[hit.place as usize];
            let watched = p.watched;
            let mut s = p.prior + hit.weight.max(-1.0) + 1.0 - 0.42 * f32::from(hit.cost);
            if p.prior < 1.0 && !watched && hit.weight < 1.0 {
                s -= SMALL;
            }
            if watched {
                s += WATCHED_AMONG;
            }
            for constraint in &constraints.0[..constraints.1] {
                s += constraint.term(p);
            }
            s += near_term(p, context, 1.0);
            scratch.best.push(Candidate { place: hit.place, s, rule: BY_NAME });
        }
        if scratch.best.is_empty() {
            continue;
        }
        let unknown = match len {
            0..=4 => 2.5,
            5 => 0.3,
            6 => -0.7,
            7 => -1.5,
            8 => -2.3,
            9 => -3.0,
            _ => -3.6,
        } + penalty;
        let top = scratch.best.iter().max_by(|a, b| a.s.total_cmp(&b.s).then(b.place.cmp(&a.place))).map(|c| c.place);
        let unknown = if top.is_some_and(|t| index.places[t as usize].watched) { unknown - WATCHED } else { unknown };
        let least = scratch.hits.iter().map(|h| h.cost).min().unwrap_or(near::ONE);
        let how = if least > near::ONE { How::Near2 } else { How::Near1 };
        let found = decide(index, &scratch.best, unknown, NEAR_THRESHOLD, how);
        if best.as_ref().is_none_or(|b| found.is_port() && (!b.is_port() || found.score > b.score)) {
            best = Some(found);
        }
    }
    if best.as_ref().is_none_or(|b| !b.is_port()) && clean.typed >= 19 && to == clean.n {
        return cut_name(index, clean, tokens).or(best);
    }
    best
}

/// A name cut at the 20 characters of the field.
fn cut_name(index: &Index, clean: &Clean, tokens: &[Token]) -> Option<Found> {
    let text: String = tokens.iter().map(|t| std::str::from_utf8(canonical(clean.word(t))).unwrap_or_default()).collect();
    if text.len() < 12 {
        return None;
    }
    let found = index.beginning(&text);
    let place = found.first()?.1;
    if !found.iter().all(|f| together(index, f.1, place)) {
        return None;
    }
    Some(Found {
        kind: Kind::Port,
        how: How::Cut,
        place: Some(place),
        country: index.places[place as usize].country,
        score: 0.85,
        others: Vec::new(),
    })
}
