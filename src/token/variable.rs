//! The name of an environment variable that is to hold a secret.

use std::fmt;

/// ASCII letters, digits and `_`, not beginning with a digit (POSIX.1-2017, 8.1): what every shell can read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadVariable {
    #[error("a variable is letters, digits and `_`, and begins with no digit")]
    Form,
    #[error("it means something else to every program")]
    Taken,
    #[error("it belongs to GitHub Actions, and is not to be set")]
    OfActions,
}

/// With a secret in one of these a command would be another, or none; the last ones are read by jeton.
#[rustfmt::skip]
const NEVER: [&str; 14] = [
    "PATH", "HOME", "IFS", "ENV", "BASH_ENV", "SHELL", "USER", "LOGNAME", "PWD",
    "JETON_VAULT", "JETON_PASSPHRASE", "JETON_PASSPHRASE_FILE", "JETON_SESSION_TTL", "JETON_COMPLETE",
];
/// What begins so is read by the system's loader before the command begins.
const NEVER_BEGIN: [&str; 2] = ["LD_", "DYLD_"];
/// GitHub Actions refuses some of its own and lets others be overwritten, to the harm of the job.
const ACTIONS: [&str; 2] = ["CI", "NODE_OPTIONS"];
const ACTIONS_BEGIN: [&str; 3] = ["GITHUB_", "RUNNER_", "ACTIONS_"];

impl Variable {
    /// # Errors
    /// [`BadVariable`] with the reason.
    pub fn parse(text: &str) -> Result<Variable, BadVariable> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !plain || text.bytes().next().is_none_or(|first| first.is_ascii_digit()) {
            return Err(BadVariable::Form);
        }
        if is_among(text, &NEVER, &NEVER_BEGIN) {
            return Err(BadVariable::Taken);
        }
        Ok(Variable(text.to_owned()))
    }

    /// One that can be set for the steps of a job that follow. Runners on Windows do not tell capitals from small
    /// letters, so nobody does here.
    ///
    /// # Errors
    /// [`BadVariable`] with the reason.
    pub fn for_later_steps(text: &str) -> Result<Variable, BadVariable> {
        let capitals = text.to_ascii_uppercase();
        Variable::parse(&capitals)?;
        if is_among(&capitals, &ACTIONS, &ACTIONS_BEGIN) {
            return Err(BadVariable::OfActions);
        }
        Variable::parse(text)
    }
}

fn is_among(name: &str, whole: &[&str], beginnings: &[&str]) -> bool {
    whole.contains(&name) || beginnings.iter().any(|beginning| name.starts_with(beginning))
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_what_every_shell_takes_for_one() {
        for good in ["A", "_", "DEPLOY_TOKEN", "token2", "_1"] {
            assert_eq!(Variable::for_later_steps(good).unwrap().to_string(), good);
        }
        for bad in ["", "1A", "A-B", "A B", "A=B", "A\n", "Ä", "A.B", "BASH_FUNC_a%%"] {
            assert_eq!(Variable::for_later_steps(bad), Err(BadVariable::Form), "{bad:?}");
        }
    }

    #[test]
    fn what_others_rely_on_is_not_overwritten() {
        for theirs in ["GITHUB_ENV", "GITHUB_TOKEN", "RUNNER_TEMP", "ACTIONS_STEP_DEBUG", "CI", "ci", "node_options"] {
            assert_eq!(Variable::for_later_steps(theirs), Err(BadVariable::OfActions), "{theirs}");
        }
        for theirs in ["PATH", "Path", "LD_PRELOAD", "HOME", "bash_env", "JETON_PASSPHRASE"] {
            assert_eq!(Variable::for_later_steps(theirs), Err(BadVariable::Taken), "{theirs}");
        }
        for ours in ["MY_PATH", "GITHUB", "CIPHER", "JETON", "JETON_API", "LD"] {
            assert!(Variable::for_later_steps(ours).is_ok(), "{ours}");
        }
    }
}
