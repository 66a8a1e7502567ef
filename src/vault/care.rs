//! Looking after the vault as a whole: what is in it, a backup of it, its file rebuilt. None of it needs the passphrase,
//! and none of it is an event.

use jiff::Timestamp;

use super::{Error, Vault};
use crate::store::{self, Access, Location};
use crate::token::stock::{Info, Size, Stock};

impl Vault {
    /// All that can be told of the vault as a whole.
    pub fn info(&mut self, now: Timestamp) -> Result<Info, Error> {
        let id = self.id()?;
        let settings = self.settings()?;
        let cost = settings.keys.as_ref().map(|keys| keys.cost);
        let policy = settings.policy.keys().cloned().collect();
        Ok(Info { id, cost, policy, stock: self.store.stock(now)?, size: self.store.size()? })
    }

    /// What there is in it.
    #[cfg(feature = "serve")]
    pub fn stock(&mut self, now: Timestamp) -> Result<Stock, Error> {
        Ok(self.store.stock(now)?)
    }

    /// Whether there is an answer to be had.
    ///
    /// # Errors
    /// Those of the store.
    #[cfg(feature = "serve")]
    pub fn can_be_read(&mut self) -> Result<(), Error> {
        Ok(self.store.settings().map(drop)?)
    }

    /// Whether it can be read, and written unless it is read-only. Nothing is written.
    ///
    /// # Errors
    /// Those of the store.
    #[cfg(feature = "serve")]
    pub fn can_be_used(&mut self) -> Result<(), Error> {
        self.can_be_read()?;
        match self.store.begin(store::Durable::Crash) {
            Ok(_) | Err(store::Error::ReadOnly(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Copies the vault into an empty file, and makes sure that the copy is a sound vault with all that there is. Gives
    /// what that is.
    ///
    /// # Errors
    /// [`Error::CopyUnsound`] and [`Error::ChainBroken`]: what was copied is damaged, and so probably is this vault.
    pub fn back_up(&mut self, place: &Location, now: Timestamp) -> Result<Stock, Error> {
        let stock = self.store.copy_to(place, now)?;
        let vault_id = self.settings()?.vault_id.clone();
        match verify(place, &vault_id, &stock, now) {
            Ok(None) => Ok(stock),
            Ok(Some(why)) | Err(Error::Store(store::Error::Damaged { why, .. })) => Err(Error::CopyUnsound { why }),
            Err(error) => Err(error),
        }
    }

    /// Rebuilds the file without the room that deletions have left. Gives its size before and after.
    ///
    /// # Errors
    /// Those of the store; the vault is as it was.
    pub fn compact(&mut self) -> Result<(Size, Size), Error> {
        let before = self.store.size()?;
        self.store.compact()?;
        Ok((before, self.store.size()?))
    }
}

/// What is wrong with a copy, if anything is.
fn verify(place: &Location, vault_id: &[u8], stock: &Stock, now: Timestamp) -> Result<Option<String>, Error> {
    let mut copy = Vault::open(place, Access::Alone)?;
    if let Some(fault) = copy.store.integrity()?.into_iter().next() {
        return Ok(Some(fault));
    }
    let head = copy.check_log(None)?;
    let same = copy.settings()?.vault_id == vault_id && copy.store.stock(now)? == *stock && stock.head == Some(head);
    Ok((!same).then(|| "it does not hold what the vault does".to_owned()))
}
