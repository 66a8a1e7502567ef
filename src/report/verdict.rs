//! How verdicts are told.

use super::{BAD, GOOD, Report, paint, plain, time};
use crate::error::Error;
use crate::token::verdict::Verdict;
use crate::wire::VerdictJson;

impl Report {
    /// One verdict; `explain` tells each check that was made.
    pub fn verdict(&mut self, verdict: &Verdict, explain: bool) -> Result<(), Error> {
        if self.manner.json {
            let json = VerdictJson::new(verdict, self.now);
            let json = if explain { json.explained(verdict.checks()) } else { json };
            self.json(&json)?;
            return self.flush();
        }
        let colour = self.manner.colour_err;
        if explain {
            for (check, passed) in verdict.checks() {
                let mark = if passed { paint(GOOD, colour, "yes") } else { paint(BAD, colour, " no") };
                self.say(&format!("{mark}  {}", check.word()));
            }
        }
        let style = if verdict.is_valid() { GOOD } else { BAD };
        let word = paint(style, colour, verdict.word());
        let when = |at| format!("{} ({})", time::relative(at, self.now), time::local(at, &(self.zone)()));
        let token = verdict.token().map(|token| format!("{} ({})", plain(token.name.as_str()), token.id));
        let token = token.unwrap_or_default();
        let sentence = match verdict {
            Verdict::Malformed => format!("{word}: this is not a secret; its form or its check is wrong"),
            Verdict::Unknown => format!("{word}: no token of this vault has this secret"),
            Verdict::Revoked(_, at) => format!("{word}: {token}, since {}", when(*at)),
            Verdict::Expired(_, at) => format!("{word}: {token}, {}", when(*at)),
            Verdict::UsedUp(known) => {
                format!("{word}: {token}, all {} uses are spent", known.max_uses.unwrap_or_default())
            }
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
