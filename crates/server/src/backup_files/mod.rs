//! The owner's files: backup, restore, export of everything, and a report for support.
//!
//! All of these work on a data folder, whether the program is running or not. The hosts offer them, not a route: they
//! read or write a file that the owner chooses, and a route that takes a file name would let any API client write
//! anywhere. Replacing the database takes the folder's lock.

pub mod export;
pub mod support_bundle;

use std::path::Path;

use benspamsphones_app::app::App;
use benspamsphones_app::clock::Clock;
use benspamsphones_app::data_dir::{DataDir, DataDirError};
pub use benspamsphones_app::store::backup::BackupError;
pub use benspamsphones_app::store::carried_over::{CarriedOver, Lost};
pub use benspamsphones_app::store::damage::WHAT_TO_DO;
use benspamsphones_app::store::restore;
pub use benspamsphones_app::store::restore::{Replaced, RestoreError, Restored};
use benspamsphones_app::store::{Store, StoreError, backup};
use benspamsphones_core::Region;

use crate::owner::{Owner, OwnerError};
use crate::startup_settings::StartupSettings;

/// Why the database was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// The folder can't be opened, or a program uses it.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The backup can't be used.
    #[error(transparent)]
    Restore(#[from] RestoreError),
}

/// Writes the current database of a data folder into one file without secrets.
///
/// # Errors
/// When the database can't be read, or the file can't be written.
pub fn back_up(data_dir: &Path, to: &Path) -> Result<(), BackupError> {
    backup::write(&Store::path(data_dir), to, Clock::default().now())
}

/// Replaces the database of a folder on which no program runs with a backup. The previous database, if any, stays next
/// to it. Who may access the server, who must not be called and the calls that the limits count are kept.
///
/// # Errors
/// When a program runs, calls may be in progress, or the backup can't be used. Nothing is changed then.
pub fn restore(data_dir: &Path, from: &Path) -> Result<(Restored, Option<Replaced>), ReplaceError> {
    let _held = DataDir::open(data_dir)?;
    let database = Store::path(data_dir);
    let now = Clock::default().now();
    if let Some(aside) = restore::finish(&database, now)? {
        tracing::warn!(kept = %aside.display(), "an earlier restore had been interrupted, and was finished first");
    }
    let open = if database.exists() { restore::open_calls(&database, now) } else { Ok(0) };
    let open = open.map_err(RestoreError::CarryOver)?;
    if open > 0 {
        return Err(RestoreError::CallsUnderWay(open).into());
    }
    let restored = restore::stage(&database, from, region(data_dir))?;
    Ok((restored, restore::take_staged(&database, now)?))
}

/// Sets aside the database of a folder on which no program runs. The next start begins with an empty one, except for
/// what a restore keeps too.
///
/// # Errors
/// When a program runs, there is no database, the new one can't be written, or a file can't be renamed.
pub fn begin_anew(data_dir: &Path) -> Result<Replaced, ReplaceError> {
    let _held = DataDir::open(data_dir)?;
    Ok(restore::begin_anew(&Store::path(data_dir), Clock::default().now())?)
}

/// The chosen country of numbers without `+`. Stored numbers are E.164, so it hardly matters.
fn region(data_dir: &Path) -> Region {
    StartupSettings::read(data_dir).ok().and_then(|found| found.choices.default_region).unwrap_or_default()
}

/// Writes a backup of a folder that a server uses, while calls continue.
///
/// # Errors
/// When the database can't be read, or the file can't be written.
pub async fn back_up_meanwhile(data_dir: &Path, to: &Path) -> Result<(), BackupError> {
    let (data_dir, to) = (data_dir.to_owned(), to.to_owned());
    let written = tokio::task::spawn_blocking(move || back_up(&data_dir, &to));
    written.await.map_err(|_| StoreError::Stopped)?
}

impl Owner {
    /// Checks a backup and restarts the program with it. A call that begins in between isn't lost: the restart then
    /// changes nothing and reports it.
    ///
    /// # Errors
    /// When calls are in progress, or the backup can't be used. Nothing is changed then.
    pub async fn restore(&self, app: &App, data_dir: &Path, from: &Path) -> Result<Restored, OwnerError> {
        crate::owner::nothing_under_way(app).await?;
        let (database, from, region) = (Store::path(data_dir), from.to_owned(), app.default_region());
        let staged = tokio::task::spawn_blocking(move || restore::stage(&database, &from, region));
        let restored = staged.await.map_err(|_| StoreError::Stopped)??;
        self.restart.want();
        Ok(restored)
    }
}
