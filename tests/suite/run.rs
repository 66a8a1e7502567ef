//! `jeton run`: a command with secrets in its environment, and nothing of jeton left around it.

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use jeton::token::exit::Exit;

use crate::support::home::{Home, PASSPHRASE};
use crate::support::real::{Machine, Ran, set_mode};

fn run(machine: &Machine, words: &[&str]) -> Ran {
    machine.jeton([&["run"], words].concat()).unlocked().run()
}

#[test]
fn the_secret_is_in_a_variable_of_the_tokens_name_in_capitals() {
    let machine = Machine::with_vault();
    for (name, variable) in [("web", "WEB"), ("web-upload.2", "WEB_UPLOAD_2"), ("Büro 3", "B_RO_3"), ("_x", "_X")] {
        let secret = machine.create(name);
        run(&machine, &[name, "--", "printenv", variable]).exits(0).gives(&format!("{secret}\n")).says_nothing();
    }
}

#[test]
fn a_variable_can_be_named_and_there_can_be_several() {
    let machine = Machine::with_vault();
    let (web, api) = (machine.create("web"), machine.create("api"));
    let ran = run(&machine, &["web=TOKEN", "api", "web=AGAIN", "--", "printenv", "TOKEN", "API", "AGAIN"]);
    ran.exits(0).gives(&format!("{web}\n{api}\n{web}\n"));
    let id = machine.jeton(["show", "web", "--json"]).run().stdout;
    let id: serde_json::Value = serde_json::from_str(&id).unwrap();
    let by_id = format!("{}=T", id["id"].as_str().unwrap());
    run(&machine, &[&by_id, "--", "printenv", "T"]).exits(0).gives(&format!("{web}\n"));
}

#[test]
fn a_whole_name_wins_over_splitting_it_at_its_last_equals_sign() {
    let machine = Machine::with_vault();
    let (_, ab, abc) = (machine.create("a"), machine.create("a=b"), machine.create("a=b=C"));
    run(&machine, &["a=b", "--", "printenv", "A_B"]).exits(0).gives(&format!("{ab}\n"));
    run(&machine, &["a=b=D", "--", "printenv", "D"]).exits(0).gives(&format!("{ab}\n"));
    run(&machine, &["a=b=C", "--", "printenv", "A_B_C"]).exits(0).gives(&format!("{abc}\n"));
}

#[test]
fn a_variable_that_is_none_or_is_taken_is_2_and_nobody_is_asked() {
    let home = Home::keeping(&["web", "3d", "we b", "we-b", "path", "jeton-vault", "ld_preload"]);
    for (words, why) in [
        (&["3d"][..], "`3D`"),
        (&["web="], "``"),
        (&["web=a-b"], "`a-b`"),
        (&["web=ä"], "`ä`"),
        (&["web=1"], "`1`"),
        (&["we b", "we-b"], "`we b` would be in it too"),
        (&["web", "3d=WEB"], "`web` would be in it too"),
        (&["web", "web"], "`web` would be in it too"),
        (&["path"], "`PATH`"),
        (&["jeton-vault"], "`JETON_VAULT`"),
        (&["ld_preload"], "`LD_PRELOAD`"),
        (&["web=JETON_PASSPHRASE"], "`JETON_PASSPHRASE`"),
    ] {
        let ran = home.jeton([&["run"], words, &["--", "env"]].concat()).answers([]).run();
        ran.exits(Exit::Usage).says(why).says("NAME=VAR");
    }
    assert!(!home.events().iter().any(|event| event.starts_with("reveal")));
}

#[test]
fn all_tokens_are_there_and_have_a_copy_or_nothing_runs() {
    let home = Home::keeping(&["web"]);
    home.jeton(["create", "once", "--once"]).run().exits(Exit::Done);
    let run = |tokens: &[&str]| home.jeton([&["run"], tokens, &["--", "env"]].concat()).answers([]).run();
    run(&["web", "wbe"]).exits(Exit::NotFound).says("did you mean `web`?");
    run(&["wbe=X"]).exits(Exit::NotFound).says("no token `wbe`");
    run(&["web", "once"]).exits(Exit::Refused).says("no copy of the secret of `once`");
    assert!(!home.events().iter().any(|event| event.starts_with("reveal")));
}

