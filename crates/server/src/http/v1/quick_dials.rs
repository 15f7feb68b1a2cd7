//! `/api/v1/quick-dials`: calls placed with one click.

use axum::Json;
use axum::extract::State;
use benspamsphones_app::app::{App, QuickDial};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::answer::JsonBody;
use crate::http::problem::Problem;

/// All of them, in the owner's order.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuickDialList {
    items: Vec<QuickDialView>,
}

/// A protocol and a number.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(title = "QuickDial")]
pub(crate) struct QuickDialView {
    /// Id of the protocol.
    #[schema(example = "protocol1")]
    protocol: String,
    /// The number, in E.164 where it is told.
    #[schema(example = "+15005550100")]
    number: String,
}

impl From<Vec<QuickDial>> for QuickDialList {
    fn from(all: Vec<QuickDial>) -> Self {
        let items = all.into_iter().map(|quick| QuickDialView {
            protocol: quick.protocol.to_string(),
            number: quick.number.to_string(),
        });
        Self { items: items.collect() }
    }
}

/// Quick dial
#[utoipa::path(get, path = "/api/v1/quick-dials", operation_id = "listQuickDials", tag = "people", responses(
    (status = 200, body = QuickDialList),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<QuickDialList>, Problem> {
    Ok(Json(app.quick_dials().await?.into()))
}

/// Change quick dial
///
/// The body replaces the whole list.
#[utoipa::path(put, path = "/api/v1/quick-dials", operation_id = "setQuickDials", tag = "people", request_body = QuickDialList, responses(
    (status = 200, body = QuickDialList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json", description = "No such protocol"),
    (status = 413, body = Problem, content_type = "application/problem+json"),
    (status = 415, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json", description = "Not a number, one twice, or too many"),
))]
pub(crate) async fn set(
    State(app): State<App>,
    JsonBody(list): JsonBody<QuickDialList>,
) -> Result<Json<QuickDialList>, Problem> {
    let wanted = list.items.into_iter().map(|quick| (quick.protocol, quick.number));
    Ok(Json(app.set_quick_dials(wanted.collect()).await?.into()))
}
