//! `vault backup`: a vault of its own, whole, however many write meanwhile; or nothing at all.

use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use jeton::token::exit::Exit;
use rusqlite::Connection;
use serde_json::json;

use crate::support::disk::Disk;
use crate::support::home::{Home, PASSPHRASE, Ran, bytes_of};
use crate::support::real::{Machine, assert_sound, mode, needs, outcome, set_mode};

/// Backs up to a path, which need not be text.
fn backup(home: &Home, to: &Path) -> Ran {
    home.jeton(["vault", "backup"]).word(to).run()
}

/// What lies in a directory.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A directory with nothing in it.
fn empty(dir: PathBuf) -> PathBuf {
    fs::create_dir(&dir).unwrap();
    dir
}

/// What takes a moment to copy.
const BIG: &str = "CREATE TABLE big (x BLOB); INSERT INTO big VALUES (randomblob(20000000))";

#[test]
fn a_backup_is_a_vault_and_leaves_the_vault_as_it_was() {
    let home = Home::keeping(&["ssh"]);
    let secret = home.create("web");
    let dir = empty(home.path("backups"));
    let (file, before) = (dir.join("monday.db"), bytes_of(&home.vault()));
    let events = home.events();
    let said = format!("backed up 2 tokens and 3 events to {}, 40 KiB, verified\n", file.display());
    backup(&home, &file).gives(Exit::Done, "", &said);
    assert_eq!((names(&dir), mode(&file)), (vec!["monday.db".to_owned()], 0o600));
    assert!(bytes_of(&home.vault()) == before && home.events() == events);

    let listed = home.jeton(["list", "--json"]).run().out;
    let flag = format!("--vault={}", file.display());
    home.jeton(["list", "--json", &flag]).run().exits(Exit::Done).prints(&listed);
    assert_eq!(names(&dir), ["monday.db"], "it is read without a log");
    let copied = home.jeton(["copy", "web", "--print", &flag]).var("JETON_PASSPHRASE", PASSPHRASE).run();
    copied.exits(Exit::Done).prints(&format!("{secret}\n"));
    home.jeton(["verify", &flag]).stdin(&secret).run().exits(Exit::Done);
    home.jeton(["log", "--check", &flag]).run().exits(Exit::Done);
    home.jeton(["create", "more", &flag]).run().exits(Exit::Done);
    home.jeton(["list", "-q"]).run().prints("web\nssh\n");
    let mode: String = Connection::open(&file).unwrap().query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn a_backup_in_json_tells_what_it_holds() {
    let home = Home::with(&["web"]);
    let file = home.path("b.db");
    let head = home.jeton(["log", "--head"]).run().out.trim_end().to_owned();
    let json = home.jeton(["vault", "backup", "--json"]).word(&file).run().exits(Exit::Done).json();
    let bytes = file.metadata().unwrap().len();
    let path = file.display().to_string();
    assert_eq!(json, json!({"path": path, "bytes": bytes, "tokens": 1, "events": 2, "head": head}));
    let flag = format!("--vault={path}");
    home.jeton(["log", "--check", "--head", &head, &flag]).run().exits(Exit::Done);
    let error = home.jeton(["vault", "backup", "--json"]).word(&file).run().exits(Exit::Exists).prints("").error_json();
    assert_eq!(error["code"], "exists");
}

#[test]
fn a_backup_opens_with_the_passphrase_of_its_time() {
    let home = Home::keeping(&["web"]);
    let (before, after) = (home.path("before.db"), home.path("after.db"));
    backup(&home, &before).exits(Exit::Done);
    fs::write(home.path("new"), "new").unwrap();
    let change = home.jeton(["vault", "passphrase", "--new-passphrase-file"]).word(home.path("new"));
    change.var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Done);
    backup(&home, &after).exits(Exit::Done);
    for (file, opens, not) in [(&before, PASSPHRASE, "new"), (&after, "new", PASSPHRASE)] {
        let copy = |passphrase| {
            home.jeton(["copy", "web", "--print", "--vault"]).word(file).var("JETON_PASSPHRASE", passphrase)
        };
        copy(opens).run().exits(Exit::Done);
        copy(not).run().exits(Exit::Locked);
    }
}

