//! Shows how a name is read: `show NAME...`.
#![expect(clippy::print_stdout, reason = "a command that prints")]

use tw_names::{Kind, Name};

fn main() {
    for text in std::env::args().skip(1) {
        for kind in [Kind::Person, Kind::Organisation, Kind::Vessel] {
            let name = Name::new(kind, &text);
            println!("{text} as {kind:?}");
            for reading in name.readings() {
                println!("    {reading}");
            }
        }
    }
}
