//! The request body from which a token is made: `{"name": ..., "scopes": ...}`, as JSON or JSON5, or a list of such.
//! Whatever is wrong with it is told by its path (`scopes.pinning.unpin: missing`, `[3].name: missing`), and nothing in
//! it is passed over.
//!
//! `scopes` is a list of names, or a tree of booleans. The tree has a leaf for every known scope, and each must be there
//! unless `admin` is true.

use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::fmt;

use super::node::{Bad, Fields, Node, each_once, no_json, within};
use crate::token::label::{Label, Labels};
use crate::token::name::{self, Name};
use crate::token::record::{MOST_USES, Type};
use crate::token::request::{Naming, Request};
use crate::token::scope::{Grant, Scope, Scopes};
use crate::token::secret::{self, Prefix};
use crate::token::span::{BadSpan, Expiry};

/// The scopes of W3IPFS, known where a vault has no catalogue of its own.
const W3IPFS: [&str; 8] = [
    ADMIN,
    "data.pin_list",
    "data.nft_list",
    "pinning.unpin",
    "pinning.pin_by_hash",
    "pinning.pin_file_to_ipfs",
    "pin_nft.unpin_nft",
    "pin_nft.pin_nft_to_ipfs",
];
/// So many requests can stand in one list: their tokens are in memory all at once.
const LONGEST: usize = 100_000;
/// The leaf that is no scope but a type.
pub(super) const ADMIN: &str = "admin";

/// A text that is well-formed: what it asks for can be read from it when the vault's catalogue is known.
pub enum Asked {
    One(Body),
    All(List),
}

/// The fields of one request.
pub struct Body(Fields);

/// Reads an object in JSON that holds no secret.
///
/// # Errors
/// [`Bad`] for what is none.
pub(super) fn object(text: &str) -> Result<Fields, Bad> {
    let node: Node = serde_json::from_str(text).map_err(|error| no_json("the request", &error))?;
    let Body(fields) = Body::new("", node)?;
    each_once("", fields)
}

/// Requests that are to be met all or none.
pub struct List(Vec<Body>);

impl Asked {
    /// # Errors
    /// [`Bad`] for what is neither a JSON5 object nor a list of them.
    pub fn parse(text: &str) -> Result<Asked, Bad> {
        match json5::from_str::<Node>(text) {
            Ok(Node::List(nodes)) if nodes.len() > LONGEST => {
                Err(Bad::new("the request", format_args!("a list has at most {LONGEST} requests")))
            }
            Ok(Node::List(nodes)) if !nodes.is_empty() => {
                let body = |(index, node)| Body::new(&format!("[{index}]"), node);
                nodes.into_iter().enumerate().map(body).collect::<Result<_, _>>().map(List).map(Asked::All)
            }
            Ok(node) => Body::new("", node).map(Asked::One),
            Err(error) if error.code().is_none() => {
                Err(Bad::new("the request", "it nests too deep, or a number is too large"))
            }
            // Not in the parser's own words, which may repeat what it read.
            Err(error) => {
                let at = error.position().map(|at| format!(" (line {}, column {})", at.line + 1, at.column + 1));
                Err(Bad::new("the request", format_args!("it is neither JSON nor JSON5{}", at.unwrap_or_default())))
            }
        }
    }

    /// Whether it says whose every token is to be.
    pub fn has_owner(&self) -> bool {
        match self {
            Asked::One(body) => body.has_owner(),
            Asked::All(List(bodies)) => bodies.iter().all(Body::has_owner),
        }
    }
}

impl List {
    /// What is asked for, by the rules of [`Body::request`]. No two tokens can have one name.
    ///
    /// # Errors
    /// [`Bad`] tells the first thing that is wrong.
    pub fn requests(self, owner: &str, catalogue: &BTreeSet<Scope>) -> Result<Vec<Request>, Bad> {
        let mut requests = Vec::with_capacity(self.0.len());
        let mut names = HashMap::with_capacity(self.0.len());
        for (index, body) in self.0.into_iter().enumerate() {
            let request = body
                .request(owner, catalogue)
                .map_err(|error| Bad { path: format!("[{index}].{}", error.path), why: error.why })?;
            if let Naming::As(name) = &request.naming
                && let Some(other) = names.insert(name.clone(), index)
            {
                return Err(Bad::new(&format!("[{index}].name"), format_args!("[{other}] has this name too")));
            }
            requests.push(request);
        }
        Ok(requests)
    }
}

