//! The columns that a list can have.

/// One column. Those of [`Column::USUAL`] are shown where nobody has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Id,
    Status,
    Type,
    Owner,
    Scopes,
    Labels,
    Description,
    /// How many uses are left.
    Left,
    Expires,
    LastUsed,
    Created,
    Revoked,
    /// Whether it can be copied again.
    Recoverable,
}

impl Column {
    pub const ALL: [Column; 14] = [
        Column::Name,
        Column::Id,
        Column::Status,
        Column::Type,
        Column::Owner,
        Column::Scopes,
        Column::Labels,
        Column::Description,
        Column::Left,
        Column::Expires,
        Column::LastUsed,
        Column::Created,
        Column::Revoked,
        Column::Recoverable,
    ];

    pub const USUAL: [Column; 8] = [
        Column::Name,
        Column::Id,
        Column::Status,
        Column::Type,
        Column::Left,
        Column::Expires,
        Column::LastUsed,
        Column::Created,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Column::Name => "name",
            Column::Id => "id",
            Column::Status => "status",
            Column::Type => "type",
            Column::Owner => "owner",
            Column::Scopes => "scopes",
            Column::Labels => "labels",
            Column::Description => "description",
            Column::Left => "left",
            Column::Expires => "expires",
            Column::LastUsed => "last-used",
            Column::Created => "created",
            Column::Revoked => "revoked",
            Column::Recoverable => "recoverable",
        }
    }

    pub fn parse(word: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| column.word() == word)
    }

    /// What stands above it.
    pub fn title(self) -> String {
        self.word().to_uppercase().replace('-', " ")
    }
}
