//! Updates for one listener: those it missed, then live ones, each once and in order.
//!
//! The network's event stream and the window's channel both use it.

use std::collections::VecDeque;
use std::sync::Arc;

use benspamsphones_core::{Call, CallEvent, EventId};
use futures::{Stream, stream};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::app::App;
use crate::live::{Bell, Change, LiveEvent};
use crate::store::StoreError;
use crate::view::NewsView;

/// Most missed events that are replayed; beyond that, reloading is faster.
const MAX_REPLAY: u32 = 1_000;

/// An item of the feed.
#[derive(Clone, Debug)]
pub enum FeedItem {
    /// Always the first item. It has the newest event's id, unless missed events follow, which the listener would then
    /// think it already has.
    Open(Option<EventId>),
    /// An event of a call.
    Call {
        /// Its position in the event stream.
        id: EventId,
        /// The event with its call, as JSON.
        json: Arc<str>,
    },
    /// Too many events were missed: reload the calls. Updates continue after this event.
    Resync(EventId),
    /// Something other than a call changed; missed changes are not replayed.
    Changed(Change),
}

impl App {
    /// Updates from now on, or after the last event that the listener has. Ends when the application stops.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn feed(
        &self,
        last: Option<EventId>,
    ) -> Result<impl Stream<Item = FeedItem> + Send + use<>, StoreError> {
        let feed = Feed::open(self.clone(), last).await?;
        Ok(stream::unfold(feed, |mut feed| async move { Some((feed.next().await?, feed)) }))
    }
}

struct Feed {
    app: App,
    live: broadcast::Receiver<LiveEvent>,
    bell: Arc<Bell>,
    changes: broadcast::Receiver<Change>,
    ready: VecDeque<FeedItem>,
    told: EventId,
}

impl Feed {
    async fn open(app: App, last: Option<EventId>) -> Result<Self, StoreError> {
        // Subscribe before reading the missed events, so that none is lost in between.
        let live = app.live().subscribe();
        let bell = Arc::new(app.live().bell());
        let changes = app.live().changes();
        let latest = app.latest_event().await?;
        let up_to_date = last.is_none_or(|last| last == latest);
        let greeting = FeedItem::Open(up_to_date.then_some(latest));
        let mut feed = Self { app, live, bell, changes, ready: VecDeque::from([greeting]), told: latest };
        match last {
            None => {}
            Some(last) if last == latest => {}
            // This id was never given out, so the listener remembers another database.
            Some(last) if last > latest || last < 0 => feed.ready.push_back(FeedItem::Resync(latest)),
            Some(last) => feed.replay(last).await?,
        }
        Ok(feed)
    }

    async fn replay(&mut self, last: EventId) -> Result<(), StoreError> {
        let missed = self.app.events_after(last, MAX_REPLAY + 1).await?;
        if missed.len() > MAX_REPLAY as usize {
            self.ready.push_back(FeedItem::Resync(self.told));
            return Ok(());
        }
        for (event, call) in missed {
            self.told = event.id;
            self.ready.push_back(FeedItem::Call { id: event.id, json: json(&self.app, event, &call) });
        }
        Ok(())
    }

    async fn next(&mut self) -> Option<FeedItem> {
        if let Some(ready) = self.ready.pop_front() {
            return Some(ready);
        }
        let bell = self.bell.clone();
        loop {
            let mut rung = std::pin::pin!(bell.rung());
            rung.as_mut().enable();
            match self.live.try_recv() {
                Ok(live) if live.event().id <= self.told => continue,
                Ok(live) => {
                    self.told = live.event().id;
                    let app = &self.app;
                    let json = live.json(|live| json(app, live.event().clone(), live.call()));
                    return Some(FeedItem::Call { id: self.told, json });
                }
                Err(TryRecvError::Lagged(_)) => {
                    self.told = self.app.latest_event().await.unwrap_or(self.told);
                    return Some(FeedItem::Resync(self.told));
                }
                Err(TryRecvError::Closed) => return None,
                Err(TryRecvError::Empty) => {}
            }
            tokio::select! {
                () = self.app.stopping().cancelled() => return None,
                () = rung => {}
                changed = self.changes.recv() => match changed {
                    Ok(change) => return Some(FeedItem::Changed(change)),
                    // A listener this slow has to reload.
                    Err(RecvError::Lagged(_)) => return Some(FeedItem::Resync(self.told)),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }
}

fn json(app: &App, event: CallEvent, call: &Call) -> Arc<str> {
    serde_json::to_string(&NewsView { event, call: app.view(call) }).unwrap_or_default().into()
}
