//! One table of what is served: the router and the OpenAPI document are both made from it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use http_body_util::BodyExt;
use percent_encoding::percent_decode_str;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::fault::Fault;
use crate::params::{Kind, Param, Query, param};
use crate::settings::Limits;
use crate::state::State;
use crate::{admin, entities, matching, openapi, reconcile, search};

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Match,
    Search,
    Entity,
    Adjacent,
    AdjacentBy,
    ReconcileManifest,
    Reconcile,
    Preview,
    SuggestEntity,
    SuggestProperty,
    SuggestType,
    ExtendProperty,
    Catalog,
    Algorithms,
    Health,
    Ready,
    Update,
    OpenApi,
    Home,
}

/// One route.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) op: Op,
    pub(crate) post: bool,
    pub(crate) path: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) params: &'static [Param],
    /// Name of the schema of the body, if it has one, and its media type.
    pub(crate) body: Option<(&'static str, &'static str)>,
    /// Name of the schema of the reply.
    pub(crate) reply: &'static str,
    /// Other statuses, each with what it means.
    pub(crate) other: &'static [(u16, &'static str)],
    /// If it is served without a key.
    pub(crate) public: bool,
}

const LIMIT: Kind = Kind::Integer { most: Some(500) };
const OFFSET: Kind = Kind::Integer { most: Some(9_499) };
const INCLUDE: Param = param("include_dataset", Kind::Texts, "", "Only entities of these datasets, within the one of the path.");
const EXCLUDE: Param = param("exclude_dataset", Kind::Texts, "", "Leave these datasets out of the one of the path.");
const EXCLUDE_SCHEMA: Param = param("exclude_schema", Kind::Texts, "", "Leave entities of these schemata out.");
const CHANGED: Param = param("changed_since", Kind::Stamp, "", "Only entities that changed after this day or moment.");
const AS_OF: Param = param("as_of", Kind::Day, "", "Day at which it is told if an entity was on a list: each result then has a `listing`, and entities that were not yet or no longer on a list are shown too.").ours();
const TOPICS: Param = param("topics", Kind::Texts, "", "Only entities with any of these topics, such as `sanction`.");
const ALGORITHM: Param = param(
    "algorithm",
    Kind::Text,
    "best",
    "Name of the algorithm; see `/algorithms`. Names of yente are taken, all but `ofac` mean the same one.",
);
const PREFIX: Param = param("prefix", Kind::Text, "", "What was typed so far.");
const SORT: Param = param("sort", Kind::Texts, "", "Fields to order by, each as `field:asc` or `field:desc`.");

const MATCH: &[Param] = &[
    param("limit", LIMIT, "5", "Most results for each query."),
    param("threshold", Kind::Number, "0.7", "Score from which a result counts as a match; exactly this score counts too."),
    param("cutoff", Kind::Number, "0.7", "Score from which results are given back, if it is below the threshold.").deprecated(),
    ALGORITHM,
    INCLUDE,
    EXCLUDE_SCHEMA,
    EXCLUDE,
    TOPICS,
    CHANGED,
    param("exclude_entity_ids", Kind::Texts, "", "Ids, own ones or referents, of entities to leave out."),
    AS_OF,
];

/// What `/search` counts.
pub(crate) const FACETS: &[&str] = &["datasets", "schema", "countries", "identifiers", "topics", "genders"];

const SEARCH: &[Param] = &[
    param("q", Kind::Text, "", "Words, all of which are wanted; also `\"a phrase\"`, `OR`, `NOT`, `field:value`, `wor*`."),
    param("schema", Kind::Text, "Thing", "Schema of the entities, or one that theirs extends."),
    INCLUDE,
    EXCLUDE,
    EXCLUDE_SCHEMA,
    CHANGED,
    param("countries", Kind::Texts, "", "Only entities with any of these countries."),
    TOPICS,
    param("datasets", Kind::Texts, "", "Only entities of any of these datasets."),
    param("filter", Kind::Texts, "", "Only entities with this value, as `field:value`."),
    param("limit", LIMIT, "10", "Most results."),
    param("offset", OFFSET, "0", "Results left out at the start."),
    SORT,
    param("target", Kind::Boolean, "", "Only entities that are targets themselves, or only others.").deprecated(),
    param("fuzzy", Kind::Boolean, "false", "Words may be spelt with a letter or two otherwise."),
    param("simple", Kind::Boolean, "false", "Take the words as they are, without operators."),
    param("facets", Kind::Some(FACETS), "countries,topics,datasets", "What is counted."),
    param("filter_op", Kind::One(&["AND", "OR"]), "OR", "If all values of one filter are wanted, or any."),
    AS_OF,
    param(
        "cursor",
        Kind::Text,
        "",
        "Page through all results: empty to begin, then `next` of the reply before. It takes the place of `offset` and has no upper bound.",
    )
    .ours(),
];

