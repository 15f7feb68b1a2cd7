-- How many calls there are, so that the first page of the history needn't count them.
CREATE TABLE history_size (calls INTEGER NOT NULL) STRICT;
INSERT INTO history_size SELECT count(*) FROM calls;
CREATE TRIGGER calls_insert_size AFTER INSERT ON calls BEGIN UPDATE history_size SET calls = calls + 1; END;
CREATE TRIGGER calls_delete_size AFTER DELETE ON calls BEGIN UPDATE history_size SET calls = calls - 1; END;

-- Whose price a start asks for once more, however many calls were placed lately.
CREATE INDEX calls_unpriced ON calls (mode, account_sid, id) WHERE status = 'completed' AND price_micros IS NULL;
