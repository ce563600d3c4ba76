//! The comparison of two analysed names.

use crate::Kind;
use crate::acronym;
use crate::korean;
use crate::lexicon::{Class, Side, hash, lexicon};
use crate::name::{MOST, Name, Place, Reading, Token};
use crate::rules::Rules;
use crate::sound::{self, UNIT};

/// By which rule two parts of names were set against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The same letters.
    Same,
    /// Different letters, the same sound.
    SameSound,
    /// The same word in another language, or another spelling of a legal form.
    SameGroup,
    /// A usual short form.
    Nickname,
    /// An initial of the name.
    Initial,
    /// A few letters differ, as typing and hearing errors do.
    Typo,
    /// Written in one word here and in several there.
    Joined,
    /// Two spellings of one name, by a table of names (Wikidata).
    SameName,
    /// The same Korean syllables in two romanisations.
    Korean,
    /// The same consonants, where a script writes no vowels.
    Consonants,
    /// A name without the "Abd" or "Abu" before it.
    Tail,
    /// Both names have another word in this place.
    Differs,
    /// Only the query has it.
    OnlyQuery,
    /// Only the candidate has it.
    OnlyCandidate,
    /// One name abbreviates the other.
    Acronym,
    /// The same characters of the original script.
    Native,
}

/// A part of a comparison: what was set against what, and what it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Words of the query; empty if only the candidate has the part.
    pub query: String,
    /// Words of the candidate; empty if only the query has the part.
    pub candidate: String,
    /// Why they were set against each other.
    pub rule: Rule,
    /// How much the part counts.
    pub weight: f64,
    /// How far it agrees, 0 to 1.
    pub similarity: f64,
    /// `weight * similarity` over the sum of all weights: the parts' contributions add up to the score before adjustments.
    pub contribution: f64,
}

/// What lowers the sum of the parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// The score so far times a factor.
    Factor(f64),
    /// The score so far, at most this.
    Cap(f64),
}

/// A reason to lower the sum of the parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjustment {
    /// What it does.
    pub change: Change,
    /// Why, as a sentence.
    pub why: &'static str,
}

/// A comparison with all that is needed to compute its score again.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// 0 (nothing in common) to 1 (the same name).
    pub score: f64,
    /// The parts.
    pub parts: Vec<Part>,
    /// The adjustments, in the order in which they were made.
    pub adjustments: Vec<Adjustment>,
}

impl Comparison {
    /// The score, computed again from the parts and the adjustments.
    pub fn recompute(&self) -> f64 {
        let mut tally = Tally::default();
        for part in &self.parts {
            tally.part(part.weight, part.similarity);
        }
        let mut score = tally.mean();
        for adjustment in &self.adjustments {
            score = change(score, adjustment.change);
        }
        rounded(score)
    }
}

fn change(score: f64, by: Change) -> f64 {
    match by {
        Change::Factor(factor) => score * factor,
        Change::Cap(cap) => score.min(cap),
    }
}

/// Rounds to four decimals: more would be false precision, and stable figures are easier to check.
fn rounded(score: f64) -> f64 {
    (score.clamp(0.0, 1.0) * 10_000.0).round() / 10_000.0
}

#[derive(Default)]
struct Tally {
    weights: f64,
    agreed: f64,
}

impl Tally {
    fn part(&mut self, weight: f64, similarity: f64) {
        self.weights += weight;
        self.agreed += weight * similarity;
    }

    fn mean(&self) -> f64 {
        if self.weights > 0.0 { self.agreed / self.weights } else { 0.0 }
    }
}

/// Where a run writes what it found: nowhere for a score, into a list for an explanation.
trait Sink {
    fn part(&mut self, query: (&Reading, usize, usize), candidate: (&Reading, usize, usize), rule: Rule, weight: f64, similarity: f64);
    fn adjust(&mut self, change: Change, why: &'static str);
    /// Forgets all: another way of comparing replaces the one so far.
    fn restart(&mut self);
}

struct Nothing;

impl Sink for Nothing {
    fn part(&mut self, _: (&Reading, usize, usize), _: (&Reading, usize, usize), _: Rule, _: f64, _: f64) {}
    fn adjust(&mut self, _: Change, _: &'static str) {}
    fn restart(&mut self) {}
}

#[derive(Default)]
struct Full {
    parts: Vec<Part>,
    adjustments: Vec<Adjustment>,
}

fn phrase((reading, from, to): (&Reading, usize, usize)) -> String {
    reading.tokens.get(from..to).unwrap_or_default().iter().map(|token| reading.letters(token)).collect::<Vec<_>>().join(" ")
}

impl Sink for Full {
    fn part(&mut self, query: (&Reading, usize, usize), candidate: (&Reading, usize, usize), rule: Rule, weight: f64, similarity: f64) {
        self.parts.push(Part { query: phrase(query), candidate: phrase(candidate), rule, weight, similarity, contribution: 0.0 });
    }

    fn adjust(&mut self, change: Change, why: &'static str) {
        self.adjustments.push(Adjustment { change, why });
    }

