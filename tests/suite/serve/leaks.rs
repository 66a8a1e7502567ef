//! Whatever is sent, and wherever it stands: no secret reaches the log, and none comes back.

use std::io::{Read, Write};

use super::Server;
use crate::support::real::Machine;

/// Every place in which somebody may put a secret, right or wrong.
fn requests(secret: &str) -> Vec<String> {
    let close = "Host: jeton\r\nConnection: close\r\n";
    let mut all = Vec::new();
    for path in ["/verify", "/healthz", "/readyz", "/metrics", "/introspect", "/revoke", "/api/tokens", "/api/log"] {
        for query in ["token", "scope", "type", "label", "owner", secret] {
            all.push(format!("GET {path}?{query}={secret} HTTP/1.1\r\n{close}\r\n"));
        }
        for header in [
            "Authorization: Bearer ",
            "Authorization: Basic ",
            "Authorization: ",
            "X-API-Key: ",
            "xc-token: ",
            "pinning_secret_key: ",
            "pinning_api_key: ",
            "X-Request-Id: ",
            "X-Forwarded-For: ",
            "Cookie: session=",
            "Referer: https://a.example/?key=",
            "User-Agent: ",
            "traceparent: ",
            "Content-Type: ",
        ] {
            all.push(format!("GET {path} HTTP/1.1\r\n{header}{secret}\r\n{close}\r\n"));
            all.push(format!("POST {path} HTTP/1.1\r\n{header}{secret}\r\nContent-Length: 0\r\n{close}\r\n"));
        }
        all.push(format!("GET {path}/{secret} HTTP/1.1\r\n{close}\r\n"));
        all.push(format!("DELETE {path}/{secret} HTTP/1.1\r\nX-API-Key: {secret}\r\n{close}\r\n"));
        all.push(format!("GET {path} HTTP/1.1\r\n{secret}: a\r\n{close}\r\n"));
        for body in [
            format!("token={secret}"),
            format!("{{\"name\":\"{secret}\"}}"),
            format!("{{\"{secret}\":1}}"),
            secret.to_owned(),
        ] {
            for kind in ["application/x-www-form-urlencoded", "application/json", "text/plain"] {
                let length = body.len();
                all.push(format!(
                    "POST {path} HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{close}\r\n{body}"
                ));
            }
        }
    }
    all.push(format!("{secret} /verify HTTP/1.1\r\n{close}\r\n"));
    all.push(format!("{secret}\r\n\r\n"));
    all.push(format!("GET /verify {secret}\r\n\r\n"));
    all.push(format!("GET /verify HTTP/1.1\r\nHost: {secret}\r\nConnection: close\r\n\r\n"));
    all.push(format!("GET http://{secret}@jeton/{secret} HTTP/1.1\r\n{close}\r\n"));
    all.push(format!("CONNECT {secret}:80 HTTP/1.1\r\n{close}\r\n"));
    all.push(format!("GET /{secret} HTTP/1.1\r\nX: {secret}\r\n {secret}\r\n{close}\r\n"));
    all.push(format!("POST /x HTTP/1.1\r\nTransfer-Encoding: {secret}\r\n{close}\r\n"));
    all.push(format!("POST /x HTTP/1.1\r\nContent-Length: {secret}\r\n{close}\r\n"));
    all.push(format!("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n{close}\r\n0\r\nX-API-Key: {secret}\r\n\r\n"));
    all
}

#[test]
fn no_secret_is_told_to_anybody() {
    for format in ["text", "json"] {
        let args = ["--log-level", "trace", "--log-format", format, "--trusted-proxy", "127.0.0.0/8"];
        let mut server = Server::of(Machine::with_show_once_vault(), &args);
        // One that may nothing, one that does not exist any more, and one that may be half of anything.
        let weak = server.create(&["weak", "--prefix", "k"]);
        let gone = server.create(&["gone"]);
        server.jeton(&["revoke", "gone"]).exits(0);
        for secret in [&weak, &gone] {
            for request in requests(secret) {
                let mut stream = server.connect();
                stream.write_all(request.as_bytes()).unwrap();
                let mut answer = Vec::new();
                stream.read_to_end(&mut answer).unwrap();
                let answer = String::from_utf8_lossy(&answer);
                assert!(!holds(&answer, secret), "{request:?} was answered by {answer}");
            }
        }
        let (code, log) = server.terminate();
        assert_eq!(code, 0);
        assert!(log.lines().count() > 500, "nothing was told");
        for secret in [&weak, &gone] {
            assert!(!holds(&log, secret), "{log}");
        }
    }
}

/// Whether it, or what is secret of it, stands there in any case of letters: names of headers lose theirs.
fn holds(text: &str, secret: &str) -> bool {
    let body = &secret[secret.len() - 49..];
    text.to_lowercase().contains(&body.to_lowercase())
}

#[test]
fn nobody_can_forge_a_line_in_the_log() {
    let mut server = Server::of(Machine::with_show_once_vault(), &["--log-level", "trace"]);
    for forged in ["a\nforged", "a%0aforged", "a\u{1b}[31mforged", "a forged=1", "\"forged"] {
        for request in [
            format!("GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Request-Id: {forged}\r\n\r\n"),
            format!("GET /{forged} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
            format!("{forged} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
            format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: {forged}\r\n\r\n"),
        ] {
            let mut stream = server.connect();
            stream.write_all(request.as_bytes()).unwrap();
            stream.read_to_end(&mut Vec::new()).unwrap();
        }
    }
    let log = server.terminate().1;
    assert!(!log.contains("forged") && !log.contains('\u{1b}'), "{log}");
}
