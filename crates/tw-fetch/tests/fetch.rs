//! The whole crate against a real server on this machine. No test needs the network.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use proptest::prelude::*;
use support::{Reply, Request, Server};
use tw_base::Exit;
use tw_evidence::sha256;
use tw_fetch::{Change, FetchError, Fetcher, Outcome, Policy, ProxyUse, Settings, Source, Sources, latest, read_manifest};

const DATE: (&str, &str) = ("Date", "Sun, 30 Mar 2031 12:00:00 GMT");

fn noon() -> Timestamp {
    "2031-03-30T12:00:00Z".parse().unwrap()
}

fn later() -> Timestamp {
    "2031-03-31T06:00:00Z".parse().unwrap()
}

/// An invented list of so many bytes at least, of one version.
fn list(version: &str, bytes: usize) -> Vec<u8> {
    let mut text = format!("<?xml version=\"1.0\"?>\n<sdnList version=\"{version}\">\n");
    while text.len() < bytes {
        text.push_str(&format!("<sdnEntry><uid>{}</uid><lastName>EXAMPLE STAR</lastName></sdnEntry>\n", text.len()));
    }
    text.push_str("</sdnList>\n");
    text.into_bytes()
}

fn cards(server: &Server) -> Sources {
    let text = format!(
        "[[source]]\nid = \"test\"\nlist = \"TEST\"\npublisher = \"Nobody\"\ntitle = \"A made-up list\"\naddress = \"{}\"\nkind = \"xml\"\n\
         roots = [\"sdnList\"]\nmin_bytes = 40\nmax_bytes = 1000000\nlicence = \"public domain\"\nverified = \"reported\"\n",
        server.address("/list.xml")
    );
    Sources::parse(&text).unwrap()
}

fn card(server: &Server) -> Source {
    cards(server).get("test").unwrap().clone()
}

fn settings() -> Settings {
    Settings {
        idle: Duration::from_millis(400),
        total: Duration::from_secs(20),
        attempts: 3,
        proxy: ProxyUse::Never,
        ..Settings::default()
    }
}

fn policy() -> Policy {
    Policy::of(&Sources::official().unwrap()).with_loopback()
}

/// A fetcher that does not sleep.
fn fetcher() -> Fetcher {
    Fetcher::new(settings(), policy()).waiting_with(|_| ())
}

fn fetch(server: &Server, dir: &Path) -> Result<Outcome, FetchError> {
    fetcher().fetch(&card(server), dir, noon())
}

/// Names in the source's folder, without the lock.
fn names(dir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(dir.join("test")) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).filter(|name| name != ".lock").collect();
    names.sort();
    names
}

/// Serves a body as a good server does: conditional requests and ranges. With a cut, a whole answer breaks off after so many bytes.
fn good(request: &Request, body: &[u8], etag: &str, cut: Option<usize>) -> Reply {
    if request.header("if-none-match") == Some(etag) {
        return Reply::head(304, &[("ETag", etag), DATE]);
    }
    let valid = request.header("if-range").is_none_or(|validator| validator == etag);
    if let Some(from) = request.range_from().filter(|_| valid) {
        let Some(rest) = body.get(from..).filter(|rest| !rest.is_empty()) else {
            return Reply::whole(416, &[("Content-Range", &format!("bytes */{}", body.len()))], b"");
        };
        let range = format!("bytes {from}-{}/{}", body.len() - 1, body.len());
        return Reply::whole(206, &[("ETag", etag), ("Content-Range", &range), DATE], rest);
    }
    let length = body.len().to_string();
    let head = Reply::head(200, &[("ETag", etag), ("Content-Length", &length), ("Content-Type", "application/xml"), DATE]);
    head.then(&body[..cut.unwrap_or(body.len())])
}

