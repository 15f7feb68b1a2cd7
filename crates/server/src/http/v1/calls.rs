//! `/api/v1/calls`: place, read, end.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use benspamsphones_core::{CallId, CallStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{CallView, CallWithEvents};
use crate::app::{App, NewCall};
use crate::http::answer::{JsonBody, Parameters, PathPart};
use crate::http::authenticate::Asker;
use crate::http::problem::{IDEMPOTENCY_REPLAYED, Problem};
use crate::store::call_rows::CallQuery;

/// What to play and whom to ring.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceCall {
    /// Id of the protocol.
    #[schema(example = "protocol1")]
    protocol: String,
    /// The number to ring.
    #[schema(example = "+15005550100")]
    to: String,
    /// Codes of refusals that the owner sets aside for this one call. They count from the owner's window alone.
    #[serde(default)]
    #[schema(max_items = 20, example = json!([]))]
    setting_aside: Vec<String>,
    /// Whoever is called knows the owner and is fine with it. The window asks before the first call to a number.
    #[serde(default)]
    consent: bool,
}

/// Which calls, and how many.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListCalls {
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>, format = "uuid")]
    cursor: Option<String>,
    /// Only calls at this station.
    status: Option<CallStatus>,
    /// Only calls whose numbers or protocol hold this text.
    #[param(max_length = 100)]
    q: Option<String>,
}

/// A page of calls, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallList {
    items: Vec<CallView>,
    /// Where the next page begins; null on the last one.
    #[schema(value_type = Option<String>, format = "uuid")]
    next_cursor: Option<CallId>,
}

/// Place a call
///
/// With an `Idempotency-Key`, the same request again returns the same call and rings nobody. A call whose request
/// Twilio did not answer is there with the status `unknown`: it is looked up and never dialled again.
#[utoipa::path(post, path = "/api/v1/calls", operation_id = "placeCall", tag = "calls", request_body = PlaceCall,
    params(("Idempotency-Key" = Option<String>, Header, description = "Chosen by the asker, 1 to 255 printable characters")),
    responses(
        (status = 201, body = CallView, headers(("Location" = String))),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such protocol"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not called, or refused by Twilio"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Twilio takes no more calls just now"),
        (status = 502, body = Problem, content_type = "application/problem+json", description = "Twilio is out of reach; nothing was dialled"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "The disk is full; nothing was dialled"),
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
        Some(Err(_)) => return Err(crate::app::PlaceCallError::BadIdempotencyKey.into()),
    };
    let (asked_by, asker_name) = who.asks();
    let wish = NewCall {
        protocol: body.protocol,
        to: body.to,
        idempotency_key,
        setting_aside: body.setting_aside,
        consent: body.consent,
        answer_when_queued: true,
        asked_by,
        asker_name,
        ..NewCall::default()
    };
    let placed = app.place_call(wish).await?;
    let call = &placed.call;
    let mut response = match (call.status, &call.failure) {
        // Never taken by Twilio, as opposed to a call that Twilio took and that failed later.
        (CallStatus::Failed, Some(failure)) if call.sid.is_none() => {
            Problem::of_failure(call.id, failure).into_response()
        }
        _ => (StatusCode::CREATED, Json(CallView::of(&app, call))).into_response(),
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
#[utoipa::path(get, path = "/api/v1/calls", operation_id = "listCalls", tag = "calls", params(ListCalls), responses(
    (status = 200, body = CallList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    State(app): State<App>,
    Parameters(wanted): Parameters<ListCalls>,
) -> Result<Json<CallList>, Problem> {
    let limit = usize::from(wanted.limit.unwrap_or(50));
    if !(1..=200).contains(&limit) {
        return Err(Problem::bad_request("bad_parameter", "limit must be from 1 to 200"));
    }
    let cursor = wanted.cursor.map(|cursor| cursor.parse::<CallId>()).transpose();
    let before = cursor.map_err(|_| Problem::bad_request("bad_parameter", "cursor must be a next_cursor"))?;
    let query = CallQuery { before, ..found(wanted.status, wanted.q, limit)? };
    let page = app.calls(query).await?;
    Ok(Json(CallList {
        items: page.calls.iter().map(|call| CallView::of(&app, call)).collect(),
        next_cursor: page.next,
    }))
}

/// The first calls that somebody looks for.
pub(crate) fn found(
    status: Option<CallStatus>,
    q: Option<String>,
    limit: usize,
) -> Result<CallQuery, Problem> {
    let text = q.filter(|text| !text.trim().is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > 100) {
        return Err(Problem::bad_request("bad_parameter", "q takes at most 100 characters"));
    }
    Ok(CallQuery { before: None, status, text, limit })
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
    let channel = app.channels_of(call.id).await?.into_iter().next();
    Ok(Json(CallWithEvents { call: CallView::of(&app, &call), channel, events }))
}

/// End a call
///
/// A call that Twilio has not confirmed yet is ended as soon as it does.
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
    Ok(Json(CallView::of(&app, &call)))
}

fn call_id(text: &str) -> Result<CallId, Problem> {
    text.parse().map_err(|_| Problem::unknown_call(&format!("{text:.64}")))
}
