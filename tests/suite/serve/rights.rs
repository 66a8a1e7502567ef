//! What a caller may do: admins everything, others by their scopes, and never upwards.

use serde_json::{Value, json};

use super::{Answer, Server};

/// All that changes a token, or shows one.
const DEEDS: [(&str, &str, &[&str]); 7] = [
    ("GET", "/api/tokens/it", &["jeton.read"]),
    ("PATCH", "/api/tokens/it", &["jeton.edit"]),
    ("DELETE", "/api/tokens/it", &["jeton.delete"]),
    ("POST", "/api/tokens/it/rotate", &["jeton.create", "jeton.edit"]),
    ("POST", "/api/tokens/it/revoke", &["jeton.revoke"]),
    ("POST", "/api/tokens/it/restore", &["jeton.revoke"]),
    ("POST", "/api/tokens", &["jeton.create"]),
];

impl Server {
    /// A token of the owner `ann` with these scopes, and whatever else is said.
    fn caller(&self, name: &str, scopes: &[&str], more: &[&str]) -> String {
        let scopes = scopes.iter().flat_map(|scope| ["--scope", scope]);
        self.create(&[name, "--owner", "ann"].into_iter().chain(scopes).chain(more.iter().copied()).collect::<Vec<_>>())
    }

    fn asks(&self, method: &'static str, path: &str, secret: &str, body: &Value) -> Answer {
        let request = self.request(method, path).bearer(secret);
        if body.is_null() { request.send() } else { request.json(body).send() }
    }

    #[track_caller]
    fn refuses(&self, (method, path): (&'static str, &str), secret: &str, body: &Value, detail: &str) {
        let answer = self.asks(method, path, secret, body).is(403);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!((&answer.json()["code"], &answer.json()["detail"]), (&json!("refused"), &json!(detail)));
    }
}

fn body(method: &str, path: &str) -> Value {
    match (method, path) {
        ("PATCH", _) => json!({}),
        ("POST", "/api/tokens") => json!({"name": "new"}),
        _ => Value::Null,
    }
}

#[test]
fn each_deed_needs_its_scopes() {
    let server = Server::new();
    let scopes = ["jeton.create", "jeton.read", "jeton.edit", "jeton.revoke", "jeton.delete", "jeton.introspect"];
    for (method, path, needed) in DEEDS {
        for lacking in needed {
            let others: Vec<_> = scopes.into_iter().filter(|scope| scope != lacking).chain(["*"]).collect();
            let caller = server.caller("caller", &others, &[]);
            server.caller("it", &[], &[]);
            let answer = server.asks(method, path, &caller, &body(method, path)).is(403);
            let challenge = answer.header("www-authenticate").unwrap();
            let scope = needed.join(" ");
            assert_eq!(challenge, format!("Bearer realm=\"jeton\", error=\"insufficient_scope\", scope=\"{scope}\""));
            let several = if needed.len() > 1 { "s" } else { "" };
            let detail =
                format!("this needs a token with the scope{several} {}, or an admin token", needed.join(" and "));
            assert_eq!(answer.json()["detail"], detail);
            server.jeton(&["delete", "--yes", "caller", "it"]).exits(0);
        }
        for enough in [needed, &["jeton.*"]] {
            let caller = server.caller("caller", enough, &[]);
            server.caller("it", &[], &[]);
            let answer = server.asks(method, path, &caller, &body(method, path));
            assert!((200..300).contains(&answer.status), "{method} {path}: {answer:?}");
            server.jeton(&["delete", "--yes", "--owner", "ann"]).exits(0);
        }
    }
}

#[test]
fn reading_needs_its_scope_for_the_list_and_the_log_too() {
    let server = Server::new();
    let none = server.caller("none", &["*", "jeton.edit"], &[]);
    let reader = server.caller("reader", &["jeton.read"], &[]);
    for path in ["/api/tokens", "/api/log"] {
        server.get(path).bearer(&none).send().is(403);
        server.get(path).bearer(&reader).send().is(200);
        let answer = server.get(path).send().is(401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"jeton\""));
        server.get(path).bearer(&format!("{reader}x")).send().is(401);
    }
    server.jeton(&["revoke", "reader"]).exits(0);
    let answer = server.get("/api/tokens").bearer(&reader).send().is(401);
    assert_eq!(answer.json()["detail"], "this needs a valid token, as in `Authorization: Bearer SECRET`");
}

#[test]
fn a_limited_caller_spends_a_use_with_each_request() {
    let server = Server::new();
    let reader = server.caller("reader", &["jeton.read"], &["--max-uses", "2"]);
    assert_eq!(server.get("/api/tokens/reader").bearer(&reader).send().is(200).json()["uses"], 1);
    server.get("/api/tokens/nobody").bearer(&reader).send().is(404);
    server.get("/api/tokens/reader").bearer(&reader).send().is(401);
}