#[test]
fn a_file_arrives_whole_under_its_hash_with_a_record_of_how() {
    let body = list("1", 5000);
    let sent = body.clone();
    let server = Server::start(move |request, _| good(request, &sent, "\"v1\"", None));
    let home = tempfile::tempdir().unwrap();
    let outcome = fetch(&server, home.path()).unwrap();
    let hash = sha256(&body);
    let name = format!("2031-03-30-{}.xml", &hash.to_string()[..8]);
    assert_eq!((outcome.change, outcome.attempts), (Change::New, 1));
    assert_eq!(outcome.path, home.path().join("test").join(&name));
    assert_eq!(fs::read(&outcome.path).unwrap(), body);
    assert_eq!(names(home.path()), [name.as_str(), "manifest.jsonl"]);
    let record = &outcome.record;
    assert_eq!((record.source.as_str(), record.list.as_str()), ("test", "TEST"));
    assert_eq!((record.capture.sha256, record.capture.bytes), (hash, body.len() as u64));
    assert_eq!(record.capture.obtained, "2031-03-30T12:00:00Z");
    assert_eq!(record.capture.licence.as_deref(), Some("public domain"));
    assert_eq!(record.capture.from.as_deref(), Some(server.address("/list.xml").as_str()));
    assert_eq!((record.answer.status, record.answer.etag.as_deref()), (200, Some("\"v1\"")));
    assert_eq!(record.answer.date.as_deref(), Some(DATE.1));
    assert_eq!(latest(home.path(), "test").unwrap(), Some((record.clone(), outcome.path.clone())));
    // What we say of ourselves: program and version, no cookies, no other trace.
    let asked = &server.asked()[0];
    assert_eq!(asked.header("user-agent"), Some(concat!("tidewaiter/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(asked.header("accept-encoding"), Some("identity"));
    assert!(asked.header("cookie").is_none() && asked.header("referer").is_none() && asked.header("range").is_none());
}

#[test]
fn a_file_that_is_still_current_costs_one_request_and_writes_nothing() {
    let body = list("1", 5000);
    let server = Server::start(move |request, _| good(request, &body, "\"v1\"", None));
    let home = tempfile::tempdir().unwrap();
    let first = fetch(&server, home.path()).unwrap();
    let manifest = fs::read(home.path().join("test/manifest.jsonl")).unwrap();
    let second = fetcher().fetch(&card(&server), home.path(), later()).unwrap();
    assert_eq!(second.change, Change::NotModified);
    assert_eq!((second.checked, &second.record, &second.path), (later(), &first.record, &first.path));
    assert_eq!(fs::read(home.path().join("test/manifest.jsonl")).unwrap(), manifest);
    assert_eq!(names(home.path()).len(), 2);
    assert_eq!(server.asked()[1].header("if-none-match"), Some("\"v1\""));
}

#[test]
fn a_server_that_knows_only_dates_is_asked_by_date() {
    let body = list("1", 500);
    let time = "Sat, 29 Mar 2031 12:00:00 GMT";
    let server = Server::start(move |request, _| match request.header("if-modified-since") {
        Some(since) if since == time => Reply::head(304, &[]),
        _ => Reply::whole(200, &[("Last-Modified", time), DATE], &body),
    });
    let home = tempfile::tempdir().unwrap();
    assert_eq!(fetch(&server, home.path()).unwrap().change, Change::New);
    assert_eq!(fetch(&server, home.path()).unwrap().change, Change::NotModified);
}

#[test]
fn a_changed_file_is_a_second_capture_and_the_first_stays() {
    let (old, new) = (list("1", 5000), list("2", 5000));
    let bodies = [old.clone(), new.clone()];
    let server = Server::start(move |request, number| good(request, &bodies[number.min(1)], &format!("\"v{number}\""), None));
    let home = tempfile::tempdir().unwrap();
    let first = fetch(&server, home.path()).unwrap();
    let second = fetcher().fetch(&card(&server), home.path(), later()).unwrap();
    assert_eq!((first.change, second.change), (Change::New, Change::New));
    assert_eq!((fs::read(&first.path).unwrap(), fs::read(&second.path).unwrap()), (old, new));
    assert!(second.path.file_name().unwrap().to_str().unwrap().starts_with("2031-03-31-"));
    let records = read_manifest(&home.path().join("test")).unwrap();
    assert_eq!(records, [first.record, second.record]);
}

#[test]
fn the_same_bytes_under_another_tag_are_noted_and_not_stored_twice() {
    let body = list("1", 5000);
    let server = Server::start(move |request, number| good(request, &body, &format!("\"v{number}\""), None));
    let home = tempfile::tempdir().unwrap();
    let first = fetch(&server, home.path()).unwrap();
    let second = fetcher().fetch(&card(&server), home.path(), later()).unwrap();
    assert_eq!((second.change, &second.path), (Change::Same, &first.path));
    assert_eq!(second.record.capture.obtained, "2031-03-31T06:00:00Z");
    assert_eq!(second.record.answer.etag.as_deref(), Some("\"v1\""));
    assert_eq!(names(home.path()).len(), 2);
    assert_eq!(read_manifest(&home.path().join("test")).unwrap().len(), 2);
}

#[test]
fn a_broken_transfer_goes_on_where_it_broke() {
    let body = list("1", 300_000);
    let sent = body.clone();
    let server = Server::start(move |request, number| good(request, &sent, "\"v1\"", (number == 0).then_some(123_456)));
    let home = tempfile::tempdir().unwrap();
    let outcome = fetch(&server, home.path()).unwrap();
    assert_eq!((outcome.attempts, outcome.record.answer.status), (2, 206));
    assert_eq!(fs::read(&outcome.path).unwrap(), body);
    assert_eq!(outcome.record.answer.transferred, body.len() as u64);
    let asked = &server.asked()[1];
    assert_eq!((asked.header("range"), asked.header("if-range")), (Some("bytes=123456-"), Some("\"v1\"")));
    assert_eq!(names(home.path()).len(), 2);
}

#[test]
fn a_broken_transfer_goes_on_in_a_later_run() {
    let body = list("1", 300_000);
    let sent = body.clone();
    let server = Server::start(move |request, number| good(request, &sent, "\"v1\"", (number == 0).then_some(200_000)));
    let home = tempfile::tempdir().unwrap();
    let once = Fetcher::new(Settings { attempts: 1, ..settings() }, policy());
    let error = once.fetch(&card(&server), home.path(), noon()).unwrap_err();
    assert!(matches!(error, FetchError::Cut { got: 200_000, expected: Some(n), .. } if n == body.len() as u64), "{error}");
    assert_eq!(error.exit(), Exit::Incomplete);
    assert_eq!(names(home.path()), [".part", ".part.json"]);
    let outcome = once.fetch(&card(&server), home.path(), noon()).unwrap();
    assert_eq!(server.asked()[1].range_from(), Some(200_000));
    assert_eq!(fs::read(&outcome.path).unwrap(), body);
    assert_eq!(names(home.path()).len(), 2);
}

#[test]
fn a_server_that_ignores_ranges_is_read_from_the_beginning() {
    let body = list("1", 300_000);
    let sent = body.clone();
    let server = Server::start(move |_, number| {
        let length = sent.len().to_string();
        let cut = if number == 0 { 100_000 } else { sent.len() };
        Reply::head(200, &[("ETag", "\"v1\""), ("Content-Length", &length)]).then(&sent[..cut])
    });
    let home = tempfile::tempdir().unwrap();
    let outcome = fetch(&server, home.path()).unwrap();
    assert_eq!(fs::read(&outcome.path).unwrap(), body);
    assert_eq!((outcome.attempts, outcome.record.answer.status), (2, 200));
}

#[test]
fn two_versions_are_never_glued_together() {
    let (old, new) = (list("1", 300_000), list("2", 300_000));
    // Honest: If-Range tells that the file changed, and all of it is sent.
    let bodies = [old.clone(), new.clone()];
    let honest = Server::start(move |request, number| {
        good(request, &bodies[number.min(1)], &format!("\"v{number}\""), (number == 0).then_some(100_000))
    });
    let home = tempfile::tempdir().unwrap();
    let outcome = fetch(&honest, home.path()).unwrap();
    assert_eq!(fs::read(&outcome.path).unwrap(), new);

    // Careless: the rest of the new file under its new tag, although the old one was asked for. Then without a range, all of it.
    let bodies = [old.clone(), new.clone()];
    let careless = Server::start(move |request, number| match (number, request.range_from()) {
        (0, _) => good(request, &bodies[0], "\"v0\"", Some(100_000)),
        (_, Some(from)) => {
            let range = format!("bytes {from}-{}/{}", bodies[1].len() - 1, bodies[1].len());
            Reply::whole(206, &[("ETag", "\"v1\""), ("Content-Range", &range)], &bodies[1][from..])
        }
        (_, None) => good(request, &bodies[1], "\"v1\"", None),
    });
    let home = tempfile::tempdir().unwrap();
    let outcome = fetch(&careless, home.path()).unwrap();
    assert_eq!((fs::read(&outcome.path).unwrap(), outcome.attempts), (new.clone(), 3));
    assert_eq!(careless.asked()[2].range_from(), None);

    // Without a strong tag there is nothing to go on with.
    let bodies = [old, new.clone()];
    let weak = Server::start(move |request, number| good(request, &bodies[number.min(1)], "W/\"v\"", (number == 0).then_some(100_000)));
    let home = tempfile::tempdir().unwrap();
    let outcome = fetch(&weak, home.path()).unwrap();
    assert_eq!(fs::read(&outcome.path).unwrap(), new);
    assert_eq!(weak.asked()[1].range_from(), None);
}

#[test]
fn a_range_that_begins_elsewhere_or_has_another_length_is_not_taken() {
    let body = list("1", 300_000);
    for fault in ["bytes 99999-{last}/{all}", "bytes 100000-{last}/999999", "bytes 100000-200000/{all}", "bytes x-y/z", ""] {
        let sent = body.clone();
        let server = Server::start(move |request, number| match (number, request.range_from()) {
            (0, _) => good(request, &sent, "\"v1\"", Some(100_000)),
            (_, Some(from)) => {
                let range = fault.replace("{last}", &(sent.len() - 1).to_string()).replace("{all}", &sent.len().to_string());
                Reply::whole(206, &[("ETag", "\"v1\""), ("Content-Range", &range)], &sent[from..])
            }
            (_, None) => good(request, &sent, "\"v1\"", None),
        });
        let home = tempfile::tempdir().unwrap();
        let outcome = fetch(&server, home.path()).unwrap();
        assert_eq!(fs::read(&outcome.path).unwrap(), body, "{fault}");
        assert_eq!(outcome.attempts, 3, "{fault}");
    }
}

#[test]
fn a_rest_of_a_longer_file_under_the_same_tag_is_not_taken() {
    let (body, longer) = (list("1", 300_000), list("1", 310_000));
    let sent = longer.clone();
    let server = Server::start(move |request, number| match number {
        0 => good(request, &body, "\"v1\"", Some(100_000)),
        _ => good(request, &sent, "\"v1\"", None),
    });
    let home = tempfile::tempdir().unwrap();
    let outcome = fetch(&server, home.path()).unwrap();
    assert_eq!((fs::read(&outcome.path).unwrap(), outcome.attempts, outcome.record.answer.status), (longer, 3, 200));
}

#[test]
fn a_length_that_is_too_long_is_a_cut_and_one_that_is_too_short_shows_in_the_document() {
    let body = list("1", 5000);
    let sent = body.clone();
    let long = Server::start(move |_, _| Reply::head(200, &[("Content-Length", "6000")]).then(&sent));
    let home = tempfile::tempdir().unwrap();
    let error = fetch(&long, home.path()).unwrap_err();
    assert!(matches!(error, FetchError::Cut { expected: Some(6000), .. }), "{error}");
    assert_eq!(long.asked().len(), 3);
    assert_eq!(names(home.path()), Vec::<String>::new());

    let short = Server::start(move |_, _| Reply::head(200, &[("Content-Length", "3000")]).then(&body));
    let error = fetch(&short, home.path()).unwrap_err();
    assert!(error.to_string().contains("cut off"), "{error}");
    assert_eq!(error.exit(), Exit::Refused);
    assert_eq!(names(home.path()), Vec::<String>::new());
}

#[test]
fn a_length_that_is_no_number_is_refused() {
    let server = Server::start(|_, _| Reply::head(200, &[("Content-Length", "many")]).then(b"<sdnList></sdnList>"));
    let home = tempfile::tempdir().unwrap();
    assert!(fetch(&server, home.path()).is_err());
    assert_eq!(names(home.path()), Vec::<String>::new());
}

#[test]
fn a_chunked_file_arrives_and_a_cut_chunk_does_not() {
    let body = list("1", 5000);
    let chunk = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n"].concat();
    let piece = chunk.clone();
    let whole = Server::start(move |_, _| Reply::head(200, &[("Transfer-Encoding", "chunked")]).then(&piece).then(b"0\r\n\r\n"));
    let home = tempfile::tempdir().unwrap();
    let outcome = fetch(&whole, home.path()).unwrap();
    assert_eq!(fs::read(&outcome.path).unwrap(), body);
    let cut = Server::start(move |_, _| Reply::head(200, &[("Transfer-Encoding", "chunked")]).then(&chunk[..3000]));
    let home = tempfile::tempdir().unwrap();
    let error = fetch(&cut, home.path()).unwrap_err();
    assert!(matches!(error, FetchError::Cut { expected: None, .. }), "{error}");
}

#[test]
fn a_csv_without_a_length_is_refused_and_a_document_with_its_end_is_taken() {
    let csv = Server::start(|_, _| Reply::head(200, &[]).then(b"id,name\n1,EXAMPLE STAR\n2,EXAMPLE MOON, INC., AND MORE\n"));
    let home = tempfile::tempdir().unwrap();
    let source = Source { kind: tw_fetch::Kind::Csv, roots: Vec::new(), ..card(&csv) };
    let error = fetcher().fetch(&source, home.path(), noon()).unwrap_err();
    assert!(error.to_string().contains("announces no length"), "{error}");
    let body = list("1", 5000);
    let xml = Server::start(move |_, _| Reply::head(200, &[]).then(&body));
    assert_eq!(fetch(&xml, home.path()).unwrap().change, Change::New);
}

#[test]
fn a_silent_server_is_left_after_the_idle_time_and_a_dripping_one_after_the_total() {
    let silent =
        Server::start(|_, _| Reply::head(200, &[("Content-Length", "100")]).then(b"<sdn").after(Duration::from_secs(30), b"List>"));
    let home = tempfile::tempdir().unwrap();
    let idle = Duration::from_millis(500);
    let once = |total| Fetcher::new(Settings { attempts: 1, idle, total, ..settings() }, policy());
    let start = Instant::now();
    let error = once(Duration::from_secs(20)).fetch(&card(&silent), home.path(), noon()).unwrap_err();
    assert!(matches!(error, FetchError::Cut { got: 4, expected: Some(100), .. }), "{error}");
    assert!(error.to_string().contains("timeout"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());

    let dripping = Server::start(|_, _| {
        let head = Reply::head(200, &[("Content-Length", "100")]);
        (0..90).fold(head, |reply, _| reply.after(Duration::from_millis(100), b"<"))
    });
    let start = Instant::now();
    let error = once(Duration::from_secs(1)).fetch(&card(&dripping), home.path(), noon()).unwrap_err();
    assert!(matches!(error, FetchError::Cut { expected: Some(100), .. }), "{error}");
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    assert_eq!(names(home.path()), Vec::<String>::new());
}

#[test]
fn a_server_that_never_answers_is_no_answer() {
    let mute = Server::start(|_, _| Reply::default().after(Duration::from_secs(30), b""));
    let home = tempfile::tempdir().unwrap();
    let once = Fetcher::new(Settings { attempts: 1, idle: Duration::from_millis(500), ..settings() }, policy());
    let error = once.fetch(&card(&mute), home.path(), noon()).unwrap_err();
    assert!(matches!(error, FetchError::Connection { .. }), "{error}");
    assert_eq!(error.exit(), Exit::Incomplete);
}

#[test]
fn a_server_that_does_not_speak_tls_is_no_answer_and_no_panic() {
    let plain = Server::start(|_, _| Reply::default());
    let source = Source { address: plain.address("/list.xml").replace("http:", "https:"), ..card(&plain) };
    let home = tempfile::tempdir().unwrap();
    let once = Fetcher::new(Settings { attempts: 1, ..settings() }, policy());
    let error = once.fetch(&source, home.path(), noon()).unwrap_err();
    assert!(matches!(error, FetchError::Connection { .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_panics_and_only_the_list_itself_is_stored(
        start in prop::sample::select(vec!["HTTP/1.1 200 OK", "HTTP/1.1 206 X", "HTTP/1.0 200", "HTTP/1.1 302 X", "HTTP/9 1", ""]),
        name in prop::sample::select(vec!["Content-Length", "Content-Range", "ETag", "Transfer-Encoding", "Content-Encoding", "Location", "Date", "Retry-After"]),
        value in "[ -~]{0,24}",
        junk in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let raw = [format!("{start}\r\n{name}: {value}\r\nConnection: close\r\n\r\n").as_bytes(), &junk].concat();
        let server = Server::start(move |_, _| Reply::default().then(&raw));
        let home = tempfile::tempdir().unwrap();
        let once = Fetcher::new(Settings { attempts: 1, ..settings() }, policy());
        prop_assert!(once.fetch(&card(&server), home.path(), noon()).is_err());
        prop_assert!(latest(home.path(), "test").unwrap().is_none());
    }
}

#[test]
fn nobody_at_the_address_is_tried_as_often_as_allowed_with_growing_pauses() {
    let gone = Server::start(|_, _| Reply::default());
    let source = card(&gone);
    drop(gone);
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&pauses);
    let fetcher = Fetcher::new(Settings { attempts: 4, ..settings() }, policy()).waiting_with(move |pause| log.lock().unwrap().push(pause));
    let home = tempfile::tempdir().unwrap();
    let error = fetcher.fetch(&source, home.path(), noon()).unwrap_err();
    assert!(matches!(error, FetchError::Connection { .. }), "{error}");
    assert_eq!(*pauses.lock().unwrap(), [1, 2, 4].map(Duration::from_secs));
}

#[test]
fn redirects_are_followed_at_the_same_host_and_recorded_without_their_query() {
    let body = list("1", 500);
    let server = Server::start(move |request, _| match request.path.as_str() {
        "/list.xml" => Reply::whole(302, &[("Location", "/artifacts/20310330120000-abc/list.xml?signature=secret")], b"moved"),
        _ => good(request, &body, "\"v1\"", None),
    });
    let home = tempfile::tempdir().unwrap();
    let outcome = fetch(&server, home.path()).unwrap();
    assert_eq!(server.asked()[1].path, "/artifacts/20310330120000-abc/list.xml?signature=secret");
    assert_eq!(outcome.record.answer.served_from, Some(server.address("/artifacts/20310330120000-abc/list.xml")));
    assert_eq!(outcome.record.version.as_deref(), Some("20310330120000-abc"));
    let manifest = fs::read_to_string(home.path().join("test/manifest.jsonl")).unwrap();
    assert!(!manifest.contains("secret"), "{manifest}");
    // The condition travels along the redirect.
    assert_eq!(fetch(&server, home.path()).unwrap().change, Change::NotModified);
}

#[test]
fn a_circle_of_redirects_ends() {
    let server = Server::start(|request, _| {
        let next = if request.path == "/list.xml" { "/other.xml" } else { "/list.xml" };
        Reply::whole(307, &[("Location", next)], b"")
    });
    let home = tempfile::tempdir().unwrap();
    let error = fetch(&server, home.path()).unwrap_err();
    assert_eq!(error.to_string(), "`test`: more than 5 redirects, one after the other");
    assert_eq!(server.asked().len(), 6);
}

#[test]
fn a_redirect_to_another_host_port_or_scheme_is_refused_and_not_asked() {
    let other = Server::start(|_, _| Reply::whole(200, &[], b"<sdnList></sdnList>"));
    let home = tempfile::tempdir().unwrap();
    for location in [
        other.address("/list.xml"),
        "https://evil.example/list.xml".to_owned(),
        "https://data.trade.gov/list.xml".to_owned(),
        "http://scsanctions.un.org/list.xml".to_owned(),
        "//evil.example/list.xml".to_owned(),
        "file:///etc/hosts".to_owned(),
    ] {
        let to = location.clone();
        let server = Server::start(move |_, _| Reply::whole(302, &[("Location", &to)], b""));
        let error = fetch(&server, home.path()).unwrap_err();
        assert!(matches!(error, FetchError::NotAllowed { .. } | FetchError::Redirect { .. }), "{location}: {error}");
        assert_eq!(server.asked().len(), 1, "{location}");
    }
    assert!(other.asked().is_empty());
    assert_eq!(names(home.path()), Vec::<String>::new());
    let nowhere = Server::start(|_, _| Reply::whole(302, &[], b""));
    assert!(matches!(fetch(&nowhere, home.path()), Err(FetchError::Redirect { .. })));
}

#[test]
fn a_web_page_in_place_of_the_list_is_refused_and_the_old_capture_stays() {
    let body = list("1", 5000);
    let page = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon</body></html>";
    let server = Server::start(move |request, number| match number {
        0 => good(request, &body, "\"v1\"", None),
        _ => Reply::whole(200, &[("Content-Type", "application/xml"), ("ETag", "\"v2\"")], page),
    });
    let home = tempfile::tempdir().unwrap();
    let first = fetch(&server, home.path()).unwrap();
    let before = names(home.path());
    let error = fetch(&server, home.path()).unwrap_err();
    assert_eq!(error.to_string(), "`test`: the server sent a web page where XML was promised");
    assert_eq!((error.exit(), server.asked().len()), (Exit::Refused, 2));
    assert_eq!(names(home.path()), before);
    assert_eq!(latest(home.path(), "test").unwrap().unwrap().0, first.record);
}

#[test]
fn another_document_and_a_stub_are_refused() {
    let home = tempfile::tempdir().unwrap();
    for (body, part) in [
        (&b"<Error><Code>AccessDenied</Code><Message>padding padding</Message></Error>"[..], "is a `Error`, not a `sdnList`"),
        (b"<sdnList></sdnList>", "fewer than the 40"),
        (b"", "sent nothing"),
    ] {
        let server = Server::start(move |_, _| Reply::whole(200, &[], body));
        let error = fetch(&server, home.path()).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert_eq!(names(home.path()), Vec::<String>::new());
    }
}

#[test]
fn statuses_that_will_not_pass_are_not_tried_again() {
    let home = tempfile::tempdir().unwrap();
    for status in [401, 403, 404, 410, 204, 206, 304, 416] {
        let server = Server::start(move |_, _| Reply::whole(status, &[], b""));
        let error = fetch(&server, home.path()).unwrap_err();
        assert!(matches!(error, FetchError::Status { status: found, .. } if found == status), "{error}");
        assert_eq!((server.asked().len(), error.exit()), (1, Exit::Incomplete), "{status}");
    }
}

#[test]
fn statuses_that_may_pass_are_tried_again() {
    for status in [408, 429, 500, 502, 503, 504] {
        let body = list("1", 500);
        let server = Server::start(move |request, number| match number {
            0 | 1 => Reply::whole(status, &[], b"try later"),
            _ => good(request, &body, "\"v1\"", None),
        });
        let home = tempfile::tempdir().unwrap();
        assert_eq!(fetch(&server, home.path()).unwrap().attempts, 3, "{status}");
    }
    let server = Server::start(|_, _| Reply::whole(500, &[], b""));
    let home = tempfile::tempdir().unwrap();
    let error = fetch(&server, home.path()).unwrap_err();
    assert_eq!(error.to_string(), "`test`: the server answered with status 500");
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_server_that_asks_to_wait_is_waited_for_up_to_a_bound() {
    let body = list("1", 500);
    let server = Server::start(move |request, number| match number {
        0 => Reply::whole(429, &[("Retry-After", "7")], b""),
        1 => Reply::whole(503, &[("Retry-After", "Sun, 30 Mar 2031 12:00:30 GMT"), DATE], b""),
        _ => good(request, &body, "\"v1\"", None),
    });
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&pauses);
    let fetcher = Fetcher::new(settings(), policy()).waiting_with(move |pause| log.lock().unwrap().push(pause));
    let home = tempfile::tempdir().unwrap();
    fetcher.fetch(&card(&server), home.path(), noon()).unwrap();
    assert_eq!(*pauses.lock().unwrap(), [7, 30].map(Duration::from_secs));

    let long = Server::start(|_, _| Reply::whole(429, &[("Retry-After", "3600")], b""));
    let error = fetch(&long, home.path()).unwrap_err();
    assert!(matches!(error, FetchError::Wait { seconds: 3600, status: 429, .. }), "{error}");
    assert_eq!(long.asked().len(), 1);
}

#[test]
fn a_file_that_is_too_large_is_refused_whether_announced_or_not() {
    let home = tempfile::tempdir().unwrap();
    let announced = Server::start(|_, _| Reply::head(200, &[("Content-Length", "1000001"), ("ETag", "\"v1\"")]).then(b"<sdnList>"));
    let error = fetch(&announced, home.path()).unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { limit: 1_000_000, .. }), "{error}");
    let body = list("1", 1_100_000);
    let endless = Server::start(move |_, _| Reply::head(200, &[]).then(&body));
    let error = fetch(&endless, home.path()).unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { .. }), "{error}");
    assert_eq!((announced.asked().len(), endless.asked().len(), error.exit()), (1, 1, Exit::Refused));
    assert_eq!(names(home.path()), Vec::<String>::new());
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_body_in_gzip_is_stored_and_hashed_decoded() {
    let body = list("1", 300_000);
    let packed = gzip(&body);
    let (length, sent) = (packed.len() as u64, packed.clone());
    let gzipped = [("Content-Encoding", "gzip"), ("ETag", "\"z1\"")];
    let server = Server::start(move |_, _| Reply::whole(200, &gzipped, &sent));
    let home = tempfile::tempdir().unwrap();
    let outcome = fetch(&server, home.path()).unwrap();
    assert_eq!(fs::read(&outcome.path).unwrap(), body);
    assert_eq!((outcome.record.capture.sha256, outcome.record.capture.bytes), (sha256(&body), body.len() as u64));
    let answer = &outcome.record.answer;
    assert_eq!((answer.content_encoding.as_deref(), answer.transferred), (Some("gzip"), length));
    assert_eq!(names(home.path()).len(), 2);

    // Going on counts the bytes as sent.
    let cut = Server::start(move |request, number| match (number, request.range_from()) {
        (0, _) => {
            let length = packed.len().to_string();
            Reply::head(200, &[gzipped[0], gzipped[1], ("Content-Length", &length)]).then(&packed[..1000])
        }
        (_, from) => {
            let range = format!("bytes 1000-{}/{}", packed.len() - 1, packed.len());
            assert_eq!(from, Some(1000));
            Reply::whole(206, &[gzipped[0], gzipped[1], ("Content-Range", &range)], &packed[1000..])
        }
    });
    let home = tempfile::tempdir().unwrap();
    let outcome = fetch(&cut, home.path()).unwrap();
    assert_eq!((fs::read(&outcome.path).unwrap(), outcome.attempts), (body, 2));
}

#[test]
fn gzip_that_is_none_too_large_or_unknown_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let bomb = gzip(&list("1", 2_000_000));
    let torn = gzip(&list("1", 5000))[..200].to_vec();
    for (encoding, body, part) in [
        ("gzip", bomb, "larger than the 1000000 bytes"),
        ("gzip", b"<sdnList></sdnList>".to_vec(), "cannot be unpacked"),
        ("gzip", torn, "cannot be unpacked"),
        ("br", b"xx".to_vec(), "encoded as `br`"),
    ] {
        let server = Server::start(move |_, _| Reply::whole(200, &[("Content-Encoding", encoding)], &body));
        let error = fetch(&server, home.path()).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert_eq!(error.exit(), Exit::Refused);
        assert_eq!(names(home.path()), Vec::<String>::new());
    }
}

#[test]
fn a_write_that_fails_leaves_the_old_capture_and_the_manifest_as_they_were() {
    let (old, new) = (list("1", 5000), list("2", 5000));
    let taken = format!("2031-03-30-{}.xml", &sha256(&new).to_string()[..8]);
    let bodies = [old.clone(), new];
    let server = Server::start(move |request, number| good(request, &bodies[number.min(1)], &format!("\"v{number}\""), None));
    let home = tempfile::tempdir().unwrap();
    let first = fetch(&server, home.path()).unwrap();
    let manifest = fs::read(home.path().join("test/manifest.jsonl")).unwrap();
    // A folder has the name that the new capture needs.
    fs::create_dir_all(home.path().join("test").join(&taken).join("in the way")).unwrap();
    let error = fetch(&server, home.path()).unwrap_err();
    assert!(error.to_string().contains(&taken), "{error}");
    assert_eq!(error.exit(), Exit::Io);
    assert_eq!(fs::read(&first.path).unwrap(), old);
    assert_eq!(fs::read(home.path().join("test/manifest.jsonl")).unwrap(), manifest);
    // With the way free, the next fetch ends well, whatever was left.
    fs::remove_dir_all(home.path().join("test").join(&taken)).unwrap();
    let third = fetch(&server, home.path()).unwrap();
    assert_eq!(third.change, Change::New);
    assert_eq!(names(home.path()).len(), 3);
}

#[test]
fn what_a_killed_run_left_is_removed_or_used_and_never_listed() {
    let body = list("1", 5000);
    let server = Server::start(move |request, _| good(request, &body, "\"v1\"", None));
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("test")).unwrap();
    for (name, text) in [(".part", "<half"), (".part.json", "{broken"), (".tw-aB3xYz.tmp", "half")] {
        fs::write(home.path().join("test").join(name), text).unwrap();
    }
    fetch(&server, home.path()).unwrap();
    assert_eq!(names(home.path()).len(), 2);
    assert_eq!(server.asked()[0].range_from(), None);
}

#[test]
fn a_file_that_a_killed_run_did_not_list_is_fetched_as_new() {
    let body = list("1", 5000);
    let server = Server::start(move |request, _| good(request, &body, "\"v1\"", None));
    let home = tempfile::tempdir().unwrap();
    fetch(&server, home.path()).unwrap();
    fs::remove_file(home.path().join("test/manifest.jsonl")).unwrap();
    assert_eq!(fetch(&server, home.path()).unwrap().change, Change::New);
    assert_eq!(read_manifest(&home.path().join("test")).unwrap().len(), 1);
    assert_eq!(names(home.path()).len(), 2);
}

#[test]
fn a_capture_that_changed_on_disk_is_fetched_again_and_put_right() {
    let body = list("1", 5000);
    let sent = body.clone();
    let server = Server::start(move |request, _| good(request, &sent, "\"v1\"", None));
    let home = tempfile::tempdir().unwrap();
    let first = fetch(&server, home.path()).unwrap();
    let mut damaged = body.clone();
    damaged[100] ^= 1;
    fs::write(&first.path, damaged).unwrap();
    let second = fetch(&server, home.path()).unwrap();
    assert_eq!(server.asked()[1].header("if-none-match"), None);
    assert_eq!((second.change, fs::read(&second.path).unwrap()), (Change::New, body));
}

#[test]
fn two_fetches_of_the_same_give_the_same_bytes() {
    let body = list("1", 300_000);
    let server = Server::start(move |request, _| good(request, &body, "\"v1\"", None));
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fetch(&server, one.path()).unwrap();
    fetch(&server, two.path()).unwrap();
    assert_eq!(names(one.path()), names(two.path()));
    for name in names(one.path()) {
        let read = |home: &Path| fs::read(home.join("test").join(&name)).unwrap();
        assert_eq!(read(one.path()), read(two.path()), "{name}");
    }
}

#[test]
fn a_folder_that_another_run_writes_to_is_left_alone() {
    let server = Server::start(|_, _| Reply::default());
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("test")).unwrap();
    let lock = fs::File::create(home.path().join("test/.lock")).unwrap();
    lock.lock().unwrap();
    assert!(matches!(fetch(&server, home.path()), Err(FetchError::Busy { .. })));
    assert!(server.asked().is_empty());
}

