//! Rows of `calls`.

use benspamsphones_core::phone_number::masked;
use benspamsphones_core::{
    AskedBy, Call, CallId, CallStatus, Failure, Mode, Money, NewsRoute, PhoneNumber, ProtocolId,
};
use jiff::Timestamp;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use uuid::Uuid;

use super::StoreError;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, protocol, from_number, to_number, mode, account_sid, requested_at, status, sid, news, ",
            "hangup_requested, answered_at, ended_at, duration_s, price_amount, price_currency, answered_by, ",
            "sip_response_code, failure_code, failure_message, asked_by, asker_name FROM calls ",
            $rest
        )
    };
}

const INSERT: &str =
    "INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at,
    status, news, channel, idempotency_key, watch_channel, asked_by, asker_name, open)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 1)";
// What an index holds is written by statements of its own: SQLite moves an index's entry whenever a statement names
// its column, changed or not, and most news changes neither.
const UPDATE: &str = "UPDATE calls SET status = ?2, hangup_requested = ?3, answered_at = ?4, ended_at = ?5,
    duration_s = ?6, price_amount = ?7, price_currency = ?8, answered_by = ?9, sip_response_code = ?10,
    failure_code = ?11, failure_message = ?12 WHERE id = ?1";
const SET_SID: &str = "UPDATE calls SET sid = ?2 WHERE id = ?1";
const SET_ENDED: &str = "UPDATE calls SET open = 0 WHERE id = ?1";
const BY_ID: &str = select!("WHERE id = ?1");
const BY_SID: &str = select!("WHERE sid = ?1");
const BY_CHANNEL: &str = select!("WHERE channel = ?1");
const BY_IDEMPOTENCY_KEY: &str = select!("WHERE idempotency_key = ?1 AND mode = ?2 AND account_sid = ?3");
const OPEN: &str = select!("WHERE open = 1 ORDER BY id");
const PAGE: &str = select!("WHERE true");
const CHANNELS: &str = "SELECT channel, watch_channel FROM calls WHERE id = ?1";
const KNOWN_SID: &str = "SELECT EXISTS (SELECT 1 FROM calls WHERE sid = ?1)";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    INSERT,
    UPDATE,
    SET_SID,
    SET_ENDED,
    BY_ID,
    BY_SID,
    BY_CHANNEL,
    BY_IDEMPOTENCY_KEY,
    OPEN,
    PAGE,
    KNOWN_SID,
    CHANNELS,
];

/// Where news of a call is told.
#[derive(Debug, Clone)]
pub(crate) struct Channels {
    /// Its own: where its callbacks come in; nobody can guess it.
    pub own: String,
    /// Another one, on which its asker wants to hear of it.
    pub watch: Option<String>,
}

/// Writes a new call down.
pub(crate) fn insert(
    connection: &Connection,
    call: &Call,
    channels: &Channels,
    idempotency_key: Option<&str>,
) -> Result<(), StoreError> {
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
    ])?;
    Ok(())
}

/// Writes down what changed of a call since `before`.
pub(crate) fn update(connection: &Connection, before: &Call, call: &Call) -> Result<(), StoreError> {
    // First, since it is the one that can be refused: by another call of the same SID.
    if call.sid != before.sid {
        connection.prepare_cached(SET_SID)?.execute(params![call.id.0, call.sid])?;
    }
    connection.prepare_cached(UPDATE)?.execute(params![
        call.id.0,
        call.status.as_str(),
        call.hangup_requested,
        call.answered_at.map(Timestamp::as_millisecond),
        call.ended_at.map(Timestamp::as_millisecond),
        call.duration_s,
        call.price.as_ref().map(|price| price.amount().to_string()),
        call.price.as_ref().map(Money::currency),
        call.answered_by,
        call.sip_response_code,
        call.failure.as_ref().and_then(|failure| failure.code),
        call.failure.as_ref().map(|failure| &failure.message),
    ])?;
    if before.is_open() && !call.is_open() {
        connection.prepare_cached(SET_ENDED)?.execute([call.id.0])?;
    }
    Ok(())
}

/// How a call is found.
pub(crate) enum Key<'a> {
    /// By our id.
    Id(CallId),
    /// By Twilio's.
    Sid(&'a str),
    /// By the channel its callbacks come in on.
    Channel(&'a str),
    /// By the key that the asker chose, among the calls of one account.
    Idempotency {
        /// The key.
        key: &'a str,
        /// Sandbox or live.
        mode: Mode,
        /// The account.
        account_sid: &'a str,
    },
}

/// The call, if there is one.
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

/// The channels on which a call's watchers hear of it.
pub(crate) fn channels(connection: &Connection, id: CallId) -> Result<Vec<String>, StoreError> {
    let found = connection.prepare_cached(CHANNELS)?.query_row([id.0], |row| {
        Ok([row.get::<_, Option<String>>(0)?, row.get(1)?].into_iter().flatten().collect())
    });
    Ok(found.optional()?.unwrap_or_default())
}

/// Whether a call of Twilio's is one that we know.
pub(crate) fn knows_sid(connection: &Connection, sid: &str) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(KNOWN_SID)?.query_row([sid], |row| row.get(0))?)
}

