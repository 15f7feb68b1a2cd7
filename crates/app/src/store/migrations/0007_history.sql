-- How many calls ended how, by the quarter of an hour in which they were asked for: plots read these few rows rather
-- than every call. The writer counts a call when it ends, and takes it back when it is deleted.
CREATE TABLE quarters (
    mode      TEXT NOT NULL,
    quarter   INTEGER NOT NULL, -- quarters of an hour since 1970, in UTC
    completed INTEGER NOT NULL DEFAULT 0,
    busy      INTEGER NOT NULL DEFAULT 0,
    no_answer INTEGER NOT NULL DEFAULT 0,
    canceled  INTEGER NOT NULL DEFAULT 0,
    failed    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (mode, quarter)
) STRICT, WITHOUT ROWID;

INSERT INTO quarters
SELECT mode, requested_at / 900000, sum(status = 'completed'), sum(status = 'busy'), sum(status = 'no-answer'),
    sum(status = 'canceled'), sum(status = 'failed')
FROM calls WHERE open = 0 GROUP BY mode, requested_at / 900000;

-- What Twilio told about a call when somebody asked why it failed. Twilio forgets it after some time.
CREATE TABLE explanations (
    call   BLOB PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
    twilio TEXT NOT NULL -- as JSON
) STRICT, WITHOUT ROWID;

-- The newest event that was ever deleted, while no newer one has come: ids must go on growing after it.
CREATE TABLE deleted_events (newest INTEGER NOT NULL) STRICT;
