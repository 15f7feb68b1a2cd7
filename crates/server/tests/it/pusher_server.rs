//! A server with Pusher's REST API that checks signatures and records events. `e2e/pusher` uses a real one.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::routing::post;
use hmac::{Hmac, KeyInit as _, Mac as _};
use parking_lot::Mutex;
use serde_json::Value;
use sha2::Sha256;
use tokio::task::JoinHandle;

use crate::harness::{PATIENCE, PUSHER_SECRET, Setup};

pub struct Pusher {
    pub url: String,
    told: Arc<Mutex<Vec<Told>>>,
    pub serving: JoinHandle<()>,
}

#[derive(Clone, Debug)]
pub struct Told {
    pub name: String,
    pub channels: Vec<String>,
    pub data: Value,
}

#[derive(Clone)]
struct Shop {
    told: Arc<Mutex<Vec<Told>>>,
    slow: Duration,
}

impl Pusher {
    pub async fn start(slow: Duration) -> Self {
        Self::start_at("127.0.0.1:0", slow).await
    }

    pub async fn start_at(address: &str, slow: Duration) -> Self {
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let told = Arc::new(Mutex::new(Vec::new()));
        let shop = Shop { told: told.clone(), slow };
        let routes = Router::new().route("/apps/{app}/events", post(take)).with_state(shop);
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, told, serving }
    }

    pub fn setup(&self) -> Setup {
        Setup { pusher_host: self.url.clone(), ..Setup::default() }
    }

    pub fn told(&self) -> Vec<Told> {
        self.told.lock().clone()
    }

    pub async fn until(&self, reached: impl Fn(&[Told]) -> bool) -> Vec<Told> {
        let begun = std::time::Instant::now();
        loop {
            let told = self.told();
            if reached(&told) {
                return told;
            }
            assert!(begun.elapsed() < PATIENCE, "{told:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Pusher {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// See <https://pusher.com/docs/channels/library_auth_reference/rest-api>.
async fn take(
    State(shop): State<Shop>,
    Path(app): Path<String>,
    RawQuery(query): RawQuery,
    body: String,
) -> (StatusCode, &'static str) {
    let query = query.unwrap();
    let mut asked: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    asked.sort();
    let unsigned: Vec<_> = asked.iter().filter(|(name, _)| name != "auth_signature").collect();
    let parameters: Vec<_> = unsigned.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut mac = Hmac::<Sha256>::new_from_slice(PUSHER_SECRET.as_bytes()).unwrap();
    mac.update(format!("POST\n/apps/{app}/events\n{}", parameters.join("&")).as_bytes());
    let right = hex::encode(mac.finalize().into_bytes());
    let signed = asked.iter().any(|(name, value)| name == "auth_signature" && *value == right);
    let digest = asked.iter().any(|(name, _)| name == "body_md5");
    if !(signed && digest && app == "1") {
        return (StatusCode::UNAUTHORIZED, "not signed");
    }
    tokio::time::sleep(shop.slow).await;
    let event: Value = serde_json::from_str(&body).unwrap();
    let channels = event["channels"].as_array().unwrap().iter();
    shop.told.lock().push(Told {
        name: event["name"].as_str().unwrap().to_owned(),
        channels: channels.map(|channel| channel.as_str().unwrap().to_owned()).collect(),
        data: serde_json::from_str(event["data"].as_str().unwrap()).unwrap(),
    });
    (StatusCode::OK, "{}")
}
