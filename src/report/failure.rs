//! Every failure is two sentences: what happened, and what to do.

use super::{BAD, Report, STRONG, paint};
use crate::error::Error;
use crate::token::exit::{self, Exit};
use crate::wire::{ErrorBody, ErrorJson};

impl Report {
    /// Says what went wrong and gives the exit code.
    pub fn failure(&mut self, error: &Error) -> Exit {
        let colour = self.manner.colour_err;
        let (message, hint) = (lines(&error.to_string()), self.with_its_vault(&lines(&error.hint())));
        if self.manner.json {
            let body = ErrorBody { code: error.code(), message: &message, hint: &hint };
            let json = serde_json::to_string(&ErrorJson { error: body }).unwrap_or_default();
            self.talk(&format!("{json}\n"));
        } else {
            let (error_word, hint_word) = (paint(BAD, colour, "error:"), paint(STRONG, colour, "hint:"));
            self.talk(&format!("{error_word} {message}\n{hint_word} {hint}\n"));
        }
        error.exit()
    }

    /// The table of exit codes.
    pub fn exit_codes(&mut self) -> Result<(), Error> {
        let mut text = String::from("code  meaning\n");
        for (exit, meaning) in exit::TABLE {
            text.push_str(&format!("{:>4}  {meaning}\n", exit.code()));
        }
        text.push_str("\nFor `verify`, 0 is yes, 10 to 19 is no, and everything else means: could not tell.\n");
        self.text(&text)
    }
}

/// What was typed may hold anything; on the screen it stays on its line.
fn lines(text: &str) -> String {
    super::plain(text)
}
