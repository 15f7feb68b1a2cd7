//! Rows of `refusals`.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::StoreError;
use super::columns::timestamp;

/// The oldest rows beyond these are deleted.
const MOST: u32 = 200;

const LIST: &str = "SELECT source, why, count, first_at, last_at FROM refusals ORDER BY last_at DESC, source";
const NOTE: &str = "INSERT INTO refusals (source, why, count, first_at, last_at) VALUES (?1, ?2, ?3, ?4, ?4) \
     ON CONFLICT (source, why) DO UPDATE SET count = count + ?3, last_at = ?4";
const FORGET_OLD: &str = "DELETE FROM refusals WHERE (source, why) IN \
     (SELECT source, why FROM refusals ORDER BY last_at DESC LIMIT -1 OFFSET ?1)";
const DELETE: &str = "DELETE FROM refusals WHERE source = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LIST, NOTE, FORGET_OLD, DELETE];

/// Why an attempt was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The name or the password is wrong.
    WrongPassword,
    /// An unknown or revoked token.
    UnknownToken,
    /// A wrong, used or expired pairing code.
    WrongCode,
    /// Too many mistakes before; nothing was looked at.
    LockedOut,
    /// It asked for this machine by a name that isn't its own.
    UnknownHost,
    /// A page of another site.
    CrossSite,
    /// A callback that Twilio did not sign.
    ForgedCallback,
}

impl Why {
    const ALL: [Self; 7] = [
        Self::WrongPassword,
        Self::UnknownToken,
        Self::WrongCode,
        Self::LockedOut,
        Self::UnknownHost,
        Self::CrossSite,
        Self::ForgedCallback,
    ];

    /// Its name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::UnknownToken => "unknown_token",
            Self::WrongCode => "wrong_code",
            Self::LockedOut => "locked_out",
            Self::UnknownHost => "unknown_host",
            Self::CrossSite => "cross_site",
            Self::ForgedCallback => "forged_callback",
        }
    }
}

/// How often a source was rejected for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The address, or the network of an IPv6 host.
    pub source: String,
    /// The reason.
    pub why: Why,
    /// How often.
    pub count: u32,
    /// The first time.
    pub first_at: Timestamp,
    /// The latest time.
    pub last_at: Timestamp,
}

/// Rejected attempts, latest first.
pub fn list(connection: &Connection) -> Result<Vec<Refused>, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement.query_and_then([], |row| -> Result<Refused, StoreError> {
        let why: String = row.get(1)?;
        let known = Why::ALL.into_iter().find(|known| known.as_str() == why);
        Ok(Refused {
            source: row.get(0)?,
            why: known.ok_or_else(|| StoreError::bad_row("reason", why))?,
            count: row.get(2)?,
            first_at: timestamp(row.get(3)?)?,
            last_at: timestamp(row.get(4)?)?,
        })
    })?;
    rows.collect()
}

/// Records that a source was rejected `count` times.
pub fn note(
    connection: &Connection,
    source: &str,
    why: Why,
    count: u32,
    at: Timestamp,
) -> Result<(), StoreError> {
    connection.prepare_cached(NOTE)?.execute(params![source, why.as_str(), count, at.as_millisecond()])?;
    connection.prepare_cached(FORGET_OLD)?.execute([MOST])?;
    Ok(())
}

/// Deletes the rejections of a source.
pub fn delete(connection: &Connection, source: &str) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE)?.execute([source])?;
    Ok(())
}
