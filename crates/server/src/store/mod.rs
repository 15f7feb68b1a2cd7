//! What is kept: one SQLite file.
//!
//! One thread writes and lets everything that waits share a commit ([`writer`]); readers have connections of
//! their own and never wait for it. The rows of each table have a file: [`call_rows`], [`event_rows`],
//! [`protocol_rows`], [`people_rows`], [`blocked_rows`], [`quick_dial_rows`], [`setting_rows`], [`token_rows`],
//! [`refusal_rows`], [`sound_rows`], [`quote_rows`], [`consent_rows`], [`refused_call_rows`], [`explanation_rows`],
//! [`quarter_rows`]; [`ledger_rows`] reads for the guard, [`statistics_rows`] counts, [`spend_rows`] tells what was spent,
//! [`deletion_rows`] deletes, [`every_call`] hands over all. Calls are looked for in the [`register`], by what is
//! [`wanted`]. [`backup`] and [`restore`] take all of it along, [`damage`] knows when it can't be read any more.

pub(crate) mod backup;
pub(crate) mod blocked_rows;
pub(crate) mod call_rows;
pub(crate) mod consent_rows;
pub(crate) mod damage;
pub(crate) mod deletion_rows;
pub(crate) mod event_rows;
pub(crate) mod every_call;
pub(crate) mod explanation_rows;
pub(crate) mod ledger_rows;
pub(crate) mod people_rows;
pub(crate) mod protocol_rows;
mod quarter_rows;
pub(crate) mod quick_dial_rows;
pub(crate) mod quote_rows;
pub(crate) mod refusal_rows;
pub(crate) mod refused_call_rows;
mod register;
pub(crate) mod restore;
#[cfg(test)]
mod sample;
pub(crate) mod setting_rows;
pub(crate) mod sound_rows;
pub(crate) mod spend_rows;
pub(crate) mod statistics_rows;
pub(crate) mod token_rows;
pub(crate) mod wanted;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use benspamsphones_core::{EventKind, Source, UnknownStatus};
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

pub(crate) use writer::WriteTx;

use crate::live::Hub;
use register::Register;
use writer::Writer;

const STEPS: &[M] = &[
    M::up(include_str!("migrations/0001_calls.sql")),
    M::up(include_str!("migrations/0002_people.sql")),
    M::up(include_str!("migrations/0003_access.sql")),
    M::up(include_str!("migrations/0004_watchers.sql")),
    M::up(include_str!("migrations/0005_sounds.sql")),
    M::up(include_str!("migrations/0006_asked_by.sql")),
    M::up(include_str!("migrations/0007_history.sql")),
    M::up(include_str!("migrations/0008_money.sql")),
    M::up(include_str!("migrations/0009_opt_outs.sql")),
    M::up(include_str!("migrations/0011_limits.sql")),
];
const MIGRATIONS: Migrations = Migrations::from_slice(STEPS);

/// Why something could not be kept or read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// SQLite's own words.
    #[error("the database: {0}")]
    Sqlite(Arc<rusqlite::Error>),
    /// The file is damaged, or isn't a database.
    #[error("the database is damaged: {0}")]
    Damaged(Arc<str>),
    /// The disk is full, or a quota is used up. Nothing of the write was kept.
    #[error("the disk is full, so nothing can be written down")]
    Full,
    /// The file can't be made or opened.
    #[error("the database's file: {0}")]
    File(Arc<std::io::Error>),
    /// The file is from a later version, or its schema can't be brought up to date.
    #[error("the database can't be brought up to date: {0}")]
    Migration(Arc<rusqlite_migration::Error>),
    /// A row holds something this version doesn't know.
    #[error("the database holds a {what} that this version does not know: {value:?}")]
    BadRow {
        /// What sort of thing.
        what: &'static str,
        /// What stands there.
        value: String,
    },
    /// Another write of the same batch failed half way, so none of them was kept.
    #[error("the database: a write beside this one failed, and both were taken back")]
    HalfWritten,
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
    register: Arc<Register>,
}

impl Store {
    /// Where the file is within the data folder. There is none before the first start.
    pub fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("benspamsphones.db")
    }

    /// Opens the file, makes it if there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file can't be opened, is damaged, or was written by a later version.
    pub fn open(path: &Path, hub: Hub) -> Result<Self, StoreError> {
        let was_closed = damage::was_closed(path);
        make_private(path)?;
        let mut connection = connect(path, OpenFlags::default())?;
        // WAL with FULL: a commit is on the disk before anybody is told of it, also when the power fails.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // The pages that change most stay in memory (KiB), and are folded into the file less often (pages of 4 KiB).
        connection.pragma_update(None, "cache_size", -16_384)?;
        connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        damage::check(&connection, path, was_closed)?;
        migrate(&mut connection)?;
        let readers = Readers { path: path.to_owned(), idle: Mutex::default() };
        let register = Arc::new(Register::load(&connection)?);
        let writer = Writer::start(connection, hub, register.clone())?;
        Ok(Self { writer: Arc::new(writer), readers: Arc::new(readers), register })
    }

    /// Runs `work` in a transaction and returns once it is on the disk; events recorded in it are published
    /// right after. When `work` fails nothing of it is kept.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.write(work).await
    }

    /// Runs `work` on a connection that only reads, and sees everything that was committed before.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = self.readers.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let connection = readers.take()?;
            let answer = work(&connection);
            readers.put_back(connection);
            answer
        });
        reading.await.map_err(|_| StoreError::Stopped)?
    }

    /// Where calls are looked for.
    pub(crate) fn register(&self) -> &Arc<Register> {
        &self.register
    }

    /// Lets everything that waits be written, then closes the file.
    pub async fn close(&self) {
        // The readers first: the last connection to close folds the write-ahead log into the file.
        self.readers.close();
        self.writer.close().await;
    }
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    MIGRATIONS.to_latest(connection).map_err(|error| match error {
        // Room and damage have words of their own.
        rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
        other => StoreError::Migration(Arc::new(other)),
    })
}

struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    fn take(&self) -> Result<Connection, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(connection) => Ok(connection),
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX),
        }
    }

    fn put_back(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // A burst may have opened many; a few are enough to keep.
        if idle.len() < 4 {
            idle.push(connection);
        }
    }

    fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The file holds whom somebody called, so it is its owner's alone, also in a folder that others may read. SQLite
/// gives its other files the same permissions.
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

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

pub(crate) fn source(text: &str) -> Result<Source, StoreError> {
    let found = Source::ALL.into_iter().find(|source| source.as_str() == text);
    found.ok_or_else(|| StoreError::bad_row("source", text))
}

pub(crate) fn event_kind(text: &str) -> Result<EventKind, StoreError> {
    let found = EventKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| StoreError::bad_row("kind of event", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_sound() {
        MIGRATIONS.validate().unwrap();
    }

    #[test]
    fn every_statement_fits_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let mut connection = connect(&path, OpenFlags::default()).unwrap();
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let all = [
            call_rows::STATEMENTS,
            event_rows::STATEMENTS,
            protocol_rows::STATEMENTS,
            setting_rows::STATEMENTS,
            people_rows::STATEMENTS,
            blocked_rows::STATEMENTS,
            quick_dial_rows::STATEMENTS,
            ledger_rows::STATEMENTS,
            token_rows::STATEMENTS,
            sound_rows::STATEMENTS,
            refusal_rows::STATEMENTS,
            quote_rows::STATEMENTS,
            spend_rows::STATEMENTS,
            quarter_rows::STATEMENTS,
            explanation_rows::STATEMENTS,
            deletion_rows::STATEMENTS,
            register::STATEMENTS,
            every_call::STATEMENTS,
            consent_rows::STATEMENTS,
            refused_call_rows::STATEMENTS,
        ];
        for statement in all.into_iter().flatten() {
            connection.prepare(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }

    #[test]
    fn prices_of_before_are_taken_over_to_the_last_digit() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(&folder.path().join("test.db"), OpenFlags::default()).unwrap();
        let before = STEPS.iter().position(|step| format!("{step:?}").contains("price_micros")).unwrap();
        MIGRATIONS.to_version(&mut connection, before).unwrap();
        let amounts = [
            ("0.013", 13_000_i64),
            ("1", 1_000_000),
            ("0", 0),
            ("12.34567", 12_345_670),
            ("-0.5", -500_000),
            ("-0.013", -13_000),
            ("0.0000001", 1),
            ("-1.1234567", -1_123_457),
        ];
        for (n, (amount, _)) in amounts.iter().enumerate() {
            let columns = "id, protocol, from_number, to_number, mode, account_sid, requested_at, status, open, news, price_amount, price_currency";
            let insert = format!(
                "INSERT INTO calls ({columns}) VALUES (?1, 'p', '+1', '+2', 'live', 'AC1', ?2, 'completed', 0, 'polling', ?3, 'USD')"
            );
            let at = 1_700_000_000_000_i64 + i64::try_from(n).unwrap();
            connection.execute(&insert, rusqlite::params![uuid::Uuid::now_v7(), at, amount]).unwrap();
        }
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let mut statement =
            connection.prepare("SELECT price_micros FROM calls ORDER BY requested_at").unwrap();
        let micros: Vec<i64> =
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(micros, amounts.map(|(_, micros)| micros));
        let sum: i64 = micros.iter().sum();
        for table in
            ["spend WHERE span_s = 900", "spend WHERE span_s = 86400", "protocol_spend", "number_spend"]
        {
            let sql = format!("SELECT sum(spent_micros) FROM {table}");
            let told: i64 = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
            assert_eq!(told, sum, "{table}");
        }
    }

    #[test]
    fn calls_of_an_older_version_are_counted_once_and_for_all() {
        let mut connection = Connection::open_in_memory().unwrap();
        MIGRATIONS.to_version(&mut connection, 6).unwrap();
        let insert = "INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at,
            status, open, news) VALUES (?1, 'dinner', '+15005550006', '+15005550100', ?2, 'AC1', ?3, ?4, ?5, 'polling')";
        for (id, mode, at, status, open) in [
            (1_u8, "live", 900_000, "completed", 0),
            (2, "live", 1_799_999, "no-answer", 0),
            (3, "live", 1_800_000, "busy", 0),
            (4, "live", 1_800_000, "ringing", 1),
            (5, "sandbox", 900_000, "completed", 0),
        ] {
            connection.execute(insert, rusqlite::params![[id; 16], mode, at, status, open]).unwrap();
        }
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let told = "SELECT group_concat(concat_ws(' ', mode, quarter, completed, busy, no_answer), ', ')
            FROM (SELECT * FROM quarters ORDER BY mode, quarter)";
        let told: String = connection.query_row(told, [], |row| row.get(0)).unwrap();
        assert_eq!(told, "live 1 1 0 1, live 2 0 1 0, sandbox 1 1 0 0");
    }

    #[test]
    fn a_file_of_a_later_version_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let connection = connect(&path, OpenFlags::default()).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        assert!(matches!(Store::open(&path, Hub::new()), Err(StoreError::Migration(_))));
        let connection = connect(&path, OpenFlags::default()).unwrap();
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, 99);
    }
}
