use proptest::prelude::*;
use tw_ais::{Dimensions, Fix, Positions, Static};

use super::*;

const HOUR: i64 = 3600;
const DIESEL: (f64, f64, f64) = (7.2, 7.45, 7.6);

/// Splitmix64: a generator of its own, so that the simulated hulls share nothing with the method but the sea.
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

    /// Normal, by the sum of twelve.
    fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        mean + deviation * ((0..12).map(|_| self.unit()).sum::<f64>() - 6.0)
    }
}

/// How ships are worked in a simulated world.
struct World {
    /// Share of discharges that leave nothing.
    empties: f64,
    /// Most ballast, as a share of the deadweight.
    most_ballast: f64,
    /// Share of draughts that are typed right.
    careful: f64,
}

const ORDINARY: World = World { empties: 0.75, most_ballast: 0.40, careful: 0.75 };
const SLOPPY: World = World { empties: 0.60, most_ballast: 0.50, careful: 0.50 };

struct Voyage {
    hull: Hull,
    before: f64,
    after: f64,
    cargo: f64,
}

/// A tanker with hydrostatics by a waterplane that narrows downwards (not the block formula), and one discharge.
fn voyage(dice: &mut Dice, world: &World) -> Voyage {
    loop {
        let length = (dice.between(55f64.ln(), 190f64.ln())).exp();
        let beam = length / dice.normal(6.3, 0.45);
        let draught = beam / dice.normal(2.45, 0.2);
        let area = length * dice.between(0.935, 0.975) * beam;
        let block = dice.normal(0.77 + 0.000_3 * (length - 100.0), 0.025);
        let full = 1.025 * area * draught * block;
        let dwt = full * dice.normal(0.60 + 0.12 * (full / 1_000.0).log10(), 0.025);
        let (plane, slope) = (dice.normal(block + 0.10, 0.015), dice.between(0.05, 0.15));
        // Waterplane coefficient plane * (1 - slope * (1 - d / draught)), integrated down from the summer draught.
        let displacement = |d: f64| {
            let x = d / draught;
            full - 1.025 * area * draught * plane * ((1.0 - slope) * (1.0 - x) + slope * (1.0 - x * x) / 2.0)
        };
        let floats = |tonnes: f64| {
            let (mut low, mut high) = (0.1 * draught, 1.1 * draught);
            for _ in 0..50 {
                let middle = f64::midpoint(low, high);
                if displacement(middle) < tonnes { low = middle } else { high = middle }
            }
            low
        };
        let stores = dwt * dice.between(0.02, 0.07);
        let loaded = (dwt - stores) * dice.between(0.55, 1.0);
        let empties = dice.unit() < world.empties;
        let stays = if empties { 0.0 } else { loaded * dice.between(0.1, 0.6) };
        let ballast = if empties && dice.unit() < 0.85 { dwt * dice.between(0.12, world.most_ballast) } else { 0.0 };
        let lightship = full - dwt;
        let typed = |mean: f64, trim: f64, dice: &mut Dice| {
            let slip = match dice.unit() {
                u if u < world.careful => 0.0,
                u if u < (1.0 + world.careful) / 2.0 => dice.normal(0.0, 0.15),
                _ => dice.normal(0.0, 0.35),
            };
            ((mean + trim / 2.0 + slip) * 10.0).round() / 10.0
        };
        let (trim_laden, trim_light) = (dice.between(0.0, 0.003) * length, dice.between(0.002, 0.015) * length);
        let before = typed(floats(lightship + stores + loaded), trim_laden, dice);
        let trim = if empties { trim_light } else { trim_laden };
        let after = typed(floats(lightship + stores * 0.9 + stays + ballast), trim, dice);
        // The kernel reports changes of 0.3 m and more downwards.
        if before - after < 0.3 {
            continue;
        }
        let hull = Hull {
            length: length.round(),
            beam: beam.round(),
            draught_max: Some((draught * 10.0).round() / 10.0),
            dwt: Some(dwt),
            ship_type: 80,
        };
        return Voyage { hull, before, after, cargo: loaded - stays };
    }
}

