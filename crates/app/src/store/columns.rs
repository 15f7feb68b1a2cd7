//! Parses columns that several tables have. The error for a bad value says what it should have been.

use benspamsphones_core::phone_number::masked;
use benspamsphones_core::{
    AskedBy, CallId, EventKind, Extension, Mode, Money, PhoneNumber, Source, UpdateRoute,
};
use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::StoreError;

pub(super) fn text<'row>(row: &'row Row<'_>, at: usize) -> Result<&'row str, StoreError> {
    Ok(row.get_ref(at)?.as_str().map_err(rusqlite::Error::from)?)
}

/// Passes each row's call and text to `tell`. The statement selects them in this order.
pub(super) fn each_text(
    connection: &Connection,
    statement: &str,
    mut tell: impl FnMut(CallId, &str),
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(statement)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        tell(CallId(row.get(0)?), text(row, 1)?);
    }
    Ok(())
}

/// In E.164.
pub(super) fn number(row: &Row<'_>, at: usize) -> Result<PhoneNumber, StoreError> {
    let text = text(row, at)?;
    PhoneNumber::from_e164(text).map_err(|_| StoreError::bad_row("number", masked(text)))
}

/// In milliseconds since 1970.
pub(super) fn timestamp(millisecond: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millisecond).map_err(|_| StoreError::bad_row("time", millisecond.to_string()))
}

pub(super) fn mode(text: &str) -> Result<Mode, StoreError> {
    let found = [Mode::Sandbox, Mode::Live].into_iter().find(|mode| mode.as_str() == text);
    found.ok_or_else(|| StoreError::bad_row("mode", text))
}

pub(super) fn asked_by(text: &str) -> Result<AskedBy, StoreError> {
    text.parse().map_err(|_| StoreError::bad_row("way of asking", text))
}

pub(super) fn news(text: &str) -> Result<UpdateRoute, StoreError> {
    let found = [UpdateRoute::Callbacks, UpdateRoute::Polling].into_iter().find(|news| news.as_str() == text);
    found.ok_or_else(|| StoreError::bad_row("way of news", text))
}

/// In millionths of the currency.
pub(super) fn price(micros: Option<i64>, currency: Option<String>) -> Result<Option<Money>, StoreError> {
    let (Some(micros), Some(currency)) = (micros, currency) else { return Ok(None) };
    Money::of_micros(micros, &currency)
        .map_or(Err(StoreError::bad_row("currency", currency)), |price| Ok(Some(price)))
}

pub(super) fn extension(text: Option<String>) -> Result<Option<Extension>, StoreError> {
    text.map(|text| text.parse().map_err(|_| StoreError::bad_row("extension", text))).transpose()
}

/// The condition that `number` is one of a line's. Its first three parameters are from [`line`].
macro_rules! of_line {
    () => {
        "number IN (?1, ?2, ?3)"
    };
}
pub(super) use of_line;

/// The numbers of a line, for [`of_line`]: a row for one of them counts for all.
pub(super) fn line(number: &PhoneNumber) -> [String; 3] {
    let mut spellings = number.spellings().into_iter().map(|spelling| spelling.to_string());
    std::array::from_fn(|_| spellings.next().unwrap_or_else(|| number.to_string()))
}

pub(super) fn source(text: &str) -> Result<Source, StoreError> {
    let found = Source::ALL.into_iter().find(|source| source.as_str() == text);
    found.ok_or_else(|| StoreError::bad_row("source", text))
}

pub(super) fn event_kind(text: &str) -> Result<EventKind, StoreError> {
    let found = EventKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| StoreError::bad_row("kind of event", text))
}
