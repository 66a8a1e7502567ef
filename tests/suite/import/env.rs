//! A file of variables: what can be a secret comes in under the variable's name, the rest is named.

use jeton::token::exit::Exit;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{fixture, import, names, refused, shown, told};
use crate::support::home::{Home, PASSPHRASE};

/// The one secret that a text of variables brings, as it verifies.
#[track_caller]
fn brings(text: &str, secret: &str) {
    let home = Home::new();
    import(&home, &[], text).exits(Exit::Done).says("1 new, 0 same, 0 conflicting, 0 skipped");
    assert_eq!(home.verdict(secret), Exit::Done, "{text:?}");
}

/// Left out and named, for this reason; the file has nothing else.
#[track_caller]
fn skips(text: &str, why: &str) {
    let home = Home::new();
    let ran = import(&home, &[], text).exits(Exit::Done);
    ran.says(&format!("skipped X (line 1): {why}\n")).says("0 new, 0 same, 0 conflicting, 1 skipped");
    assert!(!home.path("data").exists(), "nothing came, and a vault was made for it");
    let error = import(&home, &["--json", "--only", "X"], text).exits(Exit::Usage).prints("").error_json();
    assert_eq!(error["message"], format!("stdin, line 1: `X` cannot be imported: {why}"));
}

#[test]
fn a_secret_that_a_rotation_ended_is_told_as_such() {
    let home = Home::keeping(&[]);
    let old = home.create("web");
    home.jeton(["rotate", "web", "--grace", "1h"]).run().exits(Exit::Done);
    let env = format!("WEB={old}\n");
    let note = |home: &Home| told(home, &[], &env)["same"][0]["note"].clone();
    assert_eq!(note(&home), Value::Null, "it still works");
    home.pass(SignedDuration::from_hours(1));
    assert_eq!((home.verdict(&old), note(&home)), (Exit::Revoked, "secret-ended".into()));
    let ran = import(&home, &[], &env).exits(Exit::Done);
    assert!(ran.err.contains("), with a secret that a rotation ended\n"), "{}", ran.err);
    assert_eq!(home.events().len(), 3, "nothing was changed");
}

#[test]
fn a_secret_of_which_no_copy_is_kept_gets_none_from_a_file_and_that_is_told() {
    let home = Home::keeping(&[]);
    let once = home.jeton(["create", "once", "--once"]).run().exits(Exit::Done).out;
    let env = format!("ONCE={once}");
    let ran = import(&home, &[], &env).exits(Exit::Done);
    assert!(ran.err.contains("ONCE is there already as once (jtn_"), "{}", ran.err);
    assert!(ran.err.contains("); its secret was not kept\n"), "{}", ran.err);
    assert_eq!(told(&home, &[], &env)["same"][0]["note"], "secret-not-kept");
    home.jeton(["copy", "once", "--print"]).run().exits(Exit::Refused);
    // Where none is ever kept there is nothing to be said.
    let home = Home::with(&[]);
    let web = format!("WEB={}", home.create("web"));
    assert_eq!(told(&home, &[], web)["same"][0]["note"], Value::Null);
}

