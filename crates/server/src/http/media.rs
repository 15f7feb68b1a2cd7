//! `GET /media/<name>`: sound files for Twilio. Only on the webhook listener; the unguessable name protects them.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use benspamsphones_app::app::{MEDIA_PATH, SoundError};

use super::Shared;
use super::entity_tag::EntityTag;
use crate::net::Visit;

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route(&format!("{MEDIA_PATH}{{name}}"), get(serve))
}

async fn serve(
    State(shared): State<Shared>,
    visit: Option<Extension<Visit>>,
    asked: HeaderMap,
    Path(name): Path<String>,
) -> Response {
    match shared.app.media(name).await {
        Ok((sound, audio)) => {
            // Knowing the name proves access, so the slow-client limits no longer apply.
            if let Some(Extension(visit)) = visit {
                visit.let_in();
            }
            // An id's content never changes.
            let tag = EntityTag::named(&sound.id.0.to_string());
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(sound.kind.content_type())),
                // The name's content doesn't change either, so Twilio needn't fetch it for each call.
                (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400, immutable")),
                (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
                tag.header(),
            ];
            if tag.is_known(&asked) {
                return (StatusCode::NOT_MODIFIED, headers).into_response();
            }
            let wanted = if tag.may_be_continued(&asked) { part(&asked, audio.len()) } else { Part::All };
            (headers, wanted.of(audio.into())).into_response()
        }
        Err(SoundError::Store(error)) => {
            tracing::error!(%error, "a sound file could not be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    All,
    /// First and last byte, both included.
    Between(usize, usize),
    /// The file has none of the requested bytes.
    Beyond,
}

/// Only a single range is supported; anything else gets the whole file (RFC 9110, 14.2).
fn part(asked: &HeaderMap, length: usize) -> Part {
    let text = asked.get(header::RANGE).and_then(|range| range.to_str().ok()).unwrap_or_default();
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-'))
    else {
        return Part::All;
    };
    let number = |text: &str| match text {
        "" => Some(None),
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(Some(text.parse().unwrap_or(usize::MAX)))
        }
        _ => None,
    };
    let end = length.saturating_sub(1);
    let (first, last) = match (number(first), number(last)) {
        (Some(Some(first)), Some(Some(last))) if first > last => return Part::All,
        (Some(Some(first)), Some(last)) => (first, last.map_or(end, |last: usize| last.min(end))),
        // The last `count` bytes.
        (Some(None), Some(Some(0))) => return Part::Beyond,
        (Some(None), Some(Some(count))) => (length.saturating_sub(count), end),
        _ => return Part::All,
    };
    if first < length { Part::Between(first, last) } else { Part::Beyond }
}

impl Part {
    fn of(self, audio: Bytes) -> Response {
        let length = audio.len();
        let told = |range: String| [(header::CONTENT_RANGE, range)];
        match self {
            Self::All => audio.into_response(),
            Self::Between(first, last) => {
                let headers = told(format!("bytes {first}-{last}/{length}"));
                (StatusCode::PARTIAL_CONTENT, headers, audio.slice(first..=last)).into_response()
            }
            Self::Beyond => {
                (StatusCode::RANGE_NOT_SATISFIABLE, told(format!("bytes */{length}"))).into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_what_is_asked_for() {
        for (range, wanted) in [
            ("bytes=0-0", Part::Between(0, 0)),
            ("bytes=2-4", Part::Between(2, 4)),
            ("bytes=8-", Part::Between(8, 9)),
            ("bytes=-3", Part::Between(7, 9)),
            ("bytes=-30", Part::Between(0, 9)),
            ("bytes=5-500", Part::Between(5, 9)),
            ("bytes=10-", Part::Beyond),
            ("bytes=10-20", Part::Beyond),
            ("bytes=-0", Part::Beyond),
            ("bytes=99999999999999999999999-", Part::Beyond),
            ("bytes=4-2", Part::All),
            ("bytes=-", Part::All),
            ("bytes=+1-2", Part::All),
            ("", Part::All),
            ("bytes=0-1,4-5", Part::All),
            ("bytes=x", Part::All),
            ("lines=1-2", Part::All),
        ] {
            let asked = HeaderMap::from_iter([(header::RANGE, range.parse().unwrap())]);
            assert_eq!(part(&asked, 10), wanted, "{range}");
        }
        assert_eq!(part(&HeaderMap::new(), 10), Part::All);
    }
}
