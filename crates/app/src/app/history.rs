//! The call history, one page at a time.

use std::collections::{BTreeMap, HashMap};

use benspamsphones_core::{AskedBy, Call, CallId, Outcome, PersonId};
use jiff::Timestamp;
use rusqlite::Connection;

use super::App;
use crate::store::call_rows;
use crate::store::wanted::{Wanted, WantedText, Words};
use crate::store::{StoreError, call_message_rows, call_note_rows, people_rows};

/// Which calls of the history are wanted. A field that isn't set matches every call.
#[derive(Debug, Default, Clone)]
pub struct CallFilter {
    /// How they ended, or that they are still open.
    pub outcome: Option<Outcome>,
    /// Id of their protocol.
    pub protocol: Option<String>,
    /// Calls to any number of this person.
    pub person: Option<PersonId>,
    /// Requested at this time or later.
    pub since: Option<Timestamp>,
    /// Requested before this time.
    pub until: Option<Timestamp>,
    /// Who requested them.
    pub asked_by: Option<AskedBy>,
    /// Words, each of which must be in a number, the protocol, the person's name, the message or the note.
    pub text: Option<String>,
}

/// A page of calls to read.
#[derive(Debug, Default, Clone)]
pub struct CallQuery {
    /// Which calls.
    pub filter: CallFilter,
    /// Only calls older than this one.
    pub before: Option<CallId>,
    /// Largest number of calls.
    pub limit: usize,
}

/// A page of the history, newest first.
#[derive(Debug)]
pub struct CallPage {
    /// The calls.
    pub calls: Vec<Call>,
    /// Where the next page begins, if there is one.
    pub next: Option<CallId>,
    /// How many calls match the filter; only with the first page.
    pub total: Option<u64>,
}

impl App {
    /// Reads a text of each of these calls, leaving out those without one.
    pub(super) async fn texts_of(
        &self,
        calls: &[Call],
        get: fn(&Connection, CallId) -> Result<Option<String>, StoreError>,
    ) -> Result<HashMap<CallId, String>, StoreError> {
        let ids: Vec<CallId> = calls.iter().map(|call| call.id).collect();
        let read = self.inner.store.read(move |connection| {
            let mut texts = HashMap::new();
            for id in ids {
                texts.extend(get(connection, id)?.map(|text| (id, text)));
            }
            Ok(texts)
        });
        read.await
    }

    /// A page of the history.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn calls(&self, query: CallQuery) -> Result<CallPage, StoreError> {
        let call_index = self.inner.store.call_index().clone();
        let protocol_names = self.protocol_names();
        let read = self.inner.store.read(move |connection| {
            let wanted = wanted(connection, &query.filter, &protocol_names)?;
            if wanted.is_everything() {
                return newest(connection, query.before, query.limit);
            }
            call_index.read_once(connection)?;
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
}

/// A page of all calls, which takes the same time however many there are.
fn newest(connection: &Connection, before: Option<CallId>, limit: usize) -> Result<CallPage, StoreError> {
    let mut calls = call_rows::older(connection, before, limit + 1)?;
    let more = calls.len() > limit;
    calls.truncate(limit);
    let total = if before.is_none() { Some(call_rows::count(connection)?) } else { None };
    let next = calls.last().map(|call| call.id).filter(|_| more);
    Ok(CallPage { calls, next, total })
}

/// The filter in terms of the call index. A person becomes their numbers; an unknown person has none.
fn wanted(
    connection: &Connection,
    filter: &CallFilter,
    protocol_names: &HashMap<String, String>,
) -> Result<Wanted, StoreError> {
    let CallFilter { outcome, protocol, person, since, until, asked_by, text } = filter;
    let person = person.map(|id| people_rows::find(connection, id)).transpose()?;
    let numbers = person.map(|found| {
        let numbers = found.map(|person| person.numbers).unwrap_or_default();
        numbers.into_iter().map(|own| own.number.to_string()).collect()
    });
    let mut text = text.as_deref().and_then(WantedText::new);
    if let Some(text) = &mut text {
        look_around(connection, text, protocol_names)?;
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

/// Looks for the text in what the call index doesn't have: names, messages and notes.
fn look_around(
    connection: &Connection,
    text: &mut WantedText,
    protocol_names: &HashMap<String, String>,
) -> Result<(), StoreError> {
    let mut named: HashMap<String, Words> = HashMap::new();
    people_rows::each_number(connection, |name, number| {
        let words = text.in_text(name);
        if words != 0 {
            *named.entry(number.to_owned()).or_default() |= words;
        }
    })?;
    let mut notes: BTreeMap<CallId, Words> = BTreeMap::new();
    let mut take = |call, written: &str| {
        let words = text.in_text(written);
        if words != 0 {
            *notes.entry(call).or_default() |= words;
        }
    };
    call_note_rows::each(connection, &mut take)?;
    call_message_rows::each(connection, &mut take)?;
    let notes = notes.into_iter().rev().collect();
    let protocols = protocol_names.iter().map(|(id, name)| (id.clone(), text.in_text(name))).collect();
    (text.named, text.notes, text.protocols) = (named, notes, protocols);
    Ok(())
}
