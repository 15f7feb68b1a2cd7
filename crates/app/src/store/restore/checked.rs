//! Checks that a file is a sound database of this program, of this version or an earlier one.

use benspamsphones_core::{EventId, Limits, Region};
use rusqlite::Connection;

use super::super::backup::{self, APPLICATION_ID, MADE_AT};
use super::super::schema::{STEPS, comparison};
use super::super::{
    StoreError, blocked_rows, event_rows, every_call, group_rows, import_rows, people_rows, protocol_rows,
    quick_dial_rows, refusal_rows, refused_call_rows, setting_rows, sound_rows, token_rows,
};
use super::{RestoreError, Restored, must_fit, of_file};

const PAGE: u32 = 1_000;

/// A backup, or a database of this program that was set aside.
pub(super) fn is_ours(connection: &Connection) -> Result<(), RestoreError> {
    let read = || -> Result<_, StoreError> {
        let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let tables =
            "SELECT count(*) FROM sqlite_schema WHERE name IN ('protocols', 'calls', 'events', 'settings')";
        let known: i64 = connection.query_row(tables, [], |row| row.get(0))?;
        Ok((id, known, backup::version(connection)?))
    };
    let (id, known, version) = read().map_err(of_file)?;
    if !matches!(id, APPLICATION_ID | 0) || known < 2 || version == 0 {
        return Err(RestoreError::NotABackup);
    }
    if version > STEPS.len() {
        return Err(RestoreError::LaterVersion);
    }
    // Triggers run with the first row written, and views and virtual tables with the first row read. So the whole
    // schema is compared with this program's own schema of that version before anything is written.
    must_fit(comparison::with_version(connection, version).map_err(of_file)?)
}

/// Reads everything, each row with the code that will read it later.
pub(super) fn read_everything(connection: &Connection, region: Region) -> Result<Restored, StoreError> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(StoreError::Damaged(found.into()));
    }
    if connection.prepare("PRAGMA foreign_key_check")?.exists([])? {
        return Err(StoreError::Damaged("a row refers to another one that doesn't exist".into()));
    }
    let made_at = setting_rows::get(connection, MADE_AT)?;
    let made_at =
        made_at.map(|text| text.parse().map_err(|_| StoreError::bad_row("time", text))).transpose()?;
    let protocols = protocol_rows::list(connection, region)?.len();
    let people = people_rows::list(connection)?.len();
    group_rows::list(connection)?;
    import_rows::uids(connection)?;
    for import in import_rows::list(connection)? {
        import_rows::people(connection, import.id)?;
        import_rows::numbers(connection, import.id)?;
    }
    blocked_rows::list(connection)?;
    quick_dial_rows::list(connection)?;
    token_rows::list(connection)?;
    refusal_rows::list(connection)?;
    refused_call_rows::page(connection, None, u32::MAX)?;
    if let Some(limits) = setting_rows::get(connection, setting_rows::LIMITS)? {
        // Limits that can't be read don't mean "no limits".
        serde_json::from_str::<Limits>(&limits)
            .map_err(|error| StoreError::bad_row("limit", error.to_string()))?;
    }
    for sound in sound_rows::list(connection)? {
        if sound_rows::audio(connection, sound.id)?.len() != sound.size as usize {
            return Err(StoreError::bad_row("sound file", sound.name));
        }
    }
    let calls = every_call::each(connection, |_| Ok::<_, StoreError>(()))?;
    let mut event: EventId = 0;
    while let Some(last) = event_rows::after(connection, event, PAGE)?.last() {
        event = last.id;
    }
    Ok(Restored { made_at, calls, people, protocols })
}
