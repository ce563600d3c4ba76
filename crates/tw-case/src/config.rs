//! `tidewaiter.toml`: what a case is about.

use std::path::Path;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tw_base::{Country, Interval, Period, Refusal};
use tw_detect::Parameters;

/// Name of the configuration file in a case folder.
pub const CONFIG_FILE: &str = "tidewaiter.toml";

/// The configuration of a case. Unknown keys are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Title of the case and its dossier.
    pub title: String,
    /// What it is about, in one or two sentences.
    #[serde(default)]
    pub description: String,
    /// Days that the case is about: rows outside are read, counted, and left out.
    #[schemars(with = "String")]
    pub period: Period,
    /// Country that the sanctions are about.
    #[schemars(with = "String")]
    pub target: Country,
    /// Bodies of law that the detectors may ask; empty means all that the program holds.
    #[serde(default)]
    pub regimes: Vec<String>,
    /// Traffic light of the dossier (TLP 2.0): `CLEAR`, `GREEN`, `AMBER`, `AMBER+STRICT` or `RED`.
    #[serde(default = "amber")]
    pub tlp: String,
    /// Answer as of this day, unless the command line names another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Date>,
    /// Numbers of detectors that differ from their cards, by detector and name.
    #[serde(default)]
    pub parameters: Parameters,
}

fn amber() -> String {
    "AMBER".to_owned()
}

impl Config {
    /// Reads the configuration of a case folder.
    ///
    /// # Errors
    /// If there is none, or it is not right; names file, line and what to do.
    pub fn read(dir: &Path) -> Result<Self, Refusal> {
        let path = dir.join(CONFIG_FILE);
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let hint = if dir.is_dir() {
                "make one with `tidewaiter init`"
            } else {
                "name an existing case folder, or make one with `tidewaiter init`"
            };
            Refusal::new(&name, format!("failed to read the case: {error}")).hint(hint)
        })?;
        Self::parse(&text, &name)
    }

    /// Reads the configuration from text.
    ///
    /// # Errors
    /// If it is not right; names file, line and what to do.
    pub fn parse(text: &str, name: &str) -> Result<Self, Refusal> {
        let config: Self = toml::from_str(text).map_err(|error: toml::de::Error| {
            let row = error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count() as u64);
            let refusal = Refusal::new(name, error.message().to_owned()).hint("the keys are listed by `tidewaiter config show`");
            row.map_or_else(|| refusal.clone(), |row| refusal.clone().row(row))
        })?;
        const TLP: [&str; 5] = ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"];
        if !TLP.contains(&config.tlp.as_str()) {
            return Err(Refusal::new(name, format!("`{}` is not a traffic-light label", config.tlp))
                .column("tlp")
                .hint(format!("use one of {}", TLP.join(", "))));
        }
        tw_detect::check_parameters(&config.parameters)
            .map_err(|reason| Refusal::new(name, reason).column("parameters").hint("names and ranges are in docs/detectors.md"))?;
        Ok(config)
    }

    /// The days that the case is about.
    #[must_use]
    pub fn days(&self) -> Interval {
        self.period.interval()
    }
}
