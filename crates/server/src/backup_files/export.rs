//! Export: all of a person's data as JSON, with the API's names.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use benspamsphones_core::{CallEvent, ProtocolFile, Region};
use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Value, json};

use benspamsphones_app::clock::Clock;
use benspamsphones_app::store::backup::{self, BackupError};
use benspamsphones_app::store::{
    Store, StoreError, blocked_rows, call_message_rows, call_note_rows, event_rows, every_call, group_rows,
    people_rows, protocol_rows, quick_dial_rows, sound_rows,
};
use benspamsphones_app::view::{CallView, ExportedCall};
use benspamsphones_app::whole_file::{self, Readers, WholeFile};

/// Why the data can't be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database can't be read.
    #[error(transparent)]
    Database(#[from] BackupError),
    /// The folder isn't empty; files must not be mixed.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A file can't be written.
    #[error("it can't be written: {}", whole_file::words(.0))]
    Io(#[from] io::Error),
    /// A value can't be written as JSON.
    #[error("it can't be written: {0}")]
    Json(#[from] serde_json::Error),
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Database(error.into())
    }
}

impl From<rusqlite::Error> for ExportError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.into())
    }
}

#[derive(Serialize)]
struct TakenCall {
    #[serde(flatten)]
    call: ExportedCall,
    events: Vec<CallEvent>,
}

/// Writes everything as one JSON object.
///
/// # Errors
/// When the database can't be read, or the output can't be written.
pub fn as_one(data_dir: &Path, out: &mut impl Write) -> Result<(), ExportError> {
    let (connection, region) = open(data_dir)?;
    let snapshot = connection.unchecked_transaction()?;
    write!(out, "{{\"exported_at\":{}", json!(Clock::default().now()))?;
    for (name, value) in lists(&snapshot, region)? {
        write!(out, ",\n{}:{value}", json!(name))?;
    }
    out.write_all(b",\n\"sounds\":[")?;
    for (at, sound) in sound_rows::list(&snapshot)?.into_iter().enumerate() {
        let audio = STANDARD.encode(sound_rows::audio(&snapshot, sound.id)?);
        let sound = json!({"id": sound.id, "name": sound.name, "kind": sound.kind, "created_at": sound.created_at, "audio": audio});
        write!(out, "{}{sound}", if at == 0 { "" } else { "," })?;
    }
    out.write_all(b"],\n\"calls\":")?;
    calls(&snapshot, region, out)?;
    out.write_all(b"}\n")?;
    Ok(out.flush()?)
}

/// Writes everything to a folder, with a file for each list and each sound.
///
/// # Errors
/// When the folder isn't empty, the database can't be read, or a file can't be written.
pub fn into_folder(data_dir: &Path, folder: &Path) -> Result<(), ExportError> {
    let (connection, region) = open(data_dir)?;
    let snapshot = connection.unchecked_transaction()?;
    whole_file::make_private_folder(folder)?;
    if fs::read_dir(folder)?.next().is_some() {
        return Err(ExportError::NotEmpty(folder.to_owned()));
    }
    for (name, value) in lists(&snapshot, region)? {
        let mut text = serde_json::to_vec_pretty(&value)?;
        text.push(b'\n');
        whole_file::write(&folder.join(format!("{name}.json")), &text, Readers::OwnerOnly)?;
    }
    let mut file = BufWriter::new(WholeFile::create(&folder.join("calls.json"), Readers::OwnerOnly)?);
    calls(&snapshot, region, &mut file)?;
    file.write_all(b"\n")?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.finish()?;
    let sounds = sound_rows::list(&snapshot)?;
    if !sounds.is_empty() {
        whole_file::make_private_folder(&folder.join("sounds"))?;
    }
    for sound in sounds {
        // Named by its id, as in protocols; its own name may hold any character.
        let file = folder.join("sounds").join(format!("{}.{}", sound.id.0, sound.kind.as_str()));
        whole_file::write(&file, &sound_rows::audio(&snapshot, sound.id)?, Readers::OwnerOnly)?;
    }
    Ok(())
}

fn open(data_dir: &Path) -> Result<(Connection, Region), BackupError> {
    Ok((backup::open_to_read(&Store::path(data_dir))?, super::region(data_dir)))
}

/// Everything except calls and sounds, which may be many or long.
fn lists(connection: &Connection, region: Region) -> Result<[(&'static str, Value); 5], ExportError> {
    let protocols = ProtocolFile { protocols: protocol_rows::list(connection, region)? };
    let blocked = blocked_rows::list(connection)?;
    let blocked = blocked.iter().map(
        |blocked| json!({"number": blocked.number, "note": blocked.note, "blocked_at": blocked.blocked_at}),
    );
    let quick = quick_dial_rows::list(connection)?;
    let quick = quick.iter().map(|quick| json!({"protocol": quick.protocol, "number": quick.number}));
    Ok([
        ("protocols", protocols.to_json()),
        ("people", serde_json::to_value(people_rows::list(connection)?)?),
        ("groups", serde_json::to_value(group_rows::list(connection)?)?),
        ("blocked_numbers", blocked.collect()),
        ("quick_dials", quick.collect()),
    ])
}

/// Newest call first.
fn calls(connection: &Connection, region: Region, out: &mut impl Write) -> Result<(), ExportError> {
    let names = protocol_rows::names(connection, &protocol_rows::list(connection, region)?)?;
    let mut between = "[";
    let count = every_call::each(connection, |call| -> Result<(), ExportError> {
        let events = event_rows::of_call(connection, call.id)?;
        let (message, note) =
            (call_message_rows::get(connection, call.id)?, call_note_rows::get(connection, call.id)?);
        out.write_all(between.as_bytes())?;
        let call = CallView::of(&call, names.get(call.protocol.as_str()).cloned());
        serde_json::to_writer(&mut *out, &TakenCall { call: ExportedCall { call, message, note }, events })?;
        between = ",\n";
        Ok(())
    })?;
    Ok(out.write_all(if count == 0 { b"[]" } else { b"]" })?)
}