#[test]
fn a_command_and_a_token_must_be_given() {
    let home = Home::keeping(&["web"]);
    for words in [&["run"][..], &["run", "web"], &["run", "web", "--"], &["run", "--", "env"], &["run", "web", "env"]] {
        home.jeton(words).answers([]).run().exits(Exit::Usage);
    }
}

#[test]
fn the_passphrase_is_asked_for_and_stays_out_of_the_commands_environment() {
    let home = Home::keeping(&["web"]);
    home.jeton(["run", "web", "--", "env"]).run().exits(Exit::Locked).says("--passphrase-file").says("jeton unlock");
    home.jeton(["run", "web", "--", "env"]).answers(["wrong"]).run().exits(Exit::Locked);
    home.jeton(["run", "web", "--", "env"]).answers([PASSPHRASE]).run().exits(Exit::CommandNotFound);

    let machine = Machine::with_vault();
    let secret = machine.create("web");
    let jeton = machine.jeton(["run", "web", "--", "env"]).env("JETON_PASSPHRASE", "correct horse");
    let out = jeton.env("JETON_PASSPHRASE_FILE", "").env("JETON_VAULT", machine.vault()).run().exits(0).stdout;
    assert!(out.contains(&format!("WEB={secret}\n")) && out.contains("JETON_VAULT="));
    assert!(!out.contains("PASSPHRASE") && !out.contains("correct horse"), "{out}");
}

#[test]
fn it_becomes_the_command_with_its_arguments_and_its_exit_code() {
    let machine = Machine::with_vault();
    machine.create("web");
    let jeton = machine.jeton(["run", "web", "--", "sh", "-c", "echo $$; exit 7"]).unlocked();
    let child = jeton.start();
    let own = child.id();
    let ran = Ran::from(child.wait_with_output().unwrap());
    ran.exits(7).gives(&format!("{own}\n"));
    run(&machine, &["web", "--", "sh", "-c", "kill -TERM $$"]).exits(128 + 15);

    // No shell is between: each argument arrives as it was given.
    let odd =
        [OsStr::new("a b"), OsStr::new(""), OsStr::new("$HOME;*'\""), OsStr::from_bytes(b"\xff"), OsStr::new("--json")];
    let words = [OsStr::new("run"), OsStr::new("web"), OsStr::new("--"), OsStr::new("sh"), OsStr::new("-c")];
    let script = [OsStr::new("for word; do printf '%s\\0' \"$word\"; done | od -An -tx1"), OsStr::new("sh")];
    let out = machine.jeton(words.into_iter().chain(script).chain(odd)).unlocked().run().exits(0).stdout;
    let bytes: Vec<u8> = out.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
    assert_eq!(bytes, [odd.map(OsStr::as_bytes).join(&0), vec![0]].concat());
}

#[test]
fn streams_and_signals_are_the_commands_own() {
    let machine = Machine::with_vault();
    machine.create("web");
    machine.jeton(["run", "web", "--", "cat"]).unlocked().stdin("through\n").run().exits(0).gives("through\n");
    // What a shell would have given the command: nothing of jeton's own handling is left.
    let signals = ["grep", "-E", "^Sig(Blk|Ign|Cgt)", "/proc/self/status"];
    let mut plain = machine.command(signals[0]);
    let plain = Ran::from(plain.args(&signals[1..]).stdin(Stdio::null()).output().unwrap());
    let ran = run(&machine, &[&["web", "--"], &signals[..]].concat()).exits(0);
    assert_eq!(masks(&ran), masks(&plain));
    // And it can be looked into as any other, and may leave a core file.
    run(&machine, &["web", "--", "sh", "-c", "test -r /proc/self/environ"]).exits(0);
}

