//! One token of a service's list, as it is read field by field.

use jiff::Timestamp;

use crate::token::secret::Secret;
use crate::wire::node::{Bad, Fields, Node, time, within};

/// One of a service's tokens.
pub(super) struct Row {
    pub at: String,
    fields: Fields,
}

impl Row {
    pub fn new(at: String, fields: Fields) -> Row {
        Row { at, fields }
    }

    pub fn path(&self, key: &str) -> String {
        within(&self.at, key)
    }

    /// What stands there, unless it is null.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let node = self.fields.iter().find(|(field, _)| field == key).map(|(_, node)| node);
        node.filter(|node| !matches!(node, Node::Null))
    }

    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    pub fn has(&self, key: &str) -> bool {
        has(&self.fields, key)
    }

    /// A text that is there and not empty.
    pub fn text(&self, key: &str) -> Result<Option<&str>, Bad> {
        match self.get(key) {
            None => Ok(None),
            Some(Node::Text(text)) => Ok(Some(text.as_str()).filter(|text| !text.trim().is_empty())),
            Some(_) => Err(Bad::expected(&self.path(key), "a text")),
        }
    }

    /// A text or a number, as ids are.
    pub fn word(&self, key: &str) -> Result<Option<String>, Bad> {
        match self.get(key) {
            Some(Node::Number(Some(number))) => Ok(Some(number.to_string())),
            _ => Ok(self.text(key)?.map(str::to_owned)),
        }
    }

    pub fn time(&self, key: &str) -> Result<Option<Timestamp>, Bad> {
        self.text(key)?.map(|text| time(text).map_err(|error| Bad::new(&self.path(key), error))).transpose()
    }

    /// The secret; `None` where the service hides it.
    pub fn secret(&self, key: &str) -> Result<Option<Secret>, Bad> {
        let hidden = |text: &&str| ["***", "...", "…", "•", "xxxx"].iter().any(|mask| text.contains(mask));
        match self.text(key)?.filter(|text| !hidden(text)) {
            None => Ok(None),
            Some(text) => match Secret::parse(text.as_bytes()) {
                Ok(secret) => Ok(Some(secret)),
                Err(error) => Err(Bad::new(&self.path(key), error)),
            },
        }
    }
}

pub(super) fn has(fields: &Fields, key: &str) -> bool {
    fields.iter().any(|(field, _)| field == key)
}