#[test]
fn offline_a_missing_token_and_a_licence_not_accepted_end_before_any_connection() {
    let body = list("1", 500);
    let server = Server::start(move |request, _| good(request, &body, "\"v1\"", None));
    let home = tempfile::tempdir().unwrap();
    let source = card(&server);
    let offline = Fetcher::new(settings(), Policy::offline().with_loopback());
    assert!(matches!(offline.fetch(&source, home.path(), noon()), Err(FetchError::Offline { .. })));
    // Without loopback, the machine itself is no source.
    let strict = Fetcher::new(settings(), Policy::of(&cards(&server)));
    assert!(matches!(strict.fetch(&source, home.path(), noon()), Err(FetchError::NotAllowed { .. })));
    let bound = Source { licence: "CC BY-NC 4.0".to_owned(), accept_licence: true, ..source.clone() };
    let error = fetcher().fetch(&bound, home.path(), noon()).unwrap_err();
    assert_eq!(error.to_string(), "`test` is under CC BY-NC 4.0, which was not accepted");
    assert!(error.hint().unwrap().contains("--accept-licence test"));
    let secret = Source { address: server.address("/list.xml?token={token}"), token: Some("a token of your own".to_owned()), ..source };
    let error = fetcher().fetch(&secret, home.path(), noon()).unwrap_err();
    assert_eq!((error.hint(), error.exit()), (Some("give a token of your own"), Exit::Usage));
    assert!(server.asked().is_empty());
    assert!(!home.path().join("test").exists());

    let mut agreed = settings();
    agreed.accepted_licences.insert("test".to_owned());
    agreed.tokens.insert("test".to_owned(), "abc123".to_owned());
    let agreed = Fetcher::new(agreed, policy());
    agreed.fetch(&bound, &home.path().join("bound"), noon()).unwrap();
    let outcome = agreed.fetch(&secret, home.path(), noon()).unwrap();
    assert_eq!(server.asked()[1].path, "/list.xml?token=abc123");
    assert_eq!(outcome.record.capture.from, Some(server.address("/list.xml?token={token}")));
    assert!(!fs::read_to_string(home.path().join("test/manifest.jsonl")).unwrap().contains("abc123"));
}

