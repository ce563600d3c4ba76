//! Rows for the tests of this crate. They are synthetic.

use tw_base::{Grade, Origin, Provenance, RecordPtr};
use tw_tables::Tables;

/// Three deliveries, one count of workers, two border entries of which one is withheld, and one listing.
pub(crate) fn tables() -> Tables {
    let mut tables = Tables::default();
    let rows: &[(&str, &[(&str, &str)])] = &[
        (
            "deliveries",
            &[("supplier", "RUS"), ("product", "refined"), ("period", "2024-01"), ("barrels", "15279"), ("basis", "monthly notice")],
        ),
        (
            "deliveries",
            &[("supplier", "RUS"), ("product", "refined"), ("period", "2024-02"), ("barrels", "8000.5"), ("basis", "monthly notice")],
        ),
        (
            "deliveries",
            &[("supplier", "CHN"), ("product", "refined"), ("period", "2024-01"), ("tonnes", "1000"), ("basis", "monthly notice")],
        ),
        (
            "worker_counts",
            &[
                ("host", "RUS"),
                ("period", "2018-09"),
                ("kind", "new-registrations"),
                ("low", "10000"),
                ("estimator", "newspaper, \"quoting\" a registry"),
            ],
        ),
        (
            "border_entries",
            &[("host", "RUS"), ("period", "2019-Q4"), ("purpose", "education"), ("entries", "753"), ("status", "published")],
        ),
        ("border_entries", &[("host", "RUS"), ("period", "2020-Q1"), ("purpose", "education"), ("status", "withheld")]),
        (
            "listings",
            &[("party", "Example Trading 예시"), ("kind", "company"), ("list", "UN-1718"), ("programme", "test"), ("listed", "2017-06-01")],
        ),
    ];
    for (line, (table, cells)) in rows.iter().enumerate() {
        let cell = |column: &str| cells.iter().find(|(name, _)| *name == column).map(|(_, text)| *text);
        let record: RecordPtr = format!("{}#row={}", "ab".repeat(32), line + 2).parse().expect("a pointer");
        let provenance = Provenance {
            origin: Origin::Synthetic,
            source: "made up for a test".to_owned(),
            grade: Grade::UNJUDGED,
            note: None,
            known: None,
            record,
        };
        tables.push(table, &cell, provenance).expect("a table").expect("a valid row");
    }
    tables
}

/// A folder with these tables as files.
pub(crate) fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    crate::write_tables(dir.path(), &tables()).expect("written");
    dir
}
