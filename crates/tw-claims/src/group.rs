//! Which claims of several documents go back to one original, and so confirm each other no more than once.
//!
//! Two claims are about one *matter* if their wording is nearly the same, or if they share a figure, their periods do
//! not exclude each other, and they share a name or enough of their words. Within a matter, two claims are *one group*
//! if any of these holds: they share a named source anywhere in their chains; one's outlet is a source of the other;
//! they stand in the same outlet; both texts carry the credit of one agency; their wording, or that of the whole texts,
//! is nearly the same. Both relations are carried on from claim to claim, so that an error merges groups: it counts too
//! few confirmations rather than too many.
//!
//! Likeness of texts is the share of common shingles (runs of words), estimated for whole texts by the smallest hashes
//! (A. Z. Broder, "On the resemblance and containment of documents", 1997).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::{Claim, EntityKind};
use crate::{Document, Reading};

/// Words in a shingle of a quote and of a whole text.
const QUOTE_SHINGLE: usize = 3;
const TEXT_SHINGLE: usize = 5;

/// Smallest hashes kept of a text; the error of the estimate is about one part in the root of it, here 0.09.
const HASHES: usize = 128;

/// Share of common shingles from which wording counts as nearly the same. Sentences written apart on one matter share
/// names and figures, seldom a third of their runs of three words; half leaves room for an editor's hand.
const ALIKE: f64 = 0.5;

/// Share of common words that, with a shared figure and no shared name, makes one matter.
const WORDS: f64 = 0.25;

/// A claim by its place: which reading, and which of its claims, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Member {
    /// Position of the reading.
    pub reading: usize,
    /// Position of the claim in it.
    pub claim: usize,
}

/// Why claims count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// They name the same source, or one names the other's outlet.
    Source,
    /// They stand in the same outlet.
    Outlet,
    /// Their texts carry the credit of the same agency, or one the other's outlet.
    Credit,
    /// Their wording is nearly the same.
    Wording,
    /// The whole texts are nearly the same.
    Text,
}

/// Claims that go back to one original, or one claim that stands alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Groups of one number are about one matter: so many groups of it, so many accounts at most.
    pub matter: usize,
    /// The claims, in order.
    pub members: Vec<Member>,
    /// The source they share, as written where it was read first; for one claim its innermost named source.
    pub origin: Option<String>,
    /// False if no source is named beyond the outlet: nobody can tell whether it goes back to another group's original,
    /// so that it must not be counted as a confirmation of its own.
    pub named: bool,
    /// Why they count as one; empty for a claim alone.
    pub grounds: Vec<Ground>,
}

/// What is compared of a claim.
struct Account<'a> {
    at: Member,
    claim: &'a Claim,
    /// Named sources, as sets of words, with the words as written; the outlet is not among them.
    sources: Vec<(BTreeSet<String>, String)>,
    outlet: Option<BTreeSet<String>>,
    credit: Option<BTreeSet<String>>,
    words: BTreeSet<String>,
    shingles: BTreeSet<u64>,
    names: BTreeSet<String>,
}

