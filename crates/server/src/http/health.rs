//! `GET /healthz`: whether the program runs. `GET /readyz`: whether it can do its work. Open to everyone, so they say nothing else.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use benspamsphones_app::app::App;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// However often strangers ask, the database is asked once in this time.
const KEPT_FOR: Duration = Duration::from_secs(1);
/// Longer than any write takes. Probes wait a few seconds.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) fn routes<S: Clone + Send + Sync + 'static>(app: App) -> Router<S> {
    let readiness = Arc::new(Readiness { app, last: Mutex::default() });
    let ready = move || {
        let readiness = readiness.clone();
        async move { readiness.answer().await }
    };
    Router::new().route("/healthz", get(health)).route("/readyz", get(ready))
}

async fn health() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

struct Readiness {
    app: App,
    /// When it was found out, and what.
    last: Mutex<Option<(Instant, bool)>>,
}

impl Readiness {
    async fn answer(&self) -> (StatusCode, Json<Value>) {
        if self.is_ready().await {
            (StatusCode::OK, Json(json!({"status": "ready"})))
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "not_ready"})))
        }
    }

    /// Those who ask meanwhile wait for the same answer.
    async fn is_ready(&self) -> bool {
        let mut last = self.last.lock().await;
        if let Some((when, ready)) = *last
            && when.elapsed() < KEPT_FOR
        {
            return ready;
        }
        let ready = match timeout(PATIENCE, self.app.can_work()).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(%error, "not ready");
                false
            }
            Err(_) => {
                tracing::warn!("not ready: the database does not answer");
                false
            }
        };
        *last = Some((Instant::now(), ready));
        ready
    }
}
