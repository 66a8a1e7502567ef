//! Where the secret stands in a request. Never in a query string: those end up in the logs of every proxy.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::token::secret::{Malformed, Secret};

/// The pair of headers of W3IPFS: an id, and the secret that must belong to it.
const PAIR: (&str, &str) = ("pinning_api_key", "pinning_secret_key");

/// One place in which a secret may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `Authorization: Bearer` (RFC 6750, section 2.1).
    Bearer,
    /// A header that holds nothing else.
    Header(HeaderName),
    /// The two headers of W3IPFS.
    Pair,
}

impl Place {
    /// `bearer`, `pinning` or the name of a header.
    pub fn parse(word: &str) -> Option<Place> {
        match word.to_ascii_lowercase().as_str() {
            "bearer" | "authorization" => Some(Place::Bearer),
            "pinning" => Some(Place::Pair),
            word => HeaderName::from_bytes(word.as_bytes()).ok().map(Place::Header),
        }
    }
}

/// What was found in a request.
pub(super) enum Presented {
    None,
    /// In the form of a secret; with the id that was presented with it, to which it must belong.
    Secret(Secret, Option<String>),
    /// There is something, and it can be the secret of nothing.
    Malformed,
    /// Two that differ: nobody can tell which one is meant.
    TwoSecrets,
}

pub(super) fn presented(headers: &HeaderMap, places: &[Place]) -> Presented {
    let mut found = Presented::None;
    for place in places {
        match place {
            Place::Bearer => {
                for value in headers.get_all(header::AUTHORIZATION) {
                    if let Some(rest) = bearer(value) {
                        found = both(found, secret(rest, None));
                    }
                }
            }
            Place::Header(name) => {
                for value in headers.get_all(name) {
                    found = both(found, secret(value.as_bytes(), None));
                }
            }
            Place::Pair => {
                let mut ids = headers.get_all(PAIR.0).iter();
                // Half of the pair is no credential, as an id without its secret is none.
                let (Some(id), other) = (ids.next(), ids.next()) else { continue };
                for value in headers.get_all(PAIR.1) {
                    let next = match (id.to_str(), other) {
                        (Ok(id), None) => secret(value.as_bytes(), Some(id.to_owned())),
                        _ => Presented::Malformed,
                    };
                    found = both(found, next);
                }
            }
        }
    }
    found
}

/// What stands behind `Bearer`, if it is that scheme.
fn bearer(value: &HeaderValue) -> Option<&[u8]> {
    let (scheme, rest) = value.as_bytes().split_at_checked(6)?;
    let rest = rest.strip_prefix(b" ").or(rest.is_empty().then_some(rest))?;
    scheme.eq_ignore_ascii_case(b"bearer").then(|| rest.trim_ascii())
}

fn secret(bytes: &[u8], id: Option<String>) -> Presented {
    match Secret::parse(bytes) {
        Ok(secret) => Presented::Secret(secret, id),
        Err(Malformed) => Presented::Malformed,
    }
}

/// What stands in two places must be the same.
fn both(before: Presented, next: Presented) -> Presented {
    match (before, next) {
        (Presented::None, found) | (found, Presented::None) => found,
        (Presented::Secret(secret, id), Presented::Secret(other, other_id)) if secret.expose() == other.expose() => {
            Presented::Secret(secret, id.or(other_id))
        }
        (Presented::Malformed, Presented::Malformed) => Presented::Malformed,
        _ => Presented::TwoSecrets,
    }
}
