//! W3IPFS: API keys issued from a request body by who has an admin key, with a tree of scopes and a limit of uses; the
//! secret is told once; keys are listed, tested and deleted by their id.

use std::fs;

use jeton::token::exit::Exit;
use serde_json::{Value, json};

use super::{asked, behind_gate, listed};
use crate::support::home::{Home, PASSPHRASE, Ran, bytes_of};

/// The leaves beside `admin`, by branch.
const LEAVES: [(&str, &str); 7] = [
    ("data", "pin_list"),
    ("data", "nft_list"),
    ("pinning", "unpin"),
    ("pinning", "pin_by_hash"),
    ("pinning", "pin_file_to_ipfs"),
    ("pin_nft", "unpin_nft"),
    ("pin_nft", "pin_nft_to_ipfs"),
];

/// An admin's request in its short form, keys without quotes.
const ADMIN: &str = "{\n    name: \"Admin api key\",\n    scopes: {\n        admin: true\n    }\n}\n";

/// A whole body, every leaf `false`.
fn body(name: &str) -> Value {
    let mut scopes = json!({"admin": false});
    for (branch, leaf) in LEAVES {
        scopes[branch][leaf] = json!(false);
    }
    json!({"name": name, "scopes": scopes})
}

fn with(mut body: Value, path: &str, value: Value) -> Value {
    *body.pointer_mut(path).expect("it is there") = value;
    body
}

fn without(mut body: Value, branch: &str, leaf: &str) -> Value {
    let branch = body.pointer_mut(branch).expect("it is there").as_object_mut().expect("an object");
    branch.remove(leaf).expect("it was there");
    body
}

/// What the service does with a body that may be served.
#[track_caller]
fn issue(home: &Home, body: &Value) -> Ran {
    home.jeton(["create", "--from", "-", "--json"]).stdin(body.to_string()).run()
}

/// A key's id and secret.
#[track_caller]
fn issued(home: &Home, body: &Value) -> (String, String) {
    let answer = issue(home, body).exits(Exit::Done).json();
    let text = |key: &str| answer[key].as_str().expect("a text").to_owned();
    (text("api_key"), text("secret_key"))
}

/// Refused as bad input, and nobody has anything of it.
#[track_caller]
fn refused(body: &str, why: &str) {
    let home = Home::new();
    let ran = home.jeton(["create", "--from", "-"]).stdin(body).run().exits(Exit::Usage).prints("");
    assert_eq!(ran.err.lines().next(), Some(format!("error: {why}").as_str()), "{body}");
    assert!(!home.vault().exists(), "a bad request made a vault");
}

#[test]
fn the_first_admin_key_comes_from_the_short_body_without_quotes() {
    let home = Home::new();
    let secret = home.jeton(["create", "--from", "-"]).stdin(ADMIN).run().exits(Exit::Done).out;
    assert_eq!(asked(&home, &secret, &["--type", "admin"]), Exit::Done);
    for (branch, leaf) in LEAVES {
        assert_eq!(asked(&home, &secret, &["--scope", &format!("{branch}.{leaf}")]), Exit::Done, "{branch}.{leaf}");
    }
    assert_eq!(listed(&home, &["--type", "admin"]), ["Admin api key"]);
}

#[test]
fn a_body_is_read_from_a_file_as_from_stdin() {
    let home = Home::new();
    fs::write(home.path("admin.json5"), ADMIN).unwrap();
    let path = home.path("admin.json5").display().to_string();
    home.jeton(["create", "--from", &path]).run().exits(Exit::Done);
    fs::write(&path, body("from a file").to_string()).unwrap();
    home.jeton(["create", "--from", &path]).run().exits(Exit::Done);
    issue(&home, &body("from stdin")).exits(Exit::Done);
    assert_eq!(listed(&home, &[]), ["from stdin", "from a file", "Admin api key"]);
}

#[test]
fn a_key_may_do_what_is_true_in_its_tree_and_nothing_else() {
    let home = Home::new();
    for (branch, leaf) in LEAVES {
        let name = format!("{branch}.{leaf}");
        let (_, secret) = issued(&home, &with(body(&name), &format!("/scopes/{branch}/{leaf}"), json!(true)));
        for (other_branch, other) in LEAVES {
            let answer = if (branch, leaf) == (other_branch, other) { Exit::Done } else { Exit::Lacks };
            let scope = format!("{other_branch}.{other}");
            assert_eq!(asked(&home, &secret, &["--scope", &scope]), answer, "{name} asked for {scope}");
        }
        assert_eq!(asked(&home, &secret, &["--type", "admin"]), Exit::Lacks, "{name}");
    }
}

#[test]
fn a_tree_that_is_all_false_is_a_key_that_may_nothing() {
    let home = Home::new();
    let (_, secret) = issued(&home, &body("idle"));
    assert_eq!(asked(&home, &secret, &[]), Exit::Done);
    assert_eq!(asked(&home, &secret, &["--scope", "data.pin_list"]), Exit::Lacks);
}

