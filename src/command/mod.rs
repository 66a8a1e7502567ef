//! command: what each saying does, one file per command. What a flag leaves open is asked of the host here, once: the
//! vault, the passphrase, the owner.

mod batch;
mod body;
mod complete;
mod completions;
mod confirm;
mod copy;
mod create;
mod delete;
mod deliver;
mod doctor;
mod draft;
mod edit;
mod export;
mod help;
mod import;
mod issue;
mod later_steps;
mod list;
mod log;
mod login;
mod policy;
mod revoke;
mod rotate;
mod run;
pub mod said;
mod secret;
#[cfg_attr(not(feature = "serve"), path = "serve_absent.rs")]
mod serve;
mod show;
mod unlock;
mod vault;
mod verify;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::cli::{Cli, Global, Selection, Verb, Wanted};
use crate::error::Error;
use crate::host::{Host, somebody_there};
use crate::report::Report;
use crate::store::{Access, Location};
use crate::token::exit::Exit;
use crate::token::name;
use crate::token::query::{Expiring, Filter, Query};
use crate::token::secret::trim_newline;
use crate::token::span::Ago;
use crate::vault::{Moment, Vault};

pub use complete::{VARIABLE as COMPLETE_VARIABLE, complete};

/// No passphrase is longer, in bytes.
const MOST_READ: u64 = 4096;
/// Where a passphrase can come from.
const PASSPHRASE_FILE: &str = "JETON_PASSPHRASE_FILE";
const PASSPHRASE: &str = "JETON_PASSPHRASE";

/// The one match from what was said to what is done.
pub fn run(cli: Cli, host: &dyn Host, out: &mut Report) -> Result<Exit, Error> {
    let place = Place { global: &cli.global, host };
    match cli.command {
        Verb::Create(args) => create::run(args, &place, out),
        Verb::List(args) => list::run(&args, &place, out),
        Verb::Show(args) => show::run(&args, &place, out),
        Verb::Copy(args) => copy::run(&args, &place, out),
        Verb::Run(args) => run::run(&args, &place, out),
        Verb::Verify(args) => verify::run(&args, &place, out),
        Verb::Rotate(args) => rotate::run(&args, &place, out),
        Verb::Revoke(args) => revoke::revoke(&args, &place, out),
        Verb::Restore(args) => revoke::restore(&args, &place, out),
        Verb::Edit(args) => edit::run(args, &place, out),
        Verb::Delete(args) => delete::run(&args, &place, out),
        Verb::Login(args) => login::login(args, &place, out),
        Verb::Logout(args) => login::logout(&args, &place, out),
        Verb::Unlock(args) => unlock::unlock(&args, &place, out),
        Verb::Lock(_) => unlock::lock(&place, out),
        Verb::Status(_) => unlock::status(&place, out),
        Verb::Policy(args) => policy::run(&args, &place, out),
        Verb::Log(args) => log::run(&args, &place, out),
        Verb::Doctor(args) => doctor::run(&args, &place, out),
        Verb::Export(args) => export::run(&args, &place, out),
        Verb::Import(args) => import::run(args, &place, out),
        Verb::Serve(args) => serve::run(&args, &place),
        Verb::Vault(args) => vault::run(&args, &place, out),
        Verb::Completions(args) => completions::run(&args, out),
        Verb::Help(args) => help::run(&args, host, out),
    }
}

/// Whether this saying wants JSON, so that failures are told in it too.
pub fn wants_json(verb: &Verb) -> bool {
    match verb {
        Verb::Create(args) => args.format.json,
        Verb::List(args) => args.format.json,
        Verb::Show(args) => args.format.json,
        Verb::Copy(args) => args.format.json,
        Verb::Verify(args) => args.format.json || args.batch,
        Verb::Rotate(args) => args.format.json,
        Verb::Revoke(args) => args.format.json,
        Verb::Restore(args) => args.format.json,
        Verb::Edit(args) => args.format.json,
        Verb::Delete(args) => args.format.json,
        Verb::Login(args) => args.format.json,
        Verb::Logout(args) => args.format.json,
        Verb::Unlock(args) => args.format.json,
        Verb::Lock(args) => args.format.json,
        Verb::Status(args) => args.format.json,
        Verb::Policy(args) => policy::wants_json(args),
        Verb::Log(args) => args.format.json,
        Verb::Doctor(args) => args.format.json,
        Verb::Export(args) => args.format.json,
        Verb::Import(args) => args.format.json,
        Verb::Vault(args) => vault::wants_json(args),
        Verb::Run(_) | Verb::Serve(_) | Verb::Completions(_) | Verb::Help(_) => false,
    }
}

/// Whether this saying wants silence on stderr.
pub fn wants_quiet(verb: &Verb) -> bool {
    match verb {
        Verb::Verify(args) => args.quiet,
        Verb::Create(args) => args.delivery.is_quiet(),
        Verb::Rotate(args) => args.delivery.is_quiet(),
        Verb::Login(args) => args.delivery.is_quiet(),
        _ => false,
    }
}

/// Where a command finds itself: what holds for all of them, and the machine.
struct Place<'a> {
    global: &'a Global,
    host: &'a dyn Host,
}

