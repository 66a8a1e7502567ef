//! How one token is told: made, shown, copied.

use std::path::Path;
use std::time::Duration;

use comfy_table::{ContentArrangement, Table, presets};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{GOOD, QUIET, Report, STRONG, paint, plain, time};
use crate::error::Error;
use crate::token::label::Labels;
use crate::token::record::{SecretInfo, Status, Token, Type};
use crate::token::secret::Secret;
use crate::wire::TokenJson;

/// What became of the clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clipboard {
    /// Nobody asked for it.
    Untouched,
    /// It holds the secret, and is cleared after this time (`None`: never).
    Holds { clear_after: Option<Duration> },
    /// The secret was handed on; whether it arrived, and clearing it, is beyond jeton.
    HandedOn { to: &'static str },
    /// It was wanted and could not be had.
    Missing { why: String },
}

/// In whose words a new secret is told in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Plain,
    /// With `api_key` and `secret_key`, as who sends a request body expects.
    WithApiKey,
}

#[derive(Serialize)]
struct CopyJson<'a> {
    id: &'a str,
    name: &'a str,
    copied: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
}

impl Report {
    /// The secret itself, as the result.
    pub fn secret(&mut self, token: &Token, secret: &Secret, said: Said) -> Result<(), Error> {
        self.secret_line(token, secret, said)?;
        self.flush()
    }

    pub(super) fn secret_line(&mut self, token: &Token, secret: &Secret, said: Said) -> Result<(), Error> {
        if self.manner.json {
            let json = TokenJson::new(token, self.now).with_secret(secret.expose());
            self.json(&match said {
                Said::Plain => json,
                Said::WithApiKey => json.with_api_key(),
            })
        } else {
            self.result(|out| writeln!(out, "{}", secret.expose()))
        }
    }

    /// Tells the runner of GitHub Actions never to show this secret.
    pub fn mask(&mut self, secret: &Secret) -> Result<(), Error> {
        self.result(|out| writeln!(out, "::add-mask::{}", secret.expose()))?;
        self.flush()
    }

    /// A new token as the result, when its secret went into a file.
    pub fn made(&mut self, token: &Token, said: Said) -> Result<(), Error> {
        self.made_line(token, said)?;
        self.flush()
    }

    pub(super) fn made_line(&mut self, token: &Token, said: Said) -> Result<(), Error> {
        if !self.manner.json {
            return Ok(());
        }
        let json = TokenJson::new(token, self.now);
        self.json(&match said {
            Said::Plain => json,
            Said::WithApiKey => json.with_api_key(),
        })
    }

    /// The token as the result.
    pub fn token(&mut self, token: &Token) -> Result<(), Error> {
        if self.manner.json {
            self.json(&TokenJson::new(token, self.now))?;
            self.flush()?;
        }
        Ok(())
    }

    /// What was made, in words.
    pub fn created(&mut self, token: &Token, file: Option<&Path>, clipboard: &Clipboard) {
        let colour = self.manner.colour_err;
        let name = paint(STRONG, colour, &plain(token.name.as_str()));
        self.say(&format!("{} {name} ({})", paint(GOOD, colour, "created"), token.id));
        let expires = self.end(token);
        self.say(&format!("  expires: {expires}"));
        if token.kind != Type::Client {
            self.say(&format!("  type: {}", token.kind.word()));
        }
        if !token.scopes.is_empty() {
            self.say(&format!("  scopes: {}", token.scopes));
        }
        if !token.labels.is_empty() {
            self.say(&format!("  labels: {}", plain(&written(&token.labels))));
        }
        if let Some(max) = token.max_uses {
            self.say(&format!("  uses: {max} at most"));
        }
        self.delivered(token, file, clipboard);
    }

    /// Where a new secret is, and whether it can be had again.
    pub(super) fn delivered(&mut self, token: &Token, file: Option<&Path>, clipboard: &Clipboard) {
        let again = if token.recoverable() { "yes, with `jeton copy`" } else { "no, it is shown only now" };
        self.say(&format!("  can be copied again: {again}"));
        if let Some(file) = file {
            self.say(&format!("the secret is in {}", plain(&file.display().to_string())));
        }
        self.clipboard(clipboard);
    }

    /// The only place the secret went to was the null device, or a stdout that was closed.
    pub fn lost(&mut self, token: &Token) {
        self.warn("stdout went nowhere, so nobody holds this secret; this makes a new one:");
        self.warn(&format!("`jeton rotate {}`", plain(token.id.as_str())));
    }

    /// A secret was copied, or printed, as the result.
    pub fn copied(&mut self, token: &Token, secret: Option<&Secret>, clipboard: &Clipboard) -> Result<(), Error> {
        if self.manner.json {
            self.json(&CopyJson {
                id: token.id.as_str(),
                name: token.name.as_str(),
                copied: secret.is_none(),
                secret: secret.map(Secret::expose),
            })?;
        } else if let Some(secret) = secret {
            self.result(|out| writeln!(out, "{}", secret.expose()))?;
        }
        self.flush()?;
        self.works_no_more(token);
        self.clipboard(clipboard);
        Ok(())
    }