#[test]
fn nothing_is_ever_overwritten() {
    let home = Home::with(&["web"]);
    fs::write(home.path("taken"), "mine").unwrap();
    symlink(home.path("nowhere"), home.path("dangling")).unwrap();
    symlink(home.path("taken"), home.path("link")).unwrap();
    fs::hard_link(home.vault(), home.path("same")).unwrap();
    let before = bytes_of(&home.vault());
    for name in ["taken", "dangling", "link", "same", "data", "data/vault.db", "data/../data/vault.db"] {
        let ran = backup(&home, &home.path(name)).exits(Exit::Exists).prints("");
        ran.says("already exists\nhint: choose another file; jeton never overwrites one\n");
    }
    fs::remove_file(home.path("same")).unwrap();
    assert_eq!(
        (fs::read_to_string(home.path("taken")).unwrap(), home.path("nowhere").exists()),
        ("mine".into(), false)
    );
    assert!(bytes_of(&home.vault()) == before);
    assert_eq!(names(&home.path("")), ["dangling", "data", "link", "taken"]);
    assert_eq!(names(&home.path("data")), ["vault.db"]);
}

#[test]
fn a_place_that_cannot_be_is_a_mistake_of_whoever_names_it() {
    let home = Home::with(&["web"]);
    fs::write(home.path("file"), "").unwrap();
    for name in ["nodir/b.db", "file/b.db", "new/", "data/vault.db-wal", "data/vault.db-shm", "data/vault.db-journal"] {
        let ran = backup(&home, &home.path(name)).exits(Exit::Usage).prints("");
        ran.says("hint: ").hides("panicked");
    }
    backup(&home, Path::new("-")).exits(Exit::Usage).says("cannot be written to stdout");
    backup(&home, Path::new("")).exits(Exit::Usage);
    let of = format!("would be taken for the log of {}", home.vault().canonicalize().unwrap().display());
    backup(&home, &home.path("data/vault.db-wal")).says(&of);
    assert_eq!(names(&home.path("data")), ["vault.db"]);
    assert_eq!(names(&home.path("")), ["data", "file"]);
}

#[test]
fn the_log_of_another_database_in_its_place_is_not_taken_for_its_own() {
    let home = Home::with(&["web"]);
    for end in ["-wal", "-shm", "-journal"] {
        let left = home.path(&format!("b.db{end}"));
        fs::write(&left, "somebody's").unwrap();
        backup(&home, &home.path("b.db")).exits(Exit::Vault).says("the log of another vault lies at ");
        assert_eq!(fs::read_to_string(&left).unwrap(), "somebody's");
        fs::remove_file(left).unwrap();
    }
    assert_eq!(names(&home.path("")), ["data"]);
}

#[test]
fn without_a_vault_there_is_nothing_to_back_up() {
    let home = Home::new();
    backup(&home, &home.path("b.db")).exits(Exit::NotFound).says("there is no vault at ");
    assert_eq!(names(&home.path("")), [""; 0]);
}

#[test]
fn names_that_mean_something_to_sqlite_are_plain_names() {
    let home = Home::with(&["web"]);
    let dir = empty(home.path("backups"));
    for name in ["file:b.db?mode=memory", ":memory:", "a b%20c#d?immutable=1", "копия.db"] {
        backup(&home, &dir.join(name)).exits(Exit::Done);
        home.jeton(["list", "-q", "--vault"]).word(dir.join(name)).run().exits(Exit::Done).prints("web\n");
    }
    assert_eq!(names(&dir).len(), 4);
}

#[test]
fn what_waits_in_the_log_is_backed_up_too() {
    let home = Home::with(&["web"]);
    let open = Connection::open(home.vault()).unwrap();
    open.execute_batch("PRAGMA wal_autocheckpoint = 0").unwrap();
    open.query_row("SELECT count(*) FROM token", [], |_| Ok(())).unwrap();
    home.create("late");
    assert!(home.path("data/vault.db-wal").metadata().unwrap().len() > 0);
    backup(&home, &home.path("b.db")).exits(Exit::Done);
    home.jeton(["list", "-q", "--vault"]).word(home.path("b.db")).run().prints("late\nweb\n");
    assert_eq!(names(&home.path("")), ["b.db", "data"]);
}

/// Every place in the file where the name stands: the row, the index, the events.
#[test]
fn what_is_damaged_is_told_of_and_not_named_a_backup() {
    let home = Home::with(&["needle-and-thread"]);
    let whole = fs::read(home.vault()).unwrap();
    let dir = empty(home.path("backups"));
    let places: Vec<_> = (0..whole.len() - 17).filter(|at| whole[*at..].starts_with(b"needle-and-thread")).collect();
    assert!(places.len() >= 3, "{places:?}");
    let mut said = Vec::new();
    for at in places {
        let mut damaged = whole.clone();
        damaged[at] = b'N';
        fs::write(home.vault(), damaged).unwrap();
        let ran = backup(&home, &dir.join("b.db")).exits(Exit::Vault).prints("");
        assert_eq!(names(&dir), [""; 0]);
        said.push(ran.err);
    }
    assert!(said.iter().any(|said| said.starts_with("error: the copy is not sound: ")), "{said:?}");
    assert!(said.iter().any(|said| said.starts_with("error: event 2 of the audit log was changed")), "{said:?}");
    fs::write(home.vault(), &whole).unwrap();
    backup(&home, &dir.join("b.db")).exits(Exit::Done);
}

