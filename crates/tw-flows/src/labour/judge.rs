//! Everything that can be said about workers in a set of hosts, as predictions one a line.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tw_base::{Bounds, Interval};

use crate::labour::masking::{Masking, MaskingOptions, Places, PurposeCounts, Shift, ShiftOptions, masking, substitution};
use crate::labour::path::{Figure, Says, Stay, StockOn, path, stayers};
use crate::labour::regimes::{Change, Count, Observation, Options as RegimeOptions, Segment, regimes};
use crate::labour::withheld::{Stop, withheld};
use crate::revenue::{Driver, Prior, default_priors, revenue};

/// Days from the end of a period after which a publisher is taken to publish it, where nobody noted the days of publication: 45.
///
/// Source: the Russian border statistics for 2023 to 2025 were reported 30 to 45 days after the end of each quarter.
pub const WAITS_USUALLY_DAYS: i64 = 45;

/// The series of one purpose. Periods may overlap (a year and its quarters): [`disjoint`] chooses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurposeSeries {
    /// The purpose; `all` is the sum of all.
    pub purpose: String,
    /// Its figures.
    pub figures: Vec<Observation>,
    /// First days from which the purpose is defined anew, as its publisher says.
    #[serde(default)]
    pub redefined: Vec<Date>,
}

/// What a count of workers counts: the kinds of the table `worker_counts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CountKind {
    /// Persons present and working on the last day of the period.
    Stock,
    /// Permits valid on the last day of the period.
    ValidPermits,
    /// Permits issued in the period.
    NewPermits,
    /// First registrations in the period.
    NewRegistrations,
    /// Persons still present whose permits were revoked.
    PermitsRevoked,
    /// Persons sent home in the period.
    Repatriated,
    /// Persons ever sent until the end of the period.
    CumulativeDeployed,
    /// Persons who left in the period, as a border counts them: not in the table yet.
    Exits,
}

/// A count of workers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountOf {
    /// The caller's number for it, for instance a record's.
    pub id: usize,
    /// Day or period.
    pub period: Interval,
    /// What it counts.
    pub kind: CountKind,
    /// Persons.
    pub persons: Bounds,
}

/// What is known about one host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Its code.
    pub host: String,
    /// Entries by purpose.
    #[serde(default)]
    pub entries: Vec<PurposeSeries>,
    /// Places by purpose.
    #[serde(default)]
    pub places: BTreeMap<String, Vec<Places>>,
    /// Counts of workers.
    #[serde(default)]
    pub counts: Vec<CountOf>,
}

/// What is assumed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JudgeOptions {
    /// How regimes are found; the landmarks are here.
    pub regimes: RegimeOptions,
    /// How counts are set against places.
    pub masking: MaskingOptions,
    /// How shifts between purposes are looked for.
    pub shift: ShiftOptions,
    /// Share of entries that are no new stay. Default 0 to 0.5: our convention, wide on purpose.
    pub turnaround: Bounds,
    /// Share of holders of valid permits who are present. Default 0.75 to 1: our convention; permits outlive departures.
    pub present_of_permits: Bounds,
    /// Length of stay.
    pub stay: Stay,
    /// Draws for revenue; 0 leaves revenue out.
    pub draws: u32,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for JudgeOptions {
    fn default() -> Self {
        Self {
            regimes: RegimeOptions::default(),
            masking: MaskingOptions::default(),
            shift: ShiftOptions::default(),
            turnaround: Bounds::between(0.0, 0.5),
            present_of_permits: Bounds::between(0.75, 1.0),
            stay: Stay::CONTRACT,
            draws: 100_000,
            seed: 1,
        }
    }
}

/// A question about hosts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The hosts.
    pub hosts: Vec<Host>,
    /// Day on which the caller looked: what is due later is not missing.
    pub looked: Date,
    /// What is assumed.
    #[serde(default)]
    pub options: JudgeOptions,
}

