//! The change of two databases, in steps that can each be the last before a power cut or a kill.
//!
//! Which files there are in the folder tells how far it has come. Whatever has the folder's lock calls [`finish`] before
//! it does anything else with the database, so that only the first two states are ever seen by anything else.
//!
//! | State | `…-restore` | `…-restore-change` | the database | what happens next |
//! |---|---|---|---|---|
//! | [`State::Settled`] | no | no | the one in use; none before the first start | – |
//! | [`State::Waiting`] | yes | no | the one in use, whole | a start gives the backup what it must have of the database and begins the change; another restore takes this one's place |
//! | [`State::Waiting`] | yes | no | none: a new folder | the change begins |
//! | [`State::Changing`] | yes | yes | the old one, or none | the old one gets the name that the note tells, then the backup gets the database's name |
//! | [`State::Changed`] | no | yes | the new one | the note goes |
//!
//! The note is written once the backup has all that must be taken over, and from then on there is only one way: forward.
//! The old database is not asked again, since its log may have its new name already. Every step may be done twice.
//!
//! A folder that an earlier version left half way has a backup, which has all that it must have, no note and no database. It
//! looks like a new one, and goes on in the same way.

use std::fs;
use std::io;
use std::iter;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};

use super::super::damage::{COMPANIONS, beside, free_name};
use crate::whole_file::{self, Readers, sync_folder};

/// What the log calls a step of a restore. A test looks at the folder after each.
pub(in super::super) const STEP: &str = "restore_step";

/// What lies beside the database only while something is made, and is worth nothing after a kill: a backup that is being
/// checked, one that was withdrawn, and a copy of an old database.
const SCRATCH: [&str; 3] = ["-restore-part", "-restore-withdrawn", "-restore-old"];

/// In the name of a database that a backup took the place of.
pub(super) const BEFORE_RESTORE: &str = "before-restore";

/// How far a change has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing waits.
    Settled,
    /// A checked backup waits.
    Waiting,
    /// The two change places.
    Changing,
    /// They have changed places.
    Changed,
}

impl State {
    pub(super) fn of(database: &Path) -> io::Result<Self> {
        Ok(match (staged(database).try_exists()?, note(database).try_exists()?) {
            (false, false) => Self::Settled,
            (true, false) => Self::Waiting,
            (true, true) => Self::Changing,
            (false, true) => Self::Changed,
        })
    }
}

/// One thread at a time makes, takes or withdraws backups here; other processes are kept away by the folder's lock.
pub(super) fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock()
}

/// Where a checked backup waits.
pub(super) fn staged(database: &Path) -> PathBuf {
    beside(database, "-restore")
}

/// Where a backup is made. Nothing is there.
pub(super) fn new_part(database: &Path) -> io::Result<PathBuf> {
    let part = beside(database, SCRATCH[0]);
    remove_all(&part)?;
    Ok(part)
}

fn note(database: &Path) -> PathBuf {
    beside(database, "-restore-change")
}

/// Whether there is neither a database nor one that is about to be it.
pub(in super::super) fn is_first_start(database: &Path) -> bool {
    !database.exists() && matches!(State::of(database), Ok(State::Settled))
}

/// Whether the database has just another name, or none of its own yet.
pub(in super::super) fn is_unfinished(database: &Path) -> bool {
    match State::of(database) {
        Ok(State::Changing) => true,
        Ok(State::Waiting | State::Changed) => !database.exists(),
        Ok(State::Settled) | Err(_) => false,
    }
}

/// A finished file becomes the backup that waits, in the place of another.
pub(super) fn stage(database: &Path, part: &Path) -> io::Result<()> {
    fs::File::open(part)?.sync_all()?;
    // What SQLite left beside the one before would be rolled back into this one.
    withdraw(database)?;
    fs::rename(part, staged(database))?;
    sync_folder(database)?;
    step("a backup waits");
    Ok(())
}

/// The backup that waits, if any, waits no longer.
pub(super) fn withdraw(database: &Path) -> io::Result<()> {
    let staged = staged(database);
    let withdrawn = beside(database, SCRATCH[1]);
    // By its name first: without its journal it may be half of one, and must not wait any more.
    rename_if_there(&staged, &withdrawn)?;
    sync_folder(database)?;
    step("the backup is withdrawn");
    remove_companions(&staged)?;
    remove_all(&withdrawn)
}

