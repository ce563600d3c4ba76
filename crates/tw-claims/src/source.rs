//! Who says so: reported speech, "according to", "citing", and the names behind "the paper" and "he".

use crate::cues::{self, Verb, finite, past, verb};
use crate::text::{Kind, Sentence, Token};

/// A stretch of a sentence with the chain of those who say it, outermost first, as written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Piece {
    pub a: usize,
    pub b: usize,
    /// Sources as written, outermost first.
    pub chain: Vec<String>,
    pub verbs: Vec<Verb>,
    /// Where the subject and verb of saying stand, if they precede the content.
    pub lead: Option<usize>,
    /// The source of an earlier piece of the sentence goes on.
    pub carried: bool,
}

const DEPTH: usize = 4;

/// Splits tokens `a..b` into pieces with their sources.
pub(crate) fn pieces(s: &Sentence, text: &str, publisher: &str, a: usize, b: usize) -> Vec<Piece> {
    let reader = Reader { s, text, publisher };
    let mut out: Vec<Piece> = Vec::new();
    // Clauses joined by a semicolon outside a quotation have sources of their own; "it" and "he" keep that of the first.
    let mut from = a;
    let mut quotes = 0;
    for i in a..=b {
        if s.tokens.get(i).is_some_and(|t| t.is("\"")) && i < b {
            quotes += 1;
        }
        let semicolon = i < b && s.tokens[i].is(";") && quotes % 2 == 0 && clause(&s.tokens[from..i]) && clause(&s.tokens[i + 1..b]);
        if i < b && !semicolon {
            continue;
        }
        let before = out.len();
        reader.parse(from, i, &[], &[], None, DEPTH, &mut out);
        if before > 0 && s.tokens[from].is_any(&["it", "he", "she", "they"]) {
            let first = out[before - 1].clone();
            for piece in out[before..].iter_mut().filter(|p| p.chain.is_empty() && first.lead.is_some()) {
                piece.chain.clone_from(&first.chain);
                piece.verbs.clone_from(&first.verbs);
            }
        }
        from = i + 1;
    }
    out
}

/// The links in the name phrase of tokens `a..b`.
pub(crate) fn expand(s: &Sentence, text: &str, publisher: &str, a: usize, b: usize) -> Vec<String> {
    if a >= b {
        return Vec::new();
    }
    Reader { s, text, publisher }.expand(a, b)
}

/// The subject a sentence begins with, as a name.
pub(crate) fn opening(s: &Sentence, text: &str, publisher: &str) -> Option<String> {
    let verb = s.tokens.iter().position(|t| !t.cap && (finite(&t.low) || past(&t.low)))?;
    if verb == 0
        || verb > 12
        || s.tokens[0].is_any(&[
            "in", "on", "at", "it", "he", "she", "they", "that", "this", "there", "not", "no", "two", "three", "some", "one", "under",
            "after", "if", "when",
        ])
    {
        return None;
    }
    let name = Reader { s, text, publisher }.name(0, verb);
    (!name.is_empty() && name.len() < 80).then_some(name)
}

struct Reader<'a> {
    s: &'a Sentence,
    text: &'a str,
    publisher: &'a str,
}

/// Whether tokens hold a clause.
pub(crate) fn clause(t: &[Token]) -> bool {
    t.iter().enumerate().any(|(i, w)| {
        w.kind == Kind::Word
            && (finite(&w.low) && !(w.cap && i > 0)
                || w.is_any(&["listed", "registered"])
                    && i > 0
                    && t.get(i + 1).is_some_and(|n| {
                        n.cap || n.number().is_some() || n.is_any(&["no", "the", "a", "an", "only", "all", "them", "it", "its", "none"])
                    })
                || past(&w.low)
                    && i > 0
                    && !t.get(i + 1).is_some_and(|n| n.is("by"))
                    && (t.len() > 5 || i + 1 == t.len() || t[i - 1].cap)
                    && !w.cap
                    && !t[i - 1].is("-")
                    && !t.get(i - 1).is_some_and(|p| p.is_any(&["the", "a", "its", "their"])))
    })
}

/// A name phrase: short, no clause outside a relative one.
fn noun_phrase(t: &[Token]) -> bool {
    if t.is_empty() || t.len() > 40 {
        return false;
    }
    if t[0].is_any(&["that", "it", "this", "there", "which", "if", "when", "as", "because", "to", "not", "what"])
        && !(t.len() == 1 && t[0].is_any(&["it", "this"]))
    {
        return false;
    }
    let comma = t.iter().position(|w| w.is(","));
    if comma.is_some_and(|c| t[c..].iter().any(|w| w.is_any(&["said", "says", "notes", "wrote", "told", "shows", "show"]))) {
        return false;
    }
    for (i, w) in t.iter().enumerate() {
        if w.is_any(&["who", "which", "that", "whose"]) && i > 0 {
            // A relative clause may hold any verb, but must hold one: "a ploy that officials (say …)" is none.
            return w.is("who") || clause(&t[i..]) || t[i..].iter().any(|x| past(&x.low));
        }
        if finite(&w.low)
            && !(w.cap && i > 0)
            && !matches!(
                w.low.as_str(),
                "work"
                    | "works"
                    | "lists"
                    | "list"
                    | "accounts"
                    | "put"
                    | "account"
                    | "numbers"
                    | "set"
                    | "held"
                    | "led"
                    | "built"
                    | "sent"
                    | "read"
            )
        {
            return false;
        }
    }
    t.iter().any(|w| w.is_word() && w.low.len() > 1)
}

