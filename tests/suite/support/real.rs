//! The true program on the true machine: in a home directory of its own, with an environment that holds nothing but
//! what a test puts there. Where the machine lacks a part, that is said aloud.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

use nix::unistd::geteuid;
use tempfile::TempDir;

use super::pty::Pty;

/// Longer than anything here takes on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(30);
/// The passphrase of every vault that has one.
pub const PASSPHRASE: &str = "correct horse";
/// Who has no rights at all, and is found on every system.
const NOBODY: u32 = 65534;

/// Whether all these programs are installed. If not, the test is skipped; where `CI` is set, it fails.
#[must_use]
pub fn needs(programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = |program: &&&str| std::env::split_paths(&path).any(|dir| dir.join(program).is_file());
    let Some(missing) = programs.iter().find(|program| !there(program)) else { return true };
    assert!(std::env::var_os("CI").is_none(), "{missing} is missing, and CI wants every test");
    skipped(missing);
    false
}

/// Says that a test did not happen. libtest shows what `eprintln!` writes only for failures.
pub fn skipped(missing: &str) {
    let line = format!("\nskipped: no {missing}\n");
    io::stderr().write_all(line.as_bytes()).expect("stderr can be written");
}

/// Looks again and again, where nothing tells when to.
#[track_caller]
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "never happened: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// What `work` returns, which must be in time.
#[track_caller]
pub fn soon<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    result.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("took too long: {what}"))
}

/// Everything in a directory; the content of directories is `None`.
pub type Files = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// One person's account: a home directory with nothing in it, and jeton.
pub struct Machine {
    dir: TempDir,
    program: PathBuf,
    /// Another user than the one who runs the tests.
    nobody: bool,
}

impl Machine {
    pub fn new() -> Machine {
        Machine::of(false)
    }

    /// With a vault under [`PASSPHRASE`].
    pub fn with_vault() -> Machine {
        Machine::new().vault_made()
    }

    /// With a vault that keeps no copies, which is quickly made.
    pub fn with_show_once_vault() -> Machine {
        let machine = Machine::new();
        machine.jeton(["vault", "init"]).run().exits(0);
        machine
    }

    /// Of somebody to whom permissions apply: not of root.
    pub fn of_nobody() -> Machine {
        Machine::of(geteuid().is_root())
    }

    fn of(nobody: bool) -> Machine {
        let dir = TempDir::new().expect("a temporary directory");
        // Under a name of its own, which tells the helpers of one test from those of another.
        let program = dir.path().join("jeton");
        let built = env!("CARGO_BIN_EXE_jeton");
        if fs::hard_link(built, &program).is_err() {
            // By another process: a file that some thread's child still has open cannot be run.
            let copied = Command::new("cp").arg(built).arg(&program).status();
            assert!(copied.expect("cp starts").success());
        }
        let machine = Machine { dir, program, nobody };
        fs::create_dir(machine.home()).expect("a home");
        fs::write(machine.passphrase_file(), PASSPHRASE).expect("a passphrase file");
        machine.own(machine.dir.path());
        machine.own(&machine.home());
        machine.own(&machine.passphrase_file());
        machine
    }

    /// Makes a vault under [`PASSPHRASE`]. Deriving its key takes longer than most tests, so that is done once for
    /// each build of jeton, and the file copied.
    pub fn vault_made(self) -> Machine {
        let built = fs::metadata(env!("CARGO_BIN_EXE_jeton")).and_then(|meta| meta.modified()).expect("it was built");
        let built = built.duration_since(UNIX_EPOCH).expect("not so long ago").as_nanos();
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{built}.db"));
        if !kept.exists() {
            self.jeton(["vault", "init"]).unlocked().run().exits(0);
            let draft = kept.with_file_name(self.dir.path().file_name().expect("it has a name"));
            fs::copy(self.vault(), &draft).and_then(|_| fs::rename(&draft, &kept)).expect("room for a vault");
            return self;
        }
        let mut dir = self.home();
        for part in [".local", "share", "jeton"] {
            dir.push(part);
            DirBuilder::new().mode(0o700).create(&dir).expect("a directory");
            self.own(&dir);
        }
        fs::copy(&kept, self.vault()).expect("a vault");
        self.own(&self.vault());
        self
    }

    /// Gives a file to whom this machine belongs.
    pub fn own(&self, path: &Path) {
        if self.nobody {
            chown(path, Some(NOBODY), Some(NOBODY)).expect("root can give files away");
        }
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    pub fn passphrase_file(&self) -> PathBuf {
        self.dir.path().join("passphrase")
    }

    /// Where jeton keeps its vault when nobody says otherwise.
    pub fn vault(&self) -> PathBuf {
        self.home().join(".local/share/jeton/vault.db")
    }

    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Everything in the home directory.
    pub fn files(&self) -> Files {
        let mut files = Files::new();
        gather(&self.home(), &mut files);
        files
    }

    /// A program that this person runs.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = if self.nobody {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.env_clear().envs(self.vars()).current_dir(self.dir.path());
        command
    }

