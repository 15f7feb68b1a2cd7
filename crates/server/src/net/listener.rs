//! Takes connections: so many at once, each with so much time to say what it wants.
//!
//! With a certificate the same port speaks HTTPS and answers plain HTTP with the way to it. Only what was sent to this
//! machine's own loopback address is served without: it never left the machine, and the scripts of old use it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::bounds::ConnectionBounds;
use super::entrance::{Entrance, Peer};
use super::places::{Connection, Place, Places};
use super::plain_http::{redirects, stays_on_this_machine};
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
        self.until_stopped(speaking).await
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
        self.until_stopped(speaking).await
    }

    /// Serves a connection to its end; once everything stops, only what is under way.
    async fn until_stopped(
        &self,
        speaking: impl GracefulConnection<Error = hyper::Error>,
    ) -> Result<(), ConnectionError> {
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
