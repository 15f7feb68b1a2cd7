//! A database that can't be read or written any more: a damaged file, and a full disk. Both are recognised as what they
//! are, since what a person has to do about them differs. A damaged file is set aside and never deleted.

use std::fs;
use std::iter;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, ErrorCode, ffi};

use super::StoreError;

/// What a person can do about a damaged database.
pub const WHAT_TO_DO: &str = "Nothing was deleted. Restore a backup with \"bsp restore FILE\", or start with \
                              an empty database with \"bsp restore --begin-anew\". Both keep the damaged file \
                              under another name.";

/// A file of up to so many bytes is looked through before a start goes on: some hundredths of a second at most. A larger
/// one only when the program didn't end as it should have.
const CHECKED_FIRST: u64 = 4 * 1024 * 1024;
/// One of up to so many is looked through while the program runs already: some tenths of a second at most.
const CHECKED_LATER: u64 = 64 * 1024 * 1024;

/// Whether a start waits until the file was looked through for damage.
pub(crate) fn is_checked_first(path: &Path, was_closed: bool) -> bool {
    !was_closed || size(path) <= CHECKED_FIRST
}

/// Whether the file is looked through later.
pub(super) fn is_checked_later(path: &Path, was_closed: bool) -> bool {
    !is_checked_first(path, was_closed) && size(path) <= CHECKED_LATER
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

/// Looks through the file for damage.
pub(crate) fn check(connection: &Connection) -> Result<(), StoreError> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(StoreError::Damaged(found.into())) }
}

/// Whether the last program on this file had closed it: then its write-ahead log is gone.
pub(super) fn was_closed(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).map_or(true, |log| log.len() == 0)
}

/// Whether it is the file that can't be read, and not this computer that lacks room, memory or a right.
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

/// What SQLite's error says about the file or the disk.
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
            // A quota or a limit of the system is told apart from a full disk by SQLite, and by nobody else.
            ErrorCode::SystemIoFailure if NO_ROOM.contains(&failure.extended_code) => StoreError::Full,
            _ => StoreError::Sqlite(error.into()),
        },
        _ => StoreError::Sqlite(error.into()),
    }
}

/// What SQLite keeps beside a database. Left behind when that one is renamed, it would be taken for the next one's.
pub(super) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A name with the date that neither a database has yet nor what belongs to one.
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

/// A file that SQLite keeps beside a database.
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

    /// The disk is as large as the database may become.
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
        // As many pages as there are.
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
