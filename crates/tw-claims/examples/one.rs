//! Reads one plain text and prints its claims.
#![expect(clippy::print_stdout, reason = "it is a tool")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let text = std::fs::read_to_string(&args[0])?;
    let context = tw_claims::Context { published: args.get(1).and_then(|d| d.parse().ok()), publisher: args.get(2).cloned() };
    for c in tw_claims::extract(&tw_claims::Document::plain(&text), &context).claims {
        let q: Vec<String> =
            c.quantities.iter().map(|q| format!("{:?}..{:?} {:?} {}", q.low, q.high, q.op, q.unit.clone().unwrap_or_default())).collect();
        let p = c.period.map(|p| {
            format!("{}..{} {}", p.from.map_or(String::new(), |d| d.to_string()), p.to.map_or(String::new(), |d| d.to_string()), p.text)
        });
        println!(
            "{} {:?}/{:?} {:?} {} {:?} {:?}\n    {}\n    {:?}",
            c.id,
            c.kind,
            c.modality,
            &c.attribution[c.attribution.len().min(1)..],
            c.predicate,
            q,
            p,
            c.quote,
            c.entities.iter().map(|e| format!("{}:{:?}{}", e.text, e.kind, e.check_digit.clone().unwrap_or_default())).collect::<Vec<_>>()
        );
    }
    Ok(())
}
