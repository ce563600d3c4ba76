use serde::{Deserialize, Serialize};

/// Density of sea water in tonnes a cubic metre.
const SEA: f64 = 1.025;

/// Points of the fixed sequence that stands for chance: the tenths of a spread are steady to about 1 % with it.
const POINTS: u32 = 800;

/// Shares of the deadweight that the UN Panel of Experts takes for a delivery: a third, half and nine tenths laden.
const UN_SHARES: [f64; 3] = [0.33, 0.50, 0.90];

/// A ship, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hull {
    /// Length over all in metres.
    pub length: f64,
    /// Beam in metres.
    pub beam: f64,
    /// Summer draught in metres, from a register, or the deepest draught that the ship ever reported.
    pub draught_max: Option<f64>,
    /// Deadweight in tonnes, from a register.
    pub dwt: Option<f64>,
    /// Type of ship (ITU-R M.1371-5, table 53).
    pub ship_type: u8,
}

/// An amount of cargo. Three figures are the 10, 50 and 90 per cent points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cargo {
    /// Tonnes.
    pub tonnes: (f64, f64, f64),
    /// Barrels.
    pub barrels: (f64, f64, f64),
    /// Barrels if the ship was a third laden: the UN Panel's low figure.
    pub un_33: f64,
    /// Barrels if it was half laden.
    pub un_50: f64,
    /// Barrels if it was nine tenths laden: the UN Panel's high figure.
    pub un_90: f64,
    /// What the figure rests on: draught, or deadweight_only.
    pub method: Method,
}

/// What a figure rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A change of draught.
    Draught,
    /// The deadweight and a share that nobody measured.
    DeadweightOnly,
}

/// Deadweight from length over all and beam in metres: the 10, 50 and 90 per cent points in tonnes; none if they are no ship's.
///
/// Deadweight = c * 1.025 * Lpp * B * T * Cb, with relations of general naval architecture. The figures are our choice from common knowledge
/// of such ships, not read from a source; text books to check them against are Schneekluth and Bertram, Ship Design for Efficiency and
/// Economy, and Barrass, Ship Design and Performance for Masters and Mates:
///
/// | | tankers | others |
/// |---|---|---|
/// | Lpp / length over all | 0.955, 0.935-0.975 | the same |
/// | T / sqrt(L B) | 0.167 - 0.00005 L, 20 % either way | 0.155 - 0.00005 L, 25 % either way |
/// | Cb | 0.75 at 60 m to 0.83 at 300 m, 0.06 either way | 0.04 less, 0.10 either way |
/// | c = deadweight / displacement | 0.59 at 1,000 t, 0.13 more with every tenfold, at most 0.87; 0.07 either way | 0.02 less, 0.12 either way |
///
/// All spreads are triangular. No register of tankers was at hand: refit when one is.
///
/// ```
/// let (low, best, high) = tw_maritime::draught::dwt_from_dimensions(183.0, 32.2, 80).expect("a ship");
/// assert!(low < 47_000.0 && 47_000.0 < high && (40_000.0..52_000.0).contains(&best));
/// ```
#[must_use]
pub fn dwt_from_dimensions(length: f64, beam: f64, ship_type: u8) -> Option<(f64, f64, f64)> {
    let hull = Hull { length, beam, draught_max: None, dwt: None, ship_type };
    hull.is_sound().then(|| {
        let mut tonnes: Vec<f64> = (0..POINTS).map(|i| Guess::of(&hull, &mut Chance::new(i), 0.0).dwt).collect();
        spread(&mut tonnes)
    })
}

/// Cargo from two draughts in metres, as reported before and after, and barrels a tonne (low, best, high); none if the hull or the draughts
/// cannot be a ship's.
///
/// Loading or discharge is told by which is deeper; the amount is never negative. Method:
///
/// * displacement at draught d = 1.025 Lpp B (d - (1 - Cb) T^(1/3) d^(2/3)), the block coefficient corrected for draught (Verschuur's
///   utilisation, methods note 2.10); its derivative is the usual waterplane area, so tonnes a centimetre come with it;
/// * AIS gives the deepest draught: mean draught = reported - half of the trim, which is up to 0.3 % of the length laden and 0.3-1.5 % light;
/// * the true figure lies within 0.05 m of the one typed, and in a quarter of the cases up to 0.6 m off it: a tired crew (our choice);
/// * a ship that is left with less than half of its deadweight is most likely empty of cargo, and carries ballast and stores: then the cargo
///   is all that it carried before but stores of 3-8 %. The chance of it is 0.85-0.75 up to 0.45 of the deadweight, and falls to 0.05 at 0.6 (our choice);
/// * if both draughts are light, it can be ballast: then any share of the difference from none to all is as likely.
///
/// On hulls that a generator with other physics made, see the tests: median error and cover are printed there.
#[must_use]
pub fn cargo(before: f64, after: f64, hull: &Hull, barrels_per_tonne: (f64, f64, f64)) -> Option<Cargo> {
    let sound = |draught: f64| draught.is_finite() && draught > 0.0 && draught < hull.beam && draught <= 30.0;
    if !hull.is_sound() || !sound(before) || !sound(after) {
        return None;
    }
    let (light, heavy) = (before.min(after), before.max(after));
    let mut tonnes = Vec::with_capacity(POINTS as usize);
    let mut barrels = Vec::with_capacity(POINTS as usize);
    for i in 0..POINTS {
        let mut chance = Chance::new(i);
        let guess = Guess::of(hull, &mut chance, heavy);
        let moved = guess.moved(light, heavy, hull, &mut chance);
        tonnes.push(moved);
        barrels.push(moved * factor(barrels_per_tonne, &mut chance));
    }
    Some(Cargo { tonnes: spread(&mut tonnes), barrels: spread(&mut barrels), ..un(hull, barrels_per_tonne, Method::Draught)? })
}

