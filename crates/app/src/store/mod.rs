//! Everything that is kept, in one SQLite file.
//!
//! One thread writes and commits everything that waits together ([`writer`]); readers have connections of their own and
//! never wait for it. Each table has a file for its rows: [`call_rows`], [`event_rows`], [`protocol_rows`],
//! [`people_rows`], [`group_rows`], [`blocked_rows`], [`quick_dial_rows`], [`setting_rows`], [`token_rows`],
//! [`refusal_rows`], [`sound_rows`], [`quote_rows`], [`consent_rows`], [`refused_call_rows`], [`explanation_rows`],
//! [`call_note_rows`], [`call_message_rows`], [`quarter_rows`], [`import_rows`]. [`ledger_rows`] reads for the guard,
//! [`statistics_rows`] counts, [`spend_rows`] and [`whose_spend_rows`] sum up what was spent, [`minute_price_rows`] has
//! the price of a minute, [`deletion_rows`] deletes, and [`every_call`] reads all calls. The [`call_index`] finds calls
//! that are [`wanted`]. [`columns`] reads columns that several tables have. [`backup`] and [`restore`] copy the whole
//! file, [`carried_over`] keeps what a restore must not undo, and [`damage`] finds out when the file can't be read any
//! more.

pub mod backup;
pub mod blocked_rows;
mod call_index;
pub mod call_message_rows;
pub mod call_note_rows;
pub mod call_rows;
pub mod carried_over;
mod columns;
pub(crate) mod consent_rows;
pub mod damage;
pub(crate) mod deletion_rows;
pub mod event_rows;
pub mod every_call;
pub(crate) mod explanation_rows;
pub(crate) mod further_rows;
pub mod group_rows;
pub(crate) mod import_rows;
pub(crate) mod ledger_rows;
pub(crate) mod minute_price_rows;
pub mod people_rows;
pub mod protocol_rows;
mod quarter_rows;
pub mod quick_dial_rows;
pub(crate) mod quote_rows;
pub mod refusal_rows;
pub(crate) mod refused_call_rows;
pub mod restore;
#[cfg(test)]
mod sample;
mod schema;
pub mod setting_rows;
pub mod sound_rows;
pub(crate) mod spend_rows;
pub(crate) mod statistics_rows;
#[cfg(test)]
pub(crate) mod steps;
pub mod token_rows;
pub(crate) mod wanted;
pub(crate) mod whose_spend_rows;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_core::UnknownStatus;
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

pub use writer::WriteTx;

use crate::live::Hub;
use crate::whole_file::words;
use call_index::CallIndex;
use schema::migrate;
use writer::Writer;

/// Why something can't be stored or read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// SQLite's own error.
    #[error("the database: {0}")]
    Sqlite(Arc<rusqlite::Error>),
    /// The file is damaged, or isn't a database.
    #[error("the database is damaged: {0}")]
    Damaged(Arc<str>),
    /// The disk is full, or a quota is used up. Nothing of the write was kept.
    #[error("the disk is full, so nothing can be saved")]
    Full,
    /// The file can't be created or opened.
    #[error("the database's file: {}", words(.0))]
    File(Arc<std::io::Error>),
    /// The file is from a later version, or its schema can't be brought up to date.
    #[error("the database can't be brought up to date: {0}")]
    Migration(Arc<rusqlite_migration::Error>),
    /// A row has a value that this version doesn't know.
    #[error("the database contains a {what} that this version doesn't know: {value:?}")]
    BadRow {
        /// The kind of value.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// Part of the schema is missing or different.
    #[error("the database was changed by something other than BenSpamsPhones: {0}")]
    Schema(schema::comparison::Difference),
    /// This program panicked while it wrote. Nothing of this write was kept.
    #[error("a bug in the program stopped the write, so nothing was saved")]
    Panicked,
    /// The program is stopping.
    #[error("the program is stopping")]
    Stopped,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        damage::of_error(error)
    }
}

impl StoreError {
    pub(crate) fn bad_row(what: &'static str, value: impl Into<String>) -> Self {
        Self::BadRow { what, value: value.into() }
    }
}

impl From<UnknownStatus> for StoreError {
    fn from(error: UnknownStatus) -> Self {
        Self::bad_row("status", error.to_string())
    }
}

/// The open database. Clones share it.
#[derive(Clone)]
pub struct Store {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    call_index: Arc<CallIndex>,
    /// A check of the file for damage is still due.
    looks_later: bool,
}