const ADJACENT: &[Param] =
    &[SORT, param("limit", LIMIT, "10", "Most results for each property."), param("offset", OFFSET, "0", "Results left out at the start.")];

const NO_DATASET: (u16, &str) = (404, "No such dataset");
const NO_ENTITY: (u16, &str) = (404, "No such entity");
const MOVED: (u16, &str) = (308, "The entity has another id");
const WRONG: (u16, &str) = (400, "The query makes no sense");
const INVALID: (u16, &str) = (422, "A parameter or the body is not of the right form");

/// All that is served.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        op: Op::Match,
        post: true,
        path: "/match/{dataset}",
        tag: "Matching",
        summary: "Who on the lists resembles these parties?",
        params: MATCH,
        body: Some(("EntityMatchQuery", "application/json")),
        reply: "EntityMatchResponse",
        other: &[WRONG, NO_DATASET, INVALID],
        public: false,
    },
    Route {
        op: Op::Search,
        post: false,
        path: "/search/{dataset}",
        tag: "Matching",
        summary: "Which entities hold these words?",
        params: SEARCH,
        body: None,
        reply: "SearchResponse",
        other: &[WRONG, NO_DATASET, INVALID],
        public: false,
    },
    Route {
        op: Op::Entity,
        post: false,
        path: "/entities/{entity_id}",
        tag: "Data access",
        summary: "One entity, with those linked to it",
        params: &[param("nested", Kind::Boolean, "true", "Put linked entities in the place of their ids."), AS_OF],
        body: None,
        reply: "EntityResponse",
        other: &[MOVED, NO_ENTITY, INVALID],
        public: false,
    },
    Route {
        op: Op::Adjacent,
        post: false,
        path: "/entities/{entity_id}/adjacent",
        tag: "Data access",
        summary: "Entities linked to one, by property",
        params: ADJACENT,
        body: None,
        reply: "EntityAdjacentResponse",
        other: &[MOVED, NO_ENTITY, INVALID],
        public: false,
    },
    Route {
        op: Op::AdjacentBy,
        post: false,
        path: "/entities/{entity_id}/adjacent/{property_name}",
        tag: "Data access",
        summary: "Entities linked to one by one property",
        params: ADJACENT,
        body: None,
        reply: "AdjacentResultsResponse",
        other: &[MOVED, NO_ENTITY, INVALID],
        public: false,
    },
    Route {
        op: Op::ReconcileManifest,
        post: false,
        path: "/reconcile/{dataset}",
        tag: "Reconciliation",
        summary: "What the reconciliation service can do (W3C Reconciliation Service API 0.2)",
        params: &[
            param("queries", Kind::Text, "", "Queries as JSON, answered as if they were posted.").ours(),
            param("extend", Kind::Text, "", "A data extension query as JSON, answered as if it was posted.").ours(),
            ALGORITHM,
            CHANGED,
        ],
        body: None,
        reply: "ReconciliationManifest",
        other: &[WRONG, NO_DATASET],
        public: false,
    },
    Route {
        op: Op::Reconcile,
        post: true,
        path: "/reconcile/{dataset}",
        tag: "Reconciliation",
        summary: "Reconciles a batch of names, or fetches properties",
        params: &[ALGORITHM, CHANGED],
        body: Some(("ReconciliationForm", "application/x-www-form-urlencoded")),
        reply: "ReconciliationReply",
        other: &[WRONG, NO_DATASET, INVALID],
        public: false,
    },
    Route {
        op: Op::Preview,
        post: false,
        path: "/reconcile/{dataset}/preview/{entity_id}",
        tag: "Reconciliation",
        summary: "An entity as a small page",
        params: &[],
        body: None,
        reply: "Page",
        other: &[NO_ENTITY],
        public: false,
    },
    Route {
        op: Op::SuggestEntity,
        post: false,
        path: "/reconcile/{dataset}/suggest/entity",
        tag: "Reconciliation",
        summary: "Entities whose name begins so",
        params: &[PREFIX, param("limit", LIMIT, "10", "Most suggestions.")],
        body: None,
        reply: "EntitySuggestions",
        other: &[NO_DATASET, INVALID],
        public: false,
    },
    Route {
        op: Op::SuggestProperty,
        post: false,
        path: "/reconcile/{dataset}/suggest/property",
        tag: "Reconciliation",
        summary: "Properties whose name begins so",
        params: &[PREFIX],
        body: None,
        reply: "PropertySuggestions",
        other: &[NO_DATASET],
        public: false,
    },
    Route {
        op: Op::SuggestType,
        post: false,
        path: "/reconcile/{dataset}/suggest/type",
        tag: "Reconciliation",
        summary: "Schemata whose name begins so",
        params: &[PREFIX],
        body: None,
        reply: "TypeSuggestions",
        other: &[NO_DATASET],
        public: false,
    },
    Route {
        op: Op::ExtendProperty,
        post: false,
        path: "/reconcile/{dataset}/extend/property",
        tag: "Reconciliation",
        summary: "Properties that can be fetched",
        params: &[
            param("type", Kind::Text, "Thing", "Schema of the entities."),
            param("limit", Kind::Integer { most: None }, "0", "Most properties; 0 for all."),
        ],
        body: None,
        reply: "PropertyProposal",
        other: &[WRONG],
        public: false,
    },
    Route {
        op: Op::Catalog,
        post: false,
        path: "/catalog",
        tag: "Data access",
        summary: "The datasets that are served",
        params: &[],
        body: None,
        reply: "DataCatalogModel",
        other: &[],
        public: false,
    },
    Route {
        op: Op::Catalog,
        post: false,
        path: "/manifest",
        tag: "Data access",
        summary: "The datasets that are served, under an older name",
        params: &[],
        body: None,
        reply: "DataCatalogModel",
        other: &[],
        public: false,
    },
    Route {
        op: Op::Algorithms,
        post: false,
        path: "/algorithms",
        tag: "System information",
        summary: "How scores are made",
        params: &[],
        body: None,
        reply: "AlgorithmResponse",
        other: &[],
        public: false,
    },
    Route {
        op: Op::Health,
        post: false,
        path: "/healthz",
        tag: "System information",
        summary: "Is the process there?",
        params: &[],
        body: None,
        reply: "StatusResponse",
        other: &[],
        public: true,
    },
    Route {
        op: Op::Ready,
        post: false,
        path: "/readyz",
        tag: "System information",
        summary: "Are the lists loaded?",
        params: &[],
        body: None,
        reply: "StatusResponse",
        other: &[(503, "Lists are not loaded yet")],
        public: true,
    },
    Route {
        op: Op::Update,
        post: true,
        path: "/updatez",
        tag: "System information",
        summary: "Loads the lists again",
        params: &[
            param("token", Kind::Text, "", "The token that the server was started with."),
            param("sync", Kind::Boolean, "false", "Reply when it is done."),
        ],
        body: None,
        reply: "StatusResponse",
        other: &[(403, "Another token"), INVALID, (500, "Lists not loaded; those served before stay")],
        public: true,
    },
    Route {
        op: Op::OpenApi,
        post: false,
        path: "/openapi.json",
        tag: "System information",
        summary: "This document",
        params: &[],
        body: None,
        reply: "Anything",
        other: &[],
        public: true,
    },
    Route {
        op: Op::Home,
        post: false,
        path: "/",
        tag: "System information",
        summary: "A page that names all routes",
        params: &[],
        body: None,
        reply: "Page",
        other: &[],
        public: true,
    },
];

