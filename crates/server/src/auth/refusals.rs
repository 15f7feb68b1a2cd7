//! Refused access attempts, stored for the owner to see.

use std::collections::HashMap;
use std::mem::take;
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_app::clock::Clock;
use benspamsphones_app::store::refusal_rows;
pub use benspamsphones_app::store::refusal_rows::{Refused, Why};
use benspamsphones_app::store::{Store, StoreError};
use jiff::Timestamp;
use parking_lot::Mutex;

use crate::net::Source;

/// Endless attempts must not keep the disk busy.
const AGAIN: Duration = Duration::from_secs(1);
const MOST_PENDING: usize = 1_000;

#[derive(Clone)]
pub(super) struct Refusals(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Clock,
    pending: Mutex<Pending>,
    /// Held during a write, so that a later read sees all of it.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Pending {
    /// Count since the last write, and the time of the latest attempt.
    counts: HashMap<(Source, Why), (u32, Timestamp)>,
    has_writer: bool,
}

impl Refusals {
    pub(super) fn new(store: Store, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            pending: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
        }))
    }

    /// Records a refusal. A task writes it later: the rejected client doesn't wait for the disk.
    pub(super) fn note(&self, source: Source, why: Why) {
        let mut pending = self.0.pending.lock();
        let now = self.0.clock.now();
        if pending.counts.len() >= MOST_PENDING && !pending.counts.contains_key(&(source, why)) {
            return;
        }
        let (count, at) = pending.counts.entry((source, why)).or_insert((0, now));
        *count = count.saturating_add(1);
        *at = now;
        if !pending.has_writer {
            pending.has_writer = true;
            tokio::spawn(self.clone().write_on());
        }
    }

    pub(super) async fn list(&self) -> Result<Vec<Refused>, StoreError> {
        self.write().await?;
        self.0.store.read(refusal_rows::list).await
    }

    pub(super) async fn forget(&self, source: String) -> Result<(), StoreError> {
        self.write().await?;
        self.0.store.write(move |tx| refusal_rows::delete(tx.connection(), &source)).await
    }

    async fn write_on(self) {
        loop {
            if let Err(error) = self.write().await {
                tracing::warn!(%error, "a refusal could not be saved");
            }
            tokio::time::sleep(AGAIN).await;
            let mut pending = self.0.pending.lock();
            if pending.counts.is_empty() {
                pending.has_writer = false;
                return;
            }
        }
    }

    async fn write(&self) -> Result<(), StoreError> {
        let _writing = self.0.writing.lock().await;
        let counts = take(&mut self.0.pending.lock().counts);
        if counts.is_empty() {
            return Ok(());
        }
        for ((source, why), (count, _)) in &counts {
            tracing::warn!(%source, why = why.as_str(), count, "refused");
        }
        let written = self.0.store.write(move |tx| {
            for ((source, why), (count, at)) in &counts {
                refusal_rows::note(tx.connection(), &source.to_string(), *why, *count, *at)?;
            }
            Ok(())
        });
        written.await
    }
}
