//! Looking after the server: whether it lives and can answer, what it has done, and how it ends.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{Answer, Server};
use crate::support::real::{Machine, Ran, eventually, set_mode, soon};

fn signal(server: &Server, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &server.pid().to_string()]).status();
    assert!(sent.expect("kill starts").success());
}

/// What stands behind a name in the metrics.
fn metric(server: &Server, name: &str) -> f64 {
    let told = server.get("/metrics").send().is(200).body;
    let mut found = told.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let number = found.next().unwrap_or_else(|| panic!("no {name} in {told}"));
    assert_eq!(found.next(), None, "{name} stands there twice");
    number.parse().unwrap()
}

#[test]
fn it_tells_that_it_lives_and_that_it_can_answer() {
    let server = Server::new();
    for path in ["/healthz", "/readyz"] {
        let answer = server.get(path).send().is(200);
        assert!(answer.header("x-request-id").is_some());
        server.request("HEAD", path).send().is(200);
        server.post(path).send().is(405);
    }
}

#[test]
fn it_is_not_ready_while_the_vault_cannot_be_written_and_lives_all_the_same() {
    let server = Server::new();
    let db = rusqlite::Connection::open(server.machine.vault()).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = server.get("/readyz").send().is(503);
    assert!(!answer.body.contains("vault.db"), "{answer:?}");
    server.get("/healthz").send().is(200);
    db.execute_batch("ROLLBACK").unwrap();
    server.get("/readyz").send().is(200);
}

#[test]
fn a_use_that_cannot_be_counted_for_too_long_is_no_verdict() {
    let server = Server::new();
    let secret = server.create(&["web", "--max-uses", "5"]);
    let db = rusqlite::Connection::open(server.machine.vault()).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    assert_eq!(server.verify("", &secret), 503);
    assert!(begun.elapsed() < Duration::from_secs(15));
    db.execute_batch("ROLLBACK").unwrap();
    assert_eq!(server.verify("", &secret), 200);
    assert_eq!(metric(&server, "jeton_failures_total"), 1.0);
}

#[test]
fn it_is_not_ready_without_its_vault() {
    let server = Server::new();
    let (there, away) = (server.machine.vault(), server.machine.dir().join("away"));
    let dir = there.parent().unwrap();
    fs::rename(dir, &away).unwrap();
    let answer = server.get("/readyz").send().is(503);
    assert!(!answer.body.contains(dir.to_str().unwrap()), "{answer:?}");
    fs::rename(&away, dir).unwrap();
    server.get("/readyz").send().is(200);
}

#[test]
fn it_is_ready_on_a_vault_that_is_only_to_be_read() {
    let machine = Machine::of_nobody();
    machine.jeton(["vault", "init"]).run().exits(0);
    let secret = machine.create("web");
    let vault = machine.vault();
    set_mode(&vault, 0o400);
    set_mode(vault.parent().unwrap(), 0o500);
    let server = Server::of(machine, &[]);
    assert_eq!(server.verify("", &secret), 200);
    server.get("/readyz").send().is(200);
    set_mode(vault.parent().unwrap(), 0o700);
}

