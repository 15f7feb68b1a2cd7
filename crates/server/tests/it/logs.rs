//! Even at the most verbose level, no secret and no complete number is logged.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_app::data_dir::OwnerFile;
use benspamsphones_server::TALKATIVE;
use parking_lot::Mutex;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::json;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::bad_input;
use crate::harness::{PASSWORD, PUSHER_SECRET, Setup, TestServer, USER, id, send};

const MESSAGE: &str = "the cellar is flooded";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Records everything that the program's filter passes, including messages through the `log` crate.
    fn listen() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let held = TALKATIVE.map(|target| (target, LevelFilter::INFO));
        let heard = Targets::new().with_default(LevelFilter::TRACE).with_targets(held);
        let written = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
        tracing_subscriber::registry().with(written).with(heard).init();
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock()).into_owned()
    }
}

async fn a_long_day(server: &mut TestServer) {
    for script in twilio_sandbox::SCRIPTS {
        let answer = server.place_documented("protocol3", script.number).await;
        assert!(matches!(answer.status, 200 | 500), "{answer:?}");
    }
    for to in ["+15005550001", "+15005550003", "911", "mom +15005550142"] {
        send(server.placing("protocol1", to).header("idempotency-key", "k")).await;
    }
    let placed = server.place("protocol1", "+15005550142").await;
    server.hang_up(id(&placed)).await;
    let alert = json!({"id": "alert", "phone_number": "+15005550006", "say": {"text": "{message}"}});
    assert_eq!(server.post_json("/api/v1/protocols", &alert).await.status, 201);
    for message in [MESSAGE, &format!("{MESSAGE}\u{7}")] {
        let wish = json!({"protocol": "alert", "to": "+15005550142", "message": message});
        server.post_json("/api/v1/calls", &wish).await;
        let query = [("protocol", "alert"), ("target_number", "+15005550142"), ("message", message)];
        send(server.request(Method::POST, "/api/call").query(&query)).await;
    }
    for call in server.calls("?limit=200").await["items"].as_array().unwrap() {
        server.ended(id(call)).await;
    }
    for request in [
        server.anonymous(Method::GET, "/api/call").basic_auth(USER, Some("wrong")),
        server.request(Method::GET, "/api/call").header("host", "evil.example"),
        server.request(Method::POST, "/api/call").header("origin", "https://evil.example"),
        server.anonymous(Method::GET, "/api/call").bearer_auth("wrong"),
        server.at_webhook(Method::POST, "/api/twilio_update/x").form(&[("To", "+15005550142")]),
    ] {
        assert!((400..500).contains(&send(request).await.status));
    }
    let pusher = [("channel_name", "private-x"), ("socket_id", "1.1")];
    assert_eq!(server.post_form("/api/pusher_auth", &pusher).await.status, 200);
    server.calls("?q=%2B15005550142").await;
    bad_input::everything(server).await;
    server.stop().await;
    server.start_again().await;
}

/// A browser and a device sign in and are revoked. Returns their credentials.
async fn comings_and_goings(server: &TestServer) -> [String; 3] {
    let form = [("user", USER), ("password", PASSWORD)];
    let signed_in = send(server.anonymous(Method::POST, "/sign-in").form(&form)).await;
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let status = server.anonymous(Method::GET, "/api/v1/status").header("cookie", &cookie);
    assert_eq!(send(status).await.status, 200);
    let (_, pairing) = server.as_owner(Method::POST, "/api/v1/pairings", None).await;
    let code = pairing["code"].as_str().unwrap().to_owned();
    send(server.anonymous(Method::GET, &format!("/pair?code={code}"))).await;
    let join = json!({"code": code, "name": "phone"});
    let joined = send(server.anonymous(Method::POST, "/api/v1/pair").json(&join)).await.json();
    let token = joined["token"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/devices/{}", joined["id"].as_str().unwrap());
    server.as_owner(Method::DELETE, &path, None).await;
    let gone = server.anonymous(Method::GET, "/api/v1/status").bearer_auth(&token);
    assert_eq!(send(gone).await.status, 401);
    [cookie.split('=').nth(1).unwrap().to_owned(), code, token]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_gets_into_the_logs() {
    let log = Log::listen();
    let mut setup = Setup { slow_answer: Duration::from_secs(2), ..Setup::default() };
    setup.pace.twilio_timeout = Duration::from_secs(1);
    setup.pace.silence = Duration::from_millis(500);
    let mut server = TestServer::start_with(setup).await;
    let owner = OwnerFile::read(server.dir.path()).unwrap().unwrap().token();
    let first = send(server.anonymous(Method::GET, "/api/call").bearer_auth(owner.expose_secret())).await;
    assert_eq!(first.status, 200);
    let [session, code, device] = comings_and_goings(&server).await;
    a_long_day(&mut server).await;

    server.setup.own_password = true;
    server.stop().await;
    server.start_again().await;
    let made_up = server.first_password.clone().unwrap();
    assert_eq!(server.get("/api/call").await.status, 200);
    server.stop().await;

    let text = log.text();
    for said in ["Twilio did not confirm the call", "a callback was refused", "TRACE", "DEBUG"] {
        assert!(text.contains(said), "the log is listened to: {said}");
    }
    let twilio_token = server.sandbox.auth_token().expose_secret().to_owned();
    let basic = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{PASSWORD}"))
    };
    let secrets = [
        ("the password", PASSWORD),
        ("the password in a header", &basic),
        ("the password that was made up", made_up.expose_secret()),
        ("the owner's token", owner.expose_secret()),
        ("a session", &session),
        ("a pairing code", &code),
        ("a device's token", &device),
        ("Twilio's token", &twilio_token),
        ("Pusher's secret", PUSHER_SECRET),
        ("the caller's number", "5005550006"),
        ("a message", MESSAGE),
        ("a message in a form", "cellar+is"),
        ("a message in an address", "cellar%20is"),
        ("a number", "5005550142"),
        ("a number", "50055501"),
    ];
    for (what, secret) in secrets {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{what}");
    }
}
