//! How changes of tokens are told when they are done.

use std::collections::HashMap;
use std::path::Path;

use jiff::Timestamp;

use super::token::{Clipboard, written};
use super::{BAD, GOOD, Report, STRONG, paint, plain, time};
use crate::error::Error;
use crate::token::record::{Status, Token};
use crate::token::request::Edit;
use crate::token::scope::Scope;
use crate::token::secret::Id;
use crate::wire::TokenJson;

impl Report {
    /// Filters found nothing; that is no failure.
    pub fn none_chosen(&mut self) {
        self.say("no token matches; nothing was changed");
    }

    /// A name that leads nowhere, where that is no failure.
    pub fn not_there(&mut self, wanted: &str) {
        self.say(&format!("there is no token `{}`; nothing was changed", plain(wanted)));
    }

    /// What was deleted, and whether every trace of it is.
    pub fn deleted(&mut self, tokens: &[Token], left_alone: usize, traces_left: bool) -> Result<(), Error> {
        self.tokens(tokens)?;
        for token in tokens {
            self.say(&format!("deleted {}", called(token)));
        }
        self.left_alone(left_alone);
        if traces_left {
            self.traces_left("a digest or a sealed copy");
        }
        Ok(())
    }

    /// What a filter had found and others changed before it was done.
    pub fn left_alone(&mut self, count: usize) {
        match count {
            0 => {}
            1 => self.say("one token was changed meanwhile and does not match any more; it was left alone"),
            more => self
                .say(&format!("{more} tokens were changed meanwhile and do not match any more; they were left alone")),
        }
    }

    /// What is revoked now; those that were so before are told of too.
    pub fn revoked(&mut self, tokens: &[Token], revoked: &[Token]) -> Result<(), Error> {
        self.changed(tokens, revoked, "revoked", |report, token| {
            let since = token.revoked_at.map_or(String::new(), |at| format!(", {}", time::relative(at, report.now)));
            format!("{} was revoked before{since}", called(token))
        })
    }

    /// What works again; those that were not revoked are told of too.
    pub fn restored(&mut self, tokens: &[Token], restored: &[Token]) -> Result<(), Error> {
        self.changed(tokens, restored, "restored", |_, token| format!("{} is not revoked", called(token)))?;
        for token in restored {
            let status = token.status(self.now);
            if status != Status::Active {
                self.say(&format!("{} still does not work: it is {}", called(token), status.word()));
            }
        }
        Ok(())
    }

    /// A secret was ended that a rotation had left a grace.
    pub fn old_secret_ended(&mut self, token: &Token) -> Result<(), Error> {
        self.tokens(std::slice::from_ref(token))?;
        self.say(&format!("{} this old secret of {}", paint(GOOD, self.manner.colour_err, "revoked"), called(token)));
        self.say(match token.revoked_at {
            None => "the token goes on with its current secret; `jeton revoke` by name ends that too",
            Some(_) => "the token itself had been revoked before",
        });
        Ok(())
    }

    /// A secret that had been ended before.
    pub fn ended_before(&mut self, token: &Token, at: Timestamp) -> Result<(), Error> {
        self.tokens(std::slice::from_ref(token))?;
        self.say(&format!("this secret of {} was revoked before, {}", called(token), time::relative(at, self.now)));
        Ok(())
    }

    /// A secret of no token, where that is no failure.
    pub fn unknown_secret(&mut self) -> Result<(), Error> {
        self.tokens(&[])?;
        self.say("no token of this vault has this secret; nothing was changed");
        Ok(())
    }

    /// Sessions that ended.
    pub fn logged_out(&mut self, ended: &[Token], everybody: bool) -> Result<(), Error> {
        self.tokens(ended)?;
        let worked = |token: &&Token| Token { revoked_at: None, ..(*token).clone() }.works(self.now);
        let (open, over): (Vec<_>, Vec<_>) = ended.iter().partition(worked);
        if open.is_empty() {
            self.say(if everybody { "nobody is logged in" } else { "you are not logged in" });
        }
        for token in open {
            self.say(&self.done("revoked", token));
        }
        match over.len() {
            0 => {}
            1 => self.say("and a session that had ended by itself"),
            more => self.say(&format!("and {more} sessions that had ended by themselves")),
        }
        Ok(())
    }

    /// A new secret, and what becomes of the old one.
    pub fn rotated(&mut self, token: &Token, old_ends: Option<Timestamp>, file: Option<&Path>, clipboard: &Clipboard) {
        let colour = self.manner.colour_err;
        let name = paint(STRONG, colour, &plain(token.name.as_str()));
        self.say(&format!("{} {name} ({})", paint(GOOD, colour, "rotated"), token.id));
        self.say(&match old_ends {
            // Not longer than the token itself.
            Some(at) => {
                let at = token.expires_at.map_or(at, |end| end.min(at));
                format!("  the old secret works until {}", self.when(at))
            }
            None => "  the old secret works no more".to_owned(),
        });
        // What a rotation has promised, another one keeps.
        let graces = token.secrets.iter().filter(|secret| secret.retires_at != old_ends);
        let graces =
            graces.filter(|secret| token.ended(secret, self.now).is_none()).filter_map(|secret| secret.retires_at);
        if let Some(last) = graces.max() {
            let until = self.when(last);
            self.say(&format!("  an older secret has its grace until {until};"));
            self.say(&format!("  `jeton rotate --finish {}` ends it", token.id));
        }
        self.delivered(token, file, clipboard);
        self.works_no_more(token);
    }

