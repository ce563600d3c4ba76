//! New units, each with a test that fails until a person has filled it in.

use std::fs;
use std::path::Path;

type Done = Result<Vec<String>, String>;

fn write(root: &Path, name: &str, text: &str) -> Result<String, String> {
    let path = root.join(name);
    if path.exists() {
        return Err(format!("{name} exists"));
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|e| e.to_string())?;
    }
    fs::write(&path, text).map_err(|e| format!("{name}: {e}"))?;
    Ok(format!("wrote {name}"))
}

fn word(name: &str) -> Result<&str, String> {
    let fine = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if fine { Ok(name) } else { Err(format!("`{name}`: use lower-case letters, digits and `_`")) }
}

/// A source: its card and fixtures. The table itself is declared in `tw-tables`.
pub(crate) fn source(root: &Path, name: &str) -> Done {
    let name = word(name)?;
    let folder = format!("crates/tw-sources/src/{name}");
    let template = fs::read_to_string(root.join("crates/tw-sources/src/deliveries/source.toml")).map_err(|e| e.to_string())?;
    let card = format!(
        "# Begun from the card of `deliveries`: every line has to be written anew for `{name}`.\n{}",
        template.replace("\"deliveries\"", &format!("\"{name}\""))
    );
    Ok(vec![
        write(root, &format!("{folder}/source.toml"), &card)?,
        write(
            root,
            &format!("{folder}/fixtures/README.md"),
            "Rows of this fixture: say which are real, reconstructed or synthetic, and where the real ones come from.\n",
        )?,
        format!(
            "next: declare the table `{name}` in crates/tw-tables/src/schema.rs and the card in crates/tw-sources/src/card.rs; `cargo test -p tw-sources` fails until each table has exactly one card"
        ),
    ])
}

/// A detector: code, card, cases.
pub(crate) fn detector(root: &Path, name: &str) -> Done {
    let (family, unit) = name.split_once('.').ok_or("name it `family.name`")?;
    let unit = unit.replace('-', "_");
    let (family, unit) = (word(family)?, word(&unit)?);
    let folder = format!("crates/tw-detect/src/{family}/{unit}");
    let code = "//! What it finds, in one line.\n\nuse crate::card::Card;\nuse crate::world::{Output, World};\n\npub(crate) fn run(_world: World<'_>, _card: &Card) -> Output {\n    Output::default()\n}\n";
    let card = format!(
        "id = \"{name}\"\ntitle = \"\"\nsince = \"\"\nstatus = \"trial\"\nfinds = \"\"\nwhy = \"\"\nprovisions = []\ninputs = []\nlimits = []\nreferences = []\n\n[[innocent]]\nid = \"\"\nexplanation = \"\"\ntest = \"\"\n"
    );
    let cases = format!(
        "# Cases of `{name}`\n\n## It finds what it is for\n\nReplace this by a case that must give a lead: it fails until the detector finds it.\n\n```expect\n[[lead]]\ntitle = \"what the lead says\"\n```\n"
    );
    Ok(vec![
        write(root, &format!("{folder}/mod.rs"), code)?,
        write(root, &format!("{folder}/detector.toml"), &card)?,
        write(root, &format!("{folder}/cases.md"), &cases)?,
        format!(
            "next: add it to `DETECTORS` in crates/tw-detect/src/lib.rs and to crates/tw-detect/src/{family}/mod.rs, and its cases to crates/tw-detect/tests/cases.rs"
        ),
    ])
}

/// A provision: one file. The book refuses it until it has a rule and a source.
pub(crate) fn provision(root: &Path, name: &str) -> Done {
    let (regime, id) = name.split_once('/').ok_or("name it `REGIME/ID`, such as `UN-DPRK/UN-2397-5`")?;
    let text = format!(
        "id = \"{id}\"\nregime = \"{regime}\"\ninstrument = \"\"\nparagraph = \"-\"\nsubject = \"\"\nrule = \"\"\nforce = \"binding\"\nverification = \"V3\"\nsource = []\n\n[[in-force]]\nfrom = 2000-01-01\n\n[scope]\nacts = []\ndirection = \"both\"\n\n[test]\nkind = \"ban\"\n"
    );
    Ok(vec![
        write(root, &format!("law/{}/{id}.toml", regime.to_lowercase()), &text)?,
        "next: fill it in (law/README.md explains the keys); `cargo test -p tw-law` fails until it is whole, and add scenarios under law/scenarios".to_owned(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_provision_is_refused_until_it_is_filled_in() {
        let dir = tempfile::tempdir().unwrap();
        provision(dir.path(), "UN-DPRK/UN-9999-1").unwrap();
        assert!(tw_law::Book::from_dir(&dir.path().join("law")).is_err(), "an empty rule without a source is no provision");
        assert!(provision(dir.path(), "UN-DPRK/UN-9999-1").is_err_and(|why| why.ends_with("exists")));
    }

    #[test]
    fn a_new_detector_gets_card_and_cases() {
        let dir = tempfile::tempdir().unwrap();
        let lines = detector(dir.path(), "oil.new-thing").unwrap();
        assert!(lines[0].ends_with("oil/new_thing/mod.rs"));
        assert!(detector(dir.path(), "nodot").is_err() && detector(dir.path(), "../x.y").is_err());
    }

    #[test]
    fn a_new_source_is_begun_from_a_card_that_exists() {
        assert!(source(&crate::root(), "deliveries").is_err(), "it exists");
        assert!(source(&crate::root(), "Bad Name").is_err());
    }
}
