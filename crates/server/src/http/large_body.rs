//! Large bodies: received within limits of memory and time, and parsed where they block no other request.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use benspamsphones_app::app::App;
use benspamsphones_app::heavy::Memory;
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::answer::{bad_json, is_json, is_too_slow, media_type, not_json};
use super::problem::{Code, Problem};

/// For the whole body, once there is memory for it.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// Memory per byte of the body: the bytes and what they are parsed into.
const TIMES: usize = 2;
/// Bytes allocated before any arrive.
const AT_FIRST: usize = 64 * 1024;

/// A body of at most `MOST` bytes, and the memory reserved for it.
pub(crate) struct LargeBody<const MOST: usize> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) memory: Memory,
}

pub(crate) struct LargeJson<T, const MOST: usize>(pub(crate) T);

/// For handlers that parse the JSON themselves.
pub(crate) struct LargeJsonBytes<const MOST: usize>(pub(crate) LargeBody<MOST>);

impl<S: Send + Sync, const MOST: usize> FromRequest<S> for LargeJsonBytes<MOST>
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(&media_type(request.headers())) {
            return Err(not_json());
        }
        LargeBody::from_request(request, state).await.map(Self)
    }
}

impl<S: Send + Sync, const MOST: usize> FromRequest<S> for LargeBody<MOST>
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let length = length(request.headers());
        if length.is_some_and(|length| length > MOST) {
            return Err(too_large(MOST));
        }
        let app = App::from_ref(state);
        let memory = app.heavy().memory_for(length.unwrap_or(MOST) * TIMES).await;
        let received = timeout(LONGEST, receive(request.into_body(), length, MOST)).await;
        let bytes = received.unwrap_or_else(|_| Err(Problem::too_slow()))?;
        Ok(Self { bytes, memory })
    }
}

impl<T: DeserializeOwned + Send + 'static, S: Send + Sync, const MOST: usize> FromRequest<S>
    for LargeJson<T, MOST>
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(&media_type(request.headers())) {
            return Err(not_json());
        }
        let app = App::from_ref(state);
        let LargeBody::<MOST> { bytes, memory } = LargeBody::from_request(request, state).await?;
        let read = app.heavy().run(move || {
            let read = axum::Json::from_bytes(&bytes);
            drop((bytes, memory));
            read
        });
        read.await.map(|axum::Json(read)| Self(read)).map_err(bad_json)
    }
}

async fn receive(body: Body, length: Option<usize>, most: usize) -> Result<Vec<u8>, Problem> {
    let mut pieces = body.into_data_stream();
    let mut received = Vec::with_capacity(length.unwrap_or(AT_FIRST).min(AT_FIRST));
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| {
            if is_too_slow(&error) {
                Problem::too_slow()
            } else {
                Problem::bad_request(Code::Unreadable, error.to_string())
            }
        })?;
        if received.len() + piece.len() > most {
            return Err(too_large(most));
        }
        received.extend_from_slice(&piece);
    }
    Ok(received)
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(most: usize) -> Problem {
    let detail = format!("Send at most {} MB.", most / 1024 / 1024);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge, "The body is too large", detail)
}
