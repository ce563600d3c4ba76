//! Evasions, their counter-moves, and their innocent twins.

use super::*;

/// A call at an embargoed port that is not declared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Concealment {
    pub from: &'static str,
    pub to: &'static str,
    /// Port that is declared; `None` with a text is something else, as the fishing fleet.
    pub declared: Option<&'static str>,
    pub text: Option<&'static str>,
    pub tonnes: Option<f64>,
    pub dark: bool,
    pub counter: Option<&'static str>,
    /// Replaces the transmission meanwhile.
    pub lie: Option<&'static str>,
    pub note: &'static str,
}

impl Planner<'_> {
    /// First moment from `t` on at which the ship is farther from (or nearer to) a place than so many miles.
    fn when(&self, from: i64, to: i64, place: (f64, f64), miles: f64, farther: bool) -> i64 {
        let mut t = from;
        while t < to {
            if (nm(self.ship.track.at(t), place) > miles) == farther {
                return t;
            }
            t += 300;
        }
        to
    }

    fn load_tonnes(&mut self, tonnes: Option<f64>) -> f64 {
        let most = 0.94 * self.ship.hull.dwt;
        self.cargo = tonnes.unwrap_or_else(|| most * self.rng.random_range(0.55..1.0)).min(most);
        self.cargo
    }

    /// Leaves from where it is to a port, typing the destination truly.
    fn leave_to(&mut self, to: usize) {
        let from = self.at;
        let path = self.way_to_port(to);
        let speed = self.speed();
        let departed = self.t;
        let text = text::destination(&self.lanes.ports[to], &self.lanes.ports[from], &mut self.rng);
        self.field(self.t, text, departed + hours(length(&sail(path.clone())) / speed));
        self.sail_along(path, speed);
        self.at = to;
        let (arrived, cargo) = (self.t, self.cargo);
        self.ship.voyages.push(Voyage {
            departed,
            arrived,
            from,
            to,
            declared: Some(to),
            record: Some(to),
            why: None,
            cargo,
            concealed: false,
            record_text: None,
        });
    }

    pub(super) fn conceal(&mut self, spec: &Concealment) {
        let (from, to) = (self.lanes.port(spec.from), self.lanes.port(spec.to));
        let declared = spec.declared.map(|code| self.lanes.port(code));
        self.go_to(from);
        let h = self.between(16.0, 40.0);
        self.stay(h);
        let tonnes = self.load_tonnes(spec.tonnes);
        self.type_draught(false);
        let departed = self.t;
        let text = match (spec.text, declared) {
            (Some(text), _) => text.to_owned(),
            (None, Some(port)) => text::destination(&self.lanes.ports[port], &self.lanes.ports[from], &mut self.rng),
            (None, None) => "FOR ORDERS".to_owned(),
        };
        self.field(departed - 1800, text, departed + 48 * 3600);
        let place = self.lanes.ports[to].at;
        let path = self.way_to_port(to);
        let mut speed = self.speed();
        if spec.counter == Some("slow_steaming") {
            speed *= 0.55;
        }
        self.sail_along(path, speed);
        self.at = to;
        let arrived = self.t;
        let call = self.between(20.0, 70.0);
        self.stay(call);
        let left = self.t;
        self.cargo = 0.0;
        let before = self.typed;
        self.type_draught(false);
        let lighter = before.saturating_sub(self.typed) >= 5;
        let back = if spec.counter == Some("calls_at_declared_port") { declared.unwrap_or(from) } else { from };
        self.leave_to(back);
        if spec.counter == Some("late_field_edit")
            && let Some(field) = self.ship.fields.last_mut()
        {
            // The field names a port that would explain the absence.
            field.destination = "KR PUS>RU VVO".to_owned();
        }
        let returned = self.t;
        let home = self.lanes.ports[from].at;
        let (near, near_back) = (self.between(18.0, 45.0), self.between(18.0, 45.0));
        let off = (self.when(departed + 3600, arrived, place, near, false), self.when(left, returned - 1800, place, near_back, true));
        let barrels = tonnes * GASOIL_BARRELS_PER_TONNE;
        if spec.dark {
            self.ship.off.push(Off { t0: off.0, t1: off.1 });
            let ends = (self.ship.track.at(off.0), self.ship.track.at(off.1));
            let event = self.event("dark_gap", off.0, off.1, Some(ends.0), Some(ends.1), None, Detect::Silence);
            event.counter = spec.counter;
        }
        if let Some(lie) = spec.lie {
            let lie_at = {
                let path = self.lanes.ports_route(from, self.lanes.port("KRPUS"));
                let out = (path.len() - 1).min(2);
                path[out]
            };
            let motion = match lie {
                "handshake" => Motion::Roam { at: lie_at, radius: 1.5, knots: 5.0 },
                _ => Motion::Circle { at: lie_at, radius: 1.2, knots: 6.0 },
            };
            let phase = [0.0, 0.0, 0.4, 0.0];
            let track = Track { legs: vec![Leg { t0: off.0, t1: off.1, motion, phase, status: 0 }] };
            self.ship.fakes.push(Fake { t0: off.0, t1: off.1, lie: Lie::Track(track), elsewhere: lie == "handshake" });
            let event = self.event("spoofing", off.0, off.1, Some(lie_at), Some(place), None, Detect::Lies);
            event.note = lie.to_owned();
            event.counter = spec.counter;
        }
        let event = self.event("concealed_destination", departed, left, Some(place), Some(home), None, Detect::Approach(place));
        event.barrels = Some(barrels);
        event.counter = spec.counter;
        event.note = spec.note.to_owned();
        if lighter {
            // No port call is seen in between: in the records the draught changes at sea.
            self.event("draught_change", left, left, Some(place), None, None, Detect::Typed).barrels = Some(barrels);
        }
        let event = self.event("embargoed_call", arrived, left, Some(place), None, None, Detect::AtPlace(place));
        event.barrels = Some(barrels);
        event.note = spec.note.to_owned();
        let voyage = Voyage {
            departed,
            arrived,
            from,
            to,
            declared,
            record: declared,
            why: None,
            cargo: tonnes,
            concealed: true,
            record_text: None,
        };
        self.ship.voyages.push(voyage);
    }

    fn open_call(&mut self) {
        let (from, to) = (self.lanes.port("RUVVO"), self.lanes.port(["KPRJN", "KPCHO"][self.rng.random_range(0..2)]));
        self.go_to(from);
        self.stay(20.0);
        self.load_or_discharge();
        self.leave_to(to);
        let arrived = self.t;
        let h = self.between(30.0, 80.0);
        self.stay(h);
        let (left, place) = (self.t, self.lanes.ports[to].at);
        self.event("embargoed_call", arrived, left, Some(place), None, None, Detect::AtPlace(place)).note = "declared".to_owned();
        self.leave_to(from);
    }

    /// An ordinary voyage of at least so many hours; returns its begin and end at sea.
    fn long_voyage(&mut self, least_hours: f64) -> (i64, i64) {
        for _ in 0..12 {
            self.voyage();
            if let Some(v) = self.ship.voyages.last()
                && (v.arrived - v.departed) as f64 > least_hours * 3600.0
            {
                return (v.departed, v.arrived);
            }
        }
        let far = self.lanes.port(if self.lanes.ports[self.at].country == "JP" { "CNSHG" } else { "JPTMK" });
        self.next = Some(far);
        self.voyage();
        self.ship.voyages.last().map_or((self.t - 3600, self.t), |v| (v.departed, v.arrived))
    }

    fn dark(&mut self) {
        let (a, b) = self.long_voyage(20.0);
        let span = (b - a) as f64;
        let t0 = a + (span * self.rng.random_range(0.15..0.35)) as i64;
        let short = self.rng.random_bool(0.25);
        let t1 = if short { t0 + hours(self.rng.random_range(3.0..5.8)) } else { a + (span * self.rng.random_range(0.75..0.9)) as i64 };
        self.ship.off.push(Off { t0, t1 });
        let ends = (self.ship.track.at(t0), self.ship.track.at(t1));
        let event = self.event("dark_gap", t0, t1, Some(ends.0), Some(ends.1), None, Detect::Silence);
        event.counter = short.then_some("gap_under_six_hours");
    }

    fn spoof(&mut self, what: &'static str, counter: bool) {
        let (a, b) = self.long_voyage(18.0);
        let span = (b - a) as f64;
        let (t0, mut t1) = (a + (span * 0.2) as i64, a + (span * self.rng.random_range(0.6..0.85)) as i64);
        let real = self.ship.track.at(t0);
        let slowly = counter && what == "jump";
        let (lie, at) = match what {
            "circle" => {
                let at = self.area_near(700.0);
                let (radius, knots) = (self.between(0.4, 3.0), self.between(4.0, 9.0));
                let phase = self.phase();
                let legs = vec![Leg { t0, t1, motion: Motion::Circle { at, radius, knots }, phase, status: 0 }];
                (Lie::Track(Track { legs }), at)
            }
            "copied_track" => {
                // The track of an earlier voyage, and no longer than that was.
                let old = self.ship.voyages.iter().filter(|v| v.arrived < t0).max_by_key(|v| v.arrived - v.departed);
                let (from, until) = old.map_or((t0 - 72 * 3600, t0 - 48 * 3600), |v| (v.departed + 1800, v.arrived));
                t1 = t1.min(t0 + (until - from));
                (Lie::Replay(t0 - from), self.ship.track.at(from))
            }
            "on_land" => {
                let places = [(36.60, 127.80), (37.90, 127.90), (43.90, 132.90), (35.70, 117.50), (30.30, 119.20)];
                let at = places[self.rng.random_range(0..places.len())];
                (Lie::Fixed(at), at)
            }
            _ => {
                let shift = (self.between(-9.0, -3.0), self.between(2.0, 8.0));
                (Lie::Shift(shift.0, shift.1, if slowly { 8 * 3600 } else { 0 }), (real.0 + shift.0, real.1 + shift.1))
            }
        };
        self.ship.fakes.push(Fake { t0, t1, lie, elsewhere: false });
        let event = self.event("spoofing", t0, t1, Some(at), Some(real), None, Detect::Lies);
        event.note = what.to_owned();
        event.counter = slowly.then_some("moves_away_slowly");
    }

    fn change_identity(&mut self, launder: bool, counter: bool, fresh: Identity) {
        self.stay(20.0);
        let at = self.area_near(400.0);
        let (path, speed) = (self.way_to_point(at), self.speed());
        let text = text::no_place(&mut self.rng).to_owned();
        self.field(self.t, text, self.t);
        self.sail_along(path, speed);
        let begin = self.t;
        self.drift(at, 14.0, 40.0, false);
        let end = self.t;
        let (t0, t1) = if launder {
            (begin + 3600, end - 3600)
        } else {
            let t = begin + hours(self.between(2.0, 8.0));
            (t, t + 1200)
        };
        self.ship.off.push(Off { t0, t1 });
        let before = self.ship.ids[0].clone();
        let imo = if launder { fresh.imo } else { before.imo };
        let longer = if launder && counter { 3 } else { 0 };
        self.ship.ids.push(Identity { from: t1, imo, longer, ..fresh });
        let ends = (self.ship.track.at(t0), self.ship.track.at(t1));
        let kind = if launder { "hull_laundering" } else { "identity_change" };
        self.event(kind, t0, t1, Some(ends.0), Some(ends.1), None, Detect::Change).counter = (longer > 0).then_some("other_dimensions");
        let to = self.pick_port();
        self.leave_to(to);
    }

    fn false_flag(&mut self, flags: [&'static crate::hulls::Flag; 2], serial: u32, counter: bool) {
        let (a, b) = self.long_voyage(12.0);
        let first = i64::midpoint(a, b);
        let begin = self.t;
        self.run_until(begin + hours(96.0));
        let second = self.ship.voyages.last().map_or(self.t, |v| i64::midpoint(v.departed, v.arrived));
        let old = self.ship.ids[0].clone();
        for (i, (t, flag)) in [(first, flags[0]), (second, flags[1])].into_iter().enumerate() {
            let series = 8 - i as u32;
            let fresh = identity(serial, series, flag, &mut self.rng, old.imo, t);
            // The name stays, and the call sign too, which is then not one of the new flag, unless somebody thought of it.
            let callsign = if counter { fresh.callsign.clone() } else { old.callsign.clone() };
            self.ship.ids.push(Identity { name: old.name.clone(), callsign, ..fresh });
            let at = self.ship.track.at(t);
            self.event("identity_change", t, t, Some(at), None, None, Detect::Change).note = "another flag at sea".to_owned();
        }
        let until = self.ship.present.1;
        self.event("false_flag", first, until, None, None, None, Detect::Any).counter = counter.then_some("call_sign_fits");
    }

    fn sale(&mut self, fresh: Identity) {
        let from = self.t;
        let h = self.between(60.0, 160.0);
        self.stay(h);
        let t = i64::midpoint(from, self.t);
        let old = self.ship.ids[0].clone();
        self.ship.ids.push(Identity { from: t, imo: old.imo, ..fresh });
        let place = self.here();
        self.event("identity_change", t, t, Some(place), None, Some("sale_and_reflag"), Detect::Change);
        let until = self.ship.present.1;
        self.event("false_flag", t, until, None, None, Some("legitimate_flag_change"), Detect::Any);
        self.event("hull_laundering", t, t, Some(place), None, Some("sale_and_reflag"), Detect::Change);
    }

    fn ballast_exchange(&mut self) {
        let (a, b) = self.long_voyage(14.0);
        let (t0, t1) = (a + (b - a) / 3, a + 2 * (b - a) / 3);
        let Some(field) = self.ship.field_at(t0).cloned() else { return };
        let change = self.rng.random_range(5..12);
        let draught = if field.draught > 60 { field.draught - change } else { field.draught + change };
        let later: Vec<Field> = self.ship.fields.iter().filter(|f| f.from > t0).cloned().collect();
        self.ship.fields.retain(|f| f.from <= t0);
        self.ship.fields.push(Field { from: t0, draught, ..field.clone() });
        self.ship.fields.push(Field { from: t1, ..field });
        self.ship.fields.extend(later);
        self.ship.fields.sort_by_key(|f| f.from);
        for t in [t0, t1] {
            let at = self.ship.track.at(t);
            self.event("draught_change", t, t, Some(at), None, Some("ballast_exchange"), Detect::Typed);
        }
    }

    /// Up a river that coarse land masks do not know, to a berth in the town: the Huangpu.
    fn river_berth(&mut self) {
        let port = self.lanes.port("CNSHG");
        self.go_to(port);
        let river = [(31.393, 121.510), (31.345, 121.545), (31.300, 121.565), (31.262, 121.545), (31.245, 121.505)];
        let mut up = vec![self.here()];
        up.extend(river);
        self.sail_along(up, 7.0);
        let t0 = self.t;
        let h = self.between(14.0, 40.0);
        self.leg(hours(h), Motion::Berth { at: river[4], heading: 200.0 }, 5);
        let t1 = self.t;
        self.event("spoofing", t0, t1, Some(river[4]), None, Some("river_berth"), Detect::Seen);
        let mut down = river.to_vec();
        down.reverse();
        down.push(self.lanes.ports[port].at);
        self.sail_along(down, 7.0);
    }

    fn offshore_wait(&mut self) {
        let (from, area) = if self.rng.random_bool(0.5) { ("RUVVO", (41.55, 130.75)) } else { ("KRTSN", (38.0, 124.35)) };
        let from = self.lanes.port(from);
        self.go_to(from);
        self.stay(20.0);
        let (path, speed) = (self.way_to_point(area), self.speed());
        let to = self.pick_port();
        let text = text::destination(&self.lanes.ports[to], &self.lanes.ports[from], &mut self.rng);
        self.field(self.t, text, self.t + 86_400);
        self.sail_along(path, speed);
        let t0 = self.t;
        self.drift(area, 10.0, 24.0, true);
        let t1 = self.t;
        self.event("embargoed_call", t0, t1, Some(area), None, Some("waits_outside"), Detect::Seen);
        self.leave_to(to);
    }

    /// Ordinary trade until about a moment, then a stay in a port, laden or empty.
    fn ready(&mut self, t: i64, tonnes: Option<f64>) {
        self.run_until(t);
        self.stay(20.0);
        self.cargo = tonnes.unwrap_or(0.0);
        self.type_draught(true);
    }

    /// Waits in port and sails so as to be at a place at a moment.
    fn sail_to_arrive(&mut self, to: (f64, f64), at: i64) {
        let path = self.way_to_point(to);
        let speed = self.speed();
        let miles = length(&sail(path.clone()));
        let depart = at - hours(miles / speed);
        if depart - self.t > 600 {
            let wait = (depart - self.t) as f64 / 3600.0;
            self.stay(wait);
        }
        let motion = sail(path);
        let phase = self.phase();
        self.ship.track.legs.push(Leg { t0: self.t, t1: at.max(self.t + 600), motion, phase, status: 0 });
        self.t = at.max(self.t + 600);
    }

    /// A place to meet: in half of the cases within range of a shore station, and always outside territorial waters.
    fn meeting_place(&mut self) -> (f64, f64) {
        const HEARD: [(f64, f64); 8] = [
            (34.15, 130.10),
            (32.85, 126.20),
            (36.35, 130.35),
            (37.35, 130.45),
            (30.90, 123.10),
            (38.05, 124.30),
            (42.35, 131.60),
            (36.60, 133.00),
        ];
        if self.rng.random_bool(0.5) {
            return self.area_near(450.0);
        }
        let (bearing, away) = (self.between(0.0, 360.0), self.between(0.0, 2.0));
        offset(HEARD[self.rng.random_range(0..HEARD.len())], bearing, away)
    }

    /// Hours of the way to a place.
    fn hours_to(&self, to: (f64, f64)) -> f64 {
        length(&sail(self.way_to_point(to))) / (0.85 * self.ship.hull.speed)
    }
}

