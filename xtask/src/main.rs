//! Chores. `cargo xtask gen` writes the generated pages, `cargo xtask layers` checks the order of the crates, `cargo xtask new` begins a unit.

mod generate;
mod layers;
mod new;
mod pages;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

#[derive(Parser)]
#[command(name = "xtask", about = "Chores of the tidewaiter workspace")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Write the generated pages and schemas
    Gen {
        /// Change nothing; fail if a file would change
        #[arg(long)]
        check: bool,
    },
    /// Check that dependencies only point up the layers
    Layers,
    /// Begin a source, detector or provision, with a test that fails until it is filled in
    New {
        /// What to begin
        kind: Kind,
        /// Its name: `table` for a source, `family.name` for a detector, `REGIME/ID` for a provision
        name: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Source,
    Detector,
    Provision,
}

fn main() -> ExitCode {
    let root = root();
    let result = match Cli::parse().chore {
        Chore::Gen { check } => generate::run(&root, check),
        Chore::Layers => layers::run(&root),
        Chore::New { kind, name } => match kind {
            Kind::Source => new::source(&root, &name),
            Kind::Detector => new::detector(&root, &name),
            Kind::Provision => new::provision(&root, &name),
        },
    };
    match result {
        Ok(lines) => {
            for line in lines {
                say(&line);
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "chores talk to the person who runs them")]
fn say(line: &str) {
    println!("{line}");
}

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}
