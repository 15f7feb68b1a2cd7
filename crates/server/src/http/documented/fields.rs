//! Parameters of the documented routes: a form or a JSON object, whichever the body says it is.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
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
            "application/x-www-form-urlencoded" => form(&body),
            "application/json" => json(&body),
            // `curl -X POST` without data sends neither.
            "" if body.is_empty() => Ok(HashMap::new()),
            _ => {
                let sentence = "Send a form (application/x-www-form-urlencoded) or JSON (application/json)";
                return Err(message(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
            }
        };
        let fields = fields.map_err(|sentence| message(StatusCode::BAD_REQUEST, sentence.as_ref()))?;
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

/// What is wrong with a body.
type Fault = Cow<'static, str>;

fn form(body: &[u8]) -> Result<HashMap<String, String>, Fault> {
    let mut fields = HashMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        // The decoder puts this sign where bytes were no UTF-8; guessing what was meant could ring anybody.
        if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return Err("The form is not valid UTF-8".into());
        }
        fields.entry(name.into_owned()).or_insert_with(|| value.into_owned());
    }
    Ok(fields)
}

fn json(body: &[u8]) -> Result<HashMap<String, String>, Fault> {
    let object: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|error| Fault::from(format!("The body is not a JSON object: {error}")))?;
    let mut fields = HashMap::new();
    for (name, value) in object {
        match value {
            Value::String(text) => drop(fields.insert(name, text)),
            Value::Number(number) => drop(fields.insert(name, number.to_string())),
            Value::Null => {}
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                return Err(format!("{name:.40} must be a string").into());
            }
        }
    }
    Ok(fields)
}