impl Reader<'_> {
    fn t(&self) -> &[Token] {
        &self.s.tokens
    }

    fn low(&self, i: usize) -> &str {
        self.t().get(i).map_or("", |t| t.low.as_str())
    }

    fn words(&self, a: usize, b: usize) -> String {
        let (Some(first), Some(last)) = (self.t().get(a), b.checked_sub(1).and_then(|j| self.t().get(j))) else { return String::new() };
        self.text.get(first.start..last.end).unwrap_or("").to_owned()
    }

    #[expect(clippy::too_many_arguments, reason = "a recursion over one sentence; a struct would only rename them")]
    fn parse(&self, a: usize, b: usize, chain: &[String], verbs: &[Verb], lead: Option<usize>, depth: usize, out: &mut Vec<Piece>) {
        let whole = |out: &mut Vec<Piece>| out.push(Piece { a, b, chain: chain.to_vec(), verbs: verbs.to_vec(), lead, carried: false });
        if depth == 0 || a >= b {
            whole(out);
            return;
        }
        if let Some((k, after)) = self.s.find("according to", a, b)
            && self.according(a, b, k, after, (chain, verbs, lead), depth, out)
        {
            return;
        }
        if self.trailing(a, b, (chain, verbs, lead), depth, out) || self.leading(a, b, (chain, verbs), depth, out) {
            return;
        }
        whole(out);
    }

    /// "According to X, …" and "…, according to X".
    #[expect(clippy::too_many_arguments, reason = "as above")]
    fn according(
        &self,
        a: usize,
        b: usize,
        k: usize,
        after: usize,
        state: (&[String], &[Verb], Option<usize>),
        depth: usize,
        out: &mut Vec<Piece>,
    ) -> bool {
        let (chain, verbs, lead) = state;
        let mut end = self.phrase_end(after, b);
        if end == after {
            return false;
        }
        let mut chain = chain.to_vec();
        let name_end = end;
        // "According to a memo of the panel, quoted by X, …".
        if self.low(end) == ","
            && matches!(self.low(end + 1), "quoted" | "seen" | "obtained" | "cited" | "reviewed" | "published")
            && self.low(end + 2) == "by"
        {
            let close = self.phrase_end(end + 3, b);
            chain.extend(self.expand(end + 3, close).into_iter().filter(|o| !same_name(o, self.publisher)));
            end = close;
        }
        // "According to a report, which quotes a member state, …".
        if self.low(end) == "," && matches!(self.low(end + 1), "which" | "who" | "whose") {
            let close = self.phrase_end(end + 2, b);
            if close < b {
                end = close;
            }
        }
        chain.extend(self.expand(after, name_end));
        let estimate = self.s.has_in(&["estimate*", "calculation*", "model"], after, end);
        let mut verbs = verbs.to_vec();
        verbs.push(if estimate { Verb::Estimate } else { Verb::Say });
        let front = k == a || k == a + 1 && !clause(&self.t()[a..k]);
        if front {
            let content = if matches!(self.low(end), "," | ":") { end + 1 } else { end };
            self.parse(content, b, &chain, &verbs, Some(a), depth - 1, out);
            return true;
        }
        // What follows the source belongs to the same statement if it holds a number or a clause.
        let rest = &self.t()[end.min(b)..b];
        let more = rest.iter().any(|t| t.number().is_some()) || clause(rest) && rest.len() > 4;
        let mut stop = k;
        while stop > a && matches!(self.low(stop - 1), "," | "-") {
            stop -= 1;
        }
        if more || stop.saturating_sub(a) < b - stop {
            out.push(Piece { a, b, chain, verbs, lead, carried: false });
        } else {
            self.parse(a, stop, &chain, &verbs, lead, depth - 1, out);
        }
        true
    }

    /// The end of a name phrase: comma, colon, semicolon, or a conjunction before a clause.
    fn phrase_end(&self, from: usize, b: usize) -> usize {
        let mut depth = 0;
        for i in from..b {
            match self.low(i) {
                "(" => depth += 1,
                ")" if depth > 0 => depth -= 1,
                "." if depth == 0
                    && i > from
                    && matches!(self.low(i - 1), "capt" | "mr" | "mrs" | "ms" | "dr" | "prof" | "st" | "ltd" | "co" | "inc")
                    && i + 1 < b => {}
                "," | ":" | ";" | "\"" | "." if depth == 0 => return i,
                "-" if depth == 0 && self.t()[i].spaced => return i,
                _ => {}
            }
        }
        b
    }

    /// "…, X said[, citing Y]", also inside a sentence, and "…, said X".
    fn trailing(&self, a: usize, b: usize, state: (&[String], &[Verb], Option<usize>), depth: usize, out: &mut Vec<Piece>) -> bool {
        let (chain, verbs, lead) = state;
        for v in (a + 1..b).rev() {
            let Some(kind) = self.speech(v, a) else { continue };
            if matches!(
                self.low(v),
                "gives"
                    | "gave"
                    | "expects"
                    | "expect"
                    | "forecasts"
                    | "mentioned"
                    | "mentions"
                    | "described"
                    | "describes"
                    | "spoke"
                    | "put"
                    | "heard"
            ) {
                continue;
            }
            let Some(boundary) = self.boundary(a, v) else { continue };
            let content_end = boundary;
            let mut front = &self.t()[a..content_end];
            while front.last().is_some_and(|t| t.is_any(&[",", "\"", "."])) {
                front = &front[..front.len() - 1];
            }
            let quoted = self.low(boundary) == "\"" || boundary > a && self.low(boundary - 1) == "\"";
            // "The rest, he believes, goes to the embassy": the source in brackets of commas.
            let comma_after = self.low(v + 1) == "," && v + 2 < b;
            if !clause(front) && !quoted && comma_after && self.low(boundary) == "," && v - boundary <= 6 && clause(&self.t()[v + 2..b]) {
                let np_end = if matches!(self.low(v - 1), "has" | "have") { v - 1 } else { v };
                if noun_phrase(&self.t()[boundary + 1..np_end]) && !front.is_empty() {
                    let mut here = chain.to_vec();
                    here.extend(self.expand(boundary + 1, np_end));
                    let mut verbs = verbs.to_vec();
                    verbs.push(kind);
                    out.push(Piece { a, b, chain: here, verbs, lead, carried: false });
                    return true;
                }
            }
            // At the end of a sentence the frame is plain, whatever verb stands before.
            let ends = v + 1 >= b && front.len() >= 6 && v - boundary <= 7;
            if !(clause(front) || quoted && !front.is_empty() || ends) {
                continue;
            }
            let mut np = (boundary + 1, v);
            while matches!(self.low(np.0), "," | "\"") && np.0 < np.1 {
                np.0 += 1;
            }
            if np.1 > np.0 + 1 && matches!(self.low(np.1 - 1), "has" | "have" | "had" | "also") {
                np.1 -= 1;
            }
            let after = v + 1;
            let inverted = np.0 >= np.1;
            if inverted {
                // "…, said X": a name phrase must follow, with a name in apposition.
                let mut end = self.phrase_end(after, b);
                if self.low(end) == "," && self.t().get(end + 1).is_some_and(|t| t.cap || t.is_any(&["a", "an", "the", "its"])) {
                    end = self.phrase_end(end + 1, b);
                }
                if !noun_phrase(&self.t()[after..end]) || clause(&self.t()[after..end]) && !self.s.has_in(&["who", "which"], after, end) {
                    continue;
                }
                let mut chain = chain.to_vec();
                chain.extend(self.expand(after, end));
                let mut verbs = verbs.to_vec();
                verbs.push(kind);
                self.parse(a, a + front.len(), &chain, &verbs, lead, depth - 1, out);
                return true;
            }
            if !noun_phrase(&self.t()[np.0..np.1]) {
                continue;
            }
            // What comes after the verb must be no clause of its own, or begin with a comma.
            let comma = matches!(self.low(after), "," | ":" | ";" | "\"" | ".") || after >= b;
            let tail_end = if comma { after } else { self.phrase_end(after, b) };
            let tail = &self.t()[after.min(b)..tail_end.min(b)];
            let to_outlet = self.low(after) == "to" && self.t().get(after + 1).is_some_and(|t| t.cap || t.is("the"));
            let told = matches!(self.low(v), "told" | "tells") || to_outlet;
            let finite_tail = tail.iter().any(|t| finite(&t.low) && !t.cap);
            let adverbial = tail.first().is_none_or(|t| {
                t.is_any(&[
                    "on",
                    "in",
                    "by",
                    "at",
                    "to",
                    "during",
                    "without",
                    "late",
                    "earlier",
                    "this",
                    "last",
                    "after",
                    "via",
                    "through",
                    "citing",
                    "quoting",
                    "when",
                    "from",
                    "before",
                    "yesterday",
                    "today",
                ]) || told
            });
            if !comma && (finite_tail || !adverbial) {
                // "X, but the ministry said it had …": two statements.
                let conj = (boundary..v).find(|i| matches!(self.low(*i), "but" | "and" | "while" | "though" | "although" | "yet"));
                if conj.is_some_and(|c| c <= boundary + 1) {
                    let split = boundary;
                    self.parse(a, split, chain, verbs, lead, depth - 1, out);
                    let start = conj.map_or(split + 1, |c| c + 1);
                    self.parse(start, b, chain, verbs, None, depth - 1, out);
                    return true;
                }
                continue;
            }
            let mut here = chain.to_vec();
            if told {
                here.extend(self.told(after + usize::from(to_outlet), b));
            }
            here.extend(self.expand(np.0, np.1));
            let mut verbs = verbs.to_vec();
            verbs.push(kind);
            if let Some((_, cited)) = self.find_any(&["citing", "quoting"], after, b) {
                let end = self.phrase_end(cited, b);
                here.extend(self.expand(cited, end));
            }
            let stop = a + front.len();
            // "… 500 tankers, brokers estimate, up from about 220": one statement with the source in its middle.
            let mut on = tail_end;
            while matches!(self.low(on), "," | "-") && on < b {
                on += 1;
            }
            let apart = on > tail_end
                && on < b
                && !clause(&self.t()[on..b])
                && !matches!(self.low(on), "and" | "but" | "adding" | "citing" | "quoting" | "yet" | "without");
            let contrast = apart
                || matches!(
                    self.low(on),
                    "though" | "while" | "whereas" | "although" | "up" | "down" | "compared" | "against" | "from" | "of"
                );
            let short = !matches!(self.low(on), "though" | "while" | "whereas" | "although");
            let number = (on.min(b)..b).any(|i| {
                self.t()[i].number().is_some()
                    && (short
                        || crate::units::measure(self.low(i + 1)).is_some_and(|m| m.1 != crate::units::UnitKind::Duration)
                        || i > 0 && crate::units::sign(self.low(i - 1)).is_some())
            });
            if contrast && number {
                out.push(Piece { a, b, chain: here, verbs, lead, carried: false });
                return true;
            }
            // A statement shorter than its source is quoted with it: “They were not,” the deputy minister answered.
            if v + 1 >= b && stop - a < b - stop && stop - a < 5 {
                out.push(Piece { a, b, chain: here, verbs, lead, carried: false });
                return true;
            }
            let own = (chain.to_vec(), verbs[..verbs.len() - 1].to_vec());
            self.parse(a, stop, &here, &verbs, lead, depth - 1, out);
            if self.low(tail_end) == ";" && tail_end + 4 < b {
                self.parse(tail_end + 1, b, &own.0, &own.1, None, depth - 1, out);
                return true;
            }
            // "…, the group said, and cargoes still used …": the source goes on.
            let mut rest = tail_end;
            while matches!(self.low(rest), "," | "." | "\"" | ";" | ":") && rest < b {
                rest += 1;
            }
            let speech_on = matches!(self.low(rest), "adding" | "noting" | "saying" | "warning");
            if matches!(self.low(rest), "and" | "but" | "although" | "though" | "while" | "yet") || speech_on {
                let mut start = rest + 1;
                if self.low(start) == "that" {
                    start += 1;
                }
                if start < b && clause(&self.t()[start..b]) && b - start > 3 {
                    let from = out.len();
                    self.parse(start, b, &here, &verbs, None, depth - 1, out);
                    for piece in &mut out[from..] {
                        piece.carried = true;
                    }
                }
            } else if rest < b && rest > tail_end && clause(&self.t()[rest..b]) && self.low(rest.saturating_sub(1)) == "\"" {
                // A second stretch of the same quotation.
                self.parse(rest, b, &here, &verbs, None, depth - 1, out);
            }
            return true;
        }
        false
    }

    /// The comma or closing quotation mark before the name phrase that ends at `v`.
    fn boundary(&self, a: usize, v: usize) -> Option<usize> {
        // A closing quotation mark with no clause between it and the verb.
        let mut open = 0;
        let mut close = None;
        for i in a..v {
            if self.low(i) == "\"" {
                open += 1;
                let closing = open % 2 == 0 || i > a && !self.t()[i].spaced;
                if closing && i > a {
                    close = Some(i);
                }
            }
        }
        if let Some(q) = close
            && v - q <= 28
            && (self.relative(q, v) || !self.t()[q + 1..v].iter().any(|t| finite(&t.low) && !t.is("told")))
            && (matches!(self.low(q + 1), ",") || q > a && matches!(self.low(q - 1), "," | "." | "?" | "!" | "…") || self.low(q + 1) == "-")
        {
            return Some(q);
        }
        let commas: Vec<usize> =
            (a..v).filter(|i| self.low(*i) == "," || self.low(*i) == "-" && self.t()[*i].spaced && self.t()[i + 1].spaced).collect();
        let mut last = *commas.last()?;
        if last + 1 == v {
            // Apposition: "The owner, X of Y, said": the name phrase goes back to the comma before, if a clause stands there.
            let before = commas.len().checked_sub(2).and_then(|k| commas.get(k)).copied();
            match before {
                Some(p) if clause(&self.t()[a..p]) && !self.relative(a, p) => last = p,
                Some(p) => {
                    // "…, a spokesman for X, Y, said".
                    let earlier = commas.iter().rev().find(|c| **c < p && clause(&self.t()[a..**c]));
                    return earlier.copied();
                }
                None => return Some(last),
            }
        }
        Some(last)
    }

    fn relative(&self, a: usize, b: usize) -> bool {
        (a..b).any(|i| matches!(self.low(i), "who" | "which" | "whose"))
    }

    fn find_any(&self, phrases: &[&str], a: usize, b: usize) -> Option<(usize, usize)> {
        phrases.iter().find_map(|p| self.s.find(p, a, b))
    }

    /// A verb of saying at `v` that is no noun, adjective or passive.
    fn speech(&self, v: usize, a: usize) -> Option<Verb> {
        let kind = verb(self.low(v))?;
        let before = if v > a { self.low(v - 1) } else { "" };
        let after = self.low(v + 1);
        if matches!(before, "be" | "is" | "are" | "was" | "were" | "been" | "to") {
            return None;
        }
        // The plain form follows a plural: "records show", "police say"; "an older estimate" is a noun.
        let plain = matches!(
            self.low(v),
            "estimate"
                | "show"
                | "reckon"
                | "say"
                | "believe"
                | "suspect"
                | "think"
                | "fear"
                | "suggest"
                | "allege"
                | "reveal"
                | "indicate"
                | "calculate"
                | "expect"
        );
        let plural = before.ends_with('s')
            || matches!(
                before,
                "they"
                    | "we"
                    | "i"
                    | "who"
                    | "data"
                    | "police"
                    | "people"
                    | "media"
                    | "also"
                    | "both"
                    | "themselves"
                    | "now"
                    | "still"
                    | "men"
                    | "women"
                    | "pictures"
                    | ")"
                    | ","
                    | "\""
                    | "then"
                    | "further"
                    | "all"
                    | "clearly"
            )
            || v > a && self.t()[v - 1].cap;
        if plain && !plural || kind == Verb::Show && matches!(before, "he" | "she" | "i" | "we") {
            return None;
        }
        let sure = matches!(
            self.low(v),
            "said"
                | "says"
                | "told"
                | "wrote"
                | "writes"
                | "added"
                | "spoke"
                | "conceded"
                | "concedes"
                | "insists"
                | "insisted"
                | "concluded"
                | "explained"
        );
        if !sure
            && matches!(
                before,
                "officially" | "'s" | "the" | "a" | "an" | "its" | "their" | "his" | "of" | "no" | "these" | "those" | "such" | "any"
            )
        {
            return None;
        }
        if matches!(after, "of" | "to")
            && matches!(
                self.low(v),
                "suspected"
                    | "believed"
                    | "alleged"
                    | "reported"
                    | "claimed"
                    | "thought"
                    | "claims"
                    | "claim"
                    | "estimated"
                    | "found"
                    | "feared"
            )
        {
            return None;
        }
        let noun_like = matches!(
            self.low(v),
            "reports"
                | "report"
                | "claims"
                | "estimates"
                | "estimate"
                | "notes"
                | "finds"
                | "found"
                | "fear"
                | "fears"
                | "states"
                | "show"
                | "shows"
                | "think"
        );
        if noun_like && matches!(before, "one" | "some" | "this" | "that" | "official" | "media" | "earlier" | "other") {
            return None;
        }
        if noun_like && matches!(after, "of" | "for" | "by") {
            return None;
        }
        if self.low(v) == "report" || self.low(v) == "states" && after != "that" {
            return None;
        }
        match self.low(v) {
            "put" | "puts" => {
                let amount =
                    matches!(after, "the" | "it" | "its" | "that" | "this") && self.s.find("at", v, self.t().len().min(v + 13)).is_some();
                amount.then_some(Verb::Say)
            }
            "gives" | "gave" => {
                let figure =
                    self.t()[v + 1..].iter().take(4).any(|t| t.is_any(&["range", "figure", "total", "number", "estimate", "tally"]));
                (figure && matches!(after, "a" | "the" | "an")).then_some(Verb::Say)
            }
            "spoke" => (after == "of").then_some(kind),
            "added" | "adds" | "noted" | "notes" | "declared" | "reported" | "described" | "found" | "observed" | "disclosed"
            | "announced" | "confirmed" | "mentioned" | "suspected" | "believed" | "claimed" | "revealed" => {
                // "declared Busan as its destination" is no speech; "reported that" is.
                let that = after == "that"
                    || matches!(after, "," | "." | "\"" | "" | "citing")
                    || after == "to"
                        && self.t().get(v + 2).is_some_and(|t| t.cap)
                        && matches!(self.low(v), "confirmed" | "disclosed" | "revealed")
                    || matches!(after, "on" | "in" | "last" | "this" | "earlier");
                let described = matches!(self.low(v), "described" | "mentioned") && after != "as";
                (that || described || self.clause_after(v + 1)).then_some(kind).filter(|_| self.low(v) != "declared" || after == "that")
            }
            _ => Some(kind),
        }
    }

    /// Whether a clause, not only an object, follows.
    fn clause_after(&self, from: usize) -> bool {
        let end = self.phrase_end(from, self.t().len());
        let part = &self.t()[from.min(end)..end];
        let noun = |t: &Token| {
            t.is_any(&[
                "list", "lists", "work", "works", "accounts", "account", "numbers", "set", "led", "held", "point", "points", "cut", "put",
                "let", "hit", "show", "shows", "charges", "appeal",
            ])
        };
        part.iter().position(|t| finite(&t.low) && !noun(t) && !t.cap).is_some_and(|p| p > 0)
    }

    /// "told Reuters": the outlet is a link of its own, unless it is the publisher or an audience.
    fn told(&self, after: usize, b: usize) -> Option<String> {
        let mut end = after;
        while end < b && (self.t()[end].cap || matches!(self.low(end), "the" | "of" | "magazine" | "newspaper")) && self.t()[end].is_word()
        {
            end += 1;
        }
        let name = self.words(after, end);
        let bare = name.trim_start_matches("the ").trim_start_matches("The ");
        let words: Vec<String> = bare.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
        // A capitalised audience that is no body of state is read as an outlet: "told the Straits Courier that …".
        let body = words.iter().any(|w| cues::BODIES.contains(&w.as_str()) || cues::PLACES.contains(&w.as_str()));
        let closed = matches!(self.low(end), "that" | "," | "." | "" | "by" | "on" | "in" | "last" | "\"") || end >= b;
        let outlet = words.iter().any(|w| cues::OUTLETS.contains(&w.as_str()))
            || !body && closed && words.len() <= 4 && bare.chars().next().is_some_and(char::is_uppercase);
        if bare.is_empty() || !outlet || same_name(bare, self.publisher) {
            return None;
        }
        Some(bare.to_owned())
    }

    /// "X said that …", "records show …", "X told Y that …".
    fn leading(&self, a: usize, b: usize, state: (&[String], &[Verb]), depth: usize, out: &mut Vec<Piece>) -> bool {
        let (chain, verbs) = state;
        for v in a + 1..b {
            let Some(kind) = self.speech(v, a) else { continue };
            let mut start = a;
            while matches!(
                self.low(start),
                "but" | "and" | "yet" | "however" | "meanwhile" | "separately" | "," | "\"" | "though" | "while" | "although"
            ) {
                start += 1;
            }
            // A prefix "In a letter read out by the prosecution," or "In September last year,".
            let mut prefix = None;
            if matches!(
                self.low(start),
                "in" | "on"
                    | "at"
                    | "after"
                    | "during"
                    | "last"
                    | "under"
                    | "for"
                    | "as"
                    | "earlier"
                    | "when"
                    | "with"
                    | "since"
                    | "two"
                    | "yesterday"
                    | "from"
            ) {
                let comma = (start..v).find(|i| self.low(*i) == ",");
                // "In its notice the Treasury said".
                let the = (start + 2..v).rev().find(|i| self.low(*i) == "the");
                if let Some(k) = the.filter(|_| comma.is_none() && matches!(self.low(start), "in" | "at" | "on")) {
                    start = k;
                }
                if let Some(c) = comma.filter(|c| *c + 1 < v) {
                    prefix = Some((start, c));
                    start = c + 1;
                }
            }
            let mut stop = v;
            while stop > start + 1 && matches!(self.low(stop - 1), "has" | "have" | "had" | "also" | "later" | "earlier") {
                stop -= 1;
            }
            if start >= stop || !noun_phrase(&self.t()[start..stop]) {
                // "The loss is large and the group said …"
                return false;
            }
            let mut content = v + 1;
            let mut here = chain.to_vec();
            if matches!(self.low(v), "put" | "puts" | "gives" | "gave" | "expects" | "expect" | "forecasts") {
                here.extend(self.subject(start, v, prefix));
                let mut verbs = verbs.to_vec();
                verbs.push(Verb::Estimate);
                out.push(Piece { a, b, chain: here, verbs, lead: None, carried: false });
                return true;
            }
            if self.low(v) == "told"
                && (v + 1..b.min(v + 5)).any(|i| {
                    matches!(
                        self.low(i),
                        "harbour"
                            | "port"
                            | "customs"
                            | "authorities"
                            | "inspectors"
                            | "coastguard"
                            | "harbor"
                            | "registry"
                            | "insurer"
                            | "insurers"
                    )
                })
                && !self.t()[start..v].iter().any(|t| t.is_any(&["spokesman", "official", "officials", "witness"]))
            {
                // What a ship tells a port is an act, not a source.
                return false;
            }
            if self.low(v) == "told" || self.low(v) == "tells" {
                here.extend(self.told(content, b));
                // The audience ends at "that" or before the clause.
                let that = (content..b.min(content + 12)).find(|i| matches!(self.low(*i), "that" | ":" | ","));
                content = that.map_or_else(|| self.audience_end(content, b), |t| t + 1);
            }
            if matches!(self.low(v), "warned" | "informed") && matches!(self.low(content), "that") {
                content += 1;
            }
            let cited = self.find_any(&["citing", "quoting"], v, b);
            // "The complaint, citing bank records, says".
            let aside = self.find_any(&["citing", "quoting"], start, stop);
            let named = aside.map_or(stop, |(k, _)| k);
            here.extend(self.subject(start, named, prefix));
            if let Some((_, from)) = aside {
                here.extend(self.expand(from, self.phrase_end(from, stop)));
            }
            if let Some((c, from)) = cited {
                let end = self.phrase_end(from, b);
                here.extend(self.expand(from, end));
                if c == v + 1 || c == v + 2 && self.low(v + 1) == "," {
                    content = (end + usize::from(self.low(end) == ",")).min(b);
                }
            }
            content = self.skip_adverbials(content, b);
            if content >= b || b - content < 2 {
                return false;
            }
            let mut verbs = verbs.to_vec();
            verbs.push(kind);
            if self.low(v) == "spoke" {
                content = v + 2;
            }
            // "said it had spoken to a dispatcher who described …".
            if self.s.find("spoken to", content, b).or_else(|| self.s.find("spoke to", content, b)).is_some_and(|(k, _)| k < content + 4)
                && let Some(w) = (content..b).find(|i| matches!(self.low(*i), "who"))
            {
                let from = self.s.find("spoken to", content, b).or_else(|| self.s.find("spoke to", content, b)).map_or(content, |(_, e)| e);
                here.extend(self.expand(from, w));
                if verb(self.low(w + 1)).is_some() {
                    let mut start = w + 2;
                    if self.low(start) == "that" || self.low(start) == "of" {
                        start += 1;
                    }
                    out.push(Piece { a: start, b, chain: here, verbs, lead: Some(a), carried: false });
                    return true;
                }
            }
            // "X said A, and Y said B" are two statements.
            // "Cameroon says it removed the ship; a certificate shows …": the source ends with its statement.
            let semicolon = (content + 2..b).find(|i| self.low(*i) == ";");
            let other = semicolon.filter(|k| {
                *k + 4 < b && !matches!(self.low(k + 1), "it" | "he" | "she" | "they" | "in" | "that") && clause(&self.t()[k + 1..b])
            });
            let from = out.len();
            self.parse(content, other.unwrap_or(b), &here, &verbs, Some(a), depth - 1, out);
            if out.len() == from {
                return false;
            }
            if let Some(k) = other {
                self.parse(k + 1, b, chain, &verbs[..verbs.len() - 1], None, depth - 1, out);
            }
            return true;
        }
        false
    }

    fn audience_end(&self, from: usize, b: usize) -> usize {
        let mut at = from;
        if matches!(self.low(at), "the" | "a") {
            at += 1;
        }
        while at < b && self.t()[at].is_word() && (self.t()[at].cap || at == from + 1 && self.low(from) == "the") {
            at += 1;
        }
        if at == from && matches!(self.low(at), "reporters" | "journalists" | "lawmakers" | "investigators" | "us") {
            at += 1;
        }
        // "told the court his company …": the noun after "the" is the audience.
        at.min(b)
    }

    /// Skips "that", "on Wednesday", "in a statement", "by telephone" after a verb of saying.
    fn skip_adverbials(&self, from: usize, b: usize) -> usize {
        let mut at = from;
        for _ in 0..3 {
            if matches!(self.low(at), "that" | ":" | ",") {
                at += 1;
                continue;
            }
            let that = (at + 1..b.min(at + 6)).find(|i| self.low(*i) == "that");
            if let Some(k) = that.filter(|k| {
                matches!(self.low(at), "on" | "in" | "last" | "this" | "earlier" | "yesterday" | "again") && !clause(&self.t()[at..*k])
            }) {
                at = k + 1;
                continue;
            }
            let day = matches!(self.low(at), "on" | "last" | "this" | "earlier" | "late")
                && matches!(
                    self.low(at + 1),
                    "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday" | "week" | "month" | "year" | "this"
                );
            if day {
                at += 2;
                continue;
            }
            if matches!(self.low(at), "in" | "at" | "by")
                && matches!(self.low(at + 1), "a" | "an" | "the" | "its" | "telephone" | "phone" | "email" | "writing" | "court")
            {
                // Only where "that" or a comma closes it soon.
                let close = (at..b.min(at + 9)).find(|i| matches!(self.low(*i), "that" | "," | ":"));
                match close {
                    Some(c) => {
                        at = c + 1;
                        continue;
                    }
                    None => return at,
                }
            }
            break;
        }
        at
    }

    /// The sources in the subject of a verb of saying; a pronoun is looked up in the prefix.
    fn subject(&self, a: usize, b: usize, prefix: Option<(usize, usize)>) -> Vec<String> {
        if let Some((p, q)) = prefix
            && b - a == 1
            && matches!(self.low(a), "it" | "they")
            && let Some((k, by)) = self.s.find("by", p, q)
        {
            let mut out = self.expand(by, q);
            if k > 0 && matches!(self.low(k - 1), "seen" | "obtained" | "reviewed" | "read") {
                if out.first().is_some_and(|o| same_name(o, self.publisher)) {
                    out.clear();
                }
                out.extend(self.expand(a, b));
            }
            return out;
        }
        self.expand(a, b)
    }

    /// The links in a name phrase: "customs records compiled by the Lund Energy Desk" is two.
    fn expand(&self, a: usize, b: usize) -> Vec<String> {
        let (mut a, mut b) = (a, b);
        while a < b && matches!(self.low(a), "," | "\"" | "and" | "but" | "while" | "though" | "although" | "-" | "that") {
            a += 1;
        }
        // "A quota report released by X", "records obtained by Y".
        for i in a..b {
            let by = matches!(self.low(i), "by") && i > a;
            if !by {
                continue;
            }
            // "released this week by", "compiled by".
            let participle = (a..i).rev().find(|j| past(self.low(*j)) || matches!(self.low(*j), "seen" | "kept" | "read" | "held" | "put"));
            let Some(p) = participle else { continue };
            let word = self.low(p).to_owned();
            // "… compiled by the department and seen by the paper".
            let and = (i + 2..b.saturating_sub(1))
                .find(|k| self.low(*k) == "and" && (past(self.low(k + 1)) || matches!(self.low(k + 1), "seen" | "read" | "shared")));
            let owner = self.expand(i + 1, and.unwrap_or(b));
            let thing = self.name(a, p);
            if matches!(word.as_str(), "kept" | "held" | "maintained" | "run" | "hired" | "employed" | "owned" | "read" | "based") {
                break;
            }
            let is_publisher = owner.first().is_some_and(|o| same_name(o, self.publisher));
            let report = self.t()[a..p].iter().any(|t| {
                t.is_any(&["report", "study", "paper", "survey", "analysis", "statement", "advisory", "notice", "investigation", "article"])
            });
            if report
                && !is_publisher
                && matches!(word.as_str(), "released" | "published" | "issued" | "written" | "produced" | "prepared" | "commissioned")
            {
                return owner;
            }
            if is_publisher || matches!(word.as_str(), "reviewed" | "seen") && owner.is_empty() {
                return vec![thing];
            }
            let outlet = owner.first().is_some_and(|o| is_outlet(o))
                || matches!(
                    word.as_str(),
                    "compiled" | "collected" | "gathered" | "assembled" | "analysed" | "analyzed" | "reviewed" | "seen" | "obtained"
                );
            if outlet {
                let mut out = owner;
                out.push(thing);
                return out;
            }
            break;
        }
        // "an advisory by three U.S. agencies": those who issue it.
        if let Some((_, by)) = self.s.find("by", a, b)
            && self.t()[a..by]
                .iter()
                .any(|t| t.is_any(&["report", "study", "paper", "advisory", "statement", "notice", "survey", "analysis"]))
            && !self.t()[a..by].iter().any(|t| past(&t.low))
        {
            return self.expand(by, b);
        }
        while b > a
            && matches!(
                self.low(b - 1),
                "," | "\""
                    | "."
                    | "also"
                    | "further"
                    | "later"
                    | "have"
                    | "has"
                    | "had"
                    | "then"
                    | "all"
                    | "both"
                    | "itself"
                    | "themselves"
                    | "now"
                    | "earlier"
                    | "-"
            )
        {
            b -= 1;
        }
        let name = self.name(a, b);
        if name.is_empty() { Vec::new() } else { vec![name] }
    }

    /// One link: without articles, relative clauses, brackets, and days.
    fn name(&self, a: usize, b: usize) -> String {
        let (mut a, mut b) = (a, b);
        while a < b && matches!(self.low(a), "the" | "a" | "an" | "," | "\"" | "-" | "even" | "only") {
            a += 1;
        }
        // A person in apposition: "A spokesman for X, Gleb Turchin (…)".
        let segments: Vec<(usize, usize)> = {
            let mut out = Vec::new();
            let mut from = a;
            for i in a..b {
                if self.low(i) == "," {
                    out.push((from, i));
                    from = i + 1;
                }
            }
            out.push((from, b));
            out
        };
        let proper = |x: usize, y: usize| -> usize {
            (x..y).take_while(|i| self.low(*i) != "(").filter(|i| self.t()[*i].cap && self.t()[*i].is_word()).count()
        };
        if segments.len() > 1 {
            let (x, y) = segments[0];
            let role = self.low(x) == "one"
                || self.t()[x..y].iter().any(|t| ROLES.contains(&t.low.as_str()))
                || self.t()[x..y].iter().any(|t| {
                    cues::TITLES.contains(&t.low.as_str())
                        || t.is_any(&[
                            "owner",
                            "operator",
                            "firm",
                            "company",
                            "manager",
                            "head",
                            "maker",
                            "importer",
                            "exporter",
                            "agent",
                            "buyer",
                            "seller",
                            "supplier",
                            "charterer",
                            "group",
                            "union",
                            "consultancy",
                        ])
                });
            let name = segments[1..].iter().find(|(p, q)| {
                let words = (*p..*q).take_while(|i| self.low(*i) != "(").filter(|i| self.t()[*i].is_word()).count();
                let caps = proper(*p, *q);
                caps >= 1
                    && caps + 2 >= words
                    && !matches!(self.low(*p), "who" | "which" | "whose" | "a" | "an" | "its")
                    && (self.low(*p) != "the" || self.t()[*p + 1].cap)
            });
            match name {
                Some((p, q)) if role => (a, b) = (*p, *q),
                _ => b = y,
            }
        }
        // Cut relative clauses, brackets and times.
        for i in a + 1..b {
            let cut = matches!(self.low(i), "who" | "which" | "whose" | "(" | "\"")
                || self.low(i) == "on"
                    && matches!(
                        self.low(i + 1),
                        "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday" | "condition"
                    )
                || self.low(i) == "in"
                    && matches!(self.low(i + 1), "a" | "an")
                    && matches!(
                        self.low(i + 2),
                        "paper"
                            | "report"
                            | "statement"
                            | "letter"
                            | "study"
                            | "note"
                            | "interview"
                            | "briefing"
                            | "newsletter"
                            | "post"
                            | "podcast"
                            | "blog"
                    )
                || matches!(self.low(i), "unsealed" | "taken" | "speaking")
                || matches!(self.low(i), "published" | "released" | "issued")
                    && (i + 1 == b || matches!(self.low(i + 1), "on" | "this" | "last" | "in" | "earlier"))
                || self.low(i) == "for" && matches!(self.low(i + 1), "the") && matches!(self.low(i + 2), "same")
                || self.low(i) == "with" && self.low(i + 1) == "knowledge";
            if cut {
                b = i;
                break;
            }
        }
        while a < b && matches!(self.low(a), "the" | "a" | "an") {
            a += 1;
        }
        // "the magazine Eastern Compass", "the London-based Fenwick Centre", "Judge Noraini Salleh": the name itself.
        let run = (a..b)
            .rev()
            .take_while(|i| {
                self.t()[*i].cap
                    || self.t()[*i].is_any(&["of", "for", "-", "&", "and"])
                    || *i > a
                        && self.t()[*i - 1].is("-")
                        && !self.t()[*i].spaced
                        && !self.t()[*i].is_any(&["based", "flagged", "registered", "owned", "bound", "backed", "led", "linked"])
            })
            .last()
            .unwrap_or(b);
        let role = |i: usize| ROLES.contains(&self.low(i)) || matches!(self.low(i), "based" | "named" | "called");
        if run > a && run < b && self.t()[run].cap && role(run - 1) && !self.t()[run - 1].cap {
            a = run;
        }
        while a + 1 < b
            && self.t()[a].cap
            && cues::TITLES.contains(&self.low(a))
            && self.t()[a + 1].cap
            && !self.t()[a..b].iter().any(|t| t.is("of"))
        {
            a += 1;
        }
        let words = self.words(a, b);
        let words = match words.strip_prefix("its ").or_else(|| words.strip_prefix("Its ")) {
            Some(rest) => {
                // "its foreign ministry" is that of the country the sentence begins with.
                let run = self.t().iter().take_while(|t| t.cap && t.is_word()).count();
                let place = self.t().iter().take(run.min(3)).map(|t| t.low.as_str()).collect::<Vec<_>>().join(" ");
                let first = self.t().first().filter(|_| a > run && run > 0 && cues::PLACES.contains(&place.as_str()));
                match (first, run.checked_sub(1).and_then(|k| self.t().get(k))) {
                    (Some(x), Some(y)) => format!("{}’s {rest}", self.text.get(x.start..y.end).unwrap_or("")),
                    _ => words.clone(),
                }
            }
            None => words,
        };
        let words = words.strip_suffix("’s").or_else(|| words.strip_suffix("'s")).unwrap_or(&words);
        // "the department’s statement" is the department.
        for end in ["’s statement", "'s statement", "’s report", "'s report", "’s own statement", "’s paper", "'s paper"] {
            if let Some(owner) = words.strip_suffix(end) {
                return owner.to_owned();
            }
        }
        words.trim().to_owned()
    }
}

