//! A request that claims to come from Twilio: posted to a channel, with a signature over the address and the body.
//!
//! Nothing is trusted or parsed here: the use case checks the signature first. Requests that can't even be passed to it
//! are rejected here, in the same way on each of Twilio's routes.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts as _, Path, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twilio::signature;

use super::Shared;
use super::answer::is_too_slow;
use super::client::Client;
use crate::auth::{Auth, Why};
use crate::net::Source;
use crate::net::Visit;

/// Unverified: it may come from anyone.
pub(crate) struct SignedPost {
    /// The last part of the path.
    pub channel: String,
    /// The exact bytes that the signature covers.
    pub body: Bytes,
    /// The signature; empty if missing, which never verifies.
    pub signature: String,
    from: Source,
    visit: Option<Visit>,
}

/// Why a signature can't be checked. Each route has its own answer for it, by default just the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadPost {
    /// The body can't be read, for the reason in this status.
    Body(StatusCode),
    /// The path isn't valid text, so Twilio can't have signed it. Recorded as a forgery.
    Path,
}

impl SignedPost {
    /// Records that Twilio's signature is valid, so this connection keeps its place.
    pub(crate) fn note_signed(&self) {
        if let Some(visit) = &self.visit {
            visit.let_in();
        }
    }

    pub(crate) fn note_forged(&self, auth: &Auth) {
        auth.note_refusal(self.from, Why::ForgedCallback);
    }
}

impl FromRequest<Shared> for SignedPost {
    type Rejection = BadPost;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, BadPost> {
        let (mut parts, body) = request.into_parts();
        let Ok(Client { source: from, .. }) = Client::from_request_parts(&mut parts, shared).await;
        let visit = parts.extensions.get::<Visit>().cloned();
        let channel = Path::<String>::from_request_parts(&mut parts, shared).await;
        let signature = parts.headers.get(signature::HEADER).and_then(|value| value.to_str().ok());
        let signature = signature.unwrap_or_default().to_owned();
        let body = Bytes::from_request(Request::from_parts(parts, body), shared).await;
        let body = body.map_err(|error| {
            let late = is_too_slow(&error);
            BadPost::Body(if late { StatusCode::REQUEST_TIMEOUT } else { error.status() })
        })?;
        let Ok(Path(channel)) = channel else {
            shared.auth.note_refusal(from, Why::ForgedCallback);
            return Err(BadPost::Path);
        };
        Ok(Self { channel, body, signature, from, visit })
    }
}

impl IntoResponse for BadPost {
    fn into_response(self) -> Response {
        match self {
            Self::Body(status) => status.into_response(),
            Self::Path => StatusCode::FORBIDDEN.into_response(),
        }
    }
}
