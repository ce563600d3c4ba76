use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, Int64Array, RecordBatch, TimestampSecondArray, UInt32Array};
use proptest::prelude::*;
use tw_ais::{Fix, Positions};

use super::*;
use crate::coverage::Receiver;
use crate::{Event, Time};

fn batch(mmsi: &[u32], t: &[i64], lon: &[i32], lat: &[i32]) -> RecordBatch {
    RecordBatch::try_from_iter([
        ("lat", Arc::new(Int32Array::from(lat.to_vec())) as ArrayRef),
        ("mmsi", Arc::new(UInt32Array::from(mmsi.to_vec())) as ArrayRef),
        ("time", Arc::new(TimestampSecondArray::from(t.to_vec()).with_timezone("UTC")) as ArrayRef),
        ("lon", Arc::new(Int32Array::from(lon.to_vec())) as ArrayRef),
    ])
    .unwrap()
}

/// Every silence found row by row, without blocks.
fn plain(mmsi: &[u32], t: &[i64], threshold: i64) -> Vec<(u32, i64, i64)> {
    (1..t.len())
        .filter(|&i| mmsi[i] == mmsi[i - 1] && t[i] as i128 - t[i - 1] as i128 >= threshold as i128)
        .map(|i| (mmsi[i], t[i - 1], t[i]))
        .collect()
}

#[test]
fn a_scan_finds_silences_within_and_across_batches() {
    let hour = 3600;
    let mut scan = GapScan::new(6 * hour).until(100 * hour);
    scan.push(&batch(&[5, 5, 5], &[0, hour, 8 * hour], &[0, 0, 600_000], &[0, 0, 0])).unwrap();
    scan.push(&batch(&[5, 9], &[14 * hour, 99 * hour], &[600_000, 0], &[0, 0])).unwrap();
    let gaps = scan.finish();
    assert_eq!(
        gaps.iter().map(|gap| (gap.mmsi, gap.t0 / hour, gap.t1.map(|t| t / hour))).collect::<Vec<_>>(),
        [(5, 1, Some(8)), (5, 8, Some(14)), (5, 14, None)]
    );
    assert!((gaps[0].metres.unwrap() / 1852.0 - 60.04).abs() < 0.01);
}

/// The facts of Global Fishing Watch's test `sample_messages-two-days.json` (pipe-gaps, Apache-2.0): 13 and 12 hours of silence over midnight.
#[test]
fn silences_over_midnight_are_found() {
    let t = [1_704_103_200, 1_704_121_200, 1_704_168_000, 1_704_211_200];
    let mut scan = GapScan::new(12 * 3600);
    scan.push_columns(&[412_331_104; 4], &t, &[48_360_000; 4], &[27_240_000; 4]).unwrap();
    let gaps = scan.finish();
    assert_eq!(gaps.iter().map(|gap| (gap.t0, gap.t1)).collect::<Vec<_>>(), [(t[1], Some(t[2])), (t[2], Some(t[3]))]);
    assert_eq!(gaps[0].metres, Some(0.0));
}

#[test]
fn a_scan_refuses_what_is_not_sorted_or_not_there() {
    let mut scan = GapScan::new(10);
    assert_eq!(scan.push_columns(&[5, 5], &[9, 8], &[0; 2], &[0; 2]), Err(ScanError::Backwards { mmsi: 5, row: 1 }));
    let mut scan = GapScan::new(10);
    scan.push_columns(&[5], &[9], &[0], &[0]).unwrap();
    assert_eq!(scan.push_columns(&[4], &[10], &[0], &[0]), Err(ScanError::Order { mmsi: 4, row: 1 }));
    assert_eq!(scan.push_columns(&[5], &[i64::MIN], &[0], &[0]), Err(ScanError::Backwards { mmsi: 5, row: 1 }));
    assert_eq!(scan.push_columns(&[4], &[], &[0], &[0]), Err(ScanError::Length));
    let narrow = RecordBatch::try_from_iter([("mmsi", Arc::new(Int64Array::from(vec![1])) as ArrayRef)]).unwrap();
    assert_eq!(scan.push(&narrow), Err(ScanError::Missing("time")));
    let wrong = RecordBatch::try_from_iter([
        ("mmsi", Arc::new(Int64Array::from(vec![1])) as ArrayRef),
        ("t", Arc::new(Int64Array::from(vec![1])) as ArrayRef),
        ("lon", Arc::new(Int32Array::from(vec![1])) as ArrayRef),
        ("lat", Arc::new(Int32Array::from(vec![1])) as ArrayRef),
    ])
    .unwrap();
    assert!(matches!(scan.push(&wrong), Err(ScanError::Type { column: "mmsi", .. })));
}

#[test]
fn a_step_that_overflows_is_a_silence_and_no_accident() {
    let mut scan = GapScan::new(10);
    scan.push_columns(&[5, 5], &[i64::MIN, i64::MAX], &[0; 2], &[0; 2]).unwrap();
    assert_eq!(scan.clone().finish().len(), 1);
    assert!(scan.push_columns(&[5], &[i64::MIN + 1], &[0], &[0]).is_err());
}

