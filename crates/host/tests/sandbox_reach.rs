//! The built-in sandbox contacts only the switchboard and what the owner allows: anyone who may place a call chooses
//! addresses for it, and must not reach other programs on this machine through it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use benspamsphones_app::data_dir::OwnerFile;
use benspamsphones_core::Mode;
use benspamsphones_host::{KeyringWait, Running, Told, launch};
use benspamsphones_server::config::OpenSockets;
use benspamsphones_server::net::TrustedProxies;
use benspamsphones_server::vault::Vault;
use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(20);
const ORDINARY: &str = "+15005550142";

const PROTOCOLS: &str = r#"{
  "protocol1": {"phone_number": "+15005550006", "twiml": "<Response><Say>Hello</Say></Response>"},
  "protocol2": {"phone_number": "+15005550006", "callback": "https://handler.twilio.com/twiml/XXXX"}
}"#;

fn client() -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = tls.unwrap().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap()
}

async fn send(request: RequestBuilder) -> (u16, Value) {
    let answer = request.timeout(PATIENCE).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
}

async fn something() -> (SocketAddr, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = async |State(asked): State<Arc<AtomicUsize>>| {
        asked.fetch_add(1, Ordering::SeqCst);
        ([("content-type", "text/xml")], "<Response/>")
    };
    let router = Router::new().fallback(count).with_state(Arc::clone(&asked));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, asked)
}

struct Switchboard {
    running: Running,
    dir: TempDir,
    http: reqwest::Client,
}

impl Switchboard {
    async fn start(sandbox_allow: Vec<SocketAddr>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let protocols = dir.path().join("protocols.json");
        std::fs::write(&protocols, PROTOCOLS).unwrap();
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let told = Told {
            data_dir: dir.path().join("data"),
            listen: anywhere,
            listen_told: true,
            https: None,
            certificate: None,
            allowed_hosts: Vec::new(),
            trusted_proxies: TrustedProxies::default(),
            webhook_listen: anywhere,
            sockets: OpenSockets::default(),
            mode: Some(Mode::Sandbox),
            protocols: Some(protocols),
            public_address: None,
            region: None,
            api_base: None,
            pricing_base: None,
            sandbox_speed: 1_000.0,
            sandbox_allow,
            user: None,
            new_password: false,
            vault: Vault::Environment,
            sandbox_when_in_doubt: false,
            keyring_wait: KeyringWait::default(),
        };
        let running = launch(&told).await.unwrap();
        let board = Self { running, dir, http: client() };
        let limits = serde_json::to_value(benspamsphones_core::Limits::none()).unwrap();
        assert_eq!(send(board.request(Method::PUT, "/api/v1/limits").json(&limits)).await.0, 200);
        board
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let owner = OwnerFile::read(&self.dir.path().join("data")).unwrap().unwrap();
        let url = format!("http://{}{path}", self.running.server.lan());
        self.http.request(method, url).bearer_auth(owner.token().expose_secret())
    }

    async fn explained(&self, form: &[(&str, &str)]) -> Value {
        let request = self.request(Method::POST, "/api/call").form(form).timeout(PATIENCE);
        let placed = request.send().await.unwrap();
        assert_eq!(placed.status().as_u16(), 200, "{placed:?}");
        let path = placed.headers()["location"].to_str().unwrap().to_owned();
        let begun = Instant::now();
        loop {
            let call = send(self.request(Method::GET, &path)).await.1;
            if call["ended"] == true {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "{call:#}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        send(self.request(Method::GET, &format!("{path}/explanation"))).await.1
    }

    async fn explained_callback(&self, address: &str) -> Value {
        let form = [("protocol", "protocol1"), ("target_number", ORDINARY), ("update_callback", address)];
        self.explained(&form).await
    }
}

fn requests_to<'a>(told: &'a Value, address: &str) -> Vec<&'a Value> {
    let requests = told["twilio"]["requests"].as_array().unwrap();
    requests.iter().filter(|made| made["address"].as_str().unwrap().starts_with(address)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_port_of_this_machine_is_contacted() {
    let (address, asked) = something().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let board = Switchboard::start(Vec::new()).await;
    for address in [address, closed.local_addr().unwrap()] {
        for host in ["127.0.0.1", "localhost"] {
            let url = format!("http://{host}:{}/", address.port());
            let told = board.explained_callback(&url).await;
            for made in requests_to(&told, &url) {
                assert_eq!(made["status"], Value::Null, "{made}");
            }
            let protocol = json!({"phone_number": "+15005550006", "callback": url});
            let changed = board.request(Method::PUT, "/api/v1/protocols/protocol2").json(&protocol);
            assert_eq!(send(changed).await.0, 200);
            let told = board.explained(&[("protocol", "protocol2"), ("target_number", ORDINARY)]).await;
            let made: Vec<_> = requests_to(&told, &url).iter().map(|made| made["status"].clone()).collect();
            assert_eq!(made, [Value::Null], "what listens there and what doesn't look the same: {told:#}");
            assert_eq!(told["twilio"]["notes"], json!([]), "{told:#}");
        }
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    drop(closed);
    board.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switchboard_itself_and_what_the_owner_allows_is() {
    let (address, asked) = something().await;
    let board = Switchboard::start(vec![address]).await;
    let url = format!("http://{address}/");
    let told = board.explained_callback(&url).await;
    assert!(requests_to(&told, &url).iter().all(|made| made["status"] == 200), "{told:#}");
    assert!(asked.load(Ordering::SeqCst) >= 2, "its stations");
    let protocol = json!({"phone_number": "+15005550006", "say": {"text": "Hello"}});
    send(board.request(Method::PUT, "/api/v1/protocols/protocol1").json(&protocol)).await;
    let told = board.explained(&[("protocol", "protocol1"), ("target_number", ORDINARY)]).await;
    let own = format!("http://{}/api/twilio_update/", board.running.server.webhook());
    let made = requests_to(&told, &own);
    assert!(!made.is_empty() && made.iter().all(|made| made["status"] == 200), "{told:#}");
    let calls = send(board.request(Method::GET, "/api/v1/calls?limit=1")).await.1;
    assert!(calls["items"][0]["id"].is_string(), "{calls}");
    board.running.stop().await;
}
