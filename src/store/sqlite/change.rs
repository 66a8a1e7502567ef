//! A transaction that writes, as the rest of jeton sees it.

use rusqlite::{Connection as Db, OptionalExtension, params};

use super::connection::{Connection, Durable};
use super::fault::{Fault, one};
use super::residue::{self, Traces};
use super::rows;
use crate::store::{Change, Error, KeptSecret, Key};
use crate::token::event::{Event, Link};
use crate::token::record::Token;
use crate::token::secret::Id;

/// Undone when it is dropped before `commit`.
pub(super) struct Transaction<'a> {
    connection: &'a mut Connection,
    /// What the deletions of this connection leave to be wiped.
    traces: &'a mut Traces,
}

impl<'a> Transaction<'a> {
    pub(super) fn begin(connection: &'a mut Connection, traces: &'a mut Traces) -> Result<Transaction<'a>, Error> {
        let path = connection.path().to_owned();
        match connection.begin(Durable::Power) {
            Ok(_) => Ok(Transaction { connection, traces }),
            Err(fault) => Err(fault.on(&path)),
        }
    }

    fn run<T>(&mut self, work: impl FnOnce(&Db) -> Result<T, Fault>) -> Result<T, Error> {
        let path = self.connection.path().to_owned();
        self.connection.normal().and_then(|db| work(db)).map_err(|fault| fault.on(&path))
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

    fn insert(&mut self, token: &Token, secret: &KeptSecret) -> Result<(), Error> {
        self.run(|db| {
            rows::insert(db, token).map_err(taken)?;
            let seq = db.last_insert_rowid();
            db.prepare_cached("INSERT INTO secret (token_seq, digest, sealed, created_at) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![seq, secret.digest.0, secret.sealed, token.created_at.as_millisecond()])
                .map_err(|error| taken(error.into()))
                .and_then(one)
        })
    }

    fn remove(&mut self, id: &Id) -> Result<(), Error> {
        let removed = self.run(|db| residue::remove(db, id))?;
        self.traces.merge(removed);
        Ok(())
    }

    fn head(&mut self) -> Result<Option<(i64, Link)>, Error> {
        self.run(|db| {
            db.prepare_cached("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")?
                .query_row([], |row| Ok((row.get(0)?, Link(row.get(1)?))))
                .optional()
                .map_err(Into::into)
        })
    }

    fn append(&mut self, seq: i64, event: &Event, link: &Link) -> Result<(), Error> {
        self.run(|db| insert_event(db, seq, event, link))
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

pub(super) fn insert_event(db: &Db, seq: i64, event: &Event, link: &Link) -> Result<(), Fault> {
    let (id, name) = match &event.token {
        Some((id, name)) => (Some(id.as_str()), Some(name.as_str())),
        None => (None, None),
    };
    db.prepare_cached(
        "INSERT INTO event (seq, at, actor, action, token_id, token_name, detail, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![seq, event.at.as_millisecond(), event.actor, event.action.word(), id, name, event.detail, link.0])
    .map_err(Fault::from)
    .and_then(one)
}

/// Tells which of the unique columns was taken.
fn taken(fault: Fault) -> Fault {
    let Fault::Sqlite(rusqlite::Error::SqliteFailure(_, Some(message))) = &fault else { return fault };
    let columns = [("token.name", "name"), ("token.id", "id"), ("secret.digest", "secret")];
    let hit = columns.into_iter().find(|(column, _)| message.contains("UNIQUE") && message.contains(column));
    hit.map_or(fault, |(_, what)| Fault::Taken(what))
}
