//! Rows of `tokens`.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::StoreError;
use super::columns::timestamp;

pub(super) const LIST: &str = "SELECT id, kind, digest, name, source, created_at, seen_at FROM tokens";
const INSERT: &str = "INSERT INTO tokens (id, kind, digest, name, source, created_at, seen_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const SET_SEEN: &str = "UPDATE tokens SET seen_at = ?2, source = ?3 WHERE id = ?1";
const RENAME: &str = "UPDATE tokens SET name = ?2 WHERE id = ?1 AND kind = 'device'";
const DELETE: &str = "DELETE FROM tokens WHERE id = ?1 AND kind = ?2";
const DELETE_SESSIONS: &str = "DELETE FROM tokens WHERE kind = 'session'";
const DELETE_IDLE: &str = "DELETE FROM tokens WHERE kind = 'session' AND seen_at < ?1";
const NOT_SEEN_AFTER: &str = "UPDATE tokens SET seen_at = ?1 WHERE seen_at > ?1";
const ANY_SESSION: &str = "SELECT EXISTS (SELECT 1 FROM tokens WHERE kind = 'session')";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[LIST, INSERT, SET_SEEN, RENAME, DELETE, DELETE_SESSIONS, DELETE_IDLE, NOT_SEEN_AFTER, ANY_SESSION];

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// A browser that is signed in. It ends by itself when it isn't used, and with the password.
    Session,
    /// A phone or a program, until it is revoked.
    Device,
}

impl TokenKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Device => "device",
        }
    }
}

/// A stored token: everything except the token itself.
#[derive(Clone)]
pub struct TokenRow {
    /// The token's id, which is not secret.
    pub id: Uuid,
    /// A browser's session or a device's token.
    pub kind: TokenKind,
    /// SHA-256 of the token.
    pub digest: [u8; 32],
    /// The name that the owner gave it.
    pub name: String,
    /// Where it was last used from.
    pub source: String,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
}

/// All tokens.
pub fn list(connection: &Connection) -> Result<Vec<TokenRow>, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement.query_and_then([], token)?;
    rows.collect()
}

pub(super) fn token(row: &Row<'_>) -> Result<TokenRow, StoreError> {
    let kind: String = row.get(1)?;
    let known = [TokenKind::Session, TokenKind::Device].into_iter().find(|known| known.as_str() == kind);
    Ok(TokenRow {
        id: row.get(0)?,
        kind: known.ok_or_else(|| StoreError::bad_row("kind of token", kind))?,
        digest: row.get(2)?,
        name: row.get(3)?,
        source: row.get(4)?,
        created_at: timestamp(row.get(5)?)?,
        seen_at: timestamp(row.get(6)?)?,
    })
}

/// Saves a new token.
pub fn insert(connection: &Connection, token: &TokenRow) -> Result<(), StoreError> {
    connection.prepare_cached(INSERT)?.execute(params![
        token.id,
        token.kind.as_str(),
        token.digest,
        token.name,
        token.source,
        token.created_at.as_millisecond(),
        token.seen_at.as_millisecond(),
    ])?;
    Ok(())
}

/// Records when and from where a token was last used.
pub fn set_seen(connection: &Connection, id: Uuid, at: Timestamp, source: &str) -> Result<(), StoreError> {
    connection.prepare_cached(SET_SEEN)?.execute(params![id, at.as_millisecond(), source])?;
    Ok(())
}

/// Renames a device; `false` if there is no such device.
pub fn rename(connection: &Connection, id: Uuid, name: &str) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(RENAME)?.execute(params![id, name])? > 0)
}

/// Deletes the token of this kind and id, if it exists.
pub fn delete(connection: &Connection, kind: TokenKind, id: Uuid) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE)?.execute(params![id, kind.as_str()])?;
    Ok(())
}

/// Ends all sessions.
pub fn delete_sessions(connection: &Connection) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE_SESSIONS)?.execute([])?;
    Ok(())
}

/// Deletes sessions not used since then.
pub fn delete_idle(connection: &Connection, since: Timestamp) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE_IDLE)?.execute([since.as_millisecond()])?;
    Ok(())
}

/// Resets later times of use to now. The clock was ahead, and sessions would live that much longer.
pub fn not_seen_after(connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    connection.prepare_cached(NOT_SEEN_AFTER)?.execute([now.as_millisecond()])?;
    Ok(())
}

/// Whether there is any session.
pub fn any_session(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(ANY_SESSION)?.query_row([], |row| row.get(0))?)
}
