//! Health, catalogue, algorithms, updates, and the page at `/`.

use std::fmt::Write as _;

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::fault::Fault;
use crate::routes::{Asked, ROUTES, Reply};
use crate::{scoring, wire};

fn json(value: &Value) -> Reply {
    let mut out = Vec::new();
    wire::put(&mut out, value);
    Reply::json(out)
}

fn ok() -> Reply {
    json(&json!({"status": "ok"}))
}

#[expect(clippy::unnecessary_wraps, reason = "all routes have one form")]
pub(crate) fn health() -> Result<Reply, Fault> {
    Ok(ok())
}

pub(crate) fn ready(asked: &Asked<'_>) -> Result<Reply, Fault> {
    asked.state.served().map(|_| ok())
}

/// The catalogue. A client that has it already is told so (304).
pub(crate) fn catalog(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let mut reply = json(&asked.state.catalog()?);
    let hash: String = Sha256::digest(&reply.body).iter().take(12).map(|b| format!("{b:02x}")).collect();
    let tag = format!("\"{hash}\"");
    let known = asked.headers.get(header::IF_NONE_MATCH).and_then(|h| h.to_str().ok()).unwrap_or_default();
    if known.split(',').map(str::trim).any(|t| t == tag || t == "*" || t.strip_prefix("W/") == Some(&tag)) {
        reply.status = StatusCode::NOT_MODIFIED;
        reply.body.clear();
    }
    reply.headers.push((header::ETAG, tag));
    Ok(reply)
}

#[expect(clippy::unnecessary_wraps, reason = "all routes have one form")]
pub(crate) fn algorithms() -> Result<Reply, Fault> {
    Ok(json(&scoring::document()))
}

/// Loads the lists again, at once or behind the reply.
pub(crate) async fn update(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let token = asked.query.text("token");
    let right = asked.state.0.token.is_some_and(|known| crate::settings::same(&known, &crate::settings::hash(token)));
    if token.trim().is_empty() || !right {
        return Err(Fault::theirs(403, "Invalid token."));
    }
    let state = asked.state.clone();
    if !asked.query.boolean("sync") {
        tokio::task::spawn_blocking(move || state.update_behind());
        return Ok(ok());
    }
    match tokio::task::spawn_blocking(move || state.update()).await {
        Ok(Ok(())) => Ok(ok()),
        Ok(Err(error)) => Err(Fault::ours(500, "lists", "Lists not loaded", format!("Those served before stay. {error}"))),
        Err(_) => Err(Fault::ours(500, "internal", "Internal error", "The update stopped.")),
    }
}

/// A page that names all routes, made of the same table as the router. It loads nothing from elsewhere.
#[expect(clippy::unnecessary_wraps, reason = "all routes have one form")]
pub(crate) fn home(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let title = escape(&asked.state.0.settings.title);
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <style>body{{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}}td{{padding:.2em 1em .2em 0;vertical-align:top}}</style>\
         <h1>{title}</h1><p>Screening in the words of the yente API. All parameters, bodies and replies: <a href=\"/openapi.json\">openapi.json</a>.</p><table>"
    );
    for route in ROUTES {
        let method = if route.post { "POST" } else { "GET" };
        // Writing into a text does not fail.
        let _ = write!(page, "<tr><td>{method}<td><code>{}</code><td>{}", escape(route.path), escape(route.summary));
    }
    page.push_str("</table></html>");
    Ok(Reply::page(page))
}

/// Text that is safe inside HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
