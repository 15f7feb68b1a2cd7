//! An in-memory index of the calls by everything that a filter may use.
//!
//! Filters can be combined freely and may match nothing. Whatever index SQLite has, some combination reads much of a
//! million rows, and each index slows down placing a call. Here a call takes 24 bytes: its id, its line (the number
//! called) and its kind (protocol, caller, outcome, who requested it). A query is evaluated once for each line and kind;
//! then the calls are scanned newest first, about a nanosecond each. So the worst query over a million calls takes a
//! few milliseconds, and placing a call costs nothing more.
//!
//! It is read from the database at the first filter, so that it slows down neither the start nor anyone who never
//! filters. From then on it is updated with every commit, before anyone else learns of the commit.

mod marks;

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::ControlFlow;

use benspamsphones_core::{AskedBy, Call, CallId, Outcome};
use parking_lot::{Mutex, RwLock, RwLockWriteGuard};
use rusqlite::Connection;
use uuid::Uuid;

use super::StoreError;
use super::call_rows::first_id;
use super::columns::{asked_by, text};
use super::wanted::Wanted;
use marks::Marks;

const ALL: &str = "SELECT id, to_number, protocol, from_number, status, asked_by, acknowledged_at IS NOT NULL
    FROM calls ORDER BY id";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[ALL];

/// Scanned before the lock is released for a waiting writer: some ten microseconds.
const STRIDE: usize = 16 * 1024;
/// The kind of deleted calls.
const GONE: u32 = 0;

#[derive(Debug, Default)]
pub(crate) struct CallIndex {
    state: RwLock<State>,
    /// Held by the one that reads the database; the others wait.
    reading: Mutex<()>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Unread,
    /// Commits since the read began, which may or may not be part of it.
    Reading(Vec<News>),
    Read(Calls),
}

#[derive(Debug)]
enum News {
    /// Its id, the number called, and its kind.
    Call(Uuid, String, Kind),
    Deleted(Uuid),
}

#[derive(Debug)]
struct Calls {
    /// Sorted by time.
    ids: Vec<Uuid>,
    /// At the same position.
    facts: Vec<Facts>,
    lines: Numbered<String>,
    kinds: Numbered<Option<Kind>>,
}

#[derive(Debug, Clone, Copy)]
struct Facts {
    line: u32,
    kind: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    protocol: String,
    from: String,
    outcome: Outcome,
    asked_by: AskedBy,
}

impl Default for Calls {
    fn default() -> Self {
        let mut kinds = Numbered { all: Vec::new(), numbers: HashMap::new() };
        kinds.number(None);
        Self {
            ids: Vec::new(),
            facts: Vec::new(),
            lines: Numbered { all: Vec::new(), numbers: HashMap::new() },
            kinds,
        }
    }
}

impl CallIndex {
    /// Commits continue meanwhile.
    pub(crate) fn read_once(&self, connection: &Connection) -> Result<(), StoreError> {
        let is_read = || matches!(*self.state.read(), State::Read(_));
        if is_read() {
            return Ok(());
        }
        let _reading = self.reading.lock();
        if is_read() {
            return Ok(());
        }
        // Before the first row is read, so that commits from now on are replayed below.
        *self.state() = State::Reading(Vec::new());
        let read = Calls::read(connection);
        let mut state = self.state();
        match read {
            Ok(mut calls) => {
                if let State::Reading(news) = &mut *state {
                    for news in news.drain(..) {
                        calls.hear(news);
                    }
                }
                *state = State::Read(calls);
                Ok(())
            }
            Err(error) => {
                *state = State::Unread;
                Err(error)
            }
        }
    }

    pub(super) fn note(&self, call: &Call) {
        self.hear(|| {
            let kind = Kind {
                protocol: call.protocol.as_str().into(),
                from: call.from.as_str().into(),
                outcome: call.outcome(),
                asked_by: call.asked_by,
            };
            [News::Call(call.id.0, call.to.as_str().to_owned(), kind)]
        });
    }

    /// Their places stay until [`CallIndex::close_gaps`].
    pub(crate) fn forget(&self, ids: &[CallId]) {
        self.hear(|| ids.iter().map(|id| News::Deleted(id.0)));
    }

