//! What ends tokens: revoke, logout, delete.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::Format;
use super::filter::{FILTERS, Selection};

/// Revoke tokens: from now on nobody can use them
///
/// Name them, or select them by filters, or give a secret on stdin, by --env, by --file or at the prompt: whoever holds
/// a secret can end it. `jeton restore` undoes it.
#[derive(Debug, Args)]
#[command(
    override_usage = "jeton revoke [OPTIONS] <TOKEN>...\n       jeton revoke [OPTIONS] <FILTERS>\n       jeton revoke [OPTIONS] < SECRET"
)]
pub struct Revoke {
    /// Names or ids
    #[arg(value_name = "TOKEN", value_hint = ValueHint::Other, conflicts_with_all = FILTERS)]
    pub tokens: Vec<String>,
    /// Read a secret from this environment variable, and revoke what it opens
    #[arg(long, value_name = "VAR", conflicts_with_all = ["file", "tokens"], conflicts_with_all = FILTERS)]
    pub env: Option<String>,
    /// Read a secret from this file, and revoke what it opens; `-` is stdin
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath, conflicts_with = "tokens", conflicts_with_all = FILTERS)]
    pub file: Option<PathBuf>,
    /// An unknown token or secret is no error
    #[arg(long)]
    pub if_exists: bool,
    /// Do not ask, however many there are
    #[arg(long, short)]
    pub yes: bool,
    #[command(flatten)]
    pub format: Format,
    #[command(flatten)]
    pub selection: Selection,
}

/// Log out: revoke all your sessions
#[derive(Debug, Args)]
pub struct Logout {
    /// Everybody's sessions
    #[arg(long, short)]
    pub all: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    #[command(flatten)]
    pub format: Format,
}

/// Delete tokens for good
///
/// Services that use them stop working at once. Nothing of them stays but their names and ids in the audit log.
#[derive(Debug, Args)]
#[command(
    visible_alias = "rm",
    override_usage = "jeton delete [OPTIONS] <TOKEN>...\n       jeton delete [OPTIONS] <FILTERS>"
)]
pub struct Delete {
    /// Names or ids; all of them or none
    #[arg(value_name = "TOKEN", value_hint = ValueHint::Other, conflicts_with_all = FILTERS)]
    pub tokens: Vec<String>,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    #[command(flatten)]
    pub format: Format,
    #[command(flatten)]
    pub selection: Selection,
}
