-- The whole schema of a vault. Times are milliseconds since 1970 (UTC).
-- Migrations are append-only: this file never changes once it was released.

-- `seq` orders tokens that were created in the same millisecond, and keys the secrets: a list of tokens with
-- their secrets is then one ordered pass over two tables.
CREATE TABLE token (
    seq         INTEGER PRIMARY KEY,
    id          TEXT    NOT NULL UNIQUE,
    name        TEXT    NOT NULL UNIQUE,
    type        TEXT    NOT NULL CHECK (type IN ('client', 'admin', 'session')),
    owner       TEXT    NOT NULL,
    scopes      TEXT    NOT NULL,           -- a JSON array of names
    labels      TEXT    NOT NULL,           -- a JSON object of strings
    description TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    max_uses    INTEGER,
    uses        INTEGER NOT NULL,
    revoked_at  INTEGER
) STRICT;

CREATE INDEX token_created ON token (created_at, seq);
-- An owner's tokens are counted at every creation where a policy limits them, and revoked in a hurry.
CREATE INDEX token_owner ON token (owner, created_at);

CREATE TABLE secret (
    token_seq    INTEGER NOT NULL REFERENCES token (seq) ON DELETE CASCADE,
    digest       BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32),
    sealed       BLOB,                      -- NULL: no copy is kept
    created_at   INTEGER NOT NULL,
    retires_at   INTEGER,                   -- set by a rotation
    last_used_at INTEGER,
    PRIMARY KEY (token_seq, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    seq        INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    token_id   TEXT,
    token_name TEXT,
    detail     TEXT    NOT NULL,
    hash       BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value ANY  NOT NULL
) STRICT, WITHOUT ROWID;
