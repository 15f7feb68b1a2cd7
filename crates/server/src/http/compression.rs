//! Packs long answers of the API: a page of the history shrinks to a tenth, which a phone on a slow network feels.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// Shorter answers fit into one packet as they are.
const WORTH_PACKING: u64 = 1024;

/// Packs what is longer than a kilobyte, if the client can unpack it.
pub(crate) fn layer() -> CompressionLayer<impl Predicate> {
    let is_data = |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| is_data(headers);
    CompressionLayer::new().compress_when(SizeAbove::new(WORTH_PACKING).and(is_data))
}

/// Texts of known formats, in whole. The stream of updates must reach its listener at once; sounds are packed already; and a
/// strong entity tag is for the bytes as they are sent.
fn is_data(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    !headers.contains_key(header::ETAG)
        && ["application/json", "application/problem+json", "text/csv"]
            .iter()
            .any(|packed| content_type.starts_with(packed))
}
