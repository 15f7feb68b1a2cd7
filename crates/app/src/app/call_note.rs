//! The note on a call.

use std::collections::HashMap;

use benspamsphones_core::{Call, CallId};

use super::App;
use crate::live::Change;
use crate::store::call_rows::{self, Key};
use crate::store::{StoreError, call_note_rows};

/// Longest note, in characters.
pub const MAX_CALL_NOTE_CHARS: usize = 2_000;

/// Why a note was not saved.
#[derive(Debug, thiserror::Error)]
pub enum CallNoteError {
    /// No call has this id.
    #[error("There is no call {0}")]
    Unknown(CallId),
    /// The note was changed since the caller read it.
    #[error("the note was changed meanwhile")]
    ChangedMeanwhile,
    /// The note is too long.
    #[error("a call's note has at most {MAX_CALL_NOTE_CHARS} characters")]
    TooLong,
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Sets the note on a call and returns it as saved; an empty text removes it. With `replaces`, only if the current
    /// note is that text; empty means no note.
    ///
    /// # Errors
    /// When there is no such call, the note was changed meanwhile, or it is longer than [`MAX_CALL_NOTE_CHARS`].
    pub async fn note_call(
        &self,
        id: CallId,
        note: &str,
        replaces: Option<String>,
    ) -> Result<Option<String>, CallNoteError> {
        if note.chars().count() > MAX_CALL_NOTE_CHARS {
            return Err(CallNoteError::TooLong);
        }
        let note = note.trim().to_owned();
        let written = self.inner.store.write(move |tx| {
            if call_rows::find(tx.connection(), &Key::Id(id))?.is_none() {
                return Ok(Err(CallNoteError::Unknown(id)));
            }
            let current = call_note_rows::get(tx.connection(), id)?.unwrap_or_default();
            if replaces.is_some_and(|replaces| replaces != current) {
                return Ok(Err(CallNoteError::ChangedMeanwhile));
            }
            call_note_rows::put(tx.connection(), id, &note)?;
            Ok(Ok(note))
        });
        let note = written.await??;
        self.inner.hub.announce(Change::Calls);
        Ok(Some(note).filter(|note| !note.is_empty()))
    }

    /// The notes on these calls.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn call_notes(&self, calls: &[Call]) -> Result<HashMap<CallId, String>, StoreError> {
        self.texts_of(calls, call_note_rows::get).await
    }

    /// The note on a call.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn call_note(&self, id: CallId) -> Result<Option<String>, StoreError> {
        self.inner.store.read(move |connection| call_note_rows::get(connection, id)).await
    }
}
