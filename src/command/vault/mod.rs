//! `jeton vault`: the vault as a whole. Making one stands here, since the first `create` makes a vault too.

mod backup;
mod passphrase;

use zeroize::Zeroizing;

use super::{Place, read_to_the_end};
use crate::cli::{self, VaultVerb};
use crate::error::Error;
use crate::host::somebody_there;
use crate::report::Report;
use crate::store::{self, Access};
use crate::token::exit::Exit;
use crate::vault::{self, Vault};

const NEW: &str = "New passphrase: ";

pub(super) fn run(args: &cli::Vault, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    match &args.verb {
        VaultVerb::Init(_) => init(place, out)?,
        VaultVerb::Info(_) => info(place, out)?,
        VaultVerb::Passphrase(args) => passphrase::run(args, place, out)?,
        VaultVerb::Backup(args) => backup::run(&args.file, place, out)?,
        VaultVerb::Compact(_) => compact(place, out)?,
    }
    Ok(Exit::Done)
}

pub(super) fn wants_json(args: &cli::Vault) -> bool {
    match &args.verb {
        VaultVerb::Init(args) => args.format.json,
        VaultVerb::Info(args) => args.format.json,
        VaultVerb::Passphrase(args) => args.format.json,
        VaultVerb::Backup(args) => args.format.json,
        VaultVerb::Compact(args) => args.format.json,
    }
}

fn init(place: &Place<'_>, out: &mut Report) -> Result<(), Error> {
    let location = place.location()?;
    let there = || Error::VaultExists(location.path().display().to_string());
    match Vault::open(&location, Access::Read) {
        Ok(_) => return Err(there()),
        Err(vault::Error::Store(store::Error::Absent(_))) => {}
        Err(error) => return Err(error.into()),
    }
    match make(place, out)? {
        Some(keeps_copies) => out.vault(location.path(), keeps_copies),
        None => Err(there()),
    }
}

fn info(place: &Place<'_>, out: &mut Report) -> Result<(), Error> {
    let info = place.open(Access::Read)?.info(place.host.now())?;
    read_to_the_end(out.info(place.location()?.path(), &info))
}

fn compact(place: &Place<'_>, out: &mut Report) -> Result<(), Error> {
    let (before, after) = place.open(Access::Write)?.compact()?;
    out.compacted(place.location()?.path(), before, after)
}

/// Opens the vault to write; makes it first if there is none.
pub(super) fn open_or_make(place: &Place<'_>, out: &mut Report) -> Result<Vault, Error> {
    match place.open(Access::Write) {
        Err(Error::Vault(vault::Error::Store(store::Error::Absent(_)))) => {
            if let Some(keeps_copies) = make(place, out)? {
                out.founded(place.location()?.path(), keeps_copies);
            }
            place.open(Access::Write)
        }
        opened => opened,
    }
}

/// Whether the new vault keeps copies; `None` if another process was faster.
fn make(place: &Place<'_>, out: &mut Report) -> Result<Option<bool>, Error> {
    let passphrase = new_passphrase(place, out)?;
    let passphrase = passphrase.as_ref().map(|passphrase| passphrase.as_str());
    let mut rng = place.host.random()?;
    let made = Vault::found(&place.location()?, passphrase, &place.moment(), &mut *rng)?;
    Ok(made.then_some(passphrase.is_some()))
}

/// The given one; else what somebody who is there types twice; else none, which makes a show-once vault.
fn new_passphrase(place: &Place<'_>, out: &mut Report) -> Result<Option<Zeroizing<String>>, Error> {
    if let Some(given) = place.given_passphrase()? {
        return Ok(Some(given));
    }
    if !somebody_there(place.host) {
        return Ok(None);
    }
    out.say("this makes a new vault. Choose a passphrase for it:");
    out.say("`jeton copy` will ask for it before it gives out a secret again.");
    out.say("an empty passphrase makes a show-once vault, which keeps no copies at all.");
    let passphrase = place.host.ask_hidden(NEW)?;
    repeated(&passphrase, "made", place)?;
    Ok(Some(passphrase).filter(|passphrase| !passphrase.is_empty()))
}

/// What nobody can see is typed twice.
fn repeated(passphrase: &str, done: &'static str, place: &Place<'_>) -> Result<(), Error> {
    let again = place.host.ask_hidden("Repeat the passphrase: ")?;
    if *again == passphrase { Ok(()) } else { Err(Error::PassphrasesDiffer { done }) }
}
