//! Rows of `refused_calls`: requested calls that were not placed.

use benspamsphones_core::{AskedBy, CallId, Mode, Rule};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};

use super::StoreError;
use super::columns::{asked_by, mode, timestamp};

/// A program that retries day and night can't fill the disk.
const MOST: u32 = 10_000;
/// Within this time, the same request counts as a repeat of the refusal.
const SAME: SignedDuration = SignedDuration::from_hours(1);

const AGAIN: &str = "UPDATE refused_calls SET count = count + 1, last_at = ?1, words = ?2, lifts_at = ?3 \
     WHERE id = (SELECT id FROM refused_calls WHERE last_at > ?4 AND to_number = ?5 AND protocol = ?6 \
     AND asked_by = ?7 AND asker_name IS ?8 AND code = ?9 AND mode = ?10 ORDER BY last_at DESC LIMIT 1)";
const INSERT: &str = "INSERT INTO refused_calls (first_at, last_at, count, words, lifts_at, to_number, \
     protocol, asked_by, asker_name, code, mode) VALUES (?1, ?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
const FORGET_OLD: &str =
    "DELETE FROM refused_calls WHERE id <= (SELECT coalesce(max(id), 0) FROM refused_calls) - ?1";
const SET_ASIDE: &str = "UPDATE refused_calls SET set_aside = ?1 WHERE id = (SELECT id FROM refused_calls \
     WHERE to_number = ?2 AND code = ?3 AND mode = ?4 ORDER BY last_at DESC LIMIT 1)";
const PAGE: &str = "SELECT id, first_at, last_at, count, to_number, protocol, mode, asked_by, asker_name, code, \
     words, lifts_at, set_aside FROM refused_calls WHERE (last_at, id) < (?1, ?2) \
     ORDER BY last_at DESC, id DESC LIMIT ?3";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[AGAIN, INSERT, FORGET_OLD, SET_ASIDE, PAGE];

/// A refused call.
#[derive(Debug, Clone)]
pub struct RefusedCall {
    /// Its id; later refusals have larger ones.
    pub id: i64,
    /// When it was first requested.
    pub first_at: Timestamp,
    /// When it was last requested.
    pub last_at: Timestamp,
    /// How often it was requested.
    pub count: u32,
    /// The number, or the text typed instead.
    pub to: String,
    /// The protocol's id.
    pub protocol: String,
    /// Sandbox or live.
    pub mode: Mode,
    /// How it was requested.
    pub asked_by: AskedBy,
    /// Name of the browser or device.
    pub asker_name: Option<String>,
    /// The rule's name.
    pub code: String,
    /// The sentence in the response.
    pub words: String,
    /// When the rule allows it again, if waiting helps.
    pub lifts_at: Option<Timestamp>,
    /// The call that was placed anyway, because the owner overrode the rule.
    pub set_aside: Option<CallId>,
}

pub(crate) struct NewRefusal<'a> {
    pub at: Timestamp,
    pub to: &'a str,
    pub protocol: &'a str,
    pub mode: Mode,
    pub asked_by: AskedBy,
    pub asker_name: Option<&'a str>,
    pub code: &'a str,
    pub words: &'a str,
    pub lifts_at: Option<Timestamp>,
}

/// A repeat only increases the count.
pub(crate) fn note(connection: &Connection, refusal: &NewRefusal<'_>) -> Result<(), StoreError> {
    let NewRefusal { at, to, protocol, mode, asked_by, asker_name, code, words, lifts_at } = refusal;
    let since = at.checked_sub(SAME).unwrap_or(Timestamp::MIN).as_millisecond();
    let (at, lifts_at) = (at.as_millisecond(), lifts_at.map(Timestamp::as_millisecond));
    let (by, mode) = (asked_by.as_str(), mode.as_str());
    let again = params![at, words, lifts_at, since, to, protocol, by, asker_name, code, mode];
    if connection.prepare_cached(AGAIN)?.execute(again)? > 0 {
        return Ok(());
    }
    let values = params![at, words, lifts_at, to, protocol, by, asker_name, code, mode];
    connection.prepare_cached(INSERT)?.execute(values)?;
    connection.prepare_cached(FORGET_OLD)?.execute([MOST])?;
    Ok(())
}

/// In the latest refusal by this rule.
pub(crate) fn note_overridden(
    connection: &Connection,
    to: &str,
    rule: Rule,
    mode: Mode,
    call: CallId,
) -> Result<(), StoreError> {
    connection.prepare_cached(SET_ASIDE)?.execute(params![call.0, to, rule.as_str(), mode.as_str()])?;
    Ok(())
}

pub(crate) fn page(
    connection: &Connection,
    before: Option<(i64, i64)>,
    limit: u32,
) -> Result<Vec<RefusedCall>, StoreError> {
    let (last_at, id) = before.unwrap_or((i64::MAX, i64::MAX));
    let mut statement = connection.prepare_cached(PAGE)?;
    let rows = statement.query_and_then(params![last_at, id, limit], refused)?;
    rows.collect()
}

fn refused(row: &Row<'_>) -> Result<RefusedCall, StoreError> {
    Ok(RefusedCall {
        id: row.get(0)?,
        first_at: timestamp(row.get(1)?)?,
        last_at: timestamp(row.get(2)?)?,
        count: row.get(3)?,
        to: row.get(4)?,
        protocol: row.get(5)?,
        mode: mode(&row.get::<_, String>(6)?)?,
        asked_by: asked_by(&row.get::<_, String>(7)?)?,
        asker_name: row.get(8)?,
        code: row.get(9)?,
        words: row.get(10)?,
        lifts_at: row.get::<_, Option<i64>>(11)?.map(timestamp).transpose()?,
        set_aside: row.get::<_, Option<uuid::Uuid>>(12)?.map(CallId),
    })
}
