//! Rows of `calls`.
//!
//! A long file, because each statement must name the columns in the one order in which a row is read here.

use benspamsphones_core::{
    AcknowledgeKey, Call, CallId, Estimate, Extension, Failure, FailureReason, Message, Mode, Money,
    ProtocolId,
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use uuid::Uuid;

use crate::news::failure_of_code;

use super::columns::{asked_by, extension, mode, news, number, price, text, timestamp};
use super::{StoreError, quarter_rows};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, protocol, from_number, to_number, mode, account_sid, requested_at, status, sid, news, ",
            "hangup_requested, answered_at, ended_at, duration_s, price_micros, price_currency, answered_by, ",
            "sip_response_code, failure_code, failure_message, asked_by, asker_name, ",
            "estimate_micros, estimate_currency, estimate_minutes, opted_out, sent_at, ",
            "estimate_most_minutes, extension, failure_reason, acknowledge_key, acknowledged_at FROM calls ",
            $rest
        )
    };
}

const INSERT: &str =
    "INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at,
    status, news, channel, idempotency_key, watch_channel, asked_by, asker_name, estimate_micros, estimate_currency,
    estimate_minutes, held_micros, estimate_most_minutes, extension, message, acknowledge_key, open)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, 1)";
macro_rules! update {
    ($more:literal) => {
        concat!(
            "UPDATE calls SET status = ?2, hangup_requested = ?3, answered_at = ?4, ended_at = ?5, ",
            "duration_s = ?6, answered_by = ?7, sip_response_code = ?8, failure_code = ?9, failure_message = ?10, failure_reason = ?11",
            $more,
            " WHERE id = ?1"
        )
    };
}
// Indexed columns are named only when they change: SQLite updates an index whenever a statement names its column, and
// most updates change neither of these.
const UPDATE: &str = update!("");
const UPDATE_SID: &str = update!(", sid = ?12");
const UPDATE_ENDED: &str = update!(", open = 0");
const UPDATE_SID_ENDED: &str = update!(", sid = ?12, open = 0");
// Columns that triggers add up have statements of their own.
const SET_PRICE: &str = "UPDATE calls SET price_micros = ?2, price_currency = ?3 WHERE id = ?1";
const SET_HELD: &str = "UPDATE calls SET held_micros = ?2 WHERE id = ?1";
const SET_SENT: &str = "UPDATE calls SET sent_at = ?2 WHERE id = ?1";
const SET_ACKNOWLEDGED: &str = "UPDATE calls SET acknowledged_at = ?2 WHERE id = ?1";
const SET_OPTED_OUT: &str = "UPDATE calls SET opted_out = 1 WHERE id = ?1";
const BY_ID: &str = select!("WHERE id = ?1");
const BY_SID: &str = select!("WHERE sid = ?1");
const BY_CHANNEL: &str = select!("WHERE channel = ?1");
const BY_IDEMPOTENCY_KEY: &str = select!("WHERE idempotency_key = ?1 AND mode = ?2 AND account_sid = ?3");
const OPEN: &str = select!("WHERE open = 1 ORDER BY id");
const UNPRICED: &str = select!(
    "WHERE id >= ?1 AND status = 'completed' AND price_micros IS NULL AND mode = ?2 AND account_sid = ?3 \
     ORDER BY id DESC LIMIT 200"
);
const OLDER: &str = select!("WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
const COUNT: &str = "SELECT calls FROM history_size";
const WANTED: &str = "SELECT open = 1 AND hangup_requested = 0 FROM calls WHERE id = ?1";
const CHANNELS: &str = "SELECT channel, watch_channel FROM calls WHERE id = ?1";
const KNOWN_SID: &str = "SELECT EXISTS (SELECT 1 FROM calls WHERE sid = ?1)";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    INSERT,
    UPDATE,
    UPDATE_SID,
    UPDATE_ENDED,
    UPDATE_SID_ENDED,
    SET_PRICE,
    SET_HELD,
    SET_SENT,
    SET_ACKNOWLEDGED,
    SET_OPTED_OUT,
    BY_ID,
    BY_SID,
    BY_CHANNEL,
    BY_IDEMPOTENCY_KEY,
    OPEN,
    UNPRICED,
    OLDER,
    COUNT,
    KNOWN_SID,
    WANTED,
    CHANNELS,
];

