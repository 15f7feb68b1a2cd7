//! Parameters of the documented routes: a form or a JSON object, whichever the body says it is.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use benspamsphones_core::form;
use serde_json::{Map, Value};

use super::message;

/// The parameters by name; of one that is given twice, the first.
pub(crate) struct Fields(HashMap<String, String>);

/// Parameters that a route needs and didn't get, each with its documented sentence.
#[derive(Default)]
pub(crate) struct MissingFields(Map<String, Value>);

impl Fields {
    /// A parameter that may be left out.
    pub(crate) fn optional(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// A parameter that is needed; noted as missing when it isn't there.
    pub(crate) fn required(&mut self, name: &str, sentence: &str, missing: &mut MissingFields) -> String {
        self.0.remove(name).unwrap_or_else(|| {
            missing.0.insert(name.to_owned(), sentence.into());
            String::new()
        })
    }
}

impl MissingFields {
    /// The documented answer if something is missing.
    pub(crate) fn answer(self) -> Result<(), Box<Response>> {
        if self.0.is_empty() { Ok(()) } else { Err(Box::new(message(StatusCode::BAD_REQUEST, self.0))) }
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = content_type(request.headers());
        let body = Bytes::from_request(request, state).await.map_err(|error| {
            let status = error.status();
            let sentence = if status == StatusCode::PAYLOAD_TOO_LARGE {
                "The body is too large".into()
            } else {
                error.body_text()
            };
            message(status, sentence)
        })?;
        let fields = match kind.as_str() {
            "application/x-www-form-urlencoded" => form::from_form(&body),
            "application/json" => form::from_json(&body),
            // `curl -X POST` without data sends neither.
            "" if body.is_empty() => Ok(HashMap::new()),
            _ => {
                let sentence = "Send a form (application/x-www-form-urlencoded) or JSON (application/json)";
                return Err(message(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
            }
        };
        let fields = fields.map_err(|error| message(StatusCode::BAD_REQUEST, error.to_string()))?;
        let mut bad = MissingFields::default();
        for (name, value) in &fields {
            if value.chars().any(char::is_control) {
                bad.0.insert(name.clone(), "holds control characters".into());
            }
        }
        bad.answer().map_err(|answer| *answer)?;
        Ok(Self(fields))
    }
}

fn content_type(headers: &HeaderMap) -> String {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
