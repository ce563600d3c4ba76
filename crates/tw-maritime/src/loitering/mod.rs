//! A ship that hardly moves at sea for hours; alone, or with a partner that is not heard.

use tw_ais::{Fixes, HEADING_UNKNOWN};

use crate::gaps::Gap;
use crate::gaps::distance::{NM, degrees, east, metres, units_metres, valid, wrap};
use crate::{At, Time};

crate::event! {
    /// A ship hardly moved for hours, away from the coast.
    pub struct Loitering in "loiterings" {
        /// Ship.
        mmsi: u32,
        /// Report at which it began.
        t0: Time,
        /// Report at which it ended.
        t1: Time,
        /// Mean latitude, degrees north.
        lat: f64,
        /// Mean longitude, degrees east.
        lon: f64,
        /// Length in hours.
        hours: f64,
        /// Way through the water over the ground, report to report, over the time: knots.
        mean_knots: f64,
        /// Distance between the first place and the last, nautical miles.
        drift_nm: f64,
        /// Largest distance from the mean place, metres.
        radius_m: f64,
        /// Distance from the coast, nautical miles.
        shore_nm: f64,
        /// Distance from the nearest port or anchorage, nautical miles.
        port_nm: f64,
        /// Turns of heading by 45 degrees or more since the last such turn.
        heading_changes: u32,
        /// It could be a transfer of which only this side is heard.
        one_sided: bool,
        /// A ship that was silent then and could have been here meanwhile.
        partner_gap_mmsi: Option<u32>,
        /// How much it looks like a transfer with a ship that is not heard, 0 to 1; 0 unless one-sided.
        score: f64,
        /// The likeliest innocent explanation: `anchored`, `fishing`, `service`, `partner_seen`, `near_port`, `no_cargo_ship`, `drifting`, `waiting`.
        innocent: Option<String>,
        /// First record.
        first: At,
        /// Last record.
        last: At,
    }
}

/// Settings of the loitering kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct LoiteringParameters {
    /// Hourly mean speed below which an hour is slow, knots. 2 (Global Fishing Watch, pipe-loitering).
    pub max_knots: f64,
    /// Shortest loitering, hours. 4 (likewise, reports for fishery organisations; 8 in Miller et al. 2018).
    pub min_hours: f64,
    /// Smallest distance from the coast, nautical miles. 20 (likewise).
    pub min_shore_nm: f64,
    /// Smallest distance from the coast of a ship that can carry cargo, is not at anchor and not near a port, nautical miles. 5: straits between
    /// islands are nowhere 20 wide; our choice.
    pub carrier_shore_nm: f64,
    /// Longest time between two reports within a loitering, seconds. 8 hours: what satellites leave out; our choice.
    pub max_gap_s: i64,
    /// Mean speed below which it can be a transfer, knots. 1 (methods, 2.8).
    pub transfer_knots: f64,
    /// Distance from ports and anchorages beyond which it can be a transfer, kilometres. 10 (methods, 2.8).
    pub port_km: f64,
    /// Radius below which a ship that turns about is taken to swing at anchor, metres. 350: a long ship and its chain; our choice.
    pub swing_m: f64,
    /// Way made good over hours above which it is drifting too fast for a transfer, knots. 1; our choice.
    pub drift_knots: f64,
    /// Speed with which a silent ship is taken to have come and gone, knots. 12; our choice.
    pub partner_knots: f64,
    /// Shortest time for which a silent ship must have been able to be here, hours. 2; our choice.
    pub partner_hours: f64,
    /// Smallest share of its silence that a silent ship must have been able to be here. 0.25: whoever is silent for weeks could be anywhere; our choice.
    pub partner_share: f64,
}

impl Default for LoiteringParameters {
    fn default() -> Self {
        Self {
            max_knots: 2.0,
            min_hours: 4.0,
            min_shore_nm: 20.0,
            carrier_shore_nm: 5.0,
            max_gap_s: 8 * 3600,
            transfer_knots: 1.0,
            port_km: 10.0,
            swing_m: 350.0,
            drift_knots: 1.0,
            partner_knots: 12.0,
            partner_hours: 2.0,
            partner_share: 0.25,
        }
    }
}

/// What is known of the ship and round about.
pub struct Context<'a> {
    /// Type of ship as sent; 0 is not known.
    pub ship_type: u8,
    /// Whether the draught of the ship is another after a time than before (first moment, last moment); none if nothing is known.
    pub draught_changed: &'a dyn Fn(Time, Time) -> Option<bool>,
    /// Whether another ship was heard within a nautical mile (ship, from, to, latitude, longitude); none if nobody looked.
    pub partner_seen: &'a dyn Fn(u32, Time, Time, f64, f64) -> Option<bool>,
    /// Type of any ship as sent, by MMSI; 0 is not known.
    pub type_of: &'a dyn Fn(u32) -> u8,
    /// Nautical miles to the coast from a place in degrees (latitude, longitude).
    pub shore_nm: &'a dyn Fn(f64, f64) -> f64,
    /// Nautical miles to the nearest port or anchorage.
    pub port_nm: &'a dyn Fn(f64, f64) -> f64,
    /// Silences of all ships.
    pub silences: &'a Silences,
}

