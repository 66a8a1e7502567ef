//! One exchange: what holds for every request, whatever it asks for. Its number, its limits, how its client is slowed,
//! its line in the log.

use std::cell::RefCell;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Version, header};
use axum::response::IntoResponse;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use rand::CryptoRng;
use tokio::time::{Instant, timeout_at};
use tower::ServiceExt;
use tracing::Level;

use super::app::App;
use super::group::{Group, VERIFY};
use super::line::{LINE, Line};
use super::oauth;
use super::problem::Problem;
use super::routes::with_methods;
use super::throttle::Throttle;
use super::verify;
use crate::token::secret::holds_secret;

/// How long a head may take to arrive, and how long all that follows it.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// The longest body.
const MOST_BODY: usize = 64 << 10;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The line of a request in the log: what became of it first. All of them have the same fields.
macro_rules! tell {
    ($level:expr, $word:literal, $line:ident, $response:ident, $method:expr, $client:expr, $begun:ident) => {
        tracing::event!(
            $level,
            status = $response.status().as_u16(),
            method = %$method,
            route = $line.route.map(tracing::field::display),
            client = $client.map(tracing::field::display),
            caller = $line.caller.map(tracing::field::display),
            token = $line.token.map(tracing::field::display),
            verdict = $line.verdict.map(tracing::field::display),
            ms = milliseconds($begun),
            id = %$line.id,
            $word
        )
    };
}

/// Where all requests come in.
pub(super) struct Front {
    pub app: Arc<App>,
    pub router: Router,
    pub throttle: Throttle,
    pub numbers: Numbers,
    /// No connection is kept any more.
    pub ending: AtomicBool,
}

/// Gives every request a number of its own, if it has none yet.
pub(super) struct Numbers {
    prefix: String,
    next: AtomicU64,
}

impl Numbers {
    pub fn new(random: &mut dyn CryptoRng) -> Numbers {
        Numbers { prefix: format!("{:012x}", random.next_u64() >> 16), next: AtomicU64::new(1) }
    }

    fn of(&self, headers: &HeaderMap) -> HeaderValue {
        let given = headers.get(REQUEST_ID).filter(|given| is_sane(given.as_bytes()));
        given.cloned().unwrap_or_else(|| {
            let number = format!("{}-{:x}", self.prefix, self.next.fetch_add(1, Ordering::Relaxed));
            HeaderValue::try_from(number).unwrap_or(HeaderValue::from_static("-"))
        })
    }
}

/// Whether it can stand in a log and in a header: one word, and no secret by mistake.
fn is_sane(number: &[u8]) -> bool {
    let in_number = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=64).contains(&number.len()) && number.iter().all(in_number) && !holds_secret(number)
}

impl Front {
    /// Answers. `had_body` is set if the request has one: it may not have been read to its end.
    pub async fn answer(
        &self,
        peer: Option<IpAddr>,
        request: Request<Incoming>,
        had_body: &AtomicBool,
    ) -> Response<Body> {
        let begun = Instant::now();
        let number = self.numbers.of(request.headers());
        let chunked = !request.body().is_end_stream() && {
            had_body.store(true, Ordering::Relaxed);
            request.headers().contains_key(header::TRANSFER_ENCODING)
        };
        let (improper, group) = (improper(&request), Group::of(request.uri().path()));
        let mut response = if improper.is_none() && matches!(group, Group::Verify) {
            self.verification(peer, &request, &number, begun).await
        } else {
            self.other(peer, request, improper, group, &number, begun).await
        };
        if response.status().is_server_error() {
            self.app.counts.failed();
        }
        self.app.counts.answered(group, begun.elapsed());
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, number);
        // Where another length was given too, whoever passed it on may be of another mind (RFC 9112, section 6.3).
        if chunked || self.ending.load(Ordering::Relaxed) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    async fn verification(
        &self,
        peer: Option<IpAddr>,
        request: &Request<Incoming>,
        number: &HeaderValue,
        begun: Instant,
    ) -> Response<Body> {
        let verified = verify::answer(&self.app, request.uri().query(), request.headers());
        let client = || peer.map(|peer| self.throttle.client(peer, request.headers()));
        if !tracing::enabled!(Level::DEBUG) {
            return self.slowed(verified.await, Group::Verify, client);
        }
        let work = async {
            let response = self.slowed(verified.await, Group::Verify, client);
            let line = LINE.with(RefCell::take);
            let line = Line { route: Some(VERIFY.into()), token: line.caller, caller: None, ..line };
            tell!(Level::DEBUG, "verified", line, response, word(request.method()), client(), begun);
            response
        };
        LINE.scope(Line::new(number.to_str().unwrap_or_default()), work).await
    }

