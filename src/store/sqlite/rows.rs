//! Rows become records here, and records rows. What does not read as a record is damage, never a default.

use jiff::Timestamp;
use rusqlite::{Connection as Db, Row, Rows, params};

use super::fault::{Fault, one};
use crate::store::{Found, Key, SealedCopy};
use crate::token::label::Labels;
use crate::token::name::Name;
use crate::token::record::{SecretInfo, Token, Type};
use crate::token::scope::{Grant, Scopes};
use crate::token::secret::{Digest, Id};

/// Columns 0 to 12 are the token's, 13 to 17 one of its secrets'.
macro_rules! columns {
    () => {
        "t.seq, t.id, t.name, t.type, t.owner, t.scopes, t.labels, t.description, t.created_at, t.expires_at,
         t.max_uses, t.uses, t.revoked_at, s.digest, s.created_at, s.retires_at, s.last_used_at, s.sealed IS NOT NULL"
    };
}

/// Whether the token `t` still works at the time in a parameter.
macro_rules! working {
    ($now:literal) => {
        concat!(
            "t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ",
            $now,
            ") AND (t.max_uses IS NULL OR t.uses < t.max_uses)"
        )
    };
}
pub(super) use {columns, working};

pub(super) fn found(db: &Db, digest: &Digest) -> Result<Option<Found>, Fault> {
    let mut statement = db.prepare_cached(concat!(
        "SELECT ",
        columns!(),
        " FROM secret f JOIN token t ON t.seq = f.token_seq JOIN secret s ON s.token_seq = t.seq
         WHERE f.digest = ?1"
    ))?;
    let mut rows = statement.query([&digest.0[..]])?;
    let mut hit = None;
    let mut token: Option<Token> = None;
    let mut place = 0;
    while let Some(row) = rows.next()? {
        let stored = Digest(row.get(13)?);
        let token = match &mut token {
            Some(token) => token,
            None => {
                place = row.get(0)?;
                token.insert(read_token(row)?)
            }
        };
        let secret = read_secret(row)?;
        if stored == *digest {
            hit = Some((secret, stored));
        }
        token.secrets.push(secret);
    }
    let Some((mut token, (secret, digest))) = token.zip(hit) else { return Ok(None) };
    in_order(&mut token.secrets);
    // Secrets that are equal in all that is known of them are judged alike.
    let index = token.secrets.iter().position(|other| *other == secret).unwrap_or(0);
    Ok(Some(Found { token, index, digest, place }))
}

pub(super) fn token(db: &Db, key: Key<'_>) -> Result<Option<Token>, Fault> {
    let (sql, value) = match key {
        Key::Name(name) => (
            concat!("SELECT ", columns!(), " FROM token t JOIN secret s ON s.token_seq = t.seq WHERE t.name = ?1"),
            name,
        ),
        Key::Id(id) => {
            (concat!("SELECT ", columns!(), " FROM token t JOIN secret s ON s.token_seq = t.seq WHERE t.id = ?1"), id)
        }
    };
    let mut statement = db.prepare_cached(sql)?;
    let mut found = None;
    gather(&mut statement.query([value])?, |_, token| found.replace(token).is_none())?;
    Ok(found)
}

/// Rows of one token stand together: one for each of its secrets. Ends when `enough` says so of a token that is whole.
pub(super) fn gather(rows: &mut Rows<'_>, mut enough: impl FnMut(i64, Token) -> bool) -> Result<(), Fault> {
    let mut whole = |(seq, mut token): (i64, Token)| {
        in_order(&mut token.secrets);
        enough(seq, token)
    };
    let mut begun: Option<(i64, Token)> = None;
    while let Some(row) = rows.next()? {
        let seq = row.get(0)?;
        if begun.as_ref().is_none_or(|(begun, _)| *begun != seq)
            && let Some(token) = begun.replace((seq, read_token(row)?))
            && whole(token)
        {
            return Ok(());
        }
        let secret = read_secret(row)?;
        if let Some((_, token)) = &mut begun {
            token.secrets.push(secret);
        }
    }
    begun.map(whole);
    Ok(())
}

/// The current one, which does not retire, stands last, the others oldest first. Done here, because SQLite would sort
/// whole rows for it. They come in the order of their digests, which decides between equals.
fn in_order(secrets: &mut [SecretInfo]) {
    secrets.sort_by_key(place);
}

/// The clock may have been set back between two secrets; which is the current one does not depend on it.
pub(super) fn place(secret: &SecretInfo) -> (bool, Timestamp, Option<Timestamp>) {
    (secret.retires_at.is_none(), secret.created_at, secret.retires_at)
}

/// In the order of the token's secrets.
pub(super) fn digests(db: &Db, id: &Id) -> Result<Vec<Digest>, Fault> {
    let mut statement = db.prepare_cached(concat!(
        "SELECT ",
        columns!(),
        " FROM token t JOIN secret s ON s.token_seq = t.seq WHERE t.id = ?1 ORDER BY s.digest"
    ))?;
    let mut rows = statement.query([id.as_str()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((place(&read_secret(row)?), Digest(row.get(13)?)));
    }
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, digest)| digest).collect())
}

