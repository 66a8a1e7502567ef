//! A vault in one SQLite file. Which files are vaults stands in `format`, how one is found and founded in `file`, how
//! it is opened in `connection` and `quiet`, how rows become records in `rows`, `wholes`, `events` and `settings`, how
//! new ones come in in `insert`, what is asked of them in `select` and in which order in `list`, how nothing of the
//! deleted is left in `residue`, how a whole vault is counted in `stock` and copied in `copy`, whether all of it is
//! sound in `health`, which file it is in `identity`, whether anything was written in `sign`, what SQLite's errors mean
//! in `fault`.

mod change;
mod connection;
mod copy;
mod events;
mod fault;
mod file;
mod format;
mod health;
mod identity;
mod insert;
mod list;
mod quiet;
mod residue;
mod rows;
mod select;
mod settings;
mod sign;
mod stock;
mod wholes;

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection as Db, OptionalExtension, params};

use self::connection::{Connection, Way};
use self::fault::Fault;
use self::residue::Traces;
use super::{
    Access, Change, Durable, Error, Found, KeptSecret, Key, Location, Odd, Page, SealedCopy, Settings, Sign, Spending,
    Stamp, Store, Whole, Wiped,
};
use crate::token::event::{Entry, Head};
use crate::token::name::Name;
use crate::token::order::{Cursor, Order};
use crate::token::query::Query;
use crate::token::record::Token;
use crate::token::secret::{Digest, Id};
use crate::token::stock::{Size, Stock};

pub(super) use self::file::{around, found, must_be_apart};

pub(super) struct Sqlite {
    db: Connection,
    traces: Traces,
}

impl Sqlite {
    pub(super) fn open(path: &Path, access: Access) -> Result<Sqlite, Error> {
        let path = file::check(path)?;
        let way = match access {
            Access::Write => Way::Normal,
            Access::Stay => Way::Stay,
            Access::Read => Way::Quiet,
            Access::Alone => Way::Alone,
        };
        Ok(Sqlite { db: Connection::open(path, way)?, traces: Traces::default() })
    }
}

impl Store for Sqlite {
    fn settings(&mut self) -> Result<Settings, Error> {
        self.db.read(settings::all)
    }

    fn sign(&mut self) -> Result<Option<Sign>, Error> {
        sign::sign(&mut self.db)
    }

    fn find(&mut self, digest: &Digest) -> Result<Option<Found>, Error> {
        self.db.read(|db| rows::found(db, digest))
    }

    fn find_all(&mut self, digests: &[Digest]) -> Result<Vec<Option<Found>>, Error> {
        self.db.read(|db| {
            // One transaction: its locks are then paid once, not for each.
            let tx = db.unchecked_transaction()?;
            let found = digests.iter().map(|digest| rows::found(&tx, digest)).collect::<Result<_, _>>()?;
            tx.finish()?;
            Ok(found)
        })
    }

    fn token(&mut self, key: Key<'_>) -> Result<Option<Token>, Error> {
        self.db.read(|db| rows::token(db, key))
    }

    fn current_secret(&mut self, id: &Id) -> Result<Option<KeptSecret>, Error> {
        self.db.read(|db| {
            db.prepare_cached(
                "SELECT s.digest, s.sealed FROM token t JOIN secret s ON s.token_seq = t.seq
                 WHERE t.id = ?1 AND s.retires_at IS NULL",
            )?
            .query_row([id.as_str()], |row| Ok(KeptSecret { digest: Digest(row.get(0)?), sealed: row.get(1)? }))
            .optional()
            .map_err(Into::into)
        })
    }

    fn page(&mut self, query: &Query, order: &Order, after: Option<&Cursor>, most: usize) -> Result<Page, Error> {
        self.db.read(|db| list::page(db, query, order, after, most))
    }

