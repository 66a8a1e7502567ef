//! Forward authentication: what is taken for a secret, what is told of it, and what of it is not.

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;

use serde_json::json;

use super::{Answer, Server};
use crate::support::real::{Machine, eventually, set_mode};

/// What every challenge begins with.
const REALM: &str = "Bearer realm=\"jeton\"";

/// What a client is told to do, behind the realm.
#[track_caller]
fn challenge(answer: &Answer) -> &str {
    answer.header("www-authenticate").and_then(|all| all.strip_prefix(REALM)).unwrap_or_else(|| panic!("{answer:?}"))
}

/// All but what differs from request to request.
fn uniform(answer: Answer) -> (u16, Vec<(String, String)>, String) {
    let varies = |name: &str| name == "date" || name == "x-request-id";
    (answer.status, answer.headers.into_iter().filter(|(name, _)| !varies(name)).collect(), answer.body)
}

/// How many of its counted uses a token has had.
#[track_caller]
fn uses(server: &Server, name: &str) -> u64 {
    let shown = server.jeton(&["show", name, "--json"]).exits(0).stdout;
    serde_json::from_str::<serde_json::Value>(&shown).unwrap()["uses"].as_u64().expect("it is counted")
}

#[test]
fn who_a_good_secret_belongs_to_stands_in_the_headers() {
    let server = Server::new();
    let secret = server.create(&["Admin api key", "--scope", "a.b", "--scope", "c.*", "--owner", "alice"]);
    let answer = server.get("/verify?scope=a.b").bearer(&secret).send().is(200);
    let id = &secret[..16];
    let told = ["id", "name", "type", "owner", "scopes"].map(|it| answer.header(&format!("x-jeton-{it}")));
    assert_eq!(told, [Some(id), Some("Admin%20api%20key"), Some("client"), Some("alice"), Some("a.b c.*")]);
    assert_eq!(answer.body, "");
}

#[test]
fn all_five_headers_are_there_whatever_a_token_has() {
    let server = Server::new();
    let secret = server.create(&["root", "--type", "admin"]);
    let answer = server.get("/verify").bearer(&secret).send().is(200);
    let told = ["type", "scopes"].map(|it| answer.header(&format!("x-jeton-{it}")));
    assert_eq!(told, [Some("admin"), Some("")]);
}

#[test]
fn names_and_owners_in_any_script_are_percent_encoded() {
    let server = Server::new();
    for (name, owner, told) in [
        ("Zürich №5", "Søren Ünal", ["Z%C3%BCrich%20%E2%84%965", "S%C3%B8ren %C3%9Cnal"]),
        ("日本語", "مريم", ["%E6%97%A5%E6%9C%AC%E8%AA%9E", "%D9%85%D8%B1%D9%8A%D9%85"]),
        ("50% + a/b,c;d=\"e\"", "50%,\"x\"@y", ["50%25%20%2B%20a%2Fb%2Cc%3Bd%3D%22e%22", "50%25,\"x\"@y"]),
        ("🔑", "a\u{200d}b", ["%F0%9F%94%91", "a%E2%80%8Db"]),
    ] {
        let secret = server.create(&[name, "--owner", owner]);
        let answer = server.get("/verify").bearer(&secret).send().is(200);
        assert_eq!(["name", "owner"].map(|it| answer.header(&format!("x-jeton-{it}")).unwrap()), told);
    }
}

#[test]
fn a_secret_may_stand_in_each_of_five_places() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    let bearer = format!("Bearer {secret}");
    for headers in [
        &[("Authorization", bearer.as_str())][..],
        &[("X-API-Key", &secret)],
        &[("xc-token", &secret)],
        &[("Xc-Auth", &secret)],
        &[("pinning_api_key", &secret[..16]), ("pinning_secret_key", &secret)],
        &[("PINNING_SECRET_KEY", &secret), ("Pinning_Api_Key", &secret[..16])],
    ] {
        let request = headers.iter().fold(server.get("/verify"), |it, (name, value)| it.header(name, value));
        assert_eq!(request.send().is(200).header("x-jeton-name"), Some("web"), "{headers:?}");
    }
}

