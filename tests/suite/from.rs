//! `jeton create --from`: a token from a request body. Whatever is wrong with one is told by its path, and nothing is
//! made.

use jeton::token::exit::Exit;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::home::{Home, Ran};

/// The known scopes of a vault without a catalogue, as paths into the tree.
const LEAVES: [&str; 7] = [
    "data.pin_list",
    "data.nft_list",
    "pinning.unpin",
    "pinning.pin_by_hash",
    "pinning.pin_file_to_ipfs",
    "pin_nft.unpin_nft",
    "pin_nft.pin_nft_to_ipfs",
];

/// The whole tree, with these granted.
fn tree(granted: &[&str]) -> Value {
    let mut tree = json!({"admin": false});
    for leaf in LEAVES {
        let (branch, leaf_name) = leaf.split_once('.').unwrap();
        tree[branch][leaf_name] = json!(granted.contains(&leaf));
    }
    tree
}

fn from_stdin(home: &Home, body: impl AsRef<[u8]>) -> Ran {
    home.jeton(["create", "--from", "-", "--json"]).stdin(body).run()
}

/// Refused with exactly this, and without a trace.
#[track_caller]
fn refused(body: impl AsRef<[u8]>, why: &str) {
    let home = Home::new();
    let ran = home.jeton(["create", "--from", "-"]).stdin(body).run();
    ran.gives(Exit::Usage, "", &format!("error: {why}\nhint: mend the request; nothing was made\n"));
    assert!(!home.path("data").exists());
}

#[test]
fn a_request_in_a_file_becomes_a_token_with_what_is_true_in_it() {
    let home = Home::with(&[]);
    let file = home.path("request.json");
    let body = json!({"name": "Pins", "scopes": tree(&["pinning.pin_by_hash", "data.pin_list"])});
    std::fs::write(&file, body.to_string()).unwrap();
    let secret = home.jeton(["create", "--from", file.to_str().unwrap()]).run().exits(Exit::Done).out;
    for (scope, exit) in [
        ("pinning.pin_by_hash", Exit::Done),
        ("data.pin_list", Exit::Done),
        ("pinning.unpin", Exit::Lacks),
        ("pinning", Exit::Lacks),
        ("admin", Exit::Lacks),
    ] {
        home.jeton(["verify", "--scope", scope]).stdin(&secret).run().exits(exit);
    }
    let json = home.jeton(["show", "Pins", "--json"]).run().json();
    assert_eq!((&json["type"], &json["owner"], &json["max_uses"]), (&json!("client"), &json!("alice"), &json!(null)));
}

