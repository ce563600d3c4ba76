//! Maps of leads about ships: an inline drawing without scripts, its caption, and the same in a table.

use std::fmt::Write as _;

use tw_detect::{Lead, Place, SeaEvent};
use tw_sea::{Bounds, Land, nautical_miles, outline};

use super::charts::svg::{Anchor, Places, Svg, TEXT, n, text_width};
use super::track::{LeadTrack, Spot, between, period};

const WIDTH: f64 = 780.0;
/// Left, top and right edge of the map itself; degrees stand outside.
const LEFT: f64 = 58.0;
const TOP: f64 = 8.0;
const RIGHT: f64 = 772.0;
/// Height of the map itself, least and most.
const HEIGHT: (f64, f64) = (320.0, 560.0);
/// A map is never smaller than this, in degrees of latitude (18 nautical miles): below, the coast is too coarse to mean anything.
const LEAST: f64 = 0.3;
/// No map goes beyond: Mercator's stretch is 12 there.
const POLAR: f64 = 85.0;
/// Bytes that the coast may take of a drawing; it is drawn coarser until it fits.
const COAST_BYTES: usize = 14_000;
/// Lines of the hatching of land.
const HATCH: f64 = 5.0;
/// Silences, runs and possible places that are drawn at most; the longest, and the likeliest. The table and the files have all.
const MOST_GAPS: usize = 120;
const MOST_RUNS: usize = 150;
const MOST_PLACES: usize = 14;
/// Silences in the table, the longest.
const TABLE_GAPS: usize = 20;

/// A map with everything that stands around it.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    /// Heading.
    pub title: String,
    /// The drawing, and a closer one where the event is small on it.
    pub drawings: Vec<String>,
    /// What is drawn and what is not.
    pub caption: Vec<String>,
    /// The marked places and times in words.
    pub rows: Vec<[String; 4]>,
}

/// Heads of the table.
pub(crate) const HEAD: [&str; 4] = ["Mark", "What it is", "Where", "When, how likely"];

/// The map of a lead; none if nothing of it has a place.
pub(crate) fn map(lead: &Lead, tracks: &[&LeadTrack]) -> Option<Map> {
    let sea = lead.sea.as_ref()?;
    let scene = Scene::new(lead, sea, tracks);
    let whole = Extent::around(&scene.points())?;
    let mut drawings = vec![scene.draw(&format!("map-{}", lead.id), &whole)];
    if let Some(near) = Extent::around(&scene.near())
        && near.side() * 10.0 < whole.side()
    {
        drawings.push(scene.draw(&format!("map-{}-near", lead.id), &near));
    }
    let title = format!("Map of {}", lead.id);
    Some(Map { title, caption: scene.caption(drawings.len()), drawings, rows: scene.rows() })
}

/// What a place is, in words.
fn role(place: &Place) -> &str {
    match place.role.as_str() {
        "declared" => "declared destination",
        "actual" => "where it was found to be",
        "possible" => "possible port of call, an inference",
        "left" => "where it came from",
        other => other,
    }
}

fn is_place(lat: f64, lon: f64) -> bool {
    (-90.0..=90.0).contains(&lat) && (-180.0..=360.0).contains(&lon)
}

/// `39.820 N, 127.620 E`.
fn position(lat: f64, lon: f64) -> String {
    let lon = (lon + 540.0).rem_euclid(360.0) - 180.0;
    let (ns, ew) = (if lat < 0.0 { "S" } else { "N" }, if lon < 0.0 { "W" } else { "E" });
    format!("{:.3}° {ns}, {:.3}° {ew}", lat.abs(), lon.abs())
}

/// `2024-03-12 06:00` in UTC.
fn moment(t: i64) -> String {
    jiff::Timestamp::from_second(t)
        .map_or_else(|_| "?".to_owned(), |t| jiff::tz::Offset::UTC.to_datetime(t).strftime("%Y-%m-%d %H:%M").to_string())
}

fn hours(from: i64, to: i64) -> String {
    let hours = (to - from) as f64 / 3600.0;
    if hours < 10.0 { format!("{hours:.1} h") } else { format!("{hours:.0} h") }
}

/// The part of the world on a drawing. Longitudes go on beyond 180.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Extent {
    west: f64,
    east: f64,
    south: f64,
    north: f64,
    /// Longitude where the numbering begins: everything lies between it and 360 degrees further.
    seam: f64,
}

impl Extent {
    /// The narrowest box around places of (latitude, longitude), with a margin.
    fn around(points: &[(f64, f64)]) -> Option<Self> {
        let mut lons: Vec<f64> = points.iter().map(|p| p.1.rem_euclid(360.0)).collect();
        lons.sort_by(f64::total_cmp);
        let (first, last) = (*lons.first()?, *lons.last()?);
        // The widest gap between neighbours is left out, so that the antimeridian is no edge.
        let (mut west, mut width) = (first, last - first);
        for pair in lons.windows(2) {
            if 360.0 - (pair[1] - pair[0]) < width {
                (west, width) = (pair[1], 360.0 - (pair[1] - pair[0]));
            }
        }
        let west = if west >= 180.0 { west - 360.0 } else { west };
        let clamp = |lat: f64| lat.clamp(-POLAR, POLAR);
        let south = points.iter().map(|p| clamp(p.0)).fold(f64::INFINITY, f64::min);
        let north = points.iter().map(|p| clamp(p.0)).fold(f64::NEG_INFINITY, f64::max);
        let stretch = ((south + north) / 2.0).to_radians().cos();
        let (tall, wide) = ((north - south).max(LEAST), width.max(LEAST / stretch));
        let (middle, centre) = ((south + north) / 2.0, west + width / 2.0);
        let (south, north) = (clamp(middle - tall * 0.58), clamp(middle + tall * 0.58));
        let half = (wide * 0.58).min(180.0);
        Some(Self { west: centre - half, east: centre + half, south, north, seam: centre - 180.0 })
    }

