//! What uses secrets without showing them: run; and what spares the passphrase for a while: unlock, lock, status.

use std::ffi::OsString;

use clap::{Args, ValueHint};

use super::Format;
use crate::token::span::Life;

/// Run a command with secrets in its environment
///
/// Each token's secret is in a variable: VAR, or the token's name in capitals with `_` for whatever is no letter or
/// digit. jeton becomes the command: no shell is between, and terminal, signals and exit code are the command's own.
#[derive(Debug, Args)]
#[command(override_usage = "jeton run [OPTIONS] <TOKEN[=VAR]>... -- <COMMAND> [ARGS]...")]
pub struct Run {
    /// Names or ids; all of them or none. A name with a `=` in it is taken as a whole if there is such a token
    #[arg(index = 1, value_name = "TOKEN[=VAR]", required = true, value_hint = ValueHint::Other)]
    pub tokens: Vec<String>,
    /// The command and its arguments
    #[arg(index = 2, value_name = "COMMAND", last = true, required = true, value_hint = ValueHint::CommandWithArguments)]
    pub command: Vec<OsString>,
}

/// Unlock the vault for a while: `copy`, `run` and `export --reveal` ask for no passphrase
///
/// The key waits in the Linux kernel's keyring of your user, and every process of yours can read it there. The kernel
/// drops it when the time is over; `jeton lock` does so at once. It is never in a file.
#[derive(Debug, Args)]
pub struct Unlock {
    /// How long: 15m, 8h
    #[arg(long = "for", value_name = "SPAN", default_value = "15m", value_parser = Life::parse, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub life: Life,
    #[command(flatten)]
    pub format: Format,
}

/// Lock the vault that was unlocked, at once
#[derive(Debug, Args)]
pub struct Lock {
    #[command(flatten)]
    pub format: Format,
}

/// Tell whether the vault is unlocked, and for how long
///
/// Asking prolongs nothing. Exit code 0 either way.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    pub format: Format,
}
