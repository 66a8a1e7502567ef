//! Many tokens at once: made ready one after the other, and put into the vault in one transaction, all or none.

use rand::CryptoRng;

use super::issue::{self, Issued, Made, Prepared, numbered};
use super::policy::Admission;
use super::work::Work;
use super::{Error, Moment, Vault};
use crate::crypto::pool::Pool;
use crate::store::{self, Key, Newcomer};
use crate::token::event::Action;
use crate::token::name::Name;
use crate::token::record::Token;
use crate::token::request::{Naming, Request};
use crate::token::secret::Secret;

/// So many tokens are put into the vault at once, and so much is in memory twice.
const AT_ONCE: usize = 1000;

/// Tokens in the order they were asked for. Their secrets are in the clear here and nowhere else.
pub struct Batch {
    lots: Vec<Lot>,
    /// The key that can open their sealed copies.
    sealed_to: Option<Vec<u8>>,
}

/// Tokens that differ in nothing but their names, ids and secrets: a million of them fit into memory.
struct Lot {
    /// One of them; the names of the others are numbers after a beginning.
    like: Token,
    beginning: Option<String>,
    made: Vec<Made>,
}

/// A batch that is made and not yet in the vault: nobody can use its secrets.
#[must_use = "tokens that are not kept are none"]
pub struct PreparedBatch(Batch);

impl PreparedBatch {
    /// The secrets, to be brought to safety before they count.
    pub fn batch(&self) -> &Batch {
        &self.0
    }
}

impl Batch {
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.lots.iter().flat_map(|lot| lot.made.iter().map(|made| &made.secret))
    }

    /// Every token with its secret, in order. The first failure ends it.
    pub fn each<E: From<Error>>(&self, mut visit: impl FnMut(&Token, &Secret) -> Result<(), E>) -> Result<(), E> {
        for lot in &self.lots {
            let mut token = lot.like.clone();
            for (index, made) in lot.made.iter().enumerate() {
                token.id.clone_from(&made.id);
                token.name = lot.name(index)?;
                visit(&token, &made.secret)?;
            }
        }
        Ok(())
    }
}

impl Lot {
    /// One alone.
    fn of(prepared: Prepared) -> Lot {
        let Prepared { issued: Issued { token, secret }, kept, .. } = prepared;
        let made = vec![Made { id: token.id.clone(), secret, kept }];
        Lot { like: token, beginning: None, made }
    }

    fn name(&self, index: usize) -> Result<Name, Error> {
        match &self.beginning {
            Some(beginning) => numbered(beginning, index as u64 + 1),
            None => Ok(self.like.name.clone()),
        }
    }

    /// Keeps no copies after all.
    fn drop_copies(&mut self) {
        for made in &mut self.made {
            issue::drop_copy(&mut self.like, &mut made.kept);
        }
    }

    /// Puts all of it into the vault and into the log.
    fn keep(&self, work: &mut Work<'_>, admission: &mut Admission, done: &mut dyn FnMut(u64)) -> Result<(), Error> {
        let mut token = self.like.clone();
        for (chunk, made) in self.made.chunks(AT_ONCE).enumerate() {
            let mut newcomers = Vec::with_capacity(made.len());
            for (index, Made { id, kept, .. }) in (chunk * AT_ONCE..).zip(made) {
                token.id.clone_from(id);
                token.name = self.name(index)?;
                admission.admit(work, &token)?;
                newcomers.push(Newcomer { id: id.clone(), name: token.name.clone(), secret: kept });
            }
            if let Err(error) = work.change.insert_alike(&self.like, &newcomers) {
                return Err(taken(work, &newcomers, error));
            }
            let moment = work.moment;
            work.log_all(newcomers.iter().map(|new| moment.event(Action::Create, Some((&new.id, &new.name)), "")))?;
            done(newcomers.len() as u64);
        }
        Ok(())
    }
}

/// Tells which name was taken.
fn taken(work: &mut Work<'_>, newcomers: &[Newcomer<'_>], error: store::Error) -> Error {
    if let store::Error::Taken { what: "name" } = error {
        for Newcomer { id, name, .. } in newcomers {
            // Those before it are there already, by this change.
            match work.change.token(Key::Name(name.as_str())) {
                Ok(Some(other)) if other.id != *id => return Error::Exists { name: name.to_string() },
                Ok(_) => {}
                Err(error) => return error.into(),
            }
        }
    }
    error.into()
}

impl Vault {
    /// The name of one of many: `NAME-7`.
    ///
    /// # Errors
    /// [`Error::Name`] if it becomes too long.
    pub fn numbered(name: &Name, number: u64) -> Result<Name, Error> {
        numbered(&beginning(name), number)
    }

    /// Makes `count` tokens of one request ready, `NAME-1` and so on; `done` is told how many are.
    ///
    /// # Errors
    /// As [`Vault::prepare`]; [`Error::Name`] for a name that becomes too long.
    pub fn prepare_numbered(
        &mut self,
        request: Request,
        name: &Name,
        count: u64,
        moment: &Moment,
        rng: &mut dyn CryptoRng,
        mut done: impl FnMut(u64),
    ) -> Result<PreparedBatch, Error> {
        let mut rng = Pool::new(rng);
        let first = Request { naming: Naming::As(Vault::numbered(name, 1)?), ..request };
        let first = self.prepare(first, moment, &mut rng)?;
        let mut made = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
        for _ in 1..count {
            made.push(self.prepare_another(&first, &mut rng)?);
            done(1);
        }
        let sealed_to = first.sealed_to.clone();
        let mut lot = Lot::of(first);
        lot.beginning = Some(beginning(name));
        lot.made.extend(made);
        done(1);
        Ok(PreparedBatch(Batch { lots: vec![lot], sealed_to }))
    }

    /// Makes a token of each request ready; `done` is told how many are.
    ///
    /// # Errors
    /// As [`Vault::prepare`].
    pub fn prepare_all(
        &mut self,
        requests: Vec<Request>,
        moment: &Moment,
        rng: &mut dyn CryptoRng,
        mut done: impl FnMut(u64),
    ) -> Result<PreparedBatch, Error> {
        let mut rng = Pool::new(rng);
        let mut lots = Vec::with_capacity(requests.len());
        for request in requests {
            lots.push(Lot::of(self.prepare(request, moment, &mut rng)?));
            done(1);
        }
        let sealed_to = self.settings()?.keys.as_ref().map(|keys| keys.public.clone());
        Ok(PreparedBatch(Batch { lots, sealed_to }))
    }

    /// Puts all of a batch into the vault, or none; `done` is told how many are. When this returns, they survive a power
    /// cut.
    ///
    /// # Errors
    /// [`Error::Exists`] for the first name that is in use, [`Error::Policy`] for the first token that the vault does
    /// not allow.
    pub fn keep_batch(
        &mut self,
        prepared: PreparedBatch,
        moment: &Moment,
        mut done: impl FnMut(u64),
    ) -> Result<Batch, Error> {
        let PreparedBatch(mut batch) = prepared;
        self.change(moment, |work| {
            let mut admission = Admission::begin(work)?;
            let copies = admission.policy().keeps_copies() && work.seals_to(batch.sealed_to.as_deref())?;
            for lot in &mut batch.lots {
                if !copies {
                    lot.drop_copies();
                }
                lot.keep(work, &mut admission, &mut done)?;
            }
            Ok(())
        })?;
        Ok(batch)
    }
}

/// What the names of a batch begin with.
fn beginning(name: &Name) -> String {
    format!("{name}-")
}