#[test]
fn every_property_must_be_there_and_a_missing_one_is_told_by_its_path() {
    for (branch, leaf) in LEAVES {
        let body = without(body("k"), &format!("/scopes/{branch}"), leaf);
        refused(&body.to_string(), &format!("scopes.{branch}.{leaf}: missing"));
    }
    refused(&without(body("k"), "/scopes", "admin").to_string(), "scopes.admin: missing");
    for (branch, first) in [("data", "pin_list"), ("pinning", "unpin"), ("pin_nft", "unpin_nft")] {
        refused(&without(body("k"), "/scopes", branch).to_string(), &format!("scopes.{branch}.{first}: missing"));
    }
}

#[test]
fn an_admin_key_may_leave_out_any_of_the_rest() {
    let home = Home::new();
    let admin = |name: &str| with(body(name), "/scopes/admin", json!(true));
    issue(&home, &admin("whole")).exits(Exit::Done);
    for (branch, leaf) in LEAVES {
        issue(&home, &without(admin(leaf), &format!("/scopes/{branch}"), leaf)).exits(Exit::Done);
    }
    issue(&home, &without(admin("no data"), "/scopes", "data")).exits(Exit::Done);
    assert_eq!(listed(&home, &["--type", "admin"]).len(), 2 + LEAVES.len());
}

#[test]
fn a_name_is_required() {
    refused(&without(body("k"), "", "name").to_string(), "name: missing");
    refused(&with(body("k"), "/name", Value::Null).to_string(), "name: it must be a text");
    refused("{ scopes: { admin: true } }", "name: missing");
}