/// A silence, as far as it can hide a partner.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Disc {
    mmsi: u32,
    t0: i64,
    t1: Option<i64>,
    from: (f64, f64),
    to: Option<(f64, f64)>,
    unexplained: bool,
}

/// Silences of all ships in the order of their beginning, to be asked who could have been at a place.
#[derive(Clone, Debug, Default)]
pub struct Silences {
    discs: Vec<Disc>,
    /// Latest end of the silences up to each.
    latest: Vec<i64>,
}

impl Silences {
    /// Collects silences; those explained by a port are left out, because the ship was in it, and those that more likely than not hide a call.
    #[must_use]
    pub fn new<'g>(gaps: impl IntoIterator<Item = &'g Gap>) -> Self {
        let mut discs: Vec<Disc> = gaps
            .into_iter()
            .filter(|gap| gap.cause != "port" && gap.call.is_none_or(|call| call < 0.5))
            .map(|gap| Disc {
                mmsi: gap.mmsi,
                t0: gap.t0.0,
                t1: gap.t1.map(|t| t.0),
                from: (gap.lat, gap.lon),
                to: gap.lat1.zip(gap.lon1),
                unexplained: gap.cause == "unexplained",
            })
            .collect();
        discs.sort_by_key(|disc| (disc.t0, disc.mmsi));
        let mut end = i64::MIN;
        let latest = discs
            .iter()
            .map(|disc| {
                end = end.max(disc.t1.unwrap_or(i64::MAX));
                end
            })
            .collect();
        Self { discs, latest }
    }

    /// The silent ship that most likely was at a place between two moments, if any could.
    ///
    /// It must have come from where it was last heard, and have gone on to where it was heard again, in time, and have had time for it: some
    /// hours, and a share of the silence, which without an end counts up to the second moment. Silences that nothing explains and that ended go
    /// first, then those of which the stay is the largest share. `suits` tells which ships come into question.
    #[must_use]
    pub fn partner(
        &self,
        mmsi: u32,
        t0: Time,
        t1: Time,
        place: (f64, f64),
        suits: &dyn Fn(u32) -> bool,
        p: &LoiteringParameters,
    ) -> Option<Partner> {
        let speed = p.partner_knots.max(0.1) * NM / 3600.0;
        let end = self.discs.partition_point(|disc| disc.t0 < t1.0);
        let mut best: Option<Partner> = None;
        for i in (0..end).rev() {
            if self.latest[i] <= t0.0 {
                break;
            }
            let disc = &self.discs[i];
            if disc.mmsi == mmsi || disc.t1.is_some_and(|t| t <= t0.0) {
                continue;
            }
            let until = disc.t1.unwrap_or(t1.0.max(disc.t0));
            let silent = until.saturating_sub(disc.t0) as f64 / 3600.0;
            // Most silences are too long to say anything: distances are only computed for the rest.
            let longest = (until.min(t1.0) - disc.t0.max(t0.0)) as f64 / 3600.0;
            if longest < p.partner_hours || longest < p.partner_share * silent || !suits(disc.mmsi) {
                continue;
            }
            let arrives = disc.t0 as f64 + metres(disc.from.0, disc.from.1, place.0, place.1) / speed;
            let leaves = match (disc.t1, disc.to) {
                (Some(t), Some(to)) => t as f64 - metres(to.0, to.1, place.0, place.1) / speed,
                (Some(t), None) => t as f64,
                (None, _) => f64::INFINITY,
            };
            let hours = (leaves.min(t1.0 as f64) - arrives.max(t0.0 as f64)) / 3600.0;
            if hours < p.partner_hours || hours < p.partner_share * silent {
                continue;
            }
            let share = if silent > 0.0 { hours / silent } else { 1.0 };
            let found = Partner { mmsi: disc.mmsi, hours, share, unexplained: disc.unexplained && disc.t1.is_some() };
            let rank = |partner: &Partner| (partner.unexplained, partner.share);
            if best.is_none_or(|best| rank(&found) > rank(&best) || (rank(&found) == rank(&best) && found.mmsi < best.mmsi)) {
                best = Some(found);
            }
        }
        best
    }
}

/// A silent ship that could have been at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partner {
    /// Ship.
    pub mmsi: u32,
    /// How long it could have been there.
    pub hours: f64,
    /// The same as a share of its silence.
    pub share: f64,
    /// Whether nothing explains its silence, and it was heard again: a ship that is never heard again is just as likely to have left.
    pub unexplained: bool,
}

