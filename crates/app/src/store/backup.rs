//! A copy of the database without secrets, in one file, made while calls go on.
//!
//! It is a database too. It leaves out the password's hash, tokens of browsers and devices, refused sign-ins,
//! explanations from Twilio, and the unguessable names by which Twilio and Pusher know calls and sounds. It keeps
//! idempotency keys, so that a request repeated after a restore doesn't ring a phone again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::schema::STEPS;
use super::schema::comparison;
use super::{StoreError, connect, damage, make_private, restore, setting_rows};
use crate::whole_file::{sync_folder, words};

/// The `application_id` that marks the file as a backup: `BSPb`.
pub(super) const APPLICATION_ID: i32 = 0x4253_5062;
/// The setting that says when the backup was made.
pub(super) const MADE_AT: &str = "backup_made_at";

const WITHOUT_SECRETS: &str = "
    DELETE FROM tokens;
    DELETE FROM refusals;
    -- They name the addresses of callbacks, and Twilio tells them again.
    DELETE FROM explanations;
    UPDATE calls SET channel = NULL, watch_channel = NULL WHERE channel IS NOT NULL OR watch_channel IS NOT NULL;
    UPDATE sounds SET media_name = lower(hex(randomblob(16))) || '.' || kind;
";

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no database, or an earlier version wrote it.
    #[error("{} has no database of this version. Start the program once", .0.display())]
    NoDatabase(PathBuf),
    /// A restore was killed half way. The next start finishes it.
    #[error("a restore of {} was interrupted. Start the program once to finish it", .0.display())]
    Unfinished(PathBuf),
    /// The file can't be written.
    #[error("{}: {}", path.display(), words(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Opens a database for reading, whether or not the program is running on it.
///
/// # Errors
/// When there is no database of this version, or a restore was killed half way.
pub fn open_to_read(database: &Path) -> Result<Connection, BackupError> {
    if restore::change::is_unfinished(database) {
        return Err(BackupError::Unfinished(database.to_owned()));
    }
    if !database.exists() {
        return Err(BackupError::NoDatabase(database.to_owned()));
    }
    let connection = connect(database, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    if version(&connection)? == STEPS.len() {
        Ok(connection)
    } else {
        Err(BackupError::NoDatabase(database.to_owned()))
    }
}

/// Writes a backup of the database as it is now, replacing any file at `to`.
///
/// # Errors
/// When the database can't be read or the file can't be written; then an existing file is left as it was.
pub fn write(database: &Path, to: &Path, now: Timestamp) -> Result<(), BackupError> {
    let source = open_to_read(database)?;
    let part = damage::beside(to, ".part");
    let io = |source| BackupError::Io { path: to.to_owned(), source };
    let written = copy(&source, &part, now).and_then(|()| {
        fs::File::open(&part).and_then(|file| file.sync_all()).map_err(io)?;
        fs::rename(&part, to).and_then(|()| sync_folder(to)).map_err(io)
    });
    if written.is_err() {
        let _ = fs::remove_file(&part);
        let _ = fs::remove_file(damage::beside(&part, "-journal"));
    }
    written
}

fn copy(source: &Connection, part: &Path, now: Timestamp) -> Result<(), BackupError> {
    let io = |source| BackupError::Io { path: part.to_owned(), source };
    let name = part.to_str().ok_or_else(|| io(io::ErrorKind::InvalidFilename.into()))?;
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
        Ok(()) | Err(_) => {}
    }
    make_private(part).map_err(|error| match error {
        StoreError::File(source) => io(source.kind().into()),
        other => BackupError::Store(other),
    })?;
    // A snapshot: it reads what was committed when it began, and doesn't block writers.
    source.execute("VACUUM INTO ?1", [name])?;
    let mut copied = connect(part, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    copied.pragma_update(None, "journal_mode", "MEMORY")?;
    copied.pragma_update(None, "secure_delete", true)?;
    // For example an index or a view that the owner added: a restore would reject a backup that has it.
    comparison::drop_added(&copied)?;
    comparison::must_hold(&copied, STEPS.len())?;
    let stripping = copied.transaction()?;
    without_secrets(&stripping)?;
    setting_rows::put(&stripping, MADE_AT, &now.to_string())?;
    stripping.pragma_update(None, "application_id", APPLICATION_ID)?;
    stripping.commit()?;
    copied.execute_batch("VACUUM")?;
    Ok(())
}

pub(super) fn without_secrets(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(WITHOUT_SECRETS)?;
    for name in setting_rows::SECRET {
        setting_rows::delete(connection, name)?;
    }
    Ok(())
}

/// How many migrations a database has had.
///
/// # Errors
/// When it can't be read.
pub fn version(connection: &Connection) -> Result<usize, StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::schema::MIGRATIONS;
    use super::*;

    /// Each table is decided on: taken whole, taken without its secrets, or left out.
    const WHOLE: [&str; 27] = [
        "protocols",
        "deleted_protocols",
        "events",
        "people",
        "person_numbers",
        "groups",
        "group_members",
        "person_uids",
        "imports",
        "imported_people",
        "imported_numbers",
        "blocked_numbers",
        "quick_dials",
        "sound_audio",
        "consents",
        "account_numbers",
        "refused_calls",
        "quarters",
        "deleted_events",
        "spend",
        "protocol_spend",
        "number_spend",
        "minute_prices",
        "history_size",
        "quotes",
        "further_numbers",
        "call_notes",
    ];
    const WITHOUT_ITS_SECRETS: [&str; 3] = ["calls", "settings", "sounds"];
    const LEFT_OUT: [&str; 3] = ["tokens", "refusals", "explanations"];

    #[test]
    fn every_table_is_decided_about() {
        let mut connection = Connection::open_in_memory().unwrap();
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let mut statement =
            connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
        let tables: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        let mut decided = [WHOLE.as_slice(), &WITHOUT_ITS_SECRETS, &LEFT_OUT].concat();
        decided.sort_unstable();
        assert_eq!(tables, decided, "is there a secret in the new table? see WITHOUT_SECRETS");
        without_secrets(&connection).unwrap();
    }
}
