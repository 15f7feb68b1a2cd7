//! Reads on after an answer that came before the end of its request.
//!
//! A body that is too large, or that nobody wants, is refused while it is still being sent. Closing the connection at that moment makes the
//! system throw away the answer together with what it hadn't read, and the client sees a broken connection instead
//! of the reason. So the rest is read and dropped, within bounds.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use futures::{StreamExt, stream};

/// A body up to this length, in bytes, comes along with its head: the HTTP library itself reads it to its end.
const SMALL: usize = 4 * 1024;
/// The most that is read on, in bytes; who sends more sees the connection close.
const MOST: usize = 8 * 1024 * 1024;
/// For how long.
const LONGEST: Duration = Duration::from_secs(2);

/// Answers, and reads what the handler left of the body.
pub(crate) async fn read_on(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let length = length.and_then(|length| length.parse::<usize>().ok());
    let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    if !chunked && length.unwrap_or(0) <= SMALL {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let body = Arc::new(Mutex::new(body.into_data_stream()));
    let response = next.run(Request::from_parts(head, Body::from_stream(chunks(body.clone())))).await;
    // Dropped when the time is over: the client is too slow to wait for.
    let _ = tokio::time::timeout(LONGEST, drop_rest(body)).await;
    response
}

async fn drop_rest(body: Arc<Mutex<BodyDataStream>>) {
    let mut rest = std::pin::pin!(chunks(body));
    let mut dropped = 0;
    while let Some(Ok(chunk)) = rest.next().await {
        dropped += chunk.len();
        if dropped > MOST {
            return;
        }
    }
}

/// The body, to be read here after the handler has let go of it.
fn chunks(
    body: Arc<Mutex<BodyDataStream>>,
) -> impl futures::Stream<Item = Result<axum::body::Bytes, axum::Error>> {
    stream::poll_fn(move |context| {
        body.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(context)
    })
}