    fn restart(&mut self) {
        self.parts.clear();
        self.adjustments.clear();
    }
}

/// How far two names can be of the same party, 0 to 1; 0.7 is the usual threshold.
///
/// The query is what somebody asks about, the candidate what a list holds: a word that only the query has counts more against a match than
/// one that only the candidate has.
pub fn score(query: &Name, candidate: &Name, rules: &Rules) -> f64 {
    let side = common(query, candidate);
    let mut best = 0.0;
    for q in query.on(side) {
        for c in candidate.on(side) {
            let score = run(query, candidate, q, c, side, rules, &mut Nothing);
            if score > best {
                best = score;
            }
        }
    }
    best
}

/// Compares two names and tells which part counted how; its score is that of [`score`].
pub fn compare(query: &Name, candidate: &Name, rules: &Rules) -> Comparison {
    let side = common(query, candidate);
    let mut best: Option<Comparison> = None;
    for q in query.on(side) {
        for c in candidate.on(side) {
            let mut full = Full::default();
            let score = run(query, candidate, q, c, side, rules, &mut full);
            if best.as_ref().is_none_or(|best| score > best.score) {
                best = Some(Comparison { score, parts: full.parts, adjustments: full.adjustments });
            }
        }
    }
    let mut out = best.unwrap_or(Comparison { score: 0.0, parts: Vec::new(), adjustments: Vec::new() });
    let total: f64 = out.parts.iter().map(|part| part.weight).sum();
    if total > 0.0 {
        for part in &mut out.parts {
            part.contribution = part.weight * part.similarity / total;
        }
    }
    out
}

/// By which logic two names are compared: that of their side if it is one, of a known kind if the other's is not known, and of
/// organisations otherwise.
fn common(query: &Name, candidate: &Name) -> Side {
    let known = |kind: Kind, side: Side| if kind == Kind::Other { None } else { Some(side) };
    match (known(query.kind(), query.side), known(candidate.kind(), candidate.side)) {
        (Some(one), Some(other)) if one == other => one,
        (Some(Side::Person), None) | (None, Some(Side::Person)) => Side::Person,
        (None, None) if query.side == Side::Person && candidate.side == Side::Person => Side::Person,
        _ => Side::Organisation,
    }
}

fn run(query: &Name, candidate: &Name, q: &Reading, c: &Reading, side: Side, rules: &Rules, sink: &mut impl Sink) -> f64 {
    if q.letters == c.letters
        && q.tokens.len() == c.tokens.len()
        && q.tokens.iter().zip(&c.tokens).all(|(a, b)| a.hash == b.hash)
        && query.native == candidate.native
        && query.kind() == candidate.kind()
    {
        sink.part((q, 0, q.tokens.len()), (c, 0, c.tokens.len()), Rule::Same, 1.0, 1.0);
        return 1.0;
    }
    let mut score = match side {
        Side::Person => person(q, c, rules, sink),
        Side::Vessel => vessel(q, c, rules, sink),
        Side::Organisation => organisation(q, c, query.kind() != Kind::Person && candidate.kind() != Kind::Person, rules, sink),
    };
    // The same letters with the spaces elsewhere.
    if score < rules.same_letters && q.letters == c.letters && q.letter_count >= 6 && q.numbers == c.numbers {
        sink.restart();
        sink.part((q, 0, q.tokens.len()), (c, 0, c.tokens.len()), Rule::Joined, 1.0, rules.same_letters);
        score = rules.same_letters;
    }
    if side == Side::Organisation
        && query.kind() != candidate.kind()
        && query.kind() != Kind::Other
        && candidate.kind() != Kind::Other
        && score > rules.other_kind
    {
        let by = Change::Cap(rules.other_kind);
        sink.adjust(by, "parties of different kinds");
        score = change(score, by);
    }
    if let (Some((script, a)), Some((other, b))) = (&query.native, &candidate.native)
        && script == other
        && a != b
        && score > rules.native_differs
    {
        let by = Change::Cap(rules.native_differs);
        sink.adjust(by, "the names differ in a character of their own script");
        score = change(score, by);
    }
    rounded(score)
}

/// Which tokens are matched, as bits.
#[derive(Default)]
struct Matched {
    q: u32,
    c: u32,
}

impl Matched {
    fn q(&self, at: usize) -> bool {
        self.q >> at & 1 == 1
    }
    fn c(&self, at: usize) -> bool {
        self.c >> at & 1 == 1
    }
    fn set(&mut self, i: usize, j: usize) {
        self.q |= 1 << i;
        self.c |= 1 << j;
    }
}

/// Pairs of alike words, a few.
struct Alike {
    pairs: [(f32, u8, u8, Rule); 48],
    len: usize,
}

impl Default for Alike {
    fn default() -> Self {
        Alike { pairs: [(0.0, 0, 0, Rule::Typo); 48], len: 0 }
    }
}

impl Alike {
    fn push(&mut self, similarity: f64, i: usize, j: usize, rule: Rule) {
        if similarity > 0.0 && self.len < self.pairs.len() {
            self.pairs[self.len] = (similarity as f32, i as u8, j as u8, rule);
            self.len += 1;
        }
    }

