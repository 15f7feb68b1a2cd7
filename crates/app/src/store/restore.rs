//! A backup put in the place of the database.
//!
//! In two steps, so that there is never half of either: [`stage`] copies the file beside the database, brings it up to
//! date, holds its schema against this version's and reads every row of it; [`take_staged`] gives it what no backup may undo
//! ([`carried_over`]) and lets the two change places ([`change`]), before anything has opened them and under the folder's lock.
//! [`begin_anew`] is the same with an empty database. Whenever the program is killed, whatever has the folder next finds the
//! old database or finishes the second step.

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

/// No call lasts longer than a day, and Twilio tells how it ended soon after.
const LONGEST_CALL: SignedDuration = SignedDuration::from_hours(25);
/// In the name of a database that an empty one took the place of.
const SET_ASIDE: &str = "set-aside";
const OPEN: &str = "SELECT count(*) FROM calls WHERE open = 1 AND requested_at > ?1";

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When it was made; unknown of a database that was set aside.
    pub made_at: Option<Timestamp>,
    /// How many calls.
    pub calls: usize,
    /// How many people.
    pub people: usize,
    /// How many protocols.
    pub protocols: usize,
}

/// What became of the database that was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Its new name, with the date.
    pub aside: PathBuf,
    /// What the new one has from it.
    pub carried_over: CarriedOver,
}

/// Why a backup isn't put in the place of the database. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A file can't be read, written or renamed.
    #[error("{}: {}", path.display(), words(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// It is a folder, a pipe or a device.
    #[error("{} is not a plain file, so it can't be a backup", .0.display())]
    NotAFile(PathBuf),
    /// It is something else.
    #[error("this file is not a backup of BenSpamsPhones")]
    NotABackup,
    /// What it is made of is not what this program makes: something is missing, was changed or came in.
    #[error("this backup was changed after it was made: {0}")]
    Changed(Difference),
    /// A later version made it.
    #[error(
        "a later version of BenSpamsPhones made this backup, and this version would not understand all of it"
    )]
    LaterVersion,
    /// It is damaged, or holds what this version doesn't know.
    #[error("this backup can't be used: {0}")]
    Unusable(StoreError),
    /// What must not be undone can't be written.
    #[error("do-not-call data, recent calls and access can't be carried over: {0}")]
    CarryOver(StoreError),
    /// Calls are under way.
    #[error(
        "calls are under way ({0}), or ended without anybody here hearing how; let them end first, with the program running"
    )]
    CallsUnderWay(usize),
}

/// Copies a backup beside the database, checks all of it, and leaves it for [`take_staged`].
///
/// # Errors
/// When it can't be used; then nothing waits that didn't before.
pub fn stage(database: &Path, from: &Path, region: Region) -> Result<Restored, RestoreError> {
    let _turn = change::one_at_a_time();
    leave_staged(database, |part| stage_at(from, part, region))
}

/// What `make` makes waits from then on.
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
    // A pipe would be waited for, and SQLite would say of a folder that it can't be opened.
    let about = fs::metadata(from).map_err(|source| io_error(from, source))?;
    if !about.is_file() {
        return Err(RestoreError::NotAFile(from.to_owned()));
    }
    drop(fs::File::open(from).map_err(|source| io_error(from, source))?);
    let name = part.to_str().ok_or_else(|| io_error(part, io::ErrorKind::InvalidFilename.into()))?;
    // A database that was set aside may have its log beside it. Read through SQLite, both are one.
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

/// Finishes what an earlier restore had begun when it was killed. Nothing may have either database open. The new name of the
/// database before it, when a change was half way.
///
/// # Errors
/// When a file can't be renamed or removed.
pub fn finish(database: &Path, now: Timestamp) -> Result<Option<PathBuf>, RestoreError> {
    let _turn = change::one_at_a_time();
    change::finish(database, now).map_err(|source| io_error(database, source))
}

/// Puts a staged backup in the place of the database. Nothing may have either open. `None` when nothing waits, or there was
/// no database.
///
/// # Errors
/// When calls are under way, what must not be undone can't be written, or a file can't be renamed. In the first two cases
/// the backup waits no longer.
pub fn take_staged(database: &Path, now: Timestamp) -> Result<Option<Replaced>, RestoreError> {
    let _turn = change::one_at_a_time();
    let io = |source| io_error(database, source);
    if let Some(aside) = change::finish(database, now).map_err(io)? {
        // What was lost then stands in the database, and is said at its start.
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

/// Puts an empty database in the place of the one that is there. Nothing may have it open.
///
/// # Errors
/// When there is none, what must not be undone can't be written, or a file can't be renamed.
pub fn begin_anew(database: &Path, now: Timestamp) -> Result<Replaced, RestoreError> {
    let _turn = change::one_at_a_time();
    change::finish(database, now).map_err(|source| io_error(database, source))?;
    if !database.exists() {
        return Err(io_error(database, io::ErrorKind::NotFound.into()));
    }
    // The same two steps, for the same kill.
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
        // The file is renamed next, and a journal that a power cut brings back would be left behind.
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

/// Calls that may be under way, in a database of any version. One that can't be read has none that anybody could wait
/// for, nor has one on which no program starts any more. What its log holds is folded into it, so that the file that is
/// kept is whole by itself.
///
/// # Errors
/// When it can't be read for a reason that isn't the file's own.
pub fn open_calls(database: &Path, now: Timestamp) -> Result<usize, StoreError> {
    let read = || -> Result<usize, StoreError> {
        let connection = connect(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let since = (now - LONGEST_CALL).as_millisecond();
        let open: i64 = connection.query_row(OPEN, [since], |row| row.get(0))?;
        if open > 0 {
            damage::check(&connection)?;
            // One of a later version is for that version to judge.
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
