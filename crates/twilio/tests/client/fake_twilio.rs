//! A server that returns scripted answers, one for each request, and records the requests.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use secrecy::SecretString;
use serde_json::{Value, json};
use twilio::{AccountSid, Auth, CallSid, Client, ClientConfig, CreateCall, Credentials, Instructions};
use url::Url;

pub const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub const CALL: &str = "CA00000000000000000000000000000001";
pub const CALLS: &str = "/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json";
pub const TOKEN: &str = "a-token-nobody-may-see";

pub enum Reply {
    Json(u16, Value),
    /// Status, header and a body that isn't JSON.
    Raw(u16, &'static str, String, Vec<u8>),
    /// Accepts the request but never answers.
    Silence,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub method: Method,
    pub uri: Uri,
    pub authorization: String,
    pub content_type: Option<String>,
    pub body: String,
}

impl Request {
    pub fn fields(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

#[derive(Default)]
struct Script {
    replies: VecDeque<Reply>,
    requests: Vec<Request>,
}

#[derive(Clone)]
pub struct FakeTwilio {
    script: Arc<Mutex<Script>>,
    pub url: Url,
}

impl FakeTwilio {
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = base_url(listener.local_addr().expect("an address").port());
        let script = Script { replies: replies.into_iter().collect(), requests: Vec::new() };
        let fake = Self { script: Arc::new(Mutex::new(script)), url };
        let router = Router::new().fallback(answer).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    pub fn client(&self) -> Client {
        client(self.url.clone())
    }

    /// In order of arrival. Fails the test if a reply was left over.
    pub fn requests(&self) -> Vec<Request> {
        let script = self.script.lock().expect("no test panicked in here");
        assert_eq!(script.replies.len(), 0, "fewer requests than replies");
        script.requests.clone()
    }
}

async fn answer(
    State(fake): State<FakeTwilio>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name| headers.get(name).map(|value| value.to_str().expect("ASCII").to_owned());
    let request = Request {
        method,
        uri,
        authorization: text(header::AUTHORIZATION).unwrap_or_default(),
        content_type: text(header::CONTENT_TYPE),
        body: String::from_utf8(body.to_vec()).expect("UTF-8"),
    };
    let reply = {
        let mut script = fake.script.lock().expect("no test panicked in here");
        script.requests.push(request);
        script.replies.pop_front()
    };
    match reply {
        Some(Reply::Json(status, body)) => (
            StatusCode::from_u16(status).expect("a status"),
            [(header::CONTENT_TYPE, "application/json")],
            body.to_string(),
        )
            .into_response(),
        Some(Reply::Raw(status, name, value, body)) => {
            (StatusCode::from_u16(status).expect("a status"), [(name, value)], body).into_response()
        }
        Some(Reply::Silence) => std::future::pending().await,
        None => (StatusCode::IM_A_TEAPOT, "more requests than replies").into_response(),
    }
}

/// A server that reads a request, writes `answer` and closes the connection, every time. Returns its URL and a counter.
pub fn hangs_up_after(answer: &'static [u8]) -> (Url, Arc<AtomicUsize>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = base_url(listener.local_addr().expect("an address").port());
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = Vec::new();
            // The forms in these tests end with this field, so counting bytes isn't needed.
            while !request.ends_with(b"Twiml=x") {
                let mut chunk = [0; 1024];
                match stream.read(&mut chunk) {
                    Ok(0) | Err(_) => return,
                    Ok(length) => request.extend_from_slice(&chunk[..length]),
                }
            }
            count.fetch_add(1, Ordering::SeqCst);
            stream.write_all(answer).expect("the client still listens");
        }
    });
    (url, requests)
}

pub fn base_url(port: u16) -> Url {
    format!("http://127.0.0.1:{port}").parse().expect("a URL")
}

pub fn credentials() -> Credentials {
    Credentials {
        account_sid: AccountSid::parse(ACCOUNT).expect("a SID"),
        auth: Auth::AuthToken(SecretString::from(TOKEN)),
    }
}

pub fn client(url: Url) -> Client {
    Client::new(ClientConfig::new(url, credentials())).expect("a client")
}

pub fn impatient_client(url: Url) -> Client {
    let config = ClientConfig { timeout: Duration::from_secs(1), ..ClientConfig::new(url, credentials()) };
    Client::new(config).expect("a client")
}

pub fn call_sid() -> CallSid {
    CallSid::parse(CALL).expect("a SID")
}

pub fn wish() -> CreateCall {
    CreateCall::new("+15005550010", "+15005550006", Instructions::Twiml("x".into()))
}

pub fn call_json(last_digit: usize, status: &str) -> Value {
    json!({
        "sid": format!("CA0000000000000000000000000000000{last_digit}"),
        "status": status, "to": "+15005550010", "from": "+15005550006", "duration": null
    })
}

pub fn error_json(status: u16, code: u32, message: &str) -> Value {
    json!({
        "status": status, "code": code, "message": message,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}")
    })
}
