//! Why the program did nothing of what the page asked.

use benspamsphones_server::backup_files::BackupError;
use benspamsphones_server::backup_files::export::ExportError;
use benspamsphones_server::owner::OwnerError;
use serde::Serialize;

/// Why a command did nothing. The page is told a code, and has the words.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// The server isn't there.
    #[error("no_server")]
    NoServer,
    /// What was asked isn't for the API.
    #[error("bad_request")]
    BadRequest,
    /// The preferences can't be kept.
    #[error("not_kept: {0}")]
    Preferences(#[from] tauri_plugin_store::Error),
    /// Starting with the session can't be arranged.
    #[error("autostart: {0}")]
    Autostart(#[from] tauri_plugin_autostart::Error),
    /// The file can't be written.
    #[error("not_saved: {0}")]
    Save(#[from] std::io::Error),
    /// There is no backup.
    #[error("{0}.")]
    Backup(#[from] BackupError),
    /// The backup isn't restored.
    #[error("{0}. Nothing was changed.")]
    Restore(#[from] OwnerError),
    /// Not everything can be taken along.
    #[error("{0}.")]
    Export(#[from] ExportError),
}

impl Serialize for CommandError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
