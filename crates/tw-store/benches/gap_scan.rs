//! Silences of 12 hours and more in 20 million rows of sorted Parquet, on one thread: reading and kernel together.
//!
//! `cargo bench -p tw-store --bench gap_scan`. With `TW_BENCH_DIR=DIR` the rows are kept there, and `benches/duckdb_gaps.py DIR` asks DuckDB the same
//! of the same files. The rows are synthetic: 10,000 ships with 2,000 reports each, at irregular intervals.
#![expect(clippy::print_stdout, reason = "a bench prints")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tw_ais::{Fix, Positions};
use tw_maritime::gaps::GapScan;
use tw_store::positions::{BUCKETS, PartWriter, batches};

const SHIPS: u32 = 10_000;
const REPORTS: u32 = 2_000;
const THRESHOLD_S: i64 = 12 * 3600;

fn main() {
    let kept = std::env::var_os("TW_BENCH_DIR").map(PathBuf::from);
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let dir = kept.unwrap_or_else(|| temporary.path().to_owned());
    if !dir.join("bucket=00").is_dir() {
        let began = Instant::now();
        write(&dir);
        let seconds = began.elapsed().as_secs_f64();
        println!("written and sorted: {:.2} s, {:.2} M rows/s", seconds, f64::from(SHIPS * REPORTS) / 1e6 / seconds);
    }
    let bytes: u64 = files(&dir).iter().map(|file| file.metadata().map_or(0, |m| m.len())).sum();
    println!("{:.1} bytes a row", bytes as f64 / f64::from(SHIPS * REPORTS));
    for run in 1..=5 {
        let began = Instant::now();
        let (gaps, km) = scan(&dir);
        let seconds = began.elapsed().as_secs_f64();
        println!("run {run}: {:.3} s, {:.1} M rows/s, {gaps} gaps, {km:.0} km", seconds, f64::from(SHIPS * REPORTS) / 1e6 / seconds);
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    (0..BUCKETS).map(|n| dir.join(format!("bucket={n:02}")).join("bench.parquet")).filter(|file| file.is_file()).collect()
}

fn scan(dir: &Path) -> (usize, f64) {
    let (mut gaps, mut metres) = (0, 0.0);
    for file in files(dir) {
        let mut kernel = GapScan::new(THRESHOLD_S);
        for batch in batches(&file, &["mmsi", "time", "lon", "lat"]).expect("it was written above") {
            kernel.push(&batch.expect("it is whole")).expect("it is sorted");
        }
        let found = black_box(kernel.finish());
        gaps += found.len();
        metres += found.iter().filter_map(|gap| gap.metres).sum::<f64>();
    }
    (gaps, metres / 1000.0)
}

fn write(dir: &Path) {
    let mut writer = PartWriter::new(dir, "bench").expect("a folder");
    let mut state = 1_u64;
    // SplitMix64 (Steele, Lea and Flood 2014).
    let mut next = move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    for ship in 0..SHIPS {
        let mut rows = Positions::default();
        let (mut t, mut lon, mut lat) =
            (1_500_000_000 + (next() % 3600) as i64, (next() % 100_000_000) as i32, (next() % 30_000_000) as i32);
        for record in 0..REPORTS {
            let gap = next() % 2000 == 0;
            t += if gap { 50_000 } else { 30 + (next() % 600) as i64 };
            lon += (next() % 2001) as i32 - 1000;
            lat += (next() % 2001) as i32 - 1000;
            let (sog, cog, heading) = ((next() % 150) as u16, (next() % 3600) as u16, (next() % 360) as u16);
            let (mmsi, record) = (200_000_000 + ship * 7919, ship * REPORTS + record + 1);
            rows.push(Fix { mmsi, t, lon, lat, sog, cog, heading, status: 0, class: 1, receiver: 0, file: 0, record });
        }
        writer.push(rows.view()).expect("it is written");
    }
    writer.finish().expect("it is written");
}
