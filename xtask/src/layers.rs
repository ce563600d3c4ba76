//! Each crate has a layer; a dependency may only point to a lower number (up the list), and engine-free crates may not name the engine.

use std::fs;
use std::path::Path;

/// The layers, as ARCHITECTURE.md explains them.
const LAYERS: &[(u8, &[&str])] = &[
    (0, &["tw-base"]),
    (1, &["tw-evidence", "tw-tables", "tw-ais", "tw-sea", "tw-ftm", "tw-scripts"]),
    (2, &["tw-store", "tw-sources", "tw-ports", "tw-fetch", "tw-lists", "tw-names", "tw-trade"]),
    (3, &["tw-law", "tw-flows", "tw-maritime", "tw-screening", "tw-claims"]),
    (4, &["tw-detect", "tw-sim"]),
    (5, &["tw-case"]),
    (6, &["tw-server"]),
    (7, &["tidewaiter"]),
    (8, &["xtask"]),
];

/// Crates that may link the query engine directly.
const MAY_LINK_ENGINE: &[&str] = &["tw-store"];

/// Crates that may link the asynchronous runtime without the engine.
const MAY_LINK_RUNTIME: &[&str] = &["tw-server"];

/// Crates that no engine may reach even through another crate, so that each builds and tests in seconds.
const ENGINE_FREE: &[&str] = &[
    "tw-base",
    "tw-evidence",
    "tw-tables",
    "tw-ftm",
    "tw-scripts",
    "tw-sources",
    "tw-lists",
    "tw-trade",
    "tw-names",
    "tw-fetch",
    "tw-law",
    "tw-flows",
    "tw-screening",
    "tw-claims",
    "tw-detect",
    "tw-ais",
    "tw-sea",
    "tw-ports",
    "tw-maritime",
    "tw-sim",
];

const ENGINE: &[&str] = &["datafusion", "parquet", "tokio", "rusqlite"];

pub(crate) fn run(root: &Path) -> Result<Vec<String>, String> {
    let mut crates: Vec<(String, Vec<String>)> = Vec::new();
    let mut folders = vec![root.join("xtask")];
    for entry in fs::read_dir(root.join("crates")).map_err(|e| e.to_string())? {
        folders.push(entry.map_err(|e| e.to_string())?.path());
    }
    folders.sort();
    for folder in folders {
        crates.push(read(&folder.join("Cargo.toml"))?);
    }
    let faults = faults(&crates);
    if faults.is_empty() {
        Ok(vec![format!("{} crates, every dependency points up the layers", crates.len())])
    } else {
        Err(faults.join("\n       "))
    }
}

fn read(path: &Path) -> Result<(String, Vec<String>), String> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let manifest: toml::Table = toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    let name = manifest["package"]["name"].as_str().ok_or("a package without a name")?.to_owned();
    let dependencies = manifest.get("dependencies").and_then(|d| d.as_table()).map(|d| d.keys().cloned().collect()).unwrap_or_default();
    Ok((name, dependencies))
}

fn layer(name: &str) -> Option<u8> {
    LAYERS.iter().find(|(_, names)| names.contains(&name)).map(|(n, _)| *n)
}

fn faults(crates: &[(String, Vec<String>)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, dependencies) in crates {
        let Some(own) = layer(name) else {
            faults.push(format!("{name} has no layer: give it one in xtask/src/layers.rs and in ARCHITECTURE.md"));
            continue;
        };
        for dependency in dependencies {
            if let Some(other) = layer(dependency)
                && other >= own
            {
                faults.push(format!("{name} (layer {own}) depends on {dependency} (layer {other})"));
            }
            let runs_it = MAY_LINK_RUNTIME.contains(&name.as_str()) && dependency == "tokio";
            if ENGINE.contains(&dependency.as_str()) && !MAY_LINK_ENGINE.contains(&name.as_str()) && !runs_it {
                faults.push(format!("{name} links the engine through {dependency}; only {} may", MAY_LINK_ENGINE.join(", ")));
            }
            if ENGINE_FREE.contains(&name.as_str()) && dependency.starts_with("tw-") && !ENGINE_FREE.contains(&dependency.as_str()) {
                faults.push(format!("{name} must stay free of the engine and depends on {dependency}"));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, dependencies: &[&str]) -> Vec<String> {
        faults(&[(name.to_owned(), dependencies.iter().map(|d| (*d).to_owned()).collect())])
    }

    #[test]
    fn the_workspace_keeps_its_layers() {
        assert_eq!(run(&crate::root()).map(|_| ()), Ok(()));
    }

    #[test]
    fn a_dependency_that_points_down_or_sideways_is_a_fault() {
        assert_eq!(one("tw-law", &["tw-detect"]).len(), 1);
        assert_eq!(one("tw-law", &["tw-flows"]).len(), 1);
        assert!(one("tw-law", &["tw-base", "serde"]).is_empty());
    }

    #[test]
    fn only_the_store_may_name_the_engine() {
        assert_eq!(one("tw-detect", &["datafusion"]).len(), 1);
        assert!(one("tw-store", &["datafusion"]).is_empty());
    }

    #[test]
    fn a_crate_without_a_layer_is_a_fault() {
        assert_eq!(one("tw-new", &[]).len(), 1);
    }
}