    /// The most alike pair of which neither word is matched yet; of equals the first.
    fn take(&mut self, done: &Matched) -> Option<(f64, usize, usize, Rule)> {
        let mut best: Option<(f32, u8, u8, Rule)> = None;
        for pair in &self.pairs[..self.len] {
            if !done.q(usize::from(pair.1)) && !done.c(usize::from(pair.2)) && best.is_none_or(|best| pair.0 > best.0) {
                best = Some(*pair);
            }
        }
        best.map(|(similarity, i, j, rule)| (f64::from(similarity), usize::from(i), usize::from(j), rule))
    }
}

/// The edit cost at which two words of this many sounds are two words, in tenths of a unit.
///
/// Words of up to two sounds must be equal; a third of the sounds may differ in longer ones, at most three.
fn budget(sounds: usize) -> u16 {
    match sounds {
        0..=2 => 0,
        3 => 8,
        4 => 14,
        5 => 14,
        6 => 16,
        7 => 18,
        8 => 20,
        9..=10 => 24,
        _ => 28,
    }
}

/// How alike two words sound; 0 where they are over budget.
fn typo(a: &[u8], b: &[u8], limit: u16, loss: f64, rules: &Rules) -> f64 {
    let cost = sound::distance(a, b, limit);
    if cost > limit { 0.0 } else { rules.same_sound - loss * f64::from(cost) / f64::from(limit.max(1)) }
}

fn is_core(token: &Token) -> bool {
    matches!(token.class, Class::Distinct | Class::Patronymic)
}

/// Whether two sorted lists share a number.
fn share(mut a: &[u32], mut b: &[u32]) -> bool {
    while let (Some(x), Some(y)) = (a.first(), b.first()) {
        match x.cmp(y) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => a = &a[1..],
            std::cmp::Ordering::Greater => b = &b[1..],
        }
    }
    false
}

/// How alike two tokens of persons' names are.
fn person_pair(q: &Reading, c: &Reading, a: &Token, b: &Token, rules: &Rules) -> (f64, Rule) {
    if a.class == Class::Initial || b.class == Class::Initial {
        let same = q.letters(a).as_bytes().first() == c.letters(b).as_bytes().first();
        let full = if a.class == Class::Initial { b.class } else { a.class };
        return if same && matches!(full, Class::Distinct | Class::Patronymic | Class::Initial) {
            (rules.initial, Rule::Initial)
        } else {
            (0.0, Rule::Initial)
        };
    }
    // A syllable of Han or Hangul is shared by many names: no slips, and no table of names for short words.
    if (q.syllabic || c.syllabic) && a.len.min(b.len) <= 5 {
        let same = matches!((&a.korean, &b.korean), (Some(x), Some(y)) if korean::agreement(x, y) == 1.0);
        return if same { (0.9, Rule::Korean) } else { (0.0, Rule::Differs) };
    }
    if share(a.names, b.names) {
        return if a.tail == 0 && b.tail == 0 || a.tail != 0 && b.tail != 0 {
            (rules.same_name, Rule::SameName)
        } else {
            (0.6, Rule::Tail)
        };
    }
    if q.abjad != c.abjad {
        let (x, y) = (q.sounds(a), c.sounds(b));
        // A final i is written: Muhammadi is not Muhammad.
        if (x.last() == Some(&sound::I)) != (y.last() == Some(&sound::I)) {
            return (0.0, Rule::Consonants);
        }
        let (mut bones, mut others) = (sound::skeleton(x), sound::skeleton(y));
        if q.transcribed || c.transcribed {
            // Chinese has one sound for l and r.
            for code in bones.codes.iter_mut().chain(&mut others.codes) {
                *code = if *code == b'r' - b'a' { b'l' - b'a' } else { *code };
            }
        }
        if bones.len >= 2 && bones.as_slice() == others.as_slice() {
            let limit = budget(usize::from(a.sound_len.max(b.sound_len))) * 3 / 2;
            let cost = sound::distance(x, y, limit);
            return if cost <= limit {
                (0.9 - 0.3 * f64::from(cost) / f64::from(limit.max(1)), Rule::Consonants)
            } else {
                (0.0, Rule::Consonants)
            };
        }
    }
    if a.tail != 0 && a.tail == b.sound || b.tail != 0 && b.tail == a.sound {
        return (0.6, Rule::Tail);
    }
    let longest = usize::from(a.sound_len.max(b.sound_len));
    // Two words that the lists know are seldom a slip of each other: only vowels may differ.
    let full = budget(longest);
    let limit = if a.known && b.known { full / 2 } else { full };
    if sound::least(a.mask, b.mask) > limit {
        return nickname(a, b, rules);
    }
    let cost = sound::distance(q.sounds(a), c.sounds(b), limit);
    let alike = if cost > limit { 0.0 } else { rules.same_sound - rules.edit_loss * f64::from(cost) / f64::from(full.max(1)) };
    if alike > 0.0 { (alike, Rule::Typo) } else { nickname(a, b, rules) }
}

fn nickname(a: &Token, b: &Token, rules: &Rules) -> (f64, Rule) {
    if (a.short || b.short) && lexicon().is_nickname(a.hash, b.hash) { (rules.nickname, Rule::Nickname) } else { (0.0, Rule::Differs) }
}

struct Run<'a, S: Sink> {
    q: &'a Reading,
    c: &'a Reading,
    sink: &'a mut S,
    tally: Tally,
}

impl<S: Sink> Run<'_, S> {
    fn part(&mut self, query: (usize, usize), candidate: (usize, usize), rule: Rule, weight: f64, similarity: f64) {
        self.tally.part(weight, similarity);
        self.sink.part((self.q, query.0, query.1), (self.c, candidate.0, candidate.1), rule, weight, similarity);
    }
}

