//! What a new database takes over from the one that it replaces.
//!
//! Neither a backup nor an empty database may undo later decisions and events: who has access ([`access`]), who may not
//! be called ([`wishes`]), and the calls that the rules count, with their money and idempotency keys
//! ([`recent_calls`]). Nothing has either file open meanwhile, so no later decision is missed.
//!
//! The old database may be damaged or of another version. So a copy of it is migrated, and read row by row
//! ([`damaged_rows`]). Rows on a damaged page are reported as [`Lost`]; all others survive.
//!
//! Refused calls are not taken over, because no rule reads them. Nor are consents: a missing one only means that the
//! owner is asked again, while a revoked one must not count again. So the backup's own consents are dropped for
//! everyone who may no longer be called, and if the old database must have had them and no longer does.

mod access;
mod damaged_rows;
pub(super) mod recent_calls;
#[cfg(test)]
mod tests;
mod wishes;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};

use super::restore::change::step;
use super::schema::{STEPS, migrate, show_missing_columns};
use super::{StoreError, backup, connect, damage, setting_rows};

const TOLD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What was taken over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CarriedOver {
    /// How many calls the new database did not have.
    pub calls: usize,
    /// What could not be read, or only in part.
    pub lost: Vec<Lost>,
}

/// What could not be read from a damaged database, or only in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lost {
    /// Blocked numbers, opt-outs, and people who may not be called.
    Wishes,
    /// The calls that the rules count.
    Calls,
    /// The password's hash, and the tokens of browsers and devices.
    Access,
}

impl Lost {
    /// What the loss means for the owner, in a sentence or two.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Wishes => {
                "Some do-not-call data could not be read from the damaged database, so blocked numbers and \
                 opt-outs may be missing. Check People before you call anyone."
            }
            Self::Calls => {
                "Some calls of the last weeks could not be read from the damaged database. The limits don't \
                 count the missing ones, and repeating a request for one calls a second time."
            }
            Self::Access => {
                "Some access could not be read from the damaged database. Anyone who can no longer sign in \
                 needs the new password, or has to be added again."
            }
        }
    }
}

/// All of it or nothing; can be repeated after a power cut. What can't be read is not an error, but [`Lost`].
pub(super) fn carry_over(
    into: &mut Connection,
    from: &Path,
    now: Timestamp,
) -> Result<CarriedOver, StoreError> {
    // Drop the copy after its connection.
    let (_copy, old, is_current) = match Old::open(from)? {
        Old::Empty => return Ok(CarriedOver::default()),
        Old::Unreadable => {
            let lost = vec![Lost::Wishes, Lost::Calls, Lost::Access];
            note_lost(into, &lost, now)?;
            return Ok(CarriedOver { calls: 0, lost });
        }
        Old::Readable { copy, old, is_current } => (copy, old, is_current),
    };
    let tx = into.transaction()?;
    let mut lost = Vec::new();
    if !wishes::carry_over(&tx, &old, now)? {
        lost.push(Lost::Wishes);
    }
    step("wishes are taken over");
    let calls = recent_calls::carry_over(&tx, &old, now)?;
    // Without a migration, data in an older format is missing.
    if !(calls.all && is_current) {
        lost.push(Lost::Calls);
    }
    step("calls are taken over");
    if !access::carry_over(&tx, &old)? {
        lost.push(Lost::Access);
    }
    note_lost(&tx, &with_lost_before(&lost, &old, now), now)?;
    tx.commit()?;
    Ok(CarriedOver { calls: calls.new, lost })
}

/// Reported at each start for some days, because the first one may end before anyone has read it.
#[derive(Serialize, Deserialize)]
struct LostThen {
    at: Timestamp,
    lost: Vec<Lost>,
}

