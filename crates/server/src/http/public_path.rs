//! A public address may have a path (`https://example.org/phones`). A proxy may keep it or strip it; both lead to the
//! same route. Twilio signs the address with the path in either case.

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use tower::util::MapRequest;

use benspamsphones_app::app::{App, CALLBACK_PATH, GATHER_PATH, MEDIA_PATH};
use url::Url;

/// Start of the routes' paths. A public address may start the same way (`https://example.org/media`).
const OWN: [&str; 3] = [CALLBACK_PATH, GATHER_PATH, MEDIA_PATH];

/// Serves the same routes also below the path of each public address.
pub(crate) fn taken_off(app: App, routes: Router) -> Router {
    let take_off = move |mut request: Request| {
        if let Some(uri) = without_base(request.uri(), &app.public_urls()) {
            *request.uri_mut() = uri;
        }
        request
    };
    Router::new().fallback_service(MapRequest::new(routes, take_off))
}

/// Strips the longest base that leaves the path of a route.
fn without_base(uri: &Uri, public: &[Url]) -> Option<Uri> {
    let bases = public.iter().map(|url| url.path().trim_end_matches('/')).filter(|base| !base.is_empty());
    let shorter = bases.filter_map(|base| without(uri, base));
    let ours = |uri: &Uri| OWN.iter().any(|own| uri.path().starts_with(own));
    shorter.filter(ours).min_by_key(|uri| uri.path().len())
}

fn without(uri: &Uri, base: &str) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(base).filter(|rest| rest.starts_with('/'))?;
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(rest).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_off_whole() {
        let uri = |text: &str| without(&text.parse().unwrap(), "/phones").map(|uri| uri.to_string());
        assert_eq!(uri("/phones/media/x?y=1").as_deref(), Some("/media/x?y=1"));
        assert_eq!(uri("http://example.org/phones/media/x").as_deref(), Some("http://example.org/media/x"));
        for other in ["/phones", "/phonesmedia/x", "/media/phones/x", "/"] {
            assert_eq!(uri(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_left_is_the_path_of_a_route() {
        let public = ["https://example.org", "https://example.org/api", "https://example.org/media/"];
        let public = public.into_iter().chain(["https://example.org/a", "https://example.org/a/b/"]);
        let public: Vec<Url> = public.map(|url| url.parse().unwrap()).collect();
        let path = |text: &str| {
            let uri: Uri = text.parse().unwrap();
            without_base(&uri, &public).unwrap_or(uri).to_string()
        };
        for own in ["/api/twilio_update/x", "/api/twilio_gather/x", "/media/x?y=1"] {
            assert_eq!(path(own), own, "a proxy took the base off already");
            for base in ["/api", "/media", "/a", "/a/b"] {
                assert_eq!(path(&format!("{base}{own}")), own, "{base}");
            }
        }
        for other in ["/api/x", "/a/b/x", "/media", "/c/media/x"] {
            assert_eq!(path(other), other);
        }
    }

    #[test]
    fn the_longest_base_is_taken_off() {
        let public: Vec<Url> =
            ["https://example.org/a", "https://example.org/a/media"].map(|url| url.parse().unwrap()).into();
        let uri = without_base(&"/a/media/media/x".parse().unwrap(), &public);
        assert_eq!(uri.unwrap().path(), "/media/x");
    }
}
