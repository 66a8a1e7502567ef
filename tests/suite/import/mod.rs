//! `jeton import`: what people bring, all of it or none.

mod digests;
mod env;
mod odd;
mod own;
mod report;
mod services;

use jeton::token::exit::Exit;
use serde_json::Value;

use crate::support::home::{Home, Ran};

/// The file that a service wrote, or a person.
fn fixture(name: &str) -> String {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn import(home: &Home, words: &[&str], text: impl AsRef<[u8]>) -> Ran {
    home.jeton(["import", "-"].iter().chain(words)).stdin(text).run()
}

/// What became of it, in JSON.
#[track_caller]
fn told(home: &Home, words: &[&str], text: impl AsRef<[u8]>) -> Value {
    import(home, &[&["--json"], words].concat(), text).exits(Exit::Done).json()
}

/// Refused as bad input before a vault was made for it.
#[track_caller]
fn refused(text: impl AsRef<[u8]>, why: &str) {
    let home = Home::new();
    let ran = import(&home, &[], text).exits(Exit::Usage).prints("");
    assert_eq!(ran.err.lines().next(), Some(format!("error: {why}").as_str()), "{}", ran.err);
    assert!(!home.path("data").exists(), "a vault was made for it");
}

/// The names under a key of what was told.
fn names(told: &Value, key: &str) -> Vec<String> {
    let name = |it: &Value| it["name"].as_str().unwrap().to_owned();
    told[key].as_array().unwrap().iter().map(name).collect()
}

/// A token, as `show` tells it.
#[track_caller]
fn shown(home: &Home, name: &str) -> Value {
    home.jeton(["show", name, "--json"]).run().exits(Exit::Done).json()
}
