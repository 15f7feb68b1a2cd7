//! The one entry point for updates of a call: callbacks, polls, look-ups and Twilio's responses.

use std::sync::Arc;

use benspamsphones_core::{Call, CallId, EventKind, Source, StatusUpdate, UpdateRoute};
use jiff::Timestamp;

use super::App;
use crate::store::call_rows::{self, Key};
use crate::store::{StoreError, WriteTx, further_rows};

/// Which call an update is about, as its sender identifies it.
#[derive(Debug, Clone)]
pub enum About {
    /// The call with this id.
    Call(CallId),
    /// The call with this callback channel; otherwise the one with the update's SID.
    Channel(String),
}

struct Observed {
    call: Arc<Call>,
    sid_is_new: bool,
}

impl App {
    /// Applies an update to a call and returns the updated call; `None` if it isn't ours. Publishes the update
    /// after the commit.
    ///
    /// # Errors
    /// When it can't be saved.
    pub async fn observe(&self, about: About, news: StatusUpdate) -> Result<Option<Call>, StoreError> {
        let app = self.clone();
        let written = self.inner.store.write(move |tx| {
            let Some(before) = find(tx, &about, &news)? else { return Ok(None) };
            let news = with_further(tx, &before, news)?;
            let mut call = before.clone();
            let advance = call.advance(&news);
            let sid_is_new = before.sid.is_none() && call.sid.is_some();
            if !advance.changed() {
                return Ok(Some(Observed { call: Arc::new(call), sid_is_new }));
            }
            let price_is_new = before.price != call.price;
            if price_is_new || (call.price.is_some() && before.duration_s != call.duration_s) {
                // Before anyone sees the price and asks for the balance, or places the next call.
                tx.after_commit(move || {
                    app.inner.dearest.forget();
                    if price_is_new {
                        app.inner.last_balance.forget();
                    }
                });
            }
            call_rows::update(tx.connection(), &before, &call)?;
            let call = Arc::new(call);
            let kind = if advance.status { EventKind::Status } else { EventKind::Details };
            tx.record(&call, kind, news.source, news.happened_at(before.left_at()))?;
            Ok(Some(Observed { call, sid_is_new }))
        });
        let Some(Observed { call, sid_is_new }) = written.await? else { return Ok(None) };
        let call = Arc::unwrap_or_clone(call);
        if !call.is_open() {
            self.inner.departures.forget(call.id);
        }
        if sid_is_new && call.hangup_requested && call.is_open() {
            self.end_in_background(call.clone());
        }
        Ok(Some(call))
    }

    pub(crate) async fn note_silence(&self, id: CallId, at: Timestamp) -> Result<(), StoreError> {
        let written = self.inner.store.write(move |tx| {
            let Some(call) = call_rows::find(tx.connection(), &Key::Id(id))? else { return Ok(()) };
            if !call.is_open() || call.news == UpdateRoute::Polling {
                return Ok(());
            }
            tx.record(&Arc::new(call), EventKind::Silence, Source::Local, at)
        });
        written.await
    }
}

/// Extends the price in an update to the whole call. Twilio reports only the call itself; the further calls are
/// separate there, and count at their estimate.
fn with_further(tx: &WriteTx<'_>, call: &Call, news: StatusUpdate) -> Result<StatusUpdate, StoreError> {
    let Some(price) = &news.price else { return Ok(news) };
    let Some(per_minute) = further_rows::per_minute(tx.connection(), call.id)? else { return Ok(news) };
    let minutes = news.duration_s.or(call.duration_s).unwrap_or(0).div_ceil(60).max(1);
    let more = Some(per_minute.times(minutes)).filter(|more| more.currency() == price.currency());
    let price = more.map_or_else(|| price.clone(), |more| price.plus(&more));
    Ok(StatusUpdate { price: Some(price), ..news })
}

/// `None` if a callback's channel and SID don't belong together.
fn find(tx: &WriteTx<'_>, about: &About, news: &StatusUpdate) -> Result<Option<Call>, StoreError> {
    let connection = tx.connection();
    let found = match about {
        About::Call(id) => call_rows::find(connection, &Key::Id(*id))?,
        About::Channel(channel) => match call_rows::find(connection, &Key::Channel(channel))? {
            None => {
                news.sid.as_deref().map_or(Ok(None), |sid| call_rows::find(connection, &Key::Sid(sid)))?
            }
            found => found,
        },
    };
    Ok(found.filter(|call| match (&call.sid, &news.sid) {
        (Some(known), Some(told)) => known == told,
        (None, _) | (_, None) => true,
    }))
}
