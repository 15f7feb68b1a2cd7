//! What tells one content from another (RFC 9110, 8.8.3), and who has it already.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest as _, Sha256};

/// What the tag of a compressed answer ends with, quotation mark included: other bytes have another strong tag.
const COMPRESSED: &[u8] = b"-gzip\"";

/// A strong tag. It holds no comma, so that it stands in a list as it is.
#[derive(Debug, Clone)]
pub(crate) struct EntityTag(HeaderValue);

impl EntityTag {
    /// Of this content.
    pub(crate) fn of(content: &[u8]) -> Self {
        Self::named(&hex::encode(&Sha256::digest(content)[..16]))
    }

    /// Of what nothing else is ever called. What isn't a letter, a digit or a hyphen is left out.
    pub(crate) fn named(name: &str) -> Self {
        let plain: String =
            name.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-').collect();
        let tag = HeaderValue::try_from(format!("\"{plain}\""));
        Self(tag.unwrap_or(HeaderValue::from_static("\"\"")))
    }

    /// The header that tells it.
    pub(crate) fn header(&self) -> (HeaderName, HeaderValue) {
        (header::ETAG, self.0.clone())
    }

    /// Whether the asker has this very content: it is in the list of `If-None-Match`, or that is `*`. Tags are compared
    /// weakly there, as on the way a proxy may have made one weak (RFC 9110, 13.1.2).
    pub(crate) fn is_known(&self, asked: &HeaderMap) -> bool {
        let mut tags = tags(asked.get_all(header::IF_NONE_MATCH));
        tags.any(|tag| tag == b"*" || self.names_same(tag.strip_prefix(b"W/").unwrap_or(tag)))
    }

    /// Whether a tag is of this content, compressed or not.
    fn names_same(&self, tag: &[u8]) -> bool {
        let own = self.0.as_bytes();
        tag == own || tag.strip_suffix(COMPRESSED).is_some_and(|tag| own.strip_suffix(b"\"") == Some(tag))
    }

    /// The tag of an answer once it is compressed.
    pub(crate) fn of_compressed(tag: &HeaderValue) -> Option<HeaderValue> {
        let tag = tag.as_bytes().strip_suffix(b"\"")?;
        HeaderValue::from_bytes(&[tag, COMPRESSED].concat()).ok()
    }

    /// Whether a part may be sent: it is asked for without a condition, or belongs to what the asker has of this
    /// (RFC 9110, 13.1.5).
    pub(crate) fn may_be_continued(&self, asked: &HeaderMap) -> bool {
        asked.get(header::IF_RANGE).is_none_or(|had| *had == self.0)
    }
}

/// What a change is meant for: the values of `If-Match`, often none.
pub(crate) struct IfMatch(Vec<HeaderValue>);

impl IfMatch {
    /// Whether the change is meant for this very content: nothing is said about it, or it is in the list, or that is `*`. A
    /// weak tag matches nothing there (RFC 9110, 13.1.1).
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

/// The tags of a list.
fn tags<'a>(lists: impl IntoIterator<Item = &'a HeaderValue>) -> impl Iterator<Item = &'a [u8]> {
    let tags = lists.into_iter().flat_map(|list| list.as_bytes().split(|byte| *byte == b','));
    tags.map(<[u8]>::trim_ascii)
}