/// Plans two ships at once.
fn pair(world: &mut World, a: usize, b: usize, salt: u64, package: impl for<'a> FnOnce(&mut Planner<'a>, &mut Planner<'a>)) {
    let mut clean = Vec::new();
    for id in [a, b] {
        let mut ship = world.ships[id].clone();
        ship.track = Track::default();
        ship.fields.clear();
        ship.voyages.clear();
        ship.off.clear();
        ship.fakes.clear();
        ship.ids.truncate(1);
        world.events.retain(|event| event.ship != id);
        clean.push(ship);
    }
    let (second, first) = (clean.pop(), clean.pop());
    let (Some(first), Some(second)) = (first, second) else { return };
    let mut pa = world.planner(a, first, salt);
    let mut pb = world.planner(b, second, salt);
    package(&mut pa, &mut pb);
    pa.run_until(pa.ship.present.1 + 3600);
    pb.run_until(pb.ship.present.1 + 3600);
    let (mut ship_a, events_a, mut ship_b, events_b) = (pa.ship, pa.events, pb.ship, pb.events);
    for ship in [&mut ship_a, &mut ship_b] {
        ship.voyages.sort_by_key(|voyage| voyage.departed);
        ship.fields.sort_by_key(|field| field.from);
    }
    world.ships[a] = ship_a;
    world.ships[b] = ship_b;
    world.events.extend(events_a);
    world.events.extend(events_b);
}

