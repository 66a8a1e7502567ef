//! The clipboard as a person meets it: true displays, other people's programs, true terminals.

mod desktop;
mod terminals;
