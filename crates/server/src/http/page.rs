//! `GET /`: the interface, or instructions to build it.

use std::borrow::Cow;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use benspamsphones_app::accounts::PusherKeys;
use benspamsphones_core::Mode;
use tower_http::compression::CompressionLayer;

use super::Shared;
use super::interface::{self, File};

const STYLE: &str = include_str!("page.css");

/// For every page: only our own scripts and styles, and no framing by other sites. The API page uses `data:` addresses
/// for icons and style attributes for sizes.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' \
    'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; media-src data:; manifest-src 'self'; \
    worker-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// The header. With Pusher set up, pages may also connect to its server.
pub(crate) fn content_security_policy(pusher: Option<&PusherKeys>) -> HeaderValue {
    let plain = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
    let Some(pusher) = pusher else {
        return plain;
    };
    let connect = format!("connect-src 'self' {};", pusher.socket_origin());
    HeaderValue::try_from(CONTENT_SECURITY_POLICY.replace("connect-src 'self';", &connect)).unwrap_or(plain)
}

/// A file of the interface, or its stand-in, for a window that works without HTTP. `index.html` loads the others.
pub fn file(path: &str) -> Option<Cow<'static, [u8]>> {
    if path == "page.css" {
        return Some(Cow::Borrowed(STYLE.as_bytes()));
    }
    let built = interface::FILES.iter().find(|file| file.path == path);
    let stand_in = || (path == "index.html").then(|| Cow::Owned(plain_page("", "").into_bytes()));
    built.map(|file| Cow::Borrowed(file.bytes())).or_else(stand_in)
}

/// Files for the pages before sign-in, and for a phone's home screen.
pub(crate) fn open_routes() -> Router<Shared> {
    interface::assets().filter(|file| is_open(file.path)).fold(Router::new(), route)
}

fn route(router: Router<Shared>, file: &'static File) -> Router<Shared> {
    let tag = file.entity_tag();
    let answer = move |asked: HeaderMap| std::future::ready(file.answer(tag.as_ref(), &asked));
    router.route(&format!("/{}", file.path), get(answer))
}

/// Files that reveal nothing about what is behind the password.
fn is_open(path: &str) -> bool {
    path.starts_with("icon") || path.starts_with("screenshot") || path == "manifest.webmanifest"
}

pub(crate) fn routes() -> Router<Shared> {
    // A strong tag describes the exact bytes, so files with a tag aren't compressed.
    let (tagged, hashed): (Vec<_>, Vec<_>) =
        interface::assets().filter(|file| !is_open(file.path)).partition(|file| file.entity_tag().is_some());
    let packed = hashed.into_iter().fold(Router::new().route("/page.css", get(style)), route);
    let packed = match interface::index() {
        Some(index) => packed.route("/", get(async |asked: HeaderMap| index.answer(None, &asked))),
        None => packed.route("/", get(page)),
    };
    packed.layer(CompressionLayer::new()).merge(tagged.into_iter().fold(Router::new(), route))
}

/// Stands in for the interface if it wasn't built.
async fn page(State(shared): State<Shared>, headers: HeaderMap) -> Html<String> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost:9001");
    let mode = match shared.app.mode() {
        Mode::Sandbox => "Calls go to the sandbox: no phone rings and nothing costs money.",
        Mode::Live => "Calls are live: phones ring, and Twilio charges for them.",
    };
    // The host passed the perimeter, so it contains no HTML characters.
    Html(plain_page(mode, &format!("http://{host}")))
}

fn plain_page(mode: &str, origin: &str) -> String {
    include_str!("page.html").replace("{{mode}}", mode).replace("{{origin}}", origin)
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}
