//! From sentences to claims: what is one, of which type, who says it, how surely, how much and when.

use crate::boilerplate;
use crate::cues::{self, Verb};
use crate::document::{BlockKind, Document};
use crate::entity;
use crate::model::{Claim, ClaimType, Modality, Polarity, Quantity};
use crate::quantity::{self, Found};
use crate::source::{self, Memory, Piece, clause};
use crate::text::{Lang, Sentence, language, sentences, trim};
use crate::time::{self, Anchor, Dated, Period};
use crate::units::UnitKind;
use crate::{Context, Reading, korean, russian};

/// Bytes of a text that are read; the rest is left out and said to be.
const MAX_TEXT: usize = 4 << 20;

/// The most claims kept of one document.
const MAX_CLAIMS: usize = 5_000;

/// What a clause holds, for its type.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Facts {
    /// It stands in quotation marks.
    pub quoted: bool,
    /// A number that is the point: no duration, no bare count of times.
    pub required: bool,
    /// An amount of money.
    pub money: bool,
    pub dated: bool,
    pub named: bool,
}

struct Reader<'a> {
    text: &'a str,
    lang: Lang,
    publisher: String,
    anchor: Anchor,
    memory: Memory,
    claims: Vec<Claim>,
    /// Unit of the last counted quantity: "in 2017 the figure was 1,140".
    unit: Option<(String, UnitKind)>,
    /// The outlet that several reports were said to rest on.
    origin: Option<String>,
    /// The last sentence took something back.
    retracting: bool,
    /// The text is about ships.
    ships: bool,
    /// The text speaks of Oman.
    oman: bool,
    /// Where the paragraph begins.
    paragraph: usize,
    /// Names with the kind they were introduced with.
    kinds: Vec<(String, crate::EntityKind)>,
}

/// A sentence with its quantities and dates.
struct Line<'a> {
    s: &'a Sentence,
    found: Vec<Found>,
    dates: Vec<Dated>,
    /// It begins inside a quotation.
    inside: bool,
}

/// Reads the claims of a document.
pub(crate) fn read(document: &Document, context: &Context) -> Reading {
    let mut limit = document.main_text.len().min(MAX_TEXT);
    while !document.main_text.is_char_boundary(limit) {
        limit -= 1;
    }
    let text = &document.main_text[..limit];
    let lang = match document.lang.as_deref() {
        Some("ru" | "uk" | "be") => Lang::Ru,
        Some("ko") => Lang::Ko,
        Some("en") => Lang::En,
        _ => language(text),
    };
    let publisher = context.publisher.clone().or_else(|| document.publisher.clone()).unwrap_or_default();
    let published = context.published.or(document.published);
    let mut reader = Reader {
        text,
        lang,
        publisher,
        anchor: Anchor { published, ..Anchor::none() },
        memory: Memory::default(),
        claims: Vec::new(),
        unit: None,
        origin: None,
        retracting: false,
        kinds: Vec::new(),
        paragraph: 0,
        oman: ["Oman", "Muscat"].iter().any(|w| text.contains(w)),
        ships: ["tanker", "vessel", "IMO", "freighter"].iter().any(|w| text.contains(w)),
    };
    let paragraphs: Vec<(usize, usize)> = document
        .blocks
        .iter()
        .filter(|b| matches!(b.kind, BlockKind::Body | BlockKind::ListItem) && text.get(b.start..b.end).is_some())
        .map(|b| (b.start, b.end))
        .collect();
    let texts: Vec<&str> = paragraphs.iter().map(|(a, b)| &text[*a..*b]).collect();
    let structured = document.format != crate::Format::Text;
    let keep = boilerplate::keep(&texts, structured);
    for ((a, b), _) in paragraphs.iter().zip(keep).filter(|(_, k)| *k) {
        reader.paragraph(*a, *b);
    }
    reader.finish(limit < document.main_text.len())
}

