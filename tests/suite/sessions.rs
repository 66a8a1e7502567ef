//! `jeton login` and `jeton logout`: session tokens of whoever is there.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use jeton::token::exit::Exit;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::home::{Home, PASSPHRASE};

/// Logs this user in; the name of the session.
#[track_caller]
fn login(home: &Home, user: &str) -> String {
    let json = home.jeton(["login", "--json"]).var("LOGNAME", user).run().exits(Exit::Done).json();
    json["name"].as_str().unwrap().to_owned()
}

/// When a session ends that was begun under this JETON_SESSION_TTL, at noon.
#[track_caller]
fn end(home: &Home, ttl: &str) -> String {
    let json = home.jeton(["login", "--json"]).var("JETON_SESSION_TTL", ttl).run().exits(Exit::Done).json();
    json["expires_at"].as_str().unwrap().to_owned()
}

#[test]
fn a_session_is_the_users_own_and_ends_after_ten_hours() {
    let home = Home::with(&[]);
    let ran = home.jeton(["login"]).run().exits(Exit::Done);
    let secret = ran.out.trim_end().to_owned();
    ran.gives(
        Exit::Done,
        &format!("{secret}\n"),
        &format!(
            "created session-alice-1 ({})\n  expires: 2026-11-21 22:00 UTC (in 10 hours)\n  type: session\n  \
             can be copied again: no, it is shown only now\n",
            &secret[..16]
        ),
    );
    let json = home.jeton(["show", "session-alice-1", "--json"]).run().json();
    assert_eq!((&json["type"], &json["owner"], &json["scopes"]), (&json!("session"), &json!("alice"), &json!([])));
    home.pass(SignedDuration::from_millis(10 * 3_600_000 - 1));
    home.jeton(["verify", "--type", "session", "--owner", "alice"]).stdin(&secret).run().exits(Exit::Done);
    home.pass(SignedDuration::from_millis(1));
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Expired);
}

#[test]
fn the_first_login_makes_the_vault_as_create_does() {
    let home = Home::new();
    let ran = home.jeton(["login"]).run().exits(Exit::Done).says("made a vault at ").says("show-once vault");
    home.jeton(["verify"]).stdin(&ran.out).run().exits(Exit::Done);
    let home = Home::new();
    home.jeton(["login"]).answers([PASSPHRASE, PASSPHRASE]).run().exits(Exit::Done).says("again: yes");
    let home = Home::new();
    home.jeton(["login"]).answers([PASSPHRASE, "another"]).run().exits(Exit::Locked);
    assert!(!home.vault().exists());
}

#[test]
fn each_session_has_the_number_after_the_highest_of_its_owner() {
    let home = Home::with(&[]);
    assert_eq!(login(&home, "alice"), "session-alice-1");
    assert_eq!(login(&home, "alice"), "session-alice-2");
    assert_eq!(login(&home, "bob"), "session-bob-1");
    home.jeton(["delete", "session-alice-1", "--yes"]).run().exits(Exit::Done);
    assert_eq!(login(&home, "alice"), "session-alice-3");
    // A revoked one keeps its name.
    home.jeton(["logout"]).var("LOGNAME", "alice").run().exits(Exit::Done);
    assert_eq!(login(&home, "alice"), "session-alice-4");
}

#[test]
fn names_that_only_look_like_sessions_do_not_count() {
    let home = Home::with(&[
        "session-alice-x",
        "session-alice-",
        "session-alice-+7",
        "session-alice-18446744073709551615",
        "session-alice-2-9",
        "session-Alice-9",
        "session-alicex-9",
    ]);
    assert_eq!(login(&home, "alice"), "session-alice-1");
    assert_eq!(login(&home, "alice-2"), "session-alice-2-10");
    // One that somebody made by hand does: its name is taken.
    home.create("session-alice-2");
    assert_eq!(login(&home, "alice"), "session-alice-3");
}

#[test]
fn a_variable_says_how_long_a_session_lives() {
    let home = Home::with(&[]);
    assert_eq!(end(&home, "30m"), "2026-11-21T12:30:00.000Z");
    assert_eq!(end(&home, "2d"), "2026-11-23T12:00:00.000Z");
    assert_eq!(end(&home, "1h30m"), "2026-11-21T13:30:00.000Z");
    assert_eq!(end(&home, ""), "2026-11-21T22:00:00.000Z", "set but empty is not set");
    // Of other tokens it says nothing.
    let ran = home.jeton(["create", "web", "--json"]).var("JETON_SESSION_TTL", "30m").run().exits(Exit::Done);
    assert_eq!(ran.json()["expires_at"], json!(null));
}

