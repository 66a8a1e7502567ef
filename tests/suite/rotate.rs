//! `jeton rotate`: a new secret under the same name, and how long the old one goes on.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;

use jeton::store::{Access, Location};
use jeton::token::exit::Exit;
use jeton::token::span::Life;
use jeton::vault::{Moment, Rotated, Vault};
use jiff::SignedDuration;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;

use crate::support::home::{Home, PASSPHRASE};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// Rotates `web` and gives its new secret.
#[track_caller]
fn rotate(home: &Home, words: &[&str]) -> String {
    let words = ["rotate", "web"].iter().chain(words);
    home.jeton(words).run().exits(Exit::Done).out.trim_end().to_owned()
}

/// The new secret is in a file only after it is in the vault, and what others do between cannot be said on a command
/// line.
fn by_hand(home: &Home, grace: Option<&str>, meanwhile: impl FnOnce(&mut Vault, &Moment)) -> (Vault, Rotated, Moment) {
    let mut vault = Vault::open(&Location::File(home.vault()), Access::Write).unwrap();
    let moment =
        Moment { now: "2026-11-21T13:00:00Z".parse().unwrap(), actor: "alice@paper".into(), by: None, presented: None };
    let token = vault.token("web").unwrap();
    let rotation = vault.prepare_rotation(&token, &moment, &mut UnwrapErr(SysRng)).unwrap();
    meanwhile(&mut vault, &moment);
    let rotated = vault.rotate(rotation, grace.map(|grace| Life::parse(grace).unwrap()), &moment).unwrap();
    (vault, rotated, moment)
}

#[test]
fn the_old_secret_stops_at_once() {
    let home = Home::with(&[]);
    let old = home.create("web");
    let ran = home.jeton(["rotate", "web"]).run();
    let new = ran.out.trim_end().to_owned();
    let id = &old[..16];
    ran.hides(&old).gives(
        Exit::Done,
        &format!("{new}\n"),
        &format!(
            "rotated web ({id})\n  the old secret works no more\n  can be copied again: no, it is shown only now\n"
        ),
    );
    assert_eq!((home.verdict(&old), home.verdict(&new)), (Exit::Revoked, Exit::Done));
    assert!(new.starts_with(id) && new[16..55] != old[16..55]);
}

#[test]
fn a_grace_lets_the_old_secret_work_until_its_end_and_not_longer() {
    let home = Home::with(&[]);
    let old = home.create("web");
    let ran = home.jeton(["rotate", "web", "--grace", "24h"]).run().exits(Exit::Done);
    let new = ran.out.trim_end().to_owned();
    ran.says("  the old secret works until 2026-11-22 12:00 UTC (in 24 hours)\n");
    assert_eq!((home.verdict(&old), home.verdict(&new)), (Exit::Done, Exit::Done));
    home.pass(24 * HOUR - MILLISECOND);
    assert_eq!((home.verdict(&old), home.verdict(&new)), (Exit::Done, Exit::Done));
    home.pass(MILLISECOND);
    assert_eq!((home.verdict(&old), home.verdict(&new)), (Exit::Revoked, Exit::Done));
}

#[test]
fn everything_but_the_secret_stays() {
    let home = Home::with(&[]);
    let words = ["create", "Admin api key", "--scope", "a.*", "--label", "env=production", "--owner", "bob"];
    let more = ["--description", "uploads", "--expires", "90d", "--max-uses", "5", "--type", "session"];
    let old = home.jeton(words.into_iter().chain(more)).run().exits(Exit::Done).out;
    home.jeton(["verify"]).stdin(&old).run().exits(Exit::Done);
    let mut before = home.jeton(["show", "Admin api key", "--json"]).run().json();
    home.pass(HOUR);
    home.jeton(["rotate", &old[..16], "--grace", "2d"]).run().exits(Exit::Done);
    let mut after = home.jeton(["show", "Admin api key", "--json"]).run().json();
    let (made, secrets) = (before["secrets"].take(), after["secrets"].take());
    assert_eq!(before, after);
    assert_eq!(secrets[0]["created_at"], made[0]["created_at"]);
    assert_eq!(secrets[0]["last_used_at"], made[0]["last_used_at"]);
    assert_eq!(secrets[0]["retires_at"], "2026-11-23T13:00:00.000Z");
    assert_eq!(secrets[1]["created_at"], "2026-11-21T13:00:00.000Z");
    assert!(secrets[1]["retires_at"].is_null() && secrets[1]["last_used_at"].is_null());
}

