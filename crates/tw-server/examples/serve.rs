//! Serves lists without the rest of the program: `cargo run -p tw-server --example serve -- --bind 127.0.0.1:8999 --dataset NAME=FILE`.

use std::process::ExitCode;
use std::time::Duration;

use tw_server::{Lists, Settings};

fn main() -> ExitCode {
    match settings().and_then(|(settings, lists)| tw_server::run(settings, lists).map_err(|e| e.to_string())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "an example talks to the terminal")]
            {
                eprintln!("error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn settings() -> Result<(Settings, Lists), String> {
    let mut settings = Settings::default();
    let mut files = Vec::new();
    let mut manifest = None;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--bind" => settings.bind = value.parse().map_err(|e| format!("{value}: {e}"))?,
            "--dataset" => {
                let (name, path) = value.split_once('=').ok_or("--dataset takes NAME=FILE")?;
                files.push((name.to_owned(), path.into()));
            }
            "--manifest" => manifest = Some(value),
            "--token" => settings.update_token = Some(value),
            "--api-key" => settings.keys.add(&value).map_err(|e| e.to_string())?,
            "--watch" => settings.watch = Some(Duration::from_secs(value.parse().map_err(|e| format!("{value}: {e}"))?)),
            _ => return Err(format!("unknown option {word}")),
        }
    }
    let lists = match manifest {
        Some(path) => Lists::manifest(path),
        None if files.is_empty() => return Err("give --dataset NAME=FILE or --manifest FILE".to_owned()),
        None => Lists::files(files),
    };
    Ok((settings, lists))
}
