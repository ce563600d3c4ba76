use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A request that is not answered as asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// A refusal that yente also gives, in its words: a body with `detail` alone, or with what is in `more`.
    Theirs { status: u16, detail: Value, more: Vec<(&'static str, Value)> },
    /// A refusal of our own: problem details (RFC 9457), whose `detail` is where clients of yente look.
    Ours { status: u16, kind: &'static str, title: &'static str, detail: String },
    /// The entity has another id.
    Moved(String),
}

impl Fault {
    /// A refusal in yente's words.
    pub(crate) fn theirs(status: u16, detail: impl Into<String>) -> Self {
        Self::Theirs { status, detail: Value::String(detail.into()), more: Vec::new() }
    }

    /// A list of what is wrong with a request, each made by [`wrong`] (422).
    pub(crate) fn invalid(list: Vec<Value>) -> Self {
        Self::Theirs { status: 422, detail: Value::Array(list), more: Vec::new() }
    }

    pub(crate) fn ours(status: u16, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self::Ours { status, kind, title, detail: detail.into() }
    }

    pub(crate) fn not_ready() -> Self {
        Self::ours(503, "not-ready", "Lists not loaded", "Index not ready.")
    }

    pub(crate) fn late() -> Self {
        Self::ours(504, "time", "Out of time", "The request took longer than the server allows. Ask for less at once.")
    }

    pub(crate) fn too_much(what: &'static str, limit: usize) -> Self {
        Self::ours(400, "limit", "Beyond a limit", format!("Too many or too long: {what} (limit: {limit})"))
    }
}

/// One thing that is wrong with a request, as FastAPI words it: what kind, where, why, and what came.
pub(crate) fn wrong(kind: &str, place: Vec<Value>, message: impl Into<String>, input: Value, context: Option<Value>) -> Value {
    let mut item = json!({"type": kind, "loc": place, "msg": message.into(), "input": input});
    if let (Some(context), Some(object)) = (context, item.as_object_mut()) {
        object.insert("ctx".to_owned(), context);
    }
    item
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, kind, body) = match self {
            Self::Theirs { status, detail, more } => {
                let mut body = json!({"detail": detail});
                if let Some(object) = body.as_object_mut() {
                    object.extend(more.into_iter().map(|(k, v)| (k.to_owned(), v)));
                }
                (status, "application/json", body)
            }
            Self::Ours { status, kind, title, detail } => {
                let kind = format!("urn:tidewaiter:problem:{kind}");
                (status, "application/problem+json", json!({"type": kind, "title": title, "status": status, "detail": detail}))
            }
            Self::Moved(place) => {
                let Ok(value) = HeaderValue::try_from(place) else {
                    return Self::theirs(404, "No such entity!").into_response();
                };
                return (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, value)], Body::empty()).into_response();
            }
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, [(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body.to_string()).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("ApiKey"));
        }
        response
    }
}
