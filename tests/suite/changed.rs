//! A secret in which anything was changed opens nothing, however it is given.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use jeton::token::exit::Exit;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::home::Home;

/// What can happen to a text on its way. Places are counted modulo its length; an insertion behind its end is at it.
#[derive(Clone, Debug)]
enum Change {
    Insert(usize, Vec<u8>),
    Replace(usize, u8),
    Remove(usize, usize),
    Swap(usize, usize),
    /// Another letter, or the whole of it, in the other case.
    Case(usize),
    AllUpper,
    AllLower,
    Prefix(&'static str),
    Twice(&'static str),
    Reversed,
    /// As other programs would write it.
    Utf16,
}

const PREFIXES: [&str; 9] = ["", "_", "jtn", "JTN", "jt", "acme_live", "acme", "acme_live_", "a_jtn"];

/// On which way it is given.
#[derive(Clone, Copy, Debug)]
enum Way {
    Stdin,
    Variable,
    File,
    Batch,
}

#[test]
fn a_changed_secret_is_malformed_or_unknown() {
    let home = Home::with(&[]);
    let plain = home.create("plain");
    let prefixed = home.jeton(["create", "prefixed", "--prefix", "acme_live"]).run().out.trim_end().to_owned();
    let config = ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(secret in select(vec![plain, prefixed]), changes in vec(change(), 1..=2), way in way())| {
        let secret = secret.as_bytes();
        let changed = changes.iter().fold(secret.to_vec(), |bytes, change| applied(change, bytes));
        let exit = given(&home, &changed, way);
        prop_assert_eq!(exit, expected(secret, &changed, way), "\"{}\" by {:?}", changed.escape_ascii(), way);
    });
}

fn applied(change: &Change, mut bytes: Vec<u8>) -> Vec<u8> {
    let length = bytes.len();
    match change {
        Change::Insert(at, more) => drop(bytes.splice(*at.min(&length)..*at.min(&length), more.iter().copied())),
        _ if bytes.is_empty() => {}
        Change::Replace(at, byte) => bytes[at % length] = *byte,
        Change::Remove(at, many) => drop(bytes.drain(at % length..length.min(at % length + many))),
        Change::Swap(one, other) => bytes.swap(one % length, other % length),
        Change::Case(at) => bytes[at % length] ^= if bytes[at % length].is_ascii_alphabetic() { 0x20 } else { 0 },
        Change::AllUpper => bytes.make_ascii_uppercase(),
        Change::AllLower => bytes.make_ascii_lowercase(),
        Change::Prefix(prefix) => {
            let end = bytes.iter().rposition(|byte| *byte == b'_').unwrap_or(0);
            drop(bytes.splice(..end, prefix.bytes()));
        }
        Change::Twice(between) => bytes = [&bytes[..], between.as_bytes(), &bytes[..]].concat(),
        Change::Reversed => bytes.reverse(),
        Change::Utf16 => bytes = bytes.iter().flat_map(|byte| [*byte, 0]).collect(),
    }
    bytes
}

fn given(home: &Home, bytes: &[u8], way: Way) -> Exit {
    let file = home.path("given");
    match way {
        Way::Stdin => home.jeton(["verify"]).stdin(bytes).run().exit,
        Way::Variable => {
            home.jeton(["verify", "--env", "TOKEN"]).var("TOKEN", OsString::from_vec(bytes.to_vec())).run().exit
        }
        Way::File => {
            std::fs::write(&file, bytes).unwrap();
            home.jeton(["verify", "--file", file.to_str().unwrap()]).run().exit
        }
        Way::Batch => home.jeton(["verify", "--batch"]).stdin(bytes).run().exit,
    }
}

/// One line end is not part of a secret. A secret is one line; in a batch each line is one, and the first no counts.
fn expected(secret: &[u8], changed: &[u8], way: Way) -> Exit {
    let without_end = |line: &[u8]| line.strip_suffix(b"\r\n").or(line.strip_suffix(b"\n")).unwrap_or(line).to_vec();
    let verdict = |line: &[u8]| match without_end(line) {
        line if line == secret => Exit::Done,
        line if !(16..=512).contains(&line.len()) || !line.iter().all(u8::is_ascii_graphic) => Exit::Malformed,
        line if has_the_form(&line) => Exit::Malformed,
        _ => Exit::Unknown,
    };
    match way {
        Way::Batch if changed.is_empty() => Exit::Malformed,
        Way::Batch => {
            let verdicts = changed.split_inclusive(|byte| *byte == b'\n').map(verdict);
            verdicts.into_iter().find(|verdict| *verdict != Exit::Done).unwrap_or(Exit::Done)
        }
        _ if without_end(changed).contains(&b'\n') => Exit::Usage,
        _ => verdict(changed),
    }
}

/// A prefix, `_` and 61 letters and digits. That a change of one also fits its check is one chance in four thousand
/// million.
fn has_the_form(line: &[u8]) -> bool {
    let Some((prefix, tail)) = line.len().checked_sub(62).map(|at| line.split_at(at)) else { return false };
    tail[0] == b'_'
        && tail[1..].iter().all(u8::is_ascii_alphanumeric)
        && (1..=20).contains(&prefix.len())
        && prefix[0].is_ascii_alphabetic()
        && prefix.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        && !prefix.ends_with(b"_")
}

fn change() -> impl Strategy<Value = Change> {
    let blank = || select(&["\n", "\r\n", "\r", " ", "\t", "\0", "\u{a0}", "\u{feff}", "\u{200b}", "\\n", "="][..]);
    let place = || prop_oneof![1 => Just(0), 4 => 0..=100usize];
    prop_oneof![
        3 => (place(), blank()).prop_map(|(at, blank)| Change::Insert(at, blank.into())),
        3 => (place(), vec(any::<u8>(), 1..4)).prop_map(|(at, more)| Change::Insert(at, more)),
        4 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Change::Replace(at, byte)),
        2 => (any::<usize>(), 1..70usize).prop_map(|(at, many)| Change::Remove(at, many)),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(one, other)| Change::Swap(one, other)),
        2 => any::<usize>().prop_map(Change::Case),
        1 => Just(Change::AllUpper),
        1 => Just(Change::AllLower),
        2 => select(&PREFIXES[..]).prop_map(Change::Prefix),
        1 => select(&["", "\n", "_", " "][..]).prop_map(Change::Twice),
        1 => Just(Change::Reversed),
        1 => Just(Change::Utf16),
    ]
}

fn way() -> impl Strategy<Value = Way> {
    select(&[Way::Stdin, Way::Variable, Way::File, Way::Batch][..])
}