/// What of a hull is hidden from the method.
type Blind = fn(Hull) -> Hull;

/// Median absolute error as a share of the truth, and the share of truths within the 10 to 90 per cent points.
fn quality(seed: u64, world: &World, blind: impl Fn(Hull) -> Hull) -> (f64, f64) {
    let mut dice = Dice(seed);
    let (mut errors, mut within) = (Vec::new(), 0u32);
    let n: u32 = 400;
    for _ in 0..n {
        let voyage = voyage(&mut dice, world);
        let found = cargo(voyage.before, voyage.after, &blind(voyage.hull), DIESEL).unwrap();
        let (low, best, high) = found.tonnes;
        assert!(low <= best && best <= high);
        errors.push((best - voyage.cargo).abs() / voyage.cargo);
        within += u32::from(low <= voyage.cargo && voyage.cargo <= high);
    }
    errors.sort_by(f64::total_cmp);
    (errors[errors.len() / 2], f64::from(within) / f64::from(n))
}

/// Tuned on seed 7 of the ordinary world; the other seed and the sloppy world are not tuned on.
#[test]
#[expect(clippy::print_stdout, reason = "figures of the method")]
fn on_simulated_hulls_the_median_error_is_below_a_fifth_and_the_spread_covers_about_four_in_five() {
    let cases: [(&str, Blind); 4] = [
        ("size only", |hull| Hull { draught_max: None, dwt: None, ..hull }),
        ("size and summer draught", |hull| Hull { dwt: None, ..hull }),
        ("size and deadweight", |hull| Hull { draught_max: None, ..hull }),
        ("all", |hull| hull),
    ];
    for (world_name, seed, world, least) in [("dev", 7, &ORDINARY, 0.72), ("unseen", 2_026, &ORDINARY, 0.72), ("sloppy", 31, &SLOPPY, 0.60)]
    {
        for (name, blind) in cases {
            let (error, cover) = quality(seed, world, blind);
            println!("{world_name}, {name}: median error {:.1} %, cover of the 80 % spread {:.1} %", 100.0 * error, 100.0 * cover);
            assert!(error <= 0.20, "{name}: {error}");
            assert!((least..=0.87).contains(&cover), "{world_name}, {name}: {cover}");
        }
    }
}

#[test]
fn deadweight_of_common_sizes_lies_within_the_spread() {
    // Round figures from common knowledge, not from a register: coastal, chemical, MR, panamax, aframax, suezmax, VLCC.
    let classes = [
        (64.0, 10.0, 1_150.0),
        (90.0, 14.0, 3_500.0),
        (128.0, 20.4, 13_000.0),
        (183.0, 32.2, 48_000.0),
        (228.0, 32.2, 74_000.0),
        (244.0, 42.0, 106_000.0),
        (274.0, 48.0, 158_000.0),
        (333.0, 60.0, 305_000.0),
    ];
    for (length, beam, dwt) in classes {
        let (low, best, high) = dwt_from_dimensions(length, beam, 80).unwrap();
        // Ships built to the beam of the old Panama locks are deeper than their size tells.
        let spare = if beam == 32.2 && length > 200.0 { 1.1 } else { 1.0 };
        assert!(low <= dwt && dwt <= high * spare, "{length} x {beam}: {low:.0} {best:.0} {high:.0}, expected {dwt}");
        assert!((best / dwt - 1.0).abs() < 0.15, "{length} x {beam}: {best:.0}, expected {dwt}");
    }
    assert_eq!(dwt_from_dimensions(f64::NAN, 10.0, 80), None);
    assert_eq!(dwt_from_dimensions(20.0, 19.0, 80), None);
}

