//! The tables. Each declaration is the reference for files, SQL and pages at once.

use tw_base::{Country, Date, Imo, Interval, Mmsi, Parties, Period};

use crate::cell::{CellFault, ValueType};
use crate::declare::{tables, words};

/// The provenance columns that every table carries: name, type, may be null, meaning.
///
/// A file brings `origin` and `source`, and may bring `grade`, `note` and `known`; the other three are made when it is read.
pub const PROVENANCE: &[(&str, ValueType, bool, &str)] = &[
    ("origin", ValueType::Text, false, "`published`, `reconstructed` or `synthetic`"),
    ("source", ValueType::Text, false, "who published it and where"),
    ("grade", ValueType::Text, false, "Admiralty grade of source and information; `F6` if nobody judged it"),
    ("note", ValueType::Text, true, "a remark of the person who entered the row"),
    ("known", ValueType::Date, true, "day on which it became known; `--as-of` an earlier day leaves the row out"),
    ("capture", ValueType::Text, false, "SHA-256 of the file the row was read from"),
    ("line", ValueType::Int, true, "row of that file, the header being row 1"),
    ("record", ValueType::Text, false, "pointer to the row: capture and row"),
];

words! {
    /// Oil products that the caps tell apart.
    Product {
        /// Refined petroleum products (HS 2710, 2712, 2713)
        Refined = "refined",
        /// Crude oil (HS 2709)
        Crude = "crude",
    }
}

words! {
    /// What a count of workers counts.
    WorkerKind {
        /// Persons present and working on that day
        Stock = "stock",
        /// Work permits valid on that day
        ValidPermits = "valid-permits",
        /// Work permits issued in the period
        NewPermits = "new-permits",
        /// First registrations with the migration service in the period: not permits
        NewRegistrations = "new-registrations",
        /// Persons still present on that day whose permits were revoked
        PermitsRevoked = "permits-revoked",
        /// Persons sent home in the period
        Repatriated = "repatriated",
        /// Persons ever sent until the end of the period
        CumulativeDeployed = "cumulative-deployed",
    }
}

words! {
    /// Purpose that a person gives at the border.
    Purpose {
        /// All purposes together
        All = "all",
        /// Study
        Education = "education",
        /// Work
        Work = "work",
        /// Business
        Business = "business",
        /// Private visit
        Private = "private",
        /// Tourism
        Tourism = "tourism",
        /// Transit
        Transit = "transit",
        /// Official visit
        Official = "official",
        /// Crew of ships, trains, aircraft and vehicles
        TransportCrew = "transport-crew",
    }
}

words! {
    /// Whether a figure of a series was published.
    SeriesStatus {
        /// The figure was published
        Published = "published",
        /// The publisher stopped publishing the series: the cell is empty, which is not zero
        Withheld = "withheld",
    }
}

words! {
    /// What limits the number of persons of a purpose.
    CapacityKind {
        /// Students enrolled
        Enrolment = "enrolment",
        /// Quota granted
        Quota = "quota",
    }
}

words! {
    /// What became of a report that was due.
    ReportStatus {
        /// It came
        Received = "received",
        /// It did not come by the day given
        NotReceived = "not-received",
        /// It came, and the reporting State asked that it not be published
        NotPublished = "not-published",
        /// A regular report or series stopped: the last one came before the period covered
        Stopped = "stopped",
    }
}

words! {
    /// Kinds of listed party.
    PartyKind {
        /// A ship
        Vessel = "vessel",
        /// A company or other legal person
        Company = "company",
        /// A natural person, from an official list only
        Person = "person",
    }
}

words! {
    /// What a party does in a deal.
    PartyRole {
        /// Owns the ship, goods or company
        Owner = "owner",
        /// Runs the ship
        Operator = "operator",
        /// Manages the ship
        Manager = "manager",
        /// Hires the ship
        Charterer = "charterer",
        /// Sends the goods
        Consignor = "consignor",
        /// Receives the goods
        Consignee = "consignee",
        /// Is told of the arrival
        Notify = "notify",
        /// Employs the workers
        Employer = "employer",
        /// Works for the employer
        Worker = "worker",
        /// Pays or is paid
        Payment = "payment",
        /// Insures the ship or goods
        Insurer = "insurer",
        /// Holds an office in a company
        Officer = "officer",
        /// Any other part, which the note names
        Other = "other",
    }
}

words! {
    /// Whose figure it is.
    Side {
        /// Declared by an official series
        Declared = "declared",
        /// Found by somebody else, from records or estimates
        Estimated = "estimated",
    }
}

