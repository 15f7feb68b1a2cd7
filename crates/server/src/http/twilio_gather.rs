//! `POST /api/twilio_gather/<channel>`: the key that somebody pressed who was called. On the webhook listener alone; no password but
//! Twilio's signature.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use twilio::signature;

use super::Shared;
use super::client::Client;
use super::problem;
use crate::app::{GATHER_PATH, KeyError};
use crate::gate::Why;

/// The route.
pub(crate) fn routes() -> Router<Shared> {
    Router::new().route(&format!("{GATHER_PATH}{{channel}}"), post(take))
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
        Err(error) => return error.status().into_response(),
    };
    // A path that isn't even text is signed by nobody.
    let Ok(Path(channel)) = channel else {
        shared.gate.note_refusal(client.source, Why::ForgedCallback);
        return StatusCode::FORBIDDEN.into_response();
    };
    let signature = headers.get(signature::HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match shared.app.take_key(&channel, &body, signature).await {
        Ok(twiml) => ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], twiml).into_response(),
        // A tunnel may bring an address later; until then, and without the token that signs, nobody was told of this.
        Err(KeyError::NotSetUp) => problem::nothing_here().await.into_response(),
        Err(error @ KeyError::Signature(_)) => {
            tracing::warn!(%error, "a pressed key was refused");
            shared.gate.note_refusal(client.source, Why::ForgedCallback);
            StatusCode::FORBIDDEN.into_response()
        }
    }
}
