//! Checks credentials before a route runs.

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

/// Accepts the user's password, a session, a device's token or the owner's.
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

/// For clients that expect neither a page nor a problem.
pub(crate) const LOCKED_OUT: &str = "There were too many wrong passwords from this address. Try again later.";

fn wants_a_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|kind| kind.trim().starts_with("text/html"))
}

/// The interface's own requests. Asking a browser for Basic credentials would open its own sign-in window over our
/// page. These requests have a cookie, or a header that only browsers send and no script can set. Over plain HTTP
/// browsers send no such header, so the interface sends [`PAGE`]; requests that can't set headers, such as the event
/// stream, have one of our pages as their referrer.
fn is_page_of_ours(headers: &HeaderMap) -> bool {
    let by_browser =
        ["sec-fetch-mode", "sec-fetch-site", PAGE].into_iter().any(|name| headers.contains_key(name));
    by_browser || cookie::token(headers).is_some() || is_from_a_page_of_ours(headers)
}

const PAGE: &str = "x-bsp-page";

fn is_from_a_page_of_ours(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let (Some(referer), Some(host)) = (text(header::REFERER), text(header::HOST)) else { return false };
    let rest = referer.strip_prefix("http://").or_else(|| referer.strip_prefix("https://"));
    rest.and_then(|rest| rest.split(['/', '?', '#']).next())
        .is_some_and(|from| from.eq_ignore_ascii_case(host))
}

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
