//! The server as it ships, with a Twilio that answers at once and never calls back by itself.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
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
use secrecy::SecretString;
use tokio::runtime::Runtime;
use twilio::{AccountSid, Auth, Credentials};

use super::load::{self, Requests};
use super::made_up;

pub(crate) const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub(crate) const TOKEN: &str = "12345";
const PUBLIC: &str = "https://calls.example.com";
/// The statuses that Twilio reports for an ordinary call, so that every callback changes something.
const STATIONS: [&str; 4] = ["initiated", "ringing", "in-progress", "completed"];

pub(crate) struct Product {
    server: Server,
    started_in: Duration,
    twilio: FastTwilio,
    _folder: tempfile::TempDir,
    _runtime: Runtime,
}

#[derive(Clone, Default)]
pub(crate) struct FastTwilio {
    placed: Arc<Mutex<Vec<Placed>>>,
    count: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Placed {
    sid: String,
    callback: String,
}

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

impl FastTwilio {
    pub(crate) async fn serve(&self) -> url::Url {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let router = Router::new()
            .route("/2010-04-01/Accounts/{account}/Calls.json", post(create))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        base_url
    }
}

impl Product {
    pub(crate) fn start(calls: i64) -> Self {
        let runtime = runtime();
        let folder = tempfile::tempdir().unwrap();
        let twilio = FastTwilio::default();
        let base_url = runtime.block_on(twilio.serve());
        let start = || {
            runtime
                .block_on(Server::start(config(folder.path(), base_url.clone()), Owner::default()))
                .unwrap()
        };
        if calls > 0 {
            // Started once on an empty folder so that the server creates the schema.
            runtime.block_on(start().stop());
            made_up::fill(&folder.path().join("benspamsphones.db"), calls);
        }
        let begun = Instant::now();
        let server = start();
        let started_in = begun.elapsed();
        runtime.block_on(server.app().set_limits(benspamsphones_core::Limits::none())).unwrap();
        Self { server, started_in, twilio, _folder: folder, _runtime: runtime }
    }

    pub(crate) fn started_in(&self) -> Duration {
        self.started_in
    }

    pub(crate) fn lan(&self) -> SocketAddr {
        self.server.lan()
    }

    pub(crate) fn webhook(&self) -> SocketAddr {
        self.server.webhook()
    }

    pub(crate) fn call_requests(&self) -> Requests {
        let authorization = format!("authorization: Basic {}\r\n", STANDARD.encode("user:pass"));
        let begin = self.twilio.count.load(Ordering::Relaxed) as u64;
        Arc::new(move |number| {
            let to = 2_000_000 + (begin + number) % 7_000_000;
            let body = format!("protocol=protocol1&target_number=%2B1415{to}");
            Some(load::post("/api/call", &authorization, &body))
        })
    }

