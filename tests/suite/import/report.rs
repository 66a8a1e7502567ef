//! What is told of an import, and a rehearsal of one.

use std::fs;

use jeton::token::exit::Exit;
use serde_json::{Value, json};

use super::{fixture, import, names, told};
use crate::support::home::{Home, PASSPHRASE, bytes_of};

#[test]
fn a_dry_run_shows_what_would_happen_and_needs_no_vault() {
    let home = Home::new();
    let dry = import(&home, &["--dry-run"], fixture("nocodb.json")).exits(Exit::Done).prints("");
    assert_eq!(
        dry.err,
        "would import n8n\nwould import zapier, which is revoked\nwould import nocodb-1\n\
         3 new, 0 same, 0 conflicting, 0 skipped, from a list of NocoDB's; nothing was changed\n"
    );
    assert!(!home.path("data").exists());
}

#[test]
fn a_dry_run_changes_no_byte() {
    let home = Home::keeping(&["n8n", "web"]);
    let before = (bytes_of(&home.vault()), home.events());
    let ran = import(&home, &["-n"], fixture("nocodb.json")).exits(Exit::Exists);
    ran.says("conflict: n8n (list[0]): another token has this name: jtn_");
    import(&home, &["-n"], fixture("unleash.json")).exits(Exit::Done).says("would import ops\n");
    assert_eq!((bytes_of(&home.vault()), home.events()), before);
    assert_eq!(fs::read_dir(home.path("data")).unwrap().count(), 1);
}

#[test]
fn in_json_all_of_it_is_told() {
    let home = Home::new();
    let text = "A=k7Jq2LmX9vBt4WzR\nPORT=3000\nB=correct-horse-battery\n";
    let dry = told(&home, &["--dry-run"], text);
    assert_eq!((&dry["dry_run"], &dry["imported"], &dry["new"][0]["id"]), (&json!(true), &json!(false), &json!(null)));
    let done = told(&home, &[], text);
    let id = done["new"][0]["id"].clone();
    assert_eq!((&done["dry_run"], &done["imported"], &done["source"]), (&json!(false), &json!(true), &json!("env")));
    assert_eq!(super::shown(&home, "A"), done["new"][0]);
    assert_eq!(done["skipped"], json!([{"name": "PORT", "at": "line 2", "why": "it is a number"}]));
    assert_eq!((names(&done, "weak"), done["weak"][0]["bits"].as_u64() < Some(80)), (vec!["B".into()], true));
    let again = told(&home, &["--only", "A"], text);
    assert_eq!(again["same"], json!([{"name": "A", "known_as": "A", "id": id, "status": "active", "note": null}]));
    let ran = import(&home, &["--json"], "A=x7Jq2LmX9vBt4WzR").exits(Exit::Exists);
    assert_eq!(
        ran.json()["conflicting"],
        json!([{"name": "A", "at": "line 1", "why": format!("another token has this name: {}", id.as_str().unwrap())}])
    );
}

#[test]
fn a_dry_run_tells_of_each_token_what_the_true_run_does() {
    let list = json!([{"id": "1", "name": "known", "hash": "ab".repeat(32)}]).to_string();
    let (env, forbidden) = ("A=k7Jq2LmX9vBt4WzR", Home::keeping(&["x"]));
    forbidden.jeton(["policy", "set", "recoverable", "never"]).run().exits(Exit::Done);
    for (home, passphrase, text, recoverable) in [
        (Home::new(), "", env, false),
        (Home::new(), PASSPHRASE, env, true),
        (Home::new(), PASSPHRASE, &list, false),
        (Home::with(&["x"]), PASSPHRASE, env, false),
        (Home::keeping(&["x"]), "", env, true),
        (Home::keeping(&["x"]), "", &list, false),
        (forbidden, "", env, false),
    ] {
        let run = |words: &[&str]| {
            let ran = home.jeton(["import", "-", "--json"].iter().chain(words)).var("JETON_PASSPHRASE", passphrase);
            ran.stdin(text).run().exits(Exit::Done).json()["new"][0].clone()
        };
        let (mut dry, done) = (run(&["-n"]), run(&[]));
        assert_eq!((dry["id"].take(), &dry["recoverable"]), (Value::Null, &json!(recoverable)));
        dry["id"] = done["id"].clone();
        assert_eq!(dry, done);
    }
}