impl Place<'_> {
    /// `--vault`, else JETON_VAULT, else the user's data directory.
    fn location(&self) -> Result<Location, Error> {
        location(self.global.vault.as_deref(), self.host)
    }

    fn open(&self, access: Access) -> Result<Vault, Error> {
        Ok(Vault::open(&self.location()?, access)?)
    }

    fn moment(&self) -> Moment {
        Moment { now: self.host.now(), actor: self.actor(), by: None, presented: None }
    }

    /// Who runs this and where, as the log has it.
    fn actor(&self) -> String {
        format!("{}@{}", self.host.user(), self.host.machine())
    }

    /// LOGNAME, else USER, else the system's own record of this user.
    fn owner(&self) -> Result<String, Error> {
        let set = |name| self.host.var(name).filter(|value| !value.is_empty());
        let (whence, owner) = match (set("LOGNAME"), set("USER")) {
            (Some(owner), _) => ("LOGNAME", owner.to_string_lossy().into_owned()),
            (None, Some(owner)) => ("USER", owner.to_string_lossy().into_owned()),
            (None, None) => ("this user's login name", self.host.user()),
        };
        name::parse_owner(&owner).map_err(|error| Error::Input {
            what: whence.into(),
            why: error.to_string(),
            hint: "set LOGNAME to who you are; `jeton create` also takes `--owner`",
        })
    }

    /// A file, or stdin for `-`.
    fn input(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        if path == Path::new("-") { Ok(self.host.stdin()) } else { Ok(Box::new(File::open(path)?)) }
    }

    /// A passphrase that was given: by file, or by environment. Set but empty is not given.
    fn given_passphrase(&self) -> Result<Option<Zeroizing<String>>, Error> {
        if let Some(file) = self.passphrase_file() {
            return match self.read_passphrase(&file)? {
                passphrase if passphrase.is_empty() => Err(no_passphrase(&file, "it is empty")),
                passphrase => Ok(Some(passphrase)),
            };
        }
        let given = self.host.var(PASSPHRASE).filter(|value| !value.is_empty());
        match given.map(std::ffi::OsString::into_string) {
            None => Ok(None),
            Some(Ok(passphrase)) => Ok(Some(Zeroizing::new(passphrase))),
            Some(Err(_)) => Err(Error::Input {
                what: PASSPHRASE.into(),
                why: "it is not UTF-8".into(),
                hint: "give the passphrase as text",
            }),
        }
    }

    /// The file that a passphrase is to be read from, if one was named.
    fn passphrase_file(&self) -> Option<PathBuf> {
        let variable = || self.host.var(PASSPHRASE_FILE).filter(|value| !value.is_empty());
        self.global.passphrase_file.clone().or_else(|| variable().map(PathBuf::from))
    }

    /// The one line of a file, or of stdin for `-`; an empty one is no passphrase.
    fn read_passphrase(&self, path: &Path) -> Result<Zeroizing<String>, Error> {
        let failed = |why: &str| no_passphrase(path, why);
        let mut bytes = Zeroizing::new(Vec::with_capacity(2 * MOST_READ as usize));
        let read = self.input(path).and_then(|stream| stream.take(MOST_READ + 1).read_to_end(&mut bytes));
        read.map_err(|error| failed(&error.to_string()))?;
        if bytes.len() as u64 > MOST_READ {
            return Err(failed("it is longer than 4096 bytes"));
        }
        match std::str::from_utf8(trim_newline(&bytes)) {
            Err(_) => Err(failed("it is not UTF-8")),
            Ok(text) if text.contains('\n') => Err(failed("it has more than one line")),
            Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        }
    }

    /// The passphrase, from somebody who is there. `or_key`: a vault that is unlocked would have needed none.
    fn ask_passphrase(&self, or_key: bool) -> Result<Zeroizing<String>, Error> {
        if !somebody_there(self.host) {
            return Err(Error::PassphraseNeeded { or_key });
        }
        Ok(self.host.ask_hidden("Passphrase: ")?)
    }
}

/// A passphrase file that holds none.
fn no_passphrase(path: &Path, why: &str) -> Error {
    Error::Input {
        what: format!("the passphrase file {}", path.display()),
        why: why.to_owned(),
        hint: "name a file that holds the passphrase on its one line",
    }
}

/// How an input is called in an error.
fn input_name(path: &Path) -> String {
    if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() }
}

/// Whoever reads a list may have seen enough, as in `jeton list | head -1`.
fn read_to_the_end(told: Result<(), Error>) -> Result<(), Error> {
    match told {
        Err(Error::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        told => told,
    }
}

/// What a token must be or have, as it was said.
fn filter(wanted: &Wanted) -> Filter {
    Filter {
        types: wanted.types.clone(),
        owner: wanted.owner.clone(),
        labels: wanted.labels.clone(),
        scopes: wanted.scopes.clone(),
    }
}

/// Which tokens were chosen by filters; `None` if there was no filter.
fn chosen(selection: &Selection, now: Timestamp) -> Result<Option<Query>, Error> {
    let past = |ago: Option<Ago>| ago.map(|ago| ago.resolve(now)).transpose().map_err(crate::vault::Error::from);
    let by = selection.expiring.map(|ahead| ahead.resolve(now)).transpose().map_err(crate::vault::Error::from)?;
    let statuses = &selection.statuses;
    let query = Query {
        filter: filter(&selection.wanted),
        statuses: (!statuses.is_empty()).then(|| (statuses.clone(), now)),
        unused_since: past(selection.unused)?,
        never_used: selection.never_used,
        created_before: past(selection.created_before)?,
        expired_at: selection.expired.then_some(now),
        expiring: by.map(|by| Expiring { now, by }),
    };
    Ok(Some(query).filter(|query| *query != Query::default()))
}

/// `--vault`, else JETON_VAULT, else the user's data directory.
fn location(flag: Option<&Path>, host: &dyn Host) -> Result<Location, Error> {
    let path = match flag {
        Some(path) => path.to_owned(),
        None => match host.var("JETON_VAULT").filter(|path| !path.is_empty()) {
            Some(path) => PathBuf::from(path),
            None => host.data_dir().filter(|dir| dir.is_absolute()).ok_or(Error::NoDataDir)?.join("vault.db"),
        },
    };
    Ok(Location::File(path))
}
