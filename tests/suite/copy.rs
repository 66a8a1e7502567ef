//! `jeton copy`: the secret again.

use std::time::Duration;

use jeton::host::Unanswered;
use jeton::token::exit::Exit;

use crate::support::home::{Home, PASSPHRASE};

#[test]
fn the_passphrase_brings_the_secret_to_the_clipboard() {
    let home = Home::keeping(&[]).with_clipboard();
    let secret = home.create("web");
    home.jeton(["copy", "web"])
        .answers([PASSPHRASE])
        .run()
        .exits(Exit::Done)
        .prints("")
        .says("Passphrase: ")
        .says("cleared from it in 45 seconds")
        .hides(&secret);
    assert_eq!(home.desk.borrow().put.clone(), Some((secret, Some(Duration::from_secs(45)), None)));
    home.jeton(["cp", "web", "--clear-after", "2m"]).answers([PASSPHRASE]).run().says("in 2 minutes");
}

#[test]
fn print_writes_it_to_stdout_and_leaves_the_clipboard_alone() {
    let home = Home::keeping(&[]).with_clipboard();
    let secret = home.create("web");
    home.jeton(["copy", "web", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run().gives(
        Exit::Done,
        &format!("{secret}\n"),
        "",
    );
    assert!(home.desk.borrow().put.is_none());
    let json = home.jeton(["copy", "web", "--print", "--json"]).var("JETON_PASSPHRASE", PASSPHRASE).run().json();
    assert_eq!((json["secret"].as_str(), json["copied"].as_bool()), (Some(secret.as_str()), Some(false)));
}

#[test]
fn a_wrong_passphrase_is_5_and_on_record() {
    let home = Home::keeping(&["web"]);
    home.jeton(["copy", "web", "--print"]).answers(["wrong"]).run().exits(Exit::Locked).prints("");
    assert_eq!(home.sql::<String>("SELECT detail FROM event WHERE action = 'refuse'"), "wrong passphrase");
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM event WHERE action = 'reveal'"), 0);
}

#[test]
fn every_reveal_is_on_record() {
    let home = Home::keeping(&["web"]);
    home.jeton(["copy", "web", "--print"]).answers([PASSPHRASE]).run().exits(Exit::Done);
    assert_eq!(home.sql::<String>("SELECT token_name FROM event WHERE action = 'reveal'"), "web");
}

#[test]
fn nobody_there_and_no_passphrase_fails_at_once_and_names_the_flag() {
    let home = Home::keeping(&["web"]);
    home.jeton(["copy", "web", "--print"]).run().exits(Exit::Locked).says("--passphrase-file");
}

#[test]
fn leaving_the_prompt_reveals_nothing() {
    let home = Home::keeping(&["web"]);
    home.jeton(["copy", "web", "--print"]).refuses(Unanswered::Interrupted).run().exits(Exit::Interrupted).prints("");
    home.jeton(["copy", "web", "--print"]).refuses(Unanswered::EndOfInput).run().exits(Exit::Locked).prints("");
}

#[test]
fn what_was_shown_once_is_refused_before_anybody_is_asked() {
    let home = Home::with(&["web"]);
    home.jeton(["copy", "web"]).answers([]).run().exits(Exit::Refused).says("rotate").says("jeton create web");
    let home = Home::keeping(&[]);
    home.jeton(["create", "web", "--once"]).run().exits(Exit::Done);
    home.jeton(["copy", "web", "--print"]).answers([]).run().exits(Exit::Refused);
}

#[test]
fn no_clipboard_is_8_with_the_way_out_and_nobody_is_asked() {
    let home = Home::keeping(&["web"]);
    home.jeton(["copy", "web"]).answers([]).run().exits(Exit::NotHere).says("`jeton copy web --print`");
}

#[test]
fn the_earlier_text_comes_back_unless_it_is_a_secret_of_this_vault() {
    let home = Home::keeping(&[]).with_clipboard();
    let (web, api) = (home.create("web"), home.create("api"));
    home.desk.borrow_mut().text = Some("a shopping list".into());
    home.jeton(["copy", "web"]).answers([PASSPHRASE]).run().exits(Exit::Done);
    assert_eq!(home.desk.borrow().put.clone().unwrap().2.as_deref(), Some("a shopping list"));
    for earlier in [web.clone(), format!("  {web}\n")] {
        home.desk.borrow_mut().text = Some(earlier);
        home.jeton(["copy", "api"]).answers([PASSPHRASE]).run().exits(Exit::Done);
        let (put, _, restore) = home.desk.borrow().put.clone().unwrap();
        assert_eq!((put, restore), (api.clone(), None));
    }
}

#[test]
fn a_copy_that_was_moved_to_another_row_does_not_open() {
    let home = Home::keeping(&["web", "api"]);
    home.tamper("UPDATE secret SET sealed = (SELECT sealed FROM secret WHERE token_seq = 1) WHERE token_seq = 2");
    home.jeton(["copy", "api", "--print"]).answers([PASSPHRASE]).run().exits(Exit::Vault).prints("");
    home.jeton(["copy", "web", "--print"]).answers([PASSPHRASE]).run().exits(Exit::Done);
}

#[test]
fn a_forged_public_key_does_not_unlock() {
    let home = Home::keeping(&["web"]);
    home.tamper("UPDATE setting SET value = randomblob(32) WHERE key = 'public_key'");
    home.jeton(["copy", "web", "--print"]).answers([PASSPHRASE]).run().exits(Exit::Locked).prints("");
}

#[test]
fn a_copy_of_what_no_longer_works_says_so() {
    let home = Home::keeping(&["web"]);
    home.tamper("UPDATE token SET revoked_at = 1");
    let ran = home.jeton(["copy", "web", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
    ran.exits(Exit::Done).says("does not work any more: it is revoked");
}
