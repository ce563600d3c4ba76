use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;
use tw_base::Refusal;
use tw_ftm::{Entity, model, read_value};
use yaml_rust2::Event;
use yaml_rust2::parser::Parser;

/// Two entities and what a person said about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Whom one asks about.
    pub query: Entity,
    /// Whom the list holds.
    pub candidate: Entity,
    /// If they are the same.
    pub positive: bool,
    /// Groups that it belongs to: `("kind", "ofac+eu:imo")`, `("quality", "STRONG")`.
    pub groups: Vec<(&'static str, String)>,
    /// Score of OFAC's search tool, from 0 to 100, if the set holds that; a score below 0 means that the tool did not show it.
    pub shown: Option<f64>,
    /// Row or line in the file, from 1.
    pub row: u64,
}

/// Largest file that is read.
const MOST_BYTES: u64 = 1 << 30;

/// Reads a labelled set; the format is seen from its text.
///
/// JSON lines of `{"left": entity, "right": entity, "judgement": "positive"}`; CSV with the columns `name1, name2, is_match` and perhaps
/// `schema, quality, category, case_group, kind`; CSV with `query_name, result_name, ofac_score`; CSV without header whose comments
/// say `Query,Expected Match,Min Score`; YAML of `checks` with `match, schema, query, candidate`.
///
/// # Errors
/// If the file cannot be read, its format is none of these, or a row is not as it should be.
pub fn read(path: &Path) -> Result<Vec<Pair>, Refusal> {
    let name = path.display().to_string();
    let fail = |e: std::io::Error| Refusal::new(name.clone(), format!("cannot be read: {e}"));
    let mut bytes = Vec::new();
    fs::File::open(path).map_err(fail)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Refusal::new(name, "is larger than 1 GiB").hint("cut it into several files"));
    }
    let text = String::from_utf8(bytes)
        .map_err(|e| Refusal::new(name.clone(), format!("is not UTF-8 text: byte {}", e.utf8_error().valid_up_to())))?;
    read_text(&name, &text)
}

/// As [`read`], from a text; `name` is the file's name for errors.
///
/// # Errors
/// As [`read`].
pub fn read_text(name: &str, text: &str) -> Result<Vec<Pair>, Refusal> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('#')).unwrap_or("");
    let columns: Vec<&str> = first.split(',').map(str::trim).collect();
    let pairs = if first.starts_with('{') {
        json_lines(name, text)?
    } else if first.starts_with("checks:") {
        checks(name, text)?
    } else if columns.contains(&"ofac_score") {
        table(name, text, &["query_name", "result_name", "ofac_score"])?
    } else if columns.contains(&"name1") && columns.contains(&"name2") {
        table(name, text, &["name1", "name2", "is_match"])?
    } else if text.lines().any(|l| l.starts_with('#') && l.contains("Query,Expected Match")) {
        bare(name, text)?
    } else {
        return Err(Refusal::new(name, "is no set of pairs that is known here").hint(
            "known are JSON lines with left, right and judgement; CSV with name1, name2 and is_match; CSV with query_name, result_name and ofac_score; YAML with checks",
        ));
    };
    if pairs.is_empty() {
        return Err(Refusal::new(name, "holds no pair"));
    }
    Ok(pairs)
}

fn json_lines(name: &str, text: &str) -> Result<Vec<Pair>, Refusal> {
    let mut pairs = Vec::new();
    for (n, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let row = n as u64 + 1;
        let fail = |column: &str, reason: String| Refusal::new(name, reason).row(row).column(column);
        let value: Value = serde_json::from_str(line).map_err(|e| fail("", format!("is not JSON: {e}")))?;
        let side = |key: &str| -> Result<Entity, Refusal> {
            let side = value.get(key).ok_or_else(|| fail(key, "is missing".into()))?;
            read_value(side).map(|r| r.entity).map_err(|e| fail(key, e.to_string()))
        };
        let positive = match value.get("judgement").and_then(Value::as_str) {
            Some("positive") => true,
            Some("negative") => false,
            Some("unsure" | "no_judgement") => continue,
            _ => return Err(fail("judgement", "is neither \"positive\" nor \"negative\"".into())),
        };
        let groups = value.get("kind").and_then(Value::as_str).map(|k| ("kind", k.to_owned())).into_iter().collect();
        pairs.push(Pair { query: side("left")?, candidate: side("right")?, positive, groups, shown: None, row });
    }
    Ok(pairs)
}

fn entity(name: &str, row: u64, schema: &str, text: &str) -> Result<Entity, Refusal> {
    let schema =
        model().schema(schema).ok_or_else(|| Refusal::new(name, format!("\"{schema}\" is no schema")).row(row).column("schema"))?;
    let mut entity = Entity::new("", schema);
    entity.add("name", text);
    Ok(entity)
}

