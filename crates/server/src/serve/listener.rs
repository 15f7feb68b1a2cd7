//! Takes connections: so many at once, each with so much time to say what it wants.
//!
//! With a certificate the same port speaks HTTPS and answers plain HTTP with the way to it. Only what was sent to this
//! machine's own loopback address is served without: it never left the machine, and the scripts of old use it.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutBody;

use crate::gate::source::Source;
use crate::tls::Certificate;

/// What one listener takes of connections.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionBounds {
    /// Connections at once. One more is closed at once.
    pub connections: usize,
    /// Connections of one source at once, so that nobody takes the places of all others.
    pub of_one_source: usize,
    /// For the head of a request, and for the next one on a connection that stays open.
    pub head: Duration,
    /// Between two pieces of a body.
    pub body: Duration,
}

impl Default for ConnectionBounds {
    fn default() -> Self {
        Self {
            connections: 8_192,
            of_one_source: 4_096,
            head: Duration::from_secs(30),
            body: Duration::from_secs(15),
        }
    }
}

/// Length of a request's head, in bytes.
const MAX_HEAD: usize = 32 * 1024;
const MAX_HEADERS: usize = 64;
/// What the first byte of a TLS connection says: a handshake (RFC 8446, 5.1).
const TLS_HANDSHAKE: u8 = 0x16;
/// When the system gives no connection, as without free file descriptors, asking at once again would keep it busy.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

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
                if let Some(place) = door.admit(address.ip()) {
                    connections.spawn(door.clone().connection(stream, address, place));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(AFTER_FAILURE).await;
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
    places: Arc<Semaphore>,
    sources: Sources,
}

/// A connection's place, for as long as it lives.
pub(crate) struct Admitted {
    _place: OwnedSemaphorePermit,
    _share: Share,
}

impl Door {
    /// A door to these routes, with HTTPS if there is a certificate.
    pub(crate) fn new(
        router: Router,
        certificate: Option<Arc<Certificate>>,
        bounds: ConnectionBounds,
        stop: CancellationToken,
    ) -> Self {
        let places = Arc::new(Semaphore::new(bounds.connections));
        Self(Arc::new(Behind { router, certificate, bounds, stop, places, sources: Sources::default() }))
    }

    /// A place for one more connection from there, if there is one.
    pub(crate) fn admit(&self, from: IpAddr) -> Option<Admitted> {
        let place = self.0.places.clone().try_acquire_owned().ok()?;
        let share = self.0.sources.enter(Source::of(from), self.0.bounds.of_one_source)?;
        Some(Admitted { _place: place, _share: share })
    }

    async fn connection(self, stream: TcpStream, address: SocketAddr, _place: Admitted) {
        // Answers are small and somebody waits for each of them.
        let _ = stream.set_nodelay(true);
        let served = match &self.0.certificate {
            None => self.speak(stream, Peer { address, https: false }, self.0.router.clone()).await,
            Some(certificate) => self.with_certificate(stream, address, certificate).await,
        };
        note_end(served, address);
    }

    /// Serves a connection that came by a tunnel, whose other end speaks HTTPS with the internet.
    pub(crate) async fn tunnelled(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        address: SocketAddr,
        _place: Admitted,
    ) {
        let served = self.speak(stream, Peer { address, https: true }, self.0.router.clone()).await;
        note_end(served, address);
    }

    async fn with_certificate(
        &self,
        stream: TcpStream,
        address: SocketAddr,
        certificate: &Certificate,
    ) -> Result<(), ConnectionError> {
        let mut first = [0; 1];
        timeout(self.0.bounds.head, stream.peek(&mut first))
            .await
            .map_err(|_| ConnectionError::TooSlow)??;
        if first[0] == TLS_HANDSHAKE {
            let accepting = TlsAcceptor::from(certificate.config()).accept(stream);
            let stream =
                timeout(self.0.bounds.head, accepting).await.map_err(|_| ConnectionError::TooSlow)??;
            self.speak(stream, Peer { address, https: true }, self.0.router.clone()).await
        } else {
            let here = stream.local_addr()?;
            let router = if stays_on_this_machine(here, address) {
                self.0.router.clone()
            } else {
                redirects(here.port())
            };
            self.speak(stream, Peer { address, https: false }, router).await
        }
    }

    async fn speak(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: Peer,
        router: Router,
    ) -> Result<(), ConnectionError> {
        let patience = self.0.bounds.body;
        let service = router.map_request(move |request: Request<Incoming>| {
            let mut request = request.map(|body| Body::new(TimeoutBody::new(patience, body)));
            request.extensions_mut().insert(peer);
            request
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.0.bounds.head)
            .max_buf_size(MAX_HEAD)
            .max_headers(MAX_HEADERS)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return Ok(ended?),
            () = self.0.stop.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        Ok(connection.await?)
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
    #[error("nothing was said in time")]
    TooSlow,
}

/// A connection to a loopback address can't have crossed a network, nor one from an address to itself.
fn stays_on_this_machine(here: SocketAddr, there: SocketAddr) -> bool {
    let [here, there] = [here, there].map(|address| address.ip().to_canonical());
    here.is_loopback() || here == there
}

/// Answers everything with its address by HTTPS. 308 keeps method and body, so that a call is placed by whoever follows.
fn redirects(port: u16) -> Router {
    Router::new().fallback(async move |request: Request| -> Response {
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let Some(host) = host.and_then(|host| host.parse::<Authority>().ok()) else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let location = format!("https://{}:{port}{path}", host.host());
        (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response()
    })
}

/// How many connections each source has.
#[derive(Default, Clone)]
struct Sources(Arc<Mutex<HashMap<Source, usize>>>);

/// One of a source's connections.
struct Share {
    source: Source,
    sources: Sources,
}

impl Sources {
    fn enter(&self, source: Source, most: usize) -> Option<Share> {
        let mut sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = sources.entry(source).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Share { source, sources: self.clone() })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut sources = self.sources.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = sources.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                sources.remove(&self.source);
            }
        }
    }
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

    #[test]
    fn a_source_has_its_share_and_no_more() {
        let sources = Sources::default();
        let one = Source::of([192, 168, 1, 7].into());
        let first = sources.enter(one, 2).unwrap();
        let _second = sources.enter(one, 2).unwrap();
        assert!(sources.enter(one, 2).is_none());
        assert!(sources.enter(Source::of([192, 168, 1, 8].into()), 2).is_some());
        drop(first);
        assert!(sources.enter(one, 2).is_some());
    }

    #[tokio::test]
    async fn plain_http_is_told_the_way() {
        let request = Request::builder().uri("/api/call?x=1").header("host", "desk.local:9001");
        let response = redirects(9001).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT);
        assert_eq!(response.headers()["location"], "https://desk.local:9001/api/call?x=1");
    }
}