    /// The longer side, in degrees of latitude.
    fn side(&self) -> f64 {
        let stretch = ((self.south + self.north) / 2.0).to_radians().cos();
        (self.north - self.south).max((self.east - self.west) * stretch)
    }
}

/// From degrees to the drawing: Mercator, so that courses keep their angles (Snyder, USGS Professional Paper 1395, 1987, p. 41).
struct View {
    west: f64,
    east: f64,
    south: f64,
    north: f64,
    seam: f64,
    /// Units a degree of longitude.
    scale: f64,
    height: f64,
}

/// Mercator's northing, in degrees.
fn northing(lat: f64) -> f64 {
    (std::f64::consts::FRAC_PI_4 + lat.clamp(-POLAR, POLAR).to_radians() / 2.0).tan().ln().to_degrees()
}

fn latitude(northing: f64) -> f64 {
    2.0 * northing.to_radians().exp().atan().to_degrees() - 90.0
}

impl View {
    fn new(extent: &Extent) -> Self {
        let (low, high) = (northing(extent.south), northing(extent.north));
        let (wide, tall) = (extent.east - extent.west, high - low);
        let width = RIGHT - LEFT;
        let height = (width * tall / wide).clamp(HEIGHT.0, HEIGHT.1).round();
        // The side that leaves room shows more of the world.
        let scale = (width / wide).min(height / tall);
        let (wide, tall) = (width / scale, height / scale);
        let centre = (extent.west + extent.east) / 2.0;
        let top = (low + high) / 2.0 + tall / 2.0;
        Self {
            west: centre - wide / 2.0,
            east: centre + wide / 2.0,
            south: latitude(top - tall),
            north: latitude(top),
            seam: extent.seam,
            scale,
            height,
        }
    }

    fn bottom(&self) -> f64 {
        TOP + self.height
    }

    fn lon(&self, lon: f64) -> f64 {
        self.seam + (lon - self.seam).rem_euclid(360.0)
    }

    /// The place of a longitude that already goes on beyond 180.
    fn flat(&self, lat: f64, lon: f64) -> (f64, f64) {
        (LEFT + (lon - self.west) * self.scale, TOP + (northing(self.north) - northing(lat)) * self.scale)
    }

    fn at(&self, lat: f64, lon: f64) -> (f64, f64) {
        self.flat(lat, self.lon(lon))
    }

    fn spot(&self, spot: &Spot) -> (f64, f64) {
        self.at(spot.lat, spot.lon)
    }

    fn shows(&self, (x, y): (f64, f64)) -> bool {
        (LEFT..=RIGHT).contains(&x) && (TOP..=self.bottom()).contains(&y)
    }

    /// Units a nautical mile in the middle of the map.
    fn mile(&self) -> f64 {
        self.scale / 60.0 / self.middle().to_radians().cos()
    }

    fn middle(&self) -> f64 {
        latitude((northing(self.south) + northing(self.north)) / 2.0)
    }
}

/// A path of the drawing in tenths of a unit: the first point, then the way to each next one.
#[derive(Default)]
struct Path {
    d: String,
    last: (i64, i64),
}

fn tenths(value: f64) -> i64 {
    (value.clamp(-1e6, 1e6) * 10.0).round() as i64
}

fn tenth(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) = (value.abs() / 10, value.abs() % 10);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

impl Path {
    fn start(&mut self, (x, y): (f64, f64)) {
        self.last = (tenths(x), tenths(y));
        let _ = write!(self.d, "M{} {}", tenth(self.last.0), tenth(self.last.1));
    }

    fn go(&mut self, (x, y): (f64, f64)) {
        let to = (tenths(x), tenths(y));
        if to != self.last {
            let _ = write!(self.d, "l{} {}", tenth(to.0 - self.last.0), tenth(to.1 - self.last.1));
            self.last = to;
        }
    }

    /// One subpath; a single point is drawn as a dot by the round ends of its line.
    fn run(&mut self, points: impl IntoIterator<Item = (f64, f64)>) {
        let mut points = points.into_iter();
        let Some(first) = points.next() else { return };
        self.start(first);
        let begun = self.d.len();
        points.for_each(|point| self.go(point));
        if self.d.len() == begun {
            self.d.push_str("h0");
        }
    }
}

/// Distance of a point from a line between two others.
fn off(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx.hypot(dy);
    if length < 1e-9 { (p.0 - a.0).hypot(p.1 - a.1) } else { ((p.0 - a.0) * dy - (p.1 - a.1) * dx).abs() / length }
}

/// A line with fewer points (Douglas and Peucker, The Canadian Cartographer 10(2), 1973, p. 112).
fn simplify(line: &[(f64, f64)], tolerance: f64) -> Vec<(f64, f64)> {
    let mut keep = vec![false; line.len()];
    let mut stack = vec![(0, line.len().saturating_sub(1))];
    while let Some((from, to)) = stack.pop() {
        if let Some(k) = keep.get_mut(from) {
            *k = true;
        }
        if let Some(k) = keep.get_mut(to) {
            *k = true;
        }
        let far =
            (from + 1..to).map(|k| (off(line[k], line[from], line[to]), k)).fold((tolerance, 0), |a, b| if b.0 > a.0 { b } else { a });
        if far.1 > 0 {
            stack.extend([(from, far.1), (far.1, to)]);
        }
    }
    line.iter().zip(keep).filter(|(_, keep)| *keep).map(|(p, _)| *p).collect()
}

struct Scene<'a> {
    lead: &'a Lead,
    sea: &'a SeaEvent,
    tracks: &'a [&'a LeadTrack],
    /// Beginning and end of the event, where they have a place.
    begin: Option<(f64, f64)>,
    end: Option<(f64, f64)>,
    /// Places that can be drawn, the likeliest first.
    places: Vec<&'a Place>,
    synthetic: bool,
}

