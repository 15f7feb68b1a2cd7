//! A stand-in for ngrok's server: as much as its crate uses, on loopback and with its own certificate. It speaks muxado
//! over TLS, with one stream for each request of the agent, and opens one for each connection from the internet.

use std::collections::VecDeque;
use std::sync::Arc;

use benspamsphones_server::tunnel::{NgrokServer, NgrokTunnel, TunnelError};
use muxado::SessionBuilder;
use muxado::heartbeat::{Heartbeat, HeartbeatConfig};
use muxado::typed::{StreamType, Typed, TypedAccept, TypedOpenClose, TypedSession as _, TypedStream};
use parking_lot::{Mutex, MutexGuard};
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::harness::PATIENCE;

pub const TOKEN: &str = "2hushAuthtokenOfNgrok_7XkQ";
/// The client address that ngrok reports, from the range for documentation (RFC 5737).
pub const VISITOR: &str = "203.0.113.9:4711";

/// Stream types, as in the crate's `internals/proto.rs`.
const AUTH: u32 = 0;
const BIND: u32 = 1;
const UNBIND: u32 = 2;
const PROXY: u32 = 3;
const STOP_TUNNEL: u32 = 9;

#[derive(Default)]
struct Book {
    asked: Vec<(u32, Value)>,
    /// Errors for the next bindings.
    refusals: VecDeque<String>,
    /// Addresses of the next bindings; the last one repeats.
    urls: VecDeque<String>,
    /// Ignores heartbeats from now on.
    deaf: bool,
    session: Option<AbortHandle>,
}

#[derive(Clone)]
pub struct NgrokStandIn {
    address: String,
    authority: String,
    book: Arc<Mutex<Book>>,
    agent: Arc<tokio::sync::Mutex<Option<Agent>>>,
    counts: watch::Sender<Counts>,
}

/// With the number of its session.
type Agent = (usize, Box<dyn TypedOpenClose + Send>);

#[derive(Clone, Copy, Default, Debug)]
pub struct Counts {
    pub here: usize,
    pub bound: usize,
    pub refused: usize,
}

