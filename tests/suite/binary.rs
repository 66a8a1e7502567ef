//! True processes: killed ones, and a machine that does not give what they need.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use jeton::host::Host;
use jeton::host::os::OsHost;
use jeton::store::{Access, Location};
use jeton::token::name::Name;
use jeton::token::request::{Naming, Request};
use jeton::vault::{Moment, Vault};
use nix::unistd::geteuid;
use rusqlite::Connection;

use crate::support::disk::Disk;
use crate::support::real::{Machine, Ran, assert_sound, needs, outcome, set_mode, skipped};
use crate::support::traces::Traces;

/// Tokens in number, made one after the other in this process as jeton makes them.
fn fill(machine: &Machine, count: usize) {
    let mut vault = Vault::open(&Location::File(machine.vault()), Access::Write).unwrap();
    let mut rng = OsHost.random().unwrap();
    for number in 0..count {
        let mut described = [0; 24];
        rng.fill_bytes(&mut described);
        let naming = Naming::As(Name::parse(&format!("token {number}")).unwrap());
        let request = Request {
            description: described.map(|byte| format!("{byte:02x}")).concat(),
            ..Request::new(naming, "somebody".into())
        };
        let moment = Moment { now: OsHost.now(), actor: "somebody@here".into(), by: None, presented: None };
        let prepared = vault.prepare(request, &moment, &mut *rng).unwrap();
        vault.keep(prepared, &moment).unwrap();
    }
}

// Where the result goes.

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let machine = Machine::with_show_once_vault();
    fill(&machine, 2000);
    for args in [&["list"][..], &["list", "--json"], &["list", "--quiet"]] {
        let whole = machine.jeton(args).run().exits(0).stdout;
        // More than a pipe and jeton's own buffer hold, but for the names.
        assert!(whole.len() > if args.len() == 1 { 100_000 } else { 10_000 }, "{}", whole.len());
        let mut list = machine.jeton(args).start();
        let mut line = String::new();
        // Dropped after one line, as by `head -1`.
        BufReader::with_capacity(64, list.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(whole.starts_with(&line) && !line.is_empty());
        let ran = outcome(list).exits(0);
        assert_eq!(ran.stderr, "");
    }
}

/// Somebody who reads a long list slowly is in nobody's way: what is deleted meanwhile can be wiped at once.
#[test]
fn a_slow_reader_of_a_list_holds_no_lock() {
    let machine = Machine::with_show_once_vault();
    fill(&machine, 3000);
    for flags in [&["list"][..], &["list", "--json"]] {
        machine.create("gone");
        let mut child = machine.jeton(flags).start();
        let mut out = child.stdout.take().unwrap();
        // It has begun, and will wait for us: the pipe holds far less than it has to say.
        out.read_exact(&mut [0]).unwrap();
        let deleted = machine.jeton(["delete", "gone", "--yes"]).run().exits(0);
        assert!(!deleted.stderr.contains("another process"), "{deleted:?}");
        let mut rest = Vec::new();
        out.read_to_end(&mut rest).unwrap();
        assert!(rest.len() > 150_000 && child.wait().unwrap().success());
    }
}

#[test]
fn a_secret_that_cannot_be_delivered_is_not_forgotten() {
    let machine = Machine::with_vault();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let ran = machine.jeton(["create", "web"]).stdout(full()).run().exits(1);
    ran.says("error: the secret of `web` could not be delivered: ").says("`jeton copy web --print`");
    let secret = machine.jeton(["copy", "web", "--print"]).unlocked().run().exits(0).stdout;
    assert_eq!(machine.verify(&secret), 0);

    let ran = machine.jeton(["create", "a b", "--once"]).stdout(full()).run().exits(1);
    ran.says("error: the secret of `a b` could not be delivered: ").says("`jeton rotate 'a b'`");
    machine.jeton(["create", "c", "--json"]).stdout(full()).run().exits(1).says("jeton copy c --print");

    // Somebody who has gone before the secret came.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = machine.jeton(["create", "d"]).stdout(writer).run().exits(1);
    ran.says("error: the secret of `d` could not be delivered: ");
}