#[test]
fn the_scheme_is_a_word_in_any_case() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    for scheme in ["bearer ", "BEARER ", "Bearer   "] {
        server.get("/verify").header("Authorization", &format!("{scheme}{secret}")).send().is(200);
    }
    for value in [secret.clone(), format!("Bearer{secret}"), format!("Token {secret}"), format!("Basic {secret}")] {
        let answer = server.get("/verify").header("Authorization", &value).send().is(401);
        assert_eq!(challenge(&answer), "", "{value} is no bearer token");
    }
    server.get("/verify").header("Authorization", "Basic YTpi").bearer(&secret).send().is(200);
}

#[test]
fn any_method_asks_the_same_and_a_body_is_left_unread() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] {
        let ask = || server.request(method, "/verify");
        let answer = ask().bearer(&secret).send().is(200);
        assert_eq!((answer.header("x-jeton-name"), answer.body.as_str()), (Some("web"), ""), "{method}");
        ask().send().is(401);
        if method != "HEAD" {
            ask().bearer(&secret).body("{\"scope\": \"all\"}").send().is(200);
        }
    }
    assert_eq!(server.request("HEAD", "/verify").send().is(401).body, "");
}

#[test]
fn a_body_is_never_taken_for_the_next_request() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    let inner = "GET /verify HTTP/1.1\r\nHost: jeton\r\n\r\n";
    for body in [inner.to_owned(), inner.repeat(1000)] {
        let head = |end: &str| format!("POST /verify HTTP/1.1\r\nHost: jeton\r\nX-API-Key: {secret}\r\n{end}\r\n");
        let first = head(&format!("Content-Length: {}\r\n", body.len()));
        let mut stream = server.connect();
        // It may close instead of reading so much.
        drop(stream.write_all(format!("{first}{body}{}", head("Connection: close\r\n")).as_bytes()));
        let mut answers = Vec::new();
        drop(stream.read_to_end(&mut answers));
        let answers = String::from_utf8(answers).unwrap();
        let statuses: Vec<_> = answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
        assert!(matches!(statuses[..], ["200"] | ["200", "200"]), "{statuses:?}");
    }
}

