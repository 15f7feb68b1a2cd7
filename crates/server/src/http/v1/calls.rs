//! `/api/v1/calls`: place, read, end.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use benspamsphones_app::app::{App, CallQuery, NewCall};
use benspamsphones_app::view::{CallView, CallWithEvents};
use benspamsphones_core::{Call, CallId, CallStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call_filter::{CallFilterParameters, hyphenated};
use crate::http::answer::{JsonBody, Parameters, PathPart};
use crate::http::authenticate::Asker;
use crate::http::problem::{Code, IDEMPOTENCY_REPLAYED, Problem};

/// What to play and whom to call.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceCall {
    /// Id of the protocol.
    #[schema(example = "protocol1")]
    protocol: String,
    /// The number to call.
    #[schema(example = "+15005550100")]
    to: String,
    /// The number your interface showed for this text, with an extension after `;ext=`; empty if it showed none. If
    /// the server reads the text differently, it refuses with `read_otherwise`, and `number` is how it reads it.
    #[schema(example = "+15005550100")]
    read_as: Option<String>,
    /// What the protocol's text takes in as `{message}`; line breaks and tabs are its only control characters.
    #[schema(example = "The cellar is flooded.")]
    message: Option<String>,
    /// Codes of refusals that the owner overrides for this call. Only the owner's window can use this.
    #[serde(default)]
    #[schema(example = json!([]))]
    setting_aside: Vec<String>,
    /// The person knows the owner and has agreed to be called. The window asks before the first call to a number.
    #[serde(default)]
    consent: bool,
}

/// How many calls, and from where on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListCalls {
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50, value_type = Option<u16>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>, format = "uuid")]
    cursor: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    filter: CallFilterParameters,
}

/// A page of calls, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallList {
    items: Vec<CallView>,
    /// Where the next page begins; null on the last one.
    #[schema(value_type = Option<String>, format = "uuid")]
    next_cursor: Option<CallId>,
    /// How many calls there are on all pages; only on the first page.
    total: Option<u64>,
}

/// Place a call
///
/// If you repeat a request with the same `Idempotency-Key`, you get the same call, and nobody is called twice. If
/// Twilio did not answer, the call has the status `unknown`: it is looked up and never dialed again.
#[utoipa::path(post, path = "/api/v1/calls", operation_id = "placeCall", tag = "calls", request_body = PlaceCall,
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Chosen by the client, 1 to 255 printable characters"),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: answer at once if the call has to wait in the queue, instead of waiting for Twilio's answer"),
    ),
    responses(
        (status = 201, body = CallView, headers(("Location" = String))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such protocol"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The number is read differently from `read_as`"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not called, or refused by Twilio"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Twilio accepts no more calls at the moment"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "Twilio can't be reached; nothing was dialed"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "The disk is full; nothing was dialed"),
    ))]
pub(crate) async fn place(
    State(app): State<App>,
    Asker(who): Asker,
    headers: HeaderMap,
    JsonBody(body): JsonBody<PlaceCall>,
) -> Result<Response, Problem> {
    let idempotency_key = match headers.get("idempotency-key").map(HeaderValue::to_str) {
        None => None,
        Some(Ok(key)) => Some(key.to_owned()),
        Some(Err(_)) => return Err(benspamsphones_app::app::PlaceCallError::BadIdempotencyKey.into()),
    };
    let (asked_by, asker_name) = who.asks();
    let new_call = NewCall {
        protocol: body.protocol,
        to: body.to,
        read_as: body.read_as,
        message: body.message,
        idempotency_key,
        overriding: body.setting_aside.iter().filter_map(|rule| rule.parse().ok()).collect(),
        consent: body.consent,
        answer_when_queued: prefers_no_wait(&headers),
        asked_by,
        asker_name,
        ..NewCall::default()
    };
    let placed = app.place_call(new_call).await?;
    let call = &placed.call;
    let mut response = match (call.status, &call.failure) {
        // Twilio never accepted it, unlike a call that was accepted and failed later.
        (CallStatus::Failed, Some(failure)) if call.sid.is_none() => {
            Problem::of_failure(call.id, failure).into_response()
        }
        _ => (StatusCode::CREATED, Json(view(&app, call))).into_response(),
    };
    if let Ok(location) = HeaderValue::try_from(format!("/api/v1/calls/{}", call.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if placed.replayed {
        response.headers_mut().insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// The history, newest first
#[utoipa::path(get, path = "/api/v1/calls", operation_id = "listCalls", tag = "calls",
    params(ListCalls, CallFilterParameters), responses(
    (status = 200, body = CallList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json", description = "No such time zone"),
))]
pub(crate) async fn list(
    State(app): State<App>,
    Parameters(wanted): Parameters<ListCalls>,
) -> Result<Json<CallList>, Problem> {
    let limit = wanted.limit.map_or(Ok(50), |limit| limit.parse());
    let limit = limit.ok().filter(|limit| (1..=200).contains(limit));
    let limit =
        limit.ok_or_else(|| Problem::bad_request(Code::BadParameter, "limit must be from 1 to 200"))?;
    let bad_cursor = || Problem::bad_request(Code::BadParameter, "cursor must be a next_cursor");
    let cursor = wanted.cursor.map(|cursor| hyphenated(&cursor).map(CallId).ok_or_else(bad_cursor));
    let before = cursor.transpose()?;
    let page = app.calls(CallQuery { filter: wanted.filter.read()?, before, limit }).await?;
    let items = page.calls.iter().map(|call| view(&app, call)).collect();
    Ok(Json(CallList { items, next_cursor: page.next, total: page.total }))
}

/// A call and what happened to it
#[utoipa::path(get, path = "/api/v1/calls/{id}", operation_id = "getCall", tag = "calls",
    params(("id" = String, Path, format = "uuid", description = "Our id of the call")),
    responses(
        (status = 200, body = CallWithEvents),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn get(
    State(app): State<App>,
    PathPart(id): PathPart,
) -> Result<Json<CallWithEvents>, Problem> {
    let found = app.call(call_id(&id)?).await?;
    let (call, events) = found.ok_or_else(|| Problem::unknown_call(&id))?;
    let channel = app.channels_of(call.id).await?.map(|channels| channels.own);
    let note = app.call_note(call.id).await?;
    let message = app.call_message(call.id).await?;
    Ok(Json(CallWithEvents { call: view(&app, &call), channel, message, note, events }))
}

/// End a call
///
/// If Twilio hasn't confirmed the call yet, it is ended as soon as Twilio does.
#[utoipa::path(post, path = "/api/v1/calls/{id}/hangup", operation_id = "hangUpCall", tag = "calls",
    params(("id" = String, Path, format = "uuid", description = "Our id of the call")),
    responses(
        (status = 200, body = CallView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Over already"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "Twilio did not do it"),
    ))]
pub(crate) async fn hang_up(
    State(app): State<App>,
    PathPart(id): PathPart,
) -> Result<Json<CallView>, Problem> {
    let call = app.hang_up(call_id(&id)?).await?;
    Ok(Json(view(&app, &call)))
}

/// Whether the client doesn't want to wait for the queue (RFC 7240, `respond-async`).
fn prefers_no_wait(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    preferences.flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case("respond-async"))
}

pub(crate) fn call_id(text: &str) -> Result<CallId, Problem> {
    text.parse().map_err(|_| Problem::unknown_call(&format!("{text:.64}")))
}

fn view(app: &App, call: &Call) -> CallView {
    CallView { queue_position: app.queue_position(call.id), ..app.view(call) }
}