impl<'a> Scene<'a> {
    fn new(lead: &'a Lead, sea: &'a SeaEvent, tracks: &'a [&'a LeadTrack]) -> Self {
        let pair = |lat: Option<f64>, lon: Option<f64>| Some((lat?, lon?)).filter(|p| is_place(p.0, p.1));
        let mut places: Vec<&Place> = sea.places.iter().filter(|p| is_place(p.lat, p.lon)).collect();
        let order = |p: &Place| if p.role == "possible" { p.probability.filter(|p| p.is_finite()).unwrap_or(0.0) } else { 2.0 };
        places.sort_by(|a, b| order(b).total_cmp(&order(a)));
        Self {
            lead,
            sea,
            tracks,
            begin: pair(sea.lat, sea.lon),
            end: pair(sea.lat1, sea.lon1),
            places,
            synthetic: lead.evidence.iter().any(|e| e.origin == "synthetic"),
        }
    }

    fn drawn(&self) -> &[&'a Place] {
        &self.places[..self.places.len().min(MOST_PLACES)]
    }

    fn points(&self) -> Vec<(f64, f64)> {
        let mut points: Vec<(f64, f64)> = self.begin.into_iter().chain(self.end).collect();
        points.extend(self.drawn().iter().map(|p| (p.lat, p.lon)));
        points.extend(self.tracks.iter().flat_map(|t| &t.runs).flatten().map(|s| (s.lat, s.lon)));
        points
    }

    /// The event and the positions during it.
    fn near(&self) -> Vec<(f64, f64)> {
        let mut points: Vec<(f64, f64)> = self.begin.into_iter().chain(self.end).collect();
        if let Some((t0, t1)) = period(self.sea) {
            let during = self.tracks.iter().flat_map(|t| &t.runs).flatten().filter(|s| (t0..=t1).contains(&s.t));
            points.extend(during.map(|s| (s.lat, s.lon)));
        }
        points
    }

    fn draw(&self, id: &str, extent: &Extent) -> String {
        let view = View::new(extent);
        let frame = [LEFT + 2.0, TOP + 2.0, RIGHT - 2.0, view.bottom() - 2.0];
        let (mut svg, mut labels) = (Svg::new(id, WIDTH), Svg::new(id, WIDTH));
        let mut free = Places::default();
        let box_ = format!(r#"x="{}" y="{}" width="{}" height="{}""#, n(LEFT), n(TOP), n(RIGHT - LEFT), n(view.height));
        svg.raw(&format!(
            r#"<defs><clipPath id="{id}-clip"><rect {box_}/></clipPath></defs><rect class="m-sea" {box_}/><g clip-path="url(#{id}-clip)">"#
        ));
        coast(&mut svg, &view);
        graticule(&mut svg, &view);
        let points: Vec<(f64, f64)> = self.points().into_iter().map(|(lat, lon)| view.at(lat, lon)).collect();
        scale_bar(&mut labels, &mut free, &view, &points);
        for &(x, y) in self.marks(&view).iter().map(|(_, at)| at) {
            free.block([x - 8.0, y - 8.0, 16.0, 16.0]);
        }
        for track in self.tracks {
            self.gaps(&mut svg, &view, track);
        }
        for track in self.tracks {
            runs(&mut svg, &view, track);
        }
        let mut clear = free.clone();
        for line in self.tracks.iter().flat_map(|t| t.runs.iter().map(Vec::as_slice)) {
            block(&mut clear, &line.iter().map(|s| view.spot(s)).collect::<Vec<_>>(), &view);
        }
        for (a, b) in self.tracks.iter().flat_map(|t| longest(t, MOST_GAPS)) {
            block(&mut clear, &[view.spot(&a), view.spot(&b)], &view);
        }
        self.event(&mut svg, &mut labels, (&mut free, &mut clear), &view, frame);
        self.places(&mut svg, &mut labels, (&mut free, &mut clear), &view, frame);
        for track in self.tracks {
            self.gap_labels(&mut labels, &mut free, &view, track, frame);
        }
        for track in self.tracks {
            self.times(&mut svg, &mut labels, &mut free, &view, track, frame);
        }
        svg.append(labels);
        if self.synthetic {
            for share in if view.height < 450.0 { &[0.3, 0.75][..] } else { &[0.2, 0.5, 0.8] } {
                let (x, y) = ((LEFT + RIGHT) / 2.0, TOP + view.height * share + 20.0);
                svg.raw(&format!(
                    r#"<text class="m-synthetic" text-anchor="middle" x="{x}" y="{y}" transform="rotate(-12 {x} {y})">SYNTHETIC: MADE UP</text>"#,
                    x = n(x),
                    y = n(y)
                ));
            }
        }
        svg.raw("</g>");
        svg.raw(&format!(r#"<rect class="m-frame" {box_}/>"#));
        degrees(&mut svg, &view);
        let bottom = self.legend(&mut svg, &view);
        svg.finish(bottom, &format!("Map of {}: {}", self.lead.id, self.lead.title), &self.description())
    }

    /// Everything marked by a sign, and where.
    fn marks(&self, view: &View) -> Vec<(String, (f64, f64))> {
        let mut marks: Vec<(String, (f64, f64))> = self.drawn().iter().map(|p| (p.name.clone(), view.at(p.lat, p.lon))).collect();
        marks.extend(self.begin.into_iter().chain(self.end).map(|(lat, lon)| (String::new(), view.at(lat, lon))));
        marks
    }

    fn gaps(&self, svg: &mut Svg, view: &View, track: &LeadTrack) {
        let mut path = Path::default();
        for (a, b) in longest(track, MOST_GAPS) {
            path.start(view.spot(&a));
            path.go(view.spot(&b));
        }
        svg.path(if track.partner { "m-gap m-partner" } else { "m-gap" }, &path.d);
    }

    fn gap_labels(&self, labels: &mut Svg, free: &mut Places, view: &View, track: &LeadTrack, frame: [f64; 4]) {
        for (a, b) in longest(track, 8) {
            let (from, to) = (view.spot(&a), view.spot(&b));
            let text = format!("not heard {}", hours(a.t, b.t));
            // Beside a steep line, above or below a flat one, at the first share of its length where there is room.
            let steep = (to.1 - from.1).abs() > (to.0 - from.0).abs();
            let side = if steep {
                [(9.0, 4.0, Anchor::Start), (-9.0, 4.0, Anchor::End)]
            } else {
                [(0.0, -9.0, Anchor::Middle), (0.0, 19.0, Anchor::Middle)]
            };
            let candidates: Vec<(f64, f64, Anchor)> = [0.5, 0.35, 0.65, 0.2, 0.8]
                .into_iter()
                .flat_map(|share| {
                    let (x, y) = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
                    side.map(|(right, down, anchor)| (x + right, y + down, anchor))
                })
                .collect();
            if let Some((x, y, anchor)) = free.find_free(&text, &candidates, frame) {
                labels.text("c-halo c-strong", (x, y), anchor, &text);
            }
        }
    }

    fn event(&self, svg: &mut Svg, labels: &mut Svg, room: Room<'_>, view: &View, frame: [f64; 4]) {
        let words =
            [(self.begin, if self.end.is_some() { "event begins" } else { "event" }, &self.sea.t0), (self.end, "event ends", &self.sea.t1)];
        for (at, word, time) in words {
            let Some((lat, lon)) = at else { continue };
            let (x, y) = view.at(lat, lon);
            event_sign(svg, x, y);
            let time: String = time.replace('T', " ").chars().take(16).collect();
            label(labels, (room.0, room.1), (x, y, 14.0), &format!("{word} {time}"), frame);
        }
    }

    fn places(&self, svg: &mut Svg, labels: &mut Svg, room: Room<'_>, view: &View, frame: [f64; 4]) {
        for place in self.drawn() {
            let (x, y) = view.at(place.lat, place.lon);
            let r = place_sign(svg, &place.role, place.probability, x, y);
            if !view.shows((x, y)) {
                continue;
            }
            let mut name: String = place.name.chars().take(28).collect();
            if name.len() < place.name.len() {
                name.push('…');
            }
            let likely = place.probability.filter(|p| p.is_finite()).map_or_else(String::new, |p| format!(", {p:.2}"));
            let role: String = place.role.chars().take(12).collect();
            label(labels, (room.0, room.1), (x, y, r + 5.0), &format!("{role}: {name}{likely}"), frame);
        }
    }

    /// Ticks across the track at round times.
    fn times(&self, svg: &mut Svg, labels: &mut Svg, free: &mut Places, view: &View, track: &LeadTrack, frame: [f64; 4]) {
        let shown = |s: &&Spot| view.shows(view.spot(s));
        let spots = || track.runs.iter().flatten().filter(shown);
        let (Some(first), Some(last)) = (spots().map(|s| s.t).min(), spots().map(|s| s.t).max()) else { return };
        let step = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720, 1440, 2880].into_iter().map(|h| h * 3600).find(|s| (last - first) / s <= 10);
        let Some(step) = step else { return };
        let mut path = Path::default();
        for run in &track.runs {
            for pair in run.windows(2) {
                let mut t = pair[0].t.div_euclid(step) * step;
                while t < pair[1].t {
                    if t >= pair[0].t {
                        let (a, b, at) = (view.spot(&pair[0]), view.spot(&pair[1]), view.spot(&between(pair[0], pair[1], t)));
                        let length = (b.0 - a.0).hypot(b.1 - a.1);
                        let (ux, uy) = if length > 1e-9 { ((b.0 - a.0) / length, (b.1 - a.1) / length) } else { (1.0, 0.0) };
                        if view.shows(at) {
                            path.start((at.0 - uy * 5.0, at.1 + ux * 5.0));
                            path.go((at.0 + uy * 5.0, at.1 - ux * 5.0));
                            let text: String = moment(t).chars().skip(5).collect();
                            let candidates = [
                                (at.0 + 10.0, at.1 + 4.0, Anchor::Start),
                                (at.0 - 10.0, at.1 + 4.0, Anchor::End),
                                (at.0 + 8.0, at.1 - 8.0, Anchor::Start),
                                (at.0 - 8.0, at.1 + 16.0, Anchor::End),
                            ];
                            if let Some((x, y, anchor)) = free.find_free(&text, &candidates, frame) {
                                labels.text("c-halo c-muted", (x, y), anchor, &text);
                            }
                        }
                    }
                    t += step;
                }
            }
        }
        svg.path("m-tick", &path.d);
    }

    /// Every sign that is drawn, with its meaning; gives the bottom.
    fn legend(&self, svg: &mut Svg, view: &View) -> f64 {
        let mut items: Vec<(&str, String)> = Vec::new();
        for track in self.tracks.iter().filter(|t| !t.runs.is_empty()) {
            let name = track.name.as_deref().map_or_else(String::new, |name| format!("{}, ", name.chars().take(24).collect::<String>()));
            let who = if track.partner { "the other ship" } else { "the ship" };
            items.push((if track.partner { "partner" } else { "track" }, format!("{who} as heard: {name}MMSI {}", track.mmsi)));
        }
        if self.tracks.iter().any(|t| !t.gaps.is_empty()) {
            items.push(("gap", "not heard: last and next position, not a course".to_owned()));
        }
        if self.begin.is_some() || self.end.is_some() {
            items.push(("event", "the event of the lead".to_owned()));
        }
        for (key, words) in [
            ("left", "where it came from"),
            ("declared", "declared destination"),
            ("actual", "where it was found to be"),
            ("possible", "possible port, larger is likelier (an inference)"),
        ] {
            if self.drawn().iter().any(|p| p.role == key) {
                items.push((key, words.to_owned()));
            }
        }
        items.push(("land", "land".to_owned()));
        let (mut x, mut y) = (LEFT, view.bottom() + 44.0);
        for (key, words) in &items {
            let width = 42.0 + text_width(words, TEXT);
            if x > LEFT && x + width > RIGHT {
                (x, y) = (LEFT, y + 22.0);
            }
            let (cx, cy) = (x + 14.0, y - 4.0);
            match *key {
                "track" | "partner" => {
                    let mut path = Path::default();
                    path.run([(x, cy), (x + 28.0, cy)]);
                    svg.path(if *key == "partner" { "m-track m-partner" } else { "m-track" }, &path.d);
                    arrow(svg, (cx + 1.0, cy), (1.0, 0.0), *key == "partner");
                }
                "gap" => svg.line("m-gap", [x, cy, x + 28.0, cy]),
                "event" => event_sign(svg, cx, cy),
                "land" => {
                    for i in 0..3 {
                        svg.line("m-land", [x + 2.0, cy - 5.0 + HATCH * f64::from(i), x + 26.0, cy - 5.0 + HATCH * f64::from(i)]);
                    }
                }
                role => {
                    place_sign(svg, role, Some(0.3), cx, cy);
                }
            }
            svg.text("c-legend", (x + 36.0, y), Anchor::Start, words);
            x += width + 14.0;
        }
        y + 10.0
    }

    fn description(&self) -> String {
        let mut text = self.lead.subject.clone();
        text.push_str(". ");
        for [mark, what, place, when] in self.rows().into_iter().take(24) {
            let _ = write!(text, "{mark}: {what}, {place}{}{when}. ", if when.is_empty() { "" } else { ", " });
        }
        text.trim_end().to_owned()
    }

    /// The marks in words: event, places, silences.
    fn rows(&self) -> Vec<[String; 4]> {
        let mut rows = Vec::new();
        for (at, mark, time) in
            [(self.begin, if self.end.is_some() { "event begins" } else { "event" }, &self.sea.t0), (self.end, "event ends", &self.sea.t1)]
        {
            if let Some((lat, lon)) = at {
                rows.push([mark.to_owned(), self.sea.kind.replace('_', " "), position(lat, lon), time.clone()]);
            }
        }
        for place in &self.sea.places {
            let at = if is_place(place.lat, place.lon) { position(place.lat, place.lon) } else { "no place on a map".to_owned() };
            let likely = place.probability.map_or_else(String::new, |p| format!("probability {p:.2}"));
            rows.push([place.role.clone(), format!("{}: {}", role(place), place.name), at, likely]);
        }
        for track in self.tracks {
            let mut gaps = longest(track, TABLE_GAPS);
            gaps.sort_by_key(|(a, _)| a.t);
            for (a, b) in gaps {
                let miles = nautical_miles(a.lat, a.lon, b.lat, b.lon);
                let what = format!("MMSI {} silent for {}, {miles:.0} nautical miles between its ends", track.mmsi, hours(a.t, b.t));
                let at = format!("{} to {}", position(a.lat, a.lon), position(b.lat, b.lon));
                rows.push(["not heard".to_owned(), what, at, format!("{} to {} UTC", moment(a.t), moment(b.t))]);
            }
        }
        rows
    }

    fn caption(&self, drawings: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for track in self.tracks {
            let who = if track.partner { "the other ship, MMSI" } else { "MMSI" };
            let first = track.runs.first().and_then(|run| run.first());
            let last = track.runs.last().and_then(|run| run.last());
            lines.push(match (first, last) {
                (Some(first), Some(last)) => format!(
                    "Solid: {who} {} as heard from {} to {} UTC, {} positions in {}.",
                    track.mmsi,
                    moment(first.t),
                    moment(last.t),
                    track.heard,
                    if track.runs.len() == 1 { "one run".to_owned() } else { format!("{} runs", track.runs.len()) }
                ),
                _ => format!("No position of {who} {} from two days before to two days after the event is in the case.", track.mmsi),
            });
        }
        let gaps: usize = self.tracks.iter().map(|t| t.gaps.len()).sum();
        if gaps > 0 {
            lines.push("Dashed: a silence of more than an hour, from the last to the next position. Where the ship was in between is not known, and a silence can be the receivers'.".to_owned());
        }
        let cut: usize = self.tracks.iter().map(|t| t.gaps.len().saturating_sub(MOST_GAPS) + t.runs.len().saturating_sub(MOST_RUNS)).sum();
        if cut > 0 {
            lines.push(format!("{cut} of the shortest silences and runs are not drawn; the files in data/ have them."));
        }
        if self.places.len() > MOST_PLACES {
            lines.push(format!("{} less likely places are in the table only.", self.places.len() - MOST_PLACES));
        }
        if drawings > 1 {
            lines.push("The second drawing shows the event closer.".to_owned());
        }
        lines.push(
            "Times are UTC. Mercator; coast and land of Natural Earth 1:10m, generalised by up to 2 km. Not for navigation.".to_owned(),
        );
        lines
    }
}

/// The longest silences of a track.
fn longest(track: &LeadTrack, most: usize) -> Vec<(Spot, Spot)> {
    let mut gaps = track.gaps.clone();
    gaps.sort_by_key(|(a, b)| (std::cmp::Reverse(b.t - a.t), a.t));
    gaps.truncate(most);
    gaps
}

/// The runs as one path with as many subpaths, and arrows along them.
fn runs(svg: &mut Svg, view: &View, track: &LeadTrack) {
    let mut order: Vec<&Vec<Spot>> = track.runs.iter().collect();
    if order.len() > MOST_RUNS {
        order.sort_by_key(|run| (std::cmp::Reverse(run.len()), run.first().map(|s| s.t)));
        order.truncate(MOST_RUNS);
        order.sort_by_key(|run| run.first().map(|s| s.t));
    }
    let mut path = Path::default();
    for run in &order {
        path.run(run.iter().map(|s| view.spot(s)));
    }
    svg.path(if track.partner { "m-track m-partner" } else { "m-track" }, &path.d);
    let (mut way, mut drawn) = (60.0, 0);
    for run in &order {
        for pair in run.windows(2) {
            let (a, b) = (view.spot(&pair[0]), view.spot(&pair[1]));
            let length = (b.0 - a.0).hypot(b.1 - a.1);
            if length < 1e-9 {
                continue;
            }
            let unit = ((b.0 - a.0) / length, (b.1 - a.1) / length);
            let mut next = 90.0 - way;
            while next <= length && drawn < 24 {
                let at = (a.0 + unit.0 * next, a.1 + unit.1 * next);
                if view.shows(at) {
                    arrow(svg, at, unit, track.partner);
                    drawn += 1;
                }
                next += 90.0;
            }
            way = if next > length { 90.0 - (next - length) } else { 0.0 };
        }
    }
}

/// The head of an arrow: full for the ship, hollow for the other one.
fn arrow(svg: &mut Svg, (x, y): (f64, f64), (ux, uy): (f64, f64), hollow: bool) {
    let point = |ahead: f64, side: f64| (x + ux * ahead - uy * side, y + uy * ahead + ux * side);
    svg.polygon(if hollow { "m-arrow m-partner" } else { "m-arrow" }, &[point(6.0, 0.0), point(-5.0, 4.6), point(-5.0, -4.6)]);
}

fn event_sign(svg: &mut Svg, x: f64, y: f64) {
    svg.circle("m-event", x, y, 7.0);
    svg.line("m-event", [x - 10.0, y, x + 10.0, y]);
    svg.line("m-event", [x, y - 10.0, x, y + 10.0]);
}

/// The sign of a place; gives how far it reaches.
fn place_sign(svg: &mut Svg, role: &str, probability: Option<f64>, x: f64, y: f64) -> f64 {
    let square = [(x - 6.0, y - 6.0), (x + 6.0, y - 6.0), (x + 6.0, y + 6.0), (x - 6.0, y + 6.0)];
    match role {
        "declared" => svg.polygon("m-declared", &square),
        "actual" => svg.polygon("m-actual", &square),
        "left" => svg.polygon("m-left", &[(x, y - 7.0), (x + 7.0, y + 5.5), (x - 7.0, y + 5.5)]),
        "possible" => {
            // The area goes with the probability.
            let r = 3.0 + 9.0 * probability.filter(|p| p.is_finite()).unwrap_or(0.1).clamp(0.0, 1.0).sqrt();
            svg.circle("m-possible", x, y, r);
            svg.circle("m-dot", x, y, 1.5);
            return r;
        }
        _ => svg.polygon("m-declared", &[(x, y - 7.0), (x + 7.0, y), (x, y + 7.0), (x - 7.0, y)]),
    }
    7.0
}

/// Where labels may lie: nowhere on another label, and better not on a track either.
type Room<'a> = (&'a mut Places, &'a mut Places);

/// Keeps labels off a line.
fn block(room: &mut Places, line: &[(f64, f64)], view: &View) {
    for pair in line.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let steps = ((b.0 - a.0).hypot(b.1 - a.1) / 6.0).ceil().clamp(1.0, 400.0);
        let mut i = 0.0;
        while i <= steps {
            let at = (a.0 + (b.0 - a.0) * i / steps, a.1 + (b.1 - a.1) * i / steps);
            if view.shows(at) {
                room.block([at.0 - 2.0, at.1 - 2.0, 4.0, 4.0]);
            }
            i += 1.0;
        }
    }
}

