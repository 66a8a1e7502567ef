//! Unleash's answer to `GET /api/admin/api-tokens`. What a token is for becomes labels: `environment`, `project` (those
//! of a set, or `*` for all), and `sdk` for what kind of client has it.

use super::json::NO_SECRET;
use super::row::Row;
use super::{Found, Reader};
use crate::token::label::Label;
use crate::token::name::Name;
use crate::token::record::Type;
use crate::token::transfer::{Arrival, Bearer, Ends, Skipped};
use crate::wire::node::{Bad, Node};

impl Reader<'_> {
    pub(super) fn unleash(&self, row: Row, found: &mut Found) -> Result<(), Bad> {
        // Older ones say `username`.
        let name = row.text("tokenName")?.or(row.text("username")?);
        let name = name.ok_or_else(|| Bad::new(&row.path("tokenName"), "missing"))?;
        if !self.wants(name) {
            return Ok(());
        }
        let Some(secret) = row.secret("secret")? else {
            found.skipped.push(Skipped { name: name.to_owned(), at: row.at, why: NO_SECRET });
            return Ok(());
        };
        let name = Name::parse(name).map_err(|error| Bad::new(&row.path("tokenName"), error))?;
        let last_used_at = row.time("seenAt")?;
        let key = Bearer { secret: Some(secret), last_used_at, ..Bearer::default() };
        let mut arrival = Arrival::new(row.at.clone(), name, self.owner.to_owned(), key);
        let mut label = |key: &str, field: &str, value: &str| {
            let label = Label::new(key, value).map_err(|error| Bad::new(&row.path(field), error))?;
            arrival.labels.insert(label.key, label.value);
            Ok(())
        };
        let kind = row.text("type")?.ok_or_else(|| Bad::new(&row.path("type"), "missing"))?.to_ascii_lowercase();
        match kind.as_str() {
            "admin" => {}
            "client" | "backend" | "frontend" => label("sdk", "type", &kind)?,
            _ => return Err(Bad::expected(&row.path("type"), "client, backend, frontend or admin")),
        }
        if let Some(environment) = row.text("environment")? {
            label("environment", "environment", environment)?;
        }
        let projects = match row.get("projects") {
            None => Vec::new(),
            Some(Node::List(projects)) => projects.iter().filter_map(Node::text).collect(),
            Some(_) => return Err(Bad::expected(&row.path("projects"), "a list of texts")),
        };
        match (projects.as_slice(), row.text("project")?) {
            ([], None) => {}
            ([], Some(project)) => label("project", "project", project)?,
            (projects, _) => label("project", "projects", &projects.join(","))?,
        }
        if kind == "admin" {
            arrival.kind = Type::Admin;
        }
        arrival.created_at = row.time("createdAt")?;
        arrival.ends = Ends::At(row.time("expiresAt")?);
        found.arrivals.push(arrival);
        Ok(())
    }
}
