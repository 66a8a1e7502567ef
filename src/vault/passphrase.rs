//! The vault's passphrase: changed, given to a show-once vault, taken away. Changing wraps the one private key anew, so
//! no sealed copy is touched, and what was copied out of the file before still opens with the old passphrase.

use rand::CryptoRng;

use super::{Error, Moment, Unlocked, Vault};
use crate::crypto::key::{self, PrivateKey, PublicKey};
use crate::store::Keys;
use crate::token::event::Action;

impl Vault {
    /// Gives a show-once vault a passphrase and new keys: secrets that are made from now on are kept as sealed copies.
    ///
    /// # Errors
    /// [`Error::KeysChanged`] if it has one.
    pub fn add_passphrase(&mut self, new: &str, moment: &Moment, rng: &mut dyn CryptoRng) -> Result<(), Error> {
        let (public, private) = key::generate(rng);
        let keys = wrap(&private, &public, &self.settings()?.vault_id, new, rng)?;
        self.replace_keys(None, &keys, "added", moment)
    }

    /// Takes the passphrase away, with the keys and every sealed copy; the tokens stay valid. Gives how many copies were
    /// dropped, or `None` if there was nothing to take away. [`Vault::wipe`] then removes their traces.
    pub fn remove_passphrase(&mut self, moment: &Moment) -> Result<Option<u64>, Error> {
        self.change(moment, |work| {
            if work.change.settings()?.keys.is_none() {
                return Ok(None);
            }
            work.change.set_keys(None)?;
            let dropped = work.change.forget_all()?;
            work.log(Action::Passphrase, None, "removed")?;
            Ok(Some(dropped))
        })
    }

    /// Puts `new` in the place of `old`, if that still is what the vault has.
    fn replace_keys(
        &mut self,
        old: Option<&Keys>,
        new: &Keys,
        detail: &'static str,
        moment: &Moment,
    ) -> Result<(), Error> {
        self.change(moment, |work| {
            if work.change.settings()?.keys.as_ref() != old {
                return Err(Error::KeysChanged);
            }
            work.change.set_keys(Some(new))?;
            work.log(Action::Passphrase, None, detail)
        })
    }
}

impl Unlocked<'_> {
    /// Wraps the private key under another passphrase, with what a new vault would be given: salt, nonce and cost.
    /// [`Vault::wipe`] then removes the traces of what the old one opens.
    ///
    /// # Errors
    /// [`Error::KeysChanged`] if somebody else was faster.
    pub fn change_passphrase(&mut self, new: &str, moment: &Moment, rng: &mut dyn CryptoRng) -> Result<(), Error> {
        let settings = self.vault.settings()?;
        let old = settings.keys.clone().ok_or(Error::KeysChanged)?;
        let public = PublicKey(old.public.as_slice().try_into().map_err(|_| Error::KeysDamaged)?);
        let keys = wrap(&self.key, &public, &settings.vault_id, new, rng)?;
        self.vault.replace_keys(Some(&old), &keys, "changed", moment)
    }
}

/// A key pair as it is kept.
pub(super) fn wrap(
    private: &PrivateKey,
    public: &PublicKey,
    vault_id: &[u8],
    passphrase: &str,
    rng: &mut dyn CryptoRng,
) -> Result<Keys, Error> {
    let wrapped = key::wrap(private, public, vault_id, passphrase, rng)?;
    Ok(Keys {
        public: public.0.to_vec(),
        wrapped: wrapped.sealed,
        salt: wrapped.salt.to_vec(),
        cost: [wrapped.cost.memory_kib, wrapped.cost.passes, wrapped.cost.lanes],
    })
}
