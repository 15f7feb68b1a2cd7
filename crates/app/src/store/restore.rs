//! Replaces the database with a backup.
//!
//! This takes two steps, so that neither is ever half done. [`stage`] copies the file next to the database, migrates
//! it, compares its schema with this version's and reads every row. [`take_staged`] adds what no backup may undo
//! ([`carried_over`]) and swaps the two ([`change`]), before anything opens them and under the folder's lock.
//! [`begin_anew`] does the same with an empty database. If the program is killed at any point, the next one that has
//! the folder finds the old database or finishes the second step.

pub(super) mod change;
mod checked;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use benspamsphones_core::Region;
use jiff::{SignedDuration, Timestamp};
use rusqlite::OpenFlags;

use super::backup::{self, MADE_AT};
use super::carried_over::{self, CarriedOver};
use super::schema::STEPS;
use super::schema::comparison::{self, Difference};
use super::{StoreError, connect, damage, make_private, migrate, setting_rows};
use crate::whole_file::words;
use change::{BEFORE_RESTORE, State, step};
use checked::{is_ours, read_everything};

/// No call lasts longer than a day, and Twilio reports the end soon after.
const LONGEST_CALL: SignedDuration = SignedDuration::from_hours(25);
const SET_ASIDE: &str = "set-aside";
const OPEN: &str = "SELECT count(*) FROM calls WHERE open = 1 AND requested_at > ?1";

/// The contents of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When it was made; `None` for a database that was set aside.
    pub made_at: Option<Timestamp>,
    /// The number of calls.
    pub calls: usize,
    /// The number of people.
    pub people: usize,
    /// The number of protocols.
    pub protocols: usize,
}

/// The old database after a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Its new path, with the date.
    pub aside: PathBuf,
    /// What the new database took over from it.
    pub carried_over: CarriedOver,
}

/// Why a backup was not restored. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A file can't be read, written or renamed.
    #[error("{}: {}", path.display(), words(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The path is a folder, a pipe or a device.
    #[error("{} is not a plain file, so it can't be a backup", .0.display())]
    NotAFile(PathBuf),
    /// The file is something else.
    #[error("this file is not a backup of BenSpamsPhones")]
    NotABackup,
    /// Its schema isn't this program's: something is missing, changed or added.
    #[error("this backup was changed after it was made: {0}")]
    Changed(Difference),
    /// A later version made it.
    #[error(
        "a later version of BenSpamsPhones made this backup, and this version would not understand all of it"
    )]
    LaterVersion,
    /// It is damaged, or has data that this version doesn't know.
    #[error("this backup can't be used: {0}")]
    Unusable(StoreError),
    /// Data that must not be undone can't be saved.
    #[error("do-not-call data, recent calls and access can't be carried over: {0}")]
    CarryOver(StoreError),
    /// Calls are under way.
    #[error(
        "calls are under way ({0}), or ended without anybody here hearing how; let them end first, with the program running"
    )]
    CallsUnderWay(usize),
}

/// Copies a backup next to the database, checks it completely, and leaves it for [`take_staged`].
///
/// # Errors
/// When it can't be used; then no new backup is waiting.
pub fn stage(database: &Path, from: &Path, region: Region) -> Result<Restored, RestoreError> {
    let _turn = change::one_at_a_time();
    leave_staged(database, |part| stage_at(from, part, region))
}

fn leave_staged<T>(
    database: &Path,
    make: impl FnOnce(&Path) -> Result<T, RestoreError>,
) -> Result<T, RestoreError> {
    let part = change::new_part(database).map_err(|source| io_error(database, source))?;
    step("a backup is going to be made");
    let done = make_private(&part).map_err(RestoreError::Unusable).and_then(|()| {
        let made = make(&part)?;
        step("a backup is made");
        change::stage(database, &part).map_err(|source| io_error(&part, source))?;
        Ok(made)
    });
    if done.is_err() {
        let _ = change::remove_all(&part);
    }
    done
}

fn io_error(path: &Path, source: io::Error) -> RestoreError {
    RestoreError::Io { path: path.to_owned(), source }
}

