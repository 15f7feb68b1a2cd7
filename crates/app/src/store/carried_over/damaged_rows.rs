//! Reads a table that may be damaged.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, ToSql};

pub(super) struct Found<K, T> {
    /// By primary key.
    pub rows: BTreeMap<K, T>,
    /// Whether every row was found and understood.
    pub all: bool,
}

/// Reads a table in primary key order and, if a damaged page stops that, again from its end backwards. So only the rows
/// between the first and the last damage are missing. `read` returns a row with its key, or `None` if it isn't valid.
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
                // The first pass had reached this row.
                break;
            }
        }
        Ok(())
    }
}
