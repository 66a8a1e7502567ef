//! The answers of W3IPFS about API keys, as its page prints them.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Time;
use super::body::{ADMIN, known, lies_under};
use crate::token::record::{Token, Type};
use crate::token::scope::Scope;

/// Whatever was asked for was done.
#[derive(Serialize)]
pub struct SuccessJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<NewKeyJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    status: &'static str,
}

#[derive(Serialize)]
struct NewKeyJson<'a> {
    name: &'a str,
    api_key: &'a str,
    secret_key: &'a str,
}

impl<'a> SuccessJson<'a> {
    pub fn with_key(token: &'a Token, secret: &'a str) -> SuccessJson<'a> {
        let key = NewKeyJson { name: token.name.as_str(), api_key: token.id.as_str(), secret_key: secret };
        SuccessJson { data: Some(key), message: None, status: "success" }
    }

    pub fn saying(message: &'a str) -> SuccessJson<'a> {
        SuccessJson { data: None, message: Some(message), status: "success" }
    }
}

/// A key in a list, without its secret: nobody can tell that any more.
#[derive(Serialize)]
pub struct KeyJson<'a> {
    id: &'a str,
    name: &'a str,
    api_key: &'a str,
    scopes: Map<String, Value>,
    created_at: Time,
}

impl<'a> KeyJson<'a> {
    pub fn new(token: &'a Token, tree: &Tree) -> KeyJson<'a> {
        let id = token.id.as_str();
        KeyJson {
            id,
            name: token.name.as_str(),
            api_key: id,
            scopes: tree.of(token),
            created_at: Time(token.created_at),
        }
    }
}

/// The known scopes that a tree of booleans can hold: a leaf for each under which no other lies.
pub struct Tree(Vec<Scope>);

impl Tree {
    /// An empty catalogue is the one of W3IPFS.
    pub fn new(catalogue: &BTreeSet<Scope>) -> Tree {
        let known = known(catalogue);
        let branch = |scope: &Scope| known.iter().any(|other| lies_under(other, scope.as_str()));
        let leaf = |scope: &&Scope| scope.segments().next() != Some(ADMIN) && !branch(scope);
        Tree(known.iter().filter(leaf).cloned().collect())
    }

    /// Which of them a token has. An admin has them all, and is told in short.
    fn of(&self, token: &Token) -> Map<String, Value> {
        let admin = token.kind == Type::Admin;
        let mut tree = Map::from_iter([(ADMIN.to_owned(), admin.into())]);
        for scope in self.0.iter().filter(|_| !admin) {
            put(&mut tree, scope.as_str(), token.has_scope(scope));
        }
        tree
    }
}

fn put(tree: &mut Map<String, Value>, path: &str, value: bool) {
    match path.split_once('.') {
        None => drop(tree.insert(path.to_owned(), value.into())),
        Some((branch, rest)) => {
            let branch = tree.entry(branch).or_insert_with(|| Map::new().into());
            branch.as_object_mut().into_iter().for_each(|branch| put(branch, rest, value));
        }
    }
}