#[test]
fn a_variable_that_says_no_span_is_refused_before_anything_is_made() {
    let home = Home::new();
    for bad in ["0h", "-1h", "never", "soon", "10", " ", "2027-01-31", "99999999y", "10h\n10h"] {
        let ran = home.jeton(["login"]).var("JETON_SESSION_TTL", bad).run().exits(Exit::Usage).prints("");
        let ran = ran.says("error: JETON_SESSION_TTL: ").says("\nhint: write a span such as 10h or 30m");
        assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
    }
    let bytes = OsString::from_vec(vec![0xff, b'h']);
    home.jeton(["login"]).var("JETON_SESSION_TTL", bytes).run().exits(Exit::Usage).says("JETON_SESSION_TTL: ");
    for endless in ["never", "99999999y"] {
        let ran = home.jeton(["login"]).var("JETON_SESSION_TTL", endless).run();
        assert!(!ran.err.contains("or never"), "{}", ran.err);
    }
    let secret = format!("jtn_{}", "s".repeat(61));
    let ran = home.jeton(["login"]).var("JETON_SESSION_TTL", &secret).run().exits(Exit::Usage);
    ran.says("it holds a secret").hides(&secret);
    assert!(!home.path("data").exists());
}

#[test]
fn scopes_are_granted_as_by_create() {
    let home = Home::with(&[]);
    let secret = home.jeton(["login", "--scope", "a.*", "-s", "b"]).run().exits(Exit::Done).out;
    home.jeton(["verify", "--scope", "a.x", "--scope", "b"]).stdin(&secret).run().exits(Exit::Done);
    home.jeton(["verify", "--scope", "c"]).stdin(&secret).run().exits(Exit::Lacks);
    home.jeton(["login", "--scope", "a*"]).run().exits(Exit::Usage);
}

#[test]
fn json_is_the_token_with_its_secret() {
    let home = Home::with(&[]);
    let json = home.jeton(["login", "--json"]).run().exits(Exit::Done).json();
    let secret = json["secret"].as_str().unwrap();
    assert!(secret.starts_with(json["id"].as_str().unwrap()));
    assert_eq!((json.get("api_key"), json.get("secret_key")), (None, None));
    home.jeton(["verify"]).stdin(secret).run().exits(Exit::Done);
}

#[test]
fn output_goes_to_a_new_file_and_nowhere_else() {
    let home = Home::with(&[]);
    let file = home.path("secret");
    let words = ["login", "--output", file.to_str().unwrap()];
    home.jeton(words).run().exits(Exit::Done).prints("").says("the secret is in ");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let secret = std::fs::read_to_string(&file).unwrap();
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    // No session begins whose secret would have no place.
    home.jeton(words).run().exits(Exit::Exists);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM token"), 1);
}

#[test]
fn at_a_terminal_the_secret_goes_to_the_clipboard() {
    let home = Home::keeping(&[]).with_clipboard();
    home.jeton(["login", "--clear-after", "10s"]).answers([]).run().exits(Exit::Done).prints("").says("clipboard");
    let (secret, clear_after, _) = home.desk.borrow_mut().put.take().unwrap();
    assert_eq!(clear_after, Some(Duration::from_secs(10)));
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    let ran = home.jeton(["login", "--no-copy"]).answers([]).run().exits(Exit::Done);
    assert!(ran.out.starts_with("jtn_") && home.desk.borrow().put.is_none());
    let ran = home.jeton(["login", "--print"]).answers([]).run().exits(Exit::Done);
    assert_eq!(ran.out.trim_end(), home.desk.borrow().text.clone().unwrap());
}

#[test]
fn logout_ends_all_sessions_of_this_user_and_nothing_else() {
    let home = Home::with(&["web"]);
    let secret = home.jeton(["login"]).run().exits(Exit::Done).out;
    login(&home, "alice");
    let other = login(&home, "bob");
    // One's own are opened again in a moment, so nobody is asked.
    let ran = home.jeton(["logout"]).answers([]).var("NO_COLOR", "1").run().exits(Exit::Done).prints("");
    assert_eq!(ran.err.lines().filter(|line| line.starts_with("revoked session-alice-")).count(), 2, "{}", ran.err);
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Revoked);
    home.jeton(["list", "-q"]).run().prints(&format!("{other}\nweb\n"));
    home.jeton(["logout"]).run().gives(Exit::Done, "", "you are not logged in\n");
    home.jeton(["logout", "--json"]).run().exits(Exit::Done).prints("[]\n");
}

