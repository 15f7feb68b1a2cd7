-- What the guard reads and what it decided.

-- How often a number was called lately.
CREATE INDEX IF NOT EXISTS calls_to_number ON calls (to_number, id);

-- Of whom the owner has said that they are fine with being called.
CREATE TABLE consents (
    number   TEXT PRIMARY KEY,
    given_at INTEGER NOT NULL,
    asked_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The account's numbers, as Twilio last told them. They are never called.
CREATE TABLE account_numbers (
    mode        TEXT NOT NULL,
    account_sid TEXT NOT NULL,
    number      TEXT NOT NULL,
    PRIMARY KEY (mode, account_sid, number)
) STRICT, WITHOUT ROWID;

-- Calls that were asked for and not placed. The same wish again within a while is counted, not written again.
CREATE TABLE refused_calls (
    id         INTEGER PRIMARY KEY,
    first_at   INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    to_number  TEXT NOT NULL, -- in E.164 where it is a number, else as it was typed
    protocol   TEXT NOT NULL,
    mode       TEXT NOT NULL,
    asked_by   TEXT NOT NULL,
    asker_name TEXT,
    code       TEXT NOT NULL, -- the rule
    words      TEXT NOT NULL,
    lifts_at   INTEGER,
    set_aside  BLOB -- the call that was placed after all, when the owner set the rule aside
) STRICT;

CREATE INDEX refused_calls_last ON refused_calls (last_at);
