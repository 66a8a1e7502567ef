//! Who asks for something beyond a verification, and by which right.

use std::ops::Deref;

use axum::http::{HeaderMap, StatusCode};

use super::Clock;
use super::app::App;
use super::credentials::{self, presented};
use super::held::Held;
use super::line;
use super::problem::Problem;
use super::verify::credible;
use crate::token::query::Filter;
use crate::token::record::Token;
use crate::token::scope::Scope;
use crate::token::secret::Secret;
use crate::token::verdict::Verdict;
use crate::vault::{Authority, Moment, Presented, Use, digest};

/// The caller's token, if it is good and has all of these scopes; an admin token has every one.
///
/// # Errors
/// 400, 401, 403 and 503 as a verification would tell them.
pub(super) async fn authorised(app: &App, headers: &HeaderMap, scopes: &[&str]) -> Result<Caller, Problem> {
    let scopes = scopes.iter().filter_map(|scope| Scope::parse(scope).ok()).collect();
    by(app, headers, Filter { scopes, ..Filter::default() }).await
}

/// The same for who manages tokens by hand: a refusal says in words what is lacking.
///
/// # Errors
/// As [`authorised`].
pub(super) async fn manager(app: &App, headers: &HeaderMap, scopes: &[&str]) -> Result<Caller, Problem> {
    let needed = || {
        let several = if scopes.len() > 1 { "s" } else { "" };
        format!("a token with the scope{several} {}, or an admin token", scopes.join(" and "))
    };
    authorised(app, headers, scopes).await.map_err(|problem| explained(problem, needed))
}

/// A refusal that says in words what is needed.
pub(super) fn explained(problem: Problem, needed: impl FnOnce() -> String) -> Problem {
    match problem.status {
        StatusCode::FORBIDDEN => problem.or_detail(|| format!("this needs {}", needed())),
        StatusCode::UNAUTHORIZED => {
            problem.or_detail(|| "this needs a valid token, as in `Authorization: Bearer SECRET`".into())
        }
        _ => problem,
    }
}

/// The caller's token, if it is what is wanted.
///
/// # Errors
/// As [`authorised`].
pub(super) async fn by(app: &App, headers: &HeaderMap, wanted: Filter) -> Result<Caller, Problem> {
    match presented(headers, &app.places) {
        credentials::Presented::None => Err(Problem::no_credentials()),
        credentials::Presented::TwoSecrets => Err(Problem::two_secrets()),
        credentials::Presented::Malformed => {
            line::caller(&Verdict::Malformed);
            Err(Problem::invalid_token())
        }
        credentials::Presented::Secret(secret, id) => {
            let token = credible(app, &secret, id.as_deref(), &wanted, Use::Counted).await?;
            Ok(Caller::new(token, &secret, wanted))
        }
    }
}

/// Who asks: a token that was found good for what is wanted, and by which secret.
pub(super) struct Caller {
    token: Held,
    presented: Presented,
}

impl Caller {
    pub fn new(token: Held, secret: &Secret, wanted: Filter) -> Caller {
        Caller { token, presented: Presented { digest: digest(secret), wanted } }
    }

    /// As whom it changes something, whenever its turn comes.
    pub fn standing(&self, app: &App) -> Standing {
        Standing {
            actor: format!("{} via {}", self.id, app.actor),
            by: Some(Authority::of(self)),
            presented: Some(self.presented.clone()),
            clock: Clock::clone(&app.clock),
        }
    }
}

impl Deref for Caller {
    type Target = Token;

    fn deref(&self) -> &Token {
        &self.token
    }
}

/// Who changes something, before it is known when.
pub(super) struct Standing {
    actor: String,
    by: Option<Authority>,
    presented: Option<Presented>,
    clock: Clock,
}

impl Standing {
    /// Now, which is when it is done.
    pub fn moment(self) -> Moment {
        Moment { now: (self.clock)(), actor: self.actor, by: self.by, presented: self.presented }
    }

    /// For what the server takes back by itself, whatever has become of the caller.
    pub fn undoing(&self) -> Standing {
        Standing { actor: self.actor.clone(), by: None, presented: None, clock: Clock::clone(&self.clock) }
    }
}
