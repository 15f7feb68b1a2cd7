//! Bodies of requests and answers.

use std::error::Error;

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use super::problem::{Code, Problem};
use crate::net::TooSlow;

/// A JSON body. Other types are rejected, so a form on another site's page can't be mistaken for it.
pub(crate) struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(error) => Err(bad_json(error)),
        }
    }
}

pub(crate) fn bad_json(error: JsonRejection) -> Problem {
    match error {
        JsonRejection::MissingJsonContentType(_) => not_json(),
        JsonRejection::JsonSyntaxError(error) => Problem::bad_request(Code::BadJson, error.body_text()),
        JsonRejection::JsonDataError(error) => Problem::bad_request(Code::BadField, error.body_text()),
        error => unreadable(&error),
    }
}

/// Whether a media type is JSON or based on it (RFC 6839).
pub(crate) fn is_json(media_type: &str) -> bool {
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

pub(crate) fn not_json() -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::NotJson,
        "The body must be JSON",
        "Send Content-Type: application/json.",
    )
}

/// The declared type, in lower case and without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let declared =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(crate) struct Parameters<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Query::from_request_parts(parts, state).await;
        read.map(|axum::extract::Query(parameters)| Self(parameters))
            .map_err(|error: QueryRejection| Problem::bad_request(Code::BadParameter, error.body_text()))
    }
}

pub(crate) struct PathPart(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathPart {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Path::from_request_parts(parts, state).await;
        read.map(|axum::extract::Path(part)| Self(part))
            .map_err(|error: PathRejection| Problem::bad_request(Code::BadPath, error.body_text()))
    }
}

fn unreadable(error: &JsonRejection) -> Problem {
    if is_too_slow(error) {
        Problem::too_slow()
    } else if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(error.status(), Code::TooLarge, "The body is too large", "Send less.")
    } else {
        Problem::bad_request(Code::Unreadable, error.body_text())
    }
}

pub(crate) fn is_too_slow(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<TooSlow>() {
            return true;
        }
        cause = error.source();
    }
    false
}
