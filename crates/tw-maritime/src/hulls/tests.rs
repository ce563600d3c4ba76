use proptest::prelude::*;
use tw_ais::{Dimensions, Fix, Positions, Static};
use tw_base::Country;

use super::*;
use crate::At;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A ship that sails east at ten knots along a parallel: a fix every ten minutes.
struct Sails {
    mmsi: u32,
    imo: u32,
    name: &'static str,
    dimensions: Dimensions,
    lat: f64,
    lon: f64,
    from: i64,
    to: i64,
}

impl Sails {
    fn new(mmsi: u32, imo: u32, lat: f64, lon: f64, from: i64, to: i64) -> Self {
        Self { mmsi, imo, name: "INVENTED STAR", dimensions: Dimensions { bow: 70, stern: 20, port: 6, starboard: 8 }, lat, lon, from, to }
    }

    fn lon_at(&self, t: i64) -> f64 {
        self.lon + 10.0 * hours(self.from, t) / 60.0 / self.lat.to_radians().cos()
    }

    fn fixes(&self) -> Positions {
        let mut fixes = Positions::default();
        let mut t = self.from;
        while t <= self.to {
            fixes.push(fix(self.mmsi, t, self.lat, self.lon_at(t)));
            t += 600;
        }
        fixes
    }

    fn report(&self) -> Static {
        Static {
            mmsi: self.mmsi,
            t: self.from,
            t_last: self.to,
            n: 100,
            imo: self.imo,
            name: self.name.into(),
            ship_type: 80,
            dimensions: self.dimensions,
            message: 5,
            ..Static::default()
        }
    }

    fn profile(&self) -> Profile {
        profile(self.fixes().view(), &[self.report()], |_, _| Some(false), &Parameters::default()).unwrap()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "degrees fit")]
fn fix(mmsi: u32, t: i64, lat: f64, lon: f64) -> Fix {
    Fix {
        mmsi,
        t,
        lon: (lon * 600_000.0) as i32,
        lat: (lat * 600_000.0) as i32,
        sog: 100,
        cog: 900,
        heading: 511,
        status: 0,
        class: 1,
        receiver: 0,
        file: 0,
        record: u32::try_from(t / 600).unwrap_or(0),
    }
}

/// A bystander that is there for all 30 days, so that ends of others are not ends of the data.
fn bystander() -> Profile {
    let mut ship = Sails::new(273_999_991, 0, -20.0, 20.0, 0, 30 * DAY);
    ship.dimensions = Dimensions { bow: 200, stern: 30, port: 16, starboard: 16 };
    ship.profile()
}

fn links(ships: &[&Sails]) -> Vec<HullLink> {
    let mut profiles: Vec<Profile> = ships.iter().map(|ship| ship.profile()).collect();
    profiles.push(bystander());
    hull_links(&profiles, &Parameters::default())
}

#[test]
fn a_track_that_goes_on_at_sea_under_another_imo_number_is_laundering() {
    let a = Sails::new(273_123_450, 2_222_224, 40.0, 135.0, 5 * DAY, 10 * DAY);
    let mut b = Sails::new(613_123_450, 3_333_331, 40.0, a.lon_at(10 * DAY + 2 * HOUR), 10 * DAY + 2 * HOUR, 15 * DAY);
    b.name = "OTHER LADY";
    let found = links(&[&a, &b]);
    assert_eq!(found.len(), 1);
    let link = &found[0];
    assert_eq!((link.kind.as_str(), link.mmsi_a, link.mmsi_b, link.partners, link.crowd), ("laundering", 273_123_450, 613_123_450, 1, 0));
    assert!(link.score > 0.8 && link.innocent.is_empty(), "{link:?}");
    assert!((link.gap_hours - 2.0).abs() < 1e-9 && (link.distance_nm - 20.0).abs() < 0.2);
    // Without the number of the second it is a handover, for which there are innocent reasons.
    b.imo = 0;
    assert_eq!(links(&[&a, &b])[0].kind, "handover");
    // A ship of another beam is another ship.
    b.dimensions.port = 10;
    assert!(links(&[&a, &b]).is_empty());
}

