-- Who pressed 9: the number, which is not called again, and the call in which they did.
ALTER TABLE blocked_numbers ADD COLUMN opted_out INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN opted_out INTEGER NOT NULL DEFAULT 0;
