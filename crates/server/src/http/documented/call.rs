//! `/api/call`: the protocols' ids, and placing a call.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use benspamsphones_app::app::{App, NewCall, PlaceCallError, Placed};
use benspamsphones_core::form::plus_or_blank;
use benspamsphones_core::{CallStatus, Mode, PhoneNumberError, Refusal, Remedy};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ContractJson, Fields, MissingFields, message};
use crate::http::Shared;
use crate::http::authenticate::Asker;
use crate::http::own_address::Leads;
use crate::net::host::Host;

const NO_REPORTS_THERE: &str = "This is an address of this switchboard, which takes reports only at \
                                /api/twilio_update/private-…; leave update_callback out to have them kept here";
/// RFC 9111, section 5.5. The documented body has no room for a warning.
const OUT_OF_REACH: &str = "299 - \"Twilio can't reach update_callback, so nothing is reported there; the switchboard asks Twilio instead\"";

/// The ids of the protocols, in the order of the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProtocolIds {
    #[schema(example = json!(["protocol1", "protocol2", "protocol3"]))]
    protocols: Vec<String>,
}

/// The parameters may be in the query string as well.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of what Fields reads")]
pub(crate) struct PlaceQuery {
    /// Id of the protocol.
    #[param(example = "protocol1")]
    protocol: Option<String>,
    /// The number to call.
    #[param(example = "+15005550100")]
    target_number: Option<String>,
    /// What the protocol's text takes in as `{message}`.
    #[param(example = "The cellar is flooded.")]
    message: Option<String>,
    /// An address that Twilio reports to instead of this program.
    #[param(example = "https://example.com/calls")]
    update_callback: Option<String>,
}

/// What to play and whom to call.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the shape of the documented form; Fields reads it, from a form or from JSON")]
pub(crate) struct PlaceForm {
    /// Id of the protocol.
    #[schema(example = "protocol1")]
    protocol: String,
    /// The number to call.
    #[schema(example = "+15005550100")]
    target_number: String,
    /// What the protocol's text takes in as `{message}`.
    #[schema(nullable = false, example = "The cellar is flooded.")]
    message: Option<String>,
    /// An address that Twilio reports to instead of this program. If it is this program's own callback route, under any of its
    /// names, the call is published on that channel over Pusher.
    #[schema(nullable = false, example = "https://example.com/calls")]
    update_callback: Option<String>,
}

/// The same as JSON.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the shape of the documented JSON, which Fields reads")]
pub(crate) struct PlaceJson {
    /// Id of the protocol.
    #[schema(example = "protocol1")]
    protocol: String,
    /// The number to call, as text or as a whole number.
    #[schema(example = "+15005550100")]
    target_number: String,
    /// What the protocol's text takes in as `{message}`.
    #[schema(example = "The cellar is flooded.")]
    message: Option<String>,
    /// An address that Twilio reports to instead of this program. If it is this program's own callback route, under any of its
    /// names, the call is published on that channel over Pusher.
    #[schema(example = "https://example.com/calls")]
    update_callback: Option<String>,
}

/// An error of the documented routes: a sentence, or one for each parameter.
#[derive(Serialize, ToSchema)]
pub(crate) struct Message {
    message: Words,
}

/// What is wrong.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the shape of what documented::message writes")]
enum Words {
    /// In a sentence.
    Sentence(String),
    /// By the names of the parameters.
    ByParameter(std::collections::BTreeMap<String, String>),
}

/// The ids of the protocols
#[utoipa::path(get, path = "/api/call", operation_id = "listProtocolIds", tag = "documented", responses(
    (status = 200, body = ProtocolIds),
    (status = 401, description = "No credentials, or wrong ones", body = String, content_type = "text/plain"),
))]
pub(crate) async fn list(State(app): State<App>) -> Response {
    let protocols = app.protocols().iter().map(|protocol| protocol.id.to_string()).collect();
    ContractJson(ProtocolIds { protocols }).into_response()
}

/// Place a call
///
/// Answers with the protocol's id; `Location` names the call.
#[utoipa::path(post, path = "/api/call", operation_id = "placeDocumentedCall", tag = "documented", params(PlaceQuery),
    request_body(content((PlaceForm = "application/x-www-form-urlencoded"), (PlaceForm = "multipart/form-data"), (PlaceJson = "application/json"))),
    responses(
        (status = 200, body = String, content_type = "application/json", description = "The protocol's id", headers(("Location" = String), ("Warning" = String, description = "299, where Twilio can't reach `update_callback`")), example = json!("protocol1")),
        (status = 400, body = Message, description = "A parameter is missing or wrong"),
        (status = 401, description = "No credentials, or wrong ones", body = String, content_type = "text/plain"),
        (status = 403, body = Message, description = "The number is not called, or a page of another site asked"),
        (status = 413, body = Message),
        (status = 415, body = Message),
        (status = 429, body = Message, description = "A limit is reached; `Retry-After` says how long to wait", headers(("Retry-After" = u32))),
        (status = 500, body = Message, description = "Not a number, or refused by Twilio"),
    ))]