/// A label beside a mark: clear of all lines if possible, else of other labels, else beside it anyway.
fn label(labels: &mut Svg, (free, clear): Room<'_>, (x, y, r): (f64, f64, f64), text: &str, frame: [f64; 4]) {
    if !(frame[0]..=frame[2]).contains(&x) || !(frame[1]..=frame[3]).contains(&y) {
        return;
    }
    let candidates = [
        (x + r, y + 4.0, Anchor::Start),
        (x - r, y + 4.0, Anchor::End),
        (x, y - r - 3.0, Anchor::Middle),
        (x, y + r + 11.0, Anchor::Middle),
        (x + r, y - 11.0, Anchor::Start),
        (x + r, y + 19.0, Anchor::Start),
        (x - r, y - 11.0, Anchor::End),
        (x - r, y + 19.0, Anchor::End),
        (x + r, y + 4.0, if x > (LEFT + RIGHT) / 2.0 { Anchor::End } else { Anchor::Start }),
    ];
    let found = clear.find_free(text, &candidates, frame);
    let candidates = found.map_or_else(|| candidates.to_vec(), |found| vec![found]);
    if let Some((x, y, anchor)) = free.find(text, &candidates, frame) {
        clear.find(text, &[(x, y, anchor)], frame);
        labels.text("c-halo", (x, y), anchor, text);
    }
}

