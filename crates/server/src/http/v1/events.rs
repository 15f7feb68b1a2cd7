//! `GET /api/v1/events`: news as server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use benspamsphones_core::{Call, CallEvent, EventId};
use futures::{Stream, stream};
use serde::Deserialize;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use utoipa::IntoParams;

use super::view::{CallView, NewsView};
use crate::app::App;
use crate::http::answer::Parameters;
use crate::http::problem::Problem;
use crate::live::LiveEvent;

/// Missed events that are sent again; after more, starting afresh is quicker for everybody.
const MAX_REPLAY: u32 = 1_000;
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a browser waits before it comes back.
const RETRY: Duration = Duration::from_secs(2);

/// Where the news goes on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StreamParameters {
    /// As the header `Last-Event-ID`, for clients that can't set one.
    last_event_id: Option<EventId>,
}

/// News of calls as it happens
///
/// Each `call` event has an id and holds what happened and the call as it is then. `resync` means that more was
/// missed than is sent again: read the calls afresh.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "streamEvents", tag = "calls",
    params(StreamParameters, ("Last-Event-ID" = Option<EventId>, Header, description = "Id of the last event that was received")),
    responses(
        (status = 200, description = "A stream of `call` events", body = NewsView, content_type = "text/event-stream"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn stream(
    State(app): State<App>,
    headers: HeaderMap,
    Parameters(parameters): Parameters<StreamParameters>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let header = headers.get("last-event-id").map(|value| {
        let id = value.to_str().ok().and_then(|text| text.parse::<EventId>().ok());
        id.ok_or_else(|| {
            Problem::bad_request("bad_last_event_id", "Last-Event-ID must be the id of an event")
        })
    });
    let last = header.transpose()?.or(parameters.last_event_id);
    let feed = Feed::open(app, last).await?;
    let news = stream::unfold(feed, |mut feed| async move { Some((Ok(feed.next().await?), feed)) });
    Ok(Sse::new(news).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

struct Feed {
    app: App,
    live: broadcast::Receiver<LiveEvent>,
    /// What is sent before live news: the greeting, and what was missed.
    ready: VecDeque<Event>,
    /// Newest event that was sent.
    sent: EventId,
}

impl Feed {
    async fn open(app: App, last: Option<EventId>) -> Result<Self, Problem> {
        // Subscribed before the missed events are read, so that none falls between the two.
        let live = app.live().subscribe();
        let latest = app.latest_event().await?;
        // Sent at once: a client knows by it that it is heard, and a proxy that it must not wait for more.
        let greeting = Event::default().comment("news of calls").retry(RETRY);
        // With an id, for a client that is cut off before the first event; but not for one that still has to be sent
        // something, which it would then believe to have.
        let up_to_date = last.is_none_or(|last| last == latest);
        let greeting = if up_to_date { greeting.id(latest.to_string()) } else { greeting };
        let mut feed = Self { app, live, ready: VecDeque::from([greeting]), sent: latest };
        match last {
            None => {}
            Some(last) if last == latest => {}
            // An id that was never given out: the database is another one than the client remembers.
            Some(last) if last > latest || last < 0 => feed.ready.push_back(resync(latest)),
            Some(last) => feed.replay(last).await?,
        }
        Ok(feed)
    }

    async fn replay(&mut self, last: EventId) -> Result<(), Problem> {
        let missed = self.app.events_after(last, MAX_REPLAY + 1).await?;
        if missed.len() > MAX_REPLAY as usize {
            self.ready.push_back(resync(self.sent));
            return Ok(());
        }
        for (event, call) in missed {
            self.sent = event.id;
            self.ready.push_back(news(event.id, &json(event, &call)));
        }
        Ok(())
    }

    async fn next(&mut self) -> Option<Event> {
        if let Some(ready) = self.ready.pop_front() {
            return Some(ready);
        }
        loop {
            let received = tokio::select! {
                () = self.app.stopping().cancelled() => return None,
                received = self.live.recv() => received,
            };
            match received {
                Ok(live) if live.event().id <= self.sent => {}
                Ok(live) => {
                    self.sent = live.event().id;
                    return Some(news(self.sent, &live.json(|live| json(live.event().clone(), live.call()))));
                }
                Err(RecvError::Lagged(_)) => {
                    self.sent = self.app.latest_event().await.unwrap_or(self.sent);
                    return Some(resync(self.sent));
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

fn json(event: CallEvent, call: &Call) -> Arc<str> {
    serde_json::to_string(&NewsView { event, call: CallView::from(call) }).unwrap_or_default().into()
}

fn news(id: EventId, json: &str) -> Event {
    Event::default().event("call").id(id.to_string()).data(json)
}

fn resync(latest: EventId) -> Event {
    Event::default().event("resync").id(latest.to_string()).data("{}")
}