#[test]
fn what_was_done_is_told_in_numbers() {
    let server = Server::new();
    let secret = server.create(&["web", "--scope", "a"]);
    let limited = server.create(&["limited", "--max-uses", "1"]);
    let revoked = server.create(&["gone"]);
    server.jeton(&["revoke", "gone"]).exits(0);
    for _ in 0..3 {
        assert_eq!(server.verify("?scope=a", &secret), 200);
    }
    assert_eq!(server.verify("?scope=b", &secret), 403);
    assert_eq!([server.verify("", &limited), server.verify("", &limited)], [200, 401]);
    assert_eq!(server.verify("", &revoked), 401);
    assert_eq!(server.verify("", "nobody-knows-this-one"), 401);
    assert_eq!(server.verify("", "short"), 401);
    server.get("/verify").send().is(401);
    for (verdict, times) in
        [("valid", 4), ("lacks", 1), ("used-up", 1), ("revoked", 1), ("unknown", 1), ("malformed", 1), ("expired", 0)]
    {
        let name = format!("jeton_verdicts_total{{verdict=\"{verdict}\"}}");
        assert_eq!(metric(&server, &name), f64::from(times), "{verdict}");
    }
    assert_eq!(metric(&server, "jeton_request_duration_seconds_count{group=\"verify\"}"), 10.0);
    assert_eq!(metric(&server, "jeton_request_duration_seconds_bucket{le=\"+Inf\",group=\"verify\"}"), 10.0);
    assert!(metric(&server, "jeton_request_duration_seconds_sum{group=\"verify\"}") > 0.0);
    assert_eq!(metric(&server, "jeton_tokens{status=\"active\"}"), 1.0);
    assert_eq!(metric(&server, "jeton_tokens{status=\"revoked\"}"), 1.0);
    assert_eq!(metric(&server, "jeton_tokens{status=\"used-up\"}"), 1.0);
    assert!(metric(&server, "jeton_cache_requests_total{result=\"hit\"}") >= 2.0);
    assert!(metric(&server, "jeton_cache_requests_total{result=\"miss\"}") >= 3.0);
    assert!(metric(&server, "jeton_cache_entries") >= 1.0);
    assert!(metric(&server, "jeton_cache_bytes") > 0.0);
    assert_eq!(metric(&server, "jeton_throttled_total"), 0.0);
    assert_eq!(metric(&server, "jeton_connections"), 1.0);
    assert_eq!(metric(&server, &format!("jeton_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))), 1.0);
    let answer = server.get("/metrics").send();
    assert!(answer.header("content-type").unwrap().starts_with("application/openmetrics-text; version=1.0.0"));
    assert!(answer.body.ends_with("# EOF\n"));
    assert!(!answer.body.contains("web"));
}

#[test]
fn a_request_has_one_line_in_the_log_and_a_verification_has_none() {
    let mut server = Server::new();
    let secret = server.create(&["web"]);
    assert_eq!(server.verify("?type=client", &secret), 200);
    server.get("/readyz?token=abc").header("X-Request-Id", "number-1").send().is(200);
    server.get("/nowhere/at/all").header("X-Request-Id", "number-2").send().is(404);
    let (code, log) = server.terminate();
    assert_eq!(code, 0);
    let of = |text: &str| log.lines().filter(|line| line.contains(text)).collect::<Vec<_>>();
    let [line] = of("number-1")[..] else { panic!("{log}") };
    for part in [" INFO ", "method=GET", "route=/readyz", "status=200", "client=127.0.0.1", "ms="] {
        assert!(line.contains(part), "{part} in {line}");
    }
    let [line] = of("number-2")[..] else { panic!("{log}") };
    assert!(line.contains("status=404") && !line.contains("nowhere"), "{line}");
    assert!(!log.contains("abc") && !log.contains("verified"), "{log}");
}

#[test]
fn in_json_each_line_is_one_object() {
    let mut server = Server::of(Machine::with_show_once_vault(), &["--log-format", "json", "--log-level", "debug"]);
    let secret = server.create(&["web"]);
    server.get("/verify").bearer(&secret).header("X-Request-Id", "number-1").send().is(200);
    server.get("/healthz").header("X-Request-Id", "number-2").send().is(200);
    let log = server.terminate().1;
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    for line in &lines {
        line["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        assert!(line["level"].is_string() && line["message"].is_string(), "{line}");
    }
    let verified = lines.iter().find(|line| line["id"] == "number-1").expect("at debug verifications are told");
    assert_eq!((&verified["status"], &verified["level"]), (&200.into(), &"DEBUG".into()));
    let answered = lines.iter().find(|line| line["id"] == "number-2").expect("and all others");
    assert_eq!((&answered["status"], &answered["route"]), (&200.into(), &"/healthz".into()));
}

#[test]
fn an_administrator_can_find_out_why_a_request_was_refused() {
    let mut server = Server::of(Machine::with_show_once_vault(), &["--log-format", "json", "--log-level", "debug"]);
    let secret = server.create(&["gone", "--scope", "jeton.introspect"]);
    let reader = server.create(&["reader", "--scope", "jeton.read"]);
    let asker = server.create(&["asker", "--scope", "jeton.introspect"]);
    let id = |name: &str| -> serde_json::Value {
        let shown = server.jeton(&["show", name, "--json"]).exits(0);
        serde_json::from_str::<serde_json::Value>(&shown.stdout).unwrap()["id"].clone()
    };
    let (gone, reader_id, asker_id) = (id("gone"), id("reader"), id("asker"));
    server.jeton(&["revoke", "gone"]).exits(0);
    let none = serde_json::Value::Null;
    let number = |request: super::Request<'_>, number: &str| request.header("X-Request-Id", number).send().status;
    assert_eq!(number(server.get("/verify").bearer(&secret), "number-1"), 401);
    assert_eq!(number(server.get("/verify?scope=a").bearer(&reader), "number-2"), 403);
    assert_eq!(number(server.get("/verify").bearer("short"), "number-3"), 401);
    assert_eq!(number(server.get("/verify"), "number-4"), 401);
    assert_eq!(number(server.get("/api/tokens").bearer(&secret), "number-5"), 401);
    assert_eq!(number(server.request("DELETE", "/api/tokens/asker").bearer(&reader), "number-6"), 403);
    assert_eq!(number(server.get("/api/tokens").bearer(&reader), "number-7"), 200);
    let about = format!("token={secret}");
    assert_eq!(number(server.post("/introspect").bearer(&asker).form(&about), "number-8"), 200);
    let log = server.terminate().1;
    assert!(!log.contains(&secret) && !log.contains(&reader) && !log.contains(&asker), "{log}");
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    for (number, route, verdict, token, caller) in [
        ("number-1", "/verify", "revoked".into(), &gone, &none),
        ("number-2", "/verify", "lacks".into(), &reader_id, &none),
        ("number-3", "/verify", "malformed".into(), &none, &none),
        ("number-4", "/verify", none.clone(), &none, &none),
        ("number-5", "/api/tokens", "revoked".into(), &none, &gone),
        ("number-6", "/api/tokens/{token}", "lacks".into(), &none, &reader_id),
        ("number-7", "/api/tokens", "valid".into(), &none, &reader_id),
        ("number-8", "/introspect", "revoked".into(), &gone, &asker_id),
    ] {
        let found: Vec<_> = lines.iter().filter(|line| line["id"] == number).collect();
        let [line] = found[..] else { panic!("{number}: {log}") };
        let told = (&line["route"], &line["verdict"], &line["token"], &line["caller"]);
        assert_eq!(told, (&route.into(), &verdict, token, caller), "{line}");
        assert!(line["method"].is_string() && line["client"].is_string() && line["ms"].is_number(), "{line}");
    }
}

#[test]
fn in_text_what_became_of_a_request_comes_first() {
    let mut server = Server::new();
    server.get("/healthz").header("X-Request-Id", "number-1").send().is(200);
    let log = server.terminate().1;
    let line = log.lines().find(|line| line.contains("number-1")).expect("it is told");
    assert!(line.contains(" INFO answered status=200 method=GET route=/healthz client=127.0.0.1 "), "{line}");
}

#[test]
fn a_level_says_how_much_is_told() {
    let mut server = Server::new();
    server.get("/healthz").send().is(200);
    assert!(server.terminate().1.contains("/healthz"));
    let args = ["--log-level", "loud"];
    Server::new().machine.jeton(["serve"].iter().chain(&args)).run().exits(2).says("--log-level");
}

/// When this token was last used, as the command line tells it.
fn last_used(machine: &Machine, name: &str) -> Option<String> {
    let shown: Ran = machine.jeton(["show", name, "--json"]).run().exits(0);
    let token: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    token["last_used_at"].as_str().map(str::to_owned)
}

fn beside_the_vault(machine: &Machine) -> Vec<String> {
    let dir = machine.vault().parent().unwrap().to_owned();
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn at_the_end_the_last_uses_are_written_and_the_vault_is_closed() {
    for name in ["TERM", "INT"] {
        let mut server = Server::new();
        let secret = server.create(&["web"]);
        assert_eq!(server.verify("", &secret), 200);
        signal(&server, name);
        let mut child = server.child.take().unwrap();
        let status = soon("the end", move || child.wait()).unwrap();
        assert_eq!(status.code(), Some(0), "{name}");
        assert_eq!(beside_the_vault(&server.machine), ["vault.db"]);
        assert!(last_used(&server.machine, "web").is_some());
    }
}

#[test]
fn a_last_use_is_written_within_a_second_whatever_happens() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    assert_eq!(server.verify("", &secret), 200);
    std::thread::sleep(Duration::from_secs(1));
    signal(&server, "KILL");
    eventually("its end", || TcpStream::connect(server.address).is_err().then_some(()));
    assert!(last_used(&server.machine, "web").is_some());
}

const NOT_YET: &str = "last uses could not be written yet";

/// Another process that keeps the vault to itself, and a use of `web` that could not be written for it.
fn held(server: &Server, web: &str) -> rusqlite::Connection {
    let writer = rusqlite::Connection::open(server.machine.vault()).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(server.verify("", web), 200);
    eventually("it cannot be written", || server.log().contains(NOT_YET).then_some(()));
    writer
}

#[test]
fn a_last_use_waits_for_another_process_at_the_end_too() {
    let mut server = Server::new();
    let secret = server.create(&["web"]);
    let writer = held(&server, &secret);
    signal(&server, "TERM");
    let at_the_end = || server.log().split_once("ending").is_some_and(|(_, rest)| rest.matches(NOT_YET).count() > 1);
    eventually("it was tried at the end", || at_the_end().then_some(()));
    writer.execute_batch("ROLLBACK").unwrap();
    let mut child = server.child.take().unwrap();
    assert_eq!(soon("the end", move || child.wait()).unwrap().code(), Some(0));
    assert!(last_used(&server.machine, "web").is_some());
}

#[test]
fn a_refusal_waits_for_one_writing_of_last_uses_at_most() {
    let server = Server::new();
    let (web, spent) = (server.create(&["web"]), server.create(&["spent", "--max-uses", "1"]));
    assert_eq!(server.verify("", &spent), 200);
    let _writer = held(&server, &web);
    let tried = || server.log().matches(NOT_YET).count();
    // One more at each tick would pile up by then.
    eventually("it was tried many times", || (tried() >= 14).then_some(()));
    let before = tried();
    assert_eq!(server.verify("", &spent), 401);
    assert!(tried() - before <= 1, "{}", server.log());
}

#[test]
fn no_counted_use_is_lost_at_the_end() {
    for name in ["TERM", "KILL"] {
        let server = Server::new();
        let secret = server.create(&["web", "--max-uses", "100000"]);
        let (address, pid) = (server.address, server.pid());
        let clients: Vec<_> = (0..8)
            .map(|_| {
                let secret = secret.clone();
                std::thread::spawn(move || {
                    let Ok(mut stream) = TcpStream::connect(address) else { return 0 };
                    let ask = format!("GET /verify HTTP/1.1\r\nHost: a\r\nX-API-Key: {secret}\r\n\r\n");
                    let mut passed = 0;
                    let mut answer = [0; 4096];
                    while stream.write_all(ask.as_bytes()).is_ok() {
                        match stream.read(&mut answer) {
                            Ok(length) if answer[..length].starts_with(b"HTTP/1.1 200") => passed += 1,
                            _ => break,
                        }
                    }
                    passed
                })
            })
            .collect();
        eventually("some uses", || (metric(&server, "jeton_verdicts_total{verdict=\"valid\"}") > 100.0).then_some(()));
        assert!(Command::new("kill").args(["-s", name, &pid.to_string()]).status().unwrap().success());
        let passed: u64 = clients.into_iter().map(|client| client.join().unwrap()).sum();
        eventually("its end", || TcpStream::connect(address).is_err().then_some(()));
        let spent = || {
            let shown = server.machine.jeton(["show", "web", "--json"]).run().exits(0);
            serde_json::from_str::<serde_json::Value>(&shown.stdout).unwrap()["uses"].as_u64().unwrap()
        };
        // Of those that were being answered somebody may not have heard.
        let spent = spent();
        assert!((passed..=passed + 8).contains(&spent), "{name}: {passed} passed, {spent} were counted");
        if name == "TERM" {
            assert_eq!(spent, passed);
        }
    }
}

/// A request that has begun: its body is not yet there.
fn begun(server: &Server) -> TcpStream {
    let mut stream = server.connect();
    let head = "POST /nowhere HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    // Now it waits for the body.
    let mut told = [0; 25];
    stream.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[test]
fn a_request_that_has_begun_is_finished_and_no_other_begins() {
    let mut server = Server::new();
    let mut begun = begun(&server);
    let mut idle = server.connect();
    signal(&server, "TERM");
    eventually("nobody is let in", || TcpStream::connect(server.address).is_err().then_some(()));
    assert_eq!(idle.read(&mut [0]).unwrap(), 0, "who asks for nothing is not waited for");
    begun.write_all(b"abc").unwrap();
    let mut answer = Vec::new();
    begun.read_to_end(&mut answer).unwrap();
    let answer = Answer::parse(&answer).is(404);
    assert_eq!(answer.header("connection"), Some("close"));
    let mut child = server.child.take().unwrap();
    assert_eq!(soon("the end", move || child.wait()).unwrap().code(), Some(0));
}

#[test]
fn the_end_does_not_wait_for_ever() {
    let mut server = Server::new();
    let _begun = begun(&server);
    let since = Instant::now();
    let (code, _) = server.terminate();
    assert_eq!(code, 0);
    assert!((5..20).contains(&since.elapsed().as_secs()), "{:?}", since.elapsed());
}

#[test]
fn who_asks_twice_does_not_wait() {
    let mut server = Server::new();
    let _begun = begun(&server);
    signal(&server, "TERM");
    eventually("the first was heard", || server.log().contains("ending").then_some(()));
    eventually("nobody is let in", || TcpStream::connect(server.address).is_err().then_some(()));
    let since = Instant::now();
    signal(&server, "TERM");
    let mut child = server.child.take().unwrap();
    soon("the end", move || child.wait()).unwrap();
    assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
}
