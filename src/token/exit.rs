//! Exit codes: the documented, public list. `jeton help exit-codes` and the man page print [`TABLE`]; scripts
//! rely on it, so a number never changes its meaning.

/// How a run of jeton ended. Converts into the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    NotFound = 3,
    Exists = 4,
    Locked = 5,
    Refused = 6,
    Vault = 7,
    NotHere = 8,
    Malformed = 10,
    Unknown = 11,
    Revoked = 12,
    Expired = 13,
    UsedUp = 14,
    Lacks = 15,
    Findings = 20,
    CannotExecute = 126,
    CommandNotFound = 127,
    Interrupted = 130,
}

impl Exit {
    /// The number the shell sees.
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// Every exit code with its meaning, in ascending order.
pub const TABLE: &[(Exit, &str)] = &[
    (Exit::Done, "done; for `verify`: the token is valid"),
    (Exit::Failed, "something failed that jeton did not foresee (I/O, a bug)"),
    (Exit::Usage, "usage: the command line or the input is wrong"),
    (Exit::NotFound, "no such token, or no vault"),
    (Exit::Exists, "already exists"),
    (Exit::Locked, "locked: a passphrase is needed, or was wrong"),
    (
        Exit::Refused,
        "refused: policy, permissions of the vault file, no copy kept, or a confirmation that was not given",
    ),
    (
        Exit::Vault,
        "the vault is busy, damaged, full, read-only where a write was needed, or from a newer jeton; `log --check` found damage",
    ),
    (Exit::NotHere, "not available here: no clipboard, no keyring, a part left out of this build"),
    (
        Exit::Malformed,
        "`verify`: malformed (form or check is wrong; the vault was not asked); an empty input is this too",
    ),
    (Exit::Unknown, "`verify`: unknown"),
    (Exit::Revoked, "`verify`: revoked (the token, or this secret by a rotation)"),
    (Exit::Expired, "`verify`: expired"),
    (Exit::UsedUp, "`verify`: used up"),
    (Exit::Lacks, "`verify`: lacks a scope, type, owner or label that was asked for"),
    (Exit::Findings, "`list --exit-code`, `doctor`: there are findings"),
    (Exit::CannotExecute, "`run`: the command cannot be executed"),
    (Exit::CommandNotFound, "`run`: the command is not found; else the child's own"),
    (Exit::Interrupted, "interrupted at a prompt"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_complete_and_ascending() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0.code() < pair[1].0.code()));
        assert_eq!(TABLE.len(), 19);
    }
}
