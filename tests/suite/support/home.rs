//! A machine of paper: the fake host. Commands run whole, in this process, with streams, clock, terminal and
//! clipboard that a test can write and read. Only the vault is a true file.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jeton::host::{
    Changes, Clipboard, Clock, Error, Host, Keyring, NoClipboard, NoKeyring, NotStarted, Offer, Program, Reach, Stream,
    Unanswered,
};
use jeton::token::exit::Exit;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::CryptoRng;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use tempfile::TempDir;
use zeroize::Zeroizing;

/// A user's home with at most one vault in it, and what that user's desktop holds.
pub struct Home {
    dir: TempDir,
    now: Cell<Timestamp>,
    pub desk: Rc<RefCell<Desk>>,
    /// The keys that the kernel keeps, each until its time; `None` where it keeps none.
    pub kernel: Option<Kernel>,
}

type Kernel = Rc<RefCell<BTreeMap<String, (Vec<u8>, Timestamp)>>>;

/// The clipboard, if there is one.
#[derive(Default)]
pub struct Desk {
    pub present: bool,
    pub text: Option<String>,
    /// What was last put there: the secret, when it is to be cleared, what is to come back.
    pub put: Option<(String, Option<Duration>, Option<String>)>,
}

pub const PASSPHRASE: &str = "correct horse";

impl Home {
    /// Nothing in it yet. The clock stands at noon of 21 November 2026, UTC.
    pub fn new() -> Home {
        let dir = tempfile::tempdir().unwrap();
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        Home { dir, now: Cell::new(now), desk: Rc::default(), kernel: None }
    }

    /// With a show-once vault and these tokens.
    pub fn with(names: &[&str]) -> Home {
        let home = Home::new();
        home.jeton(["vault", "init"]).run().exits(Exit::Done);
        for name in names {
            home.create(name);
        }
        home
    }

    /// With a vault that keeps copies, under [`PASSPHRASE`].
    pub fn keeping(names: &[&str]) -> Home {
        let home = Home::new();
        home.jeton(["vault", "init"]).var("JETON_PASSPHRASE", PASSPHRASE).run().exits(Exit::Done);
        for name in names {
            home.create(name);
        }
        home
    }

    pub fn with_clipboard(self) -> Home {
        self.desk.borrow_mut().present = true;
        self
    }

    pub fn with_keyring(mut self) -> Home {
        self.kernel = Some(Kernel::default());
        self
    }

    /// Makes a token and gives its secret.
    #[track_caller]
    pub fn create(&self, name: &str) -> String {
        self.jeton(["create", name]).run().exits(Exit::Done).out.trim_end().to_owned()
    }

    /// What a verification says of a secret; it leaves no trace.
    pub fn verdict(&self, secret: &str) -> Exit {
        self.jeton(["verify", "--peek"]).stdin(secret).run().exit
    }

    /// The log, oldest first: what was done, to which token, and the detail.
    #[track_caller]
    pub fn events(&self) -> Vec<String> {
        let log = self.jeton(["log", "--json"]).run().exits(Exit::Done).json();
        let line = |event: &serde_json::Value| {
            let words = [&event["action"], &event["token"]["name"], &event["detail"]].map(|word| word.as_str());
            words.into_iter().flatten().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        };
        log.as_array().unwrap().iter().map(line).collect()
    }