/// Coast lines, and land as horizontal lines between them.
fn coast(svg: &mut Svg, view: &View) {
    let wrap = |lon: f64| (lon + 540.0).rem_euclid(360.0) - 180.0;
    let (west, mut east) = (wrap(view.west), wrap(view.west) + (view.east - view.west).min(359.9));
    let shift = view.west - west;
    if east > 180.0 {
        east -= 360.0;
    }
    let bounds = Bounds { south: view.south, west, north: view.north, east };
    let lines: Vec<Vec<(f64, f64)>> = outline(bounds)
        .iter()
        .map(|line| line.iter().map(|&(lat, lon)| view.flat(f64::from(lat), f64::from(lon) + shift)).collect())
        .collect();
    let mut tolerance = 0.3;
    let (mut path, mut thin);
    loop {
        thin = lines.iter().filter(|l| size(l) > tolerance * 4.0).map(|l| simplify(l, tolerance)).collect::<Vec<_>>();
        path = Path::default();
        thin.iter().for_each(|line| path.run(line.iter().copied()));
        if path.d.len() <= COAST_BYTES || tolerance > 20.0 {
            break;
        }
        tolerance *= 1.5;
    }
    let mut land = Path::default();
    let mask = Land::bundled();
    let mut y = TOP + HATCH / 2.0;
    while y < view.bottom() {
        let lat = latitude(northing(view.north) - (y - TOP) / view.scale);
        let mut cuts = vec![LEFT, RIGHT];
        for pair in thin.iter().flat_map(|line| line.windows(2)) {
            let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
            if (y1 <= y) != (y2 <= y) {
                cuts.push(x1 + (x2 - x1) * (y - y1) / (y2 - y1));
            }
        }
        cuts.sort_by(f64::total_cmp);
        let on_land = |x: f64| mask.is_land(lat, wrap(view.west + (x - LEFT) / view.scale));
        let mut open: Option<(f64, f64)> = None;
        for pair in cuts.windows(2) {
            let (a, b) = (pair[0].max(LEFT), pair[1].min(RIGHT));
            if b - a < 0.5 {
                continue;
            }
            let votes = [0.2, 0.5, 0.8].into_iter().filter(|share| on_land(a + (b - a) * share)).count();
            match (&mut open, votes >= 2) {
                (Some(open), true) if a - open.1 < 1.0 => open.1 = b,
                (_, true) => {
                    hatch(&mut land, open, y);
                    open = Some((a, b));
                }
                _ => {}
            }
        }
        hatch(&mut land, open, y);
        y += HATCH;
    }
    svg.path("m-land", &land.d);
    svg.path("m-coast", &path.d);
}

