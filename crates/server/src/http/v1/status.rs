//! `GET /api/v1/status`: what a client must know before its first call.

use axum::Json;
use axum::extract::State;
use benspamsphones_core::Mode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::problem::Problem;
use crate::http::{Parts, Shared};

/// What runs here.
#[derive(Serialize, ToSchema)]
#[schema(title = "Status")]
pub(crate) struct StatusView {
    /// Whether phones ring.
    mode: Mode,
    /// The program's version.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// Whether Twilio can reach this computer; if not, call status is polled from Twilio.
    public_address: bool,
    /// The country of numbers without `+`, as two letters (ISO 3166).
    #[schema(example = "US")]
    default_region: String,
    /// The Pusher app a browser can get its live updates from; `null` if none is set up.
    pusher: Option<PusherView>,
}

/// What a Pusher client needs to follow all calls.
#[derive(Serialize, ToSchema)]
#[schema(title = "Pusher")]
pub(crate) struct PusherView {
    /// The app's public key.
    #[schema(example = "278d425bdf160c739803")]
    key: String,
    /// The app's cluster.
    #[schema(example = "eu")]
    cluster: String,
    /// Another server with Pusher's protocol; `null` means Pusher's own.
    #[schema(example = "https://live.example.com")]
    host: Option<String>,
    /// The private channel for all events: `BenSpamsPhones:call`, with the same data as `call` in `/api/v1/events`,
    /// and the id of the event before it in `after`; `BenSpamsPhones:changed` and `BenSpamsPhones:resync`, as
    /// there; and `BenSpamsPhones:closed` when another channel replaces it, which happens after access of someone
    /// who joined it is revoked and at each start.
    #[schema(example = "private-calls-0123456789abcdef0123456789abcdef")]
    channel: String,
}

/// What runs here
#[utoipa::path(get, path = "/api/v1/status", tag = "status", operation_id = "getStatus", responses(
    (status = 200, body = StatusView),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn get(State(shared): State<Shared>) -> Json<StatusView> {
    let Parts { app, pusher, watchers, .. } = &*shared;
    Json(StatusView {
        mode: app.mode(),
        version: env!("CARGO_PKG_VERSION"),
        public_address: app.has_public_address(),
        default_region: app.default_region().to_string(),
        pusher: pusher.as_ref().map(|keys| PusherView {
            key: keys.key.clone(),
            cluster: keys.cluster.clone(),
            host: keys.host.as_ref().map(|host| host.origin().ascii_serialization()),
            channel: watchers.name(),
        }),
    })
}
