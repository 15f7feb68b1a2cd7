-- The numbers that what plays rings in its turn count as called, like the one that the call itself rang. They come and go
-- with the call, also where it is taken over from another database.
ALTER TABLE calls ADD COLUMN further_numbers TEXT; -- a list in JSON, in E.164
-- What a minute to all of them was expected to cost, in the estimate's currency.
ALTER TABLE calls ADD COLUMN further_micros INTEGER;

CREATE TABLE further_numbers (
    number TEXT NOT NULL,
    call   BLOB NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    PRIMARY KEY (number, call)
) STRICT, WITHOUT ROWID;
CREATE INDEX further_numbers_call ON further_numbers (call);

CREATE TRIGGER calls_insert_further AFTER INSERT ON calls WHEN json_valid(new.further_numbers) BEGIN
    INSERT OR IGNORE INTO further_numbers
        SELECT value, new.id FROM json_each(new.further_numbers) WHERE typeof(value) = 'text';
END;
CREATE TRIGGER calls_further AFTER UPDATE OF further_numbers ON calls WHEN json_valid(new.further_numbers) BEGIN
    INSERT OR IGNORE INTO further_numbers
        SELECT value, new.id FROM json_each(new.further_numbers) WHERE typeof(value) = 'text';
END;
