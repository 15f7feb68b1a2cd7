//! The sign-in page and the page where a phone joins. Plain forms that work without the rest of the interface.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::client::{Client, browser_name};
use super::page_language::Language;
use super::{Shared, cookie, problem::Problem};
use crate::auth::{Presented, Rejection};

const PAGE: &str = include_str!("sign_in.html");
const PAIR_PAGE: &str = include_str!("pair.html");
const STYLE: &str = include_str!("sign_in.css");

/// Open to everyone.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route(
            "/sign-in",
            get(async |language: Language| page(language, StatusCode::OK, "", "")).post(sign_in),
        )
        .route("/sign-in.css", get(async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)))
        .route("/pair", get(pair_page).post(pair))
}

/// The page shown instead of one that needs the password. A browser that had access before sees why it lost it.
pub(crate) fn page_for(language: Language, headers: &HeaderMap, rejection: Rejection) -> Response {
    let ended = if cookie::token(headers).is_some() { language.texts().access_ended } else { "" };
    match rejection {
        Rejection::Rejected => page(language, StatusCode::UNAUTHORIZED, ended, ""),
        Rejection::LockedOut(_) => refused(language, rejection, "", ""),
    }
}

#[derive(Deserialize)]
struct SignIn {
    user: String,
    password: SecretString,
}

async fn sign_in(
    State(shared): State<Shared>,
    client: Client,
    language: Language,
    headers: HeaderMap,
    form: Result<axum::Form<SignIn>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Problem> {
    let Ok(axum::Form(form)) = form else {
        return Ok(page(language, StatusCode::BAD_REQUEST, language.texts().both_needed, ""));
    };
    let presented = Presented::Password { user: form.user.trim(), password: form.password.expose_secret() };
    if let Err(rejection) = shared.auth.admit(presented, client.source).await {
        return Ok(refused(language, rejection, language.texts().wrong_password, &form.user));
    }
    let (token, _) = shared.auth.begin_session(&browser_name(&headers), client.source).await?;
    Ok(let_in(&token, client))
}

#[derive(Deserialize)]
struct PairLink {
    #[serde(default)]
    code: String,
}

/// Opening the page doesn't use up the code: programs that preview links open it too. A used link leads the device that
/// joined with it into the program.
async fn pair_page(
    State(shared): State<Shared>,
    client: Client,
    Query(link): Query<PairLink>,
    language: Language,
    headers: HeaderMap,
) -> Response {
    let name = browser_name(&headers);
    if link.code.is_empty() || shared.auth.is_code_open(link.code.trim()) {
        return pair_form(language, StatusCode::OK, &link.code, &name, "");
    }
    if is_signed_in(&shared, client, &headers).await {
        return to_the_program();
    }
    pair_form(language, StatusCode::GONE, "", &name, language.texts().wrong_code)
}

async fn is_signed_in(shared: &Shared, client: Client, headers: &HeaderMap) -> bool {
    match cookie::token(headers) {
        Some(token) => shared.auth.admit(Presented::Token(token), client.source).await.is_ok(),
        None => false,
    }
}

#[derive(Deserialize)]
struct Pair {
    code: String,
    name: String,
}

async fn pair(
    State(shared): State<Shared>,
    client: Client,
    language: Language,
    headers: HeaderMap,
    form: Result<axum::Form<Pair>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Problem> {
    let Ok(axum::Form(form)) = form else {
        return Ok(pair_form(language, StatusCode::BAD_REQUEST, "", "", language.texts().both_needed));
    };
    let code = form.code.trim();
    // "Join" was pressed twice, or the form was sent again.
    if !shared.auth.is_code_open(code) && is_signed_in(&shared, client, &headers).await {
        return Ok(to_the_program());
    }
    match shared.auth.pair(code, &form.name, client.source).await? {
        Ok((token, _)) => Ok(let_in(&token, client)),
        Err(rejection) => {
            let (status, sentence) = match rejection {
                Rejection::Rejected => (StatusCode::UNAUTHORIZED, language.texts().wrong_code),
                Rejection::LockedOut(_) => (StatusCode::TOO_MANY_REQUESTS, language.texts().locked_out),
            };
            Ok(pair_form(language, status, "", &browser_name(&headers), sentence))
        }
    }
}

fn to_the_program() -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static("/"))]).into_response()
}

fn let_in(token: &SecretString, client: Client) -> Response {
    let mut response = to_the_program();
    if let Some(cookie) = cookie::set(token, client.https) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn refused(language: Language, rejection: Rejection, wrong: &str, user: &str) -> Response {
    match rejection {
        Rejection::Rejected => page(language, StatusCode::UNAUTHORIZED, wrong, user),
        Rejection::LockedOut(wait) => {
            let seconds = wait.as_secs() + 1;
            let sentence = (language.texts().locked_out_for)(seconds);
            let mut response = page(language, StatusCode::TOO_MANY_REQUESTS, &sentence, user);
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            response
        }
    }
}

/// `user` fills in the name, so only the password must be typed again.
fn page(language: Language, status: StatusCode, complaint: &str, user: &str) -> Response {
    let page = PAGE.replace("{{complaint}}", &paragraph(complaint));
    in_words(language, status, page.replace("{{typed_user}}", &attribute(user)))
}

/// Escapes an attribute's value. Braces are escaped too, because they mark placeholders.
fn attribute(text: &str) -> String {
    let escaped = |sign: char| match sign {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '{' => "&#123;".to_owned(),
        sign => sign.to_string(),
    };
    text.chars().take(100).map(escaped).collect()
}

fn pair_form(language: Language, status: StatusCode, code: &str, name: &str, complaint: &str) -> Response {
    let page = PAIR_PAGE.replace("{{complaint}}", &paragraph(complaint));
    in_words(
        language,
        status,
        page.replace("{{code}}", &attribute(code)).replace("{{name}}", &attribute(name)),
    )
}

fn in_words(language: Language, status: StatusCode, mut page: String) -> Response {
    let texts = language.texts();
    for (name, words) in texts.words.into_iter().chain([("lang", texts.lang)]) {
        page = page.replace(&format!("{{{{{name}}}}}"), words);
    }
    // Caches must not show it to readers of another language.
    let varies = (header::VARY, HeaderValue::from_static("accept-language"));
    (status, [varies], Html(page)).into_response()
}

fn paragraph(sentence: &str) -> String {
    if sentence.is_empty() {
        String::new()
    } else {
        format!("<p class=\"complaint\" role=\"alert\">{sentence}</p>")
    }
}
