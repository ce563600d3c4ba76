//! Scores a prediction file against a truth file: `score TRUTH PREDICTIONS [json]`.

#![expect(clippy::print_stdout, reason = "an example tells what it found")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (Some(truth), Some(predicted)) = (args.first(), args.get(1)) else {
        return Err("usage: score TRUTH PREDICTIONS [json]".into());
    };
    let (truth_text, predicted_text) = (std::fs::read_to_string(truth)?, std::fs::read_to_string(predicted)?);
    let report = tw_sim::score::score_texts((&truth_text, truth), (&predicted_text, predicted))?;
    if args.get(2).is_some_and(|arg| arg == "json") {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{}", report.table());
    }
    Ok(())
}