    pub fn jeton<S: AsRef<str>>(&self, words: impl IntoIterator<Item = S>) -> Jeton<'_> {
        Jeton {
            home: self,
            words: words.into_iter().map(|word| word.as_ref().into()).collect(),
            stdin: RefCell::new(Box::new(io::empty())),
            vars: BTreeMap::new(),
            terminal: false,
            columns: None,
            answers: RefCell::default(),
            broken_stdout: None,
            nowhere: false,
            meanwhile: RefCell::default(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn vault(&self) -> PathBuf {
        self.path("data/vault.db")
    }

    pub fn pass(&self, span: SignedDuration) {
        self.now.set(self.now.get().checked_add(span).unwrap());
    }

    /// A look into the file, as anybody with SQLite could take it.
    pub fn sql<T: rusqlite::types::FromSql>(&self, query: &str) -> T {
        let db = rusqlite::Connection::open(self.vault()).unwrap();
        db.query_row(query, [], |row| row.get(0)).unwrap()
    }

    /// Changes the file behind jeton's back.
    pub fn tamper(&self, statements: &str) {
        let db = rusqlite::Connection::open(self.vault()).unwrap();
        db.execute_batch(statements).unwrap();
    }
}

/// One saying, and how the machine is while it is said.
#[must_use]
pub struct Jeton<'h> {
    home: &'h Home,
    words: Vec<OsString>,
    stdin: RefCell<Box<dyn Read>>,
    vars: BTreeMap<String, OsString>,
    terminal: bool,
    columns: Option<u16>,
    answers: RefCell<VecDeque<Result<String, Unanswered>>>,
    broken_stdout: Option<io::ErrorKind>,
    nowhere: bool,
    meanwhile: RefCell<VecDeque<Meanwhile<'h>>>,
}

/// What somebody else does while jeton waits.
type Meanwhile<'h> = Box<dyn FnOnce() + 'h>;

impl<'h> Jeton<'h> {
    pub fn stdin(self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin_from(io::Cursor::new(bytes.as_ref().to_vec()))
    }

    pub fn stdin_from(mut self, stream: impl Read + 'static) -> Self {
        self.stdin = RefCell::new(Box::new(stream));
        self
    }

    pub fn var(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.vars.insert(name.to_owned(), value.into());
        self
    }

    pub fn word(mut self, word: impl Into<OsString>) -> Self {
        self.words.push(word.into());
        self
    }

    /// Somebody is there and will give these answers, and no more.
    pub fn answers<'a>(mut self, answers: impl IntoIterator<Item = &'a str>) -> Self {
        self.terminal = true;
        self.answers = RefCell::new(answers.into_iter().map(|answer| Ok(answer.to_owned())).collect());
        self
    }

    /// Somebody is there, and refuses to answer the first question.
    pub fn refuses(mut self, how: Unanswered) -> Self {
        self.terminal = true;
        self.answers = RefCell::new(VecDeque::from([Err(how)]));
        self
    }

    pub fn columns(mut self, columns: u16) -> Self {
        self.columns = Some(columns);
        self
    }

    pub fn broken_stdout(mut self, how: io::ErrorKind) -> Self {
        self.broken_stdout = Some(how);
        self
    }

    /// stdout is /dev/null, or closed.
    pub fn stdout_goes_nowhere(mut self) -> Self {
        self.nowhere = true;
        self
    }

    /// What somebody else does when jeton waits for a change of the vault; after the last, nothing changes any more.
    pub fn meanwhile(self, deed: impl FnOnce() + 'h) -> Self {
        self.meanwhile.borrow_mut().push_back(Box::new(deed));
        self
    }

    /// Runs it.
    pub fn run(self) -> Ran {
        let words = self.words.clone();
        let machine = Machine { jeton: &self, out: Pipe::default(), err: Pipe::default() };
        let argv = [OsString::from("jeton")].into_iter().chain(words.iter().cloned()).collect();
        let exit = jeton::run(argv, &machine);
        let (out, err) = (machine.out.text(), machine.err.text());
        let unasked = self.answers.borrow().len();
        assert_eq!(unasked, 0, "jeton {words:?} did not ask for all that was answered\nstdout: {out}\nstderr: {err}");
        Ran { words, exit, out, err }
    }
}

/// What a run gave back.
pub struct Ran {
    words: Vec<OsString>,
    pub exit: Exit,
    pub out: String,
    pub err: String,
}

