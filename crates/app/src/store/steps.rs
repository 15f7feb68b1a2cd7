//! Counts SQLite's virtual machine steps, for tests: other work on the machine doesn't change them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use rusqlite::Connection;

/// Steps on each watched database, over all connections.
static WATCHED: LazyLock<Mutex<HashMap<PathBuf, Arc<AtomicU64>>>> = LazyLock::new(Mutex::default);

/// Counts the steps on a database, from its next connection on.
pub(crate) fn watch(path: &Path) -> Steps {
    let count = Arc::new(AtomicU64::new(0));
    WATCHED.lock().insert(path.to_owned(), count.clone());
    Steps(count)
}

pub(crate) struct Steps(Arc<AtomicU64>);

impl Steps {
    /// The steps since the last call.
    pub(crate) fn take(&self) -> u64 {
        self.0.swap(0, Ordering::SeqCst)
    }
}

/// Counts on a new connection, if its database is watched.
pub(super) fn count(connection: &Connection, path: &Path) {
    let Some(count) = WATCHED.lock().get(path).cloned() else { return };
    let add = move || {
        count.fetch_add(1, Ordering::SeqCst);
        false
    };
    connection.progress_handler(1, Some(add)).unwrap();
}
