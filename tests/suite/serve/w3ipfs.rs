//! API keys by the endpoints of W3IPFS: the calls of its page, and what they leave in the vault.

use serde_json::{Value, json};

use super::{Answer, Server, stdout};
use crate::support::peers;
use crate::support::real::needs;

/// A server, and an admin's secret.
fn with_admin() -> (Server, String) {
    let server = Server::new();
    let admin = server.create(&["boss", "--type", "admin", "--owner", "alice"]);
    (server, admin)
}

/// A whole body; only an admin can leave something out.
fn body(name: &str, admin: bool, leaf: bool) -> Value {
    json!({"name": name, "scopes": {
        "admin": admin,
        "data": {"pin_list": leaf, "nft_list": leaf},
        "pinning": {"unpin": leaf, "pin_by_hash": leaf, "pin_file_to_ipfs": leaf},
        "pin_nft": {"unpin_nft": leaf, "pin_nft_to_ipfs": leaf},
    }})
}

#[track_caller]
fn create(server: &Server, admin: &str, body: &Value) -> Answer {
    server.post("/api/apiKeys/").bearer(admin).json(body).send()
}

/// Id and secret of a key that was just made.
#[track_caller]
fn made(answer: &Value, name: &str) -> (String, String) {
    let text = |key: &str| answer["data"][key].as_str().expect("a text").to_owned();
    let (id, secret) = (text("api_key"), text("secret_key"));
    let whole = json!({"data": {"name": name, "api_key": id, "secret_key": secret}, "status": "success"});
    assert_eq!((answer, &secret[..16]), (&whole, id.as_str()));
    (id, secret)
}

