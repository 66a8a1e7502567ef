//! W3IPFS's list of API keys, `GET /api/apiKeys/list`, and its answer to who made one. A key is a pair: its public half
//! becomes the label `api_key`, its other half is the secret.

use super::json::NO_SECRET;
use super::row::Row;
use super::{Found, Reader};
use crate::token::label::{Label, PUBLIC_HALF};
use crate::token::name::Name;
use crate::token::record::Type;
use crate::token::scope::{Grant, MOST_GRANTS, Scope, Scopes};
use crate::token::transfer::{Arrival, Bearer, Skipped};
use crate::wire::node::{Bad, Node, within};

impl Reader<'_> {
    pub(super) fn w3ipfs(&self, row: Row, found: &mut Found) -> Result<(), Bad> {
        let name = row.text("name")?.ok_or_else(|| Bad::new(&row.path("name"), "missing"))?;
        if !self.wants(name) {
            return Ok(());
        }
        let Some(secret) = row.secret("secret_key")? else {
            found.skipped.push(Skipped { name: name.to_owned(), at: row.at, why: NO_SECRET });
            return Ok(());
        };
        let name = Name::parse(name).map_err(|error| Bad::new(&row.path("name"), error))?;
        let key = Bearer { secret: Some(secret), ..Bearer::default() };
        let mut arrival = Arrival::new(row.at.clone(), name, self.owner.to_owned(), key);
        if let Some(public) = row.text("api_key")? {
            let label = Label::new(PUBLIC_HALF, public).map_err(|error| Bad::new(&row.path("api_key"), error))?;
            arrival.labels.insert(label.key, label.value);
        }
        if let Some(scopes) = row.get("scopes") {
            let mut granted = Vec::new();
            gather(&row.path("scopes"), "", scopes, &mut granted)?;
            if granted.len() > MOST_GRANTS {
                return Err(Bad::new(&row.path("scopes"), format_args!("a token has at most {MOST_GRANTS} scopes")));
            }
            let admin = |scope: &Scope| scope.as_str() == "admin";
            if granted.iter().any(admin) {
                arrival.kind = Type::Admin;
            }
            arrival.scopes = granted.into_iter().filter(|scope| !admin(scope)).map(Grant::from).collect::<Scopes>();
        }
        arrival.created_at = row.time("created_at")?;
        found.arrivals.push(arrival);
        Ok(())
    }
}

/// What is true in a tree of booleans, by its path.
fn gather(path: &str, above: &str, node: &Node, granted: &mut Vec<Scope>) -> Result<(), Bad> {
    let Node::Object(fields) = node else { return Err(Bad::expected(path, "an object of booleans")) };
    for (key, node) in fields {
        let path = within(path, key);
        let name = format!("{above}{key}");
        match node {
            Node::Null | Node::Bool(false) => {}
            Node::Bool(true) => granted.push(Scope::parse(&name).map_err(|error| Bad::new(&path, error))?),
            Node::Object(_) => gather(&path, &format!("{name}."), node, granted)?,
            _ => return Err(Bad::expected(&path, "true or false")),
        }
    }
    Ok(())
}