/// How two ships meet.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Meeting {
    pub tonnes: Option<f64>,
    /// The other ship is silent around the meeting.
    pub partner_dark: bool,
    /// The other ship never transmits.
    pub partner_never: bool,
    pub first_dark: bool,
    pub from: Option<&'static str>,
    pub text: Option<&'static str>,
    pub area: Option<(f64, f64)>,
    pub note: &'static str,
    pub swap: bool,
    /// The transfer is short and made under way.
    pub under_way: bool,
    /// Both crews type the new draught; otherwise about every second does.
    pub types_draught: bool,
    /// What the records of the port of departure name instead of a port.
    pub record_text: Option<&'static str>,
}

fn meet<'a>(pa: &mut Planner<'a>, pb: &mut Planner<'a>, ts: i64, spec: &Meeting) {
    let most = 0.9 * pa.ship.hull.dwt.min(pb.ship.hull.dwt);
    let tonnes = spec.tonnes.unwrap_or_else(|| most * pa.rng.random_range(0.5..1.0)).min(most);
    if let Some(code) = spec.from {
        pa.run_until(ts - hours(100.0));
        let port = pa.lanes.port(code);
        pa.go_to(port);
    }
    pa.ready(ts, Some(tonnes));
    pb.ready(ts - hours(30.0), None);
    let place = spec.area.unwrap_or_else(|| pa.meeting_place());
    let beside = offset(place, 50.0, 0.03);
    let need = |p: &Planner<'_>| p.t + hours(p.hours_to(place));
    let begin = need(pa).max(need(pb)) + 1800;
    let text = spec.text.map_or_else(|| text::no_place(&mut pa.rng).to_owned(), str::to_owned);
    pa.field(pa.t - 1800, text, begin);
    let text = text::no_place(&mut pb.rng).to_owned();
    pb.field(pb.t - 1800, text, begin);
    pa.sail_to_arrive(place, begin);
    pb.sail_to_arrive(beside, begin);
    let begin = pa.t.max(pb.t);
    let (knots, bearing, h) = if spec.under_way {
        (pa.between(2.2, 3.8), pa.between(0.0, 360.0), pa.between(4.0, 7.0))
    } else {
        (pa.between(0.2, 0.7), pa.between(0.0, 360.0), pa.between(7.0, 22.0))
    };
    let end = begin + hours(h);
    let phase = pa.phase();
    for (p, at) in [(&mut *pa, place), (&mut *pb, beside)] {
        let motion = Motion::Drift { at, knots, bearing };
        p.ship.track.legs.push(Leg { t0: begin, t1: end, motion, phase, status: 0 });
        p.t = end;
    }
    let (end_at, barrels) = (pa.here(), tonnes * GASOIL_BARRELS_PER_TONNE);
    let dark = spec.partner_dark || spec.partner_never;
    if dark {
        let off = if spec.partner_never {
            Off { t0: i64::MIN / 2, t1: i64::MAX / 2 }
        } else {
            Off { t0: begin - hours(pb.between(2.0, 9.0)), t1: end + hours(pb.between(2.0, 9.0)) }
        };
        pb.ship.off.push(off);
        if !spec.partner_never {
            let ends = (pb.ship.track.at(off.t0), end_at);
            pb.event("dark_gap", off.t0, off.t1, Some(ends.0), Some(ends.1), None, Detect::Silence);
        }
    }
    if spec.first_dark {
        let off = Off { t0: begin - hours(pa.between(2.0, 8.0)), t1: end + hours(pa.between(1.0, 6.0)) };
        pa.ship.off.push(off);
        let ends = (pa.ship.track.at(off.t0), end_at);
        pa.event("dark_gap", off.t0, off.t1, Some(ends.0), Some(ends.1), None, Detect::Silence);
    }
    if spec.swap {
        let t = i64::midpoint(begin, end);
        let (ia, ib) = (pa.ship.ids[0].clone(), pb.ship.ids[0].clone());
        for (p, other) in [(&mut *pa, ib), (&mut *pb, ia)] {
            p.ship.ids.push(Identity { from: t, ..other });
            let event = p.event("identity_change", t - 600, t + 600, Some(place), Some(end_at), None, Detect::Change);
            event.counter = Some("swap_of_mmsi");
        }
    }
    // The cargo went over, whatever the two did to their numbers meanwhile.
    let kind = if dark || spec.first_dark { "ship_to_ship_dark" } else { "ship_to_ship" };
    let detect = if dark || spec.first_dark { Detect::Seen } else { Detect::BothSeen };
    let partner = pb.id;
    let event = pa.event(kind, begin, end, Some(place), Some(end_at), None, detect);
    event.partner = Some(partner);
    event.barrels = Some(barrels);
    event.note = spec.note.to_owned();
    event.counter = if spec.under_way {
        Some("short_and_under_way")
    } else if spec.partner_never {
        Some("partner_never_transmits")
    } else {
        None
    };
    if !spec.first_dark && !spec.under_way {
        pa.event("loitering", begin, end, Some(place), Some(end_at), None, Detect::Seen);
    }
    if !dark && !spec.under_way {
        pb.event("loitering", begin, end, Some(place), Some(end_at), None, Detect::Seen);
    }
    let supplier = pa.id;
    let loaded = |first: bool| if first { tonnes } else { 0.0 };
    pa.cargo -= tonnes;
    pb.cargo += tonnes;
    for p in [&mut *pa, &mut *pb] {
        let before = p.typed;
        if spec.types_draught || p.rng.random_bool(0.55) {
            p.type_draught(true);
        }
        let (to, from) = (p.pick_port(), p.at);
        let left_port = p.ship.track.legs.iter().rev().nth(1).map_or(p.t, |leg| leg.t0);
        p.leave_to(to);
        let record = p.pick_port();
        if let Some(voyage) = p.ship.voyages.last_mut() {
            // The records know the port of departure and what was declared there, not the place at sea.
            voyage.departed = left_port;
            voyage.from = from;
            voyage.declared = None;
            voyage.record = spec.record_text.is_none().then_some(record);
            voyage.record_text = spec.record_text;
            voyage.cargo = loaded(p.id == supplier);
            voyage.concealed = p.id == supplier && spec.record_text.is_some();
        }
        if p.typed.abs_diff(before) >= 5 {
            p.event("draught_change", end, end, Some(end_at), None, None, Detect::Typed).barrels = Some(barrels);
        }
    }
}