/// Blocked, ignored and caught signals; without the two that the C library uses among its threads.
fn masks(status: &Ran) -> Vec<u64> {
    let masks = status.stdout.lines().map(|line| line.split_whitespace().nth(1).unwrap());
    masks.map(|mask| u64::from_str_radix(mask, 16).unwrap() & !(0b11 << 31)).collect()
}

#[test]
fn the_terminal_is_the_commands_own() {
    let machine = Machine::with_vault();
    machine.create("web");
    let script = "test -t 0 && test -t 1 && test -t 2 && trap 'echo caught; exit 3' INT && echo ready && read line";
    let mut screen = machine.at_terminal(["run", "web", "--", "sh", "-c", script]).spawn();
    screen.expect("Passphrase: ");
    screen.send("correct horse\r");
    screen.expect("ready");
    assert!(screen.echo_is_on());
    screen.send_ctrl('c');
    screen.expect("caught");
    assert_eq!(screen.wait().0, 3);
}

#[test]
fn what_is_not_found_is_127_and_what_cannot_be_executed_126() {
    let machine = Machine::with_vault();
    machine.create("web");
    let plain = machine.dir().join("plain");
    std::fs::File::create(&plain).unwrap().write_all(b"no program").unwrap();
    set_mode(&plain, 0o600);
    for (program, code) in [
        ("no-such-program", 127),
        ("./no-such-program", 127),
        ("", 127),
        (plain.to_str().unwrap(), 126),
        (machine.dir().to_str().unwrap(), 126),
    ] {
        run(&machine, &["web", "--", program]).exits(code).gives("").says("hint: ");
        // Nobody was asked for a passphrase in vain.
        machine.jeton(["run", "web", "--", program]).run().exits(code);
    }
    let log = machine.jeton(["log"]).run().exits(0).stdout;
    assert!(!log.contains("to a command"), "what cannot begin is given no secret: {log}");
}

#[test]
fn every_run_is_on_record_before_the_command_begins() {
    let home = Home::keeping(&["web", "api"]);
    home.jeton(["run", "web", "api=KEY", "--", "make"]).var("JETON_PASSPHRASE", PASSPHRASE).run();
    assert_eq!(home.events()[3..], ["reveal web to a command", "reveal api to a command"]);

    let machine = Machine::with_vault();
    machine.create("web");
    // The command finds the vault as if jeton had ended: nobody is in it.
    let jeton = machine.program().to_str().unwrap();
    let log = run(&machine, &["web", "--", jeton, "log", "--token", "web"]).exits(0).stdout;
    assert!(log.contains("to a command"), "{log}");
    run(&machine, &["web", "--", jeton, "delete", "web", "--yes"]).exits(0);
    let beside = |end: &str| machine.vault().with_extension(end).exists();
    assert!(!beside("db-wal") && !beside("db-shm"), "who changed the vault last has left nothing beside it");
}

#[test]
fn what_stands_after_the_dashes_is_the_commands_business() {
    let machine = Machine::with_vault();
    let secret = machine.create("web");
    run(&machine, &["web", "--", "echo", &secret, "--json", "--color=always", "--help"])
        .exits(0)
        .gives(&format!("{secret} --json --color=always --help\n"));
    let ran = machine.jeton(["run", &secret, "--", "true"]).unlocked().run().exits(2);
    assert!(!ran.stderr.contains(&secret));
    let ran = machine.jeton(["create", "--", &secret]).unlocked().run().exits(2).says("as an argument");
    assert!(!ran.stderr.contains(&secret));
    // Options of jeton's own may stand before and after the verb.
    machine.jeton(["--color", "run", "create", "--", &secret]).run().exits(2);
}

#[test]
fn who_runs_with_a_token_that_is_at_an_end_is_told() {
    let machine = Machine::with_vault();
    let secret = machine.create("web");
    machine.jeton(["revoke", "web"]).run().exits(0);
    let ran = run(&machine, &["web", "--", "printenv", "WEB"]).exits(0).gives(&format!("{secret}\n"));
    ran.says("does not work any more: it is revoked");
}
