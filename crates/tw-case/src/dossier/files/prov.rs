//! W3C PROV: which lead was derived from which record, and by which run and program.

use serde_json::{Value, json};

use super::super::Input;

/// The provenance of the dossier as JSON-LD. Names are URNs made of hashes and ids: no path of any machine is in it.
pub(crate) fn document(input: &Input<'_>) -> Value {
    let run = format!(
        "urn:tidewaiter:run:{}",
        &tw_evidence::sha256(format!("{}|{}|{}", input.summary.config, input.summary.book, input.summary.made).as_bytes()).to_string()
            [..20]
    );
    let agent = format!("urn:tidewaiter:program:{}", input.summary.tidewaiter);
    let mut graph = vec![
        json!({ "@id": agent, "@type": ["prov:Agent", "prov:SoftwareAgent"], "label": format!("tidewaiter {}", input.summary.tidewaiter) }),
        json!({
            "@id": run,
            "@type": "prov:Activity",
            "label": format!("Run of {} as of {}", input.summary.title, input.summary.as_of),
            "endedAtTime": { "@value": input.summary.made, "@type": "xsd:dateTime" },
            "wasAssociatedWith": { "@id": agent },
            "used": used(input),
        }),
        json!({ "@id": book(input), "@type": "prov:Entity", "label": format!("Book of law, {} provisions", input.summary.provisions) }),
    ];
    graph.extend(captures(input));
    graph.extend(leads(input, &run));
    json!({
        "@context": {
            "prov": "http://www.w3.org/ns/prov#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
            "label": "http://www.w3.org/2000/01/rdf-schema#label",
            "wasDerivedFrom": { "@id": "prov:wasDerivedFrom", "@type": "@id" },
            "wasGeneratedBy": { "@id": "prov:wasGeneratedBy", "@type": "@id" },
            "wasAssociatedWith": { "@id": "prov:wasAssociatedWith", "@type": "@id" },
            "specializationOf": { "@id": "prov:specializationOf", "@type": "@id" },
            "used": { "@id": "prov:used", "@type": "@id" },
            "endedAtTime": "prov:endedAtTime",
            "generatedAtTime": "prov:generatedAtTime",
        },
        "@graph": graph,
    })
}

fn book(input: &Input<'_>) -> String {
    format!("urn:sha256:{}", input.summary.book)
}

/// Captures by hash, each once.
fn hashes(input: &Input<'_>) -> Vec<String> {
    let mut hashes: Vec<String> = input.captures.iter().map(|c| c.sha256.to_string()).collect();
    hashes.sort();
    hashes.dedup();
    hashes
}

fn used(input: &Input<'_>) -> Vec<String> {
    let mut used: Vec<String> = hashes(input).iter().map(|hash| format!("urn:sha256:{hash}")).collect();
    used.push(book(input));
    used
}

fn captures(input: &Input<'_>) -> Vec<Value> {
    hashes(input)
        .iter()
        .map(|hash| {
            let mut own: Vec<_> = input.captures.iter().filter(|c| c.sha256.to_string() == *hash).collect();
            own.sort_by(|a, b| a.name.cmp(&b.name));
            let names: Vec<&str> = own.iter().map(|c| c.name.as_str()).collect();
            let obtained: Vec<&str> = own.iter().map(|c| c.obtained.as_str()).collect();
            json!({ "@id": format!("urn:sha256:{hash}"), "@type": "prov:Entity", "label": names, "generatedAtTime": obtained })
        })
        .collect()
}

fn leads(input: &Input<'_>, run: &str) -> Vec<Value> {
    let mut records: Vec<&str> = input.leads.iter().flat_map(|lead| &lead.evidence).map(|e| e.record.as_str()).collect();
    records.sort_unstable();
    records.dedup();
    let mut nodes: Vec<Value> = records
        .into_iter()
        .filter_map(|record| {
            let (capture, _) = record.split_once('#')?;
            Some(json!({ "@id": format!("urn:sha256:{record}"), "@type": "prov:Entity", "specializationOf": format!("urn:sha256:{capture}") }))
        })
        .collect();
    for lead in input.leads {
        let from: Vec<String> = lead.evidence.iter().map(|e| format!("urn:sha256:{}", e.record)).collect();
        nodes.push(json!({
            "@id": format!("urn:tidewaiter:lead:{}", lead.id),
            "@type": "prov:Entity",
            "label": lead.title,
            "wasGeneratedBy": run,
            "wasDerivedFrom": from,
        }));
    }
    nodes
}
