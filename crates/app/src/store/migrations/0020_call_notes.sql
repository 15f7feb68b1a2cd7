-- What somebody wrote down about a call.
CREATE TABLE call_notes (
    call BLOB PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
    note TEXT NOT NULL
) STRICT, WITHOUT ROWID;
