//! Named priors as data: a card that readers can see and change.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::revenue::{Input, Prior, PriorError, Tie, revenue_tied};

/// One prior with its unit and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedPrior {
    /// Name as the reader should see it.
    pub name: String,
    /// Unit of the values.
    pub unit: String,
    /// What is believed.
    pub prior: Prior,
    /// Where it comes from.
    pub source: String,
    /// A remark; empty if none.
    pub note: String,
}

/// The priors of a card and the ties between them. The stock is not among them: a case brings it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Priors {
    /// The priors, in the order of the card.
    pub priors: Vec<NamedPrior>,
    /// Rank correlations; none means independence.
    pub ties: Vec<Tie>,
}

/// Why a text is no card of priors.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PriorsError {
    /// Not TOML, or not of the form of the card.
    #[error("the priors are not in the form of the card: {0}")]
    Form(String),
    /// A prior lacks a value that its distribution needs, or has one that it does not take.
    #[error("the prior `{name}` is `{distribution}`, which takes {takes}")]
    Values {
        /// Its name.
        name: String,
        /// Its distribution.
        distribution: &'static str,
        /// The values that the distribution takes.
        takes: &'static str,
    },
    /// A prior without a name, unit or source.
    #[error("the prior `{0}` has an empty name, unit or source: say where it comes from")]
    Unsourced(String),
    /// Two priors of one name.
    #[error("there are two priors `{0}`")]
    Twice(String),
    /// The priors or ties are not sound.
    #[error(transparent)]
    Prior(#[from] PriorError),
}

const CARD: &str = include_str!("revenue.toml");
/// Name of the stock among the inputs.
const WORKERS: &str = "workers";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    prior: Vec<Row>,
    #[serde(default)]
    tie: Vec<Tie>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Distribution {
    Fixed,
    Uniform,
    LogUniform,
    Triangular,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    unit: String,
    distribution: Distribution,
    value: Option<f64>,
    low: Option<f64>,
    mode: Option<f64>,
    high: Option<f64>,
    source: String,
    #[serde(default)]
    note: String,
}

impl Row {
    fn prior(&self) -> Result<Prior, PriorsError> {
        let values = (self.value, self.low, self.mode, self.high);
        let fault = |distribution, takes| Err(PriorsError::Values { name: self.name.clone(), distribution, takes });
        match (self.distribution, values) {
            (Distribution::Fixed, (Some(value), None, None, None)) => Ok(Prior::Fixed { value }),
            (Distribution::Fixed, _) => fault("fixed", "`value` only"),
            (Distribution::Uniform, (None, Some(low), None, Some(high))) => Ok(Prior::Uniform { low, high }),
            (Distribution::Uniform, _) => fault("uniform", "`low` and `high` only"),
            (Distribution::LogUniform, (None, Some(low), None, Some(high))) => Ok(Prior::LogUniform { low, high }),
            (Distribution::LogUniform, _) => fault("log-uniform", "`low` (above 0) and `high` only"),
            (Distribution::Triangular, (None, Some(low), Some(mode), Some(high))) => Ok(Prior::Triangular { low, mode, high }),
            (Distribution::Triangular, _) => fault("triangular", "`low`, `mode` and `high` only"),
        }
    }
}

impl Priors {
    /// The card that comes with the program: wage, months and share of the state, independent of each other.
    ///
    /// ```
    /// use tw_flows::{Prior, Priors, default_priors};
    /// let workers = Prior::Uniform { low: 28_000.0, high: 34_000.0 };
    /// assert_eq!(Priors::card().inputs(workers), default_priors(workers));
    /// ```
    #[must_use]
    pub fn card() -> Self {
        Self::read(CARD).unwrap_or_default()
    }

    /// Reads a text in the form of the card: every prior with name, unit, distribution, values, and source.
    ///
    /// # Errors
    /// If the text is no such card; unknown keys are errors.
    ///
    /// ```
    /// let text = "[[prior]]\nname = \"wage\"\nunit = \"USD a month\"\ndistribution = \"fixed\"\nvalue = 700\nsource = \"a contract\"";
    /// assert_eq!(tw_flows::Priors::read(text)?.priors[0].name, "wage");
    /// # Ok::<(), tw_flows::PriorsError>(())
    /// ```
    pub fn read(text: &str) -> Result<Self, PriorsError> {
        let file: File = toml::from_str(text).map_err(|e| PriorsError::Form(e.to_string().trim().to_owned()))?;
        let mut names = BTreeSet::from([WORKERS.to_owned()]);
        let mut priors = Vec::with_capacity(file.prior.len());
        for row in file.prior {
            if row.name.trim().is_empty() || row.unit.trim().is_empty() || row.source.trim().is_empty() {
                return Err(PriorsError::Unsourced(row.name));
            }
            if !names.insert(row.name.clone()) {
                return Err(PriorsError::Twice(row.name));
            }
            let prior = row.prior()?;
            priors.push(NamedPrior { name: row.name, unit: row.unit, prior, source: row.source, note: row.note });
        }
        let read = Self { priors, ties: file.tie };
        // One draw finds what is not sound: an unordered prior, a tie of unknown names, impossible ties.
        revenue_tied(&read.inputs(Prior::Fixed { value: 1.0 }), &read.ties, 1, 0)?;
        Ok(read)
    }

