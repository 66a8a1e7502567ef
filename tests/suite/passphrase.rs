//! `vault passphrase`: another one, a first one, none any more; and nothing that the old one opens.

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Instant;

use jeton::host::Unanswered;
use jeton::token::exit::Exit;
use rusqlite::Connection;
use serde_json::json;

use crate::support::disk::Disk;
use crate::support::home::{Home, PASSPHRASE, Ran};
use crate::support::real::{Machine, assert_sound};
use crate::support::traces::Traces;

const NEW: &str = "battery staple";

/// A file with a passphrase in it.
fn file(home: &Home, passphrase: &str) -> PathBuf {
    let file = home.path("new-passphrase");
    fs::write(&file, format!("{passphrase}\n")).unwrap();
    file
}

/// Changes the passphrase from one to the other, as a script does.
#[track_caller]
fn change(home: &Home, old: &str, new: &str) -> Ran {
    let file = file(home, new);
    let words = ["vault", "passphrase", "--new-passphrase-file", file.to_str().unwrap()];
    home.jeton(words).var("JETON_PASSPHRASE", old).run()
}

/// What `copy --print` answers under a passphrase.
#[track_caller]
fn copy(home: &Home, passphrase: &str) -> Ran {
    home.jeton(["copy", "web", "--print"]).var("JETON_PASSPHRASE", passphrase).run()
}

fn setting(home: &Home, key: &str) -> Vec<u8> {
    home.sql(&format!("SELECT cast(value AS BLOB) FROM setting WHERE key = '{key}'"))
}

#[test]
fn the_new_passphrase_opens_and_the_old_one_does_not() {
    let home = Home::keeping(&[]);
    let secret = home.create("web");
    let before = ["public_key", "wrapped_key", "argon2_salt"].map(|key| setting(&home, key));
    let said = "changed the passphrase\nbackups from before still open with the old one\n";
    change(&home, PASSPHRASE, NEW).gives(Exit::Done, "", said);
    copy(&home, NEW).exits(Exit::Done).prints(&format!("{secret}\n"));
    copy(&home, PASSPHRASE).exits(Exit::Locked).hides(&secret);
    // The key is the same, and is wrapped anew.
    let after = ["public_key", "wrapped_key", "argon2_salt"].map(|key| setting(&home, key));
    assert_eq!(before[0], after[0]);
    assert!(before[1] != after[1] && before[1][..24] != after[1][..24] && before[2] != after[2]);
    assert_eq!(home.verdict(&secret), Exit::Done);
    let done = ["init", "create web", "passphrase changed", "reveal web", "refuse web wrong passphrase"];
    assert_eq!(home.events(), done);
    home.jeton(["log", "--check"]).run().exits(Exit::Done);
}