    /// The end of a grace.
    pub fn finished(&mut self, token: &Token, ended: bool) -> Result<(), Error> {
        self.token(token)?;
        self.say(&match ended {
            true => format!("{} the grace of {}", paint(GOOD, self.manner.colour_err, "ended"), called(token)),
            false => format!("no old secret of {} works any more; there was nothing to end", called(token)),
        });
        Ok(())
    }

    /// Each change as before -> after.
    pub fn edited(&mut self, before: &Token, after: &Token) -> Result<(), Error> {
        self.token(after)?;
        if before == after {
            self.say(&format!("{} is so already; nothing was changed", called(before)));
            return Ok(());
        }
        self.say(&self.done("changed", before));
        let uses = |token: &Token| token.max_uses.map_or("unlimited".to_owned(), |max| max.to_string());
        // To the millisecond where a minute does not tell them apart.
        let (mut was, mut is) = (self.end(before), self.end(after));
        if was == is {
            let whole = |token: &Token| token.expires_at.map_or(String::new(), |at| at.to_string());
            (was, is) = (whole(before), whole(after));
        }
        for (field, was, is) in [
            ("name", before.name.to_string(), after.name.to_string()),
            ("owner", before.owner.clone(), after.owner.clone()),
            ("description", before.description.clone(), after.description.clone()),
            ("expires", was, is),
            ("max uses", uses(before), uses(after)),
            ("scopes", before.scopes.to_string(), after.scopes.to_string()),
            ("labels", written(&before.labels), written(&after.labels)),
        ] {
            if was != is {
                let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { plain(&text) };
                self.say(&format!("  {field}: {} -> {}", or_none(was), or_none(is)));
            }
        }
        self.works_no_more(after);
        Ok(())
    }

    /// What was to be taken away and was not there, and what still grants a scope that was: nobody is to believe that a
    /// right is gone.
    pub fn not_taken_away(&mut self, before: &Token, after: &Token, edit: &Edit) {
        for grant in edit.remove_scopes.iter().filter(|grant| !before.scopes.as_slice().contains(grant)) {
            self.say(&format!("  it had no scope {grant}"));
        }
        for key in edit.remove_labels.iter().filter(|key| !before.labels.contains_key(*key)) {
            self.say(&format!("  it had no label {key}"));
        }
        for scope in edit.remove_scopes.iter().filter_map(|grant| Scope::parse(grant.as_str()).ok()) {
            if let Some(grant) = after.scopes.as_slice().iter().find(|grant| grant.covers(&scope)) {
                self.say(&format!("  it still may {scope}, by {grant}"));
            }
        }
    }

    /// The sealed copy is gone.
    pub fn forgotten(&mut self, token: &Token, dropped: bool, traces_left: bool) -> Result<(), Error> {
        self.token(token)?;
        self.say(&match dropped {
            true => format!("{} the sealed copy of {}", paint(BAD, self.manner.colour_err, "dropped"), called(token)),
            false => format!("no copy of {} was kept; nothing was changed", called(token)),
        });
        if traces_left {
            self.traces_left("a digest or a sealed copy");
        }
        Ok(())
    }

    /// What could not be wiped yet.
    pub(super) fn traces_left(&mut self, what: &str) {
        self.say(&format!("{what} may still be in the vault's log: another process is reading the vault,"));
        self.say("or the disk is full; the next command that changes the vault removes it");
    }

    /// One line for each: what was done to those in `done`, and why nothing was to the others.
    fn changed(
        &mut self,
        tokens: &[Token],
        done: &[Token],
        word: &str,
        otherwise: impl Fn(&Report, &Token) -> String,
    ) -> Result<(), Error> {
        let done: HashMap<&Id, &Token> = done.iter().map(|token| (&token.id, token)).collect();
        let now = |token: &Token| Token::clone(done.get(&token.id).copied().unwrap_or(token));
        self.tokens(&tokens.iter().map(now).collect::<Vec<_>>())?;
        for token in tokens {
            let line = match done.contains_key(&token.id) {
                true => self.done(word, token),
                false => otherwise(self, token),
            };
            self.say(&line);
        }
        Ok(())
    }

    /// `revoked web (jtn_4fzN0c1Qw9Lk)`
    fn done(&self, word: &str, token: &Token) -> String {
        format!("{} {}", paint(GOOD, self.manner.colour_err, word), called(token))
    }

    /// Tokens as the result, in JSON.
    fn tokens(&mut self, tokens: &[Token]) -> Result<(), Error> {
        if self.manner.json {
            let all: Vec<_> = tokens.iter().map(|token| TokenJson::new(token, self.now)).collect();
            self.json(&all)?;
            self.flush()?;
        }
        Ok(())
    }
}

/// A token as it is named in a sentence.
pub(super) fn called(token: &Token) -> String {
    format!("{} ({})", plain(token.name.as_str()), token.id)
}
