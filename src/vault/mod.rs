//! vault: the rules of keeping tokens, and the only room that knows both `crypto` and `store`. It is given the time,
//! the actor and the random source; it asks nobody. [`Vault`] is all that needs no private key, [`Unlocked`] all that
//! does: a locked vault has no method that reveals.
//!
//! Finding stands here, issuing in `issue` and `batch`, new secrets for old tokens in `rotate`, other changes in `edit`,
//! endings in `end`, what leaves in `export`, what comes in in `import` and what contradicts it in `clash`, what is allowed
//! at all in `policy` and to a caller in `authority`, what was done in `log`, what is wrong in `health`; the vault's own passphrase in `passphrase`, its
//! other care in `care`.

mod authority;
mod batch;
mod care;
mod clash;
mod edit;
mod end;
mod error;
mod export;
#[cfg(feature = "serve")]
mod gate;
mod health;
mod import;
mod issue;
mod log;
mod passphrase;
mod policy;
mod rotate;
mod unlocked;
mod verify;
mod work;

use std::collections::HashSet;

use jiff::Timestamp;
use rand::CryptoRng;

use crate::crypto::{chain, key};
use crate::store::{self, Access, Founding, Key, Location, Page, Settings, Stamp, Store, Wiped};
use crate::token::event::{Action, Event};
use crate::token::name::{self, Name};
use crate::token::order::{Cursor, Order};
use crate::token::query::{Filter, Query};
use crate::token::record::Token;
use crate::token::secret::{Digest, Id, Secret};

pub use crate::crypto::digest;
pub use crate::crypto::key::{CannotUnwrap, PrivateKey};
pub use authority::{Authority, Beyond};
pub use batch::{Batch, PreparedBatch};
pub use clash::{Clash, Note, There, Why};
pub use end::Killed;
pub use error::Error;
#[cfg(feature = "serve")]
pub use gate::{Arrival, Gate, Known, Looked};
pub use health::Rounds;
pub use import::{Imported, Incoming};
pub use issue::{Issued, Prepared};
pub use policy::{Refusal, Refused};
pub use rotate::{Finished, Rotated, Rotation};
pub use unlocked::Unlocked;
pub use verify::Use;

/// When something is done, and by whom.
#[derive(Clone, Debug)]
pub struct Moment {
    pub now: Timestamp,
    /// Login name and machine, for the log.
    pub actor: String,
    /// What who asks may do; `None`: whatever the vault allows.
    pub by: Option<Authority>,
    /// By which secret that authority was shown; it must still be good when the change is made.
    pub presented: Option<Presented>,
}

/// A secret by which somebody asks for a change, and what its token must be or have for that.
#[derive(Clone, Debug)]
pub struct Presented {
    pub digest: Digest,
    pub wanted: Filter,
}

/// A vault that is open and locked: it can issue, verify and remove, and cannot reveal.
pub struct Vault {
    store: Box<dyn Store>,
    settings: Option<Settings>,
    /// Uses that were seen and not yet written; see [`Vault::settle`].
    seen: Vec<Stamp>,
}

impl Vault {
    /// Opens a vault that is there.
    ///
    /// # Errors
    /// [`store::Error`] with all that can be wrong with a file.
    pub fn open(location: &Location, access: Access) -> Result<Vault, Error> {
        Ok(Vault { store: store::open(location, access)?, settings: None, seen: Vec::new() })
    }

    /// Makes a vault, with a key pair wrapped under `passphrase`, or a show-once vault without one. `false` if there
    /// was one already, which is then left as it is.
    ///
    /// # Errors
    /// [`Error::Unlock`] if the key cannot be derived; [`store::Error`] if the file cannot be made.
    pub fn found(
        location: &Location,
        passphrase: Option<&str>,
        moment: &Moment,
        rng: &mut dyn CryptoRng,
    ) -> Result<bool, Error> {
        let mut vault_id = vec![0; 16];
        rng.fill_bytes(&mut vault_id);
        let keys = match passphrase {
            None => None,
            Some(passphrase) => {
                let (public, private) = key::generate(rng);
                Some(passphrase::wrap(&private, &public, &vault_id, passphrase, rng)?)
            }
        };
        let event = moment.event(Action::Init, None, if keys.is_some() { "" } else { "show-once" });
        let link = chain::link(&chain::root(&vault_id), 1, &event);
        let settings = Settings { vault_id, keys, ..Settings::default() };
        let founding = Founding { settings, event, link };
        Ok(store::found(location, &founding)?)
    }

    /// The token with this exact name, else with this id, if there is one.
    pub fn find(&mut self, wanted: &str) -> Result<Option<Token>, Error> {
        match self.store.token(Key::Name(&name::normalised(wanted)))? {
            Some(token) => Ok(Some(token)),
            None => Ok(self.store.token(Key::Id(wanted))?),
        }
    }

