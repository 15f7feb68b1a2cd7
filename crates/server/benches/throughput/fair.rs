//! The reference that is fair to a call: what placing one can't do without. A row before the request leaves, one request to
//! the same Twilio, a row with its answer; both on the disk before the asker hears of it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::routing::post;

use super::bare::Rows;
use super::load::{self, Requests};
use super::product::{ACCOUNT, FastTwilio, TOKEN};

pub(crate) struct Fair {
    address: SocketAddr,
    _rows: Rows,
    _runtime: tokio::runtime::Runtime,
}

#[derive(Clone)]
struct Handler {
    rows: Rows,
    client: reqwest::Client,
    calls: Arc<str>,
}

impl Fair {
    pub(crate) fn start() -> Self {
        let runtime = super::product::runtime();
        let rows = Rows::open();
        let (listener, calls) = runtime.block_on(async {
            let calls =
                format!("{}2010-04-01/Accounts/{ACCOUNT}/Calls.json", FastTwilio::default().serve().await);
            (tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap(), calls.into())
        });
        let address = listener.local_addr().unwrap();
        // Nothing is encrypted here, and still it asks for one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let router =
            Router::new().route("/", post(handle)).with_state(Handler { rows: rows.clone(), client, calls });
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, _rows: rows, _runtime: runtime }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// As large as the request for a call.
    pub(crate) fn requests(&self) -> Requests {
        let request = load::post("/", "", "protocol=protocol1&target_number=%2B14152000000");
        Arc::new(move |_| Some(request.clone()))
    }
}

async fn handle(State(handler): State<Handler>, body: Bytes) -> StatusCode {
    handler.rows.add(body).await;
    let form = "To=%2B14152000000&From=%2B15005550006&Url=https%3A%2F%2Fhandler.twilio.com%2Ftwiml%2FX\
        &StatusCallback=https%3A%2F%2Fcalls.example.com%2Fapi%2Ftwilio_update%2Fprivate-call-00000000000000000000000000000000";
    let request = handler.client.post(&*handler.calls).basic_auth(ACCOUNT, Some(TOKEN));
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
    let answer = request.send().await.unwrap().bytes().await.unwrap();
    handler.rows.add(answer).await;
    StatusCode::NO_CONTENT
}