impl Reader<'_> {
    fn paragraph(&mut self, a: usize, b: usize) {
        let spans = sentences(self.text, a + dateline(&self.text[a..b]), b);
        let lines: Vec<Sentence> = spans.iter().map(|(x, y)| Sentence::new(self.text, *x, *y, self.lang)).collect();
        let mut open = false;
        let mut inside = Vec::with_capacity(lines.len());
        for s in &lines {
            inside.push(open);
            open = quotes_after(self.text, s, open);
        }
        self.retracting = false;
        self.paragraph = a;
        for (i, s) in lines.iter().enumerate() {
            if self.claims.len() >= MAX_CLAIMS {
                return;
            }
            if self.lang == Lang::En {
                self.memory.note(&s.tokens, self.text);
            }
            // A quoted sentence without a speaker takes the one named next in the same quotation.
            let speaker = if inside[i] || s.tokens.first().is_some_and(|t| t.is("\"")) { self.speaker_ahead(&lines[i..]) } else { None };
            self.sentence(s, inside[i], speaker);
        }
    }

    fn speaker_ahead(&mut self, lines: &[Sentence]) -> Option<Vec<String>> {
        for s in lines.iter().take(6) {
            let pieces = self.pieces(s);
            if let Some(piece) = pieces.first().filter(|p| !p.chain.is_empty() && p.lead.is_none()) {
                return Some(self.chain(&piece.chain));
            }
            let quotes = s.tokens.iter().filter(|t| t.is("\"")).count();
            if quotes % 2 == 1 && !s.tokens.first().is_some_and(|t| t.is("\"")) {
                return None;
            }
        }
        None
    }

    fn pieces(&self, s: &Sentence) -> Vec<Piece> {
        let mut n = s.tokens.len();
        while n > 0 && s.tokens[n - 1].is(".") {
            n -= 1;
        }
        match self.lang {
            Lang::En => source::pieces(s, self.text, &self.publisher, 0, n),
            Lang::Ru => russian::pieces(s, self.text),
            Lang::Ko => korean::pieces(s, self.text, &self.publisher),
        }
    }

    /// Names for a chain as written: resolved, without repetition, without the publisher.
    fn chain(&self, written: &[String]) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for link in written {
            let name = match self.lang {
                Lang::En => self.memory.resolve(link),
                Lang::Ru | Lang::Ko => self.pronoun(link),
            };
            let own = !self.publisher.is_empty() && source::same_name(&name, &self.publisher) && name.split_whitespace().count() > 1;
            let we = matches!(name.to_lowercase().as_str(), "we" | "i" | "us" | "" | "who" | "which" | "that" | "there" | "one");
            if own || we || out.last().is_some_and(|l| source::same_name(l, &name)) {
                continue;
            }
            out.push(name);
        }
        out.truncate(6);
        out
    }

    fn pronoun(&self, link: &str) -> String {
        let low = link.to_lowercase();
        // "이 관계자" is the official named before.
        let suffix = self.lang == Lang::Ko && link.chars().count() <= 6 && self.memory.last.first().is_some_and(|l| l.ends_with(link));
        let back = suffix || matches!(low.as_str(), "он" | "она" | "они" | "그" | "그녀" | "그들" | "매체" | "이 매체" | "同");
        if back { self.memory.last.first().cloned().unwrap_or_else(|| link.to_owned()) } else { link.to_owned() }
    }

    fn line<'s>(&self, s: &'s Sentence, inside: bool) -> Line<'s> {
        let forward = match self.lang {
            Lang::En => cues::points_ahead(s),
            _ => false,
        };
        let anchor = Anchor { forward, ..self.anchor };
        let dates = time::find(&s.tokens, self.lang, &anchor);
        let mut skip = vec![false; s.tokens.len()];
        for date in dates.iter().filter(|d| d.certain) {
            skip[date.a..date.b].fill(true);
        }
        let mut found = quantity::find(&s.tokens, self.text, &skip, self.lang);
        self.inherit(s, &mut found, &skip);
        // A rial in a text about Oman that does not speak of Iranian ones.
        if self.oman && !s.has_any(&["iranian rial*"]) {
            for f in found.iter_mut().filter(|f| f.unit.as_deref().is_some_and(|u| u.starts_with("IRR"))) {
                f.unit = f.unit.as_deref().map(|u| u.replace("IRR", "OMR"));
            }
        }
        Line { s, found, dates, inside }
    }

    /// A number without a unit takes that of its neighbour: "36,100 tons on one side and 35,800 on the other".
    fn inherit(&self, s: &Sentence, found: &mut [Found], skip: &[bool]) {
        for i in 0..found.len() {
            if found[i].unit.is_some()
                || found[i].worded
                    && !s.tokens[..found[i].a].last().is_some_and(|t| t.is_any(&["from", "against", "than"]))
                    && !s.tokens.get(found[i].b).is_some_and(|t| t.is("of"))
            {
                continue;
            }
            let next = s.tokens.get(found[i].b).map_or("", |t| t.low.as_str());
            let verb_follows = s.tokens.get(found[i].b).is_some_and(|t| cues::past(&t.low) || cues::finite(&t.low));
            // "на 14 и 22 часа", "two or three times".
            let joined =
                found.get(i + 1).filter(|n| n.a == found[i].b + 1 && n.unit.is_some() && matches!(next, "and" | "or" | "и" | "или"));
            if let Some(n) = joined {
                let (unit, kind) = (n.unit.clone(), n.kind);
                (found[i].unit, found[i].kind) = (unit, kind);
                continue;
            }
            let noun_follows = s.tokens.get(found[i].b).is_some_and(|t| t.is_word())
                && !verb_follows
                && !skip.get(found[i].b).copied().unwrap_or(false)
                && !matches!(
                    next,
                    "on" | "in"
                        | "to"
                        | "by"
                        | "from"
                        | "for"
                        | "and"
                        | "or"
                        | "at"
                        | "a"
                        | "the"
                        | "since"
                        | "that"
                        | "of"
                        | "earlier"
                        | "later"
                        | "last"
                        | "this"
                        | "during"
                        | "under"
                        | "according"
                        | "across"
                        | "against"
                        | "as"
                        | "before"
                        | "after"
                        | "until"
                        | "while"
                        | "when"
                        | "were"
                        | "was"
                        | "are"
                        | "is"
                        | "had"
                        | "have"
                );
            if noun_follows && self.lang == Lang::En {
                continue;
            }
            if found[i].change
                && let Some(unit) = found.get(i + 1).and_then(|n| n.unit.clone())
            {
                (found[i].unit, found[i].kind) = (Some(unit), found[i + 1].kind);
                continue;
            }
            // "the number of tankers rose from 60 to 290".
            let number_of = s.find("number of", 0, found[i].a).or_else(|| s.find("numbers of", 0, found[i].a));
            let counted = number_of.and_then(|(_, k)| (k..(k + 4).min(found[i].a)).find_map(|j| crate::units::counted(&s.tokens[j].low)));
            if number_of.is_some() && counted.is_none() {
                // "the number of papers": of something that has no unit here.
                continue;
            }
            if let Some(unit) = counted {
                (found[i].unit, found[i].kind) = (Some(unit.to_owned()), Some(UnitKind::Count));
                continue;
            }
            // "Only 180 of them", "fewer than 1,000 remained".
            let of_them =
                next == "of" && s.tokens.get(found[i].b + 1).is_some_and(|t| t.is_any(&["them", "those", "these", "whom", "which"]));
            let verb = s.tokens.get(found[i].b).is_some_and(|t| cues::finite(&t.low) || cues::past(&t.low));
            if (of_them || verb && found[i].a < 4)
                && let Some((unit, kind)) = self.unit.as_ref().filter(|u| u.1 == UnitKind::Count || of_them)
            {
                (found[i].unit, found[i].kind) = (Some(unit.clone()), Some(*kind));
                continue;
            }
            let before = found[..i]
                .iter()
                .rev()
                .find(|f| f.unit.is_some() && f.kind != Some(UnitKind::Duration) && f.kind != Some(UnitKind::Percent));
            if let Some(f) = before {
                (found[i].unit, found[i].kind) = (f.unit.clone(), f.kind);
            } else if let Some((unit, kind)) = &self.unit
                && found[i].op == crate::Op::Equal
                && *kind == UnitKind::Count
                && matches!(next, "" | ".")
                && s.has_any(&["counted", "same", "earlier", "before", "previous", "year"])
            {
                (found[i].unit, found[i].kind) = (Some(unit.clone()), Some(*kind));
            } else if let Some((unit, kind)) = &self.unit
                && s.has_any(&[
                    "figure",
                    "figures",
                    "number",
                    "total",
                    "it was",
                    "tally",
                    "count",
                    "estimate",
                    "estimates",
                    "таких",
                    "их",
                    "этот показатель",
                ])
            {
                (found[i].unit, found[i].kind) = (Some(unit.clone()), Some(*kind));
            }
        }
    }

    fn sentence(&mut self, s: &Sentence, inside: bool, speaker: Option<Vec<String>>) {
        let line = self.line(s, inside);
        let before = self.claims.len();
        if !s.tokens.is_empty() && !s.norm.ends_with("? ") && !s.norm.ends_with("? \" ") {
            if self.lang == Lang::En {
                self.english(&line, speaker);
            } else {
                self.other(&line, speaker);
            }
        }
        if self.lang == Lang::En && self.claims[before..].iter().all(|c| c.attribution.len() <= 1) {
            let subject = source::opening(s, self.text, &self.publisher);
            self.memory.subject = subject.map(|s| self.memory.resolve(&s));
        }
        // What later sentences refer to.
        let speech_dates: Vec<usize> = if self.claims.len() > before { Vec::new() } else { (0..line.dates.len()).collect() };
        for (i, date) in line.dates.iter().enumerate() {
            if let Some(period) = date.period.filter(|p| p.from.is_some() || p.to.is_some()) {
                if period.precision == crate::Precision::Day && !date.spanned && period.from == period.to {
                    self.anchor.last_day = period.from;
                } else if date.spanned && period.from.is_none() {
                    // "until 1 October 2017": that date.
                    self.anchor.last_day = period.to.and_then(|d| d.tomorrow().ok());
                }
                let reported =
                    s.tokens.get(date.a.saturating_sub(2)..date.a).is_some_and(|w| w.iter().any(|t| cues::verb(&t.low).is_some()));
                if !speech_dates.contains(&i) && !reported {
                    self.anchor.last = Some(period);
                }
            }
        }
        if let Some(f) = line
            .found
            .iter()
            .rev()
            .find(|f| (f.kind == Some(UnitKind::Count) || f.kind == Some(UnitKind::Measure)) && f.unit.as_deref() != Some("times"))
        {
            self.unit = f.unit.clone().zip(f.kind);
        }
    }

    /// The tokens of a clause, trimmed, as a byte span.
    fn span(&self, s: &Sentence, a: usize, b: usize) -> Option<(usize, usize)> {
        let (first, last) = (s.tokens.get(a)?, s.tokens.get(b.checked_sub(1)?)?);
        (first.start < last.end).then(|| trim(self.text, first.start, last.end)).filter(|(x, y)| x < y)
    }

    fn facts(&self, line: &Line<'_>, a: usize, b: usize) -> Facts {
        let within = |f: &&Found| f.a >= a && f.a < b;
        let required =
            line.found.iter().filter(within).any(|f| {
                !matches!(f.kind, Some(UnitKind::Duration)) && f.unit.as_deref() != Some("times") && !(f.vague && f.unit.is_none())
            });
        let money = line.found.iter().filter(within).any(|f| f.kind == Some(UnitKind::Money));
        let dated = line.dates.iter().any(|d| d.a >= a && d.a < b);
        let named = line.s.tokens[a.min(b)..b.min(line.s.tokens.len())].iter().skip(1).any(|t| t.cap);
        let quoted = line.inside || (a.saturating_sub(1)..(a + 1).min(line.s.tokens.len())).any(|i| line.s.tokens[i].is("\""));
        Facts { quoted, required, money, dated, named }
    }

    fn english(&mut self, line: &Line<'_>, speaker: Option<Vec<String>>) {
        let s = line.s;
        let n = s.tokens.len();
        if let Some((k, _)) = first_of(s, &["first reported", "had first reported"], 0, n) {
            let name = source::expand(s, self.text, &self.publisher, 0, k).into_iter().next();
            self.origin = name.filter(|n| n.chars().next().is_some_and(char::is_uppercase));
        }
        if s.has_any(&[
            "relied on a single",
            "rely on a single",
            "relied on one",
            "based on a single",
            "go back to a single",
            "goes back to a single",
            "both cite",
            "both cited",
            "all cite",
            "all cited",
        ]) {
            self.retelling(s);
            return;
        }
        if self.retraction(line) {
            return;
        }
        if let Some((k, after)) = first_of(s, cues::NO_COMMENT, 0, n) {
            self.no_comment(line, k, after);
            return;
        }
        let denies = self.denial_at(s, 0, n);
        if let Some(d) = denies {
            // "…, it said, and denied …" stays whole; a statement before ";" stands alone.
            let semicolon = (0..d).rev().find(|i| s.tokens[*i].is(";")).map_or(0, |i| i + 1);
            if semicolon > 0 {
                self.clauses(line, 0, semicolon - 1, &speaker);
            }
            let chain = self.subject(s, semicolon, d);
            self.memory.remember(&chain);
            // "Moscow called the listing unlawful, and an official said that …": two statements.
            let other = (d + 2..n.saturating_sub(4)).find(|k| {
                s.tokens[*k].is_any(&["and", "but", "while"])
                    && s.tokens[k + 1].is_any(&["a", "an", "the", "its"])
                    && source::pieces(s, self.text, &self.publisher, k + 1, n)
                        .first()
                        .is_some_and(|p| p.lead == Some(k + 1) && !p.chain.is_empty())
            });
            let end = other.unwrap_or(n);
            self.push(line, semicolon, end, ClaimType::Denial, Modality::Denied, "denies", chain);
            if let Some(k) = other {
                self.part(line, k + 1, n, &speaker);
            }
            return;
        }
        self.clauses(line, 0, n, &speaker);
    }

    /// A statement beside a refusal to comment: a denial or anything else.
    fn part(&mut self, line: &Line<'_>, a: usize, b: usize, speaker: &Option<Vec<String>>) {
        if let Some(d) = self.denial_at(line.s, a, b) {
            let chain = self.subject(line.s, a, d);
            self.memory.remember(&chain);
            self.push(line, a, b, ClaimType::Denial, Modality::Denied, "denies", chain);
        } else {
            self.clauses(line, a, b, speaker);
        }
    }

    /// The pieces of tokens `a..b`, split further, each judged.
    fn clauses(&mut self, line: &Line<'_>, a: usize, b: usize, speaker: &Option<Vec<String>>) {
        let s = line.s;
        let mut end = b.min(s.tokens.len());
        while end > a && s.tokens[end - 1].is(".") {
            end -= 1;
        }
        let pieces = source::pieces(s, self.text, &self.publisher, a, end);
        let mut carried: Option<Vec<String>> = None;
        for piece in pieces {
            let mut chain = self.chain(&piece.chain);
            if piece.carried
                && let Some(c) = &carried
            {
                chain.clone_from(c);
            }
            let quoted = line.inside || s.tokens.get(piece.a).is_some_and(|t| t.is("\""));
            if chain.is_empty() && quoted && piece.a <= 1 {
                chain = speaker.clone().unwrap_or_else(|| self.memory.last.clone());
            }
            // "“Russia says it wants better relations,” a spokesman said": the quotation goes on in the spokesman's words.
            let inner = quoted && piece.lead.is_some() && chain.len() > 1;
            self.memory.remember(&chain[..chain.len() - usize::from(inner)]);
            carried = Some(chain.clone());
            for (x, y) in split(line, piece.a, piece.b) {
                self.judge(line, x, y, &piece, chain.clone());
            }
        }
    }

    fn judge(&mut self, line: &Line<'_>, a: usize, b: usize, piece: &Piece, chain: Vec<String>) {
        let s = line.s;
        let facts = self.facts(line, a, b);
        if b <= a || !clause(&s.tokens[a..b]) && !facts.required && piece.chain.is_empty() && !designation(s, a, b) {
            return;
        }
        if s.has_in(&["asked whether", "should", "let us", "needs to", "now is the time"], a, b)
            && !facts.required
            && !facts.dated
            && !s.has_in(cues::LEGAL, a, b)
        {
            return;
        }
        // "…, but a clerk said she would not swear to it": what stands before counts.
        if let Some((k, _)) = first_of(s, cues::NO_CLAIM, a, b) {
            let cut = (a + 3..k).rev().find(|i| s.tokens[*i].is(",") && clause(&s.tokens[a..*i]));
            if let Some(cut) = cut {
                self.judge(line, a, cut, piece, chain);
                return;
            }
            if !(facts.required && facts.dated) {
                return;
            }
        }
        if s.tokens[a].is_any(&["not", "no", "nothing"]) && b - a < 8 && !facts.required && !facts.named && !facts.dated {
            return;
        }
        let has = |list: &[&str]| s.has_in(list, a, b);
        // A party's own words that deny the substance.
        let speaks =
            !chain.is_empty() && piece.verbs.iter().all(|v| *v == Verb::Say) && !source::is_outlet(chain.last().map_or("", String::as_str));
        let insists = piece.lead.is_some_and(|l| s.has_in(&["insisted", "insists", "maintains", "protested"], l, a))
            && s.has_in(&["only", "never", "not", "no", "legal", "legally", "lawful", "nothing"], a, b);
        if speaks && (insists || self.rebuts(line, a, b, piece, &chain)) {
            let own = s.has_in(&["we", "our", "i", "my"], a, b) && (facts.quoted || line.inside);
            let start = if own || piece.lead.is_none() { a } else { piece.lead.unwrap_or(a) };
            self.push(line, start, b, ClaimType::Denial, Modality::Denied, "denies", chain);
            return;
        }
        let Some(kind) = english_type(line, a, b, facts, !piece.chain.is_empty(), self.ships) else { return };
        let modality = english_modality(s, a, b, piece, kind);
        let predicate = s.tokens[a..b]
            .iter()
            .find(|t| !t.cap && (cues::finite(&t.low) || cues::past(&t.low) && !t.is("refined")))
            .map_or(String::new(), |t| t.low.clone());
        let (mut a, b) = (a, b);
        // The hedge may be the verb of saying itself, and a short statement needs its subject to be read.
        if let Some(lead) = piece.lead.filter(|l| *l < a && a == piece.a) {
            let hedged = piece.verbs.last().is_some_and(|v| matches!(v, Verb::Suggest | Verb::Believe));
            let length = |x: usize, y: usize| s.tokens.get(x).zip(s.tokens.get(y)).map_or(0, |(p, q)| q.start.saturating_sub(p.start));
            let content = length(a, b.min(s.tokens.len()) - 1);
            if hedged && piece.verbs.len() == 1 || length(lead, a) > content {
                a = lead;
            }
        }
        // The document that the source gives is part of the quote where it is the subject of an act.
        if kind == ClaimType::Designation && piece.lead.is_some() && !has(&["listed", "sanctioned", "designated"]) {
            a = piece.lead.unwrap_or(a);
        }
        self.push(line, a, b, kind, modality, &predicate, chain);
    }

    fn rebuts(&self, line: &Line<'_>, a: usize, b: usize, piece: &Piece, chain: &[String]) -> bool {
        let s = line.s;
        if !s.has_in(cues::REBUTS, a, b) {
            return false;
        }
        let marks = (a.saturating_sub(1)..b.min(s.tokens.len())).any(|i| s.tokens[i].is("\"")) || line.inside;
        let own = s
            .tokens
            .get(a)
            .is_some_and(|t| t.is_any(&["it", "its", "they", "their", "he", "she", "we", "our", "\"", "the", "i", "his", "her"]))
            || s.has_in(&["we", "our", "it"], a, a + 4);
        // Whoever speaks for a state or a company speaks of itself.
        let speaker = chain.last().map(|c| c.to_lowercase()).unwrap_or_default();
        let own = own || ["spokes", "ministry", "embassy", "consulate", "lawyer", "mission"].iter().any(|w| speaker.contains(w));
        let plain = s.has_in(cues::REBUTS_PLAIN, a, b)
            && own
            && piece.lead.is_some()
            && !line.found.iter().any(|f| f.a >= a && f.a < b && f.kind == Some(UnitKind::Measure));
        if plain {
            return true;
        }
        let doubtful = s.has_in(&["was wrong"], a, b) && !marks;
        marks
            && own
            && !doubtful
            && (piece.lead.is_some() || line.inside || s.tokens.first().is_some_and(|t| t.is("\"")))
            && !line.found.iter().any(|f| f.a >= a && f.a < b && f.kind == Some(UnitKind::Measure) && f.low != Some(0.0))
    }

    /// The place of a denial in tokens, if there is one that is not itself denied.
    fn denial_at(&self, s: &Sentence, a: usize, b: usize) -> Option<usize> {
        if let Some((d, after)) = first_of(s, cues::DENIES, a, b) {
            let before = d.checked_sub(1).map_or("", |i| s.tokens[i].low.as_str());
            let entry =
                s.tokens.get(after).is_some_and(|t| t.is_any(&["entry", "access", "permission", "request", "requests", "visas", "a"]))
                    || matches!(before, "is" | "are" | "be" | "being" | "remains")
                    || before == "was"
                    || before == "were"
                    || before == "been"
                    || before == "not";
            if !entry {
                return Some(d);
            }
        }
        // "called the accusations “a fantasy”".
        for i in a..b {
            let calls =
                s.tokens[i].is_any(&["called", "calls", "described", "describes", "branded", "termed"]) || s.tokens[i].is("dismissed");
            if !calls {
                continue;
            }
            let object =
                s.tokens.get(i + 1).is_some_and(|t| {
                    t.is_any(&["the", "it", "them", "this", "that", "these", "those", "such", "any", "all", "its", "their"])
                }) && !s.tokens[i - usize::from(i > 0)].is_any(&["is", "so", "are", "was", "who"]);
            let quoted = (i + 2..b.min(i + 10)).any(|j| s.tokens[j].is("\""));
            let negative = s.has_in(cues::REBUTS, i, b);
            let topic = s.has_in(
                &[
                    "report",
                    "reports",
                    "account",
                    "allegation*",
                    "accusation*",
                    "claim",
                    "claims",
                    "story",
                    "figures",
                    "findings",
                    "charge",
                    "charges",
                    "suggestion",
                    "evidence",
                    "listing",
                    "listings",
                    "designation",
                    "sanctions",
                    "measure",
                    "measures",
                    "decision",
                ],
                i,
                b.min(i + 8),
            );
            if object && (negative || quoted && topic) {
                return Some(i);
            }
        }
        None
    }

    /// The source in the subject of tokens `from..verb`.
    fn subject(&self, s: &Sentence, from: usize, verb: usize) -> Vec<String> {
        // A plain subject before the verb: "The plant's owner disputed".
        let simple = (from..verb).len() <= 16
            && !clause(&s.tokens[from..verb])
            && !s.tokens[from..verb].iter().any(|t| cues::verb(&t.low).is_some());
        let pieces = if simple { Vec::new() } else { source::pieces(s, self.text, &self.publisher, from, s.tokens.len()) };
        let said: Vec<String> = pieces.first().map(|p| p.chain.clone()).unwrap_or_default();
        let said = said[..said.len().min(1)].to_vec();
        if !said.is_empty() {
            return self.chain(&said);
        }
        let mut a = from;
        while a < verb && s.tokens[a].is_any(&["but", "and", ",", "\"", "however", "meanwhile", "yet", "though", "while", "also"]) {
            a += 1;
        }
        // "In a statement on Friday, the company denied …".
        if s.tokens.get(a).is_some_and(|t| t.is_any(&["in", "on", "at", "asked", "reached", "after", "when"]))
            && let Some(c) = (a..verb).find(|i| s.tokens[*i].is(","))
        {
            a = c + 1;
        }
        let name = source::expand(s, self.text, &self.publisher, a, verb);
        self.chain(&name)
    }

    /// "Both relied on a single Halyard Wire dispatch": the first source of the reports named before.
    fn retelling(&mut self, s: &Sentence) {
        let n = s.tokens.len();
        let Some((_, from)) = first_of(s, &["a single", "on one", "cite", "cited", "citing"], 0, n) else { return };
        let mut end = from;
        while end < n && (s.tokens[end].cap || s.tokens[end].is_any(&["the", "of"])) {
            end += 1;
        }
        let name = source::expand(s, self.text, &self.publisher, from, end).into_iter().next();
        self.origin = name.filter(|n| n.chars().next().is_some_and(char::is_uppercase));
    }

    /// A correction takes back what stands before it or beside it.
    fn retraction(&mut self, line: &Line<'_>) -> bool {
        let s = line.s;
        let n = s.tokens.len();
        let labelled = s.tokens.first().is_some_and(|t| t.is_any(&["correction", "corrections", "clarification", "retraction", "editor"]));
        let takes_back = first_of(s, cues::RETRACTS, 0, n);
        if labelled {
            let start = (0..n.min(12)).find(|i| s.tokens[*i].is(":")).map_or(0, |i| i + 1);
            self.push(line, start, n, ClaimType::Denial, Modality::Denied, "retracts", Vec::new());
            self.retracting = true;
            return true;
        }
        let Some((k, after)) = takes_back else {
            if self.retracting {
                // The right figure beside the wrong one belongs to the correction.
                let extends = s.tokens.first().is_some_and(|t| t.is_any(&["it", "they", "that", "these", "the", "this", "she", "he"]));
                if extends {
                    self.extend(line, n);
                    return true;
                }
                self.retracting = false;
            }
            return false;
        };
        let refers = s.tokens.first().is_some_and(|t| t.is_any(&["that", "it", "this", "the", "both", "these", "those", "they"]));
        let own = s.has_in(&["we", "our"], 0, n);
        let itself_reported = s.has_any(&["incorrectly reported", "wrongly reported", "erroneously"]);
        if itself_reported {
            self.push(line, 0, n, ClaimType::Denial, Modality::Denied, "retracts", Vec::new());
            self.retracting = true;
            return true;
        }
        let itself = s.has_any(&["we wrote", "we gave", "we said", "we put", "we reported", "edition"]);
        if own && itself && !refers {
            self.push(line, 0, n, ClaimType::Denial, Modality::Denied, "retracts", Vec::new());
            self.retracting = true;
            return true;
        }
        if (refers && k < 8 || own)
            && !self.claims.is_empty()
            && self
                .claims
                .last()
                .is_some_and(|c| c.byte_end + 4 >= s.start && c.byte_start >= self.paragraph && c.byte_start + 700 > s.start)
        {
            let colon = (after..n).find(|i| s.tokens[*i].is_any(&[":", ";"])).unwrap_or(n);
            self.extend(line, colon);
            return true;
        }
        let verb = s.has_any(&[
            "retracted",
            "retracts",
            "took back",
            "withdrew the",
            "withdrew its",
            "withdrew that",
            "takes back",
            "an earlier version",
            "a previous version",
            "misstated",
            "we regret",
            "wrongly said",
            "wrongly reported",
            "incorrectly said",
            "incorrectly stated",
            "misreported",
        ]);
        if verb && !s.has_any(&["ambassador", "troops", "licence", "license", "flag"]) {
            let chain = if own || s.has("version") { Vec::new() } else { self.subject(s, 0, k) };
            self.push(line, 0, n, ClaimType::Denial, Modality::Denied, "retracts", chain);
            self.retracting = true;
            return true;
        }
        false
    }

    /// Lengthens the last claim to token `to` of a sentence, and turns it into something taken back.
    fn extend(&mut self, line: &Line<'_>, to: usize) {
        let Some((_, end)) = self.span(line.s, 0, to) else { return };
        let text = self.text;
        let publisher = self.publisher.clone();
        let more: Vec<Quantity> = line.found.iter().filter(|f| f.a < to).map(|f| f.print(text, &line.s.tokens)).collect();
        let Some(last) = self.claims.last_mut() else { return };
        last.byte_end = end.max(last.byte_end);
        last.quote = text.get(last.byte_start..last.byte_end).unwrap_or("").to_owned();
        last.kind = ClaimType::Denial;
        last.modality = Modality::Denied;
        last.predicate = "retracts".to_owned();
        last.attribution = if publisher.is_empty() { Vec::new() } else { vec![publisher] };
        last.origin = None;
        last.quantities.extend(more);
    }

    fn no_comment(&mut self, line: &Line<'_>, k: usize, after: usize) {
        let s = line.s;
        let n = s.tokens.len();
        // The clause round the phrase: from ";" or ", and" before, to ";" or ", and" behind.
        let breaks = |i: usize| {
            s.tokens[i].is(";") || s.tokens[i].is(",") && s.tokens.get(i + 1).is_some_and(|t| t.is_any(&["and", "but", "while"]))
        };
        let mut start = (0..k).rev().find(|i| breaks(*i)).map_or(0, |i| i + 1);
        let end = (after..n).find(|i| breaks(*i) && clause(&s.tokens[*i..n])).unwrap_or(n);
        let joined = (0..k).rev().take(2).find(|i| s.tokens[*i].is("and"));
        if let Some(j) = joined.filter(|j| *j > start + 4 && line.found.iter().any(|f| f.a < *j && f.kind != Some(UnitKind::Duration))) {
            // "it had closed 1,315 accounts and would not discuss individuals".
            self.clauses(line, start, j, &None);
            start = j + 1;
        } else if start > 1 && clause(&s.tokens[..start - 1]) {
            self.part(line, 0, start - 1, &None);
        }
        while start < k && s.tokens[start].is_any(&["and", "but", "while", ","]) {
            start += 1;
        }
        self.push(line, start, end, ClaimType::Denial, Modality::Asserted, "no_comment", Vec::new());
        if end < n {
            let rest = end + 1 + usize::from(s.tokens.get(end + 1).is_some_and(|t| t.is_any(&["and", "but", "while"])));
            if rest < n && first_of(s, cues::NO_COMMENT, rest, n).is_some() {
                self.push(line, rest, n, ClaimType::Denial, Modality::Asserted, "no_comment", Vec::new());
            } else if rest < n && line.found.iter().any(|f| f.a >= rest) {
                self.part(line, rest, n, &None);
            }
        }
    }

    /// Russian and Korean.
    fn other(&mut self, line: &Line<'_>, speaker: Option<Vec<String>>) {
        let s = line.s;
        let n = s.tokens.len();
        for piece in self.pieces(s) {
            let mut chain = self.chain(&piece.chain);
            if chain.is_empty() && line.inside {
                chain = speaker.clone().unwrap_or_else(|| self.memory.last.clone());
            }
            let facts = self.facts(line, piece.a, piece.b);
            let judged = match self.lang {
                Lang::Ko => korean::judge(s, piece.a, piece.b, &piece, facts),
                _ => russian::judge(s, piece.a, piece.b, &piece, facts),
            };
            self.memory.remember(&chain);
            let Some((kind, modality, no_comment)) = judged else { continue };
            let (mut a, mut b) = (piece.a, piece.b);
            if kind == ClaimType::Denial && !facts.quoted {
                (a, b) = (0, n);
                if chain.is_empty() && !no_comment {
                    chain = self.denier(s);
                    self.memory.remember(&chain);
                }
            }
            let chain = if no_comment { Vec::new() } else { chain };
            self.push(line, a, b, kind, modality, if no_comment { "no_comment" } else { "" }, chain);
        }
    }

    /// Who denies, in Russian and Korean: the words before the verb or the topic.
    fn denier(&self, s: &Sentence) -> Vec<String> {
        let n = s.tokens.len();
        let end = match self.lang {
            Lang::Ko => (0..n.min(8)).find(|i| s.tokens[*i].low.ends_with(['은', '는'])).map(|i| i + 1),
            _ => first_of(s, russian::DENIES, 0, n).map(|(k, _)| k),
        };
        let Some(end) = end.filter(|e| *e > 0) else { return Vec::new() };
        let a = usize::from(s.tokens[0].is_any(&["в", "во"]));
        // "В Минтрансе эту информацию не подтвердили".
        let object =
            (a..end).find(|i| s.tokens[*i].is_any(&["эту", "эти", "это", "этот", "сообщения", "обвинения", "вину", "данные", "факт"]));
        let end = object.filter(|o| *o > a).unwrap_or(end);
        let Some((x, y)) = self.span(s, a, end) else { return Vec::new() };
        let name = self.text[x..y].trim_end_matches(['은', '는']).to_owned();
        self.chain(&[name])
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a claim")]
    fn push(&mut self, line: &Line<'_>, a: usize, b: usize, kind: ClaimType, modality: Modality, predicate: &str, chain: Vec<String>) {
        let s = line.s;
        let Some((start, end)) = self.span(s, a, b) else { return };
        let quote = self.text[start..end].to_owned();
        if quote.chars().filter(|c| c.is_alphanumeric()).count() < 8 {
            return;
        }
        let quantities: Vec<Quantity> = line.found.iter().filter(|f| f.a >= a && f.a < b).map(|f| f.print(self.text, &s.tokens)).collect();
        let period = if kind == ClaimType::Denial
            && quantities.is_empty()
            && predicate != "retracts"
            && !line.inside
            && !s.tokens.first().is_some_and(|t| t.is("\""))
        {
            None
        } else {
            self.period(line, a, b)
        };
        let memory = &self.memory;
        let mut entities = entity::find(&s.tokens, a, b, self.text, self.lang, |n| memory.person(n));
        // A name keeps the kind it was introduced with: "the cargo ship Tin Heron (IMO …)", "Marrow Sound Ltd.".
        for found in &mut entities {
            use crate::EntityKind::{Gov, Org, Person, Vessel};
            let known = self.kinds.iter().find(|(name, _)| name == &found.text || found.text.len() > 4 && name.starts_with(&found.text));
            match known {
                Some((_, kind)) if matches!(found.kind, Person | Org) => found.kind = *kind,
                None if matches!(found.kind, Vessel | Org | Gov) && self.kinds.len() < 300 => {
                    self.kinds.push((found.text.clone(), found.kind))
                }
                _ => {}
            }
        }
        let mut attribution = Vec::with_capacity(chain.len() + 1);
        if !self.publisher.is_empty() {
            attribution.push(self.publisher.clone());
        }
        attribution.extend(chain.iter().cloned());
        let negative = match self.lang {
            Lang::En => {
                s.has_in(&["not", "no", "never", "none", "neither", "nobody", "nothing", "no one", "without"], a, b)
                    && !s.has_in(&["not only", "no more than", "no fewer than", "no less than", "not less than"], a, b)
            }
            Lang::Ru => s.has_in(&["не", "ни", "нет"], a, b) && !s.has_in(&["не менее", "не более"], a, b),
            Lang::Ko => ["않", "없", "아니"].iter().any(|w| quote.contains(w)),
        };
        let origin = chain.first().filter(|c| memory.outlet(c) && c.chars().next().is_some_and(char::is_uppercase)).cloned();
        self.claims.push(Claim {
            id: String::new(),
            start: 0,
            end: 0,
            byte_start: start,
            byte_end: end,
            quote,
            kind,
            predicate: predicate.to_owned(),
            attribution,
            modality,
            polarity: if negative { Polarity::Negative } else { Polarity::Positive },
            quantities,
            period,
            entities,
            origin,
        });
    }

    /// The period of a clause: the first date in it that dates the fact and not a thing named beside it.
    fn period(&self, line: &Line<'_>, a: usize, b: usize) -> Option<crate::When> {
        let s = line.s;
        let own = |d: &&Dated| d.a >= a && d.a < b && d.period.is_some();
        let words = |d: &Dated| -> &str {
            let (Some(x), Some(y)) = (s.tokens.get(d.a), d.b.checked_sub(1).and_then(|j| s.tokens.get(j))) else { return "" };
            self.text.get(x.start..y.end).unwrap_or("")
        };
        let beside = |d: &Dated| -> bool {
            let mut k = d.a;
            while k > 0 && s.tokens[k - 1].is_any(&["in", "on", "of", "the", "в"]) {
                k -= 1;
            }
            k > 0
                && (s.tokens[k - 1].is_any(&[
                    "adopted",
                    "signed",
                    "unsealed",
                    "agreed",
                    "dated",
                    "issued",
                    "passed",
                    "принятую",
                    "принятой",
                ]) || s.tokens[k - 1].is_any(&["sanctioned", "listed", "founded", "designated", "imposed"])
                    && k > 1
                    && !s.tokens[k - 2].is_any(&["was", "were", "been", "treasury"])
                    && !s.tokens[k - 2].cap
                    && k > a + 3)
        };
        // In an apposition: "the master, held in Oman since March, was released on Sunday".
        let aside = |d: &Dated| -> bool {
            let open = (a..d.a).rev().find(|i| s.tokens[*i].is(","));
            let close = (d.b..b.min(s.tokens.len())).find(|i| s.tokens[*i].is(","));
            let close = close.or(Some(b)).filter(|_| open.is_some());
            open.zip(close).is_some_and(|(o, _)| {
                s.tokens.get(o + 1).is_some_and(|t| cues::past(&t.low) || t.is_any(&["held", "which", "who", "built"]))
            })
        };
        let main = line.dates.iter().filter(own).find(|d| !beside(d) && !aside(d));
        let listing = s.has_in(&["added to", "removed", "delisted"], a, b);
        if let Some(date) = main.or_else(|| line.dates.iter().filter(own).find(|d| !(beside(d) || listing && aside(d)))) {
            return date.period.map(|p| p.print(words(date)));
        }
        // A date before the source: "In September last year, X found that …".
        // A listing has the day of the act that the notice named before.
        if listing
            && line.dates.iter().filter(own).count() == 0
            && let (Some(last), Some(published)) = (self.anchor.last, self.anchor.published)
            && last.precision == crate::Precision::Day
            && last.from.is_some_and(|d| published.since(d).is_ok_and(|s| (0..=10).contains(&s.get_days())))
            && !s.has_in(&["not"], a, b)
        {
            return Some(last.print(""));
        }
        let front = line.dates.iter().find(|d| d.b <= a && d.a <= 1 && d.period.is_some());
        let period: Option<Period> = front.and_then(|d| d.period);
        period.zip(front).map(|(p, d)| p.print(words(d)))
    }

    fn finish(mut self, truncated: bool) -> Reading {
        self.claims.sort_by_key(|c| (c.byte_start, c.byte_end));
        self.claims.dedup_by(|x, y| x.byte_start == y.byte_start && x.byte_end == y.byte_end);
        let (mut byte, mut point) = (0, 0);
        for (i, claim) in self.claims.iter_mut().enumerate() {
            claim.id = format!("C{:02}", i + 1);
            // Claims are in order of their start: one pass over the text.
            point += self.text.get(byte..claim.byte_start).map_or(0, |t| t.chars().count());
            byte = claim.byte_start;
            claim.start = point;
            claim.end = point + claim.quote.chars().count();
            if let Some(origin) = &self.origin
                && claim.attribution.len() > 1
                && claim.kind != ClaimType::Denial
                && (claim.origin.is_some() || claim.attribution.get(1).is_some_and(|l| self.memory.outlet(l)))
            {
                claim.origin = Some(origin.clone());
            }
        }
        let lang = match self.lang {
            Lang::En => "en",
            Lang::Ru => "ru",
            Lang::Ko => "ko",
        };
        Reading { lang: lang.to_owned(), truncated, claims: self.claims, credit: None, sketch: Vec::new() }
    }
}

