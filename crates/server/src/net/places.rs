//! Which connections have a place at a listener.
//!
//! A connection is always accepted, so that the owner's is too. If there are too many, an unauthenticated one is
//! closed: of the source with the most of them, the one that has kept the server waiting longest. Sources that
//! authenticated recently come last, and an authenticated connection with a place is never closed.

mod ledger;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use super::bounds::ConnectionBounds;
use crate::net::Source;
use ledger::Ledger;

/// Clones share the places.
#[derive(Clone)]
pub(crate) struct Places(Arc<Room>);

struct Room {
    bounds: ConnectionBounds,
    opened: Instant,
    waiting: AtomicUsize,
    ledger: Mutex<Ledger>,
}

/// Dropping it frees the place.
pub(crate) struct Place(Connection);

#[derive(Clone)]
pub(crate) struct Connection(Arc<State>);

struct State {
    id: u64,
    source: Source,
    room: Arc<Room>,
    waiting_of_source: Arc<AtomicUsize>,
    /// One of [`SILENT`], [`BEGUN`], [`SEATED`], [`GONE`].
    station: AtomicU8,
    /// A request on it was authenticated, even if no place was left.
    welcome: AtomicBool,
    working: AtomicUsize,
    bodies: AtomicUsize,
    /// How much this connection adds to the counts of waiting ones.
    counted: AtomicUsize,
    /// When the current step began (accepted, head read, answered), in milliseconds since the room was opened.
    since_ms: AtomicU64,
    /// The other end may still be sending what won't be read.
    unread: AtomicBool,
    asked: AtomicBool,
    makes_way: Notify,
}

/// Nothing has arrived, so it needs almost no memory.
const SILENT: u8 = 0;
const BEGUN: u8 = 1;
/// Authenticated, with a place that it keeps.
const SEATED: u8 = 2;
const GONE: u8 = 3;

impl Places {
    pub(crate) fn new(bounds: ConnectionBounds) -> Self {
        let (opened, waiting, ledger) = (Instant::now(), AtomicUsize::new(0), Mutex::default());
        Self(Arc::new(Room { bounds, opened, waiting, ledger }))
    }

    /// Another connection may have to make room.
    pub(crate) fn take(&self, from: IpAddr) -> Place {
        let room = &self.0;
        let source = Source::of(from);
        let mut ledger = room.ledger();
        let (id, waiting_of_source) = ledger.next(source);
        let connection = Connection(Arc::new(State {
            id,
            source,
            room: room.clone(),
            waiting_of_source,
            station: AtomicU8::new(SILENT),
            welcome: AtomicBool::new(false),
            working: AtomicUsize::new(0),
            bodies: AtomicUsize::new(0),
            counted: AtomicUsize::new(0),
            since_ms: AtomicU64::new(room.now_ms()),
            unread: AtomicBool::new(false),
            asked: AtomicBool::new(false),
            makes_way: Notify::new(),
        }));
        ledger.enter(&connection);
        if ledger.strangers() > room.bounds.strangers {
            ledger.one_makes_way(Some(&connection));
        }
        drop(ledger);
        Place(connection)
    }

    /// Makes room when the system gives no more connections; `false` if there is no stranger to close.
    pub(crate) fn make_room(&self) -> bool {
        self.0.ledger().one_makes_way(None)
    }
}

impl Room {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock()
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Place {
    pub(crate) fn connection(&self) -> &Connection {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut ledger = self.0.0.room.ledger();
        ledger.leave(&self.0);
        self.0.0.station.store(GONE, Relaxed);
        drop(ledger);
        self.0.recount();
    }
}

impl Connection {
    pub(super) fn began(&self) {
        let mut ledger = self.0.room.ledger();
        if self.station() == SILENT {
            ledger.begin(self);
            self.0.station.store(BEGUN, Relaxed);
        }
        drop(ledger);
        self.recount();
    }

    pub(super) fn asks(&self) {
        self.step();
        self.0.asked.store(true, Relaxed);
        self.0.working.fetch_add(1, Relaxed);
        self.recount();
    }