impl Body {
    /// One request, in JSON alone.
    ///
    /// # Errors
    /// [`Bad`] for what is no JSON object.
    pub fn parse(text: &str) -> Result<Body, Bad> {
        object(text).map(Body)
    }

    /// `path` is where it stands in a list.
    fn new(path: &str, node: Node) -> Result<Body, Bad> {
        match node {
            Node::Object(fields) => fields_without_secrets(path, &fields).map(|()| Body(fields)),
            _ => Err(Bad::expected(if path.is_empty() { "the request" } else { path }, "an object")),
        }
    }

    fn has_owner(&self) -> bool {
        self.0.iter().any(|(key, _)| key == "owner")
    }

    /// What is asked for; `owner` is whose the token is if nothing is said, and an empty catalogue the one of W3IPFS.
    ///
    /// # Errors
    /// [`Bad`] tells the first thing that is wrong.
    pub fn request(self, owner: &str, catalogue: &BTreeSet<Scope>) -> Result<Request, Bad> {
        let mut name = None;
        let mut kind = None;
        let mut admin = None;
        let mut request = Request::new(Naming::Next(String::new()), owner.to_owned());
        for (key, node) in each_once("", self.0)? {
            match key.as_str() {
                "name" => name = Some(read(&key, &node, "a text", Name::parse)?),
                "owner" => request.owner = read(&key, &node, "a text", name::parse_owner)?,
                "description" => {
                    request.description = read(&key, &node, "a text", |text| Ok::<_, Infallible>(text.to_owned()))?;
                }
                "type" => {
                    let known = |word: &str| Type::parse(word).ok_or("it is client, admin or session");
                    kind = Some(read(&key, &node, "a text", known)?);
                }
                "expires" => {
                    request.expires = Some(expires(&key, &node)?);
                }
                "max_uses" => request.max_uses = max_uses(&key, &node)?,
                "labels" => request.labels = labels(&key, node)?,
                "prefix" => request.prefix = Some(read(&key, &node, "a text", Prefix::parse)?),
                "once" => {
                    let Node::Bool(once) = node else { return Err(Bad::expected(&key, "true or false")) };
                    request.once = once;
                }
                "scopes" => (request.scopes, admin) = scopes(&key, node, catalogue)?,
                _ => return Err(Bad::new(&key, "unknown")),
            }
        }
        request.naming = Naming::As(name.ok_or_else(|| Bad::new("name", "missing"))?);
        request.kind = match (kind, admin) {
            (Some(Type::Client | Type::Session), Some(true)) => {
                return Err(Bad::new("type", "it contradicts `scopes.admin`, which is true"));
            }
            (Some(Type::Admin), Some(false)) => {
                return Err(Bad::new("type", "it contradicts `scopes.admin`, which is false"));
            }
            (None, Some(true)) => Type::Admin,
            (kind, _) => kind.unwrap_or_default(),
        };
        Ok(request)
    }
}

/// Refuses a secret wherever it stands, so that nothing that is said later can repeat it.
fn without_secrets(path: &str, node: &Node) -> Result<(), Bad> {
    match node {
        Node::Text(text) if secret::holds_secret(text.as_bytes()) => Err(Bad::new(path, "it holds a secret")),
        Node::List(nodes) => {
            nodes.iter().enumerate().try_for_each(|(at, node)| without_secrets(&format!("{path}[{at}]"), node))
        }
        Node::Object(fields) => fields_without_secrets(path, fields),
        Node::Text(_) | Node::Null | Node::Bool(_) | Node::Number(_) => Ok(()),
    }
}

fn fields_without_secrets(path: &str, fields: &[(String, Node)]) -> Result<(), Bad> {
    fields.iter().try_for_each(|(key, node)| match secret::holds_secret(key.as_bytes()) {
        true => Err(Bad::new(if path.is_empty() { "the request" } else { path }, "a key in it holds a secret")),
        false => without_secrets(&within(path, key), node),
    })
}

pub(super) fn expires(path: &str, node: &Node) -> Result<Expiry, Bad> {
    match node {
        Node::Null => Ok(Expiry::Never),
        node => read(path, node, "a text (90d, 2027-01-31, never) or null", expiry),
    }
}

