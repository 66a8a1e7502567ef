//! `jeton create --from`: what is asked for stands in a request body, or in a list of them.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use super::{Place, input_name};
use crate::error::Error;
use crate::store::{self, Access};
use crate::token::request::Request;
use crate::vault;
use crate::wire::body;
use crate::wire::node::Bad;

/// No request is longer, in bytes.
const LONGEST: u64 = 1 << 20;
/// No list of requests is longer, in bytes: room for 160 in each of the most it can hold.
const LONGEST_LIST: u64 = 16 << 20;

/// What was read.
pub(super) enum Asked {
    One(Box<Request>),
    All(Vec<Request>),
}

pub(super) fn read(path: &Path, place: &Place<'_>) -> Result<Asked, Error> {
    let name = input_name(path);
    let failed = |why: &str| Error::Input {
        what: name.clone(),
        why: why.to_owned(),
        hint: "give one request in JSON, such as {\"name\": \"web\", \"scopes\": [\"deploy\"]}",
    };
    let mut text = Vec::new();
    let read = place.input(path).and_then(|stream| stream.take(LONGEST_LIST + 1).read_to_end(&mut text));
    read.map_err(|error| failed(&error.to_string()))?;
    let length = text.len() as u64;
    if length > LONGEST_LIST {
        let list = text.trim_ascii_start().starts_with(b"[");
        return Err(failed(if list { "it is longer than 16 MiB" } else { "it is longer than 1 MiB" }));
    }
    let text = String::from_utf8(text).map_err(|_| failed("it is not UTF-8"))?;
    // Editors of some systems put a mark before it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim().is_empty() {
        return Err(failed("it is empty"));
    }
    let asked = body::Asked::parse(text).map_err(told)?;
    if length > LONGEST && matches!(asked, body::Asked::One(_)) {
        return Err(failed("it is longer than 1 MiB"));
    }
    let known = match place.open(Access::Read) {
        Ok(mut vault) => vault.policy()?.scopes,
        Err(Error::Vault(vault::Error::Store(store::Error::Absent(_)))) => BTreeSet::new(),
        Err(error) => return Err(error),
    };
    // Nobody need have a name of one's own who says whose it is.
    let owner = if asked.has_owner() { String::new() } else { place.owner()? };
    match asked {
        body::Asked::One(body) => body.request(&owner, &known).map(Box::new).map(Asked::One),
        body::Asked::All(list) => list.requests(&owner, &known).map(Asked::All),
    }
    .map_err(told)
}

fn told(Bad { path, why }: Bad) -> Error {
    Error::Input { what: path, why, hint: "mend the request; nothing was made" }
}
