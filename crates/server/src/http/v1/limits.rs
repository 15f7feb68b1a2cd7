//! `/api/v1/limits`: how much calling is allowed. Only for the owner.

use axum::Json;
use axum::extract::State;
use benspamsphones_app::app::App;
use benspamsphones_core::Limits;

use crate::http::answer::JsonBody;
use crate::http::problem::Problem;

/// The limits
#[utoipa::path(get, path = "/api/v1/limits", tag = "owner", operation_id = "getLimits", responses(
    (status = 200, body = Limits, description = "`null` is no limit"),
))]
pub(crate) async fn get(State(app): State<App>) -> Json<Limits> {
    Json(app.limits())
}

/// Set the limits
///
/// Sets all limits. They apply to every call from now on.
#[utoipa::path(put, path = "/api/v1/limits", tag = "owner", operation_id = "setLimits", request_body = Limits, responses(
    (status = 200, body = Limits),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json", description = "A limit is invalid"),
))]
pub(crate) async fn set(
    State(app): State<App>,
    JsonBody(limits): JsonBody<Limits>,
) -> Result<Json<Limits>, Problem> {
    app.set_limits(limits).await?;
    Ok(Json(app.limits()))
}