/// Groups the claims of several documents by the original they go back to.
///
/// Every claim is in exactly one group. The order of groups is that of their first claims.
///
/// ```
/// use tw_claims::{Context, Document, extract, groups};
/// let paper = |name: &str, text: &str| {
///     extract(&Document::plain(text), &Context { publisher: Some(name.into()), published: "2022-05-04".parse().ok() })
/// };
/// let a = paper("Harbour Ledger", "The tanker carried 400 tons of gasoil to North Korea in breach of sanctions, according to the Lastrada Coast Guard.");
/// let b = paper("Quay Post", "According to the Lastrada Coast Guard, 400 tons of gasoil went to North Korea on the tanker despite sanctions.");
/// let all = groups(&[a, b]);
/// assert_eq!(all.len(), 1);
/// ```
#[must_use]
pub fn groups(readings: &[Reading]) -> Vec<Group> {
    let mut accounts = Vec::new();
    for (r, reading) in readings.iter().enumerate() {
        for (c, claim) in reading.claims.iter().enumerate() {
            accounts.push(account(Member { reading: r, claim: c }, claim, reading.credit.as_deref()));
        }
    }
    let alike_texts = alike_texts(readings);
    let mut matters = Sets::new(accounts.len());
    let mut originals = Sets::new(accounts.len());
    let mut grounds: Vec<(usize, Ground)> = Vec::new();
    for (i, j) in candidates(&accounts) {
        let (a, b) = (&accounts[i], &accounts[j]);
        let alike = alike(a, b);
        if !alike && !same_matter(a, b) {
            continue;
        }
        matters.join(i, j);
        let text = alike_texts.contains(&(a.at.reading, b.at.reading));
        for ground in [
            shared_source(a, b).then_some(Ground::Source),
            (a.outlet.is_some() && a.outlet == b.outlet).then_some(Ground::Outlet),
            shared_credit(a, b).then_some(Ground::Credit),
            alike.then_some(Ground::Wording),
            text.then_some(Ground::Text),
        ]
        .into_iter()
        .flatten()
        {
            originals.join(i, j);
            grounds.push((i, ground));
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for i in 0..accounts.len() {
        members.entry(originals.root(i)).or_default().push(i);
    }
    let mut why: BTreeMap<usize, BTreeSet<Ground>> = BTreeMap::new();
    for (i, ground) in grounds {
        why.entry(originals.root(i)).or_default().insert(ground);
    }
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let mut out: Vec<Group> = Vec::new();
    for (root, of) in members {
        let next = numbers.len();
        let matter = *numbers.entry(matters.root(root)).or_insert(next);
        let origin = origin(&accounts, &of);
        out.push(Group {
            matter,
            members: of.iter().map(|i| accounts[*i].at).collect(),
            named: origin.is_some(),
            origin,
            grounds: why.remove(&root).into_iter().flatten().collect(),
        });
    }
    out
}

/// Pairs that could be one matter: those that share a figure or a run of words. Without this, all pairs would be compared.
fn candidates(accounts: &[Account<'_>]) -> BTreeSet<(usize, usize)> {
    /// A figure or run of words in more claims than this tells nothing.
    const COMMON: usize = 200;
    let mut keys: BTreeMap<(u8, u64), Vec<usize>> = BTreeMap::new();
    for (i, a) in accounts.iter().enumerate() {
        for shingle in &a.shingles {
            keys.entry((0, *shingle)).or_default().push(i);
        }
        for figure in figures(a.claim) {
            keys.entry((1, figure)).or_default().push(i);
        }
    }
    let mut out = BTreeSet::new();
    for with in keys.values().filter(|w| w.len() <= COMMON) {
        for (n, i) in with.iter().enumerate() {
            out.extend(with[n + 1..].iter().filter(|j| *j != i).map(|j| (*i, *j)));
        }
    }
    out
}

/// Each figure with its unit as one number. "Over 10,000" and "10,000" are one figure: retellers drop the word.
fn figures(claim: &Claim) -> BTreeSet<u64> {
    let of = |q: &crate::Quantity| {
        let bounds = [q.low.or(q.high)?, q.high.or(q.low)?];
        let unit = q.unit.as_deref().unwrap_or("");
        let text = format!("{:e} {:e} {unit}", bounds[0], bounds[1]);
        // A bare small number, as "two", is in every second sentence.
        (!q.vague && (!unit.is_empty() && bounds[1] > 0.0 || bounds[1] >= 100.0)).then(|| hash(text.as_bytes()))
    };
    claim.quantities.iter().filter_map(of).collect()
}

fn account<'a>(at: Member, claim: &'a Claim, credit: Option<&str>) -> Account<'a> {
    let outlet = claim.attribution.first().map(|o| source(o)).filter(|o| !o.is_empty());
    let links = claim.attribution.iter().skip(1).chain(claim.origin.iter());
    let sources =
        links.map(|link| (source(link), link.clone())).filter(|(words, _)| !words.is_empty() && Some(words) != outlet.as_ref()).collect();
    let all = words(&claim.quote);
    let names = claim
        .entities
        .iter()
        .filter(|e| e.kind != EntityKind::Law)
        .map(|e| e.text.to_lowercase())
        .filter(|n| !["north korea", "dprk", "russia", "china", "un", "united nations", "кндр", "북한"].contains(&n.as_str()))
        .collect();
    Account {
        at,
        claim,
        sources,
        outlet,
        credit: credit.map(source).filter(|c| !c.is_empty()),
        shingles: shingles(&all, QUOTE_SHINGLE),
        words: all.into_iter().filter(|w| w.chars().count() > 3).collect(),
        names,
    }
}

fn alike(a: &Account<'_>, b: &Account<'_>) -> bool {
    // A short clause, as "the company did not respond", is alike by chance.
    a.shingles.len().min(b.shingles.len()) >= 8 && share(&a.shingles, &b.shingles) >= ALIKE
}

fn same_matter(a: &Account<'_>, b: &Account<'_>) -> bool {
    if figures(a.claim).is_disjoint(&figures(b.claim)) || apart(a.claim, b.claim) {
        return false;
    }
    !a.names.is_disjoint(&b.names) || share(&a.words, &b.words) >= WORDS
}

/// Their periods have no day in common.
fn apart(a: &Claim, b: &Claim) -> bool {
    let (Some(a), Some(b)) = (&a.period, &b.period) else { return false };
    let before = |x: &crate::When, y: &crate::When| matches!((x.to, y.from), (Some(end), Some(start)) if end < start && !x.asof);
    before(a, b) || before(b, a)
}

fn shared_source(a: &Account<'_>, b: &Account<'_>) -> bool {
    let known = |x: &BTreeSet<String>, other: &Account<'_>| other.sources.iter().any(|(y, _)| one_source(x, y));
    let outlet = |x: &Account<'_>, y: &Account<'_>| x.outlet.as_ref().is_some_and(|o| known(o, y));
    a.sources.iter().any(|(x, _)| known(x, b)) || outlet(a, b) || outlet(b, a)
}

fn shared_credit(a: &Account<'_>, b: &Account<'_>) -> bool {
    let of = |x: &Account<'_>, y: &Account<'_>| {
        x.credit.as_ref().is_some_and(|c| {
            let own = [&y.credit, &y.outlet].into_iter().flatten().any(|o| one_source(c, o));
            own || y.sources.iter().any(|(s, _)| one_source(c, s))
        })
    };
    of(a, b) || of(b, a)
}

/// The words of one name hold those of the other.
fn one_source(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    a.is_subset(b) || b.is_subset(a)
}

/// Words that name nobody: the sort of source, the paper it stands on, and what joins them.
const GENERIC: &[&str] = &[
    "a",
    "an",
    "the",
    "of",
    "from",
    "by",
    "for",
    "at",
    "in",
    "on",
    "to",
    "and",
    "with",
    "its",
    "his",
    "her",
    "their",
    "who",
    "which",
    "that",
    "it",
    "he",
    "she",
    "they",
    "two",
    "three",
    "several",
    "some",
    "other",
    "another",
    "one",
    "records",
    "record",
    "data",
    "figures",
    "documents",
    "document",
    "papers",
    "files",
    "statistics",
    "report",
    "reports",
    "statement",
    "letter",
    "filing",
    "filings",
    "register",
    "registry",
    "database",
    "review",
    "analysis",
    "study",
    "investigation",
    "official",
    "officials",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "source",
    "sources",
    "person",
    "people",
    "expert",
    "experts",
    "analyst",
    "analysts",
    "diplomat",
    "diplomats",
    "trader",
    "traders",
    "witness",
    "witnesses",
    "resident",
    "residents",
    "owner",
    "company",
    "firm",
    "agent",
    "lawyer",
    "lawyers",
    "prosecutor",
    "prosecutors",
    "court",
    "police",
    "government",
    "authorities",
    "ministry",
    "minister",
    "agency",
    "newspaper",
    "paper",
    "daily",
    "weekly",
    "website",
    "outlet",
    "media",
    "press",
    "news",
    "journal",
    "magazine",
    "broadcaster",
    "panel",
    "committee",
    "member",
    "members",
    "head",
    "chief",
    "director",
    "senior",
    "former",
    "local",
    "state",
    "national",
    "federal",
    "unnamed",
    "anonymous",
    "familiar",
    "matter",
    "s",
    "customs",
    "crew",
    "captain",
    "master",
    "images",
    "satellite",
    "image",
    "court's",
];

/// Names of agencies that are written in two ways.
const SHORT: &[(&str, &str)] = &[
    ("ap", "associated"),
    ("afp", "agence france presse"),
    ("rfa", "radio free asia"),
    ("wsj", "wall street journal"),
    ("nyt", "new york times"),
    ("ft", "financial times"),
    ("мвд", "министерство внутренних дел"),
    ("moi", "interior"),
];

/// The words that name a source; empty where nobody is named.
fn source(text: &str) -> BTreeSet<String> {
    let mut out: BTreeSet<String> = BTreeSet::new();
    for word in words(text) {
        match SHORT.iter().find(|(short, _)| *short == word) {
            Some((_, long)) => out.extend(long.split(' ').map(str::to_owned)),
            None => out.extend(Some(word).filter(|w| !GENERIC.contains(&w.as_str()))),
        }
    }
    // A country alone is no source that two could share: it has many mouths.
    if out.len() == 1
        && out
            .iter()
            .any(|w| ["russian", "chinese", "korean", "south", "north", "western", "american", "japanese", "u"].contains(&w.as_str()))
    {
        out.clear();
    }
    out
}

/// The source that most members share, innermost first; for one alone its innermost.
fn origin(accounts: &[Account<'_>], of: &[usize]) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    for i in of {
        for (words, text) in accounts[*i].sources.iter().rev() {
            let holders = of.iter().filter(|j| accounts[**j].sources.iter().any(|(w, _)| one_source(words, w))).count();
            if best.is_none_or(|(most, _)| holders > most) {
                best = Some((holders, text));
            }
        }
    }
    best.map(|(_, text)| text.to_owned())
}

/// Pairs of readings whose whole texts are nearly the same.
fn alike_texts(readings: &[Reading]) -> BTreeSet<(usize, usize)> {
    let mut out = BTreeSet::new();
    for (i, a) in readings.iter().enumerate() {
        for (j, b) in readings.iter().enumerate().skip(i + 1) {
            if a.sketch.len() == HASHES && b.sketch.len() == HASHES {
                let same = a.sketch.iter().zip(&b.sketch).filter(|(x, y)| x == y).count();
                if same as f64 >= ALIKE * HASHES as f64 {
                    out.insert((i, j));
                }
            }
        }
    }
    out
}

/// The smallest hashes of a text's shingles; empty for a text too short to tell.
pub(crate) fn sketch(text: &str) -> Vec<u32> {
    let shingles = shingles(&words(text), TEXT_SHINGLE);
    if shingles.len() < 20 {
        return Vec::new();
    }
    (1..=HASHES as u64).map(|n| shingles.iter().map(|s| (mix(s ^ mix(n)) >> 32) as u32).min().unwrap_or(0)).collect()
}

/// The agency that a text gives as its maker: in its date line, in its by-line, or at its end.
pub(crate) fn credit(document: &Document) -> Option<String> {
    let text = document.main_text.trim();
    let head = text.get(..text.char_indices().nth(160).map_or(text.len(), |(at, _)| at)).unwrap_or("");
    let dateline = head.find('(').and_then(|open| {
        let close = open + head[open..].find(')')?;
        let dash = head[close + 1..].trim_start().starts_with(['-', '–', '—']);
        // "LASTRADA, May 4 (Halyard Wire) —": before the bracket stand a place and a day, no sentence.
        let place = head[..open].split_whitespace().count() <= 6 && head[..open].starts_with(char::is_uppercase);
        (dash && place).then(|| head[open + 1..close].trim().to_owned())
    });
    let tail = || {
        let last = text.lines().rev().map(str::trim).find(|l| !l.is_empty())?;
        let named = ["Source: ", "Credit: ", "(Source: ", "Originally published by ", "First published by "]
            .iter()
            .find_map(|lead| last.strip_prefix(lead));
        let dash = last.strip_prefix(['—', '–', '-']).filter(|l| l.split_whitespace().count() <= 4);
        named.or(dash).map(|name| name.trim().trim_end_matches([')', '.']).to_owned())
    };
    let first = || {
        ["as first reported by ", "first reported by ", "originally reported by "].iter().find_map(|lead| {
            let at = text.find(lead)? + lead.len();
            let name: Vec<&str> =
                text[at..].split_whitespace().take_while(|w| w.starts_with(char::is_uppercase) || *w == "the").take(4).collect();
            let name = name.join(" ");
            let name = name.split([',', '.', ';']).next().unwrap_or("").trim();
            (!name.is_empty()).then(|| name.to_owned())
        })
    };
    let byline = || document.author.as_deref().filter(|a| wire(a)).map(str::to_owned);
    dateline.or_else(tail).or_else(byline).or_else(first).filter(|name| !source(name).is_empty() && name.len() < 80)
}

/// A by-line that names an agency and no person.
fn wire(author: &str) -> bool {
    let low = author.to_lowercase();
    [
        "reuters",
        "associated press",
        "agence france",
        "afp",
        "tass",
        "interfax",
        "yonhap",
        "kyodo",
        "xinhua",
        "bloomberg",
        "wire",
        "news agency",
        "newswire",
    ]
    .iter()
    .any(|name| {
        low.split(|c: char| !c.is_alphanumeric() && c != ' ').any(|part| part.trim() == *name || part.trim().ends_with(&format!(" {name}")))
    })
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

fn shingles(words: &[String], length: usize) -> BTreeSet<u64> {
    words.windows(length).map(|run| hash(run.join(" ").as_bytes())).collect()
}

/// Common members as a share of all.
fn share<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> f64 {
    let common = a.intersection(b).count();
    let all = a.len() + b.len() - common;
    if all == 0 { 0.0 } else { common as f64 / all as f64 }
}

/// FNV-1a with 64 bits: the same on every machine.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// A bijection that scatters (the last steps of SplitMix64).
fn mix(mut n: u64) -> u64 {
    n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// Sets that grow together; the root of each is its smallest member.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&self, mut i: usize) -> usize {
        while self.0[i] != i {
            i = self.0[i];
        }
        i
    }

    fn join(&mut self, i: usize, j: usize) {
        let (a, b) = (self.root(i), self.root(j));
        self.0[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Context, extract};

    fn read(publisher: &str, text: &str) -> Reading {
        let context = Context { publisher: Some(publisher.to_owned()), published: "2022-05-04".parse().ok() };
        extract(&Document::plain(text), &context)
    }

    const LEDGER: &str = "More than 10,400 North Korean workers registered in Lastrada province in 2021 despite UN sanctions, the Harbour Ledger reported on Monday, citing records from the Lastrada Interior Ministry.";
    const POST: &str = "Some 10,400 workers from North Korea were entered in the registers of Lastrada province last year, according to records of the Lastrada Interior Ministry, in spite of UN sanctions.";
    const QUAY: &str = "Satellite pictures and bus tickets counted by Sample Imaging show that 10,400 North Korean workers came to Lastrada province in 2021 under UN sanctions, according to Sample Imaging.";

    /// The groups with a figure that matters, as lists of readings.
    fn grouped(readings: &[Reading]) -> Vec<Vec<usize>> {
        groups(readings).iter().map(|g| g.members.iter().map(|m| m.reading).collect()).collect()
    }

    #[test]
    fn retellings_of_one_source_are_one_group() {
        let readings = [read("Halyard Daily", LEDGER), read("Quay Post", POST)];
        let all = groups(&readings);
        assert_eq!(grouped(&readings), [[0, 1]], "{all:#?}\n{readings:#?}");
        assert!(all[0].grounds.contains(&Ground::Source) && all[0].named);
        assert!(all[0].origin.as_deref().is_some_and(|o| o.contains("Interior Ministry")), "{:?}", all[0].origin);
    }

    #[test]
    fn the_outlet_that_others_cite_is_of_their_group() {
        let own = "More than 10,400 North Korean workers registered in Lastrada province in 2021 despite UN sanctions, a count by this paper shows.";
        let retold = "The Harbour Ledger said that more than 10,400 workers from North Korea had registered in Lastrada province in 2021 despite UN sanctions.";
        let readings = [read("Harbour Ledger", own), read("Quay Post", retold)];
        assert_eq!(grouped(&readings), [[0, 1]], "{readings:#?}");
    }

    #[test]
    fn two_papers_with_sources_of_their_own_are_two_groups_of_one_matter() {
        let readings = [read("Halyard Daily", LEDGER), read("Quay Post", QUAY)];
        let all = groups(&readings);
        assert_eq!(grouped(&readings), [[0], [1]], "{all:#?}\n{readings:#?}");
        assert_eq!(all[0].matter, all[1].matter);
        assert!(all[0].named && all[1].named);
    }

    #[test]
    fn the_same_figure_of_another_year_or_thing_is_another_matter() {
        let earlier = "Some 10,400 workers from North Korea were entered in the registers of Lastrada province in 2017, according to records of the Lastrada Interior Ministry, in spite of UN sanctions.";
        let other = "The tanker Example Star carried 10,400 barrels of gasoil for North Korea in breach of UN sanctions, according to the Lastrada Interior Ministry.";
        for text in [earlier, other] {
            let all = groups(&[read("Halyard Daily", LEDGER), read("Quay Post", text)]);
            assert_eq!(all.len(), 2, "{all:#?}");
            assert_ne!(all[0].matter, all[1].matter);
        }
    }

    #[test]
    fn sources_without_a_name_are_no_shared_source_and_no_confirmation() {
        let a = "At least 10,400 North Korean workers came to Lastrada province in 2021 despite UN sanctions, officials said.";
        let b = "Officials said that up to 10,400 workers had been brought from North Korea into the province of Lastrada during 2021, sanctions or no.";
        let all = groups(&[read("Halyard Daily", a), read("Quay Post", b)]);
        assert_eq!(all.len(), 2, "{all:#?}");
        assert!(all.iter().all(|g| !g.named));
    }

    #[test]
    fn an_agency_credit_joins_what_papers_print_from_it() {
        let a = "LASTRADA, May 3 (Halyard Wire) — Sample Marine carried 4,250 tons of gasoil to North Korea in March in breach of UN sanctions.";
        let b = "Sample Marine took 4,250 tons of gasoil to North Korea during March, against UN sanctions.\n\nSource: Halyard Wire";
        let readings = [read("Quay Post", a), read("Harbour Ledger", b)];
        assert_eq!((readings[0].credit.as_deref(), readings[1].credit.as_deref()), (Some("Halyard Wire"), Some("Halyard Wire")));
        let all = groups(&readings);
        assert!(all.iter().any(|g| g.members.len() == 2 && g.grounds.contains(&Ground::Credit)), "{all:#?}\n{readings:#?}");
    }

    #[test]
    fn a_copied_sentence_is_no_second_account() {
        let sentence = "The tanker Example Star took on 4,250 tons of gasoil off Lastrada in March and sailed for Nampo in North Korea despite UN sanctions on fuel.";
        let changed = "The tanker Example Star took on 4,250 tons of gasoil off Lastrada in March and then sailed for Nampo in North Korea despite UN sanctions on fuel.";
        let all = groups(&[read("Quay Post", sentence), read("Harbour Ledger", changed)]);
        assert!(all.iter().all(|g| g.members.len() == 2 && g.grounds.contains(&Ground::Wording)), "{all:#?}");
    }

    #[test]
    fn likeness_of_texts_is_estimated_closely() {
        let words: Vec<String> = (0..1_000).map(|i| format!("w{}", mix(i) % 5_000)).collect();
        let (a, b) = (words[..700].join(" "), words[300..].join(" "));
        let exact = share(&shingles(&super::words(&a), TEXT_SHINGLE), &shingles(&super::words(&b), TEXT_SHINGLE));
        let (x, y) = (sketch(&a), sketch(&b));
        let estimate = x.iter().zip(&y).filter(|(p, q)| p == q).count() as f64 / HASHES as f64;
        assert!((exact - 0.4).abs() < 0.02 && (estimate - exact).abs() < 0.15, "{exact} {estimate}");
        assert!(sketch("too short to tell").is_empty());
    }

    proptest! {
        #[test]
        fn every_claim_is_in_one_group_whatever_the_texts(texts in proptest::collection::vec("[ a-zA-Z0-9,.()—\"]{0,200}", 0..6)) {
            let readings: Vec<Reading> = texts.iter().map(|t| read("Quay Post", &format!("North Korea sanctions: {t} said 400 tons, 400 tons."))).collect();
            let all = groups(&readings);
            let mut seen: Vec<Member> = all.iter().flat_map(|g| g.members.clone()).collect();
            seen.sort();
            let wanted: Vec<Member> = readings.iter().enumerate().flat_map(|(r, x)| (0..x.claims.len()).map(move |c| Member { reading: r, claim: c })).collect();
            prop_assert_eq!(seen, wanted);
        }
    }
}