/// Ships of a kind that nothing has been done with yet.
struct Pool {
    free: Vec<usize>,
}

impl Pool {
    /// A small tanker; if there is none left, another trading ship becomes one.
    fn tanker(&mut self, world: &mut World, rng: &mut ChaCha8Rng) -> Option<usize> {
        if let Some(id) = self.take(world, small_tanker) {
            return Some(id);
        }
        let id = self.take(world, |hull| hull.kind.trades())?;
        let dwt = lognormal(rng, 3_000.0, 0.4).clamp(1_000.0, 9_000.0);
        world.ships[id].hull = Hull::build(Kind::ProductTanker, Some(dwt), rng);
        Some(id)
    }

    fn take(&mut self, world: &World, wanted: impl Fn(&Hull) -> bool) -> Option<usize> {
        let i = self.free.iter().position(|&id| wanted(&world.ships[id].hull))?;
        Some(self.free.remove(i))
    }
}

const EVASIONS: [&str; 20] = [
    "conceal_dark",
    "sts_dark",
    "dark",
    "sts",
    "conceal_quiet",
    "spoof_circle",
    "launder",
    "conceal_dark",
    "sts",
    "identity",
    "spoof_copied",
    "dark",
    "open_call",
    "shared",
    "sts_dark_never",
    "false_flag",
    "handshake",
    "spoof_jump",
    "swap",
    "spoof_land",
];

