//! A backup put in the place of the database.
//!
//! In two steps, so that there is never half of either: [`stage`] copies the file beside the database, brings it up to
//! date and reads every row of it; [`take_staged`] gives it what no backup may undo ([`carried`]) and renames the two,
//! before anything has opened them and under the folder's lock. Whenever the power fails, the next start finds the old
//! database, or finishes the second step. [`begin_anew`] is the same with an empty database.

mod checked;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use benspamsphones_core::Region;
use jiff::{SignedDuration, Timestamp};
use rusqlite::OpenFlags;

use super::backup::{self, MADE_AT};
use super::carried::{self, CarriedOver};
use super::{StoreError, connect, damage, make_private, migrate, setting_rows};
use checked::{is_ours, read_everything};

/// No call lasts longer than a day, and Twilio tells how it ended soon after.
const LONGEST_CALL: SignedDuration = SignedDuration::from_hours(25);
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
    /// The file can't be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// It is something else.
    #[error("this file is not a backup of BenSpamsPhones")]
    NotABackup,
    /// A later version made it.
    #[error(
        "a later version of BenSpamsPhones made this backup, and this version would not understand all of it"
    )]
    LaterVersion,
    /// It is damaged, or holds what this version doesn't know.
    #[error("this backup can't be used: {0}")]
    Unusable(StoreError),
    /// What must not be undone can't be written.
    #[error("who is not to be called, the latest calls and who may come in can't be taken over: {0}")]
    CarryOver(StoreError),
    /// Calls are under way.
    #[error(
        "calls are under way ({0}), or ended without anybody here hearing how; let them end first, with the program running"
    )]
    CallsUnderWay(usize),
}

/// Where a checked backup waits for the next start.
fn staged(database: &Path) -> PathBuf {
    damage::beside(database, "-restore")
}

/// Copies a backup beside the database, checks all of it, and leaves it for [`take_staged`].
///
/// # Errors
/// When it can't be used; then nothing waits.
pub(crate) fn stage(database: &Path, from: &Path, region: Region) -> Result<Restored, RestoreError> {
    leave_staged(database, |part| stage_at(from, part, region))
}

/// What `make` makes waits from then on, or nothing does.
fn leave_staged<T>(
    database: &Path,
    make: impl FnOnce(&Path) -> Result<T, RestoreError>,
) -> Result<T, RestoreError> {
    let part = damage::beside(database, "-restore-part");
    let _ = fs::remove_file(&part);
    let done =
        make_private(&part).map_err(RestoreError::Unusable).and_then(|()| make(&part)).and_then(|made| {
            let io = |source| RestoreError::Io { path: part.clone(), source };
            fs::File::open(&part).and_then(|file| file.sync_all()).map_err(io)?;
            fs::rename(&part, staged(database)).and_then(|()| damage::sync_folder(database)).map_err(io)?;
            Ok(made)
        });
    if done.is_err() {
        remove(&part);
    }
    done
}

fn remove(part: &Path) {
    for part in [part.to_owned(), damage::beside(part, "-journal")] {
        let _ = fs::remove_file(part);
    }
}

fn stage_at(from: &Path, part: &Path, region: Region) -> Result<Restored, RestoreError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| RestoreError::Io { path, source }
    };
    // A database that was set aside may have its log beside it. Read through SQLite, both are one.
    let source = fs::File::open(from).map_err(io(from))?;
    drop(source);
    let name = part.to_str().ok_or_else(|| io(part)(io::ErrorKind::InvalidFilename.into()))?;
    let snapshot = connect(from, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(of_file)
        .and_then(|source| {
            is_ours(&source)?;
            source.execute("VACUUM INTO ?1", [name]).map_err(|error| RestoreError::Unusable(error.into()))
        });
    snapshot?;
    let mut copy = connect(part, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(of_file)?;
    copy.pragma_update(None, "journal_mode", "MEMORY").map_err(|error| of_file(error.into()))?;
    migrate(&mut copy).map_err(RestoreError::Unusable)?;
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

fn of_file(error: StoreError) -> RestoreError {
    match error {
        StoreError::Damaged(_) => RestoreError::NotABackup,
        other => RestoreError::Unusable(other),
    }
}

/// Puts a staged backup in the place of the database. Nothing may have either open. `None` when nothing waits, or there was
/// no database.
///
/// # Errors
/// When calls are under way, what must not be undone can't be written, or a file can't be renamed. In the first two cases
/// the backup waits no longer.
pub(crate) fn take_staged(database: &Path, now: Timestamp) -> Result<Option<Replaced>, RestoreError> {
    let staged = staged(database);
    if !staged.exists() {
        return Ok(None);
    }
    if !database.exists() {
        // Half way, the power failed.
        put_in_place(&staged, database)?;
        return Ok(None);
    }
    let open = open_calls(database, now).map_err(RestoreError::CarryOver)?;
    if open > 0 {
        remove(&staged);
        return Err(RestoreError::CallsUnderWay(open));
    }
    replace(database, "before-restore", now).map(Some)
}

/// Puts an empty database in the place of the one that is there. Nothing may have it open.
///
/// # Errors
/// When there is none, what must not be undone can't be written, or a file can't be renamed.
pub(crate) fn begin_anew(database: &Path, now: Timestamp) -> Result<Replaced, RestoreError> {
    if !database.exists() {
        return Err(RestoreError::Io { path: database.to_owned(), source: io::ErrorKind::NotFound.into() });
    }
    // The same two steps, for the same power cut.
    leave_staged(database, |part| {
        let mut empty = connect(part, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(RestoreError::CarryOver)?;
        migrate(&mut empty).map_err(RestoreError::CarryOver)
    })?;
    replace(database, "set-aside", now)
}

fn replace(database: &Path, why: &str, now: Timestamp) -> Result<Replaced, RestoreError> {
    let staged = staged(database);
    let carry_over = || -> Result<CarriedOver, StoreError> {
        let mut into = connect(&staged, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // The file is renamed next, and a journal that a power cut brings back would be left behind.
        into.pragma_update(None, "synchronous", "EXTRA")?;
        // An earlier version may have staged it.
        migrate(&mut into)?;
        carried::carry_over(&mut into, database, now)
    };
    let carried_over = carry_over().map_err(|error| {
        remove(&staged);
        RestoreError::CarryOver(error)
    })?;
    let aside = damage::set_aside(database, why, now);
    let aside = aside.map_err(|source| RestoreError::Io { path: database.to_owned(), source })?;
    put_in_place(&staged, database)?;
    Ok(Replaced { aside, carried_over })
}

fn put_in_place(staged: &Path, database: &Path) -> Result<(), RestoreError> {
    let renamed = fs::rename(staged, database).and_then(|()| damage::sync_folder(database));
    renamed.map_err(|source| RestoreError::Io { path: database.to_owned(), source })
}

/// Calls that may be under way, in a database of any version. One that can't be read has none that anybody could wait
/// for, nor has one on which no program starts any more. What its log holds is folded into it, so that the file that is
/// kept is whole by itself.
///
/// # Errors
/// When it can't be read for a reason that isn't the file's own.
pub(crate) fn open_calls(database: &Path, now: Timestamp) -> Result<usize, StoreError> {
    let read = || -> Result<usize, StoreError> {
        let connection = connect(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let since = (now - LONGEST_CALL).as_millisecond();
        let open: i64 = connection.query_row(OPEN, [since], |row| row.get(0))?;
        if open > 0 {
            damage::check(&connection)?;
        }
        Ok(usize::try_from(open).unwrap_or(0))
    };
    match read() {
        Err(error) if damage::is_damage(&error) => Ok(0),
        read => read,
    }
}
