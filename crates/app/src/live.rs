//! News as it happens: whoever watches subscribes here.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use benspamsphones_core::{Call, CallEvent};
use tokio::sync::futures::Notified;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

/// News kept for a subscriber that is slow to take it. One that falls further behind is told so and catches up
/// from the database.
const BACKLOG: usize = 1_024;

/// With more listeners than this, news waits a moment for them: whoever places a call goes first.
const CROWD: usize = 64;
/// A crowd hears in so many groups, one after the other.
const GROUPS: usize = 32;
/// How long news waits for a crowd. The first stations of a call come within it, and are told in one go.
const GATHER: Duration = Duration::from_millis(20);
/// Between two groups.
const BETWEEN: Duration = Duration::from_millis(1);

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
    /// Groups of people.
    Groups,
    /// The blocked numbers.
    BlockedNumbers,
    /// Quick dial.
    QuickDials,
    /// The sound files.
    Sounds,
    /// Calls of the history were deleted, or the note on one changed.
    Calls,
    /// Whether and where Twilio reaches this program.
    PublicAddress,
    /// How much calling is allowed.
    Limits,
    /// Calls that were refused.
    RefusedCalls,
}

/// Where committed events are handed out. Clones share it.
#[derive(Clone)]
pub struct Hub {
    news: broadcast::Sender<LiveEvent>,
    changes: broadcast::Sender<Change>,
    bells: Arc<Bells>,
}

/// Wake listeners. Telling thousands costs as much as placing a dozen calls, so a crowd isn't woken by the news itself.
struct Bells {
    groups: [Notify; GROUPS],
    /// There is news for a crowd.
    due: Notify,
    joined: AtomicUsize,
}

/// A listener's own bell.
pub(crate) struct Bell {
    bells: Arc<Bells>,
    group: usize,
}

impl Bell {
    /// Waits until it rings. Ask before looking for news: what comes after that rings it.
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

    /// Hands an event to everybody who watches.
    pub(crate) fn publish(&self, event: LiveEvent) {
        // An error means that nobody watches, which is fine.
        let listeners = self.news.send(event).unwrap_or(0);
        if listeners <= CROWD {
            // A group beyond these has no member. Whoever joins now looks for news after joining.
            let joined = self.bells.joined.load(Ordering::SeqCst);
            self.bells.groups.iter().take(joined).for_each(Notify::notify_waiters);
        } else {
            self.bells.due.notify_one();
        }
    }

    /// Rings for a crowd until the application stops.
    pub async fn ring(&self, stop: CancellationToken) {
        while stop.run_until_cancelled(self.bells.due.notified()).await.is_some() {
            tokio::time::sleep(GATHER).await;
            for group in &self.bells.groups {
                group.notify_waiters();
                tokio::time::sleep(BETWEEN).await;
            }
        }
    }

    /// A bell that rings when there is news, in the group of its turn.
    pub(crate) fn bell(&self) -> Bell {
        let joined = self.bells.joined.fetch_add(1, Ordering::SeqCst);
        Bell { bells: self.bells.clone(), group: joined % GROUPS }
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
