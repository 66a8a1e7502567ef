//! `jeton vault passphrase`: another one, a first one, or none any more.

use std::path::Path;

use zeroize::Zeroizing;

use super::super::{Place, confirm};
use super::{NEW, repeated};
use crate::cli;
use crate::error::Error;
use crate::host::somebody_there;
use crate::report::Report;
use crate::report::vault::Passphrase;
use crate::store::{Access, Wiped};

pub(super) fn run(args: &cli::Passphrase, place: &Place<'_>, out: &mut Report) -> Result<(), Error> {
    let location = place.location()?;
    let mut vault = place.open(Access::Write)?;
    let done = if args.remove {
        if vault.has_key()? && !args.yes {
            let copies = vault.info(place.host.now())?.stock.copies;
            confirm::removal(copies, place, out)?;
        }
        match vault.remove_passphrase(&place.moment())? {
            Some(copies) => Passphrase::Removed { copies },
            None => Passphrase::None,
        }
    } else {
        // Before anybody is asked for the old one.
        let given = given(args.new_passphrase_file.as_deref(), place)?;
        let mut rng = place.host.random()?;
        if vault.has_key()? {
            // Also where the key waits: who leaves a terminal unlocked is not to find another passphrase.
            let old = place.given_passphrase()?.map_or_else(|| place.ask_passphrase(false), Ok)?;
            let mut unlocked = vault.unlock(&old, None, &place.moment())?;
            let new = given.map_or_else(|| asked(place), Ok)?;
            unlocked.change_passphrase(&new, &place.moment(), &mut *rng)?;
            Passphrase::Changed
        } else {
            if given.is_none() {
                out.about_to_keep_copies();
            }
            let new = given.map_or_else(|| asked(place), Ok)?;
            vault.add_passphrase(&new, &place.moment(), &mut *rng)?;
            Passphrase::Added { copies: vault.policy()?.keeps_copies() }
        }
    };
    let wiped = vault.wipe();
    out.passphrase(location.path(), done, wiped == Wiped::Pending)
}

/// The new passphrase from a file; `None` if somebody is there to type it.
fn given(file: Option<&Path>, place: &Place<'_>) -> Result<Option<Zeroizing<String>>, Error> {
    let Some(file) = file else {
        return if somebody_there(place.host) { Ok(None) } else { Err(Error::NewPassphraseNeeded) };
    };
    let stdin = Path::new("-");
    if file == stdin && place.passphrase_file().is_some_and(|old| old == stdin) {
        return Err(Error::Grammar {
            message: "the old and the new passphrase cannot both come from stdin".into(),
            hint: "give one of them with a file, or the old one in JETON_PASSPHRASE".into(),
        });
    }
    let new = place.read_passphrase(file)?;
    if new.is_empty() { Err(Error::EmptyPassphrase) } else { Ok(Some(new)) }
}

fn asked(place: &Place<'_>) -> Result<Zeroizing<String>, Error> {
    let new = place.host.ask_hidden(NEW)?;
    if new.is_empty() {
        return Err(Error::EmptyPassphrase);
    }
    repeated(&new, "changed", place)?;
    Ok(new)
}
