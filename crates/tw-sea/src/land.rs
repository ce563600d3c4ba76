//! Land and sea as a mask of cells of 1/120 degree, with the distance to the coast.

use std::sync::OnceLock;

use crate::bytes::{Damaged, Numbers, Writer};
use crate::geo::{self, METRES_PER_NM, RADIUS_M};

/// Cells in one degree.
const PER_DEGREE: i32 = 120;
/// Columns and rows of the mask.
const COLS: i32 = 360 * PER_DEGREE;
const ROWS: i32 = 180 * PER_DEGREE;
/// Side of a block, cells.
const BLOCK: i32 = 32;
const BLOCK_COLS: i32 = COLS / BLOCK;
const BLOCK_ROWS: i32 = ROWS / BLOCK;
/// Samples of the distance field in one degree.
const FIELD_PER_DEGREE: i32 = 4;
const FIELD_COLS: i32 = 360 * FIELD_PER_DEGREE;
const FIELD_ROWS: i32 = 180 * FIELD_PER_DEGREE;
/// Unit of the distance field, nautical miles.
const FIELD_NM: f64 = 0.25;
/// Up to this distance the mask itself is searched, nautical miles.
const SEARCH_NM: f64 = 12.0;
/// Half the diagonal of a cell of the field at the equator, with the rounding of a stored value, nautical miles.
const FIELD_REACH_NM: f64 = 10.62 + FIELD_NM;
const FORMAT: &str = "TWLAND01";

const SEA_BLOCK: u32 = u32::MAX;
const LAND_BLOCK: u32 = u32::MAX - 1;

/// Where there is land.
///
/// Source: Natural Earth 1:10m land, version of the world-atlas package 2.0.2 (public domain). A cell of 1/120 degree (0.5 nautical mile of
/// latitude) is land if its middle is. The mask inherits the source's errors: coasts are generalised and are off by up to 1 to 2 km, islands
/// below about 1 km are missing, rivers, canals, harbours, and lakes (the Great Lakes too) are land, only the Caspian Sea is not. Being "on
/// land" by less than about 2 km ([`Land::inland_m`]) says nothing.
pub struct Land {
    /// For each block [`SEA_BLOCK`], [`LAND_BLOCK`] or its number in `bits`.
    blocks: Vec<u32>,
    bits: Vec<[u32; BLOCK as usize]>,
    /// Distance from the middle of a cell of 1/4 degree to the nearest cell of the other kind, in [`FIELD_NM`]; negative on land.
    field: Vec<i16>,
    /// Cosine of the latitude of the middle of each row.
    cosines: Vec<f64>,
}

impl std::fmt::Debug for Land {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Land").field("mixed_blocks", &self.bits.len()).finish_non_exhaustive()
    }
}