#[test]
fn what_was_done_is_told_in_json() {
    let home = Home::keeping(&["web", "ssh"]);
    let vault = home.vault().display().to_string();
    let file = file(&home, NEW);
    let set = ["vault", "passphrase", "--json", "--new-passphrase-file", file.to_str().unwrap()];
    let ran = home.jeton(set).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Done);
    assert_eq!(ran.json(), json!({"vault": vault, "recoverable": true, "done": "changed"}));
    let remove = || home.jeton(["vault", "passphrase", "--remove", "--yes", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(remove(), json!({"vault": vault, "recoverable": false, "done": "removed", "copies_dropped": 2}));
    assert_eq!(remove(), json!({"vault": vault, "recoverable": false, "done": null}));
    let ran = home.jeton(set).run().exits(Exit::Done);
    assert_eq!(ran.json(), json!({"vault": vault, "recoverable": true, "done": "added"}));
    let error = home.jeton(["vault", "passphrase", "--json"]).run().exits(Exit::Locked).prints("").error_json();
    assert_eq!(error["code"], "locked");
}

#[test]
fn a_wrong_old_passphrase_changes_nothing_and_is_on_record() {
    let home = Home::keeping(&["web"]);
    let wrapped = setting(&home, "wrapped_key");
    change(&home, "wrong", NEW).exits(Exit::Locked).prints("").says("error: the passphrase is wrong\nhint: ");
    assert_eq!(setting(&home, "wrapped_key"), wrapped);
    assert_eq!(home.events(), ["init", "create web", "refuse wrong passphrase"]);
    copy(&home, PASSPHRASE).exits(Exit::Done);
}

#[test]
fn somebody_who_is_there_is_asked_for_the_old_one_and_twice_for_the_new() {
    let home = Home::keeping(&["web"]);
    let ran =
        home.jeton(["vault", "passphrase", "--color=never"]).answers([PASSPHRASE, NEW, NEW]).run().exits(Exit::Done);
    ran.says("Passphrase: New passphrase: Repeat the passphrase: changed the passphrase\n").hides(NEW);
    copy(&home, NEW).exits(Exit::Done);
    // A wrong old one is known before a new one is asked for.
    home.jeton(["vault", "passphrase", "--color=never"]).answers(["wrong"]).run().exits(Exit::Locked);
    let ran =
        home.jeton(["vault", "passphrase", "--color=never"]).answers([NEW, "one", "two"]).run().exits(Exit::Locked);
    ran.says("the two passphrases differ; nothing was changed\nhint: ");
    let ran = home.jeton(["vault", "passphrase"]).refuses(Unanswered::Interrupted).run();
    ran.exits(Exit::Interrupted);
    copy(&home, NEW).exits(Exit::Done);
}

#[test]
fn what_is_given_is_not_asked_for() {
    let home = Home::keeping(&["web"]);
    let ran = home.jeton(["vault", "passphrase"]).var("JETON_PASSPHRASE", PASSPHRASE).answers([NEW, NEW]).run();
    ran.exits(Exit::Done);
    let file = file(&home, PASSPHRASE);
    let set = ["vault", "passphrase", "--new-passphrase-file", file.to_str().unwrap()];
    home.jeton(set).answers([NEW]).run().exits(Exit::Done);
    copy(&home, PASSPHRASE).exits(Exit::Done);
    // Nobody can type the old one here, and the new one is good.
    let ran = home.jeton(set).run().exits(Exit::Locked);
    ran.says("nobody is there to type it").says("--passphrase-file");
}

#[test]
fn without_a_terminal_the_missing_flag_is_named_at_once() {
    let home = Home::keeping(&["web"]);
    for passphrase in [PASSPHRASE, "wrong", ""] {
        let ran = home.jeton(["vault", "passphrase"]).var("JETON_PASSPHRASE", passphrase).run().exits(Exit::Locked);
        ran.says("error: a new passphrase is needed, and nobody is there to type it\nhint: ")
            .says("--new-passphrase-file");
    }
    Home::with(&[]).jeton(["vault", "passphrase"]).run().exits(Exit::Locked).says("--new-passphrase-file");
    assert_eq!(home.events(), ["init", "create web"], "no passphrase was tried");
}

#[test]
fn an_empty_passphrase_is_not_a_removal() {
    let home = Home::keeping(&["web"]);
    let empty = |ran: Ran| {
        let ran = ran.exits(Exit::Usage).prints("");
        ran.says("the new passphrase is empty; nothing was changed\nhint: `jeton vault passphrase --remove`");
    };
    empty(change(&home, PASSPHRASE, ""));
    empty(home.jeton(["vault", "passphrase", "--color=never"]).answers([PASSPHRASE, ""]).run());
    let from_stdin = ["vault", "passphrase", "--new-passphrase-file", "-"];
    empty(home.jeton(from_stdin).var("JETON_PASSPHRASE", PASSPHRASE).stdin("").run());
    copy(&home, PASSPHRASE).exits(Exit::Done);
    let show_once = Home::with(&[]);
    empty(change(&show_once, PASSPHRASE, ""));
    empty(show_once.jeton(["vault", "passphrase", "--color=never"]).answers([""]).run());
}

#[test]
fn one_of_the_two_may_come_from_stdin() {
    let home = Home::keeping(&["web"]);
    let old = home.path("old");
    fs::write(&old, PASSPHRASE).unwrap();
    let set = ["vault", "passphrase", "--new-passphrase-file"];
    let ran = home.jeton(set).word("-").word("--passphrase-file").word(&old).stdin(format!("{NEW}\n")).run();
    ran.exits(Exit::Done);
    let new = file(&home, "third");
    let ran = home.jeton(set).word(new).word("--passphrase-file").word("-").stdin(NEW).run();
    ran.exits(Exit::Done);
    copy(&home, "third").exits(Exit::Done);
    for by_flag in [true, false] {
        let both = home.jeton(set).word("-").stdin("third\nfourth\n");
        let both = match by_flag {
            true => both.word("--passphrase-file=-"),
            false => both.var("JETON_PASSPHRASE_FILE", "-"),
        };
        both.run().exits(Exit::Usage).says("the old and the new passphrase cannot both come from stdin\nhint: ");
    }
    copy(&home, "third").exits(Exit::Done);
}

#[test]
fn a_bad_file_is_an_error_before_anything_is_asked() {
    let home = Home::keeping(&["web"]);
    let long = [b'x'; 4097];
    for (name, content) in
        [("none", None), ("two lines", Some(&b"a\nb\n"[..])), ("no text", Some(b"\xff")), ("long", Some(&long))]
    {
        let file = home.path(name);
        content.iter().for_each(|content| fs::write(&file, content).unwrap());
        let ran = home.jeton(["vault", "passphrase", "--new-passphrase-file"]).word(&file).answers([]).run();
        ran.exits(Exit::Usage).says(&format!("the passphrase file {}: ", file.display()));
    }
}

#[test]
fn what_may_be_a_passphrase_is_not_repeated() {
    let home = Home::keeping(&[]);
    for words in [
        &["vault", "passphrase", "hunter2"][..],
        &["vault", "passphrase", "--new-passphrase=hunter2"],
        &["vault", "passphrase", "--hunter2"],
    ] {
        home.jeton(words).run().exits(Exit::Usage).hides("hunter2").says("--new-passphrase-file PATH");
    }
    home.jeton(["vault", "passphrase", "--remove", "--new-passphrase-file", "x"]).run().exits(Exit::Usage);
    home.jeton(["vault", "passphrase", "--yes"]).run().exits(Exit::Usage).says("--remove");
}

#[test]
fn a_show_once_vault_is_given_one_and_keeps_copies_from_then_on() {
    let home = Home::with(&["before"]);
    let said = "added a passphrase
secrets that are made from now on can be copied again; those from before cannot
";
    // There is no old one, so the one that is given is not asked about.
    change(&home, "whatever", NEW).gives(Exit::Done, "", said);
    let secret = home.create("web");
    copy(&home, NEW).exits(Exit::Done).prints(&format!("{secret}\n"));
    let ran = home.jeton(["copy", "before", "--print"]).var("JETON_PASSPHRASE", NEW).run();
    ran.exits(Exit::Refused).says("no copy of the secret of `before` was kept");
    let event = home.events().into_iter().find(|event| event.starts_with("passphrase"));
    assert_eq!(event.unwrap(), "passphrase added");
    let ran = Home::with(&[]).jeton(["vault", "passphrase"]).answers([NEW, NEW]).run().exits(Exit::Done);
    ran.says("this is a show-once vault. With a passphrase it keeps copies");
}

#[test]
fn a_policy_that_forbids_copies_is_told_of() {
    let home = Home::with(&[]);
    home.jeton(["policy", "set", "recoverable", "never"]).run().exits(Exit::Done);
    change(&home, "", NEW).exits(Exit::Done).says("policy `recoverable` is `never`, so no copies of secrets are kept");
    home.create("web");
    copy(&home, NEW).exits(Exit::Refused);
}

#[test]
fn removing_asks_tells_what_goes_and_leaves_the_tokens_valid() {
    let home = Home::keeping(&[]);
    let (web, ssh) = (home.create("web"), home.create("ssh"));
    let old = web.clone();
    let web = home.jeton(["rotate", "web", "--grace", "1h"]).run().exits(Exit::Done).out;
    let asked = "the passphrase will be removed, and with it 3 sealed copies, for good:
nobody can copy these secrets again; the tokens go on working.
secrets that are made from then on are shown only once.
Remove it? [y/N] ";
    let remove = || home.jeton(["vault", "passphrase", "--remove", "--color=never"]);
    let refused = format!("{asked}error: not confirmed; nothing was removed\nhint: answer `y`, or add `--yes`\n");
    remove().answers(["n"]).run().gives(Exit::Refused, "", &refused);
    copy(&home, PASSPHRASE).exits(Exit::Done);
    let said = "removed the passphrase, and 3 sealed copies
it is a show-once vault now, and keeps no copies of secrets
";
    remove().answers(["y"]).run().gives(Exit::Done, "", &format!("{asked}{said}"));
    for secret in [&old, &web, &ssh] {
        assert_eq!(home.verdict(secret), Exit::Done);
    }
    copy(&home, PASSPHRASE).exits(Exit::Refused);
    assert_eq!(home.sql::<i64>("SELECT count(sealed) FROM secret"), 0);
    assert_eq!(home.sql::<i64>("SELECT count(*) FROM setting WHERE key NOT IN ('vault_id', 'generation')"), 0);
    assert_eq!(home.events().last().unwrap(), "passphrase removed");
    remove().run().gives(Exit::Done, "", "this vault has no passphrase; nothing was changed\n");
    assert_eq!(home.events().len(), 6);
}

#[test]
fn one_copy_and_none_are_told_as_such() {
    let home = Home::keeping(&["web"]);
    let remove = ["vault", "passphrase", "--remove"];
    home.jeton(remove).answers(["n"]).run().says("and with it 1 sealed copy, for good:\n");
    home.jeton(["edit", "web", "--forget", "--yes"]).run().exits(Exit::Done);
    home.jeton(remove).answers(["n"]).run().says("the passphrase will be removed; no sealed copy is kept.\n");
    home.jeton(remove).word("--yes").run().says("removed the passphrase, and 0 sealed copies\n");
}

#[test]
fn removing_without_a_terminal_wants_yes() {
    let home = Home::keeping(&["web", "ssh"]);
    let ran = home.jeton(["vault", "passphrase", "--remove"]).run().exits(Exit::Refused).prints("");
    ran.says("nobody is there to confirm that the passphrase and 2 sealed copies are to be removed\nhint: add `--yes`");
    copy(&home, PASSPHRASE).exits(Exit::Done);
    home.jeton(["vault", "passphrase", "--remove", "--yes"]).run().exits(Exit::Done);
    copy(&home, PASSPHRASE).exits(Exit::Refused);
}

#[test]
fn a_passphrase_that_comes_after_a_removal_has_another_key() {
    let home = Home::keeping(&["web"]);
    let before = setting(&home, "public_key");
    home.jeton(["vault", "passphrase", "--remove", "--yes"]).run().exits(Exit::Done);
    change(&home, "", PASSPHRASE).exits(Exit::Done);
    assert_ne!(setting(&home, "public_key"), before);
}

/// In a small vault, which is rebuilt, and in one that is searched.
#[test]
fn nothing_that_the_old_passphrase_opens_is_left_in_the_file() {
    for tokens in [0, 30_000] {
        let home = Home::keeping(&["web"]);
        home.tamper(&format!(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {tokens})
             INSERT INTO token SELECT n + 1000, printf('jtn_%012d', n), 'token ' || n, 'client', 'bob', '[]', '{{}}',
                                      '', 0, NULL, NULL, 0, NULL FROM n WHERE {tokens} > 0;
             INSERT INTO secret SELECT seq, randomblob(32), randomblob(113), 0, NULL, NULL
                                FROM token WHERE seq > 1000"
        ));
        assert_eq!(home.vault().metadata().unwrap().len() > 4 << 20, tokens > 0);
        let old = Traces::of(["wrapped_key", "argon2_salt"].map(|key| setting(&home, key)));
        assert!(!old.found(&home.vault()).is_empty());
        let ran = change(&home, PASSPHRASE, NEW).exits(Exit::Done);
        assert!(!ran.err.contains("may still be"), "{}", ran.err);
        old.assert_gone(&home.vault());

        let copies: Vec<Vec<u8>> = ["name = 'web'", "1 ORDER BY token_seq DESC"]
            .map(|which| home.sql(&format!("SELECT sealed FROM secret JOIN token ON seq = token_seq WHERE {which}")))
            .into();
        let new = Traces::of(copies.into_iter().chain([setting(&home, "wrapped_key")]));
        home.jeton(["vault", "passphrase", "--remove", "--yes"]).run().exits(Exit::Done);
        new.assert_gone(&home.vault());
        assert_eq!(home.sql::<i64>("SELECT count(*) FROM setting WHERE key = 'unwiped'"), 0);
    }
}

