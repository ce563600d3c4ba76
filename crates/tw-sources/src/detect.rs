use tw_base::{Refusal, nearest};
use tw_tables::{CellKind, PROVENANCE, TableDef, Tables};

/// The provenance columns that a file may bring; the others are made when it is read.
pub(crate) const BROUGHT: &[&str] = &["origin", "source", "grade", "note", "known"];

/// How the cells of a provenance column are written, if a file may bring it.
pub(crate) fn brought_kind(column: &str) -> Option<CellKind> {
    match column {
        "origin" | "grade" => Some(CellKind::Word),
        "source" | "note" => Some(CellKind::Text),
        "known" => Some(CellKind::Date),
        _ => None,
    }
}

/// The table's own name as the declarations spell it.
///
/// # Errors
/// Reason and hint if there is no such table.
pub(crate) fn known_table(name: &str) -> Result<&'static str, (String, String)> {
    if let Some(known) = Tables::NAMES.iter().find(|known| **known == name) {
        return Ok(known);
    }
    let list = format!("tables: {}", Tables::NAMES.join(", "));
    let hint = nearest(name, Tables::NAMES.iter().copied()).map_or(list.clone(), |near| format!("did you mean `{near}`? {list}"));
    Err((format!("there is no table `{}`", short(name)), hint))
}

/// The declaration of a table whose name is known.
pub(crate) fn definition(table: &str) -> Option<TableDef> {
    Tables::defs().into_iter().find(|def| def.name == table)
}

/// True if that is a provenance column that is made when a file is read.
pub(crate) fn is_made(column: &str) -> bool {
    !BROUGHT.contains(&column) && PROVENANCE.iter().any(|(name, ..)| *name == column)
}

/// Text of a file in a message: at most 40 letters.
pub(crate) fn short(text: &str) -> String {
    let mut start: String = text.chars().take(40).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(40).is_some() {
        start.push('…');
    }
    start
}

/// The table of a file: by its name, else by its header if exactly one table fits.
///
/// `deliveries.csv`, `deliveries-2019.csv` and `deliveries_2019.csv` are all `deliveries`.
///
/// # Errors
/// Lists the candidates if several tables fit or none does.
///
/// ```
/// use tw_sources::detect_table;
/// assert_eq!(detect_table("in/deliveries-2019.csv", &[])?, "deliveries");
/// # Ok::<(), tw_base::Refusal>(())
/// ```
pub fn detect_table(name: &str, header: &[String]) -> Result<&'static str, Refusal> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
    let stem = file.split('.').next().unwrap_or(&file);
    let by_name = Tables::NAMES
        .iter()
        .filter(|table| stem.strip_prefix(**table).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', ' '])));
    if let Some(table) = by_name.max_by_key(|table| table.len()) {
        return Ok(table);
    }
    let defs = Tables::defs();
    let shared = |def: &TableDef| header.iter().filter(|theirs| def.columns.iter().any(|c| c.name == theirs.as_str())).count();
    let fits = |def: &&TableDef| {
        let known = header.iter().all(|h| def.columns.iter().any(|c| c.name == h) || BROUGHT.contains(&h.as_str()));
        let whole = def.columns.iter().filter(|c| c.required).all(|c| header.iter().any(|h| h == c.name));
        known && whole && shared(def) > 0
    };
    let fitting: Vec<&str> = defs.iter().filter(fits).map(|def| def.name).collect();
    match fitting.as_slice() {
        [one] => Ok(one),
        [] => {
            let mut near: Vec<(usize, &str)> = defs.iter().map(|def| (shared(def), def.name)).filter(|(n, _)| *n > 0).collect();
            near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
            let list: Vec<String> = near.iter().take(3).map(|(n, table)| format!("{table} ({n} of {} columns)", header.len())).collect();
            let nearest_tables =
                if list.is_empty() { format!("tables: {}", Tables::NAMES.join(", ")) } else { format!("nearest: {}", list.join(", ")) };
            Err(Refusal::new(name, "neither the name nor the header says which table this is")
                .hint(format!("name the table: `--table NAME`; {nearest_tables}")))
        }
        several => Err(Refusal::new(name, format!("the header fits several tables: {}", several.join(", ")))
            .hint(format!("name the table: `--table {}`", several[0]))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &str) -> Vec<String> {
        names.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn the_name_of_a_file_says_its_table() {
        for (name, table) in [
            ("deliveries.csv", "deliveries"),
            ("data/deliveries-2019.csv", "deliveries"),
            ("C:\\data\\Deliveries_2019.csv", "deliveries"),
            ("trade_values.2018.csv", "trade_values"),
            ("worker_counts.xlsx", "worker_counts"),
        ] {
            assert_eq!(detect_table(name, &[]), Ok(table), "{name}");
        }
        assert!(detect_table("deliveriesx.csv", &[]).is_err());
    }

    #[test]
    fn a_header_that_fits_one_table_says_it() {
        let found = detect_table("export.csv", &header("supplier,product,period,barrels,basis,origin,source"));
        assert_eq!(found, Ok("deliveries"));
    }

    #[test]
    fn a_header_that_fits_none_lists_the_nearest() {
        let refusal = detect_table("export.csv", &header("supplier,product,month")).expect_err("month is no column");
        assert_eq!(refusal.to_string(), "export.csv: neither the name nor the header says which table this is");
        assert_eq!(
            refusal.hint.as_deref(),
            Some(
                "name the table: `--table NAME`; nearest: deliveries (2 of 3 columns), estimates (2 of 3 columns), declarations (1 of 3 columns)"
            )
        );
    }

    #[test]
    fn an_unknown_table_is_refused_with_the_nearest() {
        let (reason, hint) = known_table("delivries").expect_err("misspelt");
        assert_eq!(reason, "there is no table `delivries`");
        assert!(hint.starts_with("did you mean `deliveries`? tables: deliveries, estimates,"), "{hint}");
    }
}