/// All routes over a state, for `serve` and for tests.
pub fn router(state: State) -> Router {
    let origins = state.0.settings.origins.clone();
    let allowed = AllowOrigin::predicate(move |origin, _| is_loopback(origin) || origins.iter().any(|o| o.as_bytes() == origin.as_bytes()));
    let cors = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_NONE_MATCH])
        .expose_headers([HeaderName::from_static("x-batch-size"), header::ETAG]);
    let mut router = Router::new();
    for route in ROUTES {
        let filter = if route.post { MethodFilter::POST } else { MethodFilter::GET };
        let state = state.clone();
        router = router.route(
            route.path,
            on(filter, move |path: Result<Path<HashMap<String, String>>, PathRejection>, request: Request<Body>| {
                answer(route, state.clone(), path, request)
            }),
        );
    }
    router
        .fallback(|| async { Fault::ours(404, "not-found", "Not found", "Not Found") })
        .method_not_allowed_fallback(|| async { Fault::ours(405, "method", "Method not allowed", "Method Not Allowed") })
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a request ended in a panic");
            Fault::ours(500, "internal", "Internal error", "The request could not be answered. Please report it.").into_response()
        }))
        .layer(cors)
}

/// If a web origin is a page of this machine, such as that of a local OpenRefine.
fn is_loopback(origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let Some(host) = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) else { return false };
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// A request, read whole.
pub(crate) struct Asked<'a> {
    pub(crate) state: &'a State,
    pub(crate) path: &'a HashMap<String, String>,
    pub(crate) query: Query<'a>,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Bytes,
}

