//! What to do about an error: the second of its two sentences. A command in it can be pasted into a shell.

use std::io::ErrorKind;
use std::path::Path;

use super::Error;
use crate::host::{self, NotStarted, Unanswered};
use crate::store;
use crate::token::span::BadSpan;
use crate::vault::{self, Refusal, Refused};

impl Error {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Error::Vault(error) => vault_hint(error),
            Error::Host(host::Error::NoRandom(_)) => "jeton makes no secrets without them; nothing was changed".into(),
            Error::Host(host::Error::NoWatch(_)) => "leave out `--follow`".into(),
            Error::Clipboard { name, .. } => {
                format!("`jeton copy {} --print` writes the secret to stdout instead", quoted(name))
            }
            Error::NoKeyring(_) => {
                "go on without: a passphrase comes from the prompt, `--passphrase-file` or JETON_PASSPHRASE_FILE".into()
            }
            Error::NotStarted { why: NotStarted::NotFound, .. } => {
                "name a program in PATH, or its path; a script needs the interpreter of its first line, a shell's \
                 built-in `sh -c`"
                    .into()
            }
            Error::NotStarted { why: NotStarted::CannotExecute(_), .. } => {
                "see whether it is a program, and yours to execute".into()
            }
            Error::Unanswered(Unanswered::Interrupted) => "nothing was changed".into(),
            Error::Unanswered(Unanswered::EndOfInput) => "nothing was changed; run the command again".into(),
            Error::Unanswered(Unanswered::NoTerminal(_)) => "give it with a flag instead; see `--help`".into(),
            Error::Grammar { hint, .. } => hint.clone(),
            Error::SecretInArguments { hint } => (*hint).into(),
            Error::NoDataDir => "set HOME, or name the vault with `--vault PATH` or JETON_VAULT".into(),
            Error::Input { hint, .. } => (*hint).into(),
            Error::NothingToChange => "see `jeton edit --help` for what can be changed".into(),
            Error::NothingChosen => "name tokens, or choose them with filters such as `--owner` or `--expired`".into(),
            Error::NotASecret => "give the whole secret; nothing was revoked".into(),
            Error::TwoLines => "give one secret; `jeton verify --batch` checks one on each line".into(),
            Error::NoSecretGiven => "give it on stdin, or with `--env VAR` or `--file PATH`".into(),
            Error::EmptySecret => {
                "name tokens, choose them with filters, or give a secret on stdin, with `--env VAR` or `--file PATH`"
                    .into()
            }
            Error::PassphraseNeeded { or_key } => {
                let unlock = if *or_key { ", or unlock the vault for a while with `jeton unlock`" } else { "" };
                format!(
                    "name a file that holds it with `--passphrase-file PATH` or JETON_PASSPHRASE_FILE, or set \
                     JETON_PASSPHRASE{unlock}"
                )
            }
            Error::NewPassphraseNeeded => "name a file that holds it with `--new-passphrase-file PATH`".into(),
            Error::EmptyPassphrase => {
                "`jeton vault passphrase --remove` takes the passphrase away, with every sealed copy".into()
            }
            Error::PassphrasesDiffer { .. } => "run the command again".into(),
            Error::ConfirmationNeeded { .. } => "add `--yes` if it is meant".into(),
            Error::NotConfirmed { .. } => "answer `y`, or add `--yes`".into(),
            Error::OutputExists { .. } => "choose another file; jeton never overwrites one".into(),
            Error::OutputFailed { .. } => "choose another file, or leave out `--output`".into(),
            Error::Undelivered { name, recoverable: true, .. } => {
                format!("the token exists: get its secret with `jeton copy {} --print`", quoted(name))
            }
            Error::Undelivered { name, recoverable: false, .. } => {
                let name = quoted(name);
                format!("the token exists and nobody holds its secret: `jeton rotate {name}` gives it a new one")
            }
            Error::ManyUndelivered { in_shell, recoverable: true, .. } => {
                format!(
                    "the tokens exist: `jeton copy NAME --print` gives a secret, `jeton revoke --yes {in_shell}` ends them"
                )
            }
            Error::ManyUndelivered { in_shell, recoverable: false, .. } => format!(
                "the tokens exist, and what was not delivered is lost: `jeton revoke --yes {in_shell}` ends \
                 them, `jeton delete --yes {in_shell}` frees their names too"
            ),
            Error::NotHandedOn { .. } => "make room where the runner writes, and run the step again".into(),
            Error::Of { error, .. } => error.hint(),
            Error::Output(_) => "make room, or write somewhere else".into(),
            Error::NotAdmitted(refused) => not_admitted_hint(refused),
            Error::Clashes { .. } => {
                "rename or delete one of each two, or name those that are to be imported with `--only`".into()
            }
            Error::VaultExists(_) => "it was left as it is; `jeton create NAME` makes a token in it".into(),
            Error::LeftOut { .. } => "install one that has it: `cargo install jeton` builds all parts".into(),
            Error::Server(_) => "see what the system says of it, and try again".into(),
            Error::Listen { address, why } if address.starts_with("unix:") && why.kind() == ErrorKind::NotFound => {
                "make the directory first: the server makes no more than the socket in it".into()
            }
            Error::Listen { .. } => "see what listens there already; `--listen` takes another address".into(),
            Error::Plain { .. } => {
                "give it a certificate with `--tls-cert` and `--tls-key`, or add `--insecure` if nobody can listen in"
                    .into()
            }
            Error::NoSuchTopic(_) => "`jeton help` lists the commands, `jeton help exit-codes` the exit codes".into(),
        }
    }
}