impl NgrokStandIn {
    pub async fn start(urls: &[&str]) -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let book = Book { urls: urls.iter().map(|url| (*url).to_owned()).collect(), ..Book::default() };
        let stand_in = Self {
            address: listener.local_addr().unwrap().to_string(),
            authority: made.cert.pem(),
            book: Arc::new(Mutex::new(book)),
            agent: Arc::default(),
            counts: watch::Sender::default(),
        };
        let (ngrok, acceptor) = (stand_in.clone(), TlsAcceptor::from(Arc::new(config)));
        tokio::spawn(async move {
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let session = tokio::spawn(ngrok.clone().session(number, acceptor.clone(), stream));
                ngrok.book().session = Some(session.abort_handle());
                tokio::spawn(ngrok.clone().count_out(number, session));
            }
        });
        stand_in
    }

    pub fn tunnel(&self) -> NgrokTunnel {
        self.tunnel_with(Ok(TOKEN))
    }

    pub fn tunnel_with(&self, token: Result<&str, TunnelError>) -> NgrokTunnel {
        let server = NgrokServer { address: self.address.clone(), authority: self.authority.clone() };
        NgrokTunnel { authtoken: token.map(Into::into), domain: None, server: Some(server) }
    }

    pub fn refuse_next(&self, words: &str) {
        self.book().refusals.push_back(words.to_owned());
    }

    fn asked(&self, kind: u32) -> Vec<Value> {
        self.book().asked.iter().filter(|(asked, _)| *asked == kind).map(|(_, value)| value.clone()).collect()
    }

    pub fn bindings(&self) -> Vec<Value> {
        self.asked(BIND)
    }

    pub fn introductions(&self) -> Vec<Value> {
        self.asked(AUTH)
    }

    pub fn cut(&self) {
        self.book().session.take().unwrap().abort();
    }

    /// Stops answering, as after a network change.
    pub fn fall_silent(&self) {
        self.book().deaf = true;
    }

    pub async fn end_tunnel(&self, message: &str, code: &str) {
        let body = json!({"Id": "tunnel-1", "Message": message, "ErrorCode": code}).to_string();
        let mut stream = self.open(STOP_TUNNEL).await;
        stream.write_all(body.as_bytes()).await.unwrap();
    }

    pub async fn until(&self, reached: impl FnMut(&Counts) -> bool) -> Counts {
        *timeout(PATIENCE, self.counts.subscribe().wait_for(reached)).await.unwrap().unwrap()
    }

    pub async fn request(&self, request: &str) -> String {
        let header = json!({
            "Id": "tunnel-1", "ClientAddr": VISITOR, "Proto": "https", "EdgeType": "3", "PassthroughTLS": false,
        });
        let header = header.to_string();
        let mut stream = self.open(PROXY).await;
        stream.write_i64_le(header.len().try_into().unwrap()).await.unwrap();
        stream.write_all(header.as_bytes()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
        String::from_utf8(answer).unwrap()
    }

    async fn open(&self, kind: u32) -> TypedStream {
        let mut agent = self.agent.lock().await;
        agent.as_mut().unwrap().1.open_typed(StreamType::clamp(kind)).await.unwrap()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock()
    }

    async fn count_out(self, number: usize, session: JoinHandle<()>) {
        let _ = session.await;
        // The agent's half would keep the connection open.
        self.agent.lock().await.take_if(|(agent, _)| *agent == number);
        self.counts.send_modify(|counts| counts.here = counts.here.saturating_sub(1));
    }

    async fn session(self, number: usize, acceptor: TlsAcceptor, stream: TcpStream) {
        self.counts.send_modify(|counts| counts.here += 1);
        let Ok(stream) = acceptor.accept(stream).await else { return };
        let session = Typed::new(SessionBuilder::new(stream).server().start());
        if self.book().deaf {
            return self.serve(number, session.split_typed(), ()).await;
        }
        let (session, control) = Heartbeat::start(session, HeartbeatConfig::default()).await.unwrap();
        self.serve(number, session.split_typed(), control).await;
    }

    async fn serve<O, A, H>(&self, number: usize, (open, mut accept): (O, A), _heartbeat: H)
    where
        O: TypedOpenClose + Send + 'static,
        A: TypedAccept,
    {
        *self.agent.lock().await = Some((number, Box::new(open)));
        // Dropping a stream would close it.
        let mut unanswered = Vec::new();
        while let Ok(mut stream) = accept.accept_typed().await {
            let kind = *stream.typ();
            if kind > UNBIND {
                unanswered.push(stream);
                continue;
            }
            let Some(asked) = read(&mut stream).await else { continue };
            self.book().asked.push((kind, asked.clone()));
            let answer = self.answer(kind, &asked);
            let _ = stream.write_all(answer.to_string().as_bytes()).await;
            let _ = stream.shutdown().await;
            self.counts.send_modify(|counts| match answer.get("Error") {
                Some(_) => counts.refused += 1,
                None => counts.bound += usize::from(kind == BIND),
            });
        }
    }

    fn answer(&self, kind: u32, asked: &Value) -> Value {
        match kind {
            AUTH if asked["Extra"]["AuthToken"] == TOKEN => {
                json!({"Version": "3", "ClientId": "agent-1", "Extra": {"Cookie": "crumbs"}})
            }
            AUTH => {
                // Like ngrok, which really repeats the token.
                let token = asked["Extra"]["AuthToken"].as_str().unwrap();
                let words = format!(
                    "The authtoken you specified is properly formed, but it is invalid.\nYour authtoken: {token}\n\n\
                     ERR_NGROK_107\n"
                );
                json!({"Error": words})
            }
            BIND => {
                let mut book = self.book();
                if let Some(words) = book.refusals.pop_front() {
                    return json!({"Error": words});
                }
                let url =
                    if book.urls.len() > 1 { book.urls.pop_front() } else { book.urls.front().cloned() };
                json!({
                    "Id": "tunnel-1", "URL": url, "Proto": asked["Proto"], "Opts": asked["Opts"],
                    "Extra": {"Token": "ticket"},
                })
            }
            _ => json!({}),
        }
    }
}

/// A request has neither length nor end; it is complete when it parses as JSON.
async fn read(stream: &mut TypedStream) -> Option<Value> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if let Ok(value) = serde_json::from_slice(&bytes) {
            return Some(value);
        }
    }
}
