//! What each request goes through before the routes.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hyper::body::{Body as _, Incoming};
use hyper::service::Service;
use tower::ServiceExt as _;

use super::bounds::ConnectionBounds;
use super::places::Connection;
use super::request_body::RequestBody;
use super::visit::Visit;

/// The other end of a connection, from the socket or tunnel rather than from headers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    pub address: SocketAddr,
    pub https: bool,
}

pub(super) struct Entrance {
    pub(super) router: Router,
    pub(super) peer: Peer,
    pub(super) bounds: ConnectionBounds,
    pub(super) connection: Connection,
}

impl Service<Request<Incoming>> for Entrance {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let version = request.version();
        let length =
            if request.body().is_end_stream() { Some(0) } else { request.body().size_hint().exact() };
        let visit = Visit::begin(&self.connection, length);
        let mut request = request.map(|body| Body::new(RequestBody::new(body, visit.clone(), &self.bounds)));
        // HTTP/2 sends the host in `:authority` (RFC 9113, 8.3.1).
        if let Some(authority) = request.uri().authority().filter(|_| version == axum::http::Version::HTTP_2)
            && !request.headers().contains_key(header::HOST)
            && let Ok(host) = HeaderValue::from_str(authority.as_str())
        {
            request.headers_mut().insert(header::HOST, host);
        }
        request.extensions_mut().insert(self.peer);
        request.extensions_mut().insert(visit.clone());
        let answering = self.router.clone().oneshot(request);
        Box::pin(async move {
            let mut response = answering.await?;
            visit.answered(version, &mut response);
            Ok(response)
        })
    }
}
