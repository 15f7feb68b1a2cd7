-- Times are milliseconds since 1970 in UTC. Amounts of money are decimal texts.
CREATE TABLE protocols (
    id       TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    source   TEXT NOT NULL -- the object of the documented file, as it was given
) STRICT, WITHOUT ROWID;

CREATE TABLE calls (
    id                BLOB PRIMARY KEY, -- UUID version 7: sorts by the time of the request
    protocol          TEXT NOT NULL,
    from_number       TEXT NOT NULL,
    to_number         TEXT NOT NULL,
    mode              TEXT NOT NULL,
    account_sid       TEXT NOT NULL,
    requested_at      INTEGER NOT NULL,
    status            TEXT NOT NULL,
    open              INTEGER NOT NULL, -- whether the status may still change
    sid               TEXT,
    news              TEXT NOT NULL,
    hangup_requested  INTEGER NOT NULL DEFAULT 0,
    answered_at       INTEGER,
    ended_at          INTEGER,
    duration_s        INTEGER,
    price_amount      TEXT,
    price_currency    TEXT,
    answered_by       TEXT,
    sip_response_code INTEGER,
    failure_code      INTEGER,
    failure_message   TEXT,
    channel           TEXT, -- where its callbacks come in; nobody can guess it
    idempotency_key   TEXT
) STRICT, WITHOUT ROWID;

-- One call of Twilio's is one call here: two lookups can't both claim it.
CREATE UNIQUE INDEX calls_sid ON calls (sid) WHERE sid IS NOT NULL;
CREATE UNIQUE INDEX calls_channel ON calls (channel) WHERE channel IS NOT NULL;
CREATE UNIQUE INDEX calls_idempotency_key ON calls (idempotency_key, mode, account_sid)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX calls_open ON calls (id) WHERE open = 1;

-- Ids grow as long as the newest event is never deleted; AUTOINCREMENT would cost a second write for each event.
CREATE TABLE events (
    id      INTEGER PRIMARY KEY,
    call_id BLOB NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    source  TEXT NOT NULL,
    status  TEXT NOT NULL
) STRICT;

CREATE INDEX events_call ON events (call_id, id);

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