#[test]
fn no_backup_is_made_where_it_cannot_be_told_of_but_one_that_is_made_stays() {
    let home = Home::with(&["web"]);
    let ran = home.jeton(["vault", "backup", "--json"]).word(home.path("b.db"));
    ran.broken_stdout(std::io::ErrorKind::StorageFull).run().exits(Exit::Failed).says("the output cannot be written");
    home.jeton(["list", "-q", "--vault"]).word(home.path("b.db")).run().prints("web\n");
}

/// Somebody writes without a pause: between any two pages there are hundreds of changes.
#[test]
fn it_is_done_and_of_one_moment_however_many_write_meanwhile() {
    let machine = Machine::with_show_once_vault();
    Connection::open(machine.vault()).unwrap().execute_batch(BIG).unwrap();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let writers = [
            scope.spawn(|| {
                let db = Connection::open(machine.vault()).unwrap();
                db.busy_timeout(crate::support::real::LIMIT).unwrap();
                db.execute_batch("PRAGMA synchronous = OFF; INSERT INTO setting VALUES ('one', 0), ('two', 0)")
                    .unwrap();
                let mut rounds = 0;
                while !over.load(Ordering::SeqCst) {
                    // Far apart from each other, so that they lie on different pages.
                    db.execute_batch(
                        "BEGIN IMMEDIATE; UPDATE setting SET value = value + 1 WHERE key IN ('one', 'two');
                         UPDATE big SET x = zeroblob(20000 + (SELECT value FROM setting WHERE key = 'one') % 7);
                         COMMIT",
                    )
                    .unwrap();
                    rounds += 1;
                }
                rounds
            }),
            scope.spawn(|| {
                let mut made = 0;
                while !over.load(Ordering::SeqCst) {
                    machine.create(&format!("token {made}"));
                    made += 1;
                }
                made
            }),
        ];
        let dir = empty(machine.dir().join("backups"));
        let mut tokens = Vec::new();
        for number in 0..6 {
            let file = dir.join(format!("{number}.db"));
            machine.jeton(["vault", "backup", file.to_str().unwrap()]).run().exits(0);
            assert_sound(&file);
            let db = Connection::open(&file).unwrap();
            let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
            let twins = count("SELECT count(DISTINCT value) FROM setting WHERE key IN ('one', 'two')");
            let one = count("SELECT coalesce(max(value), 0) FROM setting WHERE key = 'one'");
            let length = count("SELECT length(x) FROM big");
            assert!(twins <= 1 && (one == 0 || length == 20000 + one % 7), "{twins} {one} {length}");
            tokens.push(count("SELECT count(*) FROM token"));
            drop(db);
            machine.jeton(["log", "--check", "--vault", file.to_str().unwrap()]).run().exits(0);
        }
        over.store(true, Ordering::SeqCst);
        let written = writers.map(|writer| writer.join().unwrap());
        assert!(written.iter().all(|rounds| *rounds > 6), "nobody wrote: {written:?}");
        assert!(tokens.is_sorted() && tokens[5] > tokens[0], "{tokens:?}");
        assert_eq!(names(&dir).len(), 6, "{:?}", names(&dir));
    });
    assert_sound(&machine.vault());
}

#[test]
fn one_name_is_given_to_one_backup() {
    let machine = Machine::with_show_once_vault();
    machine.create("web");
    let dir = empty(machine.dir().join("backups"));
    let file = dir.join("b.db");
    let running: Vec<_> = (0..8).map(|_| machine.jeton(["vault", "backup", file.to_str().unwrap()]).start()).collect();
    let mut codes: Vec<_> = running.into_iter().map(|child| outcome(child).code).collect();
    codes.sort_unstable();
    assert_eq!((codes, names(&dir)), (vec![0, 4, 4, 4, 4, 4, 4, 4], vec!["b.db".to_owned()]));
    assert_sound(&file);
}

