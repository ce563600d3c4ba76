//! The provision files that ship with the program.

use tw_law::Book;

#[test]
fn every_bundled_provision_is_sound() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law");
    match Book::from_dir(&folder) {
        Ok(book) => assert!(book.len() >= 168, "{} provisions", book.len()),
        Err(error) => panic!("{error}"),
    }
}