impl Land {
    /// The bundled mask. The first call unpacks it.
    #[must_use]
    pub fn bundled() -> &'static Self {
        static LAND: OnceLock<Land> = OnceLock::new();
        LAND.get_or_init(|| Self::from_bytes(include_bytes!("../data/land.bin")).expect("a test reads the bundled file"))
    }

    /// Reads a packed mask.
    ///
    /// # Errors
    /// If the bytes are not what [`Land::pack`] wrote.
    pub fn from_bytes(file: &[u8]) -> Result<Self, Damaged> {
        let mut numbers = Numbers::open(file, FORMAT)?;
        let words = (COLS / BLOCK) as usize;
        let mut blocks = Vec::with_capacity((BLOCK_COLS * BLOCK_ROWS) as usize);
        let mut bits: Vec<[u32; BLOCK as usize]> = Vec::new();
        let mut row = vec![0u32; words];
        let mut band = vec![[0u32; BLOCK as usize]; words];
        for _ in 0..BLOCK_ROWS {
            for line in 0..BLOCK as usize {
                // A line is what changed against the line to the south, as ends of runs.
                let ends = numbers.u32()?;
                let (mut column, mut begin) = (0u32, None);
                for _ in 0..ends {
                    column = column.checked_add(numbers.u32()?).filter(|&c| c <= COLS as u32).ok_or(Damaged::Content)?;
                    match begin.take() {
                        None => begin = Some(column),
                        Some(from) => flip(&mut row, from, column),
                    }
                }
                for (block, &word) in band.iter_mut().zip(&row) {
                    block[line] = word;
                }
            }
            for block in &band {
                blocks.push(if block.iter().all(|&word| word == 0) {
                    SEA_BLOCK
                } else if block.iter().all(|&word| word == u32::MAX) {
                    LAND_BLOCK
                } else {
                    bits.push(*block);
                    bits.len() as u32 - 1
                });
            }
        }
        let mut field = Vec::with_capacity((FIELD_COLS * FIELD_ROWS) as usize);
        for y in 0..FIELD_ROWS {
            for x in 0..FIELD_COLS {
                let guess = guess(&field, x, y);
                field.push(i16::try_from(guess + numbers.i32()?).map_err(|_| Damaged::Content)?);
            }
        }
        let cosines = (0..ROWS).map(|row| row_lat(row).to_radians().cos()).collect();
        Ok(Self { blocks, bits, field, cosines })
    }

    /// Whether a place in degrees is a land cell. Not a place: no.
    #[must_use]
    pub fn is_land(&self, lat: f64, lon: f64) -> bool {
        match cell(lat, lon) {
            Some((row, col)) => self.cell_is_land(row, col),
            None => false,
        }
    }

    fn cell_is_land(&self, row: i32, col: i32) -> bool {
        match self.blocks[(row / BLOCK * BLOCK_COLS + col / BLOCK) as usize] {
            SEA_BLOCK => false,
            LAND_BLOCK => true,
            n => self.bits[n as usize][(row % BLOCK) as usize] >> (col % BLOCK) & 1 == 1,
        }
    }

    /// Nautical miles from a place at sea to the nearest land cell; 0 on land; infinite for no place.
    ///
    /// Up to 12 nautical miles the mask itself is searched: the error is half a cell, 0.35 nautical mile, besides the error of the source. Further
    /// out a field of 1/4 degree is interpolated: the error is below 2.5 nautical miles (a test holds it), largest near single islands.
    #[must_use]
    pub fn coast_nm(&self, lat: f64, lon: f64) -> f64 {
        let Some((row, col)) = cell(lat, lon) else { return f64::INFINITY };
        if self.cell_is_land(row, col) {
            return 0.0;
        }
        self.distance_nm(lat, lon, row, col, true)
    }

    /// Metres from a place on land to the nearest sea cell; 0 at sea, and for no place.
    ///
    /// The errors are those of [`Land::coast_nm`]. A lake or a river is deep inside the mask.
    #[must_use]
    pub fn inland_m(&self, lat: f64, lon: f64) -> f64 {
        let Some((row, col)) = cell(lat, lon) else { return 0.0 };
        if !self.cell_is_land(row, col) {
            return 0.0;
        }
        self.distance_nm(lat, lon, row, col, false) * METRES_PER_NM
    }

    /// Distance to the nearest cell that is land (or is not).
    fn distance_nm(&self, lat: f64, lon: f64, row: i32, col: i32, land: bool) -> f64 {
        let nearest_sample = f64::from(self.field[field_index(lat, lon)]) * if land { FIELD_NM } else { -FIELD_NM };
        if nearest_sample - FIELD_REACH_NM > SEARCH_NM {
            return self.interpolate(lat, lon, land).max(SEARCH_NM);
        }
        match self.search(lat, lon, row, col, land) {
            Some(nm) => nm,
            None => self.interpolate(lat, lon, land).max(SEARCH_NM),
        }
    }

    /// Columns from a cell to the nearest one of a kind in its row, eastwards (`side` 1) or westwards (-1), up to `width`: a word at a time.
    fn along(&self, row: i32, col: i32, side: i32, width: i32, land: bool) -> Option<i32> {
        let (base, line) = ((row / BLOCK * BLOCK_COLS) as usize, (row % BLOCK) as usize);
        let mut k = 0;
        while k <= width {
            let c = (col + side * k).rem_euclid(COLS);
            let word = match self.blocks[base + (c / BLOCK) as usize] {
                SEA_BLOCK => 0,
                LAND_BLOCK => u32::MAX,
                n => self.bits[n as usize][line],
            };
            let word = if land { word } else { !word };
            let bit = c % BLOCK;
            let (rest, zeros) = if side > 0 {
                let rest = word >> bit;
                (rest, rest.trailing_zeros())
            } else {
                let rest = word << (BLOCK - 1 - bit);
                (rest, rest.leading_zeros())
            };
            if rest != 0 {
                let hit = k + zeros as i32;
                return (hit <= width).then_some(hit);
            }
            k += if side > 0 { BLOCK - bit } else { bit + 1 };
        }
        None
    }

    /// Nearest cell of a kind within [`SEARCH_NM`].
    fn search(&self, lat: f64, lon: f64, row: i32, col: i32, land: bool) -> Option<f64> {
        const NM_PER_CELL: f64 = 60.0 / PER_DEGREE as f64;
        let mut best = SEARCH_NM;
        let mut found = false;
        let reach = (SEARCH_NM / NM_PER_CELL).ceil() as i32;
        for step in 0..=reach {
            if f64::from(step - 1) * NM_PER_CELL > best {
                break;
            }
            for r in if step == 0 { [row, -1] } else { [row - step, row + step] } {
                if !(0..ROWS).contains(&r) {
                    continue;
                }
                let y = (row_lat(r) - lat) * 60.0;
                if y.abs() > best {
                    continue;
                }
                let cos = self.cosines[r as usize];
                let nm_per_col = NM_PER_CELL * cos.max(1e-3);
                let width = (((best * best - y * y).sqrt() / nm_per_col).ceil() as i32 + 1).min(COLS / 2);
                // Outwards from the middle: the first hit on a side is the nearest of it.
                for side in [1, -1] {
                    let Some(k) = self.along(r, col, side, width, land) else { continue };
                    let middle = (f64::from(col + side * k) + 0.5) / f64::from(PER_DEGREE) - 180.0;
                    let x = (middle - geo::wrap(lon)) * 60.0 * cos;
                    let nm = x.hypot(y);
                    if nm <= best {
                        best = nm;
                        found = true;
                    }
                }
            }
        }
        found.then_some(best)
    }

    /// The field between its samples.
    fn interpolate(&self, lat: f64, lon: f64, land: bool) -> f64 {
        let y = ((lat + 90.0) * f64::from(FIELD_PER_DEGREE) - 0.5).clamp(0.0, f64::from(FIELD_ROWS - 1));
        let x = (geo::wrap(lon) + 180.0) * f64::from(FIELD_PER_DEGREE) - 0.5;
        let (y0, x0) = (y.floor(), x.floor());
        let (fy, fx) = (y - y0, x - x0);
        let at = |dy: i32, dx: i32| {
            let row = (y0 as i32 + dy).min(FIELD_ROWS - 1);
            let col = (x0 as i32 + dx).rem_euclid(FIELD_COLS);
            f64::from(self.field[(row * FIELD_COLS + col) as usize])
        };
        let value = (at(0, 0) * (1.0 - fx) + at(0, 1) * fx) * (1.0 - fy) + (at(1, 0) * (1.0 - fx) + at(1, 1) * fx) * fy;
        let sign = if land { FIELD_NM } else { -FIELD_NM };
        // A distance changes no faster than the place: each sample of the same kind bounds it.
        let (mut least, mut most) = (0.0_f64, f64::INFINITY);
        for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let sample = at(dy, dx) * sign;
            if sample >= 0.0 {
                let (sample_lat, sample_lon) = (
                    (y0 + f64::from(dy) + 0.5) / f64::from(FIELD_PER_DEGREE) - 90.0,
                    (x0 + f64::from(dx) + 0.5) / f64::from(FIELD_PER_DEGREE) - 180.0,
                );
                let off = geo::nautical_miles(lat, lon, sample_lat, sample_lon);
                least = least.max(sample - off);
                most = most.min(sample + off);
            }
        }
        (value * sign).clamp(least.min(most), most)
    }

    /// Whether the great circle between two places touches no land cell, in steps of at most a quarter of a nautical mile near land.
    ///
    /// Ends on land are land. Not a place: no.
    #[must_use]
    pub fn clear(&self, lat0: f64, lon0: f64, lat1: f64, lon1: f64) -> bool {
        if cell(lat0, lon0).is_none() || cell(lat1, lon1).is_none() {
            return false;
        }
        self.clear_vectors(geo::vector(lat0, lon0), geo::vector(lat1, lon1), |_, _| false)
    }

    /// As [`Land::clear`], with places where land does not count.
    pub(crate) fn clear_vectors(&self, a: [f64; 3], b: [f64; 3], open: impl Fn(f64, f64) -> bool) -> bool {
        const NM_PER_RADIAN: f64 = RADIUS_M / METRES_PER_NM;
        const STEP_NM: f64 = 0.25;
        let total = geo::angle(a, b);
        let end = total * NM_PER_RADIAN;
        let sin_total = total.sin();
        let at = |nm: f64| {
            if sin_total < 1e-9 {
                return geo::place(if nm * 2.0 < end { a } else { b });
            }
            let t = nm / end;
            let (f, g) = (((1.0 - t) * total).sin() / sin_total, (t * total).sin() / sin_total);
            geo::place([f * a[0] + g * b[0], f * a[1] + g * b[1], f * a[2] + g * b[2]])
        };
        // A few samples first: most long legs that are not clear fail here.
        if end > 40.0 {
            for sixteenth in [8, 4, 12, 2, 6, 10, 14, 1, 3, 5, 7, 9, 11, 13, 15] {
                let (lat, lon) = at(end * f64::from(sixteenth) / 16.0);
                if self.is_land(lat, lon) && !open(lat, lon) {
                    return false;
                }
            }
        }
        // From both ends: the ends are near land more often than the middle.
        let (mut near, mut far) = (0.0, end);
        loop {
            for end_is_near in [true, false] {
                let nm = if end_is_near { near } else { far };
                let (lat, lon) = at(nm);
                if self.is_land(lat, lon) && !open(lat, lon) {
                    return false;
                }
                let free = f64::from(self.field[field_index(lat, lon)]) * FIELD_NM - FIELD_REACH_NM;
                let step = free.max(STEP_NM);
                if end_is_near {
                    near += step;
                } else {
                    far -= step;
                }
                if near > far + STEP_NM {
                    return true;
                }
            }
        }
    }

    /// The nearest sea cell to a place, and its distance in nautical miles, within a limit.
    #[must_use]
    pub fn nearest_sea(&self, lat: f64, lon: f64, limit_nm: f64) -> Option<(f64, f64, f64)> {
        let (row, col) = cell(lat, lon)?;
        if !self.cell_is_land(row, col) {
            return Some((lat, lon, 0.0));
        }
        let mut best: Option<(f64, f64, f64)> = None;
        let reach = (limit_nm * f64::from(PER_DEGREE) / 60.0).ceil().min(1200.0) as i32;
        for r in (row - reach).max(0)..=(row + reach).min(ROWS - 1) {
            let row_lat = row_lat(r);
            let limit = best.map_or(limit_nm, |(_, _, nm)| nm);
            if (row_lat - lat).abs() * 60.0 > limit {
                continue;
            }
            let width = ((limit * f64::from(PER_DEGREE) / 60.0 / self.cosines[r as usize].max(0.05)).ceil() as i32).min(COLS / 2);
            for side in [1, -1] {
                let Some(k) = self.along(r, col, side, width, false) else { continue };
                let sea_lon = (f64::from((col + side * k).rem_euclid(COLS)) + 0.5) / f64::from(PER_DEGREE) - 180.0;
                let nm = geo::nautical_miles(lat, lon, row_lat, sea_lon);
                if nm <= limit_nm && best.is_none_or(|(_, _, other)| nm < other) {
                    best = Some((row_lat, sea_lon, nm));
                }
            }
        }
        best
    }

    /// Packs rings of land (latitude, longitude in degrees, without jumps at the antimeridian; the first point is not repeated; rings within
    /// rings are water) as a file for
    /// [`Land::from_bytes`]. Takes a minute; for the generator.
    #[must_use]
    pub fn pack(rings: &[Vec<(f64, f64)>]) -> Vec<u8> {
        // Even-odd rule along the middle of each row.
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); ROWS as usize];
        // A ring may go beyond the antimeridian: it is drawn three times, and what is off the map falls away.
        for (ring, shift) in rings.iter().flat_map(|ring| [-360.0, 0.0, 360.0].map(|shift| (ring, shift))) {
            if shift != 0.0 && ring.iter().all(|&(_, lon)| lon.abs() <= 180.0) {
                continue;
            }
            for (i, &(lat0, lon0)) in ring.iter().enumerate() {
                let (lat1, lon1) = ring[(i + 1) % ring.len()];
                let (lon0, lon1) = (lon0 + shift, lon1 + shift);
                let (south, north) = if lat0 < lat1 { ((lat0, lon0), (lat1, lon1)) } else { ((lat1, lon1), (lat0, lon0)) };
                let row_of = |lat: f64| (lat + 90.0) * f64::from(PER_DEGREE) - 0.5;
                let (first, last) = (row_of(south.0).ceil().max(0.0) as i32, row_of(north.0).ceil().min(f64::from(ROWS)) as i32);
                for row in first..last {
                    let lat = (f64::from(row) + 0.5) / f64::from(PER_DEGREE) - 90.0;
                    crossings[row as usize].push(south.1 + (north.1 - south.1) * (lat - south.0) / (north.0 - south.0));
                }
            }
        }
        let words = (COLS / BLOCK) as usize;
        let mut rows = vec![vec![0u32; words]; ROWS as usize];
        for (row, xs) in rows.iter_mut().zip(&mut crossings) {
            xs.sort_by(f64::total_cmp);
            for pair in xs.chunks_exact(2) {
                let column = |lon: f64| ((lon + 180.0) * f64::from(PER_DEGREE) - 0.5).ceil().clamp(0.0, f64::from(COLS)) as u32;
                flip(row, column(pair[0]), column(pair[1]));
            }
        }
        let mut writer = Writer::new(FORMAT);
        let mut below = vec![0u32; words];
        for row in &rows {
            let mut ends = Vec::new();
            let mut last = false;
            for col in 0..COLS as usize {
                let changed = (row[col / 32] ^ below[col / 32]) >> (col % 32) & 1 == 1;
                if changed != last {
                    ends.push(col as u32);
                    last = changed;
                }
            }
            if last {
                ends.push(COLS as u32);
            }
            writer.u32(ends.len() as u32);
            let mut column = 0;
            for end in ends {
                writer.u32(end - column);
                column = end;
            }
            below.clone_from(row);
        }
        let field = field(&rows);
        for y in 0..FIELD_ROWS {
            for x in 0..FIELD_COLS {
                let index = (y * FIELD_COLS + x) as usize;
                writer.i32(i32::from(field[index]) - guess(&field[..index], x, y));
            }
        }
        writer.finish()
    }
}

