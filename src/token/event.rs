//! One line of the audit log. Events are chained: each carries a hash over itself and the one before.

use std::fmt;

use jiff::Timestamp;

use super::secret::Id;

/// What was done. The words stand in the file and in `jeton log`, so they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The vault was made.
    Init,
    Create,
    /// It came from elsewhere.
    Import,
    /// The secret was revealed: copied, printed, handed on, exported.
    Reveal,
    Rotate,
    Revoke,
    Restore,
    Edit,
    Delete,
    /// A rule of the vault was changed.
    Policy,
    /// The vault's passphrase was changed, added or removed.
    Passphrase,
    /// The key was left where it unlocks without a passphrase, for a while.
    Unlock,
    /// A wrong passphrase, or what a policy forbids.
    Refuse,
}

impl Action {
    const ALL: [Action; 13] = [
        Action::Init,
        Action::Create,
        Action::Import,
        Action::Reveal,
        Action::Rotate,
        Action::Revoke,
        Action::Restore,
        Action::Edit,
        Action::Delete,
        Action::Policy,
        Action::Passphrase,
        Action::Unlock,
        Action::Refuse,
    ];

    pub fn parse(word: &str) -> Option<Action> {
        Action::ALL.into_iter().find(|action| action.word() == word)
    }

    pub fn word(self) -> &'static str {
        match self {
            Action::Init => "init",
            Action::Create => "create",
            Action::Import => "import",
            Action::Reveal => "reveal",
            Action::Rotate => "rotate",
            Action::Revoke => "revoke",
            Action::Restore => "restore",
            Action::Edit => "edit",
            Action::Delete => "delete",
            Action::Policy => "policy",
            Action::Passphrase => "passphrase",
            Action::Unlock => "unlock",
            Action::Refuse => "refuse",
        }
    }
}

/// Who, what and to which token; the store gives it its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: Timestamp,
    /// Login name and machine, as the operating system tells them.
    pub actor: String,
    pub action: Action,
    /// Id and name of the token, as they were then.
    pub token: Option<(Id, String)>,
    /// Which fields changed, or why it was refused. Never a secret, never the text of a description.
    pub detail: String,
}

/// An event as it rests in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counted from 1, without a gap.
    pub seq: i64,
    pub event: Event,
    pub link: Link,
}

/// The hash that chains an event to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link(pub [u8; 32]);

/// The newest event's number and link: whoever keeps it elsewhere can tell later that nothing before it was changed.
/// Written `12:9f86d0...`, the link in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub link: Link,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a head is a number, a colon and 64 hexadecimal digits, as `jeton log --head` prints it")]
pub struct BadHead;

impl Head {
    /// # Errors
    /// [`BadHead`] tells the whole rule.
    pub fn parse(text: &str) -> Result<Head, BadHead> {
        let (seq, hex) = text.split_once(':').ok_or(BadHead)?;
        let seq = seq.parse().ok().filter(|seq| *seq > 0).ok_or(BadHead)?;
        if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(BadHead);
        }
        let mut link = [0; 32];
        for (index, byte) in link.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).map_err(|_| BadHead)?;
        }
        Ok(Head { seq, link: Link(link) })
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.link.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_reads_as_it_is_written() {
        let head = Head { seq: 12, link: Link(std::array::from_fn(|at| at as u8 * 7)) };
        assert_eq!(Head::parse(&head.to_string()), Ok(head));
        let text = head.to_string();
        for bad in
            ["", "12", ":", &text[1..2], &text[..text.len() - 1], &format!("{text}0"), &text.replace("12:", "0:")]
        {
            assert_eq!(Head::parse(bad), Err(BadHead), "{bad}");
        }
    }

    #[test]
    fn every_word_is_read_back() {
        assert!(Action::ALL.into_iter().all(|action| Action::parse(action.word()) == Some(action)));
    }
}