#[test]
fn a_reader_delays_the_end_of_the_old_key_and_that_is_said() {
    let home = Home::keeping(&["web"]);
    let old = Traces::of([setting(&home, "wrapped_key")]);
    let reader = Connection::open(home.vault()).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM token").unwrap();
    let ran = change(&home, PASSPHRASE, NEW).exits(Exit::Done);
    ran.says("the key under the old passphrase may still be in the vault's log").says("the next command that changes");
    copy(&home, NEW).exits(Exit::Done);
    drop(reader);
    home.create("next");
    old.assert_gone(&home.vault());
}

/// Which passphrase opens, after whatever happened.
fn opens(machine: &Machine, passphrase: &str) -> bool {
    let ran = machine.jeton(["copy", "web", "--print"]).env("JETON_PASSPHRASE", passphrase).run();
    assert!(ran.code == 0 || ran.code == 5, "{ran:?}");
    ran.code == 0
}

#[test]
fn a_change_cut_short_leaves_the_old_passphrase_or_the_new_one() {
    const ROUNDS: u32 = 24;
    let machine = Machine::with_vault();
    machine.create("web");
    let file = machine.dir().join("new");
    let set = |old: &str, new: &str| {
        fs::write(&file, new).unwrap();
        let args = ["vault", "passphrase", "--new-passphrase-file", file.to_str().unwrap()];
        machine.jeton(args).env("JETON_PASSPHRASE", old)
    };
    let mut current = PASSPHRASE.to_owned();
    let start = Instant::now();
    set(&current, &current).run().exits(0);
    let usual = start.elapsed();
    let mut ended = 0;
    for round in 0..ROUNDS {
        let signal = ["KILL", "TERM", "INT"][round as usize % 3];
        let new = format!("passphrase {round}");
        let mut child = set(&current, &new).start();
        // Deriving keys takes most of the time; what may go wrong comes at the end. The point of the test is the
        // moment, so nothing can tell when it has come.
        thread::sleep(usual * (ROUNDS + round) / (2 * ROUNDS - 6));
        drop(Command::new("kill").args(["-s", signal, &child.id().to_string()]).status());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let by_itself = child.wait().unwrap().success();
        ended += u32::from(by_itself);
        let (old_opens, new_opens) = (opens(&machine, &current), opens(&machine, &new));
        assert!(old_opens != new_opens, "SIG{signal}: old {old_opens}, new {new_opens}");
        assert!(new_opens || !by_itself, "{said}");
        current = if new_opens { new } else { current };
    }
    assert!(ended < ROUNDS, "none was killed in time");
    machine.jeton(["log", "--check"]).run().exits(0);
    assert_sound(&machine.vault());
    // Whatever they did not come to wipe, the next change does.
    let wrapped = |sql: &str| Connection::open(machine.vault()).unwrap().query_row(sql, [], |row| row.get::<_, i64>(0));
    machine.create("next");
    assert_eq!(wrapped("SELECT count(*) FROM setting WHERE key = 'unwiped'").unwrap(), 0);
}

