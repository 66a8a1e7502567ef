//! `jeton unlock`, `lock` and `status`, and how every other command unlocks: by a passphrase that was given, else by the
//! key that waits in the kernel's keyring, else by asking.

use std::time::Duration;

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::Place;
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::report::unlock::State;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::token::record::Token;
use crate::token::span::{BadSpan, Life};
use crate::vault::{self, Moment, PrivateKey, Unlocked, Vault};

/// The kernel counts the seconds of a key in 32 bits.
const LONGEST: u64 = u32::MAX as u64;
/// What is kept begins with the time at which it is over: the kernel drops it then, and tells nobody when that is.
const TIME: usize = size_of::<i64>();

/// A key that waits for whoever needs it.
struct Waiting {
    until: Timestamp,
    key: PrivateKey,
}

pub(super) fn unlock(args: &cli::Unlock, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut vault = place.open(Access::Write)?;
    // Nobody is asked for a passphrase in vain.
    if !vault.has_key()? {
        return Err(vault::Error::ShowOnceVault.into());
    }
    let keyring = place.host.keyring()?;
    let name = name(&mut vault)?;
    seconds(args.life, place.host.now())?;
    let passphrase = match place.given_passphrase()? {
        Some(given) => given,
        None => place.ask_passphrase()?,
    };
    let moment = place.moment();
    let mut unlocked = vault.unlock(&passphrase, None, &moment)?;
    let key = unlocked.lend(&format!("for {}", args.life), &moment)?;
    // From now on, however long the question took.
    let now = place.host.now();
    let life = seconds(args.life, now)?;
    let until = now.checked_add(life).map_err(|_| vault::Error::from(BadSpan::TooFar))?;
    let kept = [&until.as_millisecond().to_be_bytes()[..], &key].concat();
    keyring.keep(&name, &Zeroizing::new(kept), life)?;
    out.at(now);
    out.unlocked(until)?;
    Ok(Exit::Done)
}

pub(super) fn lock(place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let name = name(&mut place.open(Access::Read)?)?;
    let dropped = place.host.keyring()?.forget(&name)?;
    out.locked(dropped)?;
    Ok(Exit::Done)
}

pub(super) fn status(place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut vault = place.open(Access::Read)?;
    let state = match vault.has_key()? {
        false => State::NoKey,
        true => match place.waiting(&mut vault) {
            Ok(Some(waiting)) => State::Unlocked(waiting.until),
            Ok(None) => State::Locked,
            Err(Error::NoKeyring(why)) => State::NoKeyring(why.to_string()),
            Err(error) => return Err(error),
        },
    };
    out.status(&state)?;
    Ok(Exit::Done)
}

impl Place<'_> {
    /// Unlocks, to reveal the secret of this token or of any: by the passphrase that was given, else by the key that
    /// waits, else by asking.
    ///
    /// # Errors
    /// [`Error::PassphraseNeeded`] where nobody is there to be asked.
    pub(super) fn unlock<'v>(
        &self,
        vault: &'v mut Vault,
        token: Option<&Token>,
        moment: &Moment,
    ) -> Result<Unlocked<'v>, Error> {
        let passphrase = match self.given_passphrase()? {
            Some(given) => given,
            None => match self.waiting_unless_impossible(vault)? {
                Some(waiting) => return Ok(vault.unlock_with(waiting.key)),
                None => self.ask_passphrase()?,
            },
        };
        Ok(vault.unlock(&passphrase, token, moment)?)
    }

    /// Unlocks by what is there already, a passphrase or a key; nobody is asked. `None` if there is neither.
    pub(super) fn unlock_unasked<'v>(
        &self,
        vault: &'v mut Vault,
        moment: &Moment,
    ) -> Result<Option<Unlocked<'v>>, Error> {
        if !vault.has_key()? {
            return Ok(None);
        }
        if let Some(given) = self.given_passphrase()? {
            return Ok(Some(vault.unlock(&given, None, moment)?));
        }
        match self.waiting_unless_impossible(vault)? {
            Some(waiting) => Ok(Some(vault.unlock_with(waiting.key))),
            None => Ok(None),
        }
    }

    /// Where there is no keyring nothing waits, and everything else goes on as if it were locked.
    fn waiting_unless_impossible(&self, vault: &mut Vault) -> Result<Option<Waiting>, Error> {
        match self.waiting(vault) {
            Err(Error::NoKeyring(_)) => Ok(None),
            waiting => waiting,
        }
    }

    /// The key of this vault that waits in the keyring. One of an earlier key pair is none.
    fn waiting(&self, vault: &mut Vault) -> Result<Option<Waiting>, Error> {
        let Some(kept) = self.host.keyring()?.kept(&name(vault)?)? else { return Ok(None) };
        let Some((until, key)) = kept.split_first_chunk::<TIME>() else { return Ok(None) };
        let Ok(until) = Timestamp::from_millisecond(i64::from_be_bytes(*until)) else { return Ok(None) };
        Ok(vault.lent(key)?.map(|key| Waiting { until, key }))
    }
}

/// How the vault's key is called among those of other programs.
fn name(vault: &mut Vault) -> Result<String, Error> {
    Ok(format!("jeton:{}", vault.id()?))
}

/// Whole seconds, as the kernel counts.
fn seconds(life: Life, now: Timestamp) -> Result<Duration, Error> {
    let length = life.end(now).map_err(vault::Error::from)?.duration_since(now);
    let seconds = u64::try_from(length.as_millis()).unwrap_or(0).div_ceil(1000).max(1);
    if seconds > LONGEST {
        return Err(vault::Error::from(BadSpan::TooFar).into());
    }
    Ok(Duration::from_secs(seconds))
}
