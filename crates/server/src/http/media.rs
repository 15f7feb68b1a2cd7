//! `GET /media/<name>`: sound files for Twilio. On the webhook listener alone; the name is what protects them.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Shared;
use crate::app::{MEDIA_PATH, SoundError};

/// The route.
pub(crate) fn routes() -> Router<Shared> {
    Router::new().route(&format!("{MEDIA_PATH}{{name}}"), get(serve))
}

async fn serve(State(shared): State<Shared>, Path(name): Path<String>) -> Response {
    match shared.app.media(name).await {
        Ok((sound, audio)) => {
            let headers = [
                (header::CONTENT_TYPE, sound.kind.content_type()),
                // A name is for one sound, for ever: Twilio need not ask for it at each call.
                (header::CACHE_CONTROL, "public, max-age=86400, immutable"),
            ];
            (headers, audio).into_response()
        }
        Err(SoundError::Store(error)) => {
            tracing::error!(%error, "a sound file could not be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
