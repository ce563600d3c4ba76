use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use tw_ftm::Entity;

use super::Pair;
use crate::party::{Party, hash};
use crate::score::{Algorithm, Weights};

/// How much of the query is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// All of it.
    #[default]
    Entity,
    /// Its first name only, without other names; other properties stay.
    OneName,
    /// Its first name and nothing else.
    NameAlone,
}

/// What to measure, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Score from which a pair counts as a match.
    pub threshold: f64,
    /// How much of the query is used.
    pub level: Level,
    /// The algorithm; sets of OFAC's scores are always measured with `ofac`.
    pub algorithm: Algorithm,
    /// Weights. The default leaves out the rule that ships never match by name alone, since the sets ask about names; the report
    /// gives the figures with the rule beside.
    pub weights: Weights,
    /// Resamples of the bootstrap.
    pub resamples: usize,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Half of the set by hash of the pair: 0 or 1; all if none. For tuning on one and looking at the other.
    pub half: Option<u64>,
    /// Most misses that are listed.
    pub misses: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threshold: 0.7,
            level: Level::Entity,
            algorithm: Algorithm::Best,
            weights: Weights::default().without_vessel_rule(),
            resamples: 1_000,
            seed: 1,
            half: None,
            misses: 0,
        }
    }
}

/// A share with its 95 % bootstrap interval (percentile method); none where it is not defined.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The share.
    pub value: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// Figures of a group of pairs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Pairs.
    pub n: usize,
    /// Of them, pairs of the same party.
    pub positive: usize,
    /// Found and right.
    pub true_hits: usize,
    /// Found and wrong.
    pub false_hits: usize,
    /// Right share of what was found.
    pub precision: Interval,
    /// Found share of what is right.
    pub recall: Interval,
    /// Harmonic mean of the two.
    pub f1: Interval,
    /// Share of different parties that came out as a match.
    pub false_hit_share: Interval,
}

/// A point of the precision-recall curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Threshold.
    pub threshold: f64,
    /// Precision there.
    pub precision: Option<f64>,
    /// Recall there.
    pub recall: Option<f64>,
    /// F1 there.
    pub f1: Option<f64>,
    /// Share of different parties that come out as a match there.
    pub false_hit_share: Option<f64>,
}

/// Agreement with the scores of OFAC's tool.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parity {
    /// Pairs that the tool shows.
    pub n: usize,
    /// Of them, within five points.
    pub within_5: usize,
    /// Their share.
    pub share: f64,
    /// Mean distance in points.
    pub mean_distance: f64,
    /// Pairs that the tool does not show, left out.
    pub not_shown: usize,
}

/// A pair on the wrong side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Miss {
    /// Row in the file.
    pub row: u64,
    /// If they are the same.
    pub positive: bool,
    /// Score.
    pub score: f64,
    /// Groups.
    pub groups: Vec<(&'static str, String)>,
    /// First name of the query.
    pub query: String,
    /// First name of the candidate.
    pub candidate: String,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Algorithm that was measured.
    pub algorithm: &'static str,
    /// How much of the query was used.
    pub level: Level,
    /// Threshold.
    pub threshold: f64,
    /// All pairs.
    pub all: Row,
    /// All pairs, with the rule that ships never match by name alone; none if the set has no ships.
    pub with_vessel_rule: Option<Row>,
    /// By script, schema, and the groups of the file.
    pub groups: BTreeMap<&'static str, BTreeMap<String, Row>>,
    /// Other thresholds.
    pub curve: Vec<Point>,
    /// Agreement with OFAC's tool, for sets that hold its scores.
    pub parity: Option<Parity>,
    /// Worst misses, as many as asked for.
    pub misses: Vec<Miss>,
}

