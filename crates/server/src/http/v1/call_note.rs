//! `/api/v1/calls/{id}/note`: the note on a call.

use axum::Json;
use axum::extract::State;
use benspamsphones_app::app::App;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calls::call_id;
use crate::http::answer::{JsonBody, PathPart};
use crate::http::problem::Problem;

/// What to write down.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoteFields {
    /// Replaces the current note. An empty text removes it.
    #[schema(example = "Call again on Monday")]
    note: String,
    /// The note that this one replaces, as you read it; empty if there was none. If someone has changed it since, it stays, and the
    /// answer is 412.
    replaces: Option<String>,
}

/// The note of a call.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallNote {
    /// The note as saved, without surrounding blanks; `null` if there is none.
    note: Option<String>,
}

/// Write a note on a call
///
/// Anyone who can see the call can read and change its note.
#[utoipa::path(put, path = "/api/v1/calls/{id}/note", operation_id = "noteCall", tag = "calls", request_body = NoteFields,
    params(("id" = String, Path, format = "uuid", description = "Our id of the call")),
    responses(
        (status = 200, body = CallNote),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Changed since it was read"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Too long"),
    ))]
pub(crate) async fn set(
    State(app): State<App>,
    PathPart(id): PathPart,
    JsonBody(fields): JsonBody<NoteFields>,
) -> Result<Json<CallNote>, Problem> {
    Ok(Json(CallNote { note: app.note_call(call_id(&id)?, &fields.note, fields.replaces).await? }))
}
