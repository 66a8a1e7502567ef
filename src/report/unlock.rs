//! How it is told that the vault is unlocked, and how long.

use jiff::Timestamp;

use super::{Report, plain, time};
use crate::error::Error;
use crate::wire::LockJson;

/// Whether a passphrase is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Unlocked(Timestamp),
    Locked,
    /// A show-once vault.
    NoKey,
    /// It can never be unlocked for a while here, and why.
    NoKeyring(String),
}

impl Report {
    /// From now on, nobody is asked.
    pub fn unlocked(&mut self, until: Timestamp) -> Result<(), Error> {
        let length = time::span(until.duration_since(self.now));
        self.say(&format!("unlocked for {length}: `copy`, `run` and `export --reveal` ask for no passphrase"));
        self.say("until then every process of yours can read the key; `jeton lock` drops it at once");
        self.state(Some(until))
    }

    /// `dropped`: it had been unlocked.
    pub fn locked(&mut self, dropped: bool) -> Result<(), Error> {
        self.say(if dropped { "locked" } else { "it was not unlocked" });
        self.state(None)
    }

    /// The state as the result.
    pub fn status(&mut self, state: &State) -> Result<(), Error> {
        if self.manner.json {
            return self.state(match state {
                State::Unlocked(until) => Some(*until),
                State::Locked | State::NoKey | State::NoKeyring(_) => None,
            });
        }
        self.text(&match state {
            State::Unlocked(until) => format!(
                "unlocked for another {}, until {}\n",
                time::span(until.duration_since(self.now)),
                time::local_to_the_second(*until, &self.zone)
            ),
            State::Locked => "locked\n".to_owned(),
            State::NoKey => "this is a show-once vault: it has nothing to unlock\n".to_owned(),
            State::NoKeyring(why) => format!("locked: {}\n", plain(why)),
        })
    }

    fn state(&mut self, until: Option<Timestamp>) -> Result<(), Error> {
        if self.manner.json {
            self.json(&LockJson::new(until, self.now))?;
            self.flush()?;
        }
        Ok(())
    }
}