#[test]
fn logout_ends_sessions_however_they_were_made() {
    let home = Home::with(&[]);
    home.jeton(["create", "by hand", "--type", "session"]).run().exits(Exit::Done);
    home.jeton(["create", "a client", "--type", "client"]).run().exits(Exit::Done);
    let json = home.jeton(["logout", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert_eq!((&json[0]["name"], &json[0]["status"]), (&json!("by hand"), &json!("revoked")));
    home.jeton(["list", "-q"]).run().prints("a client\n");
}

#[test]
fn logout_ends_sessions_that_an_edit_could_bring_back() {
    let home = Home::with(&[]);
    let spent = home.jeton(["login"]).var("LOGNAME", "bob").run().exits(Exit::Done).out.trim_end().to_owned();
    home.jeton(["edit", "session-bob-1", "--max-uses", "1"]).run().exits(Exit::Done);
    home.jeton(["verify"]).stdin(&spent).run().exits(Exit::Done);
    let logout = || home.jeton(["logout"]).var("LOGNAME", "bob").run().exits(Exit::Done);
    logout().says("you are not logged in\nand a session that had ended by itself\n");
    home.jeton(["edit", "session-bob-1", "--max-uses", "unlimited"]).run().exits(Exit::Done);
    assert_eq!(home.verdict(&spent), Exit::Revoked);
    logout().gives(Exit::Done, "", "you are not logged in\n");
}

#[test]
fn logout_all_ends_everybodys_sessions_and_asks_before_several() {
    let home = Home::with(&["web"]);
    login(&home, "alice");
    login(&home, "bob");
    home.jeton(["logout", "--all"]).run().exits(Exit::Refused).says("--yes");
    home.jeton(["logout", "--all"]).answers(["n"]).run().exits(Exit::Refused);
    home.jeton(["list", "-q"]).run().prints("session-bob-1\nsession-alice-1\nweb\n");
    let ran = home.jeton(["logout", "--all"]).answers(["y"]).var("NO_COLOR", "1").run().exits(Exit::Done);
    ran.says("revoked session-bob-1 (").says("revoked session-alice-1 (");
    home.jeton(["list", "-q"]).run().prints("web\n");
    home.jeton(["logout", "--all"]).run().gives(Exit::Done, "", "nobody is logged in\n");
    login(&home, "bob");
    home.jeton(["logout", "--all"]).run().exits(Exit::Done).says("revoked session-bob-2");
    login(&home, "alice");
    login(&home, "bob");
    home.jeton(["logout", "--all", "--yes"]).run().exits(Exit::Done);
    home.jeton(["list", "-q"]).run().prints("web\n");
}

#[test]
fn without_a_vault_nobody_can_log_out() {
    let home = Home::new();
    for words in [&["logout"][..], &["logout", "--all"]] {
        home.jeton(words).run().exits(Exit::NotFound).says("there is no vault");
    }
    assert!(!home.path("data").exists());
}

#[test]
fn odd_names_of_users_are_kept_as_they_are() {
    let home = Home::with(&[]);
    let long = "x".repeat(90);
    for user in ["a  b", "Zoë", "ключ", "a/b:c", "-a", "it's", long.as_str()] {
        let name = login(&home, user);
        assert_eq!(name, format!("session-{user}-1"));
        let shown = home.jeton(["show", &name, "--json"]).run().exits(Exit::Done).json();
        assert_eq!(shown["owner"], user);
        home.jeton(["logout"]).var("LOGNAME", user).run().exits(Exit::Done).says(&name);
    }
    // Two spellings of one name are one user.
    assert_eq!(login(&home, "Zoe\u{308}"), "session-Zoë-2");
}

#[test]
fn who_cannot_be_named_is_told_so_before_anything_is_made() {
    let home = Home::new();
    let long = "x".repeat(101);
    for user in [" ", "a ", "a\nb", "a\u{1b}[2J", "\u{202e}a", "\u{200b}", &long] {
        let ran = home.jeton(["login"]).var("LOGNAME", user).run().exits(Exit::Usage).prints("");
        let ran = ran.says("error: LOGNAME: an owner is 1 to 100 visible").says("\nhint: set LOGNAME");
        assert!(!ran.err.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.err);
    }
    // With what is put around it, this would be too long for a name.
    let ran = home.jeton(["login"]).var("LOGNAME", "x".repeat(91)).run().exits(Exit::Usage).prints("");
    ran.says("error: the name of the session: a name has at most 100 characters\nhint: ").says("LOGNAME");
    assert!(!home.path("data").exists());
}

#[test]
fn a_number_that_makes_the_name_too_long_is_told_so() {
    let home = Home::with(&[]);
    let user = "x".repeat(90);
    home.create(&format!("session-{user}-9"));
    let ran = home.jeton(["login"]).var("LOGNAME", &user).run().exits(Exit::Usage).prints("");
    ran.says("the name of the session: a name has at most 100 characters").says("LOGNAME");
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM token"), 1);
}

#[test]
fn a_session_by_create_lives_as_long_and_cannot_be_endless() {
    let home = Home::new();
    let endless = ["create", "s", "--type", "session", "--expires", "never"];
    home.jeton(endless).run().exits(Exit::Usage).says("a session has an end").prints("");
    assert!(!home.path("data").exists());
    let json = home.jeton(["create", "s", "--type", "session", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(json["expires_at"], "2026-11-21T22:00:00.000Z");
    let words = ["create", "t", "--type", "session", "--expires", "90d", "--json"];
    assert_eq!(home.jeton(words).run().exits(Exit::Done).json()["expires_at"], "2027-02-19T12:00:00.000Z");
    home.jeton(["edit", "s", "--expires", "never"]).run().exits(Exit::Usage).says("a session has an end");
}

#[test]
fn no_name_made_by_hand_keeps_anybody_from_logging_in() {
    let home = Home::with(&["session-bob-999999999999999"]);
    let names = [(); 3].map(|()| login(&home, "bob"));
    assert_eq!(names, ["session-bob-1000000000000000", "session-bob-1000000000000001", "session-bob-1000000000000002"]);
}