    async fn other(
        &self,
        peer: Option<IpAddr>,
        request: Request<Incoming>,
        improper: Option<Problem>,
        group: Group,
        number: &HeaderValue,
        begun: Instant,
    ) -> Response<Body> {
        let client = peer.map(|peer| self.throttle.client(peer, request.headers()));
        let method = word(request.method()).to_owned();
        let work = async {
            let answered = match improper {
                Some(problem) => refused(group, problem),
                None => self.routed(request, group, begun + PATIENCE).await,
            };
            let response = self.slowed(answered, group, || client);
            let line = LINE.with(RefCell::take);
            if response.status().is_server_error() {
                tell!(Level::WARN, "failed", line, response, method, client, begun);
            } else {
                tell!(Level::INFO, "answered", line, response, method, client, begun);
            }
            response
        };
        LINE.scope(Line::new(number.to_str().unwrap_or_default()), work).await
    }

    async fn routed(&self, request: Request<Incoming>, group: Group, end: Instant) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let body = match whole(body, end).await {
            Ok(body) => Body::from(body),
            Err(problem) => return refused(group, problem),
        };
        match timeout_at(end, self.router.clone().oneshot(Request::from_parts(parts, body))).await {
            Ok(answered) => with_methods(answered.into_response()),
            Err(_) => refused(group, Problem::unavailable()),
        }
    }

    /// Too many failures are told no more than that.
    fn slowed(
        &self,
        response: Response<Body>,
        group: Group,
        client: impl FnOnce() -> Option<IpAddr>,
    ) -> Response<Body> {
        if response.status() != StatusCode::UNAUTHORIZED || Problem::had_no_credentials(&response) {
            return response;
        }
        let Some(client) = client() else { return response };
        match self.throttle.failed(client) {
            Ok(()) => response,
            Err(wait) => {
                self.app.counts.slowed();
                if self.throttle.is_to_be_told() {
                    tracing::warn!(%client, "too many secrets that are not good: this client is slowed");
                }
                refused(group, Problem::too_many(wait))
            }
        }
    }
}

/// What no request may be.
fn improper(request: &Request<Incoming>) -> Option<Problem> {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let known = if request.version() < Version::HTTP_11 { hosts <= 1 } else { hosts == 1 };
    if !known {
        // RFC 9112, section 3.2.
        return Some(Problem::bad_request("a request names one host"));
    }
    let long = request.body().size_hint().lower() > MOST_BODY as u64;
    long.then(too_long)
}

fn too_long() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a body has at most {} KiB", MOST_BODY >> 10))
}

/// Clients of OAuth want to hear it in its words.
fn refused(group: Group, problem: Problem) -> Response<Body> {
    match group {
        Group::OAuth => oauth::refused(problem),
        Group::Verify | Group::Api | Group::W3Ipfs | Group::Other => problem.into_response(),
    }
}

/// The whole body, if it is not too long and comes in time.
async fn whole(body: Incoming, end: Instant) -> Result<Bytes, Problem> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    match timeout_at(end, Limited::new(body, MOST_BODY).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_long()),
        Ok(Err(_)) => Err(Problem::bad_request("the body does not end as it was announced")),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")),
    }
}

fn milliseconds(begun: Instant) -> f64 {
    // To the microsecond.
    (begun.elapsed().as_secs_f64() * 1_000_000.0).round() / 1000.0
}

/// A method that anybody knows; others could be anything.
fn word(method: &Method) -> &str {
    match *method {
        Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::PATCH | Method::DELETE | Method::OPTIONS => {
            method.as_str()
        }
        _ => "-",
    }
}
