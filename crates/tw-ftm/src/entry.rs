use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tw_base::{Date, RecordPtr};

use crate::entity::{Entity, EntityError, read_value};

/// A day that is known exactly, or only between two bounds, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// It was not before this day; unknown if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Date>,
    /// It was not after this day; unknown if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Date>,
}

impl When {
    /// Exactly that day.
    #[must_use]
    pub const fn on(day: Date) -> Self {
        Self { not_before: Some(day), not_after: Some(day) }
    }

    /// That day or any day before: a first capture shows it, and none before was seen.
    #[must_use]
    pub const fn by(day: Date) -> Self {
        Self { not_before: None, not_after: Some(day) }
    }

    /// After one capture and not after the next: both days count.
    #[must_use]
    pub const fn between(not_before: Date, not_after: Date) -> Self {
        Self { not_before: Some(not_before), not_after: Some(not_after) }
    }

    /// The day, if it is known exactly.
    #[must_use]
    pub fn exact(&self) -> Option<Date> {
        self.not_before.filter(|day| Some(*day) == self.not_after)
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.not_before, self.not_after) {
            (Some(a), Some(b)) if a == b => write!(f, "on {a}"),
            (Some(a), Some(b)) => write!(f, "between {a} and {b}"),
            (None, Some(b)) => write!(f, "by {b}"),
            (Some(a), None) => write!(f, "not before {a}"),
            (None, None) => f.write_str("on an unknown day"),
        }
    }
}

/// If a party was on a list on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It was on the list.
    Listed,
    /// The captures do not tell for that day.
    Undetermined,
    /// It had left the list.
    NoLonger,
    /// It came onto the list later.
    NotYet,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Listed => "listed",
            Self::Undetermined => "undetermined",
            Self::NotYet => "not yet listed",
            Self::NoLonger => "no longer listed",
        })
    }
}

/// One stay of a party on one list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// List: `US-SDN`, `US-CONS`, `US-CSL`, `UN-SC`, `EU-FSF`, `EU-OJ`, `GB`, or the name of a dataset.
    pub list: String,
    /// Number of the entry on the list.
    pub entry: String,
    /// Programmes, as the list names them.
    #[serde(default)]
    pub programmes: Vec<String>,
    /// Day of listing.
    pub listed: When,
    /// Days on which the entry changed, as far as the source tells.
    #[serde(default)]
    pub amended: Vec<Date>,
    /// Day on which it was no longer there; `None` if it still was at the last capture.
    #[serde(default)]
    pub delisted: Option<When>,
    /// Day of the last capture that was looked at: after it nothing is known.
    #[serde(default)]
    pub seen_until: Option<Date>,
    /// Records that show it: capture and place.
    #[serde(default)]
    pub records: Vec<RecordPtr>,
    /// Where a date was taken from that the list itself does not print, in words.
    #[serde(default)]
    pub basis: Option<String>,
}

impl Listing {
    /// If the party was on the list on that day. A day after the last capture counts as that capture shows it.
    ///
    /// ```
    /// use tw_ftm::{Listing, Status, When};
    /// let day = |t: &str| t.parse::<tw_base::Date>().expect("a date");
    /// let listing = Listing {
    ///     list: "US-SDN".into(), entry: "1".into(), programmes: vec![], amended: vec![], seen_until: None, records: vec![], basis: None,
    ///     listed: When::on(day("2017-06-01")),
    ///     delisted: Some(When::between(day("2020-03-01"), day("2020-03-05"))),
    /// };
    /// assert_eq!(listing.status(day("2017-05-31")), Status::NotYet);
    /// assert_eq!(listing.status(day("2017-06-01")), Status::Listed);
    /// assert_eq!(listing.status(day("2020-03-02")), Status::Undetermined);
    /// assert_eq!(listing.status(day("2020-03-05")), Status::NoLonger);
    /// ```
    #[must_use]
    pub fn status(&self, day: Date) -> Status {
        let left = self.delisted;
        if left.and_then(|w| w.not_after).is_some_and(|by| day >= by) {
            return Status::NoLonger;
        }
        if self.listed.not_before.is_some_and(|from| day < from) {
            return Status::NotYet;
        }
        let on = self.listed.not_after.is_some_and(|by| day >= by);
        let still = left.is_none_or(|w| w.not_before.is_some_and(|from| day < from));
        if on && still { Status::Listed } else { Status::Undetermined }
    }
}

/// An entity with its stays on lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Who or what.
    pub entity: Entity,
    /// Its stays on lists; empty for an entity that is only linked to a listed one.
    pub listings: Vec<Listing>,
}

impl Entry {
    /// The gravest status over its listings on that day: listed, undetermined, no longer, not yet; `None` without a listing.
    #[must_use]
    pub fn status(&self, day: Date) -> Option<Status> {
        self.listings.iter().map(|l| l.status(day)).min()
    }
}

/// Reads one entry from a JSON text as it is written: `{"entity": {…}, "listings": […]}`.
///
/// # Errors
/// If it is not JSON of an entry, or its schema is not in the model.
///
/// ```
/// let text = r#"{"entity":{"id":"x-1","schema":"Person","properties":{"name":["Jane Example"]}},"listings":[{"list":"X","entry":"1","listed":{"not_after":"2019-01-31"}}]}"#;
/// let entry = tw_ftm::read_entry(text)?;
/// assert_eq!(entry.listings[0].listed.to_string(), "by 2019-01-31");
/// assert_eq!(tw_ftm::read_entry(&serde_json::to_string(&entry).expect("json"))?, entry);
/// # Ok::<(), tw_ftm::EntityError>(())
/// ```
pub fn read_entry(text: &str) -> Result<Entry, EntityError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Raw {
        entity: Value,
        #[serde(default)]
        listings: Vec<Listing>,
    }
    let raw: Raw = serde_json::from_str(text).map_err(|e| EntityError::Json(e.to_string()))?;
    Ok(Entry { entity: read_value(&raw.entity)?.entity, listings: raw.listings })
}
