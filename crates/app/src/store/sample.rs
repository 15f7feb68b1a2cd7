//! Calls for this folder's tests.

use benspamsphones_core::{
    AskedBy, Call, CallId, CallRequest, CallStatus, Mode, PhoneNumber, ProtocolId, UpdateRoute,
};
use jiff::Timestamp;
use rusqlite::Connection;

use super::call_rows;
use super::schema::MIGRATIONS;

pub(super) const NUMBERS: [&str; 4] = ["+15005550100", "+14158675309", "+442079460958", "+15005550186"];

/// A call that has just been requested. `serial` distinguishes calls of the same millisecond.
pub(super) fn call(at: Timestamp, serial: u8, protocol: &str, to: &str) -> Call {
    let millisecond = u64::try_from(at.as_millisecond()).unwrap();
    let id = uuid::Builder::from_unix_timestamp_millis(millisecond, &[serial; 10]).into_uuid();
    Call::requested(CallRequest {
        id: CallId(id),
        protocol: ProtocolId::new(protocol).unwrap(),
        from: PhoneNumber::from_e164("+15005550006").unwrap(),
        to: PhoneNumber::from_e164(to).unwrap(),
        mode: Mode::Sandbox,
        account_sid: "AC1".into(),
        news: UpdateRoute::Polling,
        requested_at: at,
        asked_by: AskedBy::ALL[usize::from(serial) % AskedBy::ALL.len()],
        asker_name: None,
    })
}

pub(super) fn at_station(call: &Call, status: CallStatus) -> Call {
    let ended_at = status.is_ending().then_some(call.requested_at);
    Call { status, ended_at, ..call.clone() }
}

pub(super) fn database() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    MIGRATIONS.to_latest(&mut connection).unwrap();
    connection
}

/// Inserts a call, then updates it to its station.
pub(super) fn keep(connection: &Connection, call: &Call) {
    let channels = call_rows::Channels { own: call.id.to_string(), watch: None };
    let requested = Call { acknowledged_at: None, ..at_station(call, CallStatus::Requested) };
    call_rows::insert(connection, &requested, &channels, None, None).unwrap();
    call_rows::update(connection, &requested, call).unwrap();
}
