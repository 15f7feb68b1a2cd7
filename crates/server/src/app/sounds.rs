//! Sound files: kept here, played by protocols, fetched by Twilio under names that nobody can guess.

use benspamsphones_core::{Plays, SoundId};
use uuid::Uuid;

use super::{App, callbacks};
use crate::live::Change;
use crate::random::random_hex;
use crate::store::sound_rows::{self, SoundKey};
use crate::store::{StoreError, protocol_rows};

pub use crate::store::sound_rows::{Sound, SoundKind};

/// Where Twilio fetches sound files; the name follows.
pub(crate) const MEDIA_PATH: &str = "/media/";

/// Largest sound file, in bytes: ten minutes of speech and more.
pub(crate) const MAX_SOUND: usize = 10 * 1024 * 1024;
/// Longest name, in characters.
const MAX_NAME: usize = 100;

/// Why something can't be done with a sound file.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    /// There is none of that id.
    #[error("There is no such sound file; it may have been deleted.")]
    Unknown,
    /// It is neither MP3 nor WAV.
    #[error("It must be an MP3 or a WAV file; this is neither, whatever its name says.")]
    NotSound,
    /// It is too large.
    #[error("A sound file has at most {} MB.", MAX_SOUND / 1024 / 1024)]
    TooLarge,
    /// A protocol plays it.
    #[error("{0} plays it. Let that play something else first.")]
    InUse(String),
    /// Twilio can't reach this machine.
    #[error(
        "Twilio fetches sound files from here, and this machine has no public address; Settings give it one."
    )]
    NoPublicAddress,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// The sound files, by name.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn sounds(&self) -> Result<Vec<Sound>, StoreError> {
        self.inner.store.read(sound_rows::list).await
    }

    /// A sound file with what is heard.
    ///
    /// # Errors
    /// When there is none of that id.
    pub async fn sound(&self, id: SoundId) -> Result<(Sound, Vec<u8>), SoundError> {
        self.heard(move |connection| sound_rows::find(connection, &SoundKey::Id(id))).await
    }

    /// The same, by the name that Twilio asks for.
    pub(crate) async fn media(&self, name: String) -> Result<(Sound, Vec<u8>), SoundError> {
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

    /// Keeps a sound file.
    ///
    /// # Errors
    /// When it is none that Twilio plays, or too large.
    pub async fn add_sound(&self, name: &str, audio: Vec<u8>) -> Result<Sound, SoundError> {
        let size = u32::try_from(audio.len()).ok().filter(|_| audio.len() <= MAX_SOUND);
        let size = size.ok_or(SoundError::TooLarge)?;
        let kind = kind_of(&audio).ok_or(SoundError::NotSound)?;
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
        Ok(sound)
    }

    /// Deletes a sound file that no protocol plays.
    ///
    /// # Errors
    /// When there is none of that id, or a protocol plays it.
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

    /// Where Twilio fetches a sound file.
    ///
    /// # Errors
    /// When there is none of that id, or Twilio can't reach this machine.
    pub(crate) async fn sound_url(&self, id: SoundId) -> Result<String, SoundError> {
        let public_url = self.public_url().filter(|_| self.has_public_address());
        let public_url = public_url.ok_or(SoundError::NoPublicAddress)?;
        let find = move |connection: &rusqlite::Connection| sound_rows::find(connection, &SoundKey::Id(id));
        let sound = self.inner.store.read(find).await?.ok_or(SoundError::Unknown)?;
        Ok(callbacks::below(&public_url, &format!("{MEDIA_PATH}{}", sound.media_name)))
    }
}

/// What the file's first bytes say: a name can say anything.
fn kind_of(audio: &[u8]) -> Option<SoundKind> {
    match audio {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', _, ..] => Some(SoundKind::Wav),
        // With a tag before it, or at once with a frame: eleven bits set, layer III, and neither a bit rate nor a sampling rate that
        // there is none of (ISO 11172-3, 2.4.1.3).
        [b'I', b'D', b'3', _, ..] => Some(SoundKind::Mp3),
        [0xff, second, third, _, ..]
            if second & 0xe6 == 0xe2 && third & 0xf0 != 0xf0 && third & 0x0c != 0x0c =>
        {
            Some(SoundKind::Mp3)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_is_known_by_its_first_bytes() {
        assert_eq!(kind_of(b"RIFF\x24\0\0\0WAVEfmt "), Some(SoundKind::Wav));
        assert_eq!(kind_of(b"ID3\x04\0\0"), Some(SoundKind::Mp3));
        assert_eq!(kind_of(&[0xff, 0xfb, 0x90, 0x64]), Some(SoundKind::Mp3));
        for other in [&b""[..], b"RIFF\x24\0\0\0AVI LIST", b"<html>", b"OggS\0\0", &[0xff, 0xff, 0xff, 0xff]]
        {
            assert_eq!(kind_of(other), None, "{other:?}");
        }
    }
}
