//! What really flows: countries, headings, reporters and the true monthly trade between them.

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::Options;
use super::tables::{BORDERS, CHAPTERS, Chapter, FUEL_PRICES, PLACES, Place, km};
use crate::radio::mix;

/// A heading.
#[derive(Clone, Debug)]
pub(crate) struct Good {
    pub code: &'static str,
    pub chapter: usize,
    /// Middle unit value, dollars per kilogram.
    pub per_kg: f64,
    /// Position of the headings with the same first four digits.
    pub family: std::ops::Range<usize>,
}

/// How a country reports.
#[derive(Clone, Debug)]
pub(crate) struct Reporter {
    /// No monthly report at all.
    pub never: bool,
    /// Months without any report.
    pub hole: Option<(usize, usize)>,
    /// Months at the end that are not published yet.
    pub late: usize,
    /// A chapter withheld from a month on.
    pub withholds: Option<(usize, usize)>,
    /// A partner that is never named.
    pub suppresses: Option<usize>,
    /// Values below are not published, US dollars.
    pub least: f64,
    /// Imports are valued free on board.
    pub imports_fob: bool,
    /// Values in whole dollars only.
    pub whole: bool,
    /// Publishes sums of four digits by partner too.
    pub sums: bool,
    /// Publishes re-exports.
    pub rx: bool,
    /// Log bias of exports and imports.
    pub bias: [f64; 2],
    /// Multiplies the noise.
    pub care: f64,
}

/// A flow of one heading between two countries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Series {
    pub h: u16,
    pub e: u8,
    pub i: u8,
    /// Mean value of a month, US dollars.
    pub level: f64,
    /// First month with trade.
    pub from: u16,
}

