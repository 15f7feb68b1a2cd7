-- The channel on which an asker wants to hear of a call, beside the call's own.
ALTER TABLE calls ADD COLUMN watch_channel TEXT;
