//! Rows of `settings`: the few values that this installation makes up for itself.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

const GET: &str = "SELECT value FROM settings WHERE name = ?1";
const PUT: &str =
    "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[GET, PUT];

pub(crate) fn get(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    Ok(connection.prepare_cached(GET)?.query_row([name], |row| row.get(0)).optional()?)
}

pub(crate) fn put(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    connection.prepare_cached(PUT)?.execute([name, value])?;
    Ok(())
}
