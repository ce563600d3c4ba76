//! What a page says about itself: title, author, outlet, day of publication, language.

use jiff::civil::Date;
use serde_json::Value;

use super::dom::{Data, Dom};
use super::html::{Order, squeeze};

/// The most bytes of one embedded description that are read.
const MAX_JSON: usize = 1 << 20;

/// The most nodes below a name, a title or a heading that are looked at.
const MAX_STEPS: usize = 300;

#[derive(Debug, Default)]
pub(crate) struct Meta {
    /// What `<title>` or the sharing title says, name of the outlet included.
    pub title: Option<String>,
    /// The headline alone.
    pub headline: Option<String>,
    pub author: Option<String>,
    pub publisher: Option<String>,
    pub published: Option<Date>,
    pub lang: Option<String>,
}

/// Reads meta elements, JSON-LD and time elements; the first that says something wins, in that order.
pub(crate) fn read(dom: &Dom, order: &Order) -> Meta {
    let mut out = Meta::default();
    let mut json = Meta::default();
    let mut title = None;
    let (mut time, mut by) = (None, None);
    let mut home = None;
    let mut headings = Vec::new();
    for index in order.nodes() {
        let node = &dom.nodes[index];
        match node.tag() {
            "html" => out.lang = out.lang.or_else(|| node.attribute("lang").or(node.attribute("xml:lang")).and_then(language)),
            "title" => title = title.or_else(|| some(text(dom, index))),
            "meta" => element(node, &mut out),
            "script" if node.attribute("type").is_some_and(|t| t.trim().eq_ignore_ascii_case("application/ld+json")) => {
                let text = text(dom, index);
                if text.len() <= MAX_JSON
                    && let Ok(value) = serde_json::from_str::<Value>(&text)
                {
                    linked(&value, &mut json, 0);
                }
            }
            "time" if time.is_none() => time = node.attribute("datetime").and_then(date),
            "h1" => headings.push(text(dom, index)),
            "a" => {
                let rel = node.attribute("rel").is_some_and(|r| r.split_ascii_whitespace().any(|w| w == "author"));
                if rel && by.is_none() {
                    by = some(text(dom, index));
                }
                // The name of the outlet leads home; a link that says no more than "Home" does not count.
                if home.is_none() && node.attribute("href") == Some("/") {
                    home = name_of_outlet(dom, index);
                }
            }
            _ => {}
        }
        if by.is_none() && node.attribute("itemprop") == Some("author") {
            by = some(text(dom, index)).filter(|t| t.chars().count() < 80);
        }
        if time.is_none() && matches!(node.attribute("itemprop"), Some("datePublished")) {
            time = node.attribute("content").or(node.attribute("datetime")).and_then(date);
        }
    }
    out.headline = json.headline;
    out.author = out.author.or(json.author).or(by);
    out.publisher =
        out.publisher.or(json.publisher).or(home).or_else(|| title.as_deref().and_then(|t| outlet_in_title(dom, order, t, &headings)));
    out.published = out.published.or(json.published).or(time);
    out.title = title.or(out.title);
    out
}

fn element(node: &super::dom::Node, out: &mut Meta) {
    let Some(content) = node.attribute("content").map(squeeze).filter(|c| !c.is_empty() && c.len() < 2_000) else { return };
    let Some(name) = node.attribute("property").or(node.attribute("name")).or(node.attribute("itemprop")) else { return };
    match name.to_ascii_lowercase().as_str() {
        "og:site_name" | "application-name" | "dc.publisher" | "citation_publisher" => {
            out.publisher = out.publisher.take().or(Some(content))
        }
        "og:title" | "twitter:title" | "dc.title" => out.title = out.title.take().or(Some(content)),
        "author" | "article:author" | "parsely-author" | "dc.creator" | "sailthru.author" | "byl"
            if !content.contains("://") && content.chars().count() < 120 =>
        {
            let name = content.strip_prefix("By ").or_else(|| content.strip_prefix("by ")).unwrap_or(&content);
            out.author = out.author.take().or_else(|| some(name.to_owned()));
        }
        "article:published_time"
        | "og:article:published_time"
        | "og:published_time"
        | "datepublished"
        | "date"
        | "pubdate"
        | "publishdate"
        | "publish-date"
        | "dc.date"
        | "dc.date.issued"
        | "dcterms.created"
        | "dcterms.issued"
        | "parsely-pub-date"
        | "sailthru.date"
        | "citation_publication_date" => {
            out.published = out.published.or_else(|| date(&content));
        }
        "og:locale" | "content-language" => out.lang = out.lang.take().or_else(|| language(&content)),
        _ => {}
    }
}

