//! Managing tokens: what is answered, and that it is what the command line would say.

use serde_json::{Value, json};

use super::{Answer, Server};
use crate::support::real::eventually;

/// A server, and the secret of an admin.
fn managed() -> (Server, String) {
    let server = Server::new();
    let admin = server.create(&["root", "--type", "admin", "--owner", "ann"]);
    (server, admin)
}

impl Server {
    #[track_caller]
    fn shown(&self, token: &str) -> Value {
        serde_json::from_str(&self.jeton(&["show", token, "--json"]).exits(0).stdout).unwrap()
    }

    /// The names of a page, and where the next one is.
    #[track_caller]
    fn page(&self, path: &str, secret: &str) -> (Vec<String>, Option<String>) {
        let answer = self.get(path).bearer(secret).send().is(200);
        let tokens = answer.json();
        let names = tokens.as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap().to_owned()).collect();
        (names, next(&answer))
    }

    #[track_caller]
    fn names(&self, query: &str, secret: &str) -> String {
        let (names, next) = self.page(&format!("/api/tokens{query}"), secret);
        assert_eq!(next, None);
        names.join(" ")
    }
}

/// Where the link to the next page leads (RFC 8288).
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link")?;
    let path =
        link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).expect("a link to the next");
    Some(path.to_owned())
}

/// A problem by its status, with the word of its kind and what it says.
#[track_caller]
fn problem(answer: Answer, status: u16, code: &str, detail: &str) {
    let answer = answer.is(status);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let problem = answer.json();
    assert_eq!(
        (&problem["status"], &problem["code"], &problem["detail"]),
        (&json!(status), &json!(code), &json!(detail))
    );
}

#[test]
fn a_created_token_is_answered_once_with_its_secret() {
    let (server, admin) = managed();
    let body = json!({
        "name": "deploy", "scopes": ["deploy", "data.*"], "owner": "bob", "labels": {"env": "prod"},
        "description": "the nightly job", "expires": "90d", "max_uses": 100,
    });
    let answer = server.post("/api/tokens").bearer(&admin).json(&body).send().is(201);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let mut made = answer.json();
    let secret = made.as_object_mut().unwrap().remove("secret").unwrap();
    let place = answer.header("location").unwrap();
    assert_eq!(place, format!("/api/tokens/{}", made["id"].as_str().unwrap()));
    assert_eq!(made, server.shown("deploy"));
    assert_eq!(server.get(place).bearer(&admin).send().is(200).json(), made);
    assert_eq!(server.verify("?scope=data.read&label=env%3Dprod&owner=bob", secret.as_str().unwrap()), 200);
}

#[test]
fn a_secret_can_have_a_prefix_and_no_copy() {
    let server = Server::of(crate::support::real::Machine::with_vault(), &[]);
    let admin = server.create(&["root", "--type", "admin"]);
    let make = |body: Value| server.post("/api/tokens").bearer(&admin).json(&body).send().is(201).json();
    let made = make(json!({"name": "a", "prefix": "acme", "once": true}));
    assert!(made["secret"].as_str().unwrap().starts_with("acme_"));
    assert_eq!(made["recoverable"], false);
    assert_eq!(make(json!({"name": "b"}))["recoverable"], true);
}