fn person(q: &Reading, c: &Reading, rules: &Rules, sink: &mut impl Sink) -> f64 {
    if let Some(score) = korean_person(q, c, rules, sink) {
        return score;
    }
    let (nq, nc) = (q.tokens.len().min(MOST), c.tokens.len().min(MOST));
    let mut run = Run { q, c, sink, tally: Tally::default() };
    let mut done = Matched::default();
    let weight = |token: &Token| match token.class {
        Class::Title => rules.title,
        Class::Particle => rules.particle,
        Class::Initial => 0.35,
        Class::Patronymic => f64::from(token.weight) * 0.6,
        _ => f64::from(token.weight),
    };
    // What matched, for the checks at the end.
    let mut words = 0;
    let mut initials = 0;
    let mut told = 0.0;
    let mut swapped = false;
    let mut tails = (false, false);
    let mut pairs = [u8::MAX; MOST];
    // Equal words.
    for (i, pair) in pairs.iter_mut().enumerate().take(nq) {
        let a = &q.tokens[i];
        for j in 0..nc {
            let b = &c.tokens[j];
            if done.c(j) {
                continue;
            }
            let rule = if a.hash == b.hash {
                Rule::Same
            } else if a.group != 0 && a.group == b.group {
                Rule::SameGroup
            } else if a.sound == b.sound && a.sound_len >= 2 {
                Rule::SameSound
            } else {
                continue;
            };
            done.set(i, j);
            *pair = j as u8;
            let similarity = if rule == Rule::SameSound { rules.same_sound } else { 1.0 };
            let counts = weight(a).min(weight(b));
            run.part((i, i + 1), (j, j + 1), rule, counts, similarity);
            if is_core(a) && is_core(b) {
                words += 1;
                told += counts;
                swapped |= a.place != b.place && a.place != Place::Unknown && b.place != Place::Unknown;
            } else if a.class == Class::Initial {
                initials += 1;
            }
            break;
        }
    }
    // Written in one word here and in several there.
    joined(&mut run, &mut done, rules, &mut |counts| {
        words += 2;
        told += counts;
    });
    // Alike words, the most alike first.
    let mut alike = Alike::default();
    for i in 0..nq {
        let a = &q.tokens[i];
        if done.q(i) || a.class == Class::Title {
            continue;
        }
        for j in 0..nc {
            let b = &c.tokens[j];
            if done.c(j) || b.class == Class::Title {
                continue;
            }
            if (a.class == Class::Particle) != (b.class == Class::Particle) {
                // A particle is matched by a word only if that word is a slip of it (xal for al).
                let (short, long) = if a.class == Class::Particle { (q.letters(a), c.letters(b)) } else { (c.letters(b), q.letters(a)) };
                if long.len() == short.len() + 1 && long.len() <= 3 && (long.starts_with(short) || long.ends_with(short)) {
                    alike.push(0.5, i, j, Rule::Typo);
                }
                continue;
            }
            if a.class == Class::Particle
                || (a.class == Class::Patronymic) != (b.class == Class::Patronymic)
                    && a.class != Class::Initial
                    && b.class != Class::Initial
            {
                continue;
            }
            let (similarity, rule) = person_pair(q, c, a, b, rules);
            alike.push(similarity, i, j, rule);
        }
    }
    while let Some(best) = alike.take(&done) {
        let (similarity, i, j, rule) = best;
        done.set(i, j);
        pairs[i] = j as u8;
        let (a, b) = (&q.tokens[i], &c.tokens[j]);
        if rule == Rule::Tail {
            if a.tail != 0 { tails.0 = true } else { tails.1 = true }
        }
        let counts = if rule == Rule::Initial { 0.35 } else { weight(a).min(weight(b)) };
        run.part((i, i + 1), (j, j + 1), rule, counts, similarity);
        if rule == Rule::Initial {
            initials += 1;
        } else if is_core(a) && is_core(b) {
            words += 1;
            told += counts * similarity;
            swapped |= a.place != b.place && a.place != Place::Unknown && b.place != Place::Unknown;
        }
    }
    // What is left on both sides contradicts; what is left on one side is extra.
    let mut fathers = (false, false);
    let mut conflicts = 0;
    let mut contradicts = false;
    let mut j = 0;
    for i in 0..nq {
        let a = &q.tokens[i];
        if done.q(i) {
            continue;
        }
        match a.class {
            Class::Patronymic => {
                fathers.0 = true;
                continue;
            }
            Class::Initial if c.tokens.iter().enumerate().take(MOST).any(|(at, token)| token.class == Class::Patronymic && !done.c(at)) => {
                fathers = (true, true);
                continue;
            }
            Class::Distinct | Class::Initial => {}
            _ => continue,
        }
        while j < nc && (done.c(j) || !matches!(c.tokens[j].class, Class::Distinct | Class::Initial)) {
            j += 1;
        }
        if j == nc {
            break;
        }
        let b = &c.tokens[j];
        let counts = if a.class == Class::Initial || b.class == Class::Initial {
            0.45
        } else {
            ((weight(a) + weight(b)) / 2.0).max(rules.conflict_floor)
        };
        let conflict = if i == 0 && j == 0 { rules.conflict_first } else { rules.conflict };
        run.part((i, i + 1), (j, j + 1), Rule::Differs, counts * conflict, 0.0);
        done.set(i, j);
        conflicts += 1;
        contradicts |= a.class == Class::Distinct && b.class == Class::Distinct;
    }
    let mut extra = (false, false);
    for i in 0..nq {
        if !done.q(i) {
            let a = &q.tokens[i];
            extra.0 |= a.class == Class::Distinct;
            let counts = match a.class {
                Class::Patronymic => rules.extra_patronymic,
                Class::Distinct if repeated(q, i, done.q) => 0.02,
                Class::Distinct => weight(a) * rules.extra_query,
                Class::Initial => 0.1,
                _ => weight(a) * 0.25,
            };
            run.part((i, i + 1), (0, 0), Rule::OnlyQuery, counts, 0.0);
        }
    }
    for j in 0..nc {
        if !done.c(j) {
            let b = &c.tokens[j];
            fathers.1 |= b.class == Class::Patronymic;
            fathers.0 |= b.class == Class::Initial
                && q.tokens.iter().enumerate().take(MOST).any(|(at, token)| token.class == Class::Patronymic && !done.q(at));
            extra.1 |= b.class == Class::Distinct;
            let counts = match b.class {
                Class::Patronymic => rules.extra_patronymic,
                Class::Distinct if repeated(c, j, done.c) => 0.02,
                Class::Distinct => weight(b) * rules.extra_candidate,
                Class::Initial => 0.1,
                _ => weight(b) * 0.25,
            };
            run.part((0, 0), (j, j + 1), Rule::OnlyCandidate, counts, 0.0);
        }
    }
    let mut score = run.tally.mean();
    let mut lower = |by: Change, why: &'static str| {
        sink.adjust(by, why);
        score = change(score, by);
    };
    if fathers == (true, true) {
        lower(Change::Factor(rules.patronymic_differs), "the fathers' names differ");
    }
    if contradicts {
        lower(Change::Cap(rules.contradiction), "both names have another word in one place");
    }
    if tails.0 && extra.1 || tails.1 && extra.0 {
        lower(Change::Factor(rules.tail_differs), "\"Abd\" here, another word there");
    }
    if let (Some((a, b)), Some((x, y))) = (father_of(q), father_of(c))
        && usize::from(pairs[a]) == y
        && usize::from(pairs[b]) == x
    {
        lower(Change::Factor(rules.father_and_son), "father and son change places");
    }
    let core = |reading: &Reading| reading.tokens.iter().filter(|token| matches!(token.class, Class::Distinct | Class::Initial)).count();
    let most = core(q).max(core(c));
    if conflicts == 0 && most > 1 {
        if words == 0 {
            lower(Change::Cap(0.5), "only initials agree");
        } else if words == 1 && initials == 0 {
            lower(Change::Cap(rules.single_word), "one word against a longer name");
        } else if words == 1 {
            lower(Change::Cap(0.4 + 0.45 * told), "one word and an initial");
        }
    }
    if extra.0 || extra.1 {
        // Common names prove little where the rest of a name is missing.
        if told < rules.enough {
            lower(Change::Factor(1.0 - rules.scarce * (1.0 - told / rules.enough)), "only common names agree");
        }
        let (leads, inverted) = order(q, c, &pairs);
        if leads && conflicts == 0 && (q.arabic || c.arabic) {
            lower(Change::Factor(rules.leading_extra), "one name has another first name before it");
        }
        if inverted && words == 2 {
            lower(Change::Factor(rules.inverted), "another order, and a name missing");
        }
    }
    if swapped {
        lower(Change::Factor(rules.swapped), "a given name here is a family name there");
    }
    score
}

