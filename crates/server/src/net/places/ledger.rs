//! The connections by source, and which of them is closed to make room.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::Instant;

use super::Connection;
use crate::net::ConnectionBounds;
use crate::net::Source;

/// For this long after a source last authenticated, its strangers are closed last.
const LATELY: Duration = Duration::from_secs(24 * 60 * 60);
const MOST_REMEMBERED: usize = 1_024;

#[derive(Default)]
pub(super) struct Ledger {
    last_id: u64,
    strangers: usize,
    seated: usize,
    sources: HashMap<Source, OfSource>,
    let_in_at: HashMap<Source, Instant>,
}

/// The connections of one source, by id, so in order of arrival.
#[derive(Default)]
struct OfSource {
    silent: BTreeMap<u64, Connection>,
    begun: BTreeMap<u64, Connection>,
    seated: usize,
    waiting: Arc<AtomicUsize>,
}

impl Ledger {
    pub(super) fn next(&mut self, source: Source) -> (u64, Arc<AtomicUsize>) {
        self.last_id += 1;
        (self.last_id, self.sources.entry(source).or_default().waiting.clone())
    }

    pub(super) fn enter(&mut self, connection: &Connection) {
        let of_source = self.sources.entry(connection.0.source).or_default();
        of_source.silent.insert(connection.0.id, connection.clone());
        self.strangers += 1;
    }

    pub(super) fn begin(&mut self, connection: &Connection) {
        let of_source = self.sources.entry(connection.0.source).or_default();
        if of_source.silent.remove(&connection.0.id).is_some() {
            of_source.begun.insert(connection.0.id, connection.clone());
        }
    }

    /// Returns `false` if the limit of authenticated connections is reached.
    pub(super) fn seat(&mut self, connection: &Connection, bounds: &ConnectionBounds) -> bool {
        let Some(of_source) = self.sources.get_mut(&connection.0.source) else { return false };
        if self.seated >= bounds.let_in || of_source.seated >= bounds.let_in_of_one_source {
            return false;
        }
        let seats = of_source.take_out(connection);
        if seats {
            of_source.seated += 1;
            self.seated += 1;
            self.strangers -= 1;
        }
        seats
    }

    pub(super) fn leave(&mut self, connection: &Connection) {
        let Some(of_source) = self.sources.get_mut(&connection.0.source) else { return };
        if of_source.take_out(connection) {
            self.strangers -= 1;
        } else if connection.is_seated() {
            of_source.seated -= 1;
            self.seated -= 1;
        }
        if of_source.is_empty() {
            self.sources.remove(&connection.0.source);
        }
    }

    pub(super) fn remember(&mut self, source: Source) {
        let now = Instant::now();
        if self.let_in_at.len() >= MOST_REMEMBERED && !self.let_in_at.contains_key(&source) {
            let longest_ago = self.let_in_at.iter().min_by_key(|(_, at)| **at).map(|(source, _)| *source);
            if let Some(source) = longest_ago {
                self.let_in_at.remove(&source);
            }
        }
        self.let_in_at.insert(source, now);
    }

    pub(super) fn strangers(&self) -> usize {
        self.strangers
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.strangers == 0 && self.seated == 0 && self.sources.is_empty()
    }

    /// Returns `false` if there is no stranger except the newcomer.
    pub(super) fn one_makes_way(&mut self, newcomer: Option<&Connection>) -> bool {
        let strangers = |source: &Source, of: &OfSource| {
            of.strangers() - usize::from(newcomer.is_some_and(|newcomer| newcomer.0.source == *source))
        };
        let least_deserving = self.busiest(strangers).and_then(|of| of.least_deserving(newcomer));
        least_deserving.map(|connection| self.put_out(&connection)).is_some()
    }

    pub(super) fn slowest_makes_way(&mut self, source: Source, newcomer: &Connection) {
        let slowest = self.sources.get(&source).and_then(|of| of.slowest(Some(newcomer)));
        if let Some(connection) = slowest {
            self.put_out(&connection);
        }
    }

    pub(super) fn slowest_of_all_makes_way(&mut self, newcomer: &Connection) {
        let waiting = |_: &Source, of: &OfSource| of.waiting.load(Relaxed);
        let slowest = self.busiest(waiting).and_then(|of| of.slowest(Some(newcomer)));
        if let Some(connection) = slowest {
            self.put_out(&connection);
        }
    }

    /// The source with the most; one that authenticated recently only if there is no other.
    fn busiest(&self, count: impl Fn(&Source, &OfSource) -> usize) -> Option<&OfSource> {
        let counted = self.sources.iter().filter_map(|(source, of)| {
            let count = count(source, of);
            let known = self.let_in_at.get(source).is_some_and(|at| at.elapsed() < LATELY);
            (count > 0).then_some(((!known, count), of))
        });
        counted.max_by_key(|(rank, _)| *rank).map(|(_, of)| of)
    }

    fn put_out(&mut self, connection: &Connection) {
        self.leave(connection);
        connection.make_way();
    }
}

impl OfSource {
    fn take_out(&mut self, connection: &Connection) -> bool {
        self.silent.remove(&connection.0.id).or_else(|| self.begun.remove(&connection.0.id)).is_some()
    }

    fn strangers(&self) -> usize {
        self.silent.len() + self.begun.len()
    }

    fn is_empty(&self) -> bool {
        self.strangers() == 0 && self.seated == 0
    }

    /// Of those that have begun to send, the one that has kept the server waiting longest.
    fn slowest(&self, newcomer: Option<&Connection>) -> Option<Connection> {
        let waiting = others(&self.begun, newcomer).filter(|connection| connection.is_waiting());
        waiting.min_by_key(|connection| connection.0.since_ms.load(Relaxed)).cloned()
    }

    /// The one that has kept the server waiting longest; if none does, the one being served longest.
    fn least_deserving(&self, newcomer: Option<&Connection>) -> Option<Connection> {
        let since = |connection: &Connection| connection.0.since_ms.load(Relaxed);
        let silent = others(&self.silent, newcomer).next().cloned();
        let waiting = silent.into_iter().chain(self.slowest(newcomer)).min_by_key(since);
        waiting.or_else(|| others(&self.begun, newcomer).min_by_key(|connection| since(connection)).cloned())
    }
}

fn others<'a>(
    connections: &'a BTreeMap<u64, Connection>,
    newcomer: Option<&'a Connection>,
) -> impl Iterator<Item = &'a Connection> {
    let newcomer = newcomer.map(|newcomer| newcomer.0.id);
    connections.iter().filter(move |(id, _)| Some(**id) != newcomer).map(|(_, connection)| connection)
}