    /// These priors with those of another card in the place of their namesakes, and its other priors and ties besides.
    ///
    /// # Errors
    /// If the ties together are impossible.
    pub fn overridden_by(&self, other: &Self) -> Result<Self, PriorsError> {
        let mut all = self.clone();
        for prior in &other.priors {
            match all.priors.iter_mut().find(|p| p.name == prior.name) {
                Some(place) => place.clone_from(prior),
                None => all.priors.push(prior.clone()),
            }
        }
        all.ties.extend(other.ties.iter().cloned());
        revenue_tied(&all.inputs(Prior::Fixed { value: 1.0 }), &all.ties, 1, 0)?;
        Ok(all)
    }

    /// The inputs for a stock of workers: the stock first, named `workers`, then the priors.
    #[must_use]
    pub fn inputs(&self, workers: Prior) -> Vec<Input> {
        let mut inputs = vec![Input { name: WORKERS.to_owned(), prior: workers }];
        inputs.extend(self.priors.iter().map(|p| Input { name: p.name.clone(), prior: p.prior }));
        inputs
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::revenue::{MONTHS_PER_YEAR, STATE_SHARE, WAGE_USD_PER_MONTH};

    #[test]
    fn the_card_is_what_the_constants_say_and_names_its_sources() {
        let card = Priors::read(CARD).unwrap();
        let priors: Vec<Prior> = card.priors.iter().map(|p| p.prior).collect();
        assert_eq!(priors, [WAGE_USD_PER_MONTH, MONTHS_PER_YEAR, STATE_SHARE]);
        assert!(card.ties.is_empty() && card.priors.iter().all(|p| p.note.contains("prior")));
    }

    #[test]
    fn a_user_replaces_one_prior_and_ties_two() {
        let text = "
            [[prior]]
            name = \"wage (USD per month)\"
            unit = \"US dollars per person and month\"
            distribution = \"triangular\"
            low = 500
            mode = 800
            high = 1200
            source = \"advertisements of 2025\"
            ";
        let tie = "
            [[tie]]
            first = \"wage (USD per month)\"
            second = \"share kept by the state\"
            rank_correlation = 0.5";
        let wage = Priors::read(text).unwrap();
        let both = Priors::card().overridden_by(&wage).unwrap();
        assert_eq!(both.priors.len(), 3);
        assert_eq!(both.priors[0].prior, Prior::Triangular { low: 500.0, mode: 800.0, high: 1_200.0 });
        assert!(matches!(Priors::read(&format!("{text}{tie}")), Err(PriorsError::Prior(PriorError::UnknownInput(_)))));
        assert_eq!(Priors::read(&format!("{CARD}{tie}")).unwrap().ties.len(), 1);
    }

    #[test]
    fn what_is_no_card_is_refused() {
        let row = |rest: &str| Priors::read(&format!("[[prior]]\nname = \"x\"\nunit = \"y\"\nsource = \"z\"\n{rest}"));
        assert!(matches!(row("distribution = \"uniform\"\nlow = 1"), Err(PriorsError::Values { .. })));
        assert!(matches!(row("distribution = \"uniform\"\nlow = 2\nhigh = 1"), Err(PriorsError::Prior(PriorError::NotAPrior(_)))));
        assert!(matches!(row("distribution = \"fixed\"\nvalue = inf"), Err(PriorsError::Prior(_))));
        assert!(matches!(row("distribution = \"normal\""), Err(PriorsError::Form(_))));
        assert!(matches!(row("distribution = \"fixed\"\nvalue = 1\nwage = 2"), Err(PriorsError::Form(_))));
        assert!(matches!(
            Priors::read("[[prior]]\nname = \"\"\nunit = \"y\"\nsource = \"z\"\ndistribution = \"fixed\"\nvalue = 1"),
            Err(PriorsError::Unsourced(_))
        ));
        assert!(Priors::read(&format!("{CARD}{CARD}")).is_err());
        assert!(Priors::read("").unwrap().priors.is_empty());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = Priors::read(&text);
        }
    }
}