/// Whether the longer name begins with a given name that the shorter lacks, and whether the matched words come in another order.
fn order(q: &Reading, c: &Reading, pairs: &[u8; MOST]) -> (bool, bool) {
    let core = |token: &Token| matches!(token.class, Class::Distinct | Class::Initial);
    let first = |reading: &Reading| reading.tokens.iter().take(MOST).position(core);
    let (Some(a), Some(b)) = (first(q), first(c)) else { return (false, false) };
    let partner = |at: usize| pairs.iter().position(|pair| usize::from(*pair) == at);
    let mut last = None;
    let mut inverted = false;
    for (at, pair) in pairs.iter().enumerate().take(q.tokens.len()) {
        if *pair != u8::MAX && core(&q.tokens[at]) {
            inverted |= last.is_some_and(|last| last > *pair);
            last = Some(*pair);
        }
    }
    let q_leads = pairs[a] == u8::MAX && partner(b).is_some_and(|at| at > a) && !q.tokens[a].prefix && q.tokens[a].class == Class::Distinct;
    let c_leads = partner(b).is_none()
        && pairs[a] != u8::MAX
        && usize::from(pairs[a]) > b
        && !c.tokens[b].prefix
        && c.tokens[b].class == Class::Distinct;
    ((q_leads || c_leads) && !inverted, inverted)
}

/// Whether a word comes again in its own name, matched there.
fn repeated(reading: &Reading, at: usize, done: u32) -> bool {
    reading
        .tokens
        .iter()
        .enumerate()
        .take(MOST)
        .any(|(other, token)| other != at && done >> other & 1 == 1 && token.sound == reading.tokens[at].sound)
}

/// The tokens of a son and of his father, around the first "bin".
fn father_of(reading: &Reading) -> Option<(usize, usize)> {
    let bin = reading.tokens.iter().take(MOST - 1).position(|token| token.class == Class::Particle && token.bin)?;
    let son = bin.checked_sub(1)?;
    let father = (bin + 1..reading.tokens.len().min(MOST)).find(|at| reading.tokens[*at].class == Class::Distinct)?;
    Some((son, father))
}

/// Compares tokens written together on one side and apart on the other.
fn joined<S: Sink>(run: &mut Run<'_, S>, done: &mut Matched, rules: &Rules, found: &mut dyn FnMut(f64)) {
    let (q, c) = (run.q, run.c);
    for flip in [false, true] {
        let (one, many) = if flip { (c, q) } else { (q, c) };
        for (i, whole) in one.tokens.iter().enumerate().take(MOST) {
            let taken = if flip { done.c(i) } else { done.q(i) };
            if taken || whole.len < 4 || matches!(whole.class, Class::Number | Class::Particle | Class::Bland) {
                continue;
            }
            'start: for from in 0..many.tokens.len().min(MOST) {
                let mut length = 0;
                for to in from..(from + 4).min(many.tokens.len()).min(MOST) {
                    let piece = &many.tokens[to];
                    if to == from
                        && (piece.len >= whole.len
                            || many.text.as_bytes().get(usize::from(piece.start)) != one.text.as_bytes().get(usize::from(whole.start)))
                    {
                        continue 'start;
                    }
                    let busy = if flip { done.q(to) } else { done.c(to) };
                    if busy || piece.class == Class::Number {
                        continue 'start;
                    }
                    length += usize::from(piece.len);
                    if to == from {
                        continue;
                    }
                    if length > usize::from(whole.len) + 2 {
                        continue 'start;
                    }
                    if length + 2 < usize::from(whole.len) {
                        continue;
                    }
                    let start = usize::from(many.tokens[from].start);
                    let exact = many.text.get(start..start + length) == Some(one.letters(whole));
                    let similarity = if exact {
                        rules.same_sound
                    } else if length >= 8
                        && let Some(letters) = many.text.get(start..start + length)
                    {
                        typo(one.sounds(whole), sound::sounds(letters.as_bytes()).as_slice(), 12, rules.edit_loss_firm, rules)
                    } else {
                        0.0
                    };
                    if similarity <= 0.0 {
                        continue;
                    }
                    let weight = if whole.class == Class::Form { rules.form } else { f64::from(whole.weight) };
                    let range = (from, to + 1);
                    if flip {
                        run.part(range, (i, i + 1), Rule::Joined, weight, similarity);
                        done.c |= 1 << i;
                        (from..=to).for_each(|at| done.q |= 1 << at);
                    } else {
                        run.part((i, i + 1), range, Rule::Joined, weight, similarity);
                        done.q |= 1 << i;
                        (from..=to).for_each(|at| done.c |= 1 << at);
                    }
                    found(weight * similarity);
                    break 'start;
                }
            }
        }
    }
}