/// As many as a vault can count to, as by the flag.
pub(super) fn max_uses(path: &str, node: &Node) -> Result<Option<u64>, Bad> {
    match node {
        Node::Null => Ok(None),
        Node::Number(Some(uses)) if (1..=MOST_USES).contains(uses) => Ok(Some(*uses)),
        _ => Err(Bad::expected(path, "a whole number from 1, or null")),
    }
}

/// Without the text in what is wrong with it: that may be a password in the wrong place.
fn expiry(text: &str) -> Result<Expiry, &'static str> {
    Expiry::parse(text).map_err(|error| match error {
        BadSpan::NotPositive(_) => "it must be longer than zero",
        BadSpan::TooFar => "it is later than jeton can count",
        _ => "it is no time: write 90d, 2027-01-31, or never",
    })
}

/// A text, read by the rules of what it names.
pub(super) fn read<V, E: fmt::Display>(
    path: &str,
    node: &Node,
    what: &str,
    rule: impl Fn(&str) -> Result<V, E>,
) -> Result<V, Bad> {
    let Node::Text(text) = node else { return Err(Bad::expected(path, what)) };
    rule(text).map_err(|error| Bad::new(path, error))
}

fn labels(path: &str, node: Node) -> Result<Labels, Bad> {
    let Node::Object(fields) = node else { return Err(Bad::expected(path, "an object of texts")) };
    let label = |(key, node): (String, Node)| {
        let path = within(path, &key);
        let label = read(&path, &node, "a text", |value| Label::new(&key, value))?;
        Ok((label.key, label.value))
    };
    each_once(path, fields)?.into_iter().map(label).collect()
}

/// What a list of names or a tree grants, and what it says of `admin`.
fn scopes(path: &str, node: Node, catalogue: &BTreeSet<Scope>) -> Result<(Scopes, Option<bool>), Bad> {
    match node {
        Node::List(names) => Ok((list(path, &names)?, None)),
        Node::Object(fields) => {
            let mut tree = Tree { known: known(catalogue), granted: Vec::new(), denied: BTreeSet::new(), admin: None };
            tree.read(path, "", fields)?;
            let complete = tree.admin == Some(true);
            let missing = tree.missing().filter(|_| !complete);
            match missing {
                Some(scope) => Err(Bad::new(&within(path, scope), "missing")),
                None => Ok((tree.granted.iter().map(|scope| Grant::from(scope.clone())).collect(), tree.admin)),
            }
        }
        _ => Err(Bad::expected(path, "an object of booleans, or a list of names")),
    }
}

pub(super) fn list(path: &str, names: &[Node]) -> Result<Scopes, Bad> {
    let grant = |(index, node)| read(&format!("{path}[{index}]"), node, "a text", Grant::parse);
    names.iter().enumerate().map(grant).collect()
}

/// The scopes that a tree tells of.
pub(super) fn known(catalogue: &BTreeSet<Scope>) -> Vec<Scope> {
    if catalogue.is_empty() {
        W3IPFS.into_iter().filter_map(|scope| Scope::parse(scope).ok()).collect()
    } else {
        catalogue.iter().cloned().collect()
    }
}

/// The known scopes as a tree, and what was said of each.
struct Tree {
    known: Vec<Scope>,
    granted: Vec<Scope>,
    denied: BTreeSet<Scope>,
    admin: Option<bool>,
}

impl Tree {
    /// Reads the fields under `above`, which is empty or ends with a dot.
    fn read(&mut self, path: &str, above: &str, fields: Fields) -> Result<(), Bad> {
        for (key, node) in each_once(path, fields)? {
            let path = within(path, &key);
            let name = format!("{above}{key}");
            // A key with a dot in it would name a leaf without its branches.
            let scope = Scope::parse(&name).ok().filter(|_| !key.contains('.'));
            let inner = scope.as_ref().is_some_and(|_| self.known.iter().any(|known| lies_under(known, &name)));
            match (scope, node) {
                (Some(_), Node::Bool(value)) if name == ADMIN => self.admin = Some(value),
                (Some(_), Node::Object(fields)) if inner => self.read(&path, &format!("{name}."), fields)?,
                (Some(_), _) if inner => return Err(Bad::expected(&path, "an object of booleans")),
                (Some(scope), Node::Bool(value)) if self.known.contains(&scope) => match value {
                    true => self.granted.push(scope),
                    false => drop(self.denied.insert(scope)),
                },
                (Some(scope), _) if name == ADMIN || self.known.contains(&scope) => {
                    return Err(Bad::expected(&path, "true or false"));
                }
                _ => return Err(Bad::new(&path, "unknown")),
            }
        }
        Ok(())
    }

