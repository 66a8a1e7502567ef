//! store: where records rest. The [`Store`] trait is shaped like the domain and speaks in pages; no SQL leaves this
//! room, and nothing in it can hash or open a secret. A method is one statement or one transaction. Absence is an
//! `Option`, never an error.

#[cfg(test)]
mod contract;
mod error;
mod sqlite;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::token::event::{Entry, Event, Head, Link};
use crate::token::name::Name;
use crate::token::order::{Cursor, Order};
use crate::token::query::Query;
use crate::token::record::Token;
use crate::token::secret::{Digest, Id};
use crate::token::stock::{Size, Stock};

pub use error::Error;

/// Where a vault is. Other backends become other variants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    File(PathBuf),
}

impl Location {
    /// The path as it was given.
    pub fn path(&self) -> &Path {
        let Location::File(path) = self;
        path
    }
}

/// What a command means to do with the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Look things up; the way that costs least and works where nothing can be written.
    Read,
    /// The same in what nobody else has: nothing is made beside it, not even for a moment.
    Alone,
    /// Change things.
    Write,
    /// The same for a process that stays, and keeps less in memory.
    Stay,
}

/// What an acknowledged change survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durable {
    /// The end of the process. Nobody waits for the disk: it stays in the log for whoever comes next to move it.
    Hasty,
    /// The end of the process.
    Crash,
    /// The end of the power.
    Power,
}

/// What a vault is founded with.
#[derive(Clone, Debug)]
pub struct Founding {
    pub settings: Settings,
    pub event: Event,
    pub link: Link,
}

/// What the vault knows of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// 16 random bytes, made with the vault.
    pub vault_id: Vec<u8>,
    /// `None` in a show-once vault.
    pub keys: Option<Keys>,
    /// What this vault allows, in words that are not understood here.
    pub policy: BTreeMap<String, String>,
}

/// The key pair as bytes; what they mean is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    pub public: Vec<u8>,
    pub wrapped: Vec<u8>,
    pub salt: Vec<u8>,
    /// Argon2id's m (KiB), t and p.
    pub cost: [u32; 3],
}

/// A secret as it is kept: its digest and, unless it is shown once only, its sealed copy.
#[derive(Clone, Debug)]
pub struct KeptSecret {
    pub digest: Digest,
    pub sealed: Option<Vec<u8>>,
}

/// A token with all that is kept of its secrets, in the order of [`Token::secrets`].
#[derive(Clone, Debug)]
pub struct Whole {
    pub token: Token,
    pub kept: Vec<KeptSecret>,
}

/// One of many new tokens that differ in nothing else.
#[derive(Clone, Debug)]
pub struct Newcomer<'a> {
    pub id: Id,
    pub name: Name,
    pub secret: &'a KeptSecret,
}

/// A token with the secret that was asked for.
#[derive(Clone, Debug)]
pub struct Found {
    pub token: Token,
    /// Which of `token.secrets` it was.
    pub index: usize,
    /// The digest as it stands in the store.
    pub digest: Digest,
    /// Where the token stands there.
    pub place: i64,
}

/// A use of a secret that is to be noted. In this order they are written fastest: as they lie in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// See [`Found::place`].
    pub place: i64,
    pub digest: Digest,
    pub at: Timestamp,
}

/// A use that is to be counted.
#[derive(Clone, Debug)]
pub struct Spending {
    pub id: Id,
    pub digest: Digest,
    pub at: Timestamp,
    /// Whether it is written as the secret's last use, too.
    pub stamped: bool,
}

/// Where verdicts come from, and how often they have changed there. What was found under one sign is still so under an
/// equal one, but for uses and last uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign {
    /// Device and inode of the file: another can be put in its place.
    pub(super) file: (u64, u64),
    pub(super) generation: i64,
}

/// One page of a list, and where the next one begins; `None`: nowhere.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub tokens: Vec<Token>,
    pub next: Option<Cursor>,
}

/// How a token is asked for: by its exact name, else by its id.
#[derive(Clone, Copy, Debug)]
pub enum Key<'a> {
    Name(&'a str),
    Id(&'a str),
}

/// Whether nothing of the deleted is left.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wiped {
    /// It is gone from the file and its log.
    Gone,
    /// A reader holds an old state of the file, or there is no room to rebuild it; the next change tries again.
    Pending,
}

/// What is kept of a secret that can be revealed, with the token that it belongs to.
#[derive(Clone, Debug)]
pub struct SealedCopy {
    /// Where it stands among all of them.
    pub place: (i64, Digest),
    pub id: Id,
    pub name: Name,
    pub sealed: Vec<u8>,
}

