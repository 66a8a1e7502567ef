//! What a client may do to the server: not much, and the others are served all the while.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use super::{Answer, Server};
use crate::support::real::{Machine, eventually};

/// All that comes back on a connection of its own until the server closes it.
fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut stream = server.connect();
    stream.write_all(bytes).expect("it reads");
    rest(&mut stream)
}

fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it closes in order");
    String::from_utf8(answer).expect("an answer is text")
}

/// The statuses of all answers, in order.
fn statuses(answers: &str) -> Vec<u16> {
    let lines = answers.split("HTTP/1.").skip(1);
    lines.map(|line| line.split(' ').nth(1).unwrap().parse().unwrap()).collect()
}

const CLOSE: &str = "Host: jeton\r\nConnection: close\r\n";

fn serves(server: &Server, secret: &str) {
    assert_eq!(server.verify("", secret), 200);
}

#[test]
fn a_body_of_64_kib_is_read_and_a_longer_one_refused() {
    let server = Server::new();
    let length = 64 << 10;
    server.post("/nowhere").body(&"a".repeat(length)).send().is(404);
    for path in ["/nowhere", "/verify"] {
        let answer = server.post(path).body(&"a".repeat(length + 1)).send().is(413);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        // Nobody can say beforehand how long it is.
        let chunk = format!("{:x}\r\n{}\r\n0\r\n\r\n", length + 1, "a".repeat(length + 1));
        let head = format!("POST {path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n{CLOSE}\r\n");
        let expected = if path == "/verify" { 401 } else { 413 };
        assert_eq!(statuses(&raw(&server, format!("{head}{chunk}").as_bytes())), [expected]);
    }
    // It is not awaited either: the length it has told is enough.
    let head = format!("POST /nowhere HTTP/1.1\r\nContent-Length: 100000000000\r\nExpect: 100-continue\r\n{CLOSE}\r\n");
    assert_eq!(statuses(&raw(&server, head.as_bytes())), [413]);
}

#[test]
fn who_sends_megabytes_reads_the_refusal() {
    let server = Server::new();
    let answer = server.post("/nowhere").body(&"a".repeat(4 << 20)).send();
    assert_eq!(answer.status, 413);
}

#[test]
fn a_head_of_more_than_16_kib_is_refused() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    server.get("/verify").bearer(&secret).header("X-Long", &"a".repeat(15 << 10)).send().is(200);
    server.get("/verify").bearer(&secret).header("X-Long", &"a".repeat(17 << 10)).send().is(431);
    server.get(&format!("/verify?scope={}", "a".repeat(17 << 10))).bearer(&secret).send().is(431);
    let many: String = (0..200).map(|number| format!("X-{number}: a\r\n")).collect();
    assert_eq!(statuses(&raw(&server, format!("GET /verify HTTP/1.1\r\n{many}{CLOSE}\r\n").as_bytes())), [431]);
    serves(&server, &secret);
}

#[test]
fn requests_that_come_at_once_are_answered_in_turn() {
    let server = Server::new();
    let secret = server.create(&["web", "--scope", "a"]);
    let ask = |scope| format!("GET /verify?scope={scope} HTTP/1.1\r\nHost: j\r\nX-API-Key: {secret}\r\n");
    let all: String = (0..50).map(|at| ask(if at % 2 == 0 { "a" } else { "b" }) + "\r\n").collect();
    let answers = raw(&server, format!("{all}{}Connection: close\r\n\r\n", ask("a")).as_bytes());
    let expected: Vec<u16> = (0..51).map(|at| if at % 2 == 0 { 200 } else { 403 }).collect();
    assert_eq!(statuses(&answers), expected);
}

