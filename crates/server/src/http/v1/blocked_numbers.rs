//! `/api/v1/blocked-numbers`: numbers that are never called.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use benspamsphones_app::app::{App, BlockedNumber};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::answer::{JsonBody, PathPart};
use crate::http::authenticate::Asker;
use crate::http::problem::Problem;

/// Blocked numbers, the latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct BlockedNumberList {
    items: Vec<BlockedNumberView>,
}

/// A blocked number.
#[derive(Serialize, ToSchema)]
#[schema(title = "BlockedNumber")]
pub(crate) struct BlockedNumberView {
    /// In E.164.
    #[schema(example = "+15005550100")]
    number: String,
    /// Why, in the owner's words.
    note: Option<String>,
    /// Since when.
    #[schema(value_type = String, format = "date-time")]
    blocked_at: Timestamp,
    /// When the person pressed 9 in a call: they blocked it, not the owner.
    opted_out: bool,
}

/// Why a number is blocked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockFields {
    /// In the owner's words.
    note: Option<String>,
}

impl From<BlockedNumber> for BlockedNumberView {
    fn from(blocked: BlockedNumber) -> Self {
        let BlockedNumber { number, note, blocked_at, opted_out } = blocked;
        Self { number: number.to_string(), note, blocked_at, opted_out }
    }
}

/// Blocked numbers
#[utoipa::path(get, path = "/api/v1/blocked-numbers", operation_id = "listBlockedNumbers", tag = "people", responses(
    (status = 200, body = BlockedNumberList),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<BlockedNumberList>, Problem> {
    let items = app.blocked_numbers().await?.into_iter().map(BlockedNumberView::from);
    Ok(Json(BlockedNumberList { items: items.collect() }))
}

/// Block a number
///
/// From now on, no one can call it from here. A call in progress continues.
#[utoipa::path(put, path = "/api/v1/blocked-numbers/{number}", operation_id = "blockNumber", tag = "people", request_body = BlockFields,
    params(("number" = String, Path, description = "The number")),
    responses(
        (status = 200, body = BlockedNumberView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not a number, or no such number can exist"),
    ))]
pub(crate) async fn block(
    State(app): State<App>,
    PathPart(number): PathPart,
    JsonBody(fields): JsonBody<BlockFields>,
) -> Result<Json<BlockedNumberView>, Problem> {
    Ok(Json(app.block_number(&number, fields.note).await?.into()))
}

/// Unblock a number
///
/// Only the owner can do this: anyone may add protection, but not remove it. If the person pressed 9, it is refused to
/// the owner too.
#[utoipa::path(delete, path = "/api/v1/blocked-numbers/{number}", operation_id = "unblockNumber", tag = "people",
    params(("number" = String, Path, description = "The number")),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not the owner, or the person opted out"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not a number"),
    ))]
pub(crate) async fn unblock(
    State(app): State<App>,
    Asker(who): Asker,
    PathPart(number): PathPart,
) -> Result<StatusCode, Problem> {
    app.unblock_number(&number, who.asks().0).await?;
    Ok(StatusCode::NO_CONTENT)
}
