//! What the chapters are told with: [`home::Home`] runs jeton in this process on a machine of paper; `real`, `pty`
//! and `desk` run the true binary among true things.

#[cfg(feature = "clipboard")]
pub mod desk;
pub mod home;
pub mod pty;
pub mod real;
