//! A server for tests, with methods named after what its users do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use benspamsphones_app::{AppConfig, Pace};
use benspamsphones_core::{Mode, ProtocolFile, Region};
use benspamsphones_server::Server;

use benspamsphones_app::accounts::{PusherKeys, TwilioAccount};

use benspamsphones_app::clock::Clock;

use benspamsphones_server::config::{Config, OpenSockets, PublicAddress, STOP_WITHIN};

use benspamsphones_server::auth::WebUser;

use benspamsphones_server::net::{ConnectionBounds, TrustedProxies};

use benspamsphones_server::owner::Owner;
use benspamsphones_server::tls::{CertificateNames, CertificateSource};
use benspamsphones_server::tunnel::TunnelPace;
use reqwest::{Method, RequestBuilder};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::ServiceExt as _;
use twilio::Credentials;
use twilio_sandbox::{Purpose, Sandbox, SandboxConfig};
use url::Url;

use crate::answer::Answer;
use crate::event_stream::{Event, EventStream};

/// Longer than anything here takes, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);
pub const USER: &str = "ben";
pub const PASSWORD: &str = "correct-horse-battery-staple";
pub const PUSHER_KEY: &str = "278d425bdf160c739803";
pub const PUSHER_SECRET: &str = "7ad3773142a6692b25b8";
/// A number without a script: a person answers.
pub const ORDINARY: &str = "+15005550142";
/// The three of the documented answer; the third detects answering machines.
pub const PROTOCOLS: &str = r#"{
  "protocol1": {"phone_number": "+15005550006", "twiml": "<Response><Say>Hello</Say></Response>"},
  "protocol2": {"phone_number": "+15005550006", "callback": "https://handler.twilio.com/twiml/XXXX"},
  "protocol3": {"phone_number": "+15005550006", "say": {"text": "Hello"}, "machine_detection": "Enable"}
}"#;

pub struct Setup {
    pub speed: f64,
    /// How long the sandbox's slow number delays its answer.
    pub slow_answer: Duration,
    pub pace: Pace,
    pub tunnel_pace: TunnelPace,
    pub stop_within: Duration,
    pub public_address: PublicAddress,
    /// Twilio's address, if not the sandbox's.
    pub twilio_base: Option<Url>,
    pub pricing_base: Option<Url>,
    /// Signs requests instead of the account's token.
    pub api_key: Option<(String, SecretString)>,
    pub own_password: bool,
    pub password: String,
    pub pusher: bool,
    /// Unreachable unless a test replaces it: tests must never reach the internet.
    pub pusher_host: String,
    pub mode: Mode,
    pub trusted_proxies: TrustedProxies,
    pub allowed_hosts: Vec<String>,
    pub bounds: ConnectionBounds,
    pub https: bool,
    /// Without the limits of a new installation, which most tests would exceed.
    pub limitless: bool,
    pub default_region: Region,
    pub clock: Clock,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            speed: 200.0,
            slow_answer: PATIENCE,
            pace: Pace {
                twilio_timeout: Duration::from_secs(10),
                poll: Duration::from_millis(40),
                // Longer than any call here, so nothing that a callback should report is polled.
                silence: PATIENCE,
                lookup_patience: Duration::from_millis(300),
                // A busy machine must not make prices time out.
                estimate: PATIENCE,
                between_calls: Duration::ZERO,
                ..Pace::default()
            },
            tunnel_pace: TunnelPace::default(),
            stop_within: STOP_WITHIN,
            public_address: PublicAddress::WebhookListener,
            twilio_base: None,
            pricing_base: None,
            api_key: None,
            own_password: false,
            password: PASSWORD.into(),
            pusher: true,
            pusher_host: "http://127.0.0.1:1".into(),
            mode: Mode::Sandbox,
            trusted_proxies: TrustedProxies::default(),
            allowed_hosts: Vec::new(),
            bounds: ConnectionBounds::default(),
            https: false,
            limitless: true,
            default_region: Region::US,
            clock: Clock::default(),
        }
    }
}

impl Setup {
    /// Saves credentials nowhere: a test must never touch the tester's own keyring.
    pub fn owner(&self, api_base: &Url) -> Owner {
        Owner { api_base: Some(api_base.clone()), ..Owner::default() }
    }

