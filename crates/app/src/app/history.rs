//! The history: looked through a page at a time, and deleted by age.

use std::collections::HashSet;

use benspamsphones_core::{AskedBy, Call, CallId, Outcome, PersonId};
use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use super::App;
use crate::live::Change;
use crate::store::call_rows::{self, first_id};
pub use crate::store::deletion_rows::KEPT_FOR;
use crate::store::wanted::{Wanted, WantedText};
use crate::store::{StoreError, deletion_rows, people_rows};

/// Calls that are deleted in one go: some milliseconds, so that nobody who places a call waits longer for it.
const DELETED_AT_ONCE: usize = 100;

/// Which calls of the history. What isn't asked for matches every call.
#[derive(Debug, Default, Clone)]
pub struct CallFilter {
    /// How they ended, or that they haven't.
    pub outcome: Option<Outcome>,
    /// Id of the protocol they were placed with.
    pub protocol: Option<String>,
    /// Whom they rang, at any of their numbers.
    pub person: Option<PersonId>,
    /// Asked for at this moment or later.
    pub since: Option<Timestamp>,
    /// Asked for before this moment.
    pub until: Option<Timestamp>,
    /// Who asked for them.
    pub asked_by: Option<AskedBy>,
    /// What a number, the protocol or the name of whom they rang must hold.
    pub text: Option<String>,
}

/// Which calls of the history to show.
#[derive(Debug, Default, Clone)]
pub struct CallQuery {
    /// Which.
    pub filter: CallFilter,
    /// Calls older than this one.
    pub before: Option<CallId>,
    /// How many at most.
    pub limit: usize,
}

/// A page of the history, newest first.
#[derive(Debug)]
pub struct CallPage {
    /// The calls.
    pub calls: Vec<Call>,
    /// Where the next page begins, if there is one.
    pub next: Option<CallId>,
    /// How many calls the filter finds in all; told with the first page.
    pub total: Option<u64>,
}

/// Why nothing of the history is deleted.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// Calls that the rules still count.
    #[error("calls of the last 32 days are kept, because the limits count them")]
    StillCounted,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// A page of the history.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn calls(&self, query: CallQuery) -> Result<CallPage, StoreError> {
        let call_index = self.inner.store.call_index().clone();
        let read = self.inner.store.read(move |connection| {
            let wanted = wanted(connection, &query.filter)?;
            if wanted.is_everything() {
                return newest(connection, query.before, query.limit);
            }
            call_index.read_once(connection)?;
            // One more than asked for tells whether there is a next page.
            let mut ids = call_index.page(&wanted, query.before, query.limit + 1);
            let more = ids.len() > query.limit;
            ids.truncate(query.limit);
            let total = match query.before {
                None if more => Some(call_index.count(&wanted)),
                None => u64::try_from(ids.len()).ok(),
                Some(_) => None,
            };
            let next = ids.last().copied().filter(|_| more);
            Ok(CallPage { calls: call_rows::several(connection, &ids)?, next, total })
        });
        read.await
    }

    /// Deletes the calls that are over and were asked for before a moment, with all that was kept about them; how
    /// many. It takes them in small groups, so calls can be placed meanwhile. One that goes on stays.
    ///
    /// # Errors
    /// When the moment is too near ([`KEPT_FOR`]), or the database fails; what was deleted before stays so.
    pub async fn delete_calls_before(&self, moment: Timestamp) -> Result<u64, HistoryError> {
        if moment > self.surely_past() - KEPT_FOR {
            return Err(HistoryError::StillCounted);
        }
        let app = self.clone();
        // In a task of its own: an asker who leaves wants them gone all the same.
        let deleting = self.inner.tasks.spawn(async move { app.delete_between(first_id(moment)).await });
        Ok(deleting.await.map_err(|_| StoreError::Stopped)??)
    }

    /// A moment that has come by this computer's clock and, where that is known, by Twilio's. A clock that is ahead makes
    /// no call old enough to be deleted: its key would place it a second time.
    pub(super) fn surely_past(&self) -> Timestamp {
        let now = self.now();
        self.inner.twilio_time.at(self.moment()).map_or(now, |there| there.min(now))
    }

    async fn delete_between(&self, end: CallId) -> Result<u64, StoreError> {
        let mut deleted = 0;
        let mut after = CallId(Uuid::nil());
        let result = loop {
            if self.inner.stop.is_cancelled() {
                break Err(StoreError::Stopped);
            }
            let (app, call_index) = (self.clone(), self.inner.store.call_index().clone());
            let written = self.inner.store.write(move |tx| {
                let ids = deletion_rows::delete_oldest(tx.connection(), after, end, DELETED_AT_ONCE)?;
                let gone = ids.clone();
                tx.after_commit(move || {
                    call_index.forget(&gone);
                    app.inner.dearest.forget();
                });
                Ok(ids)
            });
            match written.await {
                Err(error) => break Err(error),
                Ok(ids) => match ids.last() {
                    Some(last) => {
                        after = *last;
                        deleted += u64::try_from(ids.len()).unwrap_or(0);
                    }
                    None => break Ok(deleted),
                },
            }
        };
        if deleted > 0 {
            self.inner.store.call_index().close_gaps();
            self.inner.hub.announce(Change::Calls);
        }
        result
    }
}

/// A page of all calls, which costs the same however many there are.
fn newest(connection: &Connection, before: Option<CallId>, limit: usize) -> Result<CallPage, StoreError> {
    let mut calls = call_rows::older(connection, before, limit + 1)?;
    let more = calls.len() > limit;
    calls.truncate(limit);
    let total = if before.is_none() { Some(call_rows::count(connection)?) } else { None };
    let next = calls.last().map(|call| call.id).filter(|_| more);
    Ok(CallPage { calls, next, total })
}

/// The filter in the call index's terms: people are the numbers that they have, and who is unknown has none.
fn wanted(connection: &Connection, filter: &CallFilter) -> Result<Wanted, StoreError> {
    let CallFilter { outcome, protocol, person, since, until, asked_by, text } = filter;
    let person = person.map(|id| people_rows::find(connection, id)).transpose()?;
    let numbers = person.map(|found| {
        let numbers = found.map(|person| person.numbers).unwrap_or_default();
        numbers.into_iter().map(|own| own.number.to_string()).collect()
    });
    let mut text = text.as_deref().and_then(WantedText::new);
    if let Some(text) = &mut text {
        let mut named = HashSet::new();
        people_rows::each_number(connection, |name, number| {
            if text.is_in_name(name) {
                named.insert(number.to_owned());
            }
        })?;
        text.named = named;
    }
    Ok(Wanted {
        outcome: *outcome,
        protocol: protocol.clone(),
        numbers,
        since: *since,
        until: *until,
        asked_by: *asked_by,
        text,
    })
}