pub(crate) fn is_outlet(name: &str) -> bool {
    name.split(|c: char| !c.is_alphanumeric()).any(|w| cues::OUTLETS.contains(&w.to_lowercase().as_str()))
}

fn name_words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .filter(|w| !matches!(w.as_str(), "the" | "a" | "an" | "of" | "s" | "mr" | "ms" | "mrs" | "dr"))
        .collect()
}

/// Whether two names are of one bearer: the words of one are among those of the other.
pub(crate) fn same_name(a: &str, b: &str) -> bool {
    let (x, y) = (name_words(a), name_words(b));
    if x.is_empty() || y.is_empty() {
        return false;
    }
    let (small, large) = if x.len() <= y.len() { (&x, &y) } else { (&y, &x) };
    small.len() * 3 >= large.len() && small.iter().all(|w| large.contains(w))
}

/// The names of a text, so that "the magazine", "he" and "the Journal" find theirs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    names: Vec<Named>,
    /// The source of the statement before.
    pub last: Vec<String>,
    /// The last document that was a source.
    pub document: Option<String>,
    /// The subject of the sentence before, where that had no source: what "it" and "he" may mean.
    pub subject: Option<String>,
}

#[derive(Clone, Debug)]
struct Named {
    name: String,
    roles: Vec<String>,
    person: bool,
}