/// One thing said about a host. Written as a JSON object whose `kind` names the variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Prediction {
    /// Regimes of a series: a purpose of `border_entries`, or a kind of `worker_counts`.
    Regimes {
        /// Host.
        host: String,
        /// The series.
        series: String,
        /// Probability of any change.
        any: f64,
        /// Change points.
        changes: Vec<Change>,
        /// Regimes.
        segments: Vec<Segment>,
    },
    /// Stock at the end of a day.
    Stock {
        /// Host.
        host: String,
        /// From the figures alone.
        hard: StockOn,
        /// With the assumed length of stay; null if the figures contradict it.
        staying: Option<StockOn>,
    },
    /// Figures that contradict each other.
    Conflict {
        /// Host.
        host: String,
        /// Their numbers.
        figures: Vec<usize>,
    },
    /// A purpose against its places.
    Masking {
        /// Host.
        host: String,
        /// The purpose.
        purpose: String,
        /// Orders hosts: minus the decimal logarithm of the corrected probability, plus the logarithm of the low end of the factor of a
        /// rise per place that no change of definition explains.
        score: f64,
        /// True if the publisher had redefined the purpose by then: the places may count other persons than the entries.
        redefined: bool,
        /// The worst figure.
        found: Masking,
    },
    /// Entries that moved from one purpose to another.
    Substitution {
        /// Host.
        host: String,
        /// First day of the later window.
        since: Date,
        /// True if the publisher redefined either purpose between the windows: then that explains a shift.
        redefined: bool,
        /// The shift.
        shift: Shift,
    },
    /// A series that stopped.
    Withheld {
        /// Host.
        host: String,
        /// The series.
        series: String,
        /// The event.
        stop: Stop,
    },
    /// Money that the stock may have earned a state in a year.
    Revenue {
        /// Host.
        host: String,
        /// Year.
        year: i16,
        /// Fifth percentile, US dollars.
        p5: f64,
        /// Median.
        p50: f64,
        /// Ninety-fifth percentile.
        p95: f64,
        /// Mean stock of the year that it rests on.
        workers: Bounds,
        /// What moves it most.
        drivers: Vec<Driver>,
    },
}

/// A figure or series that was not used, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// Host.
    pub host: String,
    /// What it is.
    pub what: String,
    /// Why it was not used.
    pub why: String,
}

/// Everything that could be said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// Predictions, by host and kind.
    pub predictions: Vec<Prediction>,
    /// What was not used.
    pub set_aside: Vec<SetAside>,
}

/// The figures of a series without overlaps: shorter periods before longer ones, and the periods left out.
///
/// A year whose quarters are known in part is left out whole: its other quarters are not known apart.
#[must_use]
pub fn disjoint(figures: &[Observation]) -> (Vec<Observation>, Vec<Interval>) {
    let mut sorted: Vec<&Observation> = figures.iter().filter(|f| f.period.to.is_some() && !f.period.is_empty()).collect();
    let rank = |o: &Observation| match o.count {
        Count::Known(_) => 0,
        Count::Withheld => 1,
        Count::Missing => 2,
    };
    sorted.sort_by_key(|o| (rank(o), o.period.days(), o.period));
    let (mut kept, mut left_out): (Vec<Observation>, Vec<Interval>) = (Vec::new(), Vec::new());
    for one in sorted {
        if kept.iter().any(|k| k.period.meet(&one.period).is_some()) {
            left_out.push(one.period);
        } else {
            kept.push(one.clone());
        }
    }
    kept.sort_by_key(|o| o.period);
    left_out.sort_unstable();
    left_out.dedup();
    (kept, left_out)
}

/// Says everything that the figures allow. Same input, same output.
///
/// What cannot be judged (a series that is no series, figures that are no counts) is named in [`Output::set_aside`]; nothing is dropped in
/// silence.
#[must_use]
pub fn judge(input: &Input) -> Output {
    let mut output = Output::default();
    let mut hosts: Vec<&Host> = input.hosts.iter().collect();
    hosts.sort_by(|a, b| a.host.cmp(&b.host));
    for host in hosts {
        let series: Vec<(String, Vec<Observation>)> = series_of(host, &mut output);
        for (name, figures) in &series {
            match regimes(figures, &input.options.regimes) {
                Ok(found) => output.predictions.push(Prediction::Regimes {
                    host: host.host.clone(),
                    series: name.clone(),
                    any: found.any,
                    changes: found.changes,
                    segments: found.segments,
                }),
                Err(error) => {
                    output.set_aside.push(SetAside { host: host.host.clone(), what: format!("series {name}"), why: error.to_string() });
                }
            }
            if let Some(stop) = withheld(figures, input.looked, WAITS_USUALLY_DAYS) {
                output.predictions.push(Prediction::Withheld { host: host.host.clone(), series: name.clone(), stop });
            }
        }
        purposes(host, &series, input, &mut output);
        stocks(host, &series, input, &mut output);
    }
    output
}