    fn names(&mut self, after: &str, most: usize) -> Result<Vec<(Name, Id)>, Error> {
        self.db.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT name, id FROM token WHERE name > ?1 ORDER BY name LIMIT ?2")?;
            let mut rows = statement.query(params![after, rows::limit(most)])?;
            let mut names = Vec::new();
            while let Some(row) = rows.next()? {
                names.push(rows::name_and_id(row)?);
            }
            Ok(names)
        })
    }

    fn wholes(&mut self, after: &str, most: usize) -> Result<Vec<Whole>, Error> {
        self.db.read(|db| wholes::after(db, after, most))
    }

    fn events(&mut self, after: i64, most: usize) -> Result<Vec<Entry>, Error> {
        self.db.read(|db| events::after(db, after, most))
    }

    fn head(&mut self) -> Result<Option<Head>, Error> {
        self.db.read(events::head)
    }

    fn stock(&mut self, at: Timestamp) -> Result<Stock, Error> {
        self.db.read(|db| stock::take(&*db.unchecked_transaction()?, at))
    }

    fn size(&self) -> Result<Size, Error> {
        stock::size(self.db.path())
    }

    fn copy_to(&mut self, place: &Location, at: Timestamp) -> Result<Stock, Error> {
        let place = file::resolve(place.path())?;
        self.db.read(|db| copy::copy(db, &place, at))
    }

    fn copies(&mut self, after: Option<(i64, Digest)>, most: usize) -> Result<Vec<SealedCopy>, Error> {
        self.db.read(|db| rows::copies(db, after, most))
    }

    fn integrity(&mut self) -> Result<Vec<String>, Error> {
        self.db.read(health::integrity)
    }

    fn schema(&mut self) -> Result<Vec<Odd>, Error> {
        self.db.read(health::schema)
    }

    fn unwiped(&mut self) -> Result<bool, Error> {
        self.db.read(residue::is_marked)
    }

    fn stamp(&mut self, uses: &[Stamp]) -> Result<(), Error> {
        self.db.write_soon(|db| {
            let mut stamp = db.prepare_cached(
                "UPDATE secret SET last_used_at = ?3
                 WHERE token_seq = ?1 AND digest = ?2 AND (last_used_at IS NULL OR last_used_at < ?3)",
            )?;
            uses.iter().try_for_each(|Stamp { place, digest, at }| {
                stamp.execute(params![place, digest.0, at.as_millisecond()])?;
                Ok(())
            })
        })
    }

    fn spend(&mut self, uses: &[Spending]) -> Result<Vec<Option<u64>>, Error> {
        self.db.write(Durable::Crash, |db| uses.iter().map(|spending| spend(db, spending)).collect())
    }

    fn begin(&mut self, durable: Durable) -> Result<Box<dyn Change + '_>, Error> {
        Ok(Box::new(change::Transaction::begin(&mut self.db, &mut self.traces, durable)?))
    }

    fn wipe(&mut self) -> Wiped {
        residue::wipe(&mut self.db, std::mem::take(&mut self.traces))
    }

    fn compact(&mut self) -> Result<(), Error> {
        residue::compact(&mut self.db).map_err(|fault| fault.on(self.db.path()))
    }
}

fn spend(db: &Db, Spending { id, digest, at, stamped }: &Spending) -> Result<Option<u64>, Fault> {
    // RETURNING would be a table of its own for one number; what was written a moment ago is found faster.
    let spent = db
        .prepare_cached(
            "UPDATE token SET uses = uses + 1
             WHERE id = ?1 AND uses < max_uses AND revoked_at IS NULL
               AND (expires_at IS NULL OR expires_at > ?3)
               AND EXISTS (SELECT 1 FROM secret WHERE digest = ?2 AND token_seq = token.seq
                           AND (retires_at IS NULL OR retires_at > ?3))",
        )?
        .execute(params![id.as_str(), digest.0, at.as_millisecond()])?;
    if spent == 0 {
        return Ok(None);
    }
    if *stamped {
        db.prepare_cached(
            "UPDATE secret SET last_used_at = ?2 WHERE digest = ?1 AND (last_used_at IS NULL OR last_used_at < ?2)",
        )?
        .execute(params![digest.0, at.as_millisecond()])?;
    }
    let uses: i64 =
        db.prepare_cached("SELECT uses FROM token WHERE id = ?1")?.query_row([id.as_str()], |row| row.get(0))?;
    Ok(Some(uses.unsigned_abs()))
}