/// The length of "DANDONG — " or "WASHINGTON, 13 March 2020 (Wire) - " at the head of a paragraph.
fn dateline(text: &str) -> usize {
    let head: String = text.chars().take(60).collect();
    let Some((place, _)) = head.split_once([' ', ',']) else { return 0 };
    let upper = place.chars().count() > 3 && place.chars().all(|c| c.is_uppercase() || c == '-');
    let dash = [" — ", " – ", " - "].iter().filter_map(|d| head.find(d).map(|i| i + d.len())).min();
    match dash {
        Some(end) if upper => end,
        _ => 0,
    }
}

fn first_of(s: &Sentence, phrases: &[&str], a: usize, b: usize) -> Option<(usize, usize)> {
    phrases.iter().filter_map(|p| s.find(p, a, b)).min()
}

/// Whether a quotation is open after a sentence.
fn quotes_after(text: &str, s: &Sentence, mut open: bool) -> bool {
    for token in s.tokens.iter().filter(|t| t.is("\"")) {
        open = match text.get(token.start..token.end) {
            Some("“" | "«" | "„") => true,
            Some("”" | "»") => false,
            _ => !open,
        };
    }
    open
}

/// Splits a stretch into clauses that are claims of their own: at ";", before an apposition with its own figure, and
/// between two predicates with figures or dates of their own.
fn split(line: &Line<'_>, a: usize, b: usize) -> Vec<(usize, usize)> {
    let s = line.s;
    let b = b.min(s.tokens.len());
    let figure = |x: usize, y: usize| line.found.iter().any(|f| f.a >= x && f.a < y) || line.dates.iter().any(|d| d.a >= x && d.a < y);
    let number = |x: usize, y: usize| line.found.iter().any(|f| f.a >= x && f.a < y && !matches!(f.kind, Some(UnitKind::Duration)));
    let mut out = Vec::new();
    let mut from = a;
    let mut depth = 0;
    for i in a..b {
        let t = &s.tokens[i];
        match t.low.as_str() {
            "(" => depth += 1,
            ")" if depth > 0 => depth -= 1,
            _ => {}
        }
        if depth > 0 || i <= from + 2 || i + 3 > b {
            continue;
        }
        let next = |k: usize, words: &[&str]| s.tokens.get(i + k).is_some_and(|t| t.is_any(words));
        // "…, which would mean that …": an inference; with a figure of its own it is a claim, without it is left out.
        if t.is(",")
            && next(1, &["which"])
            && next(2, &["would", "could", "might"])
            && clause(&s.tokens[from..i])
            && (number(from, i) || figure(from, i))
        {
            out.push((from, i));
            if !number(i, b) {
                return out;
            }
            from = (i + 4..b.min(i + 7)).find(|k| s.tokens[*k].is("that")).map_or(i + 1, |k| k + 1);
            continue;
        }
        let semicolon = t.is(";") && clause(&s.tokens[from..i]) && clause(&s.tokens[i..b]);
        let apposition =
            t.is(",") && next(1, &["a", "an"]) && (next(3, &["that", "which"])) && figure(from, i) && clause(&s.tokens[from..i]);
        let predicate = t.is("and")
            && next(1, &["has", "have", "had", "was", "were", "is", "are", "will"])
            && figure(from, i)
            && figure(i, b)
            && clause(&s.tokens[from..i])
            && !s.has_in(&["while", "though"], from, b);
        let dates = |x: usize, y: usize| line.dates.iter().any(|d| d.a >= x && d.a < y);
        let subject = t.is(",")
            && next(1, &["and"])
            && clause(&s.tokens[from..i])
            && (number(from, i) && number(i, b) || dates(from, i) && dates(i, b))
            && i + 4 < b
            && {
                let stop = (i + 2..b).find(|k| cues::finite(&s.tokens[*k].low) || crate::cues::past(&s.tokens[*k].low));
                stop.is_some_and(|k| k > i + 2 && k < i + 10 && !line.found.iter().any(|f| f.a >= i && f.b <= k))
                    && !next(2, &["its", "her", "his", "their"])
            };
        if semicolon || apposition || predicate || subject {
            out.push((from, i));
            from = i + 1;
            if subject {
                from += 1;
            }
        }
    }
    out.push((from, b));
    out
}