#[test]
fn malformed_requests_are_refused_and_the_rest_is_served() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    for (request, expected) in [
        ("garbage\r\n\r\n", &[400][..]),
        ("GET /verify\r\n\r\n", &[400]),
        ("GET /verify HTTP/9.9\r\n\r\n", &[400]),
        ("GET  /verify HTTP/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("\u{16}\u{3}\u{1}\u{2}\r\n\r\n", &[400]),
        // RFC 9112, section 3.2: exactly one.
        ("GET /verify HTTP/1.1\r\nConnection: close\r\n\r\n", &[400]),
        ("GET /verify HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", &[400]),
        ("GET /verify HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n", &[400]),
        ("GET /verify HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n", &[400]),
        ("GET /verify HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n", &[400]),
        ("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", &[400]),
        ("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", &[400]),
        ("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na", &[400]),
        ("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 6\r\n\r\nabcdef", &[400]),
        ("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", &[400]),
        ("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", &[400]),
        ("POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", &[400]),
        ("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", &[400]),
        // What a proxy might take for another request stays the body of this one, and nothing follows it.
        (
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\
             GET /verify HTTP/1.1\r\nHost: a\r\n\r\n",
            &[404],
        ),
        (
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n\
             GET /verify HTTP/1.1\r\nHost: a\r\n\r\n",
            &[404],
        ),
        ("POST /verify HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", &[401]),
        // HTTP/2 is not spoken; there is nothing to say in it.
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[]),
    ] {
        assert_eq!(statuses(&raw(&server, request.as_bytes())), expected, "{request:?}");
        serves(&server, &secret);
    }
}

#[test]
fn unusual_requests_are_understood() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    let key = format!("X-API-Key: {secret}\r\n");
    for (request, expected) in [
        (format!("GET /verify HTTP/1.0\r\n{key}\r\n"), &[200][..]),
        // RFC 9112, section 3.2.2.
        (format!("GET http://jeton.example/verify?type=client HTTP/1.1\r\n{key}{CLOSE}\r\n"), &[200]),
        (format!("OPTIONS * HTTP/1.1\r\n{key}{CLOSE}\r\n"), &[404]),
        (format!("CONNECT a:80 HTTP/1.1\r\n{key}{CLOSE}\r\n"), &[404]),
        (format!("BREW /verify HTTP/1.1\r\n{key}{CLOSE}\r\n"), &[200]),
        // RFC 9112, section 2.2: a recipient may take a bare line feed for the end of a line.
        (format!("GET /verify HTTP/1.1\n{key}{CLOSE}\n").replace('\r', ""), &[200]),
        (format!("\r\nGET /verify HTTP/1.1\r\n{key}{CLOSE}\r\n"), &[200]),
        (format!("POST /verify HTTP/1.1\r\n{key}Content-Length: 3\r\nContent-Length: 3\r\n{CLOSE}\r\nabc"), &[200]),
        (
            format!("POST /nowhere HTTP/1.1\r\nTransfer-Encoding: chunked\r\n{CLOSE}\r\n1\r\na\r\n0\r\nX-A: b\r\n\r\n"),
            &[404],
        ),
        (format!("POST /nowhere HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n{CLOSE}\r\na"), &[100, 404]),
        // Nobody reads it, so nobody asks for it.
        (format!("POST /verify HTTP/1.1\r\n{key}Expect: 100-continue\r\nContent-Length: 1\r\n{CLOSE}\r\na"), &[200]),
    ] {
        assert_eq!(statuses(&raw(&server, request.as_bytes())), expected, "{request:?}");
    }
}

#[test]
fn a_secret_in_a_trailer_is_none() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    let request = format!(
        "POST /verify HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: X-API-Key\r\n{CLOSE}\r\n0\r\nX-API-Key: {secret}\r\n\r\n"
    );
    assert_eq!(statuses(&raw(&server, request.as_bytes())), [401]);
}

#[test]
fn a_head_that_takes_too_long_is_not_awaited() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    let begun = Instant::now();
    let mut slow: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /verify HTTP/1.1\r\nHost: a\r\n").unwrap();
    }
    let mut idle = server.connect();
    serves(&server, &secret);
    // A byte now and then does not help.
    let mut dripping = slow.pop().unwrap();
    let drip = std::thread::spawn(move || {
        while dripping.write_all(b"a").is_ok() && begun.elapsed() < Duration::from_secs(25) {
            std::thread::sleep(Duration::from_millis(200));
        }
        begun.elapsed()
    });
    for stream in &mut slow {
        assert_eq!(rest(stream), "");
    }
    assert_eq!(rest(&mut idle), "");
    let passed = begun.elapsed();
    assert!((9..25).contains(&passed.as_secs()), "{passed:?}");
    assert!(drip.join().unwrap() < Duration::from_secs(24));
    serves(&server, &secret);
}

