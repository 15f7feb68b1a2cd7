//! Publishes all events on the watchers' channel: what `/api/v1/events` sends, under its own names.
//!
//! Pusher doesn't guarantee delivery. So each event contains the id of the previous one, and after a failure clients
//! are told to read everything again, as soon as Pusher accepts messages.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_app::app::App;
use benspamsphones_app::feed::FeedItem;
use benspamsphones_core::EventId;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until, timeout};

use super::client::Client;
use super::watchers::Watchers;

/// A call's event, as in `/api/v1/events`; `after` is the id of the previous one.
const CALL: &str = "BenSpamsPhones:call";
const CHANGED: &str = "BenSpamsPhones:changed";
/// An event was lost: read everything again.
const RESYNC: &str = "BenSpamsPhones:resync";
/// This channel has ended; the status names the next one.
const CLOSED: &str = "BenSpamsPhones:closed";

/// Pusher's limit for the data of one message, in bytes.
const MAX_DATA: usize = 10 * 1024;
const RETRY: Duration = Duration::from_secs(2);
/// For the last message, so that it doesn't delay a stop.
const LAST_WORD: Duration = Duration::from_millis(500);

pub(super) async fn publish_to_watchers(app: App, client: Arc<Client>, watchers: Watchers) {
    let mut closed = watchers.closed();
    let mut feed = match app.feed(None).await {
        Ok(feed) => pin!(feed),
        Err(error) => {
            tracing::error!(%error, "live updates through Pusher can't start");
            return;
        }
    };
    let mut teller = Teller { client, watchers, told: None, owed: None };
    loop {
        let owed = teller.owed;
        let retry = async {
            match owed {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let step = async {
            tokio::select! {
                item = feed.next() => match item {
                    Some(item) => teller.hear(&item).await,
                    None => return false,
                },
                name = closed.recv() => match name {
                    Ok(name) => teller.close(&name).await,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return false,
                },
                () = retry => teller.make_good().await,
            }
            true
        };
        if app.stopping().run_until_cancelled(step).await != Some(true) {
            break;
        }
    }
    if let Some(name) = teller.watchers.audience() {
        let _ = timeout(LAST_WORD, teller.close(&name)).await;
    }
}

struct Teller {
    client: Arc<Client>,
    watchers: Watchers,
    told: Option<EventId>,
    /// An event was lost; [`RESYNC`] is not tried before this time.
    owed: Option<Instant>,
}

impl Teller {
    async fn hear(&mut self, item: &FeedItem) {
        let Some(channel) = self.watchers.audience() else {
            (self.told, self.owed) = (None, None);
            return;
        };
        // The pending [`RESYNC`] covers this too.
        if self.owed.is_some() {
            return;
        }
        let Some((event, data)) = message(item, self.told) else {
            return;
        };
        if let Err(error) = self.client.trigger(&channel, event, &data).await {
            tracing::warn!(%error, "Pusher did not accept an update; it is tried again");
            self.owed = Some(Instant::now() + RETRY);
            return;
        }
        match item {
            FeedItem::Call { id, .. } if event == CALL => self.told = Some(*id),
            FeedItem::Call { .. } | FeedItem::Resync(_) => self.told = None,
            FeedItem::Open(_) | FeedItem::Changed(_) => {}
        }
    }

    async fn make_good(&mut self) {
        self.told = None;
        let Some(channel) = self.watchers.audience() else {
            self.owed = None;
            return;
        };
        self.owed = match self.client.trigger(&channel, RESYNC, &json!({})).await {
            Ok(()) => None,
            Err(error) => {
                tracing::debug!(%error, "Pusher still can't be reached");
                Some(Instant::now() + RETRY)
            }
        };
    }

    async fn close(&mut self, channel: &str) {
        (self.told, self.owed) = (None, None);
        if let Err(error) = self.client.trigger(channel, CLOSED, &json!({})).await {
            tracing::warn!(%error, "Pusher did not accept that a channel is closed");
        }
    }
}

fn message(item: &FeedItem, after: Option<EventId>) -> Option<(&'static str, Value)> {
    match item {
        FeedItem::Open(_) => None,
        FeedItem::Call { json, .. } => {
            let mut data: Value = serde_json::from_str(json).ok()?;
            data.as_object_mut()?.insert("after".into(), after.into());
            let fits = data.to_string().len() <= MAX_DATA;
            Some(if fits { (CALL, data) } else { (RESYNC, json!({})) })
        }
        FeedItem::Resync(_) => Some((RESYNC, json!({}))),
        FeedItem::Changed(change) => Some((CHANGED, json!({ "what": change }))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use benspamsphones_app::live::Change;

    fn call(summary: &str) -> FeedItem {
        FeedItem::Call {
            id: 7,
            json: json!({"event": {"id": 7}, "call": {"summary": summary}}).to_string().into(),
        }
    }

    #[test]
    fn news_says_after_which_it_was_told() {
        let told = |after| json!({"event": {"id": 7}, "call": {"summary": "Ringing."}, "after": after});
        assert_eq!(message(&call("Ringing."), Some(5)), Some((CALL, told(json!(5)))));
        assert_eq!(message(&call("Ringing."), None), Some((CALL, told(Value::Null))));
        assert_eq!(message(&FeedItem::Open(Some(7)), None), None);
        assert_eq!(
            message(&FeedItem::Changed(Change::QuickDials), None),
            Some((CHANGED, json!({"what": "quick_dials"})))
        );
    }

    #[test]
    fn what_pusher_would_not_take_is_read_instead() {
        let (event, data) = message(&call(&"x".repeat(MAX_DATA)), Some(5)).unwrap();
        assert_eq!((event, data), (RESYNC, json!({})));
        let (event, data) = message(&call(&"x".repeat(MAX_DATA - 100)), Some(5)).unwrap();
        assert_eq!(event, CALL);
        assert!(data.to_string().len() <= MAX_DATA);
    }
}
