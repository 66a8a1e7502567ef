//! What is promised about speed, measured. `cargo bench --bench speed` runs the usual rows, words after `--` choose
//! some of them; CONTRIBUTING.md tells what each means.
//!
//! Everything is a ratio of two things that ran in turns on the same machine: whole processes, from before they are
//! spawned until they have been waited for.

#![forbid(unsafe_code)]

mod create;
mod filled;
mod inside;
mod timing;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use filled::{Filled, hold_log};
use timing::{Pairs, Run, print_head};

/// Rows in the order they run. Those of the second group take long or need a build, and run only when they are named.
const USUAL: &[&str] =
    &["verify", "killed", "stamp", "cycle", "sizes", "page", "orders", "list", "table", "batch", "create", "run"];
const ON_REQUEST: &[&str] = &["static", "ten-million"];

fn main() {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    if words.first().is_some_and(|word| word == "inside") {
        inside::run(&words[1..]).expect("what runs inside");
        return;
    }
    // `cargo bench` adds `--bench`.
    let mut words = words.iter().filter_map(|word| word.to_str()).filter(|word| *word != "--bench");
    let mut rows = Vec::new();
    let mut runs = 201;
    let mut jeton = PathBuf::from(env!("CARGO_BIN_EXE_jeton"));
    let mut against = None;
    while let Some(word) = words.next() {
        match word {
            "--runs" => runs = words.next().and_then(|count| count.parse().ok()).expect("--runs COUNT"),
            "--jeton" => jeton = words.next().map(PathBuf::from).expect("--jeton PATH"),
            "--against" => against = Some(words.next().map(PathBuf::from).expect("--against PATH")),
            row if USUAL.contains(&row) || ON_REQUEST.contains(&row) => rows.push(row),
            other => {
                eprintln!(
                    "no row is called {other}; there are: {} and, only when named, {}",
                    USUAL.join(", "),
                    ON_REQUEST.join(", ")
                );
                eprintln!("also --runs COUNT, --jeton PATH (measure this one), --against PATH (compare with this one)");
                std::process::exit(2);
            }
        }
    }
    if rows.is_empty() {
        rows.extend(USUAL);
    }
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for the vaults");
    let jeton = installed(&jeton, &dir.path().join("jeton"));
    let against = against.map(|other| installed(&other, &dir.path().join("other")));
    let bench = Bench { dir: dir.path(), jeton, against, shell: shell(), runs };
    print_head();
    for row in rows {
        match row {
            "verify" => bench.verify(),
            "killed" => bench.killed(),
            "stamp" => bench.stamp(),
            "cycle" => bench.cycle(),
            "sizes" => bench.sizes(1_000_000),
            "ten-million" => bench.sizes(10_000_000),
            "page" => bench.page(),
            "orders" => bench.orders(),
            "list" => bench.list(),
            "table" => bench.table(),
            "batch" => bench.batch(),
            "create" => bench.create(),
            "run" => bench.run(),
            _ => bench.linked_statically(),
        }
    }
}

/// The `sqlite3` shell, where there is one.
fn shell() -> Option<PathBuf> {
    let runs = Command::new("sqlite3").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !runs {
        println!("skipped: no sqlite3 to compare with");
    }
    runs.then(|| PathBuf::from("sqlite3"))
}

struct Bench<'a> {
    dir: &'a Path,
    jeton: PathBuf,
    /// Another build of jeton.
    against: Option<PathBuf>,
    shell: Option<PathBuf>,
    runs: usize,
}