#[test]
fn a_file_as_people_have_it() {
    let home = Home::keeping(&[]);
    let told = told(&home, &[], fixture("dotenv"));
    let new = ["STRIPE_SECRET_KEY", "SESSION_SECRET", "SENTRY_DSN", "DATABASE_URL", "ADMIN_PASSWORD", "WEBHOOK_TOKEN"];
    assert_eq!(names(&told, "new"), new);
    let skipped: Vec<_> = told["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| [&it["name"], &it["at"], &it["why"]].map(|it| it.as_str().unwrap()))
        .collect();
    assert_eq!(
        skipped,
        [
            ["NODE_ENV", "line 2", "it is shorter than 16 characters"],
            ["PORT", "line 3", "it is a number"],
            ["DEBUG", "line 4", "it is yes or no"],
            ["LOG_LEVEL", "line 5", "it is shorter than 16 characters"],
            ["PUBLIC_URL", "line 6", "it is a URL without credentials"],
            ["DATA_DIR", "line 7", "it is a path"],
            ["REDIS_URL", "line 13", "it refers to another variable, or seems to; in single quotes it would not"],
            ["GREETING", "line 16", "it has blanks in it"],
            ["TLS_KEY", "line 17", "it has more than one line"],
            ["EMPTY", "line 21", "it is empty"],
        ]
    );
    assert_eq!(names(&told, "weak"), ["ADMIN_PASSWORD"]);
    for secret in [
        "sk_live_51Hq2mXJtYv8RkPzLbWdNcEgF",
        "q7T!xV2#pL9@mZ4%wK8^",
        "https://9f86d081884c7d659a2feaa0c55ad015@o1.ingest.example.com/42",
        "postgres://shop:Tz8hWb3nYt6KcRj1@db.internal:5432/shop",
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    ] {
        assert_eq!(home.verdict(secret), Exit::Done, "{secret}");
    }
    let copied = home.jeton(["copy", "WEBHOOK_TOKEN", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
    copied.prints("3f2504e0-4f89-41d3-9a0c-0305e82c3301\n");
    let token = shown(&home, "SENTRY_DSN");
    assert_eq!(
        (&token["type"], &token["owner"], &token["expires_at"]),
        (&json!("client"), &json!("alice"), &json!(null))
    );
    // And once more.
    let told = super::told(&home, &[], fixture("dotenv"));
    assert_eq!(
        (names(&told, "new").len(), names(&told, "same").len(), told["weak"].as_array().unwrap().len()),
        (0, 6, 0)
    );
}

#[test]
fn it_is_read_as_shells_and_libraries_agree() {
    let s = "k7Jq2LmX9vBt4WzR";
    for text in [
        format!("X={s}"),
        format!("X={s}\r\n\r\n"),
        format!("\u{feff}X={s}\n"),
        format!("export X={s}"),
        format!("  export\tX = {s}  "),
        format!("X=\"{s}\""),
        format!("X='{s}' # a remark"),
        format!("X={s} # a remark"),
        format!("X={s}\t#"),
        format!("# a remark\n\n  # another\nX={s}\nexport PATH"),
    ] {
        brings(&text, s);
    }
    brings("X='a#b#cdefghijklmnop' # a remark", "a#b#cdefghijklmnop");
    brings("X=\"#bcdefghijklmnopq\"", "#bcdefghijklmnopq");
    brings("X=abcdef=hijklmnop==", "abcdef=hijklmnop==");
    brings("X='a$b${c}$(d)`e`\\nfghi'", "a$b${c}$(d)`e`\\nfghi");
    brings("X=\"it's_quoted_all_right\"", "it's_quoted_all_right");
    brings("X='a\"b#cdefghijklmno'", "a\"b#cdefghijklmno");
    brings("X=abcdefghijklmno$", "abcdefghijklmno$");
    brings("X=\"abcdefghijklmno$\" # dollar", "abcdefghijklmno$");
    brings("x.y-z=k7Jq2LmX9vBt4WzR", s);
}

#[test]
fn what_cannot_be_a_secret_is_named_with_the_reason() {
    for (text, why) in [
        ("X=", "it is empty"),
        ("X=''", "it is empty"),
        ("X= # only a remark", "it is empty"),
        ("X=3000", "it is a number"),
        ("X=-1.5e3", "it is a number"),
        ("X=True", "it is yes or no"),
        ("X=off", "it is yes or no"),
        ("X=hunter2", "it is shorter than 16 characters"),
        ("X=123456789012345a\"", "programs disagree on what it means; in single quotes they would not"),
        ("X=two words and more", "it has blanks in it"),
        ("X='ключключключключключ'", "it is not plain ASCII"),
        ("X=\"a\\tbcdefghijklmnopqrst\"", "it has blanks in it"),
        ("X=http://localhost:3000/a/b", "it is a URL without credentials"),
        ("X=https://example.com/@user/path", "it is a URL without credentials"),
        ("X=redis+tls://cache.example.com", "it is a URL without credentials"),
        ("X=/usr/local/share/shop", "it is a path"),
        ("X=../shop/config/production.json", "it is a path"),
        ("X=./node_modules/.bin/something", "it is a path"),
        ("X=~/projects/website/keys", "it is a path"),
        ("X=prefix-$OTHER-and-more", "it refers to another variable, or seems to; in single quotes it would not"),
        ("X=\"${A}bcdefghijklmnopq\"", "it refers to another variable, or seems to; in single quotes it would not"),
        ("X=$2b$10$abcdefghijklmno", "it refers to another variable, or seems to; in single quotes it would not"),
        ("X=\"pa$$word_pa$$word\"", "it refers to another variable, or seems to; in single quotes it would not"),
        ("X=`cat /run/secrets/token`", "it refers to another variable, or seems to; in single quotes it would not"),
        ("X=\"a\\\"bcdefghijklmnopq\"", "programs disagree on what it means; in single quotes they would not"),
        ("X=\"a\\\\bcdefghijklmnopq\"", "programs disagree on what it means; in single quotes they would not"),
        ("X=\"a\\$bcdefghijklmnopq\"", "programs disagree on what it means; in single quotes they would not"),
        ("X=a#bcdefghijklmnopq", "programs disagree on whether a remark begins at `#`; in quotes they would not"),
        ("X=#bcdefghijklmnopqr", "programs disagree on whether a remark begins at `#`; in quotes they would not"),
        ("X='hunter2'hunter2hunter2", "something stands behind the closing quote"),
        ("X=back\\slashed_and_long", "programs disagree on what it means; in single quotes they would not"),
        ("X='one\ntwo\nthree\n'", "it has more than one line"),
    ] {
        skips(text, why);
    }
    skips(&format!("X={}", "a".repeat(513)), "it is longer than 512 characters");
    brings(&format!("X={}", "aB3".repeat(170)), &"aB3".repeat(170));
}

#[test]
fn a_random_secret_may_begin_like_a_path() {
    brings("X=/9jR4Tq2mXJtYv8RkPzLbWdNcEgF5sHu==", "/9jR4Tq2mXJtYv8RkPzLbWdNcEgF5sHu==");
}

#[test]
fn only_takes_what_is_named() {
    let home = Home::new();
    let told = told(&home, &["--only", "WEBHOOK_TOKEN", "--only", "SENTRY_DSN"], fixture("dotenv"));
    assert_eq!(
        (names(&told, "new"), names(&told, "skipped").len()),
        (vec!["SENTRY_DSN".into(), "WEBHOOK_TOKEN".into()], 0)
    );
    let ran = import(&home, &["--only", "NO_SUCH"], fixture("dotenv")).exits(Exit::Usage);
    ran.says("error: stdin: there is no `NO_SUCH` in it\n");
}

#[test]
fn a_mistyped_secret_of_jetons_is_refused_unless_it_was_not_asked_for() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    let mistyped = format!("{}{}", &secret[..secret.len() - 1], if secret.ends_with('a') { "b" } else { "a" });
    let text = format!("A=k7Jq2LmX9vBt4WzR\nB={mistyped}\n");
    let ran = import(&home, &[], &text).exits(Exit::Usage).hides(&mistyped[16..]);
    ran.says("error: stdin, line 2: the value has the form of a secret of jeton's, and its check is wrong\n");
    import(&home, &["--only", "A"], &text).exits(Exit::Done);
}

#[test]
fn a_secret_of_jetons_keeps_its_id_and_is_known_again() {
    let home = Home::with(&[]);
    let secret = home.create("web");
    import(&home, &[], format!("DEPLOY={secret}"))
        .exits(Exit::Done)
        .says(&format!("DEPLOY is there already as web ({})", &secret[..16]));
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    import(&home, &[], format!("DEPLOY={secret}")).exits(Exit::Done).says("), which is revoked\n");
    let elsewhere = Home::with(&[]);
    import(&elsewhere, &[], format!("DEPLOY={secret}")).exits(Exit::Done);
    assert_eq!(shown(&elsewhere, "DEPLOY")["id"], secret[..16]);
    // A later secret of the same token is another's business.
    let rotated = home.jeton(["rotate", "web"]).run().out;
    let ran = import(&elsewhere, &[], format!("NEW={rotated}")).exits(Exit::Exists);
    ran.says("conflict: NEW (line 1): `DEPLOY` has this id\n");
}

#[test]
fn two_variables_with_one_secret_or_one_name_are_a_conflict() {
    let ran = import(&Home::new(), &[], "A=k7Jq2LmX9vBt4WzR\nB=k7Jq2LmX9vBt4WzR\n").exits(Exit::Exists);
    ran.says("conflict: B (line 2): it has the secret of `A` (line 1)\n").hides("k7Jq2LmX9vBt4WzR");
    let ran = import(&Home::new(), &[], "A=k7Jq2LmX9vBt4WzR\nA=x7Jq2LmX9vBt4WzR\n").exits(Exit::Exists);
    ran.says("conflict: A (line 2): it has the name of line 1\n");
    import(&Home::new(), &["--only", "A"], "A=k7Jq2LmX9vBt4WzR\nB=k7Jq2LmX9vBt4WzR\n").exits(Exit::Done);
}

#[test]
fn a_variable_whose_name_no_token_can_have_is_left_out() {
    let ran = import(&Home::new(), &[], "EMAIL_VERIFICATION=k7Jq2LmX9vBt4WzR").exits(Exit::Done);
    ran.says("skipped EMAIL_VERIFICATION (line 1): no token can have this name\n");
}

#[test]
fn what_cannot_be_read_is_told_by_its_line_and_not_repeated() {
    for (text, why) in [
        ("A=1\n\nB='hunter2hunter2\nC=2\n", "line 3: a quote is opened and never closed"),
        ("A=\"hunter2hunter2\\\"\n", "line 1: a quote is opened and never closed"),
        ("A=1\nB=hunter2\0hunter2hunter2", "line 2: a NUL stands there"),
        ("A='1\nhunter2\0'", "line 2: a NUL stands there"),
    ] {
        refused(text, &format!("stdin, {why}"));
        import(&Home::new(), &[], text).hides("hunter");
    }
}

#[test]
fn a_line_that_sets_nothing_is_named_by_its_number_and_keeps_nothing_from_coming_in() {
    for line in [
        "hunter2hunter2hunter2",
        "=hunter2hunter2hunter2",
        "hunter 2=hunter2hunter2hunter2",
        "export 1hunter",
        "API_KEY: hunter2hunter2hunter2",
        "set -a",
        "DEBUG",
        // The end of something in base64.
        "Hunter2IsHereForYou4=",
        "Hunter2IsHereForYou4==",
    ] {
        for text in [format!("A=k7Jq2LmX9vBt4WzR\n{line}\n"), format!("{line}\nA=k7Jq2LmX9vBt4WzR\n")] {
            let home = Home::new();
            let ran = import(&home, &[], &text).exits(Exit::Done).says("1 new, 0 same, 0 conflicting, 1 skipped");
            let at = text.lines().position(|it| it == line).unwrap() + 1;
            ran.says(&format!("skipped line {at}: ")).hides("hunter").hides("Hunter");
            import(&Home::new(), &["--only", "A"], text).exits(Exit::Done).says("1 new");
        }
    }
}

/// A digest is kept in the clear, so a secret that looks like one must not be taken for one.
#[test]
fn a_variable_of_64_hexadecimal_digits_is_a_secret_and_no_digest() {
    let hex = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    for text in [
        format!("X={hex}\n"),
        format!("X = {hex}\n"),
        format!("X= {hex}\n"),
        format!("export X= {hex}\n"),
        format!("export X={hex}\nPORT=3000\n"),
        format!("# keys\n\nX = \"{hex}\"\n"),
    ] {
        let home = Home::new();
        import(&home, &[], &text).exits(Exit::Done).says("1 new").says("X").says("from a file of variables");
        assert_eq!(home.verdict(hex), Exit::Done, "{text}");
        home.jeton(["export"]).run().exits(Exit::Done).hides(hex);
    }
}

#[test]
fn owner_and_policy_say_what_the_file_does_not() {
    let home = Home::with(&[]);
    home.jeton(["policy", "set", "default-expiry", "30d"]).run().exits(Exit::Done);
    home.jeton(["policy", "set", "prefix", "acme"]).run().exits(Exit::Done);
    import(&home, &["--owner", "bob"], "A=k7Jq2LmX9vBt4WzR").exits(Exit::Done).says("expires in 30 days");
    let token = shown(&home, "A");
    assert_eq!((&token["owner"], &token["expires_at"]), (&json!("bob"), &json!("2026-12-21T12:00:00.000Z")));
    assert!(token["id"].as_str().unwrap().starts_with("acme_"));
    home.jeton(["policy", "set", "require-scope", "true"]).run().exits(Exit::Done);
    import(&home, &[], "B=x7Jq2LmX9vBt4WzR").exits(Exit::Refused).says("B cannot be imported");
}