#[test]
fn a_request_as_the_page_prints_it_makes_an_admin() {
    let home = Home::new();
    let ran = from_stdin(&home, r#"{ name: "Admin api key", scopes: { admin: true } }"#).exits(Exit::Done);
    let json = ran.json();
    assert_eq!((&json["name"], &json["type"], &json["scopes"]), (&json!("Admin api key"), &json!("admin"), &json!([])));
    let verify = ["verify", "--type", "admin", "--scope", "pinning.unpin", "--scope", "jeton.create"];
    home.jeton(verify).stdin(json["secret"].as_str().unwrap()).run().exits(Exit::Done);
}

#[test]
fn its_answer_holds_a_public_key_and_a_secret_one() {
    let home = Home::with(&[]);
    let json = from_stdin(&home, r#"{"name": "k", "scopes": ["a"]}"#).exits(Exit::Done).json();
    assert_eq!(json["api_key"], json["id"]);
    assert_eq!(json["secret_key"], json["secret"]);
    home.jeton(["verify", "--scope", "a"]).stdin(json["secret_key"].as_str().unwrap()).run().exits(Exit::Done);
    // Never again, and for nobody else.
    for words in [&["show", "k", "--json"][..], &["create", "web", "--json"]] {
        let json = home.jeton(words).run().exits(Exit::Done).json();
        assert_eq!((json.get("api_key"), json.get("secret_key")), (None, None), "{words:?}");
    }
}

#[test]
fn all_that_a_token_has_can_be_asked_for() {
    let home = Home::with(&[]);
    let body = json!({
        "name": "k", "type": "session", "owner": "bob", "description": "what for", "expires": "1h", "max_uses": 1,
        "labels": {"env": "production", "project": "web,shop"}, "scopes": ["a.b", "c.*"],
    });
    let made = from_stdin(&home, body.to_string()).exits(Exit::Done).json();
    for (field, value) in body.as_object().unwrap() {
        let expected = if field == "expires" { json!("2026-11-21T13:00:00.000Z") } else { value.clone() };
        let field = if field == "expires" { "expires_at" } else { field };
        assert_eq!(made[field], expected, "{field}");
    }
    let verify = ["verify", "--type", "session", "--owner", "bob", "--label", "project=shop", "--scope", "c.d"];
    let secret = made["secret"].as_str().unwrap();
    home.jeton(verify).stdin(secret).run().exits(Exit::Done);
    home.jeton(verify).stdin(secret).run().exits(Exit::UsedUp);
}

#[test]
fn a_name_is_all_that_is_needed() {
    let home = Home::new();
    let json = from_stdin(&home, "{name: 'k'}").exits(Exit::Done).json();
    assert_eq!((&json["type"], &json["owner"]), (&json!("client"), &json!("alice")));
    assert_eq!((&json["scopes"], &json["labels"]), (&json!([]), &json!({})));
    assert_eq!((&json["expires_at"], &json["max_uses"]), (&json!(null), &json!(null)));
}

#[test]
fn a_request_that_says_whose_it_is_needs_nobody_else() {
    let home = Home::with(&[]);
    let create = |body: &str| home.jeton(["create", "--from", "-", "--json"]).stdin(body).var("LOGNAME", "a\nb").run();
    assert_eq!(create("{name: 'k', owner: 'bob'}").exits(Exit::Done).json()["owner"], "bob");
    create("{name: 'l'}").exits(Exit::Usage);
}

#[test]
fn what_is_wrong_is_told_by_its_path_and_nothing_is_made() {
    for (body, why) in [
        ("{}", "name: missing"),
        ("{scopes: ['a']}", "name: missing"),
        ("{name: 'a', nam: 'b'}", "nam: unknown"),
        ("{name: 'a', name: 'b'}", "name: it stands here twice"),
        ("{name: ' a'}", "name: a name cannot begin or end with a blank"),
        ("{name: ['a']}", "name: it must be a text"),
        ("{name: 'a', scopes: ['b', 'c*']}", "scopes[1]: `*` stands alone or is the last segment, as in `pinning.*`"),
        (
            "{name: 'a', scopes: {admin: true, pinning: {unpin: 'yes'}}}",
            "scopes.pinning.unpin: it must be true or false",
        ),
        ("{name: 'a', scopes: {admin: true, pinning: {fly: true}}}", "scopes.pinning.fly: unknown"),
        ("{name: 'a', scopes: {admin: true}, type: 'client'}", "type: it contradicts `scopes.admin`, which is true"),
        ("{name: 'a', labels: {env: ''}}", LABEL),
        ("{name: 'a', labels: {'a b': 'c'}}", KEY),
        (
            "{name: 'a', owner: 'a\\nb'}",
            "owner: an owner is 1 to 100 visible characters on one line, with no blank at its ends",
        ),
        ("{name: 'a', max_uses: 9223372036854775808}", "max_uses: it must be a whole number from 1, or null"),
        ("{name: 'a', max_uses: -1}", "max_uses: it must be a whole number from 1, or null"),
        ("{name: 'a', expires: '0d'}", "expires: it must be longer than zero"),
        ("[]", "the request: it must be an object"),
        ("null", "the request: it must be an object"),
        ("{name: 'a'} x", "the request: it is neither JSON nor JSON5 (line 1, column 13)"),
        ("{name: 'a',\n scopes = 3}", "the request: it is neither JSON nor JSON5 (line 2, column 9)"),
    ] {
        refused(body, why);
    }
}

const LABEL: &str =
    "labels.env: the value of a label, and of each in a set, is 1 to 100 visible characters with no blank at its ends";
const KEY: &str = r#"labels["a b"]: the key of a label is 1 to 63 letters, digits, `_`, `.`, `:`, `/` or `-`"#;

#[test]
fn every_leaf_of_the_tree_must_be_there() {
    for leaf in LEAVES {
        let mut tree = tree(&[]);
        let (branch, leaf_name) = leaf.split_once('.').unwrap();
        tree[branch].as_object_mut().unwrap().remove(leaf_name);
        refused(json!({"name": "k", "scopes": tree}).to_string(), &format!("scopes.{leaf}: missing"));
    }
    let mut tree = tree(&[]);
    tree.as_object_mut().unwrap().remove("admin");
    refused(json!({"name": "k", "scopes": tree}).to_string(), "scopes.admin: missing");
}

#[test]
fn with_json_the_path_is_told_in_json() {
    let home = Home::new();
    let error = from_stdin(&home, "{name: 'a', scopes: {admin: 1}}").exits(Exit::Usage).prints("").error_json();
    assert_eq!(error["code"], "usage");
    assert_eq!(error["message"], "scopes.admin: it must be true or false");
    assert_eq!(error["hint"], "mend the request; nothing was made");
}

#[test]
fn what_cannot_be_is_refused_before_a_vault_is_made_for_it() {
    let home = Home::new();
    for (body, why) in [
        ("{name: 'a', expires: '2020-01-01'}", "in the past"),
        ("{name: 'a', type: 'session', expires: 'never'}", "a session has an end"),
        ("{name: 'a', type: 'session', expires: null}", "a session has an end"),
    ] {
        home.jeton(["create", "--from", "-"]).stdin(body).run().exits(Exit::Usage).prints("").says(why);
    }
    assert!(!home.path("data").exists());
}

#[test]
fn a_secret_in_a_request_is_refused_wherever_it_stands_and_not_repeated() {
    let home = Home::new();
    let secret = format!("jtn_{}", "s1".repeat(31));
    for (body, path) in [
        ("{name: '$'}", "name"),
        ("{name: 'a', description: 'it was $, I think'}", "description"),
        ("{name: 'a', owner: '$'}", "owner"),
        ("{name: 'a', type: '$'}", "type"),
        ("{name: 'a', expires: '$'}", "expires"),
        ("{name: 'a', max_uses: '$'}", "max_uses"),
        ("{name: 'a', labels: {b: '$'}}", "labels.b"),
        ("{name: 'a', labels: {'$': 'b'}}", "labels"),
        ("{name: 'a', scopes: ['b', '$']}", "scopes[1]"),
        ("{name: 'a', scopes: {admin: true, '$': true}}", "scopes"),
        ("{name: 'a', scopes: {admin: true, data: {'$': true}}}", "scopes.data"),
        ("{name: 'a', '$': 1}", "the request"),
        ("{name: 'a', unknown: [[{b: '$'}]]}", "unknown[0][0].b"),
    ] {
        let told = format!("error: {path}: ");
        let ran = from_stdin(&home, body.replace('$', &secret)).exits(Exit::Usage).hides(&secret[4..40]);
        assert!(ran.error_json()["message"].as_str().unwrap().ends_with("holds a secret"), "{}", ran.err);
        let ran = home.jeton(["create", "--from", "-"]).stdin(body.replace('$', &secret)).run();
        ran.exits(Exit::Usage).says(&told).hides(&secret[4..40]);
    }
    // Nor is one repeated in what cannot be read at all.
    for broken in ["$", "{name: $ 'a'}", "{name: 'a', $ $}", "\"$"] {
        from_stdin(&home, broken.replace('$', &secret)).exits(Exit::Usage).hides(&secret[4..40]);
    }
    assert!(!home.path("data").exists());
}

#[test]
fn a_mark_of_byte_order_is_no_part_of_it() {
    let home = Home::with(&[]);
    from_stdin(&home, "\u{feff}{\"name\": \"k\"}\r\n").exits(Exit::Done);
}

#[test]
fn a_request_is_text_of_at_most_a_mebibyte() {
    let home = Home::new();
    let padded = |length: usize, filler: &str| {
        let mut body = "{name: 'k'} //".to_owned();
        body += &filler.repeat((length - body.len()) / filler.len());
        body += &" ".repeat(length - body.len());
        body
    };
    let create = |body: &[u8]| home.jeton(["create", "--from", "-"]).stdin(body).run();
    for filler in ["x", "é", "鍵", "🔑"] {
        let ran = create(padded((1 << 20) + 1, filler).as_bytes()).exits(Exit::Usage).prints("");
        ran.says("error: stdin: it is longer than 1 MiB\nhint: give one request in JSON");
    }
    create(&vec![b' '; 20 << 20]).exits(Exit::Usage).says("it is longer than 1 MiB");
    for binary in [&[0xff, 0xfe, b'{', 0][..], b"{name: '\xc3'}", &[0x80; 100]] {
        create(binary).exits(Exit::Usage).prints("").says("error: stdin: it is not UTF-8\n");
    }
    create(b"\0\0\0").exits(Exit::Usage).says("error: the request: it is neither JSON nor JSON5");
    assert!(!home.path("data").exists());
    create(padded(1 << 20, "é").as_bytes()).exits(Exit::Done);
}

#[test]
fn nothing_is_no_request() {
    for nothing in ["", "\n", " ", "// a remark\n"] {
        let home = Home::new();
        let ran = from_stdin(&home, nothing).exits(Exit::Usage).prints("");
        let why = if nothing.trim().is_empty() { "stdin: it is empty" } else { "the request: it is neither JSON" };
        assert!(ran.error_json()["message"].as_str().unwrap().starts_with(why), "{}", ran.err);
        assert!(!home.path("data").exists());
    }
}

#[test]
fn however_deep_it_nests_it_is_answered() {
    let home = Home::new();
    for open in ["[", "{a:", "{name: 'k', scopes: ", "{name: 'k', scopes: {data: "] {
        for depth in [17, 1000, 50_000] {
            from_stdin(&home, open.repeat(depth)).exits(Exit::Usage).prints("");
        }
    }
    let nested = format!("{{name: 'k', more: {}{}}}", "[".repeat(14), "]".repeat(14));
    let error = from_stdin(&home, nested).exits(Exit::Usage).error_json();
    assert_eq!(error["message"], "more: unknown");
    let nested = format!("{{name: 'k', more: {}{}}}", "[".repeat(50), "]".repeat(50));
    let error = from_stdin(&home, nested).exits(Exit::Usage).error_json();
    assert!(error["message"].as_str().unwrap().contains("nests too deep"), "{error}");
    assert!(!home.path("data").exists());
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let home = Home::new();
    for path in ["/no/such/file", "/", ""] {
        let ran = home.jeton(["create", "--from", path]).run().exits(Exit::Usage).prints("");
        ran.says(if path.is_empty() { "--from" } else { path });
    }
    home.jeton(["create", "--from"]).run().exits(Exit::Usage);
    assert!(!home.path("data").exists());
}

#[test]
fn what_stands_in_the_request_cannot_be_said_beside_it() {
    let home = Home::new();
    for words in [
        &["web"][..],
        &["--description", ""],
        &["--expires", "90d"],
        &["--scope", "a"],
        // What is so anyway is said all the same.
        &["--type", "client"],
        &["--owner", "alice"],
        &["--label", "a=b"],
        &["--max-uses", "unlimited"],
        &["--from", "-"],
    ] {
        let words = ["create", "--from", "-"].into_iter().chain(words.iter().copied());
        home.jeton(words).stdin("{name: 'k'}").run().exits(Exit::Usage).prints("");
    }
    home.jeton(["create"]).stdin("{name: 'k'}").run().exits(Exit::Usage).prints("");
    assert!(!home.path("data").exists());
}

#[test]
fn how_the_secret_is_made_and_delivered_is_said_beside_it() {
    let home = Home::keeping(&[]);
    let file = home.path("secret");
    let words = ["create", "--from", "-", "--json", "--once", "--prefix", "acme", "--output", file.to_str().unwrap()];
    let ran = home.jeton(words).stdin("{name: 'k'}").run().exits(Exit::Done);
    let secret = std::fs::read_to_string(&file).unwrap();
    let json = ran.hides(secret.trim_end()).json();
    assert_eq!((&json["recoverable"], json.get("secret_key")), (&json!(false), None));
    assert!(secret.starts_with("acme_"));
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
}

#[test]
fn a_name_that_is_taken_is_a_failure_of_its_own() {
    let home = Home::with(&["k"]);
    let error = from_stdin(&home, "{name: 'k', scopes: {admin: true}}").exits(Exit::Exists).prints("").error_json();
    assert_eq!(error["message"], "a token named `k` already exists");
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM token"), 1);
}

#[test]
fn whatever_tree_is_sent_grants_what_is_true_or_is_refused_by_its_path() {
    #[derive(Clone, Debug)]
    enum Harm {
        Missing,
        Wrong(Value),
        Extra,
    }
    let harm = prop_oneof![
        Just(Harm::Missing),
        prop::sample::select(vec![json!(null), json!(1), json!("true"), json!([true]), json!({})])
            .prop_map(Harm::Wrong),
        Just(Harm::Extra),
    ];
    let harmed = prop::option::of((0..LEAVES.len(), harm));
    let case = (any::<[bool; LEAVES.len()]>(), prop::option::of(any::<bool>()), harmed);
    let home = Home::with(&[]);
    let number = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&case, |(granted, admin, harmed)| {
        let granted: Vec<_> = LEAVES.into_iter().zip(granted).filter_map(|(leaf, yes)| yes.then_some(leaf)).collect();
        let mut tree = tree(&granted);
        match admin {
            Some(admin) => tree["admin"] = json!(admin),
            None => drop(tree.as_object_mut().unwrap().remove("admin")),
        }
        let is_admin = admin == Some(true);
        let mut expected = admin.is_none().then(|| "scopes.admin: missing".to_owned());
        if let Some((at, harm)) = &harmed {
            let (branch, leaf) = LEAVES[*at].split_once('.').unwrap();
            let branch = tree[branch].as_object_mut().unwrap();
            let told = match harm {
                Harm::Missing => {
                    branch.remove(leaf);
                    (!is_admin).then_some("missing")
                }
                Harm::Wrong(value) => {
                    branch.insert(leaf.to_owned(), value.clone()).and(Some("it must be true or false"))
                }
                Harm::Extra => {
                    branch.insert(format!("{leaf}x"), json!(true));
                    Some("unknown")
                }
            };
            let path = format!("scopes.{}{}", LEAVES[*at], if matches!(harm, Harm::Extra) { "x" } else { "" });
            // What is there and wrong is found before what is not there.
            if told != Some("missing") || expected.is_none() {
                expected = told.map(|told| format!("{path}: {told}")).or(expected);
            }
        }
        number.set(number.get() + 1);
        let ran = from_stdin(&home, json!({"name": format!("t{}", number.get()), "scopes": tree}).to_string());
        match expected {
            Some(why) => {
                prop_assert_eq!(ran.exit, Exit::Usage);
                prop_assert_eq!(&ran.error_json()["message"], &json!(why));
            }
            None => {
                prop_assert_eq!(ran.exit, Exit::Done);
                let mut scopes: Vec<String> = serde_json::from_value(ran.json()["scopes"].take()).unwrap();
                scopes.sort();
                let mut granted = granted;
                granted.sort_unstable();
                prop_assert_eq!(
                    scopes,
                    granted
                        .into_iter()
                        .filter(|leaf| { !matches!(&harmed, Some((at, Harm::Missing)) if LEAVES[*at] == *leaf) })
                        .collect::<Vec<_>>()
                );
                prop_assert_eq!(&ran.json()["type"], if is_admin { "admin" } else { "client" });
            }
        }
        Ok(())
    });
    outcome.unwrap();
}
