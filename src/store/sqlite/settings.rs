//! What the vault knows of itself: one row for each word.

use rusqlite::{Connection as Db, params};

use super::fault::{Fault, one};
use crate::store::{Keys, Settings};

/// What the words of the policy begin with among the settings.
const POLICY: &str = "policy.";

const NO_KEYS: Keys = Keys { public: Vec::new(), wrapped: Vec::new(), salt: Vec::new(), cost: [0; 3] };

pub(super) fn all(db: &Db) -> Result<Settings, Fault> {
    let mut statement = db.prepare_cached("SELECT key, value FROM setting")?;
    let mut rows = statement.query([])?;
    let mut settings = Settings::default();
    let mut keys = NO_KEYS;
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        match key.as_str() {
            "vault_id" => settings.vault_id = row.get(1)?,
            "public_key" => keys.public = row.get(1)?,
            "wrapped_key" => keys.wrapped = row.get(1)?,
            "argon2_salt" => keys.salt = row.get(1)?,
            "argon2_memory_kib" => keys.cost[0] = row.get(1)?,
            "argon2_passes" => keys.cost[1] = row.get(1)?,
            "argon2_lanes" => keys.cost[2] = row.get(1)?,
            _ => {
                if let Some(word) = key.strip_prefix(POLICY) {
                    settings.policy.insert(word.to_owned(), row.get(1)?);
                }
            }
        }
    }
    // Some of it without the rest is damage, and no show-once vault.
    settings.keys = (keys != NO_KEYS).then_some(keys);
    if settings.vault_id.len() != 16 {
        return Err(Fault::Damaged("it has no id".into()));
    }
    Ok(settings)
}

/// `None` takes the word away.
pub(super) fn set_policy(db: &Db, word: &str, value: Option<&str>) -> Result<(), Fault> {
    let key = format!("{POLICY}{word}");
    match value {
        Some(value) => one(db
            .prepare_cached("INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)")?
            .execute([key.as_str(), value])?),
        None => {
            db.prepare_cached("DELETE FROM setting WHERE key = ?1")?.execute([key])?;
            Ok(())
        }
    }
}

/// Puts keys in the place of those that are there, or none.
pub(super) fn set_keys(db: &Db, keys: Option<&Keys>) -> Result<(), Fault> {
    db.execute("DELETE FROM setting WHERE key LIKE 'argon2%' OR key IN ('public_key', 'wrapped_key')", [])?;
    let Some(keys) = keys else { return Ok(()) };
    let mut set = db.prepare("INSERT INTO setting (key, value) VALUES (?1, ?2)")?;
    set.execute(params!["public_key", keys.public])?;
    set.execute(params!["wrapped_key", keys.wrapped])?;
    set.execute(params!["argon2_salt", keys.salt])?;
    set.execute(params!["argon2_memory_kib", keys.cost[0]])?;
    set.execute(params!["argon2_passes", keys.cost[1]])?;
    set.execute(params!["argon2_lanes", keys.cost[2]])?;
    Ok(())
}
