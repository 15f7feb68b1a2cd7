//! The reference: the least that a durable, signed request needs.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::Connection;
use sha2::Sha256;
use tokio::sync::{mpsc, oneshot};

use super::load::{self, Requests};

const KEY: &[u8] = b"12345";

type Row = (Bytes, oneshot::Sender<()>);
type Write = fn(&Connection, &[u8]);

/// Rows are on the disk once they are added. Clones share the database.
#[derive(Clone)]
pub(crate) struct Rows {
    queue: mpsc::Sender<Row>,
    _folder: Arc<tempfile::TempDir>,
}

impl Rows {
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("bare.db")).unwrap();
        connection.execute_batch("CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB NOT NULL)").unwrap();
        Self::on(folder, connection, |connection, body| {
            let mut insert = connection.prepare_cached("INSERT INTO rows (body) VALUES (?1)").unwrap();
            insert.execute([body]).unwrap();
        })
    }

    pub(crate) fn on(folder: tempfile::TempDir, connection: Connection, write: Write) -> Self {
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.pragma_update(None, "synchronous", "FULL").unwrap();
        let (rows, queue) = mpsc::channel(4_096);
        std::thread::spawn(move || commit(&connection, queue, write));
        Self { queue: rows, _folder: Arc::new(folder) }
    }

    pub(crate) async fn add(&self, row: Bytes) {
        let (told, written) = oneshot::channel();
        self.queue.send((row, told)).await.unwrap();
        written.await.unwrap();
    }
}

pub(crate) struct Bare {
    address: SocketAddr,
    _rows: Rows,
    _runtime: tokio::runtime::Runtime,
}

impl Bare {
    pub(crate) fn start() -> Self {
        let rows = Rows::open();
        let runtime = super::product::runtime();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", post(handle)).with_state(rows.clone());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, _rows: rows, _runtime: runtime }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn requests(&self) -> Requests {
        let body = format!("CallStatus=ringing&{}", "x".repeat(500));
        let signature = STANDARD.encode(mac(body.as_bytes()).finalize().into_bytes());
        let request = load::post("/", &format!("x-signature: {signature}\r\n"), &body);
        Arc::new(move |_| Some(request.clone()))
    }
}

fn mac(body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY).unwrap();
    mac.update(body);
    mac
}

async fn handle(State(rows): State<Rows>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers.get("x-signature").and_then(|value| STANDARD.decode(value.as_bytes()).ok());
    if mac(&body).verify_slice(&signature.unwrap_or_default()).is_err() {
        return StatusCode::FORBIDDEN;
    }
    rows.add(body).await;
    StatusCode::NO_CONTENT
}

/// One thread, and all waiting rows share a commit: the fastest way for many writers in SQLite.
fn commit(connection: &Connection, mut queue: mpsc::Receiver<Row>, write: Write) {
    let mut waiting = Vec::new();
    while queue.blocking_recv_many(&mut waiting, 256) > 0 {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        for (body, _) in &waiting {
            write(connection, body);
        }
        connection.execute_batch("COMMIT").unwrap();
        for (_, told) in waiting.drain(..) {
            let _ = told.send(());
        }
    }
}
