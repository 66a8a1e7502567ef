//! How a refusal looks: problem details (RFC 9457), and what bearer tokens are answered with (RFC 6750, section 3).

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;

use super::clerk::NoAnswer;
use super::line;
use crate::error::Error;
use crate::token::exit::Exit;
use crate::token::scope::Scope;
use crate::token::span::BadSpan;
use crate::vault;
use crate::wire::node::Bad;

const NO_CREDENTIALS: &str = "Bearer realm=\"jeton\"";

/// What went wrong, as a client is told.
#[derive(Debug)]
pub(super) struct Problem {
    pub status: StatusCode,
    /// What happened. For a status whose cause is nobody's business there is none, so that all of them are alike.
    pub detail: Option<String>,
    /// What a client is to do to be let in.
    pub challenge: Option<String>,
    /// After how many seconds it may try again.
    pub retry_after: Option<u64>,
    /// The rule of the vault's policy that refuses.
    pub rule: Option<&'static str>,
}

#[derive(Serialize)]
struct Details<'a> {
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// The kind of error, in the words of `--json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
        Problem { detail: Some(detail.into()), ..Problem::bare(status) }
    }

    pub fn bare(status: StatusCode) -> Problem {
        Problem { status, detail: None, challenge: None, retry_after: None, rule: None }
    }

    /// No secret was presented (RFC 6750, section 3.1: without a reason then).
    pub fn no_credentials() -> Problem {
        Problem { challenge: Some(NO_CREDENTIALS.into()), ..Problem::bare(StatusCode::UNAUTHORIZED) }
    }

    /// Whether this is how it was answered that none was presented.
    pub fn had_no_credentials(response: &Response<Body>) -> bool {
        response.headers().get(header::WWW_AUTHENTICATE).is_some_and(|challenge| challenge == NO_CREDENTIALS)
    }

    /// The secret is not good. Nobody is told why.
    pub fn invalid_token() -> Problem {
        let challenge = "Bearer realm=\"jeton\", error=\"invalid_token\"".into();
        Problem { challenge: Some(challenge), ..Problem::bare(StatusCode::UNAUTHORIZED) }
    }

    /// The secret is good, and not for this; with all the scopes that this takes, if one of them is lacking.
    pub fn insufficient(scopes: &[Scope]) -> Problem {
        let mut challenge = String::from("Bearer realm=\"jeton\", error=\"insufficient_scope\"");
        if !scopes.is_empty() {
            let scopes: Vec<_> = scopes.iter().map(Scope::as_str).collect();
            challenge.push_str(&format!(", scope=\"{}\"", scopes.join(" ")));
        }
        Problem { challenge: Some(challenge), ..Problem::bare(StatusCode::FORBIDDEN) }
    }

    /// There is a secret, and the request around it is wrong (RFC 6750, section 3.1).
    pub fn invalid_request(self) -> Problem {
        Problem { challenge: Some("Bearer realm=\"jeton\", error=\"invalid_request\"".into()), ..self }
    }

    /// Nobody can tell which one is meant.
    pub fn two_secrets() -> Problem {
        Problem::bad_request("the request holds two different secrets").invalid_request()
    }

    /// The request itself is wrong.
    pub fn bad_request(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, detail)
    }

    /// Who has presented too many secrets that are not good is not told about another one.
    pub fn too_many(wait: Duration) -> Problem {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let detail = "there were too many secrets that are not good";
        Problem { retry_after: Some(seconds.max(1)), ..Problem::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }

    /// Nobody could tell.
    pub fn unavailable() -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the vault could not be asked; try again")
    }

    /// With something to say, where there is nothing else.
    pub fn or_detail(self, detail: impl FnOnce() -> String) -> Problem {
        Problem { detail: self.detail.or_else(|| Some(detail())), ..self }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let title = self.status.canonical_reason().unwrap_or("Error");
        let code = self.detail.is_some().then(|| Error::code_of(exit(self.status)));
        let details =
            Details { title, status: self.status.as_u16(), detail: self.detail.as_deref(), code, rule: self.rule };
        let mut body = serde_json::to_vec(&details).unwrap_or_default();
        body.push(b'\n');
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(challenge) = self.challenge.and_then(|challenge| HeaderValue::try_from(challenge).ok()) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// How the command line would end.
fn exit(status: StatusCode) -> Exit {
    match status {
        StatusCode::NOT_FOUND => Exit::NotFound,
        StatusCode::CONFLICT => Exit::Exists,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => Exit::Refused,
        StatusCode::SERVICE_UNAVAILABLE => Exit::Vault,
        status if status.is_client_error() => Exit::Usage,
        _ => Exit::Failed,
    }
}

impl From<Bad> for Problem {
    fn from(bad: Bad) -> Problem {
        Problem::bad_request(bad.to_string())
    }
}

/// What a vault could not do is told in its own words where they are about the request, and kept where they are about the
/// vault: paths and the like are for the log.
impl From<NoAnswer> for Problem {
    fn from(no_answer: NoAnswer) -> Problem {
        let NoAnswer::Vault(error) = no_answer else { return Problem::unavailable() };
        match &*error {
            vault::Error::CallerEnded => return Problem::invalid_token(),
            vault::Error::CallerLacks => return Problem::insufficient(&[]),
            _ => {}
        }
        let status = match Error::exit_of(&error) {
            Exit::Usage => StatusCode::BAD_REQUEST,
            Exit::NotFound => StatusCode::NOT_FOUND,
            Exit::Exists => StatusCode::CONFLICT,
            Exit::Refused => StatusCode::FORBIDDEN,
            _ => {
                tracing::error!(id = line::id(), %error, "the vault could not answer");
                return Problem::unavailable();
            }
        };
        let rule = match &*error {
            vault::Error::Policy(refused) => Some(refused.refusal.rule()),
            _ => None,
        };
        let detail = match &*error {
            vault::Error::Expiry(BadSpan::Past(_)) => "expires: it is in the past".into(),
            vault::Error::EndlessSession => format!("expires: {error}"),
            _ => error.to_string(),
        };
        Problem { rule, ..Problem::new(status, detail) }
    }
}
