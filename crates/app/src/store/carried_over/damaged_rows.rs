//! The rows of a table that may be damaged.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, ToSql};

/// What was found.
pub(super) struct Found<K, T> {
    /// The rows, by their key.
    pub rows: BTreeMap<K, T>,
    /// Whether those are all, and each was understood.
    pub all: bool,
}

/// Reads a table in the order of its primary key and, where a damaged page ends that, from its end backwards: so only
/// what lies between the first damage and the last is missing. `read` tells a row with its key, or nothing when it can't
/// be understood.
pub(super) fn find<K: Ord, T>(
    connection: &Connection,
    select: &str,
    key: &[&str],
    values: &[&dyn ToSql],
    read: impl Fn(&Row<'_>) -> Option<(K, T)>,
) -> Found<K, T> {
    let mut found = Found { rows: BTreeMap::new(), all: true };
    for direction in ["ASC", "DESC"] {
        let order: Vec<String> = key.iter().map(|column| format!("{column} {direction}")).collect();
        let sql = format!("{select} ORDER BY {}", order.join(", "));
        match found.take(connection, &sql, values, &read) {
            Ok(()) => break,
            Err(error) => {
                tracing::warn!(%error, %select, "a part of the database that goes can't be read");
                found.all = false;
            }
        }
    }
    found
}

impl<K: Ord, T> Found<K, T> {
    fn take(
        &mut self,
        connection: &Connection,
        sql: &str,
        values: &[&dyn ToSql],
        read: impl Fn(&Row<'_>) -> Option<(K, T)>,
    ) -> rusqlite::Result<()> {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query(values)?;
        while let Some(row) = rows.next()? {
            let Some((key, value)) = read(row) else {
                self.all = false;
                continue;
            };
            if self.rows.insert(key, value).is_some() {
                // Here the other reading had come to.
                break;
            }
        }
        Ok(())
    }
}
