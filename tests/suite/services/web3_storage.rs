//! web3.storage: any number of tokens, one for each application, by descriptive names; listed, copied again at any
//! time, and deleted for good after a warning.

use std::collections::BTreeSet;

use jeton::token::exit::Exit;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use super::{asked, listed};
use crate::support::home::{Home, PASSPHRASE, bytes_of};

const APPLICATIONS: [&str; 5] =
    ["Photo album (production)", "video-archive", "Büro: Ablage", "写真アルバム", "nightly backup @ eu-1"];

#[test]
fn every_application_has_a_token_of_its_own_by_a_descriptive_name() {
    let home = Home::keeping(&[]);
    let secrets = APPLICATIONS.map(|name| home.create(name));
    assert_eq!(BTreeSet::from(secrets.clone()).len(), APPLICATIONS.len());
    for (name, secret) in APPLICATIONS.iter().zip(&secrets) {
        let verdict = home.jeton(["verify", "--json"]).stdin(secret).run().exits(Exit::Done).json();
        assert_eq!(verdict["token"]["name"], *name);
    }
    // A name tells which application it is, so no two have the same.
    home.jeton(["create", APPLICATIONS[0]]).run().exits(Exit::Exists).prints("").says("choose another name");
}

#[test]
fn there_is_no_limit_to_how_many() {
    let home = Home::keeping(&[]);
    let names: Vec<_> = (0..120).map(|n| format!("application {n}")).collect();
    let secrets: String = names.iter().map(|name| home.create(name) + "\n").collect();
    assert_eq!(listed(&home, &[]), names.iter().rev().cloned().collect::<Vec<_>>());
    let verdicts = home.jeton(["verify", "--batch"]).stdin(secrets).run().exits(Exit::Done).out;
    assert_eq!(verdicts.matches(r#""verdict":"valid""#).count(), names.len());
}

#[test]
fn the_list_tells_all_of_them_and_no_secret() {
    let home = Home::keeping(&[]);
    let secrets = APPLICATIONS.map(|name| home.create(name));
    for format in [&["list"][..], &["list", "--all"], &["list", "--json"]] {
        let mut ran = home.jeton(format).run().exits(Exit::Done);
        for (name, secret) in APPLICATIONS.iter().zip(&secrets) {
            assert!(ran.out.contains(name) && ran.out.contains(&secret[..16]), "{name}: {}", ran.out);
            ran = ran.hides(secret).hides(&secret[16..]);
        }
    }
}

#[test]
fn a_new_token_is_on_the_clipboard_at_once() {
    let home = Home::keeping(&[]).with_clipboard();
    home.jeton(["create", "Photo album"]).answers([]).run().exits(Exit::Done).prints("").says("`jeton copy`");
    let (copied, _, _) = home.desk.borrow().put.clone().expect("it was put there");
    assert_eq!(asked(&home, &copied, &[]), Exit::Done);
}

#[test]
fn a_token_is_copied_again_at_any_time() {
    let home = Home::keeping(&[]).with_clipboard();
    let secret = home.create("Photo album");
    for _ in 0..3 {
        home.create(&format!("another after {}", listed(&home, &[]).len()));
        home.pass(SignedDuration::from_hours(24 * 400));
        home.desk.borrow_mut().put = None;
        home.jeton(["copy", "Photo album"]).answers([PASSPHRASE]).run().exits(Exit::Done).prints("").hides(&secret);
        let (copied, _, _) = home.desk.borrow().put.clone().expect("it was put there");
        assert_eq!(copied, secret);
    }
    assert_eq!(asked(&home, &secret, &[]), Exit::Done);
}

#[test]
fn a_script_without_a_clipboard_has_it_printed() {
    let home = Home::keeping(&[]);
    let secret = home.create("Photo album");
    home.jeton(["copy", "Photo album"]).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::NotHere).hides(&secret);
    let printed = home.jeton(["copy", "Photo album", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
    printed.gives(Exit::Done, &format!("{secret}\n"), "");
}

#[test]
fn deleting_warns_that_services_stop_and_asks() {
    let home = Home::keeping(&[]);
    let secret = home.create("Photo album");
    let ran = home.jeton(["delete", "Photo album"]).answers(["n"]).run().exits(Exit::Refused);
    ran.says("will be deleted for good").says("services using it stop working").says("nothing was deleted");
    home.jeton(["delete", "Photo album"]).run().exits(Exit::Refused).says("`--yes`");
    assert_eq!(asked(&home, &secret, &[]), Exit::Done);
    home.jeton(["delete", "Photo album"]).answers(["y"]).run().exits(Exit::Done).says("deleted Photo album");
    assert_eq!(asked(&home, &secret, &[]), Exit::Unknown);
}

#[test]
fn only_the_application_whose_token_is_deleted_stops() {
    let home = Home::keeping(&[]);
    let secrets = APPLICATIONS.map(|name| home.create(name));
    home.jeton(["delete", APPLICATIONS[2], "--yes"]).run().exits(Exit::Done);
    for (name, secret) in APPLICATIONS.iter().zip(&secrets) {
        let answer = if *name == APPLICATIONS[2] { Exit::Unknown } else { Exit::Done };
        assert_eq!(asked(&home, secret, &[]), answer, "{name}");
    }
    assert_eq!(listed(&home, &["--all"]).len(), APPLICATIONS.len() - 1);
}

#[test]
fn what_is_deleted_cannot_be_had_back() {
    let home = Home::keeping(&["Photo album"]).with_clipboard();
    home.jeton(["delete", "Photo album", "--yes"]).run().exits(Exit::Done);
    for words in [
        &["show", "Photo album"][..],
        &["copy", "Photo album"],
        &["copy", "Photo album", "--print"],
        &["restore", "Photo album"],
        &["rotate", "Photo album"],
        &["edit", "Photo album", "--expires", "never"],
        &["delete", "Photo album", "--yes"],
    ] {
        let ran = home.jeton(words).var("JETON_PASSPHRASE", PASSPHRASE).run();
        ran.exits(Exit::NotFound).prints("").says("there is no token `Photo album`");
    }
    assert!(listed(&home, &["--all"]).is_empty());
    assert!(home.desk.borrow().put.is_none());
}

#[test]
fn nothing_of_a_deleted_token_remains_in_the_file() {
    let home = Home::keeping(&["other"]);
    let secret = home.jeton(["create", "Photo album", "-d", "uploads of the seaside"]).run().out.trim_end().to_owned();
    let digest = Sha256::digest(&secret).to_vec();
    let sealed: Vec<u8> = home.sql("SELECT sealed FROM secret ORDER BY token_seq DESC LIMIT 1");
    let holds = |what: &[u8]| bytes_of(&home.vault()).windows(what.len()).any(|window| window == what);
    let traces = [&digest[..12], &sealed[..16], b"seaside"];
    assert!(traces.iter().all(|trace| holds(trace)), "or this test shows nothing");
    home.jeton(["delete", "Photo album"]).answers(["y"]).run().exits(Exit::Done);
    assert!(!traces.iter().any(|trace| holds(trace)));
}

#[test]
fn a_new_token_by_the_name_of_a_deleted_one_is_another_token() {
    let home = Home::keeping(&[]);
    let old = home.create("Photo album");
    home.jeton(["delete", "Photo album", "--yes"]).run().exits(Exit::Done);
    let new = home.create("Photo album");
    assert_ne!(old[..16], new[..16]);
    assert_eq!((asked(&home, &old, &[]), asked(&home, &new, &[])), (Exit::Unknown, Exit::Done));
    let printed = home.jeton(["copy", "Photo album", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
    printed.prints(&format!("{new}\n"));
}
