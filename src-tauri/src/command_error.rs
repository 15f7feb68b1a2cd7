//! Errors of the commands.

use benspamsphones_server::backup_files::BackupError;
use benspamsphones_server::backup_files::export::ExportError;
use benspamsphones_server::owner::OwnerError;
use serde::Serialize;

/// Why a command failed. The page gets a code, and has the texts.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("no_server")]
    NoServer,
    #[error("bad_request")]
    BadRequest,
    #[error("not_kept: {0}")]
    Preferences(#[from] tauri_plugin_store::Error),
    #[error("autostart: {0}")]
    Autostart(#[from] tauri_plugin_autostart::Error),
    #[error("not_saved: {0}")]
    Save(#[from] std::io::Error),
    #[error("{0}.")]
    Backup(#[from] BackupError),
    #[error("{0}. Nothing was changed.")]
    Restore(#[from] OwnerError),
    #[error("{0}.")]
    Export(#[from] ExportError),
}

impl Serialize for CommandError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
