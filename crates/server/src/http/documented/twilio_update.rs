//! `POST /api/twilio_update/<channel>`: Twilio's status callbacks. Authenticated only by Twilio's signature.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use benspamsphones_app::app::{CallbackError, NOT_SIGNED, Taken};
use serde::Serialize;
use serde_json::json;
use twilio::signature::SignatureError;

use super::{ContractJson, message};
use crate::http::Shared;
use crate::http::signed_post::{BadPost, SignedPost};

#[derive(Serialize)]
struct Answer {
    success: bool,
    call_status: &'static str,
}

/// Both listeners serve it.
pub(crate) fn routes() -> Router<Shared> {
    Router::new().route(&format!("{}{{channel}}", super::CALLBACK_PREFIX), post(take))
}

async fn take(State(shared): State<Shared>, post: Result<SignedPost, BadPost>) -> Response {
    let post = match post {
        Ok(post) => post,
        Err(BadPost::Body(status)) => return message(status, "The body can't be read"),
        Err(BadPost::Path) => return refuse(&SignatureError::Malformed.into()),
    };
    let taken = shared.app.take_callback(&post.channel, &post.body, &post.signature).await;
    match &taken {
        Err(CallbackError::NotSetUp | CallbackError::Signature(_)) => post.note_forged(&shared.auth),
        Ok(_) | Err(CallbackError::NoStatus | CallbackError::UnknownStatus(_) | CallbackError::Store(_)) => {
            post.note_signed();
        }
    }
    match taken {
        Ok(Taken::Status(status)) => {
            ContractJson(Answer { success: true, call_status: status.as_str() }).into_response()
        }
        Ok(Taken::Probe(probe)) => ContractJson(json!({"success": true, "probe": probe})).into_response(),
        Err(error) => refuse(&error),
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
            tracing::error!(%error, "a callback could not be saved");
            message(StatusCode::SERVICE_UNAVAILABLE, "It could not be saved")
        }
    }
}
