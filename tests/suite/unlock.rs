//! `jeton unlock`, `lock` and `status`: on paper, where the clock can be set, and in the true kernel.

use std::collections::BTreeMap;
use std::process::Command;
use std::thread;

use jeton::token::exit::Exit;
use jiff::SignedDuration;
use nix::errno::Errno;
use nix::libc;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

use crate::support::home::{Home, PASSPHRASE};
use crate::support::real::{self, Machine, Ran, eventually};

fn unlocked(life: &str) -> Home {
    let home = Home::keeping(&["web"]).with_keyring();
    home.jeton(["unlock", "--for", life]).answers([PASSPHRASE]).run().exits(Exit::Done);
    home
}

#[test]
fn while_it_is_unlocked_nobody_is_asked() {
    let home = Home::keeping(&[]).with_keyring();
    let secret = home.create("web");
    let ran = home.jeton(["unlock"]).answers([PASSPHRASE]).run().exits(Exit::Done).prints("");
    ran.says("unlocked for 15 minutes").says("every process of yours can read the key").says("`jeton lock`");
    home.jeton(["copy", "web", "--print"]).run().exits(Exit::Done).prints(&format!("{secret}\n"));
    // The paper machine has no programs; it got as far as looking for one.
    home.jeton(["run", "web", "--", "make"]).run().exits(Exit::CommandNotFound).hides(&secret);
    assert_eq!(home.events()[2..], ["unlock for 15m", "reveal web", "reveal web to a command"]);
}

#[test]
fn it_is_locked_again_when_the_time_is_over() {
    let home = unlocked("10m");
    home.pass(SignedDuration::from_mins(9));
    home.jeton(["copy", "web", "--print"]).run().exits(Exit::Done);
    home.pass(SignedDuration::from_mins(1));
    home.jeton(["copy", "web", "--print"]).run().exits(Exit::Locked).says("jeton unlock");
    home.jeton(["copy", "web", "--print"]).answers([PASSPHRASE]).run().exits(Exit::Done);
    home.jeton(["status"]).run().gives(Exit::Done, "locked\n", "");
}

#[test]
fn lock_drops_the_key_at_once() {
    let home = unlocked("1h");
    home.jeton(["lock"]).run().gives(Exit::Done, "", "locked\n");
    home.jeton(["copy", "web", "--print"]).run().exits(Exit::Locked);
    home.jeton(["lock"]).run().gives(Exit::Done, "", "it was not unlocked\n");
    assert!(home.kernel.unwrap().borrow().is_empty());
}

#[test]
fn status_tells_how_long_and_prolongs_nothing() {
    let home = unlocked("15m");
    home.pass(SignedDuration::from_mins(5));
    for _ in 0..3 {
        let out = home.jeton(["status"]).run().exits(Exit::Done).says_nothing().out;
        assert_eq!(out, "unlocked for another 10 minutes, until 2026-11-21 12:15:00 UTC\n");
    }
    let json = home.jeton(["status", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(json, serde_json::json!({"unlocked": true, "until": "2026-11-21T12:15:00.000Z", "seconds_left": 600}));
    home.pass(SignedDuration::from_mins(10));
    let json = home.jeton(["status", "--json"]).run().exits(Exit::Done).json();
    assert_eq!(json, serde_json::json!({"unlocked": false, "until": null, "seconds_left": null}));
}

#[test]
fn unlocking_again_begins_anew() {
    let home = unlocked("1m");
    home.jeton(["unlock", "--for", "2h"]).answers([PASSPHRASE]).run().exits(Exit::Done).says("2 hours");
    home.pass(SignedDuration::from_mins(119));
    home.jeton(["copy", "web", "--print"]).run().exits(Exit::Done);
}

#[test]
fn a_passphrase_that_is_given_is_the_one_that_counts() {
    let home = unlocked("15m");
    let copy = || home.jeton(["copy", "web", "--print"]);
    copy().var("JETON_PASSPHRASE", "wrong").run().exits(Exit::Locked).prints("");
    copy().var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Done);
    // Set but empty is not given.
    copy().var("JETON_PASSPHRASE", "").run().exits(Exit::Done);
}

#[test]
fn a_wrong_passphrase_unlocks_nothing_and_is_on_record() {
    let home = Home::keeping(&["web"]).with_keyring();
    home.jeton(["unlock"]).answers(["wrong"]).run().exits(Exit::Locked);
    assert_eq!(home.events().last().unwrap(), "refuse wrong passphrase");
    home.jeton(["status"]).run().prints("locked\n");
}

#[test]
fn a_script_gives_the_passphrase_or_is_told_how() {
    let home = Home::keeping(&["web"]).with_keyring();
    home.jeton(["unlock"]).run().exits(Exit::Locked).says("--passphrase-file");
    home.jeton(["unlock", "--json"]).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Done);
    assert_eq!(home.jeton(["lock", "--json"]).run().json()["unlocked"], false);
}

