//! Writes a simulated sea: `simulate SEED DIR [key=value …]`, keys as the fields of `Options`.

#![expect(clippy::print_stdout, reason = "an example tells what it did")]

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (Some(seed), Some(dir)) = (args.first(), args.get(1)) else {
        return Err(
            "usage: simulate SEED DIR [scenario=reuters-2017] [start=2017-08-01] [days=30] [ships=300] [one_in=20] [gz=true]".into()
        );
    };
    let mut options = tw_sim::Options::default();
    for arg in &args[2..] {
        let (key, value) = arg.split_once('=').ok_or("expected key=value")?;
        match key {
            "scenario" => options = tw_sim::Options::replay(value)?,
            "start" => value.clone_into(&mut options.start),
            "days" => options.days = value.parse()?,
            "ships" => options.ships = value.parse()?,
            "one_in" => options.one_in = value.parse()?,
            "mismatch" => options.mismatch = value.parse()?,
            "keep_s" => options.keep_s = value.parse()?,
            "satellites" => options.satellites = value.parse()?,
            "gz" => options.gz = value.parse()?,
            other => return Err(format!("no option `{other}`").into()),
        }
    }
    let summary = tw_sim::simulate(seed.parse()?, &options, Path::new(dir))?;
    println!("{summary:#?}");
    Ok(())
}