#[test]
fn admin_tokens_are_not_there_for_others() {
    let server = Server::new();
    let admin = server.create(&["root", "--type", "admin"]);
    let caller = server.caller("caller", &["jeton.*", "*"], &[]);
    for named in ["root", &admin[..16]] {
        for (method, path, _) in &DEEDS[..6] {
            let path = path.replacen("/it", &format!("/{named}"), 1);
            let answer = server.asks(method, &path, &caller, &body(method, &path)).is(404);
            assert_eq!(answer.json()["detail"], format!("there is no token `{named}`"), "{method} {path}");
        }
        server.get(&format!("/api/log?token={named}")).bearer(&caller).send().is(404);
    }
    assert_eq!(server.verify("?type=admin", &admin), 200);
    for query in ["?type=admin", "?scope=anything&type=admin&all=1", "?type=admin&limit=1&sort=expires"] {
        let answer = server.get(&format!("/api/tokens{query}")).bearer(&caller).send().is(200);
        assert_eq!((answer.body.as_str(), answer.header("link")), ("[]\n", None), "{query}");
    }
}

/// Pages are full although admin tokens stand between the others, and the last one has no link.
#[test]
fn pages_are_full_without_what_is_not_to_be_seen() {
    let server = Server::new();
    let caller = server.caller("c0", &["jeton.read"], &[]);
    for number in 1..=4 {
        server.create(&[&format!("a{number}"), "--type", "admin"]);
        server.create(&[&format!("c{number}")]);
    }
    server.create(&["a5", "--type", "admin"]);
    for sort in ["created", "name", "owner", "type", "status", "expires", "last-used"] {
        let mut path = Some(format!("/api/tokens?sort={sort}&limit=2&type=client,admin"));
        let (mut sizes, mut names) = (Vec::new(), Vec::new());
        while let Some(here) = path {
            let answer = server.get(&here).bearer(&caller).send().is(200);
            let page = answer.json();
            sizes.push(page.as_array().unwrap().len());
            names.extend(page.as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap().to_owned()));
            path = answer.header("link").map(|link| link[1..link.find('>').unwrap()].to_owned());
        }
        names.sort_unstable();
        assert_eq!((sizes, names.join(" ").as_str()), (vec![2, 2, 1], "c0 c1 c2 c3 c4"), "{sort}");
    }
}

#[test]
fn the_log_tells_others_of_the_tokens_that_are_there_and_that_they_see() {
    let server = Server::new();
    let admin = server.create(&["root", "--type", "admin"]);
    let caller = server.caller("caller", &["jeton.read", "jeton.revoke"], &[]);
    for name in ["gone", "web"] {
        server.create(&[name]);
        server.post(&format!("/api/tokens/{name}/revoke")).bearer(&admin).send().is(200);
    }
    server.post("/api/tokens/web/restore").bearer(&caller).send().is(200);
    server.jeton(&["delete", "--yes", "gone"]).exits(0);
    // Another with the name that one had.
    server.create(&["gone"]);
    server.jeton(&["policy", "set", "max-expiry", "1y"]).exits(0);
    let log = |query: &str| {
        let events = server.get(&format!("/api/log{query}")).bearer(&caller).send().is(200).json();
        let told = |event: &Value| {
            format!("{} {}", event["action"].as_str().unwrap(), event["token"]["name"].as_str().unwrap())
        };
        (events.as_array().unwrap().iter().map(told).collect::<Vec<_>>().join(", "), events)
    };
    let (told, events) = log("");
    assert_eq!(told, "create caller, create web, revoke web, restore web, create gone");
    // Nor by whom it was done, where that is an admin token.
    assert!(!events.to_string().contains(&admin[..16]));
    assert!(events[3]["actor"].as_str().unwrap().starts_with(&format!("{} via ", &caller[..16])));
    assert_eq!(log("?token=gone").0, "create gone");
    let first = server.get("/api/log?limit=4").bearer(&caller).send().is(200);
    assert_eq!(
        first.header("link"),
        Some(format!("</api/log?limit=4&after={}>; rel=\"next\"", first.json()[3]["seq"]).as_str())
    );
    assert_eq!(server.get("/api/log?limit=5").bearer(&caller).send().is(200).header("link"), None);
}

