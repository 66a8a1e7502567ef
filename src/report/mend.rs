//! What to do about what is wrong with a vault or its tokens.

use std::path::Path;

use super::Report;
use super::complaint::Complaint;
use crate::error::quoted;
use crate::token::health::{Finding, Named};

/// What to do about it: commands, or where none does it a sentence.
pub(super) enum Mend {
    Commands(Vec<String>),
    Advice(String),
}

impl Report {
    /// What to do about it. Each token has a command of its own, so that nothing else is touched.
    pub(super) fn mend(&self, complaint: &Complaint, vault: &Path) -> Mend {
        let finding = match complaint {
            Complaint::Error(error) => {
                return match error.remedy() {
                    Some(command) => Mend::Commands(vec![command]),
                    None => Mend::Advice(self.with_its_vault(&error.hint())),
                };
            }
            Complaint::Finding(finding) => finding,
        };
        let each = |tokens: &Named, command: &dyn Fn(&str) -> String| {
            let names = tokens.names.iter();
            Mend::Commands(names.map(|name| self.command(&command(&quoted(name.as_str())))).collect())
        };
        match finding {
            Finding::Odd { statement: Some(statement), .. } => {
                let path = quoted(&vault.display().to_string());
                Mend::Commands(vec![format!("sqlite3 {path} {}", quoted(statement))])
            }
            Finding::Unsound { .. } | Finding::Odd { statement: None, .. } => Mend::Advice(
                "restore the vault from a backup, once it is moved away with what lies beside it (-wal, -shm)"
                    .to_owned(),
            ),
            Finding::Unwiped => Mend::Commands(vec![self.command("vault compact")]),
            Finding::Ahead { .. } => Mend::Advice(
                "set the clock of this machine right, for example with `timedatectl set-ntp true`".to_owned(),
            ),
            Finding::BadCopies(tokens) | Finding::CopiesWithoutKey(tokens) | Finding::CopiesKept(tokens) => {
                each(tokens, &|name| format!("edit {name} --forget"))
            }
            Finding::Endless(tokens, life) | Finding::Expiring(tokens, life) => {
                each(tokens, &|name| format!("edit {name} --expires {life}"))
            }
            Finding::NeverUsed(tokens) | Finding::Unused(tokens) => each(tokens, &|name| format!("revoke {name}")),
            // Which it is to have instead nobody knows here, and the grammar refuses what stands for it.
            Finding::AllScopes(tokens) => {
                each(tokens, &|name| format!("edit {name} --remove-scope '*' --add-scope '<SCOPE>'"))
            }
            Finding::LongGrace(tokens) => each(tokens, &|name| format!("rotate --finish {name}")),
        }
    }
}
