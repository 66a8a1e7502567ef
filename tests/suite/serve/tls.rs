//! TLS, as OpenSSL and curl see it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Server;
use crate::support::real::{Machine, eventually, needs, set_mode};

/// A certificate for this machine, signed by itself, and its key.
fn pair(dir: &Path, name: &str) -> (PathBuf, PathBuf) {
    let (cert, key) = (dir.join(format!("{name}.crt")), dir.join(format!("{name}.key")));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", &format!("/CN={name}"), "-addext", "subjectAltName=IP:127.0.0.1"])
        .arg("-out")
        .arg(&cert)
        .arg("-keyout")
        .arg(&key)
        .stderr(Stdio::null())
        .status();
    assert!(made.expect("openssl starts").success());
    (cert, key)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Certificate and key in use, which a test can replace.
fn server() -> (Server, PathBuf, PathBuf) {
    let machine = Machine::with_show_once_vault();
    let (cert, key) = pair(machine.dir(), "first");
    let (used_cert, used_key) = (machine.dir().join("used.crt"), machine.dir().join("used.key"));
    fs::copy(cert, &used_cert).unwrap();
    fs::copy(key, &used_key).unwrap();
    let args = ["--tls-cert", text(&used_cert), "--tls-key", text(&used_key)];
    (Server::of(machine, &args), used_cert, used_key)
}

/// The status that curl gets if it trusts this certificate.
fn curl(server: &Server, trusted: &Path, args: &[&str]) -> Option<u16> {
    let url = format!("https://{}/verify", server.address);
    let output = Command::new("curl")
        .args(["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert"])
        .arg(trusted)
        .args(args)
        .arg(url)
        .output()
        .expect("curl starts");
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap().parse().unwrap())
}