#[test]
fn a_connection_that_is_kept_open_for_nothing_is_closed() {
    let server = Server::new();
    let mut kept = server.connect();
    let begun = Instant::now();
    kept.write_all(b"GET /verify HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert_eq!(statuses(&rest(&mut kept)), [401]);
    assert!((9..25).contains(&begun.elapsed().as_secs()));
}

#[test]
fn a_body_that_takes_too_long_is_told_so() {
    let server = Server::new();
    let mut slow = server.connect();
    let begun = Instant::now();
    slow.write_all(b"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc").unwrap();
    assert_eq!(statuses(&rest(&mut slow)), [408]);
    assert!((9..25).contains(&begun.elapsed().as_secs()));
}

#[test]
fn who_finds_no_room_waits_until_somebody_has_gone() {
    let server = Server::of(Machine::with_show_once_vault(), &["--max-connections", "2"]);
    let secret = server.create(&["web"]);
    let holders: Vec<_> = (0..2).map(|_| server.connect()).collect();
    let ask = |stream: &mut TcpStream| {
        write!(stream, "GET /verify HTTP/1.1\r\nX-API-Key: {secret}\r\n{CLOSE}\r\n").unwrap();
    };
    let mut third = server.connect();
    ask(&mut third);
    third.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(third.read(&mut [0]).is_err(), "it was let in");
    drop(holders);
    third.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    assert_eq!(statuses(&rest(&mut third)), [200]);
}

#[test]
fn a_server_without_descriptors_waits_for_some_without_haste() {
    let machine = Machine::with_show_once_vault();
    let server = Server::of(machine, &["--max-connections", "4000"]);
    let secret = server.create(&["web"]);
    serves(&server, &secret);
    let limit = std::process::Command::new("prlimit")
        .args(["--pid", &server.pid().to_string(), "--nofile=40:40"])
        .status()
        .expect("prlimit starts");
    assert!(limit.success());
    let crowd: Vec<_> = (0..80).map(|_| server.connect()).collect();
    eventually("it notices", || server.log().contains("could not be accepted").then_some(()));
    let before = cpu(server.pid());
    std::thread::sleep(Duration::from_secs(1));
    let spent = cpu(server.pid()) - before;
    assert!(spent < 20, "{spent} of 100 ticks were spent on waiting");
    drop(crowd);
    serves(&server, &secret);
}

/// The processor time that a process has used, in hundredths of a second.
fn cpu(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<_> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[test]
fn who_does_not_read_is_not_waited_for() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    let mut deaf = server.connect();
    deaf.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    let ask = format!("GET /verify HTTP/1.1\r\nHost: a\r\nX-API-Key: {secret}\r\n\r\n").repeat(1000);
    let begun = Instant::now();
    // Until neither side takes any more.
    while deaf.write_all(ask.as_bytes()).is_ok() {}
    serves(&server, &secret);
    deaf.set_write_timeout(None).unwrap();
    let gone = std::thread::spawn(move || {
        while deaf.write_all(ask.as_bytes()).is_ok() {}
        begun.elapsed()
    });
    assert!(gone.join().unwrap() < Duration::from_secs(30));
}

#[test]
fn who_hangs_up_in_the_middle_harms_nobody() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    for part in
        ["", "GET", "GET /verify HTTP/1.1\r\nHost: a\r\n", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na"]
    {
        let mut stream = server.connect();
        stream.write_all(part.as_bytes()).unwrap();
        drop(stream);
        let mut stream = server.connect();
        stream.write_all(part.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        rest(&mut stream);
    }
    serves(&server, &secret);
}

#[test]
fn every_answer_has_a_number_of_its_own_or_the_one_that_was_given() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    let number = |answer: Answer| answer.header("x-request-id").expect("a number").to_owned();
    let one = number(server.get("/verify").bearer(&secret).send().is(200));
    let other = number(server.get("/verify").send().is(401));
    assert_ne!(one, other);
    for given in ["abc", "4bf92f3577b34da6a3ce929d0e0e4736", "A-b_c.9", &"a".repeat(64)] {
        assert_eq!(number(server.get("/verify").bearer(&secret).header("X-Request-Id", given).send()), given);
        assert_eq!(number(server.get("/nowhere").header("X-Request-Id", given).send().is(404)), given);
    }
    for given in ["", "a b", "a\"b", "a/b", "\u{e4}", &"a".repeat(65), &secret] {
        let answered = number(server.get("/verify").bearer(&secret).header("X-Request-Id", given).send());
        assert_ne!(answered, given);
    }
}