words! {
    /// Kinds of a person's paper.
    PermitKind {
        /// A work permit or another leave to work
        Permit = "permit",
        /// An entry in a migration service's register: supports, and is not, a permit
        Registration = "registration",
    }
}

/// Columns that tell who a natural person is, by table. Dossiers, queries and JSON leave them out unless the user asks for them by name.
///
/// The remark of such a row (`note`) may name the person too and goes with them.
pub const PERSONAL: &[(&str, &[&str])] = &[("permits", &["person", "born", "passport", "document", "note"])];

/// What stands in place of a personal cell.
pub const WITHHELD: &str = "(withheld: personal data)";

/// Whether a column tells who a natural person is. Takes the names of files and of stored columns (`born_from`) alike.
///
/// ```
/// assert!(tw_tables::personal("permits", "passport") && tw_tables::personal("permits", "born_from"));
/// assert!(!tw_tables::personal("permits", "employer") && !tw_tables::personal("shipments", "consignee"));
/// ```
#[must_use]
pub fn personal(table: &str, column: &str) -> bool {
    let plain = column.strip_suffix("_from").or_else(|| column.strip_suffix("_to")).unwrap_or(column);
    PERSONAL.iter().any(|(name, columns)| *name == table && (columns.contains(&plain) || columns.contains(&column)))
}

fn heading(hs: Option<&str>) -> Option<CellFault> {
    hs.filter(|hs| hs.len() < 2 || !hs.bytes().all(|b| b.is_ascii_digit())).map(|_| CellFault {
        column: "hs",
        reason: "a heading is written in digits only, at least two".to_owned(),
        hint: Some("write 2710, and keep leading zeros".to_owned()),
    })
}

fn ordered(low_column: &'static str, low: Option<f64>, high: Option<f64>) -> Option<CellFault> {
    match (low, high) {
        (Some(l), Some(h)) if l > h => Some(CellFault {
            column: low_column,
            reason: format!("the low bound {l} is above the high bound {h}"),
            hint: Some("swap them, or leave the unknown one empty".to_owned()),
        }),
        _ => None,
    }
}

fn something(column: &'static str, known: bool) -> Option<CellFault> {
    (!known).then(|| CellFault {
        column,
        reason: "the row gives no figure at all".to_owned(),
        hint: Some("give at least one; a figure that was withheld goes into the table that has a `status` column".to_owned()),
    })
}

