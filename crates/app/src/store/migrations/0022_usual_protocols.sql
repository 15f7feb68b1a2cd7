-- The protocol that somebody is usually called with.
ALTER TABLE people ADD COLUMN usual_protocol TEXT;
