//! Indexes synthetic entities and prints seconds and memory: `cargo run --release -p tw-screening --example four_million -- [COUNT] [THREADS]`.
//!
//! Everything is invented: names are made of syllables, and which names are common follows Zipf's law. The same count gives the same entities.

#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::time::Instant;

use tw_ftm::{Entity, Entry, model};
use tw_screening::Party;
use tw_screening::index::{Filter, Index, Match, Settings, schemata};

const SYLLABLES: [&str; 64] = [
    "ba", "be", "bi", "bo", "bu", "da", "de", "di", "do", "du", "fa", "fe", "ga", "gi", "go", "ha", "he", "hu", "ja", "jo", "ka", "ke",
    "ki", "ko", "ku", "la", "le", "li", "lo", "lu", "ma", "me", "mi", "mo", "mu", "na", "ne", "ni", "no", "nu", "pa", "pe", "ra", "re",
    "ri", "ro", "ru", "sa", "se", "si", "so", "su", "ta", "te", "ti", "to", "va", "ve", "vi", "wa", "ya", "za", "zo", "zu",
];

const ENDINGS: [&str; 16] = ["", "n", "r", "s", "l", "m", "k", "t", "v", "sh", "nd", "ng", "rt", "lan", "din", "vich"];

/// Family names and given names that there are, and words of firms.
const FAMILY: f64 = 400_000.0;
const GIVEN: f64 = 40_000.0;
const FIRM: f64 = 150_000.0;

/// Numbers from a seed, as SplitMix64 gives them.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    /// A rank from 0, the first ones most often: Zipf's law with exponent 1.
    fn rank(&mut self, most: f64) -> u64 {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        (most.powf(share) - 1.0) as u64
    }

    /// A word of this kind; the rank is spread so that common words are not alike.
    fn word(&mut self, kind: u64, most: f64) -> String {
        let mut number = Numbers(self.rank(most) ^ (kind << 40)).next();
        let mut word = String::new();
        for _ in 0..2 + number % 2 {
            number >>= 6;
            word.push_str(SYLLABLES[(number % 64) as usize]);
        }
        word.push_str(ENDINGS[(number >> 6) as usize % 16]);
        word
    }
}

fn synthetic(number: u64) -> Option<Entry> {
    let mut numbers = Numbers(number);
    let person = numbers.below(10) < 7;
    let schema = model().schema(if person { "Person" } else { "Company" })?;
    let mut entity = Entity::new(format!("synthetic-{number:07}"), schema);
    for property in if numbers.below(4) == 0 { &["name", "alias"][..] } else { &["name"][..] } {
        let name = if person {
            let middle = if numbers.below(3) == 0 { numbers.word(1, GIVEN) + " " } else { String::new() };
            format!("{} {middle}{}", numbers.word(1, GIVEN), numbers.word(2, FAMILY))
        } else {
            let form = ["LLC", "Ltd", "JSC", "GmbH", "Trading Co"][numbers.below(5) as usize];
            format!("{} {} {form}", numbers.word(3, FIRM), numbers.word(3, FIRM))
        };
        entity.add(property, name);
    }
    if person {
        entity.add("birthDate", format!("{}-{:02}-{:02}", 1930 + numbers.below(75), 1 + numbers.below(12), 1 + numbers.below(28)));
    } else {
        entity.add("registrationNumber", format!("X{:09}", numbers.below(1_000_000_000)));
    }
    entity.add("country", ["ru", "ir", "kp", "cn", "sy", "ae", "tr", "cy"][numbers.below(8) as usize]);
    entity.set_caption();
    entity.datasets = vec!["synthetic".into()];
    Some(Entry { entity, listings: Vec::new() })
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<u64>());
    let count = arguments.next().and_then(Result::ok).unwrap_or(4_000_000);
    let threads = arguments.next().and_then(Result::ok).unwrap_or(0) as usize;
    let start = Instant::now();
    let index = Index::build_from(0..count, synthetic, Settings { threads, ..Settings::default() });
    println!("{} synthetic entities indexed in {:.1} s, at most {} MB resident", index.len(), start.elapsed().as_secs_f64(), peak());
    let mut times = Vec::new();
    let (mut right, mut asked) = (0, 0);
    for number in (0..count).step_by((count / 1000).max(1) as usize) {
        let Some(Entry { mut entity, .. }) = synthetic(number) else { continue };
        let id = std::mem::take(&mut entity.id);
        entity.properties.retain(|(name, _)| *name == "name");
        // One letter twice.
        let name = &mut entity.properties[0].1[0];
        let at = number as usize % name.len();
        name.insert(at, name.as_bytes()[at].into());
        let start = Instant::now();
        let party = Party::new(&entity);
        let filter = Filter { schemata: schemata(entity.schema, true), ..Filter::default() };
        let answer = index.matches(&Match { filter, limit: 20, ..Match::new(&party) });
        times.push(start.elapsed().as_secs_f64() * 1e3);
        asked += 1;
        right += usize::from(answer.is_ok_and(|a| a.hits.iter().any(|h| h.id == id)));
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    println!(
        "one question with a letter too many: p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms; {right} of {asked} found among 20",
        at(0.5),
        at(0.99),
        at(0.9999)
    );
    println!("at most {} MB resident", peak());
}

/// Most memory that the process has had, in MB; 0 where the system does not tell.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<u64>().ok()).unwrap_or(0) / 1000
}
