//! Routes against published distances, and never over land.

use tw_sea::{Land, Sea, channel_at};

/// Name, from, to, and published nautical miles.
type Voyage = (&'static str, (f64, f64), (f64, f64), f64);

/// Sea distances in nautical miles as they are commonly published (Distances Between Ports, NGA Pub. 151, and port authorities), with the places.
const KNOWN: &[Voyage] = &[
    ("Vladivostok - Busan", (43.10, 131.88), (35.10, 129.05), 505.0),
    ("Nakhodka - Chongjin", (42.80, 132.88), (41.77, 129.82), 155.0),
    ("Singapore - Rotterdam by Suez", (1.26, 103.84), (51.95, 4.10), 8_290.0),
    ("Busan - Hong Kong", (35.10, 129.05), (22.28, 114.17), 1_140.0),
    ("Yokohama - Los Angeles", (35.45, 139.65), (33.74, -118.26), 4_839.0),
    ("Singapore - Hong Kong", (1.26, 103.84), (22.28, 114.17), 1_460.0),
    ("New York - Rotterdam", (40.70, -74.02), (51.95, 4.10), 3_330.0),
    ("Kaohsiung - Busan", (22.60, 120.27), (35.10, 129.05), 920.0),
    ("Vladivostok - Shanghai", (43.10, 131.88), (31.25, 121.50), 1_000.0),
    ("Istanbul - Odessa", (41.02, 28.97), (46.49, 30.75), 345.0),
    ("Novorossiysk - Piraeus", (44.70, 37.80), (37.94, 23.63), 820.0),
    ("New York - Colon", (40.70, -74.02), (9.37, -79.90), 1_974.0),
    ("Los Angeles - Balboa", (33.74, -118.26), (8.95, -79.57), 2_912.0),
    ("Cape Town - Singapore", (-33.90, 18.43), (1.26, 103.84), 5_600.0),
    ("Sydney - Auckland", (-33.86, 151.20), (-36.80, 174.85), 1_275.0),
    ("Buenos Aires - Santos", (-34.60, -58.37), (-23.95, -46.33), 1_000.0),
    ("Gibraltar - Port Said", (36.13, -5.35), (31.27, 32.31), 1_920.0),
    ("Colombo - Aden", (6.95, 79.85), (12.78, 45.00), 2_094.0),
    ("Yokohama - San Francisco", (35.45, 139.65), (37.80, -122.42), 4_536.0),
    ("Saint Petersburg - Copenhagen", (59.93, 30.20), (55.70, 12.62), 700.0),
];

/// Distances that are published longer than the shortest way by sea: traffic separation, river bends, waters closed to that traffic.
const LONGER: &[Voyage] = &[
    ("Shanghai - Busan", (31.25, 121.50), (35.10, 129.05), 495.0),
    ("Dalian - Incheon", (38.93, 121.65), (37.45, 126.60), 290.0),
    ("Rotterdam - Hamburg", (51.95, 4.10), (53.54, 9.95), 305.0),
];

#[test]
fn where_ships_may_not_take_the_shortest_way_the_distance_is_at_most_fifteen_per_cent_short() {
    for &(name, from, to, published) in LONGER {
        let nm = Sea::bundled().distance_nm(from, to).expect("there is a way");
        assert!((0.85..1.02).contains(&(nm / published)), "{name}: {nm}");
    }
}

#[test]
fn published_distances_are_met_within_five_per_cent() {
    let mut wrong = Vec::new();
    for &(name, from, to, published) in KNOWN {
        match Sea::bundled().distance_nm(from, to) {
            Some(nm) if (nm / published - 1.0).abs() <= 0.05 => {}
            other => wrong.push((name, published, other)),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_route_is_as_long_as_its_points_and_the_same_both_ways() {
    for &(name, from, to, _) in KNOWN {
        let there = Sea::bundled().route(from, to).expect("all known routes exist");
        let back = Sea::bundled().distance_nm(to, from).expect("all known routes exist");
        assert!((there.nm / back - 1.0).abs() < 5e-3, "{name}: {} and {back}", there.nm);
        let sum: f64 = there.points.windows(2).map(|two| tw_sea::nautical_miles(two[0].0, two[0].1, two[1].0, two[1].1)).sum();
        assert!((sum / there.nm - 1.0).abs() < 5e-3, "{name}: {} and {sum}", there.nm);
    }
}

#[test]
fn no_route_crosses_land_between_its_entries() {
    let land = Land::bundled();
    for &(name, from, to, _) in KNOWN {
        let route = Sea::bundled().route(from, to).expect("all known routes exist");
        let last = route.points.len() - 2;
        for (i, leg) in route.points.windows(2).enumerate() {
            let nm = tw_sea::nautical_miles(leg[0].0, leg[0].1, leg[1].0, leg[1].1);
            let bearing = tw_sea::bearing(leg[0].0, leg[0].1, leg[1].0, leg[1].1);
            let mut at = 0.0;
            while at < nm {
                let (lat, lon) = tw_sea::ahead(leg[0].0, leg[0].1, bearing, at * 1852.0);
                let at_an_end = (i == 0 || i == last) && nm < 40.0;
                assert!(
                    at_an_end || !land.is_land(lat, lon) || land.inland_m(lat, lon) < 700.0 || channel_at(lat, lon).is_some(),
                    "{name}: {lat} {lon}"
                );
                at += 0.2;
            }
        }
    }
}

#[test]
fn one_search_agrees_with_single_routes() {
    let from = (42.95, 131.9);
    let reach = Sea::bundled().distances_from(from.0, from.1, 900.0);
    for place in [(41.77, 129.82), (35.1, 129.05), (36.0, 136.0), (51.0, 141.0), (38.72, 125.4), (52.0, 4.0)] {
        match (reach.nm_to(place.0, place.1), Sea::bundled().distance_nm(from, place)) {
            (Some(a), Some(b)) => assert!((a - b).abs() < 1e-3 * b, "{place:?}: {a} and {b}"),
            (None, Some(b)) => assert!(b > 900.0, "{place:?}: {b}"),
            (a, None) => assert_eq!(a, None),
        }
    }
}

#[test]
fn a_harbour_is_as_far_as_any_place_however_often_it_is_asked_for() {
    let sea = Sea::bundled();
    let places = [(41.77, 129.82), (35.1, 129.05), (36.0, 136.0), (51.0, 141.0), (38.72, 125.4), (52.0, 4.0), (39.2, 127.6), (34.4, 135.2)];
    for from in [(42.95, 131.9), (38.1, 124.3), (35.0, 129.4), (35.1, 129.05)] {
        let reach = sea.distances_from(from.0, from.1, 900.0);
        for (lat, lon) in places.into_iter().chain(places) {
            let harbour = sea.harbour(lat, lon).expect("all lie at the sea");
            assert_eq!(reach.nm_to_harbour(&harbour), reach.nm_to(lat, lon), "{from:?} {lat} {lon}");
        }
    }
    assert!(sea.harbour(50.0, 87.0).is_none()); // the Altai
    assert!(sea.harbour(f64::NAN, 0.0).is_none());
}

#[test]
fn ice_closes_the_north_and_a_lake_has_no_route() {
    let nm = Sea::bundled().distance_nm((35.1, 129.05), (51.95, 4.1)).expect("by Suez");
    assert!(nm > 10_000.0, "{nm}");
    assert_eq!(Sea::bundled().distance_nm((50.0, 87.0), (35.1, 129.05)), None); // the Altai
    assert_eq!(Sea::bundled().distance_nm((f64::NAN, 0.0), (35.1, 129.05)), None);
}

#[test]
fn straits_and_canals_are_open() {
    for (name, from, to, most) in [
        ("Tsushima", (34.0, 128.0), (36.0, 130.5), 190.0),
        ("Tsugaru", (41.2, 139.8), (41.6, 142.0), 120.0),
        ("La Perouse", (45.7, 141.0), (45.9, 143.0), 95.0),
        ("Tatar", (50.5, 140.8), (53.3, 141.0), 200.0),
        ("Kanmon", (34.1, 130.5), (33.8, 131.4), 70.0),
        ("Malacca", (5.9, 97.0), (1.2, 103.9), 550.0),
        ("Bab el Mandeb", (14.0, 42.5), (12.3, 44.5), 180.0),
        ("Hormuz", (26.0, 55.5), (25.3, 57.2), 145.0),
        ("Gibraltar", (35.9, -6.5), (36.0, -4.5), 110.0),
        ("Suez", (31.8, 32.4), (29.5, 32.5), 160.0),
        ("Panama", (9.7, -79.9), (8.5, -79.4), 90.0),
        ("Kiel", (54.0, 8.0), (54.7, 10.5), 130.0),
        ("Bosporus", (41.5, 29.3), (40.8, 28.5), 70.0),
        ("Dardanelles", (40.6, 27.3), (39.8, 25.7), 110.0),
        ("Kerch", (44.7, 36.4), (45.9, 36.8), 90.0),
        ("Oresund", (56.4, 12.2), (55.2, 12.7), 90.0),
        ("Messina", (38.7, 15.6), (37.7, 15.6), 70.0),
    ] {
        let nm = Sea::bundled().distance_nm(from, to);
        assert!(nm.is_some_and(|nm| nm < most), "{name}: {nm:?}");
    }
}
