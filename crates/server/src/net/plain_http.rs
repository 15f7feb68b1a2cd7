//! Plain HTTP if there is a certificate: what is still served, and the redirect to HTTPS.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::host::Host;

/// A connection to a loopback address, or from an address to itself, can't have crossed a network.
pub(super) fn stays_on_this_machine(here: SocketAddr, there: SocketAddr) -> bool {
    let [here, there] = [here, there].map(|address| address.ip().to_canonical());
    here.is_loopback() || here == there
}

/// Status 308 keeps the method and body, so a client that follows still places its call.
pub(super) fn redirects(port: u16) -> Router {
    Router::new().fallback(async move |request: Request| -> Response {
        let Ok(host) = Host::of(&request) else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let location = format!("https://{}:{port}{path}", host.name());
        (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response()
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use tower::ServiceExt as _;

    use super::*;

    #[test]
    fn what_stays_on_this_machine() {
        let stays =
            |here: &str, there: &str| stays_on_this_machine(here.parse().unwrap(), there.parse().unwrap());
        for here in ["127.0.0.1:9001", "[::1]:9001", "[::ffff:127.0.0.1]:9001"] {
            assert!(stays(here, "127.0.0.1:5"), "{here}");
        }
        assert!(stays("192.168.1.7:9001", "192.168.1.7:5"), "this machine, by its address in the network");
        assert!(!stays("192.168.1.7:9001", "192.168.1.8:5"));
        // A remote sender that fakes a loopback address gets no answer.
        assert!(!stays("192.168.1.7:9001", "127.0.0.1:5"));
    }

    #[tokio::test]
    async fn plain_http_is_told_the_way() {
        let request = Request::builder().uri("/api/call?x=1").header("host", "desk.local:9001");
        let response = redirects(9001).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT);
        assert_eq!(response.headers()["location"], "https://desk.local:9001/api/call?x=1");
    }
}