/// A part of the schema that is not there, or not as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    pub name: String,
    /// The statement that puts it right, where one does.
    pub mend: Option<String>,
}

/// Where records rest. Synchronous; times are whole milliseconds.
pub trait Store: Send {
    fn settings(&mut self) -> Result<Settings, Error>;
    /// What tells that something may be found otherwise than before; `None` where there is nothing to tell by, and all
    /// has to be looked up anew.
    fn sign(&mut self) -> Result<Option<Sign>, Error>;
    fn find(&mut self, digest: &Digest) -> Result<Option<Found>, Error>;
    /// The same for many, in one go and in the same order.
    fn find_all(&mut self, digests: &[Digest]) -> Result<Vec<Option<Found>>, Error>;
    fn token(&mut self, key: Key<'_>) -> Result<Option<Token>, Error>;
    /// The digest of a token's current secret, with its sealed copy.
    fn current_secret(&mut self, id: &Id) -> Result<Option<KeptSecret>, Error>;
    /// At most `most` tokens after `after`, which was given for the same query and order. No lock is held when it
    /// returns, and what is kept in memory does not grow with the vault.
    fn page(&mut self, query: &Query, order: &Order, after: Option<&Cursor>, most: usize) -> Result<Page, Error>;
    /// Up to `most` names after `after`, in the order of their bytes, with their ids.
    fn names(&mut self, after: &str, most: usize) -> Result<Vec<(Name, Id)>, Error>;
    /// Up to `most` tokens whose names come after `after`, in the order of their bytes, with all that is kept of them.
    fn wholes(&mut self, after: &str, most: usize) -> Result<Vec<Whole>, Error>;
    /// Up to `most` events after number `after`, oldest first.
    fn events(&mut self, after: i64, most: usize) -> Result<Vec<Entry>, Error>;
    fn head(&mut self) -> Result<Option<Head>, Error>;
    /// What there is, with the status that tokens have at `at`; all of one moment.
    fn stock(&mut self, at: Timestamp) -> Result<Stock, Error>;
    fn size(&self) -> Result<Size, Error>;
    /// Fills an empty place with a copy of all there is at one moment, whoever writes meanwhile, and tells what that is.
    /// When this returns, the copy survives a power cut.
    ///
    /// # Errors
    /// [`Error::Copy`] if the place cannot be written.
    fn copy_to(&mut self, place: &Location, at: Timestamp) -> Result<Stock, Error>;
    /// Up to `most` sealed copies after a place, those of old secrets too.
    fn copies(&mut self, after: Option<(i64, Digest)>, most: usize) -> Result<Vec<SealedCopy>, Error>;

    /// What does not fit together in what rests here, in words; some of it where there is much.
    fn integrity(&mut self) -> Result<Vec<String>, Error>;
    fn schema(&mut self) -> Result<Vec<Odd>, Error>;
    /// Whether a deletion has not been wiped to its end; see [`Store::wipe`].
    fn unwiped(&mut self) -> Result<bool, Error>;

    /// Notes uses, forward only. They need not survive a power cut.
    fn stamp(&mut self, uses: &[Stamp]) -> Result<(), Error>;
    /// Spends one use each, if the token still has one, is not revoked and not expired by then; and notes it. Gives how
    /// many it has had with this one, or `None`. One statement decides, whoever else asks. They need not survive a power
    /// cut.
    fn spend(&mut self, uses: &[Spending]) -> Result<Vec<Option<u64>>, Error>;

    /// Begins a change. Dropping it undoes it.
    fn begin(&mut self, durable: Durable) -> Result<Box<dyn Change + '_>, Error>;
    /// Makes sure that nothing deleted is left in the file or its log, if a deletion asked for it. It undoes nothing:
    /// what stands in its way makes it [`Wiped::Pending`].
    fn wipe(&mut self) -> Wiped;
    /// Builds the file anew without the room that deletions have left in it, and empties its log.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::BeingRead`] if others write or read for too long.
    fn compact(&mut self) -> Result<(), Error>;
}

/// A transaction that writes. Nobody else writes meanwhile.
pub trait Change {
    fn settings(&mut self) -> Result<Settings, Error>;
    /// `None` takes the word away.
    fn set_policy(&mut self, word: &str, value: Option<&str>) -> Result<(), Error>;
    /// Puts keys in the place of those that are there, or none; [`Store::wipe`] then removes the traces of the old.
    fn set_keys(&mut self, keys: Option<&Keys>) -> Result<(), Error>;

