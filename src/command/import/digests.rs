//! Bare digests, so that a service can move without knowing its secrets: lines of id, name and SHA-256 between commas,
//! tabs or blanks, perhaps under a line that names the columns; or a list of such objects in JSON.

use jiff::Timestamp;

use super::row::Row;
use super::{Found, Reader};
use crate::token::label::Label;
use crate::token::name::{self, Name};
use crate::token::secret::{Digest, Id};
use crate::token::transfer::{Arrival, Bearer, Ends, Source};
use crate::wire::node::{Bad, Node, time};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    Name,
    Digest,
    Owner,
    Created,
    Expires,
}

impl Column {
    fn parse(word: &str) -> Option<Column> {
        match word.trim().to_ascii_lowercase().as_str() {
            "id" => Some(Column::Id),
            "name" | "token_name" => Some(Column::Name),
            "sha256" | "sha-256" | "digest" | "hash" | "hex" | "sha256_hex" => Some(Column::Digest),
            "owner" => Some(Column::Owner),
            "created_at" => Some(Column::Created),
            "expires_at" => Some(Column::Expires),
            _ => None,
        }
    }
}

pub(super) fn is_digest(word: &str) -> bool {
    Column::parse(word) == Some(Column::Digest)
}

/// Whether the first line that says anything holds a digest, or names a column of them.
pub(super) fn are_lines(text: &str) -> bool {
    let first = text.lines().find(|line| says_something(line));
    first.is_some_and(|line| {
        let fields = split(line);
        fields.iter().any(|field| Digest::parse(field).is_ok())
            || (fields.len() > 1 && fields.iter().any(|field| is_digest(field)))
    })
}

fn says_something(line: &str) -> bool {
    !line.trim().is_empty() && !line.trim_start().starts_with('#')
}

/// One token, as far as it is told.
#[derive(Default)]
struct Told {
    id: Option<String>,
    name: Option<String>,
    digest: Option<Digest>,
    owner: Option<String>,
    created_at: Option<Timestamp>,
    ends: Option<Timestamp>,
}

impl Told {
    fn set(&mut self, column: Column, path: &str, text: &str) -> Result<(), Bad> {
        let bad = |error: &dyn std::fmt::Display| Bad::new(path, error);
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        match column {
            Column::Id => self.id = Some(text.to_owned()),
            Column::Name => self.name = Some(text.to_owned()),
            Column::Digest => self.digest = Some(Digest::parse(text).map_err(|error| bad(&error))?),
            Column::Owner => self.owner = Some(name::parse_owner(text).map_err(|error| bad(&error))?),
            Column::Created => self.created_at = Some(time(text).map_err(|error| bad(&error))?),
            Column::Expires => self.ends = Some(time(text).map_err(|error| bad(&error))?),
        }
        Ok(())
    }
}

