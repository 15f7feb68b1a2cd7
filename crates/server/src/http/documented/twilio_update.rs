//! `POST /api/twilio_update/<channel>`: Twilio's status callbacks. No password but Twilio's signature.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Serialize;
use serde_json::json;
use twilio::signature::{self, SignatureError};

use super::{ContractJson, message};
use crate::app::{CallbackError, NOT_SIGNED, Taken};
use crate::gate::Why;
use crate::http::Shared;
use crate::http::client::Client;

#[derive(Serialize)]
struct Answer {
    success: bool,
    call_status: &'static str,
}

/// The route; both listeners have it.
pub(crate) fn routes() -> Router<Shared> {
    Router::new().route(&format!("{}{{channel}}", super::CALLBACK_PREFIX), post(take))
}

async fn take(
    State(shared): State<Shared>,
    client: Client,
    channel: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(error) => return message(error.status(), "The body can't be read"),
    };
    // A path that isn't even text is signed by nobody.
    let Ok(Path(channel)) = channel else {
        shared.gate.note_refusal(client.source, Why::ForgedCallback);
        return refuse(&SignatureError::Malformed.into());
    };
    let signature = headers.get(signature::HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match shared.app.take_callback(&channel, &body, signature).await {
        Ok(Taken::Status(status)) => {
            ContractJson(Answer { success: true, call_status: status.as_str() }).into_response()
        }
        Ok(Taken::Probe(probe)) => ContractJson(json!({"success": true, "probe": probe})).into_response(),
        Err(error) => {
            if matches!(error, CallbackError::NotSetUp | CallbackError::Signature(_)) {
                shared.gate.note_refusal(client.source, Why::ForgedCallback);
            }
            refuse(&error)
        }
    }
}

fn refuse(error: &CallbackError) -> Response {
    match error {
        CallbackError::NotSetUp | CallbackError::Signature(_) => {
            tracing::warn!(%error, "a callback was refused");
            message(StatusCode::FORBIDDEN, NOT_SIGNED)
        }
        CallbackError::NoStatus => {
            message(StatusCode::BAD_REQUEST, json!({"CallStatus": "Call status not specified"}))
        }
        CallbackError::UnknownStatus(_) => {
            message(StatusCode::BAD_REQUEST, json!({"CallStatus": error.to_string()}))
        }
        CallbackError::Store(error) => {
            tracing::error!(%error, "a callback could not be written down");
            message(StatusCode::SERVICE_UNAVAILABLE, "It could not be written down")
        }
    }
}