/// Entries by purpose, and flows of permits and registrations, each without overlaps.
fn series_of(host: &Host, output: &mut Output) -> Vec<(String, Vec<Observation>)> {
    let mut all: BTreeMap<String, Vec<Observation>> = BTreeMap::new();
    for series in &host.entries {
        all.entry(series.purpose.clone()).or_default().extend(series.figures.iter().cloned());
    }
    for count in &host.counts {
        let name = match count.kind {
            CountKind::NewPermits => "new-permits",
            CountKind::NewRegistrations => "new-registrations",
            _ => continue,
        };
        // A count that is only a minimum or a range is no figure of a series.
        let known = count.persons.exact().filter(|v| *v >= 0.0 && *v < 1e12).map(|v| v.round() as u64);
        all.entry(name.to_owned()).or_default().push(Observation {
            period: count.period,
            count: known.map_or(Count::Missing, Count::Known),
            known: None,
        });
    }
    let mut result = Vec::with_capacity(all.len());
    for (name, figures) in all {
        let (kept, left_out) = disjoint(&figures);
        for period in left_out {
            output.set_aside.push(SetAside {
                host: host.host.clone(),
                what: format!("series {name}, {period}"),
                why: "shorter periods of the same days are known".to_owned(),
            });
        }
        result.push((name, kept));
    }
    result
}

fn purposes(host: &Host, series: &[(String, Vec<Observation>)], input: &Input, output: &mut Output) {
    for (purpose, places) in &host.places {
        let Some((_, figures)) = series.iter().find(|(name, _)| name == purpose) else { continue };
        if let Some(found) = masking(figures, places, &input.options.masking) {
            // A rise that a change of definition explains does not count.
            let new_then = |day: Date| {
                host.entries.iter().filter(|e| e.purpose == *purpose).flat_map(|e| &e.redefined).any(|d| (*d - day).get_days().abs() <= 400)
            };
            let rise = found.rise.as_ref().filter(|r| !new_then(r.since)).and_then(|r| r.factor.low).map_or(0.0, f64::ln);
            let score = (rise - found.log10_p_corrected).min(1e6);
            let last = found.period.last().unwrap_or(found.period.from);
            let redefined = host.entries.iter().filter(|e| e.purpose == *purpose).flat_map(|e| &e.redefined).any(|d| *d <= last);
            output.predictions.push(Prediction::Masking { host: host.host.clone(), purpose: purpose.clone(), score, redefined, found });
        }
    }
    let entries: Vec<&(String, Vec<Observation>)> =
        series.iter().filter(|(name, _)| name != "all" && host.entries.iter().any(|e| e.purpose == *name)).collect();
    if !entries.iter().any(|(name, _)| name == "work") {
        return;
    }
    for target in ["education", "tourism", "private", "business"] {
        if let Some(found) = strongest(host, &entries, target, input) {
            output.predictions.push(found);
        }
    }
}

