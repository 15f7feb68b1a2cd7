//! Asks for credentials before anything of a route is done.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Shared;
use super::client::Client;
use super::page_language::Language;
use super::problem::Problem;
use super::{cookie, documented, sign_in};
use crate::auth::{Presented, Rejection, Who};
use crate::net::Visit;

/// Lets a request through that carries the user's password, a session, a device's token or the owner's.
pub(crate) async fn require_credentials(
    State(shared): State<Shared>,
    client: Client,
    mut request: Request,
    next: Next,
) -> Response {
    let rejection = match Credentials::of(request.headers()) {
        Some(credentials) => match shared.auth.admit(credentials.presented(), client.source).await {
            Ok(who) => {
                if let Some(visit) = request.extensions().get::<Visit>() {
                    visit.let_in();
                }
                request.extensions_mut().insert(who);
                return next.run(request).await;
            }
            Err(rejection) => rejection,
        },
        None => Rejection::Rejected,
    };
    refuse(&request, rejection)
}

/// Who asks, and how they came in.
pub(crate) struct Asker(pub(crate) Who);

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Who>().cloned().map(Self).ok_or_else(Problem::unauthorized)
    }
}

fn refuse(request: &Request, rejection: Rejection) -> Response {
    let (path, headers) = (request.uri().path(), request.headers());
    if request.method() == Method::GET && !path.starts_with("/api/") && wants_a_page(headers) {
        return sign_in::page_for(Language::of(headers), headers, rejection);
    }
    let mut response = match rejection {
        Rejection::LockedOut(wait) if path.starts_with("/api/v1/") => {
            Problem::locked_out(wait).into_response()
        }
        Rejection::LockedOut(_) => documented::message(StatusCode::TOO_MANY_REQUESTS, LOCKED_OUT),
        Rejection::Rejected if path.starts_with("/api/v1/") => Problem::unauthorized().into_response(),
        // The documented answer, to the byte.
        Rejection::Rejected => (StatusCode::UNAUTHORIZED, "Nope\n").into_response(),
    };
    let headers_of_answer = response.headers_mut();
    if let Rejection::LockedOut(wait) = rejection {
        headers_of_answer.insert(header::RETRY_AFTER, (wait.as_secs() + 1).into());
    } else if !is_page_of_ours(headers) {
        let realm = HeaderValue::from_static("Basic realm=\"Login Required\", charset=\"UTF-8\"");
        headers_of_answer.insert(header::WWW_AUTHENTICATE, realm);
    }
    response
}

/// What whoever has to wait is told where no page and no problem is expected.
pub(crate) const LOCKED_OUT: &str = "There were too many wrong passwords from this address. Try again later.";

fn wants_a_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|kind| kind.trim().starts_with("text/html"))
}

/// The interface's own requests: a browser that is asked for Basic credentials in their answer would show a window of
/// its own, over a page that has a better way. They have a cookie, or a header that browsers alone send and no script can
/// set. Over plain HTTP browsers send none of these, so there the interface says itself what it is ([`PAGE`]), and what
/// can't say so, such as a stream of news, at least comes from one of our pages.
fn is_page_of_ours(headers: &HeaderMap) -> bool {
    let by_browser =
        ["sec-fetch-mode", "sec-fetch-site", PAGE].into_iter().any(|name| headers.contains_key(name));
    by_browser || cookie::token(headers).is_some() || is_from_a_page_of_ours(headers)
}

/// What the interface sends with its requests.
const PAGE: &str = "x-bsp-page";

fn is_from_a_page_of_ours(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let (Some(referer), Some(host)) = (text(header::REFERER), text(header::HOST)) else { return false };
    let rest = referer.strip_prefix("http://").or_else(|| referer.strip_prefix("https://"));
    rest.and_then(|rest| rest.split(['/', '?', '#']).next())
        .is_some_and(|from| from.eq_ignore_ascii_case(host))
}

/// Credentials out of a request's head.
enum Credentials {
    Basic(String),
    Token(String),
}

impl Credentials {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let Some(header) = headers.get(header::AUTHORIZATION) else {
            return cookie::token(headers).map(|token| Self::Token(token.to_owned()));
        };
        let (scheme, credentials) = header.to_str().ok()?.split_once(' ')?;
        let credentials = credentials.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            return Some(Self::Token(credentials.to_owned()));
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = STANDARD.decode(credentials).ok()?;
        String::from_utf8(decoded).ok().filter(|pair| pair.contains(':')).map(Self::Basic)
    }

    fn presented(&self) -> Presented<'_> {
        match self {
            Self::Token(token) => Presented::Token(token),
            Self::Basic(pair) => {
                let (user, password) = pair.split_once(':').unwrap_or((pair, ""));
                Presented::Password { user, password }
            }
        }
    }
}