#[test]
fn a_full_disk_leaves_the_old_passphrase_or_the_new_one() {
    let machine = Machine::new();
    let Some(disk) = Disk::new(&machine) else { return };
    let [old, new] = ["old", "new"].map(|name| {
        let file = machine.dir().join(name);
        fs::write(&file, name).unwrap();
        file.display().to_string()
    });
    let (mut current, mut next) = (&old, &new);
    disk.jeton(&machine, &["vault", "init", "--passphrase-file", current]).exits(0);
    disk.jeton(&machine, &["create", "web"]).exits(0);
    let mut codes = Vec::new();
    for room in [0, 8, 16, 32, 64, 96, 128] {
        disk.leave(&machine, room);
        let set = ["vault", "passphrase", "--passphrase-file", current, "--new-passphrase-file", next];
        let ran = disk.jeton(&machine, &set);
        disk.free(&machine);
        if ran.code == 0 {
            (current, next) = (next, current);
        } else {
            ran.exits(7).says("the disk is full; the vault ").says("is as it was before\nhint: make room");
        }
        codes.push(disk.jeton(&machine, &["copy", "web", "--print", "--passphrase-file", current]).exits(0).code);
        disk.jeton(&machine, &["copy", "web", "--print", "--passphrase-file", next]).exits(5);
    }
    assert!(current == &new || codes.len() == 7);
}

