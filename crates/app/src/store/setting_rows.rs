//! Rows of `settings`: the few values that this installation makes up for itself.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

const GET: &str = "SELECT value FROM settings WHERE name = ?1";
const PUT: &str =
    "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
const DELETE: &str = "DELETE FROM settings WHERE name = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[GET, PUT, DELETE];

/// The hash of the network's password.
pub const WEB_PASSWORD: &str = "web_password_argon2id";
/// The hash of the password that the sessions which are kept were begun with.
pub const SESSIONS_PASSWORD: &str = "sessions_password_argon2id";
/// Values that no backup holds. Whatever else is secret stands in the system's keyring.
pub(crate) const SECRET: [&str; 2] = [WEB_PASSWORD, SESSIONS_PASSWORD];
/// How much calling the owner allows, as JSON.
pub(crate) const LIMITS: &str = "limits";
/// What could not be taken over from the database before, as JSON.
pub(crate) const LOST: &str = "lost";
/// After how many months calls are deleted; never when it isn't there.
pub const KEEP_CALLS_MONTHS: &str = "keep_calls_months";

/// By how many seconds Twilio's clock was ahead of this computer's when a call was last placed.
pub(crate) const TWILIO_AHEAD_S: &str = "twilio_ahead_s";

/// The value kept under a name.
pub fn get(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    Ok(connection.prepare_cached(GET)?.query_row([name], |row| row.get(0)).optional()?)
}

/// Keeps a value under a name, in place of the one before.
pub fn put(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    connection.prepare_cached(PUT)?.execute([name, value])?;
    Ok(())
}

/// Forgets the value of a name.
pub fn delete(connection: &Connection, name: &str) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE)?.execute([name])?;
    Ok(())
}
