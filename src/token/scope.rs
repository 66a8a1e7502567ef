//! Scopes: names of permissions, in 1 to 8 dotted segments. The vault keeps them with every token; what a grant
//! covers is decided here.

/// What a token may do. Kept as it was granted, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(pub Vec<String>);