impl Bench<'_> {
    fn vault(&self, tokens: u64) -> Filled {
        let dir = tempfile::tempdir_in(self.dir).expect("a directory for the vault").keep();
        Filled::new(&self.jeton, &dir, tokens)
    }

    fn done_with(&self, vault: Filled) {
        std::fs::remove_dir_all(vault.path.parent().expect("its own directory")).expect("the vault can be removed");
    }

    fn verifies(&self, jeton: &Path, vault: &Filled) -> Run {
        Run::new(jeton).words(["verify"]).vault(&vault.path).input(&vault.one_secret(self.dir))
    }

    fn shell_looks(&self, shell: &Path, vault: &Filled) -> Run {
        Run::new(shell).words([vault.path.as_os_str()]).words([vault.one_lookup()])
    }

    /// One verification, stamps on: the first of a minute writes one, the others read.
    fn verify(&self) {
        let vault = self.vault(100_000);
        let verify = self.verifies(&self.jeton, &vault);
        let empty = Run::new(empty_program(self.dir));
        for frames in [0, 100, 900] {
            let log = (frames > 0).then(|| hold_log(&vault, frames));
            if let Some(shell) = &self.shell {
                let look = self.shell_looks(shell, &vault);
                Pairs::of(self.runs, &verify, &look)
                    .print(&format!("verify, {frames} frames / sqlite3 shell"), Some(1.0));
            }
            Pairs::of(self.runs, &verify, &empty).print(&format!("verify, {frames} frames / empty program"), Some(1.6));
            if let Some(other) = &self.against {
                let other = self.verifies(other, &vault);
                Pairs::of(self.runs, &verify, &other)
                    .print(&format!("verify, {frames} frames / the other jeton"), None);
            }
            drop(log);
        }
        self.done_with(vault);
    }

    /// Frames that a killed process left: whoever opens next reads them all to find out what they are, and, closing
    /// as the last one, moves them into the file.
    fn killed(&self) {
        let vault = self.vault(100_000);
        let left = vault.path.with_extension("left");
        let log = hold_log(&vault, 900);
        let ends = ["", "-wal"];
        let named = |path: &Path, end: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        // The files as they are while it is open are those that a kill leaves.
        for end in ends {
            std::fs::copy(named(&vault.path, end), named(&left, end)).expect("room for a copy");
        }
        drop(log);
        let restore = || {
            for end in ends {
                std::fs::copy(named(&left, end), named(&vault.path, end)).expect("room for a copy");
            }
        };
        let verify = self.verifies(&self.jeton, &vault);
        let after_kill = |run: &Run| {
            restore();
            run.time()
        };
        verify.time();
        let settled = Pairs::take(21, || after_kill(&verify), || verify.time());
        settled.print("verify, 900 frames left by a kill, the first / the second", None);
        if let Some(shell) = &self.shell {
            let look = self.shell_looks(shell, &vault);
            let both = Pairs::take(21, || after_kill(&verify), || after_kill(&look));
            both.print("verify, 900 frames left by a kill / sqlite3 shell", None);
        }
        self.done_with(vault);
    }

    /// What the one verification a minute that stamps costs, against those that do not.
    fn stamp(&self) {
        let vault = self.vault(100_000);
        let verify = self.verifies(&self.jeton, &vault);
        let stamped = || {
            let db = rusqlite::Connection::open(&vault.path).expect("the vault opens");
            db.execute(
                "UPDATE secret SET last_used_at = NULL WHERE token_seq = ?1",
                [(vault.tokens * 2 / 3 + 1) as i64],
            )
            .expect("an update");
            drop(db);
            verify.time()
        };
        Pairs::take(self.runs, stamped, || verify.time()).print("verify that stamps / verify that does not", None);
        self.done_with(vault);
    }

    /// One stamp and k reads: each process moves the log into the file as it closes, or leaves it to be read again by
    /// all that follow. Each way has a vault of its own. A log that is left grows up to 1000 frames, at which SQLite
    /// moves it anyway; 450 are its usual state in a busy vault.
    fn cycle(&self) {
        let me = std::env::current_exe().expect("this program");
        for (frames, reads) in [(0, 1), (0, 10), (450, 1), (450, 10)] {
            let (clean, left) = (self.vault(100_000), self.vault(100_001));
            leave_frames(&left, frames);
            let cycle = |vault: &Filled, ending: &str| {
                let secret = vault.one_secret(self.dir);
                let inside = |what: &str| {
                    let what = format!("{what}-{ending}");
                    Run::new(&me).words(["inside", &what]).words([vault.path.as_os_str(), secret.as_os_str()])
                };
                let (stamp, read) = (inside("stamp"), inside("read"));
                move || stamp.time() + (0..reads).map(|_| read.time()).sum::<Duration>()
            };
            Pairs::take(self.runs / 3 + 1, cycle(&left, "leave"), cycle(&clean, "clean"))
                .print(&format!("1 stamp, {reads} reads, leaving a log of {frames}.. / closing cleanly"), None);
            self.done_with(clean);
            self.done_with(left);
        }
    }

    /// A lookup costs the same in a small vault and a large one.
    fn sizes(&self, most: u64) {
        let (small, large) = (self.vault(1_000), self.vault(most));
        let [few, many] = [&small, &large].map(|vault| self.verifies(&self.jeton, vault));
        Pairs::of(self.runs * 2, &many, &few).print(&format!("verify, {most} tokens / 1000 tokens"), Some(1.1));
        self.done_with(small);
        self.done_with(large);
    }

    /// The newest of a million, in each way to tell them, and one lookup among them.
    fn page(&self) {
        let vault = self.vault(1_000_000);
        let verify = self.verifies(&self.jeton, &vault);
        for (flags, goal) in [(&[][..], Some(1.6)), (&["--json"], None), (&["--quiet"], None)] {
            let list = Run::new(&self.jeton).words(["list", "--limit", "50"]).words(flags).vault(&vault.path);
            let what = format!("list --limit 50 {}, 1000000 tokens / verify", flags.concat());
            Pairs::of(self.runs, &list, &verify).print(&what, goal);
        }
        self.done_with(vault);
    }

    /// All of a million, or the first of them, in an order that an index gives and in one that it does not.
    fn orders(&self) {
        let vault = self.vault(1_000_000);
        let list = |flags: &[&str]| Run::new(&self.jeton).words(["list", "--quiet"]).words(flags).vault(&vault.path);
        let newest = list(&[]);
        for flags in [
            &["--sort", "name"][..],
            &["--sort", "owner"],
            &["--sort", "last-used"],
            &["--sort", "last-used", "--limit", "50"],
            &["--sort", "expires", "--limit", "50", "--label", "env=production"],
            &["--expiring", "14d"],
        ] {
            let ordered = list(flags);
            Pairs::of(3, &ordered, &newest).print(&format!("list -q {} / list -q", flags.join(" ")), None);
            println!("  peak: {:.1} MiB (goal: under 32)", ordered.peak_mib());
        }
        self.done_with(vault);
    }

    fn list(&self) {
        let vault = self.vault(1_000_000);
        let list = Run::new(&self.jeton).words(["list", "--json", "--all"]).vault(&vault.path);
        if let Some(shell) = &self.shell {
            let query = |sql: &str| Run::new(shell).words(["-json"]).words([vault.path.as_os_str()]).words([sql]);
            let plain = query("SELECT * FROM token");
            Pairs::of(7, &list, &plain).print("list --json, 1000000 tokens / sqlite3 -json, table token", Some(0.75));
            let same = query(
                "SELECT t.*, s.created_at, s.retires_at, s.last_used_at, s.sealed IS NOT NULL FROM token t
                 JOIN secret s ON s.token_seq = t.seq ORDER BY t.created_at DESC, t.seq DESC",
            );
            Pairs::of(7, &list, &same)
                .print("list --json, 1000000 tokens / sqlite3 -json, with its secrets, in order", None);
            println!("  peak of sqlite3 -json: {:.1} MiB", plain.peak_mib());
        }
        if let Some(other) = &self.against {
            let other = Run::new(other).words(["list", "--json", "--all"]).vault(&vault.path);
            Pairs::of(7, &list, &other).print("list --json, 1000000 tokens / the other jeton", None);
        }
        println!("  peak of list --json: {:.1} MiB (goal: under 32)", list.peak_mib());
        self.done_with(vault);
    }

    fn table(&self) {
        let vault = self.vault(1_000_000);
        let list = Run::new(&self.jeton).words(["list", "--all"]).vault(&vault.path);
        if let Some(shell) = &self.shell {
            let columns = Run::new(shell)
                .words(["-column"])
                .words([vault.path.as_os_str()])
                .words(["SELECT t.name, t.id, t.revoked_at, t.expires_at, s.last_used_at, t.created_at FROM token t
                 JOIN secret s ON s.token_seq = t.seq ORDER BY t.created_at DESC, t.seq DESC"]);
            Pairs::of(5, &list, &columns).print("list, 1000000 tokens / sqlite3 -column, the same columns", None);
            println!("  peak of sqlite3 -column: {:.1} MiB", columns.peak_mib());
        }
        if let Some(other) = &self.against {
            let other = Run::new(other).words(["list", "--all"]).vault(&vault.path);
            Pairs::of(5, &list, &other).print("list, 1000000 tokens / the other jeton", None);
        }
        println!("  peak of list: {:.1} MiB", list.peak_mib());
        self.done_with(vault);
    }

    fn batch(&self) {
        let vault = self.vault(1_000_000);
        let lines = vault.lines(self.dir, 1_000_000);
        let me = std::env::current_exe().expect("this program");
        let inside = |what: &str| {
            Run::new(&me).words(["inside", what]).words([vault.path.as_os_str()]).words([lines.as_os_str()])
        };
        let batch =
            |jeton: &Path| Run::new(jeton).words(["verify", "--batch", "--peek"]).vault(&vault.path).input(&lines);
        let ours = batch(&self.jeton);
        Pairs::of(3, &ours, &inside("loop")).print("verify --batch --peek, 1000000 lines / bare loop", Some(1.25));
        Pairs::of(3, &ours, &inside("loop-held")).print("verify --batch --peek / bare loop in one transaction", None);
        if let Some(other) = &self.against {
            Pairs::of(3, &ours, &batch(other)).print("verify --batch --peek / the other jeton", None);
        }
        println!("  peak of verify --batch: {:.1} MiB", ours.peak_mib());
        self.done_with(vault);
    }

    /// A command with a secret in its environment, from a vault that is unlocked.
    fn run(&self) {
        let vault = self.dir.join("unlocked.db");
        let jeton = |words: &[&str]| {
            let mut command = Command::new(&self.jeton);
            command.args(words).env("JETON_VAULT", &vault).env("JETON_PASSPHRASE", "correct horse");
            let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
            status.is_ok_and(|status| status.success())
        };
        assert!(jeton(&["create", "web"]), "jeton create");
        if !jeton(&["unlock", "--for", "1h"]) {
            println!("skipped: no keyring to unlock with");
            return;
        }
        let run = Run::new(&self.jeton).words(["run", "web", "--", "true"]).vault(&vault);
        let env = Run::new("env").words(["X=y", "true"]);
        Pairs::of(self.runs, &run, &env).print("run NAME -- true, unlocked / env X=y true", Some(2.0));
        if let Some(other) = &self.against {
            let other = Run::new(other).words(["run", "web", "--", "true"]).vault(&vault);
            Pairs::of(self.runs, &run, &other).print("run NAME -- true, unlocked / the other jeton", None);
        }
        assert!(jeton(&["lock"]), "jeton lock");
    }

    /// jeton linked statically, as far as the targets are there. Builds it, which takes minutes.
    fn linked_statically(&self) {
        let Some(shell) = &self.shell else { return };
        let vault = self.vault(100_000);
        let look = self.shell_looks(shell, &vault);
        for (target, goal) in [("x86_64-unknown-linux-gnu", 0.8), ("x86_64-unknown-linux-musl", 0.5)] {
            let Some(jeton) = static_build(target) else {
                println!("skipped: no build for {target}");
                continue;
            };
            let verify = self.verifies(&installed(&jeton, &self.dir.join(target)), &vault);
            for frames in [0, 900] {
                let log = (frames > 0).then(|| hold_log(&vault, frames));
                let pairs = Pairs::of(self.runs, &verify, &look);
                pairs.print(&format!("verify, static, {target}, {frames} frames / sqlite3 shell"), Some(goal));
                drop(log);
            }
        }
        self.done_with(vault);
    }
}

/// Adds frames to a log and goes without moving them.
fn leave_frames(vault: &Filled, count: u64) {
    let db = rusqlite::Connection::open(&vault.path).expect("the vault opens");
    db.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF").expect("pragmas");
    db.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).expect("a setting");
    for n in 0..count {
        db.execute(
            "UPDATE secret SET last_used_at = last_used_at + 1 WHERE token_seq = ?1",
            [(n * 977 % 50_000 + 1) as i64],
        )
        .expect("a stamp");
    }
}

/// A copy, as an installation makes it. What a linker has just written lies in the page cache in small pieces, and every
/// page of such a program that is touched costs more: a `verify` was 1.2 times slower for it.
fn installed(program: &Path, place: &Path) -> PathBuf {
    std::fs::copy(program, place).expect("a copy of the program");
    place.to_owned()
}

/// The least a Rust program does between exec and exit.
fn empty_program(dir: &Path) -> PathBuf {
    let (source, program) = (dir.join("empty.rs"), dir.join("linked"));
    std::fs::write(&source, "fn main() {}\n").expect("room for a line");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let built = Command::new(rustc).args(["-O", "-C", "lto", "-o"]).arg(&program).arg(&source).status();
    assert!(built.expect("rustc can be run").success(), "rustc");
    installed(&program, &dir.join("empty"))
}

fn static_build(target: &str) -> Option<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?.join("static");
    let built = Command::new(cargo)
        .args(["build", "--release", "--quiet", "--bin", "jeton", "--target", target, "--target-dir"])
        .arg(&dir)
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    built.is_ok_and(|status| status.success()).then(|| dir.join(target).join("release/jeton"))
}