const TWINS: [&str; 10] = [
    "bunkering",
    "sale",
    "default_mmsi",
    "ballast_exchange",
    "pair_trawl",
    "offshore_wait",
    "default_position",
    "lee_anchorage",
    "bunkering",
    "river_berth",
];

const EMBARGOED: [&str; 7] = ["KPSON", "KPCHO", "KPHGM", "KPRJN", "KPWON", "KPNAM", "KPCHO"];
const DECLARED: [&str; 8] = ["KRPUS", "CNSHG", "KRUSN", "CNDLC", "KRYOS", "CNTAO", "KRPUS", "CNNGB"];

/// A listed ship: hull and day of listing.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub ship: usize,
    pub day: i64,
}

/// Puts ships on a list, and gives an innocent ship the name of each.
fn list(world: &mut World, pool: &mut Pool, rng: &mut ChaCha8Rng) {
    for _ in 0..(world.ships.len() / 100).max(1) {
        let with_number = |world: &World, pool: &mut Pool| {
            let i = pool.free.iter().position(|&id| trader(&world.ships[id].hull) && world.ships[id].ids[0].imo > 0)?;
            Some(pool.free.remove(i))
        };
        let (Some(a), Some(b)) = (with_number(world, pool), with_number(world, pool)) else { return };
        let day = world.t0 + 86_400 * rng.random_range(-400..8);
        let name = world.ships[a].ids[0].name.clone();
        world.ships[b].ids[0].name = name;
        let until = world.ships[a].present.1;
        let begin = day.max(world.ships[a].present.0);
        world.listings.push(Listing { ship: a, day });
        world.events.push(plain_event("listed_ship", a, begin, until, None, Detect::Any));
        let mut event = plain_event("listed_ship", b, begin, until, None, Detect::Any);
        event.twin = Some("same_name");
        world.events.push(event);
    }
}

/// Puts evasions into a fleet, one in so many voyages, and twins beside them; returns the number of evasions.
pub(crate) fn inject(world: &mut World, one_in: f64) -> usize {
    let voyages = world.trading_voyages() as f64;
    let mut rng = ChaCha8Rng::seed_from_u64(mix(&[world.seed, 21]));
    let days = (world.t1 - world.t0) as f64 / 86_400.0;
    if days < 7.0 || one_in <= 0.0 {
        return 0;
    }
    let expected = voyages / one_in;
    let n = expected.floor() as usize + usize::from(rng.random::<f64>() < expected.fract());
    let mut free: Vec<usize> = (0..world.ships.len()).collect();
    free.shuffle(&mut rng);
    let mut pool = Pool { free };
    let start = rng.random_range(0..EVASIONS.len());
    let mut done = 0;
    for i in 0..n {
        let what = EVASIONS[(start + i) % EVASIONS.len()];
        let ts = world.t0 + hours(24.0 * rng.random_range(1.5..(days - 5.0).max(2.0)));
        done += usize::from(evade(world, &mut pool, what, ts, &mut rng));
    }
    list(world, &mut pool, &mut rng);
    let twins = (world.ships.len() / 8).max(3);
    for i in 0..twins {
        let ts = world.t0 + hours(24.0 * rng.random_range(1.5..(days - 4.0).max(2.0)));
        twin(world, &mut pool, TWINS[i % TWINS.len()], ts, &mut rng);
    }
    done
}

