//! Damaged database files and full disks. They are told apart, because they need different remedies. A damaged file is
//! set aside and never deleted.

use std::fs;
use std::iter;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, ErrorCode, ffi};

use super::StoreError;

/// What to do about a damaged database.
pub const WHAT_TO_DO: &str = "Nothing was deleted. Restore a backup with \"bsp restore FILE\", or start with \
                              an empty database with \"bsp restore --begin-anew\". Both keep the damaged file \
                              under another name.";

/// Files up to this size are checked before the start continues: some hundredths of a second at most. Larger ones
/// only if the program didn't shut down properly.
const CHECKED_FIRST: u64 = 4 * 1024 * 1024;
/// Files up to this size are checked in the background after the start: some tenths of a second at most.
const CHECKED_LATER: u64 = 64 * 1024 * 1024;

pub(crate) fn is_checked_first(path: &Path, was_closed: bool) -> bool {
    !was_closed || size(path) <= CHECKED_FIRST
}

pub(super) fn is_checked_later(path: &Path, was_closed: bool) -> bool {
    !is_checked_first(path, was_closed) && size(path) <= CHECKED_LATER
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

pub(crate) fn check(connection: &Connection) -> Result<(), StoreError> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(StoreError::Damaged(found.into())) }
}

/// A closed file has no write-ahead log.
pub(super) fn was_closed(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).map_or(true, |log| log.len() == 0)
}

/// Damage, rather than this computer short of space, memory or permission.
pub(super) fn is_damage(error: &StoreError) -> bool {
    const UNREADABLE: [i32; 2] = [ffi::SQLITE_IOERR_READ, ffi::SQLITE_IOERR_SHORT_READ];
    match error {
        StoreError::Damaged(_)
        | StoreError::Schema(_)
        | StoreError::BadRow { .. }
        | StoreError::Migration(_) => true,
        StoreError::Sqlite(error) => matches!(
            **error,
            rusqlite::Error::SqliteFailure(failure, _)
                if failure.code == ErrorCode::Unknown || UNREADABLE.contains(&failure.extended_code)
        ),
        StoreError::Full | StoreError::File(_) | StoreError::Panicked | StoreError::Stopped => false,
    }
}

pub(super) fn of_error(error: rusqlite::Error) -> StoreError {
    const NO_ROOM: [i32; 3] =
        [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_TRUNCATE, ffi::SQLITE_IOERR_SHMSIZE];
    match &error {
        rusqlite::Error::SqliteFailure(failure, words) => match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                let words = words.clone().unwrap_or_else(|| failure.to_string());
                StoreError::Damaged(words.into())
            }
            ErrorCode::DiskFull => StoreError::Full,
            // Only SQLite tells a quota or a system limit apart from a full disk.
            ErrorCode::SystemIoFailure if NO_ROOM.contains(&failure.extended_code) => StoreError::Full,
            _ => StoreError::Sqlite(error.into()),
        },
        _ => StoreError::Sqlite(error.into()),
    }
}

/// Left behind after a rename, these would be applied to the next database.
pub(super) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Unused by any database or its companions.
pub(super) fn free_name(path: &Path, why: &str, now: Timestamp) -> PathBuf {
    let at = now.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d-%H%M%S").to_string();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let named = |number: u32| {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        path.with_file_name(format!("{stem}-{why}-{at}{number}.db"))
    };
    let is_free = |name: &PathBuf| {
        let mut files = iter::once("").chain(COMPANIONS).map(|part| beside(name, part));
        files.all(|file| fs::symlink_metadata(file).is_err())
    };
    (1..).map(named).find(is_free).unwrap_or_else(|| named(1))
}

pub(super) fn beside(path: &Path, part: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(part);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;
    use crate::live::Hub;
    use crate::store::setting_rows;

    /// Limits the size of the database.
    async fn make_room(store: &Store, pages: u32) {
        let made = store.write(move |tx| {
            let _: i64 =
                tx.connection()
                    .query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get(0))?;
            Ok(())
        });
        made.await.unwrap();
    }

    #[tokio::test]
    async fn a_full_disk_is_said_takes_nothing_half_and_goes_on_with_room() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Store::path(folder.path()), Hub::new()).unwrap();
        let put = |name: String| {
            store.write(move |tx| setting_rows::put(tx.connection(), &name, &"full ".repeat(2_000)))
        };
        // As many pages as there are now.
        make_room(&store, 1).await;
        let mut kept = 0;
        let error = loop {
            match put(format!("value {kept}")).await {
                Ok(()) => kept += 1,
                Err(error) => break error,
            }
            assert!(kept < 100, "it never becomes full");
        };
        assert!(matches!(error, StoreError::Full), "{error:?}");
        let count = |connection: &Connection| -> Result<i64, StoreError> {
            Ok(connection.query_row("SELECT count(*) FROM settings", [], |row| row.get(0))?)
        };
        assert_eq!(store.read(count).await.unwrap(), kept, "what was told as kept is kept, and nothing else");
        assert!(matches!(put("again".into()).await, Err(StoreError::Full)));
        make_room(&store, 1_000_000).await;
        put("now".into()).await.unwrap();
        assert_eq!(store.read(count).await.unwrap(), kept + 1);
        store.close().await;
        Store::open(&Store::path(folder.path()), Hub::new()).unwrap();
    }

    #[test]
    fn two_that_are_set_aside_at_once_have_two_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = Store::path(folder.path());
        let name = || {
            let name = free_name(&path, "set-aside", Timestamp::UNIX_EPOCH);
            name.file_name().unwrap().to_string_lossy().into_owned()
        };
        assert_eq!(name(), "benspamsphones-set-aside-1970-01-01-000000.db");
        fs::write(folder.path().join(name()), "one").unwrap();
        assert_eq!(name(), "benspamsphones-set-aside-1970-01-01-000000-2.db");
        fs::write(folder.path().join(format!("{}-wal", name())), "the log of one").unwrap();
        assert_eq!(name(), "benspamsphones-set-aside-1970-01-01-000000-3.db");
    }
}
