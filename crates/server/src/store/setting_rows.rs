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
pub(crate) const WEB_PASSWORD: &str = "web_password_argon2id";
/// The hash of the password that the sessions which are kept were begun with.
pub(crate) const SESSIONS_PASSWORD: &str = "sessions_password_argon2id";
/// Values that no backup holds. Whatever else is secret stands in the system's keyring.
pub(crate) const SECRET: [&str; 2] = [WEB_PASSWORD, SESSIONS_PASSWORD];
/// How much calling the owner allows, as JSON.
pub(crate) const LIMITS: &str = "limits";
/// What could not be taken over from the database before, as JSON.
pub(crate) const LOST: &str = "lost";
/// After how many months calls are deleted; never when it isn't there.
pub(crate) const KEEP_CALLS_MONTHS: &str = "keep_calls_months";

/// By how many seconds Twilio's clock was ahead of this computer's when a call was last placed.
pub(crate) const TWILIO_AHEAD_S: &str = "twilio_ahead_s";

pub(crate) fn get(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    Ok(connection.prepare_cached(GET)?.query_row([name], |row| row.get(0)).optional()?)
}

pub(crate) fn put(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    connection.prepare_cached(PUT)?.execute([name, value])?;
    Ok(())
}

pub(crate) fn delete(connection: &Connection, name: &str) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE)?.execute([name])?;
    Ok(())
}
