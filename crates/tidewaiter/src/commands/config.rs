use std::path::Path;

use serde::Serialize;
use tw_base::Exit;
use tw_case::Config as CaseConfig;

use crate::Failure;
use crate::cli::Config;
use crate::term::{Term, table};

/// A setting, its value, and where it comes from.
#[derive(Debug, Serialize)]
struct Setting {
    key: String,
    value: String,
    origin: String,
}

pub(super) fn run(term: &Term, args: &Config) -> Result<Exit, Failure> {
    let Config::Show { case } = args;
    let mut settings = environment();
    if let Some(case) = case {
        settings.extend(of_case(case)?);
    }
    settings.extend(parameters(case.as_deref())?);
    if term.json {
        term.document(&settings)?;
    } else {
        let rows: Vec<Vec<String>> = settings.into_iter().map(|s| vec![s.key, s.value, s.origin]).collect();
        term.out(&table(&["KEY", "VALUE", "ORIGIN"], &rows, term.width()))?;
    }
    Ok(Exit::Ok)
}

/// Environment variables that the program reads.
fn environment() -> Vec<Setting> {
    const READ: [(&str, &str); 8] = [
        ("TIDEWAITER_CASE", "case folder where `--case` is not given"),
        ("TIDEWAITER_REVIEWER", "who reviews where `--who` is not given"),
        ("TIDEWAITER_NO_PROGRESS", "no progress lines"),
        ("SOURCE_DATE_EPOCH", "the moment of a run; the clock if unset"),
        ("NO_COLOR", "no colour"),
        ("CLICOLOR_FORCE", "colour also in a pipe"),
        ("TERM", "`dumb` means no colour and no progress"),
        ("TIDEWAITER_SHARED", "folder of evaluation data that may not be shipped; read by tests only"),
    ];
    let mut settings = Vec::new();
    for (key, doc) in READ {
        let (value, origin) = match std::env::var_os(key) {
            Some(value) => (value.to_string_lossy().into_owned(), "environment".to_owned()),
            None => (String::new(), format!("unset: {doc}")),
        };
        settings.push(Setting { key: key.to_owned(), value, origin });
    }
    settings
}

fn of_case(case: &Path) -> Result<Vec<Setting>, Failure> {
    let config = CaseConfig::read(case).map_err(tw_case::CaseError::from)?;
    let file = case.join(tw_case::CONFIG_FILE).display().to_string();
    let setting = |key: &str, value: String, default: bool| Setting {
        key: key.to_owned(),
        value,
        origin: if default { "default".to_owned() } else { file.clone() },
    };
    let regimes = if config.regimes.is_empty() { "all".to_owned() } else { config.regimes.join(", ") };
    Ok(vec![
        setting("title", config.title.clone(), false),
        setting("period", config.period.to_string(), false),
        setting("target", config.target.to_string(), false),
        setting("regimes", regimes, config.regimes.is_empty()),
        setting("tlp", config.tlp.clone(), config.tlp == "AMBER"),
        setting("as-of", config.as_of.map_or_else(|| "the day of the run".to_owned(), |d| d.to_string()), config.as_of.is_none()),
    ])
}

/// Numbers of the detectors: from the case, else from their cards.
fn parameters(case: Option<&Path>) -> Result<Vec<Setting>, Failure> {
    let set = match case {
        Some(case) => CaseConfig::read(case).map_err(tw_case::CaseError::from)?.parameters,
        None => tw_detect::Parameters::default(),
    };
    let mut settings = Vec::new();
    for card in tw_detect::cards() {
        for threshold in &card.thresholds {
            let own = set.get(&card.id).and_then(|s| s.get(&threshold.name));
            settings.push(Setting {
                key: format!("parameters.\"{}\".{}", card.id, threshold.name),
                value: format!("{} {}", own.unwrap_or(&threshold.value), threshold.unit),
                origin: if own.is_some() { "case".to_owned() } else { format!("default: {}", threshold.source) },
            });
        }
    }
    Ok(settings)
}
