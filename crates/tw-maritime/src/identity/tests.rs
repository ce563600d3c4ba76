use proptest::prelude::*;
use tw_ais::{Dimensions, Fix, Positions, Static};

use super::*;

const HOUR: i64 = 3600;

fn report(t: i64, hours: i64, change: impl FnOnce(&mut Static)) -> Static {
    let mut report = Static {
        mmsi: 273_123_450,
        t,
        t_last: t + hours * HOUR,
        n: u32::try_from(hours * 10).unwrap().max(1),
        imo: 2_222_224,
        callsign: "UBAB1".into(),
        name: "INVENTED STAR".into(),
        ship_type: 80,
        dimensions: Dimensions { bow: 70, stern: 20, port: 7, starboard: 7 },
        draught: 52,
        destination: "VLADIVOSTOK".into(),
        message: 5,
        record: u32::try_from(t / HOUR).unwrap() + 1,
        ..Static::default()
    };
    change(&mut report);
    report
}

fn changes(reports: &[Static]) -> Vec<IdentityChange> {
    identity_changes(reports, Positions::default().view(), &Parameters::default())
}

fn two(change: impl FnOnce(&mut Static)) -> Vec<IdentityChange> {
    changes(&[report(0, 24, |_| ()), report(25 * HOUR, 24, change)])
}

fn summary(changes: &[IdentityChange]) -> Vec<(&str, bool, f64)> {
    changes.iter().map(|c| (c.kind.as_str(), c.hard, c.score)).collect()
}

#[test]
fn a_new_valid_imo_number_and_name_on_the_same_hull_score_highest() {
    let found = two(|r| {
        r.imo = 3_333_331;
        r.name = "OTHER LADY".into();
    });
    assert_eq!(summary(&found), [("renamed", false, 0.5), ("imo_changed", true, 0.85)]);
    let change = &found[1];
    assert_eq!((change.old.as_str(), change.new.as_str(), change.innocent.as_str()), ("2222224", "3333331", ""));
    assert_eq!((change.t0, change.t1, change.first.record, change.last.record), (Time(24 * HOUR), Time(25 * HOUR), 1, 26));
    // The number alone is more often a mistake put right.
    assert_eq!(summary(&two(|r| r.imo = 3_333_331)), [("imo_changed", true, 0.5)]);
}

#[test]
fn innocent_twins_score_low() {
    let late = changes(&[report(0, 24, |r| r.imo = 0), report(25 * HOUR, 24, |_| ())]);
    assert_eq!(summary(&late), [("imo_changed", false, 0.05)]);
    let late_and_renamed = changes(&[
        report(0, 24, |r| {
            r.imo = 0;
            r.name = "OTHER LADY".into();
        }),
        report(25 * HOUR, 24, |_| ()),
    ]);
    assert_eq!(summary(&late_and_renamed), [("renamed", false, 0.1), ("imo_changed", false, 0.05)]);
    let slip = changes(&[report(0, 24, |r| r.imo = 2_222_242), report(25 * HOUR, 24, |_| ())]);
    assert_eq!(summary(&slip), [("imo_changed", false, 0.03)]);
    let sold = two(|r| {
        r.name = "OTHER LADY".into();
        r.callsign = "UCXX9".into();
    });
    assert_eq!(summary(&sold), [("renamed", false, 0.1), ("callsign_changed", false, 0.1)]);
    assert!(sold[0].innocent.contains("IMO number was kept"));
    let moved = two(|r| r.dimensions = Dimensions { bow: 20, stern: 70, port: 4, starboard: 10 });
    assert_eq!(summary(&moved), [("dimensions_changed", false, 0.02)]);
    let feet = changes(&[
        report(0, 24, |r| r.dimensions = Dimensions { bow: 230, stern: 66, port: 23, starboard: 23 }),
        report(25 * HOUR, 24, |_| ()),
    ]);
    assert_eq!(summary(&feet), [("dimensions_changed", false, 0.05)]);
    assert_eq!(summary(&two(|r| r.name = "INVENTED STAT".into())), [("renamed", false, 0.02)]);
    assert!(two(|r| r.ship_type = 82).is_empty());
}

#[test]
fn an_mmsi_that_is_handed_on_is_not_laundering() {
    let found = two(|r| {
        r.imo = 3_333_331;
        r.name = "OTHER LADY".into();
        r.callsign = "UCXX9".into();
        r.dimensions = Dimensions { bow: 100, stern: 20, port: 10, starboard: 10 };
    });
    assert_eq!(found.len(), 4);
    assert!(found.iter().all(|c| c.innocent == HANDED_ON && c.score == 0.4));
}

#[test]
fn a_value_that_does_not_hold_is_noise() {
    let odd = |n: u32| {
        vec![
            report(0, 24, |_| ()),
            report(24 * HOUR, 0, |r| {
                r.name = "WHOLLY DIFFERENT".into();
                r.n = n;
            }),
            report(25 * HOUR, 24, |_| ()),
        ]
    };
    assert!(changes(&odd(2)).is_empty());
    let held = changes(&odd(3));
    assert_eq!(summary(&held), [("renamed", false, 0.25), ("renamed", false, 0.1)]);
    assert!(held[0].returns && !held[1].returns);
    let names: Vec<_> = identities(&odd(2), &Parameters::default()).into_iter().filter(|row| row.field == "name").collect();
    assert_eq!(names.len(), 1);
    assert_eq!((names[0].t0, names[0].t1, names[0].n), (Time(0), Time(49 * HOUR), 480));
}

