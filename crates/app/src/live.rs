//! Updates as they happen, for subscribers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use benspamsphones_core::{Call, CallEvent};
use tokio::sync::futures::Notified;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

/// Updates kept for a slow subscriber. One that falls further behind gets an error and catches up from the database.
const BACKLOG: usize = 1_024;

/// With more listeners than this, updates wait a moment: placing calls comes first.
const CROWD: usize = 64;
/// A crowd is woken in this many groups, one after the other.
const GROUPS: usize = 32;
/// How long updates wait for a crowd. The first stations of a call are within it, so they are sent together.
const GATHER: Duration = Duration::from_millis(20);
const BETWEEN: Duration = Duration::from_millis(1);

/// An event, and the call right after it.
#[derive(Clone, Debug)]
pub struct LiveEvent {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    event: CallEvent,
    call: Arc<Call>,
    /// Serialized once, however many clients watch.
    json: OnceLock<Arc<str>>,
}

impl LiveEvent {
    pub(crate) fn new(event: CallEvent, call: Arc<Call>) -> Self {
        Self { inner: Arc::new(Inner { event, call, json: OnceLock::new() }) }
    }

    /// The event.
    pub fn event(&self) -> &CallEvent {
        &self.inner.event
    }

    /// The call right after it.
    pub fn call(&self) -> &Call {
        &self.inner.call
    }

    /// The event as JSON, made by `write` at the first use.
    pub(crate) fn json(&self, write: impl FnOnce(&Self) -> Arc<str>) -> Arc<str> {
        self.inner.json.get_or_init(|| write(self)).clone()
    }
}

/// What changed, other than calls. Clients that show it read it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The protocols.
    Protocols,
    /// People.
    People,
    /// Groups of people.
    Groups,
    /// The blocked numbers.
    BlockedNumbers,
    /// Quick dial.
    QuickDials,
    /// The sound files.
    Sounds,
    /// Calls were deleted from the history, or the note on one changed.
    Calls,
    /// The public address.
    PublicAddress,
    /// The limits.
    Limits,
    /// Refused calls.
    RefusedCalls,
}

/// Publishes committed events. Clones share it.
#[derive(Clone)]
pub struct Hub {
    news: broadcast::Sender<LiveEvent>,
    changes: broadcast::Sender<Change>,
    bells: Arc<Bells>,
}

/// Wake listeners. Waking thousands takes as long as placing a dozen calls, so `publish` doesn't wake a crowd itself.
struct Bells {
    groups: [Notify; GROUPS],
    due: Notify,
    joined: AtomicUsize,
}

pub(crate) struct Bell {
    bells: Arc<Bells>,
    group: usize,
}

impl Bell {
    /// Waits for a ring. Call this before checking for updates: any later one rings it.
    pub(crate) fn rung(&self) -> Notified<'_> {
        self.bells.groups[self.group].notified()
    }
}

impl Hub {
    /// A hub without subscribers.
    pub fn new() -> Self {
        let bells = Bells { groups: Default::default(), due: Notify::new(), joined: AtomicUsize::new(0) };
        Self {
            news: broadcast::Sender::new(BACKLOG),
            changes: broadcast::Sender::new(BACKLOG),
            bells: Arc::new(bells),
        }
    }

    pub(crate) fn publish(&self, event: LiveEvent) {
        // An error means that there are no subscribers, which is fine.
        let listeners = self.news.send(event).unwrap_or(0);
        if listeners <= CROWD {
            // Groups beyond these are empty. A listener who joins now checks for updates after joining.
            let joined = self.bells.joined.load(Ordering::SeqCst);
            self.bells.groups.iter().take(joined).for_each(Notify::notify_waiters);
        } else {
            self.bells.due.notify_one();
        }
    }

    /// Wakes crowds until the application stops.
    pub async fn ring(&self, stop: CancellationToken) {
        while stop.run_until_cancelled(self.bells.due.notified()).await.is_some() {
            tokio::time::sleep(GATHER).await;
            for group in &self.bells.groups {
                group.notify_waiters();
                tokio::time::sleep(BETWEEN).await;
            }
        }
    }

    pub(crate) fn bell(&self) -> Bell {
        let joined = self.bells.joined.fetch_add(1, Ordering::SeqCst);
        Bell { bells: self.bells.clone(), group: joined % GROUPS }
    }

    pub(crate) fn announce(&self, change: Change) {
        let _ = self.changes.send(change);
    }

    /// All changes announced from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// All events published from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<LiveEvent> {
        self.news.subscribe()
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}
