//! JSON that people bring: whose it is shows in its outline, and its rows are read one by one.

use super::row::{Row, has};
use super::{Found, Reader};
use crate::token::transfer::Source;
use crate::wire::export;
use crate::wire::node::{Bad, Node, each_of, each_once, outline};

/// What is said where a service told its secrets once and lists them no more.
pub(super) const NO_SECRET: &str = "the list does not hold its secret";
const UNKNOWN: &str = "it is JSON, and nothing that jeton can import";

/// What reads one row.
type Read<'r> = fn(&Reader<'r>, Row, &mut Found) -> Result<(), Bad>;

impl<'r> Reader<'r> {
    pub(super) fn json(&self, text: &str) -> Result<Found, Bad> {
        let unknown = || Bad::new("the file", UNKNOWN);
        let fields = match outline(text)? {
            Node::List(rows) => return self.listed(text, rows),
            Node::Object(fields) => each_once("", fields)?,
            _ => return Err(unknown()),
        };
        let at = |key: &str| fields.iter().find(|(field, _)| field == key).map(|(_, node)| node);
        if at("format").and_then(Node::text).is_some_and(|format| format.starts_with(export::ANY_FORMAT)) {
            let mut found = Found::of(Source::Jeton);
            found.arrivals = export::read(text, fields, &mut || self.step())?;
            return Ok(found);
        }
        match (at("tokens"), at("list"), at("data")) {
            (Some(Node::List(_)), ..) => self.rows(text, &["tokens"], Source::Unleash, Reader::unleash),
            (_, Some(Node::List(_)), _) => {
                let mut found = self.rows(text, &["list"], Source::NocoDb, Reader::nocodb)?;
                found.is_part_of(at("pageInfo").and_then(|page| number(page, "totalRows")));
                Ok(found)
            }
            (_, _, Some(Node::List(_))) => self.rows(text, &["data"], Source::W3Ipfs, Reader::w3ipfs),
            (_, _, Some(Node::Object(data))) if has(data, "api_keys") => {
                let mut found = self.rows(text, &["data", "api_keys"], Source::W3Ipfs, Reader::w3ipfs)?;
                found.is_part_of(at("data").and_then(|data| number(data, "total")));
                Ok(found)
            }
            // The answer to who made one key.
            (_, _, Some(Node::Object(data))) if has(data, "secret_key") => {
                let mut found = Found::of(Source::W3Ipfs);
                let data =
                    fields.into_iter().find(|(key, _)| key == "data").map(|(_, node)| node).ok_or_else(unknown)?;
                self.w3ipfs(Row::new("data".into(), data.fields("data")?), &mut found)?;
                Ok(found)
            }
            _ => Err(unknown()),
        }
    }

    /// A list without anything around it; `rows` has the first.
    fn listed(&self, text: &str, rows: Vec<Node>) -> Result<Found, Bad> {
        let first = match rows.into_iter().next() {
            None => return Ok(Found::of(Source::Digests)),
            Some(Node::Object(fields)) => fields,
            Some(_) => return Err(Bad::new("the file", UNKNOWN)),
        };
        let (source, read): (_, Read<'r>) = match () {
            () if first.iter().any(|(key, _)| super::digests::is_digest(key)) => (Source::Digests, Reader::digest_row),
            () if has(&first, "secret") && has(&first, "projects") => (Source::Unleash, Reader::unleash),
            () if has(&first, "api_key") => (Source::W3Ipfs, Reader::w3ipfs),
            () if has(&first, "token") && has(&first, "description") => (Source::NocoDb, Reader::nocodb),
            () if has(&first, "secrets") && has(&first, "recoverable") => {
                return Err(Bad::new("the file", "`jeton list` wrote it, without digests; `jeton export` writes them"));
            }
            () => return Err(Bad::new("the file", UNKNOWN)),
        };
        self.rows(text, &[], source, read)
    }

    fn rows(&self, text: &str, keys: &[&str], source: Source, read: Read<'r>) -> Result<Found, Bad> {
        let mut found = Found::of(source);
        each_of(text, keys, |index, node| {
            self.step();
            let at = format!("{}[{index}]", keys.join("."));
            let fields = node.fields(&at)?;
            read(self, Row::new(at, fields), &mut found)
        })?;
        if found.arrivals.is_empty() && found.skipped.iter().any(|skipped| skipped.why == NO_SECRET) {
            let names: Vec<_> = found.skipped.iter().take(20).map(|skipped| format!("`{}`", skipped.name)).collect();
            let more = if found.skipped.len() > names.len() { ", …" } else { "" };
            let why = format_args!("it holds the secret of none of its tokens: {}{more}", names.join(", "));
            return Err(Bad::new("the file", why));
        }
        Ok(found)
    }
}

/// A number under a key.
fn number(node: &Node, key: &str) -> Option<u64> {
    let Node::Object(fields) = node else { return None };
    match fields.iter().find(|(field, _)| field == key)? {
        (_, Node::Number(number)) => *number,
        _ => None,
    }
}

impl Found {
    pub(super) fn of(source: Source) -> Found {
        Found { source, arrivals: Vec::new(), skipped: Vec::new(), notes: Vec::new() }
    }

    /// Services give their lists in pages.
    fn is_part_of(&mut self, total: Option<u64>) {
        let here = (self.arrivals.len() + self.skipped.len()) as u64;
        if let Some(total) = total.filter(|total| *total > here) {
            self.notes.push(format!("this is a part of the list: {here} of {total} tokens"));
        }
    }
}
