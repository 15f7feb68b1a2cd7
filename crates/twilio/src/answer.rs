//! Turns an HTTP response into a value or an [`Error`].

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{DATE, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;

use crate::{AnswerDefect, ApiError, Error};
use crate::{redact, time};

/// Far above any page of Twilio's. Without a limit, a server could fill the memory.
const BODY_MAX_BYTES: usize = 1024 * 1024;

pub(crate) async fn read<T: DeserializeOwned>(mut response: Response) -> Result<T, Error> {
    let status = response.status();
    let retry_after = retry_after(&response);
    let body = body(&mut response).await;

    if status.is_success() {
        return serde_json::from_slice(&body?).map_err(|error| {
            // serde's message quotes the input, which may be a phone number.
            let reason = redact::numbers(&error.to_string());
            Error::UnreadableAnswer { status: status.as_u16(), defect: AnswerDefect::NotAsDocumented(reason) }
        });
    }

    // The status is enough to classify a failure, even if its body was lost.
    let api = ApiError::read(status, &body.unwrap_or_default());
    if status == StatusCode::TOO_MANY_REQUESTS {
        let api = api.code.is_some().then_some(api);
        Err(Error::TooManyRequests { retry_after, api })
    } else if status.is_client_error() {
        Err(Error::Refused(api))
    } else if status.is_server_error() {
        Err(Error::Server(api))
    } else {
        Err(Error::UnreadableAnswer { status: status.as_u16(), defect: AnswerDefect::NotAnAnswer })
    }
}

async fn body(response: &mut Response) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Error::from_transport)? {
        if body.len() + chunk.len() > BODY_MAX_BYTES {
            let status = response.status().as_u16();
            return Err(Error::UnreadableAnswer { status, defect: AnswerDefect::TooLarge });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The server's `Date`. RFC 9110 writes it like RFC 2822.
pub(crate) fn date(response: &Response) -> Option<Timestamp> {
    time::parse_rfc2822(response.headers().get(DATE)?.to_str().ok()?).ok()
}

/// In seconds. Twilio doesn't use the date form.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
