//! What is wrong with a vault or its tokens, whoever has found it.

use crate::error::Error;
use crate::token::health::{Finding, Named};

/// What is wrong.
#[derive(Debug)]
pub enum Complaint {
    Finding(Finding),
    /// One that has an [ailment](Error::ailment).
    Error(Error),
}

impl Complaint {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Complaint::Finding(finding) => finding.code(),
            Complaint::Error(error) => error.ailment().unwrap_or("failed"),
        }
    }

    pub(super) fn is_grave(&self) -> bool {
        match self {
            Complaint::Finding(finding) => finding.is_grave(),
            Complaint::Error(_) => true,
        }
    }

    pub(super) fn tokens(&self) -> Option<&Named> {
        match self {
            Complaint::Finding(finding) => finding.tokens(),
            Complaint::Error(_) => None,
        }
    }
}
