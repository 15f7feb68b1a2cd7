//! A backup put in the place of the database.
//!
//! In two steps, so that there is never half of either: [`stage`] copies the file beside the database, brings it up to
//! date and reads every row of it; [`take_staged`] renames the two, before anything has opened them and under the
//! folder's lock. Whenever the power fails, the next start finds the old database, or finishes the second step.
//! Who may come in and who is not to be called stays as it is: neither is a backup's to undo.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use benspamsphones_core::{EventId, Limits, Region};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OpenFlags};

use super::backup::{self, APPLICATION_ID, MADE_AT};
use super::call_rows;
use super::schema::{MIGRATIONS, STEPS};
use super::sound_rows;
use super::{
    StoreError, blocked_rows, connect, damage, event_rows, every_call, make_private, migrate, people_rows,
    protocol_rows, quick_dial_rows, refusal_rows, refused_call_rows, setting_rows, token_rows,
};

/// No call lasts longer than a day, and Twilio tells how it ended soon after.
const LONGEST_CALL: SignedDuration = SignedDuration::from_hours(25);
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
    let part = damage::beside(database, "-restore-part");
    let done = stage_at(database, from, &part, region).and_then(|restored| {
        let io = |source| RestoreError::Io { path: part.clone(), source };
        fs::File::open(&part).and_then(|file| file.sync_all()).map_err(io)?;
        fs::rename(&part, staged(database)).and_then(|()| damage::sync_folder(database)).map_err(io)?;
        Ok(restored)
    });
    if done.is_err() {
        for part in [part.clone(), damage::beside(&part, "-journal")] {
            let _ = fs::remove_file(part);
        }
    }
    done
}

fn stage_at(database: &Path, from: &Path, part: &Path, region: Region) -> Result<Restored, RestoreError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| RestoreError::Io { path, source }
    };
    // A database that was set aside may have its log beside it. Read through SQLite, both are one.
    let source = fs::File::open(from).map_err(io(from))?;
    drop(source);
    let _ = fs::remove_file(part);
    make_private(part).map_err(RestoreError::Unusable)?;
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
            tx.pragma_update(None, "application_id", 0)?;
            keep_what_was_decided(&tx, database)
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

/// Takes over what a backup must not undo, from the database that is there, if it can be read: who may come in, and who is
/// not to be called. Without it a password is made up at the next start, as at the first.
fn keep_what_was_decided(copy: &Connection, database: &Path) -> Result<(), StoreError> {
    let Ok(current) = backup::open_to_read(database) else { return Ok(()) };
    let read = || -> Result<_, StoreError> {
        let settings = setting_rows::SECRET.map(|name| (name, setting_rows::get(&current, name)));
        let may_not = people_rows::list(&current)?.into_iter().filter(|person| !person.may_call);
        let come_in = (settings, token_rows::list(&current)?, refusal_rows::list(&current)?);
        Ok((come_in, blocked_rows::list(&current)?, may_not.collect::<Vec<_>>()))
    };
    let Ok(((settings, tokens, refusals), blocked, may_not)) = read() else { return Ok(()) };
    for (name, value) in settings {
        if let Ok(Some(value)) = value {
            setting_rows::put(copy, name, &value)?;
        }
    }
    for token in tokens {
        token_rows::insert(copy, &token)?;
    }
    for refused in refusals.into_iter().rev() {
        refusal_rows::note(copy, &refused.source, refused.why, refused.count, refused.last_at)?;
    }
    for number in blocked {
        blocked_rows::put(copy, number.number.clone(), number.note, number.blocked_at)?;
        if number.opted_out {
            blocked_rows::opt_out(copy, &number.number, number.blocked_at)?;
        }
    }
    let known = people_rows::list(copy)?;
    for mut person in may_not {
        // With the numbers of both: none of them is to be called.
        if let Some(then) = known.iter().find(|then| then.id == person.id) {
            let more =
                then.numbers.iter().filter(|then| person.numbers.iter().all(|now| now.number != then.number));
            let more: Vec<_> = more.cloned().collect();
            person.numbers.extend(more);
        }
        people_rows::put(copy, &person)?;
    }
    Ok(())
}

/// Puts a staged backup in the place of the database, which keeps existing under a name with the date; tells that name.
/// Nothing may have either open. `None` when nothing waits, or there was no database.
///
/// # Errors
/// When calls are under way, or a file can't be renamed. With calls under way the backup waits no longer.
pub(crate) fn take_staged(database: &Path, now: Timestamp) -> Result<Option<PathBuf>, RestoreError> {
    let staged = staged(database);
    if !staged.exists() {
        return Ok(None);
    }
    let io = |source| RestoreError::Io { path: database.to_owned(), source };
    let aside = if database.exists() {
        let open = open_calls(database, now);
        if open > 0 {
            fs::remove_file(&staged).map_err(io)?;
            return Err(RestoreError::CallsUnderWay(open));
        }
        Some(damage::set_aside(database, "before-restore", now).map_err(io)?)
    } else {
        None
    };
    fs::rename(&staged, database).and_then(|()| damage::sync_folder(database)).map_err(io)?;
    Ok(aside)
}

/// Calls that may be under way. A database that can't be read has none that anybody could wait for. What its log holds
/// is folded into it, so that the file that is kept is whole by itself.
pub(crate) fn open_calls(database: &Path, now: Timestamp) -> usize {
    let read = || -> Result<usize, StoreError> {
        let connection = connect(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let open = call_rows::open(&connection)?;
        Ok(open.iter().filter(|call| call.requested_at > now - LONGEST_CALL).count())
    };
    read().unwrap_or(0)
}