/// The steps that end in one hour.
#[derive(Clone, Copy)]
struct Bucket {
    /// Row before the first step.
    from: usize,
    /// Row after the last step.
    to: usize,
    metres: f64,
    seconds: i64,
}

/// Mean speed of steps in knots: metres over the time, none without time (Global Fishing Watch, `calculate_avg_speed_in_knots`).
fn knots(metres: f64, seconds: i64) -> Option<f64> {
    (seconds > 0).then(|| metres / NM / (seconds as f64 / 3600.0))
}

/// All loiterings of a ship, in the order of time. Rows out of order or out of range are passed over.
///
/// Each step between two reports belongs to the hour of its second report. Hours with a mean speed below the limit that follow each other are one
/// loitering, from the report before the first step to the last report (Global Fishing Watch, `calculate_slow_groups`), but for days it
/// goes on: there is no midnight. A step longer than `max_gap_s` ends it.
#[must_use]
pub fn loiterings(fixes: Fixes<'_>, parameters: &LoiteringParameters, context: &Context<'_>) -> Vec<Loitering> {
    let mut found = Vec::new();
    let mut slow: Option<(usize, usize, f64, i64)> = None;
    let mut bucket: Option<Bucket> = None;
    let mut last: Option<usize> = None;
    let mut finish = |slow: &mut Option<(usize, usize, f64, i64)>| {
        if let Some((from, to, metres, seconds)) = slow.take() {
            found.extend(describe(fixes, from, to, metres, seconds, parameters, context));
        }
    };
    let mut close = |bucket: Option<Bucket>, slow: &mut Option<(usize, usize, f64, i64)>| {
        let Some(b) = bucket else { return };
        if knots(b.metres, b.seconds).is_some_and(|knots| knots < parameters.max_knots) {
            let run = slow.get_or_insert((b.from, b.from, 0.0, 0));
            *run = (run.0, b.to, run.2 + b.metres, run.3 + b.seconds);
        } else if b.seconds > 0 {
            finish(slow);
        }
    };
    // The hour is only computed when its end is passed.
    let mut hour_end = i64::MIN;
    for i in 0..fixes.len() {
        if !valid(fixes.lon[i], fixes.lat[i]) {
            continue;
        }
        let Some(j) = last else {
            last = Some(i);
            continue;
        };
        let t = fixes.t[i];
        if t < fixes.t[j] {
            continue;
        }
        last = Some(i);
        let seconds = t.saturating_sub(fixes.t[j]);
        let metres = units_metres(fixes.lat[j], fixes.lon[j], fixes.lat[i], fixes.lon[i]);
        if seconds > parameters.max_gap_s {
            close(bucket.take(), &mut slow);
            close(Some(Bucket { from: j, to: i, metres: f64::INFINITY, seconds: 1 }), &mut slow);
            hour_end = i64::MIN;
            continue;
        }
        if t >= hour_end || bucket.is_none() {
            close(bucket.take(), &mut slow);
            hour_end = t.div_euclid(3600).saturating_add(1).saturating_mul(3600);
            bucket = Some(Bucket { from: j, to: j, metres: 0.0, seconds: 0 });
        }
        if let Some(b) = &mut bucket {
            b.to = i;
            b.metres += metres;
            b.seconds += seconds;
        }
    }
    close(bucket, &mut slow);
    finish(&mut slow);
    found
}

