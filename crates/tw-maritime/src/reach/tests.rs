use proptest::prelude::*;

use super::*;

const VLADIVOSTOK: (f64, f64) = (42.95, 131.9);
const OFF_KIMCHAEK: (f64, f64) = (40.4, 129.8);

fn moment(t_hours: i64, place: (f64, f64)) -> Moment {
    Moment { t: Time(t_hours * 3600), lat: place.0, lon: place.1 }
}

/// Ports around the Sea of Japan, places from the World Port Index (public domain).
fn ports() -> Vec<Candidate> {
    let port = |id, lat, lon| Candidate { id, lat, lon, prior: 1.0 };
    vec![
        port(1, 41.7667, 129.8167), // Chongjin
        port(2, 40.6667, 129.2),    // Kimchaek
        port(3, 39.8333, 127.6167), // Hungnam
        port(4, 42.8, 132.8833),    // Nakhodka
        port(5, 35.1, 129.0333),    // Busan
        port(6, 37.4833, 130.9),    // Ulleung
        port(7, 51.9, 4.4),         // Rotterdam
    ]
}

#[test]
fn a_gap_of_three_days_off_the_coast_leaves_near_ports_and_no_far_one() {
    let found =
        feasible(Sea::bundled(), moment(0, VLADIVOSTOK), moment(72, OFF_KIMCHAEK), Speeds::default(), &ports(), &Parameters::default());
    assert!(found.possible);
    let has = |id| found.ports.iter().find(|call| call.id == id).map_or(0.0, |call| call.probability);
    assert!(has(1) > 0.05 && has(2) > 0.05, "{found:?}");
    assert_eq!(has(7), 0.0);
    let kimchaek = found.ports.iter().find(|call| call.id == 2).expect("Kimchaek is within reach");
    assert!((150.0..230.0).contains(&kimchaek.nm()), "{kimchaek:?}");
    assert!((50.0..62.0).contains(&kimchaek.longest_stay_hours), "{kimchaek:?}");
    assert!(kimchaek.earliest_arrival < kimchaek.latest_arrival);
}

#[test]
fn a_gap_as_long_as_the_way_is_no_call() {
    let nm = Sea::bundled().distance_nm(VLADIVOSTOK, OFF_KIMCHAEK).expect("both are at sea");
    let hours = (nm / 10.0).ceil() as i64;
    let found =
        feasible(Sea::bundled(), moment(0, VLADIVOSTOK), moment(hours, OFF_KIMCHAEK), Speeds::default(), &ports(), &Parameters::default());
    assert!(found.none > 0.9, "{found:?}");
}

#[test]
fn a_gap_that_no_ship_can_sail_says_nothing() {
    let found =
        feasible(Sea::bundled(), moment(0, VLADIVOSTOK), moment(2, OFF_KIMCHAEK), Speeds::default(), &ports(), &Parameters::default());
    assert_eq!((found.possible, found.none, found.ports.len()), (false, 1.0, 0));
}

#[test]
fn without_candidates_there_is_no_call() {
    let found = feasible(Sea::bundled(), moment(0, VLADIVOSTOK), moment(100, OFF_KIMCHAEK), Speeds::default(), &[], &Parameters::default());
    assert!((found.none - 1.0).abs() < 1e-12);
}

#[test]
fn the_normal_distribution_is_the_known_one() {
    for (z, known) in [(0.0, 0.5), (1.0, 0.841_344_7), (-1.959_964, 0.025), (3.0, 0.998_650_1)] {
        assert!((cumulative(z) - known).abs() < 2e-7);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn probabilities_sum_to_one_and_a_longer_gap_keeps_every_port(
        lat in 34.0..43.0f64, lon in 129.5..139.0f64, lat1 in 34.0..43.0f64, lon1 in 129.5..139.0f64, hours in 1i64..400, more in 0i64..400,
    ) {
        let sea = Sea::bundled();
        let short = feasible(sea, moment(0, (lat, lon)), moment(hours, (lat1, lon1)), Speeds::default(), &ports(), &Parameters::default());
        let long = feasible(sea, moment(0, (lat, lon)), moment(hours + more, (lat1, lon1)), Speeds::default(), &ports(), &Parameters::default());
        for found in [&short, &long] {
            let sum = found.none + found.ports.iter().map(|call| call.probability).sum::<f64>();
            prop_assert!((sum - 1.0).abs() < 1e-9);
            prop_assert!(found.ports.iter().all(|call| (0.0..=1.0).contains(&call.probability) && call.longest_stay_hours >= 4.0));
            prop_assert!(found.ports.windows(2).all(|two| two[0].probability >= two[1].probability));
        }
        for call in &short.ports {
            prop_assert!(long.ports.iter().any(|other| other.id == call.id));
        }
        prop_assert!(short.possible <= long.possible);
    }

    #[test]
    fn a_question_leaves_out_only_what_cannot_be_as_likely(
        lat in 34.0..43.0f64, lon in 129.5..139.0f64, lat1 in 34.0..43.0f64, lon1 in 129.5..139.0f64, hours in 1i64..200, least in 0.0..0.6f64,
    ) {
        let (last, first) = (moment(0, (lat, lon)), moment(hours, (lat1, lon1)));
        let (sea, p, speeds) = (Sea::bundled(), Parameters::default(), Speeds::default());
        let asked = |id: u32| id <= 3;
        let all = feasible(sea, last, first, speeds, &ports(), &p);
        let some = feasible_at(sea, last, first, speeds, &ports(), &p, &asked, least);
        prop_assert_eq!(all.possible, some.possible);
        prop_assert!(all == some || all.probability_of(asked) < least);
    }

    #[test]
    fn no_input_panics(t0: i64, t1: i64, lat: f64, lon: f64, mean: f64, spread: f64, max: f64, prior: f64) {
        let candidates = [Candidate { id: 1, lat, lon, prior }, Candidate { id: 2, lat: 35.0, lon: 129.0, prior: 1.0 }];
        let last = Moment { t: Time(t0), lat, lon };
        let first = Moment { t: Time(t1), lat: 38.0, lon: 131.0 };
        let found = feasible(Sea::bundled(), last, first, Speeds { mean, spread, max }, &candidates, &Parameters::default());
        prop_assert!(found.none.is_finite());
    }
}