/// Two names that can both be Korean: the family name tells little, every syllable of the given name must agree.
fn korean_person(q: &Reading, c: &Reading, rules: &Rules, sink: &mut impl Sink) -> Option<f64> {
    if q.korean.is_empty() || c.korean.is_empty() {
        return None;
    }
    let mut best: Option<(f64, bool, f64, usize, usize)> = None;
    for (i, a) in q.korean.iter().enumerate() {
        for (j, b) in c.korean.iter().enumerate() {
            let family = a.surname == b.surname;
            let given = korean::agreement(&a.given, &b.given);
            let rank = given + if family { 1.0 } else { 0.0 };
            if best.is_none_or(|best| rank > best.0) {
                best = Some((rank, family, given, i, j));
            }
        }
    }
    let (_, family, given, i, j) = best?;
    let at = |reading: &Reading, korean: &crate::name::Korean| {
        let n = reading.tokens.len();
        if korean.surname_at == 0 { ((0, 1), (1, n)) } else { ((n - 1, n), (0, n - 1)) }
    };
    let ((sq, gq), (sc, gc)) = (at(q, &q.korean[i]), at(c, &c.korean[j]));
    let mut tally = Tally::default();
    let same = q.tokens.len() == c.tokens.len() && q.tokens.iter().zip(&c.tokens).all(|(a, b)| a.hash == b.hash);
    let parts = [
        (
            sq,
            sc,
            family,
            if family { if same { 1.0 } else { rules.same_sound } } else { 0.0 },
            if family { 0.3 } else { 0.3 * rules.conflict },
        ),
        (gq, gc, given > 0.0, if same { 1.0 } else { given * rules.same_sound }, if given > 0.0 { 1.0 } else { rules.conflict }),
    ];
    for (query, candidate, agrees, similarity, weight) in parts {
        let rule = if !agrees {
            Rule::Differs
        } else if same {
            Rule::Same
        } else {
            Rule::Korean
        };
        tally.part(weight, similarity);
        sink.part((q, query.0, query.1), (c, candidate.0, candidate.1), rule, weight, similarity);
    }
    Some(tally.mean())
}

fn organisation(q: &Reading, c: &Reading, abbreviates: bool, rules: &Rules, sink: &mut impl Sink) -> f64 {
    let (nq, nc) = (q.tokens.len().min(MOST), c.tokens.len().min(MOST));
    let mut run = Run { q, c, sink, tally: Tally::default() };
    let mut done = Matched::default();
    let weight = |token: &Token| match token.class {
        Class::Form => rules.form,
        Class::Bland | Class::Particle | Class::Title => rules.bland,
        Class::Sector => rules.sector * f64::from(token.words),
        Class::Place => rules.place,
        Class::Number if token.number >= 100 => 0.8,
        Class::Number | Class::Ship => 0.3,
        _ => f64::from(token.weight),
    };
    let tells = |token: &Token| matches!(token.class, Class::Distinct | Class::Sector | Class::Place | Class::Initial | Class::Patronymic);
    let both_korean = q.korean_words && c.korean_words && (q.of_korea || c.of_korea);
    let mut distinct = 0;
    let mut told = 0;
    for i in 0..nq {
        let a = &q.tokens[i];
        for j in 0..nc {
            let b = &c.tokens[j];
            if done.c(j) {
                continue;
            }
            let rule = if a.hash == b.hash && a.class == b.class {
                Rule::Same
            } else if a.class == Class::Number && b.class == Class::Number {
                if a.number != b.number {
                    continue;
                }
                Rule::SameGroup
            } else if a.hash == b.hash {
                Rule::Same
            } else if a.group != 0 && a.group == b.group {
                Rule::SameGroup
            } else if a.sound == b.sound && a.sound_len >= 3 && a.class == b.class && near(q.letters(a), c.letters(b)) {
                Rule::SameSound
            } else {
                continue;
            };
            done.set(i, j);
            let similarity = if rule == Rule::SameSound { rules.same_sound } else { 1.0 };
            let counts = if rule == Rule::SameGroup { weight(a).max(weight(b)) } else { weight(a).min(weight(b)) };
            run.part((i, i + 1), (j, j + 1), rule, counts, similarity);
            if tells(a) {
                told += 1;
            }
            if a.class == Class::Distinct || b.class == Class::Distinct {
                distinct += 1;
            }
            break;
        }
    }
    joined(&mut run, &mut done, rules, &mut |_| {
        distinct += 1;
        told += 1;
    });
    let mut alike = Alike::default();
    for i in 0..nq {
        let a = &q.tokens[i];
        if done.q(i) || a.class == Class::Number {
            continue;
        }
        for j in 0..nc {
            let b = &c.tokens[j];
            if done.c(j) || b.class == Class::Number {
                continue;
            }
            let (similarity, rule) = firm_pair(q, c, a, b, both_korean, rules);
            alike.push(similarity, i, j, rule);
        }
    }
    while let Some(best) = alike.take(&done) {
        let (similarity, i, j, rule) = best;
        done.set(i, j);
        let (a, b) = (&q.tokens[i], &c.tokens[j]);
        run.part((i, i + 1), (j, j + 1), rule, weight(a).min(weight(b)), similarity);
        if tells(a) || tells(b) {
            told += 1;
        }
        if a.class == Class::Distinct && b.class == Class::Distinct {
            distinct += 1;
        }
    }
    // Where no rare word agrees, the common words are the name, and each of them counts.
    let scale = if distinct > 0 { 1.0 } else { 2.0 };
    let mut places = false;
    for class in [Class::Place, Class::Distinct] {
        let mut j = 0;
        for i in 0..nq {
            let a = &q.tokens[i];
            let fits = |token: &Token| {
                if class == Class::Place {
                    token.class == Class::Place
                } else {
                    matches!(token.class, Class::Distinct | Class::Sector | Class::Initial | Class::Patronymic)
                }
            };
            if done.q(i) || !fits(a) {
                continue;
            }
            while j < nc && (done.c(j) || !fits(&c.tokens[j])) {
                j += 1;
            }
            if j == nc {
                break;
            }
            let b = &c.tokens[j];
            run.part((i, i + 1), (j, j + 1), Rule::Differs, rules.conflict * (weight(a) + weight(b)) / 2.0, 0.0);
            done.set(i, j);
            places |= class == Class::Place;
        }
    }
    let (mut form_q, mut form_c) = (false, false);
    let charity = hash(b"found") as u32 | 1;
    let gives = |reading: &Reading| reading.tokens.iter().any(|token| token.class == Class::Form && token.group == charity);
    let mut described = 0.0;
    for i in 0..nq {
        if !done.q(i) {
            let a = &q.tokens[i];
            form_q |= a.class == Class::Form;
            let counts = match a.class {
                Class::Form => continue,
                Class::Bland => weight(a) * 0.5,
                Class::Number => continue,
                _ if repeated(q, i, done.q) => 0.02,
                // Descriptions come in any length: each further word of trade counts less.
                Class::Sector => {
                    described += 1.0;
                    weight(a) * rules.extra_word * scale / described
                }
                Class::Place => weight(a) * rules.extra_word * (1.0 + scale) / 2.0,
                // A group's initials before the name: NNK-Primornefteproduct.
                Class::Distinct if i <= 1 && a.len <= 3 && distinct > 0 => weight(a) * rules.extra_word * 0.75,
                _ => weight(a) * rules.extra_word * scale,
            };
            run.part((i, i + 1), (0, 0), Rule::OnlyQuery, counts, 0.0);
        }
    }
    for j in 0..nc {
        if !done.c(j) {
            let b = &c.tokens[j];
            form_c |= b.class == Class::Form;
            let counts = match b.class {
                Class::Form => continue,
                Class::Bland => weight(b) * 0.5,
                Class::Number => continue,
                _ if repeated(c, j, done.c) => 0.02,
                // Descriptions come in any length: each further word of trade counts less.
                Class::Sector => {
                    described += 1.0;
                    weight(b) * rules.extra_word * scale / described
                }
                Class::Place => weight(b) * rules.extra_word * (1.0 + scale) / 2.0,
                // A group's initials before the name: NNK-Primornefteproduct.
                Class::Distinct if j <= 1 && b.len <= 3 && distinct > 0 => weight(b) * rules.extra_word * 0.75,
                _ => weight(b) * rules.extra_word * scale,
            };
            run.part((0, 0), (j, j + 1), Rule::OnlyCandidate, counts, 0.0);
        }
    }
    let mut score = run.tally.mean();
    let mut lower = |by: Change, why: &'static str| {
        sink.adjust(by, why);
        score = change(score, by);
    };
    if told == 0 {
        lower(Change::Cap(0.5), "no telling word agrees");
    }
    // "First Oil" and "General Petroleum": a trade in common, and a number that only one has.
    if told == 1 && distinct == 0 && q.numbers != c.numbers {
        lower(Change::Cap(0.6), "only a word of trade agrees, and the numbers do not");
    }
    if form_q && form_c {
        if gives(q) != gives(c) {
            lower(Change::Factor(rules.charity_differs), "one is a foundation or the like, the other a company");
        } else {
            lower(Change::Factor(0.95), "the legal forms differ");
        }
    }
    if told == 1 && distinct == 1 && letters_alone(q, c) {
        lower(Change::Cap(rules.contradiction), "three letters agree, and the other words differ");
    }
    if places {
        lower(Change::Factor(rules.place_differs), "the places differ");
    }
    if q.numbers != c.numbers {
        let same = q.numbers.iter().filter(|number| c.numbers.contains(number)).count();
        if same < q.numbers.len() && same < c.numbers.len() {
            lower(Change::Factor(rules.number_differs), "the numbers differ");
        } else if q.numbers.len() != c.numbers.len() {
            let first = q.numbers.iter().chain(&*c.numbers).all(|number| *number == 1);
            lower(
                Change::Factor(if first { rules.number_one_missing } else { rules.number_missing }),
                "one name has a number, the other has not",
            );
        }
    }
    if score < rules.acronym && abbreviates && acronym::agree(q, c) {
        sink.restart();
        sink.part((q, 0, nq), (c, 0, nc), Rule::Acronym, 1.0, rules.acronym);
        return rules.acronym;
    }
    score
}

