//! `jeton create`: a vault if there is none, a token, and its secret in the right hands.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use jeton::host::Unanswered;
use jeton::token::exit::Exit;
use jeton::token::secret::Secret;

use crate::support::home::{Home, PASSPHRASE};

#[test]
fn a_script_gets_the_secret_and_nothing_else_on_stdout() {
    let home = Home::new();
    let ran = home.jeton(["create", "web-upload"]).run().exits(Exit::Done);
    let secret = ran.out.strip_suffix('\n').unwrap();
    assert!(Secret::parse(secret.as_bytes()).is_ok(), "{secret}");
    let id = &secret[..16];
    let vault = home.vault();
    assert_eq!(
        ran.err,
        format!(
            "made a vault at {}\n\
             it has no passphrase: it is a show-once vault, and keeps no copies of secrets\n\
             created web-upload ({id})\n  expires: never\n  can be copied again: no, it is shown only now\n",
            vault.display()
        )
    );
}

#[test]
fn the_vault_and_its_directory_are_closed_from_the_first_moment() {
    let home = Home::with(&["a"]);
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(home.vault()), 0o600);
    assert_eq!(mode(home.path("data")), 0o700);
    assert_eq!(std::fs::read_dir(home.path("data")).unwrap().count(), 1, "nothing but the vault is left behind");
}

#[test]
fn the_first_create_at_a_terminal_asks_twice_for_a_passphrase() {
    let home = Home::new();
    home.jeton(["create", "web"])
        .answers([PASSPHRASE, PASSPHRASE])
        .run()
        .exits(Exit::Done)
        .says("an empty passphrase makes a show-once vault")
        .says("New passphrase: Repeat the passphrase: ")
        .says("can be copied again: yes, with `jeton copy`");
    // Later ones ask nothing.
    home.jeton(["create", "api"]).answers([]).run().exits(Exit::Done).says("can be copied again: yes");
}

#[test]
fn an_empty_passphrase_makes_a_show_once_vault() {
    let home = Home::new();
    home.jeton(["create", "web"]).answers(["", ""]).run().exits(Exit::Done).says("show-once vault");
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM setting WHERE key = 'public_key'"), 0);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM secret WHERE sealed IS NOT NULL"), 0);
}

#[test]
fn two_different_passphrases_make_nothing() {
    let home = Home::new();
    home.jeton(["create", "web"]).answers(["one", "two"]).run().exits(Exit::Locked).says("differ");
    assert!(!home.vault().exists());
}

#[test]
fn leaving_the_passphrase_prompt_makes_nothing() {
    let home = Home::new();
    home.jeton(["create", "web"]).refuses(Unanswered::Interrupted).run().exits(Exit::Interrupted);
    home.jeton(["create", "web"]).refuses(Unanswered::EndOfInput).run().exits(Exit::Locked);
    assert!(!home.vault().exists());
}

