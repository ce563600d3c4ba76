//! Measures how many pages a second are read into documents.
//!
//! usage: pages FILE...
#![expect(clippy::print_stdout, reason = "it says what it measured")]

use std::time::Instant;

use tw_claims::Limits;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pages: Vec<(String, Vec<u8>)> = std::env::args().skip(1).map(|f| std::fs::read(&f).map(|b| (f, b))).collect::<Result<_, _>>()?;
    let start = Instant::now();
    let (mut read, mut bytes, mut kept) = (0_u32, 0, 0);
    while start.elapsed().as_secs() < 3 && !pages.is_empty() {
        for (name, page) in &pages {
            kept += tw_claims::document::read(name, page, &Limits::default())?.main_text.len();
            bytes += page.len();
            read += 1;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{:.0} pages/s, {:.1} MB/s, {kept} bytes of text kept", f64::from(read) / seconds, bytes as f64 / seconds / 1e6);
    Ok(())
}