#[test]
fn without_a_secret_nothing_else_is_looked_at() {
    let server = Server::new();
    for query in ["", "?scope=a", "?scop=a", "?scope=", "?=", "?type=nothing", "?token=x&access_token=y"] {
        let answer = server.get(&format!("/verify{query}")).send().is(401);
        assert_eq!(challenge(&answer), "", "no reason is told where nothing was presented: {query}");
        assert_eq!(answer.json(), json!({"title": "Unauthorized", "status": 401}));
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    for (name, value) in [("X-API-Key", ""), ("Authorization", "Bearer"), ("pinning_api_key", "jtn_4fzN0c1Qw9Lk")] {
        assert_eq!(challenge(&server.get("/verify").header(name, value).send().is(401)), "", "{name}: {value}");
    }
}

#[test]
fn two_different_secrets_are_one_too_many_and_the_same_twice_is_one() {
    let server = Server::new();
    let (one, other) = (server.create(&["one"]), server.create(&["other"]));
    let with = |headers: &[(&str, &str)]| {
        headers.iter().fold(server.get("/verify"), |it, (name, value)| it.header(name, value)).bearer(&one).send()
    };
    for second in [other.as_str(), "malformed", "x"] {
        for name in ["X-API-Key", "xc-token", "xc-auth", "pinning_secret_key"] {
            let answer = with(&[(name, second)]).is(400);
            assert_eq!(challenge(&answer), ", error=\"invalid_request\"", "{name}: {second}");
            assert!(!answer.body.contains(second), "{answer:?}");
        }
        with(&[("Authorization", &format!("Bearer {second}"))]).is(400);
    }
    with(&[("X-API-Key", &one), ("xc-token", &one), ("xc-auth", &one)]).is(200);
    with(&[("Authorization", &format!("Bearer {one}"))]).is(200);
    with(&[("pinning_api_key", &one[..16]), ("pinning_secret_key", &one)]).is(200);
    with(&[("X-API-Key", "")]).is(200);
    let two = |a: &str, b: &str| server.get("/verify").header("X-API-Key", a).header("X-API-Key", b).send().status;
    assert_eq!((two(&one, &other), two(&one, &one), two("a", "b"), two("a", "a")), (400, 200, 400, 401));
    // Before it is known whether one of them is good, or what is asked for can be read.
    with(&[("X-API-Key", &other)]).is(400);
}

#[test]
fn a_parameter_that_is_unknown_or_cannot_be_read_is_refused_whoever_asks() {
    let server = Server::new();
    let secret = server.create(&["web", "--scope", "a", "--label", "env=x", "--owner", "alice"]);
    let sound = "?scope=a&type=client&label=env=x&owner=alice";
    assert_eq!(server.verify(sound, &secret), 200);
    for query in [
        "scop=a",
        "Scope=a",
        "scopes=a",
        "scope%00=a",
        "scope=",
        "scope",
        "=x",
        "=",
        "type=",
        "type=clients",
        "type",
        "label=",
        "label",
        "label=env",
        "label==x",
        "label=env=",
        "owner=",
        "owner",
        "owner=alice&owner=alice",
        "type=admin&type=client",
        "scope=jtn_a1b2c3d4e5f6g7h8i9j0a1b2c3d4e5f6g7h8i9j0a1b2",
        "owner=a%0Ab",
        "scope=a*",
        "scope=*",
        "scope=a..b",
        "scope=a%ff",
        "owner=%ff",
        "label=env=%ff",
        "scope=a++b",
        "scope=a+",
        "scope=%ZZ",
        "status=active",
        "token=x",
        "access_token=x",
        "secret=x",
    ] {
        for query in [format!("?{query}"), format!("{sound}&{query}")] {
            for presented in [secret.as_str(), "malformed", &"unknown".repeat(4)] {
                let answer = server.get(&format!("/verify{query}")).bearer(presented).send().is(400);
                assert_eq!(challenge(&answer), ", error=\"invalid_request\"");
                assert_eq!(answer.header("x-jeton-id"), None);
            }
        }
    }
    for query in ["", "?", "?&", "?scope=a&scope=a"] {
        assert_eq!(server.verify(query, &secret), 200, "{query}");
    }
}

#[test]
fn a_secret_in_the_query_string_is_none_and_is_told_to_nobody() {
    let mut server = Server::new();
    let secret = server.create(&["web"]);
    for name in ["token", "access_token", "api_key", "X-API-Key", "secret"] {
        let path = format!("/verify?{name}={secret}");
        let answer = server.get(&path).send().is(401);
        assert!(!format!("{answer:?}").contains(&secret));
        let answer = server.get(&path).bearer(&secret).send().is(400);
        assert!(!format!("{answer:?}").contains(&secret));
    }
    assert!(!server.terminate().1.contains(&secret[16..]));
}

#[test]
fn whatever_is_asked_for_must_be_there() {
    let server = Server::new();
    let create =
        ["web", "--scope", "a.*", "--scope", "b", "--label", "env=x,y", "--label", "team=t", "--owner", "alice"];
    let secret = server.create(&create);
    for query in [
        "scope=a.b",
        "scope=a.b&scope=b",
        "scope=a.b%20b",
        "scope=a.b+a.c",
        "type=client",
        "type=admin,client",
        "label=env=x",
        "label=env%3Dy",
        "label=env=z,y",
        "label=env=x&label=team=t",
        "owner=alice",
        "sco%70e=b",
        "scope=b&type=client&label=env=x&owner=alice",
    ] {
        assert_eq!(server.verify(&format!("?{query}"), &secret), 200, "{query}");
    }
    for query in [
        "scope=a",
        "scope=c",
        "scope=b&scope=c",
        "scope=b+c",
        "type=admin",
        "type=admin,session",
        "label=env=z",
        "label=other=x",
        "label=env=x&label=team=u",
        "owner=bob",
        "owner=Alice",
        "scope=jeton.read",
    ] {
        assert_eq!(server.verify(&format!("?{query}"), &secret), 403, "{query}");
    }
    let admin = server.create(&["root", "--type", "admin"]);
    assert_eq!(server.verify("?scope=c&scope=jeton.read", &admin), 200);
}

#[test]
fn what_is_lacking_is_told_as_rfc_6750_has_it_and_not_what_the_token_has() {
    let server = Server::new();
    let secret = server.create(&["web", "--scope", "held", "--label", "env=x"]);
    for (query, scope) in [
        ("scope=a", ", scope=\"a\""),
        // All that it takes, not only what is lacking.
        ("scope=held&scope=a.b&scope=c", ", scope=\"held a.b c\""),
        ("scope=held+a", ", scope=\"held a\""),
        ("type=admin", ""),
        ("scope=held&label=env=y", ""),
        ("owner=nobody", ""),
    ] {
        let answer = server.get(&format!("/verify?{query}")).bearer(&secret).send().is(403);
        assert_eq!(challenge(&answer), format!(", error=\"insufficient_scope\"{scope}"));
        assert_eq!(answer.json(), json!({"title": "Forbidden", "status": 403}));
        assert!(!answer.headers.iter().any(|(name, _)| name.starts_with("x-jeton")), "{answer:?}");
    }
}

#[test]
fn of_a_secret_that_is_not_good_nobody_is_told_why() {
    let server = Server::new();
    let [revoked, deleted, ended, spent] = ["revoked", "deleted", "rotated", "spent"].map(|name| {
        let args: &[&str] = if name == "spent" { &[name, "--max-uses", "1"] } else { &[name] };
        server.create(args)
    });
    let expired = server.create(&["expired", "--expires", "1ms"]);
    server.jeton(&["revoke", "revoked"]).exits(0);
    server.jeton(&["delete", "--yes", "deleted"]).exits(0);
    server.jeton(&["rotate", "rotated"]).exits(0);
    assert_eq!(server.verify("", &spent), 200);
    let bad_check = format!("{}{}", &spent[..spent.len() - 1], if spent.ends_with('0') { '1' } else { '0' });
    let strange = ["x", "two words", "\u{e4}", &"long".repeat(200), "no-secret-of-anybody"];
    let all = [&revoked, &deleted, &ended, &spent, &expired, &bad_check].map(String::as_str);
    let first = uniform(server.get("/verify").bearer(&revoked).send().is(401));
    assert_eq!(first.2, "{\"title\":\"Unauthorized\",\"status\":401}\n");
    for secret in all.iter().chain(&strange) {
        // What is asked for makes no difference, but to one that has only been used too often.
        let queries = ["", "?scope=a", "?type=admin&label=a=b"];
        for query in &queries[..if *secret == spent { 1 } else { 3 }] {
            let answer = server.get(&format!("/verify{query}")).bearer(secret).send();
            assert_eq!(challenge(&answer), ", error=\"invalid_token\"");
            assert_eq!(uniform(answer), first, "{secret}");
        }
        assert_eq!(uniform(server.get("/verify").header("xc-auth", secret).send()), first);
        let pair = server.get("/verify").header("pinning_api_key", &revoked[..16]);
        assert_eq!(uniform(pair.header("pinning_secret_key", secret).send()), first);
    }
}

#[test]
fn nothing_may_be_kept_by_a_cache_on_the_way() {
    let server = Server::new();
    assert_eq!(server.get("/verify").send().is(401).header("cache-control"), Some("no-store"));
    assert_eq!(server.get("/verify").bearer("malformed").send().is(401).header("cache-control"), Some("no-store"));
}

#[test]
fn a_pair_must_belong_together_and_a_wrong_one_spends_nothing() {
    let server = Server::new();
    let (one, other) = (server.create(&["one", "--max-uses", "3"]), server.create(&["other"]));
    let pair = |id: &str, secret: &str| {
        server.get("/verify").header("pinning_api_key", id).header("pinning_secret_key", secret).send().status
    };
    for id in [&other[..16], "one", "jtn_000000000000", "x", &one, "\u{e4}"] {
        assert_eq!(pair(id, &one), 401, "{id}");
    }
    // Half of one is none, and two ids are no id.
    server.get("/verify").header("pinning_secret_key", &one).send().is(401);
    server.get("/verify").header("pinning_secret_key", &one).header("X-API-Key", &one).send().is(401);
    let ids = server.get("/verify").header("pinning_api_key", &one[..16]).header("pinning_api_key", &other[..16]);
    ids.header("pinning_secret_key", &one).send().is(401);
    let before = server.get("/verify").header("pinning_api_key", &other[..16]).header("pinning_secret_key", &one);
    before.bearer(&one).send().is(401);
    server.get("/verify").header("pinning_api_key", &other[..16]).bearer(&one).send().is(401);
    assert_eq!(uses(&server, "one"), 0);
    let codes = [(); 4].map(|()| pair(&one[..16], &one));
    assert_eq!((codes, uses(&server, "one")), ([200, 200, 200, 401], 3));
}

#[test]
fn the_pair_of_a_token_from_elsewhere_is_its_id_or_the_key_that_it_had_there() {
    let server = Server::new();
    let foreign = "d3VvLk7yZs1QxHm9TcRp0BnGj5WfEa8KiUo4XeNt2YM=";
    let row = json!({"data": {"total": 1, "api_keys": [{
        "id": "42", "name": "uploads", "api_key": "Hn5Rj8ePz1WuQb6TfXo0Mg==", "secret_key": foreign,
        "scopes": {"admin": true}, "created_at": "2023-06-15T08:00:00.5Z",
    }]}, "status": "success"});
    server.machine.jeton(["import", "-"]).stdin(&row.to_string()).run().exits(0);
    let shown = server.jeton(&["show", "uploads", "--json"]).exits(0).stdout;
    let id = serde_json::from_str::<serde_json::Value>(&shown).unwrap()["id"].as_str().unwrap().to_owned();
    let pair = |id: &str, secret: &str| {
        server.get("/verify").header("pinning_api_key", id).header("pinning_secret_key", secret).send().status
    };
    assert_eq!([pair(&id, foreign), pair("Hn5Rj8ePz1WuQb6TfXo0Mg==", foreign)], [200, 200]);
    assert_eq!([pair("42", foreign), pair("Hn5Rj8ePz1WuQb6TfXo0Mg=", foreign)], [401, 401]);
    assert_eq!(server.verify("", foreign), 200);
    // Of a digest alone the secret has the form that it had elsewhere.
    let digest = "17,web,6bc14bdc4517a7a682c6910de2e2946eb8e1ecd04090728fef6d092a7ceb62c5\n";
    server.machine.jeton(["import", "-"]).stdin(digest).run().exits(0);
    server.jeton(&["edit", "web", "--max-uses", "1"]).exits(0);
    let secret = "0123456789abcdefghij";
    assert_eq!([pair(&id, secret), pair("17", secret), uses(&server, "web") as u16], [401, 401, 0]);
    let shown = server.jeton(&["show", "web", "--json"]).exits(0).stdout;
    let id = serde_json::from_str::<serde_json::Value>(&shown).unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!([pair(&id, secret), pair(&id, secret)], [200, 401]);
}

#[test]
fn only_the_places_that_are_named_are_looked_at() {
    let server = Server::of(Machine::with_show_once_vault(), &["--secret-in", "x-my-key,pinning"]);
    let (secret, other) = (server.create(&["web"]), server.create(&["other"]));
    server.get("/verify").header("X-My-Key", &secret).send().is(200);
    for name in ["X-API-Key", "xc-token", "xc-auth"] {
        assert_eq!(challenge(&server.get("/verify").header(name, &secret).send().is(401)), "");
    }
    assert_eq!(challenge(&server.get("/verify").bearer(&secret).send().is(401)), "");
    // What is no credential here cannot be a second one.
    server.get("/verify").header("X-My-Key", &secret).bearer(&other).send().is(200);
    let pair = server.get("/verify").header("pinning_api_key", &secret[..16]);
    pair.header("pinning_secret_key", &secret).send().is(200);
}

#[test]
fn it_says_503_while_the_vault_is_away_or_shut_and_serves_again_when_it_is_back() {
    let machine = Machine::of_nobody();
    machine.jeton(["vault", "init"]).run().exits(0);
    let server = Server::of(machine, &[]);
    let (plain, counted) = (server.create(&["plain"]), server.create(&["counted", "--max-uses", "9"]));
    let ask = || [&plain, &counted].map(|secret| server.verify("", secret));
    assert_eq!(ask(), [200, 200]);
    let vault = server.machine.vault();
    let dir = vault.parent().unwrap();
    let aside = dir.with_extension("aside");
    fs::rename(dir, &aside).unwrap();
    assert_eq!(ask(), [503, 503]);
    let answer = server.get("/verify").bearer(&plain).send().is(503);
    assert_eq!((answer.header("www-authenticate"), answer.body.contains("vault.db")), (None, false), "{answer:?}");
    fs::rename(&aside, dir).unwrap();
    assert_eq!(ask(), [200, 200]);
    set_mode(dir, 0);
    assert_eq!(ask(), [503, 503]);
    set_mode(dir, 0o700);
    assert_eq!(ask(), [200, 200]);
    assert_eq!(uses(&server, "counted"), 3);
    // Who presents nothing is told the same as ever.
    fs::rename(dir, &aside).unwrap();
    server.get("/verify").send().is(401);
    server.get("/verify").bearer("malformed").send().is(401);
}

#[test]
fn a_vault_that_is_damaged_is_no_verdict() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    assert_eq!(server.verify("", &secret), 200);
    let sound = fs::read(backup(&server)).unwrap();
    place(&server, &[b"SQLite format 3\0".as_slice(), &[7; 8176]].concat());
    assert_eq!(server.verify("", &secret), 503);
    place(&server, &sound[..sound.len() - 100]);
    assert_eq!(server.verify("", &secret), 503);
    place(&server, b"not a vault at all");
    assert_eq!(server.verify("", &secret), 503);
    place(&server, &sound);
    assert_eq!(server.verify("", &secret), 200);
}

