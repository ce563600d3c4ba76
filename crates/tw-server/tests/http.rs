//! What the server does beyond yente, and what it refuses.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use tw_server::{ListError, Lists, Settings, State, router};

const LINES: &str = r#"{"id":"x-jane","caption":"Jane Example","schema":"Person","properties":{"name":["Jane Example"],"birthDate":["1970-05-01"],"country":["gb"],"topics":["sanction"]},"datasets":["x"],"referents":["x-old"],"target":true,"listings":[{"list":"US-SDN","entry":"1","programmes":["TEST"],"listed":{"not_before":"2017-06-01","not_after":"2017-06-01"},"delisted":{"not_before":"2020-03-01","not_after":"2020-03-05"},"records":[]}]}
{"id":"x-firm","caption":"Example Trading Ltd","schema":"Company","properties":{"name":["Example Trading Ltd"],"jurisdiction":["gb"]},"datasets":["x"],"referents":[],"target":true}
{"id":"x-own","caption":"Ownership","schema":"Ownership","properties":{"owner":["x-jane"],"asset":["x-firm"],"percentage":["60"]},"datasets":["x"],"referents":[],"target":false}
{"id":"x-ship","caption":"Example Star","schema":"Vessel","properties":{"name":["Example Star"],"imoNumber":["2222224"]},"datasets":["x"],"referents":[],"target":true}
{"id":"x-sanction","caption":"Sanction","schema":"Sanction","properties":{"entity":["x-ship"],"authority":["Example Office"],"startDate":["2019-04"]},"datasets":["x"],"referents":[],"target":false}
"#;

struct Server {
    _folder: tempfile::TempDir,
    file: PathBuf,
    state: State,
    router: Router,
}

fn server(change: impl FnOnce(&mut Settings)) -> Server {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.ftm.json");
    std::fs::write(&file, LINES).expect("written");
    let mut settings = Settings { update_token: Some("a-token".to_owned()), ..Settings::default() };
    change(&mut settings);
    let state = State::new(settings, Lists::files([("x".to_owned(), file.clone())]));
    state.update().expect("lists load");
    Server { _folder: folder, file, router: router(state.clone()), state }
}

impl Server {
    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.expect("answered")
    }

    async fn get(&self, uri: &str) -> (StatusCode, Value) {
        read(self.send(Request::get(uri).body(Body::empty()).expect("a request")).await).await
    }

    async fn post(&self, uri: &str, body: impl Into<Body>) -> (StatusCode, Value) {
        read(self.send(Request::post(uri).body(body.into()).expect("a request")).await).await
    }

    async fn jane(&self, parameters: &str, more: Value) -> Value {
        let mut query = json!({"schema": "Person", "properties": {"name": ["Jane Example"], "birthDate": ["1970-05-01"]}});
        query.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        let (status, reply) = self.post(&format!("/match/x?{parameters}"), json!({"queries": {"q": query}}).to_string()).await;
        assert_eq!(status, 200, "{reply}");
        reply["responses"]["q"].clone()
    }
}