impl Ran {
    #[track_caller]
    pub fn exits(self, exit: Exit) -> Self {
        assert_eq!(self.exit, exit, "{}", self.whole());
        self
    }

    /// Both streams, to the letter.
    #[track_caller]
    pub fn gives(self, exit: Exit, out: &str, err: &str) -> Self {
        assert_eq!((self.exit, self.out.as_str(), self.err.as_str()), (exit, out, err), "\n{}", self.whole());
        self
    }

    #[track_caller]
    pub fn says(self, part: &str) -> Self {
        assert!(self.err.contains(part), "stderr lacks {part:?}\n{}", self.whole());
        self
    }

    #[track_caller]
    pub fn says_nothing(self) -> Self {
        assert_eq!(self.err, "", "{}", self.whole());
        self
    }

    #[track_caller]
    pub fn prints(self, out: &str) -> Self {
        assert_eq!(self.out, out, "{}", self.whole());
        self
    }

    /// Neither stream holds it.
    #[track_caller]
    pub fn hides(self, secret: &str) -> Self {
        assert!(!self.out.contains(secret) && !self.err.contains(secret), "{}", self.whole());
        self
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}", self.whole()))
    }

    /// The failure as JSON on stderr.
    #[track_caller]
    pub fn error_json(&self) -> serde_json::Value {
        let line = self.err.lines().last().unwrap_or_default();
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{error}\n{}", self.whole()))
            ["error"]
            .take()
    }

    fn whole(&self) -> String {
        format!("jeton {:?}\nexit: {:?}\nstdout: {}\nstderr: {}", self.words, self.exit, self.out, self.err)
    }
}

/// The host of one run.
struct Machine<'a, 'h> {
    jeton: &'a Jeton<'h>,
    out: Pipe,
    err: Pipe,
}

impl Host for Machine<'_, '_> {
    fn now(&self) -> Timestamp {
        self.jeton.home.now.get()
    }

    fn clock(&self) -> Clock {
        let now = self.now();
        Arc::new(move || now)
    }

    fn time_zone(&self) -> Box<dyn FnOnce() -> TimeZone> {
        Box::new(|| TimeZone::UTC)
    }

    fn random(&self) -> Result<Box<dyn CryptoRng + Send>, Error> {
        Ok(Box::new(UnwrapErr(SysRng)))
    }

    fn var(&self, name: &str) -> Option<OsString> {
        self.jeton.vars.get(name).cloned()
    }

    fn data_dir(&self) -> Option<PathBuf> {
        Some(self.jeton.home.path("data"))
    }

    fn current_dir(&self) -> Option<PathBuf> {
        Some(self.jeton.home.path(""))
    }

    fn user(&self) -> String {
        "alice".to_owned()
    }

    fn machine(&self) -> String {
        "paper".to_owned()
    }

    fn stdin(&self) -> Box<dyn Read> {
        self.jeton.stdin.replace(Box::new(io::empty()))
    }

    fn stdout(&self) -> Box<dyn Write> {
        match self.jeton.broken_stdout {
            Some(how) => Box::new(Broken(how)),
            None => Box::new(self.out.clone()),
        }
    }

    fn stderr(&self) -> Box<dyn Write> {
        Box::new(self.err.clone())
    }

    fn log(&self) -> Box<dyn Write + Send> {
        Box::new(std::io::sink())
    }

    fn is_terminal(&self, _: Stream) -> bool {
        self.jeton.terminal
    }

    fn goes_nowhere(&self, stream: Stream) -> bool {
        stream == Stream::Out && self.jeton.nowhere
    }

    fn columns(&self, _: Stream) -> Option<u16> {
        self.jeton.columns
    }

    fn ask_hidden(&self, prompt: &str) -> Result<Zeroizing<String>, Unanswered> {
        self.answer(prompt).map(Zeroizing::new)
    }