    pub fn config(&self, data_dir: &std::path::Path, base_url: Url, credentials: Credentials) -> Config {
        let auth_token = match &credentials.auth {
            twilio::Auth::AuthToken(token) => Some(token.clone()),
            twilio::Auth::ApiKey { .. } => None,
        };
        let web_user = if self.own_password {
            WebUser::Kept { user: USER.into(), renew: false }
        } else {
            WebUser::Given { user: USER.into(), password: self.password.as_str().into() }
        };
        Config {
            app: AppConfig {
                data_dir: data_dir.to_owned(),
                mode: self.mode,
                twilio: TwilioAccount {
                    base_url,
                    pricing_base: self.pricing_base.clone(),
                    credentials,
                    auth_token,
                },
                default_region: self.default_region,
                first_protocols: ProtocolFile::parse(PROTOCOLS.as_bytes(), Region::US).unwrap(),
                pace: self.pace,
                clock: self.clock.clone(),
            },
            listen: ([127, 0, 0, 1], 0).into(),
            webhook_listen: ([127, 0, 0, 1], 0).into(),
            sockets: OpenSockets::default(),
            public_address: self.public_address.clone(),
            web_user,
            pusher: self.pusher.then(|| {
                PusherKeys::new("1", PUSHER_KEY, PUSHER_SECRET.into(), "eu", Some(&self.pusher_host)).unwrap()
            }),
            https: self.https.then(|| CertificateSource::Made {
                names: CertificateNames::Fixed(vec!["localhost".into(), "127.0.0.1".into()]),
            }),
            bounds: self.bounds,
            allowed_hosts: self.allowed_hosts.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
            tunnel_pace: self.tunnel_pace,
            stop_within: self.stop_within,
        }
    }
}

/// A running server, its folder and its Twilio, which outlives it.
pub struct TestServer {
    pub sandbox: Sandbox,
    pub dir: TempDir,
    pub setup: Setup,
    /// Created at the first start.
    pub first_password: Option<SecretString>,
    http: reqwest::Client,
    server: Option<Server>,
}

impl TestServer {
    pub fn client() -> reqwest::Client {
        http()
    }

    pub async fn start() -> Self {
        Self::start_with(Setup::default()).await
    }

    pub async fn start_with(setup: Setup) -> Self {
        let sandbox = sandbox(setup.speed, setup.slow_answer).await;
        Self::start_beside(sandbox, setup).await
    }

    pub async fn start_beside(sandbox: Sandbox, setup: Setup) -> Self {
        Self::start_on(tempfile::tempdir().unwrap(), sandbox, setup).await
    }

    pub async fn start_on(dir: TempDir, sandbox: Sandbox, setup: Setup) -> Self {
        let mut stopped = Self { sandbox, dir, setup, first_password: None, http: http(), server: None };
        stopped.start_again().await;
        stopped
    }

    pub async fn start_again(&mut self) {
        assert!(self.server.is_none(), "it runs");
        let base = self.setup.twilio_base.clone().unwrap_or_else(|| self.sandbox.base_url());
        let mut credentials = self.sandbox.credentials();
        if let Some((sid, secret)) = self.setup.api_key.clone() {
            credentials.auth = twilio::Auth::ApiKey { sid, secret };
        }
        let owner = self.setup.owner(&base);
        let config = self.setup.config(self.dir.path(), base, credentials);
        let mut server = Server::start(config, owner).await.unwrap();
        self.first_password = server.take_first_password();
        self.server = Some(server);
        if self.setup.limitless {
            let none = serde_json::to_value(benspamsphones_core::Limits::none()).unwrap();
            let (status, answer) = self.as_owner(Method::PUT, "/api/v1/limits", Some(&none)).await;
            assert_eq!(status, 200, "{answer}");
        }
    }

    pub async fn stop(&mut self) {
        self.server.take().unwrap().stop().await;
    }

    /// For what no socket reaches.
    pub fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    pub async fn refusals(&self) -> Vec<Value> {
        let (status, list) = self.as_owner(Method::GET, "/api/v1/refusals", None).await;
        assert_eq!(status, 200);
        list["items"].as_array().unwrap().clone()
    }

