-- Groups of people: members in order, each with one of their numbers.

CREATE TABLE groups (
    id   BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    -- The name without regard to capitals.
    key  TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

CREATE TABLE group_members (
    group_id  BLOB NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    person    BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    number    TEXT NOT NULL,
    extension TEXT,
    PRIMARY KEY (group_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_members_person ON group_members (person);