    fn hear<I: IntoIterator<Item = News>>(&self, news: impl FnOnce() -> I) {
        match &mut *self.state() {
            State::Unread => {}
            State::Reading(heard) => heard.extend(news()),
            State::Read(calls) => news().into_iter().for_each(|news| calls.hear(news)),
        }
    }

    fn state(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write()
    }

    pub(crate) fn close_gaps(&self) {
        let mut state = self.state();
        let State::Read(Calls { ids, facts, .. }) = &mut *state else { return };
        let mut of_each = facts.iter();
        ids.retain(|_| of_each.next().is_some_and(|facts| facts.kind != GONE));
        facts.retain(|facts| facts.kind != GONE);
        ids.shrink_to_fit();
        facts.shrink_to_fit();
    }

    /// Newest first.
    pub(crate) fn page(&self, wanted: &Wanted, before: Option<CallId>, limit: usize) -> Vec<CallId> {
        let mut found = Vec::with_capacity(limit.min(1_024));
        self.each(wanted, before, |id| {
            found.push(CallId(id));
            if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        found
    }

    pub(crate) fn count(&self, wanted: &Wanted) -> u64 {
        let mut count = 0;
        self.each(wanted, None, |_| {
            count += 1;
            ControlFlow::Continue(())
        });
        count
    }

    fn each(&self, wanted: &Wanted, before: Option<CallId>, mut tell: impl FnMut(Uuid) -> ControlFlow<()>) {
        let mut marks = Marks::new(wanted);
        // Newest first, like the calls.
        let mut notes = wanted.text.iter().flat_map(|text| &text.notes).peekable();
        let since = wanted.since.map(first_id);
        let ends = [before, wanted.until.map(first_id)].into_iter().flatten();
        let mut end: Option<Uuid> = ends.map(|id| id.0).min();
        loop {
            let state = self.state.read();
            let State::Read(calls) = &*state else { return };
            marks.extend(calls, wanted);
            let to = end.map_or(calls.ids.len(), |end| calls.ids.partition_point(|id| *id < end));
            let first = since.map_or(0, |since| calls.ids.partition_point(|id| *id < since.0));
            let from = to.saturating_sub(STRIDE).max(first);
            if from >= to {
                return;
            }
            for at in (from..to).rev() {
                let Facts { line, kind } = calls.facts[at];
                let id = calls.ids[at];
                while notes.next_if(|(noted, _)| noted.0 > id).is_some() {}
                let noted = notes.peek().filter(|(noted, _)| noted.0 == id).map_or(0, |(_, words)| *words);
                if marks.hit(line, kind, noted) && tell(id).is_break() {
                    return;
                }
            }
            end = Some(calls.ids[from]);
        }
    }
}

impl Calls {
    fn read(connection: &Connection) -> Result<Self, StoreError> {
        let mut calls = Self::default();
        let mut statement = connection.prepare(ALL)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let kind = Kind {
                protocol: text(row, 2)?.into(),
                from: text(row, 3)?.into(),
                outcome: Outcome::of(text(row, 4)?.parse()?, row.get(6)?),
                asked_by: asked_by(text(row, 5)?)?,
            };
            let facts = calls.facts(text(row, 1)?, kind);
            calls.ids.push(row.get(0)?);
            calls.facts.push(facts);
        }
        Ok(calls)
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Call(id, to, kind) => {
                let facts = self.facts(&to, kind);
                match self.ids.binary_search(&id) {
                    Ok(at) => self.facts[at] = facts,
                    // At the end, or before the few calls of the same moment.
                    Err(at) => {
                        self.ids.insert(at, id);
                        self.facts.insert(at, facts);
                    }
                }
            }
            News::Deleted(id) => {
                if let Ok(at) = self.ids.binary_search(&id) {
                    self.facts[at].kind = GONE;
                }
            }
        }
    }

    fn facts(&mut self, to: &str, kind: Kind) -> Facts {
        let line = match self.lines.numbers.get(to) {
            Some(known) => *known,
            None => self.lines.number(to.to_owned()),
        };
        Facts { line, kind: self.kinds.number(Some(kind)) }
    }
}

#[derive(Debug)]
struct Numbered<T> {
    all: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    fn number(&mut self, value: T) -> u32 {
        if let Some(known) = self.numbers.get(&value) {
            return *known;
        }
        // There can't be that many calls: each takes some hundred bytes on disk.
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(value.clone());
        self.numbers.insert(value, number);
        number
    }
}

#[cfg(test)]
mod tests;