    /// Who gets a secret of a token that is at an end is told so.
    pub fn works_no_more(&mut self, token: &Token) {
        let status = token.status(self.now);
        if status != Status::Active {
            self.say(&format!("this token does not work any more: it is {}", status.word()));
        }
    }

    pub(super) fn clipboard(&mut self, clipboard: &Clipboard) {
        match clipboard {
            Clipboard::Untouched => {}
            Clipboard::Holds { clear_after: None } => self.say("the secret is on the clipboard, and stays there"),
            Clipboard::Holds { clear_after: Some(after) } => {
                let after = time::span(SignedDuration::try_from(*after).unwrap_or(SignedDuration::MAX));
                self.say(&format!("the secret is on the clipboard, and is cleared from it in {after}"));
            }
            Clipboard::HandedOn { to } => {
                self.say(&format!("the secret was handed to {to} for its clipboard"));
                self.say("whether it arrived cannot be seen from here, and clearing it cannot be promised");
            }
            Clipboard::Missing { why } => self.say(&format!("nothing was copied: {}", plain(why))),
        }
    }

    /// Everything about one token but its secret.
    pub fn show(&mut self, token: &Token) -> Result<(), Error> {
        if self.manner.json {
            self.token(token)?;
            return Ok(());
        }
        let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
        let mut rows = vec![
            ("name", token.name.to_string()),
            ("id", token.id.to_string()),
            ("status", token.status(self.now).word().to_owned()),
            ("type", token.kind.word().to_owned()),
            ("owner", token.owner.clone()),
            (
                "scopes",
                if token.kind == Type::Admin { "every scope".into() } else { or_none(token.scopes.to_string()) },
            ),
            ("labels", or_none(written(&token.labels))),
            ("description", or_none(token.description.clone())),
            ("created", self.when(token.created_at)),
            ("expires", self.end(token)),
            ("last used", self.used(token.last_used_at())),
            (
                "uses",
                match (token.max_uses, token.uses_left()) {
                    (Some(max), Some(left)) => format!("{} of {max}, {left} left", token.uses),
                    _ => "not limited".to_owned(),
                },
            ),
        ];
        if let Some(at) = token.revoked_at {
            rows.push(("revoked", self.when(at)));
        }
        let again = if token.recoverable() { "yes, with `jeton copy`" } else { "no, no copy was kept" };
        rows.push(("can be copied", again.to_owned()));
        let (ended, working): (Vec<SecretInfo>, Vec<SecretInfo>) =
            token.secrets.iter().partition(|secret| token.ended(secret, self.now).is_some());
        if working.len() > 1 {
            for secret in working {
                let (which, ends) = match secret.retires_at {
                    Some(at) => ("old secret", format!(", ends {}", time::relative(at, self.now))),
                    None => ("new secret", String::new()),
                };
                let made = time::relative(secret.created_at, self.now);
                let used = secret.last_used_at.map_or("never".to_owned(), |at| time::relative(at, self.now));
                rows.push((which, format!("last used {used}, made {made}{ends}")));
            }
        }
        if !ended.is_empty() {
            let last = ended.iter().filter_map(|secret| secret.last_used_at).max();
            rows.push(("ended secrets", format!("{}, last used {}", ended.len(), self.used(last))));
        }
        self.sheet(rows)
    }

    /// A key and its value on each line, as the result.
    pub(super) fn sheet(&mut self, rows: Vec<(&str, String)>) -> Result<(), Error> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        let colour = self.manner.colour_out;
        for (key, value) in rows {
            table.add_row([key.to_owned(), plain(&value)]);
        }
        let text = table.trim_fmt();
        self.result(|out| {
            for line in text.lines() {
                // Keys have no blank before a double one, so the first column can be told and painted.
                let (key, value) = line.trim_start().split_once("  ").unwrap_or((line, ""));
                writeln!(out, "{}  {value}", paint(QUIET, colour, key))?;
            }
            Ok(())
        })?;
        self.flush()
    }

    pub(super) fn end(&self, token: &Token) -> String {
        token.expires_at.map_or("never".to_owned(), |at| self.when(at))
    }

    pub(super) fn used(&self, at: Option<Timestamp>) -> String {
        at.map_or("never".to_owned(), |at| self.when(at))
    }

    pub(super) fn when(&self, at: Timestamp) -> String {
        format!("{} ({})", time::local(at, &self.zone), time::relative(at, self.now))
    }
}

/// `env=production, project=web,shop`
pub(super) fn written(labels: &Labels) -> String {
    let labels: Vec<_> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    labels.join(", ")
}
