//! Lists of the Office of Foreign Assets Control, US Treasury, in its three formats, and the changes between its captures.

pub(crate) mod advanced;
pub(crate) mod classic;
pub(crate) mod files;
pub(crate) mod history;
pub(crate) mod remarks;

/// Schema of an entry by the type that the list gives it.
pub(crate) fn schema_of(kind: &str) -> Option<&'static str> {
    Some(match kind.trim().to_ascii_lowercase().as_str() {
        "individual" => "Person",
        // The comma-delimited files leave the type of an entity empty.
        "entity" | "" | "-0-" => "Organization",
        "vessel" => "Vessel",
        "aircraft" => "Airplane",
        _ => return None,
    })
}