/// The channels that a call's updates use.
#[derive(Debug, Clone)]
pub struct Channels {
    /// Its own, where its callbacks come in; unguessable.
    pub own: String,
    /// The channel on which the client that asked for the call wants its updates, if any.
    pub watch: Option<String>,
}

pub(crate) fn insert(
    connection: &Connection,
    call: &Call,
    channels: &Channels,
    idempotency_key: Option<&str>,
    message: Option<&Message>,
) -> Result<(), StoreError> {
    let estimate = call.estimate.as_ref();
    connection.prepare_cached(INSERT)?.execute(params![
        call.id.0,
        call.protocol.as_str(),
        call.from.as_str(),
        call.to.as_str(),
        call.mode.as_str(),
        call.account_sid,
        call.requested_at.as_millisecond(),
        call.status.as_str(),
        call.news.as_str(),
        channels.own,
        idempotency_key,
        channels.watch,
        call.asked_by.as_str(),
        call.asker_name,
        estimate.map(|estimate| estimate.per_minute.micros()),
        estimate.map(|estimate| estimate.per_minute.currency()),
        estimate.map(|estimate| estimate.minutes),
        call.held().as_ref().map(Money::micros),
        estimate.map(|estimate| estimate.most_minutes),
        call.extension.as_ref().map(Extension::as_str),
        message.map(Message::as_str),
        call.acknowledge_key.map(|key| key.to_string()),
    ])?;
    Ok(())
}

/// Writes what changed since `before`.
pub(crate) fn update(connection: &Connection, before: &Call, call: &Call) -> Result<(), StoreError> {
    // One statement, which fails as a whole when another call has the SID.
    let sid_is_new = call.sid != before.sid;
    let ends = before.is_open() && !call.is_open();
    let sql = match (sid_is_new, ends) {
        (false, false) => UPDATE,
        (true, false) => UPDATE_SID,
        (false, true) => UPDATE_ENDED,
        (true, true) => UPDATE_SID_ENDED,
    };
    let failure = call.failure.as_ref();
    let values: &[&dyn ToSql] = params![
        call.id.0,
        call.status.as_str(),
        call.hangup_requested,
        call.answered_at.map(Timestamp::as_millisecond),
        call.ended_at.map(Timestamp::as_millisecond),
        call.duration_s,
        call.answered_by,
        call.sip_response_code,
        failure.and_then(Failure::code),
        failure.filter(|failure| failure.reason().is_none()).map(Failure::message),
        failure.and_then(Failure::reason).map(FailureReason::as_str),
        call.sid,
    ];
    let values = if sid_is_new { values } else { &values[..11] };
    connection.prepare_cached(sql)?.execute(values)?;
    if call.price != before.price {
        let price = call.price.as_ref();
        let (micros, currency) = (price.map(Money::micros), price.map(Money::currency));
        connection.prepare_cached(SET_PRICE)?.execute(params![call.id.0, micros, currency])?;
    }
    let held = call.held();
    if held != before.held() {
        connection.prepare_cached(SET_HELD)?.execute(params![call.id.0, held.as_ref().map(Money::micros)])?;
    }
    if call.acknowledged_at != before.acknowledged_at {
        let at = call.acknowledged_at.map(Timestamp::as_millisecond);
        connection.prepare_cached(SET_ACKNOWLEDGED)?.execute(params![call.id.0, at])?;
    }
    if ends {
        quarter_rows::count(connection, call)?;
    } else if !before.is_open() && call.outcome() != before.outcome() {
        quarter_rows::uncount(
            connection,
            before.mode,
            before.requested_at.as_millisecond(),
            before.outcome(),
        )?;
        quarter_rows::count(connection, call)?;
    }
    Ok(())
}

