//! The labelled sets that lie beside the project, where they do: they may not be copied into it.

use std::path::PathBuf;

use tw_screening::eval::{Level, Options, read, run};

fn set(name: &str) -> Option<PathBuf> {
    let shared = std::env::var("TIDEWAITER_SHARED")
        .map_or_else(|_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = shared.join("data/screening/pairs").join(name);
    if path.exists() {
        return Some(path);
    }
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    {
        eprintln!("skipped: {} is not there", path.display());
    }
    None
}

fn f1(name: &str, level: Level) -> Option<f64> {
    let pairs = read(&set(name)?).expect("the set reads");
    run(&pairs, &Options { level, resamples: 0, ..Options::default() }).all.f1.value
}

#[test]
fn ofacs_tool_is_met_within_five_points_on_97_of_100_names() {
    let Some(path) = set("nk_ofac_fixtures.csv") else { return };
    let report = run(&read(&path).expect("the set reads"), &Options { resamples: 0, ..Options::default() });
    let parity = report.parity.expect("scores of the tool");
    assert_eq!((parity.n, parity.not_shown), (164, 6));
    assert!(parity.share >= 0.97, "{}", parity.share);
}

#[test]
fn the_figures_on_the_open_sets_do_not_fall() {
    // Two points below what was measured when this was written: a guard, not a goal.
    for (name, level, least) in [
        ("os_resolver_2021_dev.jsonl", Level::Entity, 0.97),
        ("os_resolver_2021_dev.jsonl", Level::OneName, 0.95),
        ("id_anchored_pairs_dev.jsonl", Level::Entity, 0.94),
        ("within_sdn_hard_dev.jsonl", Level::Entity, 0.74),
    ] {
        let Some(measured) = f1(name, level) else { continue };
        assert!(measured >= least, "{name} {level:?}: {measured}");
    }
}

#[test]
fn every_open_set_reads() {
    for (name, n) in [
        ("nk_name_bench_cases.csv", 826),
        ("nk_entity_bench_checks.yml", 228),
        ("os_resolver_2021_dev.jsonl", 1_697),
        ("id_anchored_pairs_dev.jsonl", 2_581),
        ("within_sdn_hard_dev.jsonl", 1_348),
        ("dprk_romanisation_seed.csv", 90),
        ("watchman_cross_script_pairs.csv", 22),
        ("nk_ofac_fixtures.csv", 170),
    ] {
        let Some(path) = set(name) else { continue };
        assert_eq!(read(&path).expect("the set reads").len(), n, "{name}");
    }
}