/// A publisher of changes: an index, the list, and a file a version.
fn publisher(versions: &'static [&'static str]) -> Server {
    let port = Arc::new(Mutex::new(0));
    let known = Arc::clone(&port);
    let server = Server::start(move |request, _| {
        let root = format!("http://127.0.0.1:{}", known.lock().unwrap());
        if request.path == "/index.json" {
            return Reply::whole(200, &[], format!("{{\"name\": \"test\", \"delta_url\": \"{root}/delta.json\"}}").as_bytes());
        }
        if request.path == "/delta.json" {
            let lines: Vec<_> =
                versions.iter().map(|version| format!("\"{version}\": \"{root}/artifacts/{version}/entities.delta.json\"")).collect();
            return Reply::whole(200, &[], format!("{{\"versions\": {{{}}}, \"updated_at\": \"x\"}}", lines.join(", ")).as_bytes());
        }
        // One version changed nothing.
        if request.path.contains("-npf") {
            return Reply::whole(200, &[], b"");
        }
        let text = format!("{{\"op\":\"ADD\",\"entity\":{{\"id\":\"{}\"}}}}\n", request.path);
        good(request, text.as_bytes(), "\"d\"", None)
    });
    *port.lock().unwrap() = server.port;
    server
}

const VERSIONS: &[&str] = &["20310330014702-pfh", "20310329194702-wnk", "20310329134702-zbn", "20310330074703-npf"];