/// Whether two firms have nothing but an abbreviation of three letters at most in common, while each has a word or a legal form of its own:
/// ABC International and A.B.C. Company. Three letters are shared by many.
fn letters_alone(q: &Reading, c: &Reading) -> bool {
    /// Whether the rare words are short and nothing else tells, whether a bland word is its own, and whether any word is.
    fn look(reading: &Reading, other: &Reading) -> Option<(bool, bool)> {
        let (mut short, mut bland, mut own) = (false, false, false);
        for token in &reading.tokens {
            let letters = reading.letters(token);
            // "Company" is in "Company Limited".
            let shared = other.tokens.iter().any(|x| {
                let theirs = other.letters(x);
                x.group != 0 && x.group == token.group || theirs.starts_with(letters) || letters.starts_with(theirs)
            });
            match token.class {
                Class::Distinct if token.len <= 3 => short = true,
                Class::Bland if !shared && token.len >= 5 => (bland, own) = (true, true),
                Class::Form if !shared => own = true,
                Class::Bland | Class::Form | Class::Particle | Class::Title => {}
                _ => return None,
            }
        }
        short.then_some((bland, own))
    }
    match (look(q, c), look(c, q)) {
        (Some((bland_q, own_q)), Some((bland_c, own_c))) => own_q && own_c && (bland_q || bland_c),
        _ => false,
    }
}

