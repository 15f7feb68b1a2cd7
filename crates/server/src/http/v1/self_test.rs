//! `POST /api/v1/self-test`: whether this server's configuration works, for `bsp doctor`.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use benspamsphones_app::connection_test::{self, ConnectionTest};
use benspamsphones_core::Mode;
use serde::Serialize;
use utoipa::ToSchema;

use super::public_address;
use crate::http::{Parts, Shared};

/// What the server found.
#[derive(Serialize, ToSchema)]
pub(crate) struct SelfTest {
    /// The Twilio account that calls are placed with; `null` in the sandbox, which needs none.
    twilio: Option<ConnectionTest>,
    /// The Pusher app; `null` if none is set up.
    pusher: Option<ConnectionTest>,
    /// The public address; `null` if there is none.
    public_address: Option<ConnectionTest>,
    /// Whether a public address is set that isn't used, because the sandbox runs on this computer.
    public_address_unused: bool,
    /// An address that forwards requests, or says so, without being a trusted proxy: `--trust-proxy` is missing, or somebody
    /// pretends.
    #[schema(value_type = Option<String>, example = "10.0.0.5")]
    untrusted_proxy: Option<IpAddr>,
}

/// Test the running server
///
/// Asks Twilio and Pusher whether they accept the credentials in use, and sends a signed request through the public address
/// back to this program. Nobody is called.
#[utoipa::path(post, path = "/api/v1/self-test", tag = "owner", operation_id = "selfTest", responses(
    (status = 200, body = SelfTest),
))]
pub(crate) async fn run(State(shared): State<Shared>) -> Json<SelfTest> {
    let Parts { app, pusher, trusted_proxies, .. } = &*shared;
    let live = app.mode() == Mode::Live;
    let twilio = async { if live { Some(app.test_account().await) } else { None } };
    let pusher = async {
        match pusher {
            Some(keys) => Some(connection_test::of_pusher(keys).await),
            None => None,
        }
    };
    let address =
        async { if app.has_public_address() { Some(app.try_public_address().await) } else { None } };
    let (twilio, pusher, address) = tokio::join!(twilio, pusher, address);
    Json(SelfTest {
        twilio,
        pusher,
        public_address: address,
        public_address_unused: public_address::is_unused(&shared),
        untrusted_proxy: trusted_proxies.untrusted(),
    })
}