fn stage_at(from: &Path, part: &Path, region: Region) -> Result<Restored, RestoreError> {
    // Opening a pipe would block, and SQLite's error for a folder would be unclear.
    let about = fs::metadata(from).map_err(|source| io_error(from, source))?;
    if !about.is_file() {
        return Err(RestoreError::NotAFile(from.to_owned()));
    }
    drop(fs::File::open(from).map_err(|source| io_error(from, source))?);
    let name = part.to_str().ok_or_else(|| io_error(part, io::ErrorKind::InvalidFilename.into()))?;
    // A database that was set aside may have a log next to it. SQLite reads both as one.
    let source =
        connect(from, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(of_file)?;
    is_ours(&source)?;
    source.execute("VACUUM INTO ?1", [name]).map_err(|error| RestoreError::Unusable(error.into()))?;
    drop(source);
    step("a backup is copied");
    let mut copy = connect(part, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(of_file)?;
    copy.pragma_update(None, "journal_mode", "MEMORY").map_err(|error| of_file(error.into()))?;
    migrate(&mut copy).map_err(RestoreError::Unusable)?;
    must_fit(comparison::with_latest(&copy).map_err(RestoreError::Unusable)?)?;
    let restored = read_everything(&copy, region).map_err(RestoreError::Unusable)?;
    let tx = copy.transaction().map_err(|error| of_file(error.into()))?;
    backup::without_secrets(&tx)
        .and_then(|()| {
            setting_rows::delete(&tx, MADE_AT)?;
            Ok(tx.pragma_update(None, "application_id", 0)?)
        })
        .map_err(RestoreError::Unusable)?;
    tx.commit().map_err(|error| of_file(error.into()))?;
    Ok(restored)
}

fn must_fit(differences: Vec<Difference>) -> Result<(), RestoreError> {
    match differences.into_iter().next() {
        Some(difference) => Err(RestoreError::Changed(difference)),
        None => Ok(()),
    }
}

fn of_file(error: StoreError) -> RestoreError {
    match error {
        StoreError::Damaged(_) => RestoreError::NotABackup,
        other => RestoreError::Unusable(other),
    }
}

/// Finishes a restore that was interrupted by a kill. Nothing may have either database open. Returns the old database's
/// new path if a change was half done.
///
/// # Errors
/// When a file can't be renamed or removed.
pub fn finish(database: &Path, now: Timestamp) -> Result<Option<PathBuf>, RestoreError> {
    let _turn = change::one_at_a_time();
    change::finish(database, now).map_err(|source| io_error(database, source))
}

/// Replaces the database with a staged backup. Nothing may have either open. `None` if nothing is staged, or there was
/// no database.
///
/// # Errors
/// When calls are in progress, data that must not be undone can't be saved, or a file can't be renamed. In the first
/// two cases the backup is no longer staged.
pub fn take_staged(database: &Path, now: Timestamp) -> Result<Option<Replaced>, RestoreError> {
    let _turn = change::one_at_a_time();
    let io = |source| io_error(database, source);
    if let Some(aside) = change::finish(database, now).map_err(io)? {
        // The earlier losses are in the database, and reported at its start.
        return Ok(Some(Replaced { aside, carried_over: CarriedOver::default() }));
    }
    if State::of(database).map_err(io)? != State::Waiting {
        return Ok(None);
    }
    let open = open_calls(database, now).map_err(RestoreError::CarryOver)?;
    if open > 0 {
        change::withdraw(database).map_err(io)?;
        return Err(RestoreError::CallsUnderWay(open));
    }
    replace(database, BEFORE_RESTORE, now).map(Some)
}

/// Replaces the existing database with an empty one. Nothing may have it open.
///
/// # Errors
/// When there is none, data that must not be undone can't be saved, or a file can't be renamed.
pub fn begin_anew(database: &Path, now: Timestamp) -> Result<Replaced, RestoreError> {
    let _turn = change::one_at_a_time();
    change::finish(database, now).map_err(|source| io_error(database, source))?;
    if !database.exists() {
        return Err(io_error(database, io::ErrorKind::NotFound.into()));
    }
    // The same two steps, so that a kill is safe here too.
    leave_staged(database, |part| {
        let mut empty = connect(part, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(RestoreError::CarryOver)?;
        migrate(&mut empty).map_err(RestoreError::CarryOver)
    })?;
    replace(database, SET_ASIDE, now)
}

fn replace(database: &Path, why: &str, now: Timestamp) -> Result<Replaced, RestoreError> {
    let staged = change::staged(database);
    let carry_over = || -> Result<CarriedOver, RestoreError> {
        let mut into =
            connect(&staged, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(RestoreError::CarryOver)?;
        // The file is renamed next, so a journal that a power cut revives would be left behind.
        into.pragma_update(None, "synchronous", "EXTRA")
            .map_err(|error| RestoreError::CarryOver(error.into()))?;
        // An earlier version may have staged it.
        migrate(&mut into).map_err(RestoreError::CarryOver)?;
        must_fit(comparison::with_latest(&into).map_err(RestoreError::CarryOver)?)?;
        carried_over::carry_over(&mut into, database, now).map_err(RestoreError::CarryOver)
    };
    let carried_over = match carry_over() {
        Ok(carried_over) => carried_over,
        Err(error) => {
            change::withdraw(database).map_err(|source| io_error(database, source))?;
            return Err(error);
        }
    };
    step("all that must be is taken over");
    let aside = change::begin(database, why, now).map_err(|source| io_error(database, source))?;
    Ok(Replaced { aside: aside.unwrap_or_else(|| database.to_owned()), carried_over })
}

/// How many calls may be in progress, in a database of any version. 0 if the file is damaged so that no program could
/// start on it and wait for them. Also merges the write-ahead log into the file, so that the set-aside file is
/// complete by itself.
///
/// # Errors
/// When it can't be read for a reason other than damage.
pub fn open_calls(database: &Path, now: Timestamp) -> Result<usize, StoreError> {
    let read = || -> Result<usize, StoreError> {
        let connection = connect(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let since = (now - LONGEST_CALL).as_millisecond();
        let open: i64 = connection.query_row(OPEN, [since], |row| row.get(0))?;
        if open > 0 {
            damage::check(&connection)?;
            // Let a later version judge its own schema.
            let version = backup::version(&connection)?;
            if version <= STEPS.len() {
                comparison::must_hold(&connection, version)?;
            }
        }
        Ok(usize::try_from(open).unwrap_or(0))
    };
    match read() {
        Err(error) if damage::is_damage(&error) => Ok(0),
        read => read,
    }
}
