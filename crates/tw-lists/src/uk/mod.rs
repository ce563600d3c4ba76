//! The UK Sanctions List of the Foreign, Commonwealth and Development Office, and the consolidated list of the Office of Financial
//! Sanctions Implementation, which ended on 28 January 2026.

pub(crate) mod table;
pub(crate) mod xml;

use crate::draft::Draft;

/// Schema of an entry by the type that the list gives it.
fn schema_of(kind: &str) -> Option<&'static str> {
    Some(match kind.trim().to_ascii_lowercase().as_str() {
        "individual" => "Person",
        "entity" => "Organization",
        "ship" | "vessel" => "Vessel",
        _ => return None,
    })
}

/// Adds a name by its type and strength.
fn name(draft: &mut Draft, text: &str, kind: &str, strength: &str) {
    let (kind, strength) = (kind.to_ascii_lowercase(), strength.to_ascii_lowercase());
    let property = if kind == "primary name" || kind == "prime alias" {
        "name"
    } else if kind.starts_with("fka") || kind.contains("former") {
        "previousName"
    } else if strength.starts_with("low") {
        "weakAlias"
    } else {
        "alias"
    };
    draft.add(property, text);
}

/// `(1) Russia (2) Cyprus` is two values, anything else is one.
fn each(text: &str) -> Vec<&str> {
    let mut values = Vec::new();
    let mut rest = text.trim();
    let Some(first) = rest.strip_prefix("(1)") else { return vec![rest] };
    rest = first;
    for n in 2.. {
        let mark = format!("({n})");
        let Some((before, after)) = rest.split_once(&mark) else { break };
        values.push(before.trim());
        rest = after;
    }
    values.push(rest.trim());
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enumerated_values_are_taken_apart_and_others_are_not() {
        assert_eq!(each("(1) Russia (2) Cyprus (3) "), ["Russia", "Cyprus", ""]);
        assert_eq!(each("Korea (North)"), ["Korea (North)"]);
        assert_eq!(each(""), [""]);
    }
}
