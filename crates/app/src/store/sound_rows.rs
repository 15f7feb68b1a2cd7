//! Rows of `sounds` and `sound_audio`.

use benspamsphones_core::SoundId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::StoreError;
use super::columns::timestamp;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, name, kind, size, media_name, created_at FROM sounds ", $rest)
    };
}

const LIST: &str = select!("ORDER BY name COLLATE NOCASE, id");
const FIND: &str = select!("WHERE id = ?1");
const FIND_MEDIA: &str = select!("WHERE media_name = ?1");
const INSERT: &str = "INSERT INTO sounds (id, name, kind, size, media_name, created_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const INSERT_AUDIO: &str = "INSERT INTO sound_audio (sound, audio) VALUES (?1, ?2)";
const AUDIO: &str = "SELECT audio FROM sound_audio WHERE sound = ?1";
const DELETE: &str = "DELETE FROM sounds WHERE id = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LIST, FIND, FIND_MEDIA, INSERT, INSERT_AUDIO, AUDIO, DELETE];

/// What sort of sound file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SoundKind {
    /// MPEG audio.
    Mp3,
    /// RIFF WAVE.
    Wav,
}

impl SoundKind {
    /// Its name, which is also the file extension.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mp3 => "mp3",
            Self::Wav => "wav",
        }
    }

    /// The MIME type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
        }
    }
}

/// A sound file, without its audio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// The sound's id.
    pub id: SoundId,
    /// The name that people see.
    pub name: String,
    /// The file format.
    pub kind: SoundKind,
    /// In bytes.
    pub size: u32,
    /// The last part of the URL that Twilio fetches.
    pub media_name: String,
    /// When it was added.
    pub created_at: Timestamp,
}

pub(crate) enum SoundKey<'a> {
    Id(SoundId),
    MediaName(&'a str),
}

/// All sounds, without their audio.
pub fn list(connection: &Connection) -> Result<Vec<Sound>, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement.query_and_then([], sound)?;
    rows.collect()
}

pub(crate) fn find(connection: &Connection, key: &SoundKey<'_>) -> Result<Option<Sound>, StoreError> {
    let found = match key {
        SoundKey::Id(id) => connection.prepare_cached(FIND)?.query_row([id.0], |row| Ok(sound(row))),
        SoundKey::MediaName(name) => {
            connection.prepare_cached(FIND_MEDIA)?.query_row([name], |row| Ok(sound(row)))
        }
    };
    found.optional()?.transpose()
}

/// The bytes of a sound.
pub fn audio(connection: &Connection, id: SoundId) -> Result<Vec<u8>, StoreError> {
    Ok(connection.prepare_cached(AUDIO)?.query_row([id.0], |row| row.get(0))?)
}

pub(crate) fn insert(connection: &Connection, sound: &Sound, audio: &[u8]) -> Result<(), StoreError> {
    connection.prepare_cached(INSERT)?.execute(params![
        sound.id.0,
        sound.name,
        sound.kind.as_str(),
        sound.size,
        sound.media_name,
        sound.created_at.as_millisecond(),
    ])?;
    connection.prepare_cached(INSERT_AUDIO)?.execute(params![sound.id.0, audio])?;
    Ok(())
}

/// `false` if there is no such sound.
pub(crate) fn delete(connection: &Connection, id: SoundId) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(DELETE)?.execute([id.0])? > 0)
}

fn sound(row: &Row<'_>) -> Result<Sound, StoreError> {
    let kind: String = row.get(2)?;
    let known = [SoundKind::Mp3, SoundKind::Wav].into_iter().find(|known| known.as_str() == kind);
    Ok(Sound {
        id: SoundId(row.get(0)?),
        name: row.get(1)?,
        kind: known.ok_or_else(|| StoreError::bad_row("kind of sound", kind))?,
        size: row.get(3)?,
        media_name: row.get(4)?,
        created_at: timestamp(row.get(5)?)?,
    })
}
