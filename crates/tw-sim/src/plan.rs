//! What ships do: ordinary trade first, then the evasions and their innocent twins.

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::hulls::{FLAGS, Hull, Identity, Kind, flag, identity, imo_number, invented_name, lognormal};
use crate::lanes::{Lanes, nm, offset};
use crate::radio::mix;
use crate::text;
use crate::track::{Leg, Motion, Track, length, sail};

/// Barrels of gas oil in a tonne (methods, ships, section 2.10).
pub(crate) const GASOIL_BARRELS_PER_TONNE: f64 = 7.45;

/// Typed fields from a moment on.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub from: i64,
    pub destination: String,
    /// 0.1 m; 0 is not typed.
    pub draught: u8,
    pub eta: i64,
}

/// A time without transmission.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Off {
    pub t0: i64,
    pub t1: i64,
}

/// What is sent instead of the position.
#[derive(Clone, Debug)]
pub(crate) enum Lie {
    /// The positions of another way.
    Track(Track),
    /// The ship's own positions of so many seconds ago.
    Replay(i64),
    /// The position moved by degrees, at once or over so many seconds.
    Shift(f64, f64, i64),
    /// A place that does not move.
    Fixed((f64, f64)),
}

#[derive(Clone, Debug)]
pub(crate) struct Fake {
    pub t0: i64,
    pub t1: i64,
    pub lie: Lie,
    /// Whether the transmitter really is where it says, on another ship.
    pub elsewhere: bool,
}

/// A voyage between two ports as it really was.
#[derive(Clone, Debug)]
pub(crate) struct Voyage {
    pub departed: i64,
    pub arrived: i64,
    pub from: usize,
    pub to: usize,
    /// Port that the typed destination names.
    pub declared: Option<usize>,
    /// Port in the records of the port of departure.
    pub record: Option<usize>,
    /// Why the typed destination is not the port of arrival, if it is not.
    pub why: Option<&'static str>,
    pub cargo: f64,
    pub concealed: bool,
    /// What the records name if it is not a port.
    pub record_text: Option<&'static str>,
}

/// How it is found out whether anybody could have seen an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Detect {
    /// At least three positions during it, over half of its time or two hours.
    Seen,
    /// The same for the partner also.
    BothSeen,
    /// Transmissions that would have been heard: four at least, and positions before and after.
    Silence,
    /// Positions after departure, one after the call, and one within 60 miles of the port.
    Approach((f64, f64)),
    /// At least three positions within five miles of the place.
    AtPlace((f64, f64)),
    /// Positions within a day before and a day after.
    Change,
    /// False positions that were received: three at least.
    Lies,
    /// Static reports on both sides.
    Typed,
    /// At least three positions.
    Any,
}

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub kind: &'static str,
    pub ship: usize,
    pub t0: i64,
    pub t1: i64,
    pub at: Option<(f64, f64)>,
    pub at_end: Option<(f64, f64)>,
    pub twin: Option<&'static str>,
    pub barrels: Option<f64>,
    pub partner: Option<usize>,
    pub counter: Option<&'static str>,
    pub note: String,
    pub detect: Detect,
}

#[derive(Clone, Debug)]
pub(crate) struct Ship {
    pub hull: Hull,
    pub ids: Vec<Identity>,
    pub track: Track,
    pub fields: Vec<Field>,
    pub off: Vec<Off>,
    pub fakes: Vec<Fake>,
    pub voyages: Vec<Voyage>,
    /// When it is in the region at all.
    pub present: (i64, i64),
}

impl Ship {
    pub(crate) fn id_at(&self, t: i64) -> &Identity {
        let i = self.ids.partition_point(|id| id.from <= t);
        &self.ids[i.saturating_sub(1)]
    }

    pub(crate) fn field_at(&self, t: i64) -> Option<&Field> {
        let i = self.fields.partition_point(|field| field.from <= t);
        self.fields.get(i.saturating_sub(1))
    }
}

/// Points of a way.
type Line = Vec<(f64, f64)>;

