//! `/api/v1/refusals`: rejected attempts and their reasons, and how the owner clears a lockout.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Why;
use crate::http::Shared;
use crate::http::answer::Parameters;
use crate::http::problem::Problem;

/// Rejected attempts, the latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefusalList {
    items: Vec<RefusalView>,
}

/// A rejected attempt.
#[derive(Serialize, ToSchema)]
#[schema(title = "Refusal")]
struct RefusalView {
    /// The address, or the network of an IPv6 host.
    #[schema(example = "192.168.1.7")]
    source: String,
    why: Why,
    /// How often.
    count: u32,
    #[schema(value_type = String, format = "date-time")]
    first_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    last_at: Timestamp,
    /// How many seconds the sender is locked out for.
    waits_s: Option<u64>,
}

/// Whom.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SourceParameter {
    /// The `source` of a rejected attempt.
    source: String,
}

/// Rejected sign-in attempts
#[utoipa::path(get, path = "/api/v1/refusals", tag = "owner", operation_id = "listRefusals", responses(
    (status = 200, body = RefusalList),
))]
pub(crate) async fn list(State(shared): State<Shared>) -> Result<Json<RefusalList>, Problem> {
    let waiting = shared.auth.waiting();
    let items = shared.auth.refused().await?.into_iter().map(|refused| RefusalView {
        waits_s: waiting.get(&refused.source).map(|wait| wait.as_secs() + 1),
        source: refused.source,
        why: refused.why,
        count: refused.count,
        first_at: refused.first_at,
        last_at: refused.last_at,
    });
    Ok(Json(RefusalList { items: items.collect() }))
}

/// Clear a lockout
///
/// The sender can try again at once.
#[utoipa::path(delete, path = "/api/v1/refusals", tag = "owner", operation_id = "forgive", params(SourceParameter),
    responses((status = 204, description = "Forgiven")))]
pub(crate) async fn clear_lockout(
    State(shared): State<Shared>,
    Parameters(whom): Parameters<SourceParameter>,
) -> Result<StatusCode, Problem> {
    shared.auth.clear_lockout(whom.source).await?;
    Ok(StatusCode::NO_CONTENT)
}