impl Reader<'_> {
    pub(super) fn digest_lines(&self, text: &str) -> Result<Found, Bad> {
        let mut found = Found::of(Source::Digests);
        let mut columns: Option<Vec<Option<Column>>> = None;
        for (index, line) in text.lines().enumerate().filter(|(_, line)| says_something(line)) {
            self.step();
            let at = format!("line {}", index + 1);
            let fields = split(line);
            let holds_digest = fields.iter().any(|field| Digest::parse(field).is_ok());
            if columns.is_none() && !holds_digest && fields.iter().any(|field| is_digest(field)) {
                let named: Vec<_> = fields.iter().map(|field| Column::parse(field)).collect();
                let others = fields.iter().zip(&named).filter(|(_, column)| column.is_none());
                found.left_out(others.map(|(field, _)| field.as_str()));
                columns = Some(named);
                continue;
            }
            let columns = match &columns {
                Some(columns) => columns.clone(),
                None => by_place(&fields).map_err(|why| Bad::new(&at, why))?,
            };
            if fields.len() > columns.len() {
                return Err(Bad::new(&at, "it has more fields than there are columns"));
            }
            let mut told = Told::default();
            for (field, column) in fields.iter().zip(columns) {
                if let Some(column) = column {
                    told.set(column, &at, field)?;
                }
            }
            self.told(told, at, &mut found)?;
        }
        Ok(found)
    }

    pub(super) fn digest_row(&self, row: Row, found: &mut Found) -> Result<(), Bad> {
        let mut told = Told::default();
        for (key, node) in row.fields() {
            let path = row.path(key);
            match (Column::parse(key), node) {
                (Some(_), Node::Null) => {}
                (Some(Column::Id), Node::Number(Some(id))) => told.id = Some(id.to_string()),
                (Some(column), Node::Text(text)) => told.set(column, &path, text)?,
                (Some(_), _) => return Err(Bad::expected(&path, "a text")),
                (None, _) => found.left_out([key.as_str()].into_iter()),
            }
        }
        self.told(told, row.at, found)
    }

    fn told(&self, told: Told, at: String, found: &mut Found) -> Result<(), Bad> {
        let name = told.name.as_ref().or(told.id.as_ref());
        let name = name.ok_or_else(|| Bad::new(&at, "it has no name"))?;
        if !self.wants(name) {
            return Ok(());
        }
        let name = Name::parse(name).map_err(|error| Bad::new(&at, error))?;
        let digest = told.digest.ok_or_else(|| Bad::new(&at, "it has no SHA-256 of 64 hexadecimal digits"))?;
        let owner = told.owner.unwrap_or_else(|| self.owner.to_owned());
        let key = Bearer { digest: Some(digest), ..Bearer::default() };
        let mut arrival = Arrival::new(at.clone(), name, owner, key);
        match told.id.as_deref().map(|id| (id, Id::parse(id))) {
            Some((_, Ok(id))) => arrival.id = Some(id),
            // Another service's goes on being known.
            Some((id, Err(_))) if told.name.is_some() => {
                let label = Label::new("id", id).map_err(|error| Bad::new(&at, error))?;
                arrival.labels.insert(label.key, label.value);
            }
            Some((_, Err(_))) | None => {}
        }
        arrival.created_at = told.created_at;
        arrival.ends = told.ends.map_or(Ends::Unsaid, |end| Ends::At(Some(end)));
        found.arrivals.push(arrival);
        Ok(())
    }
}

impl Found {
    /// Notes fields that tell of tokens what jeton does not take over, each once.
    fn left_out<'a>(&mut self, fields: impl Iterator<Item = &'a str>) {
        for field in fields {
            let note = format!("`{}` is not taken over", field.trim());
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }
}

/// Where nobody named the columns: the digest shows itself, before it stand an id and a name, or a name alone.
fn by_place(fields: &[String]) -> Result<Vec<Option<Column>>, &'static str> {
    let digest = fields.iter().position(|field| Digest::parse(field.trim()).is_ok());
    let digest = digest.ok_or("it has no SHA-256 of 64 hexadecimal digits")?;
    let mut others = match fields.len() {
        1 => return Err("it has no name"),
        2 => [Column::Name].iter(),
        3 => [Column::Id, Column::Name].iter(),
        _ => return Err("it has more than an id, a name and a digest; a first line can name the columns"),
    };
    Ok((0..fields.len()).map(|at| if at == digest { Some(Column::Digest) } else { others.next().copied() }).collect())
}

/// The fields of a line: between tabs, commas or semicolons, where quotes may stand around each; else between blanks.
fn split(line: &str) -> Vec<String> {
    let between = ['\t', ',', ';'].into_iter().find(|between| line.contains(*between));
    let Some(between) = between else { return line.split_whitespace().map(str::to_owned).collect() };
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(field) = fields.last_mut() else { break };
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' if quoted => quoted = false,
            '"' if field.trim().is_empty() => quoted = true,
            c if c == between && !quoted => fields.push(String::new()),
            c => field.push(c),
        }
    }
    fields.iter().map(|field| field.trim().to_owned()).collect()
}
