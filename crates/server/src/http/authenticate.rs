//! Asks for credentials before anything of a route is done.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Shared;
use super::problem::Problem;
use crate::gate::Gate;

/// Lets a request through that carries the user's password or the owner's token.
pub(crate) async fn require_credentials(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    if admitted(&shared.gate, request.headers()).await {
        return next.run(request).await;
    }
    if request.uri().path().starts_with("/api/v1/") {
        return Problem::unauthorized().into_response();
    }
    // The documented answer, to the byte.
    let realm = (header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Login Required\""));
    (StatusCode::UNAUTHORIZED, [realm], "Nope\n").into_response()
}

async fn admitted(gate: &Gate, headers: &HeaderMap) -> bool {
    let Some(header) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let Some((scheme, credentials)) = header.split_once(' ') else { return false };
    let credentials = credentials.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return gate.admits_owner(credentials);
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return false;
    }
    let decoded = STANDARD.decode(credentials).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((user, password)) => gate.admits_password(user, password).await,
        None => false,
    }
}