fn describe(
    fixes: Fixes<'_>,
    from: usize,
    to: usize,
    way_m: f64,
    seconds: i64,
    p: &LoiteringParameters,
    context: &Context<'_>,
) -> Option<Loitering> {
    let hours = seconds as f64 / 3600.0;
    if hours < p.min_hours {
        return None;
    }
    let rows = || (from..=to).filter(|&i| valid(fixes.lon[i], fixes.lat[i]));
    let (mut n, mut sum_lat, mut sum_east) = (0.0, 0.0, 0.0);
    for i in rows() {
        n += 1.0;
        sum_lat += f64::from(fixes.lat[i]);
        sum_east += east(fixes.lon[from], fixes.lon[i]) as f64;
    }
    let lat = (sum_lat / n).round() as i32;
    let lon = wrap(i64::from(fixes.lon[from]) + (sum_east / n).round() as i64);
    let (lat_deg, lon_deg) = (degrees(lat), degrees(lon));
    let shore_nm = (context.shore_nm)(lat_deg, lon_deg);
    let ship_type = context.ship_type;
    let carries = (70..90).contains(&ship_type);
    // 0 N 0 E is what a receiver without a fix says.
    let nowhere = lat.unsigned_abs() < 6_000 && lon.unsigned_abs() < 6_000;
    if nowhere || shore_nm < if carries { p.carrier_shore_nm.min(p.min_shore_nm) } else { p.min_shore_nm } {
        return None;
    }
    let (mut radius_m, mut turns, mut heading, mut anchored, mut fishing) = (0.0f64, 0u32, None, 0.0, 0.0);
    for i in rows() {
        radius_m = radius_m.max(units_metres(lat, lon, fixes.lat[i], fixes.lon[i]));
        anchored += f64::from(u8::from(matches!(fixes.status[i], 1 | 5)));
        fishing += f64::from(u8::from(fixes.status[i] == 7));
        let now = fixes.heading[i];
        if now < 360 && now != HEADING_UNKNOWN {
            match heading {
                None => heading = Some(now),
                Some(before) => {
                    let turn = (i32::from(now) - i32::from(before)).rem_euclid(360);
                    if (45..=315).contains(&turn) {
                        turns += 1;
                        heading = Some(now);
                    }
                }
            }
        }
    }
    let (a, b) = (fixes.get(from), fixes.get(to));
    let (t0, t1) = (Time(a.t), Time(b.t));
    let drift_nm = units_metres(a.lat, a.lon, b.lat, b.lon) / NM;
    let port_nm = (context.port_nm)(lat_deg, lon_deg);
    let mean_knots = way_m / NM / hours;
    let seen = (context.partner_seen)(a.mmsi, t0, t1, lat_deg, lon_deg);
    // The time also counts slow hours of a ship that was not slow enough for a transfer.
    let swings = radius_m < p.swing_m && drift_nm * NM < p.swing_m;
    let at_anchor = anchored * 2.0 > n || swings && (anchored > 0.0 || mean_knots < 0.15);
    let near_port = port_nm * NM < p.port_km * 1000.0;
    if shore_nm < p.min_shore_nm && (at_anchor || swings || near_port) {
        return None;
    }
    let drifts = drift_nm / hours > p.drift_knots;
    let innocent = if ship_type == 30 || fishing * 2.0 > n {
        Some("fishing")
    } else if matches!(ship_type, 31..=35 | 50..=58) {
        Some("service")
    } else if at_anchor {
        Some("anchored")
    } else if near_port {
        Some("near_port")
    } else if seen == Some(true) {
        Some("partner_seen")
    } else if ship_type != 0 && !carries {
        Some("no_cargo_ship")
    } else if drifts {
        Some("drifting")
    } else if mean_knots >= p.transfer_knots {
        Some("waiting")
    } else {
        None
    };
    let one_sided = innocent.is_none() && carries;
    // Oil goes from tanker to tanker, and other cargo between other ships.
    let suits = |ship: u32| {
        let other = (context.type_of)(ship);
        other == 0 || other / 10 == ship_type / 10
    };
    let partner = one_sided.then(|| context.silences.partner(a.mmsi, t0, t1, (lat_deg, lon_deg), &suits, p)).flatten();
    let changed = (context.draught_changed)(t0, t1);
    Some(Loitering {
        mmsi: a.mmsi,
        t0,
        t1,
        lat: lat_deg,
        lon: lon_deg,
        hours,
        mean_knots,
        drift_nm,
        radius_m,
        shore_nm,
        port_nm,
        heading_changes: turns,
        one_sided,
        partner_gap_mmsi: partner.map(|partner| partner.mmsi),
        score: if one_sided { weigh(hours, ship_type, turns, partner.map(|partner| partner.unexplained), seen, changed) } else { 0.0 },
        innocent: innocent.map(str::to_owned),
        first: At::of(&a),
        last: At::of(&b),
    })
}

/// The score of a one-sided loitering. Weights are our choice until they are fitted.
///
/// 0.05 to begin with; 0.3 if a ship of the same sort whose silence nothing explains could have been there for a good part of it, 0.1 if its
/// silence has an explanation; 0.3 if the draught is another afterwards (less 0.05 if it is known to be the same: every other crew forgets to
/// type it); 0.15 for a tanker, 0.1 if somebody looked for a partner nearby and there was none, 0.04 for a turn of heading. A ship that waits
/// for orders has the first, the last three and no more. A tanker comes to a half by either of partner and draught, another ship by both:
/// few of them can transfer cargo at sea.
fn weigh(hours: f64, ship_type: u8, turns: u32, partner: Option<bool>, seen: Option<bool>, changed: Option<bool>) -> f64 {
    let mut score: f64 = 0.05;
    for (is, weight) in [
        (partner == Some(true), 0.3),
        (partner == Some(false), 0.1),
        (changed == Some(true), 0.3),
        (changed == Some(false), -0.05),
        ((80..90).contains(&ship_type), 0.15),
        (seen == Some(false), 0.1),
        (turns > 0, 0.04),
        // Days on end are waiting, not pumping.
        (hours > 72.0, -0.1),
    ] {
        if is {
            score += weight;
        }
    }
    score.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests;