fn small_tanker(hull: &Hull) -> bool {
    matches!(hull.kind, Kind::ProductTanker | Kind::ChemicalTanker) && (900.0..12_000.0).contains(&hull.dwt)
}

fn trader(hull: &Hull) -> bool {
    hull.kind.trades() && hull.dwt < 60_000.0
}

fn evade(world: &mut World, pool: &mut Pool, what: &'static str, ts: i64, rng: &mut ChaCha8Rng) -> bool {
    let salt = 100 + rng.random_range(0..1_000_000u64);
    let counter_move = rng.random_bool(0.3);
    match what {
        "conceal_dark" | "conceal_quiet" | "handshake" => {
            let Some(id) = pool.tanker(world, rng) else { return false };
            let to = EMBARGOED[rng.random_range(0..EMBARGOED.len())];
            let from = if to == "KPNAM" {
                ["CNDLC", "CNTXG", "KRYOS"][rng.random_range(0..3)]
            } else {
                ["RUVVO", "RUNJK", "RUSKA", "RUVVO", "KRPUS"][rng.random_range(0..5)]
            };
            let declared = DECLARED.iter().copied().cycle().skip(rng.random_range(0..8)).find(|&code| code != from);
            let counters = ["late_field_edit", "slow_steaming", "calls_at_declared_port"];
            let counter = counter_move.then(|| counters[rng.random_range(0..3)]);
            let spec = Concealment {
                from,
                to,
                declared,
                dark: what == "conceal_dark",
                counter: if what == "handshake" { Some("ais_left_on_a_tug") } else { counter },
                lie: (what == "handshake").then_some("handshake"),
                ..Concealment::default()
            };
            world.replan(id, salt, |p| {
                p.run_until(ts - hours(40.0));
                p.conceal(&spec);
            });
        }
        "open_call" => {
            let Some(id) = pool.take(world, |h| h.kind == Kind::General) else { return false };
            world.replan(id, salt, |p| {
                p.run_until(ts);
                p.open_call();
            });
        }
        "dark" => {
            let Some(id) = pool.take(world, trader) else { return false };
            world.replan(id, salt, |p| {
                p.run_until(ts);
                p.dark();
            });
        }
        "spoof_circle" | "spoof_copied" | "spoof_jump" | "spoof_land" => {
            let Some(id) = pool.take(world, trader) else { return false };
            let form = match what {
                "spoof_circle" => "circle",
                "spoof_copied" => "copied_track",
                "spoof_land" => "on_land",
                _ => "jump",
            };
            world.replan(id, salt, |p| {
                p.run_until(ts);
                p.spoof(form, counter_move);
            });
        }
        "launder" | "identity" => {
            let Some(id) = pool.tanker(world, rng) else { return false };
            let serial = world.serial;
            world.serial += 1;
            let new_flag = flag(["SLE", "TGO", "BLZ", "PLW", "MNG", "PAN"][rng.random_range(0..6)]);
            let imo = imo_number(serial * 7 + (world.seed as u32 % 1000) * 131);
            let fresh = identity(serial, 8, new_flag, rng, imo, 0);
            world.replan(id, salt, |p| {
                p.run_until(ts);
                p.change_identity(what == "launder", counter_move, fresh);
            });
        }
        "false_flag" => {
            let Some(id) = pool.take(world, trader) else { return false };
            let serial = world.serial;
            world.serial += 1;
            let own = world.ships[id].ids[0].flag;
            let others: Vec<&'static crate::hulls::Flag> =
                FLAGS.iter().filter(|f| f.alpha3 != own && ["SLE", "TGO", "MNG", "PLW", "BLZ", "KHM"].contains(&f.alpha3)).collect();
            let i = rng.random_range(0..others.len() - 1);
            let two = [others[i], others[i + 1]];
            world.replan(id, salt, |p| {
                p.run_until(ts - hours(72.0));
                p.false_flag(two, serial, counter_move);
            });
        }
        "shared" => {
            let Some(a) = pool.take(world, trader) else { return false };
            let Some(b) = pool.take(world, trader) else { return false };
            let length = hours(24.0 * rng.random_range(3.0..8.0));
            let id_a = world.ships[a].ids[0].clone();
            let until = (ts + length).min(world.t1);
            let ship = &mut world.ships[b];
            let own = ship.ids[0].clone();
            ship.ids.push(Identity { from: ts, ..id_a });
            ship.ids.push(Identity { from: until, ..own });
            world.events.push(plain_event("shared_identity", b, ts, until, Some(a), Detect::BothSeen));
        }
        _ => {
            let Some(a) = pool.tanker(world, rng) else { return false };
            let Some(b) = pool.tanker(world, rng) else { return false };
            let spec = Meeting {
                partner_dark: what == "sts_dark",
                partner_never: what == "sts_dark_never",
                swap: what == "swap",
                under_way: what == "sts" && counter_move,
                ..Meeting::default()
            };
            if what == "sts_dark_never" || (what == "sts" && rng.random_bool(0.4)) {
                let serial = world.serial;
                world.serial += 1;
                let imo = world.ships[b].ids[0].imo;
                world.ships[b].ids[0] = identity(serial, 9, flag("PRK"), rng, imo, i64::MIN);
            }
            pair(world, a, b, salt, |pa, pb| meet(pa, pb, ts, &spec));
        }
    }
    true
}

fn plain_event(kind: &'static str, ship: usize, t0: i64, t1: i64, partner: Option<usize>, detect: Detect) -> Event {
    Event { kind, ship, t0, t1, at: None, at_end: None, twin: None, barrels: None, partner, counter: None, note: String::new(), detect }
}

