use std::fmt;

use serde::{Deserialize, Serialize};

/// The units that tidewaiter's figures come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Unit {
    /// Barrels of 42 US gallons (158.987 L).
    #[serde(rename = "bbl")]
    Barrels,
    /// Metric tonnes.
    #[serde(rename = "t")]
    Tonnes,
    /// US dollars, current.
    #[serde(rename = "USD")]
    Usd,
    /// US dollars per barrel.
    #[serde(rename = "USD/bbl")]
    UsdPerBarrel,
    /// US dollars per tonne.
    #[serde(rename = "USD/t")]
    UsdPerTonne,
    /// Barrels per tonne.
    #[serde(rename = "bbl/t")]
    BarrelsPerTonne,
    /// Canadian dollars.
    #[serde(rename = "CAD")]
    Cad,
    /// Japanese yen.
    #[serde(rename = "JPY")]
    Jpy,
    /// Per cent, 0 to 100.
    #[serde(rename = "%")]
    Percent,
    /// Days.
    #[serde(rename = "d")]
    Days,
    /// Months.
    #[serde(rename = "months")]
    Months,
    /// Natural persons.
    #[serde(rename = "persons")]
    Persons,
    /// Work permits, as documents.
    #[serde(rename = "permits")]
    Permits,
    /// Registrations with a host's migration service.
    #[serde(rename = "registrations")]
    Registrations,
    /// Border entries: one person may enter twice.
    #[serde(rename = "entries")]
    Entries,
    /// Bank accounts.
    #[serde(rename = "accounts")]
    Accounts,
    /// Joint ventures and other entities.
    #[serde(rename = "entities")]
    Entities,
    /// Ships.
    #[serde(rename = "ships")]
    Ships,
    /// Shipments or deliveries, counted.
    #[serde(rename = "shipments")]
    Shipments,
}

impl Unit {
    /// The symbol used in files, tables and text.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Barrels => "bbl",
            Self::Tonnes => "t",
            Self::Usd => "USD",
            Self::UsdPerBarrel => "USD/bbl",
            Self::UsdPerTonne => "USD/t",
            Self::BarrelsPerTonne => "bbl/t",
            Self::Cad => "CAD",
            Self::Jpy => "JPY",
            Self::Percent => "%",
            Self::Days => "d",
            Self::Months => "months",
            Self::Persons => "persons",
            Self::Permits => "permits",
            Self::Registrations => "registrations",
            Self::Entries => "entries",
            Self::Accounts => "accounts",
            Self::Entities => "entities",
            Self::Ships => "ships",
            Self::Shipments => "shipments",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.symbol())
    }
}