#[test]
fn a_secret_is_verified_over_tls() {
    if !needs(&["openssl", "curl"]) {
        return;
    }
    let (server, cert, _) = server();
    let secret = server.create(&["web"]);
    let bearer = format!("Authorization: Bearer {secret}");
    assert_eq!(curl(&server, &cert, &["--header", &bearer]), Some(200));
    assert_eq!(curl(&server, &cert, &[]), Some(401));
    for version in [["--tlsv1.2", "--tls-max", "1.2"], ["--tlsv1.3", "--tls-max", "1.3"]] {
        assert_eq!(curl(&server, &cert, &version), Some(401));
    }
    assert_eq!(curl(&server, &cert, &["--tlsv1.0", "--tls-max", "1.1"]), None);
    assert!(server.log().contains(&format!("listening on https://{}", server.address)));
    // Nothing is said in the clear.
    let mut plain = server.connect();
    plain.write_all(b"GET /verify HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    drop(plain.read_to_end(&mut answer));
    assert!(!answer.starts_with(b"HTTP"));
}

#[test]
fn others_may_reach_it_over_tls() {
    if !needs(&["openssl", "curl"]) {
        return;
    }
    let machine = Machine::with_show_once_vault();
    let (cert, key) = pair(machine.dir(), "first");
    let args = ["--listen", "0.0.0.0:0", "--tls-cert", text(&cert), "--tls-key", text(&key)];
    let server = Server::of(machine, &args);
    assert_eq!(curl(&server, &cert, &[]), Some(401));
}

#[test]
fn http_1_1_is_agreed_on() {
    if !needs(&["openssl"]) {
        return;
    }
    let (server, ..) = server();
    let output = Command::new("openssl")
        .args(["s_client", "-connect", &server.address.to_string(), "-alpn", "h2,http/1.1"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("ALPN protocol: http/1.1"), "{told}");
}

#[test]
fn a_new_certificate_is_taken_and_connections_go_on() {
    if !needs(&["openssl", "curl"]) {
        return;
    }
    let (server, used_cert, used_key) = server();
    let (cert, key) = pair(server.machine.dir(), "second");
    let first = server.machine.dir().join("first.crt");
    let mut client = Command::new("openssl")
        .args(["s_client", "-quiet", "-connect", &server.address.to_string(), "-CAfile", text(&first)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut asks, mut hears) = (client.stdin.take().unwrap(), BufReader::new(client.stdout.take().unwrap()));
    let mut ask = || {
        asks.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        let (mut status, mut line) = (String::new(), String::new());
        hears.read_line(&mut status).unwrap();
        while line != "ok\n" {
            line.clear();
            assert!(hears.read_line(&mut line).unwrap() > 0, "it was closed");
        }
        status
    };
    assert_eq!(ask(), "HTTP/1.1 200 OK\r\n");
    fs::copy(&cert, &used_cert).unwrap();
    eventually("the half of a pair is noticed", || server.log().contains("stays in use").then_some(()));
    assert_eq!(curl(&server, &first, &[]), Some(401), "the one before is still in use");
    // As those do who renew it: another file in its place.
    let beside = used_key.with_extension("new");
    fs::copy(&key, &beside).unwrap();
    fs::rename(&beside, &used_key).unwrap();
    eventually("the new one is in use", || curl(&server, &cert, &[]));
    assert_eq!(curl(&server, &first, &[]), None);
    assert_eq!(ask(), "HTTP/1.1 200 OK\r\n", "who was there before is still there");
    // And while there is none at all.
    fs::remove_file(&used_cert).unwrap();
    eventually("that is noticed", || (server.log().matches("stays in use").count() == 2).then_some(()));
    assert_eq!(curl(&server, &cert, &[]), Some(401));
    client.kill().unwrap();
    client.wait().unwrap();
}

#[test]
fn a_pair_that_does_not_fit_is_told_at_once() {
    if !needs(&["openssl"]) {
        return;
    }
    let machine = Machine::with_show_once_vault();
    let ((cert, key), (_, other)) = (pair(machine.dir(), "first"), pair(machine.dir(), "second"));
    let empty = machine.dir().join("empty");
    fs::write(&empty, "").unwrap();
    let gone = machine.dir().join("gone");
    let locked = machine.dir().join("locked");
    let mut openssl = machine.command("openssl");
    openssl.args(["pkey", "-in", text(&key), "-aes256", "-passout", "pass:abcd", "-out", text(&locked)]);
    assert!(openssl.status().unwrap().success());
    for (cert, key, says) in [
        (&cert, &other, "do not fit together\n"),
        (&cert, &locked, "the private key is encrypted"),
        (&key, &key, "no certificate"),
        (&cert, &cert, "no private key"),
        (&empty, &key, "no certificate"),
        (&gone, &key, "No such file"),
        (&cert, &gone, "No such file"),
    ] {
        machine.jeton(["serve", "--tls-cert", text(cert), "--tls-key", text(key)]).run().exits(2).says(says);
    }
    machine.jeton(["serve", "--tls-cert", text(&cert)]).run().exits(2).says("--tls-key");
    machine.jeton(["serve", "--tls-key", text(&key)]).run().exits(2).says("--tls-cert");
}

#[test]
fn a_key_that_everybody_can_read_is_warned_about() {
    if !needs(&["openssl"]) {
        return;
    }
    for (mode, warned) in [(0o600, false), (0o640, false), (0o644, true)] {
        let machine = Machine::with_show_once_vault();
        let (cert, key) = pair(machine.dir(), "first");
        set_mode(&key, mode);
        let server = Server::of(machine, &["--tls-cert", text(&cert), "--tls-key", text(&key)]);
        assert_eq!(server.log().contains("chmod o-r"), warned, "{mode:o}");
    }
}

#[test]
fn an_agreement_that_takes_too_long_is_not_awaited() {
    if !needs(&["openssl"]) {
        return;
    }
    let (server, ..) = server();
    let begun = Instant::now();
    let mut silent = server.connect();
    let mut half = server.connect();
    half.write_all(&[0x16, 3, 1, 2, 0, 1]).unwrap();
    for stream in [&mut silent, &mut half] {
        assert_eq!(stream.read(&mut [0; 64]).unwrap(), 0);
    }
    assert!(begun.elapsed() < Duration::from_secs(25));
}