/// Lets the backup that waits take the place of the database, and tells the old one's new name, if there was one.
pub(super) fn begin(database: &Path, why: &str, now: Timestamp) -> io::Result<Option<PathBuf>> {
    note_name(database, why, now)?;
    finish(database, now)
}

fn note_name(database: &Path, why: &str, now: Timestamp) -> io::Result<()> {
    let aside = free_name(database, why, now);
    let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
    whole_file::write(&note(database), name.as_bytes(), Readers::OwnerOnly)?;
    step("a change has begun");
    Ok(())
}

/// Finishes a change that was begun, and tells the old database's new name. Removes what a kill left.
pub(super) fn finish(database: &Path, now: Timestamp) -> io::Result<Option<PathBuf>> {
    let mut aside = None;
    loop {
        match State::of(database)? {
            State::Changing => {
                let kept = aside_named(database, now)?;
                set_aside(database, &kept)?;
                aside = kept.try_exists()?.then_some(kept);
                fs::rename(staged(database), database)?;
                sync_folder(database)?;
                step("the backup is the database");
            }
            State::Changed => {
                put_back(database)?;
                remove_if_there(&note(database))?;
                // Back after a power cut, it would be taken for that of the next change.
                sync_folder(database)?;
                step("the change is done");
            }
            State::Waiting if database.try_exists()? => break,
            // In a new folder, or where an earlier version was killed.
            State::Waiting => note_name(database, BEFORE_RESTORE, now)?,
            State::Settled => {
                remove_companions(&staged(database))?;
                break;
            }
        }
    }
    for scratch in SCRATCH {
        remove_all(&beside(database, scratch))?;
    }
    Ok(aside)
}

/// The name that the old database gets, as it was noted. A name that already belongs to a database is not taken from it.
fn aside_named(database: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let noted = noted_name(database)?.unwrap_or_else(|| free_name(database, BEFORE_RESTORE, now));
    if database.try_exists()? && noted.try_exists()? {
        return Ok(free_name(database, BEFORE_RESTORE, now));
    }
    Ok(noted)
}

/// The name in the note. The note was written whole; one that says something else has been changed since.
fn noted_name(database: &Path) -> io::Result<Option<PathBuf>> {
    let text = match fs::read(note(database)) {
        Ok(text) => String::from_utf8(text).unwrap_or_default(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let stem = database.file_stem().unwrap_or_default().to_string_lossy();
    let is_plain = Path::new(&text).file_name().is_some_and(|name| name == text.as_str());
    let is_ours = is_plain && text.starts_with(&*stem) && text.ends_with(".db");
    let name = database.with_file_name(&text);
    Ok((is_ours && name != database).then_some(name))
}

/// The database and what belongs to it get the other name, itself first: so as long as it is there, it is whole.
fn set_aside(database: &Path, aside: &Path) -> io::Result<()> {
    rename_if_there(database, aside)?;
    sync_folder(database)?;
    step("the old database is set aside");
    for part in COMPANIONS {
        rename_if_there(&beside(database, part), &beside(aside, part))?;
        step("a companion of the old database is set aside");
    }
    // Otherwise a power cut could leave a log beside the backup, which would be taken for the backup's own.
    sync_folder(database)
}

/// With neither a backup nor a database left, the old one is better than none: it knows who must not be called.
fn put_back(database: &Path) -> io::Result<()> {
    if database.try_exists()? {
        return Ok(());
    }
    let Some(aside) = noted_name(database)?.filter(|aside| aside.exists()) else { return Ok(()) };
    tracing::warn!(from = %aside.display(), "the backup that was to be restored is gone, so the database is back");
    // Itself last: as long as it isn't there, this is done again.
    for part in COMPANIONS.into_iter().chain(iter::once("")) {
        rename_if_there(&beside(&aside, part), &beside(database, part))?;
    }
    sync_folder(database)
}

/// Removes a database and what belongs to it.
pub(super) fn remove_all(database: &Path) -> io::Result<()> {
    remove_if_there(database)?;
    remove_companions(database)
}

fn remove_companions(database: &Path) -> io::Result<()> {
    COMPANIONS.into_iter().try_for_each(|part| remove_if_there(&beside(database, part)))
}

fn remove_if_there(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

pub(in super::super) fn step(done: &'static str) {
    tracing::trace!(target: STEP, done);
}