/// Sea areas far from land: for meetings, fishing and drifting.
const AREAS: [(f64, f64); 17] = [
    (29.5, 126.0),
    (31.5, 125.0),
    (28.5, 123.2),
    (27.5, 124.0),
    (36.6, 123.8),
    (37.5, 124.2),
    (42.2, 134.2),
    (41.3, 132.3),
    (40.2, 131.8),
    (39.0, 132.0),
    (38.0, 134.0),
    (41.5, 137.0),
    (43.0, 136.4),
    (34.2, 130.0),
    (33.0, 123.8),
    (36.4, 130.6),
    (37.0, 131.6),
];

pub(crate) struct World {
    pub seed: u64,
    pub t0: i64,
    pub t1: i64,
    pub mismatch: f64,
    pub lanes: Lanes,
    pub ships: Vec<Ship>,
    pub events: Vec<Event>,
    pub listings: Vec<Listing>,
    serial: u32,
}

/// Plans one ship, from its begin to where it stands now.
struct Planner<'a> {
    lanes: &'a Lanes,
    rng: ChaCha8Rng,
    ship: Ship,
    id: usize,
    t: i64,
    at: usize,
    /// Where it is when it is not in a port.
    cargo: f64,
    mismatch: f64,
    events: Vec<Event>,
    /// Port forced for the next voyage.
    next: Option<usize>,
    /// Gas oil or other cargo of a tanker was loaded at this draught.
    typed: u8,
}

fn hours(h: f64) -> i64 {
    (h * 3600.0) as i64
}

impl<'a> Planner<'a> {
    fn phase(&mut self) -> [f64; 4] {
        [self.rng.random(), self.rng.random(), self.rng.random(), self.rng.random()]
    }

    fn leg(&mut self, seconds: i64, motion: Motion, status: u8) {
        let phase = self.phase();
        // One officer in eight forgets to change the status.
        let status = if self.rng.random_bool(0.12) { [0, 5, 1, 15][self.rng.random_range(0..4)] } else { status };
        let t1 = self.t + seconds.max(60);
        self.ship.track.legs.push(Leg { t0: self.t, t1, motion, phase, status });
        self.t = t1;
    }

    fn here(&self) -> (f64, f64) {
        self.ship.track.legs.last().map_or(self.lanes.ports[self.at].at, |leg| leg.state(leg.t1).at)
    }

    fn between(&mut self, a: f64, b: f64) -> f64 {
        self.rng.random_range(a..b)
    }

    fn stay(&mut self, h: f64) {
        let (bearing, away, heading) = (self.between(0.0, 360.0), self.between(0.0, 0.12), self.between(0.0, 360.0));
        let at = match self.ship.track.legs.last() {
            Some(leg) if matches!(leg.motion, Motion::Berth { .. } | Motion::Sail { .. }) => leg.state(leg.t1).at,
            _ => offset(self.lanes.ports[self.at].at, bearing, away),
        };
        self.leg(hours(h), Motion::Berth { at, heading }, 5);
    }

    fn sail_along(&mut self, path: Vec<(f64, f64)>, knots: f64) {
        let motion = sail(path);
        let h = length(&motion) / knots.max(1.0);
        self.leg(hours(h), motion, 0);
    }

    /// Way from here, wherever that is, to a port; the last point a little off the port's.
    fn way_to_port(&mut self, to: usize) -> Vec<(f64, f64)> {
        let here = self.here();
        let mut path = if nm(here, self.lanes.ports[self.at].at) < 2.0 {
            self.lanes.ports_route(self.at, to)
        } else {
            let mut back = self.lanes.to_point(to, here);
            back.reverse();
            back
        };
        let (bearing, away) = (self.between(0.0, 360.0), self.between(0.0, 0.12));
        if let Some(first) = path.first_mut() {
            *first = here;
        }
        if let Some(last) = path.last_mut() {
            *last = offset(*last, bearing, away);
        }
        path
    }

    fn way_to_point(&self, to: (f64, f64)) -> Vec<(f64, f64)> {
        let mut path = self.lanes.to_point(self.at, to);
        if let Some(first) = path.first_mut() {
            *first = self.here();
        }
        path
    }

    fn speed(&mut self) -> f64 {
        self.ship.hull.speed * self.rng.random_range(0.9..1.03)
    }