#[test]
fn what_others_create_is_bounded_as_they_are() {
    let server = Server::new();
    let more = ["--label", "env=prod", "--expires", "10d", "--max-uses", "50"];
    let caller = server.caller("caller", &["jeton.*", "x.*"], &more);
    let own = server.get("/api/tokens/caller").bearer(&caller).send().is(200).json();
    let made = server.post("/api/tokens").bearer(&caller).json(&json!({"name": "a", "scopes": ["x.y.*"]})).send();
    let made = made.is(201).json();
    for field in ["owner", "labels", "expires_at", "max_uses"] {
        assert_eq!(made[field], own[field], "{field}");
    }
    let create = ("POST", "/api/tokens");
    for (field, value, detail) in [
        ("scopes", json!(["y"]), "the caller's own token does not cover the scope `y`"),
        ("scopes", json!(["*"]), "the caller's own token does not cover the scope `*`"),
        ("type", json!("admin"), "the type admin is above the caller's own"),
        ("scopes", json!({"admin": true}), "the type admin is above the caller's own"),
        ("owner", json!("bob"), "the owner is not the caller's own"),
        ("labels", json!({"env": "test"}), "the label `env` is not as the caller's own token has it"),
        ("expires", json!("11d"), "the token would outlive the caller's own"),
        ("expires", json!("never"), "the token would outlive the caller's own"),
        ("max_uses", json!(51), "the token could be used more often than the caller's own"),
    ] {
        server.refuses(create, &caller, &json!({"name": "b", field: value}), detail);
    }
    let less = json!({"name": "b", "type": "session", "expires": "1d", "max_uses": 1, "labels": {"x": "1"}});
    let made = server.post("/api/tokens").bearer(&caller).json(&less).send().is(201).json();
    assert_eq!((&made["max_uses"], &made["labels"]), (&json!(1), &json!({"env": "prod", "x": "1"})));
}

#[test]
fn others_change_only_what_their_scopes_cover() {
    let server = Server::new();
    let caller = server.caller("caller", &["jeton.*", "x.*"], &[]);
    server.create(&["within", "--scope", "x.y", "--owner", "bob"]);
    server.create(&["beyond", "--scope", "x.y", "--scope", "z"]);
    server.create(&["all", "--scope", "*"]);
    for (name, scope) in [("beyond", "z"), ("all", "*")] {
        server.get(&format!("/api/tokens/{name}")).bearer(&caller).send().is(200);
        for (method, path, _) in &DEEDS[1..6] {
            let path = path.replacen("/it", &format!("/{name}"), 1);
            let detail = format!("the caller's own token does not cover the scope `{scope}`");
            server.refuses((method, &path), &caller, &body(method, &path), &detail);
        }
    }
    let within = ("PATCH", "/api/tokens/within");
    let edited =
        server.asks(within.0, within.1, &caller, &json!({"scopes": ["x.*"], "description": "d"})).is(200).json();
    assert_eq!((&edited["scopes"], &edited["owner"]), (&json!(["x.*"]), &json!("bob")));
    let covers = |scope: &str| format!("the caller's own token does not cover the scope `{scope}`");
    server.refuses(within, &caller, &json!({"scopes": ["x.*", "y"]}), &covers("y"));
    server.refuses(within, &caller, &json!({"owner": "ann"}), "the owner is not the caller's own");
    // A secret is for whoever could have made the token.
    server.refuses(("POST", "/api/tokens/within/rotate"), &caller, &Value::Null, "the owner is not the caller's own");
    server.post("/api/tokens/within/revoke").bearer(&caller).send().is(200);
    server.request("DELETE", "/api/tokens/within").bearer(&caller).send().is(204);
}

#[test]
fn nobody_gives_itself_more() {
    let server = Server::new();
    let more = ["--label", "env=prod", "--expires", "10d", "--max-uses", "90"];
    let caller = server.caller("caller", &["jeton.*", "x"], &more);
    let own = ("PATCH", "/api/tokens/caller");
    for (change, detail) in [
        (json!({"scopes": ["jeton.*", "x", "y"]}), "the caller's own token does not cover the scope `y`"),
        (json!({"owner": "bob"}), "the owner is not the caller's own"),
        (json!({"labels": {"env": null}}), "the label `env` is not as the caller's own token has it"),
        (json!({"labels": null}), "the label `env` is not as the caller's own token has it"),
        (json!({"expires": null}), "the token would outlive the caller's own"),
        (json!({"max_uses": null}), "the token could be used more often than the caller's own"),
    ] {
        server.refuses(own, &caller, &change, detail);
    }
    server.asks(own.0, own.1, &caller, &json!({"scopes": ["jeton.*"], "max_uses": 80, "expires": "9d"})).is(200);
    let new = server.post("/api/tokens/caller/rotate").bearer(&caller).send().is(200).json();
    assert_eq!(server.verify("", &caller), 401);
    server.post("/api/tokens/caller/revoke").bearer(new["secret"].as_str().unwrap()).send().is(200);
}

#[test]
fn admins_may_all() {
    let server = Server::new();
    let admin = server.create(&["root", "--type", "admin", "--expires", "1d"]);
    let body = json!({"name": "other", "type": "admin", "owner": "bob", "expires": "never"});
    let other = server.post("/api/tokens").bearer(&admin).json(&body).send().is(201).json();
    server.request("DELETE", "/api/tokens/root").bearer(other["secret"].as_str().unwrap()).send().is(204);
    assert_eq!(server.verify("", &admin), 401);
}
