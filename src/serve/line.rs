//! What the line of a request in the log says beyond what its head does: it comes to light on the way, and is noted by
//! whoever sees it. A secret never does.

use std::cell::RefCell;

use crate::token::record::Token;
use crate::token::verdict::Verdict;

use super::held::Held;

tokio::task_local! {
    /// Of the request that this task works on, where its line is written at all.
    pub(super) static LINE: RefCell<Line>;
}

#[derive(Default)]
pub(super) struct Line {
    /// The number of the request.
    pub id: String,
    /// The pattern of the path, and not the path, in which anything may stand.
    pub route: Option<String>,
    /// Whose secret came with the request.
    pub caller: Option<String>,
    /// The token that was asked about.
    pub token: Option<String>,
    /// On the token that was asked about, or else on the caller.
    pub verdict: Option<&'static str>,
}

impl Line {
    pub fn new(id: &str) -> RefCell<Line> {
        RefCell::new(Line { id: id.to_owned(), ..Line::default() })
    }
}

/// The number of the request that is worked on, for other lines about it.
pub(super) fn id() -> Option<String> {
    LINE.try_with(|line| line.borrow().id.clone()).ok()
}

pub(super) fn route(pattern: &str) {
    note(|line| line.route = Some(pattern.to_owned()));
}

/// What was found out about who asks.
pub(super) fn caller(verdict: &Verdict<Held>) {
    note(|line| {
        line.verdict = Some(verdict.word());
        line.caller = verdict.token().map(|token| id_of(token));
    });
}

/// What was found out about the token that was asked about.
pub(super) fn token(verdict: &Verdict<Held>) {
    note(|line| {
        line.verdict = Some(verdict.word());
        line.token = verdict.token().map(|token| id_of(token));
    });
}

fn id_of(token: &Token) -> String {
    token.id.to_string()
}

/// Where no line is written, nothing is noted.
fn note(what: impl FnOnce(&mut Line)) {
    // Nobody holds it any longer than this.
    let _ = LINE.try_with(|line| what(&mut line.borrow_mut()));
}