    /// Waits for a rejection, because they are recorded asynchronously.
    pub async fn refusal(&self, source: &str, why: &str) -> Value {
        let begun = Instant::now();
        loop {
            let list = self.refusals().await;
            if let Some(found) =
                list.iter().find(|refusal| refusal["source"] == source && refusal["why"] == why)
            {
                return found.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "{source} {why}: {list:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A request from the owner's window, in process.
    pub async fn as_owner(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = axum::http::Request::builder().method(method).uri(path);
        let request = request.header("content-type", "application/json").body(body).unwrap();
        let answer = self.server().owner_router().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    pub fn lan(&self) -> Url {
        format!("http://{}", self.server.as_ref().unwrap().lan()).parse().unwrap()
    }

    pub fn webhook(&self) -> Url {
        format!("http://{}", self.server.as_ref().unwrap().webhook()).parse().unwrap()
    }

    pub fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.lan().join(path).unwrap())
    }

    pub fn at_webhook(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.webhook().join(path).unwrap())
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let made_up = self.first_password.as_ref().map(ExposeSecret::expose_secret);
        self.anonymous(method, path).basic_auth(USER, Some(made_up.unwrap_or(PASSWORD)))
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        send(self.request(Method::POST, path).form(form)).await
    }

    pub async fn post_json(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.lan().socket_addrs(|| None).unwrap()[0]).await.unwrap();
        // A refusing server may close before it has read everything.
        let _ = stream.write_all(request).await;
        let mut answer = Vec::new();
        let reading = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer));
        let _ = reading.await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub fn placing(&self, protocol: &str, to: &str) -> RequestBuilder {
        self.request(Method::POST, "/api/v1/calls").json(&json!({"protocol": protocol, "to": to}))
    }

    pub async fn place(&self, protocol: &str, to: &str) -> Value {
        let answer = send(self.placing(protocol, to)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let call = answer.json();
        assert_eq!(answer.header("location").unwrap(), format!("/api/v1/calls/{}", id(&call)));
        call
    }

    pub async fn place_documented(&self, protocol: &str, to: &str) -> Answer {
        self.post_form("/api/call", &[("protocol", protocol), ("target_number", to)]).await
    }

    pub async fn hang_up(&self, call: &str) -> Answer {
        send(self.request(Method::POST, &format!("/api/v1/calls/{call}/hangup"))).await
    }

    pub async fn call(&self, id: &str) -> Value {
        let answer = self.get(&format!("/api/v1/calls/{id}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub async fn calls(&self, query: &str) -> Value {
        let answer = self.get(&format!("/api/v1/calls{query}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub async fn watch(&self) -> EventStream {
        EventStream::new(self.request(Method::GET, "/api/v1/events").send().await.unwrap())
    }

    pub async fn watch_after(&self, event: i64) -> EventStream {
        let request = self.request(Method::GET, "/api/v1/events").header("last-event-id", event);
        EventStream::new(request.send().await.unwrap())
    }

    /// A call's events from the beginning up to the first that `last` accepts.
    pub async fn events_until(&self, call: &str, last: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut stream = self.watch_after(0).await;
        let mut events = stream.until(|event| event.call_id() == call && last(event)).await;
        events.retain(|event| event.call_id() == call);
        events
    }

    pub async fn reached(&self, call: &str, status: &str) -> Value {
        self.events_until(call, |event| event.status() == status).await;
        self.call(call).await
    }

    pub async fn ended(&self, call: &str) -> Value {
        self.events_until(call, |event| event.data["call"]["ended"] == true).await;
        self.call(call).await
    }

    pub async fn sandbox_until(&self, reached: impl FnMut(&Sandbox) -> bool) {
        self.sandbox.wait_until(reached, PATIENCE).await.unwrap();
    }

    pub fn callbacks_answered(&self, status: u16) -> usize {
        let callbacks = self.sandbox.callbacks();
        let reports = callbacks.iter().filter(|record| record.purpose == Purpose::StatusCallback);
        reports.filter(|record| record.verdict == twilio_sandbox::Verdict::Answered { status }).count()
    }
}

pub async fn sandbox(speed: f64, slow_answer: Duration) -> Sandbox {
    let config = SandboxConfig { speed, slow_answer, ..SandboxConfig::default() };
    Sandbox::start(([127, 0, 0, 1], 0).into(), config).await.unwrap()
}

pub async fn send(request: RequestBuilder) -> Answer {
    Answer::read(request.timeout(PATIENCE).send().await.unwrap()).await
}

/// Doesn't read the body, which may be a stream.
pub async fn status(request: RequestBuilder) -> u16 {
    request.timeout(PATIENCE).send().await.unwrap().status().as_u16()
}

pub fn id(call: &Value) -> &str {
    call["id"].as_str().unwrap()
}

/// Follows no redirects and trusts no certificate.
fn http() -> reqwest::Client {
    client_with(rustls::RootCertStore::empty())
}

/// A client that trusts this CA certificate, in PEM.
pub fn trusting(authority: &str) -> reqwest::Client {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    client_with(roots)
}

fn client_with(roots: rustls::RootCertStore) -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let builder = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy();
    builder.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
