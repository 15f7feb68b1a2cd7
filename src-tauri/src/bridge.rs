//! Connects the page in the window to the server in the same process: requests, and events.
//!
//! Requests go to the same routes as a browser's, and to the owner's, with the owner's authority. Nothing goes through
//! a socket.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use benspamsphones_app::feed::FeedItem;
use benspamsphones_app::live::Change;
use benspamsphones_app::whole_file::{Readers, WholeFile};
use benspamsphones_core::EventId;
use futures::StreamExt as _;
use http::{Method, Request, Response};
use parking_lot::{Mutex, MutexGuard};
use serde::{Deserialize, Serialize};
use tauri::ipc::Channel;
use tokio::io::AsyncWriteExt as _;
use tokio::task::AbortHandle;
use tower::ServiceExt as _;

use crate::command_error::CommandError;
use crate::switchboard::{Serving, Switchboard};
use crate::wish::Wish;

/// In bytes, far more than the largest protocol file. Longer answers are saved to a file.
const MAX_ANSWER: usize = 64 << 20;

/// How long a wish waits for a page. A countdown for an old click would be a surprise.
const FRESH: Duration = Duration::from_secs(20);

const AGAIN: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
pub(crate) struct Asked {
    method: String,
    path: String,
    body: Option<String>,
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

#[derive(Serialize)]
pub(crate) struct Answer {
    status: u16,
    text: String,
    etag: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Saved {
    /// `false` if the person canceled.
    Done(bool),
    Refused(Answer),
}

#[derive(Serialize, Clone)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum News {
    Open,
    Lost,
    /// More events were missed than can be sent again.
    Resync,
    /// A link was opened, or the tray was clicked.
    Wish {
        wish: Wish,
    },
    /// The page before this one had to be replaced.
    Revived,
    Changed {
        what: Change,
    },
    /// A call's event, as on the network's stream.
    Call {
        json: String,
    },
}

#[derive(Default)]
pub(crate) struct Page(Mutex<Ear>);

#[derive(Default)]
struct Ear {
    listening: Option<(Channel<News>, AbortHandle)>,
    /// The newest wish that no page has received, and its time. A newer one replaces it.
    wish: Option<(Wish, Instant)>,
    /// Whether the next page replaces one that had ended or never came up.
    revived: bool,
}

impl Page {
    /// The next page says that the one before it had to be replaced.
    pub(crate) fn revive(&self) {
        self.ear().revived = true;
    }

    /// Sends events to this page, and no longer to the previous one.
    pub(crate) fn connect(&self, switchboard: Arc<Switchboard>, channel: Channel<News>) {
        let page = channel.clone();
        let task = tauri::async_runtime::spawn(async move { tell(&switchboard, &page).await });
        let mut ear = self.ear();
        if let Some((wish, came)) = ear.wish.take()
            && came.elapsed() < FRESH
        {
            // The page has just connected, so it receives this.
            let _ = channel.send(News::Wish { wish });
        }
        if std::mem::take(&mut ear.revived) {
            let _ = channel.send(News::Revived);
        }
        if let Some((_, before)) = ear.listening.replace((channel, task.inner().abort_handle())) {
            before.abort();
        }
    }

    pub(crate) fn disconnect(&self) {
        if let Some((_, task)) = self.ear().listening.take() {
            task.abort();
        }
    }

    /// Sends a wish now, or when a page listens.
    pub(crate) fn wish(&self, wish: Wish) {
        let mut ear = self.ear();
        match &ear.listening {
            Some((channel, _)) if channel.send(News::Wish { wish: wish.clone() }).is_ok() => {}
            Some(_) | None => ear.wish = Some((wish, Instant::now())),
        }
    }

    fn ear(&self) -> MutexGuard<'_, Ear> {
        self.0.lock()
    }
}

/// Fails when it isn't an API request, or no server answers.
pub(crate) async fn ask(switchboard: &Switchboard, asked: Asked) -> Result<Answer, CommandError> {
    whole(respond(switchboard, asked).await?).await
}

/// Streams the answer to a file, so that it may have any length. Fails when the path isn't one of the API, no server
/// answers, or the file can't be written; then no file is left.
pub(crate) async fn save(
    switchboard: &Switchboard,
    path: String,
    file: &Path,
) -> Result<Saved, CommandError> {
    let asked = Asked { method: "GET".into(), path, body: None, file: None, headers: BTreeMap::new() };
    let response = respond(switchboard, asked).await?;
    if !response.status().is_success() {
        return Ok(Saved::Refused(whole(response).await?));
    }
    write(response.into_body(), file.to_owned()).await?;
    Ok(Saved::Done(true))
}

