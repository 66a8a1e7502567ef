//! How OAuth refuses: an error by its name (RFC 6749, section 5.2), and a challenge.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::serve::clerk::NoAnswer;
use crate::serve::problem::Problem;

const BASIC: &str = "Basic realm=\"jeton\"";
/// For who has tried neither.
const EITHER: &str = "Bearer realm=\"jeton\", Basic realm=\"jeton\"";

#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: Option<Cow<'static, str>>,
    challenge: Option<String>,
    retry_after: Option<u64>,
}

#[derive(Serialize)]
struct RefusalJson<'a> {
    error: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<&'a str>,
}

impl Refusal {
    fn new(status: StatusCode, error: &'static str) -> Refusal {
        Refusal { status, error, description: None, challenge: None, retry_after: None }
    }

    /// `description` holds neither quotes nor backslashes.
    pub fn invalid_request(description: &'static str) -> Refusal {
        Refusal { description: Some(description.into()), ..Refusal::new(StatusCode::BAD_REQUEST, "invalid_request") }
    }

    /// Nobody says who asks. `about_itself`: whether a token may ask about itself here.
    pub fn no_client(about_itself: bool) -> Refusal {
        let description = match about_itself {
            true => "a client authenticates itself; a secret that revokes itself stands in Authorization: Bearer too",
            false => "a client authenticates itself, as in Authorization: Bearer SECRET",
        };
        Refusal { description: Some(description.into()), ..Refusal::from(Problem::no_credentials()).for_any() }
    }

    pub fn invalid_client() -> Refusal {
        Problem::invalid_token().into()
    }

    /// Challenges by the scheme that was tried, where it is about who asks.
    pub fn for_basic(self) -> Refusal {
        self.challenging(BASIC)
    }

    pub fn for_any(self) -> Refusal {
        self.challenging(EITHER)
    }

    fn challenging(self, challenge: &str) -> Refusal {
        match self.status {
            StatusCode::UNAUTHORIZED => Refusal { challenge: Some(challenge.to_owned()), ..self },
            _ => self,
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Refusal {
        let Problem { status, challenge, retry_after, detail, .. } = problem;
        let description = match (detail, status) {
            (Some(detail), _) => Some(detail.into()).filter(|detail: &Cow<'_, str>| detail.chars().all(is_speakable)),
            (None, StatusCode::UNAUTHORIZED) => Some("the secret of the client is not valid".into()),
            (None, StatusCode::FORBIDDEN) => Some("the token of the client lacks the scope for this".into()),
            (None, _) => None,
        };
        let error = match status {
            StatusCode::UNAUTHORIZED => "invalid_client",
            StatusCode::FORBIDDEN => "insufficient_scope",
            status if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => "invalid_request",
            _ => "temporarily_unavailable",
        };
        Refusal { challenge, retry_after, description, ..Refusal::new(status, error) }
    }
}

/// What may stand in a description (RFC 6749, section 5.2).
fn is_speakable(c: char) -> bool {
    matches!(c, ' '..='~') && !matches!(c, '"' | '\\')
}

impl From<NoAnswer> for Refusal {
    fn from(no_answer: NoAnswer) -> Refusal {
        Problem::from(no_answer).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = RefusalJson { error: self.error, error_description: self.description.as_deref() };
        let mut response = super::json(self.status, &body);
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge.and_then(|challenge| HeaderValue::try_from(challenge).ok()) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
