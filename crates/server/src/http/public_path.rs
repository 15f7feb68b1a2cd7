//! A public address may have a path (`https://example.org/phones`). A proxy leaves it on each request or takes it off, and both
//! lead to the same route; Twilio signs it in either case.

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use tower::util::MapRequest;

use benspamsphones_app::app::App;

/// The same routes, also below the path of each address that Twilio was told.
pub(crate) fn taken_off(app: App, routes: Router) -> Router {
    let take_off = move |mut request: Request| {
        let bases = app.public_urls();
        let mut bases =
            bases.iter().map(|url| url.path().trim_end_matches('/')).filter(|base| !base.is_empty());
        if let Some(uri) = bases.find_map(|base| without(request.uri(), base)) {
            *request.uri_mut() = uri;
        }
        request
    };
    Router::new().fallback_service(MapRequest::new(routes, take_off))
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
}
