//! `/api/v1/opt-outs`: numbers whose owners pressed 9. They are listed among the blocked numbers. Only the owner can
//! undo an opt-out, so this is a separate route that no socket serves.

use axum::extract::State;
use axum::http::StatusCode;
use benspamsphones_app::app::App;

use crate::http::answer::PathPart;
use crate::http::problem::Problem;

/// Undo a "press 9"
///
/// Ask the owner first: this undoes what a person asked for.
#[utoipa::path(delete, path = "/api/v1/opt-outs/{number}", operation_id = "forgetOptOut", tag = "people",
    params(("number" = String, Path, description = "The number")),
    responses(
        (status = 204),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Nobody pressed 9 there"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not a number"),
    ))]
pub(crate) async fn forget(
    State(app): State<App>,
    PathPart(number): PathPart,
) -> Result<StatusCode, Problem> {
    app.forget_opt_out(&number).await?;
    Ok(StatusCode::NO_CONTENT)
}
