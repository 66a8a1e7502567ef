//! What can be wrong with a vault and its tokens, as far as it is no error: what is looked into, and what was found.

use jiff::{SignedDuration, Timestamp};

use super::name::Name;
use super::span::Life;

/// After so many days a token that nobody has ever used, or a grace that nobody has ended, is told.
pub const FORGOTTEN_DAYS: i64 = 30;
/// After so many days without a use a token is told.
pub const UNUSED_DAYS: i64 = 90;
/// So many days before its end a token is told, or in the last third of the longest life that a policy allows.
pub const EXPIRING_DAYS: i64 = 14;
/// One that was made for less than this is meant to end soon.
pub const SHORT_LIFE: SignedDuration = SignedDuration::from_hours(24);
/// Clocks are corrected by so much without anybody's doing.
pub const SLACK: SignedDuration = SignedDuration::from_secs(60);
/// How long a token is to live that has no end.
pub const USUAL_DAYS: i64 = 90;

/// What is looked into, in this order. The words stand in JSON, so they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// How the file lies there.
    Permissions,
    /// Whether it can be read, and its pages and rows fit together.
    Integrity,
    /// Whether tables and indexes are as they were made.
    Schema,
    /// The chain of events.
    Log,
    Policy,
    Keys,
    /// Whether sealed copies open and are what they should be.
    Copies,
    /// Whether what was deleted is gone.
    Wiping,
    Clock,
    Tokens,
}

impl Check {
    pub const ALL: [Check; 10] = [
        Check::Permissions,
        Check::Integrity,
        Check::Schema,
        Check::Log,
        Check::Policy,
        Check::Keys,
        Check::Copies,
        Check::Wiping,
        Check::Clock,
        Check::Tokens,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Check::Permissions => "permissions",
            Check::Integrity => "integrity",
            Check::Schema => "schema",
            Check::Log => "log",
            Check::Policy => "policy",
            Check::Keys => "keys",
            Check::Copies => "copies",
            Check::Wiping => "wiping",
            Check::Clock => "clock",
            Check::Tokens => "tokens",
        }
    }
}

/// Why something was not looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unchecked {
    /// What was found before stands in the way.
    Barred,
    /// The private key is needed.
    Locked,
    /// The passphrase that was given is another.
    WrongPassphrase,
    /// The key that waits in the keyring is another.
    OtherKey,
    /// There are no sealed copies and nothing that would open them.
    ShowOnce,
}

/// What was found. Tokens that no longer work are none, nor are sessions.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// Pages, indexes or rows do not fit together, in the words of who found it.
    Unsound {
        faults: Vec<String>,
    },
    /// A part of the schema is not as it was made; the statement puts it right.
    Odd {
        part: String,
        statement: Option<String>,
    },
    /// A deletion was not wiped to its end.
    Unwiped,
    /// Something is from a time to come: the clock is behind, or was ahead.
    Ahead {
        until: Timestamp,
        log: bool,
        tokens: Named,
    },
    /// Sealed copies that do not open, or are not the secret of their digest.
    BadCopies(Named),
    /// Sealed copies in a vault that has no key.
    CopiesWithoutKey(Named),

    /// No end; and what their end could be.
    Endless(Named, Life),
    /// It ends soon; and how long it could go on.
    Expiring(Named, Life),
    NeverUsed(Named),
    Unused(Named),
    /// The grant `*`.
    AllScopes(Named),
    /// Copies are kept and the policy is `recoverable never`.
    CopiesKept(Named),
    /// An old secret still works, long after the rotation.
    LongGrace(Named),
}

impl Finding {
    /// Its name, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Finding::Unsound { .. } => "damaged",
            Finding::Odd { .. } => "schema",
            Finding::Unwiped => "unwiped",
            Finding::Ahead { .. } => "clock",
            Finding::BadCopies(_) => "copies-damaged",
            Finding::CopiesWithoutKey(_) => "copies-without-key",
            Finding::Endless(..) => "no-expiry",
            Finding::Expiring(..) => "expiring",
            Finding::NeverUsed(_) => "never-used",
            Finding::Unused(_) => "unused",
            Finding::AllScopes(_) => "all-scopes",
            Finding::CopiesKept(_) => "copies-kept",
            Finding::LongGrace(_) => "long-grace",
        }
    }

    /// Whether the vault is not what it should be, and it is no matter of good keeping.
    pub fn is_grave(&self) -> bool {
        match self {
            Finding::Unsound { .. } | Finding::Odd { .. } => true,
            Finding::BadCopies(_) | Finding::CopiesWithoutKey(_) => true,
            Finding::Unwiped | Finding::Ahead { .. } => false,
            Finding::Endless(..) | Finding::Expiring(..) | Finding::NeverUsed(_) | Finding::Unused(_) => false,
            Finding::AllScopes(_) | Finding::CopiesKept(_) | Finding::LongGrace(_) => false,
        }
    }

    /// Which tokens it is about, if it is about tokens.
    pub fn tokens(&self) -> Option<&Named> {
        match self {
            Finding::Unsound { .. } | Finding::Odd { .. } | Finding::Unwiped => None,
            Finding::Ahead { tokens, .. } => Some(tokens),
            Finding::BadCopies(tokens) | Finding::CopiesWithoutKey(tokens) => Some(tokens),
            Finding::Endless(tokens, _) | Finding::Expiring(tokens, _) => Some(tokens),
            Finding::NeverUsed(tokens) | Finding::Unused(tokens) | Finding::AllScopes(tokens) => Some(tokens),
            Finding::CopiesKept(tokens) | Finding::LongGrace(tokens) => Some(tokens),
        }
    }
}

/// How many tokens, and the names of the first of them: there may be millions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    pub count: u64,
    pub names: Vec<Name>,
}

impl Named {
    const MOST: usize = 100;

    pub fn add(&mut self, name: &Name) {
        self.count += 1;
        if self.names.len() < Named::MOST {
            self.names.push(name.clone());
        }
    }
}
