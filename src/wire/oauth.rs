//! What OAuth asks of tokens: introspection (RFC 7662, section 2.2) and metadata (RFC 8414, section 2).

use jiff::Timestamp;
use serde::Serialize;

use crate::token::record::Token;

/// A token that is active, or nothing about one that is not.
#[derive(Serialize)]
pub struct IntrospectionJson<'a> {
    active: bool,
    #[serde(flatten)]
    token: Option<ActiveJson<'a>>,
}

/// Times are in seconds since 1970.
#[derive(Serialize)]
struct ActiveJson<'a> {
    scope: String,
    client_id: &'a str,
    username: &'a str,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    iat: i64,
    sub: &'a str,
    iss: &'a str,
    jti: &'a str,
    jeton_name: &'a str,
    jeton_type: &'static str,
}

impl<'a> IntrospectionJson<'a> {
    /// A token by a secret that ends then.
    pub fn active(token: &'a Token, ends: Option<Timestamp>, issuer: &'a str) -> IntrospectionJson<'a> {
        let scopes: Vec<_> = token.scopes.as_slice().iter().map(|grant| grant.as_str()).collect();
        let active = ActiveJson {
            scope: scopes.join(" "),
            client_id: token.id.as_str(),
            username: &token.owner,
            token_type: "Bearer",
            // Rounded down: nobody may take it for good when it is not.
            exp: ends.map(seconds),
            iat: seconds(token.created_at),
            sub: &token.owner,
            iss: issuer,
            jti: token.id.as_str(),
            jeton_name: token.name.as_str(),
            jeton_type: token.kind.word(),
        };
        IntrospectionJson { active: true, token: Some(active) }
    }

    pub fn inactive() -> IntrospectionJson<'a> {
        IntrospectionJson { active: false, token: None }
    }
}

fn seconds(at: Timestamp) -> i64 {
    at.as_millisecond().div_euclid(1000)
}

/// What a server can do.
#[derive(Serialize)]
pub struct MetadataJson<'a> {
    issuer: &'a str,
    introspection_endpoint: String,
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    revocation_endpoint: String,
    revocation_endpoint_auth_methods_supported: [&'static str; 2],
    scopes_supported: &'a [&'static str],
    /// It must be there, and there is none; without the other one it would be taken for two.
    response_types_supported: [&'static str; 0],
    grant_types_supported: [&'static str; 0],
}

const CLIENT_SECRET: [&str; 2] = ["client_secret_basic", "client_secret_post"];

impl<'a> MetadataJson<'a> {
    /// `bearer`: a client can authenticate itself by its secret alone. For a revocation there is no word for that.
    pub fn new(
        issuer: &'a str,
        introspection: &str,
        revocation: &str,
        bearer: bool,
        scopes: &'a [&'static str],
    ) -> MetadataJson<'a> {
        let bearer = bearer.then_some("Bearer");
        MetadataJson {
            issuer,
            introspection_endpoint: format!("{issuer}{introspection}"),
            introspection_endpoint_auth_methods_supported: CLIENT_SECRET.into_iter().chain(bearer).collect(),
            revocation_endpoint: format!("{issuer}{revocation}"),
            revocation_endpoint_auth_methods_supported: CLIENT_SECRET,
            scopes_supported: scopes,
            response_types_supported: [],
            grant_types_supported: [],
        }
    }
}