/// Compares all pairs and measures. The same pairs and options give the same report.
#[must_use]
pub fn run(pairs: &[Pair], options: &Options) -> Report {
    let tool = pairs.iter().all(|p| p.shown.is_some());
    let algorithm = if tool { Algorithm::Ofac } else { options.algorithm };
    let chosen: Vec<&Pair> = pairs.iter().filter(|p| options.half.is_none_or(|h| half(p) == h)).collect();
    let strict = options.weights.clone().with_vessel_rule();
    let mut scored = Vec::with_capacity(chosen.len());
    let mut ruled = Vec::with_capacity(chosen.len());
    let mut ships = false;
    for pair in &chosen {
        let query = Party::new(&reduced(&pair.query, options.level));
        let candidate = Party::new(&pair.candidate);
        scored.push((algorithm.score(&query, &candidate, &options.weights), pair.positive));
        ships |= pair.query.schema.is_a("Vessel");
        ruled.push((
            if pair.query.schema.is_a("Vessel") {
                algorithm.score(&query, &candidate, &strict)
            } else {
                scored.last().map_or(0.0, |s| s.0)
            },
            pair.positive,
        ));
    }
    let mut members: BTreeMap<&'static str, BTreeMap<String, Vec<usize>>> = BTreeMap::new();
    for (n, pair) in chosen.iter().enumerate() {
        let own = [("script", scripts(pair)), ("schema", schemas(pair))];
        for (group, value) in own.into_iter().chain(pair.groups.iter().cloned()) {
            members.entry(group).or_default().entry(value).or_default().push(n);
        }
    }
    let row = |which: &[(f64, bool)]| measure(which, options);
    let groups = members
        .into_iter()
        .map(|(group, values)| {
            let rows = values.into_iter().map(|(value, of)| (value, row(&of.iter().map(|n| scored[*n]).collect::<Vec<_>>()))).collect();
            (group, rows)
        })
        .collect();
    let curve = (10..20).map(|n| point(&scored, f64::from(n) * 0.05)).collect();
    Report {
        algorithm: algorithm.answered_by().name(),
        level: options.level,
        threshold: options.threshold,
        all: row(&scored),
        with_vessel_rule: (ships && algorithm != Algorithm::Ofac).then(|| row(&ruled)),
        groups,
        curve,
        parity: tool.then(|| parity(&chosen, &scored)),
        misses: misses(&chosen, &scored, options),
    }
}

/// Half of the set that a pair belongs to: by its texts, so that the order of the file does not matter.
fn half(pair: &Pair) -> u64 {
    let mut text = String::new();
    for entity in [&pair.query, &pair.candidate] {
        text.push_str(&entity.id);
        text.push('|');
        text.push_str(entity.first("name").unwrap_or(""));
        text.push('|');
    }
    hash(text.as_bytes()) >> 40 & 1
}

fn reduced(entity: &Entity, level: Level) -> Entity {
    let mut out = entity.clone();
    if level == Level::Entity {
        return out;
    }
    let names = ["alias", "weakAlias", "previousName", "abbreviation", "firstName", "lastName", "middleName", "secondName", "fatherName"];
    out.properties.retain(|(property, _)| if level == Level::NameAlone { *property == "name" } else { !names.contains(property) });
    for (property, values) in &mut out.properties {
        if *property == "name" {
            values.truncate(1);
        }
    }
    out
}

fn schemas(pair: &Pair) -> String {
    let (a, b) = (pair.query.schema.name(), pair.candidate.schema.name());
    if a == b { a.to_owned() } else { format!("{a} and {b}") }
}

fn scripts(pair: &Pair) -> String {
    let of = |e: &Entity| e.first("name").or_else(|| e.first("lastName")).map_or("none", script);
    let (a, b) = (of(&pair.query), of(&pair.candidate));
    if a == b { a.to_owned() } else { format!("{a} to {b}") }
}

/// Script of a text: that of its first letter that is not Latin, else Latin.
fn script(text: &str) -> &'static str {
    let of = |c: char| match u32::from(c) {
        0x370..=0x3ff => "Greek",
        0x400..=0x52f => "Cyrillic",
        0x530..=0x58f => "Armenian",
        0x590..=0x5ff => "Hebrew",
        0x600..=0x77f | 0xfb50..=0xfdff | 0xfe70..=0xfeff => "Arabic",
        0x900..=0xdff => "Indic",
        0xe00..=0xe7f => "Thai",
        0x10a0..=0x10ff => "Georgian",
        0x1100..=0x11ff | 0x3130..=0x318f | 0xac00..=0xd7af => "Hangul",
        0x3040..=0x30ff => "Kana",
        0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff => "Han",
        _ => "Latin",
    };
    text.chars().filter(|c| c.is_alphabetic()).map(of).find(|s| *s != "Latin").unwrap_or("Latin")
}

#[derive(Clone, Copy, Default)]
struct Counts {
    tp: usize,
    fp: usize,
    negative_total: usize,
    positive: usize,
}

impl Counts {
    fn add(&mut self, hit: bool, positive: bool) {
        self.tp += usize::from(hit && positive);
        self.fp += usize::from(hit && !positive);
        self.positive += usize::from(positive);
        self.negative_total += usize::from(!positive);
    }