#[test]
fn changes_are_fetched_in_order_since_the_version_at_hand_and_not_twice() {
    let server = publisher(VERSIONS);
    let home = tempfile::tempdir().unwrap();
    let source = Source { delta_index: Some(server.address("/index.json")), ..card(&server) };
    let deltas = fetcher().fetch_deltas(&source, "20310329194702-wnk", home.path(), noon()).unwrap();
    let found = |deltas: &tw_fetch::Deltas| -> Vec<_> { deltas.steps.iter().map(|step| step.record.version.clone().unwrap()).collect() };
    assert_eq!(found(&deltas), ["20310330014702-pfh", "20310330074703-npf"]);
    assert_eq!((deltas.to.as_str(), &deltas.gap), ("20310330074703-npf", &None));
    let text = fs::read_to_string(&deltas.steps[0].path).unwrap();
    assert!(text.contains("20310330014702-pfh"), "{text}");
    assert_eq!(read_manifest(&home.path().join("test/deltas")).unwrap().len(), 2);
    let asked = server.asked().len();
    let again = fetcher().fetch_deltas(&source, "20310329134702-zbn", home.path(), later()).unwrap();
    assert_eq!(found(&again), ["20310329194702-wnk", "20310330014702-pfh", "20310330074703-npf"]);
    assert_eq!(again.steps.iter().map(|step| step.change).collect::<Vec<_>>(), [Change::New, Change::NotModified, Change::NotModified]);
    // The index, the list, and the one change that was not there.
    assert_eq!(server.asked().len(), asked + 3);
}

