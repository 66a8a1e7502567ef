//! Bodies in JSON: what is read from a request, and what an answer is made of.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde::Serialize;
use zeroize::Zeroizing;

use super::problem::Problem;
use crate::token::record::Token;
use crate::vault::Issued;
use crate::wire::TokenJson;

/// Room for a token with its secret. What is longer leaves a copy behind where it grows.
const ROOM: usize = 16 << 10;

/// The text of a body that is JSON; empty if there is none.
///
/// # Errors
/// 415 for one that says it is something else, 400 for one that is no text.
pub(super) fn read(headers: &HeaderMap, body: &Bytes) -> Result<Zeroizing<String>, Problem> {
    // A form of nothing is what clients send that have nothing to say.
    if !body.is_empty() && !is_json(headers) {
        let detail = "the body must be application/json, or application/merge-patch+json";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let text = std::str::from_utf8(body).map_err(|_| Problem::bad_request("the body is not UTF-8"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Nothing said is taken for JSON.
fn is_json(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_TYPE).iter().all(|value| {
        let essence = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        [&b"application/json"[..], b"application/merge-patch+json"]
            .iter()
            .any(|json| essence.eq_ignore_ascii_case(json))
    })
}

/// An answer of bytes that are wiped when they are sent.
pub(super) fn answer(status: StatusCode, bytes: Zeroizing<Vec<u8>>) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from_owner(bytes)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Nothing to say.
pub(super) fn no_content() -> Response<Body> {
    let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// A line of JSON.
pub(super) fn bytes(value: &impl Serialize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
    // Nothing that is written here can fail, and memory takes all of it.
    drop(serde_json::to_writer(&mut *bytes, value));
    bytes.push(b'\n');
    bytes
}

/// A token as `jeton show --json` tells it.
pub(super) fn token(token: &Token, now: Timestamp) -> Response<Body> {
    answer(StatusCode::OK, bytes(&TokenJson::new(token, now)))
}

/// The same with the secret that it was just given.
pub(super) fn issued(status: StatusCode, Issued { token, secret }: &Issued, now: Timestamp) -> Response<Body> {
    answer(status, bytes(&TokenJson::new(token, now).with_secret(secret.expose())))
}
