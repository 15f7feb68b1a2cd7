//! `DELETE /api/v1/calls` and `DELETE /api/v1/calls/{id}`: old calls, for the owner.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use benspamsphones_app::app::App;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call_filter::{Moment, time_zone};
use super::calls::call_id;
use crate::http::answer::{Parameters, PathPart};
use crate::http::problem::Problem;

/// How old.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteCalls {
    /// Calls requested before this day are deleted: a date, or a date with time and offset.
    #[param(example = "2025-01-01")]
    before: String,
    /// The time zone of the day; by default this computer's.
    #[param(example = "Europe/Berlin")]
    time_zone: Option<String>,
}

/// The result.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeletedCalls {
    /// How many calls were deleted.
    deleted: u64,
}

/// Delete old calls
///
/// Deletes the calls, their events and everything kept about them. Calls of the last 32 days stay, because the limits
/// count them, and so do calls in progress.
#[utoipa::path(delete, path = "/api/v1/calls", operation_id = "deleteCalls", tag = "owner", params(DeleteCalls),
    responses(
        (status = 200, body = DeletedCalls),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "No such time zone, or calls of the last 32 days are among them"),
    ))]
pub(crate) async fn delete(
    State(app): State<App>,
    Parameters(wanted): Parameters<DeleteCalls>,
) -> Result<Json<DeletedCalls>, Problem> {
    let zone = time_zone(wanted.time_zone.as_deref())?;
    let before = Moment::read("before", &wanted.before)?.begin(&zone);
    Ok(Json(DeletedCalls { deleted: app.delete_calls_before(before).await? }))
}

/// Delete a call
///
/// Deletes the call, its events and everything kept about it. A call of the last 32 days stays, because the limits count
/// it.
#[utoipa::path(delete, path = "/api/v1/calls/{id}", operation_id = "deleteCall", tag = "owner",
    params(("id" = String, Path, format = "uuid", description = "Our id of the call")),
    responses(
        (status = 204),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Too young"),
    ))]
pub(crate) async fn delete_one(
    State(app): State<App>,
    PathPart(id): PathPart,
) -> Result<StatusCode, Problem> {
    app.delete_call(call_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
