//! `GET /api/v1/events`: updates as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::IntoResponseParts;
use axum::response::sse::{Event, KeepAlive, Sse};
use benspamsphones_app::app::App;
use benspamsphones_app::feed::FeedItem;
use benspamsphones_app::view::NewsView;
use benspamsphones_core::EventId;
use futures::{Stream, StreamExt};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::Who;
use crate::http::answer::Parameters;
use crate::http::authenticate::Asker;
use crate::http::problem::{Code, Problem};

const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a browser waits before it reconnects.
const RETRY: Duration = Duration::from_secs(2);

/// Makes proxies pass on each event at once: nginx must not buffer, and no proxy may compress or cache.
const UNBUFFERED: [(HeaderName, &str); 2] =
    [(HeaderName::from_static("x-accel-buffering"), "no"), (header::CACHE_CONTROL, "no-store, no-transform")];
/// A longer interval would be useless.
const MAX_PING_SECONDS: u8 = 60;

/// Where the news goes on, and how a client finds out that the line is dead.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StreamParameters {
    /// Like the header `Last-Event-ID`, for clients that can't set it.
    last_event_id: Option<EventId>,
    /// Sends a `ping` event when there was nothing else for that many seconds. Without it, the stream is kept open by
    /// comments, which browsers don't pass on to a page.
    #[param(minimum = 1, maximum = 60)]
    ping: Option<u8>,
}

/// Calls as they happen
///
/// Each `call` event has an id and contains what happened and the call at that time. `resync` means that you missed
/// more than is sent again: read the calls again. `changed` says what else changed (`protocols`, `people`,
/// `groups`, `blocked_numbers`, `quick_dials`, `sounds`, `calls` when some were deleted, `public_address`, `limits`,
/// `refused_calls`), as `{"what": …}`: read it again. With `?ping=15` a `ping` comes at least every 15 seconds, so a
/// client knows by its absence that the connection is dead.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "streamEvents", tag = "calls",
    params(StreamParameters, ("Last-Event-ID" = Option<EventId>, Header, description = "Id of the last event you received")),
    responses(
        (status = 200, description = "A stream of `call` events", body = NewsView, content_type = "text/event-stream"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn stream(
    State(app): State<App>,
    Asker(who): Asker,
    headers: HeaderMap,
    Parameters(parameters): Parameters<StreamParameters>,
) -> Result<(impl IntoResponseParts, Sse<impl Stream<Item = Result<Event, Infallible>>>), Problem> {
    // An empty header means that the client has no last event id (WHATWG HTML, 9.2.4).
    let header = headers.get("last-event-id").filter(|value| !value.is_empty()).map(|value| {
        let id = value.to_str().ok().and_then(|text| text.parse::<EventId>().ok());
        id.ok_or_else(|| {
            Problem::bad_request(Code::BadLastEventId, "Last-Event-ID must be the id of an event")
        })
    });
    let last = header.transpose()?.or(parameters.last_event_id);
    let keep_alive = match parameters.ping {
        None => KeepAlive::new().interval(KEEP_ALIVE),
        Some(seconds @ 1..=MAX_PING_SECONDS) => {
            let ping = Event::default().event("ping").data("{}");
            KeepAlive::new().interval(Duration::from_secs(seconds.into())).event(ping)
        }
        Some(_) => return Err(Problem::bad_request(Code::BadParameter, "ping must be from 1 to 60 seconds")),
    };
    // The stream ends with the session.
    let ended = async move {
        match who {
            Who::Holder(holder) => holder.ended().await,
            Who::Window | Who::Owner | Who::User => std::future::pending().await,
        }
    };
    let news = app.feed(last).await?.map(|item| Ok(event(item))).take_until(ended);
    Ok((UNBUFFERED, Sse::new(news).keep_alive(keep_alive)))
}

fn event(item: FeedItem) -> Event {
    match item {
        // Sent at once: it shows the client that the stream is open, and keeps proxies from waiting for more.
        FeedItem::Open(id) => {
            let greeting = Event::default().comment("news of calls").retry(RETRY);
            if let Some(id) = id { greeting.id(id.to_string()) } else { greeting }
        }
        FeedItem::Call { id, json } => Event::default().event("call").id(id.to_string()).data(json),
        FeedItem::Changed(change) => {
            let data = serde_json::json!({ "what": change }).to_string();
            Event::default().event("changed").data(data)
        }
        FeedItem::Resync(id) => Event::default().event("resync").id(id.to_string()).data("{}"),
    }
}
