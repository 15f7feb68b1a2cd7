//! One request and its effect on the place of its connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use axum::http::{HeaderValue, Version, header};
use axum::response::Response;
use tokio::time::Instant;

use super::places::Connection;

/// A body of at most this many bytes arrives with its head: the HTTP library reads it to its end by itself.
const SMALL: u64 = 4 * 1024;

/// Stored in the request's extensions; requests within the process have none.
#[derive(Clone)]
pub(crate) struct Visit(Arc<State>);

struct State {
    connection: Connection,
    since: Instant,
    small: bool,
    let_in: AtomicBool,
    read_to_its_end: AtomicBool,
}

impl Visit {
    pub(super) fn begin(connection: &Connection, length: Option<u64>) -> Self {
        connection.asks();
        Self(Arc::new(State {
            connection: connection.clone(),
            since: Instant::now(),
            small: length.is_some_and(|length| length <= SMALL),
            let_in: AtomicBool::new(false),
            read_to_its_end: AtomicBool::new(length == Some(0)),
        }))
    }

    /// The request is authenticated, by a password, a token or a signature. From now on the timeouts are longer, and
    /// the connection keeps its place.
    pub(crate) fn let_in(&self) {
        if !self.0.let_in.swap(true, Relaxed) {
            self.0.connection.let_in();
        }
    }

    pub(super) fn is_let_in(&self) -> bool {
        self.0.let_in.load(Relaxed)
    }

    pub(super) fn since(&self) -> Instant {
        self.0.since
    }

    pub(super) fn waits(&self) {
        self.0.connection.owes_a_body();
    }

    pub(super) fn goes_on(&self) {
        self.0.connection.owes_it_no_more();
    }

    pub(super) fn was_read(&self) {
        self.0.read_to_its_end.store(true, Relaxed);
    }

    /// If the answer comes before the end of the body, the connection is closed after it: the rest of the body is not
    /// worth waiting for.
    pub(super) fn answered(&self, version: Version, response: &mut Response) {
        self.0.connection.is_answered();
        let is_read = self.0.read_to_its_end.load(Relaxed) || (self.0.small && self.is_let_in());
        let is_left = !is_read;
        // HTTP/2 ends a single request without its connection, and forbids the header.
        if is_left && version < Version::HTTP_2 {
            self.0.connection.leaves_unread();
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}