fn twin(world: &mut World, pool: &mut Pool, what: &'static str, ts: i64, rng: &mut ChaCha8Rng) {
    let salt = 100 + rng.random_range(0..1_000_000u64);
    match what {
        "bunkering" => {
            let Some(a) = pool.take(world, trader) else { return };
            let Some(b) = pool.take(world, |h| h.kind == Kind::BunkerBarge) else { return };
            pair(world, a, b, salt, |pa, pb| {
                pa.run_until(ts);
                let port = pb.at;
                pb.run_until(ts);
                let out = pb.anchorage(port);
                pa.stay(12.0);
                if pa.at == port {
                    let other = pa.pick_port();
                    pa.leave_to(other);
                    pa.stay(12.0);
                }
                let (mut path, speed) = (pa.way_to_port(port), pa.speed());
                if let Some(last) = path.last_mut() {
                    *last = out;
                }
                let text = text::destination(&pa.lanes.ports[port], &pa.lanes.ports[pa.at], &mut pa.rng);
                pa.field(pa.t, text, pa.t + 86_400);
                pa.sail_along(path, speed);
                let (t0, h) = (pa.t, pa.between(14.0, 30.0));
                pa.leg(hours(h), Motion::Anchor { at: out }, 1);
                let anchored = pa.ship.track.legs.last().cloned();
                let end = pa.t;
                pa.at = port;
                let mut into = pa.way_to_port(port);
                into[0] = pa.here();
                pa.sail_along(into, 7.0);
                // The barge comes two hours later and lies alongside, swinging with the ship.
                pb.run_until(t0 - hours(6.0));
                if pb.t < t0 + 3600 {
                    let wait = (t0 + 3600 - pb.t) as f64 / 3600.0;
                    pb.stay(wait);
                }
                if pb.t + hours(3.0) > end {
                    return;
                }
                let there = pb.way_out(out);
                pb.sail_along(there, 8.0);
                let begin = pb.t;
                let stop = (begin + hours(pb.between(2.5, 6.0))).min(end);
                if let Some(leg) = anchored {
                    let motion = Motion::Anchor { at: offset(out, 120.0, 0.02) };
                    pb.ship.track.legs.push(Leg { t1: stop, motion, status: 0, ..leg });
                    pb.t = stop;
                }
                let mut back = pb.way_out(out);
                back.reverse();
                back[0] = pb.here();
                pb.sail_along(back, 8.0);
                let partner = pb.id;
                let event = pa.event("ship_to_ship", begin, stop, Some(out), None, Some("bunkering"), Detect::BothSeen);
                event.partner = Some(partner);
            });
        }
        "pair_trawl" => {
            let Some(a) = pool.take(world, |h| h.kind == Kind::Fishing) else { return };
            let Some(b) = pool.take(world, |h| h.kind == Kind::Fishing) else { return };
            pair(world, a, b, salt, |pa, pb| {
                pa.run_until(ts);
                pb.run_until(ts);
                pa.stay(4.0);
                pb.stay(4.0);
                let place = pa.area_near(300.0);
                let beside = offset(place, 90.0, 0.2);
                let begin = (pa.t + hours(pa.hours_to(place))).max(pb.t + hours(pb.hours_to(place))) + 600;
                pa.sail_to_arrive(place, begin);
                pb.sail_to_arrive(beside, begin);
                let begin = pa.t.max(pb.t);
                let end = begin + hours(pa.between(16.0, 40.0));
                let phase = [0.0, 0.0, pa.rng.random(), 0.0];
                let (radius, knots) = (pa.between(3.0, 7.0), pa.between(2.0, 3.4));
                for (p, at) in [(&mut *pa, place), (&mut *pb, beside)] {
                    p.ship.track.legs.push(Leg { t0: begin, t1: end, motion: Motion::Roam { at, radius, knots }, phase, status: 7 });
                    p.t = end;
                    let (home, speed) = (p.way_to_port(p.at), p.speed());
                    p.sail_along(home, speed);
                }
                let partner = pb.id;
                pa.event("ship_to_ship", begin, end, Some(place), None, Some("pair_trawl"), Detect::BothSeen).partner = Some(partner);
            });
        }
        "lee_anchorage" => {
            let Some(a) = pool.take(world, trader) else { return };
            let Some(b) = pool.take(world, trader) else { return };
            pair(world, a, b, salt, |pa, pb| {
                pa.ready(ts, None);
                pb.ready(ts, None);
                let port = pa.lanes.port(["KRPUS", "KRTGH", "KRUSN"][pa.rng.random_range(0..3)]);
                let place = pa.anchorage(port);
                let begin = (pa.t + hours(pa.hours_to(place))).max(pb.t + hours(pb.hours_to(place))) + 600;
                let (b_out, b_bearing) = (pa.between(0.28, 0.45), pa.between(0.0, 360.0));
                let beside = offset(place, b_bearing, b_out);
                pa.sail_to_arrive(place, begin);
                pb.sail_to_arrive(beside, begin);
                let begin = pa.t.max(pb.t);
                let end = begin + hours(pa.between(10.0, 30.0));
                for (p, at) in [(&mut *pa, place), (&mut *pb, beside)] {
                    let phase = p.phase();
                    p.ship.track.legs.push(Leg { t0: begin, t1: end, motion: Motion::Anchor { at }, phase, status: 1 });
                    p.t = end;
                    p.at = port;
                    let to = p.pick_port();
                    p.leave_to(to);
                }
                let partner = pb.id;
                pa.event("ship_to_ship", begin, end, Some(place), None, Some("lee_anchorage"), Detect::BothSeen).partner = Some(partner);
            });
        }
        "sale" => {
            let Some(id) = pool.take(world, trader) else { return };
            let serial = world.serial;
            world.serial += 1;
            let own = world.ships[id].ids[0].flag;
            let codes = ["PAN", "LBR", "MHL", "SGP", "VNM", "KOR"];
            let code = codes.iter().copied().cycle().skip(rng.random_range(0..6)).find(|&c| c != own).unwrap_or("PAN");
            let fresh = identity(serial, 8, flag(code), rng, 0, 0);
            world.replan(id, salt, |p| {
                p.run_until(ts);
                p.sale(fresh);
            });
        }
        "default_mmsi" => {
            let Some(a) = pool.take(world, |h| h.kind == Kind::Fishing) else { return };
            let Some(b) = pool.take(world, |h| h.kind == Kind::Fishing) else { return };
            for id in [a, b] {
                world.ships[id].ids[0].mmsi = 412_999_999;
            }
            let mut event = plain_event("shared_identity", b, world.t0, world.t1, Some(a), Detect::BothSeen);
            event.twin = Some("default_mmsi");
            world.events.push(event);
        }
        "ballast_exchange" => {
            let Some(id) = pool.take(world, trader) else { return };
            world.replan(id, salt, |p| {
                p.run_until(ts);
                p.ballast_exchange();
            });
        }
        "river_berth" => {
            let Some(id) = pool.take(world, trader) else { return };
            world.replan(id, salt, |p| {
                p.run_until(ts);
                p.river_berth();
            });
        }
        "offshore_wait" => {
            let Some(id) = pool.take(world, |h| h.kind == Kind::General || h.kind == Kind::Bulk) else { return };
            world.replan(id, salt, |p| {
                p.run_until(ts);
                p.offshore_wait();
            });
        }
        _ => {
            let Some(id) = pool.take(world, |h| h.kind.trades()) else { return };
            let until = ts + hours(rng.random_range(3.0..30.0));
            world.ships[id].fakes.push(Fake { t0: ts, t1: until, lie: Lie::Fixed((0.0, 0.0)), elsewhere: false });
            let mut event = plain_event("spoofing", id, ts, until, None, Detect::Lies);
            event.twin = Some("default_position");
            event.at = Some((0.0, 0.0));
            event.at_end = Some(world.ships[id].track.at(ts));
            world.events.push(event);
        }
    }
}