const ROLES: &[&str] = &[
    "weekly",
    "daily",
    "portal",
    "newsroom",
    "startup",
    "cooperative",
    "conglomerate",
    "think-tank",
    "magazine",
    "newspaper",
    "agency",
    "firm",
    "company",
    "consultancy",
    "site",
    "website",
    "group",
    "centre",
    "center",
    "institute",
    "ministry",
    "department",
    "broker",
    "bureau",
    "operator",
    "owner",
    "paper",
    "journal",
    "outlet",
    "bank",
    "university",
    "council",
    "committee",
    "court",
    "embassy",
    "service",
    "registry",
    "desk",
    "platform",
    "organisation",
    "organization",
    "union",
    "commission",
    "police",
    "trader",
    "importer",
    "shipowner",
    "regulator",
    "treasury",
    "insurer",
    "supplier",
    "official",
    "spokesman",
    "spokeswoman",
    "diplomat",
    "lawyer",
    "panel",
    "monitor",
    "broadcaster",
    "administration",
    "office",
    "authority",
    "foundation",
    "refinery",
    "charterer",
    "manager",
    "publication",
    "observatory",
    "association",
    "wire",
    "report",
    "indictment",
    "ledger",
    "database",
    "charity",
    "cooperative",
    "shipyard",
    "factory",
    "exporter",
    "think",
    "mission",
    "consulate",
    "journalist",
    "analyst",
    "researcher",
    "professor",
    "economist",
    "agent",
    "captain",
    "director",
    "minister",
    "lawmaker",
    "prosecutors",
    "prosecution",
    "customs",
    "recruiter",
    "carrier",
    "line",
    "port",
];