#[test]
fn eight_that_change_it_at_once_leave_one_that_opens() {
    let machine = Machine::with_vault();
    machine.create("web");
    let running: Vec<_> = (0..8)
        .map(|number| {
            let file = machine.dir().join(format!("new-{number}"));
            fs::write(&file, format!("passphrase {number}")).unwrap();
            let args = ["vault", "passphrase", "--new-passphrase-file", file.to_str().unwrap()];
            machine.jeton(args).unlocked().start()
        })
        .collect();
    let ran: Vec<_> = running.into_iter().map(crate::support::real::outcome).collect();
    let done: Vec<_> = (0..8).filter(|number| ran[*number].code == 0).collect();
    assert!(done.len() == 1 && ran.iter().all(|ran| ran.code == 0 || ran.code == 5), "{ran:#?}");
    assert!(opens(&machine, &format!("passphrase {}", done[0])));
}

#[test]
fn a_person_changes_it_at_a_terminal_and_shows_nothing() {
    let machine = Machine::with_vault();
    machine.create("web");
    let mut screen = machine.at_terminal(["vault", "passphrase"]).spawn();
    for (prompt, answer) in [("Passphrase: ", PASSPHRASE), ("New passphrase: ", NEW), ("Repeat the passphrase: ", NEW)]
    {
        screen.expect(prompt);
        assert!(!screen.echo_is_on());
        screen.send(&format!("{answer}\r"));
    }
    let (code, seen) = screen.wait();
    assert_eq!(code, 0, "{seen:?}");
    assert!(seen.contains("changed the passphrase\r\n") && !seen.contains(NEW), "{seen:?}");
    assert!(opens(&machine, NEW) && !opens(&machine, PASSPHRASE));
}