/// Descriptions of articles in JSON-LD, also in lists and graphs.
fn linked(value: &Value, out: &mut Meta, depth: usize) {
    if depth > 6 {
        return;
    }
    match value {
        Value::Array(items) => items.iter().take(200).for_each(|v| linked(v, out, depth + 1)),
        Value::Object(map) => {
            let kind = map.get("@type").map(|t| match t {
                Value::Array(a) => a.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
                other => other.as_str().unwrap_or_default().to_owned(),
            });
            let article = kind.is_some_and(|k| k.contains("Article") || k.contains("Posting") || k.contains("Report"));
            if article {
                let text = |key: &str| map.get(key).and_then(Value::as_str).map(squeeze).filter(|s| !s.is_empty());
                out.headline = out.headline.take().or_else(|| text("headline"));
                out.published = out.published.or_else(|| text("datePublished").and_then(|d| date(&d)));
                out.author = out.author.take().or_else(|| map.get("author").and_then(|a| name(a, 0)));
                out.publisher = out.publisher.take().or_else(|| map.get("publisher").and_then(|p| name(p, 0)));
            }
            for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                if let Some(inner) = map.get(key) {
                    linked(inner, out, depth + 1);
                }
            }
        }
        _ => {}
    }
}

fn name(value: &Value, depth: usize) -> Option<String> {
    match value {
        Value::String(s) if !s.contains("://") => some(squeeze(s)),
        Value::Object(map) if depth < 4 => name(map.get("name")?, depth + 1),
        Value::Array(items) if depth < 4 => {
            let names: Vec<String> = items.iter().take(20).filter_map(|v| name(v, depth + 1)).collect();
            some(names.join(", "))
        }
        _ => None,
    }
}

/// Text of a home link, where it is a name.
fn name_of_outlet(dom: &Dom, index: usize) -> Option<String> {
    let mut name = text(dom, index);
    if name.is_empty() {
        // A logo's alternative text.
        let mut child = dom.nodes[index].first;
        while let Some(c) = child {
            if let Some(alt) = dom.nodes[c].attribute("alt") {
                name = squeeze(alt);
            }
            child = dom.nodes[c].next;
        }
    }
    let low = name.to_lowercase();
    let empty =
        ["home", "front page", "homepage", "start", "main", "logo", "главная", "홈", "back", "skip"].iter().any(|w| low.starts_with(w));
    let length = name.chars().count();
    (!empty && (3..60).contains(&length)).then_some(name)
}

/// The part of a title that stands elsewhere on the page as well, and is no part of the headline.
fn outlet_in_title(dom: &Dom, order: &Order, title: &str, headings: &[String]) -> Option<String> {
    let mut title = title
        .replace(" | ", "\n")
        .replace(" – ", "\n")
        .replace(" — ", "\n")
        .replace(" - ", "\n")
        .replace(" :: ", "\n")
        .replace(" » ", "\n");
    title.truncate(title.char_indices().nth(400).map_or(title.len(), |(i, _)| i));
    let parts: Vec<&str> = title.split('\n').map(str::trim).filter(|p| (4..60).contains(&p.chars().count())).collect();
    if title.lines().count() < 2 {
        return None;
    }
    let candidates = [parts.last(), parts.first()];
    for part in candidates.into_iter().flatten() {
        let low = part.to_lowercase();
        if headings.iter().any(|h| h.to_lowercase().contains(&low)) {
            continue;
        }
        let named = order.nodes().any(|n| match &dom.nodes[n].data {
            Data::Text(t) => {
                t.len() < 200 && {
                    let parent = dom.nodes[n].parent.map_or("", |p| dom.nodes[p].tag());
                    let t = t.to_lowercase();
                    parent != "title" && parent != "script" && (t.trim() == low || t.contains('©') && t.contains(&low))
                }
            }
            _ => false,
        });
        if named {
            return Some((*part).to_owned());
        }
    }
    None
}

/// All text below a node, white space made single.
pub(super) fn text(dom: &Dom, index: usize) -> String {
    let mut out = String::new();
    let mut steps = 0;
    let mut node = dom.nodes[index].first;
    while let Some(current) = node {
        if let Data::Text(t) = &dom.nodes[current].data {
            out.push_str(t);
        }
        steps += 1;
        if out.len() > MAX_JSON || steps > MAX_STEPS {
            break;
        }
        node = dom.nodes[current].first;
        let mut back = current;
        while node.is_none() && back != index {
            node = dom.nodes[back].next;
            if node.is_none() {
                match dom.nodes[back].parent {
                    Some(parent) => back = parent,
                    None => return squeeze(&out),
                }
            }
        }
    }
    squeeze(&out)
}

fn some(text: String) -> Option<String> {
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// The day at the head of a date and time as machines write them, in the zone they name.
fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    let day = text.get(..10)?;
    if let Ok(day) = day.replace('/', "-").parse::<Date>() {
        return (1900..=2200).contains(&day.year()).then_some(day);
    }
    let digits = text.get(..8)?;
    let rest = text.as_bytes().get(8);
    if digits.bytes().all(|b| b.is_ascii_digit()) && !rest.is_some_and(u8::is_ascii_digit) {
        return format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..])
            .parse()
            .ok()
            .filter(|d: &Date| (1900..=2200).contains(&d.year()));
    }
    None
}

fn language(tag: &str) -> Option<String> {
    let first: String = tag.trim().chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    (2..=3).contains(&first.len()).then_some(first)
}
