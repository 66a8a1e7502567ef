//! What is asked for in a query string. Every parameter must be known and readable: a typo must not check nothing.

use std::fmt;

use super::problem::Problem;
use crate::token::label::Label;
use crate::token::name;
use crate::token::query::Filter;
use crate::token::record::Type;
use crate::token::scope::Scope;

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
    match name {
        "scope" => {
            // As in OAuth, where several stand in one value with blanks between them (RFC 6749, section 3.3).
            for scope in value.split(' ') {
                filter.scopes.push(Scope::parse(scope).map_err(|error| bad(name, error))?);
            }
        }
        "type" => {
            for kind in value.split(',') {
                let kind = Type::parse(kind).ok_or_else(|| bad(name, "it is client, admin or session"))?;
                filter.types.push(kind);
            }
        }
        "label" => filter.labels.push(Label::parse(value).map_err(|error| bad(name, error))?),
        "owner" if filter.owner.is_some() => return Err(bad(name, "it stands here twice")),
        "owner" => filter.owner = Some(name::parse_owner(value).map_err(|error| bad(name, error))?),
        _ => return Ok(false),
    }
    Ok(true)
}

/// A parameter whose value cannot be read. The value itself is not repeated.
pub(super) fn bad(name: &str, why: impl fmt::Display) -> Problem {
    Problem::bad_request(format!("{name}: {why}"))
}

/// A parameter that is none.
pub(super) fn unknown() -> Problem {
    Problem::bad_request("there is an unknown parameter in the query")
}
