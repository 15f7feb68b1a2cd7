//! Shared by the tests: a fast sandbox, a client, plain requests and a receiver of callbacks.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use twilio::signature::Validator;
use twilio::{CallEvent, CallStatus, Client, ClientConfig, CreateCall, Instructions, StatusCallback};
use twilio_sandbox::{CallRecord, Sandbox, SandboxConfig};
use url::Url;

/// More than any test needs, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);
pub const MINE: &str = "+15005550006";
pub const ORDINARY: &str = "+14155550123";
pub const TWIML: &str = "<Response><Say>one two three four five</Say></Response>";

pub struct World {
    pub sandbox: Sandbox,
    pub client: Client,
    pub http: reqwest::Client,
}

/// A hundred times faster than normal.
pub async fn world() -> World {
    world_with(SandboxConfig { speed: 100.0, ..SandboxConfig::default() }).await
}

pub async fn world_with(config: SandboxConfig) -> World {
    let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), config).await.expect("starts");
    let client = Client::new(ClientConfig {
        base_url: sandbox.base_url(),
        credentials: sandbox.credentials(),
        connect_timeout: twilio::DEFAULT_CONNECT_TIMEOUT,
        timeout: twilio::DEFAULT_TIMEOUT,
    })
    .expect("a client");
    World { sandbox, client, http: http() }
}

fn http() -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().expect("a client")
}

pub fn call_to(to: &str) -> CreateCall {
    CreateCall::new(to, MINE, Instructions::Twiml(TWIML.to_owned()))
}

impl World {
    pub fn url(&self, path: &str) -> Url {
        let account = self.sandbox.account_sid();
        self.sandbox.base_url().join(&format!("/2010-04-01/Accounts/{account}{path}")).expect("a URL")
    }

    fn signed_in(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request.basic_auth(self.sandbox.account_sid(), Some(self.sandbox.auth_token().expose_secret()))
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        self.answer(self.http.post(self.url(path)).form(form)).await
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.answer(self.http.get(self.url(path))).await
    }

    pub async fn answer(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let response = self.signed_in(request).send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.unwrap_or(Value::Null))
    }

    /// Waits until the call has settled; no callback comes after that.
    pub async fn settled(&self, sid: &str) -> CallRecord {
        self.reached(sid, |call| call.settled).await
    }

    pub async fn reached(&self, sid: &str, state: impl Fn(&CallRecord) -> bool) -> CallRecord {
        let there = |sandbox: &Sandbox| sandbox.call(sid).is_some_and(|call| state(&call));
        self.sandbox.wait_until(there, PATIENCE).await.expect("gets there");
        self.sandbox.call(sid).expect("a call")
    }

    /// Waits for the only call to settle, when no response contained its SID.
    pub async fn only_call_settled(&self) -> CallRecord {
        let over = |sandbox: &Sandbox| sandbox.calls().first().is_some_and(|call| call.settled);
        self.sandbox.wait_until(over, PATIENCE).await.expect("ends");
        let mut calls = self.sandbox.calls();
        assert_eq!(calls.len(), 1);
        calls.remove(0)
    }
}

#[derive(Clone, Debug)]
pub struct Received {
    pub method: Method,
    pub url: String,
    /// Whether the signature matches the URL it arrived at.
    pub is_signed: bool,
    pub signature: String,
    pub params: HashMap<String, String>,
    pub idempotency_token: String,
}

impl Received {
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("(none)", String::as_str)
    }
}

/// Receives callbacks, and answers each as configured.
pub struct Receiver {
    pub base: Url,
    received: mpsc::UnboundedReceiver<Received>,
}

#[derive(Clone)]
struct Desk {
    base: String,
    validator: Arc<Validator>,
    received: mpsc::UnboundedSender<Received>,
    answer: fn(&Uri) -> Response,
}

impl Receiver {
    pub async fn start(world: &World) -> Self {
        Self::answering(world, |_| StatusCode::NO_CONTENT.into_response()).await
    }

    pub async fn answering(world: &World, answer: fn(&Uri) -> Response) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("listens");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let (sender, received) = mpsc::unbounded_channel();
        let validator = Arc::new(Validator::new(world.sandbox.auth_token()).expect("a token"));
        let desk = Desk { base: base.clone(), validator, received: sender, answer };
        let router = Router::new().fallback(take).with_state(desk);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base: Url::parse(&base).expect("a URL"), received }
    }

    pub fn url(&self, path: &str) -> Url {
        self.base.join(path).expect("a URL")
    }

    pub async fn next(&mut self) -> Received {
        tokio::time::timeout(PATIENCE, self.received.recv())
            .await
            .expect("a callback comes")
            .expect("a receiver")
    }

    pub async fn take(&mut self, count: usize) -> Vec<Received> {
        let mut taken = Vec::new();
        while taken.len() < count {
            taken.push(self.next().await);
        }
        taken
    }

    /// Whether nothing more has arrived. Only reliable once all senders have settled.
    pub fn is_empty(&self) -> bool {
        self.received.is_empty()
    }

    pub fn all_events(&self) -> Option<StatusCallback> {
        Some(StatusCallback { url: self.url("/status").into(), events: CallEvent::ALL.to_vec() })
    }
}

async fn take(
    State(desk): State<Desk>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let url = format!("{}{uri}", desk.base);
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_signed = desk.validator.validate_form(&url, &body, header("x-twilio-signature")).is_ok();
    let encoded = if method == Method::GET { uri.query().unwrap_or_default().as_bytes() } else { &body[..] };
    let received = Received {
        params: form_urlencoded::parse(encoded).into_owned().collect(),
        idempotency_token: header("i-twilio-idempotency-token").to_owned(),
        method,
        url,
        is_signed,
        signature: header("x-twilio-signature").to_owned(),
    };
    let _ = desk.received.send(received);
    (desk.answer)(&uri)
}

pub fn statuses(received: &[Received]) -> Vec<&str> {
    received.iter().map(|one| one.param("CallStatus")).collect()
}

pub fn sequence(received: &[Received]) -> Vec<&str> {
    received.iter().map(|one| one.param("SequenceNumber")).collect()
}

pub const WHOLE_LIFE: [&str; 4] = ["initiated", "ringing", "in-progress", "completed"];

pub fn is_over(status: CallStatus) -> impl Fn(&CallRecord) -> bool {
    move |call| call.status == status
}
