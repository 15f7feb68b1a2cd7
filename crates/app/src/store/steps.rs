//! Counts SQLite's virtual machine steps, for tests: other work on the machine doesn't change them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use rusqlite::Connection;

static WATCHED: LazyLock<Mutex<HashMap<PathBuf, Arc<AtomicU64>>>> = LazyLock::new(Mutex::default);

/// From its next connection on.
pub(crate) fn watch(path: &Path) -> Steps {
    let count = Arc::new(AtomicU64::new(0));
    WATCHED.lock().insert(path.to_owned(), count.clone());
    Steps(count)
}

pub(crate) struct Steps(Arc<AtomicU64>);

impl Steps {
    /// Since the last call.
    pub(crate) fn take(&self) -> u64 {
        self.0.swap(0, Ordering::SeqCst)
    }
}

pub(super) fn count(connection: &Connection, path: &Path) {
    let Some(count) = WATCHED.lock().get(path).cloned() else { return };
    let add = move || {
        count.fetch_add(1, Ordering::SeqCst);
        false
    };
    connection.progress_handler(1, Some(add)).unwrap();
}