#[test]
fn two_sisters_that_meet_at_an_edge_of_coverage_are_not_linked() {
    let a = Sails::new(273_123_450, 2_222_224, 40.0, 135.0, 5 * DAY, 10 * DAY);
    let mut b = Sails::new(613_123_450, 3_333_331, 40.1, a.lon_at(10 * DAY), 10 * DAY + 20 * HOUR, 15 * DAY);
    b.name = "OTHER LADY";
    b.dimensions = Dimensions { bow: 71, stern: 19, port: 7, starboard: 7 };
    assert!(links(&[&a, &b]).is_empty());
}

#[test]
fn a_harbour_full_of_equal_ships_gives_no_link() {
    let lon = Sails::new(1, 0, 35.0, 129.0, 0, 0).lon_at(0);
    let ships: Vec<Sails> = (0..200u32)
        .map(|i| {
            let from = 2 * DAY + i64::from(i * 37 % 200) * 3 * HOUR;
            let mut ship = Sails::new(273_100_000 + 10 * i + 1, 0, 35.0, lon + f64::from(i % 7) * 0.01, from, from + 12 * HOUR);
            ship.name = ["ALPHA", "BRAVO", "CHARLIE", "DELTA", "ECHO"][i as usize % 5];
            ship
        })
        .collect();
    let mut profiles: Vec<Profile> = ships
        .iter()
        .map(|ship| profile(ship.fixes().view(), &[ship.report()], |_, _| Some(true), &Parameters::default()).unwrap())
        .collect();
    profiles.push(bystander());
    let found = hull_links(&profiles, &Parameters::default());
    assert!(found.is_empty(), "{} links, first {:?}", found.len(), found.first());
}

#[test]
fn one_imo_number_after_the_other_is_a_change_of_flag() {
    let a = Sails::new(273_123_450, 2_222_224, 40.0, 135.0, 5 * DAY, 10 * DAY);
    let b = Sails::new(613_123_450, 2_222_224, 40.0, a.lon_at(11 * DAY), 11 * DAY, 15 * DAY);
    let found = links(&[&a, &b]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind.as_str(), found[0].score), ("same_imo_sequential", 0.7));
    let changes = reflags(&found);
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].old.as_str(), changes[0].new.as_str(), changes[0].mmsi, changes[0].score), ("RUS", "CMR", 613_123_450, 0.7));
}

#[test]
fn one_imo_number_in_two_places_at_once_is_cloned_and_two_radios_are_not() {
    let a = Sails::new(273_123_450, 2_222_224, 40.0, 135.0, 5 * DAY, 10 * DAY);
    let b = Sails::new(613_123_450, 2_222_224, 10.0, 100.0, 6 * DAY, 12 * DAY);
    let found = links(&[&a, &b]);
    assert_eq!((found[0].kind.as_str(), found[0].score), ("same_imo_at_once", 0.5));
    assert_eq!((found[0].t0.0, found[0].t1.0), (6 * DAY, 10 * DAY));
    let second_radio = Sails::new(613_123_450, 2_222_224, 40.0, a.lon_at(6 * DAY), 6 * DAY, 9 * DAY);
    let found = links(&[&a, &second_radio]);
    assert_eq!((found[0].kind.as_str(), found[0].score), ("same_imo_at_once", 0.02));
}

fn joined(mmsi: u32, before: &Sails, after: &Sails) -> Profile {
    let mut fixes = before.fixes();
    let later = after.fixes();
    fixes.extend(later.view());
    fixes.mmsi.fill(mmsi);
    let mut report = before.report();
    report.mmsi = mmsi;
    report.t_last = after.to;
    profile(fixes.view(), &[report], |_, _| Some(false), &Parameters::default()).unwrap()
}

#[test]
fn two_ships_that_exchange_numbers_are_a_swap() {
    let a = Sails::new(1, 2_222_224, 40.0, 135.0, 5 * DAY, 10 * DAY);
    let b = Sails::new(2, 3_333_331, 35.0, 126.0, 5 * DAY, 10 * DAY + HOUR);
    let a_on = Sails::new(1, 0, 40.0, a.lon_at(10 * DAY + 2 * HOUR), 10 * DAY + 2 * HOUR, 15 * DAY);
    let b_on = Sails::new(2, 0, 35.0, b.lon_at(10 * DAY + 2 * HOUR), 10 * DAY + 2 * HOUR, 15 * DAY);
    let ships = [joined(273_123_450, &a, &b_on), joined(613_123_450, &b, &a_on), bystander()];
    assert_eq!(ships[0].active.iter().map(|active| active.after).collect::<Vec<_>>(), [Cut::Jump, Cut::Edge]);
    let found = hull_links(&ships, &Parameters::default());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind.as_str(), found[0].score), ("swap", 0.8));
}

