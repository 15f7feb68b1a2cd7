-- Sound files that protocols play. In the database, so that a backup of one file has all.
CREATE TABLE sounds (
    id         BLOB PRIMARY KEY,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    size       INTEGER NOT NULL, -- bytes
    media_name TEXT NOT NULL UNIQUE, -- what Twilio fetches; nobody can guess it
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Apart from the rows above, which are read together.
CREATE TABLE sound_audio (
    sound BLOB PRIMARY KEY REFERENCES sounds (id) ON DELETE CASCADE,
    audio BLOB NOT NULL
) STRICT;
