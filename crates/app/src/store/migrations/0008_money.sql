-- Money is whole millionths of a currency's unit, which SQL adds exactly.
ALTER TABLE calls ADD COLUMN price_micros INTEGER;
-- What a minute was expected to cost when the call was dialled, and how many minutes it counts for while it is open.
ALTER TABLE calls ADD COLUMN estimate_micros INTEGER;
ALTER TABLE calls ADD COLUMN estimate_currency TEXT;
ALTER TABLE calls ADD COLUMN estimate_minutes INTEGER;
-- What it counts for as long as its price isn't known.
ALTER TABLE calls ADD COLUMN held_micros INTEGER;

-- The decimal texts of before, digit by digit; a seventh one is rounded away from zero.
UPDATE calls SET price_micros =
    CAST(substr(price_amount || '.', 1, instr(price_amount || '.', '.') - 1)
        || substr(substr(price_amount, instr(price_amount || '.', '.') + 1) || '000000', 1, 6) AS INTEGER)
    + CASE
        WHEN rtrim(substr(price_amount, instr(price_amount || '.', '.') + 7), '0') = '' THEN 0
        WHEN price_amount LIKE '-%' THEN -1
        ELSE 1
    END
    WHERE price_amount IS NOT NULL;
ALTER TABLE calls DROP COLUMN price_amount;

-- What calls cost, added up. Every zone of today is whole quarter hours away from UTC, so these make its days and
-- months; the days of UTC beside them make sums over long times short. It stays when calls are deleted: what was spent
-- is spent.
CREATE TABLE spend (
    mode         TEXT NOT NULL,
    span_s       INTEGER NOT NULL, -- 900 or 86400
    starts_at    INTEGER NOT NULL,
    account_sid  TEXT NOT NULL,
    currency     TEXT NOT NULL,
    spent_micros INTEGER NOT NULL, -- as Twilio told it
    held_micros  INTEGER NOT NULL, -- expected of calls whose price isn't known
    PRIMARY KEY (mode, span_s, starts_at, account_sid, currency)
) STRICT, WITHOUT ROWID;

