//! What a list is asked for, and where its next page begins.

use jiff::Timestamp;

/// Which tokens; `default()` is all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Only tokens that still work at this time.
    pub working_at: Option<Timestamp>,
}

/// A place in the order *newest first*: everything after it comes on the next page. It stays good while tokens
/// come and go, because it names a place and not a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// The store's own number, which orders what was created in the same millisecond.
    pub seq: i64,
}