/// Shifts from work to a purpose over all dates between two windows of four figures: the probability of any, and the strongest.
///
/// The date is not known, so the Bayes factor is the mean of those of all dates: one shift, every date alike.
fn strongest(host: &Host, entries: &[&(String, Vec<Observation>)], target: &str, input: &Input) -> Option<Prediction> {
    let tables: Vec<(&str, BTreeMap<Interval, u64>)> = entries.iter().map(|(name, f)| (name.as_str(), counted(f))).collect();
    let (_, work) = tables.iter().find(|(name, _)| *name == "work")?;
    let (_, gained) = tables.iter().find(|(name, _)| *name == target)?;
    let common: Vec<Interval> = work.keys().filter(|p| gained.contains_key(p)).copied().collect();
    let window = 4.min(common.len() / 2);
    if window < 2 {
        return None;
    }
    // Whole years are compared where there is room, so that a season is no shift. The sum of several figures scatters less than one.
    let cuts = window..=common.len() - window;
    let options = ShiftOptions { dispersion: input.options.shift.dispersion / window as f64, length: 1.0, ..input.options.shift };
    let mut best: Option<(Shift, Date)> = None;
    let (mut factors, mut tried) = (0.0, 0.0);
    for cut in cuts {
        let (before, after) = (&common[cut - window..cut], &common[cut..cut + window]);
        let sum = |table: &BTreeMap<Interval, u64>, periods: &[Interval]| -> Option<u64> {
            periods.iter().map(|p| table.get(p).copied()).sum::<Option<u64>>()
        };
        let days = |periods: &[Interval]| periods.iter().filter_map(Interval::days).sum::<i64>() as f64;
        let counts: Vec<PurposeCounts> = tables
            .iter()
            .filter_map(|(name, table)| {
                Some(PurposeCounts { purpose: (*name).to_owned(), before: sum(table, before)?, after: sum(table, after)? })
            })
            .collect();
        let length = days(after) / days(before);
        let Some(shift) = substitution(&counts, "work", target, &ShiftOptions { length, ..options }) else { continue };
        tried += 1.0;
        factors += 10_f64.powf(shift.log10_bayes_factor.min(300.0));
        if best.as_ref().is_none_or(|(b, _)| shift.log10_bayes_factor > b.log10_bayes_factor) {
            best = Some((shift, after[0].from));
        }
    }
    let (mut shift, since) = best?;
    let odds = options.prior / (1.0 - options.prior).max(f64::MIN_POSITIVE) * factors / tried;
    shift.log10_bayes_factor = (factors / tried).log10();
    shift.probability = if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 };
    let near = |day: Date| (day - since).get_days().abs() <= 400;
    let redefined = host.entries.iter().any(|e| (e.purpose == "work" || e.purpose == target) && e.redefined.iter().any(|d| near(*d)));
    Some(Prediction::Substitution { host: host.host.clone(), since, redefined, shift })
}

fn stocks(host: &Host, series: &[(String, Vec<Observation>)], input: &Input, output: &mut Output) {
    let mut figures: Vec<Figure> = Vec::new();
    for count in &host.counts {
        let last = count.period.last().unwrap_or(count.period.from);
        let least = Bounds { low: count.persons.low, best: None, high: None };
        let (says, persons) = match count.kind {
            CountKind::Stock => (Says::Stock(last), count.persons),
            // Workers without a permit may be there besides: permits bound the stock from below only.
            CountKind::ValidPermits => {
                let share = input.options.present_of_permits.low.unwrap_or(0.0);
                (Says::Stock(last), Bounds { low: count.persons.low.map(|l| (l * share).floor()), best: None, high: None })
            }
            CountKind::PermitsRevoked => (Says::Stock(last), least),
            CountKind::NewRegistrations => (Says::Present(count.period), least),
            CountKind::Repatriated => (Says::Left(count.period), least),
            CountKind::Exits => (Says::Left(count.period), count.persons),
            // A permit issued is no person present yet; persons ever sent are no stock.
            CountKind::NewPermits | CountKind::CumulativeDeployed => continue,
        };
        figures.push(Figure { id: count.id, says, persons });
    }
    let entry_id = host.counts.iter().map(|c| c.id).max().map_or(0, |id| id.saturating_add(1));
    let known = |name: &str| series.iter().find(|(n, _)| n == name).map(|(_, f)| f.as_slice()).unwrap_or_default();
    let work: BTreeMap<Interval, u64> = counted(known("work"));
    let all: BTreeMap<Interval, u64> = counted(known("all"));
    let mut periods: Vec<Interval> = work.keys().chain(all.keys()).copied().collect();
    periods.sort_unstable();
    periods.dedup();
    for (i, period) in periods.iter().enumerate() {
        // Those who enter for work and stay, at least; everybody who enters, at most.
        let low = work.get(period).and_then(|n| stayers(Bounds::exactly(*n as f64), input.options.turnaround).low);
        let high = all.get(period).map(|n| *n as f64);
        figures.push(Figure { id: entry_id.saturating_add(i), says: Says::Came(*period), persons: Bounds { low, best: None, high } });
    }
    if figures.is_empty() {
        return;
    }
    let mut days: Vec<Date> = figures
        .iter()
        .map(|f| match f.says {
            Says::Stock(day) => day,
            Says::Came(p) | Says::Left(p) | Says::Present(p) => p.last().unwrap_or(p.from),
        })
        .collect();
    days.sort_unstable();
    days.dedup();
    let aside = |why: String| SetAside { host: host.host.clone(), what: "stock".to_owned(), why };
    let hard = match path(&figures, &days, None) {
        Ok(found) => found,
        Err(error) => return output.set_aside.push(aside(error.to_string())),
    };
    let staying = match path(&figures, &days, Some(input.options.stay)) {
        Ok(found) => found,
        Err(error) => return output.set_aside.push(aside(error.to_string())),
    };
    for conflict in &hard.conflicts {
        output.predictions.push(Prediction::Conflict { host: host.host.clone(), figures: conflict.clone() });
    }
    for (i, on) in hard.stocks.iter().enumerate() {
        let staying = (!staying.stay_dropped).then(|| staying.stocks[i].clone());
        output.predictions.push(Prediction::Stock { host: host.host.clone(), hard: on.clone(), staying });
    }
    if input.options.draws > 0 {
        let best = if staying.stay_dropped { &hard.stocks } else { &staying.stocks };
        money(host, best, input, output);
    }
}