#[test]
fn a_long_list_is_cut_for_people() {
    let text: String = (0..50).map(|n| format!("T{n}=k7Jq2LmX9vBt4Wz{:02}\n", n)).collect();
    let home = Home::with(&[]);
    let ran = import(&home, &[], &text).exits(Exit::Done);
    assert_eq!(ran.err.matches("imported T").count(), 20);
    ran.says("  and 30 more\n").says("50 new, 0 same, 0 conflicting, 0 skipped, from a file of variables\n");
    assert_eq!(names(&told(&home, &[], &text), "same").len(), 50);
}

#[test]
fn what_somebody_has_to_look_after_is_named_however_much_it_is() {
    let lines = |value: &str| (0..50).map(|n| format!("T{n}={value}{n:02}\n")).collect::<String>();
    let home = Home::with(&[]);
    let ran = import(&home, &[], lines("password12345678").as_str()).exits(Exit::Done);
    assert_eq!(ran.err.matches("weak: the secret of T").count(), 50);
    let ran = import(&home, &[], lines("k7Jq2LmX9vBt4Wz").as_str()).exits(Exit::Exists);
    assert_eq!((ran.err.matches("conflict: T").count(), ran.err.contains(" more\n")), (50, false));
    let ran = import(&home, &[], format!("A=k7Jq2LmX9vBt4WzR\n{}", lines("30"))).exits(Exit::Done);
    assert_eq!(ran.err.matches("skipped T").count(), 50);
}

#[test]
fn each_is_counted_once_whatever_speaks_against_it() {
    let text = "A=k7Jq2LmX9vBt4WzR\nB=k7Jq2LmX9vBt4WzR\nC=x7Jq2LmX9vBt4WzR\n";
    let twice = "B (line 2): it has the secret of `A` (line 1)";
    // Without a vault, and in one.
    for (home, words, end) in [
        (Home::new(), &["-n"][..], "; nothing was changed\n"),
        (Home::new(), &[], "\n"),
        (Home::with(&[]), &["-n"], "; nothing was changed\n"),
        (Home::with(&[]), &[], "\n"),
    ] {
        let ran = import(&home, words, text).exits(Exit::Exists);
        ran.says(&format!("2 new, 0 same, 1 conflicting, 0 skipped, from a file of variables{end}"));
        let json = import(&home, &[words, &["--json"]].concat(), text).exits(Exit::Exists).json();
        assert_eq!(
            (names(&json, "new"), names(&json, "conflicting")),
            (vec!["A".into(), "C".into()], vec!["B".into()])
        );
    }
    let home = Home::with(&["B"]);
    let id: String = home.sql("SELECT id FROM token");
    let ran = import(&home, &[], text).exits(Exit::Exists);
    ran.says(&format!("conflict: {twice}; another token has this name: {id}\n"))
        .says("2 new, 0 same, 1 conflicting,")
        .says("1 of 3 tokens contradict");
    // One that is there by its secret, and there twice.
    let home = Home::with(&[]);
    import(&home, &[], "A=k7Jq2LmX9vBt4WzR").exits(Exit::Done);
    let ran = import(&home, &[], text).exits(Exit::Exists);
    ran.says("1 new, 1 same, 1 conflicting,").says("1 of 3 tokens contradict");
}