#[test]
fn it_is_for_its_owner_only_whatever_the_umask_is() {
    let machine = Machine::with_show_once_vault();
    for umask in ["000", "777"] {
        let mut shell = machine.command("sh");
        shell.args(["-c", &format!("umask {umask}; exec \"$0\" vault backup {umask}.db")]).arg(machine.program());
        crate::support::real::Ran::from(shell.output().unwrap()).exits(0);
        assert_eq!(mode(&machine.dir().join(format!("{umask}.db"))), 0o600);
    }
}

#[test]
fn a_backup_cut_short_leaves_a_whole_one_or_nothing() {
    const ROUNDS: u32 = 24;
    let machine = Machine::with_show_once_vault();
    machine.create("web");
    Connection::open(machine.vault()).unwrap().execute_batch(BIG).unwrap();
    let dir = empty(machine.dir().join("backups"));
    let start = Instant::now();
    machine.jeton(["vault", "backup", dir.join("usual.db").to_str().unwrap()]).run().exits(0);
    let usual = start.elapsed();
    fs::remove_file(dir.join("usual.db")).unwrap();
    let mut ended = 0;
    for round in 0..ROUNDS {
        let (signal, number) = [("INT", 2), ("TERM", 15), ("HUP", 1)][round as usize % 3];
        let file = dir.join(format!("{round}.db"));
        let mut child = machine.jeton(["vault", "backup", file.to_str().unwrap()]).start();
        // The point of the test is the moment, so nothing can tell when it has come.
        thread::sleep(usual * round / (ROUNDS - 4));
        drop(Command::new("kill").args(["-s", signal, &child.id().to_string()]).status());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let status = child.wait().unwrap();
        ended += u32::from(status.success());
        let killed_by = std::os::unix::process::ExitStatusExt::signal(&status);
        assert!(status.success() || killed_by == Some(number), "SIG{signal}: {status:?} {said}");
        let left = names(&dir);
        assert!(left.is_empty() || left == [format!("{round}.db")], "SIG{signal} left {left:?}");
        assert!(!left.is_empty() || !status.success(), "{said}");
        if !left.is_empty() {
            assert_sound(&file);
            fs::remove_file(file).unwrap();
        }
    }
    assert!(ended < ROUNDS, "none was interrupted in time");
    assert_sound(&machine.vault());
}

#[test]
fn a_full_disk_gets_no_backup() {
    let machine = Machine::new();
    let Some(disk) = Disk::new(&machine) else { return };
    let vault = machine.dir().join("vault.db");
    let jeton = |args: &[&str]| disk.jeton(&machine, &[args, &["--vault", vault.to_str().unwrap()]].concat());
    jeton(&["vault", "init"]).exits(0);
    for number in 0..40 {
        jeton(&["create", &format!("token {number}")]).exits(0);
    }
    let file = disk.dir().join("b.db");
    for room in [0, 8, 24] {
        disk.leave(&machine, room);
        let ran = jeton(&["vault", "backup", file.to_str().unwrap()]).exits(1).gives("");
        ran.says("the copy cannot be written: the disk is full\nhint: make room");
        assert_eq!(disk.shell(&machine, "ls -A \"$0\""), "fill\n", "with {room} KiB");
        disk.free(&machine);
    }
    jeton(&["vault", "backup", file.to_str().unwrap()]).exits(0);
}

#[test]
fn a_vault_that_cannot_be_written_can_be_backed_up() {
    if !needs(&["setpriv"]) {
        return;
    }
    let machine = Machine::of_nobody().vault_made();
    machine.create("web");
    let dir = machine.vault().parent().unwrap().to_owned();
    let backups = empty(machine.dir().join("backups"));
    machine.own(&backups);
    for (number, (of_dir, of_file)) in [(0o500, 0o600), (0o500, 0o400), (0o700, 0o400)].into_iter().enumerate() {
        set_mode(&machine.vault(), of_file);
        set_mode(&dir, of_dir);
        let before = machine.files();
        let file = backups.join(format!("{number}.db"));
        machine.jeton(["vault", "backup", file.to_str().unwrap()]).run().exits(0);
        assert!(machine.files() == before, "something was written, mode {of_dir:o}/{of_file:o}");
        machine.jeton(["create", "in the backup", "--vault", file.to_str().unwrap()]).run().exits(0);
        // Where nothing can be written there is no place for one either.
        set_mode(&dir, 0o500);
        let beside = dir.join("b.db");
        machine.jeton(["vault", "backup", beside.to_str().unwrap()]).run().exits(2).says("Permission denied");
        set_mode(&dir, 0o700);
    }
}
