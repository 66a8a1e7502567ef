//! How verdicts are told.

use super::{BAD, GOOD, Report, paint, plain, time};
use crate::error::Error;
use crate::token::query::{Filter, Lack};
use crate::token::verdict::Verdict;
use crate::wire::VerdictJson;

impl Report {
    /// One verdict; where it is to be explained, with each check that was made of what was asked for.
    pub fn verdict(&mut self, verdict: &Verdict, explained: Option<&Filter>) -> Result<(), Error> {
        if self.manner.json {
            let json = VerdictJson::new(verdict, self.now);
            let json = match explained {
                Some(wanted) => json.explained(verdict.checks(wanted)),
                None => json,
            };
            self.json(&json)?;
            return self.flush();
        }
        let colour = self.manner.colour_err;
        if let Some(wanted) = explained {
            for (check, passed) in verdict.checks(wanted) {
                let mark = if passed { paint(GOOD, colour, "yes") } else { paint(BAD, colour, " no") };
                self.say(&format!("{mark}  {}", check.word()));
            }
        }
        let style = if verdict.is_valid() { GOOD } else { BAD };
        let word = paint(style, colour, verdict.word());
        let when = |at| format!("{} ({})", time::relative(at, self.now), time::local(at, &self.zone));
        let token = verdict.token().map(|token| format!("{} ({})", plain(token.name.as_str()), token.id));
        let token = token.unwrap_or_default();
        let sentence = match verdict {
            Verdict::Malformed => format!("{word}: this is not a secret; its form or its check is wrong"),
            Verdict::Unknown => format!("{word}: no token of this vault has this secret"),
            Verdict::Revoked(_, at) => format!("{word}: {token}, since {}", when(*at)),
            Verdict::Expired(_, at) => format!("{word}: {token}, {}", when(*at)),
            Verdict::Lacks(_, lack) => format!("{word}: {token} {}", lacking(lack)),
            Verdict::UsedUp(known) => match known.max_uses.unwrap_or_default() {
                1 => format!("{word}: {token}, its one use is spent"),
                uses => format!("{word}: {token}, all {uses} uses are spent"),
            },
            Verdict::Valid(_) => format!("{word}: {token}"),
        };
        self.say(&sentence);
        Ok(())
    }

    /// One line of a batch; lines are counted from 1.
    pub fn batch_line(&mut self, line: u64, verdict: &Verdict) -> Result<(), Error> {
        let json = VerdictJson::new(verdict, self.now).on_line(line);
        self.json(&json)
    }
}

fn lacking(lack: &Lack) -> String {
    match lack {
        Lack::Type(types) => {
            let types: Vec<_> = types.iter().map(|kind| kind.word()).collect();
            format!("is not of type {}", types.join(" or "))
        }
        Lack::Owner(owner) => format!("does not belong to {}", plain(owner)),
        Lack::Label(label) => format!("has no label {}", plain(&label.to_string())),
        Lack::Scopes(scopes) => {
            let scopes: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
            let plural = if scopes.len() == 1 { "scope" } else { "scopes" };
            format!("has no {plural} {}", scopes.join(", "))
        }
    }
}