/// Turns the bits of a range of columns.
fn flip(row: &mut [u32], from: u32, to: u32) {
    if from >= to {
        return;
    }
    let (first, last) = ((from / 32) as usize, ((to - 1) / 32) as usize);
    for (n, word) in row.iter_mut().enumerate().take(last + 1).skip(first) {
        let mut mask = u32::MAX;
        if n == first {
            mask &= u32::MAX << (from % 32);
        }
        if n == last {
            mask &= u32::MAX >> (31 - (to - 1) % 32);
        }
        *word ^= mask;
    }
}

/// Latitude of the middle of a row.
fn row_lat(row: i32) -> f64 {
    (f64::from(row) + 0.5) / f64::from(PER_DEGREE) - 90.0
}

/// Row and column of a place.
fn cell(lat: f64, lon: f64) -> Option<(i32, i32)> {
    if !(-90.0..=90.0).contains(&lat) || !lon.is_finite() {
        return None;
    }
    let row = ((lat + 90.0) * f64::from(PER_DEGREE)) as i32;
    let col = ((geo::wrap(lon) + 180.0) * f64::from(PER_DEGREE)) as i32;
    Some((row.min(ROWS - 1), if col >= COLS { 0 } else { col }))
}

/// Sample of the field that a place in range belongs to.
fn field_index(lat: f64, lon: f64) -> usize {
    let row = (((lat + 90.0) * f64::from(FIELD_PER_DEGREE)) as i32).clamp(0, FIELD_ROWS - 1);
    let col = (((geo::wrap(lon) + 180.0) * f64::from(FIELD_PER_DEGREE)) as i32).rem_euclid(FIELD_COLS);
    (row * FIELD_COLS + col) as usize
}