/// Streamed, since it may be long, and atomic.
async fn write(body: Body, path: PathBuf) -> io::Result<()> {
    let stopped = |_| io::Error::from(io::ErrorKind::Interrupted);
    let begun = tokio::task::spawn_blocking(move || WholeFile::create(&path, Readers::AsBefore));
    let whole = begun.await.map_err(stopped)??;
    let mut file = tokio::io::BufWriter::new(tokio::fs::File::from_std(whole.handle()?));
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        file.write_all(&part.map_err(io::Error::other)?).await?;
    }
    file.flush().await?;
    tokio::task::spawn_blocking(move || whole.finish()).await.map_err(stopped)?
}

async fn respond(switchboard: &Switchboard, asked: Asked) -> Result<Response<Body>, CommandError> {
    let request = asked.into_request()?;
    let serving = switchboard.serving().await.ok_or(CommandError::NoServer)?;
    match serving.router.oneshot(request).await {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

async fn whole(response: Response<Body>) -> Result<Answer, CommandError> {
    let status = response.status().as_u16();
    let etag =
        response.headers().get(http::header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let body = to_bytes(response.into_body(), MAX_ANSWER).await.map_err(|_| CommandError::NoServer)?;
    Ok(Answer { status, text: String::from_utf8_lossy(&body).into_owned(), etag })
}

impl Asked {
    fn into_request(self) -> Result<Request<Body>, CommandError> {
        if !self.path.starts_with("/api/") {
            return Err(CommandError::BadRequest);
        }
        let method = Method::from_bytes(self.method.as_bytes()).map_err(|_| CommandError::BadRequest)?;
        let mut request = Request::builder().method(method).uri(self.path);
        if self.body.is_some() {
            request = request.header(http::header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let body = match (self.body, self.file) {
            (Some(text), _) => Body::from(text),
            (None, Some(file)) => Body::from(STANDARD.decode(file).map_err(|_| CommandError::BadRequest)?),
            (None, None) => Body::empty(),
        };
        request.body(body).map_err(|_| CommandError::BadRequest)
    }
}

/// Sends events until the page is gone, across restarts of the server.
async fn tell(switchboard: &Switchboard, page: &Channel<News>) {
    let mut starts = switchboard.starts();
    let mut last = None;
    while let Some(serving) = starts.next().await {
        if tell_of(&serving, &mut last, page).await.is_none() || page.send(News::Lost).is_err() {
            return;
        }
    }
}

/// Sends one server's events until it stops; `None` when the page is gone.
async fn tell_of(serving: &Serving, last: &mut Option<EventId>, page: &Channel<News>) -> Option<()> {
    let feed = match serving.app.feed(*last).await {
        Ok(feed) => feed,
        Err(error) => {
            tracing::warn!(%error, "the window hears no news");
            tokio::time::sleep(AGAIN).await;
            return Some(());
        }
    };
    let mut feed = std::pin::pin!(feed);
    while let Some(item) = feed.next().await {
        let news = match item {
            FeedItem::Open(id) => {
                *last = id.or(*last);
                News::Open
            }
            FeedItem::Call { id, json } => {
                *last = Some(id);
                News::Call { json: json.to_string() }
            }
            FeedItem::Changed(what) => News::Changed { what },
            FeedItem::Resync(id) => {
                *last = Some(id);
                News::Resync
            }
        };
        page.send(news).ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, path: &str) -> Asked {
        Asked { method: method.into(), path: path.into(), body: None, file: None, headers: BTreeMap::new() }
    }

    #[test]
    fn only_the_api_is_asked() {
        assert!(asked("GET", "/api/v1/status").into_request().is_ok());
        for (method, path) in
            [("GET", "/"), ("GET", "http://other/api/"), ("G T", "/api/"), ("GET", "/api/ x")]
        {
            assert!(asked(method, path).into_request().is_err(), "{method} {path}");
        }
    }

    #[tokio::test]
    async fn a_file_goes_through_byte_for_byte() {
        let headers = BTreeMap::from([("content-type".to_owned(), "text/vcard".to_owned())]);
        let bytes = b"J\xf6rg\0";
        let with_file =
            Asked { file: Some(STANDARD.encode(bytes)), headers, ..asked("POST", "/api/v1/people/import") };
        let request = with_file.into_request().unwrap();
        assert_eq!(
            request.headers().get_all(http::header::CONTENT_TYPE).iter().collect::<Vec<_>>(),
            ["text/vcard"]
        );
        assert_eq!(to_bytes(request.into_body(), 100).await.unwrap(), bytes.as_slice());
        let broken = Asked { file: Some("%%%".into()), ..asked("POST", "/api/v1/sounds") };
        assert!(broken.into_request().is_err());
    }

    #[test]
    fn a_body_is_json() {
        let with_body = Asked { body: Some("{}".into()), ..asked("POST", "/api/v1/calls") };
        let request = with_body.into_request().unwrap();
        assert_eq!(request.headers()[http::header::CONTENT_TYPE], "application/json");
    }
}
