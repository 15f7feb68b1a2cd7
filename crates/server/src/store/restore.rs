//! A backup put in the place of the database.
//!
//! In two steps, so that there is never half of either: [`stage`] copies the file beside the database, brings it up to
//! date and reads every row of it; [`take_staged`] gives it what no backup may undo ([`carried`]) and renames the two,
//! before anything has opened them and under the folder's lock. Whenever the power fails, the next start finds the old
//! database, or finishes the second step. [`begin_anew`] is the same with an empty database.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use benspamsphones_core::{EventId, Limits, Region};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OpenFlags};

use super::backup::{self, APPLICATION_ID, MADE_AT};
use super::carried::{self, CarriedOver};
use super::schema::{MIGRATIONS, STEPS};
use super::sound_rows;
use super::{
    StoreError, blocked_rows, connect, damage, event_rows, every_call, make_private, migrate, people_rows,
    protocol_rows, quick_dial_rows, refusal_rows, refused_call_rows, setting_rows, token_rows,
};

/// No call lasts longer than a day, and Twilio tells how it ended soon after.
const LONGEST_CALL: SignedDuration = SignedDuration::from_hours(25);
const OPEN: &str = "SELECT count(*) FROM calls WHERE open = 1 AND requested_at > ?1";
/// Events that are read at once.
const PAGE: u32 = 1_000;

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

/// A backup, or a database of this program that was set aside.
fn is_ours(connection: &Connection) -> Result<(), RestoreError> {
    let read = || -> Result<_, StoreError> {
        let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let tables =
            "SELECT count(*) FROM sqlite_schema WHERE name IN ('protocols', 'calls', 'events', 'settings')";
        let known: i64 = connection.query_row(tables, [], |row| row.get(0))?;
        Ok((id, known, backup::version(connection)?))
    };
    let (id, known, version) = read().map_err(of_file)?;
    if !matches!(id, APPLICATION_ID | 0) || known != 4 || version == 0 {
        return Err(RestoreError::NotABackup);
    }
    if version > STEPS.len() {
        return Err(RestoreError::LaterVersion);
    }
    // Triggers run with the first row that is written, and views and virtual tables with the first that is read. So each
    // must be one that this program's own schema of that version has, to the letter.
    let theirs = programs(connection).map_err(of_file)?;
    let ours = own_programs(version).map_err(RestoreError::Unusable)?;
    if theirs.is_subset(&ours) { Ok(()) } else { Err(RestoreError::NotABackup) }
}

/// What runs by itself in a database, as SQL.
fn programs(connection: &Connection) -> Result<BTreeSet<String>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT coalesce(sql, name) FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%'",
    )?;
    let found = statement.query_map([], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn own_programs(version: usize) -> Result<BTreeSet<String>, StoreError> {
    let mut own = Connection::open_in_memory()?;
    let made = MIGRATIONS.to_version(&mut own, version);
    made.map_err(|error| StoreError::Migration(Arc::new(error)))?;
    programs(&own)
}

/// Reads all of it, each row by the code that will read it later.
fn read_everything(connection: &Connection, region: Region) -> Result<Restored, StoreError> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(StoreError::Damaged(found.into()));
    }
    if connection.prepare("PRAGMA foreign_key_check")?.exists([])? {
        return Err(StoreError::Damaged("a row belongs to another one that isn't there".into()));
    }
    let made_at = setting_rows::get(connection, MADE_AT)?;
    let made_at =
        made_at.map(|text| text.parse().map_err(|_| StoreError::bad_row("time", text))).transpose()?;
    let protocols = protocol_rows::list(connection, region)?.len();
    let people = people_rows::list(connection)?.len();
    blocked_rows::list(connection)?;
    quick_dial_rows::list(connection)?;
    token_rows::list(connection)?;
    refusal_rows::list(connection)?;
    refused_call_rows::page(connection, None, u32::MAX)?;
    if let Some(limits) = setting_rows::get(connection, setting_rows::LIMITS)? {
        // Limits that can't be read are not "no limits".
        serde_json::from_str::<Limits>(&limits)
            .map_err(|error| StoreError::bad_row("limit", error.to_string()))?;
    }
    for sound in sound_rows::list(connection)? {
        if sound_rows::audio(connection, sound.id)?.len() != sound.size as usize {
            return Err(StoreError::bad_row("sound file", sound.name));
        }
    }
    let calls = every_call::each(connection, |_| Ok::<_, StoreError>(()))?;
    let mut event: EventId = 0;
    while let Some(last) = event_rows::after(connection, event, PAGE)?.last() {
        event = last.id;
    }
    Ok(Restored { made_at, calls, people, protocols })
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
    let open = open_calls(database, now);
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
pub(crate) fn open_calls(database: &Path, now: Timestamp) -> usize {
    let read = || -> Result<usize, StoreError> {
        let connection = connect(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let since = (now - LONGEST_CALL).as_millisecond();
        let open: i64 = connection.query_row(OPEN, [since], |row| row.get(0))?;
        if open > 0 {
            damage::check(&connection, database, false)?;
        }
        Ok(usize::try_from(open).unwrap_or(0))
    };
    read().unwrap_or(0)
}