fn hatch(land: &mut Path, stretch: Option<(f64, f64)>, y: f64) {
    if let Some((a, b)) = stretch {
        let _ = write!(land.d, "M{} {}H{}", tenth(tenths(a)), tenth(tenths(y)), tenth(tenths(b)));
    }
}

fn size(line: &[(f64, f64)]) -> f64 {
    let range = |of: fn(&(f64, f64)) -> f64| {
        let (low, high) = line.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |a, v| (a.0.min(v), a.1.max(v)));
        high - low
    };
    range(|p| p.0).max(range(|p| p.1))
}

/// Minutes between two lines of the grid: round ones, at most seven lines.
fn step(degrees: f64) -> i64 {
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800].into_iter().find(|step| degrees * 60.0 / *step as f64 <= 7.0).unwrap_or(3600)
}

fn grid(from: f64, to: f64) -> Vec<i64> {
    let step = step(to - from);
    let first = (from * 60.0 / step as f64).ceil() as i64;
    (first..).map(|i| i * step).take_while(|&minutes| minutes as f64 / 60.0 <= to).collect()
}

fn graticule(svg: &mut Svg, view: &View) {
    for minutes in grid(view.south, view.north) {
        let (_, y) = view.flat(minutes as f64 / 60.0, view.west);
        svg.line("m-grid", [LEFT, y, RIGHT, y]);
    }
    for minutes in grid(view.west, view.east) {
        let (x, _) = view.flat(0.0, minutes as f64 / 60.0);
        svg.line("m-grid", [x, TOP, x, view.bottom()]);
    }
}

