//! What is asked for in a query string. Every parameter must be known and readable: a typo must not check nothing.

use std::fmt;

use super::problem::Problem;
use crate::token::label::Label;
use crate::token::name;
use crate::token::query::Filter;
use crate::token::record::Type;
use crate::token::scope::Scope;
use crate::token::secret;
use crate::token::span::BadSpan;

/// On a page, where nothing is said, and at most.
pub(super) const USUAL: usize = 100;
const MOST: usize = 1000;

/// What [`filter`] takes.
pub(super) const FILTERS: [&str; 4] = ["scope", "type", "label", "owner"];
pub(super) const TWICE: &str = "it stands here twice";

/// Name and value, decoded.
pub(super) fn parameters(
    query: Option<&str>,
) -> impl Iterator<Item = (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes())
}

/// Takes a parameter that says what a token must be or have; `false` if it is none of those.
///
/// # Errors
/// A value that cannot be read.
pub(super) fn filter(filter: &mut Filter, name: &str, value: &str) -> Result<bool, Problem> {
    if value.contains(char::REPLACEMENT_CHARACTER) {
        return Err(bad("a value", "it is not in UTF-8"));
    }
    match name {
        "scope" => {
            // As in OAuth, where several stand in one value with blanks between them (RFC 6749, section 3.3).
            for scope in value.split(' ') {
                filter.scopes.push(Scope::parse(scope).map_err(|error| bad(name, error))?);
            }
        }
        // Two demands are not one that admits more.
        "type" if !filter.types.is_empty() => return Err(bad(name, TWICE)),
        "type" => {
            for kind in value.split(',') {
                let kind = Type::parse(kind).ok_or_else(|| bad(name, "it is client, admin or session"))?;
                filter.types.push(kind);
            }
        }
        "label" => filter.labels.push(Label::parse(value).map_err(|error| bad(name, error))?),
        "owner" if filter.owner.is_some() => return Err(bad(name, TWICE)),
        "owner" => filter.owner = Some(name::parse_owner(value).map_err(|error| bad(name, error))?),
        _ => return Ok(false),
    }
    Ok(true)
}

/// A parameter whose value cannot be read. The value itself is not repeated.
pub(super) fn bad(name: &str, why: impl fmt::Display) -> Problem {
    Problem::bad_request(format!("{name}: {why}"))
}

/// A time that cannot be read, likewise.
pub(super) fn bad_time(name: &str, error: &BadSpan) -> Problem {
    let why = match error {
        BadSpan::UnreadableAhead(_) => "it is no time to come: write 14d, 12h, 2027-01-31, or 2027-01-31T12:00:00Z",
        BadSpan::NotPast(_) => "it is not in the past",
        BadSpan::NotAhead(_) | BadSpan::Past(_) => "it is not to come",
        BadSpan::NotPositive(_) => "it must be longer than zero",
        BadSpan::TooFar => "it is later than jeton can count",
        _ => "it is no time that is past: write 90d, 12h, 2026-01-31, or 2026-01-31T12:00:00Z",
    };
    bad(name, why)
}

/// Refuses a secret wherever it stands in a path or query: it is in the log of every proxy by now.
///
/// # Errors
/// 400 that does not repeat it.
pub(super) fn without_secrets(text: &str) -> Result<(), Problem> {
    if secret::holds_secret(text.as_bytes()) {
        return Err(Problem::bad_request("a secret stands in the path or query, where every log shows it: revoke it"));
    }
    Ok(())
}

/// Where nothing can be asked for.
///
/// # Errors
/// 400 for whatever is.
pub(super) fn none(query: Option<&str>) -> Result<(), Problem> {
    match parameters(query).next() {
        Some((name, _)) => Err(unknown(&name, &[])),
        None => Ok(()),
    }
}

/// A word that is said by its name alone, or as true or false.
///
/// # Errors
/// 400 for anything else.
pub(super) fn flag(name: &str, value: &str) -> Result<bool, Problem> {
    match value {
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(bad(name, "it is true or false")),
    }
}

/// Takes the value of a parameter that stands there once.
///
/// # Errors
/// 400 for a second one.
pub(super) fn once<T>(place: &mut Option<T>, name: &str, value: T) -> Result<(), Problem> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(bad(name, TWICE)),
    }
}

/// How many of a list are on a page, of what was asked for.
///
/// # Errors
/// 400 for none and for too many.
pub(super) fn limit(name: &str, value: &str) -> Result<usize, Problem> {
    let limit = value.parse().ok().filter(|most| (1..=MOST).contains(most));
    limit.ok_or_else(|| bad(name, format_args!("it is a whole number from 1 to {MOST}")))
}

/// Where the next page is (RFC 8288): the same question, from another place on.
pub(super) fn next_page(path: &str, query: Option<&str>, parameter: &str, place: &str) -> String {
    let others = parameters(query).filter(|(name, _)| name != parameter);
    let query =
        form_urlencoded::Serializer::new(String::new()).extend_pairs(others).append_pair(parameter, place).finish();
    format!("<{path}?{query}>; rel=\"next\"")
}

/// A parameter that is none, beside those that there are. It is named if it is but a word.
pub(super) fn unknown(name: &str, known: &[&str]) -> Problem {
    let harmless = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    let named = (1..=40).contains(&name.len()) && name.chars().all(harmless) && !secret::holds_secret(name.as_bytes());
    let what = if named { format!("unknown parameter {name}") } else { "unknown parameter".into() };
    Problem::bad_request(match known {
        [] => format!("{what}: nothing can be asked for here"),
        known => format!("{what}: there are {}", known.join(", ")),
    })
}