#[test]
fn one_fix_far_off_is_no_jump() {
    let ship = Sails::new(273_123_450, 2_222_224, 40.0, 135.0, 5 * DAY, 10 * DAY);
    let mut fixes = ship.fixes();
    fixes.lat[305] = 0;
    fixes.lon[306] = i32::MAX;
    let short = profile(fixes.view(), &[], |_, _| None, &Parameters::default()).unwrap();
    assert_eq!((short.active.len(), short.active[0].n), (1, 719));
    assert_eq!(short.samples.len(), 61);
}

#[test]
fn tracks_of_one_mmsi_far_apart_at_once_are_two_hulls() {
    let piece = |t0: i64, t1: i64, lat: f64, lon: f64| Piece {
        t0,
        t1,
        lat0: lat,
        lon0: lon,
        lat1: lat,
        lon1: lon + 0.5,
        n: 50,
        first: At { file: 0, record: u32::try_from(t0).unwrap() + 1 },
        last: At { file: 0, record: u32::try_from(t1).unwrap() + 1 },
    };
    let shared = |pieces: &[Piece]| shared_mmsi(273_123_450, pieces, &Parameters::default());
    let far = shared(&[piece(0, 5 * HOUR, 40.0, 135.0), piece(HOUR, 6 * HOUR, 10.0, 100.0), piece(7 * HOUR, 9 * HOUR, 40.0, 136.0)]);
    assert_eq!(far.len(), 1);
    assert_eq!((far[0].score, far[0].hulls, far[0].overlap_hours), (0.4, 2, 4.0));
    assert!(far[0].distance_low_nm > 2_000.0);
    assert!(shared(&[piece(0, 5 * HOUR, 40.0, 135.0), piece(HOUR, 6 * HOUR, 40.01, 135.1)]).is_empty());
    assert!(shared(&[piece(0, 5 * HOUR, 40.0, 135.0), piece(5 * HOUR, 6 * HOUR, 10.0, 100.0)]).is_empty());
    let antimeridian = shared(&[piece(0, 5 * HOUR, 0.0, 179.4), Piece { lon0: 179.9, lon1: -179.9, ..piece(0, 5 * HOUR, 0.0, 0.0) }]);
    assert!(antimeridian.iter().all(|row| row.distance_nm < 60.0));
}

#[test]
fn flags_are_counted_within_two_years_and_checked_against_a_register() {
    let at = |mmsi, imo, from: i64| Sails::new(mmsi, imo, 40.0, 135.0, from, from + HOUR).profile();
    let ships = [
        at(273_123_450, 2_222_224, 0),
        at(613_123_450, 2_222_224, 200 * DAY),
        at(620_123_450, 2_222_224, 500 * DAY),
        at(217_123_450, 3_333_331, 0),
        at(351_123_450, 3_333_331, 1_000 * DAY),
    ];
    let found = false_flags(&ships, &[], &Parameters::default());
    let told: Vec<_> = found.iter().map(|row| (row.kind.as_str(), row.flags.as_str(), row.n, row.score)).collect();
    assert_eq!(told, [("mid_not_assigned", "217", 1, 0.4), ("flags_many", "RUS>CMR>COM", 3, 0.4)]);
    let register = [Registered { imo: 3_333_331, country: "TZA".parse::<Country>().unwrap(), from: None, to: None }];
    let found = false_flags(&ships, &register, &Parameters::default());
    let differs = found.iter().find(|row| row.kind == "register_differs").unwrap();
    assert_eq!((differs.flags.as_str(), differs.register.as_deref()), ("PAN", Some("TZA")));
    // Two flags at once are a shared number: hull_links tells them.
    let days = |mmsi, lat| Sails::new(mmsi, 2_222_224, lat, 100.0, 0, 2 * DAY).profile();
    assert!(false_flags(&[days(273_123_450, 10.0), days(613_123_450, 40.0)], &[], &Parameters::default()).is_empty());
    let long_ago = [Registered { imo: 3_333_331, country: "TZA".parse::<Country>().unwrap(), from: None, to: Some(10 * DAY) }];
    assert_eq!(false_flags(&ships, &long_ago, &Parameters::default()).len(), 2);
}

