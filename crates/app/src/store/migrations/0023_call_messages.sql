-- The text that a call brought along for its protocol. A restored backup keeps it with the rest of the row, so that an
-- Idempotency-Key is still compared with it.
ALTER TABLE calls ADD COLUMN message TEXT;
CREATE INDEX calls_with_message ON calls (id) WHERE message IS NOT NULL;