#[test]
fn a_span_is_one_that_the_kernel_can_count() {
    let home = Home::keeping(&[]).with_keyring();
    for bad in ["0s", "-1m", "never", "soon", "200y", "2027-01-31"] {
        home.jeton(["unlock", "--for", bad]).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Usage);
    }
    home.jeton(["unlock", "--for", "10ms"])
        .var("JETON_PASSPHRASE", PASSPHRASE)
        .run()
        .exits(Exit::Done)
        .says("1 second");
}

#[test]
fn what_has_no_key_cannot_be_unlocked() {
    let home = Home::with(&["web"]).with_keyring();
    home.jeton(["unlock"]).answers([]).run().exits(Exit::Refused).says("show-once");
    home.jeton(["status"]).run().exits(Exit::Done).prints("this is a show-once vault: it has nothing to unlock\n");
    for verb in ["unlock", "lock", "status"] {
        Home::new().with_keyring().jeton([verb]).run().exits(Exit::NotFound);
    }
}

/// The key of one vault says nothing to another, whatever the other calls itself.
#[test]
fn a_key_opens_its_own_vault_and_no_other() {
    let home = unlocked("15m");
    let mut other = Home::keeping(&["api"]);
    other.kernel.clone_from(&home.kernel);
    other.jeton(["copy", "api", "--print"]).run().exits(Exit::Locked);
    let id = home.sql::<Vec<u8>>("SELECT value FROM setting WHERE key = 'vault_id'");
    let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    other.tamper(&format!("UPDATE setting SET value = x'{id}' WHERE key = 'vault_id'"));
    other.jeton(["copy", "api", "--print"]).run().exits(Exit::Locked);
    other.jeton(["status"]).run().prints("locked\n");
}

#[test]
fn what_others_left_in_the_keyring_is_no_key() {
    let home = unlocked("15m");
    for junk in [vec![], vec![7; 8], vec![255; 40], vec![0; 256]] {
        home.kernel.as_ref().unwrap().borrow_mut().values_mut().for_each(|(bytes, _)| bytes.clone_from(&junk));
        home.jeton(["copy", "web", "--print"]).run().exits(Exit::Locked);
        home.jeton(["status"]).run().prints("locked\n");
    }
}

#[test]
fn without_a_keyring_it_is_8_and_all_else_as_before() {
    let home = Home::keeping(&["web"]);
    let ran = home.jeton(["unlock"]).answers([]).run().exits(Exit::NotHere);
    ran.says("keyring").says("--passphrase-file");
    home.jeton(["lock"]).run().exits(Exit::NotHere);
    assert!(home.jeton(["status"]).run().exits(Exit::Done).out.starts_with("locked: "));
    home.jeton(["copy", "web", "--print"]).answers([PASSPHRASE]).run().exits(Exit::Done);
    home.jeton(["run", "web", "--", "make"]).answers([PASSPHRASE]).run().exits(Exit::CommandNotFound);
}

/// A vault of its own: the kernel's keyring is one for all tests of this user.
fn machine() -> Machine {
    let machine = Machine::new();
    machine.jeton(["vault", "init"]).unlocked().run().exits(0);
    machine.create("web");
    machine
}

/// How the kernel tells of the key of this vault, if it keeps one: as `/proc/keys` has it.
fn in_the_kernel(machine: &Machine) -> Option<String> {
    let db = rusqlite::Connection::open(machine.vault()).unwrap();
    let id: String =
        db.query_row("SELECT lower(hex(value)) FROM setting WHERE key = 'vault_id'", [], |row| row.get(0)).unwrap();
    let keys = std::fs::read_to_string("/proc/keys").unwrap();
    // One that was revoked has no content, and goes when the kernel finds time.
    let kept = |line: &&str| line.contains(&format!("jeton:{id}: ")) && !line.split(' ').nth(1).unwrap().contains('R');
    keys.lines().find(kept).map(str::to_owned)
}

#[test]
fn the_kernel_keeps_the_key_and_drops_it_by_its_own_clock() {
    let machine = machine();
    machine.jeton(["unlock", "--for", "10m"]).unlocked().run().exits(0);
    let kept = in_the_kernel(&machine).expect("the kernel keeps it");
    // Count, timeout, permissions: of the user's processes only.
    let fields: Vec<_> = kept.split_whitespace().collect();
    assert!(["10m", "9m"].contains(&fields[3]), "{kept}");
    assert!(fields[4].ends_with("0000"), "{kept}");
    machine.jeton(["unlock", "--for", "1s"]).unlocked().run().exits(0);
    eventually("the key is gone", || (machine.jeton(["status"]).run().stdout == "locked\n").then_some(()));
    machine.jeton(["copy", "web", "--print"]).run().exits(5);
}

