//! Tokens with all that is kept of them, as they leave for another vault and as they come from one.

use jiff::Timestamp;
use rusqlite::{Connection as Db, params};

use super::fault::{Fault, one};
use super::insert::Alike;
use super::rows::{columns, limit, place, read_secret, read_token};
use crate::store::{KeptSecret, Whole};
use crate::token::record::SecretInfo;
use crate::token::secret::Digest;

pub(super) fn after(db: &Db, after: &str, most: usize) -> Result<Vec<Whole>, Fault> {
    let mut statement = db.prepare_cached(concat!(
        "SELECT ",
        columns!(),
        ", s.sealed FROM (SELECT * FROM token WHERE name > ?1 ORDER BY name LIMIT ?2) t
         CROSS JOIN secret s ON s.token_seq = t.seq ORDER BY t.name, s.digest"
    ))?;
    let mut rows = statement.query(params![after, limit(most)])?;
    let mut wholes: Vec<Whole> = Vec::new();
    let mut secrets: Vec<(SecretInfo, KeptSecret)> = Vec::new();
    let mut begun = None;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        if begun.replace(seq) != Some(seq) {
            end(&mut wholes, &mut secrets);
            wholes.push(Whole { token: read_token(row)?, kept: Vec::with_capacity(1) });
        }
        secrets.push((read_secret(row)?, KeptSecret { digest: Digest(row.get(13)?), sealed: row.get(18)? }));
    }
    end(&mut wholes, &mut secrets);
    Ok(wholes)
}

/// Gives the newest token its secrets, in their order.
fn end(wholes: &mut [Whole], secrets: &mut Vec<(SecretInfo, KeptSecret)>) {
    let Some(Whole { token, kept }) = wholes.last_mut() else { return };
    secrets.sort_by_key(|(secret, _)| place(secret));
    (token.secrets, *kept) = secrets.drain(..).unzip();
}

pub(super) fn insert(db: &Db, whole: &Whole) -> Result<(), Fault> {
    let seq = Alike::new(db, &whole.token)?.insert(&whole.token.id, &whole.token.name)?;
    let ms = |time: Option<Timestamp>| time.map(Timestamp::as_millisecond);
    for (secret, kept) in whole.token.secrets.iter().zip(&whole.kept) {
        db.prepare_cached(
            "INSERT INTO secret (token_seq, digest, sealed, created_at, retires_at, last_used_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            seq,
            kept.digest.0,
            kept.sealed,
            secret.created_at.as_millisecond(),
            ms(secret.retires_at),
            ms(secret.last_used_at),
        ])
        .map_err(Fault::from)
        .and_then(one)?;
    }
    Ok(())
}