fn counted(figures: &[Observation]) -> BTreeMap<Interval, u64> {
    figures
        .iter()
        .filter_map(|o| match o.count {
            Count::Known(n) => Some((o.period, n)),
            _ => None,
        })
        .collect()
}

/// Revenue of each year in which the stock is bounded on both sides at some date: the mean of the bounds over those dates.
///
/// Within its bounds the stock is log-uniform: they are often an order of magnitude apart, and the upper end is the looser one.
fn money(host: &Host, stocks: &[StockOn], input: &Input, output: &mut Output) {
    let mut years: BTreeMap<i16, Vec<Bounds>> = BTreeMap::new();
    for on in stocks {
        // A stock of 1 January, or of the days before, belongs to the year that ended.
        let year = on.day.checked_sub(1.days()).unwrap_or(on.day).year();
        if on.persons.low.is_some() && on.persons.high.is_some() {
            years.entry(year).or_default().push(on.persons);
        }
    }
    for (year, bounds) in years {
        let n = bounds.len() as f64;
        let mean = |end: fn(&Bounds) -> Option<f64>| bounds.iter().filter_map(end).sum::<f64>() / n;
        let workers = Bounds::between(mean(|b| b.low), mean(|b| b.high));
        let (Some(low), Some(high)) = (workers.low, workers.high) else { continue };
        match revenue(
            &default_priors(Prior::LogUniform { low: low.max(1.0), high: high.max(1.0) }),
            input.options.draws,
            input.options.seed,
        ) {
            Ok(found) => output.predictions.push(Prediction::Revenue {
                host: host.host.clone(),
                year,
                p5: found.p5,
                p50: found.p50,
                p95: found.p95,
                workers,
                drivers: found.drivers,
            }),
            Err(error) => {
                output.set_aside.push(SetAside { host: host.host.clone(), what: format!("revenue {year}"), why: error.to_string() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tw_base::Period;

    use super::*;

    fn known(period: &str, n: u64) -> Observation {
        Observation { period: period.parse::<Period>().unwrap().interval(), count: Count::Known(n), known: None }
    }

    #[test]
    fn quarters_are_kept_before_the_year_that_holds_them_and_what_is_left_out_is_named() {
        let figures = [known("2024", 7_887), known("2024-Q1", 38), known("2024-Q2", 332), known("2023", 9)];
        let (kept, left_out) = disjoint(&figures);
        assert_eq!(kept.iter().map(|k| k.count).collect::<Vec<_>>(), [Count::Known(9), Count::Known(38), Count::Known(332)]);
        assert_eq!(left_out, [figures[0].period]);
    }

    #[test]
    fn a_known_year_is_kept_before_a_withheld_quarter_of_it() {
        let withheld = Observation { count: Count::Withheld, ..known("2025-Q2", 0) };
        let (kept, left_out) = disjoint(&[withheld.clone(), known("2025", 5)]);
        assert_eq!((kept.len(), left_out), (1, vec![withheld.period]));
    }

    #[test]
    fn work_that_moves_to_education_is_found_and_a_change_of_definition_is_flagged() {
        let series = |purpose: &str, counts: [u64; 8], redefined: bool| PurposeSeries {
            purpose: purpose.to_owned(),
            figures: counts.iter().enumerate().map(|(i, n)| known(&format!("{}-Q{}", 2021 + i / 4, i % 4 + 1), *n)).collect(),
            redefined: if redefined { vec!["2022-01-01".parse().unwrap()] } else { Vec::new() },
        };
        let host = |redefined| Host {
            host: "XXA".to_owned(),
            entries: vec![
                series("work", [2_000, 2_100, 1_900, 2_050, 60, 70, 50, 65], redefined),
                series("education", [50, 60, 55, 52, 2_010, 1_950, 2_080, 1_990], false),
                series("private", [300, 310, 290, 305, 300, 320, 280, 310], false),
                series("business", [150, 140, 160, 155, 150, 148, 152, 149], false),
            ],
            ..Host::default()
        };
        let looked = "2023-02-01".parse().unwrap();
        for redefined in [false, true] {
            let output = judge(&Input { hosts: vec![host(redefined)], looked, options: JudgeOptions::default() });
            let found = output.predictions.iter().find_map(|p| match p {
                Prediction::Substitution { since, redefined, shift, .. } if shift.to == "education" => {
                    Some((since.to_string(), *redefined, shift))
                }
                _ => None,
            });
            let (since, flagged, shift) = found.unwrap();
            assert_eq!((since.as_str(), flagged), ("2022-01-01", redefined));
            assert!(shift.probability > 0.9, "{shift:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn no_input_panics_and_the_output_is_the_same_twice(
            entries in proptest::collection::vec((1900i16..2100, 0i16..4, proptest::option::of(0u64..u64::MAX), 0usize..4), 0..30),
            counts in proptest::collection::vec((1900i16..2100, 0i16..3, 0.0f64..1e6, proptest::bool::ANY, 0usize..8, proptest::num::usize::ANY), 0..12),
        ) {
            let year = |y: i16, n: i16| Interval::new(Date::new(y, 1, 1).unwrap(), Date::new(y + n, 1, 1).ok());
            let purposes = ["work", "education", "all", "private"];
            let kinds = [
                CountKind::Stock, CountKind::ValidPermits, CountKind::NewPermits, CountKind::NewRegistrations, CountKind::PermitsRevoked,
                CountKind::Repatriated, CountKind::CumulativeDeployed, CountKind::Exits,
            ];
            let host = Host {
                host: "XXA".to_owned(),
                entries: entries.iter().map(|(y, n, c, p)| PurposeSeries {
                    purpose: purposes[*p].to_owned(),
                    figures: vec![Observation { period: year(*y, *n), count: c.map_or(Count::Withheld, Count::Known), known: None }],
                    redefined: Vec::new(),
                }).collect(),
                places: BTreeMap::from([("education".to_owned(), vec![Places { period: year(2000, 1), persons: Bounds::exactly(5.0) }])]),
                counts: counts.iter().map(|(y, n, v, open, k, id)| CountOf {
                    id: *id,
                    period: year(*y, *n),
                    kind: kinds[*k],
                    persons: if *open { Bounds::at_least(*v) } else { Bounds::exactly(*v) },
                }).collect(),
            };
            let options = JudgeOptions { draws: 50, ..JudgeOptions::default() };
            let input = Input { hosts: vec![host], looked: Date::new(2026, 1, 1).unwrap(), options };
            prop_assert_eq!(judge(&input), judge(&input));
        }
    }
}
