//! Vaults with many tokens and the secrets of all of them, made once and kept between runs.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub struct Vault {
    pub path: PathBuf,
    /// One a line, in the order of the tokens.
    pub secrets: PathBuf,
}

/// A vault of so many tokens with the scope that is asked for; `counted` has a limit that nobody reaches.
pub fn vault(jeton: &Path, cache: &Path, tokens: u64, counted: bool) -> Vault {
    let name = format!("{}-{tokens}", if counted { "counted" } else { "plain" });
    let vault =
        Vault { path: cache.join(&name).with_extension("db"), secrets: cache.join(name).with_extension("secrets") };
    if vault.secrets.exists() {
        return vault;
    }
    for end in ["", "-wal", "-shm"] {
        let mut path = vault.path.clone().into_os_string();
        path.push(end);
        drop(fs::remove_file(path));
    }
    let unfinished = vault.secrets.with_extension("unfinished");
    let mut create = make(jeton, &vault.path);
    create.args(["create", "service", "--scope", "pinning.pin_by_hash", "--count", &tokens.to_string()]);
    if counted {
        create.args(["--max-uses", "1000000000000"]);
    }
    let secrets = File::create(&unfinished).expect("room for the secrets");
    assert!(create.stdout(secrets).status().expect("jeton can be run").success(), "jeton create");
    fs::rename(unfinished, &vault.secrets).expect("the secrets stay");
    vault
}

/// jeton with this vault, which says nothing and is asked nothing.
pub fn make(jeton: &Path, vault: &Path) -> Command {
    let mut command = Command::new(jeton);
    command.env("JETON_VAULT", vault).env_remove("JETON_PASSPHRASE").env_remove("JETON_PASSPHRASE_FILE");
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}