const DOCUMENTS: &[&str] = &[
    "records",
    "documents",
    "data",
    "figures",
    "ledger",
    "database",
    "register",
    "tables",
    "table",
    "papers",
    "filings",
    "extracts",
    "statistics",
    "logs",
    "invoices",
    "files",
    "list",
    "accounts",
    "archive",
];

impl Memory {
    /// Notes the names of a sentence with the words before and after that say what they are.
    pub(crate) fn note(&mut self, t: &[Token], text: &str) {
        let mut i = 0;
        while i < t.len() {
            if !(t[i].cap && t[i].is_word()) {
                i += 1;
                continue;
            }
            let start = i;
            let hyphened = |j: usize| t[j].is_word() && !t[j].spaced && t[j - 1].is("-") && !t[j - 1].spaced;
            while i < t.len() && t[i].is_word() && (t[i].cap || i > start && hyphened(i))
                || i + 1 < t.len()
                    && i > start
                    && (t[i].is_any(&["of", "for", "&"]) && t[i + 1].cap || t[i].is("-") && !t[i].spaced && !t[i + 1].spaced)
            {
                i += 1;
            }
            let mut from = start;
            while from < i
                && (t[from].is_any(&[
                    "the",
                    "a",
                    "an",
                    "in",
                    "on",
                    "at",
                    "but",
                    "when",
                    "after",
                    "according",
                    "both",
                    "mr",
                    "ms",
                    "mrs",
                    "dr",
                    "judge",
                    "and",
                    "it",
                    "he",
                    "she",
                ]) || cues::TITLES.contains(&t[from].low.as_str()))
            {
                from += 1;
            }
            let calendar = |w: &Token| crate::time::calendar(&w.low);
            if from >= i || calendar(&t[from]) || i - from == 1 && cues::PLACES.contains(&t[from].low.as_str()) {
                continue;
            }
            let name = text.get(t[from].start..t[i - 1].end).unwrap_or("").to_owned();
            let roles_in = |words: &mut dyn Iterator<Item = &Token>| -> Vec<String> {
                words.filter(|w| ROLES.contains(&w.low.as_str())).map(|w| w.low.clone()).collect()
            };
            let mut roles: Vec<String> = roles_in(&mut t[from..i].iter());
            // "the magazine X", "spokesman X": the words directly before.
            let before = t[..from]
                .iter()
                .rev()
                .take(3)
                .take_while(|w| ROLES.contains(&w.low.as_str()) || cues::TITLES.contains(&w.low.as_str()) || w.is("-") || w.is("."));
            let titles: Vec<&Token> = before.collect();
            let titled = titles.iter().any(|w| cues::TITLES.contains(&w.low.as_str())) || from > start;
            roles.extend(titles.iter().map(|w| w.low.clone()));
            // "X, an owner listed in the notice".
            if t.get(i).is_some_and(|c| c.is(",")) && t.get(i + 1).is_some_and(|a| a.is_any(&["a", "an"])) {
                roles.extend(roles_in(&mut t[i + 2..].iter().take(4).take_while(|w| w.is_word())));
            }
            // "The operator, X": the role stands in the segment before.
            if from > 1 && t[from - 1].is(",") {
                let mut k = from - 1;
                while k > 0 && !t[k - 1].is(",") && from - k < 9 {
                    k -= 1;
                }
                if !clause(&t[k..from - 1])
                    && !t[k..from - 1].iter().any(|w| verb(&w.low).is_some() || w.cap && crate::time::calendar(&w.low))
                {
                    roles.extend(roles_in(&mut t[k..from - 1].iter()));
                }
            }
            self.add(name, roles, titled);
        }
    }

