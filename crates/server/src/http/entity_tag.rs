//! Entity tags (RFC 9110, 8.8.3) and the conditions that use them.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest as _, Sha256};

/// End of a compressed answer's tag, including the quotation mark: different bytes need a different strong tag.
const COMPRESSED: &[u8] = b"-gzip\"";

/// A strong tag. It contains no comma, so it can stand in a list.
#[derive(Debug, Clone)]
pub(crate) struct EntityTag(HeaderValue);

impl EntityTag {
    pub(crate) fn of(content: &[u8]) -> Self {
        Self::named(&hex::encode(&Sha256::digest(content)[..16]))
    }

    /// For a name that never refers to other content. Drops everything except letters, digits and hyphens.
    pub(crate) fn named(name: &str) -> Self {
        let plain: String =
            name.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-').collect();
        let tag = HeaderValue::try_from(format!("\"{plain}\""));
        Self(tag.unwrap_or(HeaderValue::from_static("\"\"")))
    }

    pub(crate) fn header(&self) -> (HeaderName, HeaderValue) {
        (header::ETAG, self.0.clone())
    }

    /// Whether the client already has this content: `If-None-Match` lists it or is `*`. The comparison is weak, because
    /// a proxy may have weakened the tag (RFC 9110, 13.1.2).
    pub(crate) fn is_known(&self, asked: &HeaderMap) -> bool {
        let mut tags = tags(asked.get_all(header::IF_NONE_MATCH));
        tags.any(|tag| tag == b"*" || self.names_same(tag.strip_prefix(b"W/").unwrap_or(tag)))
    }

    /// Also accepts the compressed answer's tag.
    fn names_same(&self, tag: &[u8]) -> bool {
        let own = self.0.as_bytes();
        tag == own || tag.strip_suffix(COMPRESSED).is_some_and(|tag| own.strip_suffix(b"\"") == Some(tag))
    }

    pub(crate) fn of_compressed(tag: &HeaderValue) -> Option<HeaderValue> {
        let tag = tag.as_bytes().strip_suffix(b"\"")?;
        HeaderValue::from_bytes(&[tag, COMPRESSED].concat()).ok()
    }

    /// Whether a range may be sent: the request has no `If-Range`, or it names this content (RFC 9110, 13.1.5).
    pub(crate) fn may_be_continued(&self, asked: &HeaderMap) -> bool {
        asked.get(header::IF_RANGE).is_none_or(|had| *had == self.0)
    }
}

pub(crate) struct IfMatch(Vec<HeaderValue>);

impl IfMatch {
    /// Whether the change applies to this content: there is no `If-Match`, or it lists this tag or is `*`. A weak tag
    /// never matches (RFC 9110, 13.1.1).
    pub(crate) fn is_met_by(&self, tag: &EntityTag) -> bool {
        self.0.is_empty() || tags(&self.0).any(|wanted| wanted == b"*" || tag.names_same(wanted))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.headers.get_all(header::IF_MATCH).iter().cloned().collect()))
    }
}

fn tags<'a>(lists: impl IntoIterator<Item = &'a HeaderValue>) -> impl Iterator<Item = &'a [u8]> {
    let tags = lists.into_iter().flat_map(|list| list.as_bytes().split(|byte| *byte == b','));
    tags.map(<[u8]>::trim_ascii)
}