#[test]
fn uses_are_counted_for_the_token_whichever_secret_is_used() {
    let home = Home::with(&[]);
    let old = home.jeton(["create", "web", "--max-uses", "3"]).run().out;
    home.jeton(["verify"]).stdin(&old).run().exits(Exit::Done);
    let new = rotate(&home, &["--grace", "1h"]);
    home.jeton(["verify"]).stdin(&new).run().exits(Exit::Done);
    home.jeton(["verify"]).stdin(&old).run().exits(Exit::Done);
    home.jeton(["verify"]).stdin(&new).run().exits(Exit::UsedUp);
    home.jeton(["verify"]).stdin(&old).run().exits(Exit::UsedUp);
}

#[test]
fn it_needs_no_passphrase_and_the_new_secret_can_be_copied_as_the_old_could() {
    let home = Home::keeping(&["web"]);
    let new = rotate(&home, &[]);
    let copy = || home.jeton(["copy", "web", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
    copy().exits(Exit::Done).prints(&format!("{new}\n"));
    let newer = rotate(&home, &["--grace", "1h"]);
    copy().exits(Exit::Done).prints(&format!("{newer}\n"));
}

#[test]
fn a_token_of_which_no_copy_is_kept_gets_none() {
    let home = Home::keeping(&[]);
    home.jeton(["create", "web", "--once"]).run().exits(Exit::Done);
    home.jeton(["rotate", "web"]).run().exits(Exit::Done).says("can be copied again: no, it is shown only now");
    home.jeton(["copy", "web", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Refused);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM secret WHERE sealed IS NOT NULL"), 0);
}

#[test]
fn a_policy_that_forbids_copies_holds_for_new_secrets_too() {
    let home = Home::keeping(&["web"]);
    home.jeton(["policy", "set", "recoverable", "never"]).run().exits(Exit::Done);
    let json = home.jeton(["rotate", "web", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(json["recoverable"], false);
    home.jeton(["copy", "web", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Refused);
}

#[test]
fn a_copy_that_was_forgotten_meanwhile_stays_forgotten() {
    let home = Home::keeping(&["web"]);
    let (_, rotated, _) = by_hand(&home, None, |vault, moment| {
        let token = vault.token("web").unwrap();
        assert!(vault.forget(&token, moment).unwrap());
    });
    assert!(!rotated.issued.token.recoverable());
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM secret WHERE sealed IS NOT NULL"), 0);
}

#[test]
fn rotating_again_keeps_every_promise_already_made() {
    let home = Home::with(&[]);
    let first = home.create("web");
    let second = rotate(&home, &["--grace", "24h"]);
    home.pass(HOUR);
    let third = rotate(&home, &["--grace", "2h"]);
    home.pass(HOUR);
    let fourth = rotate(&home, &[]);
    let now = || [&first, &second, &third, &fourth].map(|secret| home.verdict(secret) == Exit::Done);
    assert_eq!(now(), [true, true, false, true]);
    home.pass(HOUR - MILLISECOND);
    assert_eq!(now(), [true, true, false, true]);
    home.pass(MILLISECOND);
    assert_eq!(now(), [true, false, false, true]);
    home.pass(21 * HOUR - MILLISECOND);
    assert_eq!(now(), [true, false, false, true]);
    home.pass(MILLISECOND);
    assert_eq!(now(), [false, false, false, true]);
}

#[test]
fn show_tells_during_a_grace_which_secret_was_used_when() {
    let home = Home::with(&[]);
    let old = home.create("web");
    home.pass(HOUR);
    let new = rotate(&home, &["--grace", "24h"]);
    home.pass(HOUR);
    home.jeton(["verify"]).stdin(&old).run().exits(Exit::Done);
    home.pass(HOUR);
    let rows = |home: &Home| {
        let shown = home.jeton(["show", "web"]).run().exits(Exit::Done).out;
        shown.lines().filter(|line| line.contains("secret")).map(str::to_owned).collect::<Vec<_>>()
    };
    let old_row = "old secret     last used 60 minutes ago, made 3 hours ago, ends in 22 hours";
    let new_row = "new secret     last used never, made 2 hours ago";
    assert_eq!(rows(&home), [old_row, new_row]);
    home.jeton(["verify"]).stdin(&new).run().exits(Exit::Done);
    let json = home.jeton(["show", "web", "--json"]).run().json();
    let used = |at: usize| json["secrets"][at]["last_used_at"].as_str();
    assert_eq!(used(0), Some("2026-11-21T14:00:00.000Z"));
    assert_eq!(used(1), Some("2026-11-21T15:00:00.000Z"));
    assert_eq!(json["last_used_at"], "2026-11-21T15:00:00.000Z");
    home.pass(24 * HOUR);
    assert_eq!(rows(&home), ["ended secrets  1, last used 2026-11-21 14:00 UTC (25 hours ago)"]);
}

// The end of a grace.

#[test]
fn finish_ends_the_grace_at_once() {
    let home = Home::with(&[]);
    let old = home.create("web");
    let new = rotate(&home, &["--grace", "24h"]);
    home.pass(HOUR);
    let id = &old[..16];
    let said = format!("ended the grace of web ({id})\n");
    home.jeton(["rotate", "--finish", "web"]).run().gives(Exit::Done, "", &said);
    assert_eq!((home.verdict(&old), home.verdict(&new)), (Exit::Revoked, Exit::Done));
    assert_eq!(home.events().last().unwrap(), "rotate web the grace was ended");
}

#[test]
fn where_no_grace_is_left_there_is_nothing_to_end() {
    let home = Home::with(&["web"]);
    let id = home.jeton(["show", "web", "--json"]).run().json()["id"].as_str().unwrap().to_owned();
    let said = format!("no old secret of web ({id}) works any more; there was nothing to end\n");
    let nothing = || drop(home.jeton(["rotate", "--finish", "web"]).run().gives(Exit::Done, "", &said));
    nothing();
    rotate(&home, &[]);
    nothing();
    rotate(&home, &["--grace", "1h"]);
    home.pass(HOUR);
    nothing();
    assert_eq!(home.events().len(), 4, "{:?}", home.events());
    let json = home.jeton(["rotate", "--finish", "--force", "web", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(json["name"], "web");
}

#[test]
fn finish_refuses_while_the_old_secret_is_in_use() {
    let home = Home::with(&[]);
    let old = home.create("web");
    rotate(&home, &["--grace", "24h"]);
    home.pass(HOUR);
    home.jeton(["verify"]).stdin(&old).run().exits(Exit::Done);
    home.pass(HOUR);
    let before = home.events();
    home.jeton(["rotate", "--finish", "web"]).run().gives(
        Exit::Refused,
        "",
        "error: an old secret of `web` has been used since the new one was made, last at 2026-11-21T13:00:00Z\n\
         hint: find out who still uses it, or end it all the same with `jeton rotate --finish web --force`\n",
    );
    assert_eq!((home.verdict(&old), home.events()), (Exit::Done, before));
    home.jeton(["rotate", "--finish", "web", "--force"]).run().exits(Exit::Done);
    assert_eq!(home.verdict(&old), Exit::Revoked);
}

/// A last use is written at most once a minute, but for the one that this depends on.
#[test]
fn a_use_right_after_the_rotation_is_not_overlooked() {
    let creates = [&["create", "web"][..], &["create", "web", "--max-uses", "9"]];
    let times = [SignedDuration::ZERO, MILLISECOND, SignedDuration::from_secs(30)];
    for (create, before) in creates.iter().flat_map(|create| times.map(|before| (create, before))) {
        let home = Home::with(&[]);
        let old = home.jeton(create.iter().copied()).run().exits(Exit::Done).out;
        home.jeton(["verify"]).stdin(&old).run().exits(Exit::Done);
        home.pass(before);
        rotate(&home, &["--grace", "24h"]);
        home.pass(MILLISECOND);
        home.jeton(["verify"]).stdin(&old).run().exits(Exit::Done);
        home.jeton(["rotate", "--finish", "web"]).run().exits(Exit::Refused);
    }
}

#[test]
fn uses_before_the_rotation_and_looks_after_it_are_no_obstacle() {
    let home = Home::with(&[]);
    let old = home.create("web");
    home.jeton(["verify"]).stdin(&old).run().exits(Exit::Done);
    home.pass(HOUR);
    rotate(&home, &["--grace", "24h"]);
    home.pass(HOUR);
    assert_eq!(home.verdict(&old), Exit::Done);
    home.jeton(["rotate", "--finish", "web"]).run().exits(Exit::Done);
    assert_eq!(home.verdict(&old), Exit::Revoked);
}

#[test]
fn several_graces_end_together_or_not_at_all() {
    let home = Home::with(&[]);
    let first = home.create("web");
    let second = rotate(&home, &["--grace", "24h"]);
    home.pass(HOUR);
    // Since the second was made, but not since the third.
    home.jeton(["verify"]).stdin(&first).run().exits(Exit::Done);
    home.pass(HOUR);
    let third = rotate(&home, &["--grace", "24h"]);
    home.pass(HOUR);
    home.jeton(["verify"]).stdin(&second).run().exits(Exit::Done);
    home.jeton(["rotate", "--finish", "web"]).run().exits(Exit::Refused);
    assert_eq!([&first, &second].map(|secret| home.verdict(secret)), [Exit::Done; 2]);
    home.jeton(["rotate", "--finish", "web", "--force"]).run().exits(Exit::Done);
    assert_eq!([&first, &second].map(|secret| home.verdict(secret)), [Exit::Revoked; 2]);
    assert_eq!(home.verdict(&third), Exit::Done);
    assert_eq!(home.events().iter().filter(|event| event.ends_with("the grace was ended")).count(), 1);
}

#[test]
fn only_what_the_current_secret_replaced_is_asked_about() {
    let home = Home::with(&[]);
    let first = home.create("web");
    rotate(&home, &["--grace", "24h"]);
    home.pass(HOUR);
    home.jeton(["verify"]).stdin(&first).run().exits(Exit::Done);
    home.pass(HOUR);
    rotate(&home, &["--grace", "24h"]);
    home.jeton(["rotate", "--finish", "web"]).run().exits(Exit::Done);
    assert_eq!(home.verdict(&first), Exit::Revoked);
}

// What is refused, and what is not.

#[test]
fn words_that_do_not_fit_together_are_refused() {
    let home = Home::with(&[]);
    let old = home.create("web");
    for words in [
        &["--finish", "--grace", "1h"][..],
        &["--finish", "--print"],
        &["--finish", "--copy"],
        &["--finish", "--no-copy"],
        &["--finish", "--output", "file"],
        &["--finish", "--clear-after", "1m"],
        &["--force"],
        &["--force", "--grace", "1h"],
        &["--force", "--output", "file"],
        &["--grace", "0h"],
        &["--grace", "-1h"],
        &["--grace", "never"],
        &["--grace", "soon"],
        &["other"],
    ] {
        let words = ["rotate", "web"].iter().chain(words);
        home.jeton(words).run().exits(Exit::Usage).prints("");
    }
    // Only the vault's clock can tell that this is later than anybody counts.
    home.jeton(["rotate", "web", "--grace", "9000y"]).run().exits(Exit::Usage).prints("");
    assert_eq!((home.verdict(&old), home.events().len()), (Exit::Done, 2));
}

#[test]
fn an_unknown_token_and_a_missing_vault_are_not_found() {
    let home = Home::with(&["web-upload"]);
    home.jeton(["rotate", "web-uplod"]).run().exits(Exit::NotFound).prints("").says("did you mean `web-upload`?");
    home.jeton(["rotate", "--finish", "nope"]).run().exits(Exit::NotFound);
    assert_eq!(home.events().len(), 2);
    let nothing = Home::new();
    nothing.jeton(["rotate", "web"]).run().exits(Exit::NotFound).says("`jeton create NAME` makes a vault");
    assert!(!nothing.path("data").exists());
}

#[test]
fn a_revoked_token_can_be_rotated_and_stays_revoked() {
    let home = Home::with(&[]);
    let old = home.create("web");
    home.jeton(["revoke", "web"]).run().exits(Exit::Done);
    let ran = home.jeton(["rotate", "web"]).run().exits(Exit::Done);
    let new = ran.out.trim_end().to_owned();
    ran.says("this token does not work any more: it is revoked\n");
    assert_eq!([&old, &new].map(|secret| home.verdict(secret)), [Exit::Revoked; 2]);
    home.jeton(["restore", "web"]).run().exits(Exit::Done);
    assert_eq!([&old, &new].map(|secret| home.verdict(secret)), [Exit::Revoked, Exit::Done]);
}

#[test]
fn an_expired_token_is_not_brought_back_by_a_new_secret() {
    let home = Home::with(&[]);
    home.jeton(["create", "web", "--expires", "1h"]).run().exits(Exit::Done);
    home.pass(HOUR);
    let ran = home.jeton(["rotate", "web"]).run().exits(Exit::Done);
    assert_eq!(home.verdict(&ran.out), Exit::Expired);
    ran.says("this token does not work any more: it is expired\n");
}

// The clock.

#[test]
fn a_clock_that_is_set_back_revives_nothing() {
    let home = Home::with(&[]);
    let mut ended = Vec::new();
    let mut current = home.create("web");
    for _ in 0..3 {
        ended.push(std::mem::replace(&mut current, rotate(&home, &[])));
        home.pass(-HOUR);
        assert_eq!(home.verdict(&current), Exit::Done);
        for secret in &ended {
            assert_eq!(home.verdict(secret), Exit::Revoked);
        }
        let shown = home.jeton(["show", "web"]).run().out;
        assert!(shown.contains(&format!("ended secrets  {}, ", ended.len())), "{shown}");
    }
    let before = home.events();
    home.jeton(["rotate", "--finish", "web"]).run().exits(Exit::Done).says("there was nothing to end");
    assert_eq!(home.events(), before);
}

#[test]
fn a_clock_that_is_set_back_revives_no_grace_that_was_ended() {
    for by_secret in [false, true] {
        let home = Home::with(&[]);
        let old = home.create("web");
        home.pass(HOUR);
        let new = rotate(&home, &["--grace", "24h"]);
        home.pass(2 * HOUR);
        match by_secret {
            false => home.jeton(["rotate", "--finish", "web"]).run().exits(Exit::Done),
            true => home.jeton(["revoke"]).stdin(&old).run().exits(Exit::Done),
        };
        for _ in 0..4 {
            assert_eq!([&old, &new].map(|secret| home.verdict(secret)), [Exit::Revoked, Exit::Done]);
            home.pass(-HOUR);
        }
    }
}

#[test]
fn a_clock_that_is_corrected_in_two_steps_revives_nothing() {
    for by_secret in [false, true] {
        let home = Home::with(&[]);
        let old = home.create("web");
        home.pass(10 * HOUR);
        rotate(&home, &["--grace", "3h"]);
        home.pass(-HOUR);
        match by_secret {
            false => home.jeton(["rotate", "--finish", "web"]).run().exits(Exit::Done),
            true => home.jeton(["revoke"]).stdin(&old).run().exits(Exit::Done),
        };
        home.pass(-HOUR);
        rotate(&home, &[]);
        assert_eq!(home.verdict(&old), Exit::Revoked);
    }
}

#[test]
fn a_grace_is_not_ended_by_a_clock_that_cannot_tell() {
    let home = Home::with(&[]);
    let old = home.create("web");
    home.pass(24 * HOUR);
    rotate(&home, &["--grace", "3d"]);
    home.pass(-23 * HOUR);
    home.jeton(["verify"]).stdin(&old).run().exits(Exit::Done);
    home.jeton(["rotate", "--finish", "web"]).run().exits(Exit::Refused).says("has been used since");
    home.jeton(["rotate", "--finish", "web", "--force"]).run().exits(Exit::Done);
}

#[test]
fn a_grace_counts_from_the_clock_of_its_rotation() {
    let home = Home::with(&[]);
    let old = home.create("web");
    home.pass(-10 * HOUR);
    let new = rotate(&home, &["--grace", "2h"]);
    assert_eq!([&old, &new].map(|secret| home.verdict(secret)), [Exit::Done; 2]);
    home.pass(2 * HOUR);
    assert_eq!([&old, &new].map(|secret| home.verdict(secret)), [Exit::Revoked, Exit::Done]);
}

// Where the new secret goes.

#[test]
fn json_is_one_document_with_the_new_secret_and_both_secrets_times() {
    let home = Home::with(&[]);
    let old = home.create("web");
    home.pass(HOUR);
    let json = home.jeton(["rotate", "web", "--grace", "1h", "--json"]).run().exits(Exit::Done).json();
    assert_eq!((json["name"].as_str(), json["id"].as_str()), (Some("web"), Some(&old[..16])));
    assert_eq!(home.verdict(json["secret"].as_str().unwrap()), Exit::Done);
    let secrets = json["secrets"].as_array().unwrap();
    assert_eq!(secrets.len(), 2);
    assert_eq!(secrets[0]["retires_at"], "2026-11-21T14:00:00.000Z");
    assert_eq!(secrets[1]["created_at"], "2026-11-21T13:00:00.000Z");
    assert!(secrets[1]["retires_at"].is_null());
}

#[test]
fn at_a_terminal_it_goes_to_the_clipboard_and_not_to_the_screen() {
    let home = Home::keeping(&["web"]).with_clipboard();
    let ran = home.jeton(["rotate", "web"]).answers([]).run().exits(Exit::Done).prints("");
    let (secret, clear_after, _) = home.desk.borrow().put.clone().unwrap();
    ran.hides(&secret).says("the secret is on the clipboard, and is cleared from it in 45 seconds");
    assert_eq!((home.verdict(&secret), clear_after.unwrap().as_secs()), (Exit::Done, 45));
    let ran = home.jeton(["rotate", "web", "--print"]).answers([]).run().exits(Exit::Done);
    assert_eq!(ran.out.trim_end(), home.desk.borrow().text.clone().unwrap());
    home.jeton(["rotate", "web", "--no-copy"]).answers([]).run().exits(Exit::Done);
    assert_eq!(ran.out.trim_end(), home.desk.borrow().text.clone().unwrap());
}

#[test]
fn the_secret_before_is_not_put_back_on_the_clipboard() {
    let home = Home::keeping(&[]).with_clipboard();
    home.jeton(["create", "web"]).answers([]).run().exits(Exit::Done);
    home.jeton(["rotate", "web"]).answers([]).run().exits(Exit::Done);
    let (_, _, restore) = home.desk.borrow().put.clone().unwrap();
    assert_eq!(restore, None);
}

#[test]
fn what_cannot_be_copied_again_is_shown_although_it_was_copied() {
    let home = Home::with(&["web"]).with_clipboard();
    let ran = home.jeton(["rotate", "web"]).answers([]).run().exits(Exit::Done);
    assert_eq!(ran.out.trim_end(), home.desk.borrow().text.clone().unwrap());
}

#[test]
fn output_goes_to_a_new_file_of_mode_0600_and_nowhere_else() {
    let home = Home::keeping(&[]);
    let old = home.create("web");
    let file = home.path("secret");
    let ran = home.jeton(["rotate", "web", "--output", file.to_str().unwrap()]).run().exits(Exit::Done).prints("");
    let new = std::fs::read_to_string(&file).unwrap();
    ran.hides(new.trim_end()).says("the secret is in ");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!((home.verdict(&old), home.verdict(&new)), (Exit::Revoked, Exit::Done));
}

#[test]
fn a_file_that_is_in_the_way_leaves_the_old_secret_working() {
    let home = Home::with(&[]);
    let old = home.create("web");
    let file = home.path("secret");
    std::fs::write(&file, "mine").unwrap();
    home.jeton(["rotate", "web", "--output", file.to_str().unwrap()]).run().exits(Exit::Exists).says("already exists");
    let nowhere = home.path("none/secret");
    home.jeton(["rotate", "web", "--output", nowhere.to_str().unwrap()]).run().exits(Exit::Usage);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!((home.verdict(&old), home.events().len()), (Exit::Done, 2));
}

#[test]
fn a_rotation_that_is_taken_back_leaves_the_old_secret_as_it_was() {
    let home = Home::keeping(&[]);
    let old = home.create("web");
    for grace in [None, Some("24h")] {
        let (mut vault, rotated, moment) = by_hand(&home, grace, |_, _| {});
        vault.undo_rotation(&rotated, &moment).unwrap();
        let _wiped = vault.wipe();
        home.pass(48 * HOUR);
        assert_eq!(home.verdict(&old), Exit::Done);
        assert_eq!(home.verdict(rotated.issued.secret.expose()), Exit::Unknown);
        assert_eq!(home.events().last().unwrap(), "rotate web undone: the new secret could not be delivered");
    }
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM secret"), 1);
    home.jeton(["copy", "web", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run().prints(&format!("{old}\n"));
}

#[test]
fn taking_a_rotation_back_revives_nothing_that_somebody_else_has_ended() {
    let home = Home::with(&[]);
    let old = home.create("web");
    home.pass(HOUR);
    let (mut vault, rotated, moment) = by_hand(&home, None, |_, _| {});
    let newest = rotate(&home, &[]);
    vault.undo_rotation(&rotated, &moment).unwrap();
    assert_eq!([&old, &newest].map(|secret| home.verdict(secret)), [Exit::Revoked, Exit::Done]);
}

#[test]
fn a_stdout_that_fails_names_the_token_and_the_way_on() {
    let home = Home::with(&["a b"]);
    let ran = home.jeton(["rotate", "a b"]).broken_stdout(ErrorKind::StorageFull).run().exits(Exit::Failed);
    ran.says("the secret of `a b` could not be delivered").says("`jeton rotate 'a b'` gives it a new one");
    let home = Home::keeping(&["web"]);
    let ran = home.jeton(["rotate", "web", "--json"]).broken_stdout(ErrorKind::BrokenPipe).run().exits(Exit::Failed);
    assert!(ran.error_json()["hint"].as_str().unwrap().contains("`jeton copy web --print`"));
}

#[test]
fn a_secret_that_went_nowhere_is_told_to_be_lost() {
    let home = Home::with(&["web"]);
    home.jeton(["rotate", "web"]).stdout_goes_nowhere().run().exits(Exit::Done).says("nobody holds this secret");
}

// What is on record.

#[test]
fn every_rotation_is_one_event_and_tells_caches() {
    let home = Home::with(&["web"]);
    let generation = || home.sql::<i64>("SELECT value FROM setting WHERE key = 'generation'");
    let before = generation();
    rotate(&home, &[]);
    rotate(&home, &["--grace", "1h"]);
    home.jeton(["rotate", "--finish", "web"]).run().exits(Exit::Done);
    let expected = ["rotate web", "rotate web the old secret works until 2026-11-21T13:00:00Z"];
    assert_eq!(home.events()[2..4], expected);
    assert_eq!(home.events()[4..], ["rotate web the grace was ended"]);
    assert_eq!(generation(), before + 3);
    home.jeton(["log", "--check"]).run().exits(Exit::Done);
}