fn vault_hint(error: &vault::Error) -> String {
    use crate::vault::Error as V;
    match error {
        V::Store(error) => store_hint(error),
        V::Unknown { nearest, .. } if nearest.is_empty() => "`jeton list --all` shows every token".into(),
        V::Unknown { nearest, .. } => {
            let names: Vec<_> = nearest.iter().map(|name| format!("`{name}`")).collect();
            format!("did you mean {}? `jeton list --all` shows every token", names.join(" or "))
        }
        V::Exists { name } => {
            let name = quoted(name);
            format!("choose another name; `jeton show {name}` tells of the token that has it")
        }
        V::UnknownSecret => "whoever made it can revoke it; this vault cannot".into(),
        V::Name(_) => "choose another name".into(),
        V::Expiry(BadSpan::NotPast(_)) => "write how long ago, or a date that is past: 90d, 12h, 2026-01-31".into(),
        V::Expiry(BadSpan::NotAhead(_)) => "write how far ahead, or a date to come: 14d, 12h, 2027-01-31".into(),
        V::Expiry(BadSpan::TooFar) => "write a shorter span, or an earlier date".into(),
        V::Expiry(_) => "write a time to come: 90d, 12h, 3mo, 2027-01-31, or never".into(),
        V::TooManyScopes => "grant what they have in common with a wildcard: `pinning.*`".into(),
        V::EndlessSession => "say when it ends: 10h, 12h, 1d".into(),
        V::Policy(refused) => policy_hint(&refused.refusal),
        V::CallerEnded | V::CallerLacks => "ask with a token that is good for it; nothing was changed".into(),
        V::Beyond(_) => "ask for less, or with an admin token".into(),
        V::PolicyValue(_) => "`jeton policy` shows what is set, `jeton policy set --help` what can be".into(),
        V::Contradiction => {
            "change the other first, with `jeton policy set` or `jeton policy unset`; nothing was changed".into()
        }
        V::OtherDigest { .. } => "export the vault anew; nothing was imported".into(),
        V::OldSecretUsed { name, .. } => {
            let name = quoted(name);
            format!("find out who still uses it, or end it all the same with `jeton rotate --finish {name} --force`")
        }
        V::ChainBroken { .. } => {
            "somebody has changed the vault file by hand: compare it with a backup, and rotate what was in it".into()
        }
        V::NoAncestor { .. } => {
            "this is another vault, or a backup from before, or somebody has written its log anew; see `jeton log`"
                .into()
        }
        V::PolicyDamaged => "update jeton, or restore the vault from a backup".into(),
        V::NoCopy { name } => {
            let name = quoted(name);
            format!(
                "it was shown once; `jeton rotate {name}` gives it a new secret, or delete it and `jeton create {name}` anew"
            )
        }
        V::ShowOnceVault => {
            "`jeton vault passphrase` gives it a passphrase; secrets that are made from then on can be shown again"
                .into()
        }
        V::KeysChanged => "run the command again, with the passphrase that holds now; nothing was changed".into(),
        V::CopyUnsound { .. } => {
            "the vault itself may be damaged: see `jeton doctor`, and keep the backups that you have; nothing was made"
                .into()
        }
        V::Unlock(vault::CannotUnwrap::WrongPassphrase) => "try again; nothing else can reveal a secret".into(),
        V::Unlock(vault::CannotUnwrap::NoMemory) => "64 MiB are needed for a moment; free some and try again".into(),
        V::Unlock(vault::CannotUnwrap::Excessive)
        | V::KeysDamaged
        | V::LogDamaged
        | V::CopyDamaged { .. }
        | V::NoSecret => "restore the vault from a backup, or create the token anew".into(),
    }
}

