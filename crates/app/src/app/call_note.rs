//! The note on a call.

use benspamsphones_core::CallId;

use super::App;
use crate::live::Change;
use crate::store::call_rows::{self, Key};
use crate::store::{StoreError, call_note_rows};

/// Most characters of a call's note.
pub const MAX_CALL_NOTE_CHARS: usize = 2_000;

/// Why a note isn't saved.
#[derive(Debug, thiserror::Error)]
pub enum CallNoteError {
    /// There is no call of that id.
    #[error("There is no call {0}")]
    Unknown(CallId),
    /// It is too long.
    #[error("a call's note has at most {MAX_CALL_NOTE_CHARS} characters")]
    TooLong,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Sets the note on a call and returns it as saved. An empty text removes it.
    ///
    /// # Errors
    /// When there is no such call, or the note is longer than [`MAX_CALL_NOTE_CHARS`].
    pub async fn note_call(&self, id: CallId, note: &str) -> Result<Option<String>, CallNoteError> {
        if note.chars().count() > MAX_CALL_NOTE_CHARS {
            return Err(CallNoteError::TooLong);
        }
        let note = note.trim().to_owned();
        let written = self.inner.store.write(move |tx| {
            if call_rows::find(tx.connection(), &Key::Id(id))?.is_none() {
                return Ok(None);
            }
            call_note_rows::put(tx.connection(), id, &note)?;
            Ok(Some(note))
        });
        let note = written.await?.ok_or(CallNoteError::Unknown(id))?;
        self.inner.hub.announce(Change::Calls);
        Ok(Some(note).filter(|note| !note.is_empty()))
    }

    /// The note about a call.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn call_note(&self, id: CallId) -> Result<Option<String>, StoreError> {
        self.inner.store.read(move |connection| call_note_rows::get(connection, id)).await
    }
}