#[test]
fn a_rotated_secret_that_cannot_be_delivered_is_not_forgotten() {
    let machine = Machine::with_vault();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let old = machine.create("web");
    let ran = machine.jeton(["rotate", "web"]).stdout(full()).run().exits(1);
    ran.says("error: the secret of `web` could not be delivered: ").says("`jeton copy web --print`");
    assert_eq!(machine.verify(&old), 12);
    let secret = machine.jeton(["copy", "web", "--print"]).unlocked().run().exits(0).stdout;
    assert_eq!(machine.verify(&secret), 0);

    let old = machine.jeton(["create", "a b", "--once"]).run().exits(0).stdout;
    let ran = machine.jeton(["rotate", "a b", "--grace", "1h", "--json"]).stdout(full()).run().exits(1);
    ran.says("the secret of `a b` could not be delivered: ").says("`jeton rotate 'a b'`");
    assert_eq!(machine.verify(&old), 0);
    let secret = machine.jeton(["rotate", "a b"]).run().exits(0).stdout;
    assert_eq!((machine.verify(&secret), machine.verify(&old)), (0, 0));
}

#[test]
fn other_results_that_cannot_be_delivered_are_errors() {
    let machine = Machine::with_vault();
    let secret = machine.create("web");
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for args in [&["list"][..], &["list", "--json"], &["show", "web"], &["--version"], &["help", "exit-codes"]] {
        machine.jeton(args).stdout(full()).run().exits(1).says("the output cannot be written: ");
    }
    machine.jeton(["copy", "web", "--print"]).unlocked().stdout(full()).run().exits(1);
    // A yes that nobody heard is none.
    machine.jeton(["verify", "--json"]).stdin(&secret).stdout(full()).run().exits(1);
    machine.jeton(["verify", "--batch"]).stdin(&secret).stdout(full()).run().exits(1);
}

// Killed.

/// How long jeton takes for this, by and large.
fn usual_time(run: impl Fn(usize)) -> Duration {
    let start = Instant::now();
    for round in 0..3 {
        run(round);
    }
    start.elapsed() / 3
}

/// Ends it after a part of its time. True if it had ended by itself.
fn cut_short(mut child: Child, signal: &str, after: Duration) -> (bool, String) {
    // The point of the test is the moment, so nothing can tell when it has come.
    thread::sleep(after);
    let killed = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    (child.wait().unwrap().success(), stdout)
}

#[test]
fn a_killed_create_leaves_a_sound_vault() {
    const ROUNDS: u32 = 40;
    let machine = Machine::with_vault();
    let usual = usual_time(|round| drop(machine.create(&format!("usual {round}"))));
    let mut before: BTreeSet<String> = machine.names().into_iter().collect();
    let mut ended = 0;
    for round in 0..ROUNDS {
        let name = format!("token {round}");
        let child = machine.jeton(["create", &name]).start();
        let (by_itself, secret) = cut_short(child, "KILL", usual * round * 3 / (ROUNDS * 2));
        let after: BTreeSet<String> = machine.names().into_iter().collect();
        let more: Vec<_> = after.difference(&before).collect();
        assert!(before.is_subset(&after) && (more.is_empty() || more == [&name]), "{more:?}");
        // A secret that somebody has is one that works.
        if by_itself || secret.ends_with('\n') {
            assert_eq!(machine.verify(&secret), 0);
        }
        ended += u32::from(by_itself);
        before = after;
    }
    assert!(ended < ROUNDS, "none was killed in time");
    machine.create("afterwards");
    assert_sound(&machine.vault());
}

