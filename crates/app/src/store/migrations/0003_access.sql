-- Sessions of browsers, tokens of devices, and who was refused.

CREATE TABLE tokens (
    id         BLOB PRIMARY KEY,
    kind       TEXT NOT NULL,
    -- SHA-256; the token itself is kept nowhere.
    digest     BLOB NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    source     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE refusals (
    source   TEXT NOT NULL,
    why      TEXT NOT NULL,
    count    INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (source, why)
) STRICT, WITHOUT ROWID;