/// How alike two tokens of organisations' names are.
fn firm_pair(q: &Reading, c: &Reading, a: &Token, b: &Token, both_korean: bool, rules: &Rules) -> (f64, Rule) {
    let named = |token: &Token| !matches!(token.class, Class::Distinct);
    // Two words of the lexicon that are not one group are two words.
    if named(a) && named(b) {
        return (0.0, Rule::Differs);
    }
    if q.abjad != c.abjad {
        let (x, y) = (sound::skeleton(q.sounds(a)), sound::skeleton(c.sounds(b)));
        let same = x.len >= 3 && x.as_slice() == y.as_slice();
        return (if same { 0.9 } else { 0.0 }, Rule::Consonants);
    }
    if let (Some(x), Some(y)) = (&a.korean, &b.korean)
        && (both_korean || x.syllables >= 2 && y.syllables >= 2)
    {
        let given = korean::agreement(x, y);
        if given > 0.0 && (x.syllables >= 2 || given == 1.0) {
            return (given * rules.same_sound, Rule::Korean);
        }
        if both_korean {
            return (0.0, Rule::Korean);
        }
    }
    if adjective(q.letters(a), c.letters(b)) || adjective(c.letters(b), q.letters(a)) {
        return (0.85, Rule::SameGroup);
    }
    // Two words that the lists know are two words, not a slip.
    if a.known && b.known {
        return (0.0, Rule::Differs);
    }
    let longest = usize::from(a.sound_len.max(b.sound_len));
    let limit = match longest {
        0..=3 => 0,
        4 => 5,
        5 => UNIT,
        6..=8 => 12,
        9..=11 => 16,
        _ => 20,
    };
    if limit == 0 || sound::least(a.mask, b.mask) > limit || !near(q.letters(a), c.letters(b)) {
        return (0.0, Rule::Differs);
    }
    let alike = typo(q.sounds(a), c.sounds(b), limit, rules.edit_loss_firm, rules);
    (alike, Rule::Typo)
}

/// Whether a word is the Slavic adjective of another: Murom, Muromskiy.
fn adjective(stem: &str, word: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "sk", "ski", "skii", "skiy", "sky", "skyi", "skyy", "skij", "skaya", "skaia", "skoe", "skoye", "skoi", "skoy", "skogo", "skie",
        "skiye", "ovskiy", "ovskaya", "inskiy", "inskaya", "evskiy", "ovski", "ovsky",
    ];
    stem.len() >= 5 && word.len() > stem.len() && word.strip_prefix(stem).is_some_and(|ending| ENDINGS.contains(&ending))
}

/// Whether two words can be one: in a short word, an abbreviation perhaps, at most one letter differs.
fn near(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().max(b.len()) > 5 {
        return true;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (x, y) = (a.len() - start - end, b.len() - start - end);
    x.max(y) <= 1 || x == 2 && y == 2 && a[start] == b[start + 1] && a[start + 1] == b[start]
}

fn vessel(q: &Reading, c: &Reading, rules: &Rules, sink: &mut impl Sink) -> f64 {
    let names = |reading: &Reading| -> (usize, usize) {
        let at = |token: &Token| token.class == Class::Distinct;
        let first = reading.tokens.iter().position(at).unwrap_or(0);
        let last = reading.tokens.iter().rposition(at).map_or(0, |last| last + 1);
        (first, last)
    };
    let (range_q, range_c) = (names(q), names(c));
    let mut sounds = [[0_u8; sound::LONGEST]; 2];
    let mut lengths = [0, 0];
    let mut masks = [0, 0];
    for (side, reading) in [q, c].into_iter().enumerate() {
        for token in reading.tokens.iter().filter(|token| token.class == Class::Distinct) {
            for code in reading.sounds(token) {
                if lengths[side] < sound::LONGEST && (lengths[side] == 0 || sounds[side][lengths[side] - 1] != *code) {
                    sounds[side][lengths[side]] = *code;
                    lengths[side] += 1;
                }
            }
            masks[side] |= token.mask;
        }
    }
    let (a, b) = (&sounds[0][..lengths[0]], &sounds[1][..lengths[1]]);
    let longest = a.len().max(b.len());
    let mut rule = Rule::Same;
    let mut similarity = if q.joined == c.joined {
        1.0
    } else if let (Some(x), Some(y)) = (korean_key(q), korean_key(c)) {
        rule = Rule::Korean;
        korean::agreement(&x, &y) * rules.same_sound
    } else {
        let limit = match longest {
            0..=5 => 0,
            6..=7 => 8,
            8..=11 => UNIT,
            _ => 12,
        };
        rule = if a == b && longest >= 3 { Rule::SameSound } else { Rule::Typo };
        if a == b && longest >= 3 {
            rules.same_sound
        } else if limit > 0 && sound::least(masks[0], masks[1]) <= limit {
            typo(a, b, limit, rules.edit_loss_ship, rules)
        } else {
            0.0
        }
    };
    let mut tally = Tally::default();
    if similarity <= 0.0 {
        rule = Rule::Differs;
        // Words in common still say something, below any threshold.
        let shared = q.tokens.iter().filter(|x| x.class == Class::Distinct && c.tokens.iter().any(|y| y.hash == x.hash)).count();
        let all = q
            .tokens
            .iter()
            .filter(|x| x.class == Class::Distinct)
            .count()
            .max(c.tokens.iter().filter(|x| x.class == Class::Distinct).count());
        similarity = if all > 0 { rules.vessel_differs * shared as f64 / all as f64 } else { 0.0 };
    }
    tally.part(1.0, similarity);
    sink.part((q, range_q.0, range_q.1), (c, range_c.0, range_c.1), rule, 1.0, similarity);
    let mut score = tally.mean();
    if q.numbers != c.numbers {
        let by = if q.numbers.is_empty() || c.numbers.is_empty() { Change::Factor(0.65) } else { Change::Factor(rules.number_differs) };
        sink.adjust(by, "the hull numbers differ");
        score = change(score, by);
    }
    score
}

/// The Korean key of a ship's name, if all its words can be Korean.
fn korean_key(reading: &Reading) -> Option<korean::Key> {
    let mut key = korean::Key { sounds: [0; korean::LONGEST], len: 0, syllables: 0 };
    for token in reading.tokens.iter().filter(|token| token.class == Class::Distinct) {
        token.korean.as_ref()?;
        korean::add(&mut key, reading.letters(token).as_bytes())?;
    }
    (key.syllables >= 2).then_some(key)
}
