//! Takes connections: so many at once, each with so much time to say what it wants.
//!
//! With a certificate the same port speaks HTTPS and answers plain HTTP with the way to it. Only what was sent to this
//! machine's own loopback address is served without: it never left the machine, and the scripts of old use it.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::{http1, http2};
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::bounds::ConnectionBounds;
use super::host::Host;
use super::places::{Connection, Place, Places};
use super::request_body::RequestBody;
use super::visit::Visit;
use super::watched::Watched;
use crate::net::Source;
use crate::tls::{self, Certificate};

/// Length of a request's head, in bytes.
const MAX_HEAD: usize = 32 * 1024;
const MAX_HEADERS: usize = 64;
/// Requests at once on one connection of HTTP/2: a page's files and its stream of news.
const MAX_AT_ONCE: u32 = 64;
/// What one request of HTTP/2 may send before it is read, in bytes, and all of a connection together.
const WINDOW: u32 = 64 * 1024;
/// A connection of HTTP/2 whose other end is gone without a word is noticed by this.
const PING: Duration = Duration::from_secs(20);
/// What the first byte of a TLS connection says: a handshake (RFC 8446, 5.1).
const TLS_HANDSHAKE: u8 = 0x16;
/// When the system gives no connection, as without free file descriptors, asking at once again would keep it busy.
const AFTER_FAILURE: Duration = Duration::from_millis(100);
/// The same, once a connection makes way for the next.
const AFTER_MAKING_WAY: Duration = Duration::from_millis(1);

/// The other end of a connection, as it is known without its own word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    pub address: SocketAddr,
    pub https: bool,
}

/// Serves until it is told to stop; requests that are under way then are finished, streams end by themselves.
pub(crate) async fn serve(listener: TcpListener, door: Door) {
    // Ends with this task, whoever ends it.
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = door.0.stop.cancelled() => break,
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, address)) => {
                let place = door.take(address.ip());
                connections.spawn(door.clone().connection(stream, address, place));
                // Who came just now is heard before the next one could take their place.
                tokio::task::yield_now().await;
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                let pause = if door.0.places.make_room() { AFTER_MAKING_WAY } else { AFTER_FAILURE };
                tokio::time::sleep(pause).await;
            }
        }
    }
    while connections.join_next().await.is_some() {}
}

/// What stands behind a listener or a tunnel: the routes, and how much is taken at once. Clones share it.
#[derive(Clone)]
pub(crate) struct Door(Arc<Behind>);

struct Behind {
    router: Router,
    certificate: Option<Arc<Certificate>>,
    bounds: ConnectionBounds,
    stop: CancellationToken,
    places: Places,
}

impl Door {
    /// A door to these routes, with HTTPS if there is a certificate.
    pub(crate) fn new(
        router: Router,
        certificate: Option<Arc<Certificate>>,
        bounds: ConnectionBounds,
        stop: CancellationToken,
    ) -> Self {
        Self(Arc::new(Behind { router, certificate, bounds, stop, places: Places::new(bounds) }))
    }

    /// A place for one more connection from there. There always is one; another may have to make way.
    pub(crate) fn take(&self, from: IpAddr) -> Place {
        self.0.places.take(from)
    }

    async fn connection(self, stream: TcpStream, address: SocketAddr, place: Place) {
        // Answers are small and somebody waits for each of them.
        let _ = stream.set_nodelay(true);
        let connection = place.connection();
        let serving = async {
            // A connection that says nothing is given no memory for what it might say.
            stream.readable().await?;
            let serving: Pin<Box<dyn Future<Output = Result<(), ConnectionError>> + Send>> =
                match &self.0.certificate {
                    None => Box::pin(self.speak(stream, address, connection)),
                    Some(certificate) => {
                        Box::pin(self.with_certificate(stream, address, connection, certificate))
                    }
                };
            serving.await
        };
        note_end(until_put_out(connection, serving).await, address);
    }

    /// Serves a connection that came by a tunnel, whose other end speaks HTTPS with the internet.
    pub(crate) async fn tunnelled(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        address: SocketAddr,
        place: Place,
    ) {
        let entrance = self.entrance(Peer { address, https: true }, place.connection());
        let serving = self.speak_http1(stream, entrance);
        note_end(until_put_out(place.connection(), serving).await, address);
    }