#[test]
fn a_killed_first_create_leaves_a_vault_or_none() {
    const ROUNDS: u32 = 30;
    let usual = usual_time(|_| drop(Machine::new().create("usual")));
    for round in 0..ROUNDS {
        let machine = Machine::new();
        let child = machine.jeton(["create", "first"]).start();
        cut_short(child, "KILL", usual * round * 3 / (ROUNDS * 2));
        let listed = machine.jeton(["list"]).run().code;
        assert!(listed == 0 || listed == 3, "{listed}");
        let secret = machine.create("second");
        assert_eq!(machine.verify(&secret), 0);
        assert_sound(&machine.vault());
        let beside = fs::read_dir(machine.vault().parent().unwrap()).unwrap().flatten();
        let beside: Vec<_> = beside.map(|file| file.file_name()).filter(|name| name != "vault.db").collect();
        assert!(beside.is_empty(), "{beside:?}");
    }
}

#[test]
fn a_delete_cut_short_deletes_all_or_nothing() {
    const ROUNDS: u32 = 30;
    let machine = Machine::with_vault();
    fill(&machine, 200);
    let delete = |round: u32| {
        let names = (0..4).map(|n| format!("token {}", round as usize * 4 + n));
        machine.jeton(["delete".into(), "--yes".into()].into_iter().chain(names))
    };
    let usual = usual_time(|round| drop(delete(ROUNDS + round as u32).run().exits(0)));
    let traces = Traces::of_tokens(&machine.vault());
    for round in 0..ROUNDS {
        let signal = ["KILL", "TERM", "INT"][round as usize % 3];
        cut_short(delete(round).start(), signal, usual * round * 3 / (ROUNDS * 2));
        let left =
            machine.names().iter().filter(|name| (0..4).any(|n| **name == format!("token {}", round * 4 + n))).count();
        assert!(left == 0 || left == 4, "{left} of 4 are left after SIG{signal}");
    }
    // Whatever they did not come to do, the next change does.
    machine.create("afterwards");
    traces.without_those_of(&machine.vault()).assert_gone(&machine.vault());
    assert_sound(&machine.vault());
}

