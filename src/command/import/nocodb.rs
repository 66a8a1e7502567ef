//! NocoDB's token lists. They call a token's name its description, and a token need have none.

use super::json::NO_SECRET;
use super::row::Row;
use super::{Found, Reader};
use crate::token::name::{self, Name};
use crate::token::transfer::{Arrival, Bearer, Ends, Skipped};
use crate::wire::node::{Bad, Node};

impl Reader<'_> {
    pub(super) fn nocodb(&self, row: Row, found: &mut Found) -> Result<(), Bad> {
        let (field, name) = match (row.text("description")?.or(row.text("title")?), row.word("id")?) {
            (Some(name), _) => ("description", name.to_owned()),
            (None, Some(id)) => ("id", format!("nocodb-{id}")),
            (None, None) => return Err(Bad::new(&row.path("description"), "missing")),
        };
        if !self.wants(&name) {
            return Ok(());
        }
        // Its newer versions keep only a hash of it.
        let Some(secret) = row.secret("token")? else {
            found.skipped.push(Skipped { name, at: row.at, why: NO_SECRET });
            return Ok(());
        };
        let name = Name::parse(&name).map_err(|error| Bad::new(&row.path(field), error))?;
        let owner = match row.text("created_by")? {
            Some(owner) => name::parse_owner(owner).map_err(|error| Bad::new(&row.path("created_by"), error))?,
            None => self.owner.to_owned(),
        };
        let last_used_at = row.time("last_used_at")?;
        let key = Bearer { secret: Some(secret), last_used_at, ..Bearer::default() };
        let mut arrival = Arrival::new(row.at.clone(), name, owner, key);
        arrival.created_at = row.time("created_at")?;
        if row.has("expiry") {
            arrival.ends = Ends::At(row.time("expiry")?);
        }
        // One that is switched off does not begin to work by moving.
        if matches!(row.get("enabled"), Some(Node::Bool(false) | Node::Number(Some(0)))) {
            arrival.revoked_at = Some(row.time("updated_at")?.unwrap_or(self.now));
        }
        found.arrivals.push(arrival);
        Ok(())
    }
}
