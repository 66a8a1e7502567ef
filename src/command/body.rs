//! `jeton create --from`: what is asked for stands in a request body.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use super::{Place, input_name};
use crate::error::Error;
use crate::store::{self, Access};
use crate::token::request::Request;
use crate::vault;
use crate::wire::body::Body;
use crate::wire::node::Bad;

/// No request is longer, in bytes.
const MOST_READ: u64 = 1 << 20;

pub(super) fn read(path: &Path, place: &Place<'_>) -> Result<Request, Error> {
    let name = input_name(path);
    let failed = |why: &str| Error::Input {
        what: name.clone(),
        why: why.to_owned(),
        hint: "give one request in JSON, such as {\"name\": \"web\", \"scopes\": [\"deploy\"]}",
    };
    let mut text = Vec::new();
    let read = place.input(path).and_then(|stream| stream.take(MOST_READ + 1).read_to_end(&mut text));
    read.map_err(|error| failed(&error.to_string()))?;
    if text.len() as u64 > MOST_READ {
        return Err(failed("it is longer than 1 MiB"));
    }
    let text = String::from_utf8(text).map_err(|_| failed("it is not UTF-8"))?;
    // Editors of some systems put a mark before it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim().is_empty() {
        return Err(failed("it is empty"));
    }
    let body = Body::parse(text).map_err(told)?;
    let known = match place.open(Access::Read) {
        Ok(mut vault) => vault.policy()?.scopes,
        Err(Error::Vault(vault::Error::Store(store::Error::Absent(_)))) => BTreeSet::new(),
        Err(error) => return Err(error),
    };
    // Nobody need have a name of one's own who says whose it is.
    let owner = if body.has_owner() { String::new() } else { place.owner()? };
    body.request(&owner, &known).map_err(told)
}

fn told(Bad { path, why }: Bad) -> Error {
    Error::Input { what: path, why, hint: "mend the request; nothing was made" }
}