    pub(super) fn is_answered(&self) {
        self.step();
        self.0.working.fetch_sub(1, Relaxed);
        self.recount();
    }

    pub(super) fn owes_a_body(&self) {
        self.0.bodies.fetch_add(1, Relaxed);
        self.0.working.fetch_sub(1, Relaxed);
        self.recount();
    }

    /// The body has arrived, or is no longer read.
    pub(super) fn owes_it_no_more(&self) {
        self.0.working.fetch_add(1, Relaxed);
        self.0.bodies.fetch_sub(1, Relaxed);
        self.recount();
    }

    /// A request was authenticated. The connection keeps its place if the limit allows.
    pub(super) fn let_in(&self) {
        self.0.welcome.store(true, Relaxed);
        if self.station() != SEATED {
            let mut ledger = self.0.room.ledger();
            ledger.remember(self.0.source);
            if self.station() != GONE && ledger.seat(self, &self.0.room.bounds) {
                self.0.station.store(SEATED, Relaxed);
            }
            drop(ledger);
            self.recount();
        }
    }

    pub(super) fn leaves_unread(&self) {
        self.0.unread.store(true, Relaxed);
    }

    /// Whether the client may still be sending when the connection is closed.
    pub(super) fn may_still_send(&self) -> bool {
        self.0.unread.load(Relaxed) || !self.0.asked.load(Relaxed)
    }

    pub(super) async fn has_to_make_way(&self) {
        self.0.makes_way.notified().await;
    }

    /// Waits until it has kept the server waiting for too long as a stranger.
    pub(super) async fn is_overdue(&self) {
        let patience = self.0.room.bounds.stranger;
        loop {
            if self.0.welcome.load(Relaxed) {
                return std::future::pending().await;
            }
            if self.0.working.load(Relaxed) > 0 {
                sleep(patience).await;
                continue;
            }
            // A late body gets its error response first.
            let due = self.since() + patience + AFTER_AN_ANSWER;
            if due <= Instant::now() {
                return;
            }
            sleep_until(due).await;
        }
    }

    pub(super) fn since(&self) -> Instant {
        self.0.room.opened + Duration::from_millis(self.0.since_ms.load(Relaxed))
    }

    fn step(&self) {
        self.0.since_ms.store(self.0.room.now_ms(), Relaxed);
    }

    fn station(&self) -> u8 {
        self.0.station.load(Relaxed)
    }

    fn is_seated(&self) -> bool {
        self.station() == SEATED
    }

    fn is_waiting(&self) -> bool {
        self.weight() > 0
    }

    /// How many waiting strangers it counts as: one for each body, and one if it has no request.
    fn weight(&self) -> usize {
        if self.station() != BEGUN || self.0.welcome.load(Relaxed) {
            return 0;
        }
        let bodies = self.0.bodies.load(Relaxed);
        if self.0.working.load(Relaxed) == 0 { bodies.max(1) } else { bodies }
    }

    fn make_way(&self) {
        self.0.station.store(GONE, Relaxed);
        self.recount();
        self.0.makes_way.notify_one();
    }

    /// Updates the counts of waiting strangers; if too many wait, closes the slowest.
    fn recount(&self) {
        let (weight, room) = (self.weight(), &self.0.room);
        let before = self.0.counted.swap(weight, Relaxed);
        if weight <= before {
            self.0.waiting_of_source.fetch_sub(before - weight, Relaxed);
            room.waiting.fetch_sub(before - weight, Relaxed);
            return;
        }
        let more = weight - before;
        let of_source = self.0.waiting_of_source.fetch_add(more, Relaxed) + more;
        let of_all = room.waiting.fetch_add(more, Relaxed) + more;
        if of_source > room.bounds.waiting_of_one_source {
            room.ledger().slowest_makes_way(self.0.source, self);
        } else if of_all > room.bounds.waiting {
            room.ledger().slowest_of_all_makes_way(self);
        }
    }
}

/// Time for the answer to a late body to be sent.
const AFTER_AN_ANSWER: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests;
