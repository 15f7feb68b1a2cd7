//! Watches a call until it ends.

use eventsource_stream::Eventsource as _;
use futures::{Stream, StreamExt as _};
use reqwest::Method;
use serde_json::Value;

use crate::client::Client;
use crate::exit::Failure;

/// Events of all calls from the moment this returns.
pub(crate) async fn news(
    client: &Client,
) -> Result<impl Stream<Item = Result<News, Failure>> + Unpin, Failure> {
    let answer = client.answer(client.request(Method::GET, "/api/v1/events")?, "text/event-stream").await?;
    let events = answer.bytes_stream().eventsource();
    Ok(Box::pin(events.map(|event| {
        let event =
            event.map_err(|error| Failure::Other(format!("the event stream broke off: {error}").into()))?;
        if event.event == "call" {
            Ok(News::Call(serde_json::from_str(&event.data).map_err(Failure::other)?))
        } else {
            Ok(News::Resync)
        }
    })))
}

pub(crate) enum News {
    /// An object with `event` and `call`.
    Call(Value),
    /// More events were missed than can be sent again.
    Resync,
}