    /// The same, where there must be one.
    ///
    /// # Errors
    /// [`Error::Unknown`] with the nearest names.
    pub fn token(&mut self, wanted: &str) -> Result<Token, Error> {
        match self.find(wanted)? {
            Some(token) => Ok(token),
            None => {
                let nearest = self.nearest(&name::normalised(wanted))?;
                Err(Error::Unknown { wanted: wanted.to_owned(), nearest })
            }
        }
    }

    /// The same, where somebody asks who may not see every token.
    ///
    /// # Errors
    /// [`Error::Unknown`], with no other names: they could be of tokens that are not to be seen.
    pub fn seen(&mut self, wanted: &str, by: &Authority) -> Result<Token, Error> {
        let token = self.find(wanted)?.filter(|token| by.sees(token));
        token.ok_or_else(|| Error::Unknown { wanted: wanted.to_owned(), nearest: Vec::new() })
    }

    /// All of them or none; one that is named twice counts once.
    pub fn tokens(&mut self, wanted: &[String]) -> Result<Vec<Token>, Error> {
        let (mut tokens, mut ids) = (Vec::new(), HashSet::new());
        let (mut unknown, mut near) = (Vec::new(), Vec::new());
        for wanted in wanted {
            match self.token(wanted) {
                Ok(token) => {
                    if ids.insert(token.id.clone()) {
                        tokens.push(token);
                    }
                }
                Err(Error::Unknown { wanted, nearest }) => {
                    unknown.push(wanted);
                    near.extend(nearest);
                }
                Err(error) => return Err(error),
            }
        }
        if unknown.is_empty() {
            Ok(tokens)
        } else {
            Err(Error::Unknown { wanted: unknown.join("`, `"), nearest: near })
        }
    }

    /// One page of a list. No lock is held when it returns.
    pub fn page(&mut self, query: &Query, order: &Order, after: Option<&Cursor>, most: usize) -> Result<Page, Error> {
        Ok(self.store.page(query, order, after, most)?)
    }

    /// All tokens that match, newest first.
    pub fn matching(&mut self, query: &Query) -> Result<Vec<Token>, Error> {
        let mut tokens = Vec::new();
        let mut after = None;
        loop {
            let page = self.page(query, &Order::default(), after.as_ref(), 1000)?;
            tokens.extend(page.tokens);
            after = page.next;
            if after.is_none() {
                return Ok(tokens);
            }
        }
    }

    /// Names in the order of their bytes, with ids, from the first after `after`.
    pub fn names(&mut self, after: &str, most: usize) -> Result<Vec<(Name, Id)>, Error> {
        Ok(self.store.names(after, most)?)
    }

    /// Whether this is a secret of this vault, in whatever state.
    pub fn knows(&mut self, secret: &Secret) -> Result<bool, Error> {
        Ok(self.store.find(&digest(secret))?.is_some())
    }

    /// The vault's id, which tells it from every other and is the same in its backups; 32 hexadecimal digits.
    ///
    /// # Errors
    /// Those of the store.
    pub fn id(&mut self) -> Result<String, Error> {
        Ok(self.settings()?.vault_id.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Wipes what deletions have left, of this process or of one that could not. It belongs after every change, when
    /// its result is in safe hands: it may take long, and undoes nothing.
    pub fn wipe(&mut self) -> Wiped {
        self.store.wipe()
    }

    /// For a vault that stays open: what others have changed since is seen from now on, or another file in its place.
    ///
    /// # Errors
    /// Those of the store.
    pub fn refresh(&mut self) -> Result<(), Error> {
        self.settings = None;
        Ok(self.store.sign().map(drop)?)
    }

    fn settings(&mut self) -> Result<&Settings, Error> {
        let settings = match self.settings.take() {
            Some(settings) => settings,
            None => self.store.settings()?,
        };
        Ok(self.settings.insert(settings))
    }

    fn nearest(&mut self, wanted: &str) -> Result<Vec<String>, Error> {
        let mut best = Vec::new();
        let mut after = String::new();
        loop {
            let names = self.store.names(&after, 1000)?;
            let Some((last, _)) = names.last() else { return Ok(best) };
            last.as_str().clone_into(&mut after);
            let names = names.iter().map(|(name, _)| name.as_str());
            best = name::nearest(wanted, names.chain(best.iter().map(String::as_str)));
        }
    }
}

impl Moment {
    fn event(&self, action: Action, token: Option<(&Id, &Name)>, detail: &str) -> Event {
        let token = token.map(|(id, name)| (id.clone(), name.to_string()));
        Event { at: self.now, actor: self.actor.clone(), action, token, detail: detail.to_owned() }
    }
}

/// The place of a token's secret, to which its sealed copy is bound.
fn place<'a>(vault_id: &'a [u8], token_id: &'a Id, digest: &'a Digest) -> crate::crypto::seal::Place<'a> {
    crate::crypto::seal::Place { vault_id, token_id, digest }
}
