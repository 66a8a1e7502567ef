//! `jeton create`: what is asked for, of one token or of many.

use super::Place;
use super::batch::{self, Many};
use super::body::{self, Asked};
use super::deliver::Way;
use super::issue::issue;
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::report::token::Said;
use crate::token::exit::Exit;
use crate::token::label::{Label, Labels};
use crate::token::name::Name;
use crate::token::request::{Naming, Request};

pub(super) fn run(args: cli::Create, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut way = Way::new(&args.delivery, place)?;
    let (prefix, once) = (args.prefix, args.once);
    let whole = |asked: Request| {
        let prefix = prefix.clone().or(asked.prefix);
        Request { prefix, once: once || asked.once, ..asked }
    };
    match (&args.from, args.name, args.count) {
        (Some(path), _, _) => match body::read(path, place)? {
            Asked::One(asked) => issue(whole(*asked), &mut way, Said::WithApiKey, place, out),
            Asked::All(asked) => {
                let requests = asked.into_iter().map(whole).collect();
                batch::issue(Many::Each(requests), &mut way, Said::WithApiKey, place, out)
            }
        },
        (None, Some(name), None) => {
            issue(whole(from_rules(args.rules, name, place)?), &mut way, Said::Plain, place, out)
        }
        (None, Some(name), Some(count)) => {
            let request = Box::new(whole(from_rules(args.rules, name.clone(), place)?));
            batch::issue(Many::Numbered { request, name, count }, &mut way, Said::Plain, place, out)
        }
        (None, None, _) => Err(Error::NothingChosen),
    }
}

fn from_rules(rules: cli::Rules, name: Name, place: &Place<'_>) -> Result<Request, Error> {
    Ok(Request {
        kind: rules.kind,
        scopes: rules.scopes.into_iter().collect(),
        labels: one_value_each(rules.labels)?,
        description: rules.description,
        expires: rules.expires,
        max_uses: rules.max_uses.and_then(|uses| uses.0),
        ..Request::new(Naming::As(name), rules.owner.map_or_else(|| place.owner(), Ok)?)
    })
}

/// # Errors
/// [`Error::Input`] for a key that is given twice.
pub(super) fn one_value_each(given: Vec<Label>) -> Result<Labels, Error> {
    let mut labels = Labels::new();
    for label in given {
        if labels.contains_key(&label.key) {
            return Err(Error::Input {
                what: format!("the label `{}`", label.key),
                why: "it is given twice, and a key has one value".into(),
                hint: "write a set as one value, such as project=web,shop",
            });
        }
        labels.insert(label.key, label.value);
    }
    Ok(labels)
}
