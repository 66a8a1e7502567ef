//! The lists of Unleash, NocoDB and W3IPFS, as those services write them.

use jeton::token::exit::Exit;
use serde_json::{Value, json};

use super::{fixture, import, names, refused, shown, told};
use crate::support::home::{Home, PASSPHRASE};

/// What a secret may do, by the words of `verify`.
fn asked(home: &Home, secret: &str, words: &[&str]) -> Exit {
    home.jeton(["verify", "--peek"].iter().chain(words)).stdin(secret).run().exit
}

#[test]
fn unleash_environment_and_projects_become_labels() {
    let home = Home::keeping(&[]);
    let told = told(&home, &[], fixture("unleash.json"));
    assert_eq!(told["source"], "unleash");
    assert_eq!(names(&told, "new"), ["ops", "web-backend", "web-app", "default backend"]);
    assert_eq!(names(&told, "weak"), ["default backend"]);
    let labels = |name: &str| shown(&home, name)["labels"].clone();
    assert_eq!(labels("ops"), json!({"environment": "*", "project": "*"}));
    assert_eq!(labels("web-backend"), json!({"environment": "production", "project": "web,shop", "sdk": "client"}));
    assert_eq!(labels("web-app"), json!({"environment": "development", "project": "*", "sdk": "frontend"}));
    let ops = shown(&home, "ops");
    assert_eq!(
        [&ops["type"], &ops["created_at"], &ops["expires_at"], &ops["last_used_at"]],
        [&json!("admin"), &json!("2024-03-01T09:15:27.481Z"), &json!(null), &json!("2026-11-20T23:59:58.113Z")]
    );
    let app = shown(&home, "web-app");
    assert_eq!((&app["status"], &app["expires_at"]), (&json!("expired"), &json!("2025-01-01T00:00:00.000Z")));
}