/// How many secrets of the token `web` are in the vault, old ones too.
fn secrets_of_web(machine: &Machine) -> i64 {
    let sql = "SELECT count(*) FROM secret JOIN token ON seq = token_seq WHERE name = 'web'";
    Connection::open(machine.vault()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_rotate_cut_short_leaves_the_old_secret_or_the_new_one() {
    const ROUNDS: u32 = 40;
    let machine = Machine::with_vault();
    machine.create("web");
    let usual = usual_time(|_| drop(machine.jeton(["rotate", "web"]).run().exits(0)));
    let mut current = machine.jeton(["rotate", "web"]).run().exits(0).stdout;
    let mut ended = 0;
    for round in 0..ROUNDS {
        let signal = ["KILL", "TERM", "INT"][round as usize % 3];
        let file = machine.dir().join(format!("secret-{round}"));
        let args = ["rotate", "web", "--output", if round % 2 == 0 { "-" } else { file.to_str().unwrap() }];
        let before = secrets_of_web(&machine);
        let child = machine.jeton(args).start();
        let (by_itself, stdout) = cut_short(child, signal, usual * round * 3 / (ROUNDS * 2));
        ended += u32::from(by_itself);
        // What somebody has in hand is whole, and works.
        let new = fs::read_to_string(&file).ok().or(Some(stdout).filter(|secret| secret.ends_with('\n')));
        match (new, machine.verify(&current)) {
            (Some(new), 12) => {
                assert_eq!((machine.verify(&new), secrets_of_web(&machine)), (0, before + 1));
                current = new;
            }
            (None, 0) => assert_eq!((by_itself, secrets_of_web(&machine)), (false, before)),
            // It was killed between keeping and delivering; the way on is the one that a failed delivery names.
            (None, 12) => {
                assert_eq!((by_itself, secrets_of_web(&machine)), (false, before + 1));
                current = machine.jeton(["rotate", "web"]).run().exits(0).stdout;
            }
            (new, code) => panic!("SIG{signal}, the old secret: {code}, a new one: {}", new.is_some()),
        }
    }
    assert!(ended < ROUNDS, "none was killed in time");
    assert_eq!(machine.verify(&current), 0);
    machine.jeton(["log", "--check"]).run().exits(0);
    assert_sound(&machine.vault());
}

#[test]
fn a_revoke_cut_short_revokes_all_or_none() {
    const ROUNDS: u32 = 30;
    let machine = Machine::with_show_once_vault();
    let secrets: Vec<_> = (0..4).map(|number| machine.create(&format!("token {number}"))).collect();
    let every = |verb| machine.jeton([verb, "--yes", "token 0", "token 1", "token 2", "token 3"]);
    let usual = usual_time(|_| {
        every("revoke").run().exits(0);
        every("restore").run().exits(0);
    }) / 2;
    let mut ended = 0;
    for round in 0..ROUNDS {
        let signal = ["KILL", "TERM", "INT"][round as usize % 3];
        let (by_itself, _) = cut_short(every("revoke").start(), signal, usual * round * 3 / (ROUNDS * 2));
        let codes: Vec<_> = secrets.iter().map(|secret| machine.verify(secret)).collect();
        assert!(codes == [12; 4] || (codes == [0; 4] && !by_itself), "SIG{signal}: {codes:?}");
        ended += u32::from(by_itself);
        every("restore").run().exits(0);
    }
    assert!(ended < ROUNDS, "none was killed in time");
    machine.jeton(["log", "--check"]).run().exits(0);
    assert_sound(&machine.vault());
}

// Deleted is gone.

#[test]
fn nothing_is_left_of_a_deleted_token() {
    let machine = Machine::with_vault();
    machine.jeton(["create", "web", "--description", "what nobody else should know"]).run().exits(0);
    let secret = machine.create("other");
    machine.verify(&secret);
    let traces = Traces::of_some(&machine.vault(), "name = 'web'");
    assert!(!traces.found(&machine.vault()).is_empty());
    let ran = machine.jeton(["delete", "web", "--yes"]).run().exits(0);
    assert!(ran.stderr.starts_with("deleted web (jtn_") && ran.stderr.lines().count() == 1, "{ran:?}");
    traces.assert_gone(&machine.vault());
    assert_eq!(machine.verify(&secret), 0);
}

/// In a small vault, which is rebuilt, and in one that is searched.
#[test]
fn nothing_is_left_of_a_forgotten_copy() {
    for others in [0, 6000] {
        let machine = Machine::with_vault();
        fill(&machine, others);
        let secret = machine.create("web");
        machine.jeton(["rotate", "web", "--grace", "1h"]).run().exits(0);
        let sealed = {
            let db = Connection::open(machine.vault()).unwrap();
            let sql = "SELECT sealed FROM secret JOIN token ON seq = token_seq WHERE name = 'web'";
            let mut statement = db.prepare(sql).unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect::<Vec<Vec<u8>>>()
        };
        assert_eq!(sealed.len(), 2);
        let traces = Traces::of(sealed);
        assert!(!traces.found(&machine.vault()).is_empty());
        let ran = machine.jeton(["edit", "web", "--forget", "--yes"]).run().exits(0);
        assert!(!ran.stderr.contains("may still be"), "{ran:?}");
        traces.assert_gone(&machine.vault());
        assert_eq!(machine.verify(&secret), 0);
        assert_sound(&machine.vault());
    }
}

#[test]
fn nothing_is_left_of_hundreds_among_thousands() {
    let machine = Machine::with_vault();
    fill(&machine, 3000);
    for which in [3, 7, 11] {
        let names: Vec<_> = machine
            .names()
            .into_iter()
            .filter(|name| name.rsplit(' ').next().unwrap().parse::<usize>().unwrap() % which == 1)
            .collect();
        assert!(names.len() > 100);
        let traces = Traces::of_tokens(&machine.vault());
        let delete = ["delete".to_owned(), "--yes".to_owned()];
        let ran = machine.jeton(delete.iter().chain(&names)).run().exits(0);
        assert!(!ran.stderr.contains("may still be"), "{}", ran.stderr.lines().last().unwrap());
        traces.without_those_of(&machine.vault()).assert_gone(&machine.vault());
    }
    assert_sound(&machine.vault());
}

/// Somebody who has the vault open keeps its log from being removed, but not from being cut to nothing.
#[test]
fn nothing_is_left_while_somebody_waits() {
    let machine = Machine::with_vault();
    let waiting = Connection::open(machine.vault()).unwrap();
    waiting.query_row("SELECT count(*) FROM token", [], |_| Ok(())).unwrap();
    // In the log only, and in several states.
    fill(&machine, 50);
    let traces = Traces::of_some(&machine.vault(), "name = 'token 7'");
    let ran = machine.jeton(["delete", "token 7", "--yes"]).run().exits(0);
    assert!(!ran.stderr.contains("may still be"), "{ran:?}");
    traces.assert_gone(&machine.vault());
    waiting.query_row("SELECT count(*) FROM token", [], |_| Ok(())).unwrap();
}

#[test]
fn a_reader_delays_the_end_and_that_is_said() {
    let machine = Machine::with_vault();
    fill(&machine, 50);
    let traces = Traces::of_some(&machine.vault(), "name = 'token 7'");
    let reader = Connection::open(machine.vault()).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let count = || reader.query_row("SELECT count(*) FROM token", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count(), 50);
    let ran = machine.jeton(["delete", "token 7", "--yes"]).run().exits(0);
    ran.says("deleted token 7 (")
        .says("may still be in the vault's log")
        .says("the next command that changes the vault");
    // The reader still sees it, so it is still there.
    assert_eq!(count(), 50);
    assert!(!traces.found(&machine.vault()).is_empty());
    // A change while the reader still reads does not wait for it.
    let start = Instant::now();
    machine.create("meanwhile");
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    drop(reader);
    machine.create("afterwards");
    traces.assert_gone(&machine.vault());
}

// No room.

#[test]
fn a_full_disk_leaves_the_vault_as_it_was() {
    let machine = Machine::new();
    let Some(disk) = Disk::new(&machine) else { return };
    disk.jeton(&machine, &["vault", "init"]).exits(0);
    let secret_file = machine.dir().join("secret");
    let secret = disk.jeton(&machine, &["create", "web"]).exits(0).stdout;
    fs::write(&secret_file, &secret).unwrap();
    let secret_file = secret_file.to_str().unwrap();
    let mut codes = BTreeSet::new();
    for room in (0..=128).step_by(8).chain([4, 12]) {
        disk.leave(&machine, room);
        let before = disk.jeton(&machine, &["list", "--json"]).exits(0).stdout;
        let ran = disk.jeton(&machine, &["create", &format!("with {room} KiB")]);
        let after = disk.jeton(&machine, &["list", "--json"]).exits(0).stdout;
        if ran.code == 0 {
            assert!(after.contains(&format!("with {room} KiB")));
        } else {
            assert_eq!(after, before, "with {room} KiB");
            let ran = ran.exits(7).gives("");
            ran.says("error: the disk is full; the vault ").says("is as it was before\nhint: make room");
        }
        codes.insert((room, after != before));
        for _ in 0..2 {
            disk.jeton(&machine, &["verify", "--file", secret_file]).exits(0);
        }
        disk.free(&machine);
        disk.shell(&machine, "cp \"$0\"/vault.db* \"$HOME\"");
        assert_sound(&machine.home().join("vault.db"));
    }
    assert!(codes.contains(&(0, false)) && codes.contains(&(128, true)), "{codes:?}");
    disk.jeton(&machine, &["create", "afterwards"]).exits(0);
}

#[test]
fn a_full_disk_deletes_all_or_nothing() {
    let machine = Machine::new();
    let Some(disk) = Disk::new(&machine) else { return };
    disk.jeton(&machine, &["vault", "init"]).exits(0);
    for room in (0..=64).step_by(8) {
        let name = format!("with {room} KiB");
        disk.jeton(&machine, &["create", &name]).exits(0);
        disk.shell(&machine, "cp \"$0\"/vault.db \"$HOME\"");
        let vault = machine.home().join("vault.db");
        let traces = Traces::of_tokens(&vault);
        disk.leave(&machine, room);
        let ran = disk.jeton(&machine, &["delete", &name, "--yes"]);
        let listed = disk.jeton(&machine, &["list", "--quiet"]).exits(0).stdout;
        disk.free(&machine);
        assert!(ran.code == 0 || ran.code == 7, "{ran:?}");
        assert_eq!(listed.is_empty(), ran.code == 0, "{ran:?}");
        if ran.code == 7 {
            disk.jeton(&machine, &["delete", &name, "--yes"]).exits(0);
        } else if ran.stderr.contains("may still be") {
            disk.jeton(&machine, &["create", "next"]).exits(0);
            disk.jeton(&machine, &["delete", "next", "--yes"]).exits(0);
        }
        disk.shell(&machine, "rm -f \"$HOME\"/vault.db*; cp \"$0\"/vault.db* \"$HOME\"");
        traces.assert_gone(&vault);
        assert_sound(&vault);
    }
}

#[test]
fn a_full_disk_rotates_and_revokes_wholly_or_not_at_all() {
    let machine = Machine::new();
    let Some(disk) = Disk::new(&machine) else { return };
    disk.jeton(&machine, &["vault", "init"]).exits(0);
    let file = machine.dir().join("secret");
    let verify = || disk.jeton(&machine, &["verify", "--peek", "--file", file.to_str().unwrap()]).code;
    let mut codes = BTreeSet::new();
    for room in (0..=96).step_by(16) {
        let name = format!("with {room} KiB");
        let mut secret = disk.jeton(&machine, &["create", &name]).exits(0).stdout;
        fs::write(&file, &secret).unwrap();
        disk.leave(&machine, room);
        let ran = disk.jeton(&machine, &["rotate", &name]);
        if ran.code == 0 {
            assert_eq!(verify(), 12);
            secret = ran.stdout;
            fs::write(&file, &secret).unwrap();
        } else {
            ran.exits(7)
                .gives("")
                .says("error: the disk is full; the vault ")
                .says("is as it was before\nhint: make room");
        }
        assert_eq!(verify(), 0);
        let ran = disk.jeton(&machine, &["revoke", &name]);
        assert_eq!(verify(), if ran.code == 0 { 12 } else { 0 });
        assert!(ran.code == 0 || ran.code == 7, "{ran:?}");
        codes.insert(ran.code);
        disk.free(&machine);
        disk.jeton(&machine, &["revoke", &name]).exits(0);
        assert_eq!(verify(), 12);
    }
    assert_eq!(codes, [0, 7].into());
    disk.shell(&machine, "cp \"$0\"/vault.db* \"$HOME\"");
    assert_sound(&machine.home().join("vault.db"));
}

#[test]
fn a_rotation_into_a_full_disk_leaves_the_old_secret_working() {
    let machine = Machine::with_show_once_vault();
    let Some(disk) = Disk::new(&machine) else { return };
    let secret = machine.create("web");
    let file = disk.dir().join("secret");
    let rotate = || {
        let mut jeton = disk.command(&machine, machine.program());
        jeton.args(["rotate", "web", "--output"]).arg(&file).env("JETON_VAULT", machine.vault());
        Ran::from(jeton.stdin(Stdio::null()).output().unwrap())
    };
    disk.leave(&machine, 0);
    let ran = rotate().exits(1).gives("");
    ran.says("; nothing was changed\nhint: choose another file, or leave out `--output`\n");
    assert_eq!((machine.verify(&secret), secrets_of_web(&machine)), (0, 1));
    disk.free(&machine);
    assert_eq!(disk.shell(&machine, "ls -A \"$0\""), "");
    rotate().exits(0);
    assert_eq!(machine.verify(&secret), 12);
    assert_eq!(machine.verify(&disk.shell(&machine, "cat \"$0\"/secret")), 0);
}

#[test]
fn a_full_disk_gets_no_vault() {
    let machine = Machine::new();
    let Some(disk) = Disk::new(&machine) else { return };
    let mut made = BTreeSet::new();
    for room in (0..=256).step_by(16) {
        disk.leave(&machine, room);
        let ran = disk.jeton(&machine, &["create", "web"]);
        disk.free(&machine);
        made.insert((room, ran.code == 0));
        if ran.code != 0 {
            ran.exits(7).gives("").says("the disk is full");
        }
        // A vault without the token may have been made; half a vault never.
        let listed = disk.jeton(&machine, &["list"]).code;
        assert!(listed == 0 || listed == 3, "{listed}");
        let beside = disk.shell(&machine, "ls -A \"$0\"");
        assert_eq!(beside, if listed == 0 { "vault.db\n" } else { "" }, "with {room} KiB");
        disk.shell(&machine, "rm -f \"$0\"/vault.db*");
    }
    assert!(made.contains(&(0, false)) && made.contains(&(256, true)), "{made:?}");
}

// No permission. Root has every one, so these are somebody else's.

fn of_nobody() -> Option<Machine> {
    needs(&["setpriv"]).then(Machine::of_nobody)
}

/// The directory that the vault is in.
fn place(machine: &Machine) -> PathBuf {
    machine.vault().parent().unwrap().to_owned()
}

#[test]
fn a_vault_that_cannot_be_written_still_answers() {
    let Some(machine) = of_nobody().map(Machine::vault_made) else { return };
    let secret = machine.create("web");
    let answers = || {
        for _ in 0..2 {
            assert_eq!(machine.verify(&secret), 0);
        }
        assert_eq!(machine.names(), ["web"]);
        machine.jeton(["show", "web"]).run().exits(0);
        machine.jeton(["verify"]).stdin("jtn_0").run().exits(10);
        let log = machine.jeton(["log"]).run().exits(0).stdout;
        assert!(log.contains("  create   web (jtn_"), "{log}");
        let head = machine.jeton(["log", "--head"]).run().exits(0).stdout;
        machine.jeton(["log", "--check", "--head", head.trim()]).run().exits(0);
        machine.jeton(["policy"]).run().exits(0);
    };
    let refuses = || {
        for args in [
            &["create", "ssh"][..],
            &["delete", "web", "--yes"],
            &["copy", "web", "--print"],
            &["rotate", "web"],
            &["revoke", "web"],
            &["edit", "web", "--owner", "somebody"],
        ] {
            let ran = machine.jeton(args).unlocked().run().exits(7).gives("");
            ran.says("cannot be written\nhint: ");
        }
    };
    let before = machine.files();
    for (dir, file) in [(0o500, 0o600), (0o500, 0o400)] {
        set_mode(&machine.vault(), file);
        set_mode(&place(&machine), dir);
        answers();
        refuses();
        assert!(machine.files() == before, "something was written, mode {dir:o}/{file:o}");
    }
    set_mode(&machine.vault(), 0o600);
    set_mode(&place(&machine), 0o700);
    answers();
    machine.create("ssh");
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing_in_the_way() {
    let Some(machine) = of_nobody().map(Machine::vault_made) else { return };
    let secret = machine.create("web");
    set_mode(&machine.vault(), 0o400);
    for _ in 0..2 {
        assert_eq!(machine.verify(&secret), 0);
    }
    machine.jeton(["create", "ssh"]).run().exits(7).gives("").says("cannot be written\nhint: ");
    set_mode(&machine.vault(), 0o600);
    machine.create("ssh");
}

#[test]
fn a_rotation_into_a_place_that_cannot_be_written_leaves_the_old_secret_working() {
    let Some(machine) = of_nobody().map(Machine::vault_made) else { return };
    let secret = machine.create("web");
    let place = machine.home().join("closed");
    fs::create_dir(&place).unwrap();
    machine.own(&place);
    set_mode(&place, 0o500);
    let file = place.join("secret");
    let rotate = || machine.jeton(["rotate", "web", "--output", file.to_str().unwrap()]).run();
    rotate().exits(2).gives("").says("can be written; nothing was changed\n");
    assert_eq!((machine.verify(&secret), secrets_of_web(&machine)), (0, 1));
    set_mode(&place, 0o700);
    rotate().exits(0);
    assert_eq!(machine.verify(&secret), 12);
}

#[test]
fn a_vault_cannot_be_made_where_nothing_can_be_written() {
    let Some(machine) = of_nobody() else { return };
    set_mode(&machine.home(), 0o500);
    machine.jeton(["create", "web"]).run().exits(7).gives("").says("cannot be written\nhint: ");
    set_mode(&machine.home(), 0o700);
    assert!(machine.files().is_empty());
}

#[test]
fn a_directory_that_cannot_be_searched_is_refused() {
    let Some(machine) = of_nobody().map(Machine::vault_made) else { return };
    let secret = machine.create("web");
    set_mode(&place(&machine), 0o000);
    for args in [&["list"][..], &["verify"], &["create", "ssh"], &["delete", "web", "--yes"], &["vault", "init"]] {
        let ran = machine.jeton(args).stdin(&secret).run().exits(6).gives("");
        ran.says("hint: ask for access to this directory, or name another vault with `--vault PATH`\n");
    }
    set_mode(&place(&machine), 0o700);
    assert_eq!(machine.verify(&secret), 0);
}

#[test]
fn a_vault_of_somebody_else_is_refused() {
    if !geteuid().is_root() {
        // Only root can give a file away.
        skipped("root");
        return;
    }
    let Some(machine) = of_nobody().map(Machine::vault_made) else { return };
    let secret = machine.create("web");
    std::os::unix::fs::chown(machine.vault(), Some(12345), None).unwrap();
    for args in [&["list"][..], &["verify"], &["create", "ssh"], &["delete", "web", "--yes"], &["vault", "init"]] {
        let ran = machine.jeton(args).stdin(&secret).run().exits(6).gives("");
        ran.says("belongs to another user (uid 12345)\nhint: run jeton as the user it belongs to, or name your own");
    }
    // Nor does root use what is not its own: files that it leaves there would lock their owner out.
    std::os::unix::fs::chown(machine.vault(), Some(65534), None).unwrap();
    let mut root = Command::new(machine.program());
    root.args(["list"]).env_clear().envs(machine.vars());
    Ran::from(root.output().unwrap()).exits(6).says("belongs to another user (uid 65534)");
    assert_eq!(machine.verify(&secret), 0);
}

#[test]
fn a_log_that_cannot_be_used_is_no_old_answer() {
    let Some(machine) = of_nobody().map(Machine::vault_made) else { return };
    let secret = machine.create("web");
    // Somebody revokes it, and is killed before the log is moved into the file.
    let db = Connection::open(machine.vault()).unwrap();
    db.execute_batch("PRAGMA wal_autocheckpoint = 0; UPDATE token SET revoked_at = created_at").unwrap();
    let log = format!("{}-wal", machine.vault().display());
    let state = [machine.vault(), PathBuf::from(&log)].map(|file| {
        let copy = Command::new("cat").arg(file).output().unwrap().stdout;
        assert!(!copy.is_empty());
        copy
    });
    drop(db);
    for (file, content) in [machine.vault(), PathBuf::from(&log)].iter().zip(state) {
        fs::write(file, content).unwrap();
        set_mode(file, 0o600);
        machine.own(file);
    }

    set_mode(&place(&machine), 0o500);
    for _ in 0..2 {
        let ran = machine.jeton(["verify"]).stdin(&secret).run().exits(7);
        ran.says("its log cannot be read from here\nhint: ");
    }
    machine.jeton(["list"]).run().exits(7).gives("");
    set_mode(&place(&machine), 0o700);
    assert_eq!(machine.verify(&secret), 12);
}