fn english_type(line: &Line<'_>, a: usize, b: usize, facts: Facts, sourced: bool, about_ships: bool) -> Option<ClaimType> {
    let s = line.s;
    let has = |list: &[&str]| s.has_in(list, a, b);
    let procedure = has(cues::PROCEDURE);
    if designation(s, a, b) {
        return Some(ClaimType::Designation);
    }
    let rule = has(cues::RULES)
        && has(&[
            "forbidden",
            "prohibited",
            "banned",
            "obliged to",
            "required to",
            "must",
            "limited to",
            "cap on",
            "may deliver no more",
            "resolution",
            "deadline",
            "applied until",
            "bans",
            "rules ban",
            "forbids",
            "requires",
            "prohibits",
            "no cap",
            "took effect",
            "entered into force",
            "came into force",
        ]);
    let counted_breaches =
        line.found.iter().any(|f| f.a >= a && f.b < b && s.tokens[f.b].is_any(&["violations", "breaches", "offences", "infringements"]));
    let priced = facts.required && has(cues::PRICE);
    if has(cues::LEGAL) && !counted_breaches && !procedure && !priced {
        return Some(ClaimType::LegalAssessment);
    }
    let figures = line.found.iter().filter(|f| f.a >= a && f.a < b && !matches!(f.kind, Some(UnitKind::Duration))).count();
    let flow = line.found.iter().any(|f| f.a >= a && f.a < b && matches!(f.kind, Some(UnitKind::Measure | UnitKind::Money)));
    let accounts = has(&[
        "customs",
        "records",
        "recorded",
        "documents",
        "registered",
        "declared",
        "reported",
        "official",
        "officially",
        "figures",
        "numbers",
        "side",
        "data",
        "listed",
        "books",
        "booked",
        "ledger",
        "mirror",
        "statistics",
        "notified",
        "tally",
        "report",
    ]);
    if has(cues::GAP) && (flow || accounts) && !has(&["price gap"]) {
        return Some(ClaimType::TradeGap);
    }
    if figures >= 1 && flow && accounts && has(cues::CONTRAST) && two_accounts(line, a, b) {
        return Some(ClaimType::TradeGap);
    }
    if rule {
        let amount =
            line.found.iter().any(|f| f.a >= a && f.a < b && matches!(f.kind, Some(UnitKind::Measure | UnitKind::Money | UnitKind::Count)));
        return Some(if amount { ClaimType::Quantity } else { ClaimType::Event });
    }
    if !procedure
        && (facts.money
            && has(cues::MONEY_VERBS)
            && !has(&["price was", "prices were", "price of", "average price", "attested price"])
            && !line
                .found
                .iter()
                .any(|f| f.kind == Some(UnitKind::Money) && s.tokens.get(f.b).is_some_and(|t| t.is_any(&["cap", "limit", "ceiling"])))
            || has(&["money", "earnings", "remittances", "wages", "salaries", "proceeds", "profits"])
                && !has(&["laundered"])
                && !facts.required
                && has(&["earn*", "wages", "sent", "sends", "send", "remit*", "keep*", "goes to", "ends up", "end up"]))
    {
        return Some(ClaimType::Revenue);
    }
    if procedure && !has(&["deliver*"]) {
        return Some(ClaimType::Event);
    }
    let ships = s.has_any(cues::SHIPS) || line.found.iter().any(|f| f.unit.as_deref() == Some("vessels"));
    let strong = line.found.iter().any(|f| f.a >= a && f.a < b && f.unit.as_deref() == Some("port_calls"))
        || about_ships
            && has(&[
                "loaded",
                "discharged",
                "unloaded",
                "coming from",
                "harbour",
                "called at",
                "sailing",
                "bound for",
                "headed for",
                "set sail",
                "left port",
                "anchored",
                "alongside",
                "moored",
                "rendezvous*",
                "side by side",
                "loitered",
                "went dark",
                "sailed",
                "docked",
                "berthed",
            ])
        || has(&[
            "transponder*",
            "ais",
            "draught",
            "at anchor",
            "port call*",
            "ship - to - ship",
            "nautical",
            "changed destination",
            "declared busan",
            "ship to ship",
            "as its destination",
            "as her destination",
            "as their destination",
        ])
        || about_ships && has(&["called there", "called in at", "put into port"]);
    let law = has(&["have been forbidden", "has been forbidden"]);
    let counting = line.found.iter().any(|f| {
        f.a >= a
            && f.a < b
            && matches!(f.kind, Some(UnitKind::Measure))
            && !matches!(f.unit.as_deref(), Some("nmi" | "m" | "km" | "mi" | "kn"))
    });
    let sailing = has(&[
        "transponder*",
        "draught",
        "alongside",
        "at anchor",
        "ais",
        "nautical",
        "ship - to - ship",
        "ship to ship",
        "as its destination",
        "as her destination",
    ]);
    if !law && (!counting || sailing) && (strong || ships && has(cues::MOVES)) {
        return Some(ClaimType::Voyage);
    }
    if facts.required {
        let small = line
            .found
            .iter()
            .filter(|f| f.a >= a && f.a < b && f.unit.as_deref() != Some("times") && !matches!(f.kind, Some(UnitKind::Duration)))
            .all(|f| {
                f.worded
                    && f.op == crate::Op::Equal
                    && !matches!(
                        f.unit.as_deref(),
                        Some("percent" | "vessels" | "cargoes" | "transfers" | "port_calls" | "voyages" | "permits")
                    )
            });
        return Some(if small && !has(&["ships", "tankers", "vessels", "workers"]) { ClaimType::Event } else { ClaimType::Quantity });
    }
    let topical = facts.dated
        || facts.named
        || sourced
        || has(&[
            "sanction*",
            "export*",
            "import*",
            "worker*",
            "permit*",
            "quota*",
            "contract*",
            "oil",
            "fuel",
            "tanker*",
            "owner*",
            "company",
            "flag",
            "insur*",
            "bank*",
            "police",
            "court",
            "resolution",
            "cap",
            "indict*",
            "allegedly",
            "alleged",
            "refuel*",
            "smuggl*",
            "crew",
            "register*",
            "licen*",
            "customs",
            "cargo*",
            "renamed",
            "coal",
            "goods",
            "seafood",
            "front",
        ]);
    topical.then_some(ClaimType::Event)
}

