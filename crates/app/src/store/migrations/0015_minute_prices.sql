-- What a minute of calls was expected to cost and did cost, by the day of UTC on which they were asked for: how many calls
-- at which price. So the dearest of some days is found without reading a call, and what is deleted or corrected is taken
-- back exactly.
CREATE TABLE minute_prices (
    mode              TEXT NOT NULL,
    account_sid       TEXT NOT NULL,
    country_code      TEXT NOT NULL, -- with its plus
    day               INTEGER NOT NULL, -- days since 1970
    per_minute_micros INTEGER NOT NULL,
    currency          TEXT NOT NULL,
    calls             INTEGER NOT NULL,
    PRIMARY KEY (mode, account_sid, country_code, day, per_minute_micros, currency)
) STRICT, WITHOUT ROWID;

-- What is inserted into this view is added. Country codes of E.164 have one digit, two, or three, and none begins another:
-- zones 1 and 7 are one code each, and of those with two digits there will be no more.
CREATE VIEW minute_price_entries (mode, account_sid, to_number, requested_at, per_minute_micros, currency, calls) AS
    SELECT mode, account_sid, country_code, day * 86400000, per_minute_micros, currency, calls FROM minute_prices;
CREATE TRIGGER add_minute_price INSTEAD OF INSERT ON minute_price_entries
WHEN new.per_minute_micros > 0 AND new.currency IS NOT NULL BEGIN
    INSERT INTO minute_prices VALUES (new.mode, new.account_sid,
            CASE
                WHEN substr(new.to_number, 2, 1) IN ('1', '7') THEN substr(new.to_number, 1, 2)
                WHEN substr(new.to_number, 2, 2) IN (
                    '20', '27', '30', '31', '32', '33', '34', '36', '39', '40', '41', '43', '44', '45', '46', '47', '48',
                    '49', '51', '52', '53', '54', '55', '56', '57', '58', '60', '61', '62', '63', '64', '65', '66', '81',
                    '82', '84', '86', '90', '91', '92', '93', '94', '95', '98') THEN substr(new.to_number, 1, 3)
                ELSE substr(new.to_number, 1, 4)
            END,
            new.requested_at / 86400000, new.per_minute_micros, new.currency, new.calls)
        ON CONFLICT DO UPDATE SET calls = calls + excluded.calls;
    DELETE FROM minute_prices WHERE new.calls < 0 AND calls = 0 AND mode = new.mode AND account_sid = new.account_sid
        AND country_code IN (substr(new.to_number, 1, 2), substr(new.to_number, 1, 3), substr(new.to_number, 1, 4))
        AND day = new.requested_at / 86400000 AND per_minute_micros = new.per_minute_micros
        AND currency = new.currency;
END;

-- A call counts with what Twilio told before it, and with what it took after, once it is known for how many minutes.
INSERT INTO minute_price_entries
    SELECT mode, account_sid, to_number, requested_at, estimate_micros, estimate_currency, 1
    FROM calls WHERE estimate_micros IS NOT NULL
    UNION ALL SELECT mode, account_sid, to_number, requested_at, price_micros / max((duration_s + 59) / 60, 1),
        price_currency, 1
    FROM calls WHERE price_micros IS NOT NULL;

CREATE TRIGGER calls_insert_minute_price AFTER INSERT ON calls
WHEN new.estimate_micros IS NOT NULL OR new.price_micros IS NOT NULL BEGIN
    INSERT INTO minute_price_entries VALUES (new.mode, new.account_sid, new.to_number, new.requested_at,
        new.estimate_micros, new.estimate_currency, 1);
    INSERT INTO minute_price_entries VALUES (new.mode, new.account_sid, new.to_number, new.requested_at,
        new.price_micros / max((new.duration_s + 59) / 60, 1), new.price_currency, 1);
END;

CREATE TRIGGER calls_minute_estimate
AFTER UPDATE OF mode, account_sid, to_number, requested_at, estimate_micros, estimate_currency ON calls
WHEN old.estimate_micros IS NOT NULL OR new.estimate_micros IS NOT NULL BEGIN
    INSERT INTO minute_price_entries VALUES (old.mode, old.account_sid, old.to_number, old.requested_at,
        old.estimate_micros, old.estimate_currency, -1);
    INSERT INTO minute_price_entries VALUES (new.mode, new.account_sid, new.to_number, new.requested_at,
        new.estimate_micros, new.estimate_currency, 1);
END;

CREATE TRIGGER calls_minute_price
AFTER UPDATE OF mode, account_sid, to_number, requested_at, price_micros, price_currency, duration_s ON calls
WHEN old.price_micros IS NOT NULL OR new.price_micros IS NOT NULL BEGIN
    INSERT INTO minute_price_entries VALUES (old.mode, old.account_sid, old.to_number, old.requested_at,
        old.price_micros / max((old.duration_s + 59) / 60, 1), old.price_currency, -1);
    INSERT INTO minute_price_entries VALUES (new.mode, new.account_sid, new.to_number, new.requested_at,
        new.price_micros / max((new.duration_s + 59) / 60, 1), new.price_currency, 1);
END;

CREATE TRIGGER calls_delete_minute_price AFTER DELETE ON calls
WHEN old.estimate_micros IS NOT NULL OR old.price_micros IS NOT NULL BEGIN
    INSERT INTO minute_price_entries VALUES (old.mode, old.account_sid, old.to_number, old.requested_at,
        old.estimate_micros, old.estimate_currency, -1);
    INSERT INTO minute_price_entries VALUES (old.mode, old.account_sid, old.to_number, old.requested_at,
        old.price_micros / max((old.duration_s + 59) / 60, 1), old.price_currency, -1);
END;