    /// Cuts a way into the part up to so many miles before its end, and the rest.
    fn cut(path: &[(f64, f64)], before_end: f64) -> (Line, Line) {
        let Motion::Sail { miles, .. } = sail(path.to_vec()) else { return (path.to_vec(), Vec::new()) };
        let d = miles.last().copied().unwrap_or(0.0) - before_end;
        if d <= 0.0 {
            return (Vec::new(), path.to_vec());
        }
        let i = miles.partition_point(|&m| m <= d).clamp(1, path.len() - 1);
        let f = (d - miles[i - 1]) / (miles[i] - miles[i - 1]).max(1e-9);
        let at = (path[i - 1].0 + (path[i].0 - path[i - 1].0) * f, path[i - 1].1 + (path[i].1 - path[i - 1].1) * f);
        let mut first = path[..i].to_vec();
        first.push(at);
        let mut rest = vec![at];
        rest.extend_from_slice(&path[i..]);
        (first, rest)
    }

    fn pick_port(&mut self) -> usize {
        let here = self.lanes.ports[self.at].at;
        let tanker = self.ship.hull.kind.is_tanker();
        let small = self.ship.hull.dwt < 8_000.0;
        let weights: Vec<f64> = self
            .lanes
            .ports
            .iter()
            .enumerate()
            .map(|(i, port)| {
                if i == self.at || port.country == "KP" || (tanker && !port.oil) {
                    return 0.0;
                }
                let d = nm(here, port.at);
                1.0 / (if small { 120.0 } else { 400.0 } + d)
            })
            .collect();
        let mut x = self.rng.random::<f64>() * weights.iter().sum::<f64>();
        for (i, w) in weights.iter().enumerate() {
            x -= w;
            if x <= 0.0 && *w > 0.0 {
                return i;
            }
        }
        self.lanes.port("KRPUS")
    }

    fn true_draught(&self) -> f64 {
        self.ship.hull.draught_with(self.cargo)
    }

    /// The crew types the draught: stale with probability 0.6 unless forced (methods, ships, section 6).
    fn type_draught(&mut self, forced: bool) {
        if self.typed == 0 || forced || self.rng.random_bool(0.4) {
            let error: f64 = self.rng.random_range(-0.12..0.12);
            self.typed = ((self.true_draught() + error) * 10.0).round().clamp(1.0, 254.0) as u8;
        }
    }

    fn field(&mut self, from: i64, destination: String, eta: i64) {
        let draught = if self.ship.hull.kind.trades() || self.ship.hull.kind == Kind::BunkerBarge { self.typed } else { 0 };
        self.ship.fields.push(Field { from, destination, draught, eta });
    }

    fn load_or_discharge(&mut self) {
        let hull = &self.ship.hull;
        let dwt = hull.dwt;
        self.cargo = match hull.kind {
            Kind::ProductTanker | Kind::ChemicalTanker | Kind::CrudeTanker | Kind::Bulk => {
                if self.cargo > 0.1 * dwt {
                    0.0
                } else {
                    dwt * self.rng.random_range(0.7..0.94)
                }
            }
            _ => dwt * self.rng.random_range(0.2..0.9),
        };
    }