#[test]
fn what_is_wrong_with_a_request_is_told_by_its_path() {
    let (server, admin) = managed();
    server.create(&["taken"]);
    let post = |body: &str| server.post("/api/tokens").bearer(&admin).body(body).send();
    for (body, detail) in [
        ("", "the request: it is empty"),
        ("{name: 'a'}", "the request: it is no JSON (line 1, column 2)"),
        ("[]", "the request: it must be an object"),
        ("{}", "name: missing"),
        (r#"{"name": "a", "nam": "b"}"#, "nam: unknown"),
        (r#"{"name": "a", "name": "b"}"#, "name: it stands here twice"),
        (r#"{"name": "a", "scopes": {"admin": false}}"#, "scopes.data.pin_list: missing"),
        (
            r#"{"name": "a", "type": "session", "expires": null}"#,
            "expires: a session has an end, and cannot last for ever",
        ),
        (r#"{"name": "a", "expires": "2020-01-01"}"#, "expires: it is in the past"),
    ] {
        problem(post(body), 400, "usage", detail);
    }
    problem(post(r#"{"name": "taken"}"#), 409, "exists", "a token named `taken` already exists");
    let secret = server.create(&["another"]);
    let told = post(&format!(r#"{{"name": "a", "description": "{secret}"}}"#)).is(400);
    assert!(told.body.contains("description: it holds a secret") && !told.body.contains(&secret[16..]), "{told:?}");
    assert_eq!(server.names("", &admin), "another taken root");
}

#[test]
fn what_the_policy_forbids_is_refused_and_on_record() {
    let (server, admin) = managed();
    server.jeton(&["policy", "set", "max-expiry", "30d"]).exits(0);
    let made = server.post("/api/tokens").bearer(&admin).json(&json!({"name": "a", "expires": "90d"})).send();
    assert_eq!(made.json()["rule"], "max-expiry");
    problem(made, 403, "refused", "the token would live longer than policy `max-expiry` allows, which is 30d");
    let log = server.get("/api/log?token=a").bearer(&admin).send().is(200).json();
    assert_eq!(log[0]["action"], "refuse");
}

#[test]
fn a_body_must_be_json_and_short() {
    let (server, admin) = managed();
    let post = |kind: &str| {
        server.post("/api/tokens").bearer(&admin).header("Content-Type", kind).body(r#"{"name": "a"}"#).send()
    };
    let detail = "the body must be application/json, or application/merge-patch+json";
    problem(post("text/plain"), 415, "usage", detail);
    problem(post("application/x-www-form-urlencoded"), 415, "usage", detail);
    post("Application/JSON; charset=utf-8").is(201);
    let long = format!(r#"{{"name": "b", "description": "{}"}}"#, "x".repeat(64 << 10));
    problem(server.post("/api/tokens").bearer(&admin).body(&long).send(), 413, "usage", "a body has at most 64 KiB");
}

#[test]
fn paths_and_methods_that_are_not_there_are_problems_too() {
    let (server, admin) = managed();
    problem(
        server.get("/api").bearer(&admin).send(),
        404,
        "not-found",
        "there is nothing under this path; see /openapi.json",
    );
    let detail = "there is nothing under this path with a slash at its end; see /openapi.json";
    problem(server.get("/api/tokens/").bearer(&admin).send(), 404, "not-found", detail);
    let answer = server.request("PUT", "/api/tokens").bearer(&admin).send().is(405);
    let mut allowed: Vec<_> = answer.header("allow").unwrap().split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    let mut named: Vec<_> = detail.strip_prefix("this path takes ").expect(&detail).split(", ").collect();
    named.sort_unstable();
    assert_eq!((answer.json()["code"].as_str(), named), (Some("usage"), allowed));
    let answer = server.request("PATCH", "/api/tokens/root").bearer(&admin).json(&json!({"status": "revoked"})).send();
    problem(answer, 400, "usage", "status: POST .../revoke and POST .../restore change it");
    let answer = server.post("/api/tokens").bearer(&admin).json(&json!({"name": "a", "expires": "2020-01-01"})).send();
    problem(answer, 400, "usage", "expires: it is in the past");
    assert!(server.get("/api/tokens").bearer(&admin).send().is(200).body.ends_with("]\n"));
    problem(server.get("/api/tokens/nobody").bearer(&admin).send(), 404, "not-found", "there is no token `nobody`");
    // Not even a name that is near.
    problem(server.get("/api/tokens/rooot").bearer(&admin).send(), 404, "not-found", "there is no token `rooot`");
    server.request("DELETE", "/api/tokens/root?force=1").bearer(&admin).send().is(400);
    assert_eq!(server.shown("root")["name"], "root");
}

#[test]
fn a_token_is_found_by_its_name_and_by_its_id() {
    let (server, admin) = managed();
    for name in ["Büro 3", "a/b", "100%", "rotate", "?x=y"] {
        let secret = server.create(&[name]);
        let shown = server.shown(name);
        let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for path in [encoded.as_str(), &secret[..16]] {
            assert_eq!(server.get(&format!("/api/tokens/{path}")).bearer(&admin).send().is(200).json(), shown);
        }
    }
    server.get("/api/tokens/%FF").bearer(&admin).send().is(400);
}

#[test]
fn a_secret_in_a_path_or_query_is_refused_and_not_repeated() {
    let (server, admin) = managed();
    for path in ["/api/tokens/$", "/api/tokens?owner=$", "/api/log?token=$", "/api/tokens?cursor=n.$"] {
        let answer = server.get(&path.replace('$', &admin)).bearer(&admin).send().is(400);
        assert!(answer.body.contains("a secret stands in the path or query") && !answer.body.contains(&admin[4..]));
    }
    assert!(!server.log().contains(&admin[16..]));
}

#[test]
fn a_merge_patch_changes_what_it_names() {
    let (server, admin) = managed();
    server.create(&[
        "web",
        "--scope",
        "a",
        "--label",
        "env=prod",
        "--label",
        "x=1",
        "--max-uses",
        "9",
        "--expires",
        "9d",
    ]);
    let patch = |body: Value| {
        let request = server.request("PATCH", "/api/tokens/web").bearer(&admin).body(&body.to_string());
        request.header("Content-Type", "application/merge-patch+json").send()
    };
    let changed = patch(json!({
        "owner": "bob", "description": "what for", "scopes": ["b.*"], "labels": {"env": null, "y": "2"},
    }));
    let token = changed.is(200).json();
    assert_eq!(token, server.shown("web"));
    assert_eq!((&token["owner"], &token["description"]), (&json!("bob"), &json!("what for")));
    assert_eq!((&token["scopes"], &token["labels"]), (&json!(["b.*"]), &json!({"x": "1", "y": "2"})));
    assert_eq!(token["max_uses"], 9);
    let token = patch(json!({"max_uses": null, "expires": null, "labels": null, "description": null})).is(200).json();
    assert_eq!((&token["max_uses"], &token["expires_at"]), (&Value::Null, &Value::Null));
    assert_eq!((&token["labels"], &token["description"]), (&json!({}), &json!("")));
    assert_eq!(patch(json!({})).is(200).json(), token);
    problem(patch(json!({"type": "admin"})), 400, "usage", "type: it is nothing that can be changed");
    problem(patch(json!({"name": "root"})), 409, "exists", "a token named `root` already exists");
    assert_eq!(patch(json!({"name": "shop"})).is(200).json()["name"], "shop");
    patch(json!({})).is(404);
}

#[test]
fn a_rotation_hands_out_a_new_secret_and_may_leave_the_old_one_a_while() {
    let (server, admin) = managed();
    let old = server.create(&["web"]);
    let rotate = |body: &str| server.post("/api/tokens/web/rotate").bearer(&admin).body(body).send();
    let answer = rotate(r#"{"grace": "24h"}"#).is(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let mut token = answer.json();
    let new = token.as_object_mut().unwrap().remove("secret").unwrap();
    assert_eq!(token, server.shown("web"));
    let new = new.as_str().unwrap();
    assert_eq!((server.verify("", &old), server.verify("", new)), (200, 200));
    let newest = rotate("").is(200).json();
    assert_eq!((server.verify("", new), server.verify("", newest["secret"].as_str().unwrap())), (401, 200));
    problem(rotate(r#"{"grace": "soon"}"#), 400, "usage", "grace: it is no span of time: write 30m, 24h, 7d");
    // As clients send it that have nothing to say.
    server.post("/api/tokens/web/rotate").bearer(&admin).form("").send().is(200);
}

#[test]
fn revoking_and_restoring_twice_is_as_good_as_once() {
    let (server, admin) = managed();
    let secret = server.create(&["web"]);
    let post = |path: &str| server.post(path).bearer(&admin).send().is(200).json();
    let revoked = post("/api/tokens/web/revoke");
    assert_eq!((&revoked["status"], server.verify("", &secret)), (&json!("revoked"), 401));
    assert_eq!(post("/api/tokens/web/revoke"), revoked);
    let restored = post("/api/tokens/web/restore");
    assert_eq!((&restored["status"], server.verify("", &secret)), (&json!("active"), 200));
    assert_eq!(post("/api/tokens/web/restore")["revoked_at"], Value::Null);
}

#[test]
fn a_deleted_token_is_gone_with_its_traces() {
    let (mut server, admin) = managed();
    let secret = server.create(&["web", "--description", "a very telling description"]);
    let delete = || server.request("DELETE", "/api/tokens/web").bearer(&admin).send();
    let answer = delete().is(204);
    assert_eq!((answer.body.as_str(), answer.header("cache-control")), ("", Some("no-store")));
    assert_eq!(server.verify("", &secret), 401);
    problem(delete(), 404, "not-found", "there is no token `web`");
    server.terminate();
    let vault = server.machine.vault();
    for file in [vault.clone(), vault.with_extension("db-wal")] {
        let bytes = std::fs::read(file).unwrap_or_default();
        assert!(!bytes.windows(15).any(|part| part == b"a very telling "));
    }
}

#[test]
fn the_list_has_the_filters_and_the_shape_of_the_command_line() {
    let (server, admin) = managed();
    server.create(&["a", "--owner", "bob", "--scope", "x.*", "--label", "env=prod"]);
    server.create(&["b", "--owner", "bob", "--type", "session", "--expires", "2d"]);
    server.create(&["c", "--owner", "zoe", "--max-uses", "3"]);
    let used = server.create(&["d", "--owner", "zoe"]);
    server.create(&["e", "--owner", "zoe"]);
    server.jeton(&["revoke", "e"]).exits(0);
    server.machine.jeton(["verify"]).stdin(&used).run().exits(0);
    for (query, flags, names) in [
        ("", &[][..], "d c b a root"),
        ("?all", &["--all"], "e d c b a root"),
        ("?all=false", &[], "d c b a root"),
        ("?status=revoked", &["--status", "revoked"], "e"),
        ("?status=revoked,active&owner=zoe", &["--status", "revoked,active", "--owner", "zoe"], "e d c"),
        ("?type=session,admin", &["--type", "session,admin"], "b root"),
        ("?owner=bob", &["--owner", "bob"], "b a"),
        ("?label=env%3Dprod", &["--label", "env=prod"], "a"),
        ("?scope=x.y", &["--scope", "x.y"], "a root"),
        ("?never_used=true&owner=zoe", &["--never-used", "--owner", "zoe"], "c"),
        ("?expiring=3d", &["--expiring", "3d"], "b"),
        ("?expired=true", &["--expired"], ""),
        ("?unused=1d", &["--unused", "1d"], ""),
        ("?created_before=2020-01-01", &["--created-before", "2020-01-01"], ""),
        ("?sort=name", &["--sort", "name"], "a b c d root"),
        ("?sort=owner&reverse=true", &["--sort", "owner", "--reverse"], "c d a b root"),
        ("?sort=expires&all=1", &["--sort", "expires", "--all"], "b e d c a root"),
    ] {
        assert_eq!(server.names(query, &admin), names, "{query}");
        let listed = server.jeton(&[&["list", "--json"], flags].concat()).exits(0).stdout;
        let answer = server.get(&format!("/api/tokens{query}")).bearer(&admin).send().is(200);
        // The last use of the caller's own token is written a moment later.
        let plain = |mut tokens: Value| {
            let mut all = tokens.as_array_mut().unwrap().iter_mut();
            all.find(|token| token["name"] == "root").map(|root| (root["last_used_at"].take(), root["secrets"].take()));
            tokens
        };
        assert_eq!(plain(answer.json()), plain(serde_json::from_str(&listed).unwrap()), "{query}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn a_question_that_is_not_understood_is_not_answered() {
    let (server, admin) = managed();
    let there = "there are scope, type, label, owner, status, all, reverse, never_used, expired, unused, \
                 created_before, expiring, sort, limit, cursor";
    let past = "unused: it is no time that is past: write 90d, 12h, 2026-01-31, or 2026-01-31T12:00:00Z";
    let secret = format!("jtn_{}=1", "a1".repeat(20));
    let unknown = format!("unknown parameter: {there}");
    let owners = format!("unknown parameter owners: {there}");
    let asked: [(&str, &str); 19] = [
        ("owners=bob", &owners),
        ("Owner=bob", &unknown),
        (&secret, &unknown),
        ("type=client&type=admin", "type: it stands here twice"),
        ("status=active&status=revoked", "status: it stands here twice"),
        ("unused=soon", past),
        ("expiring=2020-01-01", "expiring: it is not to come"),
        ("owner=a&owner=b", "owner: it stands here twice"),
        ("limit=2&limit=3", "limit: it stands here twice"),
        ("limit=0", "limit: it is a whole number from 1 to 1000"),
        ("limit=1001", "limit: it is a whole number from 1 to 1000"),
        ("status=dead", "status: it is active, revoked, expired or used-up"),
        ("type=root", "type: it is client, admin or session"),
        ("sort=age", "sort: it is one of created, name, owner, type, status, expires, last-used"),
        ("all=maybe", "all: it is true or false"),
        ("cursor=x", "cursor: it is from no link of this list"),
        ("cursor=n.a", "cursor: it is from no link of this list"),
        ("sort=name&cursor=c.1.2", "cursor: it is from no link of this list"),
        ("sort=expires&cursor=r.1.2", "cursor: it is from no link of this list"),
    ];
    for (query, detail) in asked {
        let answer = server.get(&format!("/api/tokens?{query}")).bearer(&admin).send();
        problem(answer, 400, "usage", detail);
    }
    server.get("/api/tokens?sort=last_used").bearer(&admin).send().is(200);
    for query in ["unused=soon", "created_before=2999-01-01", "expiring=2020-01-01", "scope=*", "label=x"] {
        server.get(&format!("/api/tokens?{query}")).bearer(&admin).send().is(400);
    }
}

/// In every order: full pages, each token once, and no link to an empty page.
#[test]
fn links_lead_through_the_whole_list() {
    let (server, admin) = managed();
    server.jeton(&["create", "t", "--count", "7", "--owner", "bob", "--output", "7.txt"]).exits(0);
    for name in ["Ä & b=c", "100% +1"] {
        server.create(&[name, "--owner", "J. Doe", "--expires", "3d"]);
    }
    // The order by last use is not to change on the way: the admin's stays what it is for a minute.
    eventually("the admin's use is written", || {
        let root = server.get("/api/tokens/root").bearer(&admin).send().is(200).json();
        (!root["last_used_at"].is_null()).then_some(())
    });
    for sort in ["created", "name", "owner", "type", "status", "expires", "last-used"] {
        for (reverse, sizes) in [(false, [4, 4, 2]), (true, [5, 5, 0])] {
            let size = sizes[0];
            let mut path = Some(format!("/api/tokens?sort={sort}&reverse={reverse}&limit={size}&type=client,admin"));
            let mut names = Vec::new();
            for size in sizes.into_iter().filter(|size| *size > 0) {
                let (page, next) = server.page(&path.take().expect("a link"), &admin);
                assert_eq!(page.len(), size, "{sort}");
                names.extend(page);
                path = next;
            }
            assert_eq!(path, None, "{sort}");
            let flags = ["list", "--quiet", "--sort", sort];
            let flags = flags.iter().copied().chain(reverse.then_some("--reverse"));
            let listed = server.jeton(&flags.collect::<Vec<_>>()).exits(0).stdout;
            assert_eq!(names, listed.lines().collect::<Vec<_>>(), "{sort}");
        }
    }
}

#[test]
fn head_is_answered_as_get_without_a_body() {
    let (server, admin) = managed();
    for path in ["/api/tokens", "/api/tokens/root", "/api/log"] {
        let answer = server.request("HEAD", path).bearer(&admin).send().is(200);
        assert_eq!((answer.body.as_str(), answer.header("content-type")), ("", Some("application/json")));
    }
}

#[test]
fn the_log_is_that_of_the_command_line_page_by_page() {
    let (server, admin) = managed();
    let made = server.post("/api/tokens").bearer(&admin).json(&json!({"name": "web"})).send().is(201).json();
    server.post("/api/tokens/web/revoke").bearer(&admin).send().is(200);
    server.request("PATCH", "/api/tokens/web").bearer(&admin).json(&json!({"name": "shop"})).send().is(200);
    let listed = server.jeton(&["log", "--json"]).exits(0).stdout;
    let listed: Vec<Value> = serde_json::from_str(&listed).unwrap();
    let all = server.get("/api/log").bearer(&admin).send().is(200);
    assert_eq!(all.json(), json!(listed));
    assert_eq!(all.header("link"), None);
    assert_eq!(
        listed.iter().map(|event| event["action"].as_str().unwrap()).collect::<Vec<_>>(),
        ["init", "create", "create", "revoke", "edit"]
    );
    assert!(listed[3]["actor"].as_str().unwrap().starts_with(&format!("{} via ", &admin[..16])));
    let mut paged = Vec::new();
    let mut path = Some("/api/log?limit=2".to_owned());
    while let Some(here) = path {
        let answer = server.get(&here).bearer(&admin).send().is(200);
        paged.extend(answer.json().as_array().unwrap().clone());
        path = next(&answer);
    }
    assert_eq!(paged, listed);
    let of = |query: &str| server.get(&format!("/api/log{query}")).bearer(&admin).send();
    let id = made["id"].as_str().unwrap();
    for token in ["shop", "web", id] {
        let events = of(&format!("?token={token}")).is(200).json();
        assert_eq!(events, json!(listed[2..]), "{token}");
    }
    problem(of("?token=nobody"), 404, "not-found", "there is no token `nobody`");
    problem(of("?after=-1"), 400, "usage", "after: it is the number of an event");
    let detail = "unknown parameter since: there are token, after, limit";
    problem(of("?since=1d"), 400, "usage", detail);
    server.request("DELETE", "/api/tokens/shop").bearer(&admin).send().is(204);
    assert_eq!(of(&format!("?token={id}&after=3")).is(200).json()[2]["action"], "delete");
}