fn table(name: &str, text: &str, needed: &[&str; 3]) -> Result<Vec<Pair>, Refusal> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let fail = |row: u64, column: &str, reason: String| Refusal::new(name, reason).row(row).column(column);
    let headers = reader.headers().map_err(|e| fail(1, "", e.to_string()))?.clone();
    let at = |column: &str| headers.iter().position(|h| h.trim() == column);
    let mut wanted = [0; 3];
    for (to, column) in wanted.iter_mut().zip(needed) {
        *to = at(column).ok_or_else(|| fail(1, column, "is missing".into()))?;
    }
    let schema = at("schema");
    let groups: Vec<(&'static str, usize)> =
        ["quality", "category", "case_group", "kind"].into_iter().filter_map(|g| at(g).map(|n| (g, n))).collect();
    let mut pairs = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| fail(e.position().map_or(0, csv::Position::line), "", e.to_string()))?;
        let row = record.position().map_or(0, csv::Position::line);
        let get = |n: usize| record.get(n).unwrap_or("").trim();
        let schema = schema.map_or("LegalEntity", get);
        let (positive, shown) = if needed[2] == "ofac_score" {
            let score: f64 = get(wanted[2]).parse().map_err(|_| fail(row, needed[2], format!("\"{}\" is no number", get(wanted[2]))))?;
            (score >= 85.0, Some(score))
        } else {
            match get(wanted[2]).to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" => (true, None),
                "false" | "0" | "no" => (false, None),
                other => return Err(fail(row, needed[2], format!("\"{other}\" is neither true nor false"))),
            }
        };
        pairs.push(Pair {
            query: entity(name, row, schema, get(wanted[0]))?,
            candidate: entity(name, row, schema, get(wanted[1]))?,
            positive,
            groups: groups.iter().map(|(g, n)| (*g, get(*n).to_owned())).filter(|(_, v)| !v.is_empty()).collect(),
            shown,
            row,
        });
    }
    Ok(pairs)
}

/// Rows of query, expected match, least score and description, all of them positive; schemata are not given: persons.
fn bare(name: &str, text: &str) -> Result<Vec<Pair>, Refusal> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut pairs = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| Refusal::new(name, e.to_string()))?;
        let row = record.position().map_or(0, csv::Position::line);
        let (Some(query), Some(candidate)) = (record.get(0), record.get(1)) else {
            return Err(Refusal::new(name, "needs a query and an expected match").row(row));
        };
        pairs.push(Pair {
            query: entity(name, row, "Person", query.trim())?,
            candidate: entity(name, row, "Person", candidate.trim())?,
            positive: true,
            groups: Vec::new(),
            shown: None,
            row,
        });
    }
    Ok(pairs)
}

