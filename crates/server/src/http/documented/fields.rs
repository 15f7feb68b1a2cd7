//! Parameters of the documented routes, from JSON, the query string or a form, read the way the original program read
//! them.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use benspamsphones_core::form::{self, FormError};
use serde_json::{Map, Value};

use super::message;

/// The parameters of all documented routes. Others are ignored.
const KNOWN: [&str; 6] =
    ["protocol", "target_number", "message", "update_callback", "channel_name", "socket_id"];
/// The only parameter that may have several lines.
const MESSAGE: &str = "message";

fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

/// By name. If a parameter is given twice, the first counts.
pub(crate) struct Fields(HashMap<String, String>);

#[derive(Default)]
pub(crate) struct MissingFields(Map<String, Value>);

impl Fields {
    pub(crate) fn optional(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// Returns the parameter, or adds it to `missing`.
    pub(crate) fn required(&mut self, name: &str, sentence: &str, missing: &mut MissingFields) -> String {
        self.0.remove(name).unwrap_or_else(|| {
            missing.0.insert(name.to_owned(), sentence.into());
            String::new()
        })
    }
}

impl MissingFields {
    pub(crate) fn answer(self) -> Result<(), Box<Response>> {
        if self.0.is_empty() { Ok(()) } else { Err(Box::new(message(StatusCode::BAD_REQUEST, self.0))) }
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let query =
            form::from_form(request.uri().query().unwrap_or_default().as_bytes()).map_err(unreadable)?;
        let kind = content_type(request.headers());
        let fields = match kind.as_str() {
            "multipart/form-data" => first_of(query, of_parts(request, state).await?),
            _ => {
                let body = Bytes::from_request(request, state)
                    .await
                    .map_err(|error| not_read(error.status(), error.body_text()))?;
                match kind.as_str() {
                    "application/x-www-form-urlencoded" => {
                        first_of(query, form::from_form(&body).map_err(unreadable)?)
                    }
                    json if is_json(json) => {
                        first_of(form::from_json(&body, is_known).map_err(unreadable)?, query)
                    }
                    // `curl -X POST` without data sends neither.
                    "" if body.is_empty() => query,
                    _ => return Err(message(StatusCode::UNSUPPORTED_MEDIA_TYPE, WHAT_TO_SEND)),
                }
            }
        };
        let mut bad = MissingFields::default();
        for (name, value) in fields.iter().filter(|(name, _)| is_known(name)) {
            if name != MESSAGE && value.chars().any(char::is_control) {
                bad.0.insert(name.clone(), "holds control characters".into());
            }
        }
        bad.answer().map_err(|answer| *answer)?;
        Ok(Self(fields))
    }
}

const WHAT_TO_SEND: &str =
    "Send a form (application/x-www-form-urlencoded or multipart/form-data) or JSON (application/json)";

/// Files are ignored.
async fn of_parts<S: Send + Sync>(request: Request, state: &S) -> Result<HashMap<String, String>, Response> {
    let failed = |error: MultipartError| not_read(error.status(), error.body_text());
    let form = Multipart::from_request(request, state).await;
    let mut form = form.map_err(|error| not_read(error.status(), error.body_text()))?;
    let mut fields = HashMap::new();
    while let Some(part) = form.next_field().await.map_err(failed)? {
        let name = part.name().filter(|_| part.file_name().is_none()).map(ToOwned::to_owned);
        let value = part.bytes().await.map_err(failed)?;
        let Some(name) = name else { continue };
        let value = String::from_utf8(value.to_vec()).map_err(|_| unreadable(FormError::NotUtf8))?;
        fields.entry(name).or_insert(value);
    }
    Ok(fields)
}

/// Both maps; where both have a parameter, the first map's counts.
fn first_of(mut first: HashMap<String, String>, second: HashMap<String, String>) -> HashMap<String, String> {
    for (name, value) in second {
        first.entry(name).or_insert(value);
    }
    first
}

fn unreadable(error: FormError) -> Response {
    message(StatusCode::BAD_REQUEST, error.to_string())
}

fn not_read(status: StatusCode, sentence: String) -> Response {
    let too_large = status == StatusCode::PAYLOAD_TOO_LARGE;
    message(status, if too_large { "The body is too large".into() } else { sentence })
}

/// JSON, or a type with a JSON suffix (RFC 6839: `application/vnd.api+json`).
fn is_json(kind: &str) -> bool {
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn content_type(headers: &HeaderMap) -> String {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