/// What a tanker delivers if nothing is known but its size: its deadweight times a share of which 10, 50 and 90 per cent points are
/// 0.33, 0.50 and 0.90, the UN Panel's three assumptions read as a spread (our choice; nobody measured the share).
#[must_use]
pub fn delivery_prior(hull: &Hull, barrels_per_tonne: (f64, f64, f64)) -> Option<Cargo> {
    if !hull.is_sound() {
        return None;
    }
    let mut tonnes = Vec::with_capacity(POINTS as usize);
    let mut barrels = Vec::with_capacity(POINTS as usize);
    for i in 0..POINTS {
        let mut chance = Chance::new(i);
        let dwt = Guess::of(hull, &mut chance, 0.0).dwt;
        let share = through(chance.next(), &[(0.0, 0.15), (0.1, UN_SHARES[0]), (0.5, UN_SHARES[1]), (0.9, UN_SHARES[2]), (1.0, 0.97)]);
        tonnes.push(dwt * share);
        barrels.push(dwt * share * factor(barrels_per_tonne, &mut chance));
    }
    Some(Cargo { tonnes: spread(&mut tonnes), barrels: spread(&mut barrels), ..un(hull, barrels_per_tonne, Method::DeadweightOnly)? })
}

fn un(hull: &Hull, barrels_per_tonne: (f64, f64, f64), method: Method) -> Option<Cargo> {
    let dwt = match hull.dwt {
        Some(dwt) => dwt,
        None => dwt_from_dimensions(hull.length, hull.beam, hull.ship_type)?.1,
    };
    let [un_33, un_50, un_90] = UN_SHARES.map(|share| share * dwt * barrels_per_tonne.1);
    Some(Cargo { tonnes: (0.0, 0.0, 0.0), barrels: (0.0, 0.0, 0.0), un_33, un_50, un_90, method })
}

impl Hull {
    fn is_sound(&self) -> bool {
        let within = |x: f64, low: f64, high: f64| x >= low && x <= high;
        within(self.length, 15.0, 500.0)
            && within(self.beam, 3.0, 80.0)
            && self.length > 2.0 * self.beam
            && self.draught_max.is_none_or(|d| within(d, 0.5, 30.0) && d < self.beam)
            && self.dwt.is_none_or(|dwt| within(dwt, 10.0, 600_000.0))
    }
}

/// A hull as it may be.
struct Guess {
    /// Length between perpendiculars times beam.
    area: f64,
    /// Summer draught.
    draught: f64,
    /// Block coefficient at it.
    block: f64,
    dwt: f64,
}

impl Guess {
    /// A hull that fits what is known; `seen` is a draught that it must bear.
    fn of(hull: &Hull, chance: &mut Chance, seen: f64) -> Self {
        let tanker = (80..=89).contains(&hull.ship_type);
        // The beam is rounded to the metre, and AIS length to the metre.
        let beam = hull.beam + triangle(chance.next(), -0.5, 0.0, 0.5);
        let area = hull.length * triangle(chance.next(), 0.935, 0.955, 0.975) * beam;
        let (k, k_width, block_less, block_width, c_less, c_width) =
            if tanker { (0.167, 0.20, 0.0, 0.06, 0.0, 0.07) } else { (0.155, 0.25, 0.04, 0.10, 0.02, 0.12) };
        let block_best = (0.75 + 0.08 * (hull.length - 60.0) / 240.0).clamp(0.72, 0.84) - block_less;
        let mut block = triangle(chance.next(), block_best - block_width, block_best, block_best + block_width);
        let by_size = (k - 0.000_05 * hull.length) * (hull.length * hull.beam).sqrt();
        let stretch = triangle(chance.next(), 1.0 - k_width, 1.0, 1.0 + k_width);
        let c_off = triangle(chance.next(), -c_width, 0.0, c_width);
        let share = |displacement: f64| (0.59 + 0.13 * (displacement / 1_000.0).max(0.1).log10() - c_less).min(0.87) + c_off;
        let mut draught = match (hull.draught_max, hull.dwt) {
            // The deepest draught reported is a little off the summer draught, more often below.
            (Some(known), _) => known * triangle(stretch_to_unit(stretch, k_width), 0.97, 1.01, 1.07),
            (None, Some(dwt)) => {
                // The displacement of the middling hull tells the share, the share the displacement.
                let displacement = dwt / share(dwt / 0.7).max(0.3);
                displacement / (SEA * area * block)
            }
            (None, None) => by_size * stretch,
        };
        draught = draught.max(seen / 1.02);
        let dwt = match hull.dwt {
            Some(dwt) => {
                // Deadweight and draught tell the block coefficient, as far as it stays one.
                let displacement = dwt / share(dwt / 0.7).max(0.3);
                block =
                    (displacement / (SEA * area * draught)).clamp(block_best - 1.5 * block_width, block_best + 1.5 * block_width).min(0.9);
                dwt
            }
            None => {
                let displacement = SEA * area * draught * block;
                displacement * share(displacement)
            }
        };
        Self { area, draught, block, dwt }
    }