    /// One ordinary voyage with the stay before it.
    fn voyage(&mut self) {
        match self.ship.hull.kind {
            Kind::Fishing => return self.fishing_trip(),
            Kind::Tug | Kind::Pilot | Kind::BunkerBarge => return self.harbour_work(),
            _ => {}
        }
        let kind = self.ship.hull.kind;
        let h = match kind {
            Kind::Container => lognormal(&mut self.rng, 15.0, 0.4),
            Kind::Ferry => lognormal(&mut self.rng, 5.0, 0.3),
            Kind::Passenger => lognormal(&mut self.rng, 10.0, 0.3),
            _ => lognormal(&mut self.rng, 28.0, 0.5),
        };
        self.stay(h);
        self.load_or_discharge();
        let to = match self.next.take() {
            Some(port) if port != self.at => port,
            _ => match self.ship.voyages.first() {
                // A ferry goes to and fro.
                Some(first) if kind == Kind::Ferry => {
                    if self.at == first.to {
                        first.from
                    } else {
                        first.to
                    }
                }
                _ => self.pick_port(),
            },
        };
        let (from, departed) = (self.at, self.t);
        let path = self.way_to_port(to);
        let speed = self.speed();
        let eta = departed + hours(length(&sail(path.clone())) / speed);
        let wrong = kind.trades() && self.rng.random::<f64>() < self.mismatch;
        let (mut why, mut declared) = (None, Some(to));
        let typed_at = departed - hours(self.rng.random_range(-2.0..1.5));
        self.type_draught(false);
        if wrong {
            let r = self.rng.random_range(0..100);
            if r < 45 {
                // Nothing is typed: the field still names the last port.
                why = Some("stale_field");
                declared = self.ship.voyages.last().map(|v| v.to);
                if let Some(field) = self.ship.fields.last().cloned() {
                    self.field(typed_at, field.destination, field.eta);
                }
            } else if r < 70 {
                let other = self.pick_port();
                why = Some(if r < 62 { "order_change" } else { "next_next_port" });
                declared = Some(other);
                let text = text::destination(&self.lanes.ports[other], &self.lanes.ports[from], &mut self.rng);
                self.field(typed_at, text, eta);
            } else if r < 80 {
                why = Some("names_the_port_of_departure");
                declared = Some(from);
                let text = text::destination(&self.lanes.ports[from], &self.lanes.ports[from], &mut self.rng);
                self.field(typed_at, text, eta);
            } else {
                why = Some("names_no_port");
                declared = None;
                let text = if r < 94 { text::no_place(&mut self.rng).to_owned() } else { String::new() };
                self.field(typed_at, text, eta);
            }
            if declared == Some(to) {
                why = None;
            }
        } else {
            let text = text::destination(&self.lanes.ports[to], &self.lanes.ports[from], &mut self.rng);
            self.field(typed_at, text, eta);
        }
        // Orders change after the clearance too: one record in twelve names another port.
        let record = if why == Some("order_change") {
            declared
        } else if self.rng.random_bool(0.08) {
            Some(self.pick_port())
        } else {
            Some(to)
        };
        self.arrive(path, speed, kind);
        let voyage =
            Voyage { departed, arrived: self.t, from, to, declared, record, why, cargo: self.cargo, concealed: false, record_text: None };
        self.finish(voyage);
    }

    /// Sails, with a drift for orders or a wait at anchor for some.
    fn arrive(&mut self, path: Vec<(f64, f64)>, speed: f64, kind: Kind) {
        let total = length(&sail(path.clone()));
        if kind.trades() && total > 200.0 && self.rng.random_bool(0.05) {
            let part = total * self.rng.random_range(0.35..0.65);
            let (first, rest) = Self::cut(&path, part);
            if let Some(&stop) = first.last() {
                self.sail_along(first, speed);
                self.drift(stop, 8.0, 30.0, true);
                let mut rest = rest;
                if let Some(begin) = rest.first_mut() {
                    *begin = self.here();
                }
                self.sail_along(rest, speed);
                return;
            }
        }
        if kind.trades() && total > 25.0 && self.rng.random_bool(0.35) {
            let before_end = self.rng.random_range(3.0..6.0);
            let (first, mut rest) = Self::cut(&path, before_end);
            if let Some(&stop) = first.last() {
                self.sail_along(first, speed);
                let h = lognormal(&mut self.rng, 10.0, 0.7).min(60.0);
                self.leg(hours(h), Motion::Anchor { at: stop }, 1);
                rest[0] = self.here();
                self.sail_along(rest, 7.0);
                return;
            }
        }
        self.sail_along(path, speed);
    }

