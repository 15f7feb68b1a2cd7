//! Whether Twilio can reach this computer, and the owner's choice about it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use benspamsphones_app::connection_test::ConnectionTest;
use serde::Serialize;
use url::Url;
use utoipa::ToSchema;

use crate::http::answer::JsonBody;
use crate::http::problem::Problem;
use crate::http::{Parts, Shared};
use crate::owner::CredentialSource;
use crate::public_choice::PublicChoice;
use crate::tunnel::{TunnelError, TunnelState};
use crate::vault;

/// How Twilio reaches this machine.
#[derive(Serialize, ToSchema)]
pub(crate) struct PublicAddressView {
    /// As the owner chose, or as set at the start.
    choice: PublicChoice,
    /// Whether it was set when the program was started, so it can't be changed here.
    fixed: bool,
    /// How it is now.
    state: PublicAddressState,
    /// The address Twilio reports to, if it can reach this computer.
    #[schema(example = "https://calls.ngrok.app")]
    url: Option<String>,
    /// Why there is no tunnel now.
    problem: Option<String>,
    /// What to do about that.
    help: Option<String>,
    /// Where the ngrok authtoken comes from, if there is one.
    ngrok_token: Option<CredentialSource>,
}

/// How it is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PublicAddressState {
    /// There is none; call status is polled.
    None,
    /// The sandbox is on this machine, and needs none.
    Here,
    /// The owner forwards one, whether it leads here or not.
    Forwarded,
    /// A tunnel is being opened.
    Connecting,
    /// A tunnel is open.
    Up,
    /// A tunnel can't be opened until something is changed.
    Failed,
}

impl PublicAddressView {
    /// A keyring that can't be read isn't asked again: the settings report that separately.
    pub(crate) async fn of(shared: &Shared, reads_vault: bool) -> Self {
        let Parts { app, owner, place, .. } = &**shared;
        let tunnel = place.tunnel.borrow().clone();
        let (state, error): (_, Option<TunnelError>) = match tunnel {
            TunnelState::Up(_) => (PublicAddressState::Up, None),
            TunnelState::Connecting(error) => (PublicAddressState::Connecting, error),
            TunnelState::Failed(error) => (PublicAddressState::Failed, Some(error)),
            TunnelState::Off => (given(shared), None),
        };
        let ngrok_token = if reads_vault || owner.ngrok_told {
            vault::promptly(owner.ngrok_source()).await.unwrap_or_default()
        } else {
            None
        };
        Self {
            choice: owner.public_choice.clone(),
            fixed: owner.public_address_told,
            state,
            url: app.public_url().map(|url| url.to_string()),
            problem: error.as_ref().map(ToString::to_string),
            help: error.as_ref().map(TunnelError::help),
            ngrok_token,
        }
    }
}

/// Whether a public address is configured but unused, because the sandbox runs on this computer.
pub(crate) fn is_unused(shared: &Shared) -> bool {
    let no_tunnel = matches!(*shared.place.tunnel.borrow(), TunnelState::Off);
    let elsewhere = matches!(given(shared), PublicAddressState::None | PublicAddressState::Here);
    shared.owner.public_choice != PublicChoice::None && no_tunnel && elsewhere
}

fn given(Parts { app, place, .. }: &Parts) -> PublicAddressState {
    let here = Url::parse(&format!("http://{}", place.webhook)).ok();
    match app.public_url() {
        None => PublicAddressState::None,
        url if url == here => PublicAddressState::Here,
        Some(_) => PublicAddressState::Forwarded,
    }
}

/// Choose how Twilio reaches this computer
///
/// The server restarts to apply it.
#[utoipa::path(put, path = "/api/v1/settings/public-address", tag = "owner", operation_id = "choosePublicAddress",
    request_body = PublicChoice,
    responses(
        (status = 204, description = "Chosen"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn choose(
    State(shared): State<Shared>,
    JsonBody(choice): JsonBody<PublicChoice>,
) -> Result<StatusCode, Problem> {
    shared.owner.choose_public_address(&shared.app, &shared.place.data_dir, choice).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Test the public address
///
/// Sends a signed request through the public address back to this program. Nobody is called.
#[utoipa::path(post, path = "/api/v1/public-address/test", tag = "owner", operation_id = "testPublicAddress", responses(
    (status = 200, body = ConnectionTest),
))]
pub(crate) async fn test(State(shared): State<Shared>) -> Json<ConnectionTest> {
    Json(shared.app.try_public_address().await)
}