/// A copy of all that is in the vault.
#[track_caller]
pub fn backup(server: &Server) -> PathBuf {
    let file = server.machine.dir().join("backup.db");
    server.jeton(&["vault", "backup", file.to_str().unwrap()]).exits(0);
    file
}

/// Puts another file in the place of the vault, as who restores a backup does it.
pub fn place(server: &Server, content: &[u8]) {
    let vault = server.machine.vault();
    let next = vault.with_extension("next");
    fs::write(&next, content).unwrap();
    set_mode(&next, 0o600);
    for end in ["-wal", "-shm"] {
        drop(fs::remove_file(vault.with_extension(format!("db{end}"))));
    }
    fs::rename(next, vault).unwrap();
}

#[test]
fn while_somebody_holds_the_vault_only_counted_uses_cannot_be_told() {
    let server = Server::new();
    let (plain, counted) = (server.create(&["plain"]), server.create(&["counted", "--max-uses", "2"]));
    let writer = rusqlite::Connection::open(server.machine.vault()).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(server.verify("", &plain), 200);
    assert_eq!(server.verify("", &counted), 503);
    assert_eq!(server.verify("", &plain), 200);
    writer.execute_batch("ROLLBACK").unwrap();
    assert_eq!(server.verify("", &counted), 200);
    assert_eq!(uses(&server, "counted"), 1);
}

