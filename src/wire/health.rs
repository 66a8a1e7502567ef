//! What `doctor --json` says.

use serde::Serialize;

/// Everything that was looked into, and what was found.
#[derive(Serialize)]
pub struct HealthJson {
    pub healthy: bool,
    pub vault: String,
    pub findings: Vec<FindingJson>,
    pub checks: Vec<CheckedJson>,
}

#[derive(Serialize)]
pub struct FindingJson {
    pub code: &'static str,
    pub check: &'static str,
    /// `error`: the vault is not what it should be; `warning`: it could be kept better.
    pub severity: &'static str,
    pub message: String,
    /// How many tokens, where it is about tokens; `tokens` names the first hundred of them.
    pub count: Option<u64>,
    pub tokens: Vec<String>,
    /// Commands, one a line; a sentence where no command does it.
    pub mend: String,
}

#[derive(Serialize)]
pub struct CheckedJson {
    pub check: &'static str,
    /// `ok`, `findings` or `not-checked`.
    pub result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}