    fn token(&mut self, key: Key<'_>) -> Result<Option<Token>, Error>;
    fn find(&mut self, digest: &Digest) -> Result<Option<Found>, Error>;
    /// How many client and admin tokens of this owner still work at `at`.
    fn working(&mut self, owner: &str, at: Timestamp) -> Result<u64, Error>;
    /// The highest number with which a name continues after `beginning`; 0 if none does.
    fn last_number(&mut self, beginning: &str) -> Result<u64, Error>;
    /// # Errors
    /// [`Error::Taken`] if the name, the id or the digest exists.
    fn insert(&mut self, token: &Token, secret: &KeptSecret) -> Result<(), Error> {
        self.insert_alike(token, &[Newcomer { id: token.id.clone(), name: token.name.clone(), secret }])
    }
    /// Inserts tokens that are like this one but for their ids and names; this one is not inserted.
    ///
    /// # Errors
    /// As [`Change::insert`]. Some of them may then be there, until the change is undone.
    fn insert_alike(&mut self, like: &Token, newcomers: &[Newcomer<'_>]) -> Result<(), Error>;
    /// Puts a token in as it was elsewhere, with its uses and all its secrets.
    ///
    /// # Errors
    /// [`Error::Taken`] if the name, the id or one of the digests exists.
    fn insert_whole(&mut self, whole: &Whole) -> Result<(), Error>;
    /// Writes all that can change of a token but its uses and its secrets; the id tells which.
    ///
    /// # Errors
    /// [`Error::Taken`] if another token has the name.
    fn update(&mut self, token: &Token) -> Result<(), Error>;
    /// Removes a token with its secrets; [`Store::wipe`] then removes their traces.
    fn remove(&mut self, id: &Id) -> Result<(), Error>;

    /// The digests of a token's secrets, in the order of [`Token::secrets`].
    fn digests(&mut self, id: &Id) -> Result<Vec<Digest>, Error>;
    /// Gives a token one more secret, which does not retire.
    fn add_secret(&mut self, id: &Id, secret: &KeptSecret, created_at: Timestamp) -> Result<(), Error>;
    /// Keeps a sealed copy of a secret of which there is none; one that is there stays.
    fn keep_copy(&mut self, digest: &Digest, sealed: &[u8]) -> Result<(), Error>;
    /// Sets when a secret ends.
    fn retire(&mut self, digest: &Digest, at: Option<Timestamp>) -> Result<(), Error>;
    fn remove_secret(&mut self, digest: &Digest) -> Result<(), Error>;
    /// Drops the sealed copies of all secrets of a token; [`Store::wipe`] then removes their traces.
    fn forget(&mut self, id: &Id) -> Result<(), Error>;
    /// The same for all tokens; gives how many copies there were.
    fn forget_all(&mut self) -> Result<u64, Error>;

    fn head(&mut self) -> Result<Option<Head>, Error>;
    fn append(&mut self, entries: &[Entry]) -> Result<(), Error>;
    /// Tells caches that a verdict may have changed.
    fn raise_generation(&mut self) -> Result<(), Error>;
    fn commit(self: Box<Self>) -> Result<(), Error>;
}

/// Opens a vault that is there.
///
/// # Errors
/// [`Error`] tells everything that can be wrong with a file; [`Error::Absent`] if there is none.
pub fn open(location: &Location, access: Access) -> Result<Box<dyn Store>, Error> {
    match location {
        Location::File(path) => Ok(Box::new(sqlite::Sqlite::open(path, access)?)),
    }
}

/// Whether a vault could be put into this free place: no log of another lies beside it, and by its name it would not be
/// taken for one itself.
///
/// # Errors
/// [`Error::ForeignLog`], [`Error::NamedLikeALog`].
pub fn must_be_apart(location: &Location) -> Result<(), Error> {
    match location {
        Location::File(path) => sqlite::must_be_apart(path),
    }
}

/// All that is wrong with how a vault lies in its place, whether it stands in [`open`]'s way or not. Nothing of it is
/// read but what tells it from another file.
///
/// # Errors
/// [`Error::Absent`] if there is none, [`Error::Io`] where that cannot be told.
pub fn around(location: &Location) -> Result<Vec<Error>, Error> {
    match location {
        Location::File(path) => sqlite::around(path),
    }
}

/// Makes a vault unless there is one; `false` if there was (or somebody else made it meanwhile).
///
/// # Errors
/// As [`open`]; nothing is left behind.
pub fn found(location: &Location, founding: &Founding) -> Result<bool, Error> {
    match location {
        Location::File(path) => sqlite::found(path, founding),
    }
}
