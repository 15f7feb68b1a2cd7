//! Rows of `settings`: values that belong to this installation.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

const GET: &str = "SELECT value FROM settings WHERE name = ?1";
const PUT: &str =
    "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
const DELETE: &str = "DELETE FROM settings WHERE name = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[GET, PUT, DELETE];

/// The hash of the password for network access.
pub const WEB_PASSWORD: &str = "web_password_argon2id";
/// The hash of the password with which the kept sessions signed in.
pub const SESSIONS_PASSWORD: &str = "sessions_password_argon2id";
/// Values that backups omit. Other secrets are in the system's keyring.
pub(crate) const SECRET: [&str; 2] = [WEB_PASSWORD, SESSIONS_PASSWORD];
/// As JSON.
pub(crate) const LIMITS: &str = "limits";
/// As JSON.
pub(crate) const LOST: &str = "lost";
/// After how many months calls are deleted; never if missing.
pub const KEEP_CALLS_MONTHS: &str = "keep_calls_months";

/// How many seconds Twilio's clock was ahead of this computer's when a call was last placed.
pub(crate) const TWILIO_AHEAD_S: &str = "twilio_ahead_s";

/// The value with this name.
pub fn get(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    Ok(connection.prepare_cached(GET)?.query_row([name], |row| row.get(0)).optional()?)
}

/// Saves a value under a name.
pub fn put(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    connection.prepare_cached(PUT)?.execute([name, value])?;
    Ok(())
}

/// Deletes the value with this name.
pub fn delete(connection: &Connection, name: &str) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE)?.execute([name])?;
    Ok(())
}