#[test]
fn unleash_its_clients_go_on_as_before() {
    let home = Home::keeping(&[]);
    import(&home, &[], fixture("unleash.json")).exits(Exit::Done).says("web-app (").says("which is expired");
    let backend = "[]:production.56d7e1c4a09b83f2667f0f2e9a1b4cdd80375e1c6a2f94bb3e8d7710";
    assert_eq!(asked(&home, backend, &["--label", "project=shop", "--label", "environment=production"]), Exit::Done);
    assert_eq!(asked(&home, backend, &["--label", "project=bank"]), Exit::Lacks);
    assert_eq!(asked(&home, backend, &["--label", "sdk=frontend"]), Exit::Lacks);
    let app = "*:development.be44368985f7fb3237c584ef86f3d6bdada42ddbd63a019d26955178";
    assert_eq!(asked(&home, app, &[]), Exit::Expired);
    let copied = home.jeton(["copy", "web-backend", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
    copied.prints(&format!("{backend}\n"));
    assert_eq!(names(&told(&home, &[], fixture("unleash.json")), "same").len(), 4);
}

#[test]
fn unleash_of_older_and_newer_versions_is_read_too() {
    let home = Home::with(&[]);
    let secret = "be44368985f7fb3237c584ef86f3d6bdada42ddbd63a019d26955178";
    let old = json!({"tokens": [{"secret": secret, "username": "old", "type": "CLIENT", "environment": "default",
                                 "project": "a,b", "createdAt": "2021-10-01T10:00:00.000Z", "more": {"to": ["come"]}}]});
    import(&home, &[], old.to_string()).exits(Exit::Done);
    assert_eq!(shown(&home, "old")["labels"], json!({"environment": "default", "project": "a,b", "sdk": "client"}));
}

#[test]
fn unleash_a_token_may_be_for_many_projects() {
    let home = Home::with(&[]);
    let projects: Vec<_> = (0..40).map(|n| format!("project-{n}")).collect();
    let mut list: Value = serde_json::from_str(&fixture("unleash.json")).unwrap();
    list["tokens"][1]["projects"] = json!(projects);
    import(&home, &[], list.to_string()).exits(Exit::Done);
    assert_eq!(shown(&home, "web-backend")["labels"]["project"], projects.join(","));
}

#[test]
fn unleash_a_policy_against_eternal_tokens_is_one_against_its_own() {
    let home = Home::with(&[]);
    home.jeton(["policy", "set", "max-expiry", "90d"]).run().exits(Exit::Done);
    import(&home, &["--only", "ops"], fixture("unleash.json")).exits(Exit::Refused).says("ops cannot be imported");
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM token"), 0);
    import(&home, &["--only", "web-app"], fixture("unleash.json")).exits(Exit::Done);
}

#[test]
fn nocodb_owners_ends_and_what_is_switched_off_come_along() {
    let home = Home::with(&[]);
    let told = told(&home, &[], fixture("nocodb.json"));
    assert_eq!(told["source"], "nocodb");
    assert_eq!(names(&told, "new"), ["n8n", "zapier", "nocodb-1"]);
    let n8n = shown(&home, "n8n");
    assert_eq!(
        [&n8n["owner"], &n8n["created_at"], &n8n["last_used_at"], &n8n["expires_at"]],
        [
            &json!("carol@example.com"),
            &json!("2024-01-05T07:32:11.000Z"),
            &json!("2026-11-19T16:04:55.000Z"),
            &json!(null)
        ]
    );
    let zapier = shown(&home, "zapier");
    assert_eq!(
        [&zapier["status"], &zapier["revoked_at"], &zapier["expires_at"]],
        [&json!("revoked"), &json!("2026-02-01T08:30:00.000Z"), &json!("2027-01-01T00:00:00.000Z")]
    );
    assert_eq!(shown(&home, "nocodb-1")["owner"], "alice");
    assert_eq!(asked(&home, "V1StGXR8_Z5jdHi6B-myTq0wLrKx3uNe7OaPbCfD", &["--owner", "carol@example.com"]), Exit::Done);
    assert_eq!(asked(&home, "Qz8hWb3nYt6KcRj1VxPd_5sMgLf0aEuHiO-72TkN", &[]), Exit::Revoked);
    assert_eq!(names(&super::told(&home, &[], fixture("nocodb.json")), "same").len(), 3);
}

#[test]
fn nocodb_its_rule_of_one_token_a_user_holds_at_the_door() {
    let home = Home::with(&[]);
    home.jeton(["policy", "set", "max-tokens-per-owner", "1"]).run().exits(Exit::Done);
    // Of carol's two one is switched off.
    import(&home, &[], fixture("nocodb.json")).exits(Exit::Done);
    home.jeton(["create", "another", "--owner", "carol@example.com"]).run().exits(Exit::Refused);
}

#[test]
fn nocodb_a_page_of_a_longer_list_is_told() {
    let mut list: Value = serde_json::from_str(&fixture("nocodb.json")).unwrap();
    list["pageInfo"]["totalRows"] = json!(25);
    import(&Home::new(), &["--dry-run"], list.to_string()).says("this is a part of the list: 3 of 25 tokens\n");
    import(&Home::new(), &["--dry-run"], fixture("nocodb.json")).exits(Exit::Done);
}

#[test]
fn w3ipfs_the_tree_becomes_scopes_and_the_public_half_a_label() {
    let home = Home::with(&[]);
    let told = told(&home, &[], fixture("w3ipfs.json"));
    assert_eq!(
        (&told["source"], names(&told, "new")),
        (&json!("w3ipfs"), vec!["Admin api key".into(), "uploads".into()])
    );
    let uploads = shown(&home, "uploads");
    assert_eq!(uploads["scopes"], json!(["data.pin_list", "pinning.pin_by_hash", "pinning.pin_file_to_ipfs"]));
    assert_eq!(uploads["labels"], json!({"api_key": "Hn5Rj8ePz1WuQb6TfXo0Mg=="}));
    assert_eq!(uploads["created_at"], "2023-06-15T08:00:00.500Z");
    let admin = shown(&home, "Admin api key");
    assert_eq!(
        (&admin["type"], &admin["scopes"], &admin["created_at"]),
        (&json!("admin"), &json!([]), &json!("2023-01-01T11:11:11.111Z"))
    );
    let secret = "d3VvLk7yZs1QxHm9TcRp0BnGj5WfEa8KiUo4XeNt2YM=";
    assert_eq!(
        asked(&home, secret, &["--scope", "pinning.pin_by_hash", "--label", "api_key=Hn5Rj8ePz1WuQb6TfXo0Mg=="]),
        Exit::Done
    );
    assert_eq!(asked(&home, secret, &["--scope", "pinning.unpin"]), Exit::Lacks);
}

#[test]
fn w3ipfs_the_answer_to_who_made_a_key_can_be_kept_too() {
    let home = Home::with(&[]);
    let answer = r#"{"data":{"name":"test-api-key","api_key":"Hn5Rj8ePz1WuQb6TfXo0Mg==","secret_key":"d3VvLk7yZs1QxHm9TcRp0BnGj5WfEa8KiUo4XeNt2YM="},"status":"success"}"#;
    import(&home, &[], answer).exits(Exit::Done).says("imported test-api-key");
    let list: Value = serde_json::from_str(&fixture("w3ipfs.json")).unwrap();
    let bare = json!({"data": list["data"]["api_keys"], "status": "success"});
    assert_eq!(names(&told(&home, &["--only", "Admin api key"], bare.to_string()), "new"), ["Admin api key"]);
}

#[test]
fn a_list_without_secrets_cannot_be_imported_and_each_token_is_named() {
    for hidden in
        [json!(null), json!(""), json!("********"), json!("abcdefgh...wxyzwxyz"), json!("xxxxxxxxxxxxxxxxxxxxxxxx")]
    {
        let list = json!({"list": [{"id": "1", "description": "n8n", "token": hidden, "token_prefix": "nc_pat_ab"},
                                   {"id": "2", "description": "zapier", "token": hidden}], "pageInfo": {}});
        refused(list.to_string(), "stdin: it holds the secret of none of its tokens: `n8n`, `zapier`");
    }
    let list = r#"{"data":{"total":1,"api_keys":[{"id":"x","name":"uploads","api_key":"KEY"}]},"status":"success"}"#;
    refused(list, "stdin: it holds the secret of none of its tokens: `uploads`");
    let list =
        r#"{"tokens":[{"tokenName":"ops","type":"admin","projects":["*"],"createdAt":"2024-03-01T09:15:27.481Z"}]}"#;
    refused(list, "stdin: it holds the secret of none of its tokens: `ops`");
}

#[test]
fn those_of_which_it_holds_none_are_left_out_and_named() {
    let mut list: Value = serde_json::from_str(&fixture("nocodb.json")).unwrap();
    list["list"][1]["token"] = json!(null);
    let home = Home::new();
    import(&home, &[], list.to_string())
        .exits(Exit::Done)
        .says("skipped zapier (list[1]): the list does not hold its secret\n");
    let ran = import(&home, &["--only", "zapier"], list.to_string()).exits(Exit::Usage);
    ran.says("it holds the secret of none of its tokens: `zapier`");
}

#[test]
fn an_empty_list_brings_nothing() {
    for list in [
        r#"{"tokens":[]}"#,
        r#"{"list":[],"pageInfo":{"totalRows":0}}"#,
        r#"{"data":{"total":0,"api_keys":[]},"status":"success"}"#,
        "[]",
    ] {
        let home = Home::new();
        import(&home, &[], list).exits(Exit::Done).says("0 new, 0 same, 0 conflicting, 0 skipped");
        assert!(!home.path("data").exists());
    }
}

#[test]
fn what_is_wrong_is_told_by_its_path() {
    let with = |file: &str, path: &str, value: Value| {
        let mut list: Value = serde_json::from_str(&fixture(file)).unwrap();
        *list.pointer_mut(path).unwrap() = value;
        list.to_string()
    };
    for (file, path, value, why) in [
        (
            "unleash.json",
            "/tokens/1/tokenName",
            json!("a\nb"),
            "tokens[1].tokenName: a name cannot hold control characters or line breaks",
        ),
        (
            "unleash.json",
            "/tokens/1/type",
            json!("god"),
            "tokens[1].type: it must be client, backend, frontend or admin",
        ),
        (
            "unleash.json",
            "/tokens/1/secret",
            json!("too short"),
            "tokens[1].secret: not a secret: its form or its check is wrong",
        ),
        ("unleash.json", "/tokens/1/secret", json!({}), "tokens[1].secret: it must be a text"),
        (
            "unleash.json",
            "/tokens/1/expiresAt",
            json!("soon"),
            "tokens[1].expiresAt: it must be a time, such as 2027-01-31T12:00:00Z",
        ),
        ("unleash.json", "/tokens/1/projects", json!("web"), "tokens[1].projects: it must be a list of texts"),
        ("unleash.json", "/tokens/1", json!("web"), "tokens[1]: it must be an object"),
        ("nocodb.json", "/list/0/created_by", json!(" "), ""),
        (
            "nocodb.json",
            "/list/0/created_by",
            json!("a\u{0}"),
            "list[0].created_by: an owner is 1 to 100 visible characters on one line, with no blank at its ends",
        ),
        (
            "w3ipfs.json",
            "/data/api_keys/1/scopes/data/pin_list",
            json!("true"),
            "data.api_keys[1].scopes.data.pin_list: it must be true or false",
        ),
        (
            "w3ipfs.json",
            "/data/api_keys/1/scopes",
            json!(["a"]),
            "data.api_keys[1].scopes: it must be an object of booleans",
        ),
        ("w3ipfs.json", "/data/api_keys/0/name", json!(null), "data.api_keys[0].name: missing"),
    ] {
        let text = with(file, path, value);
        match why {
            "" => drop(import(&Home::new(), &[], text).exits(Exit::Done)),
            why => refused(text, &format!("stdin, {why}")),
        }
    }
}

#[test]
fn the_second_of_one_name_gets_a_number_and_stays_what_it_is() {
    let unleash = |names: &[&str]| {
        let tokens = names.iter().enumerate().map(|(n, name)| {
            json!({"secret": format!("default:development.964a{n}b5d8f7c6e5a4b3c2d1e0f"), "tokenName": name, "type": "client",
                   "environment": "development", "project": "default", "projects": ["default"], "expiresAt": null,
                   "createdAt": "2026-01-01T00:00:00.000Z"})
        });
        json!({"tokens": tokens.collect::<Vec<_>>()}).to_string()
    };
    let home = Home::new();
    let list = unleash(&["admin", "admin", "admin-2", "admin"]);
    let ran = import(&home, &[], &list).exits(Exit::Done).says("4 new, 0 same, 0 conflicting, 0 skipped");
    ran.says("tokens[1]: `admin` is another's name too; it becomes `admin-3`").says("it becomes `admin-4`");
    import(&home, &[], &list).exits(Exit::Done).says("0 new, 4 same, 0 conflicting");
    let home = Home::new();
    import(&home, &["--only", "admin"], &list).exits(Exit::Done).says("3 new").says("it becomes `admin-2`");
    let mut list: Value = serde_json::from_str(&fixture("nocodb.json")).unwrap();
    list["list"][1]["description"] = json!("n8n");
    import(&Home::new(), &[], list.to_string()).exits(Exit::Done).says("it becomes `n8n-2`");
}
