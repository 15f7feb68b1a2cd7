-- What deleted protocols were called, for the calls in the history that were placed with them.
CREATE TABLE deleted_protocols (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
