//! How the columns of another person's positions are read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tw_base::{Grade, Origin, Refusal, Refusals, nearest};

use super::row::Field;

/// How the columns of another person's positions are read, saved beside the file as `<file>.map.toml`.
///
/// ```
/// use tw_sources::ships::PositionMapping;
/// let mapping = PositionMapping::parse("feed.csv.map.toml", r#"
///     table = "positions"
///     time = "%d.%m.%Y %H:%M:%S"
///     speed = "m/s"
///     source = "harbour radar of a friend"
///     [columns]
///     "Schiff" = "mmsi"
///     "Zeit" = "time"
///     "Breite" = "lat"
///     "Laenge" = "lon"
/// "#)?;
/// assert_eq!(mapping.columns["Zeit"], "time");
/// # Ok::<(), tw_base::Refusals>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionMapping {
    /// Always `positions`.
    pub table: String,
    /// What separates cells, if the header does not show it: a comma, `;`, a tab, or `|`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// How times are written, as for `strptime`, in UTC; without it ISO 8601 or seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Unit of speed: `kn` (default), `m/s`, `km/h`, or `0.1kn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<String>,
    /// Time that every record gets if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_time: Option<String>,
    /// Published, reconstructed or synthetic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Who published it and where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Admiralty grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Columns that are not read, by their names in the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// Name in the file → field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
}

impl PositionMapping {
    /// Whether the text of a mapping is one for positions.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        toml::from_str::<toml::Table>(text).is_ok_and(|t| t.get("table").and_then(|t| t.as_str()) == Some("positions"))
    }

    /// Reads a mapping.
    ///
    /// # Errors
    /// What is not TOML, not known, or names no field; with a "did you mean".
    pub fn parse(name: &str, text: &str) -> Result<Self, Refusals> {
        let mapping: Self = toml::from_str(text).map_err(|error| Refusal::new(name, format!("it does not fit: {}", error.message())))?;
        let mut faults = Vec::new();
        if mapping.table != "positions" {
            faults.push(Refusal::new(name, format!("`{}` is not a table of positions", mapping.table)).hint("write table = \"positions\""));
        }
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for (theirs, ours) in &mapping.columns {
            if Field::named(ours).is_none() {
                let hint = nearest(ours, Field::names()).map_or_else(
                    || format!("fields are {}", Field::names().collect::<Vec<_>>().join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                faults.push(Refusal::new(name, format!("[columns] there is no field `{ours}`")).hint(hint));
            } else if let Some(other) = taken.insert(ours, theirs) {
                faults.push(Refusal::new(name, format!("[columns] `{other}` and `{theirs}` are both read as `{ours}`")));
            }
        }
        if let Some(unit) = &mapping.speed
            && super::row::speed_factor(unit).is_none()
        {
            faults.push(Refusal::new(name, format!("`{unit}` is no unit of speed")).hint("use `kn`, `m/s`, `km/h` or `0.1kn`"));
        }
        if let Some(text) = &mapping.base_time
            && super::row::time(text.as_bytes()).is_none()
        {
            faults.push(Refusal::new(name, format!("base_time `{text}` is not a time")).hint("write 2024-01-31T00:00:00Z"));
        }
        if faults.is_empty() { Ok(mapping) } else { Err(Refusals(faults)) }
    }

    /// The mapping as TOML, to be saved beside the file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("strings and maps of strings can always be written")
    }
}