/// The calls that may still change, oldest first.
pub(crate) fn open(connection: &Connection) -> Result<Vec<Call>, StoreError> {
    let mut statement = connection.prepare_cached(OPEN)?;
    let rows = statement.query_and_then([], call)?;
    rows.collect()
}

/// Which calls of the history to show.
#[derive(Debug, Default, Clone)]
pub struct CallQuery {
    /// Calls older than this one.
    pub before: Option<CallId>,
    /// Calls at this station.
    pub status: Option<CallStatus>,
    /// Calls whose numbers or protocol hold this text.
    pub text: Option<String>,
    /// How many at most.
    pub limit: usize,
}

/// A page of calls, newest first.
pub(crate) fn page(connection: &Connection, query: &CallQuery) -> Result<Vec<Call>, StoreError> {
    let mut sql = PAGE.to_owned();
    let mut values: Vec<Sql> = Vec::new();
    if let Some(before) = query.before {
        sql.push_str(" AND id < ?");
        values.push(Sql::Blob(before.0.as_bytes().to_vec()));
    }
    if let Some(status) = query.status {
        sql.push_str(" AND status = ?");
        values.push(Sql::Text(status.as_str().to_owned()));
    }
    if let Some(text) = &query.text {
        sql.push_str(
            " AND (instr(to_number, ?) OR instr(from_number, ?) OR instr(lower(protocol), lower(?)))",
        );
        // "(415) 867" finds +14158675309, and "protocol1" not every number with a 1.
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let is_number = !digits.is_empty() && !text.chars().any(char::is_alphabetic);
        let number = if is_number { digits } else { text.clone() };
        values.extend([number.clone(), number, text.clone()].map(Sql::Text));
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push(Sql::Integer(i64::try_from(query.limit).unwrap_or(i64::MAX)));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_and_then(params_from_iter(values), call)?;
    rows.collect()
}

fn call(row: &Row<'_>) -> Result<Call, StoreError> {
    let number = |at: usize| -> Result<PhoneNumber, StoreError> {
        let text = text(row, at)?;
        PhoneNumber::from_e164(text).map_err(|_| StoreError::bad_row("number", masked(text)))
    };
    let time = |at: usize| row.get::<_, Option<i64>>(at)?.map(timestamp).transpose();
    Ok(Call {
        id: CallId(row.get::<_, Uuid>(0)?),
        protocol: ProtocolId::new(text(row, 1)?)
            .map_err(|error| StoreError::bad_row("protocol", error.to_string()))?,
        from: number(2)?,
        to: number(3)?,
        mode: mode(text(row, 4)?)?,
        account_sid: row.get(5)?,
        requested_at: timestamp(row.get(6)?)?,
        status: text(row, 7)?.parse()?,
        sid: row.get(8)?,
        news: news(text(row, 9)?)?,
        hangup_requested: row.get(10)?,
        answered_at: time(11)?,
        ended_at: time(12)?,
        duration_s: row.get(13)?,
        price: price(row.get(14)?, row.get(15)?)?,
        answered_by: row.get(16)?,
        sip_response_code: row.get(17)?,
        failure: row
            .get::<_, Option<String>>(19)?
            .map_or(Ok(None), |message| row.get(18).map(|code| Some(Failure { code, message })))?,
        asked_by: asked_by(text(row, 20)?)?,
        asker_name: row.get(21)?,
    })
}

fn text<'row>(row: &'row Row<'_>, at: usize) -> Result<&'row str, StoreError> {
    Ok(row.get_ref(at)?.as_str().map_err(rusqlite::Error::from)?)
}

pub(super) fn timestamp(millisecond: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millisecond).map_err(|_| StoreError::bad_row("time", millisecond.to_string()))
}

pub(super) fn mode(text: &str) -> Result<Mode, StoreError> {
    let found = [Mode::Sandbox, Mode::Live].into_iter().find(|mode| mode.as_str() == text);
    found.ok_or_else(|| StoreError::bad_row("mode", text))
}

pub(super) fn asked_by(text: &str) -> Result<AskedBy, StoreError> {
    let found = AskedBy::ALL.into_iter().find(|way| way.as_str() == text);
    found.ok_or_else(|| StoreError::bad_row("way of asking", text))
}

fn news(text: &str) -> Result<NewsRoute, StoreError> {
    let found = [NewsRoute::Callbacks, NewsRoute::Polling].into_iter().find(|news| news.as_str() == text);
    found.ok_or_else(|| StoreError::bad_row("way of news", text))
}

pub(super) fn price(amount: Option<String>, currency: Option<String>) -> Result<Option<Money>, StoreError> {
    let (Some(amount), Some(currency)) = (amount, currency) else { return Ok(None) };
    let decimal = amount.parse().map_err(|_| StoreError::bad_row("price", &amount))?;
    Money::new(decimal, &currency)
        .map_or(Err(StoreError::bad_row("currency", currency)), |price| Ok(Some(price)))
}
