//! What the chapters are told with: [`home::Home`] runs jeton in this process on a machine of paper; `real`, `pty`,
//! `disk` and `desk` run the true binary among true things, `peers` true
//! libraries against it.

#[cfg(feature = "clipboard")]
pub mod desk;
pub mod disk;
pub mod home;
pub mod peers;
pub mod pty;
pub mod real;
pub mod traces;
