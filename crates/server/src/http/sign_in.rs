//! The page on which a browser signs in, and the one on which a phone joins. Plain forms: they work before anything else
//! does.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::client::{Client, browser_name};
use super::{Shared, cookie, problem::Problem};
use crate::gate::{Shown, Turned};

const PAGE: &str = include_str!("sign_in.html");
const PAIR_PAGE: &str = include_str!("pair.html");
const STYLE: &str = include_str!("sign_in.css");

/// The routes; they are open to everybody.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/sign-in", get(async || page(StatusCode::OK, "")).post(sign_in))
        .route("/sign-in.css", get(async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)))
        .route("/pair", get(pair_page).post(pair))
}

/// The page in the place of one that is behind the password.
pub(crate) fn page_for(turned: Turned) -> Response {
    match turned {
        Turned::Away => page(StatusCode::UNAUTHORIZED, ""),
        Turned::AwayFor(_) => refused(turned, ""),
    }
}

/// What the form sends.
#[derive(Deserialize)]
struct SignIn {
    user: String,
    password: SecretString,
}

async fn sign_in(
    State(shared): State<Shared>,
    client: Client,
    headers: HeaderMap,
    form: Result<axum::Form<SignIn>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Problem> {
    let Ok(axum::Form(form)) = form else {
        return Ok(page(StatusCode::BAD_REQUEST, "Both are needed."));
    };
    let shown = Shown::Password { user: form.user.trim(), password: form.password.expose_secret() };
    if let Err(turned) = shared.gate.admit(shown, client.source).await {
        return Ok(refused(turned, "That is not the name and the password."));
    }
    let (token, _) = shared.gate.begin_session(&browser_name(&headers), client.source).await?;
    Ok(let_in(&token, client))
}

/// What the link in the picture says.
#[derive(Deserialize)]
struct PairLink {
    #[serde(default)]
    code: String,
}

/// Looking at the page uses nothing up: programs that preview links do it too.
async fn pair_page(Query(link): Query<PairLink>, headers: HeaderMap) -> Html<String> {
    pair_form(&link.code, &browser_name(&headers), "")
}

#[derive(Deserialize)]
struct Pair {
    code: String,
    name: String,
}

async fn pair(
    State(shared): State<Shared>,
    client: Client,
    headers: HeaderMap,
    form: Result<axum::Form<Pair>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Problem> {
    let Ok(axum::Form(form)) = form else {
        return Ok((StatusCode::BAD_REQUEST, pair_form("", "", "Both are needed.")).into_response());
    };
    match shared.gate.pair(form.code.trim(), &form.name, client.source).await? {
        Ok((token, _)) => Ok(let_in(&token, client)),
        Err(turned) => {
            let (status, sentence) = match turned {
                Turned::Away => (
                    StatusCode::UNAUTHORIZED,
                    "This code was used already or is older than five minutes. Make another one.",
                ),
                Turned::AwayFor(_) => (StatusCode::TOO_MANY_REQUESTS, super::authenticate::LOCKED_OUT),
            };
            Ok((status, pair_form("", &browser_name(&headers), sentence)).into_response())
        }
    }
}

fn let_in(token: &SecretString, client: Client) -> Response {
    let mut response =
        (StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static("/"))]).into_response();
    if let Some(cookie) = cookie::set(token, client.https) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn refused(turned: Turned, wrong: &str) -> Response {
    match turned {
        Turned::Away => page(StatusCode::UNAUTHORIZED, wrong),
        Turned::AwayFor(wait) => {
            let seconds = wait.as_secs() + 1;
            let sentence = format!("Too much was wrong before. Try again in {}.", spoken(seconds));
            let mut response = page(StatusCode::TOO_MANY_REQUESTS, &sentence);
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            response
        }
    }
}

fn spoken(seconds: u64) -> String {
    match seconds {
        1 => "a second".into(),
        2..90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

fn page(status: StatusCode, complaint: &str) -> Response {
    (status, Html(PAGE.replace("{{complaint}}", &paragraph(complaint)))).into_response()
}

fn pair_form(code: &str, name: &str, complaint: &str) -> Html<String> {
    // Codes and names of browsers have letters, digits and blanks alone; whatever else comes is dropped, so that none
    // of it can be taken for HTML.
    let plain = |text: &str| {
        text.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == ' ').collect::<String>()
    };
    let page = PAIR_PAGE.replace("{{complaint}}", &paragraph(complaint));
    Html(page.replace("{{code}}", &plain(code)).replace("{{name}}", &plain(name)))
}

fn paragraph(sentence: &str) -> String {
    if sentence.is_empty() {
        String::new()
    } else {
        format!("<p class=\"complaint\" role=\"alert\">{sentence}</p>")
    }
}