#[test]
fn cells_wrap_round_the_globe() {
    assert!(cells_around(0.0, 179.9, 60.0).contains(&(0, 180)));
    assert_eq!((cell(0.0, -180.0), cell(0.0, 180.0), cell(0.0, -0.5)), ((0, 180), (0, 180), (0, 359)));
    let polar = cells_around(89.9, 0.0, 60.0);
    assert!(polar.iter().filter(|(row, _)| *row == 89).count() == 360);
    assert!((distance_nm((0.0, 179.5), (0.0, -179.5)) - 60.04).abs() < 0.01);
}

/// Splitmix64.
struct Dice(u64);

impl Dice {
    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
    fn below(&mut self, n: u32) -> u32 {
        (self.unit() * f64::from(n)) as u32
    }

    /// Two words of four letters.
    fn name(&mut self) -> String {
        let mut word = || {
            (0..4)
                .map(|i| char::from(b"AEIOUBKLMNRST"[(if i % 2 == 0 { 5 + self.below(8) } else { self.below(5) }) as usize]))
                .collect::<String>()
        };
        format!("{} {}", word(), word())
    }
}

/// The n-th number with a valid check digit in the range of invented ships.
fn invented_imo(n: u32) -> u32 {
    let head = 200_000 + n;
    (0..10).map(|digit| head * 10 + digit).find(|&imo| crate::identity::check_digit_holds(imo)).unwrap()
}

/// Seas with one patch of reception of ten degrees: ships enter and leave it on six lanes, a third of them lie in one of two ports with their
/// radio off for a while, and have one of forty sizes. `launderings` of them change number, name and IMO number at sea and sail on.
fn patch(seed: u64, passages: u32, launderings: u32) -> Vec<Profile> {
    let mut dice = Dice(seed);
    let mut profiles = Vec::new();
    let parameters = Parameters::default();
    for i in 0..passages {
        let size = dice.below(40);
        let (length, beam) = (80 + 5 * (size % 20), 12 + (size % 20) + 2 * (size / 20));
        let stern = 12 + dice.below(20);
        let port = beam / 2 - dice.below(3);
        #[expect(clippy::cast_possible_truncation, reason = "small")]
        let dimensions = Dimensions { bow: (length - stern) as u16, stern: stern as u16, port: port as u8, starboard: (beam - port) as u8 };
        let west = f64::from(dice.below(6)) * 1.5 + 30.5 + dice.between(-0.1, 0.1);
        let east = f64::from(dice.below(6)) * 1.5 + 30.5 + dice.between(-0.1, 0.1);
        let knots = dice.between(8.0, 14.0);
        #[expect(clippy::cast_possible_truncation, reason = "a month")]
        let from = (dice.unit() * 30.0 * 86_400.0) as i64;
        let eastward = dice.unit() < 0.5;
        let calls = dice.unit() < 0.33;
        let changes_at = if i < launderings { dice.between(0.2, 0.8) } else { 2.0 };
        let silence = dice.between(0.3, 12.0);
        let sends_imo = dice.unit() < 0.8;
        let says = |dice: &mut Dice, mmsi: u32, always: bool| Static {
            mmsi,
            t: i64::MIN,
            t_last: i64::MAX,
            n: 10,
            imo: if sends_imo || always { invented_imo(7 * (mmsi % 1_000_000)) } else { 0 },
            name: dice.name(),
            ship_type: if size.is_multiple_of(2) { 80 } else { 70 },
            dimensions,
            message: 5,
            ..Static::default()
        };
        let way = distance_nm((west, 125.0), (east, 135.0));
        let lasts = way / knots;
        let (mut fixes, mut later) = (Positions::default(), Positions::default());
        let (first, second) = (273_000_001 + 2 * i, 613_000_002 + 2 * i);
        let mut hour = 0.0;
        let mut stayed = 0.0;
        while hour < lasts {
            let part: f64 = hour / lasts;
            let along = if eastward { part } else { 1.0 - part };
            let (lat, lon) = (west + (east - west) * along + dice.between(-0.01, 0.01), 125.0 + 10.0 * along);
            if calls && stayed == 0.0 && part > 0.5 {
                stayed = dice.between(12.0, 72.0);
            }
            let t = from + seconds(hour + stayed);
            let bearing = (10.0 * lat.to_radians().cos()).atan2(east - west).to_degrees() + if eastward { 0.0 } else { 180.0 };
            let course = (bearing + dice.between(-10.0, 10.0)).rem_euclid(360.0);
            let own = if part < changes_at { &mut fixes } else { &mut later };
            if part < changes_at || hour > changes_at * lasts + silence {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "knots and degrees")]
                own.push(Fix {
                    sog: (knots * 10.0) as u16,
                    cog: (course * 10.0) as u16,
                    ..fix(if part < changes_at { first } else { second }, t, lat, lon)
                });
            }
            hour += 0.33;
        }
        for (own, mmsi, always) in [(fixes, first, i < launderings), (later, second, true)] {
            let report = says(&mut dice, mmsi, always);
            profiles.extend(profile(own.view(), &[report], |_, lon| Some((129.7..130.3).contains(&lon)), &parameters));
        }
    }
    profiles
}

