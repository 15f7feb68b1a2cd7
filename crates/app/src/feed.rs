//! News for one listener: what it missed, then what happens, each piece once and in order.
//!
//! The stream of the network and the window's channel are both made of it.

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

/// Missed events that are told again; after more, starting afresh is quicker for everybody.
const MAX_REPLAY: u32 = 1_000;

/// One thing that a listener is told.
#[derive(Clone, Debug)]
pub enum FeedItem {
    /// The first of all: the listener is heard. It carries the newest event's id, unless the listener still has to be
    /// told something, which it would then believe to have.
    Open(Option<EventId>),
    /// A piece of news of a call.
    Call {
        /// Its position in the event stream.
        id: EventId,
        /// What happened, and the call as it is then.
        json: Arc<str>,
    },
    /// More was missed than is told again: read the calls afresh. News goes on after this event.
    Resync(EventId),
    /// Something else than a call changed; what was missed of that isn't told again.
    Changed(Change),
}

impl App {
    /// News from now on, or from after the event that the listener heard last. It ends when the application stops.
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
    /// What is told before live news: the greeting, and what was missed.
    ready: VecDeque<FeedItem>,
    /// Newest event that was told.
    told: EventId,
}

impl Feed {
    async fn open(app: App, last: Option<EventId>) -> Result<Self, StoreError> {
        // Subscribed before the missed events are read, so that none falls between the two.
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
            // An id that was never given out: the database is another one than the listener remembers.
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
                    // Whoever is that slow reads everything afresh.
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