#[test]
fn weak_secrets_are_told_once_by_name_and_never_shown() {
    let home = Home::with(&[]);
    let ran = import(&home, &[], "PW=password1234567890\nOK=k7Jq2LmX9vBt4WzR").exits(Exit::Done).hides("password1234");
    ran.says("weak: the secret of PW has about 21 bits, and can be guessed from its digest\n")
        .says("`jeton rotate NAME`");
    let again = import(&home, &[], "PW=password1234567890").exits(Exit::Done);
    assert!(!again.err.contains("weak"), "{}", again.err);
}

#[test]
fn names_of_files_and_of_what_is_in_them_cannot_move_the_cursor() {
    let file = format!("{}/no\u{1b}[2Jsuch", Home::new().path("").display());
    let home = Home::new();
    let ran = home.jeton(["import", &file]).run().exits(Exit::Usage).prints("");
    assert!(!ran.err.contains('\u{1b}'), "{:?}", ran.err);
    let list = json!({"list": [{"id": "1", "description": "a\u{1b}[2Jb", "token": null}], "pageInfo": {}});
    let ran = import(&home, &[], list.to_string()).exits(Exit::Usage);
    assert!(!ran.err.contains('\u{1b}'), "{:?}", ran.err);
}

#[test]
fn a_file_is_named_in_what_is_wrong_with_it() {
    let home = Home::new();
    let file = home.path("keys.env");
    fs::write(&file, "A=1\nB='nonsense\n").unwrap();
    let file = file.to_str().unwrap();
    home.jeton(["import", file])
        .run()
        .exits(Exit::Usage)
        .says(&format!("error: {file}, line 2: a quote is opened and never closed\n"));
    fs::write(file, "A=k7Jq2LmX9vBt4WzR\n").unwrap();
    home.jeton(["import", file]).run().exits(Exit::Done);
    let error = home.jeton(["import", "/no/such/file", "--json"]).run().exits(Exit::Usage).error_json();
    assert!(error["message"].as_str().unwrap().starts_with("/no/such/file: "), "{error}");
    home.jeton(["import", "/"]).run().exits(Exit::Usage);
    home.jeton(["import"]).run().exits(Exit::Usage);
}

#[test]
fn the_first_import_makes_the_vault_as_create_does() {
    let home = Home::new();
    import(&home, &[], "A=k7Jq2LmX9vBt4WzR").exits(Exit::Done).says("made a vault at").says("show-once");
    let home = Home::new();
    let file = home.path(".env");
    fs::write(&file, "A=k7Jq2LmX9vBt4WzR").unwrap();
    let ran = home.jeton(["import", file.to_str().unwrap()]).answers([PASSPHRASE, PASSPHRASE]).run().exits(Exit::Done);
    ran.says("this makes a new vault. Choose a passphrase for it:");
    home.jeton(["copy", "A", "--print"]).answers([PASSPHRASE]).run().prints("k7Jq2LmX9vBt4WzR\n");
}

#[test]
fn stdin_cannot_be_passphrase_and_tokens_at_once() {
    let home = Home::new();
    let ran =
        home.jeton(["import", "-", "--passphrase-file", "-"]).stdin("A=k7Jq2LmX9vBt4WzR").run().exits(Exit::Usage);
    ran.says("it cannot be both the passphrase and the tokens").hides("k7Jq2LmX9vBt4WzR");
    assert!(!home.path("data").exists());
}

#[test]
fn no_secret_is_in_the_file_or_the_log() {
    let home = Home::keeping(&[]);
    import(&home, &[], fixture("dotenv")).exits(Exit::Done);
    import(&home, &[], fixture("unleash.json")).exits(Exit::Done);
    let file = bytes_of(&home.vault());
    let holds = |needle: &str| file.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(holds("STRIPE_SECRET_KEY"));
    for secret in ["51Hq2mXJtYv8RkPzLbWdNcEgF", "Tz8hWb3nYt6KcRj1", "56d7e1c4a09b83f2667f0f2e", "3f2504e0-4f89"] {
        assert!(!holds(secret), "{secret}");
    }
    home.jeton(["log", "--json"]).run().hides("51Hq2mXJ").hides("3f2504e0");
}
