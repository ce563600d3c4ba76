//! The bundled provisions are read at compile time, so a change of one must rebuild the crate.

fn main() {
    println!("cargo:rerun-if-changed=../../law");
}
