use proptest::prelude::*;

use super::*;

/// An invented ship on a straight course: reports every 29 minutes.
fn ship(from: (f64, f64), knots: f64, course: f64, reports: i64, start: i64) -> Vec<Point> {
    (0..reports)
        .map(|k| {
            let (t, nm) = (k * 1740, knots * k as f64 * 1740.0 / 3600.0);
            let (s, c) = course.to_radians().sin_cos();
            Point {
                t: start + t,
                lat: from.0 + nm * c / 60.0,
                lon: from.1 + nm * s / 60.0 / from.0.to_radians().cos(),
                speed: knots as f32,
                course: course as f32,
            }
        })
        .collect()
}

fn score(ships: &[Vec<Point>]) -> TrackScore {
    let mut rows: Vec<(Point, u64)> = ships.iter().enumerate().flat_map(|(k, s)| s.iter().map(move |p| (*p, k as u64))).collect();
    rows.sort_by_key(|(p, k)| (p.t, *k));
    let points: Vec<Point> = rows.iter().map(|r| r.0).collect();
    let tracks = link(&points, &Parameters::default());
    let label = |track: &dyn Fn(usize) -> u64| -> Vec<Labelled> {
        (0..rows.len()).map(|k| Labelled { point: k as u64, track: track(k), t: points[k].t }).collect()
    };
    score_tracks(&label(&|k| rows[k].1), &label(&|k| tracks[k].into()))
}

#[test]
fn ships_that_cross_keep_their_tracks() {
    let ships: Vec<Vec<Point>> = (0..8)
        .map(|k| ship((36.0, 130.0 + 0.02 * f64::from(k)), 8.0 + f64::from(k), f64::from(k) * 45.0, 20, i64::from(k) * 300))
        .collect();
    assert!(score(&ships).posit_accuracy > 0.95);
}

#[test]
fn a_track_goes_on_across_the_antimeridian() {
    let mut points = ship((52.0, 179.8), 14.0, 90.0, 8, 0);
    for p in &mut points {
        if p.lon > 180.0 {
            p.lon -= 360.0;
        }
    }
    assert!(points.iter().any(|p| p.lon < 0.0));
    assert_eq!(link(&points, &Parameters::default()), [0; 8]);
}

#[test]
fn points_that_are_nowhere_stay_alone() {
    let none = Point { t: 0, lat: f64::NAN, lon: 500.0, speed: f32::NAN, course: f32::NAN };
    assert_eq!(link(&[none, none], &Parameters::default()), [0, 1]);
    assert!(link(&[], &Parameters::default()).is_empty());
}

#[test]
fn ships_far_apart_are_never_joined() {
    let score = score(&[ship((10.0, 20.0), 12.0, 0.0, 10, 0), ship((50.0, -40.0), 12.0, 0.0, 10, 60)]);
    assert_eq!((score.purity, score.posit_accuracy), (1.0, 1.0));
}

proptest! {
    #[test]
    fn any_points_get_a_track_the_same_twice(rows in proptest::collection::vec(
        (prop_oneof![any::<i64>(), 0_i64..90_000], prop_oneof![-91.0_f64..91.0, 35.0..35.01], prop_oneof![-181.0_f64..181.0, 129.0..129.01], any::<f32>(), any::<f32>()), 0..60)) {
        let points: Vec<Point> = rows.iter().map(|&(t, lat, lon, speed, course)| Point { t, lat, lon, speed, course }).collect();
        let tracks = link(&points, &Parameters::default());
        prop_assert_eq!(tracks.len(), points.len());
        prop_assert_eq!(&tracks, &link(&points, &Parameters::default()));
        // At one moment a ship is in one place of the list only once per link: tracks follow time.
        for (k, &track) in tracks.iter().enumerate() {
            prop_assert!(track as usize <= k || tracks.len() > track as usize);
        }
    }
}
