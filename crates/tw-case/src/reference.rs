//! What `explain` says of things that are not leads: provisions, detectors, tables.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tw_base::nearest;
use tw_detect::Card;
use tw_law::{Book, Provision};
use tw_tables::{TableDef, Tables};

use crate::error::CaseError;
use crate::explain::level;

/// An explanation as text and as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// For a person.
    pub text: String,
    /// For a program.
    pub json: Value,
}

/// Explains a provision, detector or table by its name.
///
/// # Errors
/// If the bundled book cannot be read.
pub fn reference(id: &str) -> Result<Option<Reference>, CaseError> {
    let book = Book::bundled()?;
    if let Some(rule) = book.get(id).or_else(|| book.get(&id.to_uppercase())) {
        return Ok(Some(Reference { text: provision(rule), json: json!({ "provision": rule }) }));
    }
    if let Some(card) = tw_detect::cards().into_iter().find(|card| card.id == id) {
        return Ok(Some(Reference { text: detector(&card), json: json!({ "detector": card }) }));
    }
    if let Some(def) = Tables::defs().into_iter().find(|def| def.name == id) {
        return Ok(Some(Reference { text: table(&def), json: json!({ "table": def }) }));
    }
    if let Some((name, doc, columns)) = tw_maritime::survey::tables().into_iter().find(|(name, _, _)| *name == id) {
        let mut text = format!("{name}  {}\n\n", doc.trim());
        for (column, meaning) in columns {
            let _ = writeln!(text, "{column:<18}{}", meaning.trim());
        }
        let list: Vec<_> = columns.iter().map(|(column, meaning)| json!({ "name": column, "doc": meaning.trim() })).collect();
        return Ok(Some(Reference { text, json: json!({ "table": { "name": name, "doc": doc.trim(), "columns": list } }) }));
    }
    Ok(None)
}

/// The nearest name of a provision, detector or table.
///
/// # Errors
/// If the bundled book cannot be read.
pub fn nearest_reference(id: &str) -> Result<Option<String>, CaseError> {
    let book = Book::bundled()?;
    let cards = tw_detect::cards();
    let ships = tw_maritime::survey::tables();
    let names = book
        .iter()
        .map(|p| p.id.as_str())
        .chain(cards.iter().map(|c| c.id.as_str()))
        .chain(Tables::NAMES.iter().copied())
        .chain(ships.iter().map(|(name, _, _)| *name));
    Ok(nearest(id, names).map(str::to_owned))
}

/// A provision whole.
#[must_use]
pub fn provision(rule: &Provision) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}  {} ({})", rule.id, rule.symbol(), rule.regime);
    let _ = writeln!(text, "            {}", rule.subject);
    let _ = writeln!(text, "\nRule        {}", rule.rule);
    let force = match rule.force {
        tw_law::Force::Binding => "binding",
        tw_law::Force::Recommendatory => "a call or request: it cannot be breached",
        tw_law::Force::Permissive => "a permission, mandate or definition: it forbids nothing",
        tw_law::Force::Consequence => "a consequence of conduct, for an authority to draw",
    };
    let _ = writeln!(text, "Force       {force}");
    let days = if rule.in_force.is_empty() {
        "never".to_owned()
    } else {
        rule.in_force.iter().map(|i| i.interval().to_string()).collect::<Vec<_>>().join(", ")
    };
    let _ = writeln!(text, "In force    {days}");
    let _ = writeln!(text, "Wording     {}", level(&format!("{:?}", rule.verification)));
    for e in &rule.exceptions {
        let _ = writeln!(text, "Exception   {}: {}; to be proved by the {}, with {}", e.id, e.cond, e.burden, e.proof);
    }
    for e in &rule.elements {
        let _ = writeln!(text, "Element     {}: {}; to be proved by the {}", e.id, e.cond, e.burden);
    }
    for r in &rule.reports {
        let when =
            r.by.map(|d| format!("by {d}"))
                .or(r.every_days.map(|n| format!("every {n} days")))
                .or(r.when.clone())
                .unwrap_or_else(|| "when due".to_owned());
        let _ = writeln!(text, "Report      {}: {} ({}, {when})", r.id, r.what, r.who);
    }
    for n in &rule.national_starts {
        let _ = writeln!(text, "At home     {} from {} by {}", n.jurisdiction.name(), n.from, n.by);
    }
    for v in &rule.views {
        let _ = writeln!(text, "View        {} hold it {} from {}", v.who.join(", "), if v.valid { "valid" } else { "not valid" }, v.from);
    }
    for (label, list) in [("Supersedes", &rule.supersedes), ("Replaced by", &rule.superseded_by), ("Modified by", &rule.modified_by)] {
        if !list.is_empty() {
            let _ = writeln!(text, "{label:<12}{}", list.join(", "));
        }
    }
    if !rule.note.is_empty() {
        let _ = writeln!(text, "Note        {}", rule.note);
    }
    for source in &rule.sources {
        let _ = writeln!(text, "Source      {}", source.at);
    }
    text
}

/// A detector whole.
#[must_use]
pub fn detector(card: &Card) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}  {}\n", card.id, card.title);
    let _ = writeln!(text, "Finds       {}", card.finds);
    let _ = writeln!(text, "Why         {}", card.why);
    let _ = writeln!(text, "Rules       {}", if card.provisions.is_empty() { "none".to_owned() } else { card.provisions.join(", ") });
    let _ = writeln!(text, "Reads       {}", card.inputs.join(", "));
    for t in &card.thresholds {
        let _ = writeln!(
            text,
            "Number      {} = {} {} ({} to {}): {} Source: {}",
            t.name, t.value, t.unit, t.range[0], t.range[1], t.doc, t.source
        );
    }
    for i in &card.innocents {
        let _ = writeln!(text, "Innocent    {}: {}", i.explanation, i.test);
    }
    for limit in &card.limits {
        let _ = writeln!(text, "Limit       {limit}");
    }
    for reference in &card.references {
        let _ = writeln!(text, "Reference   {reference}");
    }
    text
}

/// A table whole.
#[must_use]
pub fn table(def: &TableDef) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}  {}\n", def.name, def.doc);
    for column in &def.columns {
        let need = if column.required { "required" } else { "may be empty" };
        let unit = column.unit.map_or_else(String::new, |u| format!(", in {u}"));
        let _ = writeln!(text, "{:<18}{}{unit}; {}; {need}", column.name, column.doc, column.kind.describe());
        for (word, meaning) in &column.words {
            let _ = writeln!(text, "{:<20}{word}: {meaning}", "");
        }
    }
    let _ = writeln!(text, "\nand in every table:");
    for (name, _, _, doc) in tw_tables::PROVENANCE {
        let _ = writeln!(text, "{name:<18}{doc}");
    }
    text
}