/// What a sample probably is, from the samples before it (west + south - south-west).
fn guess(before: &[i16], x: i32, y: i32) -> i32 {
    let at = |x: i32, y: i32| if x < 0 || y < 0 { None } else { before.get((y * FIELD_COLS + x) as usize).map(|&v| i32::from(v)) };
    match (at(x - 1, y), at(x, y - 1), at(x - 1, y - 1)) {
        (Some(w), Some(s), Some(sw)) => w + s - sw,
        (Some(v), None, _) | (None, Some(v), _) => v,
        _ => 0,
    }
}

/// Distance of each middle of a cell of the field to the nearest cell of the other kind.
fn field(rows: &[Vec<u32>]) -> Vec<i16> {
    let land = |row: i32, col: i32| {
        let col = col.rem_euclid(COLS) as usize;
        rows[row.clamp(0, ROWS - 1) as usize][col / 32] >> (col % 32) & 1 == 1
    };
    let scale = PER_DEGREE / FIELD_PER_DEGREE;
    let samples = (FIELD_COLS * FIELD_ROWS) as usize;
    // Cells beside the other kind: [0] sea cells, [1] land cells, by cell of the field.
    let mut edges: [Vec<Vec<[f64; 3]>>; 2] = [vec![Vec::new(); samples], vec![Vec::new(); samples]];
    for row in 0..ROWS {
        let words = &rows[row as usize];
        for word in 0..words.len() {
            let (south, north) = (&rows[(row - 1).max(0) as usize], &rows[(row + 1).min(ROWS - 1) as usize]);
            let plain = |w: u32| w == 0 || w == u32::MAX;
            let (west, east) = (words[(word + words.len() - 1) % words.len()], words[(word + 1) % words.len()]);
            if plain(words[word]) && [south[word], north[word], west, east].iter().all(|&w| w == words[word]) {
                continue;
            }
            for bit in 0..32 {
                let col = word as i32 * 32 + bit;
                let here = land(row, col);
                if [(row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1)].iter().any(|&(r, c)| land(r, c) != here) {
                    let v = geo::vector(
                        (f64::from(row) + 0.5) / f64::from(PER_DEGREE) - 90.0,
                        (f64::from(col) + 0.5) / f64::from(PER_DEGREE) - 180.0,
                    );
                    edges[usize::from(here)][(row / scale * FIELD_COLS + col / scale) as usize].push(v);
                }
            }
        }
    }
    let middle = |x: i32, y: i32| {
        geo::vector((f64::from(y) + 0.5) / f64::from(FIELD_PER_DEGREE) - 90.0, (f64::from(x) + 0.5) / f64::from(FIELD_PER_DEGREE) - 180.0)
    };
    let chord = |a: [f64; 3], b: [f64; 3]| (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2);
    let nearest: Vec<Vec<Option<[f64; 3]>>> = edges
        .iter()
        .map(|edges| {
            let mut best: Vec<Option<[f64; 3]>> = vec![None; samples];
            for y in 0..FIELD_ROWS {
                for x in 0..FIELD_COLS {
                    let here = middle(x, y);
                    let mut near: Option<([f64; 3], f64)> = None;
                    for dy in -1..=1 {
                        for dx in -2..=2 {
                            if !(0..FIELD_ROWS).contains(&(y + dy)) {
                                continue;
                            }
                            for &v in &edges[((y + dy) * FIELD_COLS + (x + dx).rem_euclid(FIELD_COLS)) as usize] {
                                let d = chord(here, v);
                                if near.is_none_or(|(_, other)| d < other) {
                                    near = Some((v, d));
                                }
                            }
                        }
                    }
                    best[(y * FIELD_COLS + x) as usize] = near.map(|(v, _)| v);
                }
            }
            // Then each takes what is better from its neighbours, until nothing changes.
            loop {
                let mut changed = false;
                for backward in [false, true] {
                    for step in 0..FIELD_ROWS {
                        let y = if backward { FIELD_ROWS - 1 - step } else { step };
                        for pass in 0..2 * FIELD_COLS {
                            let x = if pass < FIELD_COLS { pass } else { 2 * FIELD_COLS - 1 - pass };
                            let here = middle(x, y);
                            let index = (y * FIELD_COLS + x) as usize;
                            let mut own = best[index].map_or(f64::INFINITY, |v| chord(here, v));
                            for (dx, dy) in [(-1, 0), (1, 0), (-1, -1), (0, -1), (1, -1), (-1, 1), (0, 1), (1, 1)] {
                                if !(0..FIELD_ROWS).contains(&(y + dy)) {
                                    continue;
                                }
                                let Some(v) = best[((y + dy) * FIELD_COLS + (x + dx).rem_euclid(FIELD_COLS)) as usize] else { continue };
                                let d = chord(here, v);
                                if d < own * (1.0 - 1e-12) {
                                    own = d;
                                    best[index] = Some(v);
                                    changed = true;
                                }
                            }
                        }
                    }
                }
                if !changed {
                    return best;
                }
            }
        })
        .collect();
    let mut field = Vec::with_capacity(samples);
    for y in 0..FIELD_ROWS {
        for x in 0..FIELD_COLS {
            let here = land(y * scale + scale / 2, x * scale + scale / 2);
            let other = nearest[usize::from(!here)][(y * FIELD_COLS + x) as usize];
            let nm = other.map_or(8000.0, |v| geo::vector_nm(middle(x, y), v));
            let units = (nm / FIELD_NM).round() as i16;
            field.push(if here { -units } else { units });
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_at_a_time_finds_what_a_cell_at_a_time_finds() {
        let land = Land::bundled();
        let mut state = 7u64;
        let mut random = |below: i32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % below as u64) as i32
        };
        for n in 0..3_000 {
            // Korea and Japan, and around the antimeridian.
            let (row, col) = if n % 3 == 0 { (random(ROWS), random(40) - 20) } else { (14_400 + random(1_800), 36_600 + random(2_400)) };
            let (col, width, kind) = (col.rem_euclid(COLS), random(70), n % 2 == 0);
            for side in [1, -1] {
                let slow = (0..=width).find(|k| land.cell_is_land(row, (col + side * k).rem_euclid(COLS)) == kind);
                assert_eq!(land.along(row, col, side, width, kind), slow, "{row} {col} {side} {width}");
            }
        }
    }
}