/// Adds a ship for a historical pattern.
pub(crate) fn add_tanker(world: &mut World, dwt: f64, flag3: &'static str, name: &str, present: (i64, i64)) -> usize {
    let mut rng = ChaCha8Rng::seed_from_u64(mix(&[world.seed, 31, world.ships.len() as u64]));
    let hull = Hull::build(Kind::ProductTanker, Some(dwt), &mut rng);
    let id = world.add(hull, Some(flag3), present);
    name.clone_into(&mut world.ships[id].ids[0].name);
    world.ships[id].ids[0].imo = imo_number(290_000 + id as u32);
    id
}

/// Replays a historical pattern with invented ships; `false` if there is no such pattern.
pub(crate) fn replay(world: &mut World, scenario: &str) -> bool {
    let all = (world.t0, world.t1);
    let t0 = world.t0;
    let day = |d: f64| t0 + hours(24.0 * d);
    match scenario {
        "reuters-2017" => {
            // Eight ships, January to August 2017: methods, ships, section 1.5. Amounts 500 to 2,000 t.
            let list = [
                (14.0, "RUVVO", "KPSON", "KRPUS", 580.0, true),
                (38.0, "RUVVO", "KPCHO", "CNDLC", 1_250.0, true),
                (61.0, "RUNJK", "KPRJN", "KRUSN", 1_980.0, false),
                (88.0, "RUVVO", "KPHGM", "CNNGB", 900.0, true),
                (121.0, "RUVVO", "KPSON", "KRPUS", 1_500.0, false),
                (149.0, "RUNJK", "KPCHO", "CNSHG", 760.0, true),
                (186.0, "RUVVO", "KPRJN", "KRYOS", 1_100.0, false),
                (217.0, "RUVVO", "KPHGM", "KRPUS", 1_700.0, true),
            ];
            for (d, from, to, declared, tonnes, dark) in list {
                let present = (day(d - 6.0).max(world.t0), (day(d + 16.0)).min(world.t1));
                let name = invented_name(&mut ChaCha8Rng::seed_from_u64(mix(&[world.seed, 41, d as u64])));
                let id = add_tanker(world, (tonnes * 1.35f64).max(900.0), "RUS", &name, present);
                let spec = Concealment {
                    from,
                    to,
                    declared: Some(declared),
                    tonnes: Some(tonnes),
                    dark,
                    note: "pattern: eight tankers from Vladivostok and Nakhodka, 2017",
                    ..Concealment::default()
                };
                let ts = day(d);
                world.replan(id, 500, |p| {
                    p.run_until(ts - hours(60.0));
                    p.conceal(&spec);
                });
            }
        }
        "vityaz-2017" => {
            let a = add_tanker(world, 2_200.0, "RUS", "VESTOK", all);
            let b = add_tanker(world, 3_000.0, "PRK", "SAN MU 5", all);
            let spec = Meeting {
                tonnes: Some(1_600.0),
                partner_never: true,
                first_dark: true,
                from: Some("RUSKA"),
                text: Some("FISH FLEET JAPAN SEA"),
                area: Some((41.2, 131.6)),
                record_text: Some("fishing fleet, Sea of Japan"),
                note: "pattern: declared for the fishing fleet, transfer at sea, October 2017",
                ..Meeting::default()
            };
            let ts = day(14.0);
            pair(world, a, b, 501, |pa, pb| meet(pa, pb, ts, &spec));
        }
        "viet-tin-2019" => {
            let id = add_tanker(world, 5_300.0, "VNM", "THIEN VO 01", all);
            let spec = Concealment {
                from: "TWKHH",
                to: "KPNAM",
                declared: Some("KRTSN"),
                tonnes: Some(2_000.0),
                dark: true,
                note: "pattern: declared Daesan, at Nampo, February 2019",
                ..Concealment::default()
            };
            let ts = day(9.0);
            world.replan(id, 502, |p| {
                p.run_until(ts);
                p.conceal(&spec);
            });
        }
        "mercury-2022" => {
            let a = add_tanker(world, 5_500.0, "TGO", "MERUKO", all);
            let b = add_tanker(world, 4_800.0, "MNG", "SHANDRI", all);
            let spec = Meeting {
                partner_dark: true,
                area: Some((32.85, 126.2)),
                types_draught: true,
                note: "pattern: draught changes at sea, 2022",
                ..Meeting::default()
            };
            let ts = day(11.0);
            pair(world, a, b, 503, |pa, pb| meet(pa, pb, ts, &spec));
        }
        _ => return false,
    }
    true
}