/// Two figures of one unit on either side of a contrast, or a figure against none.
fn two_accounts(line: &Line<'_>, a: usize, b: usize) -> bool {
    let Some((k, _)) = first_of(line.s, cues::CONTRAST, a, b) else { return false };
    let unit = |f: &Found| f.unit.clone().map(|u| u.split('/').next().unwrap_or("").to_owned());
    let flow = |f: &&Found| matches!(f.kind, Some(UnitKind::Measure | UnitKind::Money));
    let before: Vec<_> = line.found.iter().filter(|f| f.a >= a && f.a < k).filter(flow).map(unit).collect();
    let after: Vec<_> = line.found.iter().filter(|f| f.a >= k && f.a < b).filter(flow).map(unit).collect();
    let both = before.iter().any(|u| after.contains(u));
    let none = line.s.has_in(&["no", "nothing", "none"], a, b) && (before.is_empty() != after.is_empty());
    both || none
}

fn designation(s: &Sentence, a: usize, b: usize) -> bool {
    let has = |list: &[&str]| s.has_in(list, a, b);
    if has(&["customs administration listed", "customs listed", "records list", "unlisted"]) {
        return false;
    }
    if first_of(s, cues::DESIGNATES, a, b).is_some() {
        // "a ship agent sanctioned in June" beside another verb is no listing by itself, nor "the sanctions committee".
        let acts =
            has(&["sanctioned", "blacklisted", "designated", "delisted", "imposed sanctions", "imposed asset freezes", "froze the assets"]);
        let list = has(&["list", "sdn", "blacklist", "entity list"])
            && has(&[
                "added",
                "removed",
                "put",
                "placed",
                "is on",
                "are on",
                "not on",
                "on its",
                "on the",
                "on any",
                "on a",
                "taken off",
                "struck",
                "under",
                "appears",
                "appear",
                "from the",
                "from its",
            ]);
        if acts {
            let (k, _) = first_of(
                s,
                &["sanctioned", "blacklisted", "designated", "delisted", "imposed sanctions", "imposed asset freezes", "froze the assets"],
                a,
                b,
            )
            .unwrap_or((a, a));
            // A participle after a noun: "companies sanctioned by …, sold".
            // "a bank that had been designated in 2013".
            if !list && (a..k).rev().take(4).any(|i| s.tokens[i].is_any(&["that", "which", "who"])) {
                return false;
            }
            let participle = k > a
                && !s.tokens[k - 1].is_any(&["was", "were", "been", "also", "has", "have", "had", "not", "and", "be", "since"])
                && s.tokens[k..b].iter().skip(1).any(|t| cues::finite(&t.low))
                && !body(s, a, k)
                && !s.tokens[..k].iter().any(|t| cues::finite(&t.low));
            return !participle || list;
        }
        return list;
    }
    // "The European Union listed X", "Japan followed".
    if let Some((k, _)) = first_of(s, &["listed", "lists", "listing", "delists"], a, b) {
        let passive = k > a
            && s.tokens[k - 1].is_any(&["was", "were", "been", "is", "are", "not"])
            && !s.tokens.get(k + 1).is_some_and(|t| t.is_any(&["as", "in"]));
        return (body(s, a, k) || country(s, a, k)) && !has(&["as", "in the notice", "no"]) && !s.has_in(&["customs"], a, k) || passive;
    }
    if has(&["no such step", "not done so", "done the same", "not listed", "did the same", "followed suit", "not followed"])
        && (body(s, a, b) || country(s, a, b))
    {
        return true;
    }
    if has(&["added"]) && has(&["more", "others"]) && country(s, a, a + 4) {
        return true;
    }
    has(&["followed"]) && country(s, a, a + 3) && has(&["later", "suit", "on", "in"])
}