    fn add(&mut self, name: String, roles: Vec<String>, person: bool) {
        if name.chars().count() < 3 || self.names.len() > 400 {
            return;
        }
        let words = name_words(&name);
        let part = |n: &Named| {
            let full = name_words(&n.name);
            n.name == name
                || words.len() < full.len()
                    && full.len() <= 6
                    && words.iter().all(|w| full.contains(w))
                    && name.chars().next().is_some_and(char::is_uppercase)
        };
        if let Some(k) = self.names.iter().rposition(part) {
            let mut old = self.names.remove(k);
            old.roles.extend(roles);
            old.person |= person;
            self.names.push(old);
        } else {
            self.names.push(Named { name, roles, person });
        }
    }

    /// The name behind a phrase, or the phrase itself.
    pub(crate) fn resolve(&self, phrase: &str) -> String {
        let words = name_words(phrase);
        let low = phrase.to_lowercase();
        if matches!(low.as_str(), "he" | "she" | "it" | "they" | "him" | "her" | "them") {
            return self.subject.clone().or_else(|| self.last.last().cloned()).unwrap_or_else(|| phrase.to_owned());
        }
        if matches!(low.as_str(), "one of them" | "some of them" | "one of those")
            && let Some(last) = self.last.last()
        {
            return format!("{} of {last}", low.split(' ').next().unwrap_or("one"));
        }
        if let Some(rest) = low.strip_prefix("same ").or_else(|| low.strip_prefix("these ")).or_else(|| low.strip_prefix("those "))
            && DOCUMENTS.iter().any(|d| rest.ends_with(d))
            && let Some(document) = &self.document
        {
            return document.clone();
        }
        if words.is_empty() || words.len() > 2 {
            return phrase.to_owned();
        }
        let proper = phrase.chars().next().is_some_and(char::is_uppercase);
        if proper {
            // A part of a longer name: Keelson, the Journal, Strizhov, the Treasury.
            let longer = self.names.iter().rev().find(|n| {
                let full = name_words(&n.name);
                full.len() > words.len() && full.len() <= 6 && words.iter().all(|w| full.contains(w))
            });
            if let Some(named) = longer {
                return named.name.clone();
            }
            if words.len() == 1 && (2..=5).contains(&phrase.len()) && phrase.chars().all(char::is_uppercase) {
                let initials = |name: &str| -> String {
                    name.split_whitespace()
                        .filter(|w| !matches!(w.to_lowercase().as_str(), "the" | "of" | "for"))
                        .filter_map(|w| w.chars().next())
                        .collect()
                };
                if let Some(named) = self.names.iter().rev().find(|n| initials(&n.name) == phrase) {
                    return named.name.clone();
                }
            }
            return phrase.to_owned();
        }
        let Some(role) = words.last() else { return phrase.to_owned() };
        const FIRMS: &[&str] = &[
            "company",
            "firm",
            "operator",
            "owner",
            "group",
            "consultancy",
            "insurer",
            "trader",
            "importer",
            "exporter",
            "supplier",
            "charterer",
            "shipowner",
            "platform",
            "bank",
            "refinery",
            "manager",
        ];
        let firm = FIRMS.contains(&role.as_str());
        let matches_role = |n: &&Named| {
            n.roles.contains(role)
                || firm && matches!(role.as_str(), "company" | "firm" | "group") && n.roles.iter().any(|r| FIRMS.contains(&r.as_str()))
                || match role.as_str() {
                    "paper" | "newspaper" => {
                        n.roles.iter().any(|r| matches!(r.as_str(), "journal" | "newspaper" | "paper" | "daily"))
                            || name_words(&n.name).iter().any(|w| matches!(w.as_str(), "journal" | "times" | "post" | "gazette" | "herald"))
                    }
                    "agency" => name_words(&n.name).iter().any(|w| matches!(w.as_str(), "wire" | "agency" | "reuters")),
                    _ => false,
                }
        };
        // The source of the statement before, if the role may be its.
        if words.len() == 1
            && matches!(role.as_str(), "paper" | "report" | "study" | "group" | "centre" | "institute" | "company" | "firm")
            && let Some(last) = self.last.first()
            && last.chars().next().is_some_and(char::is_uppercase)
            && self.names.iter().rev().find(matches_role).is_none_or(|n| n.name == *last)
        {
            return last.clone();
        }
        match self.names.iter().rev().find(matches_role) {
            Some(named) => named.name.clone(),
            None => phrase.to_owned(),
        }
    }

