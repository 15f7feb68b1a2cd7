use super::super::super::sample;
use super::*;

/// In the order in which they can be dropped.
fn parts() -> Vec<(Kind, String)> {
    let connection = sample::database();
    let mut parts: Vec<_> = objects(&connection).unwrap().into_keys().collect();
    let tables: Vec<_> = parts.iter().filter(|(kind, _)| *kind == Kind::Table).cloned().collect();
    for (_, table) in tables {
        let columns = columns(&connection, &table).unwrap();
        parts.extend(columns.iter().map(|column| (Kind::Column, format!("{table}.{column}"))));
    }
    parts
}

#[test]
fn a_database_that_was_made_or_brought_up_to_date_fits() {
    assert_eq!(with_latest(&sample::database()).unwrap(), []);
    for version in 1..=STEPS.len() {
        let mut connection = Connection::open_in_memory().unwrap();
        MIGRATIONS.to_version(&mut connection, version).unwrap();
        assert_eq!(with_version(&connection, version).unwrap(), [], "{version}");
        MIGRATIONS.to_latest(&mut connection).unwrap();
        assert_eq!(with_latest(&connection).unwrap(), [], "from {version}");
    }
    let known = sample::database();
    known.execute_batch("ANALYZE").unwrap();
    assert_eq!(with_latest(&known).unwrap(), [], "statistics of SQLite's own");
}

#[test]
fn whatever_is_missing_is_named() {
    let mut tried = 0;
    let connection = sample::database();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    for (kind, name) in parts() {
        let sql = match name.split_once('.') {
            Some((table, column)) => format!("ALTER TABLE {table} DROP COLUMN {column}"),
            None => format!("DROP {} {name}", kind.as_str()),
        };
        connection.execute_batch("BEGIN").unwrap();
        // SQLite can't drop a column that is part of a key or named elsewhere.
        if connection.execute_batch(&sql).is_ok() {
            tried += 1;
            let missing = Difference::Missing(kind, name);
            let found = with_latest(&connection).unwrap();
            assert!(found.contains(&missing), "{missing}: {found:?}");
            assert!(matches!(must_hold(&connection, STEPS.len()), Err(StoreError::Schema(_))), "{missing}");
        } else {
            assert_eq!(kind, Kind::Column, "{sql}");
        }
        connection.execute_batch("ROLLBACK").unwrap();
    }
    assert!(tried > 40, "{tried}");
}

#[test]
fn what_was_changed_or_added_is_named_and_what_was_added_can_go() {
    for (sql, difference) in [
        (
            "DROP TRIGGER calls_held; CREATE TRIGGER calls_held AFTER UPDATE OF held_micros ON calls BEGIN SELECT 1; END",
            Difference::Changed(Kind::Trigger, "calls_held".into()),
        ),
        (
            "DROP INDEX quotes_as_of; CREATE INDEX quotes_as_of ON quotes (mode)",
            Difference::Changed(Kind::Index, "quotes_as_of".into()),
        ),
        (
            "DROP TABLE settings; CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT)",
            Difference::Changed(Kind::Table, "settings".into()),
        ),
    ] {
        let connection = sample::database();
        connection.execute_batch(sql).unwrap();
        assert_eq!(with_latest(&connection).unwrap(), [difference], "{sql}");
        assert!(must_hold(&connection, STEPS.len()).is_err(), "{sql}");
    }
    for (sql, kind, name) in [
        ("CREATE TRIGGER t AFTER INSERT ON calls BEGIN DELETE FROM blocked_numbers; END", Kind::Trigger, "t"),
        ("CREATE VIEW \"my view\" AS SELECT 1", Kind::View, "my view"),
        ("CREATE INDEX i ON calls (duration_s)", Kind::Index, "i"),
        ("CREATE TABLE notes (text)", Kind::Table, "notes"),
        ("ALTER TABLE people ADD COLUMN born TEXT", Kind::Column, "people.born"),
    ] {
        let connection = sample::database();
        connection.execute_batch(sql).unwrap();
        assert_eq!(with_latest(&connection).unwrap(), [Difference::Added(kind, name.into())], "{sql}");
        must_hold(&connection, STEPS.len()).unwrap();
        drop_added(&connection).unwrap();
        assert_eq!(with_latest(&connection).unwrap(), [], "{sql}");
    }
}

#[test]
fn the_same_statement_has_the_same_words() {
    let one = "CREATE TABLE t (a TEXT NOT NULL, -- first\n  b INTEGER DEFAULT 'it''s  b')";
    for same in [
        "create table \"t\"(a text not null,b integer default 'it''s  b')",
        "CREATE TABLE [t] ( `a` TEXT NOT NULL, /* x */ b INTEGER DEFAULT 'it''s  b' )",
    ] {
        assert_eq!(words(one), words(same));
    }
    for other in ["CREATE TABLE t (a TEXT NOT NULL, b INTEGER DEFAULT 'it''s b')", "CREATE TABLE t (a, b)"] {
        assert_ne!(words(one), words(other));
    }
    for broken in ["\"é", "'é", "[é", "/*é", "'", "\"", "[", "/*", "--", "'''", "é\""] {
        words(broken);
    }
}