impl Asked<'_> {
    /// A part of the path; the router only calls with the parts of the route.
    pub(crate) fn part(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// Address under which the client reaches the server.
    pub(crate) fn base(&self) -> String {
        if let Some(url) = &self.state.0.settings.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let host = self.headers.get(header::HOST).and_then(|h| h.to_str().ok());
        let fits = |host: &&str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b));
        format!("http://{}", host.filter(fits).unwrap_or("localhost"))
    }
}

/// A reply, and what the access log tells of it.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) body: Vec<u8>,
    pub(crate) kind: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, String)>,
    /// Queries answered.
    pub(crate) queries: usize,
    /// Results given.
    pub(crate) results: usize,
}

impl Reply {
    pub(crate) fn json(body: Vec<u8>) -> Self {
        Self { body, kind: "application/json", status: StatusCode::OK, headers: Vec::new(), queries: 1, results: 0 }
    }

    pub(crate) fn page(body: String) -> Self {
        Self { kind: "text/html; charset=utf-8", ..Self::json(body.into_bytes()) }
    }

    pub(crate) fn batch(mut self, size: usize) -> Self {
        self.headers.push((HeaderName::from_static("x-batch-size"), size.to_string()));
        self.queries = size;
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

async fn answer(
    route: &'static Route,
    state: State,
    path: Result<Path<HashMap<String, String>>, PathRejection>,
    request: Request<Body>,
) -> Response {
    let began = Instant::now();
    let limits = state.0.settings.limits;
    let work = handle(route, &state, path, request, &limits);
    // An update that is waited for takes as long as the lists are large.
    let result = if route.op == Op::Update {
        work.await
    } else {
        tokio::time::timeout(limits.request, work).await.unwrap_or_else(|_| Err(Fault::late()))
    };
    let (queries, results) = result.as_ref().map_or((0, 0), |r| (r.queries, r.results));
    let bytes = result.as_ref().map_or(0, |r| r.body.len());
    let response = result.into_response();
    // Counts only: what was asked about is personal data, and so are ids in paths.
    tracing::info!(
        route = route.path,
        status = response.status().as_u16(),
        queries,
        results,
        bytes,
        microseconds = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

async fn handle(
    route: &'static Route,
    state: &State,
    path: Result<Path<HashMap<String, String>>, PathRejection>,
    request: Request<Body>,
    limits: &Limits,
) -> Result<Reply, Fault> {
    let (parts, body) = request.into_parts();
    let text = parts.uri.query().unwrap_or_default();
    if parts.uri.path().len() + text.len() + usize::from(!text.is_empty()) > limits.url {
        return Err(Fault::theirs(414, "Request URI too long"));
    }
    if !route.public && !admitted(state, route, &parts.headers, text) {
        return Err(Fault::ours(401, "key", "API key needed", "Send a key as `Authorization: ApiKey ...`."));
    }
    let Path(path) = path.map_err(|_| Fault::ours(400, "path", "Path not readable", "The path is not UTF-8."))?;
    let body = if route.post && route.op != Op::Update { read_body(body, &parts.headers, limits).await? } else { Bytes::new() };
    // What follows computes: only so many at the same time.
    let _permit = match route.public {
        true => None,
        false => Some(state.0.work.acquire().await.map_err(|_| Fault::not_ready())?),
    };
    let query = Query::read(text, route.params)?;
    let asked = Asked { state, path: &path, query, uri: &parts.uri, headers: &parts.headers, body };
    match route.op {
        Op::Match => matching::answer(&asked).await,
        Op::Search => search::answer(&asked),
        Op::Entity => entities::one(&asked),
        Op::Adjacent => entities::adjacent(&asked),
        Op::AdjacentBy => entities::adjacent_by(&asked),
        Op::ReconcileManifest => reconcile::get(&asked).await,
        Op::Reconcile => reconcile::post(&asked).await,
        Op::Preview => reconcile::preview(&asked),
        Op::SuggestEntity => reconcile::suggest_entity(&asked),
        Op::SuggestProperty => reconcile::suggest_property(&asked),
        Op::SuggestType => reconcile::suggest_type(&asked),
        Op::ExtendProperty => reconcile::extend_property(&asked),
        Op::Catalog => admin::catalog(&asked),
        Op::Algorithms => admin::algorithms(),
        Op::Health => admin::health(),
        Op::Ready => admin::ready(&asked),
        Op::Update => admin::update(&asked).await,
        Op::OpenApi => Ok(openapi::reply()),
        Op::Home => admin::home(&asked),
    }
}

/// If the client may ask: no key is set, or it shows one. Reconciliation clients cannot send headers, so theirs may be in the address.
fn admitted(state: &State, route: &Route, headers: &HeaderMap, query: &str) -> bool {
    let keys = &state.0.settings.keys;
    if keys.is_empty() {
        return true;
    }
    let shown = headers.get(header::AUTHORIZATION).and_then(|h| h.to_str().ok());
    if let Some((scheme, key)) = shown.and_then(|h| h.trim().split_once(' '))
        && ["apikey", "bearer", "token"].iter().any(|s| scheme.eq_ignore_ascii_case(s))
    {
        return keys.holds(key);
    }
    route.tag == "Reconciliation"
        && query
            .split('&')
            .filter_map(|pair| pair.strip_prefix("api_key="))
            .any(|key| percent_decode_str(key).decode_utf8().is_ok_and(|key| keys.holds(&key)))
}

/// Reads a body, as large and as slow as the limits allow.
async fn read_body(mut body: Body, headers: &HeaderMap, limits: &Limits) -> Result<Bytes, Fault> {
    let large = || {
        let detail = format!("The body has more than {} bytes. Send fewer queries at once.", limits.body);
        Fault::ours(413, "body", "Body too large", detail)
    };
    let told = headers.get(header::CONTENT_LENGTH).and_then(|h| h.to_str().ok()).and_then(|h| h.parse::<u64>().ok());
    if told.is_some_and(|told| told > limits.body as u64) {
        drain(body, limits.idle.min(Duration::from_secs(2))).await;
        return Err(large());
    }
    let mut whole: Vec<u8> = Vec::with_capacity(usize::try_from(told.unwrap_or(0)).unwrap_or(0));
    loop {
        let frame = tokio::time::timeout(limits.idle, body.frame()).await;
        let frame = frame.map_err(|_| Fault::ours(408, "slow", "Body too slow", "The body stopped arriving."))?;
        let Some(frame) = frame else { return Ok(Bytes::from(whole)) };
        let frame = frame.map_err(|_| Fault::ours(400, "body", "Body not readable", "The body ended early."))?;
        let Ok(data) = frame.into_data() else { continue };
        if whole.len() + data.len() > limits.body {
            drain(body, limits.idle.min(Duration::from_secs(2))).await;
            return Err(large());
        }
        whole.extend_from_slice(&data);
    }
}

/// Takes in and forgets what a client still sends, for a moment, so that it reads the refusal instead of a broken connection.
async fn drain(mut body: Body, time: Duration) {
    let _ = tokio::time::timeout(time, async { while let Some(Ok(_)) = body.frame().await {} }).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_machine_are_let_in_by_default() {
        let is = |text: &'static str| is_loopback(&HeaderValue::from_static(text));
        assert!(is("http://127.0.0.1:3333") && is("http://localhost") && is("https://[::1]:8080"));
        assert!(!is("https://example.org") && !is("http://127.0.0.1.example.org") && !is("null") && !is("http://localhost:x"));
    }

    #[test]
    fn no_two_routes_are_the_same_and_each_parameter_is_there_once() {
        for (number, route) in ROUTES.iter().enumerate() {
            assert!(!ROUTES[..number].iter().any(|r| (r.path, r.post) == (route.path, route.post)), "{}", route.path);
            for (at, param) in route.params.iter().enumerate() {
                assert!(!route.params[..at].iter().any(|p| p.name == param.name), "{} {}", route.path, param.name);
            }
        }
    }
}
