-- When the rules count a call as placed, where that isn't what the wall clock said then: it was ahead, or has been set since.
ALTER TABLE calls ADD COLUMN counted_at INTEGER; -- Unix time in milliseconds
