//! Clients that present secrets which are not good are slowed, and nobody else is.

use super::{Answer, Server};
use crate::support::real::Machine;

const WRONG: &str = "no-secret-of-anybody";

fn server(args: &[&str]) -> Server {
    Server::of(Machine::with_show_once_vault(), args)
}

fn wrong(server: &Server, forwarded: &str) -> u16 {
    let request = server.get("/verify").bearer(WRONG);
    let request = if forwarded.is_empty() { request } else { request.header("X-Forwarded-For", forwarded) };
    request.send().status
}

#[test]
fn a_burst_is_refused_as_ever_and_what_comes_after_it_is_slowed() {
    let server = server(&["--fail-burst", "5", "--fail-rate", "1"]);
    let good = server.create(&["web", "--scope", "a"]);
    let answers: Vec<u16> = (0..8).map(|_| wrong(&server, "")).collect();
    assert_eq!(answers, [401, 401, 401, 401, 401, 429, 429, 429]);
    let answer: Answer = server.get("/verify").bearer(WRONG).send().is(429);
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.header("www-authenticate"), None);
    // Nothing else is slowed: it is verified first.
    for _ in 0..50 {
        assert_eq!(server.verify("", &good), 200);
        assert_eq!(server.verify("?scope=b", &good), 403);
        assert_eq!(server.get("/verify").send().status, 401, "no secret is no wrong one");
        assert_eq!(server.verify("?scop=a", &good), 400);
    }
    assert_eq!(wrong(&server, ""), 429);
}

#[test]
fn the_one_that_is_slowed_may_go_on_after_the_time_it_is_told() {
    let server = server(&["--fail-burst", "1", "--fail-rate", "1"]);
    assert_eq!(wrong(&server, ""), 401);
    let answer = server.get("/verify").bearer(WRONG).send().is(429);
    let seconds = answer.header("retry-after").unwrap().parse().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(seconds));
    assert_eq!(wrong(&server, ""), 401);
}

#[test]
fn revoked_and_malformed_secrets_count_like_unknown_ones() {
    let server = server(&["--fail-burst", "3", "--fail-rate", "1"]);
    let revoked = server.create(&["web"]);
    server.jeton(&["revoke", "web"]).exits(0);
    assert_eq!(server.verify("", &revoked), 401);
    assert_eq!(server.verify("", "short"), 401);
    assert_eq!(server.verify("", WRONG), 401);
    for secret in [revoked.as_str(), "short", WRONG] {
        assert_eq!(server.verify("", secret), 429);
    }
}

#[test]
fn by_default_200_pass_at_once() {
    let server = server(&[]);
    let answers: Vec<u16> = (0..400).map(|_| wrong(&server, "")).collect();
    assert_eq!(answers[..200], [401; 200]);
    assert!(answers.contains(&429));
}

#[test]
fn nobody_is_slowed_where_that_is_turned_off() {
    for flag in ["--fail-burst", "--fail-rate"] {
        let server = server(&[flag, "0"]);
        assert!((0..300).all(|_| wrong(&server, "") == 401));
    }
}

#[test]
fn a_trusted_proxy_says_who_its_clients_are_and_nobody_else_does() {
    let limits = ["--fail-burst", "1", "--fail-rate", "1"];
    let open = server(&limits);
    assert_eq!([wrong(&open, "203.0.113.1"), wrong(&open, "203.0.113.2")], [401, 429]);
    let behind = server(&[&limits[..], &["--trusted-proxy", "127.0.0.0/8", "--trusted-proxy", "10.0.0.1"]].concat());
    assert_eq!([wrong(&behind, "203.0.113.1"), wrong(&behind, "203.0.113.1")], [401, 429]);
    assert_eq!(wrong(&behind, "203.0.113.2"), 401);
    // What the client says of itself stands further left.
    assert_eq!(wrong(&behind, "203.0.113.9, 203.0.113.2"), 429);
    assert_eq!(wrong(&behind, "203.0.113.2, 10.0.0.1"), 429);
    assert_eq!([wrong(&behind, "2001:db8::1"), wrong(&behind, "2001:db8::2")], [401, 429]);
}

#[test]
fn a_network_that_is_none_is_refused() {
    let machine = Machine::with_show_once_vault();
    for wrong in ["proxy", "10.0.0.0/33", ""] {
        let ran = machine.jeton(["serve", "--trusted-proxy", wrong]).run().exits(2);
        ran.says("--trusted-proxy").says("10.0.0.0/8").says(&format!("`{wrong}`"));
    }
}

#[test]
fn a_flag_that_cannot_be_read_says_what_it_takes() {
    let machine = Machine::with_show_once_vault();
    for (flag, wrong, says) in [
        ("--fail-rate", "x", "whole number"),
        ("--fail-burst", "1.5", "whole number"),
        ("--max-connections", "0", "whole number from 1"),
        ("--secret-in", "a b", "`a b`"),
        ("--secret-in", "bearer,query", "the log of every proxy"),
        ("--secret-in", "Cookie", "a browser"),
    ] {
        machine.jeton(["serve", flag, wrong]).run().exits(2).says(flag).says(says);
    }
}