async fn read(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn as_of_tells_if_a_party_was_listed_not_yet_or_no_longer() {
    let server = server(|_| ());
    let status = |reply: &Value| reply["results"][0]["listing"]["status"].as_str().map(str::to_owned);
    for (day, expected) in
        [("2017-05-31", "not_yet"), ("2017-06-01", "listed"), ("2020-03-03", "undetermined"), ("2024-01-01", "no_longer")]
    {
        let reply = server.jane(&format!("as_of={day}"), json!({})).await;
        assert_eq!(status(&reply).as_deref(), Some(expected), "{day}");
        assert_eq!(reply["results"][0]["listing"]["list"], "US-SDN");
    }
    // Without a day, who is no longer on any list is no hit.
    assert_eq!(server.jane("", json!({})).await["results"], json!([]));
    let (_, reply) = server.get("/search/x?q=star&as_of=2019-03-31").await;
    assert_eq!(reply["results"][0]["listing"]["status"], "not_yet");
    let (_, reply) = server.get("/search/x?q=star&as_of=2019-04-15").await;
    assert_eq!(reply["results"][0]["listing"]["status"], "undetermined");
    let (_, reply) = server.get("/search/x?q=star&as_of=2019-04-30").await;
    assert_eq!(reply["results"][0]["listing"]["status"], "listed");
    assert_eq!(server.get("/search/x?as_of=2019-02-30").await.0, 422);
}

#[tokio::test]
async fn ids_are_excluded_for_one_query_or_for_all_and_by_referent() {
    let server = server(|_| ());
    let day = "as_of=2018-01-01";
    assert_eq!(server.jane(day, json!({})).await["results"][0]["id"], "x-jane");
    assert_eq!(server.jane(day, json!({"exclude_entity_ids": ["x-jane"]})).await["results"], json!([]));
    assert_eq!(server.jane(day, json!({"exclude_entity_ids": ["x-old"]})).await["results"], json!([]));
    let many: Vec<String> = (0..200).map(|n| format!("y-{n}")).collect();
    assert_eq!(server.jane(day, json!({"exclude_entity_ids": many})).await["results"][0]["id"], "x-jane");
    assert_eq!(server.jane(&format!("{day}&exclude_entity_ids=x-jane"), json!({})).await["results"], json!([]));
}

#[tokio::test]
async fn a_result_at_exactly_the_threshold_is_given() {
    let server = server(|_| ());
    let score = server.jane("as_of=2018-01-01", json!({})).await["results"][0]["score"].as_f64().expect("a score");
    let reply = server.jane(&format!("as_of=2018-01-01&threshold={score}"), json!({})).await;
    assert_eq!((reply["results"][0]["match"].as_bool(), reply["total"]["value"].as_u64()), (Some(true), Some(1)));
}

#[tokio::test]
async fn a_name_is_made_of_its_parts_and_the_tokens_of_a_match_are_told() {
    let server = server(|_| ());
    let body = json!({"queries": {"q": {"schema": "Person", "properties": {"firstName": "Jane", "lastName": "Example", "country": "United Kingdom"}}}});
    let (status, reply) = server.post("/match/default?as_of=2018-01-01", body.to_string()).await;
    assert_eq!(status, 200);
    let answer = &reply["responses"]["q"];
    assert_eq!(answer["query"]["properties"]["name"], json!(["Jane Example"]));
    assert_eq!(answer["query"]["properties"]["country"], json!(["gb"]));
    assert_eq!(answer["results"][0]["id"], "x-jane");
    let features = answer["results"][0]["explanations"].as_object().expect("features");
    for field in ["detail", "score", "query", "candidate", "weight", "role"] {
        assert!(features.values().all(|f| f.get(field).is_some()), "{field}: {features:?}");
    }
    let body = json!({"queries": {"q": {"schema": "Person", "properties": {"name": "Exampel Jane"}}}});
    let (_, reply) = server.post("/match/x?as_of=2018-01-01&threshold=0.3", body.to_string()).await;
    let name = &reply["responses"]["q"]["results"][0]["explanations"]["name_match"];
    assert!(name["tokens"][0]["contribution"].is_number(), "{name}");
}

#[tokio::test]
async fn a_cursor_leads_through_all_results_and_ends() {
    let server = server(|_| ());
    let mut cursor = String::new();
    let mut seen = Vec::new();
    for _ in 0..10 {
        let (status, reply) = server.get(&format!("/search/x?as_of=2018-01-01&limit=1&cursor={cursor}")).await;
        assert_eq!(status, 200);
        seen.extend(reply["results"].as_array().expect("results").iter().map(|r| r["id"].to_string()));
        match reply["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
    // Another question, or other lists, and the place means nothing.
    assert_eq!(server.get(&format!("/search/x?as_of=2019-01-01&limit=1&cursor={cursor}")).await.0, 410);
    assert_eq!(server.get("/search/x?cursor=nonsense").await.0, 400);
}

#[tokio::test]
async fn linked_entities_are_nested_and_a_referent_leads_to_its_entity() {
    let server = server(|_| ());
    let (_, jane) = server.get("/entities/x-jane").await;
    assert_eq!(jane["properties"]["ownershipOwner"][0]["properties"]["asset"][0]["id"], "x-firm");
    assert_eq!(jane["properties"]["ownershipOwner"][0]["properties"]["owner"], json!(["x-jane"]));
    let (_, flat) = server.get("/entities/x-own?nested=false").await;
    assert_eq!(flat["properties"]["asset"], json!(["x-firm"]));
    let (_, page) = server.get("/entities/x-jane/adjacent/ownershipOwner?limit=1").await;
    assert_eq!(page["total"]["value"], 1);
    assert_eq!(server.get("/entities/x-jane/adjacent/name").await.0, 404);
    let response = server.send(Request::get("/entities/x-old?nested=false").body(Body::empty()).expect("a request")).await;
    assert_eq!(response.status(), 308);
    assert_eq!(response.headers()[header::LOCATION], "/entities/x-jane?nested=false");
}

#[tokio::test]
async fn a_failed_update_leaves_the_lists_and_is_told_and_a_good_one_takes_their_place() {
    let server = server(|_| ());
    std::fs::write(&server.file, "{\"id\":\"broken\"").expect("written");
    let (status, reply) = server.post("/updatez?token=a-token&sync=true", Body::empty()).await;
    assert_eq!(status, 500);
    assert!(reply["detail"].as_str().expect("a detail").contains("line 1"), "{reply}");
    assert_eq!(server.get("/entities/x-ship").await.0, 200);
    let (_, catalog) = server.get("/catalog").await;
    assert_eq!(catalog["index_stale"], true);
    assert!(catalog["update_error"].is_string());

    let line = LINES.lines().nth(1).expect("the company").replace("x-firm", "x-new");
    std::fs::write(&server.file, line).expect("written");
    assert_eq!(server.post("/updatez?token=a-token&sync=true", Body::empty()).await.0, 200);
    assert_eq!(server.get("/entities/x-ship").await.0, 404);
    assert_eq!(server.get("/entities/x-new").await.0, 200);
    let (_, catalog) = server.get("/catalog").await;
    assert_eq!((catalog["index_stale"].as_bool(), catalog.get("update_error")), (Some(false), None));

    std::fs::write(&server.file, "").expect("written");
    assert!(matches!(server.state.update(), Err(ListError::Empty { .. })), "an empty file is no list");
    assert_eq!(server.get("/entities/x-new").await.0, 200);
}

#[tokio::test]
async fn an_update_answers_as_lists_that_were_loaded_anew() {
    let server = server(|_| ());
    let lines: Vec<&str> = LINES.lines().collect();
    let changed = lines[3].replace("Example Star", "Other Star");
    let added = lines[1].replace("x-firm", "x-new");
    let text = [lines[0], &changed, &added, lines[4]].join("\n");
    std::fs::write(&server.file, &text).expect("written");
    server.state.update().expect("lists load");
    let fresh = State::new(Settings::default(), Lists::files([("x".to_owned(), server.file.clone())]));
    fresh.update().expect("lists load");
    let fresh = router(fresh);
    for path in [
        "/search/x?as_of=2018-01-01",
        "/search/x?q=star",
        "/search/x?q=example&as_of=2018-01-01",
        "/entities/x-jane",
        "/entities/x-firm",
        "/entities/x-new",
        "/entities/x-ship?as_of=2019-05-01",
        "/entities/x-old?nested=false",
        "/entities/x-jane/adjacent",
    ] {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        assert_eq!(server.get(path).await, read(fresh.clone().oneshot(request).await.expect("answered")).await, "{path}");
    }
    // The same id twice: two versions of one entity, which only a whole load tells apart.
    std::fs::write(&server.file, format!("{text}\n{added}")).expect("written");
    server.state.update().expect("lists load");
    assert_eq!(server.get("/entities/x-new").await.0, 200);
    std::fs::write(&server.file, LINES).expect("written");
    server.state.update().expect("lists load");
    assert_eq!((server.get("/entities/x-new").await.0.as_u16(), server.get("/entities/x-firm").await.0.as_u16()), (404, 200));
}

#[tokio::test]
async fn without_lists_questions_are_put_off_and_health_is_not() {
    let state = State::new(Settings::default(), Lists::files([("x".to_owned(), "none".into())]));
    let router = router(state);
    for (path, expected) in [("/healthz", 200), ("/readyz", 503), ("/catalog", 503), ("/search/x?q=a", 503)] {
        let response = router.clone().oneshot(Request::get(path).body(Body::empty()).expect("a request")).await.expect("answered");
        assert_eq!(response.status(), expected, "{path}");
    }
}

#[tokio::test]
async fn with_keys_only_those_who_show_one_are_answered() {
    let server = server(|s| s.keys.add("0123456789abcdef").expect("long enough"));
    let with = |value: &str| Request::get("/catalog").header(header::AUTHORIZATION, value).body(Body::empty()).expect("a request");
    assert_eq!(server.get("/catalog").await.0, 401);
    assert_eq!(server.send(with("ApiKey 0123456789abcdef")).await.status(), 200);
    assert_eq!(server.send(with("Bearer 0123456789abcdef")).await.status(), 200);
    assert_eq!(server.send(with("ApiKey 0123456789abcdee")).await.status(), 401);
    assert_eq!(server.send(with("Basic 0123456789abcdef")).await.status(), 401);
    assert_eq!(server.get("/healthz").await.0, 200);
    // Reconciliation clients cannot send headers; the key in their address is passed on.
    assert_eq!(server.get("/catalog?api_key=0123456789abcdef").await.0, 401);
    let (status, manifest) = server.get("/reconcile/x?api_key=0123456789abcdef").await;
    assert_eq!(status, 200);
    assert_eq!(manifest["suggest"]["type"]["service_path"], "/suggest/type?api_key=0123456789abcdef");
}

#[tokio::test]
async fn what_is_beyond_a_limit_is_refused_with_a_reason() {
    let server = server(|s| s.limits.body = 100_000);
    let query = json!({"schema": "Person", "properties": {"name": "Jane Example"}});
    let batch =
        |n: usize| json!({"queries": (0..n).map(|i| (i.to_string(), query.clone())).collect::<serde_json::Map<_, _>>()}).to_string();
    assert_eq!(server.post("/match/x", batch(100)).await.0, 200);
    let (status, reply) = server.post("/match/x", batch(101)).await;
    assert_eq!((status.as_u16(), reply["detail"].as_str()), (400, Some("Too many queries in one batch (limit: 100)")));

    let (status, reply) = server.post("/match/x", "x".repeat(100_001)).await;
    assert_eq!((status.as_u16(), reply["status"].as_u64()), (413, Some(413)));
    let one = |properties: Value| json!({"queries": {"q": {"schema": "Person", "properties": properties}}}).to_string();
    assert_eq!(server.post("/match/x", one(json!({"name": "a".repeat(4_001)}))).await.0, 400);
    assert_eq!(server.post("/match/x", one(json!({"name": vec!["a b"; 501]}))).await.0, 400);
    assert_eq!(server.get(&format!("/search/x?q={}", "a".repeat(60_001))).await.0, 414);
    assert_eq!(server.get(&format!("/search/x?q={}", "a".repeat(5_000))).await.0, 400);
    assert_eq!(server.get("/nowhere").await.0, 404);
    assert_eq!(server.get("/updatez").await.0, 405);
}

#[tokio::test]
async fn bodies_of_any_form_are_refused_and_not_stumbled_over() {
    let server = server(|_| ());
    let deep = format!("{{\"queries\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{".to_vec(),
        b"\xff\xfe".to_vec(),
        b"{\"queries\":[]}".to_vec(),
        b"{\"queries\":{\"q\":null}}".to_vec(),
        b"{\"queries\":{\"q\":{\"schema\":1,\"properties\":2}}}".to_vec(),
        b"{\"queries\":{\"q\":{\"schema\":\"Person\",\"properties\":{\"name\":{\"a\":1}}}}}".to_vec(),
        b"{\"queries\":{\"q\":{\"schema\":\"Person\",\"properties\":{\"name\":\"\xed\xa0\x80\"}}}}".to_vec(),
        b"{\"queries\":{},\"weights\":{\"a\":\"b\"}}".to_vec(),
        deep.into_bytes(),
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let (status, reply) = server.post("/match/x", body).await;
        assert_eq!(status, 422, "{shown}");
        assert!(reply["detail"][0]["msg"].is_string(), "{shown}: {reply}");
    }
    let odd = json!({"queries": {"q": {"schema": "Person", "properties": {"name": ["\u{0}", "Jane\u{0} Example", null, 7, true, ["x"], ""], "birthDate": "never"}}}});
    assert_eq!(server.post("/match/x", odd.to_string()).await.0, 200);
    for form in [
        "queries=%ff%00",
        "queries=[]",
        "queries={\"q\":1}",
        "extend={",
        "extend={\"ids\":[1],\"properties\":[]}",
        "queries={\"q\":{\"query\":{}}}",
    ] {
        let (status, _) = server.post("/reconcile/x", form).await;
        assert!(status == 400 || status == 200, "{form}: {status}");
    }
    assert_eq!(server.get("/entities/%ff").await.0, 400);
    assert_eq!(server.get("/search/x?q=%22&filter=nocolon").await.0, 400);
}

#[tokio::test]
async fn pages_of_other_origins_are_not_let_in() {
    let server = server(|s| s.origins = vec!["https://refine.example.org".to_owned()]);
    let allowed = async |origin: &str| {
        let request = Request::get("/healthz").header(header::ORIGIN, origin).body(Body::empty()).expect("a request");
        server.send(request).await.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
    };
    assert!(allowed("http://127.0.0.1:3333").await && allowed("https://refine.example.org").await);
    assert!(!allowed("https://example.org").await);
}

#[tokio::test]
async fn the_catalogue_is_not_sent_twice_to_who_has_it() {
    let server = server(|_| ());
    let first = server.send(Request::get("/catalog").body(Body::empty()).expect("a request")).await;
    let tag = first.headers()[header::ETAG].clone();
    let again = Request::get("/catalog").header(header::IF_NONE_MATCH, tag).body(Body::empty()).expect("a request");
    assert_eq!(server.send(again).await.status(), 304);
}

#[test]
fn a_manifest_names_collections_catalogues_and_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    write("a.json", LINES);
    write("delta.json", r#"{"versions": {"20240102": "file:changes.json", "20230101": "old.json"}}"#);
    let ship = LINES.lines().nth(3).expect("the ship").replace("Example Star", "Other Star");
    write("changes.json", &format!("{{\"op\":\"MOD\",\"entity\":{ship}}}\n{{\"op\":\"DEL\",\"entity\":{{\"id\":\"x-firm\"}}}}\n"));
    write("index.json", r#"{"datasets":[{"name":"b","resources":[{"name":"e","url":"a.json"}]},{"name":"c"}]}"#);
    write(
        "m.yml",
        "catalogs:\n  - url: index.json\n    scope: b\n    resource_name: e\ndatasets:\n  - {name: x, path: a.json, delta_url: delta.json, version: '20240101'}\n  - name: all\n    children: [x, b]\n",
    );
    let lists = Lists::manifest(folder.path().join("m.yml"));
    let (entries, datasets) = lists.load(|entries| entries.collect::<Vec<_>>()).expect("loads");
    assert_eq!(
        datasets.iter().map(|d| (d.name.as_str(), d.load)).collect::<Vec<_>>(),
        [("x", true), ("all", false), ("b", true), ("c", false)]
    );
    let of = |dataset: &str| entries.iter().filter(|e| e.entity.datasets == [dataset]).collect::<Vec<_>>();
    assert_eq!((of("x").len(), of("b").len()), (4, 5));
    assert!(of("x").iter().any(|e| e.entity.first("name") == Some("Other Star")));
    let listed = |dataset: &str| of(dataset).iter().find(|e| e.entity.id == "x-ship").map(|e| e.listings.len());
    assert_eq!((listed("x"), listed("b")), (Some(1), Some(1)));

    write("web.yml", "datasets:\n  - {name: x, entities_url: 'https://example.org/a.json'}\n");
    let refused = Lists::manifest(folder.path().join("web.yml")).datasets().expect_err("no connection is opened");
    assert!(refused.to_string().contains("fetch it first"), "{refused}");
}

#[tokio::test]
async fn the_server_serves_on_a_socket_and_ends_when_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.ftm.json");
    std::fs::write(&file, LINES).expect("written");
    let mut settings = Settings { bind: ([127, 0, 0, 1], 0).into(), ..Settings::default() };
    settings.limits.head = Duration::from_millis(300);
    settings.limits.idle = Duration::from_millis(300);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (tell, address) = tokio::sync::oneshot::channel();
    let lists = Lists::files([("x".to_owned(), file)]);
    let running =
        tokio::spawn(tw_server::serve_until(settings, lists, async { stopped.await.unwrap_or(()) }, move |a| tell.send(a).expect("heard")));
    let address = address.await.expect("listening");
    let ask = async |bytes: &[u8]| -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("connected");
        stream.write_all(bytes).await.expect("sent");
        let mut reply = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut reply)).await.expect("the server ends the connection");
        String::from_utf8_lossy(&reply).into_owned()
    };
    let health = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    assert!(ask(health).await.starts_with("HTTP/1.1 200"));
    // A head that does not end, an idle connection, a body that does not arrive, and bytes that are no HTTP.
    ask(b"GET /healthz HTTP/1.1\r\nhost:").await;
    ask(b"").await;
    assert!(ask(b"POST /match/x HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{").await.starts_with("HTTP/1.1 408"));
    assert!(ask(b"\x00\xff\r\n\r\n").await.starts_with("HTTP/1.1 400"));
    assert!(ask(health).await.starts_with("HTTP/1.1 200"));
    stop.send(()).expect("told");
    running.await.expect("no panic").expect("ended in order");
}