#[test]
#[expect(clippy::print_stdout, reason = "figures of the method")]
fn in_a_patch_of_reception_hardly_any_pair_is_linked_that_is_not_one_hull() {
    // The prior was set on seeds 1 and 2; the result of 3 was seen while the generator was mended, so none is a held-out test.
    for (seed, passages) in [(1, 1_000), (2, 3_000), (3, 3_000)] {
        let profiles = patch(seed, passages, 30);
        let links = hull_links(&profiles, &Parameters::default());
        let there = profiles.iter().filter(|ship| ship.mmsi > 613_000_000).count();
        let right = |link: &HullLink| link.mmsi_b.wrapping_sub(link.mmsi_a) == 613_000_002 - 273_000_001;
        for least in [0.2, 0.5, 0.8] {
            let told: Vec<_> = links.iter().filter(|link| link.score >= least).collect();
            let hits = told.iter().filter(|link| right(link)).count();
            println!("{passages} passages, score {least}: {hits} of {there} found, {} wrong", told.len() - hits);
        }
        let told: Vec<_> = links.iter().filter(|link| link.score >= 0.5).collect();
        let hits = told.iter().filter(|link| right(link)).count();
        assert!(2 * hits >= there, "{hits} of {there}");
        assert!((told.len() - hits) * 1_000 <= 3 * passages as usize, "{}", told.len() - hits);
    }
}

fn any_fix() -> impl Strategy<Value = Fix> {
    (prop_oneof![Just(273_123_450u32), Just(613_123_450u32)], any::<i64>(), any::<i32>(), any::<i32>(), any::<u16>(), any::<u16>())
        .prop_map(|(mmsi, t, lat, lon, sog, cog)| {
            let t = if t % 2 == 0 { t } else { t % (90 * DAY) };
            Fix { t, lat: lat % 60_000_000, lon: lon % 120_000_000, sog, cog, ..fix(mmsi, 0, 0.0, 0.0) }
        })
}

proptest! {
    #[test]
    fn no_track_panics_and_links_are_the_same_in_any_order(fixes in prop::collection::vec(any_fix(), 1..40)) {
        let mut profiles = Vec::new();
        for mmsi in [273_123_450, 613_123_450] {
            let mut own: Positions = fixes.iter().filter(|fix| fix.mmsi == mmsi).copied().collect();
            own.sort();
            let report = Static { mmsi, t: 0, imo: 2_222_224, dimensions: Dimensions { bow: 70, stern: 20, port: 6, starboard: 8 }, ..Static::default() };
            profiles.extend(profile(own.view(), &[report], |_, _| None, &Parameters::default()));
        }
        let found = hull_links(&profiles, &Parameters::default());
        profiles.reverse();
        prop_assert_eq!(&found, &hull_links(&profiles, &Parameters::default()));
        prop_assert!(found.iter().all(|link| (0.0..=1.0).contains(&link.score)));
        let _ = false_flags(&profiles, &[], &Parameters::default());
    }

    #[test]
    fn no_pieces_panic(raw in prop::collection::vec((any::<i64>(), any::<i64>(), -100.0..100.0f64, -200.0..200.0f64), 0..12)) {
        let pieces: Vec<Piece> = raw
            .iter()
            .map(|&(t0, t1, lat, lon)| Piece { t0, t1, lat0: lat, lon0: lon, lat1: lat, lon1: -lon, n: 5, first: At::default(), last: At::default() })
            .collect();
        let found = shared_mmsi(273_123_450, &pieces, &Parameters::default());
        prop_assert!(found.windows(2).all(|pair| pair[0].t0 <= pair[1].t0));
    }
}
