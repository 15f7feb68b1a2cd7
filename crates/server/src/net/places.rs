//! Who has a place at a listener.
//!
//! A connection is always taken, so that the owner's always is. Where there are too many, one makes way that was not
//! let in yet: of the source with the most of them, the one that has kept the server waiting longest. Sources that were
//! let in lately come last, and a connection that was let in never makes way.

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

/// The places of one listener. Clones share them.
#[derive(Clone)]
pub(crate) struct Places(Arc<Room>);

struct Room {
    bounds: ConnectionBounds,
    opened: Instant,
    /// Strangers that have begun to speak and keep the server waiting.
    waiting: AtomicUsize,
    ledger: Mutex<Ledger>,
}

/// A connection's place, for as long as this lives.
pub(crate) struct Place(Connection);

/// One connection, as its place is judged. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Connection(Arc<State>);

struct State {
    id: u64,
    source: Source,
    room: Arc<Room>,
    waiting_of_source: Arc<AtomicUsize>,
    /// One of [`SILENT`], [`BEGUN`], [`SEATED`], [`GONE`].
    station: AtomicU8,
    /// Something on it was let in, whether or not there was a place among those that were.
    welcome: AtomicBool,
    /// Requests that wait for the server rather than for the other end.
    working: AtomicUsize,
    /// Requests whose body has yet to come.
    bodies: AtomicUsize,
    /// For how many it counts among those that wait.
    counted: AtomicUsize,
    /// When the present step began (accepted, head read, answered), in milliseconds since the room was opened.
    since_ms: AtomicU64,
    /// The other end may still be sending what is not going to be read.
    unread: AtomicBool,
    asked: AtomicBool,
    makes_way: Notify,
}

/// Nothing has come on it yet, so it takes next to no memory.
const SILENT: u8 = 0;
/// A stranger that has begun to speak.
const BEGUN: u8 = 1;
/// It was let in and has a place that nobody takes away.
const SEATED: u8 = 2;
/// It has made way.
const GONE: u8 = 3;

impl Places {
    /// All free.
    pub(crate) fn new(bounds: ConnectionBounds) -> Self {
        let (opened, waiting, ledger) = (Instant::now(), AtomicUsize::new(0), Mutex::default());
        Self(Arc::new(Room { bounds, opened, waiting, ledger }))
    }

    /// A place for one more connection. Another one may have to make way for it.
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

    /// Makes room where the system itself gives no more connections; `false` if there is no stranger to make way.
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
    /// The connection that has it.
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
    /// Notes that the first bytes came.
    pub(super) fn began(&self) {
        let mut ledger = self.0.room.ledger();
        if self.station() == SILENT {
            ledger.begin(self);
            self.0.station.store(BEGUN, Relaxed);
        }
        drop(ledger);
        self.recount();
    }

    /// Notes that a request's head was read: it's the server's turn.
    pub(super) fn asks(&self) {
        self.step();
        self.0.asked.store(true, Relaxed);
        self.0.working.fetch_add(1, Relaxed);
        self.recount();
    }

    /// Notes that a request was answered: it's the other end's turn.
    pub(super) fn is_answered(&self) {
        self.step();
        self.0.working.fetch_sub(1, Relaxed);
        self.recount();
    }

    /// Notes that the rest of a request's body has to come.
    pub(super) fn owes_a_body(&self) {
        self.0.bodies.fetch_add(1, Relaxed);
        self.0.working.fetch_sub(1, Relaxed);
        self.recount();
    }

    /// Notes that it came, or that nobody reads it any more.
    pub(super) fn owes_it_no_more(&self) {
        self.0.working.fetch_add(1, Relaxed);
        self.0.bodies.fetch_sub(1, Relaxed);
        self.recount();
    }

    /// Notes that a request on it was let in. Where there is a place for it among those that were, it keeps it.
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

    /// Notes that an answer was given before the request was read to its end.
    pub(super) fn leaves_unread(&self) {
        self.0.unread.store(true, Relaxed);
    }

    /// Whether the other end may still be sending when the connection is closed.
    pub(super) fn may_still_send(&self) -> bool {
        self.0.unread.load(Relaxed) || !self.0.asked.load(Relaxed)
    }

    /// Waits until it has to make way.
    pub(super) async fn has_to_make_way(&self) {
        self.0.makes_way.notified().await;
    }

    /// Waits until it has kept the server waiting for too long, as a stranger.
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
            // A body that is late is told so first.
            let due = self.since() + patience + AFTER_AN_ANSWER;
            if due <= Instant::now() {
                return;
            }
            sleep_until(due).await;
        }
    }

    /// When the present step began.
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

    /// For how many strangers it keeps the server waiting: one for each body, and one if it asks for nothing.
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

    /// Counts it among those that wait. Where too many do, the slowest makes way.
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

/// For the answer to a late body to get out.
const AFTER_AN_ANSWER: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests;