#[tokio::test]
async fn a_server_whose_lists_cannot_be_loaded_at_the_start_says_so() {
    let settings = Settings { bind: ([127, 0, 0, 1], 0).into(), ..Settings::default() };
    let lists = Lists::files([("x".to_owned(), "/nowhere/x.ftm.json".into())]);
    let error = tw_server::serve_until(settings, lists, std::future::pending(), |_| ()).await.expect_err("no lists");
    assert!(error.to_string().contains("/nowhere/x.ftm.json"), "{error}");
}

#[test]
fn another_reader_can_take_the_place_of_the_usual_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("names.txt");
    std::fs::write(&file, "Example Star\nOther Star\n").expect("written");
    let reader = Arc::new(|path: &Path, take: &mut dyn FnMut(tw_ftm::Entry)| -> Result<(), String> {
        for (number, name) in std::fs::read_to_string(path).map_err(|e| e.to_string())?.lines().enumerate() {
            let vessel = tw_ftm::model().schema("Vessel").ok_or("no such schema")?;
            let mut entity = tw_ftm::Entity::new(format!("n-{number}"), vessel);
            entity.add("name", name);
            take(tw_ftm::Entry { entity, listings: Vec::new() });
        }
        Ok(())
    });
    let lists = Lists::files([("names".to_owned(), file)]).with_reader(reader);
    let (count, _) = lists.load(|entries| entries.count()).expect("loads");
    assert_eq!(count, 2);
}
