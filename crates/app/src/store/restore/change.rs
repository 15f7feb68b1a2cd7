//! Swaps two databases, in steps that are each safe before a power cut or a kill.
//!
//! The files in the folder show how far the swap has come. Whatever takes the folder's lock calls [`finish`] before it
//! uses the database, so nothing else ever sees more than the first two states.
//!
//! | State | `…-restore` | `…-restore-change` | the database | what happens next |
//! |---|---|---|---|---|
//! | [`State::Settled`] | no | no | the one in use; none before the first start | – |
//! | [`State::Waiting`] | yes | no | the one in use, whole | at the next start the backup takes over what it must, and the swap begins; another restore replaces this backup |
//! | [`State::Waiting`] | yes | no | none: a new folder | the swap begins |
//! | [`State::Changing`] | yes | yes | the old one, or none | the old one is renamed as noted, then the backup gets the database's name |
//! | [`State::Changed`] | no | yes | the new one | the note is deleted |
//!
//! The note is written once the backup has everything it must take over; from then on the swap only goes forward. The
//! old database isn't read again, because its log may already have its new name. Every step can be repeated.
//!
//! A folder that an earlier version left half done has a complete backup, no note and no database. It looks like a new
//! folder, and continues the same way.

use std::fs;
use std::io;
use std::iter;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};

use super::super::damage::{COMPANIONS, beside, free_name};
use crate::whole_file::{self, Readers, sync_folder};

/// The log's name for a step of a restore. A test checks the folder after each.
pub(in super::super) const STEP: &str = "restore_step";

/// Worthless after a kill: a backup being checked, one that was withdrawn, and a copy of an old database.
const SCRATCH: [&str; 3] = ["-restore-part", "-restore-withdrawn", "-restore-old"];

pub(super) const BEFORE_RESTORE: &str = "before-restore";

#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    Settled,
    Waiting,
    Changing,
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

/// The folder's lock excludes other processes.
pub(super) fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock()
}

pub(super) fn staged(database: &Path) -> PathBuf {
    beside(database, "-restore")
}

/// Removes any leftover.
pub(super) fn new_part(database: &Path) -> io::Result<PathBuf> {
    let part = beside(database, SCRATCH[0]);
    remove_all(&part)?;
    Ok(part)
}

fn note(database: &Path) -> PathBuf {
    beside(database, "-restore-change")
}

pub(in super::super) fn is_first_start(database: &Path) -> bool {
    !database.exists() && matches!(State::of(database), Ok(State::Settled))
}

pub(in super::super) fn is_unfinished(database: &Path) -> bool {
    match State::of(database) {
        Ok(State::Changing) => true,
        Ok(State::Waiting | State::Changed) => !database.exists(),
        Ok(State::Settled) | Err(_) => false,
    }
}

/// Replaces any backup that was staged.
pub(super) fn stage(database: &Path, part: &Path) -> io::Result<()> {
    fs::File::open(part)?.sync_all()?;
    // SQLite would roll back the previous backup's journal into this one.
    withdraw(database)?;
    fs::rename(part, staged(database))?;
    sync_folder(database)?;
    step("a backup waits");
    Ok(())
}

pub(super) fn withdraw(database: &Path) -> io::Result<()> {
    let staged = staged(database);
    let withdrawn = beside(database, SCRATCH[1]);
    // Rename it first: without its journal it may be incomplete, and must no longer be staged.
    rename_if_there(&staged, &withdrawn)?;
    sync_folder(database)?;
    step("the backup is withdrawn");
    remove_companions(&staged)?;
    remove_all(&withdrawn)
}

/// Returns the old database's new path, if there was one.
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

/// Returns the old database's new path. Removes what a kill left.
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
                // If a power cut revived it, it would count as the next swap's.
                sync_folder(database)?;
                step("the change is done");
            }
            State::Waiting if database.try_exists()? => break,
            // A new folder, or one where an earlier version was killed.
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

/// Never overwrites another database of that name.
fn aside_named(database: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let noted = noted_name(database)?.unwrap_or_else(|| free_name(database, BEFORE_RESTORE, now));
    if database.try_exists()? && noted.try_exists()? {
        return Ok(free_name(database, BEFORE_RESTORE, now));
    }
    Ok(noted)
}

/// The note was written completely, so other content was changed afterwards.
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

/// The database first: as long as it is there, it is complete.
fn set_aside(database: &Path, aside: &Path) -> io::Result<()> {
    rename_if_there(database, aside)?;
    sync_folder(database)?;
    step("the old database is set aside");
    for part in COMPANIONS {
        rename_if_there(&beside(database, part), &beside(aside, part))?;
        step("a companion of the old database is set aside");
    }
    // Otherwise a power cut could leave an old log next to the backup, which would be applied to the backup.
    sync_folder(database)
}

/// With neither a backup nor a database left, the old one is better than none: it knows who must not be called.
fn put_back(database: &Path) -> io::Result<()> {
    if database.try_exists()? {
        return Ok(());
    }
    let Some(aside) = noted_name(database)?.filter(|aside| aside.exists()) else { return Ok(()) };
    tracing::warn!(from = %aside.display(), "the backup that was to be restored is gone, so the database is back");
    // The database last: as long as it is missing, this is repeated.
    for part in COMPANIONS.into_iter().chain(iter::once("")) {
        rename_if_there(&beside(&aside, part), &beside(database, part))?;
    }
    sync_folder(database)
}

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
