//! Reads destinations from standard input, one a line, and writes a line of JSON for each; with `--time` only how fast that is.

use std::io::{BufRead, Write};
use std::time::Instant;

use tw_ports::destination::{Context, Reader};

/// Seconds of processor time so far (Linux), which other programs on the machine do not lengthen.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let texts: Vec<String> = std::io::stdin().lock().lines().collect::<Result<_, _>>()?;
    let mut out = std::io::stdout().lock();
    let start = Instant::now();
    let ports = tw_ports::Ports::bundled().all().len();
    let table = start.elapsed();
    let reader = Reader::bundled();
    let made = start.elapsed();
    if std::env::args().any(|a| a == "--time") {
        let rounds = 1 + 400_000 / texts.len().max(1);
        let (start, used) = (Instant::now(), processor_seconds());
        let mut found = 0_usize;
        for _ in 0..rounds {
            found += texts.iter().filter(|t| reader.read(t, &Context::default()).port.is_some()).count();
        }
        let seconds = start.elapsed().as_secs_f64();
        let n = rounds * texts.len();
        let used = used.zip(processor_seconds()).map_or(f64::NAN, |(before, after)| n as f64 / (after - before));
        writeln!(
            out,
            "{ports} ports: table {table:?}, indexes {:?}; {n} texts in {seconds:.2} s: {:.0} texts/s ({used:.0} a second of processor time), {found} ports",
            made - table,
            n as f64 / seconds
        )?;
        return Ok(());
    }
    for text in &texts {
        let reading = reader.read(text, &Context::default());
        writeln!(out, "{}", serde_json::to_string(&reader.line(text, &reading))?)?;
    }
    Ok(())
}