    /// Displacement at a mean draught, in tonnes.
    fn displacement(&self, d: f64) -> f64 {
        let d = d.max(0.0);
        SEA * self.area * (d - (1.0 - self.block) * self.draught.cbrt() * d.powf(2.0 / 3.0)).max(0.0)
    }

    /// Tonnes of cargo between two reported draughts.
    fn moved(&self, light: f64, heavy: f64, hull: &Hull, chance: &mut Chance) -> f64 {
        let typed = |chance: &mut Chance| {
            let rounding = triangle(chance.next(), -0.05, 0.0, 0.05);
            let tired = chance.next();
            // A quarter of the figures is off; spread the chance of it over the same number, which is uniform within the quarter.
            rounding + if tired < 0.25 { triangle(tired * 4.0, -0.6, 0.0, 0.6) } else { 0.0 }
        };
        let lightship = SEA * self.area * self.draught * self.block - self.dwt;
        let heavy_mean = heavy + typed(chance) - 0.5 * hull.length * triangle(chance.next(), 0.0, 0.001, 0.003);
        let heavy_load = (self.displacement(heavy_mean) - lightship).min(1.03 * self.dwt);
        let light_mean = light + typed(chance) - 0.5 * hull.length * triangle(chance.next(), 0.002, 0.008, 0.015);
        let light_load = self.displacement(light_mean) - lightship;
        let part = light_load / self.dwt;
        let empty = through(part, &[(0.0, 0.85), (0.10, 0.80), (0.45, 0.75), (0.60, 0.05), (1.0, 0.05)]);
        let (which, stores) = (chance.next(), triangle(chance.next(), 0.02, 0.05, 0.08) * self.dwt);
        let moved = if heavy_load < 0.45 * self.dwt {
            (heavy_load - light_load) * which
        } else if which < empty {
            heavy_load - stores
        } else {
            // Part of the cargo stays, no ballast is taken; the ship is not down by the stern as an empty one is.
            let level = light + typed(chance) - 0.5 * hull.length * 0.002;
            heavy_load - (self.displacement(level) - lightship)
        };
        moved.clamp(0.0, 0.98 * self.dwt)
    }
}

/// The number between 0 and 1 that a triangular stretch came from, so that one chance serves both.
fn stretch_to_unit(stretch: f64, width: f64) -> f64 {
    let x = ((stretch - 1.0) / width).clamp(-1.0, 1.0);
    if x < 0.0 { 0.5 * (1.0 + x) * (1.0 + x) } else { 1.0 - 0.5 * (1.0 - x) * (1.0 - x) }
}

fn factor(barrels_per_tonne: (f64, f64, f64), chance: &mut Chance) -> f64 {
    let (low, best, high) = barrels_per_tonne;
    triangle(chance.next(), low, best, high)
}

/// The triangular distribution by its inverse.
fn triangle(u: f64, low: f64, best: f64, high: f64) -> f64 {
    let width = high - low;
    if !(width > 0.0 && best >= low && best <= high) {
        return best;
    }
    if u < (best - low) / width { low + (u * width * (best - low)).sqrt() } else { high - ((1.0 - u) * width * (high - best)).sqrt() }
}

/// Straight lines through points, level outside.
fn through(x: f64, points: &[(f64, f64)]) -> f64 {
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        if x <= x1 {
            return y0 + (y1 - y0) * ((x - x0) / (x1 - x0)).clamp(0.0, 1.0);
        }
    }
    points.last().map_or(0.0, |point| point.1)
}

/// The 10, 50 and 90 per cent points.
fn spread(values: &mut [f64]) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |part: usize| values.get(values.len() * part / 100).copied().unwrap_or_default();
    (at(10), at(50), at(90))
}

/// Numbers between 0 and 1 that fill a space of many dimensions evenly and are the same every time: the additive recurrence with the roots of
/// primes (Richtmyer). No clock and no seed: equal input, equal output.
struct Chance {
    point: f64,
    dimension: usize,
}

impl Chance {
    fn new(point: u32) -> Self {
        Self { point: f64::from(point) + 0.5, dimension: 0 }
    }

    fn next(&mut self) -> f64 {
        const PRIMES: [f64; 20] =
            [2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 29.0, 31.0, 37.0, 41.0, 43.0, 47.0, 53.0, 59.0, 61.0, 67.0, 71.0];
        let root = PRIMES[self.dimension % PRIMES.len()].sqrt();
        self.dimension += 1;
        (self.point * root).fract()
    }
}