    fn shares(self) -> [Option<f64>; 4] {
        let share = |a: usize, b: usize| (b > 0).then(|| a as f64 / b as f64);
        let missed = self.positive - self.tp;
        [
            share(self.tp, self.tp + self.fp),
            share(self.tp, self.positive),
            share(2 * self.tp, 2 * self.tp + self.fp + missed),
            share(self.fp, self.negative_total),
        ]
    }
}

fn measure(scored: &[(f64, bool)], options: &Options) -> Row {
    let hits: Vec<(bool, bool)> = scored.iter().map(|(s, p)| (*s >= options.threshold, *p)).collect();
    let mut counts = Counts::default();
    hits.iter().for_each(|(h, p)| counts.add(*h, *p));
    let mut drawn: [Vec<f64>; 4] = Default::default();
    let mut state = options.seed;
    for _ in 0..options.resamples {
        let mut counts = Counts::default();
        for _ in 0..hits.len() {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let (hit, positive) = hits[(mix(state) % hits.len() as u64) as usize];
            counts.add(hit, positive);
        }
        for (to, share) in drawn.iter_mut().zip(counts.shares()) {
            to.extend(share);
        }
    }
    let shares = counts.shares();
    let interval = |n: usize, drawn: &mut Vec<f64>| {
        drawn.sort_by(f64::total_cmp);
        let at = |q: f64| drawn.get(((drawn.len().saturating_sub(1)) as f64 * q).round() as usize).copied();
        Interval { value: shares[n], low: shares[n].and(at(0.025)), high: shares[n].and(at(0.975)) }
    };
    let [mut p, mut r, mut f, mut x] = drawn;
    Row {
        n: scored.len(),
        positive: counts.positive,
        true_hits: counts.tp,
        false_hits: counts.fp,
        precision: interval(0, &mut p),
        recall: interval(1, &mut r),
        f1: interval(2, &mut f),
        false_hit_share: interval(3, &mut x),
    }
}

/// SplitMix64 (Steele, Lea, and Flood 2014): good enough to draw with, and the same everywhere.
fn mix(state: u64) -> u64 {
    let mut z = state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn point(scored: &[(f64, bool)], threshold: f64) -> Point {
    let mut counts = Counts::default();
    // Thresholds are multiples of 0.05, which floating point does not hold exactly.
    scored.iter().for_each(|(s, p)| counts.add(*s >= threshold - 1e-9, *p));
    let [precision, recall, f1, false_hit_share] = counts.shares();
    Point { threshold: (threshold * 100.0).round() / 100.0, precision, recall, f1, false_hit_share }
}

fn parity(pairs: &[&Pair], scored: &[(f64, bool)]) -> Parity {
    let both: Vec<f64> =
        pairs.iter().zip(scored).filter_map(|(p, (s, _))| p.shown.filter(|x| *x >= 0.0).map(|x| (s * 100.0 - x).abs())).collect();
    let within = both.iter().filter(|d| **d <= 5.0).count();
    let n = both.len().max(1) as f64;
    Parity {
        n: both.len(),
        within_5: within,
        share: within as f64 / n,
        mean_distance: both.iter().sum::<f64>() / n,
        not_shown: pairs.len() - both.len(),
    }
}

fn misses(pairs: &[&Pair], scored: &[(f64, bool)], options: &Options) -> Vec<Miss> {
    let far = |n: usize| pairs[n].shown.map_or((scored[n].0 - options.threshold).abs(), |x| (scored[n].0 * 100.0 - x).abs());
    let wrong = |n: usize| match pairs[n].shown {
        Some(shown) => shown >= 0.0 && (scored[n].0 * 100.0 - shown).abs() > 5.0,
        None => (scored[n].0 >= options.threshold) != scored[n].1,
    };
    let mut all: Vec<usize> = (0..pairs.len()).filter(|n| wrong(*n)).collect();
    all.sort_by(|a, b| far(*b).total_cmp(&far(*a)).then(a.cmp(b)));
    all.truncate(options.misses);
    all.into_iter()
        .map(|n| Miss {
            row: pairs[n].row,
            positive: pairs[n].positive,
            score: scored[n].0,
            groups: pairs[n].groups.clone(),
            query: pairs[n].query.first("name").unwrap_or("").to_owned(),
            candidate: pairs[n].candidate.first("name").unwrap_or("").to_owned(),
        })
        .collect()
}

impl Report {
    /// The report as a plain-text table.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = String::new();
        let level = match self.level {
            Level::Entity => "whole query",
            Level::OneName => "one query name and its other properties",
            Level::NameAlone => "one query name alone",
        };
        let _ =
            writeln!(out, "algorithm {}, threshold {:.2}, {level}; 95 % bootstrap intervals in brackets", self.algorithm, self.threshold);
        if let Some(p) = self.parity {
            let _ = writeln!(
                out,
                "within 5 points of OFAC's tool: {} of {} ({:.1} %), mean distance {:.2}; {} not shown by the tool, left out",
                p.within_5,
                p.n,
                p.share * 100.0,
                p.mean_distance,
                p.not_shown
            );
        }
        let _ = writeln!(
            out,
            "{:<46} {:>6} {:>6}  {:<18} {:<18} {:<18} {:<18}",
            "", "pairs", "same", "precision", "recall", "F1", "false hits"
        );
        line(&mut out, "all", &self.all);
        if let Some(row) = &self.with_vessel_rule {
            line(&mut out, "all, ships never by name alone", row);
        }
        for (group, rows) in &self.groups {
            for (value, row) in rows {
                line(&mut out, &format!("{group}: {value}"), row);
            }
        }
        let _ = writeln!(out, "threshold  precision  recall  F1     false hits");
        for p in &self.curve {
            let _ = writeln!(
                out,
                "{:<10.2} {:<10} {:<7} {:<6} {}",
                p.threshold,
                figure(p.precision),
                figure(p.recall),
                figure(p.f1),
                figure(p.false_hit_share)
            );
        }
        for miss in &self.misses {
            let groups: Vec<&str> = miss.groups.iter().map(|(_, v)| v.as_str()).collect();
            let what = if miss.positive { "missed" } else { "false" };
            let _ =
                writeln!(out, "{what:<6} {:.3} row {} [{}] {} | {}", miss.score, miss.row, groups.join("; "), miss.query, miss.candidate);
        }
        out
    }
}

fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "-".into(), |v| format!("{v:.3}"))
}

fn line(out: &mut String, name: &str, row: &Row) {
    let cell = |i: &Interval| match (i.value, i.low, i.high) {
        (Some(v), Some(low), Some(high)) => format!("{v:.3} [{low:.3} {high:.3}]").replace("0.", "."),
        (Some(v), ..) => format!("{v:.3}"),
        _ => "-".into(),
    };
    let name: String = name.chars().take(46).collect();
    let _ = writeln!(
        out,
        "{name:<46} {:>6} {:>6}  {:<18} {:<18} {:<18} {:<18}",
        row.n,
        row.positive,
        cell(&row.precision),
        cell(&row.recall),
        cell(&row.f1),
        cell(&row.false_hit_share)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_those_of_the_counts() {
        let scored = [(0.9, true), (0.7, true), (0.69, true), (0.8, false), (0.1, false)];
        let row = measure(&scored, &Options::default());
        assert_eq!((row.true_hits, row.false_hits, row.positive), (2, 1, 3));
        assert_eq!(row.precision.value, Some(2.0 / 3.0));
        assert_eq!(row.recall.value, Some(2.0 / 3.0));
        assert_eq!(row.false_hit_share.value, Some(0.5));
        assert!(row.f1.low <= row.f1.value && row.f1.value <= row.f1.high);
    }

    #[test]
    fn the_same_pairs_give_the_same_report() {
        let pairs = super::super::read_text(
            "x",
            "schema,name1,name2,is_match,category\nPerson,Jane Example,Jane Example,true,a\nVessel,EXAMPLE 1,EXAMPLE 2,false,b\n",
        )
        .expect("pairs");
        let options = Options { misses: 3, ..Options::default() };
        let report = run(&pairs, &options);
        assert_eq!(report, run(&pairs, &options));
        assert_eq!(serde_json::to_string(&report).expect("json"), serde_json::to_string(&run(&pairs, &options)).expect("json"));
        assert!(report.with_vessel_rule.is_some());
        assert!(report.table().contains("category: b"));
    }

    #[test]
    fn scripts_are_told_from_the_letters() {
        assert_eq!(script("Ким Чен Ын"), "Cyrillic");
        assert_eq!(script("김정은"), "Hangul");
        assert_eq!(script("Kim"), "Latin");
    }
}
