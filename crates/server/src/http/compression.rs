//! Compresses long answers of the API. A page of the history shrinks a lot, which matters to a phone on a slow network.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// Shorter answers fit into one packet as they are.
const MIN_BYTES: u64 = 1024;

/// Compresses answers longer than a kilobyte, if the client supports gzip.
pub(crate) fn layer() -> CompressionLayer<impl Predicate> {
    let is_data = |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| is_data(headers);
    CompressionLayer::new().compress_when(SizeAbove::new(MIN_BYTES).and(is_data))
}

/// Whole texts of known formats. The stream of updates must arrive at once, sounds are compressed already, and a strong entity
/// tag identifies the exact bytes sent.
fn is_data(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    !headers.contains_key(header::ETAG)
        && ["application/json", "application/problem+json", "text/csv"]
            .iter()
            .any(|packed| content_type.starts_with(packed))
}
