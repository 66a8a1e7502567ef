//! `jeton unlock`, `lock` and `status`, and how every other command unlocks: by a passphrase that was given, else by the
//! key that waits in the kernel's keyring, else by asking.

use std::time::Duration;

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::{Place, read_to_the_end};
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::report::unlock::State;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::token::health::Unchecked;
use crate::token::record::Token;
use crate::token::span::{BadSpan, Life};
use crate::vault::{self, CannotUnwrap, Moment, PrivateKey, Unlocked, Vault};

/// The kernel counts the seconds of a key in 32 bits.
const LONGEST: u64 = u32::MAX as u64;
/// What is kept begins with the time at which it is over: the kernel drops it then, and tells nobody when that is.
const TIME: usize = size_of::<i64>();

/// A key that waits for whoever needs it.
struct Waiting {
    until: Timestamp,
    /// `None` for one that is not this vault's, or not any more.
    key: Option<PrivateKey>,
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
        None => place.ask_passphrase(false)?,
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
    read_to_the_end(out.unlocked(until))?;
    Ok(Exit::Done)
}

pub(super) fn lock(place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let name = name(&mut place.open(Access::Read)?)?;
    let dropped = place.host.keyring()?.forget(&name)?;
    read_to_the_end(out.locked(dropped))?;
    Ok(Exit::Done)
}

pub(super) fn status(place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut vault = place.open(Access::Read)?;
    let state = match vault.has_key()? {
        false => State::NoKey,
        true => match place.waiting(&mut vault) {
            Ok(Some(Waiting { until, key: Some(_) })) => State::Unlocked(until),
            Ok(_) => State::Locked,
            Err(Error::NoKeyring(why)) => State::NoKeyring(why.to_string()),
            Err(error) => return Err(error),
        },
    };
    read_to_the_end(out.status(&state))?;
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
                Some(Waiting { key: Some(key), .. }) => return Ok(vault.unlock_with(key)),
                _ => self.ask_passphrase(true)?,
            },
        };
        Ok(vault.unlock(&passphrase, token, moment)?)
    }

    /// Unlocks by what is there already, a passphrase or a key; nobody is asked. Else it tells why not.
    pub(super) fn unlock_unasked<'v>(
        &self,
        vault: &'v mut Vault,
        moment: &Moment,
    ) -> Result<Result<Unlocked<'v>, Unchecked>, Error> {
        if let Some(given) = self.given_passphrase()? {
            return match vault.unlock(&given, None, moment) {
                Err(vault::Error::Unlock(CannotUnwrap::WrongPassphrase)) => Ok(Err(Unchecked::WrongPassphrase)),
                unlocked => Ok(Ok(unlocked?)),
            };
        }
        Ok(match self.waiting_unless_impossible(vault)? {
            Some(Waiting { key: Some(key), .. }) => Ok(vault.unlock_with(key)),
            Some(Waiting { key: None, .. }) => Err(Unchecked::OtherKey),
            None => Err(Unchecked::Locked),
        })
    }

    /// Where there is no keyring nothing waits, and everything else goes on as if it were locked.
    fn waiting_unless_impossible(&self, vault: &mut Vault) -> Result<Option<Waiting>, Error> {
        match self.waiting(vault) {
            Err(Error::NoKeyring(_)) => Ok(None),
            waiting => waiting,
        }
    }

    /// What waits in the keyring under this vault's name.
    fn waiting(&self, vault: &mut Vault) -> Result<Option<Waiting>, Error> {
        let Some(kept) = self.host.keyring()?.kept(&name(vault)?)? else { return Ok(None) };
        let Some((until, key)) = kept.split_first_chunk::<TIME>() else { return Ok(None) };
        let Ok(until) = Timestamp::from_millisecond(i64::from_be_bytes(*until)) else { return Ok(None) };
        Ok(Some(Waiting { until, key: vault.lent(key)? }))
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
        return Err(Error::Input {
            what: "--for".into(),
            why: "the kernel counts no longer than 136 years".into(),
            hint: "unlock for as long as you need it, such as 15m or 8h",
        });
    }
    Ok(Duration::from_secs(seconds))
}
