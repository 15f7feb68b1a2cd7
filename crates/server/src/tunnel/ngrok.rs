//! ngrok's side of the tunnel. Only this file uses its crate.
//!
//! Three features of the crate are not used. It would reconnect by itself, with pauses of 50 ms to the power of the
//! attempt (the fourth is over an hour) and without telling whether the address is still the same; so a session ends
//! here when it is cut, and [`super::keep_open`] opens another. It sends this program's path and process to ngrok's
//! dashboard, where its name is enough. And it logs what it sends, including the token, at `debug` and `trace`, so
//! hosts limit it to `info` and above.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::StreamExt as _;
use ngrok::Session;
use ngrok::config::TunnelBuilder as _;
use ngrok::prelude::{ConnInfo as _, EndpointInfo as _, Error as _, Scheme};
use ngrok::session::{ConnectError, IoStream, RpcError, SessionBuilder, default_connect};
use ngrok::tunnel::{AcceptError, HttpTunnel};
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFutureOwned};
use url::Url;

use super::{NgrokTunnel, TunnelError};

const PATIENCE: Duration = Duration::from_secs(15);
/// For the closing message; without it ngrok notices by itself.
const FAREWELL: Duration = Duration::from_millis(500);
const NAME: &str = "BenSpamsPhones";

/// The tunnel ends when this is dropped.
pub(super) struct Open {
    pub url: Url,
    session: Farewell,
    tunnel: HttpTunnel,
    lost: Arc<Notify>,
}

/// Always ends the session: otherwise the crate's own task would keep it, and ngrok would keep the address.
struct Farewell {
    session: Session,
    connection: DropGuard,
}

/// A connection that reads as ended once its token is cancelled. That ends everything that waits for it.
struct Leashed {
    stream: Box<dyn IoStream>,
    let_go: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl AsyncRead for Leashed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.let_go.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Ok(())),
            Poll::Pending => Pin::new(&mut self.stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Leashed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Open {
    pub(super) async fn open(tunnel: &NgrokTunnel, heartbeat: Duration) -> Result<Self, TunnelError> {
        let token = tunnel.authtoken.as_ref().map_err(Clone::clone)?.expose_secret();
        let lost = Arc::new(Notify::new());
        let connection = CancellationToken::new();
        let builder = session_builder(tunnel, token, heartbeat, lost.clone(), connection.clone())?;
        let connection = connection.drop_guard();
        let connecting = timeout(PATIENCE, builder.connect()).await.map_err(|_| TunnelError::Silent)?;
        let session = connecting.map_err(|error| of_connecting(&error, token))?;
        let mut endpoint = session.http_endpoint();
        let session = Farewell { session, connection };
        endpoint.scheme(Scheme::HTTPS).forwards_to(NAME);
        if let Some(domain) = &tunnel.domain {
            endpoint.domain(domain);
        }
        let listening = timeout(PATIENCE, endpoint.listen()).await.map_err(|_| TunnelError::Silent)?;
        let tunnel = listening.map_err(|error| of_ngrok(&error, token))?;
        let url = Url::parse(tunnel.url()).ok().filter(|url| url.scheme() == "https" && url.has_host());
        let url = url.ok_or_else(|| TunnelError::Strange("it told no address".into()))?;
        Ok(Self { url, session, tunnel, lost })
    }

    /// Returns the next connection from the internet and its address as reported by ngrok. Fails when the session has
    /// ended.
    pub(super) async fn accept(
        &mut self,
    ) -> Result<(impl AsyncRead + AsyncWrite + Unpin + Send + 'static, SocketAddr), TunnelError> {
        let next = tokio::select! {
            next = self.tunnel.next() => next,
            () = self.lost.notified() => return Err(TunnelError::Cut),
        };
        match next {
            Some(Ok(connection)) => {
                let address = connection.remote_addr();
                Ok((connection, address))
            }
            Some(Err(AcceptError::ListenerClosed { message, error_code })) => {
                Err(TunnelError::refused(error_code, message))
            }
            Some(Err(_)) | None => Err(TunnelError::Cut),
        }
    }

    /// Tells ngrok, so that it frees the address at once.
    pub(super) async fn close(self) {
        let Farewell { mut session, connection } = self.session;
        let _ = timeout(FAREWELL, session.close()).await;
        drop(connection);
    }
}

fn session_builder(
    tunnel: &NgrokTunnel,
    token: &str,
    heartbeat: Duration,
    lost: Arc<Notify>,
    connection: CancellationToken,
) -> Result<SessionBuilder, TunnelError> {
    let strange = |error: &dyn std::error::Error| TunnelError::Strange(error.to_string());
    let mut builder = Session::builder();
    builder
        .authtoken(token)
        .client_info(NAME, env!("CARGO_PKG_VERSION"), None::<String>)
        .connector(move |host: String, port, tls, cut: Option<AcceptError>| {
            let let_go = Box::pin(connection.clone().cancelled_owned());
            async move {
                if cut.is_some() {
                    return Err(ConnectError::Canceled);
                }
                let stream = default_connect(host, port, tls, None).await?;
                Ok(Box::new(Leashed { stream, let_go }) as Box<dyn IoStream>)
            }
        })
        // Only the heartbeat detects a connection that disappeared silently, for example after a sleep.
        .handle_heartbeat(move |answered: Option<Duration>| {
            if answered.is_none() {
                lost.notify_one();
            }
            async { Ok(()) }
        });
    builder.heartbeat_interval(heartbeat).map_err(|error| strange(&error))?;
    builder.heartbeat_tolerance(heartbeat).map_err(|error| strange(&error))?;
    if let Some(server) = &tunnel.server {
        builder.server_addr(&server.address).map_err(|error| strange(&error))?;
        builder.ca_cert(server.authority.clone().into_bytes().into());
    }
    Ok(builder)
}

fn of_connecting(error: &ConnectError, token: &str) -> TunnelError {
    match error {
        ConnectError::Tcp(error) => TunnelError::Unreachable(error.to_string()),
        ConnectError::Tls(error) => TunnelError::Tls(error.to_string()),
        ConnectError::Auth(error) => of_ngrok(error, token),
        error => TunnelError::Strange(error.to_string()),
    }
}

/// ngrok's error. It repeats a wrong token, so the token is removed.
fn of_ngrok(error: &RpcError, token: &str) -> TunnelError {
    match error {
        RpcError::Response(answer) => {
            let code = answer.error_code().map(str::to_owned);
            TunnelError::refused(code, answer.msg().replace(token, "…"))
        }
        RpcError::Open(_) | RpcError::Transport(_) | RpcError::Send(_) | RpcError::Receive(_) => {
            TunnelError::Cut
        }
        error => TunnelError::Strange(error.to_string()),
    }
}
