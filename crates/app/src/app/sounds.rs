//! Sound files: stored here, played by protocols, fetched by Twilio under names that nobody can guess.

use std::panic::catch_unwind;

use benspamsphones_core::{Plays, SoundId};
use benspamsphones_sound::{Prepared, SoundFileError};
use uuid::Uuid;

use super::{App, callbacks};
use crate::live::Change;
use crate::random::random_hex;
use crate::store::sound_rows::{self, SoundKey};
use crate::store::{StoreError, protocol_rows};

pub use crate::store::sound_rows::{Sound, SoundKind};

/// Where Twilio fetches sound files; the name follows.
pub const MEDIA_PATH: &str = "/media/";

/// Over ten minutes of speech.
pub(crate) const MAX_SOUND: usize = 10 * 1024 * 1024;
/// Largest accepted file, in bytes: conversion may shrink a recording.
pub const MAX_RECORDING: usize = 32 * 1024 * 1024;
/// In characters.
const MAX_NAME: usize = 100;

/// Why a sound file operation failed.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    /// No sound file has this id.
    #[error("There is no such sound file. It may have been deleted.")]
    Unknown,
    /// It can't be played.
    #[error(transparent)]
    File(#[from] SoundFileError),
    /// The sound file is too large.
    #[error("A sound file can have at most {} MB.", MAX_SOUND / 1024 / 1024)]
    TooLarge,
    /// The file to convert is too large.
    #[error("A file to convert can have at most {} MB.", MAX_RECORDING / 1024 / 1024)]
    LargeRecording,
    /// A protocol uses it.
    #[error("Protocol {0} plays it. Choose another sound there first.")]
    InUse(String),
    /// Twilio can't reach this machine.
    #[error(
        "Twilio fetches sound files from this computer, which has no public address. Choose one in Settings."
    )]
    NoPublicAddress,
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A sound file that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedSound {
    /// The file.
    pub sound: Sound,
    /// Whether it was converted from a format that Twilio doesn't play.
    pub converted: bool,
}

impl App {
    /// The sound files, sorted by name.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn sounds(&self) -> Result<Vec<Sound>, StoreError> {
        self.inner.store.read(sound_rows::list).await
    }

    /// A sound file with its audio.
    ///
    /// # Errors
    /// When there is no such sound file.
    pub async fn sound(&self, id: SoundId) -> Result<(Sound, Vec<u8>), SoundError> {
        self.heard(move |connection| sound_rows::find(connection, &SoundKey::Id(id))).await
    }

    /// A sound file with its audio, by the name in its URL.
    pub async fn media(&self, name: String) -> Result<(Sound, Vec<u8>), SoundError> {
        self.heard(move |connection| sound_rows::find(connection, &SoundKey::MediaName(&name))).await
    }

    async fn heard(
        &self,
        find: impl FnOnce(&rusqlite::Connection) -> Result<Option<Sound>, StoreError> + Send + 'static,
    ) -> Result<(Sound, Vec<u8>), SoundError> {
        let read = self.inner.store.read(move |connection| {
            let Some(sound) = find(connection)? else { return Ok(None) };
            let audio = sound_rows::audio(connection, sound.id)?;
            Ok(Some((sound, audio)))
        });
        read.await?.ok_or(SoundError::Unknown)
    }

    /// Adds a sound file. Converts formats that Twilio doesn't play, if possible.
    ///
    /// # Errors
    /// When it is not a playable sound, or too large.
    pub async fn add_sound(&self, name: &str, file: Vec<u8>) -> Result<AddedSound, SoundError> {
        if file.len() > MAX_RECORDING {
            return Err(SoundError::LargeRecording);
        }
        let prepared = self.heavy().run(move || {
            // A panic in the decoder means a malformed file.
            let prepared = catch_unwind(|| benspamsphones_sound::prepare(&file));
            match prepared.unwrap_or(Err(SoundFileError::Damaged))? {
                Prepared::Mp3 => Ok::<_, SoundFileError>((SoundKind::Mp3, file, false)),
                Prepared::Wav => Ok((SoundKind::Wav, file, false)),
                Prepared::Converted(wav) => Ok((SoundKind::Wav, wav, true)),
            }
        });
        let (kind, audio, converted) = prepared.await?;
        let size = u32::try_from(audio.len()).ok().filter(|_| audio.len() <= MAX_SOUND);
        let size = size.ok_or(SoundError::TooLarge)?;
        let name: String = name.chars().filter(|sign| !sign.is_control()).take(MAX_NAME).collect();
        let name = name.trim();
        let sound = Sound {
            id: SoundId(Uuid::now_v7()),
            name: if name.is_empty() { "Sound".into() } else { name.to_owned() },
            kind,
            size,
            media_name: format!("{}.{}", random_hex::<16>(), kind.as_str()),
            created_at: self.now(),
        };
        let (app, kept) = (self.clone(), sound.clone());
        let written = self.inner.store.write(move |tx| {
            sound_rows::insert(tx.connection(), &kept, &audio)?;
            tx.after_commit(move || app.live().announce(Change::Sounds));
            Ok(())
        });
        written.await?;
        Ok(AddedSound { sound, converted })
    }

    /// Deletes a sound file that no protocol uses.
    ///
    /// # Errors
    /// When there is no such sound file, or a protocol uses it.
    pub async fn delete_sound(&self, id: SoundId) -> Result<(), SoundError> {
        let (app, region) = (self.clone(), self.default_region());
        let written = self.inner.store.write(move |tx| {
            let protocols = protocol_rows::list(tx.connection(), region)?;
            if let Some(player) = protocols.iter().find(|protocol| protocol.plays == Plays::Sound(id)) {
                let name = player.name.clone().unwrap_or_else(|| player.id.to_string());
                return Ok(Err(SoundError::InUse(name)));
            }
            if !sound_rows::delete(tx.connection(), id)? {
                return Ok(Err(SoundError::Unknown));
            }
            tx.after_commit(move || app.live().announce(Change::Sounds));
            Ok(Ok(()))
        });
        written.await?
    }

    pub(crate) async fn sound_url(&self, id: SoundId) -> Result<String, SoundError> {
        let public_url = self.public_url().filter(|_| self.has_public_address());
        let public_url = public_url.ok_or(SoundError::NoPublicAddress)?;
        let find = move |connection: &rusqlite::Connection| sound_rows::find(connection, &SoundKey::Id(id));
        let sound = self.inner.store.read(find).await?.ok_or(SoundError::Unknown)?;
        Ok(callbacks::below(&public_url, &format!("{MEDIA_PATH}{}", sound.media_name)))
    }
}
