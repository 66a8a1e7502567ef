//! What is told before it is asked whether it is meant.

use super::change::called;
use super::{Report, time};
use crate::token::record::{Status, Token, Type};

/// What is asked about before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Delete,
    Revoke,
    Restore,
    Forget,
}

impl Verb {
    /// `the token is to be ...`
    pub fn done(self) -> &'static str {
        match self {
            Verb::Delete => "deleted",
            Verb::Revoke => "revoked",
            Verb::Restore => "restored",
            Verb::Forget => "dropped",
        }
    }

    pub fn question(self, one: bool) -> String {
        let what = match self {
            Verb::Delete => "Delete",
            Verb::Revoke => "Revoke",
            Verb::Restore => "Restore",
            Verb::Forget => "Drop",
        };
        format!("{what} {}? [y/N] ", if one { "it" } else { "them" })
    }
}

/// A longer list is cut where it is only to be agreed to.
const MOST_SHOWN: usize = 20;

impl Report {
    /// What is about to happen, and to which tokens.
    pub fn about_to(&mut self, verb: Verb, tokens: &[Token]) {
        let one = tokens.len() == 1;
        let these = if one { "this token".to_owned() } else { format!("these {} tokens", tokens.len()) };
        self.say(&match verb {
            Verb::Delete => format!("{these} will be deleted for good:"),
            Verb::Revoke => format!("{these} will be revoked:"),
            Verb::Restore => format!("{these} will work again:"),
            Verb::Forget => format!("the sealed copy of {these} will be dropped for good:"),
        });
        for token in tokens.iter().take(MOST_SHOWN) {
            let used = token
                .last_used_at()
                .map_or("never used".to_owned(), |at| format!("last used {}", time::relative(at, self.now)));
            let kind = if token.kind == Type::Client { String::new() } else { format!(", {}", token.kind.word()) };
            let status = token.status(self.now);
            let status = if status == Status::Active { String::new() } else { format!(", {}", status.word()) };
            self.say(&format!("  {}{kind}{status}, {used}", called(token)));
        }
        if tokens.len() > MOST_SHOWN {
            self.say(&format!("  and {} more", tokens.len() - MOST_SHOWN));
        }
        let them = if one { "it" } else { "them" };
        match verb {
            Verb::Delete => self.say(&format!("services using {them} stop working.")),
            Verb::Revoke => self.say(&format!("services using {them} stop working, until `jeton restore`.")),
            Verb::Restore => {}
            // One at a time.
            Verb::Forget => self.say("nobody can copy it again; it goes on working."),
        }
    }

    /// What a first passphrase is for.
    pub fn about_to_keep_copies(&mut self) {
        self.say("this is a show-once vault. With a passphrase it keeps copies of secrets made from then on.");
    }

    /// What goes with the passphrase.
    pub fn about_to_remove_the_passphrase(&mut self, copies: u64) {
        self.say(&match copies {
            0 => "the passphrase will be removed; no sealed copy is kept.".to_owned(),
            1 => "the passphrase will be removed, and with it 1 sealed copy, for good:".to_owned(),
            more => format!("the passphrase will be removed, and with it {more} sealed copies, for good:"),
        });
        if copies > 0 {
            self.say("nobody can copy these secrets again; the tokens go on working.");
        }
        self.say("secrets that are made from then on are shown only once.");
    }
}