pub(super) fn copies(db: &Db, after: Option<(i64, Digest)>, most: usize) -> Result<Vec<SealedCopy>, Fault> {
    let (seq, digest) = after.unwrap_or((i64::MIN, Digest([0; 32])));
    let mut statement = db.prepare_cached(
        "SELECT t.name, t.id, s.token_seq, s.digest, s.sealed FROM secret s CROSS JOIN token t ON t.seq = s.token_seq
         WHERE (s.token_seq, s.digest) > (?1, ?2) AND s.sealed IS NOT NULL
         ORDER BY s.token_seq, s.digest LIMIT ?3",
    )?;
    let mut rows = statement.query(params![seq, digest.0, limit(most)])?;
    let mut copies = Vec::new();
    while let Some(row) = rows.next()? {
        let (name, id) = name_and_id(row)?;
        copies.push(SealedCopy { place: (row.get(2)?, Digest(row.get(3)?)), id, name, sealed: row.get(4)? });
    }
    Ok(copies)
}

pub(super) fn read_token(row: &Row<'_>) -> Result<Token, Fault> {
    let text = |column| row.get_ref(column).and_then(|value| Ok(value.as_str()?));
    let damaged = |what: &str| Fault::Damaged(format!("token {} has a bad {what}", row.get::<_, i64>(0).unwrap_or(0)));
    Ok(Token {
        id: Id::parse(text(1)?).map_err(|_| damaged("id"))?,
        name: Name::parse(text(2)?).map_err(|_| damaged("name"))?,
        kind: Type::parse(text(3)?).ok_or_else(|| damaged("type"))?,
        owner: text(4)?.to_owned(),
        scopes: match text(5)? {
            "[]" => Scopes::default(),
            json => scopes(json).ok_or_else(|| damaged("list of scopes"))?,
        },
        labels: match text(6)? {
            "{}" => Labels::new(),
            json => serde_json::from_str(json).map_err(|_| damaged("set of labels"))?,
        },
        description: text(7)?.to_owned(),
        created_at: time(row, 8)?.ok_or_else(|| damaged("time of creation"))?,
        expires_at: time(row, 9)?,
        max_uses: match row.get::<_, Option<i64>>(10)? {
            Some(uses) => Some(u64::try_from(uses).map_err(|_| damaged("limit of uses"))?),
            None => None,
        },
        uses: u64::try_from(row.get::<_, i64>(11)?).map_err(|_| damaged("count of uses"))?,
        revoked_at: time(row, 12)?,
        secrets: Vec::with_capacity(1),
    })
}

fn scopes(json: &str) -> Option<Scopes> {
    let grants: Vec<String> = serde_json::from_str(json).ok()?;
    grants.iter().map(|grant| Grant::parse(grant).ok()).collect()
}

pub(super) fn read_secret(row: &Row<'_>) -> Result<SecretInfo, Fault> {
    Ok(SecretInfo {
        created_at: time(row, 14)?.ok_or_else(|| Fault::Damaged("a secret has no time of creation".into()))?,
        retires_at: time(row, 15)?,
        last_used_at: time(row, 16)?,
        recoverable: row.get(17)?,
    })
}

pub(super) fn time(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>, Fault> {
    let Some(ms) = row.get::<_, Option<i64>>(column)? else { return Ok(None) };
    let time = Timestamp::from_millisecond(ms).map_err(|_| Fault::Damaged(format!("{ms} is no time")))?;
    Ok(Some(time))
}

/// The first two columns of a row: a name and its id.
pub(super) fn name_and_id(row: &Row<'_>) -> Result<(Name, Id), Fault> {
    let text = |column| row.get_ref(column).and_then(|value| Ok(value.as_str()?));
    let name = Name::parse(text(0)?).map_err(|_| Fault::Damaged("a token has a bad name".into()))?;
    let id = Id::parse(text(1)?).map_err(|_| Fault::Damaged("a token has a bad id".into()))?;
    Ok((name, id))
}

/// All that can change but the uses, which are counted by themselves.
pub(super) fn update(db: &Db, token: &Token) -> Result<(), Fault> {
    let (scopes, labels) = lists(token)?;
    db.prepare_cached(
        "UPDATE token SET name = ?2, type = ?3, owner = ?4, scopes = ?5, labels = ?6, description = ?7,
                          expires_at = ?8, max_uses = ?9, revoked_at = ?10
         WHERE id = ?1",
    )?
    .execute(params![
        token.id.as_str(),
        token.name.as_str(),
        token.kind.word(),
        token.owner,
        scopes,
        labels,
        token.description,
        token.expires_at.map(Timestamp::as_millisecond),
        token.max_uses.map(count),
        token.revoked_at.map(Timestamp::as_millisecond),
    ])
    .map_err(Fault::from)
    .and_then(one)
}

/// Scopes and labels as JSON.
pub(super) fn lists(token: &Token) -> Result<(String, String), Fault> {
    let json = |error: serde_json::Error| Fault::Damaged(error.to_string());
    let scopes = serde_json::to_string(token.scopes.as_slice()).map_err(json)?;
    Ok((scopes, serde_json::to_string(&token.labels).map_err(json)?))
}

pub(super) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// SQLite counts rows in signed numbers.
pub(super) fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