pub(crate) async fn place(
    State(shared): State<Shared>,
    Asker(who): Asker,
    headers: HeaderMap,
    mut fields: Fields,
) -> Response {
    let app = &shared.app;
    let mut missing = MissingFields::default();
    let update_callback = fields.optional("update_callback").filter(|address| !address.is_empty());
    let leads = update_callback.as_deref().map(|address| {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        shared.leads(address, host.and_then(Host::parse))
    });
    let is_lost = leads == Some(Leads::OutOfTwiliosReach) && app.mode() == Mode::Live;
    let watch_channel = match leads {
        Some(Leads::ToChannel(channel)) => Some(channel),
        Some(Leads::Nowhere) => {
            return message(
                StatusCode::BAD_REQUEST,
                serde_json::json!({"update_callback": NO_REPORTS_THERE}),
            );
        }
        Some(Leads::OutOfTwiliosReach | Leads::Elsewhere) | None => None,
    };
    let (asked_by, asker_name) = who.asks();
    let new_call = NewCall {
        protocol: fields.required("protocol", "Protocol not specified", &mut missing),
        to: fields.required("target_number", "Target number not specified", &mut missing),
        message: fields.optional("message"),
        update_callback: update_callback.filter(|_| watch_channel.is_none()),
        watch_channel,
        idempotency_key: None,
        asked_by,
        asker_name,
        ..NewCall::default()
    };
    if let Err(answer) = missing.answer() {
        return *answer;
    }
    let new_call = match plus_or_blank(&new_call.to, app.default_region()) {
        Some(to) => NewCall { to, ..new_call },
        None => {
            let sentence = "Ambiguous: a + in a form means a blank. Write it as %2B (curl: --data-urlencode)";
            return message(StatusCode::BAD_REQUEST, serde_json::json!({"target_number": sentence}));
        }
    };
    match app.place_call(new_call).await {
        Ok(placed) if is_lost => ([(header::WARNING, OUT_OF_REACH)], answer(&placed)).into_response(),
        Ok(placed) => answer(&placed),
        Err(error) => refusal(&error),
    }
}

fn answer(placed: &Placed) -> Response {
    let call = &placed.call;
    let location = [(header::LOCATION, format!("/api/v1/calls/{}", call.id))];
    match (call.status, &call.failure) {
        (CallStatus::Failed, Some(failure)) => {
            (location, message(StatusCode::INTERNAL_SERVER_ERROR, failure.message())).into_response()
        }
        (CallStatus::Unknown, _) => {
            let sentence = "Twilio did not answer, so the phone may ring or not. The call is being looked up; \
                            do not call again before its status is known";
            (location, message(StatusCode::INTERNAL_SERVER_ERROR, sentence)).into_response()
        }
        _ => (location, ContractJson(call.protocol.as_str())).into_response(),
    }
}

fn refusal(error: &PlaceCallError) -> Response {
    if let PlaceCallError::Refused(refusal) = error {
        return refused(refusal);
    }
    if let PlaceCallError::Message(error) = error {
        return message(StatusCode::BAD_REQUEST, serde_json::json!({"message": error.to_string()}));
    }
    let status = match error {
        PlaceCallError::UnknownProtocol(_)
        | PlaceCallError::BadUpdateCallback
        | PlaceCallError::BadWatchChannel
        | PlaceCallError::BadIdempotencyKey
        | PlaceCallError::TooManyKeys
        | PlaceCallError::Message(_)
        | PlaceCallError::ReadOtherwise(_)
        | PlaceCallError::IdempotencyKeyReused => StatusCode::BAD_REQUEST,
        PlaceCallError::Refused(_)
        | PlaceCallError::Sound(_)
        | PlaceCallError::NotConfirmable
        | PlaceCallError::Store(_)
        | PlaceCallError::Interrupted => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if let PlaceCallError::Store(error) = error {
        tracing::error!(%error, "a call could not be saved, so it was not placed");
    }
    message(status, error.to_string())
}

/// A refusal: 429 with `Retry-After` if waiting helps, otherwise 403. A text that isn't a number keeps its documented
/// answer.
fn refused(refusal: &Refusal) -> Response {
    let status = match (refusal, refusal.remedy()) {
        // Programs send decimals that were never meant to be dialled.
        (Refusal::NotANumber(PhoneNumberError::Decimal), _) => StatusCode::BAD_REQUEST,
        (Refusal::NotANumber(_) | Refusal::Impossible, _) => StatusCode::INTERNAL_SERVER_ERROR,
        (_, Remedy::None | Remedy::Override | Remedy::Consent) => StatusCode::FORBIDDEN,
        (_, Remedy::Wait | Remedy::WaitOrOverride) => StatusCode::TOO_MANY_REQUESTS,
    };
    let mut response = message(status, refusal.to_string());
    if let Some(lifts) = refusal.lifts() {
        response.headers_mut().insert(header::RETRY_AFTER, lifts.in_s.into());
    }
    response
}
