//! The built interface, embedded in the binary.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::entity_tag::EntityTag;

pub(crate) struct File {
    /// Its URL path, without the leading slash.
    pub path: &'static str,
    bytes: &'static [u8],
}

/// Empty if the interface wasn't built before this binary.
pub(crate) const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/ui.rs"));

pub(crate) fn index() -> Option<&'static File> {
    FILES.iter().find(|file| file.path == "index.html")
}

pub(crate) fn assets() -> impl Iterator<Item = &'static File> {
    FILES.iter().filter(|file| file.path != "index.html")
}

impl File {
    /// The file's content.
    pub fn bytes(&self) -> &'static [u8] {
        self.bytes
    }

    /// The response; 304 if the client already has the content of this tag.
    pub fn answer(&self, tag: Option<&EntityTag>, asked: &HeaderMap) -> Response {
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static(self.content_type()));
        let keep = (header::CACHE_CONTROL, HeaderValue::from_static(self.cache_control()));
        match tag {
            Some(tag) if tag.is_known(asked) => {
                (StatusCode::NOT_MODIFIED, [keep, tag.header()]).into_response()
            }
            Some(tag) => ([kind, keep, tag.header()], self.bytes).into_response(),
            None => ([kind, keep], self.bytes).into_response(),
        }
    }

    /// `nosniff` makes browsers refuse scripts and styles of any other type.
    fn content_type(&self) -> &'static str {
        match self.path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("woff2") => "font/woff2",
            Some("json") => "application/json",
            Some("webmanifest") => "application/manifest+json",
            Some("txt") => "text/plain; charset=utf-8",
            Some(_) | None => "application/octet-stream",
        }
    }

    fn is_hashed(&self) -> bool {
        self.path.starts_with("assets/")
    }

    /// A file under `assets` has its content's hash in its name, so it never changes; `private`, because it is behind a
    /// password.
    fn cache_control(&self) -> &'static str {
        if self.is_hashed() {
            "private, max-age=31536000, immutable"
        } else if self.path == "index.html" {
            "no-store"
        } else {
            "private, no-cache"
        }
    }

    /// The tag, for files that are cached and revalidated.
    pub fn entity_tag(&self) -> Option<EntityTag> {
        (!self.is_hashed() && self.path != "index.html").then(|| EntityTag::of(self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: File = File { path: "assets/index-B1x.js", bytes: b"1" };
    const INDEX: File = File { path: "index.html", bytes: b"<!doctype html>" };
    const ICON: File = File { path: "icon.svg", bytes: b"<svg/>" };

    fn header(file: &File, name: header::HeaderName) -> String {
        let response = file.answer(file.entity_tag().as_ref(), &HeaderMap::new());
        response.headers()[name].to_str().unwrap().to_owned()
    }

    #[test]
    fn only_what_never_changes_is_kept_for_ever() {
        assert!(header(&SCRIPT, header::CACHE_CONTROL).contains("immutable"));
        assert_eq!(header(&INDEX, header::CACHE_CONTROL), "no-store");
        assert_eq!(header(&ICON, header::CACHE_CONTROL), "private, no-cache");
    }

    #[test]
    fn each_file_has_its_type() {
        assert_eq!(header(&SCRIPT, header::CONTENT_TYPE), "text/javascript; charset=utf-8");
        assert_eq!(header(&INDEX, header::CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(header(&ICON, header::CONTENT_TYPE), "image/svg+xml");
    }

    #[test]
    fn an_icon_that_is_known_is_not_sent_again() {
        let tag = ICON.entity_tag().unwrap();
        let known = header(&ICON, header::ETAG);
        let other = File { path: "icon.svg", bytes: b"<SVG/>" }.entity_tag().unwrap();
        let status = |told: &str| {
            let asked = HeaderMap::from_iter([(header::IF_NONE_MATCH, told.parse().unwrap())]);
            ICON.answer(Some(&tag), &asked).status()
        };
        for told in [known.clone(), format!("W/{known}"), format!("\"x\", W/{known}"), "*".to_owned()] {
            assert_eq!(status(&told), StatusCode::NOT_MODIFIED, "{told}");
        }
        let of_other = other.header().1.to_str().unwrap().to_owned();
        for told in [of_other, "\"x\"".to_owned(), String::new(), known.trim_matches('"').to_owned()] {
            assert_eq!(status(&told), StatusCode::OK, "{told}: the same length, and not the same");
        }
    }
}