/// Records that the request to Twilio is sent now.
pub(crate) fn set_sent(connection: &Connection, id: CallId, at: Timestamp) -> Result<(), StoreError> {
    connection.prepare_cached(SET_SENT)?.execute(params![id.0, at.as_millisecond()])?;
    Ok(())
}

/// Records that the person called pressed 9.
pub(crate) fn set_opted_out(connection: &Connection, id: CallId) -> Result<(), StoreError> {
    connection.prepare_cached(SET_OPTED_OUT)?.execute([id.0])?;
    Ok(())
}

pub(crate) enum Key<'a> {
    Id(CallId),
    /// Twilio's id.
    Sid(&'a str),
    /// The channel for its callbacks.
    Channel(&'a str),
    /// The key that the client chose, unique among one account's calls.
    Idempotency {
        key: &'a str,
        mode: Mode,
        account_sid: &'a str,
    },
}

pub(crate) fn find(connection: &Connection, key: &Key<'_>) -> Result<Option<Call>, StoreError> {
    let found = match key {
        Key::Id(id) => connection.prepare_cached(BY_ID)?.query_row([id.0], |row| Ok(call(row))).optional(),
        Key::Sid(text) => {
            connection.prepare_cached(BY_SID)?.query_row([text], |row| Ok(call(row))).optional()
        }
        Key::Channel(text) => {
            connection.prepare_cached(BY_CHANNEL)?.query_row([text], |row| Ok(call(row))).optional()
        }
        Key::Idempotency { key, mode, account_sid } => connection
            .prepare_cached(BY_IDEMPOTENCY_KEY)?
            .query_row([*key, mode.as_str(), account_sid], |row| Ok(call(row)))
            .optional(),
    };
    found?.transpose()
}

/// Whether the call is still to be dialled, judging by its own row.
pub(crate) fn is_wanted(connection: &Connection, id: CallId) -> Result<bool, StoreError> {
    let found = connection.prepare_cached(WANTED)?.query_row([id.0], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(false))
}

/// `None` if there is no such call.
pub(crate) fn channels(connection: &Connection, id: CallId) -> Result<Option<Channels>, StoreError> {
    let found = connection.prepare_cached(CHANNELS)?.query_row([id.0], |row| {
        Ok(row
            .get::<_, Option<String>>(0)?
            .zip(Some(row.get(1)?))
            .map(|(own, watch)| Channels { own, watch }))
    });
    Ok(found.optional()?.flatten())
}

pub(crate) fn knows_sid(connection: &Connection, sid: &str) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(KNOWN_SID)?.query_row([sid], |row| row.get(0))?)
}

/// Calls that may still change, oldest first.
pub(crate) fn open(connection: &Connection) -> Result<Vec<Call>, StoreError> {
    let mut statement = connection.prepare_cached(OPEN)?;
    let rows = statement.query_and_then([], call)?;
    rows.collect()
}

/// Answered calls since then whose price isn't known, newest first, at most 200.
pub(crate) fn unpriced(
    connection: &Connection,
    mode: Mode,
    account_sid: &str,
    since: Timestamp,
) -> Result<Vec<Call>, StoreError> {
    let mut statement = connection.prepare_cached(UNPRICED)?;
    let rows = statement.query_and_then(params![first_id(since).0, mode.as_str(), account_sid], call)?;
    rows.collect()
}

/// At most `limit` calls older than `before`, newest first.
pub(crate) fn older(
    connection: &Connection,
    before: Option<CallId>,
    limit: usize,
) -> Result<Vec<Call>, StoreError> {
    let mut statement = connection.prepare_cached(OLDER)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_and_then(params![before.map_or(Uuid::max(), |call| call.0), limit], call)?;
    rows.collect()
}

