//! New rows. Of many that are alike, what they have in common is bound once, and statements are looked up once.

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection as Db, params};

use super::fault::{Fault, one};
use super::rows::{count, lists};
use crate::store::{KeptSecret, Newcomer};
use crate::token::event::Entry;
use crate::token::name::Name;
use crate::token::record::Token;
use crate::token::secret::Id;

/// Tokens that are like this one but for their names and ids, each with its first secret.
pub(super) fn tokens(db: &Db, like: &Token, newcomers: &[Newcomer<'_>]) -> Result<(), Fault> {
    let mut token = Alike::new(db, like)?;
    let mut secret =
        db.prepare_cached("INSERT INTO secret (token_seq, digest, sealed, created_at) VALUES (?1, ?2, ?3, ?4)")?;
    secret.raw_bind_parameter(4, like.created_at.as_millisecond())?;
    for newcomer in newcomers {
        secret.raw_bind_parameter(1, token.insert(&newcomer.id, &newcomer.name)?)?;
        secret.raw_bind_parameter(2, newcomer.secret.digest.0)?;
        secret.raw_bind_parameter(3, &newcomer.secret.sealed)?;
        secret.raw_execute().map_err(Fault::from).and_then(one)?;
    }
    Ok(())
}

/// Rows of tokens that differ in nothing but ids and names.
pub(super) struct Alike<'db> {
    db: &'db Db,
    statement: CachedStatement<'db>,
}

impl<'db> Alike<'db> {
    pub(super) fn new(db: &'db Db, like: &Token) -> Result<Alike<'db>, Fault> {
        let (scopes, labels) = lists(like)?;
        let mut statement = db.prepare_cached(
            "INSERT INTO token (id, name, type, owner, scopes, labels, description, created_at, expires_at,
                                max_uses, uses, revoked_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?;
        statement.raw_bind_parameter(3, like.kind.word())?;
        statement.raw_bind_parameter(4, &like.owner)?;
        statement.raw_bind_parameter(5, scopes)?;
        statement.raw_bind_parameter(6, labels)?;
        statement.raw_bind_parameter(7, &like.description)?;
        statement.raw_bind_parameter(8, like.created_at.as_millisecond())?;
        statement.raw_bind_parameter(9, like.expires_at.map(Timestamp::as_millisecond))?;
        statement.raw_bind_parameter(10, like.max_uses.map(count))?;
        statement.raw_bind_parameter(11, count(like.uses))?;
        statement.raw_bind_parameter(12, like.revoked_at.map(Timestamp::as_millisecond))?;
        Ok(Alike { db, statement })
    }

    /// Gives the number of the new row.
    pub(super) fn insert(&mut self, id: &Id, name: &Name) -> Result<i64, Fault> {
        self.statement.raw_bind_parameter(1, id.as_str())?;
        self.statement.raw_bind_parameter(2, name.as_str())?;
        one(self.statement.raw_execute()?)?;
        Ok(self.db.last_insert_rowid())
    }
}

/// One more secret of a token that is there.
pub(super) fn secret(db: &Db, id: &Id, secret: &KeptSecret, created_at: Timestamp) -> Result<(), Fault> {
    db.prepare_cached(
        "INSERT INTO secret (token_seq, digest, sealed, created_at)
         SELECT seq, ?2, ?3, ?4 FROM token WHERE id = ?1",
    )?
    .execute(params![id.as_str(), secret.digest.0, secret.sealed, created_at.as_millisecond()])
    .map_err(Fault::from)
    .and_then(one)
}

pub(super) fn events(db: &Db, entries: &[Entry]) -> Result<(), Fault> {
    let mut statement = db.prepare_cached(
        "INSERT INTO event (seq, at, actor, action, token_id, token_name, detail, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for Entry { seq, event, link } in entries {
        let (id, name) = match &event.token {
            Some((id, name)) => (Some(id.as_str()), Some(name.as_str())),
            None => (None, None),
        };
        let at = event.at.as_millisecond();
        let row = params![seq, at, event.actor, event.action.word(), id, name, event.detail, link.0];
        statement.execute(row).map_err(Fault::from).and_then(one)?;
    }
    Ok(())
}
