//! `/api/call`: the protocols' ids, and placing a call.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use benspamsphones_core::form::plus_or_blank;
use benspamsphones_core::{CallStatus, PhoneNumberError, Refusal, Remedy};
use serde::{Deserialize, Serialize};
use url::{Position, Url};
use utoipa::ToSchema;

use super::{CALLBACK_PREFIX, ContractJson, Fields, MissingFields, message};
use crate::http::Shared;
use crate::http::authenticate::Asker;
use benspamsphones_app::app::{App, NewCall, PlaceCallError, Placed};
use benspamsphones_core::is_private_channel;

/// The ids of the protocols, in the order of the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProtocolIds {
    #[schema(example = json!(["protocol1", "protocol2", "protocol3"]))]
    protocols: Vec<String>,
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
    /// An address that Twilio reports to instead of this program.
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
#[utoipa::path(post, path = "/api/call", operation_id = "placeDocumentedCall", tag = "documented",
    request_body(content((PlaceForm = "application/x-www-form-urlencoded"), (PlaceForm = "multipart/form-data"), (PlaceForm = "application/json"))),
    responses(
        (status = 200, body = String, content_type = "application/json", description = "The protocol's id", headers(("Location" = String)), example = json!("protocol1")),
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
    let watch_channel = update_callback.as_deref().and_then(|address| {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        channel_here(address, host, app.public_url().as_ref())
    });
    let (asked_by, asker_name) = who.asks();
    let wish = NewCall {
        protocol: fields.required("protocol", "Protocol not specified", &mut missing),
        to: fields.required("target_number", "Target number not specified", &mut missing),
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
    let wish = match plus_or_blank(&wish.to, app.default_region()) {
        Some(to) => NewCall { to, ..wish },
        None => {
            let sentence = "Ambiguous: a + in a form means a blank. Write it as %2B (curl: --data-urlencode)";
            return message(StatusCode::BAD_REQUEST, serde_json::json!({"target_number": sentence}));
        }
    };
    match app.place_call(wish).await {
        Ok(placed) => answer(&placed),
        Err(error) => refusal(&error),
    }
}

/// The channel, when the address is this program's own callback route. Programs of old name it so, to hear of the call on
/// that channel over Pusher; Twilio itself is given an address that nobody can guess.
fn channel_here(address: &str, host: Option<&str>, public_url: Option<&Url>) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let authority = |url: &Url| url[Position::BeforeHost..Position::AfterPort].to_ascii_lowercase();
    let ours = [host.map(str::to_ascii_lowercase), public_url.map(authority)];
    if !ours.contains(&Some(authority(&url))) {
        return None;
    }
    let base = public_url.map_or("", |public| public.path().trim_end_matches('/'));
    let path = url.path();
    let channel = path.strip_prefix(CALLBACK_PREFIX);
    let channel = channel.or_else(|| path.strip_prefix(base)?.strip_prefix(CALLBACK_PREFIX))?;
    let channel = percent_encoding::percent_decode_str(channel).decode_utf8().ok()?;
    is_private_channel(&channel).then(|| channel.into_owned())
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
    let status = match error {
        PlaceCallError::UnknownProtocol(_)
        | PlaceCallError::BadUpdateCallback
        | PlaceCallError::BadWatchChannel
        | PlaceCallError::BadIdempotencyKey
        | PlaceCallError::TooManyKeys
        | PlaceCallError::ReadOtherwise(_)
        | PlaceCallError::IdempotencyKeyReused => StatusCode::BAD_REQUEST,
        PlaceCallError::Refused(_)
        | PlaceCallError::Sound(_)
        | PlaceCallError::Store(_)
        | PlaceCallError::Interrupted => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if let PlaceCallError::Store(error) = error {
        tracing::error!(%error, "a call could not be saved, so it was not placed");
    }
    message(status, error.to_string())
}

/// What the guard refuses: 429 with `Retry-After` where waiting helps, else 403. What is no number at all keeps the answer
/// that it always had.
fn refused(refusal: &Refusal) -> Response {
    let status = match (refusal, refusal.remedy()) {
        // Programs write numbers so that were never meant to be dialled.
        (Refusal::NotANumber(PhoneNumberError::Decimal), _) => StatusCode::BAD_REQUEST,
        (Refusal::NotANumber(_) | Refusal::Impossible, _) => StatusCode::INTERNAL_SERVER_ERROR,
        (_, Remedy::None | Remedy::SetAside | Remedy::Consent) => StatusCode::FORBIDDEN,
        (_, Remedy::Wait | Remedy::WaitOrSetAside) => StatusCode::TOO_MANY_REQUESTS,
    };
    let mut response = message(status, refusal.to_string());
    if let Some(lifts) = refusal.lifts() {
        response.headers_mut().insert(header::RETRY_AFTER, lifts.in_s.into());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_ours_is_a_channel_to_watch() {
        let public: Url = "https://calls.example.com/phones".parse().unwrap();
        let here = |address: &str| channel_here(address, Some("192.168.1.7:9001"), Some(&public));
        let route = "/api/twilio_update/private-12345678";
        let watched = Some("private-12345678".to_owned());
        assert_eq!(here(&format!("http://192.168.1.7:9001{route}")), watched);
        assert_eq!(here(&format!("https://Calls.Example.com/phones{route}")), watched);
        assert_eq!(here(&format!("https://calls.example.com{route}")), watched);
        for elsewhere in [
            &format!("http://192.168.1.7:9002{route}"),
            &format!("https://other.example{route}"),
            "http://192.168.1.7:9001/api/twilio_update/public",
            "http://192.168.1.7:9001/api/twilio_update/private-a/b",
            "http://192.168.1.7:9001/other",
            "nonsense",
        ] {
            assert_eq!(here(elsewhere), None, "{elsewhere}");
        }
    }
}
