-- Which people came from which address book, so that each is known again and an import can be taken back for a while.
CREATE TABLE imports (
    id          BLOB PRIMARY KEY,
    imported_at INTEGER NOT NULL, -- Unix milliseconds
    added       INTEGER NOT NULL, -- people
    changed     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who was new then, with a digest of what they were: who was changed since stays.
CREATE TABLE imported_people (
    import BLOB NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    person BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    digest BLOB NOT NULL,
    PRIMARY KEY (import, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX imported_people_person ON imported_people (person);

-- Numbers that were added to people who were there before.
CREATE TABLE imported_numbers (
    import BLOB NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    person BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    number TEXT NOT NULL,
    PRIMARY KEY (import, person, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX imported_numbers_person ON imported_numbers (person);

-- What the programs that wrote address books know people by.
CREATE TABLE person_uids (
    uid    TEXT PRIMARY KEY,
    person BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    import BLOB NOT NULL -- by which it came
) STRICT, WITHOUT ROWID;

CREATE INDEX person_uids_person ON person_uids (person);
