//! `POST /api/pusher_auth`: signs that a Pusher client may join a channel.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::call::Message;
use super::{ContractJson, Fields, MissingFields, message};
use crate::http::Shared;
use crate::http::authenticate::Asker;
use crate::pusher;
use crate::pusher::watchers;

const CALL_CHANNEL: &str = "private-call-";

/// The parameters may be in the query string as well.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of what Fields reads")]
pub(crate) struct AuthQuery {
    /// The channel.
    #[param(example = "private-call-1")]
    channel_name: Option<String>,
    /// The id that Pusher gave the client's connection.
    #[param(example = "1234.1234")]
    socket_id: Option<String>,
}

/// The channel and the connection.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the shape of the documented form; Fields reads it, from a form or from JSON")]
pub(crate) struct AuthForm {
    /// The channel.
    #[schema(example = "private-call-1")]
    channel_name: String,
    /// The id that Pusher gave the client's connection.
    #[schema(example = "1234.1234")]
    socket_id: String,
}

/// The same as JSON.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the shape of the documented JSON, which Fields reads")]
pub(crate) struct AuthJson {
    /// The channel.
    #[schema(example = "private-call-1")]
    channel_name: String,
    /// The id that Pusher gave the client's connection.
    #[schema(example = "1234.1234")]
    socket_id: String,
}

/// The signature.
#[derive(Serialize, ToSchema)]
pub(crate) struct Auth {
    /// The app's key, a colon, and HMAC-SHA256 in hexadecimal digits.
    auth: String,
}

/// Let a Pusher client join a private channel
#[utoipa::path(post, path = "/api/pusher_auth", operation_id = "authorizePusherChannel", tag = "documented", params(AuthQuery),
    request_body(content((AuthForm = "application/x-www-form-urlencoded"), (AuthForm = "multipart/form-data"), (AuthJson = "application/json"))),
    responses(
        (status = 200, body = Auth),
        (status = 400, body = Message, description = "A parameter is missing or wrong"),
        (status = 401, description = "No credentials, or wrong ones", body = String, content_type = "text/plain"),
        (status = 403, body = Message, description = "No call has this channel, the channel is closed, or a page of another site asked"),
        (status = 413, body = Message),
        (status = 415, body = Message),
        (status = 503, body = Message, description = "Pusher is not set up"),
    ))]
pub(crate) async fn authorize(
    State(shared): State<Shared>,
    Asker(who): Asker,
    mut fields: Fields,
) -> Response {
    let mut missing = MissingFields::default();
    let channel = fields.required("channel_name", "Channel name not specified", &mut missing);
    let socket = fields.required("socket_id", "Socket id not specified", &mut missing);
    if let Err(answer) = missing.answer() {
        return *answer;
    }
    let Some(keys) = &shared.pusher else {
        let sentence = "Pusher is not set up: set PUSHER_APPID, PUSHER_KEY, PUSHER_SECRET and PUSHER_CLUSTER";
        return message(StatusCode::SERVICE_UNAVAILABLE, sentence);
    };
    // Anyone who may see the call may follow its channel. A channel without a call is refused.
    if channel.starts_with(CALL_CHANNEL) {
        match shared.app.knows_channel(channel.clone()).await {
            Ok(true) => {}
            Ok(false) => {
                return message(StatusCode::FORBIDDEN, json!({"channel_name": "No call has this channel"}));
            }
            Err(error) => {
                tracing::error!(%error, "a channel could not be looked up");
                return message(StatusCode::SERVICE_UNAVAILABLE, "It could not be looked up");
            }
        }
    }
    match pusher::channel_auth(keys, &socket, &channel) {
        // Pusher never asks again, so `watchers` closes this channel when the client's access is revoked.
        Ok(_) if channel.starts_with(watchers::PREFIX) && !shared.watchers.join(&channel, &who) => {
            let sentence = "This channel is closed or never existed; /api/v1/status names the current one";
            message(StatusCode::FORBIDDEN, json!({"channel_name": sentence}))
        }
        Ok(auth) => ContractJson(Auth { auth }).into_response(),
        Err(wrong) => {
            let (field, sentence) = match wrong {
                pusher::NotSigned::BadChannel => ("channel_name", wrong.to_string()),
                pusher::NotSigned::BadSocket => ("socket_id", wrong.to_string()),
            };
            message(StatusCode::BAD_REQUEST, json!({field: sentence}))
        }
    }
}