    fn ask_yes(&self, prompt: &str) -> Result<bool, Unanswered> {
        self.answer(prompt).map(|answer| answer == "y")
    }

    fn changes(&self, _: &Path) -> Result<Box<dyn Changes + '_>, Error> {
        Ok(Box::new(Deeds(self.jeton)))
    }

    fn tidy(&self, _: Vec<PathBuf>) -> Box<dyn Any> {
        Box::new(())
    }

    fn clipboard(&self) -> Result<Box<dyn Clipboard>, NoClipboard> {
        let desk = &self.jeton.home.desk;
        if desk.borrow().present { Ok(Box::new(OnDesk(desk.clone()))) } else { Err(NoClipboard::NotFound) }
    }

    fn keyring(&self) -> Result<Box<dyn Keyring>, NoKeyring> {
        match &self.jeton.home.kernel {
            Some(kernel) => Ok(Box::new(InKernel { keys: kernel.clone(), now: self.now() })),
            None => Err(NoKeyring::Forbidden),
        }
    }

    /// On paper any program is there, until it is to begin.
    fn look_up(&self, _: &OsStr) -> Result<(), NotStarted> {
        Ok(())
    }

    fn become_program(&self, _: &Program<'_>) -> NotStarted {
        NotStarted::NotFound
    }
}

impl Machine<'_, '_> {
    fn answer(&self, prompt: &str) -> Result<String, Unanswered> {
        write!(self.err.clone(), "{prompt}").unwrap();
        self.jeton.answers.borrow_mut().pop_front().unwrap_or_else(|| panic!("nobody answers {prompt:?}"))
    }
}

/// The deeds of others, one for each wait.
struct Deeds<'a, 'h>(&'a Jeton<'h>);

impl Changes for Deeds<'_, '_> {
    fn wait(&mut self) -> Result<bool, Error> {
        let deed = self.0.meanwhile.borrow_mut().pop_front();
        Ok(deed.map(|deed| deed()).is_some())
    }
}

struct OnDesk(Rc<RefCell<Desk>>);

impl Clipboard for OnDesk {
    fn text(&mut self) -> Option<Zeroizing<String>> {
        self.0.borrow().text.clone().map(Zeroizing::new)
    }

    fn put(&mut self, offer: Offer<'_>) -> Result<Reach, NoClipboard> {
        let secret = offer.secret.expose().to_owned();
        let restore = offer.restore.map(|text| text.to_string());
        let mut desk = self.0.borrow_mut();
        desk.text = Some(secret.clone());
        desk.put = Some((secret, offer.clear_after, restore));
        Ok(Reach::Desktop)
    }
}

/// A keyring whose clock is the paper one.
struct InKernel {
    keys: Kernel,
    now: Timestamp,
}

impl Keyring for InKernel {
    fn keep(&self, name: &str, bytes: &[u8], life: Duration) -> Result<(), NoKeyring> {
        let end = self.now.checked_add(life).unwrap();
        self.keys.borrow_mut().insert(name.to_owned(), (bytes.to_vec(), end));
        Ok(())
    }

    fn kept(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, NoKeyring> {
        let keys = self.keys.borrow();
        let kept = keys.get(name).filter(|(_, end)| self.now < *end);
        Ok(kept.map(|(bytes, _)| Zeroizing::new(bytes.clone())))
    }

    fn forget(&self, name: &str) -> Result<bool, NoKeyring> {
        Ok(self.keys.borrow_mut().remove(name).is_some_and(|(_, end)| self.now < end))
    }
}

#[derive(Clone, Default)]
struct Pipe(Rc<RefCell<Vec<u8>>>);

impl Pipe {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).expect("jeton writes UTF-8")
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Every byte of the vault's files.
pub fn bytes_of(vault: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for end in ["", "-wal", "-shm"] {
        let mut name = vault.as_os_str().to_owned();
        name.push(end);
        all.extend(std::fs::read(name).unwrap_or_default());
    }
    all
}