/// The simulated world.
#[derive(Debug)]
pub(crate) struct World {
    pub seed: u64,
    pub months: usize,
    /// First month, counted from year 0.
    pub first: usize,
    pub places: Vec<Place>,
    pub goods: Vec<Good>,
    /// Chapters with their headings.
    pub chapters: Vec<(&'static Chapter, std::ops::Range<usize>)>,
    pub reporters: Vec<Reporter>,
    /// Sorted by heading, exporter and importer.
    pub series: Vec<Series>,
    borders: Vec<bool>,
}

/// A share of the hash.
pub(crate) fn share(parts: &[u64]) -> f64 {
    ((mix(parts) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

/// A standard normal draw from the hash (Box and Muller 1958).
pub(crate) fn normal(parts: &[u64]) -> f64 {
    let h = mix(parts);
    let u = ((h >> 32) as f64 + 0.5) / 4_294_967_296.0;
    let v = ((h & 0xFFFF_FFFF) as f64 + 0.5) / 4_294_967_296.0;
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// A standard normal draw.
pub(crate) fn gauss(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// A draw from Student's t with four degrees of freedom, cut at 8.
///
/// An assumption: log mirror ratios have far more mass beyond three sigma than a normal (Gehlhar 1996, *Reconciling bilateral trade data
/// for use in GTAP*, drops such pairs by hand); four is the smallest whole number of degrees with a variance and light enough tails.
pub(crate) fn heavy(rng: &mut ChaCha8Rng) -> f64 {
    let z = gauss(rng);
    let u = (1.0 - rng.random::<f64>()) * (1.0 - rng.random::<f64>());
    (z / (-u.ln() / 2.0).sqrt()).clamp(-8.0, 8.0)
}

/// Level of the smallest series that is kept, dollars a month: most of the world's flows are small, and customs ask for no
/// statistical detail below about 1,000 to 2,500 dollars (Eurostat, *Compilers guide on trade statistics*: 1,000 EUR or kg).
const LEAST_LEVEL: f64 = 3_000.0;

impl World {
    pub(crate) fn new(seed: u64, options: &Options) -> Self {
        let places: Vec<Place> = PLACES[..options.countries as usize].to_vec();
        let months = options.months as usize;
        let (goods, chapters) = goods(seed, options.headings as usize);
        let n = places.len();
        let mut borders = vec![false; n * n];
        let at = |iso: &str| places.iter().position(|place| place.iso == iso);
        for (a, b) in BORDERS {
            if let (Some(a), Some(b)) = (at(a), at(b)) {
                borders[a * n + b] = true;
                borders[b * n + a] = true;
            }
        }
        let reporters = reporters(seed, &places, months, chapters.len());
        let (year, month) = options.first().unwrap_or((2016, 0));
        let first = (year * 12 + month) as usize;
        let mut world = Self { seed, months, first, places, goods, chapters, reporters, series: Vec::new(), borders };
        world.choose(options);
        world
    }

    pub(crate) fn place(&self, iso: &str) -> Option<usize> {
        self.places.iter().position(|place| place.iso == iso)
    }

    pub(crate) fn border(&self, a: usize, b: usize) -> bool {
        self.borders[a * self.places.len() + b]
    }

    /// Kilometres between two countries.
    pub(crate) fn km(&self, a: usize, b: usize) -> f64 {
        km(self.places[a].at, self.places[b].at).max(100.0)
    }

    pub(crate) fn find(&self, h: usize, e: usize, i: usize) -> Option<usize> {
        self.series.binary_search_by_key(&(h, e, i), |s| (usize::from(s.h), usize::from(s.e), usize::from(s.i))).ok()
    }

    pub(crate) fn bulk(&self, h: usize) -> bool {
        self.chapters[self.goods[h].chapter].0.bulk
    }

    /// Gravity: size, distance and borders with the elasticities that studies agree on (Head and Mayer 2014, *Gravity equations*,
    /// table 4: origin 0.98, destination 0.84, distance -0.93, contiguity 0.53), and draws for what a country is good at, wants, and
    /// for everything else, wide enough for the known concentration of trade (a few per cent of the flows carry most of the value).
    fn choose(&mut self, options: &Options) {
        let n = self.places.len();
        let (prk, kor) = (self.place("PRK"), self.place("KOR"));
        let oil =
            ["RUS", "SAU", "ARE", "KWT", "IRQ", "IRN", "NOR", "KAZ", "NGA", "IDN", "MYS", "AUS", "CAN", "KOR", "SGP", "NLD", "USA", "MNG"];
        let mut all: Vec<(f64, Series)> = Vec::with_capacity(n * n * self.goods.len());
        for (h, good) in self.goods.iter().enumerate() {
            let key = code_key(good.code);
            let chapter = self.chapters[good.chapter].0;
            let popular = chapter.weight.ln() + 0.8 * normal(&[self.seed, 1, key]);
            let fuel = chapter.code == "27";
            let wants: Vec<f64> = (0..n).map(|i| 0.84 * self.places[i].size.ln() + 0.7 * normal(&[self.seed, 2, key, i as u64])).collect();
            for e in 0..n {
                let good_at = 0.9 * normal(&[self.seed, 3, good.chapter as u64, e as u64])
                    + normal(&[self.seed, 4, key, e as u64])
                    + if fuel && oil.contains(&self.places[e].iso) { 2.0 } else { 0.0 };
                let sends = popular + 0.98 * self.places[e].size.ln() + good_at;
                for i in (0..n).filter(|i| *i != e) {
                    // North Korea trades with its neighbours and hardly with anybody else, and not with the South.
                    let near = match (prk == Some(e) || prk == Some(i), kor == Some(e) || kor == Some(i)) {
                        (true, true) => -20.0,
                        (true, false) if self.border(e, i) => 2.5,
                        _ => 0.0,
                    };
                    let score = sends + wants[i] - 0.93 * self.km(e, i).ln()
                        + if self.border(e, i) { 0.53 } else { 0.0 }
                        + near
                        + 1.3 * normal(&[self.seed, 5, key, (e * n + i) as u64]);
                    all.push((score, Series { h: h as u16, e: e as u8, i: i as u8, level: 0.0, from: 0 }));
                }
            }
        }
        let keep = (options.rows as f64 / (self.months as f64 * rows_per_month(options.rows as f64))).round().max(1.0) as usize;
        all.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1.h, a.1.e, a.1.i).cmp(&(b.1.h, b.1.e, b.1.i))));
        all.truncate(keep);
        let least = all.last().map_or(0.0, |last| last.0);
        self.series = all
            .into_iter()
            // No heading between two countries is worth more than some billions a month.
            .map(|(score, series)| Series { level: (LEAST_LEVEL * (score - least).exp()).min(2e9), ..series })
            .collect();
        self.series.sort_unstable_by_key(|s| (s.h, s.e, s.i));
    }

    /// True value and mass by month, with the month before the first one in front.
    pub(crate) fn truth(&self, series: &Series, rng: &mut ChaCha8Rng, out: &mut Vec<(f64, f64)>) {
        out.clear();
        let good = &self.goods[usize::from(series.h)];
        let bulk = self.bulk(usize::from(series.h));
        let size = (series.level / 1_000.0).log10().max(0.0);
        // Share of months with a shipment: rare below some thousand dollars, every month above a million; cargoes in bulk are rarer.
        let often = (0.30 + 0.20 * size - if bulk { 0.10 } else { 0.0 }).clamp(0.2, 1.0);
        // Spread of a month around its level, as the coefficient of variation of small and of large flows.
        let spread = (0.75 - 0.10 * size).clamp(0.15, 0.75);
        // A few per cent a year up or down; some markets grow or die.
        let trend = 0.004 * heavy(rng);
        let season =
            0.15 * gauss(rng).abs() + if ["08", "10", "12", "31"].contains(&self.chapters[good.chapter].0.code) { 0.4 } else { 0.0 };
        let phase: f64 = rng.random_range(0.0..12.0);
        // Quality: unit values of one heading differ by a factor of two between exporters (Schott 2004, *Across-product versus
        // within-product specialization*: high-wage countries' unit values are some 1.2 to 3 times those of low-wage ones).
        let quality = (0.25 * gauss(rng)
            + 0.25 * normal(&[self.seed, 6, code_key(good.code), u64::from(series.e)])
            + if bulk { 0.0 } else { 0.15 * gauss(rng) })
        .clamp(-1.2, 1.2);
        let mut slow = spread * gauss(rng);
        for t in 0..=self.months {
            slow = 0.6 * slow + 0.8 * spread * gauss(rng);
            let active = rng.random::<f64>() < often;
            let price = (good.per_kg.ln() + self.price(usize::from(series.h), t) + quality + 0.05 * gauss(rng)).exp();
            if !active || t < usize::from(series.from) {
                out.push((0.0, 0.0));
                continue;
            }
            let wave = season * (std::f64::consts::TAU * (t as f64 - phase) / 12.0).cos();
            let value = series.level / often * (trend * (t as f64 - self.months as f64 / 2.0) + wave + slow - spread * spread / 2.0).exp();
            let value = value.clamp(10.0, 2e10);
            out.push((value, value / price));
        }
    }

    /// Log of the world price of a heading in a month against its middle: a slow wave, larger for fuels.
    fn price(&self, h: usize, t: usize) -> f64 {
        let key = code_key(self.goods[h].code);
        let fuel = self.chapters[self.goods[h].chapter].0.code == "27";
        let wave = |k: u64, period: f64| {
            let phase = if fuel { share(&[self.seed, 7, k]) } else { share(&[self.seed, 7, k, key]) };
            (std::f64::consts::TAU * (t as f64 / period + phase)).sin()
        };
        // Brent moved between 45 and 80 dollars within two years, most manufactures by a few per cent.
        if fuel { 0.22 * wave(1, 31.0) + 0.08 * wave(2, 9.0) } else { 0.06 * wave(1, 40.0) }
    }

    /// Freight and insurance as a share of the value on board.
    ///
    /// OECD, *International Transport and Insurance Costs of Merchandise Trade* (Miao and Fortanier 2017): 3 to 10 % for most pairs,
    /// about 5 % in the middle, more for cheap, heavy goods and for landlocked countries.
    pub(crate) fn freight(&self, series: &Series, extra: f64) -> f64 {
        let (e, i, h) = (usize::from(series.e), usize::from(series.i), usize::from(series.h));
        let cheap = (10.0 / self.goods[h].per_kg).log10().clamp(0.0, 2.5);
        let base = 0.018
            + 0.012 * (1.0 + self.km(e, i) / 1_000.0).ln()
            + 0.012 * cheap
            + if self.places[e].landlocked || self.places[i].landlocked { 0.015 } else { 0.0 }
            - if self.border(e, i) { 0.010 } else { 0.0 };
        (base * (0.25 * extra).exp()).clamp(0.004, 0.35)
    }

    /// Whether a reporter publishes monthly figures for a partner and chapter in a month, whatever the value.
    pub(crate) fn publishes(&self, reporter: usize, partner: usize, chapter: usize, t: usize) -> bool {
        let r = &self.reporters[reporter];
        !(r.never
            || r.hole.is_some_and(|(from, to)| (from..to).contains(&t))
            || t + r.late >= self.months
            || r.withholds.is_some_and(|(c, from)| c == chapter && t >= from)
            || r.suppresses == Some(partner))
    }

    /// Whether there is any monthly report of this reporter.
    pub(crate) fn open(&self, reporter: usize, t: usize) -> bool {
        let r = &self.reporters[reporter];
        !(r.never || r.hole.is_some_and(|(from, to)| (from..to).contains(&t)) || t + r.late >= self.months)
    }
}

/// Rows of the file for one series and month, sums shared out: measured at 0.6 and 10 million rows, and only used to meet the number of
/// rows asked for. Where there are few series, the sums over them weigh more.
fn rows_per_month(rows: f64) -> f64 {
    1.86 + 0.22 * (1e7 / rows).ln().max(0.0)
}

/// The heading's number, for draws that do not depend on which other headings there are.
pub(crate) fn code_key(code: &str) -> u64 {
    code.parse().unwrap_or(0)
}

fn goods(seed: u64, wanted: usize) -> (Vec<Good>, Vec<(&'static Chapter, std::ops::Range<usize>)>) {
    let total: usize = CHAPTERS.iter().map(|chapter| chapter.codes.len()).sum();
    let (mut goods, mut chapters) = (Vec::new(), Vec::new());
    for chapter in &CHAPTERS {
        // Chapter 27 whole, of the others the same share each.
        let fuels = 26;
        let take = if chapter.code == "27" {
            chapter.codes.len()
        } else {
            (chapter.codes.len() * wanted.saturating_sub(fuels)).div_ceil(total - fuels).clamp(1, chapter.codes.len())
        };
        let start = goods.len();
        for code in &chapter.codes[..take] {
            let known = FUEL_PRICES.iter().find(|(fuel, _)| fuel == code).map(|(_, price)| *price);
            // Within a chapter, headings differ by a factor of two to three in price.
            let per_kg = known.unwrap_or_else(|| chapter.per_kg * (0.6 * normal(&[seed, 8, code_key(code)])).exp());
            goods.push(Good { code, chapter: chapters.len(), per_kg, family: 0..0 });
        }
        chapters.push((chapter, start..goods.len()));
    }
    for at in 0..goods.len() {
        let family = &goods[at].code[..4];
        let first = goods.iter().position(|good| &good.code[..4] == family).unwrap_or(at);
        let count = goods.iter().filter(|good| &good.code[..4] == family).count();
        goods[at].family = first..first + count;
    }
    (goods, chapters)
}

fn reporters(seed: u64, places: &[Place], months: usize, chapters: usize) -> Vec<Reporter> {
    let n = places.len();
    let mut rng = ChaCha8Rng::seed_from_u64(mix(&[seed, 20]));
    let mut all: Vec<Reporter> = places
        .iter()
        .map(|place| Reporter {
            never: place.iso == "PRK",
            hole: None,
            late: 0,
            withholds: None,
            suppresses: None,
            // IMTS 2010 leaves the threshold to countries; 1,000 dollars is the commonest, 2,500 that of the United States.
            least: if rng.random::<f64>() < 0.2 { 2_500.0 } else { 1_000.0 },
            // As these countries do (UN, *IMTS 2010*, paragraph 4.7: FOB for imports is allowed beside CIF).
            imports_fob: ["USA", "CAN", "AUS", "ZAF"].contains(&place.iso),
            whole: rng.random::<f64>() < 0.4,
            sums: rng.random::<f64>() < 0.35,
            rx: ["HKG", "SGP", "USA"].contains(&place.iso),
            // Reporter effects in BACI's variance analysis (Gaulier and Zignago 2010, section 3) are of the order of 10 %.
            bias: [0.10 * gauss(&mut rng), 0.10 * gauss(&mut rng)],
            care: (0.25 * gauss(&mut rng)).exp(),
        })
        .collect();
    // Which reporters are late, silent or secretive: others for each seed, and never those that a small world cannot do without.
    let mut free: Vec<usize> = (4..n).filter(|at| !places[*at].hub).collect();
    let mut draw = |rng: &mut ChaCha8Rng| if free.is_empty() { None } else { Some(free.swap_remove(rng.random_range(0..free.len()))) };
    for _ in 0..1 + n / 30 {
        if let Some(at) = draw(&mut rng) {
            all[at].never = true;
        }
    }
    for _ in 0..1 + n / 20 {
        if let Some(at) = draw(&mut rng) {
            all[at].late = rng.random_range(1..=(months / 8).clamp(1, 4));
        }
        if let Some(at) = draw(&mut rng) {
            let long = rng.random_range(3..=9).min(months / 3).max(1);
            let from = rng.random_range(0..months.saturating_sub(long).max(1));
            all[at].hole = Some((from, from + long));
        }
        if let Some(at) = draw(&mut rng) {
            all[at].withholds = Some((rng.random_range(0..chapters), rng.random_range(months / 4..=months * 3 / 4)));
        }
    }
    if let Some(at) = draw(&mut rng) {
        let partner = (at + rng.random_range(1..n)) % n;
        all[at].suppresses = Some(partner);
    }
    all
}
