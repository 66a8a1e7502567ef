//! A JSON text as a tree in which nothing is lost: every key as often as it stands there; and how what is wrong in it is
//! told, by its path. The parsers are crates', and recurse with what they read; so the tree ends at a depth.

use std::collections::HashSet;
use std::fmt;

use jiff::Timestamp;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use crate::token::secret;

/// Nothing that is read nests deeper.
const DEEPEST: usize = 16;

/// Up to here every whole number is a float.
const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {why}")]
pub struct Bad {
    pub path: String,
    pub why: String,
}

impl Bad {
    pub fn new(path: &str, why: impl fmt::Display) -> Bad {
        Bad { path: path.to_owned(), why: why.to_string() }
    }

    /// `what` is what must be there instead.
    pub fn expected(path: &str, what: &str) -> Bad {
        Bad::new(path, format_args!("it must be {what}"))
    }
}

/// The fields of an object, each key as often as it stands there.
pub type Fields = Vec<(String, Node)>;

/// Whatever JSON can say. Texts may be secrets, and are wiped.
pub enum Node {
    Null,
    Bool(bool),
    /// `None` is one that is negative, broken or too large.
    Number(Option<u64>),
    Text(Zeroizing<String>),
    List(Vec<Node>),
    Object(Fields),
}

impl Node {
    /// Its fields, of which none stands twice.
    pub fn fields(self, path: &str) -> Result<Fields, Bad> {
        match self {
            Node::Object(fields) => each_once(path, fields),
            _ => Err(Bad::expected(path, "an object")),
        }
    }

    pub fn list(self, path: &str) -> Result<Vec<Node>, Bad> {
        match self {
            Node::List(nodes) => Ok(nodes),
            _ => Err(Bad::expected(path, "a list")),
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text, read by the rules of what it names.
    pub fn read<V, E: fmt::Display>(&self, path: &str, rule: impl Fn(&str) -> Result<V, E>) -> Result<V, Bad> {
        let text = self.text().ok_or_else(|| Bad::expected(path, "a text"))?;
        rule(text).map_err(|error| Bad::new(path, error))
    }

    /// The same, where null is nothing.
    pub fn read_or_null<V, E: fmt::Display>(
        &self,
        path: &str,
        rule: impl Fn(&str) -> Result<V, E>,
    ) -> Result<Option<V>, Bad> {
        match self {
            Node::Null => Ok(None),
            Node::Text(_) => self.read(path, rule).map(Some),
            _ => Err(Bad::expected(path, "a text or null")),
        }
    }
}

/// A time as services write it: RFC 3339, or a date and a time in UTC; in whole milliseconds.
pub fn time(text: &str) -> Result<Timestamp, &'static str> {
    let utc = || text.parse::<jiff::civil::DateTime>().and_then(|time| time.to_zoned(jiff::tz::TimeZone::UTC));
    let time = text.parse::<Timestamp>().or_else(|_| utc().map(|time| time.timestamp()));
    let whole = time.and_then(|time| Timestamp::from_millisecond(time.as_millisecond()));
    whole.map_err(|_| "it must be a time, such as 2027-01-31T12:00:00Z")
}

/// Where a key leads to from a path.
pub fn within(path: &str, key: &str) -> String {
    if secret::holds_secret(key.as_bytes()) {
        return format!("{path}[…]");
    }
    let plain = key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '/' | '.'));
    match (path, plain) {
        ("", _) => key.to_owned(),
        (_, true) => format!("{path}.{key}"),
        (_, false) => format!("{path}[{key:?}]"),
    }
}

/// Fields of which none stands twice.
pub fn each_once(path: &str, fields: Fields) -> Result<Fields, Bad> {
    let mut seen = HashSet::new();
    match fields.iter().find(|(key, _)| !seen.insert(key.as_str())) {
        Some((key, _)) => Err(Bad::new(&within(path, key), "it stands here twice")),
        None => Ok(fields),
    }
}

/// What a JSON text is in the large: of every list in it only the first node.
///
/// # Errors
/// [`Bad`] for what is no JSON.
pub fn outline(text: &str) -> Result<Node, Bad> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let outline =
        Depth { depth: 0, outline: true }.deserialize(&mut parser).map_err(|error| no_json("the file", &error))?;
    parser.end().map_err(|error| no_json("the file", &error))?;
    Ok(outline)
}

/// Hands over the nodes of the list at `keys` in a JSON text one by one, with their numbers. All of them together would
/// be larger than the text.
///
/// # Errors
/// The first that `take` gives.
pub fn each_of(text: &str, keys: &[&str], mut take: impl FnMut(usize, Node) -> Result<(), Bad>) -> Result<(), Bad> {
    let mut bad = None;
    let mut take = |index, node| take(index, node).map_err(|error| bad = Some(error)).is_ok();
    let mut parser = serde_json::Deserializer::from_str(text);
    let walked = Walk { keys, take: &mut take }.deserialize(&mut parser);
    match bad {
        Some(bad) => Err(bad),
        None => walked.map_err(|error| no_json("the file", &error)),
    }
}

/// Not in the parser's own words, which may repeat what it read.
pub(super) fn no_json(what: &str, error: &serde_json::Error) -> Bad {
    if error.is_eof() && (error.line(), error.column()) == (1, 0) {
        return Bad::new(what, "it is empty");
    }
    let why = if error.is_data() { "it nests too deep" } else { "it is no JSON" };
    Bad::new(what, format_args!("{why} (line {}, column {})", error.line(), error.column()))
}

/// On the way to a list, by the keys that lead there.
struct Walk<'k, 't> {
    keys: &'k [&'k str],
    take: &'t mut dyn FnMut(usize, Node) -> bool,
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(node) = list.next_element_seed(Depth { depth: 0, outline: false })? {
            if !(self.take)(index, node) {
                return Err(A::Error::custom("refused"));
            }
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match self.keys.split_first() {
                Some((first, keys)) if key == *first => map.next_value_seed(Walk { keys, take: &mut *self.take })?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        Depth { depth: 0, outline: false }.deserialize(deserializer)
    }
}

/// Reads a node that lies so deep. The parser recurses with it, so it must end.
#[derive(Clone, Copy)]
struct Depth {
    depth: usize,
    /// Of a list only the first node is wanted.
    outline: bool,
}

impl Depth {
    fn deeper(self) -> Depth {
        Depth { depth: self.depth + 1, ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        if self.depth > DEEPEST { Err(D::Error::custom("too deep")) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(Some(value)))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node, E> {
        Ok(Node::Number(u64::try_from(value).ok()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(u64::try_from(value).ok()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node, E> {
        Ok(Node::Number(u64::try_from(value).ok()))
    }

    /// `3.0` is a whole number (JSON Schema, validation, section 6.1.1), as far as such a one is exact.
    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        let whole = value.fract() == 0.0 && (0.0..=EXACT).contains(&value);
        Ok(Node::Number(whole.then_some(value as u64)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(Zeroizing::new(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element_seed(self.deeper())? {
            nodes.push(node);
            while self.outline && list.next_element::<IgnoredAny>()?.is_some() {}
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = map.next_key()? {
            fields.push((key, map.next_value_seed(self.deeper())?));
        }
        Ok(Node::Object(fields))
    }
}