    /// Drifts, and writes down that it loitered.
    fn drift(&mut self, at: (f64, f64), least: f64, most: f64, alone: bool) {
        let h = self.between(least, most);
        let (knots, bearing) = (self.between(0.2, 0.9), self.between(0.0, 360.0));
        let t0 = self.t;
        self.leg(hours(h), Motion::Drift { at, knots, bearing }, 0);
        let (t1, end) = (self.t, self.here());
        self.event("loitering", t0, t1, Some(at), Some(end), None, Detect::Seen);
        if alone {
            self.event("ship_to_ship_dark", t0, t1, Some(at), Some(end), Some("drifting_for_orders"), Detect::Seen);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one row of the truth file, written in one line each")]
    fn event(
        &mut self,
        kind: &'static str,
        t0: i64,
        t1: i64,
        at: Option<(f64, f64)>,
        at_end: Option<(f64, f64)>,
        twin: Option<&'static str>,
        detect: Detect,
    ) -> &mut Event {
        self.events.push(Event {
            kind,
            ship: self.id,
            t0,
            t1,
            at,
            at_end,
            twin,
            barrels: None,
            partner: None,
            counter: None,
            note: String::new(),
            detect,
        });
        self.events.last_mut().expect("an event was pushed in the line before")
    }

    fn finish(&mut self, voyage: Voyage) {
        if let (Some(why), true) = (voyage.why, self.ship.hull.kind.trades()) {
            let (from, to) = (self.lanes.ports[voyage.from].at, self.lanes.ports[voyage.to].at);
            let (t0, t1) = (voyage.departed, voyage.arrived);
            self.event("concealed_destination", t0, t1, Some(to), Some(from), Some(why), Detect::Any);
        }
        self.at = voyage.to;
        self.ship.voyages.push(voyage);
    }

    fn area_near(&mut self, most: f64) -> (f64, f64) {
        let here = self.lanes.ports[self.at].at;
        let mut near: Vec<(f64, f64)> = AREAS.iter().copied().filter(|&a| nm(a, here) < most).collect();
        if near.is_empty() {
            near = AREAS.to_vec();
            near.sort_by(|a, b| nm(*a, here).total_cmp(&nm(*b, here)));
            near.truncate(2);
        }
        let at = near[self.rng.random_range(0..near.len())];
        let (bearing, away) = (self.between(0.0, 360.0), self.between(0.0, 9.0));
        offset(at, bearing, away)
    }

    fn fishing_trip(&mut self) {
        let h = lognormal(&mut self.rng, 20.0, 0.6);
        self.stay(h);
        let text = ["FISHING", "FISHING GROUND", "", "", "SEA", "FISHING AREA"][self.rng.random_range(0..6)].to_owned();
        self.field(self.t, text, self.t);
        let at = self.area_near(220.0);
        let path = self.way_to_point(at);
        let speed = self.speed();
        self.sail_along(path, speed);
        let (radius, knots, h) = (self.between(3.0, 9.0), self.between(2.6, 4.2), self.between(20.0, 70.0));
        // The first place of the pattern is where the ship is: the phases of the two waves are zero.
        let (t0, t1) = (self.t, self.t + hours(h));
        let phase = [0.0, 0.0, self.rng.random(), self.rng.random()];
        self.ship.track.legs.push(Leg { t0, t1, motion: Motion::Roam { at, radius, knots }, phase, status: 7 });
        self.t = t1;
        let home = self.way_to_port(self.at);
        self.sail_along(home, speed);
    }

    fn harbour_work(&mut self) {
        let h = lognormal(&mut self.rng, 6.0, 0.6);
        self.stay(h);
        if self.ship.fields.is_empty() {
            let text = text::destination(&self.lanes.ports[self.at], &self.lanes.ports[self.at], &mut self.rng);
            self.type_draught(true);
            self.field(self.t, text, self.t);
        }
        let out = self.anchorage(self.at);
        let (there, speed) = (self.way_out(out), self.speed().min(11.0));
        self.sail_along(there, speed);
        let (radius, knots, h) = (self.between(0.4, 1.2), self.between(2.0, 6.0), self.between(1.0, 5.0));
        let (t0, t1) = (self.t, self.t + hours(h));
        let phase = [0.0, 0.0, self.rng.random(), self.rng.random()];
        self.ship.track.legs.push(Leg { t0, t1, motion: Motion::Roam { at: out, radius, knots }, phase, status: 0 });
        self.t = t1;
        let mut back = self.way_out(out);
        back.reverse();
        back[0] = self.here();
        let berth = self.lanes.ports[self.at].at;
        if let Some(last) = back.last_mut() {
            *last = berth;
        }
        self.sail_along(back, speed);
    }

    /// A place some miles outside a port, on the way to the open sea.
    fn anchorage(&mut self, port: usize) -> (f64, f64) {
        let busan = self.lanes.port(if port == self.lanes.port("KRPUS") { "JPHKT" } else { "KRPUS" });
        let path = self.lanes.ports_route(busan, port);
        let before_end = self.between(4.0, 7.0);
        Self::cut(&path, before_end).0.last().copied().unwrap_or(self.lanes.ports[port].at)
    }

    fn way_out(&self, out: (f64, f64)) -> Vec<(f64, f64)> {
        let busan = self.lanes.port(if self.at == self.lanes.port("KRPUS") { "JPHKT" } else { "KRPUS" });
        let mut path = self.lanes.ports_route(self.at, busan);
        let total = length(&sail(path.clone()));
        let out_miles = (0..path.len()).find(|&i| nm(path[i], path[0]) > nm(out, path[0])).unwrap_or(1).max(1);
        path.truncate(out_miles);
        if total > 0.0 {
            path.push(out);
        }
        path[0] = self.here();
        path
    }

    fn run_until(&mut self, t: i64) {
        while self.t < t {
            self.voyage();
        }
    }

    /// Goes to a port by an ordinary voyage if it is not there.
    fn go_to(&mut self, port: usize) {
        if self.at != port {
            self.next = Some(port);
            self.voyage();
        }
    }
}

impl World {
    /// A fleet that trades, without any evasion.
    pub(crate) fn new(seed: u64, t0: i64, t1: i64, ships: u32, mismatch: f64, present: (i64, i64)) -> Self {
        let mut world = Self {
            seed,
            t0,
            t1,
            mismatch,
            lanes: Lanes::bundled(),
            ships: Vec::new(),
            events: Vec::new(),
            listings: Vec::new(),
            serial: 0,
        };
        let mut rng = ChaCha8Rng::seed_from_u64(mix(&[seed, 1]));
        for _ in 0..ships {
            let mut x = rng.random::<f64>() * 100.0;
            let kind = Kind::SHARES.iter().find(|(_, share)| (x -= share, x < 0.0).1).map_or(Kind::General, |(kind, _)| *kind);
            world.add(Hull::build(kind, None, &mut rng), None, present);
        }
        world
    }

    fn planner(&self, id: usize, ship: Ship, salt: u64) -> Planner<'_> {
        let mut rng = ChaCha8Rng::seed_from_u64(mix(&[self.seed, salt, id as u64]));
        let kind = ship.hull.kind;
        let ports: Vec<usize> = (0..self.lanes.ports.len())
            .filter(|&i| self.lanes.ports[i].country != "KP" && (!kind.is_tanker() || self.lanes.ports[i].oil))
            .collect();
        let at = ports[rng.random_range(0..ports.len())];
        let begin = ship.present.0 - hours(rng.random_range(30.0..150.0));
        let mut planner = Planner {
            lanes: &self.lanes,
            rng,
            ship,
            id,
            t: begin,
            at,
            cargo: 0.0,
            mismatch: self.mismatch,
            events: Vec::new(),
            next: None,
            typed: 0,
        };
        planner.type_draught(true);
        if planner.rng.random_bool(0.5) {
            planner.cargo = 0.8 * planner.ship.hull.dwt;
        }
        planner
    }

    fn blank(&mut self, hull: Hull, flag3: Option<&str>, present: (i64, i64)) -> Ship {
        let serial = self.serial;
        self.serial += 1;
        let mut rng = ChaCha8Rng::seed_from_u64(mix(&[self.seed, 3, u64::from(serial)]));
        let usual: &[&str] = match hull.kind {
            Kind::Fishing | Kind::Tug | Kind::Pilot | Kind::BunkerBarge => &["KOR", "CHN", "JPN", "RUS"],
            _ => &[
                "PAN", "PAN", "LBR", "MHL", "HKG", "RUS", "RUS", "KOR", "KOR", "CHN", "CHN", "SGP", "TWN", "VNM", "BLZ", "SLE", "TGO",
                "MNG", "PLW", "JPN",
            ],
        };
        let code = flag3.unwrap_or_else(|| usual[rng.random_range(0..usual.len())]);
        let small = matches!(hull.kind, Kind::Fishing | Kind::Tug | Kind::Pilot | Kind::BunkerBarge);
        // Shares of ships without an IMO number: methods, ships, section 2.3.
        let imo =
            if rng.random_bool(if small { 0.8 } else { 0.04 }) { 0 } else { imo_number(serial * 7 + (self.seed as u32 % 1000) * 131) };
        let id = identity(serial, 9, flag(code), &mut rng, imo, i64::MIN);
        Ship {
            hull,
            ids: vec![id],
            track: Track::default(),
            fields: Vec::new(),
            off: Vec::new(),
            fakes: Vec::new(),
            voyages: Vec::new(),
            present,
        }
    }

    /// Adds a ship that trades for the whole time.
    fn add(&mut self, hull: Hull, flag3: Option<&str>, present: (i64, i64)) -> usize {
        let ship = self.blank(hull, flag3, present);
        let id = self.ships.len();
        self.ships.push(ship);
        self.replan(id, 11, |_| {});
        id
    }

    /// Plans a ship anew: what `package` does, then ordinary trade to the end.
    fn replan(&mut self, id: usize, salt: u64, package: impl FnOnce(&mut Planner<'_>)) {
        let mut ship = self.ships[id].clone();
        ship.track = Track::default();
        ship.fields.clear();
        ship.voyages.clear();
        ship.off.clear();
        ship.fakes.clear();
        ship.ids.truncate(1);
        self.events.retain(|event| event.ship != id);
        let mut planner = self.planner(id, ship, salt);
        package(&mut planner);
        planner.run_until(planner.ship.present.1 + 3600);
        let (mut ship, events) = (planner.ship, planner.events);
        ship.voyages.sort_by_key(|voyage| voyage.departed);
        ship.fields.sort_by_key(|field| field.from);
        self.ships[id] = ship;
        self.events.extend(events);
    }

    pub(crate) fn trading_voyages(&self) -> usize {
        self.ships
            .iter()
            .filter(|ship| ship.hull.kind.trades())
            .map(|ship| ship.voyages.iter().filter(|v| v.arrived > ship.present.0 && v.departed < ship.present.1).count())
            .sum()
    }
}

mod evasion;

pub(crate) use evasion::{Listing, inject, replay};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_ship_jumps_and_none_is_faster_than_a_ferry() {
        let t0 = 1_501_545_600;
        let t1 = t0 + 12 * 86_400;
        let mut world = World::new(11, t0, t1, 120, 0.4, (t0, t1));
        inject(&mut world, 6.0);
        for (id, ship) in world.ships.iter().enumerate() {
            assert!(
                ship.track.legs.first().is_some_and(|leg| leg.t0 < t0) && ship.track.legs.last().is_some_and(|leg| leg.t1 >= t1),
                "{id}"
            );
            let mut t = t0;
            while t < t1 {
                let (a, b) = (ship.track.at(t), ship.track.at(t + 300));
                let knots = nm(a, b) * 12.0;
                assert!(
                    knots < 30.0,
                    "hull {id} ({:?}) makes {knots} kn at {t}: {:?}",
                    ship.hull.kind,
                    ship.track.legs.iter().find(|leg| leg.t1 > t)
                );
                t += 300;
            }
        }
    }

    #[test]
    fn about_two_in_five_typed_destinations_are_wrong_for_innocent_reasons() {
        let t0 = 1_501_545_600;
        let world = World::new(12, t0, t0 + 30 * 86_400, 300, 0.4, (t0, t0 + 30 * 86_400));
        let voyages: Vec<&Voyage> = world.ships.iter().filter(|s| s.hull.kind.trades()).flat_map(|s| &s.voyages).collect();
        let share = voyages.iter().filter(|v| v.why.is_some()).count() as f64 / voyages.len() as f64;
        assert!((0.36..0.42).contains(&share), "{share}");
    }
}
