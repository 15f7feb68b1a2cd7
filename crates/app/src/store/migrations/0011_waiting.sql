-- When the request of a call left that had to wait for its turn: how long Twilio may take to show it counts from then.
ALTER TABLE calls ADD COLUMN sent_at INTEGER;

-- What was said of a number in the sandbox, where no phone rings, is not said of it live. What there is counts for the
-- modes in which the number was called.
ALTER TABLE consents RENAME TO consents_of_any_mode;
CREATE TABLE consents (
    mode     TEXT NOT NULL,
    number   TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    asked_by TEXT NOT NULL,
    PRIMARY KEY (mode, number)
) STRICT, WITHOUT ROWID;
INSERT INTO consents
    SELECT DISTINCT calls.mode, number, given_at, consents_of_any_mode.asked_by
    FROM consents_of_any_mode JOIN calls ON calls.to_number = number;
DROP TABLE consents_of_any_mode;

-- In the order in which sums by person are made: so they need no sorting. The views and triggers go by the name.
CREATE TABLE number_spend_by_month AS SELECT * FROM number_spend;
DROP TABLE number_spend;
CREATE TABLE number_spend (
    mode         TEXT NOT NULL,
    number       TEXT NOT NULL,
    month        INTEGER NOT NULL,
    currency     TEXT NOT NULL,
    spent_micros INTEGER NOT NULL,
    calls        INTEGER NOT NULL,
    PRIMARY KEY (mode, number, currency, month)
) STRICT, WITHOUT ROWID;
INSERT INTO number_spend SELECT * FROM number_spend_by_month;
DROP TABLE number_spend_by_month;
