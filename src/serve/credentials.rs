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

/// What stands in the headers, as it came.
#[derive(Default)]
struct Seen<'a> {
    secret: Option<&'a [u8]>,
    id: Option<&'a [u8]>,
    two_secrets: bool,
    /// Half of a pair, or one with two ids.
    no_pair: bool,
}

pub(super) fn presented(headers: &HeaderMap, places: &[Place]) -> Presented {
    let mut seen = Seen::default();
    for place in places {
        match place {
            Place::Bearer => {
                headers.get_all(header::AUTHORIZATION).iter().filter_map(bearer).for_each(|it| seen.secret(it));
            }
            Place::Header(name) => headers.get_all(name).iter().for_each(|value| seen.secret(value.as_bytes())),
            Place::Pair => {
                headers.get_all(PAIR.0).iter().for_each(|value| seen.id(value.as_bytes()));
                for value in headers.get_all(PAIR.1) {
                    seen.secret(value.as_bytes());
                    seen.no_pair |= seen.id.is_none() && !value.is_empty();
                }
            }
        }
    }
    seen.told()
}

impl<'a> Seen<'a> {
    /// An empty header holds nothing. What stands in two places must be the same.
    fn secret(&mut self, bytes: &'a [u8]) {
        if !bytes.is_empty() {
            self.two_secrets |= self.secret.is_some_and(|other| other != bytes);
            self.secret = Some(bytes);
        }
    }

    fn id(&mut self, bytes: &'a [u8]) {
        if !bytes.is_empty() {
            self.no_pair |= self.id.is_some_and(|other| other != bytes);
            self.id = Some(bytes);
        }
    }

    /// An id alone is public and no credential. Beside a secret, wherever that stands, it must belong to it.
    fn told(self) -> Presented {
        let Some(secret) = self.secret else { return Presented::None };
        if self.two_secrets {
            return Presented::TwoSecrets;
        }
        let id = self.id.map(|id| str::from_utf8(id).map(str::to_owned)).transpose();
        match (Secret::parse(secret), id) {
            (Ok(secret), Ok(id)) if !self.no_pair => Presented::Secret(secret, id),
            (Ok(_) | Err(Malformed), _) => Presented::Malformed,
        }
    }
}

/// What stands behind `Bearer`, if it is that scheme.
fn bearer(value: &HeaderValue) -> Option<&[u8]> {
    let (scheme, rest) = value.as_bytes().split_at_checked(6)?;
    let rest = rest.strip_prefix(b" ").or(rest.is_empty().then_some(rest))?;
    scheme.eq_ignore_ascii_case(b"bearer").then(|| rest.trim_ascii())
}
