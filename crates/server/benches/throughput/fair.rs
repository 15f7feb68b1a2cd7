//! The fair reference for placing a call: a row before the request is sent, one request to the same Twilio, a row with
//! its answer. Both rows are on the disk before the client gets its answer.
//!
//! Its two rows have no index. A second variant writes a call's rows in the program's own schema, with their indexes,
//! triggers and events, but still checks no password and no rule.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::routing::post;

use benspamsphones_server::Server;
use benspamsphones_server::owner::Owner;
use rusqlite::{Connection, params};
use uuid::Uuid;

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
    as_rows: [fn(Uuid, Bytes) -> Bytes; 2],
}

impl Fair {
    pub(crate) fn start() -> Self {
        let as_it_is = |_, bytes| bytes;
        Self::with(Rows::open(), [as_it_is; 2])
    }

    pub(crate) fn with_rows_of_calls() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = "http://127.0.0.1:1/".parse().unwrap();
        super::product::runtime().block_on(async {
            Server::start(super::product::config(folder.path(), nowhere), Owner::default())
                .await
                .unwrap()
                .stop()
                .await;
        });
        let connection = Connection::open(folder.path().join("benspamsphones.db")).unwrap();
        let channel = |id: Uuid, _| [id.as_bytes(), id.simple().to_string().as_bytes()].concat().into();
        let sid = |id: Uuid, answer: Bytes| {
            let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
            [id.as_bytes(), answer["sid"].as_str().unwrap().as_bytes()].concat().into()
        };
        Self::with(Rows::on(folder, connection, write_of_call), [channel, sid])
    }

    fn with(rows: Rows, as_rows: [fn(Uuid, Bytes) -> Bytes; 2]) -> Self {
        let runtime = super::product::runtime();
        let (listener, calls) = runtime.block_on(async {
            let calls =
                format!("{}2010-04-01/Accounts/{ACCOUNT}/Calls.json", FastTwilio::default().serve().await);
            (tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap(), calls.into())
        });
        let address = listener.local_addr().unwrap();
        // Nothing is encrypted here, but reqwest requires a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let handler = Handler { rows: rows.clone(), client, calls, as_rows };
        let router = Router::new().route("/", post(handle)).with_state(handler);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, _rows: rows, _runtime: runtime }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn requests(&self) -> Requests {
        let request = load::post("/", "", "protocol=protocol1&target_number=%2B14152000000");
        Arc::new(move |_| Some(request.clone()))
    }
}

async fn handle(State(handler): State<Handler>, body: Bytes) -> StatusCode {
    let id = Uuid::now_v7();
    handler.rows.add(handler.as_rows[0](id, body)).await;
    let form = "To=%2B14152000000&From=%2B15005550006&Url=https%3A%2F%2Fhandler.twilio.com%2Ftwiml%2FX\
        &StatusCallback=https%3A%2F%2Fcalls.example.com%2Fapi%2Ftwilio_update%2Fprivate-call-00000000000000000000000000000000";
    let request = handler.client.post(&*handler.calls).basic_auth(ACCOUNT, Some(TOKEN));
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
    let answer = request.send().await.unwrap().bytes().await.unwrap();
    handler.rows.add(handler.as_rows[1](id, answer)).await;
    StatusCode::NO_CONTENT
}

fn write_of_call(connection: &Connection, row: &[u8]) {
    let (id, text) = row.split_at(16);
    let text = std::str::from_utf8(text).unwrap();
    let now = jiff::Timestamp::now().as_millisecond();
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        connection.prepare_cached(sql).unwrap().execute(values).unwrap();
    };
    let status = if text.starts_with("CA") {
        run("UPDATE calls SET status = 'queued', sid = ?2 WHERE id = ?1", params![id, text]);
        "queued"
    } else {
        run(
            "INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at, status, news,
             channel, asked_by, open)
             VALUES (?1, 'protocol1', '+15005550006', '+14152000000', 'sandbox', ?2, ?3, 'requested', 'callbacks', ?4,
             'program', 1)",
            params![id, ACCOUNT, now, text],
        );
        "requested"
    };
    run(
        "INSERT INTO events (call_id, at, kind, source, status) VALUES (?1, ?2, 'status', 'local', ?3)",
        params![id, now, status],
    );
}