tables! {
    /// Oil delivered to the target country as its suppliers reported it.
    deliveries: Delivery {
        /// Supplying State or States
        supplier: Parties,
        /// Product of the cap it counts towards
        product: Product,
        /// Period of the deliveries
        period: Period,
        /// Amount in barrels as published
        barrels: Option<f64> [Barrels],
        /// Amount in tonnes as published
        tonnes: Option<f64> [Tonnes],
        /// Who reported, to whom
        basis: String,
    }
    days(row) { row.period.interval() }
    key(row) { format!("{}|{}|{}|{:?}|{:?}", row.supplier, row.product, row.period, row.barrels, row.tonnes) }
    fault(row) { something("barrels", row.barrels.is_some() || row.tonnes.is_some()) }

    /// Oil delivered to the target country as somebody other than its suppliers estimated it.
    estimates: Estimate {
        /// Who estimated
        estimator: String,
        /// Supplying State or States; `world` if all
        supplier: Parties,
        /// Product
        product: Product,
        /// Period of the deliveries
        period: Period,
        /// Lowest amount in barrels
        barrels_low: Option<f64> [Barrels],
        /// Highest amount in barrels
        barrels_high: Option<f64> [Barrels],
        /// Deliveries counted
        deliveries: Option<u64> [Shipments],
        /// How it was estimated
        method: String,
    }
    days(row) { row.period.interval() }
    key(row) { format!("{}|{}|{}|{}", row.estimator, row.supplier, row.product, row.period) }
    fault(row) {
        ordered("barrels_low", row.barrels_low, row.barrels_high)
            .or_else(|| something("barrels_low", row.barrels_low.is_some() || row.barrels_high.is_some()))
    }

    /// Workers, permits and registrations, counted on a day or over a period.
    worker_counts: WorkerCount {
        /// Host, or `world`
        host: Parties,
        /// Day of a stock, period of a flow
        period: Period,
        /// What is counted
        kind: WorkerKind,
        /// Lowest count
        low: Option<f64> [Persons],
        /// Highest count; empty if only a minimum is known
        high: Option<f64> [Persons],
        /// Who counted
        estimator: String,
    }
    days(row) { row.period.interval() }
    key(row) { format!("{}|{}|{}|{}", row.host, row.period, row.kind, row.estimator) }
    fault(row) { ordered("low", row.low, row.high).or_else(|| something("low", row.low.is_some() || row.high.is_some())) }

    /// Entries of nationals of the target country at a host's border.
    border_entries: BorderEntry {
        /// Host
        host: Country,
        /// Period of the entries
        period: Period,
        /// Purpose given
        purpose: Purpose,
        /// Entries; empty only if withheld
        entries: Option<u64> [Entries],
        /// Whether the figure was published
        status: SeriesStatus,
    }
    days(row) { row.period.interval() }
    key(row) { format!("{}|{}|{}", row.host, row.period, row.purpose) }
    fault(row) {
        let column = "entries";
        match (row.status, row.entries) {
            (SeriesStatus::Published, None) => Some(CellFault { column, reason: "a published figure is missing".to_owned(), hint: Some("write `withheld` in `status` if it was not published".to_owned()) }),
            (SeriesStatus::Withheld, Some(_)) => Some(CellFault { column, reason: "a withheld figure cannot have a value".to_owned(), hint: Some("empty the cell, or write `published` in `status`".to_owned()) }),
            _ => None,
        }
    }

    /// What limits the number of persons who can be in a host for a purpose: students enrolled, quotas granted.
    capacity: Capacity {
        /// Host
        host: Country,
        /// Period for which it holds
        period: Period,
        /// Purpose that it limits
        purpose: Purpose,
        /// What it is
        kind: CapacityKind,
        /// Lowest count
        low: Option<f64> [Persons],
        /// Highest count
        high: Option<f64> [Persons],
    }
    days(row) { row.period.interval() }
    key(row) { format!("{}|{}|{}|{}", row.host, row.period, row.purpose, row.kind) }
    fault(row) { ordered("low", row.low, row.high).or_else(|| something("low", row.low.is_some() || row.high.is_some())) }

    /// Reports of States that a provision asks for, and series that were stopped.
    reports: StateReport {
        /// Reporting State
        state: Country,
        /// Provision that asks for it, by its key; empty for a series that no provision asks for
        provision: Option<String>,
        /// The duty within the provision, by its key
        duty: Option<String>,
        /// What the report or series is
        subject: String,
        /// Period that it covers
        covers: Option<Period>,
        /// What became of it
        status: ReportStatus,
        /// Day on which it came, or the last day on which it was looked for
        day: Date,
    }
    days(row) { row.covers.as_ref().map_or_else(|| Interval::day(row.day), Period::interval) }
    key(row) { format!("{}|{:?}|{:?}|{}|{:?}", row.state, row.provision, row.duty, row.subject, row.covers) }
    fault(row) {
        (row.duty.is_some() && row.provision.is_none()).then(|| CellFault { column: "provision", reason: "a duty needs the provision it is in".to_owned(), hint: Some("name it by its key, such as `UN-2397-5`".to_owned()) })
    }

    /// Voyages by port records and sightings: where a ship was going, as declared, and where it was seen next.
    voyages: Voyage {
        /// Ship as its source names or counts it
        ship: String,
        /// IMO ship number, if the source gives one
        imo: Option<Imo>,
        /// Flag
        flag: Option<Country>,
        /// Cargo as the source names it
        cargo: String,
        /// Product, where the cargo is oil
        product: Option<Product>,
        /// Amount of cargo
        tonnes: Option<f64> [Tonnes],
        /// Port of departure
        from_port: String,
        /// Country of departure
        from_country: Country,
        /// Day or month of departure
        departed: Period,
        /// Declared port
        declared_port: Option<String>,
        /// Declared country or countries, where the source gives several for a group
        declared_country: Parties,
        /// Where it was declared
        declared_in: String,
        /// Port where it was seen next
        next_port: Option<String>,
        /// Country where it was seen next
        next_country: Country,
        /// When it was seen there
        next_seen: Option<Period>,
        /// How it was seen
        seen_by: String,
    }
    days(row) { row.departed.interval() }
    key(row) { format!("{}|{}|{}", row.ship, row.from_port, row.departed) }
    fault(row) {
        row.next_seen.as_ref().filter(|seen| seen.last() < row.departed.from()).map(|_| CellFault { column: "next_seen", reason: "it was seen before it departed".to_owned(), hint: None })
    }

    /// Declarations of a destination at departure: port records, bills of lading, manifests. Where the ship went is for its track to say.
    declarations: Declaration {
        /// Ship as the document names it
        ship: String,
        /// IMO ship number, if the document gives one
        imo: Option<Imo>,
        /// MMSI, if the document gives one
        mmsi: Option<Mmsi>,
        /// Flag
        flag: Option<Country>,
        /// Cargo as the document names it
        cargo: String,
        /// Product, where the cargo is oil
        product: Option<Product>,
        /// Amount of cargo
        tonnes: Option<f64> [Tonnes],
        /// Port of departure
        from_port: String,
        /// Country of departure
        from_country: Country,
        /// Day or month of departure
        departed: Period,
        /// Declared port
        declared_port: Option<String>,
        /// Declared country or countries
        declared_country: Parties,
        /// Document in which it was declared
        declared_in: String,
    }
    days(row) { row.departed.interval() }
    key(row) { format!("{}|{}|{}|{}", row.ship, row.from_port, row.departed, row.declared_in) }
    fault(_row) { None }

    /// Parties to a deal as documents name them: owners, consignees, employers. Each is screened against the lists of the day it acted.
    parties: Party {
        /// Name as the document gives it
        party: String,
        /// Other names in the document, separated by `|`
        aliases: Option<String>,
        /// Kind of party
        kind: PartyKind,
        /// What it does in the deal
        role: PartyRole,
        /// Ship, company, shipment or other thing that it has the role in
        of: Option<String>,
        /// Share that an owner holds, in per cent
        share: Option<f64> [Percent],
        /// Country of registration, nationality or flag
        country: Option<Country>,
        /// Identifiers, each with its kind before it, separated by `|`: `IMO 2222224`, `INN 0000000018`, `passport X1`
        identifiers: Option<String>,
        /// Day, month or year of birth, of persons
        born: Option<Period>,
        /// When it acted
        period: Period,
        /// Document that names it
        document: String,
    }
    days(row) { row.period.interval() }
    key(row) { format!("{}|{}|{}|{}", row.party, row.role, row.of.as_deref().unwrap_or("-"), row.period) }
    fault(row) {
        row.share.filter(|share| !(0.0..=100.0).contains(share)).map(|share| CellFault {
            column: "share",
            reason: format!("{share} is no share: it lies between 0 and 100 per cent"),
            hint: None,
        })
    }

    /// Listings of parties by authorities, each from the day it was listed to the day it was taken off.
    listings: Listing {
        /// Name as listed
        party: String,
        /// Other names on the list, separated by `|`
        aliases: Option<String>,
        /// Kind of party
        kind: PartyKind,
        /// List: `US-SDN`, `UN-1718`, `EU`, `GB`
        list: String,
        /// Programme or ground, as the list names it
        programme: String,
        /// Day of listing
        listed: Date,
        /// Day of delisting, or the period within which it left the list; empty if it is still listed as far as the source shows
        delisted: Option<Period>,
        /// Identifier on the list
        identifier: Option<String>,
    }
    days(row) { Interval::new(row.listed, None) }
    key(row) { format!("{}|{}|{}", row.party, row.list, row.listed) }
    fault(row) {
        row.delisted.as_ref().filter(|out| out.last() < row.listed).map(|_| CellFault { column: "delisted", reason: "it was delisted before it was listed".to_owned(), hint: None })
    }

    /// Values and amounts of trade, by whoever gave them.
    trade_values: TradeValue {
        /// Exporting country
        exporter: Country,
        /// Importing country
        importer: Country,
        /// Goods
        goods: String,
        /// Heading, digits only
        hs: Option<String>,
        /// Exporting company, where the figure is about one
        company: Option<String>,
        /// Period of the trade
        period: Period,
        /// Whose figure it is
        side: Side,
        /// Who gave it
        reporter: String,
        /// Value
        value_usd: Option<f64> [Usd],
        /// Amount
        tonnes: Option<f64> [Tonnes],
        /// Shipments counted
        shipments: Option<u64> [Shipments],
    }
    days(row) { row.period.interval() }
    key(row) { format!("{}|{}|{}|{:?}|{}|{}", row.exporter, row.importer, row.goods, row.company, row.period, row.reporter) }
    fault(row) {
        heading(row.hs.as_deref()).or_else(|| something("value_usd", row.value_usd.is_some() || row.tonnes.is_some() || row.shipments.is_some()))
    }

    /// Estimates of money that workers abroad send to or earn for the target country.
    revenue_estimates: RevenueEstimate {
        /// Host, or `world`
        host: Parties,
        /// Period
        period: Period,
        /// Lowest amount
        usd_low: Option<f64> [Usd],
        /// Highest amount
        usd_high: Option<f64> [Usd],
        /// Who estimated
        estimator: String,
    }
    days(row) { row.period.interval() }
    key(row) { format!("{}|{}|{}", row.host, row.period, row.estimator) }
    fault(row) { ordered("usd_low", row.usd_low, row.usd_high).or_else(|| something("usd_low", row.usd_low.is_some() || row.usd_high.is_some())) }

    /// Shipments one by one, as customs records and their resellers give them: who sent what to whom, and where it was declared to go.
    shipments: Shipment {
        /// Number or name of the shipment as the record gives it
        shipment: String,
        /// Country of the exporter
        exporter_country: Country,
        /// Exporter
        exporter: Option<String>,
        /// Declared country of destination
        importer_country: Option<Country>,
        /// Buyer named
        importer: Option<String>,
        /// Consignee
        consignee: Option<String>,
        /// Country where the consignee, or else the buyer, is registered
        consignee_country: Option<Country>,
        /// Declared port of destination
        declared_port: Option<String>,
        /// Port of departure
        from_port: Option<String>,
        /// Country of departure
        from_country: Option<Country>,
        /// Goods as the record describes them
        goods: Option<String>,
        /// Heading, digits only
        hs: Option<String>,
        /// Net mass
        tonnes: Option<f64> [Tonnes],
        /// Value
        value_usd: Option<f64> [Usd],
        /// Day or month of departure
        departed: Period,
        /// Country where the carrier was seen or unloaded next; empty if nobody saw it
        next_country: Option<Country>,
        /// Port where it was seen or unloaded next
        next_port: Option<String>,
        /// Ship, train or other carrier
        vessel: Option<String>,
        /// IMO ship number, if the record gives one
        imo: Option<Imo>,
        /// Document that the record was made from
        document: Option<String>,
    }
    days(row) { row.departed.interval() }
    key(row) { format!("{}|{}|{:?}|{:?}|{:?}|{:?}", row.shipment, row.departed, row.hs, row.goods, row.tonnes, row.value_usd) }
    fault(row) {
        heading(row.hs.as_deref()).or_else(|| (row.goods.is_none() && row.hs.is_none()).then(|| CellFault {
            column: "goods",
            reason: "the row says nothing about the goods".to_owned(),
            hint: Some("give a description or a heading (`hs`)".to_owned()),
        }))
    }

    /// Work permits and registrations of single persons. Who they are is personal data, which leaves a case only when it is asked for.
    permits: Permit {
        /// Permit or registration
        kind: PermitKind,
        /// Name or number of the person as given: personal data
        person: String,
        /// Day, month or year of birth: personal data
        born: Option<Period>,
        /// Number of the passport: personal data
        passport: Option<String>,
        /// Nationality
        nationality: Country,
        /// Host
        host: Country,
        /// Employer
        employer: Option<String>,
        /// When the contract was concluded that it rests on
        contract_date: Option<Period>,
        /// When it was issued, or the person registered
        issued: Period,
        /// Until when it is valid
        expires: Option<Period>,
        /// Purpose given
        purpose: Option<Purpose>,
        /// Number of the permit, or the document: may name the person, and goes with personal data
        document: Option<String>,
    }
    days(row) { row.issued.interval() }
    key(row) { format!("{}|{}|{:?}|{:?}|{}|{}|{:?}", row.kind, row.person, row.passport, row.document, row.host, row.issued, row.employer) }
    fault(row) {
        row.expires.as_ref().filter(|end| end.last() < row.issued.from()).map(|_| CellFault { column: "expires", reason: "it ended before it was issued".to_owned(), hint: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::Table;

    #[test]
    fn personal_columns_exist_in_their_tables() {
        for (table, columns) in PERSONAL {
            let def = Tables::defs().into_iter().find(|def| def.name == *table).expect("a table of that name");
            for column in *columns {
                assert!(
                    def.columns.iter().any(|c| c.name == *column) || PROVENANCE.iter().any(|(name, ..)| name == column),
                    "{table}: {column}"
                );
            }
        }
        let stored: Vec<String> = Permit::def().columns.iter().flat_map(|c| c.stored.iter().map(|(name, _)| name.clone())).collect();
        let open: Vec<&str> = stored.iter().map(String::as_str).filter(|name| !personal("permits", name)).collect();
        assert_eq!(
            open,
            [
                "kind",
                "nationality",
                "host",
                "employer",
                "contract_date",
                "contract_date_from",
                "contract_date_to",
                "issued",
                "issued_from",
                "issued_to",
                "expires",
                "expires_from",
                "expires_to",
                "purpose"
            ]
        );
    }
}
