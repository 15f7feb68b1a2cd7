//! The server as it ships, on a folder, with one client.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use benspamsphones_app::{AppConfig, Pace};
use benspamsphones_core::{Mode, ProtocolFile, Region};

use benspamsphones_app::accounts::TwilioAccount;

use benspamsphones_app::clock::Clock;

use benspamsphones_server::config::{OpenSockets, PublicAddress, STOP_WITHIN};

use benspamsphones_server::auth::WebUser;

use benspamsphones_server::net::{ConnectionBounds, TrustedProxies};
use benspamsphones_server::owner::Owner;
use benspamsphones_server::tunnel::TunnelPace;
use benspamsphones_server::{Config, Server};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use twilio::{AccountSid, Auth, Credentials};

use super::Measured;

pub(crate) struct Running {
    server: Server,
    stream: Mutex<TcpStream>,
    runtime: Runtime,
}

impl Running {
    pub(crate) fn start(data_dir: &Path) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let server = runtime.block_on(Server::start(config(data_dir), Owner::default())).unwrap();
        let stream = runtime.block_on(TcpStream::connect(server.lan())).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { server, stream: Mutex::new(stream), runtime }
    }

    pub(crate) fn stop(self) {
        self.runtime.block_on(self.server.stop());
    }

    /// How many calls a question finds, as text; empty if none.
    pub(crate) fn count(&self, path: &str) -> String {
        let answer = self.runtime.block_on(self.ask(path));
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        match (answer["total"].as_u64(), answer["items"].as_array()) {
            (Some(total), _) => total.to_string(),
            (None, Some(items)) => items.len().to_string(),
            (None, None) => String::new(),
        }
    }

    pub(crate) fn measure(&self, path: &str, times: usize) -> Measured {
        self.runtime.block_on(async {
            let mut took = Vec::with_capacity(times);
            for _ in 0..times {
                let begun = Instant::now();
                self.ask(path).await;
                took.push(begun.elapsed());
            }
            Measured::of(took)
        })
    }

    async fn ask(&self, path: &str) -> Vec<u8> {
        let mut stream = self.stream.lock().await;
        let credentials = STANDARD.encode("user:pass");
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic {credentials}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::with_capacity(64 * 1024);
        loop {
            assert!(stream.read_buf(&mut answer).await.unwrap() > 0, "the server hung up");
            let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let text = std::str::from_utf8(&answer[..head]).unwrap();
            assert!(text.starts_with("HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(&answer));
            let length = text.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
            if answer.len() >= head + 4 + length.parse::<usize>().unwrap() {
                return answer.split_off(head + 4);
            }
        }
    }
}

/// Twilio is never contacted: every call has ended.
fn config(data_dir: &Path) -> Config {
    let never = Duration::from_secs(3_600);
    let account_sid = AccountSid::parse("AC00000000000000000000000000000001").unwrap();
    let protocols = br#"{"protocol1": {"phone_number": "+15005550006", "callback": "https://handler.twilio.com/twiml/X"}}"#;
    Config {
        app: AppConfig {
            data_dir: data_dir.to_owned(),
            mode: Mode::Sandbox,
            twilio: TwilioAccount {
                base_url: "http://127.0.0.1:1".parse().unwrap(),
                pricing_base: None,
                credentials: Credentials { account_sid, auth: Auth::AuthToken("12345".into()) },
                auth_token: Some("12345".into()),
            },
            default_region: Region::US,
            first_protocols: ProtocolFile::parse(protocols, Region::US).unwrap(),
            pace: Pace { poll: never, silence: never, ..Pace::default() },
            clock: Clock::default(),
        },
        listen: "127.0.0.1:0".parse().unwrap(),
        webhook_listen: "127.0.0.1:0".parse().unwrap(),
        sockets: OpenSockets::default(),
        public_address: PublicAddress::At("https://calls.example.com".parse().unwrap()),
        web_user: WebUser::Given { user: "user".into(), password: "pass".into() },
        https: None,
        bounds: ConnectionBounds::default(),
        allowed_hosts: Vec::new(),
        trusted_proxies: TrustedProxies::default(),
        pusher: None,
        tunnel_pace: TunnelPace::default(),
        stop_within: STOP_WITHIN,
    }
}
