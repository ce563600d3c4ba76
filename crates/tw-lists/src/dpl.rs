//! The Denied Persons List of the Bureau of Industry and Security, US Department of Commerce: tab-delimited, one row an address.

use sha2::{Digest, Sha256};
use tw_base::Refusal;
use tw_ftm::When;

use crate::dates::{self, Order};
use crate::draft::{Draft, Out, join};
use crate::header::Header;
use crate::input::Input;
use crate::table::{Got, Row, Table};

const COLUMNS: &[(&str, &str)] = &[
    ("name", "name"),
    ("streetaddress", "street"),
    ("city", "city"),
    ("state", "state"),
    ("country", "country"),
    ("postalcode", "post"),
    ("effectivedate", "start"),
    ("expirationdate", "end"),
    ("standardorder", "standard"),
    ("lastupdate", "updated"),
    ("action", "action"),
    ("frcitation", "citation"),
];

pub(crate) fn read(file: &str, input: Input<'_>, out: &mut Out<'_>) -> Result<(), Refusal> {
    let mut table = Table::new(file, input, b'\t');
    let mut row = Row::new();
    let Got::Row = table.next(&mut row)? else { return Err(Refusal::new(file, "there is no header in it")) };
    let header = Header::new(&row, COLUMNS, out);
    for own in ["name", "start"] {
        if !header.has(own) {
            return Err(Refusal::new(file, "its header has no column `Name` or `Effective_Date`").row(1));
        }
    }
    loop {
        match table.next(&mut row)? {
            Got::End => return Ok(()),
            Got::Bad(reason) => out.report.refuse(reason, row.span()),
            Got::Row if row.is_end_mark() => {}
            Got::Row if row.len() != header.width => {
                out.report.refuse(format!("a row has {} columns instead of {}", row.len(), header.width), row.span());
            }
            Got::Row => {
                let get = |own: &str| header.get(&row, own);
                let parts = ["street", "city", "state", "post", "country"].map(get);
                let text = format!("{}\n{}\n{}", get("name"), parts.join("\n"), get("start"));
                let digest: String = Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
                let mut draft = Draft::new(format!("us-dpl-{digest}"), "LegalEntity");
                draft.record(out.capture.sha256, row.span());
                draft.number = digest;
                draft.name("name", get("name"));
                draft.add("address", &join(parts, ", "));
                draft.put(&["country"], "Country", get("country"));
                draft.programme("DPL");
                draft.put(&[], "Federal Register", get("citation"));
                draft.put(&[], "Action", get("action"));
                draft.listed = dates::day(get("start"), Order::MonthFirst).map(When::on);
                draft.delisted = dates::day(get("end"), Order::MonthFirst).map(When::on);
                draft.amend(dates::day(get("updated"), Order::MonthFirst));
                out.give(draft, row.span());
            }
        }
        if out.stopped() {
            return Ok(());
        }
    }
}
