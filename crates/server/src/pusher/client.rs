//! Sends events to a Pusher server. Only this file uses the `pusher` crate and the hyper 0.14 that comes with it; its
//! connections are made here, so that they use the same TLS as everything else.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hyper_014::Uri;
use hyper_014::client::connect::{Connected, Connection};
use pusher_crate::{Pusher, PusherBuilder};
use rustls::pki_types::ServerName;
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use benspamsphones_app::accounts::{BadPusherKeys, PusherKeys};
use benspamsphones_app::tls_client;

const PATIENCE: Duration = Duration::from_secs(5);

pub(super) struct Client(Arc<Pusher<Connector>>);

/// Why an event was not sent.
#[derive(Debug, thiserror::Error)]
pub enum PusherError {
    /// The keys are invalid.
    #[error(transparent)]
    Keys(#[from] BadPusherKeys),
    /// This system's certificates can't be read.
    #[error("no encrypted connection could be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The server's or the connection's error.
    #[error("{0}")]
    Server(String),
    /// The connection broke before an answer came.
    #[error("the connection broke")]
    Broken,
    /// No answer arrived in time.
    #[error("no answer came in {} s", PATIENCE.as_secs())]
    TimeOut,
}

impl Client {
    pub(super) fn new(keys: &PusherKeys) -> Result<Self, PusherError> {
        let server = keys.server()?;
        let tls = match server.scheme() {
            "https" => Some(TlsConnector::from(Arc::new(tls_client::config()?))),
            _ => None,
        };
        let https = tls.is_some();
        let http = hyper_014::Client::builder().build(Connector { tls });
        let host = server[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
        let secret = keys.secret.expose_secret();
        let builder = PusherBuilder::new_with_client(http, &keys.app_id, &keys.key, secret).host(&host);
        Ok(Self(Arc::new(if https { builder.secure() } else { builder }.finalize())))
    }

    pub(super) async fn trigger(
        &self,
        channel: &str,
        event: &str,
        data: &serde_json::Value,
    ) -> Result<(), PusherError> {
        let pusher = self.0.clone();
        let (channel, event, data) = (channel.to_owned(), event.to_owned(), data.clone());
        // In a task of its own: the crate panics if the connection breaks.
        let mut sending = tokio::spawn(async move { pusher.trigger(&channel, &event, &data).await });
        match tokio::time::timeout(PATIENCE, &mut sending).await {
            Ok(Ok(Ok(_))) => Ok(()),
            Ok(Ok(Err(words))) => Err(PusherError::Server(words)),
            Ok(Err(_)) => Err(PusherError::Broken),
            Err(_) => {
                sending.abort();
                Err(PusherError::TimeOut)
            }
        }
    }
}

#[derive(Clone)]
struct Connector {
    tls: Option<TlsConnector>,
}

impl tower::Service<Uri> for Connector {
    type Response = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let tls = self.tls.clone();
        Box::pin(async move {
            // An error here would make the crate panic; an answer that contains it is an ordinary error.
            Ok(connect(&uri, tls).await.unwrap_or_else(|error| Stream::refused(&error)))
        })
    }
}

async fn connect(uri: &Uri, tls: Option<TlsConnector>) -> io::Result<Stream> {
    let nowhere = || io::Error::other("the address names no host");
    let host = uri.host().ok_or_else(nowhere)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = uri.port_u16().unwrap_or(if tls.is_some() { 443 } else { 80 });
    let connection = TcpStream::connect((bare.as_str(), port)).await?;
    connection.set_nodelay(true)?;
    Ok(match tls {
        Some(tls) => {
            let name = ServerName::try_from(bare).map_err(io::Error::other)?;
            Stream::Tls(Box::new(tls.connect(name, connection).await?))
        }
        None => Stream::Plain(connection),
    })
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// There is no connection: requests are answered here.
    Refused(Refused),
}

struct Refused {
    answer: io::Cursor<Vec<u8>>,
    asked: bool,
    waiting: Option<Waker>,
}

impl Stream {
    fn refused(error: &io::Error) -> Self {
        let words = error.to_string();
        let head = "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length:";
        let answer = io::Cursor::new(format!("{head} {}\r\n\r\n{words}", words.len()).into_bytes());
        Self::Refused(Refused { answer, asked: false, waiting: None })
    }
}

impl Refused {
    fn poll_read(&mut self, context: &Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.asked {
            self.waiting = Some(context.waker().clone());
            return Poll::Pending;
        }
        let length = io::Read::read(&mut self.answer, buffer.initialize_unfilled())?;
        buffer.advance(length);
        Poll::Ready(Ok(()))
    }

    fn write(&mut self, bytes: &[u8]) -> usize {
        self.asked = true;
        if let Some(waiting) = self.waiting.take() {
            waiting.wake();
        }
        bytes.len()
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Refused(refused) => refused.poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Refused(refused) => Poll::Ready(Ok(refused.write(bytes))),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
            Self::Refused(_) => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Refused(_) => Poll::Ready(Ok(())),
        }
    }
}