    pub(crate) fn remember(&mut self, chain: &[String]) {
        if chain.is_empty() {
            return;
        }
        self.last = chain.to_vec();
        self.subject = None;
        for link in chain {
            let roles: Vec<String> = name_words(link).into_iter().filter(|w| ROLES.contains(&w.as_str())).collect();
            if !roles.is_empty() && !name_words(link).iter().any(|w| DOCUMENTS.contains(&w.as_str())) {
                self.add(link.clone(), roles, false);
            }
        }
        if let Some(document) = chain.last().filter(|l| name_words(l).iter().any(|w| DOCUMENTS.contains(&w.as_str()))) {
            self.document = Some(document.clone());
        }
    }

    /// Whether a name is that of an outlet, by its words or by what it was called.
    pub(crate) fn outlet(&self, name: &str) -> bool {
        let called = |n: &Named| {
            n.name == name
                && n.roles.iter().any(|r| {
                    matches!(
                        r.as_str(),
                        "magazine"
                            | "weekly"
                            | "daily"
                            | "portal"
                            | "newspaper"
                            | "agency"
                            | "site"
                            | "website"
                            | "outlet"
                            | "broadcaster"
                            | "journal"
                            | "publication"
                    )
                })
        };
        is_outlet(name) || self.names.iter().any(called)
    }

    pub(crate) fn person(&self, name: &str) -> bool {
        self.names.iter().any(|n| n.person && n.name == name)
    }
}
