//! The one integration binary: a chapter for each command, told in this process; and what only true processes,
//! terminals and displays can tell.

mod architecture;
mod at_once;
mod backup;
mod batch;
mod binary;
mod care;
mod changed;
#[cfg(feature = "clipboard")]
mod clipboard;
mod copy;
mod create;
mod delete;
mod doctor;
mod edit;
mod export;
mod from;
mod generated;
mod help;
mod import;
mod labels;
mod later_steps;
mod leaks;
mod life;
mod limits;
mod list;
mod log;
mod passphrase;
mod policy;
mod prompts;
mod questions;
mod revoke;
mod rotate;
mod run;
mod scopes;
#[cfg(feature = "serve")]
mod serve;
mod services;
mod sessions;
mod shells;
mod show;
mod support;
mod unlock;
mod vaults;
mod verify;