    async fn speak(
        &self,
        stream: TcpStream,
        address: SocketAddr,
        connection: &Connection,
    ) -> Result<(), ConnectionError> {
        self.speak_http1(stream, self.entrance(Peer { address, https: false }, connection)).await
    }

    async fn with_certificate(
        &self,
        stream: TcpStream,
        address: SocketAddr,
        connection: &Connection,
        certificate: &Certificate,
    ) -> Result<(), ConnectionError> {
        let mut first = [0; 1];
        stream.peek(&mut first).await?;
        connection.began();
        if first[0] == TLS_HANDSHAKE {
            let accepting = TlsAcceptor::from(certificate.config()).accept(stream);
            let stream =
                timeout(self.0.bounds.head, accepting).await.map_err(|_| ConnectionError::TooSlow)??;
            let entrance = self.entrance(Peer { address, https: true }, connection);
            if stream.get_ref().1.alpn_protocol() == Some(tls::HTTP_2) {
                self.speak_http2(stream, entrance).await
            } else {
                self.speak_http1(stream, entrance).await
            }
        } else {
            let here = stream.local_addr()?;
            let mut entrance = self.entrance(Peer { address, https: false }, connection);
            if !stays_on_this_machine(here, address) {
                entrance.router = redirects(here.port());
            }
            self.speak_http1(stream, entrance).await
        }
    }

    fn entrance(&self, peer: Peer, connection: &Connection) -> Entrance {
        let (router, bounds) = (self.0.router.clone(), self.0.bounds);
        Entrance { router, peer, bounds, connection: connection.clone() }
    }

    async fn speak_http1(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        entrance: Entrance,
    ) -> Result<(), ConnectionError> {
        let stream = Watched::new(stream, entrance.connection.clone());
        let speaking = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.0.bounds.head)
            .max_buf_size(MAX_HEAD)
            .max_headers(MAX_HEADERS)
            .serve_connection(TokioIo::new(stream), entrance);
        let mut speaking = std::pin::pin!(speaking);
        tokio::select! {
            ended = speaking.as_mut() => return Ok(ended?),
            () = self.0.stop.cancelled() => speaking.as_mut().graceful_shutdown(),
        }
        Ok(speaking.await?)
    }

    async fn speak_http2(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        entrance: Entrance,
    ) -> Result<(), ConnectionError> {
        let stream = Watched::new(stream, entrance.connection.clone());
        let speaking = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_concurrent_streams(MAX_AT_ONCE)
            .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING)
            .serve_connection(TokioIo::new(stream), entrance);
        let mut speaking = std::pin::pin!(speaking);
        tokio::select! {
            ended = speaking.as_mut() => return Ok(ended?),
            () = self.0.stop.cancelled() => speaking.as_mut().graceful_shutdown(),
        }
        Ok(speaking.await?)
    }
}

/// Serves a connection for as long as it keeps its place.
async fn until_put_out(
    connection: &Connection,
    serving: impl Future<Output = Result<(), ConnectionError>>,
) -> Result<(), ConnectionError> {
    tokio::select! {
        served = serving => served,
        () = connection.has_to_make_way() => Err(ConnectionError::MadeWay),
        () = connection.is_overdue() => Err(ConnectionError::TooSlow),
    }
}

/// The routes as one connection reaches them.
struct Entrance {
    router: Router,
    peer: Peer,
    bounds: ConnectionBounds,
    connection: Connection,
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
        // HTTP/2 has another place for it (RFC 9113, 8.3.1).
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

fn note_end(served: Result<(), ConnectionError>, address: SocketAddr) {
    if let Err(error) = served {
        tracing::debug!(%error, source = %Source::of(address.ip()), "a connection ended early");
    }
}

#[derive(Debug, thiserror::Error)]
enum ConnectionError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Http(#[from] hyper::Error),
    #[error("nothing was sent in time")]
    TooSlow,
    #[error("closed to make room for another one")]
    MadeWay,
}

/// A connection to a loopback address can't have crossed a network, nor one from an address to itself.
fn stays_on_this_machine(here: SocketAddr, there: SocketAddr) -> bool {
    let [here, there] = [here, there].map(|address| address.ip().to_canonical());
    here.is_loopback() || here == there
}

/// Answers everything with its address by HTTPS. 308 keeps method and body, so that a call is placed by whoever follows.
fn redirects(port: u16) -> Router {
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
        // Who can send from a loopback address over a network doesn't get an answer.
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
