//! A transaction that writes, as the rest of jeton sees it.

use jiff::Timestamp;
use rusqlite::{Connection as Db, params};

use super::connection::Connection;
use super::fault::{Fault, one};
use super::residue::{self, Traces};
use super::{events, insert, rows, settings, wholes};
use crate::store::{Change, Durable, Error, Found, KeptSecret, Key, Keys, Newcomer, Settings, Whole};
use crate::token::event::{Entry, Head};
use crate::token::record::Token;
use crate::token::secret::{Digest, Id};

/// Undone when it is dropped before `commit`.
pub(super) struct Transaction<'a> {
    connection: &'a mut Connection,
    /// What the deletions of this connection leave to be wiped.
    traces: &'a mut Traces,
}

impl<'a> Transaction<'a> {
    pub(super) fn begin(
        connection: &'a mut Connection,
        traces: &'a mut Traces,
        durable: Durable,
    ) -> Result<Transaction<'a>, Error> {
        let path = connection.path().to_owned();
        match connection.begin(durable) {
            Ok(_) => Ok(Transaction { connection, traces }),
            Err(fault) => Err(fault.on(&path)),
        }
    }

    fn run<T>(&mut self, work: impl FnOnce(&Db) -> Result<T, Fault>) -> Result<T, Error> {
        let done = self.connection.normal().and_then(|db| work(db));
        done.map_err(|fault| fault.on(self.connection.path()))
    }

    /// What deletes something, and tells what is to be wiped after it.
    fn leave<T>(&mut self, work: impl FnOnce(&Db) -> Result<(T, Traces), Fault>) -> Result<T, Error> {
        let (done, traces) = self.run(work)?;
        self.traces.merge(traces);
        Ok(done)
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        self.connection.undo();
    }
}

impl Change for Transaction<'_> {
    fn token(&mut self, key: Key<'_>) -> Result<Option<Token>, Error> {
        self.run(|db| rows::token(db, key))
    }

    fn settings(&mut self) -> Result<Settings, Error> {
        self.run(settings::all)
    }

    fn set_policy(&mut self, word: &str, value: Option<&str>) -> Result<(), Error> {
        self.run(|db| settings::set_policy(db, word, value))
    }

    fn set_keys(&mut self, keys: Option<&Keys>) -> Result<(), Error> {
        match self.run(settings::all)?.keys {
            Some(old) => self.leave(|db| Ok(((), residue::replace_keys(db, &old, keys)?))),
            None => self.run(|db| settings::set_keys(db, keys)),
        }
    }

    fn find(&mut self, digest: &Digest) -> Result<Option<Found>, Error> {
        self.run(|db| rows::found(db, digest))
    }

    fn working(&mut self, owner: &str, at: Timestamp) -> Result<u64, Error> {
        self.run(|db| {
            let count: i64 = db
                .prepare_cached(concat!(
                    "SELECT count(*) FROM token t WHERE t.owner = ?1 AND t.type IN ('client', 'admin') AND ",
                    rows::working!("?2")
                ))?
                .query_row(params![owner, at.as_millisecond()], |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }

    fn last_number(&mut self, beginning: &str) -> Result<u64, Error> {
        self.run(|db| {
            // Names are compared by their bytes, so all that begin so stand together.
            let mut statement =
                db.prepare_cached("SELECT name FROM token WHERE name >= ?1 AND name < ?1 || char(0x10ffff)")?;
            let mut rows = statement.query([beginning])?;
            let mut last = 0;
            while let Some(row) = rows.next()? {
                let name: String = row.get(0)?;
                let end = name.strip_prefix(beginning).unwrap_or_default();
                // `+7` is no number of ours, and one of more digits is somebody's joke.
                let number = end.len() <= 15 && end.bytes().all(|byte| byte.is_ascii_digit());
                last = last.max(if number { end.parse().unwrap_or(0) } else { 0 });
            }
            Ok(last)
        })
    }

    fn insert_alike(&mut self, like: &Token, newcomers: &[Newcomer<'_>]) -> Result<(), Error> {
        self.run(|db| insert::tokens(db, like, newcomers).map_err(taken))
    }

    fn insert_whole(&mut self, whole: &Whole) -> Result<(), Error> {
        self.run(|db| wholes::insert(db, whole).map_err(taken))
    }

    fn update(&mut self, token: &Token) -> Result<(), Error> {
        self.run(|db| rows::update(db, token).map_err(taken))
    }

    fn remove(&mut self, id: &Id) -> Result<(), Error> {
        self.leave(|db| Ok(((), residue::remove(db, id)?)))
    }

    fn digests(&mut self, id: &Id) -> Result<Vec<Digest>, Error> {
        self.run(|db| rows::digests(db, id))
    }

    fn add_secret(&mut self, id: &Id, secret: &KeptSecret, created_at: Timestamp) -> Result<(), Error> {
        self.run(|db| insert::secret(db, id, secret, created_at).map_err(taken))
    }

    fn keep_copy(&mut self, digest: &Digest, sealed: &[u8]) -> Result<(), Error> {
        self.run(|db| {
            db.prepare_cached("UPDATE secret SET sealed = ?2 WHERE digest = ?1 AND sealed IS NULL")?
                .execute(params![digest.0, sealed])?;
            Ok(())
        })
    }

    fn retire(&mut self, digest: &Digest, at: Option<Timestamp>) -> Result<(), Error> {
        self.run(|db| {
            one(db
                .prepare_cached("UPDATE secret SET retires_at = ?2 WHERE digest = ?1")?
                .execute(params![digest.0, at.map(Timestamp::as_millisecond)])?)
        })
    }

    fn remove_secret(&mut self, digest: &Digest) -> Result<(), Error> {
        self.leave(|db| Ok(((), residue::remove_secret(db, digest)?)))
    }

    fn forget(&mut self, id: &Id) -> Result<(), Error> {
        self.leave(|db| Ok(((), residue::forget(db, id)?)))
    }

    fn forget_all(&mut self) -> Result<u64, Error> {
        self.leave(residue::forget_all)
    }

    fn head(&mut self) -> Result<Option<Head>, Error> {
        self.run(events::head)
    }

    fn append(&mut self, entries: &[Entry]) -> Result<(), Error> {
        self.run(|db| insert::events(db, entries))
    }

    fn raise_generation(&mut self) -> Result<(), Error> {
        self.run(|db| {
            one(db.prepare_cached("UPDATE setting SET value = value + 1 WHERE key = 'generation'")?.execute([])?)
        })
    }

    fn commit(mut self: Box<Self>) -> Result<(), Error> {
        self.run(|db| Ok(db.execute_batch("COMMIT")?))
    }
}

/// Tells which of the unique columns was taken.
fn taken(fault: Fault) -> Fault {
    let Fault::Sqlite(rusqlite::Error::SqliteFailure(_, Some(message))) = &fault else { return fault };
    let columns = [("token.name", "name"), ("token.id", "id"), ("secret.digest", "secret")];
    let hit = columns.into_iter().find(|(column, _)| message.contains("UNIQUE") && message.contains(column));
    hit.map_or(fault, |(_, what)| Fault::Taken(what))
}
