use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::json;
use tw_base::Exit;
use tw_law::{Book, Provision, Scenario};

use crate::Failure;
use crate::cli::Law;
use crate::term::{Term, table, wrap};

pub(super) fn run(term: &Term, args: &Law) -> Result<Exit, Failure> {
    let book = Book::bundled()?;
    match args {
        Law::List { regime } => {
            let rules = select(&book, regime.as_deref(), book.iter().collect())?;
            list(term, &rules, None)
        }
        Law::At { date, regime } => {
            let rules = select(&book, regime.as_deref(), book.at(*date))?;
            list(term, &rules, Some(*date))
        }
        Law::Show { id } => show(term, &book, id),
        Law::Diff { from, to, regime } => diff(term, &book, *from, *to, regime.as_deref()),
        Law::Test { files } => test(term, &book, files),
    }
}

fn select<'a>(book: &'a Book, regime: Option<&str>, rules: Vec<&'a Provision>) -> Result<Vec<&'a Provision>, Failure> {
    let Some(wanted) = regime else { return Ok(rules) };
    check_regime(book, wanted)?;
    Ok(rules.into_iter().filter(|rule| rule.regime.eq_ignore_ascii_case(wanted)).collect())
}

fn check_regime(book: &Book, wanted: &str) -> Result<(), Failure> {
    let mut regimes: Vec<&str> = book.iter().map(|rule| rule.regime.as_str()).collect();
    regimes.sort_unstable();
    regimes.dedup();
    if regimes.iter().any(|regime| regime.eq_ignore_ascii_case(wanted)) {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, format!("no body of law is called `{wanted}`")).hint(format!("known: {}", regimes.join(", "))))
}

fn list(term: &Term, rules: &[&Provision], on: Option<Date>) -> Result<Exit, Failure> {
    if term.json {
        term.document(&json!({ "on": on, "count": rules.len(), "provisions": rules }))?;
        return Ok(if rules.is_empty() { Exit::Nothing } else { Exit::Ok });
    }
    let rows: Vec<Vec<String>> = rules
        .iter()
        .map(|rule| {
            let days = rule
                .stretches()
                .iter()
                .map(|i| i.to.map_or_else(|| format!("{}..", i.from), |_| format!("{}..{}", i.from, i.last().unwrap_or(i.from))))
                .collect::<Vec<_>>()
                .join(", ");
            vec![
                rule.id.clone(),
                rule.symbol(),
                rule.subject.clone(),
                if days.is_empty() { "never".to_owned() } else { days },
                format!("{:?}", rule.verification),
            ]
        })
        .collect();
    term.out(&table(&["ID", "SYMBOL", "SUBJECT", "IN FORCE", "CHECKED"], &rows, term.width()))?;
    let levels: Vec<String> = ["V1", "V2", "V3"]
        .iter()
        .map(|v| format!("{} {v}", rules.iter().filter(|r| format!("{:?}", r.verification) == *v).count()))
        .collect();
    term.say(&format!(
        "{} provisions{}; wording checked: {}",
        rules.len(),
        on.map_or_else(String::new, |d| format!(" in force on {d}")),
        levels.join(", ")
    ));
    Ok(if rules.is_empty() { Exit::Nothing } else { Exit::Ok })
}

fn show(term: &Term, book: &Book, id: &str) -> Result<Exit, Failure> {
    let Some(rule) = book.get(id).or_else(|| book.get(&id.to_uppercase())) else {
        let failure = Failure::new(Exit::Nothing, format!("no provision is called `{id}`"));
        return Err(match book.nearest(id) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure.hint("`tidewaiter law list` names them all"),
        });
    };
    if term.json {
        term.document(rule)?;
    } else {
        let text = tw_case::provision_text(rule);
        let width = term.width().unwrap_or(usize::MAX);
        let mut out = String::new();
        for line in text.lines() {
            out.push_str(&match line.split_at_checked(12) {
                Some((label, body)) if width < usize::MAX => format!("{label}{}", wrap(body, width, &" ".repeat(12))),
                _ => line.to_owned(),
            });
            out.push('\n');
        }
        term.out(&out)?;
    }
    Ok(Exit::Ok)
}

fn diff(term: &Term, book: &Book, from: Date, to: Date, regime: Option<&str>) -> Result<Exit, Failure> {
    if let Some(wanted) = regime {
        check_regime(book, wanted)?;
    }
    let in_regime = |id: &str| regime.is_none_or(|wanted| book.get(id).is_some_and(|rule| rule.regime.eq_ignore_ascii_case(wanted)));
    let changes: Vec<_> = book.diff(from, to).into_iter().filter(|change| in_regime(&change.provision)).collect();
    if term.json {
        term.document(&json!({ "after": from.min(to), "until": from.max(to), "changes": changes }))?;
    } else {
        let rows: Vec<Vec<String>> = changes.iter().map(|c| vec![c.date.to_string(), c.provision.clone(), c.text.clone()]).collect();
        term.out(&table(&["DATE", "PROVISION", "CHANGE"], &rows, term.width()))?;
        term.say(&format!("{} changes after {} up to {}", changes.len(), from.min(to), from.max(to)));
    }
    Ok(if changes.is_empty() { Exit::Nothing } else { Exit::Ok })
}

fn test(term: &Term, book: &Book, files: &[PathBuf]) -> Result<Exit, Failure> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    for file in files {
        scenarios.extend(read(file)?);
    }
    let mut failed = Vec::new();
    for scenario in &scenarios {
        let outcome = tw_law::run(book, scenario);
        if !outcome.passed() {
            failed.push(json!({ "file": scenario.file, "line": scenario.line, "scenario": scenario.name, "provision": scenario.provision, "differences": outcome.differences }));
            if !term.json {
                term.out(&format!("{}:{}  {}\n", scenario.file, scenario.line, scenario.name))?;
                for difference in &outcome.differences {
                    term.out(&format!("    {difference}\n"))?;
                }
            }
        }
    }
    let passed = scenarios.len() - failed.len();
    if term.json {
        term.document(&json!({ "scenarios": scenarios.len(), "passed": passed, "failed": failed }))?;
    } else {
        term.out(&format!("{passed} of {} scenarios pass, over {} provisions\n", scenarios.len(), book.len()))?;
    }
    Ok(if failed.is_empty() { Exit::Ok } else { Exit::Found })
}

fn read(file: &Path) -> Result<Vec<Scenario>, Failure> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|e| Failure::new(Exit::Io, format!("failed to read `{name}`: {e}")))?;
    tw_law::parse(&text, &name)
        .map_err(|error| Failure::new(Exit::Refused, error.to_string()).hint("the format is in law/scenarios/README.md"))
}
