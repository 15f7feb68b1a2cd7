//! Reads calls and their events.

use benspamsphones_core::statistics::Statistics;
use benspamsphones_core::{Call, CallEvent, CallId, EventId, Mode};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::App;
use crate::store::call_rows::{self, Channels, Key};
use crate::store::{StoreError, event_rows, statistics_rows};

impl App {
    /// A call with all its events; `None` if no call has this id.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn call(&self, id: CallId) -> Result<Option<(Call, Vec<CallEvent>)>, StoreError> {
        let found = self.inner.store.read(move |connection| {
            let Some(call) = call_rows::find(connection, &Key::Id(id))? else { return Ok(None) };
            Ok(Some((call, event_rows::of_call(connection, id)?)))
        });
        found.await
    }

    /// Position in the queue, from 1. `None` if the call isn't waiting.
    pub fn queue_position(&self, id: CallId) -> Option<usize> {
        self.inner.dial_queue.position(id)
    }

    /// The statistics of one mode, by days of this time zone.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn statistics(&self, mode: Mode, zone: TimeZone) -> Result<Statistics, StoreError> {
        let empty = Statistics::new(self.now(), zone);
        self.inner.store.read(move |connection| statistics_rows::count(connection, mode, empty)).await
    }

    /// The channels that carry a call's updates.
    pub async fn channels_of(&self, id: CallId) -> Result<Option<Channels>, StoreError> {
        self.inner.store.read(move |connection| call_rows::channels(connection, id)).await
    }

    /// Whether a call has this channel.
    pub async fn knows_channel(&self, channel: String) -> Result<bool, StoreError> {
        let found = self
            .inner
            .store
            .read(move |connection| Ok(call_rows::find(connection, &Key::Channel(&channel))?.is_some()));
        found.await
    }

    /// Calls that may still change, oldest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn open_calls(&self) -> Result<Vec<Call>, StoreError> {
        self.inner.store.read(call_rows::open).await
    }

    /// The newest few hundred.
    pub(crate) async fn unpriced_calls(&self, since: Timestamp) -> Result<Vec<Call>, StoreError> {
        let (mode, account_sid) = (self.inner.mode, self.inner.account_sid.clone());
        let read = self
            .inner
            .store
            .read(move |connection| call_rows::unpriced(connection, mode, &account_sid, since));
        read.await
    }

    /// Each with its call as it is now.
    pub(crate) async fn events_after(
        &self,
        id: EventId,
        limit: u32,
    ) -> Result<Vec<(CallEvent, Call)>, StoreError> {
        let read = self.inner.store.read(move |connection| {
            let events = event_rows::after(connection, id, limit)?;
            let with_call = |event: CallEvent| {
                Ok(call_rows::find(connection, &Key::Id(event.call_id))?.map(|call| (event, call)))
            };
            events.into_iter().filter_map(|event| with_call(event).transpose()).collect()
        });
        read.await
    }

    /// 0 before the first event.
    pub(crate) async fn latest_event(&self) -> Result<EventId, StoreError> {
        self.inner.store.read(event_rows::latest).await
    }

    pub(crate) async fn knows_sid(&self, sid: String) -> Result<bool, StoreError> {
        self.inner.store.read(move |connection| call_rows::knows_sid(connection, &sid)).await
    }
}
