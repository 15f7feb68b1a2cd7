//! Whether the network can reach this computer, and the owner's choice about it.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::answer::JsonBody;
use crate::http::problem::Problem;
use crate::http::{Place, Shared};
use crate::owner::Owner;

/// How the network reaches this computer.
#[derive(Serialize, ToSchema)]
pub(crate) struct NetworkView {
    /// Whether others on the network can reach it.
    shared: bool,
    /// Whether the address was set when the program was started.
    shared_fixed: bool,
    /// The addresses to open: by IP address, then by name.
    #[schema(example = json!(["https://192.168.1.7:9001", "https://desk.local:9001"]))]
    urls: Vec<String>,
    /// Whether the network uses HTTPS.
    https: bool,
    /// Whether HTTPS was set when the program was started.
    https_fixed: bool,
    /// SHA-256 of the certificate, as browsers show it.
    fingerprint: Option<String>,
    /// The certificate that a device has to trust, in PEM; `null` if it is the owner's own.
    authority: Option<String>,
}

impl NetworkView {
    pub(crate) fn of(place: &Place, owner: &Owner) -> Self {
        let certificate = place.certificate.as_ref();
        Self {
            shared: place.is_shared(),
            shared_fixed: owner.listen_told,
            urls: place.shared_urls(),
            https: certificate.is_some(),
            https_fixed: owner.https_told,
            fingerprint: certificate.map(|certificate| certificate.fingerprint()),
            authority: certificate.and_then(|certificate| certificate.authority()),
        }
    }
}

/// Whether and how to share.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharingChoice {
    /// Whether others on the network can reach it.
    share: bool,
    /// Whether it speaks HTTPS with them.
    https: bool,
}

/// Share on the network, or stop sharing
///
/// The server restarts to apply it.
#[utoipa::path(put, path = "/api/v1/settings/sharing", tag = "owner", operation_id = "chooseSharing",
    request_body = SharingChoice,
    responses(
        (status = 204, description = "Chosen"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn choose_sharing(
    State(shared): State<Shared>,
    JsonBody(choice): JsonBody<SharingChoice>,
) -> Result<StatusCode, Problem> {
    let data_dir = &shared.place.data_dir;
    shared.owner.choose_sharing(&shared.app, data_dir, choice.share, choice.https).await?;
    Ok(StatusCode::NO_CONTENT)
}
