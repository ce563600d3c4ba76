//! Speed of what sees all rows: profiles of positions, histories of reports, amounts of cargo.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tw_ais::{Dimensions, Fix, Positions, Static};
use tw_maritime::draught::{self, Hull, cargo, draught_changes};
use tw_maritime::hulls::{self, Profile, hull_links, profile};
use tw_maritime::identity::{self, identities, identity_changes};
use tw_maritime::mid::flag;

/// A synthetic ship that sails to and fro for so many fixes, one every two minutes.
fn positions(mmsi: u32, n: u32) -> Positions {
    (0..n)
        .map(|i| Fix {
            mmsi,
            t: i64::from(i) * 120,
            lon: 78_000_000 + i32::try_from(i % 20_000).unwrap_or(0) * 200,
            lat: 24_000_000,
            sog: 100,
            cog: 900,
            heading: 90,
            status: 0,
            class: 1,
            receiver: 1,
            file: 0,
            record: i + 1,
        })
        .collect()
}

/// Its reports: a new draught every day, a new destination every six hours.
fn reports(mmsi: u32, n: u32) -> Vec<Static> {
    (0..n)
        .map(|i| Static {
            mmsi,
            t: i64::from(i) * 21_600,
            t_last: i64::from(i) * 21_600 + 21_000,
            n: 60,
            imo: 2_222_224,
            callsign: "UBAB1".into(),
            name: "INVENTED STAR".into(),
            ship_type: 80,
            dimensions: Dimensions { bow: 70, stern: 20, port: 6, starboard: 8 },
            draught: if i / 4 % 2 == 0 { 58 } else { 40 },
            destination: format!("PORT {}", i % 7),
            message: 5,
            record: i + 1,
            ..Static::default()
        })
        .collect()
}

/// Ships of ten sizes that come and go in ten harbours.
fn fleet(n: u32) -> Vec<Profile> {
    (0..n)
        .filter_map(|i| {
            let mmsi = 273_000_001 + i;
            let mut fixes = positions(mmsi, 40);
            let (from, harbour) = (i64::from(i * 7_919 % 5_000) * 3_600, i32::try_from(i % 10).unwrap_or(0));
            fixes.t.iter_mut().for_each(|t| *t += from);
            fixes.lat.iter_mut().for_each(|lat| *lat += harbour * 1_200_000);
            let mut report = reports(mmsi, 1);
            report[0].t = from;
            report[0].t_last = from + 4_800;
            report[0].imo = 0;
            report[0].dimensions.bow = 60 + u16::try_from(i / 10 % 10).unwrap_or(0) * 10;
            profile(fixes.view(), &report, |_, _| Some(true), &hulls::Parameters::default())
        })
        .collect()
}

fn benches(c: &mut Criterion) {
    let fixes = positions(273_123_450, 1_000_000);
    let history = reports(273_123_450, 10_000);
    let mut group = c.benchmark_group("rows");
    group.sample_size(10);
    group.throughput(Throughput::Elements(1_000_000));
    group.bench_function("profile", |b| {
        b.iter(|| profile(black_box(fixes.view()), &history[..100], |_, _| None, &hulls::Parameters::default()))
    });
    group.bench_function("flag", |b| b.iter(|| (273_000_000..274_000_000u32).filter(|&mmsi| flag(black_box(mmsi)).is_some()).count()));
    group.throughput(Throughput::Elements(10_000));
    group.bench_function("identities", |b| b.iter(|| identities(black_box(&history), &identity::Parameters::default())));
    group.bench_function("identity_changes", |b| {
        b.iter(|| identity_changes(black_box(&history), fixes.view(), &identity::Parameters::default()))
    });
    group.finish();

    let mut group = c.benchmark_group("events");
    group.sample_size(10);
    let hull = Hull { length: 90.0, beam: 14.0, draught_max: None, dwt: None, ship_type: 80 };
    group.bench_function("cargo", |b| b.iter(|| cargo(black_box(5.8), 4.0, &hull, (7.2, 7.29, 7.6))));
    let draughts = &history[..400];
    group.bench_function("draught_changes_100_days", |b| {
        b.iter(|| draught_changes(black_box(draughts), fixes.view(), |_, _| false, None, None, &draught::Parameters::default()))
    });
    let ships = fleet(10_000);
    group.bench_function("hull_links_10000_ships", |b| b.iter(|| hull_links(black_box(&ships), &hulls::Parameters::default())));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
