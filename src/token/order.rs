//! In which order tokens are listed, how many of them, and where the next page of that begins.

use std::sync::Arc;

use jiff::Timestamp;

/// What a list is ordered by. Where that is the same, the newest comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Newest first.
    #[default]
    Created,
    /// From a to z, as Unicode numbers its characters.
    Name,
    /// Likewise.
    Owner,
    /// From a to z: admin, client, session.
    Type,
    /// What works first: active, used-up, expired, revoked.
    Status,
    /// Soonest first; what never expires comes last.
    Expires,
    /// Latest first; what was never used comes last.
    LastUsed,
}

impl By {
    pub const ALL: [By; 7] = [By::Created, By::Name, By::Owner, By::Type, By::Status, By::Expires, By::LastUsed];

    pub fn word(self) -> &'static str {
        match self {
            By::Created => "created",
            By::Name => "name",
            By::Owner => "owner",
            By::Type => "type",
            By::Status => "status",
            By::Expires => "expires",
            By::LastUsed => "last-used",
        }
    }

    pub fn parse(word: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.word() == word)
    }
}

/// An order; `default()` is newest first, without end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    pub by: By,
    /// From the last to the first.
    pub reverse: bool,
    /// So many at most, the first of the order; `None`: all.
    pub limit: Option<usize>,
    /// When a status is judged.
    pub at: Timestamp,
    /// Each page is asked for by itself: nothing is found out beyond it, so that its cursor is no more than a place.
    pub alone: bool,
}

/// A token's place in an order that no index of the store has: its rank, when it was created, and the store's own
/// number, turned so that the lesser place comes first.
pub type Place = [i64; 3];

impl Order {
    pub fn place(&self, rank: i64, created_at: i64, seq: i64) -> Place {
        // `!n` orders numbers the other way round.
        let place = [rank, !created_at, !seq];
        if self.reverse { place.map(|n| !n) } else { place }
    }

    /// The number of the token that has this place.
    pub fn seq(&self, place: Place) -> i64 {
        if self.reverse { place[2] } else { !place[2] }
    }
}

/// Where the next page begins. It stays good while tokens come and go, because it names a place and not a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub then: Then,
    /// How many may still come; `None`: all.
    pub left: Option<usize>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Everything after what was created at this millisecond and has this number.
    Created { at: i64, seq: i64 },
    /// Everything after this name.
    Name(String),
    /// Everything of this owner after that time and number, and then the next owner.
    Owner { owner: String, at: i64, seq: i64 },
    /// Tokens that were found out already, by their numbers, from the one at `told`; and everything after the place,
    /// if it is there.
    Ranked { known: Arc<[i64]>, told: usize, after: Option<Place> },
}