impl Store {
    /// Path of the file in the data folder. It doesn't exist before the first start.
    pub fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("benspamsphones.db")
    }

    /// Whether this data folder has no data yet, and no unfinished restore.
    pub fn is_first_start(data_dir: &Path) -> bool {
        restore::change::is_first_start(&Self::path(data_dir))
    }

    /// Opens the file, creating it if necessary, and updates its schema.
    ///
    /// # Errors
    /// When the file can't be opened, is damaged, lacks something, or was written by a later version.
    pub fn open(path: &Path, hub: Hub) -> Result<Self, StoreError> {
        let was_closed = damage::was_closed(path);
        make_private(path)?;
        let mut connection = connect(path, OpenFlags::default())?;
        // WAL with FULL: a commit is on the disk before anyone hears of it, even if the power fails.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // Statement journals, which let one write of a batch be rolled back, stay in memory.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        // Pages that change often stay in memory (KiB), and checkpoints are less frequent (in pages of 4 KiB).
        connection.pragma_update(None, "cache_size", -16_384)?;
        connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        if damage::is_checked_first(path, was_closed) {
            damage::check(&connection)?;
        }
        let looks_later = damage::is_checked_later(path, was_closed);
        migrate(&mut connection)?;
        schema::comparison::must_hold(&connection, schema::STEPS.len())?;
        let readers = Readers { path: path.to_owned(), idle: Mutex::default() };
        let call_index = Arc::new(CallIndex::default());
        let writer = Writer::start(connection, hub, call_index.clone())?;
        Ok(Self { writer: Arc::new(writer), readers: Arc::new(readers), call_index, looks_later })
    }

    /// Checks the file for damage, if it was too large to check at the start.
    pub async fn look_through(&self, stop: &CancellationToken) -> Result<(), StoreError> {
        if !self.looks_later {
            return Ok(());
        }
        let path = self.readers.path.clone();
        let (tell, handle) = oneshot::channel();
        let mut looking = tokio::task::spawn_blocking(move || {
            // A separate connection, so that its cache doesn't stay in memory.
            let connection =
                connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            let _ = tell.send(connection.get_interrupt_handle());
            damage::check(&connection)
        });
        tokio::select! {
            looked = &mut looking => return looked.map_err(|_| StoreError::Stopped)?,
            () = stop.cancelled() => {}
        }
        if let Ok(handle) = handle.await {
            handle.interrupt();
        }
        // The next start will find what this check didn't.
        let _ = looking.await;
        Ok(())
    }

    /// Runs `work` in a transaction and returns once it is on the disk. Events recorded in it are published right
    /// after. If `work` fails, nothing of it is kept.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.write(work).await
    }

    /// Runs `work` on a read-only connection that sees everything committed before.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = self.readers.clone();
        let reading = tokio::task::spawn_blocking(move || readers.read(work));
        reading.await.map_err(|_| StoreError::Stopped)?
    }

    /// The same on the calling thread, for a few rows found by key: they take microseconds, less than a change of
    /// threads.
    pub(crate) fn glance<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.readers.read(|connection| {
            // One snapshot, and the write-ahead log is checked once instead of with each statement.
            connection.prepare_cached("BEGIN")?.execute([])?;
            let answer = work(connection);
            connection.prepare_cached("COMMIT")?.execute([])?;
            answer
        })
    }

    pub(crate) fn call_index(&self) -> &Arc<CallIndex> {
        &self.call_index
    }

    /// Writes everything that waits, then closes the file.
    pub async fn close(&self) {
        // The readers first: the last connection to close checkpoints the write-ahead log.
        self.readers.close();
        self.writer.close().await;
    }
}

struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let connection = self.take()?;
        let answer = work(&connection);
        self.put_back(connection);
        answer
    }

    fn take(&self) -> Result<Connection, StoreError> {
        let idle = self.idle.lock().pop();
        match idle {
            Some(connection) => Ok(connection),
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX),
        }
    }

    fn put_back(&self, connection: Connection) {
        let mut idle = self.idle.lock();
        // Keep a few; a burst may have opened many.
        if idle.len() < 4 {
            idle.push(connection);
        }
    }

    fn close(&self) {
        self.idle.lock().clear();
    }
}

/// The file says who was called, so only its owner may read it, even in a folder that others can read. SQLite gives its
/// other files the same permissions.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(path);
    #[cfg(unix)]
    let opened =
        opened.and_then(|file| file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)));
    opened.map(drop).map_err(|error| StoreError::File(Arc::new(error)))
}

pub(crate) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    #[cfg(test)]
    steps::count(&connection, path);
    Ok(connection)
}