#[test]
fn ctrl_c_at_any_of_its_questions_changes_nothing() {
    let machine = Machine::with_vault();
    machine.create("web");
    let before = machine.files();
    let answered = [("Passphrase: ", PASSPHRASE), ("New passphrase: ", NEW), ("Repeat the passphrase: ", NEW)];
    for last in 0..answered.len() {
        let mut screen = machine.at_terminal(["vault", "passphrase"]).spawn();
        for (prompt, answer) in &answered[..last] {
            screen.expect(prompt);
            screen.send(&format!("{answer}\r"));
        }
        screen.expect(answered[last].0);
        screen.send_ctrl('c');
        assert_eq!(screen.ended(), 130);
        assert_eq!(screen.modes(), screen.modes_before());
    }
    let mut screen = machine.at_terminal(["vault", "passphrase", "--remove"]).spawn();
    screen.expect("Remove it? [y/N] ");
    screen.send_ctrl('c');
    assert_eq!(screen.ended(), 130);
    assert!(machine.files() == before, "something was changed");
}

#[test]
fn a_key_that_waits_changes_no_passphrase_and_is_void_after_a_removal() {
    let home = Home::keeping(&["web"]).with_keyring();
    home.jeton(["unlock"]).answers([PASSPHRASE]).run().exits(Exit::Done);
    let new = file(&home, NEW);
    let set = ["vault", "passphrase", "--new-passphrase-file", new.to_str().unwrap()];
    home.jeton(set).run().exits(Exit::Locked).says("nobody is there to type it");
    // The key stays the same, so what waits goes on.
    change(&home, PASSPHRASE, NEW).exits(Exit::Done);
    home.jeton(["copy", "web", "--print"]).run().exits(Exit::Done);
    home.jeton(["vault", "passphrase", "--remove", "--yes"]).run().exits(Exit::Done);
    home.jeton(["copy", "web", "--print"]).run().exits(Exit::Refused);
    change(&home, "", NEW).exits(Exit::Done);
    home.create("ssh");
    home.jeton(["copy", "ssh", "--print"]).run().exits(Exit::Locked);
    home.jeton(["status"]).run().gives(Exit::Done, "locked\n", "");
}

#[test]
fn what_is_left_of_damaged_keys_can_be_removed() {
    let home = Home::keeping(&["web"]);
    home.tamper("DELETE FROM setting WHERE key = 'public_key'");
    change(&home, PASSPHRASE, NEW).exits(Exit::Vault).says("the keys in the vault are damaged");
    home.jeton(["vault", "passphrase", "--remove", "--yes"]).run().exits(Exit::Done);
    home.create("ssh");
    change(&home, "", NEW).exits(Exit::Done).says("added a passphrase");
}
