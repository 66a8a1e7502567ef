//! What can go wrong, as a person sees it: a sentence that says what happened, a hint that says what to do, and an
//! exit code for the shell. The rooms below have errors of their own; here they get their exits, their hints in
//! `hint`, and which of them tell what is wrong with a vault in `ailment`.

mod ailment;
mod hint;

use crate::host::{self, NoClipboard, NoKeyring, NotStarted, Unanswered};
use crate::store;
use crate::token::exit::Exit;
use crate::token::verdict::Verdict;
use crate::vault::{self, Refused};

pub use hint::quoted;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Vault(#[from] vault::Error),
    #[error(transparent)]
    Host(#[from] host::Error),
    #[error("{why}")]
    Clipboard { why: NoClipboard, name: String },
    #[error(transparent)]
    NoKeyring(#[from] NoKeyring),
    #[error("{program} cannot be started: {why}")]
    NotStarted { program: String, why: NotStarted },
    #[error(transparent)]
    Unanswered(#[from] Unanswered),

    /// The command line is wrong; clap says how.
    #[error("{message}")]
    Grammar { message: String, hint: String },
    /// A secret stood in the arguments.
    #[error("a secret was given as an argument; it is now in the shell's history and was visible to other processes")]
    SecretInArguments { hint: &'static str },
    #[error("there is no directory for this user's data")]
    NoDataDir,
    #[error("{what}: {why}")]
    Input { what: String, why: String, hint: &'static str },
    #[error("nothing to change was given")]
    NothingToChange,
    #[error("neither a token nor a filter was given")]
    NothingChosen,
    #[error("this is not a secret; its form or its check is wrong")]
    NotASecret,
    #[error("more than one line was given, and a secret is one line")]
    TwoLines,
    #[error("nobody is there to type the secret")]
    NoSecretGiven,
    #[error("no secret was given; nothing was revoked")]
    EmptySecret,
    #[error("the {}, and nobody is there to type it", if *.or_key { "vault is locked by its passphrase" } else { "passphrase is needed" })]
    PassphraseNeeded { or_key: bool },
    #[error("the two passphrases differ; nothing was {done}")]
    PassphrasesDiffer { done: &'static str },
    #[error("a new passphrase is needed, and nobody is there to type it")]
    NewPassphraseNeeded,
    #[error("the new passphrase is empty; nothing was changed")]
    EmptyPassphrase,
    #[error("nobody is there to confirm that {what}")]
    ConfirmationNeeded { what: String },
    #[error("not confirmed; nothing was {done}")]
    NotConfirmed { done: &'static str },
    #[error("{path} already exists")]
    OutputExists { path: String },
    #[error("{path} cannot be written: {why}; nothing was changed")]
    OutputFailed { path: String, why: String },
    #[error("the secret of `{name}` could not be delivered: {why}")]
    Undelivered { name: String, why: String, recoverable: bool },
    #[error("not all of the secrets could be delivered: {why}")]
    ManyUndelivered { in_shell: String, why: String, recoverable: bool },
    #[error("the secret could not be handed on, and nothing was changed: {what} cannot be written: {why}")]
    NotHandedOn { what: String, why: String },
    /// What is wrong with one of many.
    #[error("{what}: {error}")]
    Of { what: String, error: Box<Error> },
    #[error("the output cannot be written: {0}")]
    Output(std::io::Error),
    /// An import brings what the policy does not allow.
    #[error("{}", .0.refusal)]
    NotAdmitted(Box<Refused>),
    #[error("{clashes} of {all} tokens contradict what is there or each other; nothing was imported")]
    Clashes { clashes: usize, all: usize },
    #[error("there is already a vault at {0}")]
    VaultExists(String),
    #[error("this build of jeton has no {part}")]
    LeftOut { part: &'static str },
    #[error("the server cannot be started: {0}")]
    Server(std::io::Error),
    #[error("it cannot listen on {address}: {why}")]
    Listen { address: String, why: std::io::Error },
    #[error("{address} can be reached by others, and secrets would cross the network in the clear")]
    Plain { address: std::net::SocketAddr },
    #[error("there is no help on `{0}`")]
    NoSuchTopic(String),
}

impl Error {
    /// The code the process ends with.
    pub fn exit(&self) -> Exit {
        match self {
            Error::Vault(error) => vault_exit(error),
            Error::Host(host::Error::NoRandom(_) | host::Error::NoWatch(_)) | Error::Output(_) => Exit::Failed,
            Error::Undelivered { .. } | Error::ManyUndelivered { .. } | Error::Server(_) => Exit::Failed,
            Error::Listen { .. } => Exit::Failed,
            Error::OutputFailed { .. } | Error::NotHandedOn { .. } => Exit::Failed,
            Error::Of { error, .. } => error.exit(),
            Error::Clipboard { .. } | Error::NoKeyring(_) | Error::LeftOut { .. } => Exit::NotHere,
            Error::NotStarted { why: NotStarted::NotFound, .. } => Exit::CommandNotFound,
            Error::NotStarted { why: NotStarted::CannotExecute(_), .. } => Exit::CannotExecute,
            Error::Unanswered(Unanswered::Interrupted) => Exit::Interrupted,
            // Only passphrases are asked for like this.
            Error::Unanswered(Unanswered::EndOfInput) => Exit::Locked,
            Error::Unanswered(Unanswered::NoTerminal(_)) => Exit::Failed,
            Error::Grammar { .. } | Error::SecretInArguments { .. } | Error::Input { .. } => Exit::Usage,
            Error::NothingToChange | Error::NothingChosen | Error::NotASecret | Error::EmptySecret => Exit::Usage,
            Error::EmptyPassphrase => Exit::Usage,
            Error::TwoLines | Error::NoSecretGiven | Error::NoSuchTopic(_) | Error::NoDataDir => Exit::Usage,
            Error::PassphraseNeeded { .. } | Error::NewPassphraseNeeded | Error::PassphrasesDiffer { .. } => {
                Exit::Locked
            }
            Error::ConfirmationNeeded { .. } | Error::NotConfirmed { .. } | Error::NotAdmitted(_) => Exit::Refused,
            Error::Plain { .. } => Exit::Refused,
            Error::OutputExists { .. } | Error::VaultExists(_) | Error::Clashes { .. } => Exit::Exists,
        }
    }

    /// The same for what a vault could not do.
    pub fn exit_of(error: &vault::Error) -> Exit {
        vault_exit(error)
    }

    /// The kind of error in JSON.
    pub fn code(&self) -> &'static str {
        Error::code_of(self.exit())
    }

    /// The same, by how a process would end.
    pub fn code_of(exit: Exit) -> &'static str {
        match exit {
            Exit::Usage => "usage",
            Exit::NotFound => "not-found",
            Exit::Exists => "exists",
            Exit::Locked => "locked",
            Exit::Refused => "refused",
            Exit::Vault => "vault",
            Exit::NotHere => "not-available",
            Exit::Interrupted => "interrupted",
            Exit::Malformed => Verdict::<()>::Malformed.word(),
            Exit::Done
            | Exit::Failed
            | Exit::Unknown
            | Exit::Revoked
            | Exit::Expired
            | Exit::UsedUp
            | Exit::Lacks
            | Exit::Findings
            | Exit::CannotExecute
            | Exit::CommandNotFound => "failed",
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Error {
        Error::Vault(error.into())
    }
}

fn vault_exit(error: &vault::Error) -> Exit {
    use vault::Error as V;
    match error {
        V::Store(error) => store_exit(error),
        V::Unknown { .. } | V::UnknownSecret => Exit::NotFound,
        V::Exists { .. } => Exit::Exists,
        V::Name(_) | V::Expiry(_) | V::EndlessSession | V::TooManyScopes | V::PolicyValue(_) => Exit::Usage,
        V::OtherDigest { .. } => Exit::Usage,
        V::ShowOnceVault | V::NoCopy { .. } => Exit::Refused,
        V::CallerEnded | V::CallerLacks => Exit::Refused,
        V::Policy(_) | V::Beyond(_) | V::Contradiction | V::OldSecretUsed { .. } => Exit::Refused,
        V::Unlock(_) | V::KeysChanged => Exit::Locked,
        V::CopyDamaged { .. } | V::KeysDamaged | V::LogDamaged | V::PolicyDamaged | V::NoSecret => Exit::Vault,
        V::ChainBroken { .. } | V::NoAncestor { .. } | V::CopyUnsound { .. } => Exit::Vault,
    }
}

fn store_exit(error: &store::Error) -> Exit {
    use store::Error as S;
    match error {
        S::Absent(_) => Exit::NotFound,
        S::NotOurs { .. } | S::Exposed { .. } | S::Unreadable { .. } | S::Link(_) | S::TwoNames(_) => Exit::Refused,
        S::OpenDirectory { .. } | S::ForeignDirectory { .. } => Exit::Refused,
        S::Taken { .. } => Exit::Exists,
        S::NamedLikeALog { .. } => Exit::Usage,
        S::Io { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => Exit::Refused,
        S::Io { .. } | S::Database { .. } | S::Copy { .. } => Exit::Failed,
        S::NotAVault { .. } | S::ForeignLog(_) | S::Newer { .. } | S::Damaged { .. } => Exit::Vault,
        S::Busy(_) | S::BeingRead(_) | S::Full(_) | S::ReadOnly(_) | S::LogUnreadable(_) => Exit::Vault,
    }
}
