-- Who asked for a call, and the name of the browser or device.
ALTER TABLE calls ADD COLUMN asked_by TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE calls ADD COLUMN asker_name TEXT;