    /// The callbacks for the calls of the previous run. Signed before the run begins, because signing is Twilio's work.
    pub(crate) fn callback_requests(&self, connections: usize) -> Requests {
        let placed: Vec<Placed> = std::mem::take(&mut *self.twilio.placed.lock().unwrap());
        let token = SecretString::from(TOKEN);
        // The callbacks of one call follow each other on one connection, as they do from Twilio.
        let of_each = (CALLS_AT_ONCE / connections).clamp(1, placed.len().div_ceil(connections).max(1));
        let whole = placed.len() / connections * connections;
        let requests = placed[..whole].chunks(of_each * connections).flat_map(|calls| {
            let stations = STATIONS.iter().enumerate();
            stations.flat_map(|(sequence, status)| calls.iter().map(move |call| (call, status, sequence)))
        });
        let requests: Vec<Vec<u8>> = requests
            .map(|(call, status, sequence)| {
                let fields = fields(&call.sid, status, sequence);
                let signature = twilio::signature::sign(&token, &call.callback, &fields);
                let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
                let path = call.callback.strip_prefix(PUBLIC).unwrap();
                load::post(path, &format!("x-twilio-signature: {signature}\r\n"), &body)
            })
            .collect();
        Arc::new(move |number| requests.get(usize::try_from(number).unwrap()).cloned())
    }
}

const CALLS_AT_ONCE: usize = 1_024;

const PLACES: [(&str, &str); 16] = [
    ("FromCity", "NEW YORK"),
    ("FromState", "NY"),
    ("FromZip", "10004"),
    ("FromCountry", "US"),
    ("CallerCity", "NEW YORK"),
    ("CallerState", "NY"),
    ("CallerZip", "10004"),
    ("CallerCountry", "US"),
    ("ToCity", "SAN FRANCISCO"),
    ("ToState", "CA"),
    ("ToZip", ""),
    ("ToCountry", "US"),
    ("CalledCity", "SAN FRANCISCO"),
    ("CalledState", "CA"),
    ("CalledZip", ""),
    ("CalledCountry", "US"),
];

fn fields(sid: &str, status: &str, sequence: usize) -> Vec<(String, String)> {
    let sequence = sequence.to_string();
    let mut fields = vec![
        ("CallSid", sid),
        ("AccountSid", ACCOUNT),
        ("CallStatus", status),
        ("SequenceNumber", &sequence),
        ("Timestamp", "Sun, 25 Mar 2018 09:53:19 +0000"),
        ("CallbackSource", "call-progress-events"),
        ("ApiVersion", "2010-04-01"),
        ("Direction", "outbound-api"),
        ("From", "+15005550006"),
        ("Caller", "+15005550006"),
        ("To", "+14152000000"),
        ("Called", "+14152000000"),
    ];
    fields.extend(PLACES);
    if status == "completed" {
        fields.extend([("CallDuration", "49"), ("Duration", "1"), ("SipResponseCode", "200")]);
    }
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

pub(crate) fn config(data_dir: &std::path::Path, base_url: url::Url) -> Config {
    let never = Duration::from_secs(3_600);
    let account_sid = AccountSid::parse(ACCOUNT).unwrap();
    let protocols = br#"{"protocol1": {"phone_number": "+15005550006", "callback": "https://handler.twilio.com/twiml/X"}}"#;
    Config {
        app: AppConfig {
            data_dir: data_dir.to_owned(),
            mode: Mode::Sandbox,
            twilio: TwilioAccount {
                pricing_base: None,
                base_url,
                credentials: Credentials { account_sid, auth: Auth::AuthToken(TOKEN.into()) },
                auth_token: Some(TOKEN.into()),
            },
            default_region: Region::US,
            first_protocols: ProtocolFile::parse(protocols, Region::US).unwrap(),
            pace: Pace { poll: never, silence: never, between_calls: Duration::ZERO, ..Pace::default() },
            clock: Clock::default(),
        },
        listen: "127.0.0.1:0".parse().unwrap(),
        webhook_listen: "127.0.0.1:0".parse().unwrap(),
        sockets: OpenSockets::default(),
        public_address: PublicAddress::At(PUBLIC.parse().unwrap()),
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

async fn create(
    State(twilio): State<FastTwilio>,
    form: axum::Form<Vec<(String, String)>>,
) -> impl IntoResponse {
    let number = twilio.count.fetch_add(1, Ordering::Relaxed);
    let sid = format!("CA{number:032x}");
    let field = |name: &str| form.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let callback = field("StatusCallback").unwrap().to_owned();
    let body = format!(
        r#"{{"sid": "{sid}", "account_sid": "{ACCOUNT}", "status": "queued", "to": "{}", "from": "{}",
            "date_created": "Sun, 25 Mar 2018 09:53:19 +0000", "direction": "outbound-api", "price": null}}"#,
        field("To").unwrap(),
        field("From").unwrap(),
    );
    twilio.placed.lock().unwrap().push(Placed { sid, callback });
    (StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], body)
}