#[test]
fn what_no_page_tells_of_is_refused_by_its_path() {
    let mut unknown = body("k");
    unknown["scopes"]["pinning"]["pin_jobs"] = json!(true);
    refused(&unknown.to_string(), "scopes.pinning.pin_jobs: unknown");
    refused(r#"{"name": "k", "scopes": {"admin": true}, "permissions": {}}"#, "permissions: unknown");
    let text = with(body("k"), "/scopes/data/pin_list", json!("true"));
    refused(&text.to_string(), "scopes.data.pin_list: it must be true or false");
    let leaf = with(body("k"), "/scopes/data", json!(true));
    refused(&leaf.to_string(), "scopes.data: it must be an object of booleans");
    // The second would win in most readers, and nobody would see the first.
    let twice = body("k").to_string().replacen(r#""unpin":false"#, r#""unpin":false,"unpin":true"#, 1);
    refused(&twice, "scopes.pinning.unpin: it stands here twice");
}

#[test]
fn the_answer_holds_the_public_key_and_the_secret() {
    let home = Home::new();
    let answer = issue(&home, &body("test-api-key")).exits(Exit::Done).json();
    assert_eq!((&answer["name"], &answer["api_key"]), (&json!("test-api-key"), &answer["id"]));
    let (key, secret) = (answer["api_key"].as_str().unwrap(), answer["secret_key"].as_str().unwrap());
    assert!(secret.starts_with(key) && secret.len() > key.len(), "{answer}");
    assert_eq!(asked(&home, secret, &[]), Exit::Done);
    // The public key opens nothing.
    assert_eq!(asked(&home, key, &[]), Exit::Unknown);
}

#[test]
fn a_shell_has_the_secret_alone() {
    let home = Home::new();
    let ran = home.jeton(["create", "--from", "-"]).stdin(body("ci").to_string()).run().exits(Exit::Done);
    assert_eq!(ran.out.lines().count(), 1);
    assert_eq!(asked(&home, &ran.out, &[]), Exit::Done);
}

#[test]
fn the_secret_is_never_accessible_again() {
    let home = Home::keeping(&[]).with_clipboard();
    home.jeton(["policy", "set", "recoverable", "never"]).run().exits(Exit::Done);
    let (key, secret) = issued(&home, &body("test-api-key"));
    let copies = [&["copy", &key][..], &["copy", "test-api-key"], &["copy", &key, "--print", "--json"]];
    for words in copies {
        let ran = home.jeton(words).var("JETON_PASSPHRASE", PASSPHRASE).run();
        ran.exits(Exit::Refused).hides(&secret).prints("").says("no copy of the secret");
    }
    assert!(home.desk.borrow().put.is_none());
    for words in [&["show", &key, "--json"][..], &["show", &key], &["list", "--json"], &["log", "--json"]] {
        home.jeton(words).run().exits(Exit::Done).hides(&secret[16..]);
    }
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM secret WHERE sealed IS NOT NULL"), 0);
    assert!(!bytes_of(&home.vault()).windows(secret.len()).any(|window| window == secret.as_bytes()));
}

#[test]
fn a_limited_key_is_good_for_so_many_uses() {
    let home = Home::new();
    let mut limited = with(body("three"), "/scopes/pinning/unpin", json!(true));
    limited["max_uses"] = json!(3);
    let (key, secret) = issued(&home, &limited);
    for left in [2, 1, 0] {
        // What is refused, or only looked at, is no use.
        assert_eq!(asked(&home, &secret, &["--scope", "data.pin_list"]), Exit::Lacks);
        assert_eq!(asked(&home, &secret, &["--peek"]), Exit::Done);
        assert_eq!(asked(&home, &secret, &["--scope", "pinning.unpin"]), Exit::Done);
        let shown = home.jeton(["show", &key]).run().exits(Exit::Done).out;
        assert!(shown.contains(&format!("{} of 3, {left} left", 3 - left)), "{shown}");
    }
    assert_eq!(asked(&home, &secret, &["--scope", "pinning.unpin"]), Exit::UsedUp);
    assert!(listed(&home, &[]).is_empty());
    assert_eq!(listed(&home, &["--all"]), ["three"]);
}

#[test]
fn only_an_admin_key_may_issue() {
    let home = Home::new();
    let admin = home.jeton(["create", "--from", "-"]).stdin(ADMIN).run().exits(Exit::Done).out;
    let mut all = body("all but admin");
    for (branch, leaf) in LEAVES {
        all["scopes"][branch][leaf] = json!(true);
    }
    let (_, client) = issued(&home, &all);
    let (_, stranger) = issued(&Home::new(), &with(body("k"), "/scopes/admin", json!(true)));
    let ask = |key: &str, name: &str| {
        let create = home.jeton(["create", "--from", "-", "--json"]).stdin(body(name).to_string());
        behind_gate(&home, key, &["--type", "admin"], create).map(|ran| ran.exit)
    };
    assert_eq!(ask(&client, "by a client"), Err(Exit::Lacks));
    assert_eq!(ask(&stranger, "by a stranger"), Err(Exit::Unknown));
    assert_eq!(ask("", "by nobody"), Err(Exit::Malformed));
    assert_eq!(ask(&admin, "by an admin"), Ok(Exit::Done));
    home.jeton(["revoke", "Admin api key"]).run().exits(Exit::Done);
    assert_eq!(ask(&admin, "by a former admin"), Err(Exit::Revoked));
    assert_eq!(listed(&home, &[]), ["by an admin", "all but admin"]);
}

#[test]
fn keys_are_listed_with_what_they_may_and_without_their_secrets() {
    let home = Home::new();
    let admin = home.jeton(["create", "--from", "-"]).stdin(ADMIN).run().exits(Exit::Done).out;
    let (key, secret) = issued(&home, &with(body("reader"), "/scopes/data/pin_list", json!(true)));
    let ran = home.jeton(["list", "--json"]).run().exits(Exit::Done).hides(&secret).hides(admin.trim_end());
    let list = ran.json();
    let told: Vec<_> =
        list.as_array().unwrap().iter().map(|key| (&key["name"], &key["type"], &key["scopes"])).collect();
    let reader = (&json!("reader"), &json!("client"), &json!(["data.pin_list"]));
    assert_eq!(told, [reader, (&json!("Admin api key"), &json!("admin"), &json!([]))]);
    assert_eq!(list[0]["id"], json!(key));
    assert!(list[0].get("secret_key").is_none() && list[0].get("secret").is_none(), "{list}");
}

#[test]
fn authentication_is_tested_by_verifying() {
    let home = Home::new();
    let (_, secret) = issued(&home, &body("tested"));
    let (_, elsewhere) = issued(&Home::new(), &body("tested"));
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done).says("valid: tested");
    assert_eq!(asked(&home, &elsewhere, &[]), Exit::Unknown);
    let (most, last) = secret.split_at(secret.len() - 1);
    let mistyped = format!("{most}{}", if last == "7" { "8" } else { "7" });
    assert_eq!(asked(&home, &mistyped, &[]), Exit::Malformed);
    assert_eq!(asked(&home, "your_access_token_here", &[]), Exit::Unknown);
}

#[test]
fn a_key_is_deleted_by_its_id() {
    let home = Home::new();
    let (key, secret) = issued(&home, &body("gone"));
    let (_, other) = issued(&home, &body("stays"));
    home.jeton(["delete", &key, "--yes"]).run().exits(Exit::Done).says(&format!("deleted gone ({key})"));
    assert_eq!((asked(&home, &secret, &[]), asked(&home, &other, &[])), (Exit::Unknown, Exit::Done));
    home.jeton(["delete", &key, "--yes"]).run().exits(Exit::NotFound);
    assert_eq!(listed(&home, &["--all"]), ["stays"]);
    // Its name is free for the next request.
    issue(&home, &body("gone")).exits(Exit::Done);
}

#[test]
fn a_name_in_use_is_refused_and_its_key_goes_on() {
    let home = Home::new();
    let (_, secret) = issued(&home, &body("test-api-key"));
    let again = issue(&home, &body("test-api-key")).exits(Exit::Exists).prints("");
    assert_eq!(again.error_json()["code"], "exists");
    assert_eq!(asked(&home, &secret, &[]), Exit::Done);
}