#[test]
fn a_vault_that_cannot_be_written_answers_for_all_but_counted_tokens() {
    let machine = Machine::of_nobody();
    machine.jeton(["vault", "init"]).run().exits(0);
    let [plain, counted] = [&["create", "plain"][..], &["create", "counted", "--max-uses", "2"]]
        .map(|args| machine.jeton(args).run().exits(0).stdout.trim_end().to_owned());
    let (vault, dir) = (machine.vault(), machine.vault().parent().unwrap().to_owned());
    set_mode(&vault, 0o400);
    set_mode(&dir, 0o500);
    let server = Server::of(machine, &[]);
    for _ in 0..3 {
        assert_eq!([&plain, &counted].map(|secret| server.verify("", secret)), [200, 503]);
    }
    set_mode(&dir, 0o700);
    set_mode(&vault, 0o600);
    let told = eventually("it can be written again", || {
        let status = server.verify("", &counted);
        (status != 503).then_some(status)
    });
    assert_eq!((told, uses(&server, "counted")), (200, 1));
    server.jeton(&["revoke", "plain"]).exits(0);
    assert_eq!(server.verify("", &plain), 401);
}

#[test]
fn only_this_path_verifies() {
    let server = Server::new();
    let secret = server.create(&["web"]);
    for path in ["/verify/", "/Verify", "/verify/x", "//verify", "/", "/verify%20", "/%76erify"] {
        server.get(path).bearer(&secret).send().is(404);
    }
    server.get("http://jeton/verify?scope=a").bearer(&secret).send().is(403);
}
