//! An export of jeton's comes back as it was.

use jeton::token::exit::Exit;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{import, names, refused, told};
use crate::export::{eventful, export, other};
use crate::support::home::{Home, PASSPHRASE};

/// One token as it stands in an export, but for what is put in its place.
fn token(changes: &[(&str, Value)]) -> Value {
    let mut token = json!({
        "id": "jtn_000000000001", "name": "web", "type": "client", "owner": "alice", "scopes": [], "labels": {},
        "description": "", "created_at": "2026-01-01T00:00:00.000Z", "expires_at": null, "max_uses": null, "uses": 0,
        "revoked_at": null,
        "secrets": [{"digest": "ab".repeat(32), "created_at": "2026-01-01T00:00:00.000Z", "retires_at": null,
                     "last_used_at": null}],
    });
    for (path, value) in changes {
        let (parent, key) = path.rsplit_once('/').unwrap();
        let parent = token.pointer_mut(parent).unwrap();
        match parent {
            Value::Object(fields) if value == "GONE" => drop(fields.remove(key)),
            Value::Object(fields) => drop(fields.insert(key.to_owned(), value.clone())),
            other => other[key.parse::<usize>().unwrap()] = value.clone(),
        }
    }
    token
}

fn document(tokens: &[Value]) -> String {
    json!({"format": "jeton-export-1", "tokens": tokens}).to_string()
}

#[test]
fn export_import_export_is_the_same_byte_for_byte() {
    let home = eventful();
    let first = export(&home);
    other(&home, &["import", "-"]).stdin(&first).run().exits(Exit::Done).prints("");
    assert_eq!(other(&home, &["export"]).run().out, first);
}

