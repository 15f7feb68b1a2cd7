//! Pusher Channels: who may join a private channel, and what is published there.

mod channel_auth;
mod client;
mod publish_to_callers;
mod publish_to_watchers;
pub(crate) mod watchers;

use std::sync::Arc;

use benspamsphones_app::accounts::PusherKeys;
use benspamsphones_app::app::App;
use client::Client;
use watchers::Watchers;

pub(crate) use channel_auth::{MAX_SOCKET_DIGITS, NotSigned, channel_auth};

pub(crate) async fn publish(app: App, keys: PusherKeys, watchers: Watchers) {
    // Subscribed first, so that nothing is missed while the certificates are read.
    let news = app.live().subscribe();
    match Client::new(&keys) {
        Ok(client) => {
            let client = Arc::new(client);
            let watchers = publish_to_watchers::publish_to_watchers(app.clone(), client.clone(), watchers);
            tokio::join!(publish_to_callers::publish_to_callers(app, client, news), watchers);
        }
        Err(error) => tracing::error!(%error, "Pusher can't be used"),
    }
}