/// A trigger counts them (`0016_history_size.sql`).
pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    let count: i64 = connection.prepare_cached(COUNT)?.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// In this order, without those deleted in the meantime.
pub(crate) fn several(connection: &Connection, ids: &[CallId]) -> Result<Vec<Call>, StoreError> {
    let found = ids.iter().map(|id| find(connection, &Key::Id(*id)).transpose());
    found.flatten().collect()
}

/// The smallest id of a call requested at this moment: ids are version 7 UUIDs, which begin with the millisecond.
pub(crate) fn first_id(moment: Timestamp) -> CallId {
    let millisecond = u64::try_from(moment.as_millisecond()).unwrap_or(0);
    CallId(uuid::Builder::from_unix_timestamp_millis(millisecond, &[0; 10]).into_uuid())
}

fn call(row: &Row<'_>) -> Result<Call, StoreError> {
    let time = |at: usize| row.get::<_, Option<i64>>(at)?.map(timestamp).transpose();
    Ok(Call {
        id: CallId(row.get::<_, Uuid>(0)?),
        protocol: ProtocolId::new(text(row, 1)?)
            .map_err(|error| StoreError::bad_row("protocol", error.to_string()))?,
        from: number(row, 2)?,
        to: number(row, 3)?,
        extension: extension(row.get(28)?)?,
        mode: mode(text(row, 4)?)?,
        account_sid: row.get(5)?,
        requested_at: timestamp(row.get(6)?)?,
        sent_at: time(26)?,
        status: text(row, 7)?.parse()?,
        sid: row.get(8)?,
        news: news(text(row, 9)?)?,
        hangup_requested: row.get(10)?,
        opted_out: row.get(25)?,
        acknowledge_key: acknowledge_key(row.get(30)?)?,
        acknowledged_at: time(31)?,
        answered_at: time(11)?,
        ended_at: time(12)?,
        duration_s: row.get(13)?,
        estimate: estimate(row)?,
        price: price(row.get(14)?, row.get(15)?)?,
        answered_by: row.get(16)?,
        sip_response_code: row.get(17)?,
        failure: failure(row)?,
        asked_by: asked_by(text(row, 20)?)?,
        asker_name: row.get(21)?,
    })
}

fn acknowledge_key(text: Option<String>) -> Result<Option<AcknowledgeKey>, StoreError> {
    let read = |text: String| {
        AcknowledgeKey::new(&text).ok_or_else(|| StoreError::bad_row("key that confirms", text))
    };
    text.map(read).transpose()
}

fn failure(row: &Row<'_>) -> Result<Option<Failure>, StoreError> {
    if let Some(name) = row.get::<_, Option<String>>(29)? {
        let reason = FailureReason::ALL.into_iter().find(|reason| reason.as_str() == name);
        return Ok(Some(reason.ok_or_else(|| StoreError::bad_row("reason of a failure", name))?.into()));
    }
    let Some(message) = row.get::<_, Option<String>>(19)? else { return Ok(None) };
    let code: Option<u32> = row.get(18)?;
    // With this version's text, not the one of the version that stored it.
    Ok(Some(
        code.map_or(Failure::Told { code, message: message.clone() }, |code| failure_of_code(code, &message)),
    ))
}

fn estimate(row: &Row<'_>) -> Result<Option<Estimate>, StoreError> {
    let per_minute = price(row.get(22)?, row.get(23)?)?;
    let minutes: Option<u32> = row.get(24)?;
    let most_minutes: Option<u32> = row.get(27)?;
    Ok(per_minute.zip(minutes).map(|(per_minute, minutes)| {
        // Older versions stored no upper limit.
        let most_minutes = most_minutes.unwrap_or(minutes);
        Estimate { per_minute, minutes, most_minutes }
    }))
}
