-- For how many minutes Twilio is told that a call may last: what calls under way may still cost is nobody else's to spend.
ALTER TABLE calls ADD COLUMN estimate_most_minutes INTEGER;