#[test]
fn so_it_is_with_the_secrets_which_open_again() {
    let home = eventful();
    let revealed = home.jeton(["export", "--reveal"]).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Done).out;
    other(&home, &["import", "-"]).stdin(&revealed).run().exits(Exit::Done);
    assert_eq!(other(&home, &["export", "--reveal"]).run().exits(Exit::Done).out, revealed);
    let copied = |name| other(&home, &["copy", name, "--print"]).run();
    let mine = home.jeton(["copy", "rotated", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run().out;
    copied("rotated").exits(Exit::Done).prints(&mine);
    copied("once").exits(Exit::Refused);
    copied("naïve").exits(Exit::Refused);
}

#[test]
fn every_secret_is_judged_there_as_here() {
    let home = eventful();
    let revealed = home.jeton(["export", "--reveal"]).var("JETON_PASSPHRASE", PASSPHRASE).run().json();
    other(&home, &["import", "-"]).stdin(export(&home)).run().exits(Exit::Done);
    let secrets: Vec<_> = revealed["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|token| token["secrets"].as_array().unwrap())
        .filter_map(|secret| secret.get("secret")?.as_str())
        .collect();
    assert!(secrets.len() > 10);
    let mut seen = std::collections::BTreeSet::new();
    for secret in secrets {
        let here = home.jeton(["verify", "--peek"]).stdin(secret).run().exit;
        assert_eq!(other(&home, &["verify", "--peek"]).stdin(secret).run().exit, here);
        seen.insert(here.code());
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [0, 12, 13, 14], "all kinds were there");
}

#[test]
fn importing_it_again_changes_nothing() {
    let home = eventful();
    let text = export(&home);
    let before = (home.events(), std::fs::read(home.vault()).unwrap());
    let told = told(&home, &[], &text);
    assert_eq!((names(&told, "new").len(), names(&told, "same").len()), (0, text.lines().count() - 2));
    assert_eq!((home.events(), std::fs::read(home.vault()).unwrap()), before);
}

#[test]
fn whoever_goes_on_using_a_token_makes_no_other_of_it() {
    let home = Home::with(&[]);
    let secret = home.jeton(["create", "web", "--max-uses", "3"]).run().out;
    let text = export(&home);
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    import(&home, &[], text).exits(Exit::Done).says("web is there already");
    assert_eq!(home.sql::<i64>("SELECT uses FROM token"), 1);
}

#[test]
fn a_token_that_was_changed_since_is_a_conflict_that_tells_in_what() {
    for (change, field) in [
        (&["edit", "web", "--name", "other"][..], "name"),
        (&["edit", "web", "--owner", "bob"], "owner"),
        (&["edit", "web", "-d", "x", "--add-scope", "a", "--label", "a=b"], "scopes, labels, description"),
        (&["edit", "web", "--expires", "1d"], "expiry"),
        (&["edit", "web", "--max-uses", "7"], "max uses"),
        (&["revoke", "web"], "revocation"),
        (&["rotate", "web"], "secrets"),
    ] {
        let home = Home::with(&["web"]);
        let text = export(&home);
        home.pass(SignedDuration::from_secs(1));
        home.jeton(change).run().exits(Exit::Done);
        let events = home.events();
        let ran = import(&home, &[], text).exits(Exit::Exists);
        ran.says(&format!("conflict: web (tokens[0]): it is there already and differs in: {field}\n"));
        assert_eq!(home.events(), events);
    }
}

#[test]
fn what_has_another_ones_name_id_or_secret_is_a_conflict() {
    let home = Home::with(&["web"]);
    import(&home, &[], document(&[token(&[("/name", "api".into())])])).exits(Exit::Done);
    let id: String = home.sql("SELECT id FROM token WHERE name = 'web'");
    let fresh = ("/secrets/0/digest", Value::from("cd".repeat(32)));
    for (tokens, why) in [
        (token(&[("/id", "jtn_000000000002".into()), fresh.clone()]), format!("another token has this name: {id}")),
        (
            token(&[("/name", "new".into()), ("/id", "jtn_000000000002".into())]),
            "`api` (jtn_000000000001) has this secret".into(),
        ),
        (token(&[("/name", "new".into()), fresh]), "it is there already and differs in: name, secrets".into()),
    ] {
        let ran = import(&home, &[], document(&[tokens])).exits(Exit::Exists).prints("");
        ran.says(&why).says("1 of 1 tokens contradict what is there or each other; nothing was imported");
    }
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM token"), 2);
}

#[test]
fn one_that_contradicts_keeps_out_all_others_and_all_are_told() {
    let home = Home::with(&["web", "api"]);
    let digest = |n: u8| ("/secrets/0/digest", Value::from(format!("{n:02x}").repeat(32)));
    let tokens: Vec<_> = ["web", "new", "api", "newer"]
        .iter()
        .zip(1..)
        .map(|(name, n)| token(&[("/name", (*name).into()), ("/id", format!("jtn_{n:012}").into()), digest(n)]))
        .collect();
    let ran = home.jeton(["import", "-", "--json"]).stdin(document(&tokens)).run().exits(Exit::Exists);
    let json = ran.json();
    assert_eq!(
        (names(&json, "conflicting"), names(&json, "new")),
        (vec!["web".into(), "api".into()], vec!["new".into(), "newer".into()])
    );
    assert_eq!((&json["imported"], &json["dry_run"]), (&json!(false), &json!(false)));
    let error = ran.error_json();
    assert_eq!(
        (error["code"].as_str(), error["message"].as_str()),
        (Some("exists"), Some("2 of 4 tokens contradict what is there or each other; nothing was imported"))
    );
    home.jeton(["list", "-q"]).run().prints("api\nweb\n");
    import(&home, &["--only", "new", "--only", "newer"], document(&tokens)).exits(Exit::Done);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM token"), 4);
}

#[test]
fn what_stands_in_it_twice_is_a_conflict_without_a_vault_too() {
    let [one, two] = [1, 2].map(|n| {
        token(&[
            ("/id", format!("jtn_{n:012}").into()),
            ("/name", format!("t{n}").into()),
            ("/secrets/0/digest", format!("{n:02}").repeat(32).into()),
        ])
    });
    let with = |key: &str| {
        let mut other = two.clone();
        *other.pointer_mut(key).unwrap() = one.pointer(key).unwrap().clone();
        document(&[one.clone(), other])
    };
    for (key, why) in [
        ("/name", "conflict: t1 (tokens[1]): it has the name of tokens[0]\n"),
        ("/id", "conflict: t2 (tokens[1]): it has the id of `t1` (tokens[0])\n"),
        ("/secrets/0/digest", "conflict: t2 (tokens[1]): it has the secret of `t1` (tokens[0])\n"),
    ] {
        let home = Home::new();
        import(&home, &[], with(key)).exits(Exit::Exists).says(why);
        assert!(!home.path("data").exists());
        let home = Home::with(&[]);
        import(&home, &[], with(key)).exits(Exit::Exists).says(why);
    }
}

#[test]
fn what_is_wrong_is_told_by_its_path_and_not_repeated() {
    let secret = format!("jtn_{}s", "s1".repeat(30));
    for (path, value, why) in [
        ("/id", json!("web"), "tokens[0].id: not the id of a token"),
        ("/name", json!("a\u{0}b"), "tokens[0].name: a name cannot hold control characters or line breaks"),
        ("/name", json!(secret), "tokens[0].name: a name cannot look like a secret"),
        ("/name", json!(7), "tokens[0].name: it must be a text"),
        ("/type", json!("god"), "tokens[0].type: it is client, admin or session"),
        ("/type", json!("session"), "tokens[0].expires_at: a session has an end, and cannot last for ever"),
        (
            "/owner",
            json!(""),
            "tokens[0].owner: an owner is 1 to 100 visible characters on one line, with no blank at its ends",
        ),
        ("/scopes", json!("a"), "tokens[0].scopes: it must be a list"),
        (
            "/scopes",
            json!(["a", "b..c"]),
            "tokens[0].scopes[1]: a scope is 1 to 8 segments of letters, digits, `_`, `:`, `/` or `-`, joined by dots",
        ),
        (
            "/scopes",
            json!(
                vec!["a.b"; 1]
                    .into_iter()
                    .map(String::from)
                    .chain((0..256).map(|n| format!("s{n}")))
                    .collect::<Vec<_>>()
            ),
            "tokens[0].scopes: a token has at most 256 scopes",
        ),
        (
            "/labels",
            json!({"a b": "c"}),
            "tokens[0].labels[\"a b\"]: the key of a label is 1 to 63 letters, digits, `_`, `.`, `:`, `/` or `-`",
        ),
        ("/created_at", json!("yesterday"), "tokens[0].created_at: it must be a time, such as 2027-01-31T12:00:00Z"),
        ("/expires_at", json!(5), "tokens[0].expires_at: it must be a text or null"),
        ("/max_uses", json!(0), "tokens[0].max_uses: it must be a whole number from 1, or null"),
        ("/uses", json!(-1), "tokens[0].uses: it must be a whole number"),
        ("/uses", json!(null), "tokens[0].uses: it must be a whole number"),
        (
            "/secrets",
            json!([]),
            "tokens[0].secrets: exactly one of them must be the current one, which does not retire",
        ),
        (
            "/secrets/0/retires_at",
            json!("2027-01-01T00:00:00Z"),
            "tokens[0].secrets: exactly one of them must be the current one, which does not retire",
        ),
        ("/secrets/0/digest", json!("ab"), "tokens[0].secrets[0].digest: a digest is 64 hexadecimal digits"),
        (
            "/secrets/0/secret",
            json!("short"),
            "tokens[0].secrets[0].secret: not a secret: its form or its check is wrong",
        ),
        (
            "/secrets/0/secret",
            json!(secret),
            "tokens[0].secrets[0].secret: not a secret: its form or its check is wrong",
        ),
        ("/secrets/0/more", json!(1), "tokens[0].secrets[0].more: unknown"),
        ("/more", json!(1), "tokens[0].more: unknown"),
        ("/owner", json!("GONE"), "tokens[0].owner: missing"),
    ] {
        let text = document(&[token(&[(path, value)])]);
        refused(&text, &format!("stdin, {why}"));
        import(&Home::new(), &[], &text).hides(&secret[4..40]);
    }
    refused(
        document(&[token(&[("/secrets/0/secret", "k7Jq2LmX9vBt4WzR".into())])]),
        "stdin, tokens[0]: the secret is not the one of its digest",
    );
}

#[test]
fn a_secret_is_of_the_token_in_whose_record_it_stands() {
    let home = Home::keeping(&["web", "api"]);
    let reveal = || home.jeton(["export", "--reveal"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
    let mut export = reveal().json();
    let api = export["tokens"][0]["secrets"].take();
    export["tokens"][0]["secrets"] = json!([]);
    export["tokens"][1]["secrets"] = api;
    export["tokens"].as_array_mut().unwrap().remove(0);
    refused(export.to_string(), "stdin, tokens[0].secrets[0].secret: it has the id of another token");
    // One of another service's form is of whatever token it is said to be, and so is what a rotation made.
    import(&home, &[], "OTHER=k7Jq2LmX9vBt4WzR").exits(Exit::Done);
    home.jeton(["rotate", "OTHER", "--grace", "1d"]).run().exits(Exit::Done);
    let text = reveal().out;
    other(&home, &["import", "-"]).stdin(&text).run().exits(Exit::Done);
    assert_eq!(other(&home, &["export", "--reveal"]).run().out, text);
}

#[test]
fn a_digest_that_stands_in_a_token_twice_is_a_fault_of_that_token() {
    let bearer = |retires_at: Value| {
        json!({"digest": "ab".repeat(32), "created_at": "2026-01-01T00:00:00.000Z", "retires_at": retires_at,
               "last_used_at": null})
    };
    let secrets = json!([bearer("2026-02-01T00:00:00.000Z".into()), bearer(Value::Null)]);
    let text = document(&[token(&[("/secrets", secrets)])]);
    refused(text, "stdin, tokens[0].secrets[1].digest: it stands in this token twice");
}

#[test]
fn an_export_of_a_newer_jeton_is_not_guessed_at() {
    refused(r#"{"format":"jeton-export-2","tokens":[]}"#, "stdin, format: it was written by a newer jeton");
    refused(r#"{"format":"jeton-export-1","tokens":[],"more":1}"#, "stdin, more: unknown");
    refused(r#"{"format":"jeton-export-1","tokens":{}}"#, "stdin, tokens: it must be a list");
    refused(r#"{"format":"jeton-export-1","tokens":[],"tokens":[]}"#, "stdin, tokens: it stands here twice");
}

#[test]
fn however_it_is_laid_out_it_is_the_same() {
    let home = Home::with(&["web"]);
    let text = serde_json::to_string_pretty(&home.jeton(["export"]).run().json()).unwrap();
    assert_eq!(names(&told(&home, &[], format!("\u{feff}\r\n{text}")), "same"), ["web"]);
}

#[test]
fn a_list_is_no_export_and_says_so() {
    let home = Home::with(&["web"]);
    let list = home.jeton(["list", "--json"]).run().out;
    import(&home, &[], list)
        .exits(Exit::Usage)
        .says("`jeton list` wrote it, without digests; `jeton export` writes them");
}

#[test]
fn the_policy_of_the_vault_holds() {
    for (rule, value, change, why) in [
        ("max-tokens-per-owner", "1", ("/owner", json!("bob")), ""),
        ("max-tokens-per-owner", "1", ("/owner", json!("alice")), "`max-tokens-per-owner`"),
        ("require-scope", "true", ("/owner", json!("bob")), "`require-scope`"),
        ("max-expiry", "90d", ("/owner", json!("bob")), "`max-expiry`"),
        ("max-expiry", "90d", ("/expires_at", json!("2027-01-01T00:00:00Z")), ""),
        ("max-expiry", "90d", ("/expires_at", json!("2020-01-01T00:00:00Z")), ""),
        ("prefix", "acme", ("/owner", json!("bob")), ""),
    ] {
        let home = Home::with(&["first"]);
        home.jeton(["policy", "set", rule, value]).run().exits(Exit::Done);
        let events = home.events().len();
        let text = document(&[token(&[change])]);
        let dry = import(&home, &["--dry-run"], &text);
        assert_eq!(home.events().len(), events, "a rehearsal leaves no trace");
        let ran = import(&home, &[], &text);
        assert_eq!(dry.exit, ran.exit);
        match why {
            "" => drop(ran.exits(Exit::Done)),
            why => {
                dry.says(why);
                ran.exits(Exit::Refused).prints("").says("web cannot be imported, and so nothing was\n").says(why);
                assert_eq!(home.events()[events..], [format!("refuse web policy {rule}")]);
                assert_eq!(home.sql::<i64>("SELECT count(*) FROM token"), 1);
            }
        }
    }
}

#[test]
fn who_may_not_come_in_is_told_what_can_be_done_about_it() {
    let session = [("/type", json!("session")), ("/expires_at", json!("2027-01-01T00:00:00Z"))];
    let set = |rule: &str, value| format!("`jeton policy set {rule} {value}` or `jeton policy unset {rule}` changes");
    for (rule, value, changes, hint) in [
        ("max-expiry", "90d", vec![], format!("give `web` an earlier end in the file; {}", set("max-expiry", "SPAN"))),
        (
            "session-ttl",
            "1h",
            session.to_vec(),
            format!("give `web` an earlier end in the file; {}", set("session-ttl", "SPAN")),
        ),
        ("max-tokens-per-owner", "1", vec![], "revoke or delete one of them; ".into()),
        (
            "require-scope",
            "true",
            vec![],
            "give `web` a scope, if the file is an export of jeton's; `jeton policy unset require-scope` takes".into(),
        ),
    ] {
        let home = Home::with(&["first"]);
        home.jeton(["policy", "set", rule, value]).run().exits(Exit::Done);
        let text = document(&[token(&changes)]);
        let error = import(&home, &["--json"], &text).exits(Exit::Refused).error_json();
        assert!(error["hint"].as_str().unwrap().starts_with(&hint), "{error}");
        assert_eq!(error["code"], "refused");
    }
}

#[test]
fn secrets_of_tokens_that_came_without_them_are_kept_when_they_come() {
    let home = eventful();
    let revealed = home.jeton(["export", "--reveal"]).var("JETON_PASSPHRASE", PASSPHRASE).run().out;
    other(&home, &["import", "-"]).stdin(export(&home)).run().exits(Exit::Done);
    let copies = |text: &str| text.matches("\"secret\":").count();
    let there = || other(&home, &["export", "--reveal"]).run().exits(Exit::Done).out;
    assert_eq!(copies(&there()), 0);
    let log = || other(&home, &["log", "--json"]).run().exits(Exit::Done).json().as_array().unwrap().clone();
    let before = log();
    let dry = other(&home, &["import", "-", "-n"]).stdin(&revealed).run().exits(Exit::Done);
    assert!(dry.err.contains(" is there already (") && dry.err.contains("; its secret would be kept\n"), "{}", dry.err);
    assert_eq!(log(), before);
    let told = other(&home, &["import", "-", "--json"]).stdin(&revealed).run().exits(Exit::Done).json();
    assert_eq!(there(), revealed);
    for same in told["same"].as_array().unwrap() {
        let none = ["once", "naïve"].contains(&same["name"].as_str().unwrap());
        assert_eq!(same["note"], if none { Value::Null } else { "secret-kept".into() }, "{same}");
    }
    let log = log();
    let added = log.iter().filter(|event| event["action"] == "import" && event["detail"] == "sealed copy").count();
    assert_eq!(added, told["same"].as_array().unwrap().len() - 2);
    other(&home, &["log", "--check"]).run().exits(Exit::Done);
    other(&home, &["doctor", "--json"]).run().says_nothing();
    // The third time there is nothing left to be done.
    let again = other(&home, &["import", "-"]).stdin(&revealed).run().exits(Exit::Done);
    assert!(!again.err.contains("its secret"), "{}", again.err);
}

#[test]
fn a_copy_comes_in_only_where_the_vault_keeps_them_and_all_else_comes_in_too() {
    let home = Home::keeping(&["web"]);
    let reveal = || home.jeton(["export", "--reveal"]).var("JETON_PASSPHRASE", PASSPHRASE).run().out;
    let revealed = reveal();
    other(&home, &["import", "-"]).stdin(export(&home)).run().exits(Exit::Done);
    home.create("api");
    let with_api = reveal();
    // A conflict keeps it out.
    other(&home, &["create", "api"]).run().exits(Exit::Done);
    other(&home, &["import", "-"]).stdin(&with_api).run().exits(Exit::Exists).says("its secret would be kept\n");
    other(&home, &["copy", "web", "--print"]).run().exits(Exit::Refused);
    // So does a policy.
    other(&home, &["policy", "set", "recoverable", "never"]).run().exits(Exit::Done);
    let ran = other(&home, &["import", "-"]).stdin(&revealed).run().exits(Exit::Done);
    assert!(!ran.err.contains("its secret"), "{}", ran.err);
    other(&home, &["copy", "web", "--print"]).run().exits(Exit::Refused);
    // And a vault that has no key.
    let once = Home::with(&[]);
    let digests = home.jeton(["export"]).run().out;
    import(&once, &[], digests).exits(Exit::Done);
    let ran = import(&once, &[], &with_api).exits(Exit::Done);
    assert!(!ran.err.contains("its secret"), "{}", ran.err);
    assert_eq!(once.sql::<i64>("SELECT count(*) FROM secret WHERE sealed IS NOT NULL"), 0);
}

#[test]
fn a_prefix_is_demanded_of_new_secrets_and_not_of_what_comes_in() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let text = export(&home);
    for word in [&["policy", "set", "prefix", "acme"][..], &["import", "-"]] {
        other(&home, word).stdin(&text).run().exits(Exit::Done);
    }
    let env = format!("OTHER=k7Jq2LmX9vBt4WzR\nWEB={secret}\n");
    other(&home, &["import", "-"]).stdin(&env).run().exits(Exit::Done).says("WEB is there already as web");
    other(&home, &["verify", "--peek"]).stdin(&secret).run().exits(Exit::Done);
    // A token that is made there begins so, and so does an id that is drawn.
    other(&home, &["create", "x", "--prefix", "jtn"]).run().exits(Exit::Refused);
    let id = other(&home, &["show", "OTHER", "--json"]).run().json()["id"].clone();
    assert!(id.as_str().unwrap().starts_with("acme_"), "{id}");
}

#[test]
fn where_copies_are_forbidden_none_is_kept() {
    let home = Home::keeping(&["web"]);
    let revealed = home.jeton(["export", "--reveal"]).var("JETON_PASSPHRASE", PASSPHRASE).run().out;
    other(&home, &["policy", "set", "recoverable", "never"]).run().exits(Exit::Done);
    other(&home, &["import", "-"]).stdin(&revealed).run().exits(Exit::Done);
    other(&home, &["copy", "web", "--print"]).run().exits(Exit::Refused);
    // Nor in a vault that has no key.
    let home = Home::with(&[]);
    import(&home, &[], revealed).exits(Exit::Done);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM secret WHERE sealed IS NOT NULL"), 0);
}

#[test]
fn each_new_token_is_on_record_and_caches_are_told() {
    let home = Home::with(&[]);
    let generation = |home: &Home| home.sql::<i64>("SELECT value FROM setting WHERE key = 'generation'");
    let before = generation(&home);
    import(&home, &[], document(&[token(&[])])).exits(Exit::Done);
    assert_eq!(home.events(), ["init show-once", "import web jeton"]);
    assert!(generation(&home) > before);
    home.jeton(["log", "--check"]).run().exits(Exit::Done);
}