/// The names of the lines, outside the frame.
fn degrees(svg: &mut Svg, view: &View) {
    for minutes in grid(view.south, view.north) {
        let (_, y) = view.flat(minutes as f64 / 60.0, view.west);
        if y > TOP + 6.0 && y < view.bottom() - 2.0 {
            svg.text("c-muted", (LEFT - 6.0, y + 4.0), Anchor::End, &degree(minutes, ["N", "S"]));
        }
    }
    for minutes in grid(view.west, view.east) {
        let (x, _) = view.flat(0.0, minutes as f64 / 60.0);
        if x > LEFT + 10.0 && x < RIGHT - 16.0 {
            let wrapped = (minutes + 180 * 60).rem_euclid(360 * 60) - 180 * 60;
            svg.text("c-muted", (x, view.bottom() + 17.0), Anchor::Middle, &degree(wrapped, ["E", "W"]));
        }
    }
}

/// `39°30′ N`.
fn degree(minutes: i64, [plus, minus]: [&str; 2]) -> String {
    let (whole, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let side = if minutes == 0 || minutes.abs() == 180 * 60 && plus == "E" {
        String::new()
    } else {
        format!(" {}", if minutes < 0 { minus } else { plus })
    };
    if rest == 0 { format!("{whole}°{side}") } else { format!("{whole}°{rest:02}′{side}") }
}

/// The bar of miles, in the corner with the fewest points of the lead.
fn scale_bar(svg: &mut Svg, free: &mut Places, view: &View, points: &[(f64, f64)]) {
    let mile = view.mile();
    let miles =
        [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0].into_iter().rfind(|m| m * mile <= 170.0).unwrap_or(1.0);
    let minutes = (view.middle() * 60.0).round() as i64;
    let text = format!("{miles} nautical {} at {}", if miles > 1.0 { "miles" } else { "mile" }, degree(minutes / 60 * 60, ["N", "S"]));
    let (width, height) = ((miles * mile).max(text_width(&text, TEXT)) + 16.0, 34.0);
    let (left, top, right, bottom) = (LEFT + 6.0, TOP + 6.0, RIGHT - 6.0 - width, view.bottom() - 6.0 - height);
    let inside = |&(x, y): &(f64, f64)| {
        points.iter().filter(|p| p.0 > x - 40.0 && p.0 < x + width + 40.0 && p.1 > y - 20.0 && p.1 < y + height + 20.0).count()
    };
    let corners = [(left, bottom), (right, bottom), (left, top), (right, top)];
    let (x, y) = corners.into_iter().min_by_key(inside).unwrap_or(corners[0]);
    svg.rect("m-plate", [x, y, width, height]);
    free.block([x, y, width, height]);
    let (from, to, line) = (x + 8.0, x + 8.0 + miles * mile, y + height - 9.0);
    svg.line("m-scale", [from, line, to, line]);
    svg.line("m-scale", [from, line - 5.0, from, line + 5.0]);
    svg.line("m-scale", [to, line - 5.0, to, line + 5.0]);
    svg.text("", (from, line - 9.0), Anchor::Start, &text);
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    fn draw(lead: &Lead, tracks: &[LeadTrack]) -> Map {
        map(lead, &tracks.iter().collect::<Vec<_>>()).unwrap()
    }

    /// The `d` of the path of a class.
    fn path<'a>(svg: &'a str, class: &str) -> &'a str {
        svg.split(&format!(r#"<path class="{class}" d=""#)).nth(1).and_then(|rest| rest.split('"').next()).unwrap()
    }

    /// Whether no attribute holds what is no number.
    fn numbers(svg: &str) -> bool {
        !svg.contains("NaN") && !svg.contains("\"inf") && !svg.contains("\"-inf")
    }

    #[test]
    fn a_silence_is_never_bridged() {
        let (lead, tracks) = example::hungnam();
        let svg = &draw(&lead, &tracks).drawings[0];
        assert_eq!(path(svg, "m-track").matches('M').count(), tracks[0].runs.len());
        assert_eq!(path(svg, "m-gap").matches('M').count(), tracks[0].gaps.len());
        assert!(svg.contains("not heard 42 h"));
    }

    #[test]
    fn a_track_over_the_antimeridian_does_not_run_around_the_world() {
        let (lead, tracks) = example::antimeridian();
        let map = draw(&lead, &tracks);
        assert_eq!(map.drawings.len(), 2, "the event is small on the whole map");
        for step in path(&map.drawings[0], "m-track").split(['M', 'l']).filter(|s| !s.is_empty()).skip(1) {
            let x: f64 = step.split(' ').next().unwrap().parse().unwrap();
            assert!(x.abs() < 400.0, "{step}");
        }
        assert!(map.drawings[0].contains(">180°<"));
        assert!(map.drawings[0].contains("m-track m-partner"));
        assert!(map.rows[0][2].contains("179.980° E"));
    }

    #[test]
    fn without_positions_the_places_are_drawn_and_it_says_so() {
        let (lead, mut tracks) = example::hungnam();
        tracks[0].runs.clear();
        tracks[0].gaps.clear();
        let map = draw(&lead, &tracks);
        assert!(!map.drawings[0].contains("<path class=\"m-track\""));
        assert!(map.caption[0].starts_with("No position of MMSI 273999001"));
        let mut nowhere = lead;
        nowhere.sea = Some(SeaEvent { places: Vec::new(), lat: None, lat1: None, ..nowhere.sea.unwrap() });
        assert!(map_none(&nowhere));
    }

    fn map_none(lead: &Lead) -> bool {
        map(lead, &[]).is_none()
    }

    #[test]
    fn a_single_point_is_a_dot_on_a_map_of_some_size() {
        let (lead, mut tracks) = example::hungnam();
        let lead = Lead { sea: Some(SeaEvent { places: Vec::new(), lat: None, lat1: None, ..lead.sea.clone().unwrap() }), ..lead };
        tracks[0].runs = vec![vec![Spot { t: 1_710_201_600, lat: 40.0, lon: 130.0 }]];
        tracks[0].gaps.clear();
        let svg = &draw(&lead, &tracks).drawings[0];
        assert!(path(svg, "m-track").ends_with("h0"));
        assert!(svg.contains("5 nautical miles"));
    }

    #[test]
    fn hostile_names_stay_text() {
        let (mut lead, mut tracks) = example::hungnam();
        let hostile = "</text><script>alert(1)</script>\"onload=x'&";
        lead.title = hostile.to_owned();
        lead.subject = hostile.to_owned();
        tracks[0].name = Some(hostile.to_owned());
        let sea = lead.sea.as_mut().unwrap();
        for place in &mut sea.places {
            place.name = hostile.to_owned();
        }
        sea.places[0].role = hostile.to_owned();
        sea.t0 = hostile.to_owned();
        sea.kind = hostile.to_owned();
        let svg = &draw(&lead, &tracks).drawings[0];
        assert!(!svg.contains("<script"));
        assert!(!svg.contains("\"onload"));
    }

    #[test]
    fn the_same_lead_gives_the_same_small_drawing() {
        for (lead, tracks) in [example::hungnam(), example::antimeridian()] {
            let (a, b) = (draw(&lead, &tracks), draw(&lead, &tracks));
            assert_eq!(a.drawings, b.drawings);
            let bytes: usize = a.drawings.iter().map(String::len).sum();
            assert!(bytes < 60_000, "{bytes}");
            assert!(numbers(&a.drawings[0]));
        }
    }

    #[test]
    fn made_up_evidence_is_said_across_the_map() {
        let (mut lead, tracks) = example::hungnam();
        assert!(draw(&lead, &tracks).drawings[0].contains("SYNTHETIC: MADE UP"));
        lead.evidence[0].origin = "published".to_owned();
        assert!(!draw(&lead, &tracks).drawings[0].contains("SYNTHETIC"));
    }

    #[test]
    fn places_that_are_none_are_left_out() {
        let (mut lead, tracks) = example::hungnam();
        let sea = lead.sea.as_mut().unwrap();
        sea.places[0].lat = f64::NAN;
        sea.places[1].lon = 1e300;
        sea.lat = Some(f64::INFINITY);
        let map = draw(&lead, &tracks);
        assert!(numbers(&map.drawings[0]));
        assert!(map.rows.iter().any(|row| row[2] == "no place on a map"));
    }

    #[test]
    fn grids_are_round_and_named() {
        assert_eq!(grid(34.2, 43.9), [2160, 2280, 2400, 2520]);
        assert_eq!(degree(39 * 60 + 30, ["N", "S"]), "39°30′ N");
        assert_eq!(degree(-5 * 60, ["E", "W"]), "5° W");
        assert_eq!(degree(180 * 60, ["E", "W"]), "180°");
    }
}
