use std::path::Path;

use serde_json::{Value, json};
use tw_base::Exit;
use tw_case::Lead;

use crate::Failure;
use crate::cli::Leads;
use crate::term::{Term, table};

pub(super) fn run(term: &Term, args: Leads) -> Result<Exit, Failure> {
    match args {
        Leads::List { case, tier, detector, state } => list(term, &case, tier, detector.as_deref(), state.as_deref()),
        Leads::Show { id, case } => super::explain::lead(term, &case, &id, false),
        Leads::Set { id, state, case, reason, note, who } => {
            let entry = tw_case::review(
                &case,
                &id,
                &tw_case::Review { who: &who, state: &state, reason: reason.as_deref(), note: note.as_deref(), at: super::made()? },
            )?;
            if term.json {
                term.document(&entry)?;
            } else {
                term.out(&format!("{}: {} → {}, entry {} of the log\n", entry.lead, entry.from, entry.to, entry.seq))?;
                term.say(&format!("next:  tidewaiter dossier {}", case.display()));
            }
            Ok(Exit::Ok)
        }
    }
}

fn list(term: &Term, case: &Path, tier: Option<u8>, detector: Option<&str>, state: Option<&str>) -> Result<Exit, Failure> {
    let states = tw_case::states(case)?;
    let summary = tw_case::read_summary(case)?;
    let state_of = |id: &str| states.get(id).cloned().unwrap_or_else(|| "lead".to_owned());
    let mut leads = tw_case::read_leads(case)?;
    leads.retain(|lead| {
        tier.is_none_or(|t| lead.rank.tier <= t)
            && detector.is_none_or(|d| lead.detector == d)
            && state.is_none_or(|s| state_of(&lead.id).split(|c: char| !c.is_alphabetic()).next() == Some(s))
    });
    if term.json {
        let list: Vec<_> = leads.iter().map(|lead| item(&state_of(&lead.id), lead)).collect();
        term.document(&json!({ "case": case, "as_of": summary.as_of, "leads": list, "coverage": summary.coverage }))?;
    } else {
        let rows: Vec<Vec<String>> = leads
            .iter()
            .map(|lead| {
                vec![
                    lead.rank.tier.to_string(),
                    lead.id.clone(),
                    format!("{}: {}", lead.subject, lead.title),
                    state_of(&lead.id),
                    lead.rank.why.clone(),
                ]
            })
            .collect();
        term.out(&table(&["TIER", "ID", "WHAT", "STATE", "WHY HERE"], &rows, term.width()))?;
    }
    if leads.is_empty() {
        term.say("no lead fits; nothing found is not the same as clear: `tidewaiter explain coverage` says what was looked at");
        return Ok(Exit::Nothing);
    }
    Ok(Exit::Ok)
}

/// A lead as `leads list --json` gives it: what happened at sea on top, as the scorer of `eval ships` reads it, and the whole lead.
pub(super) fn item(state: &str, lead: &Lead) -> Value {
    let sea = lead.sea.as_ref();
    json!({
        "state": state,
        "kind": sea.map_or_else(|| json!(lead.kind), |sea| json!(sea.kind)),
        "mmsi": sea.map(|sea| sea.mmsi),
        "partner_mmsi": sea.and_then(|sea| sea.partner_mmsi),
        "t0": sea.map(|sea| &sea.t0),
        "t1": sea.map(|sea| &sea.t1),
        "lat": sea.and_then(|sea| sea.lat),
        "lon": sea.and_then(|sea| sea.lon),
        "lat1": sea.and_then(|sea| sea.lat1),
        "lon1": sea.and_then(|sea| sea.lon1),
        "score": sea.map(|sea| sea.score),
        "barrels": sea.and_then(|sea| sea.barrels),
        "lead": lead,
    })
}
