//! Every scenario of `law/scenarios`, against the bundled provisions.

#![expect(clippy::print_stdout, reason = "the count is for the person who runs the test")]

use std::path::Path;

use tw_law::{Book, parse, run};

#[test]
fn every_scenario_answers_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law/scenarios");
    let book = Book::bundled().unwrap_or_else(|error| panic!("{error}"));
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "md") && path.file_name().is_some_and(|name| name != "README.md"));
    files.sort();
    let (mut count, mut faults) = (0, Vec::new());
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let scenarios = match parse(&std::fs::read_to_string(path).unwrap(), &name) {
            Ok(scenarios) => scenarios,
            Err(error) => {
                faults.push(error.to_string());
                continue;
            }
        };
        for scenario in &scenarios {
            count += 1;
            let outcome = run(&book, scenario);
            if !outcome.passed() {
                let proof = outcome.proof.map(|proof| proof.to_string()).unwrap_or_default();
                faults.push(format!(
                    "{}:{}: {}\n  {}\n{proof}",
                    scenario.file,
                    scenario.line,
                    scenario.name,
                    outcome.differences.join("\n  ")
                ));
            }
        }
    }
    println!("{count} scenarios in {} files, {} at fault", files.len(), faults.len());
    assert!(faults.is_empty(), "{} of {count} scenarios at fault:\n\n{}", faults.len(), faults.join("\n"));
}