/// Which command changes the rule that refuses.
fn policy_hint(refusal: &Refusal) -> String {
    let rule = refusal.rule();
    match refusal {
        Refusal::UnknownScope { scope, nearest } => {
            let names: Vec<_> = nearest.iter().map(|name| format!("`{name}`")).collect();
            let mean = if names.is_empty() { String::new() } else { format!("did you mean {}? ", names.join(" or ")) };
            // What is under a name is known as soon as one scope under it is.
            match scope.as_str().strip_suffix(".*") {
                Some(above) => format!("{mean}`jeton policy scopes add {above}.NAME` makes a scope under it known"),
                None => format!("{mean}`jeton policy scopes add {scope}` makes it known"),
            }
        }
        Refusal::NoScope => format!("give it one with `--scope`; `jeton policy unset {rule}` takes the rule away"),
        Refusal::TooMany { .. } => format!(
            "revoke or delete one of them; `jeton policy set {rule} N` or `jeton policy unset {rule}` changes the rule"
        ),
        Refusal::TooLong { .. } => {
            format!(
                "say an earlier end; `jeton policy set {rule} SPAN` or `jeton policy unset {rule}` changes the rule"
            )
        }
        // `login` has no flag for it.
        Refusal::SessionTooLong { .. } => {
            format!(
                "say an earlier end, for `jeton login` in JETON_SESSION_TTL; `jeton policy set {rule} SPAN` or \
                 `jeton policy unset {rule}` changes the rule"
            )
        }
        Refusal::Prefix { .. } => format!("leave out `--prefix`; `jeton policy unset {rule}` takes the rule away"),
    }
}

/// The same for a token that was to be imported: what it is stands in the file, not in flags.
fn not_admitted_hint(Refused { token, refusal }: &Refused) -> String {
    let (name, rule) = (&token.name, refusal.rule());
    match refusal {
        Refusal::TooLong { .. } | Refusal::SessionTooLong { .. } => format!(
            "give `{name}` an earlier end in the file; `jeton policy set {rule} SPAN` or `jeton policy unset {rule}` \
             changes the rule"
        ),
        Refusal::NoScope => {
            format!(
                "give `{name}` a scope, if the file is an export of jeton's; `jeton policy unset {rule}` takes the \
                 rule away"
            )
        }
        Refusal::TooMany { .. } | Refusal::UnknownScope { .. } | Refusal::Prefix { .. } => policy_hint(refusal),
    }
}

fn store_hint(error: &store::Error) -> String {
    use store::Error as S;
    match error {
        S::Absent(_) => {
            "`jeton create NAME` makes a vault and its first token; `jeton vault init` makes an empty one".into()
        }
        S::NotOurs { .. } => "run jeton as the user it belongs to, or name your own with `--vault PATH`".into(),
        S::Exposed { path, .. } | S::Unreadable { path, .. } => format!("close it with `{}`", chmod("600", path)),
        S::OpenDirectory { path, .. } => format!("close it with `{}`", chmod("go-w", path)),
        S::ForeignDirectory { .. } => "move the vault into a directory of your own".into(),
        S::TwoNames(_) => "remove one of the two names; `jeton vault backup FILE` makes a copy".into(),
        S::ForeignLog(_) => "move it away, or back to the vault that it belongs to; nothing was made".into(),
        S::NamedLikeALog { .. } => "choose another name; nothing was made".into(),
        S::Link(_) => "name the file itself with `--vault PATH`".into(),
        S::NotAVault { .. } => "name a vault with `--vault PATH` or JETON_VAULT; this file was not touched".into(),
        S::Newer { .. } => "update jeton; the vault was not touched".into(),
        S::Damaged { .. } => {
            "restore it from a backup, once it is moved away with what lies beside it (-wal, -shm); it was not changed"
                .into()
        }
        S::Busy(_) => "try again in a moment".into(),
        S::BeingRead(_) => "try again when that process has ended".into(),
        S::Copy { .. } => "make room, or name a file in another place; nothing was made".into(),
        S::Full(_) => "make room and try again".into(),
        S::ReadOnly(_) => {
            "make the file and its directory writable for you, or name another vault with `--vault PATH`".into()
        }
        S::LogUnreadable(_) => {
            "run any command once where the vault's directory can be written, or wait until the other process has ended"
                .into()
        }
        S::Taken { .. } => "choose another".into(),
        S::Io { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
            "ask for access to this directory, or name another vault with `--vault PATH`".into()
        }
        S::Io { .. } | S::Database { .. } => "see whether the disk and the file are sound, then try again".into(),
    }
}

pub(super) fn chmod(mode: &str, path: &Path) -> String {
    format!("chmod {mode} {}", quoted(&path.display().to_string()))
}

/// A name as it can be typed into a shell.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-' | '+' | ',' | ':' | '@');
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_can_be_pasted() {
        assert_eq!(quoted("web-upload"), "web-upload");
        assert_eq!(quoted("Admin api key"), "'Admin api key'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
