//! News as it happens: whoever watches subscribes here.

use std::sync::{Arc, OnceLock};

use benspamsphones_core::{Call, CallEvent};
use tokio::sync::broadcast;

/// News kept for a subscriber that is slow to take it. One that falls further behind is told so and catches up
/// from the database.
const BACKLOG: usize = 1_024;

/// An event and the call as it was right after.
#[derive(Clone, Debug)]
pub struct LiveEvent {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    event: CallEvent,
    call: Arc<Call>,
    /// Written once, however many watch.
    json: OnceLock<Arc<str>>,
}

impl LiveEvent {
    pub(crate) fn new(event: CallEvent, call: Arc<Call>) -> Self {
        Self { inner: Arc::new(Inner { event, call, json: OnceLock::new() }) }
    }

    /// What happened.
    pub fn event(&self) -> &CallEvent {
        &self.inner.event
    }

    /// The call after it.
    pub fn call(&self) -> &Call {
        &self.inner.call
    }

    /// The event as JSON, made by `write` the first time somebody needs it.
    pub(crate) fn json(&self, write: impl FnOnce(&Self) -> Arc<str>) -> Arc<str> {
        self.inner.json.get_or_init(|| write(self)).clone()
    }
}

/// What else changed, beside calls. Whoever shows it reads it afresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The protocols.
    Protocols,
    /// People.
    People,
    /// The blocked numbers.
    BlockedNumbers,
    /// Quick dial.
    QuickDials,
    /// The sound files.
    Sounds,
}

/// Where committed events are handed out. Clones share it.
#[derive(Clone)]
pub struct Hub {
    news: broadcast::Sender<LiveEvent>,
    changes: broadcast::Sender<Change>,
}

impl Hub {
    /// A hub without subscribers.
    pub fn new() -> Self {
        Self { news: broadcast::Sender::new(BACKLOG), changes: broadcast::Sender::new(BACKLOG) }
    }

    /// Hands an event to everybody who watches.
    pub(crate) fn publish(&self, event: LiveEvent) {
        // An error means that nobody watches, which is fine.
        let _ = self.news.send(event);
    }

    /// Tells everybody who watches that something else than a call changed.
    pub(crate) fn announce(&self, change: Change) {
        let _ = self.changes.send(change);
    }

    /// Every change that is announced from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Everything that is published from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<LiveEvent> {
        self.news.subscribe()
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}