#[track_caller]
fn keys(server: &Server, admin: &str) -> Vec<Value> {
    let answer = server.get("/api/apiKeys/list").bearer(admin).send().is(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let list = answer.json();
    let keys = list["data"]["api_keys"].as_array().expect("a list").clone();
    assert_eq!(list, json!({"data": {"total": keys.len(), "api_keys": keys}, "status": "success"}));
    keys
}

fn names(keys: &[Value]) -> Vec<&str> {
    keys.iter().map(|key| key["name"].as_str().expect("a name")).collect()
}

#[test]
fn the_curl_call_of_the_page_makes_an_admin_key() {
    if !needs(&["curl"]) {
        return;
    }
    let (server, admin) = with_admin();
    let mut curl = server.machine.command("curl");
    curl.args(["--silent", "--location", "--request", "POST", &format!("http://{}/api/apiKeys/", server.address)]);
    curl.args(["--header", &format!("Authorization: Bearer {admin}"), "--header", "Content-Type: application/json"]);
    curl.args(["--data-raw", &format!("{:#}", body("test-api-key", true, true))]);
    let (_, secret) = made(&serde_json::from_str(&stdout(&mut curl)).expect("JSON"), "test-api-key");
    assert_eq!(server.verify("?type=admin&scope=pinning.unpin", &secret), 200);
}

/// The page's call: a body that is text already, and one object that says all.
const AXIOS: &str = "
const axios = require('axios');
const [base, bearer, name] = process.argv.slice(2);
const leaves = (...names) => Object.fromEntries(names.map((name) => [name, true]));
const data = JSON.stringify({ name, scopes: {
  admin: true, data: leaves('pin_list', 'nft_list'), pinning: leaves('unpin', 'pin_by_hash', 'pin_file_to_ipfs'),
  pin_nft: leaves('unpin_nft', 'pin_nft_to_ipfs'),
} });
const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
axios({ method: 'post', url: base, headers, data })
  .then((response) => console.log(JSON.stringify(response.data)))
  .catch((error) => console.log(error));
";

#[test]
fn the_axios_call_of_the_page_makes_an_admin_key_at_both_its_addresses() {
    let Some(modules) = peers::node(&["axios@1.21.1"]) else { return };
    let (server, admin) = with_admin();
    let program = peers::beside(&modules, &server.machine.home(), "call.cjs", AXIOS);
    for path in ["/apiKeys/", "/api/apiKeys/", "/api/apiKeys"] {
        let mut node = server.machine.command("node");
        node.arg(&program).args([&format!("http://{}{path}", server.address), &admin, path]);
        let told = stdout(&mut node);
        let (_, secret) = made(&serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told}")), path);
        assert_eq!(server.verify("?type=admin", &secret), 200);
    }
}

#[test]
fn every_address_is_good_with_and_without_its_slash_and_its_api() {
    let (server, admin) = with_admin();
    for keys in ["/api/apiKeys", "/apiKeys"] {
        for end in ["", "/"] {
            let name = format!("{keys}{end}");
            let answer = server.post(&name).bearer(&admin).json(&body(&name, false, true)).send().is(200);
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let (id, _) = made(&answer.json(), &name);
            let list = server.get(&format!("{keys}/list{end}")).bearer(&admin).send().is(200).json();
            assert_eq!(list["data"]["api_keys"][0]["id"], id);
            server.get(&format!("{keys}/testAuthentication{end}")).bearer(&admin).send().is(200);
            server.request("DELETE", &format!("{keys}/{id}{end}")).bearer(&admin).send().is(200);
        }
    }
    assert_eq!(names(&keys(&server, &admin)), ["boss"]);
}

#[test]
fn a_key_may_what_is_true_in_its_tree_and_belongs_to_who_made_it() {
    let (server, admin) = with_admin();
    let mut wish = body("uploads", false, false);
    wish["scopes"]["pinning"]["pin_by_hash"] = json!(true);
    let (id, secret) = made(&create(&server, &admin, &wish).is(200).json(), "uploads");
    assert_eq!(server.verify("?scope=pinning.pin_by_hash&type=client&owner=alice", &secret), 200);
    assert_eq!(server.verify("?scope=pinning.unpin", &secret), 403);
    let shown: Value = serde_json::from_str(&server.jeton(&["show", "uploads", "--json"]).exits(0).stdout).unwrap();
    assert_eq!((&shown["id"], &shown["scopes"]), (&json!(id), &json!(["pinning.pin_by_hash"])));
    let log = server.jeton(&["log"]).exits(0).stdout;
    assert!(log.contains(&format!("{} via ", &admin[..16])), "{log}");
    // As the page says it in words: an admin's body in short, keys without quotes.
    let short = "{\n    name: \"Admin api key\",\n    scopes: {\n        admin: true\n    }\n}";
    let answer = server.post("/api/apiKeys").bearer(&admin).header("Content-Type", "application/json").body(short);
    let (_, secret) = made(&answer.send().is(200).json(), "Admin api key");
    assert_eq!(server.verify("?type=admin", &secret), 200);
}

#[test]
fn the_pair_of_headers_is_as_good_as_the_bearer_if_both_belong_together() {
    let (server, admin) = with_admin();
    let (id, secret) = made(&create(&server, &admin, &body("second", true, true)).is(200).json(), "second");
    let by = |id: &str, secret: &str| {
        let ask = server.get("/api/apiKeys/testAuthentication");
        ask.header("pinning_api_key", id).header("pinning_secret_key", secret).send()
    };
    by(&id, &secret).is(200);
    let answer = by(&admin[..16], &secret).is(401);
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"jeton\", error=\"invalid_token\""));
    let wish = body("third", false, true);
    let ask = || server.post("/api/apiKeys/").json(&wish);
    ask().header("pinning_api_key", &admin[..16]).header("pinning_secret_key", &secret).send().is(401);
    made(&ask().header("pinning_api_key", &id).header("pinning_secret_key", &secret).send().is(200).json(), "third");
}

