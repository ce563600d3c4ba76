//! The rows of all tables as text: the same columns as the Parquet files, in the same order.

use tw_base::{RecordPtr, Span};
use tw_tables::{PROVENANCE, Row, Table, Tables, WITHHELD, personal};

/// A table as text.
#[derive(Clone, Debug)]
pub(crate) struct TableText {
    /// Name.
    pub name: &'static str,
    /// Columns: its own, then where the row comes from.
    pub columns: Vec<String>,
    /// Rows with their records; an empty cell is unknown.
    pub rows: Vec<(RecordPtr, Vec<String>)>,
}

/// All tables, the empty ones too, in the order of the reference page.
pub(crate) fn tables(tables: &Tables) -> Vec<TableText> {
    vec![
        text(&tables.deliveries),
        text(&tables.estimates),
        text(&tables.worker_counts),
        text(&tables.border_entries),
        text(&tables.capacity),
        text(&tables.reports),
        text(&tables.voyages),
        text(&tables.declarations),
        text(&tables.parties),
        text(&tables.listings),
        text(&tables.trade_values),
        text(&tables.revenue_estimates),
        text(&tables.shipments),
        text(&tables.permits),
    ]
}

fn text<T: Table>(rows: &[Row<T>]) -> TableText {
    let def = T::def();
    let own = def.columns.iter().flat_map(|column| column.stored.iter().map(|(name, _)| name.clone()));
    let columns: Vec<String> = own.chain(PROVENANCE.iter().map(|(name, ..)| (*name).to_owned())).collect();
    let rows = rows.iter().map(|row| (row.provenance.record.clone(), masked(T::NAME, &columns, cells(row)))).collect();
    TableText { name: T::NAME, columns, rows }
}

/// The cells without those that tell who a person is: they never leave a case unasked.
fn masked(table: &str, columns: &[String], mut cells: Vec<String>) -> Vec<String> {
    for (column, cell) in columns.iter().zip(&mut cells) {
        if personal(table, column) && !cell.is_empty() {
            WITHHELD.clone_into(cell);
        }
    }
    cells
}

fn cells<T: Table>(row: &Row<T>) -> Vec<String> {
    let mut cells: Vec<String> = row.data.store().iter().map(ToString::to_string).collect();
    let p = &row.provenance;
    let line = match &p.record.span {
        Span::Row(n) | Span::SheetRow(_, n) | Span::Line(n) => n.to_string(),
        Span::Bytes(..) => String::new(),
    };
    cells.extend([
        p.origin.to_string(),
        p.source.clone(),
        p.grade.to_string(),
        p.note.clone().unwrap_or_default(),
        p.known.map_or_else(String::new, |day| day.to_string()),
        p.record.capture.to_string(),
        line,
        p.record.to_string(),
    ]);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_exported_under_its_name() {
        let names: Vec<&str> = tables(&Tables::default()).iter().map(|t| t.name).collect();
        assert_eq!(names, Tables::NAMES);
    }

    #[test]
    fn who_a_person_is_does_not_leave_the_case() {
        let columns = ["person", "employer", "born_from", "note"].map(str::to_owned);
        let cells = ["Jane Example", "Example Builders", "", "about Jane"].map(str::to_owned).to_vec();
        assert_eq!(masked("permits", &columns, cells.clone()), [WITHHELD, "Example Builders", "", WITHHELD]);
        assert_eq!(masked("parties", &columns, cells.clone()), cells);
    }

    #[test]
    fn text_has_the_columns_of_the_stored_tables() {
        for (text, (name, batch)) in tables(&Tables::default()).iter().zip(Tables::default().batches()) {
            let stored: Vec<String> = batch.schema().fields().iter().map(|f| f.name().clone()).collect();
            assert_eq!(text.columns, stored, "{name}");
        }
    }
}
