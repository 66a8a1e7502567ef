//! All that needs the private key. It exists only while the passphrase was right, and only as long as it is
//! borrowed.

use zeroize::Zeroizing;

use super::{Error, Moment, Vault, place};
use crate::crypto::key::{self, Cost, PrivateKey, PublicKey, Wrapped};
use crate::crypto::{digest, same, seal};
use crate::store::{Durable, KeptSecret, Keys, Settings};
use crate::token::event::Action;
use crate::token::record::Token;
use crate::token::secret::{Digest, Secret};

/// A vault whose private key is in this process's memory.
pub struct Unlocked<'v> {
    pub(super) vault: &'v mut Vault,
    pub(super) key: PrivateKey,
}

impl Vault {
    /// Unwraps the private key, to reveal the secret of this token or of any. A wrong passphrase is put on record.
    ///
    /// # Errors
    /// [`Error::ShowOnceVault`] if there is no key; [`Error::Unlock`] for a wrong passphrase.
    pub fn unlock(&mut self, passphrase: &str, token: Option<&Token>, moment: &Moment) -> Result<Unlocked<'_>, Error> {
        let settings = self.settings()?;
        let (keys, public) = keys(settings)?;
        match key::unwrap(&wrapped(keys)?, &public, &settings.vault_id, passphrase) {
            Ok(key) => Ok(Unlocked { vault: self, key }),
            Err(key::CannotUnwrap::WrongPassphrase) => {
                // Where that cannot be put on record, the passphrase is wrong all the same.
                drop(self.record(moment, Durable::Power, Action::Refuse, token, "wrong passphrase"));
                Err(key::CannotUnwrap::WrongPassphrase.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether there is anything to unlock: a show-once vault has no key.
    ///
    /// # Errors
    /// Those of the store.
    pub fn has_key(&mut self) -> Result<bool, Error> {
        Ok(self.settings()?.keys.is_some())
    }

    /// The key that [`Unlocked::lend`] gave, if it is still the one of this vault.
    ///
    /// # Errors
    /// [`Error::ShowOnceVault`] if there is no key.
    pub fn lent(&mut self, lent: &[u8]) -> Result<Option<PrivateKey>, Error> {
        let (_, public) = keys(self.settings()?)?;
        Ok(PrivateKey::of(lent, &public))
    }

    /// Unlocks by a key that was lent.
    pub fn unlock_with(&mut self, lent: PrivateKey) -> Unlocked<'_> {
        Unlocked { vault: self, key: lent }
    }
}

/// The keys of a vault that keeps copies.
pub(super) fn keys(settings: &Settings) -> Result<(&Keys, PublicKey), Error> {
    let keys = settings.keys.as_ref().ok_or(Error::ShowOnceVault)?;
    Ok((keys, PublicKey(keys.public.as_slice().try_into().map_err(|_| Error::KeysDamaged)?)))
}

/// The private key as it is kept.
pub(super) fn wrapped(keys: &Keys) -> Result<Wrapped, Error> {
    Ok(Wrapped {
        cost: Cost { memory_kib: keys.cost[0], passes: keys.cost[1], lanes: keys.cost[2] },
        salt: keys.salt.as_slice().try_into().map_err(|_| Error::KeysDamaged)?,
        sealed: keys.wrapped.clone(),
    })
}

impl Unlocked<'_> {
    /// The key in the clear, for whoever unlocks again without a passphrase. `how_long` goes on record: no event, no key.
    ///
    /// # Errors
    /// Those of the store.
    pub fn lend(&mut self, how_long: &str, moment: &Moment) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.vault.record(moment, Durable::Power, Action::Unlock, None, how_long)?;
        Ok(self.key.reveal())
    }

    /// Reveals the current secret of a token. No event, no reveal: what cannot be put on record stays hidden.
    ///
    /// # Errors
    /// [`Error::NoCopy`] where none was kept; [`Error::CopyDamaged`] if it does not open or is not the secret of its
    /// digest.
    pub fn reveal(&mut self, token: &Token, moment: &Moment) -> Result<Secret, Error> {
        self.reveal_on_record(token, moment, Durable::Power, "")
    }

    /// The same, for a command that is to start without delay: the event survives a crash, but not always a power cut.
    ///
    /// # Errors
    /// As [`Unlocked::reveal`].
    pub fn hand_on(&mut self, token: &Token, moment: &Moment) -> Result<Secret, Error> {
        self.reveal_on_record(token, moment, Durable::Hasty, "to a command")
    }

    fn reveal_on_record(
        &mut self,
        token: &Token,
        moment: &Moment,
        durable: Durable,
        detail: &str,
    ) -> Result<Secret, Error> {
        let name = token.name.to_string();
        let Some(KeptSecret { digest: stored, sealed }) = self.vault.store.current_secret(&token.id)? else {
            return Err(Error::Unknown { wanted: name, nearest: Vec::new() });
        };
        if sealed.is_none() {
            return Err(Error::NoCopy { name });
        }
        self.vault.record(moment, durable, Action::Reveal, Some(token), detail)?;
        let (_, secret) = self.open(token, KeptSecret { digest: stored, sealed })?;
        secret.ok_or(Error::NoCopy { name })
    }

    /// A secret's digest, and the secret where a copy of it is kept.
    pub(super) fn open(&mut self, token: &Token, kept: KeptSecret) -> Result<(Digest, Option<Secret>), Error> {
        let KeptSecret { digest: stored, sealed } = kept;
        let Some(sealed) = sealed else { return Ok((stored, None)) };
        let vault_id = &self.vault.settings()?.vault_id;
        let opened = seal::open(&self.key, place(vault_id, &token.id, &stored), &sealed);
        match opened.ok().filter(|secret| same(&digest(secret), &stored)) {
            Some(secret) => Ok((stored, Some(secret))),
            None => Err(Error::CopyDamaged { name: token.name.to_string() }),
        }
    }

    /// Whether this is a secret of the vault.
    ///
    /// # Errors
    /// Those of the store.
    pub fn knows(&mut self, secret: &Secret) -> Result<bool, Error> {
        self.vault.knows(secret)
    }
}
