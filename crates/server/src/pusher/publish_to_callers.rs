//! Publishes a call's events on the channels of the client that placed it: the call's own, and the one that it named.
//!
//! The call's own channel has a unique name and ends with the call, so it carries everything. A named channel may be
//! used for years, and Pusher can't remove a client that joined it once, so it never carries the called number.
//!
//! It subscribes to live events like others, so a slow or unreachable Pusher delays nothing. Missed events are not sent
//! later: clients can read the call.

use std::sync::Arc;

use benspamsphones_app::app::App;
use benspamsphones_app::live::LiveEvent;
use benspamsphones_app::store::call_rows::Channels;
use benspamsphones_core::{Call, CallStatus, EventKind};
use serde_json::{Value, json};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::client::{Client, PusherError};

const EVENT: &str = "BenSpamsPhones:update_event";

pub(super) async fn publish_to_callers(
    app: App,
    client: Arc<Client>,
    mut news: broadcast::Receiver<LiveEvent>,
) {
    let stop = app.stopping().clone();
    while let Some(received) = stop.run_until_cancelled(news.recv()).await {
        match received {
            Ok(event) => {
                let told = stop.run_until_cancelled(tell(&app, &client, &event)).await;
                if let Some(Err(error)) = told {
                    tracing::warn!(call = %event.call().id, %error, "an update was not sent to Pusher");
                }
            }
            Err(RecvError::Lagged(count)) => {
                tracing::warn!(count, "Pusher is too slow, so updates were skipped")
            }
            Err(RecvError::Closed) => return,
        }
    }
}

async fn tell(app: &App, client: &Client, event: &LiveEvent) -> Result<(), PusherError> {
    let call = event.call();
    if event.event().kind == EventKind::Silence {
        return Ok(());
    }
    let Channels { own, watch } = match app.channels_of(call.id).await {
        Ok(Some(channels)) => channels,
        Ok(None) => return Ok(()),
        Err(error) => {
            tracing::warn!(%error, "a call's channels could not be read");
            return Ok(());
        }
    };
    let (named, all) = (station(call), everything(app, call));
    let watch = watch.filter(|_| is_reported(event));
    let on_named = async {
        match &watch {
            Some(watch) => client.trigger(watch, EVENT, &named).await,
            None => Ok(()),
        }
    };
    let (told, told_on_named) = tokio::join!(client.trigger(&own, EVENT, &all), on_named);
    told.and(told_on_named)
}

/// Whether an event is published on a named channel: once for each status that Twilio reports by a status callback,
/// which is all that such clients have ever received.
fn is_reported(event: &LiveEvent) -> bool {
    event.event().kind == EventKind::Status
        && match event.call().status {
            CallStatus::Requested | CallStatus::Unknown | CallStatus::Queued => false,
            CallStatus::Initiated
            | CallStatus::Ringing
            | CallStatus::InProgress
            | CallStatus::Completed
            | CallStatus::Busy
            | CallStatus::Failed
            | CallStatus::NoAnswer
            | CallStatus::Canceled => true,
        }
}

fn station(call: &Call) -> Value {
    json!({"message": message(call.status), "id": call.id, "status": call.status, "ended": !call.is_open()})
}

fn everything(app: &App, call: &Call) -> Value {
    let mut data = serde_json::to_value(app.view(call)).unwrap_or_default();
    if let Some(fields) = data.as_object_mut() {
        fields.insert("message".into(), message(call.status).into());
    }
    data
}

/// For example "Your call is in-progress."
fn message(status: CallStatus) -> String {
    format!("Your call is {}.", status.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_sentence() {
        assert_eq!(message(CallStatus::Ringing), "Your call is ringing.");
        assert_eq!(message(CallStatus::InProgress), "Your call is in-progress.");
    }
}