#[test]
fn a_given_passphrase_is_taken_instead_of_asking() {
    for (variable, by_file) in [("JETON_PASSPHRASE", false), ("JETON_PASSPHRASE_FILE", true)] {
        let home = Home::new();
        let file = home.path("passphrase");
        std::fs::write(&file, format!("{PASSPHRASE}\n")).unwrap();
        let value = if by_file { file.into_os_string() } else { PASSPHRASE.into() };
        home.jeton(["create", "web"]).var(variable, value).answers([]).run().exits(Exit::Done).says("again: yes");
        let ran = home.jeton(["copy", "web", "--print"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    }
}

#[test]
fn an_empty_variable_gives_no_passphrase() {
    let home = Home::new();
    home.jeton(["create", "web"]).var("JETON_PASSPHRASE", "").run().exits(Exit::Done).says("show-once vault");
}

#[test]
fn the_flag_wins_over_the_environment() {
    let home = Home::new();
    let file = home.path("passphrase");
    std::fs::write(&file, PASSPHRASE).unwrap();
    let flag = format!("--passphrase-file={}", file.display());
    home.jeton(["create", "web", &flag]).var("JETON_PASSPHRASE", "another").run().exits(Exit::Done);
    home.jeton(["copy", "web", "--print"]).var("JETON_PASSPHRASE", "another").run().exits(Exit::Locked);
    home.jeton(["copy", "web", "--print", &flag]).run().exits(Exit::Done);
}

#[test]
fn a_passphrase_file_must_hold_one_line() {
    let home = Home::new();
    for (content, why) in [("", "it is empty"), ("\n", "it is empty"), ("a\nb\n", "more than one line")] {
        std::fs::write(home.path("p"), content).unwrap();
        let flag = format!("--passphrase-file={}", home.path("p").display());
        home.jeton(["create", "web", &flag]).run().exits(Exit::Usage).says(why);
    }
    home.jeton(["create", "web", "--passphrase-file=/no/such/file"]).run().exits(Exit::Usage).says("/no/such/file");
    assert!(!home.vault().exists());
}

#[test]
fn json_is_one_document_with_the_secret_in_it() {
    let home = Home::new();
    let json = home
        .jeton(["create", "Admin api key", "--json", "--expires", "90d", "--description", "for tests"])
        .var("LOGNAME", "bob")
        .run()
        .exits(Exit::Done)
        .json();
    assert_eq!(json["name"], "Admin api key");
    assert_eq!(json["owner"], "bob");
    assert_eq!(json["type"], "client");
    assert_eq!(json["description"], "for tests");
    assert_eq!(json["status"], "active");
    assert_eq!(json["created_at"], "2026-11-21T12:00:00.000Z");
    assert_eq!(json["expires_at"], "2027-02-19T12:00:00.000Z");
    assert_eq!(json["recoverable"], false);
    assert_eq!(json["scopes"], serde_json::json!([]));
    assert_eq!(json["labels"], serde_json::json!({}));
    assert_eq!(json["max_uses"], serde_json::Value::Null);
    assert_eq!(json["uses"], 0);
    assert_eq!(json["secrets"][0]["last_used_at"], serde_json::Value::Null);
    assert!(json["secret"].as_str().unwrap().starts_with(json["id"].as_str().unwrap()));
}

#[test]
fn the_owner_is_logname_else_user_else_the_systems_record() {
    let home = Home::with(&[]);
    let owner = |ran: crate::support::home::Ran| ran.json()["owner"].as_str().unwrap().to_owned();
    assert_eq!(owner(home.jeton(["create", "a", "--json"]).var("LOGNAME", "l").var("USER", "u").run()), "l");
    assert_eq!(owner(home.jeton(["create", "b", "--json"]).var("LOGNAME", "").var("USER", "u").run()), "u");
    assert_eq!(owner(home.jeton(["create", "c", "--json"]).run()), "alice");
}

#[test]
fn expiry_is_shown_absolute_and_relative() {
    let home = Home::with(&[]);
    home.jeton(["create", "a", "--expires", "90d"]).run().says("expires: 2027-02-19 12:00 UTC (in 90 days)");
    home.jeton(["create", "b", "--expires", "never"]).run().says("expires: never");
    home.jeton(["create", "c", "--expires", "2027-01-31"]).run().says("expires: 2027-01-31 23:59 UTC (in 71 days)");
}

#[test]
fn an_expiry_that_cannot_be_is_refused_before_anything_is_made() {
    let home = Home::new();
    for bad in ["0d", "-1d", "2020-01-01", "10000-01-01", "9999999999y", "soon", ""] {
        home.jeton(["create", "web", "--expires", bad]).run().exits(Exit::Usage).says("hint: ");
    }
    assert!(!home.vault().exists());
}

#[test]
fn a_prefix_of_ones_own_becomes_part_of_id_and_secret() {
    let home = Home::with(&[]);
    let ran = home.jeton(["create", "a", "--prefix", "acme_live", "--json"]).run().exits(Exit::Done);
    let json = ran.json();
    assert!(json["secret"].as_str().unwrap().starts_with("acme_live_"));
    assert_eq!(json["secret"].as_str().unwrap().len(), "acme_live_".len() + 61);
    home.jeton(["verify"]).stdin(json["secret"].as_str().unwrap()).run().exits(Exit::Done);
    for bad in ["", "_a", "a_", "1a", "a-b", "a b", "seventeen_is_fine_but_not_this"] {
        home.jeton(["create", "b", "--prefix", bad]).run().exits(Exit::Usage);
    }
}

#[test]
fn once_keeps_no_copy_even_in_a_vault_that_could() {
    let home = Home::keeping(&[]);
    home.jeton(["create", "web", "--once"]).run().exits(Exit::Done).says("no, it is shown only now");
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM secret WHERE sealed IS NOT NULL"), 0);
}

#[test]
fn a_name_is_unique() {
    let home = Home::with(&["web"]);
    home.jeton(["create", "web"]).run().gives(
        Exit::Exists,
        "",
        "error: a token named `web` already exists\n\
         hint: choose another name; `jeton show web` tells of the token that has it\n",
    );
    // The same name in another spelling of Unicode.
    home.create("nai\u{308}ve");
    home.jeton(["create", "na\u{ef}ve"]).run().exits(Exit::Exists);
}

#[test]
fn a_bad_name_is_refused_with_its_reason() {
    let home = Home::new();
    let long = "x".repeat(101);
    for (name, why) in [
        ("", "empty"),
        (" a", "blank"),
        ("a\nb", "control"),
        ("a\u{202e}b", "reorder"),
        ("jtn_4fzN0c1Qw9Lk", "id of a token"),
        (long.as_str(), "at most 100"),
    ] {
        let ran = home.jeton(["create", "--", name]).run().exits(Exit::Usage).says(why);
        assert!(!ran.err.trim_end().contains(['\u{202e}', '\u{1b}']), "{:?}", ran.err);
        assert_eq!(ran.err.lines().count(), 2, "{:?}", ran.err);
    }
    home.jeton(["create", "--", "-rf"]).run().exits(Exit::Usage).says("cannot begin with `-`");
    assert!(!home.vault().exists());
}

#[test]
fn at_a_terminal_with_a_clipboard_the_secret_goes_there_and_not_to_the_screen() {
    let home = Home::keeping(&[]).with_clipboard();
    let ran = home
        .jeton(["create", "web"])
        .answers([])
        .run()
        .exits(Exit::Done)
        .prints("")
        .says("the secret is on the clipboard, and is cleared from it in 45 seconds");
    let (secret, clear_after, restore) = home.desk.borrow_mut().put.take().unwrap();
    ran.hides(&secret);
    assert_eq!((clear_after, restore), (Some(Duration::from_secs(45)), None));
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
}

#[test]
fn print_shows_it_also() {
    let home = Home::keeping(&[]).with_clipboard();
    let ran = home.jeton(["create", "web", "--print"]).answers([]).run().exits(Exit::Done);
    assert_eq!(ran.out.trim_end(), home.desk.borrow().text.clone().unwrap());
}

#[test]
fn what_cannot_be_copied_again_is_shown_although_it_was_copied() {
    let home = Home::keeping(&[]).with_clipboard();
    let ran = home.jeton(["create", "web", "--once"]).answers([]).run().exits(Exit::Done);
    assert_eq!(ran.out.trim_end(), home.desk.borrow().text.clone().unwrap());
}

#[test]
fn no_copy_leaves_the_clipboard_alone_and_shows_the_secret() {
    let home = Home::keeping(&[]).with_clipboard();
    let ran = home.jeton(["create", "web", "--no-copy"]).answers([]).run().exits(Exit::Done);
    assert!(home.desk.borrow().put.is_none());
    assert!(ran.out.starts_with("jtn_"));
}

#[test]
fn a_script_that_wants_the_clipboard_says_so() {
    let home = Home::keeping(&[]).with_clipboard();
    home.create("quiet");
    assert!(home.desk.borrow().put.is_none(), "nobody is there");
    let ran = home.jeton(["create", "web", "--copy", "--clear-after", "never"]).run().exits(Exit::Done);
    assert_eq!(ran.out.trim_end(), home.desk.borrow().text.clone().unwrap(), "stdout is a script's");
    assert_eq!(home.desk.borrow().put.clone().unwrap().1, None);
}

#[test]
fn without_a_clipboard_it_still_succeeds_and_says_that_nothing_was_copied() {
    let home = Home::keeping(&[]);
    let ran = home.jeton(["create", "web"]).answers([]).run().exits(Exit::Done).says("nothing was copied: ");
    assert!(ran.out.starts_with("jtn_"), "then it is shown");
}

#[test]
fn output_goes_to_a_new_file_of_mode_0600_and_nowhere_else() {
    let home = Home::with(&[]);
    let file = home.path("secret");
    let flag = file.to_str().unwrap().to_owned();
    home.jeton(["create", "web", "--output", &flag]).run().exits(Exit::Done).prints("").says(&flag);
    let secret = std::fs::read_to_string(&file).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    home.jeton(["verify"]).stdin(&secret).run().exits(Exit::Done);
    let odd = home.path("umask");
    home.jeton(["create", "odd", "--output", odd.to_str().unwrap()]).run().exits(Exit::Done);
    std::fs::remove_file(odd).unwrap();
    // No draft is left beside it.
    assert_eq!(std::fs::read_dir(home.path("")).unwrap().count(), 2);
}

#[test]
fn output_never_overwrites_and_makes_no_token_instead() {
    let home = Home::with(&[]);
    let file = home.path("taken");
    std::fs::write(&file, "precious").unwrap();
    home.jeton(["create", "web", "--output", file.to_str().unwrap()]).run().exits(Exit::Exists).says("already exists");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
    let link = home.path("link");
    std::os::unix::fs::symlink("nowhere", &link).unwrap();
    home.jeton(["create", "web", "--output", link.to_str().unwrap()]).run().exits(Exit::Exists);
    home.jeton(["create", "web", "--output", "/no/such/directory/f"]).run().exits(Exit::Usage);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM token"), 0);
}

#[test]
fn a_stdout_that_fails_names_the_token_and_the_way_on() {
    for how in [ErrorKind::BrokenPipe, ErrorKind::StorageFull] {
        let home = Home::keeping(&[]);
        home.jeton(["create", "web"])
            .broken_stdout(how)
            .run()
            .exits(Exit::Failed)
            .says("the secret of `web` could not be delivered")
            .says("`jeton copy web --print`");
        home.jeton(["create", "api", "--once"]).broken_stdout(how).run().exits(Exit::Failed).says("rotate");
        assert_eq!(home.sql::<i64>("SELECT count(*) FROM token"), 2, "they exist, and are named");
    }
}

#[test]
fn every_create_is_on_record_with_the_systems_own_actor() {
    let home = Home::with(&[]);
    home.jeton(["create", "web"]).var("LOGNAME", "mallory").run().exits(Exit::Done);
    assert_eq!(
        home.sql::<String>("SELECT group_concat(action || ' ' || actor, ', ') FROM event ORDER BY seq"),
        "init alice@paper, create alice@paper"
    );
    assert_eq!(home.sql::<String>("SELECT token_name FROM event WHERE action = 'create'"), "web");
}

#[test]
fn a_new_token_tells_caches_that_verdicts_may_have_changed() {
    let home = Home::with(&["a"]);
    let before: i64 = home.sql("SELECT value FROM setting WHERE key = 'generation'");
    let secret = home.create("b");
    let after: i64 = home.sql("SELECT value FROM setting WHERE key = 'generation'");
    assert!(after > before);
    home.jeton(["verify"]).stdin(secret).run().exits(Exit::Done);
    assert_eq!(
        home.sql::<i64>("SELECT value FROM setting WHERE key = 'generation'"),
        after,
        "a stamp changes no verdict"
    );
}

#[test]
fn a_secret_that_went_nowhere_is_told_to_be_lost() {
    let home = Home::with(&[]);
    let lost = "so nobody holds this secret";
    home.jeton(["create", "web"]).stdout_goes_nowhere().run().exits(Exit::Done).says(lost);
    let file = home.path("secret");
    let ran = home.jeton(["create", "api", "--output", file.to_str().unwrap()]).stdout_goes_nowhere().run();
    assert!(!ran.exits(Exit::Done).err.contains(lost));
    // What can be copied again is not lost.
    let home = Home::keeping(&[]);
    let ran = home.jeton(["create", "web"]).stdout_goes_nowhere().run();
    assert!(!ran.exits(Exit::Done).err.contains(lost));
    home.jeton(["create", "api", "--once"]).stdout_goes_nowhere().run().exits(Exit::Done).says(lost);
}

#[test]
fn a_dash_is_stdin_and_stdout() {
    let home = Home::new();
    let secret = home.jeton(["create", "web", "--output", "-", "--passphrase-file", "-"]).stdin("p\n").run().out;
    home.jeton(["verify", "--file", "-"]).stdin(&secret).run().exits(Exit::Done);
    home.jeton(["verify", "--batch", "--file", "-"]).stdin(&secret).run().exits(Exit::Done);
    let again = home.jeton(["copy", "web", "--print", "--passphrase-file=-"]).stdin("p").run().exits(Exit::Done);
    assert_eq!(again.out, secret);
    assert!(!home.path("-").exists());
}
