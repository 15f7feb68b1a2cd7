//! Who was refused, kept for the owner to see.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use benspamsphones_app::clock::Clock;
use benspamsphones_app::store::refusal_rows;
pub use benspamsphones_app::store::refusal_rows::{Refused, Why};
use benspamsphones_app::store::{Store, StoreError};

use crate::net::Source;

/// The same of the same source is written down once in this time, with how often it was: who knocks without end must
/// not keep the disk busy.
const AGAIN: Duration = Duration::from_secs(1);
/// Sources and reasons that are remembered between two writes.
const MOST_PENDING: usize = 1_000;

pub(super) struct Refusals {
    store: Store,
    clock: Clock,
    pending: Mutex<HashMap<(Source, Why), Pending>>,
}

struct Pending {
    written: Instant,
    /// Since it was last written.
    count: u32,
}

impl Refusals {
    pub(super) fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, pending: Mutex::default() }
    }

    /// Notes a refusal. It is written down in its own time: whoever was refused has no claim to wait for it.
    pub(super) fn note(&self, source: Source, why: Why) {
        let now = Instant::now();
        let count = {
            let mut pending = self.pending.lock();
            if pending.len() >= MOST_PENDING {
                pending.retain(|_, pending| now - pending.written < AGAIN);
            }
            let full = pending.len() >= MOST_PENDING;
            match pending.get_mut(&(source, why)) {
                Some(same) if now - same.written < AGAIN => {
                    same.count += 1;
                    return;
                }
                Some(same) => {
                    let count = same.count + 1;
                    *same = Pending { written: now, count: 0 };
                    count
                }
                None if full => return,
                None => {
                    pending.insert((source, why), Pending { written: now, count: 0 });
                    1
                }
            }
        };
        tracing::warn!(%source, why = why.as_str(), "refused");
        let (store, source, at) = (self.store.clone(), source.to_string(), self.clock.now());
        tokio::spawn(async move {
            let written = store.write(move |tx| refusal_rows::note(tx.connection(), &source, why, count, at));
            if let Err(error) = written.await {
                tracing::warn!(%error, "a refusal could not be saved");
            }
        });
    }

    pub(super) async fn list(&self) -> Result<Vec<Refused>, StoreError> {
        self.store.read(refusal_rows::list).await
    }

    pub(super) async fn forget(&self, source: String) -> Result<(), StoreError> {
        self.store.write(move |tx| refusal_rows::delete(tx.connection(), &source)).await
    }
}
