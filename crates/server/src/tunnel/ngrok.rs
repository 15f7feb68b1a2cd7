//! ngrok's side of the tunnel, by its own crate, which nothing else here knows.
//!
//! Of the crate's ways three are not taken. It would find its own way back after a cut, with pauses of 50 ms to the power
//! of the attempt (the fourth is over an hour) and without telling whether the address is still the same; so a session
//! ends here when it is cut, and [`super::keep_open`] opens another. It sends the path of this program and its process
//! to ngrok's dashboard, where its name is enough. And it dumps what it sends, the token too, into logs at their most
//! talkative levels, so hosts let it speak at `info` and above alone.

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

/// For each of the steps in which a tunnel is opened.
const PATIENCE: Duration = Duration::from_secs(15);
/// For the farewell; without it ngrok finds out by itself.
const FAREWELL: Duration = Duration::from_millis(500);
/// How ngrok names this program.
const NAME: &str = "BenSpamsPhones";

/// A tunnel that is open, until it is closed or dropped.
pub(super) struct Open {
    pub url: Url,
    session: Farewell,
    tunnel: HttpTunnel,
    lost: Arc<Notify>,
}

/// Ends the session in any case: the crate's own task would otherwise keep it, and ngrok the address.
struct Farewell {
    session: Session,
    connection: DropGuard,
}

/// A connection that reads as ended once its token is cancelled. That ends whatever waits for it.
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
    /// Opens a tunnel.
    ///
    /// # Errors
    /// When ngrok can't be reached or refuses.
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

    /// The next connection from the internet, and where it comes from, as ngrok tells.
    ///
    /// # Errors
    /// When the session has ended.
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

    /// Says farewell, so that ngrok gives the address free at once.
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
        // A connection that is gone without a word, as after a sleep, is noticed by this alone.
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

/// What ngrok said. It repeats the token when that is wrong, so the token is taken out of it.
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
