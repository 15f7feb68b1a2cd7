//! `/api/v1/refused-calls`: calls that were requested but not placed.

use axum::Json;
use axum::extract::State;
use benspamsphones_app::app::{App, RefusedCall};
use benspamsphones_core::{AskedBy, CallId, Mode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::answer::Parameters;
use crate::http::problem::{Code, Problem};

pub(crate) const MAX_TIME_DIGITS: usize = 14;
pub(crate) const MAX_ID_DIGITS: usize = 18;
const PAGE: u8 = 100;

/// A refused call.
#[derive(Serialize, ToSchema)]
#[schema(title = "RefusedCall")]
pub(crate) struct RefusedCallView {
    id: i64,
    /// When it was first requested.
    #[schema(value_type = String, format = "date-time")]
    first_at: Timestamp,
    /// And the last.
    #[schema(value_type = String, format = "date-time")]
    last_at: Timestamp,
    /// How often in between.
    count: u32,
    /// The number in E.164, or the text that was typed.
    to: String,
    /// Id of the protocol.
    protocol: String,
    /// The name of that protocol; if it was deleted, its last one.
    protocol_name: Option<String>,
    /// Whether a phone would have rung.
    mode: Mode,
    asked_by: AskedBy,
    /// Name of the browser or device it was placed from.
    asker_name: Option<String>,
    /// Name of the rule.
    #[schema(example = "number_too_soon")]
    code: String,
    /// The sentence in the answer.
    words: String,
    /// When the rule allows it again, if waiting helps.
    #[schema(value_type = Option<String>, format = "date-time")]
    lifts_at: Option<Timestamp>,
    /// The call that was placed anyway, because the owner overrode the rule.
    set_aside: Option<CallId>,
}

/// A page of them, the latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefusedCallList {
    items: Vec<RefusedCallView>,
    /// Where the next page begins, if there is one.
    next_cursor: Option<String>,
}

/// Where to begin.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListRefusedCalls {
    /// A `next_cursor`.
    cursor: Option<String>,
}

/// Refused calls
#[utoipa::path(get, path = "/api/v1/refused-calls", tag = "calls", operation_id = "listRefusedCalls",
    params(ListRefusedCalls),
    responses(
        (status = 200, body = RefusedCallList),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn list(
    State(app): State<App>,
    Parameters(wanted): Parameters<ListRefusedCalls>,
) -> Result<Json<RefusedCallList>, Problem> {
    let before = wanted.cursor.as_deref().map(|cursor| {
        let (last_at, id) = cursor.split_once('.')?;
        let digits = |text: &str, most| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        // The number of digits that fit into a time and a row id.
        let whole = digits(last_at, MAX_TIME_DIGITS) && digits(id, MAX_ID_DIGITS);
        let last_at = last_at.parse().ok().filter(|_| whole)?;
        Some((Timestamp::from_millisecond(last_at).ok()?, id.parse().ok()?))
    });
    let bad_cursor = || Problem::bad_request(Code::BadParameter, "cursor must be a next_cursor");
    let before = before.map(|cursor| cursor.ok_or_else(bad_cursor)).transpose()?;
    let mut items = app.refused_calls(before, u32::from(PAGE) + 1).await?;
    let more = items.len() > usize::from(PAGE);
    items.truncate(usize::from(PAGE));
    let next = items.last().filter(|_| more);
    let next_cursor = next.map(|last| format!("{}.{}", last.last_at.as_millisecond(), last.id));
    Ok(Json(RefusedCallList {
        items: items.into_iter().map(|refused| view(&app, refused)).collect(),
        next_cursor,
    }))
}

fn view(app: &App, refused: RefusedCall) -> RefusedCallView {
    RefusedCallView {
        id: refused.id,
        first_at: refused.first_at,
        last_at: refused.last_at,
        count: refused.count,
        to: refused.to,
        protocol_name: app.protocol_name(&refused.protocol),
        protocol: refused.protocol,
        mode: refused.mode,
        asked_by: refused.asked_by,
        asker_name: refused.asker_name,
        code: refused.code,
        words: refused.words,
        lifts_at: refused.lifts_at,
        set_aside: refused.set_aside,
    }
}
