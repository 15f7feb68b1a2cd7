//! Compresses long API answers. A page of the history shrinks a lot, which matters to a phone on a slow network.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use axum::response::Response;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

use super::entity_tag::EntityTag;

/// Shorter answers fit into one packet anyway.
const MIN_BYTES: u64 = 1024;

pub(crate) fn layer() -> CompressionLayer<impl Predicate> {
    let is_data = |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| is_data(headers);
    CompressionLayer::new().compress_when(SizeAbove::new(MIN_BYTES).and(is_data))
}

/// Gives a compressed answer its own entity tag. Must wrap [`layer`].
pub(crate) async fn tag(mut response: Response) -> Response {
    let headers = response.headers_mut();
    if headers.contains_key(header::CONTENT_ENCODING)
        && let Some(tag) = headers.get(header::ETAG).and_then(EntityTag::of_compressed)
    {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Only complete texts: the event stream must arrive at once, and sounds are already compressed.
fn is_data(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    ["application/json", "application/problem+json", "text/csv"]
        .iter()
        .any(|data| content_type.starts_with(data))
}
