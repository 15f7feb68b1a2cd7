-- Who has which numbers, who is not to be called, and what is rung with one click.

CREATE TABLE people (
    id       BLOB PRIMARY KEY,
    name     TEXT NOT NULL,
    may_call INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE person_numbers (
    person   BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    number   TEXT NOT NULL,
    label    TEXT,
    PRIMARY KEY (person, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX person_numbers_number ON person_numbers (number);

CREATE TABLE blocked_numbers (
    number     TEXT PRIMARY KEY,
    note       TEXT,
    blocked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE quick_dials (
    position INTEGER PRIMARY KEY,
    protocol TEXT NOT NULL,
    number   TEXT NOT NULL,
    UNIQUE (protocol, number)
) STRICT;
