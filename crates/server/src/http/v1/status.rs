//! `GET /api/v1/status`: what a client must know before its first call.

use axum::Json;
use axum::extract::State;
use benspamsphones_core::Mode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::problem::Problem;

/// What runs here.
#[derive(Serialize, ToSchema)]
#[schema(title = "Status")]
pub(crate) struct StatusView {
    /// Whether phones ring.
    mode: Mode,
    /// The program's version.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// Whether Twilio can reach this machine; if not, calls are followed by asking.
    public_address: bool,
    /// The country, as two letters of ISO 3166, that a number without `+` belongs to.
    #[schema(example = "US")]
    default_region: String,
}

/// What runs here
#[utoipa::path(get, path = "/api/v1/status", tag = "status", operation_id = "getStatus", responses(
    (status = 200, body = StatusView),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn get(State(app): State<App>) -> Json<StatusView> {
    Json(StatusView {
        mode: app.mode(),
        version: env!("CARGO_PKG_VERSION"),
        public_address: app.has_public_address(),
        default_region: app.default_region().to_string(),
    })
}