-- By what was played and who was called, in months of UTC, for the calls that there are: with a call goes whom it rang.
CREATE TABLE protocol_spend (
    mode         TEXT NOT NULL,
    month        INTEGER NOT NULL,
    protocol     TEXT NOT NULL,
    currency     TEXT NOT NULL,
    spent_micros INTEGER NOT NULL,
    calls        INTEGER NOT NULL,
    PRIMARY KEY (mode, month, protocol, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE number_spend (
    mode         TEXT NOT NULL,
    number       TEXT NOT NULL,
    month        INTEGER NOT NULL,
    currency     TEXT NOT NULL,
    spent_micros INTEGER NOT NULL,
    calls        INTEGER NOT NULL,
    PRIMARY KEY (mode, number, month, currency)
) STRICT, WITHOUT ROWID;

INSERT INTO spend
    SELECT mode, column1, requested_at / (column1 * 1000) * (column1 * 1000) AS starts_at, account_sid, price_currency,
        sum(price_micros), 0
    FROM calls, (VALUES (900), (86400)) WHERE price_micros IS NOT NULL
    GROUP BY mode, column1, starts_at, account_sid, price_currency;
INSERT INTO protocol_spend
    SELECT mode, unixepoch(requested_at / 1000, 'unixepoch', 'start of month') * 1000 AS month, protocol,
        price_currency, sum(price_micros), count(*)
    FROM calls WHERE price_micros IS NOT NULL GROUP BY mode, month, protocol, price_currency;
INSERT INTO number_spend
    SELECT mode, to_number, unixepoch(requested_at / 1000, 'unixepoch', 'start of month') * 1000 AS month,
        price_currency, sum(price_micros), count(*)
    FROM calls WHERE price_micros IS NOT NULL GROUP BY mode, to_number, month, price_currency;

-- Nobody writes these tables by hand: triggers follow the calls, whoever writes, changes or deletes them, and so in the
-- same transaction. What is inserted into these two views is added.
CREATE VIEW spend_entries (mode, account_sid, requested_at, currency, spent_micros, held_micros) AS
    SELECT mode, account_sid, starts_at, currency, spent_micros, held_micros FROM spend WHERE span_s = 900;
CREATE TRIGGER add_spend INSTEAD OF INSERT ON spend_entries BEGIN
    INSERT INTO spend VALUES (new.mode, 900, new.requested_at / 900000 * 900000, new.account_sid, new.currency,
            new.spent_micros, new.held_micros)
        ON CONFLICT DO UPDATE SET spent_micros = spent_micros + excluded.spent_micros,
            held_micros = held_micros + excluded.held_micros;
    INSERT INTO spend VALUES (new.mode, 86400, new.requested_at / 86400000 * 86400000, new.account_sid, new.currency,
            new.spent_micros, new.held_micros)
        ON CONFLICT DO UPDATE SET spent_micros = spent_micros + excluded.spent_micros,
            held_micros = held_micros + excluded.held_micros;
END;

CREATE VIEW whose_spend (mode, month, protocol, number, currency, spent_micros, calls) AS
    SELECT mode, month, '', number, currency, spent_micros, calls FROM number_spend;
CREATE TRIGGER add_whose_spend INSTEAD OF INSERT ON whose_spend BEGIN
    INSERT INTO protocol_spend VALUES (new.mode, new.month, new.protocol, new.currency, new.spent_micros, new.calls)
        ON CONFLICT DO UPDATE SET spent_micros = spent_micros + excluded.spent_micros,
            calls = calls + excluded.calls;
    INSERT INTO number_spend VALUES (new.mode, new.number, new.month, new.currency, new.spent_micros, new.calls)
        ON CONFLICT DO UPDATE SET spent_micros = spent_micros + excluded.spent_micros,
            calls = calls + excluded.calls;
    DELETE FROM protocol_spend WHERE new.calls < 0 AND calls = 0 AND mode = new.mode AND month = new.month
        AND protocol = new.protocol AND currency = new.currency;
    DELETE FROM number_spend WHERE new.calls < 0 AND calls = 0 AND mode = new.mode AND number = new.number
        AND month = new.month AND currency = new.currency;
END;

CREATE TRIGGER calls_insert_spend AFTER INSERT ON calls
WHEN new.price_micros IS NOT NULL OR new.held_micros IS NOT NULL BEGIN
    INSERT INTO spend_entries SELECT new.mode, new.account_sid, new.requested_at, new.estimate_currency, 0,
        new.held_micros WHERE new.held_micros IS NOT NULL;
    INSERT INTO spend_entries SELECT new.mode, new.account_sid, new.requested_at, new.price_currency,
        new.price_micros, 0 WHERE new.price_micros IS NOT NULL;
    INSERT INTO whose_spend SELECT new.mode,
        unixepoch(new.requested_at / 1000, 'unixepoch', 'start of month') * 1000, new.protocol, new.to_number,
        new.price_currency, new.price_micros, 1 WHERE new.price_micros IS NOT NULL;
END;

CREATE TRIGGER calls_held AFTER UPDATE OF held_micros ON calls
WHEN old.held_micros IS NOT new.held_micros BEGIN
    INSERT INTO spend_entries VALUES (new.mode, new.account_sid, new.requested_at, new.estimate_currency, 0,
        coalesce(new.held_micros, 0) - coalesce(old.held_micros, 0));
END;

CREATE TRIGGER calls_price AFTER UPDATE OF price_micros, price_currency ON calls
WHEN old.price_micros IS NOT new.price_micros OR old.price_currency IS NOT new.price_currency BEGIN
    INSERT INTO spend_entries SELECT old.mode, old.account_sid, old.requested_at, old.price_currency,
        -old.price_micros, 0 WHERE old.price_micros IS NOT NULL;
    INSERT INTO spend_entries SELECT new.mode, new.account_sid, new.requested_at, new.price_currency,
        new.price_micros, 0 WHERE new.price_micros IS NOT NULL;
    INSERT INTO whose_spend SELECT new.mode,
        unixepoch(new.requested_at / 1000, 'unixepoch', 'start of month') * 1000, new.protocol, new.to_number,
        new.price_currency, new.price_micros, 1 WHERE new.price_micros IS NOT NULL;
    INSERT INTO whose_spend SELECT old.mode,
        unixepoch(old.requested_at / 1000, 'unixepoch', 'start of month') * 1000, old.protocol, old.to_number,
        old.price_currency, -old.price_micros, -1 WHERE old.price_micros IS NOT NULL;
END;

CREATE TRIGGER calls_delete_spend AFTER DELETE ON calls WHEN old.price_micros IS NOT NULL BEGIN
    INSERT INTO whose_spend VALUES (old.mode,
        unixepoch(old.requested_at / 1000, 'unixepoch', 'start of month') * 1000, old.protocol, old.to_number,
        old.price_currency, -old.price_micros, -1);
END;

-- What Twilio said a minute costs, kept for a day.
CREATE TABLE quotes (
    mode              TEXT NOT NULL,
    account_sid       TEXT NOT NULL,
    to_number         TEXT NOT NULL,
    from_number       TEXT NOT NULL,
    per_minute_micros INTEGER NOT NULL,
    currency          TEXT NOT NULL,
    country           TEXT,
    as_of             INTEGER NOT NULL,
    PRIMARY KEY (mode, account_sid, to_number, from_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX quotes_as_of ON quotes (as_of);
