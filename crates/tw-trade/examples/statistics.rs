//! Reads files of trade statistics and says what is in them: `cargo run --release -p tw-trade --example statistics -- FILE…`.

#![expect(clippy::print_stdout, reason = "an example tells what it did")]

use std::error::Error;
use std::fs::File;
use std::time::Instant;

use tw_trade::{Concordance, Options, clean, read};

fn main() -> Result<(), Box<dyn Error>> {
    let mut all = Vec::new();
    for (at, name) in std::env::args().skip(1).enumerate() {
        let start = Instant::now();
        let options = Options { file: u16::try_from(at)?, ..Options::default() };
        let read = read(&name, File::open(&name)?, &options)?;
        println!(
            "{name}: {:?}, {} records, {} reports, {} refused, {:.2} s",
            read.format,
            read.rows,
            read.reports.len(),
            read.refused_rows,
            start.elapsed().as_secs_f64()
        );
        for remark in &read.remarks {
            println!("  {remark}");
        }
        for refusal in read.refused.iter().take(5) {
            println!("  {refusal}");
        }
        all.extend(read.reports);
    }
    let start = Instant::now();
    let mut clean = clean(all, None);
    println!(
        "may be added: {}; totals {} ({} short), revisions {}, duplicates {}, conflicts {}, other editions {}, years {}, gaps {}; {:.2} s",
        clean.reports.len(),
        clean.aggregates.len(),
        clean.short.len(),
        clean.revisions.len(),
        clean.duplicates,
        clean.conflicts.len(),
        clean.other_editions.len(),
        clean.annual.len(),
        clean.gaps.len(),
        start.elapsed().as_secs_f64()
    );
    let start = Instant::now();
    let common = Concordance::bundled().to_common(&mut clean.reports);
    println!(
        "edition {:?}: {} families, {} added to another, {} approximate, {} unknown; {:.2} s",
        common.edition,
        common.families.len(),
        common.added,
        common.approximate,
        common.unknown,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