#[test]
fn only_an_admin_issues_lists_and_deletes() {
    let (server, admin) = with_admin();
    let all = server.create(&["all", "--scope", "*", "--scope", "jeton.*"]);
    let boss = &admin[..16];
    let wish = body("new", true, true);
    let asks = || {
        [
            server.post("/api/apiKeys/").json(&wish),
            server.get("/api/apiKeys/list"),
            server.request("DELETE", &format!("/api/apiKeys/{boss}")),
            server.request("DELETE", "/api/apiKeys/jtn_000000000000"),
        ]
    };
    for ask in asks() {
        let answer = ask.send().is(401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"jeton\""));
        assert_eq!(answer.json()["detail"], "this needs a valid token, as in `Authorization: Bearer SECRET`");
    }
    for ask in asks() {
        let challenge = "Bearer realm=\"jeton\", error=\"insufficient_scope\"";
        let answer = ask.bearer(&all).send().is(403);
        assert_eq!(answer.header("www-authenticate"), Some(challenge));
        assert_eq!(answer.json()["detail"], "this needs an admin token");
    }
    for ask in asks() {
        ask.bearer(&admin[1..]).send().is(401);
    }
    assert_eq!(names(&keys(&server, &admin)), ["all", "boss"]);
}

#[test]
fn a_body_that_asks_for_nothing_clear_makes_no_key() {
    let (server, admin) = with_admin();
    let says = |answer: Answer, status: u16, detail: &str| {
        let answer = answer.is(status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(answer.json()["detail"], detail);
    };
    let mut missing = body("k", false, true);
    missing["scopes"]["data"].as_object_mut().unwrap().remove("nft_list");
    let mut unknown = body("k", false, true);
    unknown["scopes"]["data"]["all"] = json!(true);
    let mut nameless = body("k", false, true);
    nameless.as_object_mut().unwrap().remove("name");
    says(create(&server, &admin, &missing), 400, "scopes.data.nft_list: missing");
    says(create(&server, &admin, &unknown), 400, "scopes.data.all: unknown");
    says(create(&server, &admin, &nameless), 400, "name: missing");
    says(create(&server, &admin, &json!([body("k", false, true)])), 400, "one key is made at a time");
    says(create(&server, &admin, &body("boss", false, true)), 409, "a token named `boss` already exists");
    let ask = |kind: &str, body: &str| {
        server.post("/api/apiKeys/").bearer(&admin).header("Content-Type", kind).body(body).send()
    };
    let whole = body("k", false, true).to_string();
    says(ask("text/plain", &whole), 415, "the body must be application/json, or application/merge-patch+json");
    ask("application/json", &whole[1..]).is(400);
    server.post("/api/apiKeys/").bearer(&admin).header("Content-Type", "application/json").send().is(400);
    assert_eq!(names(&keys(&server, &admin)), ["boss"]);
    create(&server, &admin, &body("k", false, true)).is(200);
}

#[test]
fn what_the_vault_does_not_allow_is_not_allowed_here() {
    let (server, admin) = with_admin();
    server.jeton(&["policy", "set", "max-tokens-per-owner", "1"]).exits(0);
    create(&server, &admin, &body("k", false, true)).is(403);
    server.jeton(&["policy", "unset", "max-tokens-per-owner"]).exits(0);
    create(&server, &admin, &body("k", false, true)).is(200);
}

#[test]
fn the_list_tells_of_all_keys_that_work_as_the_page_prints_them() {
    let (server, admin) = with_admin();
    let web = server.create(&["web", "--scope", "pinning.*", "--scope", "deploy"]);
    server.create(&["revoked"]);
    server.jeton(&["revoke", "revoked"]).exits(0);
    let used_up = server.create(&["used up", "--max-uses", "1"]);
    assert_eq!(server.verify("", &used_up), 200);
    server.jeton(&["login"]).exits(0);
    let keys = keys(&server, &admin);
    assert_eq!(names(&keys), ["web", "boss"]);
    let made = |name: &str| {
        let shown: Value = serde_json::from_str(&server.jeton(&["show", name, "--json"]).exits(0).stdout).unwrap();
        shown["created_at"].clone()
    };
    let tree = json!({
        "admin": false,
        "data": {"pin_list": false, "nft_list": false},
        "pinning": {"unpin": true, "pin_by_hash": true, "pin_file_to_ipfs": true},
        "pin_nft": {"unpin_nft": false, "pin_nft_to_ipfs": false},
    });
    let id = &web[..16];
    assert_eq!(keys[0], json!({"id": id, "name": "web", "api_key": id, "scopes": tree, "created_at": made("web")}));
    let id = &admin[..16];
    let tree = json!({"admin": true});
    assert_eq!(keys[1], json!({"id": id, "name": "boss", "api_key": id, "scopes": tree, "created_at": made("boss")}));
}

#[test]
fn a_vault_s_own_catalogue_is_the_tree() {
    let (server, admin) = with_admin();
    server.jeton(&["policy", "scopes", "add", "deploy", "db.read", "db.read.all", "db.write"]).exits(0);
    let wish =
        json!({"name": "k", "scopes": {"admin": false, "deploy": true, "db": {"read": {"all": true}, "write": false}}});
    let answer = create(&server, &admin, &wish).is(200).json();
    let (_, secret) = made(&answer, "k");
    assert_eq!(server.verify("?scope=deploy&scope=db.read.all", &secret), 200);
    assert_eq!(keys(&server, &admin)[0]["scopes"], wish["scopes"]);
    create(&server, &admin, &body("other", false, true)).is(400);
}

#[test]
fn a_list_of_many_is_whole() {
    let (server, admin) = with_admin();
    server.jeton(&["create", "many", "--count", "2500", "--json"]).exits(0);
    let keys = keys(&server, &admin);
    let mut names = names(&keys);
    assert_eq!(names.len(), 2501);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 2501);
}