/// YAML as far as the sets need it: texts, lists and maps. Anchors and tags are refused, so that a small file stays small.
enum Node {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

const MOST_DEEP: usize = 16;

fn checks(name: &str, text: &str) -> Result<Vec<Pair>, Refusal> {
    let fail = |reason: String| Refusal::new(name, reason);
    let mut parser = Parser::new_from_str(text);
    let mut root = None;
    loop {
        let (event, mark) = parser.next_token().map_err(|e| fail(e.to_string()))?;
        match event {
            Event::StreamEnd => break,
            Event::StreamStart | Event::DocumentStart | Event::DocumentEnd | Event::Nothing => {}
            event if root.is_none() => root = Some(node(&mut parser, event, 0).map_err(fail)?),
            _ => return Err(fail("holds more than one document".into()).row(mark.line() as u64)),
        }
    }
    let Some(Node::Map(top)) = root else { return Err(fail("is not a map with checks".into())) };
    let Some((_, Node::List(list))) = top.into_iter().find(|(k, _)| k == "checks") else {
        return Err(fail("has no list of checks".into()));
    };
    let mut pairs = Vec::new();
    for (n, check) in list.into_iter().enumerate() {
        let row = n as u64 + 1;
        let fail = |column: &str, reason: String| Refusal::new(name, reason).row(row).column(column);
        let Node::Map(fields) = check else { return Err(fail("", "is not a map".into())) };
        let mut positive = None;
        let mut schema = String::new();
        let (mut query, mut candidate) = (None, None);
        let mut groups = Vec::new();
        for (key, value) in fields {
            match (key.as_str(), value) {
                ("match", Node::Text(t)) => positive = Some(t == "true"),
                ("schema", Node::Text(t)) => schema = t,
                ("query", Node::Map(m)) => query = Some(m),
                ("candidate", Node::Map(m)) => candidate = Some(m),
                ("label" | "name" | "comment" | "note" | "description", Node::Text(_)) => {}
                ("category" | "group", Node::Text(t)) => groups.push(("category", t)),
                (other, _) => return Err(fail(other, "is not a field of a check".into())),
            }
        }
        let positive = positive.ok_or_else(|| fail("match", "is missing".into()))?;
        let side = |fields: Option<Vec<(String, Node)>>, key: &str| -> Result<Entity, Refusal> {
            let fields = fields.ok_or_else(|| fail(key, "is missing".into()))?;
            let known = model().schema(&schema).ok_or_else(|| fail("schema", format!("\"{schema}\" is no schema")))?;
            let mut entity = Entity::new("", known);
            for (property, value) in fields {
                let values = match value {
                    Node::Text(t) => vec![t],
                    Node::List(l) => l.into_iter().filter_map(|n| if let Node::Text(t) = n { Some(t) } else { None }).collect(),
                    Node::Map(_) => return Err(fail(&property, "holds a map, not a text or a list of texts".into())),
                };
                for text in values {
                    if !entity.add(&property, text) {
                        return Err(fail(&property, format!("is no property of {schema}")));
                    }
                }
            }
            Ok(entity)
        };
        pairs.push(Pair { query: side(query, "query")?, candidate: side(candidate, "candidate")?, positive, groups, shown: None, row });
    }
    Ok(pairs)
}

fn node(parser: &mut Parser<std::str::Chars<'_>>, event: Event, depth: usize) -> Result<Node, String> {
    if depth > MOST_DEEP {
        return Err("is nested too deeply".into());
    }
    let next = |parser: &mut Parser<std::str::Chars<'_>>| parser.next_token().map(|(e, _)| e).map_err(|e| e.to_string());
    match event {
        Event::Scalar(text, ..) => Ok(Node::Text(text)),
        Event::SequenceStart(..) => {
            let mut list = Vec::new();
            loop {
                match next(parser)? {
                    Event::SequenceEnd => return Ok(Node::List(list)),
                    event => list.push(node(parser, event, depth + 1)?),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut map: Vec<(String, Node)> = Vec::new();
            loop {
                let key = match next(parser)? {
                    Event::MappingEnd => return Ok(Node::Map(map)),
                    Event::Scalar(text, ..) => text,
                    _ => return Err("has a key that is no text".into()),
                };
                let event = next(parser)?;
                let value = node(parser, event, depth + 1)?;
                if map.iter().any(|(k, _)| *k == key) {
                    return Err(format!("has the key \"{key}\" twice in one map"));
                }
                map.push((key, value));
            }
        }
        Event::Alias(_) => Err("uses an anchor, which is not read here".into()),
        _ => Err("ends in the middle of a value".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_seen_from_its_text() {
        let json = r#"{"judgement":"positive","kind":"k","left":{"id":"a","schema":"Person","properties":{"name":["A B"]}},"right":{"id":"b","schema":"Person","properties":{"name":["B A"]}}}"#;
        assert_eq!(read_text("x", json).expect("pairs")[0].groups, [("kind", "k".to_owned())]);
        let csv = "case_group,schema,name1,name2,is_match,quality,category,notes\ng,Company,A,B,false,STRONG,,\n";
        let pairs = read_text("x", csv).expect("pairs");
        assert!(!pairs[0].positive && pairs[0].groups.len() == 2);
        let tool = "query_name,result_name,ofac_score\nA,\"B, C\",99\n";
        assert_eq!(read_text("x", tool).expect("pairs")[0].shown, Some(99.0));
        let bare = "# Format: Query,Expected Match,Min Score,Description\nJane,Jana,0.9,x\n";
        assert!(read_text("x", bare).expect("pairs")[0].positive);
        let yaml = "checks:\n  # a remark\n  - match: false\n    schema: Person\n    query:\n      name: A\n    candidate:\n      name:\n        - B\n        - C D\n      birthDate: 1970\n";
        let pairs = read_text("x", yaml).expect("pairs");
        assert_eq!(pairs[0].candidate.get("name"), ["B", "C D"]);
        assert_eq!(pairs[0].candidate.get("birthDate"), ["1970"]);
    }

    #[test]
    fn what_is_no_set_is_refused_with_a_reason() {
        for (text, reason) in [
            ("hello", "no set of pairs"),
            ("{\"left\":1}", "judgement"),
            ("schema,name1,name2,is_match\nPerson,a,b,perhaps\n", "neither true nor false"),
            ("schema,name1,name2,is_match\nNobody,a,b,true\n", "no schema"),
            ("checks:\n  - match: true\n    schema: Person\n    query: {nope: 1}\n    candidate: {name: x}\n", "no property"),
            ("checks: &a [*a]\n", "anchor"),
            ("checks: []\n", "no pair"),
        ] {
            let error = read_text("x", text).expect_err("refused").to_string();
            assert!(error.contains(reason), "{text:?} gives {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(head in "checks:|\\{|name1,name2,is_match|# Query,Expected Match,Min Score|", text in ".{0,120}") {
            let _ = read_text("x", &format!("{head}\n{text}"));
            let _ = read_text("x", &format!("{head}{text}"));
        }
    }
}