    /// The least that a shell would know. Nothing is coloured, so that sentences can be looked for.
    pub fn vars(&self) -> [(&'static str, OsString); 3] {
        let path = std::env::var_os("PATH").unwrap_or_default();
        [("HOME", self.home().into()), ("PATH", path), ("NO_COLOR", "1".into())]
    }

    pub fn jeton<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Jeton {
        let mut command = self.command(&self.program);
        command.args(args);
        Jeton { command, passphrase_file: self.passphrase_file(), input: Vec::new(), stdout: None }
    }

    /// jeton with somebody in front of it.
    pub fn at_terminal<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Pty {
        let like = self.command(&self.program);
        let mut pty = Pty::new(like.get_program()).args(like.get_args()).args(args).cwd(self.dir.path());
        for (name, value) in self.vars() {
            pty = pty.env(name, value);
        }
        pty
    }

    /// A token, of which nobody hears but the caller; its secret.
    #[track_caller]
    pub fn create(&self, name: &str) -> String {
        self.jeton(["create", name]).run().exits(0).stdout.trim_end().to_owned()
    }

    /// The exit code of `jeton verify`.
    #[track_caller]
    pub fn verify(&self, secret: &str) -> i32 {
        self.jeton(["verify"]).stdin(secret).run().code
    }

    /// The names of all tokens, in order.
    #[track_caller]
    pub fn names(&self) -> Vec<String> {
        let listed = self.jeton(["list", "--all", "--quiet"]).run().exits(0);
        let mut names: Vec<_> = listed.stdout.lines().map(str::to_owned).collect();
        names.sort();
        names
    }
}

fn gather(dir: &Path, files: &mut Files) {
    for entry in fs::read_dir(dir).expect("a directory").flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            gather(&path, files);
            files.insert(path, None);
        } else {
            let content = fs::read(&path).expect("a file");
            files.insert(path, Some(content));
        }
    }
}

/// The permissions of a file.
pub fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("it is there").mode() & 0o7777
}

pub fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}

/// One run of jeton. Nobody sits at it: its standard streams are no terminal.
#[must_use = "nothing runs before run"]
pub struct Jeton {
    command: Command,
    passphrase_file: PathBuf,
    input: Vec<u8>,
    stdout: Option<Stdio>,
}

impl Jeton {
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Jeton {
        self.command.env(name, value);
        self
    }

    /// With [`PASSPHRASE`] in a file.
    pub fn unlocked(self) -> Jeton {
        let file = self.passphrase_file.clone();
        self.env("JETON_PASSPHRASE_FILE", file)
    }

    pub fn stdin(mut self, input: &str) -> Jeton {
        self.input = input.as_bytes().to_vec();
        self
    }

    pub fn stdout(mut self, to: impl Into<Stdio>) -> Jeton {
        self.stdout = Some(to.into());
        self
    }

    /// Starts it, to be awaited with [`outcome`].
    #[track_caller]
    pub fn start(mut self) -> Child {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(self.stdout.take().unwrap_or_else(Stdio::piped))
            .stderr(Stdio::piped())
            .spawn()
            .expect("jeton starts");
        let mut input = child.stdin.take().expect("it is piped");
        // It need not read what it is given.
        drop(input.write_all(&self.input));
        child
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Ran {
        outcome(self.start())
    }
}

/// How a program ended and what it said.
#[derive(Debug)]
pub struct Ran {
    /// A death by a signal is 128 and its number, as a shell says it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

#[track_caller]
pub fn outcome(child: Child) -> Ran {
    Ran::from(soon("jeton", move || child.wait_with_output()).expect("it can be waited for"))
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        use std::os::unix::process::ExitStatusExt;
        let code = output.status.code().or_else(|| Some(128 + output.status.signal()?));
        Ran {
            code: code.expect("it ended one way or the other"),
            stdout: String::from_utf8(output.stdout).expect("stdout is text"),
            stderr: String::from_utf8(output.stderr).expect("stderr is text"),
        }
    }
}

impl Ran {
    #[track_caller]
    pub fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Says this on stderr.
    #[track_caller]
    pub fn says(self, text: &str) -> Ran {
        assert!(self.stderr.contains(text), "{text:?} was not said: {self:#?}");
        self
    }

    /// Says nothing on stderr.
    #[track_caller]
    pub fn says_nothing(self) -> Ran {
        assert_eq!(self.stderr, "", "{self:#?}");
        self
    }

    /// Gives exactly this on stdout.
    #[track_caller]
    pub fn gives(self, text: &str) -> Ran {
        assert_eq!(self.stdout, text, "{self:#?}");
        self
    }
}

/// A vault of which nothing is broken.
#[track_caller]
pub fn assert_sound(vault: &Path) {
    let db = rusqlite::Connection::open(vault).unwrap();
    let answer = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0));
    assert_eq!(answer("PRAGMA integrity_check").unwrap(), "ok");
    // Every token has a secret, every secret a token, and the log has no gap.
    for sql in [
        "SELECT count(*) FROM token WHERE seq NOT IN (SELECT token_seq FROM secret)",
        "SELECT count(*) FROM secret WHERE token_seq NOT IN (SELECT seq FROM token)",
        "SELECT max(seq) - count(*) FROM event",
        "SELECT count(*) FROM token WHERE id NOT IN (SELECT token_id FROM event WHERE action = 'create')",
    ] {
        assert_eq!(db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 0, "{sql}");
    }
}
