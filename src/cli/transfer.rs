//! What moves tokens from vault to vault, and in from elsewhere: export, import.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::Format;
use crate::token::name;

/// Write every token, with its digests, as JSON
///
/// What `jeton import` reads back. It holds no secret unless --reveal puts them in, and is the same to the byte for the
/// same tokens, whatever vault they lie in.
#[derive(Debug, Args)]
pub struct Export {
    /// Put in the secrets too, of which copies are kept; asks for the vault's passphrase
    #[arg(long)]
    pub reveal: bool,
    /// Write to a new file (mode 0600) instead of stdout; `-` is stdout
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub format: Format,
}

/// Take tokens in from a file: all of them or none
///
/// It tells by itself what it is given: an export of jeton's; a .env file; the answer of Unleash to `GET
/// /api/admin/api-tokens`; the token lists of NocoDB and W3IPFS; or digests, as lines of id, name and SHA-256 or as a list
/// in JSON. What is there already stays as it is; only secrets of an export are kept for tokens that came without them.
#[derive(Debug, Args)]
pub struct Import {
    /// What to read; `-` is stdin
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Only this one, by its variable or its name; repeat for more
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub only: Vec<String>,
    /// Whose tokens are of which the file does not tell [default: you]
    #[arg(long, value_name = "OWNER", value_parser = name::parse_owner, value_hint = ValueHint::Username)]
    pub owner: Option<String>,
    /// Only show what would happen
    ///
    /// It is done and undone again, so a vault that cannot be written cannot be rehearsed in either.
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    #[command(flatten)]
    pub format: Format,
}