fn note_lost(into: &Connection, lost: &[Lost], now: Timestamp) -> Result<(), StoreError> {
    if lost.is_empty() {
        return setting_rows::delete(into, setting_rows::LOST);
    }
    let then = LostThen { at: now, lost: lost.to_vec() };
    let text =
        serde_json::to_string(&then).map_err(|error| StoreError::bad_row("loss", error.to_string()))?;
    setting_rows::put(into, setting_rows::LOST, &text)
}

fn with_lost_before(lost: &[Lost], old: &Connection, now: Timestamp) -> Vec<Lost> {
    let mut all = lost.to_vec();
    for before in lost_lately(old, now).unwrap_or_default() {
        if !all.contains(&before) {
            all.push(before);
        }
    }
    all
}

pub(crate) fn lost_lately(connection: &Connection, now: Timestamp) -> Result<Vec<Lost>, StoreError> {
    let Some(text) = setting_rows::get(connection, setting_rows::LOST)? else { return Ok(Vec::new()) };
    Ok(match serde_json::from_str::<LostThen>(&text) {
        Ok(then) if now.duration_since(then.at) >= TOLD_FOR => Vec::new(),
        Ok(then) => then.lost,
        // It can't be read, so assume that everything was lost.
        Err(_) => vec![Lost::Wishes, Lost::Calls, Lost::Access],
    })
}

enum Old {
    Empty,
    Unreadable,
    /// It may still be damaged.
    Readable {
        /// The copy that is queried instead.
        copy: Option<Copy>,
        old: Box<Connection>,
        /// Whether its rows have this version's format.
        is_current: bool,
    },
}

impl Old {
    fn open(from: &Path) -> Result<Self, StoreError> {
        let open = || -> Result<_, StoreError> {
            let old = connect(from, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            old.pragma_update(None, "query_only", true)?;
            old.pragma_update(None, "cell_size_check", true)?;
            let tables: i64 = old.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            Ok((tables > 0, backup::version(&old)? < STEPS.len(), old))
        };
        match open() {
            Err(error) if damage::is_damage(&error) => {
                tracing::warn!(%error, "the database that goes can't be read");
                Ok(Self::Unreadable)
            }
            // It may be readable later, for example with more room, and then nothing is lost.
            Err(error) => Err(error),
            Ok((false, _, _)) => Ok(Self::Empty),
            Ok((true, false, old)) => Ok(Self::Readable { copy: None, old: Box::new(old), is_current: true }),
            Ok((true, true, old)) => {
                // The old file stays as its own version left it.
                drop(old);
                let copy = Copy::make(from)?;
                let mut old = connect(&copy.0, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
                let is_current = match migrate(&mut old) {
                    Ok(()) => true,
                    Err(StoreError::Full) => return Err(StoreError::Full),
                    // Read it as it is, with statements that name today's columns.
                    Err(error) => {
                        tracing::warn!(%error, "the database that goes can't be brought up to date");
                        if let Err(error) = show_missing_columns(&old) {
                            tracing::warn!(%error, "the database that goes can't be shown with the columns of today");
                        }
                        false
                    }
                };
                Ok(Self::Readable { copy: Some(copy), old: Box::new(old), is_current })
            }
        }
    }
}

/// Deleted on drop.
struct Copy(PathBuf);

impl Copy {
    fn make(from: &Path) -> Result<Self, StoreError> {
        let copy = Self(damage::beside(from, "-restore-old"));
        copy.remove();
        let copied = |source: &Path, to: &Path| match fs::copy(source, to) {
            Err(error) if error.kind() == std::io::ErrorKind::StorageFull => Err(StoreError::Full),
            Err(error) => Err(StoreError::File(Arc::new(error))),
            Ok(_) => Ok(()),
        };
        copied(from, &copy.0)?;
        let log = damage::beside(from, "-wal");
        if log.exists() {
            copied(&log, &damage::beside(&copy.0, "-wal"))?;
        }
        Ok(copy)
    }

    fn remove(&self) {
        for part in ["", "-wal", "-shm", "-journal"] {
            let _ = fs::remove_file(damage::beside(&self.0, part));
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.remove();
    }
}
