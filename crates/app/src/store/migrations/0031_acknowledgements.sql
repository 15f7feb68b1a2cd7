-- The key that the person called was asked to confirm with, and when they pressed it. The key is kept with the call,
-- since the protocol may be another one when it is pressed.
ALTER TABLE calls ADD COLUMN acknowledge_key TEXT;
ALTER TABLE calls ADD COLUMN acknowledged_at INTEGER;
-- Answered calls that were confirmed; `completed` counts the others.
ALTER TABLE quarters ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;