#[test]
fn two_stations_with_one_mmsi_give_one_row_a_field() {
    let reports: Vec<Static> = (0..200)
        .map(|i| report(i * HOUR / 10, 0, |r| r.name = if i % 2 == 0 { "INVENTED STAR".into() } else { "OTHER LADY".into() }))
        .collect();
    let found = changes(&reports);
    assert_eq!(found.len(), 1);
    assert!(found[0].alternates && found[0].score <= 0.1);
    assert_eq!(identities(&reports, &Parameters::default()).iter().filter(|row| row.field == "name").count(), 2);
}

#[test]
fn parts_of_message_24_are_not_changes_to_nothing() {
    let part = |t, name: &str| {
        report(t, 2, |r| {
            r.message = 24;
            r.imo = 0;
            if name.is_empty() {
                r.name.clear();
                return;
            }
            r.name = name.into();
            r.callsign.clear();
            r.dimensions = Dimensions::default();
            r.ship_type = 0;
        })
    };
    let reports = [part(0, "INVENTED STAR"), part(0, ""), part(3 * HOUR, "INVENTED STAR"), part(3 * HOUR, "")];
    assert!(changes(&reports).is_empty());
    assert!(identities(&reports, &Parameters::default()).iter().all(|row| row.t0 == Time(0) && row.t1 == Time(5 * HOUR)));
}

#[test]
fn a_placeholder_mmsi_gives_no_change_and_the_flag_comes_from_the_mmsi() {
    let reports = [
        report(0, 24, |r| r.mmsi = 123_456_789),
        report(25 * HOUR, 24, |r| {
            r.mmsi = 123_456_789;
            r.imo = 3_333_331;
        }),
    ];
    assert!(changes(&reports).is_empty());
    let rows = identities(&[report(0, 24, |_| ())], &Parameters::default());
    let flag = rows.iter().find(|row| row.field == "flag").unwrap();
    assert_eq!((flag.value.as_str(), flag.n), ("RUS", 240));
}

#[test]
fn the_place_of_a_change_is_the_nearest_position_or_unknown() {
    let fix = |t, lat: i32| Fix {
        mmsi: 273_123_450,
        t,
        lon: 132 * 600_000,
        lat,
        sog: 0,
        cog: 0,
        heading: 511,
        status: 15,
        class: 1,
        receiver: 0,
        file: 0,
        record: 1,
    };
    let reports = [report(0, 24, |_| ()), report(25 * HOUR, 24, |r| r.imo = 3_333_331)];
    let near: Positions = [fix(20 * HOUR, 42 * 600_000), fix(25 * HOUR, i32::MAX), fix(26 * HOUR, 43 * 600_000)].into_iter().collect();
    let found = identity_changes(&reports, near.view(), &Parameters::default());
    assert_eq!((found[0].lat, found[0].lon), (Some(43.0), Some(132.0)));
    let far: Positions = [fix(2 * HOUR, 42 * 600_000)].into_iter().collect();
    assert_eq!(identity_changes(&reports, far.view(), &Parameters::default())[0].lat, None);
}

#[test]
fn a_bad_check_digit_is_evidence_for_cargo_ships_and_tankers_only() {
    let doubt = |ship_type, imo| {
        imo_doubts(
            &[report(0, 24, |r| {
                r.ship_type = ship_type;
                r.imo = imo;
            })],
            &Parameters::default(),
        )
    };
    assert_eq!(doubt(80, 9_074_728)[0].score, 0.4);
    assert_eq!((doubt(30, 9_074_728)[0].score, doubt(30, 9_074_728)[0].evidence), (0.0, false));
    assert!(doubt(80, 9_074_729).is_empty());
    assert_eq!(doubt(70, 2_222_224)[0].claim, "unissued");
}

fn any_report() -> impl Strategy<Value = Static> {
    let first = (prop_oneof![Just(273_123_450u32), any::<u32>()], any::<i64>(), any::<i64>(), any::<u32>(), 0u32..9_999_999);
    let second = (
        "[A-C]{0,3}",
        "[A-C@ ]{0,6}",
        any::<u8>(),
        any::<[u16; 2]>(),
        any::<[u8; 2]>(),
        any::<u8>(),
        prop_oneof![Just(5u8), Just(24), Just(0)],
    );
    (first, second).prop_map(|((mmsi, t, t_last, n, imo), (callsign, name, ship_type, long, wide, draught, message))| Static {
        mmsi,
        t,
        t_last,
        n,
        imo,
        callsign,
        name,
        ship_type,
        dimensions: Dimensions { bow: long[0], stern: long[1], port: wide[0], starboard: wide[1] },
        draught,
        message,
        ..Static::default()
    })
}

proptest! {
    #[test]
    fn no_reports_panic_and_changes_come_in_order(reports in prop::collection::vec(any_report(), 0..30)) {
        let found = changes(&reports);
        prop_assert!(found.windows(2).all(|pair| pair[0].t1 <= pair[1].t1));
        prop_assert!(found.iter().all(|c| c.t0 <= c.t1 && (0.0..=1.0).contains(&c.score)));
        prop_assert_eq!(&found, &changes(&reports));
        let rows = identities(&reports, &Parameters::default());
        prop_assert!(rows.iter().all(|row| row.t0 <= row.t1 && row.n > 0));
        let _ = imo_doubts(&reports, &Parameters::default());
    }
}