#[test]
fn a_deleted_key_is_gone_at_once_and_for_good() {
    let (server, admin) = with_admin();
    let delete = |id: &str| server.request("DELETE", &format!("/api/apiKeys/{id}")).bearer(&admin).send();
    let (id, secret) = made(&create(&server, &admin, &body("k", false, true)).is(200).json(), "k");
    assert_eq!(server.verify("", &secret), 200);
    assert_eq!(delete(&id).is(200).json()["status"], "success");
    assert_eq!(server.verify("", &secret), 401);
    for unknown in [&id, "k", "boss", "jtn_000000000000", "38ad2971-6be5-4dc3-ba28-890b9a86b8e9", "%FF"] {
        assert_eq!(delete(unknown).is(404).header("content-type"), Some("application/problem+json"), "{unknown}");
    }
    assert_eq!(names(&keys(&server, &admin)), ["boss"]);
    let mark = "what nobody else is described by";
    let revoked = server.create(&["revoked", "--description", mark]);
    server.jeton(&["revoke", "revoked"]).exits(0);
    let files_with_it = || {
        let files = server.machine.files().into_iter();
        let holds = |content: &Vec<u8>| content.windows(mark.len()).any(|bytes| bytes == mark.as_bytes());
        files.filter(|(_, content)| content.as_ref().is_some_and(holds)).count()
    };
    assert_ne!(files_with_it(), 0);
    delete(&revoked[..16]).is(200);
    server.jeton(&["show", "revoked"]).exits(3);
    assert_eq!(files_with_it(), 0, "it is deleted and still there");
}

#[test]
fn any_key_that_works_can_be_tried() {
    let (server, admin) = with_admin();
    let idle = server.create(&["idle"]);
    let once = server.create(&["once", "--max-uses", "1"]);
    let ask = |secret: &str| server.get("/api/apiKeys/testAuthentication").bearer(secret).send();
    for secret in [&admin, &idle, &once] {
        assert_eq!(ask(secret).is(200).json()["status"], "success");
    }
    ask(&once).is(401);
    server.jeton(&["revoke", "idle"]).exits(0);
    ask(&idle).is(401);
    server.get("/api/apiKeys/testAuthentication").send().is(401);
}

#[test]
fn the_secret_of_a_new_key_is_told_to_who_asked_and_to_nobody_else() {
    let (mut server, admin) = with_admin();
    let (_, secret) = made(&create(&server, &admin, &body("k", true, true)).is(200).json(), "k");
    let list = server.get("/api/apiKeys/list").bearer(&secret).send().is(200).body;
    let (_, log) = server.terminate();
    let audit = server.jeton(&["log", "--json"]).exits(0).stdout;
    for text in [list, log, audit] {
        assert!(!text.contains(&secret[16..]) && !text.contains(&admin[16..]), "{text}");
    }
}