#[test]
fn a_gap_in_the_changes_is_told_and_nothing_newer_is_no_gap() {
    let server = publisher(VERSIONS);
    let home = tempfile::tempdir().unwrap();
    let source = Source { delta_index: Some(server.address("/delta.json")), ..card(&server) };
    let early = fetcher().fetch_deltas(&source, "20310101000000-old", home.path(), noon()).unwrap();
    assert_eq!(early.gap.as_deref(), Some("the list begins with 20310329134702-zbn, after 20310101000000-old"));
    assert!(early.steps.is_empty());
    let current = fetcher().fetch_deltas(&source, "20310330074703-npf", home.path(), noon()).unwrap();
    assert_eq!((current.gap, current.steps.len(), current.to.as_str()), (None, 0, "20310330074703-npf"));
    let few = Fetcher::new(Settings { deltas: 1, ..settings() }, policy());
    let many = few.fetch_deltas(&source, "20310329134702-zbn", home.path(), noon()).unwrap();
    assert!(many.gap.unwrap().starts_with("3 changes since"));
    assert!(fetcher().fetch_deltas(&source, "yesterday", home.path(), noon()).is_err());
    assert!(fetcher().fetch_deltas(&card(&server), "20310330074703-npf", home.path(), noon()).is_err());
}

#[test]
fn a_list_of_changes_that_leads_elsewhere_or_is_none_is_refused() {
    let home = tempfile::tempdir().unwrap();
    for (text, part) in [
        ("{\"versions\": {\"20310330014702-pfh\": \"https://evil.example/x\", \"20310329014702-pfh\": \"x\"}}", "is not allowed"),
        ("{\"versions\": {\"20310330014702-pfh\": \"https://data.trade.gov/x\", \"20310329014702-pfh\": \"x\"}}", "is not allowed"),
        ("{\"versions\": {\"../../x\": \"https://data.opensanctions.org/x\"}}", "is no version"),
        ("{\"versions\": [1]}", "cannot be read"),
        ("{\"delta_url\": \"https://evil.example/delta.json\"}", "is not allowed"),
        ("{}", "names no list"),
    ] {
        let server = Server::start(move |_, _| Reply::whole(200, &[], text.as_bytes()));
        let source = Source { delta_index: Some(server.address("/delta.json")), ..card(&server) };
        let error = fetcher().fetch_deltas(&source, "20310329014702-pfh", &home.path().join(part), noon()).unwrap_err();
        assert!(error.to_string().contains(part), "{text}: {error}");
        assert_eq!(server.asked().len(), 1);
    }
}