#[test]
fn the_ship_of_the_note_has_ten_tonnes_a_centimetre() {
    // Methods note 2.10: 90 x 14 m, 2,000 t are about 1.9 m. Both draughts deep, so that ballast plays no part.
    let hull = Hull { length: 94.0, beam: 14.0, draught_max: Some(6.0), dwt: Some(3_800.0), ship_type: 80 };
    let found = cargo(6.0, 5.0, &hull, DIESEL).unwrap();
    assert!((700.0..1_350.0).contains(&found.tonnes.1), "{found:?}");
    assert!(((found.barrels.1 / found.tonnes.1) - 7.45).abs() < 0.3);
    assert!((found.un_50 - 0.5 * 3_800.0 * 7.45).abs() < 1e-6);
    assert_eq!(found, cargo(5.0, 6.0, &hull, DIESEL).unwrap());
    assert_eq!(cargo(25.5, 5.0, &hull, DIESEL), None);
    assert_eq!(cargo(f64::NAN, 5.0, &hull, DIESEL), None);
}

#[test]
fn without_draughts_the_three_assumptions_of_the_panel_are_the_spread() {
    let hull = Hull { length: 90.0, beam: 14.0, draught_max: None, dwt: Some(3_000.0), ship_type: 80 };
    let found = delivery_prior(&hull, DIESEL).unwrap();
    for (got, share) in [(found.tonnes.0, 0.33), (found.tonnes.1, 0.5), (found.tonnes.2, 0.9)] {
        assert!((got / (share * 3_000.0) - 1.0).abs() < 0.02, "{got}");
    }
}

fn report(t: i64, hours: i64, draught: u8) -> Static {
    Static {
        mmsi: 273_123_450,
        t,
        t_last: t + hours * HOUR,
        n: u32::try_from(hours * 10).unwrap().max(1),
        ship_type: 80,
        dimensions: Dimensions { bow: 70, stern: 20, port: 7, starboard: 7 },
        draught,
        message: 5,
        record: u32::try_from(t / HOUR).unwrap() + 1,
        ..Static::default()
    }
}

/// Adrift at half a knot.
fn fixes(from: i64, to: i64) -> Positions {
    sailing(from, to, 2_500)
}

/// A report every half an hour, each so many units further north.
fn sailing(from: i64, to: i64, units: i32) -> Positions {
    (from..=to)
        .step_by(1800)
        .map(|t| Fix {
            mmsi: 273_123_450,
            t,
            lon: 132 * 600_000,
            lat: 40 * 600_000 + i32::try_from(t / 1800).unwrap() * units,
            sog: 5,
            cog: 0,
            heading: 511,
            status: 0,
            class: 1,
            receiver: 0,
            file: 0,
            record: 1,
        })
        .collect()
}

fn changes(reports: &[Static], port: bool) -> Vec<DraughtChange> {
    let positions = fixes(0, 300 * HOUR);
    draught_changes(reports, positions.view(), |_, _| port, None, Some(DIESEL), &Parameters::default())
}

#[test]
fn a_tanker_that_rises_at_sea_has_discharged() {
    let found = changes(&[report(90 * HOUR, 20, 58), report(115 * HOUR, 20, 40)], false);
    assert_eq!(found.len(), 1);
    let row = &found[0];
    assert_eq!((row.direction.as_str(), row.from_m, row.to_m, row.in_port, row.score), ("discharge", 5.8, 4.0, false, 0.85));
    assert_eq!((row.t0.0, row.t1.0, row.lat.is_some(), row.lon), (110 * HOUR, 115 * HOUR, true, Some(132.0)));
    assert!(row.tonnes_low < row.tonnes && row.tonnes < row.tonnes_high && row.barrels > row.tonnes);
    assert!(row.unseen_hours < 1.0 && row.stopped_hours > 24.0);
    let in_port = changes(&[report(90 * HOUR, 20, 58), report(115 * HOUR, 20, 40)], true);
    assert_eq!((in_port[0].in_port, in_port[0].score), (true, 0.05));
    // Without a stop the field may have been typed late; a ship that lies still is at a berth that the table of ports lacks.
    let of = |units: i32| {
        let (reports, track) = ([report(90 * HOUR, 20, 58), report(115 * HOUR, 20, 40)], sailing(0, 300 * HOUR, units));
        draught_changes(&reports, track.view(), |_, _| false, None, Some(DIESEL), &Parameters::default()).remove(0)
    };
    assert_eq!((of(20_000).score, of(20_000).stopped_hours, of(0).score, of(0).in_port), (0.4, 0.0, 0.05, true));
}