proptest! {
    #[test]
    fn blocks_find_what_rows_find(steps in prop::collection::vec((0i64..40, any::<bool>()), 0..2_000), cut in 0usize..2_000) {
        let (mut mmsi, mut t) = (Vec::new(), Vec::new());
        let (mut ship, mut now) = (1u32, 0i64);
        for (i, (step, other)) in steps.into_iter().enumerate() {
            if other && i % 97 == 0 {
                ship += 1;
                now = -1_000;
            }
            now += if step == 39 { 50 } else { step };
            mmsi.push(ship);
            t.push(now);
        }
        let places = vec![0i32; t.len()];
        let cut = cut.min(t.len());
        let mut scan = GapScan::new(45);
        scan.push_columns(&mmsi[..cut], &t[..cut], &places[..cut], &places[..cut]).unwrap();
        scan.push_columns(&mmsi[cut..], &t[cut..], &places[cut..], &places[cut..]).unwrap();
        prop_assert_eq!(scan.rows(), t.len() as u64);
        let found: Vec<_> = scan.finish().iter().map(|gap| (gap.mmsi, gap.t0, gap.t1.unwrap())).collect();
        prop_assert_eq!(found, plain(&mmsi, &t, 45));
    }
}

fn fix(t: i64, lat: i32, lon: i32) -> Fix {
    Fix { mmsi: 273_000_001, t, lon, lat, sog: 100, cog: 0, heading: 0, status: 0, class: 1, receiver: 0, file: 2, record: (t / 60) as u32 }
}

fn around<'a>(until: Option<i64>) -> Around<'a> {
    Around { coverage: None, receiver: &|_| Receiver::Unknown, shore_nm: &|_, _| 50.0, port_nm: &|_, _| 50.0, until }
}

#[test]
fn without_coverage_a_silence_is_listed_and_nobody_is_accused() {
    let ship: Positions = [fix(0, 0, 0), fix(600, 0, 0), fix(7 * 3600, 600_000, 0)].into_iter().collect();
    let gaps = gaps(ship.view(), &GapParameters::default(), &around(Some(30 * 3600)));
    assert_eq!(gaps.len(), 2);
    let gap = &gaps[0];
    assert_eq!((gap.t0, gap.t1, gap.positions_before_12h), (Time(600), Some(Time(25_200)), 2));
    assert_eq!((gap.p_innocent, gap.expected, gap.score, gap.cause.as_str()), (None, None, 0.0, "coverage"));
    assert!((gap.implied_knots.unwrap() - 8.786).abs() < 0.01, "{gap:?}");
    assert_eq!((gap.first.record, gap.last.record), (10, 420));
    let open = &gaps[1];
    assert_eq!((open.t1, open.lat1, open.distance_nm, open.hours), (None, None, None, 23.0));
    assert_eq!(Gap::batch(&gaps).num_rows(), 2);
}

#[test]
fn a_report_from_nowhere_ends_a_silence_but_gives_no_place() {
    let ship: Positions = [fix(0, 600_000, 0), fix(5 * 3600, i32::MAX, i32::MIN), fix(10 * 3600, 600_000, 0)].into_iter().collect();
    assert_eq!(gaps(ship.view(), &GapParameters::default(), &around(None)), []);
    let ship: Positions = [fix(0, 600_000, 0), fix(7 * 3600, i32::MAX, i32::MIN)].into_iter().collect();
    let gaps = gaps(ship.view(), &GapParameters::default(), &around(None));
    assert_eq!((gaps[0].lat, gaps[0].lat1, gaps[0].distance_nm), (1.0, None, None));
}

#[test]
fn a_silence_that_made_up_positions_fill_is_marked_and_one_that_they_touch_is_not() {
    let ship: Positions = [fix(0, 0, 0), fix(10 * 3600, 600_000, 0)].into_iter().collect();
    let all: Positions = [0, 1, 2, 3, 10].into_iter().map(|hour| fix(hour * 3600, 0, 0)).collect();
    let silence = |t0: i64, t1: i64, score: f64| {
        let mut found = gaps(ship.view(), &GapParameters::default(), &around(None));
        super::heard_elsewhere(&mut found, all.view());
        super::made_up(&mut found, &[crate::spoof::Spoof { t0: Time(t0 * 3600), t1: Time(t1 * 3600), score, ..Default::default() }]);
        (found[0].cause.clone(), found[0].score)
    };
    assert_eq!(silence(1, 9, 0.8), ("made_up".to_owned(), 0.0));
    assert_eq!(silence(1, 4, 0.8).0, "elsewhere");
    assert_eq!(silence(1, 9, 0.1).0, "elsewhere");
}

#[test]
fn one_report_or_none_is_no_silence() {
    let none = Positions::default();
    assert_eq!(gaps(none.view(), &GapParameters::default(), &around(Some(1))), []);
    let one: Positions = [fix(0, 0, 0)].into_iter().collect();
    assert_eq!(gaps(one.view(), &GapParameters::default(), &around(None)), []);
}
