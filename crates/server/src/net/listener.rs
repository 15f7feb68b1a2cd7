//! Accepts a limited number of connections, each with timeouts.
//!
//! With a certificate, the same port speaks HTTPS and redirects plain HTTP to it. Only requests sent to this machine's
//! own loopback address are served without TLS: they never leave the machine, and existing scripts rely on it.

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

/// In bytes.
const MAX_HEAD: usize = 32 * 1024;
const MAX_HEADERS: usize = 64;
/// Concurrent requests on one HTTP/2 connection: a page's files and its event stream.
const MAX_AT_ONCE: u32 = 64;
/// What one HTTP/2 request, and all requests of a connection together, may send before it is read, in bytes.
const WINDOW: u32 = 64 * 1024;
/// Detects an HTTP/2 connection whose other end disappeared silently.
const PING: Duration = Duration::from_secs(20);
/// First byte of a TLS connection: a handshake (RFC 8446, 5.1).
const TLS_HANDSHAKE: u8 = 0x16;
/// If `accept` fails, for example without free file descriptors, retrying at once would busy-loop.
const AFTER_FAILURE: Duration = Duration::from_millis(100);
/// The same, once another connection was closed to make room.
const AFTER_MAKING_WAY: Duration = Duration::from_millis(1);

/// Serves until stopped; then requests in progress are finished, and streams end by themselves.
pub(crate) async fn serve(listener: TcpListener, door: Door) {
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
                // The new connection is read before the next one could take its place.
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

/// What is behind a listener or a tunnel: the routes and the connection limits. Clones share it.
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
    pub(crate) fn new(
        router: Router,
        certificate: Option<Arc<Certificate>>,
        bounds: ConnectionBounds,
        stop: CancellationToken,
    ) -> Self {
        Self(Arc::new(Behind { router, certificate, bounds, stop, places: Places::new(bounds) }))
    }

    /// There always is one, but another connection may lose its own.
    pub(crate) fn take(&self, from: IpAddr) -> Place {
        self.0.places.take(from)
    }

    async fn connection(self, stream: TcpStream, address: SocketAddr, place: Place) {
        // Answers are small and latency matters.
        let _ = stream.set_nodelay(true);
        let connection = place.connection();
        let serving = async {
            // A silent connection gets no memory before it sends something.
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

    /// HTTPS ends at the tunnel's provider.
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
