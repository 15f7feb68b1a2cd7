//! `POST /api/twilio_gather/<channel>`: the key that the called person pressed. Only on the webhook listener, and
//! authenticated only by Twilio's signature.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use benspamsphones_app::app::{GATHER_PATH, KeyError};

use super::Shared;
use super::problem;
use super::signed_post::SignedPost;

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route(&format!("{GATHER_PATH}{{channel}}"), post(take))
}

async fn take(State(shared): State<Shared>, post: SignedPost) -> Response {
    match shared.app.take_key(&post.channel, &post.body, &post.signature).await {
        Ok(twiml) => {
            post.note_signed();
            ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], twiml).into_response()
        }
        // Without a public address or an auth token, no TwiML names this route. A tunnel may bring an address later.
        Err(KeyError::NotSetUp) => problem::nothing_here().await.into_response(),
        Err(error @ KeyError::Signature(_)) => {
            tracing::warn!(%error, "a pressed key was refused");
            post.note_forged(&shared.auth);
            StatusCode::FORBIDDEN.into_response()
        }
    }
}