fn body(s: &Sentence, a: usize, b: usize) -> bool {
    s.tokens[a..b.min(s.tokens.len())].iter().any(|t| cues::BODIES.contains(&t.low.as_str()))
}

fn country(s: &Sentence, a: usize, b: usize) -> bool {
    s.tokens[a..b.min(s.tokens.len())].iter().any(|t| {
        t.cap && cues::PLACES.contains(&t.low.as_str())
            || t.is_any(&["states", "kingdom", "australia", "canada", "britain", "switzerland", "eu", "uk"])
    })
}

fn english_modality(s: &Sentence, a: usize, b: usize, piece: &Piece, kind: ClaimType) -> Modality {
    let allowed = s.has_in(&["may deliver no more", "may not", "may only", "may export", "may import no"], a, b)
        && s.has_in(&["no more than", "may not", "may only", "up to"], a, b);
    let possible = cues::POSSIBLE.iter().any(|p| {
        let Some((k, after)) = s.find(p, a, b) else { return false };
        match *p {
            "may" => {
                // The month, or a permission.
                let month = s.tokens[k].cap && k > 0 && !s.tokens[k - 1].is("\"");
                !month && !allowed
            }
            "could" => !s.tokens.get(after).is_some_and(|t| t.is("not")),
            "likely" | "possibl*" | "potential*" => !s.tokens[k].cap || k == 0,
            _ => true,
        }
    });
    // A condition that nobody says is met.
    let condition = s.tokens.get(a).is_some_and(|t| t.is("if")) && s.has_in(&["would", "could"], a, b);
    if possible || condition || piece.verbs.iter().any(|v| matches!(v, Verb::Believe | Verb::Suggest)) {
        return Modality::Possible;
    }
    if s.has_in(cues::ESTIMATED, a, b) || piece.verbs.contains(&Verb::Estimate) {
        return Modality::Estimated;
    }
    // "Russia reported 171,000 barrels".
    let declared = (a..b.min(s.tokens.len())).any(|i| {
        s.tokens[i].is_any(&["reported", "declared", "registered", "booked", "notified", "recorded"])
            && s.tokens.get(i + 1).is_some_and(|t| {
                t.number().is_some() || t.is_any(&["no", "only", "just", "about", "some", "exports", "imports", "deliveries", "none"])
            })
            && !(i > 0 && s.tokens[i - 1].is_any(&["have", "has", "been", "were", "was"]) && s.tokens[i].is("registered"))
    });
    let notified = piece.lead.is_some_and(|l| {
        s.has_in(
            &[
                "told the un",
                "told the u.n.",
                "told the committee",
                "told the council",
                "told the security council",
                "told the panel",
                "informed the",
                "notified",
            ],
            l,
            a,
        )
    });
    let recorded = notified || declared || s.has_in(cues::REPORTED, a, b) || piece.verbs.contains(&Verb::Allege);
    let accounts = kind == ClaimType::TradeGap && s.has_in(&["customs", "recorded", "listed", "declared", "official"], a, b);
    if recorded || accounts {
        return Modality::Reported;
    }
    Modality::Asserted
}