#[test]
fn other_sessions_of_the_same_user_are_spared_the_passphrase_too() {
    let machine = machine();
    machine.jeton(["unlock"]).unlocked().run().exits(0);
    let copy = |before: &[&str]| {
        let mut command = machine.command(before[0]);
        Ran::from(command.args(&before[1..]).arg(machine.program()).args(["copy", "web", "--print"]).output().unwrap())
    };
    copy(&["env"]).exits(0);
    copy(&["setsid", "--wait"]).exits(0);
    machine.jeton(["lock"]).run().exits(0);
    assert_eq!(in_the_kernel(&machine), None);
    copy(&["env"]).exits(5);
}

#[test]
fn another_user_gets_nothing() {
    if !nix::unistd::geteuid().is_root() {
        return real::skipped("second user");
    }
    let machine = machine();
    machine.jeton(["unlock"]).unlocked().run().exits(0);
    let of_nobody = Machine::of_nobody();
    std::fs::create_dir_all(of_nobody.vault().parent().unwrap()).unwrap();
    std::fs::copy(machine.vault(), of_nobody.vault()).unwrap();
    of_nobody.own(&of_nobody.vault());
    of_nobody.own(of_nobody.vault().parent().unwrap());
    of_nobody.jeton(["status"]).run().gives("locked\n");
    of_nobody.jeton(["copy", "web", "--print"]).run().exits(5);
    // Nor does one who unlocks for nobody unlock for root.
    machine.jeton(["lock"]).run().exits(0);
    of_nobody.jeton(["unlock"]).unlocked().run().exits(0);
    of_nobody.jeton(["copy", "web", "--print"]).run().exits(0);
    machine.jeton(["status"]).run().gives("locked\n");
    of_nobody.jeton(["lock"]).run().exits(0);
}

#[test]
fn the_key_is_in_no_file() {
    let machine = machine();
    let before: Vec<_> = machine.files().into_keys().collect();
    machine.jeton(["unlock"]).unlocked().run().exits(0);
    assert_eq!(machine.files().into_keys().collect::<Vec<_>>(), before);
    let line = in_the_kernel(&machine).unwrap();
    let number = u32::from_str_radix(line.split_whitespace().next().unwrap(), 16).unwrap();
    let mut kept = [0; 40];
    let key = linux_keyutils::Key::from_id(linux_keyutils::KeySerialId::new(i32::try_from(number).unwrap()));
    assert_eq!(key.read(&mut kept).unwrap(), 40);
    for (path, content) in machine.files() {
        let holds = content.is_some_and(|bytes| bytes.windows(32).any(|window| window == &kept[8..]));
        assert!(!holds, "{}", path.display());
    }
    machine.jeton(["lock"]).run().exits(0);
}

/// As in a container: whatever is run from this thread may not speak to the kernel's keyring.
fn without_keyring(command: &mut Command) -> Ran {
    let calls = [libc::SYS_add_key, libc::SYS_request_key, libc::SYS_keyctl];
    let rules: BTreeMap<i64, Vec<_>> = calls.into_iter().map(|call| (call, Vec::new())).collect();
    let forbidden = SeccompAction::Errno(Errno::EPERM as u32);
    let arch = std::env::consts::ARCH.try_into().unwrap();
    let filter: BpfProgram =
        SeccompFilter::new(rules, SeccompAction::Allow, forbidden, arch).unwrap().try_into().unwrap();
    thread::scope(|scope| {
        let child = scope.spawn(|| {
            seccompiler::apply_filter(&filter).expect("a process may bind itself");
            command.output().expect("it starts")
        });
        Ran::from(child.join().unwrap())
    })
}

#[test]
fn a_container_that_forbids_the_keyring_is_told_from_a_failure() {
    let machine = machine();
    let jeton = |args: &[&str], passphrase: bool| {
        let mut command = machine.command(machine.program());
        if passphrase {
            command.env("JETON_PASSPHRASE", real::PASSPHRASE);
        }
        without_keyring(command.args(args))
    };
    jeton(&["unlock"], true).exits(8).says("forbids").says("hint: ");
    jeton(&["lock"], false).exits(8);
    jeton(&["status"], false).exits(0);
    jeton(&["copy", "web", "--print"], false).exits(5);
    jeton(&["copy", "web", "--print"], true).exits(0);
    jeton(&["run", "web", "--", "true"], true).exits(0);
    jeton(&["create", "api"], false).exits(0);
}
