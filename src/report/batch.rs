//! How many tokens are told that were made at once: a line for each as the result, and one block of talk for all.

use std::path::Path;

use jiff::Timestamp;

use super::token::Said;
use super::{GOOD, Report, STRONG, paint, plain};
use crate::error::Error;
use crate::token::name::Name;
use crate::token::record::Token;
use crate::token::secret::Secret;

/// What is told of all of them.
#[derive(Default)]
pub struct Summary {
    count: u64,
    first: Option<Token>,
    last: Option<Name>,
    /// The earliest and the latest end; `None` is never, and the latest of all.
    ends: Option<(Option<Timestamp>, Option<Timestamp>)>,
}

impl Summary {
    pub fn add(&mut self, token: &Token) {
        self.count += 1;
        let end = token.expires_at;
        let (earliest, latest) = self.ends.unwrap_or((end, end));
        let earliest = match (earliest, end) {
            (Some(earliest), Some(end)) => Some(earliest.min(end)),
            (earliest, end) => earliest.or(end),
        };
        self.ends = Some((earliest, latest.zip(end).map(|(latest, end)| latest.max(end))));
        match &mut self.last {
            Some(last) => last.clone_from(&token.name),
            last => *last = Some(token.name.clone()),
        }
        self.first.get_or_insert_with(|| token.clone());
    }

    /// Whether their secrets can be copied again; all are alike in that.
    pub fn recoverable(&self) -> bool {
        self.first.as_ref().is_some_and(Token::recoverable)
    }
}

impl Report {
    /// One of many as the result, with its secret unless a file has that. [`Report::flush`] comes after the last.
    pub fn one_of_many(&mut self, token: &Token, secret: Option<&Secret>, said: Said) -> Result<(), Error> {
        match secret {
            Some(secret) => self.secret_line(token, secret, said),
            None => self.made_line(token, said),
        }
    }

    /// What was made, in words.
    pub fn created_many(&mut self, summary: &Summary, file: Option<&Path>) {
        let (Some(first), Some(last), Some((earliest, latest))) = (&summary.first, &summary.last, summary.ends) else {
            return;
        };
        let colour = self.manner.colour_err;
        let name = |name: &Name| paint(STRONG, colour, &plain(name.as_str()));
        let (created, from) = (paint(GOOD, colour, "created"), name(&first.name));
        self.say(&match summary.count {
            1 => format!("{created} {from} ({})", first.id),
            count => format!("{created} {count} tokens, {from} to {}", name(last)),
        });
        let end = |end: Option<Timestamp>| end.map_or("never".to_owned(), |at| self.when(at));
        let ends = if earliest == latest { end(latest) } else { format!("from {} to {}", end(earliest), end(latest)) };
        self.say(&format!("  expires: {ends}"));
        let again = if summary.recoverable() { "yes, with `jeton copy`" } else { "no, they are shown only now" };
        self.say(&format!("  can be copied again: {again}"));
        if let Some(file) = file {
            self.say(&format!("the secrets are in {}", plain(&file.display().to_string())));
        }
    }

    /// The only place the secrets went to was the null device, or a stdout that was closed.
    pub fn lost_many(&mut self, in_shell: &str) {
        self.warn("stdout went nowhere, so nobody holds these secrets; this deletes their tokens:");
        self.warn(&format!("`jeton delete {}`", plain(in_shell)));
    }
}