    /// The first known scope of which nothing was said. One under which others lie cannot be said in a tree.
    fn missing(&self) -> Option<&str> {
        let said = |scope: &Scope| match scope.as_str() {
            ADMIN => self.admin.is_some(),
            _ => self.granted.contains(scope) || self.denied.contains(scope),
        };
        let branch = |scope: &Scope| self.known.iter().any(|known| lies_under(known, scope.as_str()));
        self.known.iter().find(|scope| !said(scope) && !branch(scope)).map(Scope::as_str)
    }
}

pub(super) fn lies_under(scope: &Scope, name: &str) -> bool {
    scope.as_str().strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(text: &str, catalogue: &[&str]) -> Result<Request, String> {
        let catalogue = catalogue.iter().map(|scope| Scope::parse(scope).unwrap()).collect();
        let read = Asked::parse(text).and_then(|asked| match asked {
            Asked::One(body) => body.request("alice", &catalogue),
            Asked::All(list) => list.requests("alice", &catalogue).map(|mut requests| requests.remove(0)),
        });
        read.map_err(|error| error.to_string())
    }

    #[track_caller]
    fn refused(text: &str, why: &str) {
        assert_eq!(asked(text, &[]).unwrap_err(), why, "{text}");
    }

    /// All of W3IPFS's leaves as `false`, but for what is put in the place of one.
    fn tree(leaf: &str, instead: &str) -> String {
        let whole = r#"{"name": "k", "scopes": {"admin": false,
            "data": {"pin_list": false, "nft_list": false},
            "pinning": {"unpin": false, "pin_by_hash": false, "pin_file_to_ipfs": false},
            "pin_nft": {"unpin_nft": false, "pin_nft_to_ipfs": false}}}"#;
        let leaf = format!(r#""{leaf}": false"#);
        assert!(whole.contains(&leaf));
        whole.replace(&leaf, instead).replace("{, ", "{").replace(", }", "}").replace(", ,", ",").replace("{,", "{")
    }

    #[test]
    fn a_tree_grants_what_is_true() {
        let request = asked(&tree("pin_by_hash", r#""pin_by_hash": true"#), &[]).unwrap();
        assert_eq!((request.scopes.to_string().as_str(), request.kind), ("pinning.pin_by_hash", Type::Client));
        assert_eq!(request.naming, Naming::As(Name::parse("k").unwrap()));
        assert_eq!(request.owner, "alice");
        // As the page prints it, without quotes around the keys.
        let admin = asked(r#"{ name: "Admin api key", scopes: { admin: true } } // and a remark"#, &[]).unwrap();
        assert_eq!((admin.kind, admin.scopes.is_empty()), (Type::Admin, true));
    }

    #[test]
    fn every_leaf_must_be_there_unless_admin_is_true() {
        for (leaf, path) in [
            ("pin_list", "scopes.data.pin_list"),
            ("nft_list", "scopes.data.nft_list"),
            ("unpin", "scopes.pinning.unpin"),
            ("pin_by_hash", "scopes.pinning.pin_by_hash"),
            ("pin_file_to_ipfs", "scopes.pinning.pin_file_to_ipfs"),
            ("unpin_nft", "scopes.pin_nft.unpin_nft"),
            ("pin_nft_to_ipfs", "scopes.pin_nft.pin_nft_to_ipfs"),
            ("admin", "scopes.admin"),
        ] {
            refused(&tree(leaf, ""), &format!("{path}: missing"));
        }
        refused(r#"{name: "k", scopes: {}}"#, "scopes.admin: missing");
        refused(r#"{name: "k", scopes: {admin: false}}"#, "scopes.data.pin_list: missing");
        assert!(asked(r#"{name: "k", scopes: {admin: true, data: {pin_list: true}}}"#, &[]).is_ok());
    }

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        for written in ["3", "3.0", "0.3e1", "3e0"] {
            let json = format!(r#"{{"name": "a", "max_uses": {written}}}"#);
            assert_eq!(asked(&json, &[]).unwrap().max_uses, Some(3), "{written}");
            let request = Body::parse(&json).unwrap().request("alice", &BTreeSet::new()).unwrap();
            assert_eq!(request.max_uses, Some(3), "{written}");
        }
    }

    #[test]
    fn whatever_is_wrong_is_told_by_its_path() {
        for (text, why) in [
            ("{}", "name: missing"),
            (r#"{name: "a", nam: "b"}"#, "nam: unknown"),
            (r#"{name: 1}"#, "name: it must be a text"),
            (r#"{name: null}"#, "name: it must be a text"),
            (r#"{name: ""}"#, "name: a name cannot be empty"),
            (r#"{name: "a", name: "b"}"#, "name: it stands here twice"),
            (r#"{name: "a", max_uses: 0}"#, "max_uses: it must be a whole number from 1, or null"),
            (r#"{name: "a", max_uses: 9223372036854775808}"#, "max_uses: it must be a whole number from 1, or null"),
            (r#"{name: "a", max_uses: -1.0}"#, "max_uses: it must be a whole number from 1, or null"),
            (r#"{name: "a", max_uses: 1e300}"#, "max_uses: it must be a whole number from 1, or null"),
            (r#"{name: "a", max_uses: 1.5}"#, "max_uses: it must be a whole number from 1, or null"),
            (r#"{name: "a", max_uses: "3"}"#, "max_uses: it must be a whole number from 1, or null"),
            (r#"{name: "a", expires: 90}"#, "expires: it must be a text (90d, 2027-01-31, never) or null"),
            (r#"{name: "a", type: "root"}"#, "type: it is client, admin or session"),
            (r#"{name: "a", labels: ["x"]}"#, "labels: it must be an object of texts"),
            (r#"{name: "a", labels: {env: 1}}"#, "labels.env: it must be a text"),
            (r#"{name: "a", labels: {env: "a", env: "b"}}"#, "labels.env: it stands here twice"),
            (r#"{name: "a", scopes: "x"}"#, "scopes: it must be an object of booleans, or a list of names"),
            (r#"{name: "a", scopes: ["x", 1]}"#, "scopes[1]: it must be a text"),
            (r#"{name: "a", scopes: {admin: "yes"}}"#, "scopes.admin: it must be true or false"),
            (r#"{name: "a", scopes: {admin: true, data: true}}"#, "scopes.data: it must be an object of booleans"),
            (r#"{name: "a", scopes: {admin: true, dat: {}}}"#, "scopes.dat: unknown"),
            (r#"{name: "a", scopes: {admin: true, data: {list: true}}}"#, "scopes.data.list: unknown"),
            (
                r#"{name: "a", scopes: {admin: true, data: {pin_list: 1}}}"#,
                "scopes.data.pin_list: it must be true or false",
            ),
            (r#"{name: "a", scopes: {admin: true, "data.pin_list": true}}"#, "scopes.data.pin_list: unknown"),
            (r#"{name: "a", scopes: {admin: true, admin: true}}"#, "scopes.admin: it stands here twice"),
            (
                r#"{name: "a", scopes: {admin: true}, type: "client"}"#,
                "type: it contradicts `scopes.admin`, which is true",
            ),
            ("[]", "the request: it must be an object"),
            ("[3]", "[0]: it must be an object"),
            ("[{name: 'a'}, [{name: 'b'}]]", "[1]: it must be an object"),
            ("[{name: 'a'}, {nam: 'b'}]", "[1].nam: unknown"),
            ("[{name: 'a'}, {name: 'b', scopes: ['x', 1]}]", "[1].scopes[1]: it must be a text"),
            ("[{name: 'a'}, {name: 'b', scopes: {admin: false}}]", "[1].scopes.data.pin_list: missing"),
            ("[{name: 'a'}, {name: 'b'}, {name: 'a'}]", "[2].name: [0] has this name too"),
            ("[{name: 'nai\u{308}ve'}, {name: 'na\u{ef}ve'}]", "[1].name: [0] has this name too"),
            ("3", "the request: it must be an object"),
            ("{name: 'a'} {}", "the request: it is neither JSON nor JSON5 (line 1, column 13)"),
        ] {
            refused(text, why);
        }
        for broken in ["", "{name: 'a'", "{name: 'a', }}", "{name = 'a'}"] {
            let told = asked(broken, &[]).unwrap_err();
            assert!(told.starts_with("the request: it is neither JSON nor JSON5"), "{told}");
        }
        refused(&"[".repeat(100_000), "the request: it nests too deep, or a number is too large");
    }

    #[test]
    fn a_secret_is_refused_wherever_it_stands_and_never_repeated() {
        let secret = format!("jtn_{}", "s".repeat(61));
        for (text, why) in [
            ("{name: '$'}", "name: it holds a secret"),
            ("{name: 'a', description: 'see $'}", "description: it holds a secret"),
            ("{name: 'a', expires: '$'}", "expires: it holds a secret"),
            ("{name: 'a', scopes: ['b', '$']}", "scopes[1]: it holds a secret"),
            ("{name: 'a', scopes: {data: {$: true}}}", "scopes.data: a key in it holds a secret"),
            ("{name: 'a', labels: {$: 'b'}}", "labels: a key in it holds a secret"),
            ("{name: 'a', labels: {b: '$'}}", "labels.b: it holds a secret"),
            ("{name: 'a', $: 1}", "the request: a key in it holds a secret"),
            ("{name: 'a', other: [{b: '$'}]}", "other[0].b: it holds a secret"),
            ("[{name: 'a'}, {name: '$'}]", "[1].name: it holds a secret"),
            ("[{name: 'a'}, {$: 1}]", "[1]: a key in it holds a secret"),
            ("[{name: 'a'}, '$']", "[1]: it must be an object"),
        ] {
            refused(&text.replace('$', &secret), why);
        }
    }

    #[test]
    fn all_that_a_token_has_can_be_asked_for() {
        let request = asked(
            r#"{"name": "a", "type": "session", "owner": "bob", "labels": {"env": "prod", "project": "web,shop"},
                "description": "what for", "expires": "90d", "max_uses": 3, "scopes": ["a.b", "c.*", "a.b"]}"#,
            &["whatever"],
        )
        .unwrap();
        assert_eq!((request.kind, request.owner.as_str(), request.max_uses), (Type::Session, "bob", Some(3)));
        assert_eq!(request.scopes.to_string(), "a.b, c.*");
        assert_eq!(request.labels["project"], "web,shop");
        assert_eq!(request.expires, Some(Expiry::parse("90d").unwrap()));
        let never = asked(r#"{"name": "a", "expires": null, "max_uses": null}"#, &[]).unwrap();
        assert_eq!((never.expires, never.max_uses), (Some(Expiry::Never), None));
    }

    #[test]
    fn a_secret_can_be_asked_for_with_a_prefix_and_without_a_copy() {
        let request = asked(r#"{"name": "a", "prefix": "acme", "once": true}"#, &[]).unwrap();
        assert_eq!((request.prefix, request.once), (Prefix::parse("acme").ok(), true));
        refused(r#"{name: "a", once: 1}"#, "once: it must be true or false");
        refused(r#"{name: "a", prefix: null}"#, "prefix: it must be a text");
    }

    #[test]
    fn a_vault_may_know_other_scopes() {
        let known = ["deploy", "data.read", "data.write", "data.write.all"];
        let request =
            asked(r#"{name: "a", scopes: {deploy: true, data: {read: false, write: {all: true}}}}"#, &known).unwrap();
        assert_eq!(request.scopes.to_string(), "deploy, data.write.all");
        let missing = asked(r#"{name: "a", scopes: {deploy: true, data: {write: {all: true}}}}"#, &known);
        assert_eq!(missing.unwrap_err(), "scopes.data.read: missing");
        let unknown = asked(r#"{name: "a", scopes: {deploy: true, pinning: {}}}"#, &known);
        assert_eq!(unknown.unwrap_err(), "scopes.pinning: unknown");
        assert_eq!(asked(r#"{name: "a", scopes: {admin: true}}"#, &known).unwrap().kind, Type::Admin);
    }

    proptest! {
        /// Whatever comes in, it is answered.
        #[test]
        fn nothing_breaks_the_reader(text in r#"[{}\[\]"':,a-z0-9.\ /*
    -]{0,60}"#) {
            let _ = asked(&text, &[]);
        }
    }
}