#[test]
fn noise_of_the_keyboard_is_no_change() {
    let noise = [
        vec![report(0, 20, 58), report(21 * HOUR, 2, 40), report(24 * HOUR, 20, 58)],
        vec![report(0, 20, 58), report(21 * HOUR, 20, 255)],
        vec![report(0, 20, 58), report(21 * HOUR, 20, 0)],
        vec![report(0, 20, 6), report(21 * HOUR, 20, 60)],
        vec![report(0, 20, 58), report(21 * HOUR, 20, 120)],
        vec![report(0, 20, 58), report(21 * HOUR, 20, 56)],
        vec![report(0, 20, 58), report(21 * HOUR, 0, 40)],
        vec![report(0, 20, 58)],
        vec![],
    ];
    for reports in noise {
        assert!(changes(&reports, false).is_empty(), "{reports:?}");
    }
}

#[test]
fn steps_of_one_stay_are_one_change() {
    let found =
        changes(&[report(90 * HOUR, 20, 35), report(111 * HOUR, 3, 42), report(115 * HOUR, 3, 50), report(119 * HOUR, 50, 58)], true);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].from_m, found[0].to_m, found[0].direction.as_str()), (3.5, 5.8, "loading"));
}

#[test]
fn unseen_ships_and_ships_without_cargo_score_low() {
    let reports = [report(90 * HOUR, 20, 58), report(115 * HOUR, 20, 40)];
    let none = draught_changes(&reports, Positions::default().view(), |_, _| false, None, None, &Parameters::default());
    assert_eq!((none[0].lat, none[0].barrels, none[0].score), (None, None, 0.1));
    let sparse = draught_changes(&reports, fixes(112 * HOUR, 120 * HOUR).view(), |_, _| false, None, None, &Parameters::default());
    assert!((sparse[0].score - 0.6).abs() < 1e-9 && sparse[0].unseen_hours > 13.0);
    let tug: Vec<Static> = reports.iter().cloned().map(|r| Static { ship_type: 52, ..r }).collect();
    let tugs = changes(&tug, false);
    assert_eq!((tugs[0].tonnes, tugs[0].score), (None, 0.02));
}

proptest! {
    #[test]
    fn no_reports_panic(raw in prop::collection::vec((any::<i64>(), any::<i64>(), any::<u32>(), any::<u8>(), any::<u8>(), any::<u16>()), 0..20)) {
        let reports: Vec<Static> = raw
            .iter()
            .map(|&(t, t_last, n, draught, ship_type, bow)| {
                let dimensions = Dimensions { bow, stern: bow, port: 255, starboard: ship_type };
                Static { mmsi: 1, t, t_last, n, draught, ship_type, dimensions, ..Static::default() }
            })
            .collect();
        let found = changes(&reports, false);
        prop_assert!(found.iter().all(|row| row.t0 <= row.t1 && (0.0..=1.0).contains(&row.score)));
        prop_assert_eq!(&found, &changes(&reports, false));
    }

    #[test]
    fn an_amount_is_in_order_and_no_more_than_the_ship(before in 0.1..25.0f64, after in 0.1..25.0f64, length in 20.0..400.0f64, ratio in 3.0..9.0f64) {
        let hull = Hull { length, beam: length / ratio, draught_max: None, dwt: Some(1_000.0), ship_type: 80 };
        if let Some(found) = cargo(before, after, &hull, DIESEL) {
            let (low, best, high) = found.tonnes;
            prop_assert!(0.0 <= low && low <= best && best <= high && high <= 980.0 + 1e-9);
        }
    }
}
