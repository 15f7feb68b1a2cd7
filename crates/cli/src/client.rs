//! Requests to the running server, as its owner.

use std::path::Path;
use std::time::Duration;

use benspamsphones_app::data_dir::OwnerFile;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use crate::exit::Failure;

/// Longer than the server waits for Twilio: three tries of 15 s with 5 s between them.
const TIMEOUT: Duration = Duration::from_secs(75);

pub(crate) struct Client {
    http: reqwest::Client,
    url: Url,
    token: SecretString,
}

impl Client {
    pub(crate) fn find(data_dir: &Path) -> Result<Self, Failure> {
        let owner = OwnerFile::read(data_dir).map_err(Failure::other)?;
        let owner = owner.ok_or_else(|| Failure::NotRunning(format!(" for {}", data_dir.display())))?;
        // The server is on this machine; a proxy or a redirect would only leak the token.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(Failure::other)?;
        Ok(Self { http, url: owner.url.clone(), token: owner.token() })
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Failure> {
        let url = self.url.join(path).map_err(Failure::other)?;
        Ok(self.http.request(method, url).bearer_auth(self.token.expose_secret()))
    }

    /// Without the token, for what everybody may ask.
    pub(crate) fn anonymous(&self, method: Method, path: &str) -> Result<RequestBuilder, Failure> {
        Ok(self.http.request(method, self.url.join(path).map_err(Failure::other)?))
    }

    pub(crate) async fn status_of(&self, request: RequestBuilder) -> Result<StatusCode, Failure> {
        Ok(self.sent(request).await?.status())
    }

    pub(crate) async fn json(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let answer = self.answer(request.timeout(TIMEOUT), "application/json").await?;
        answer.json().await.map_err(Failure::NoAnswer)
    }

    pub(crate) async fn list(&self, request: RequestBuilder) -> Result<(Value, Vec<Value>), Failure> {
        let answer = self.json(request).await?;
        let items = items(&answer, "items")?.to_vec();
        Ok((answer, items))
    }

    pub(crate) async fn done(&self, request: RequestBuilder) -> Result<(), Failure> {
        let answer = self.send(request.timeout(TIMEOUT)).await?;
        if answer.status() == StatusCode::NO_CONTENT {
            return Ok(());
        }
        Err(match kind(&answer) {
            "application/json" => Failure::StrangeAnswer("it should be empty"),
            _ => self.stranger(),
        })
    }

    pub(crate) async fn answer(&self, request: RequestBuilder, wanted: &str) -> Result<Response, Failure> {
        let answer = self.send(request).await?;
        if kind(&answer) == wanted { Ok(answer) } else { Err(self.stranger()) }
    }

    /// The server's errors become failures with its message. An error without a problem body isn't from the server.
    async fn send(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let answer = self.sent(request).await?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        if kind(&answer) != "application/problem+json" {
            return Err(self.stranger());
        }
        let Ok(Value::Object(members)) = answer.json().await else { return Err(self.stranger()) };
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        let (Some(title), Some(detail)) = (text("title"), text("detail")) else {
            return Err(self.stranger());
        };
        Err(Failure::Problem { status: status.as_u16(), title, detail, members })
    }

    async fn sent(&self, request: RequestBuilder) -> Result<Response, Failure> {
        request.send().await.map_err(|error| {
            if error.is_connect() {
                Failure::NotRunning(format!(" at {}", self.url))
            } else {
                Failure::NoAnswer(error)
            }
        })
    }

    pub(crate) fn stranger(&self) -> Failure {
        Failure::Stranger(self.url.to_string())
    }
}

pub(crate) fn items<'a>(answer: &'a Value, name: &str) -> Result<&'a [Value], Failure> {
    answer[name].as_array().map(Vec::as_slice).ok_or(Failure::StrangeAnswer("it has no list"))
}

pub(crate) fn text<'a>(answer: &'a Value, name: &str) -> Result<&'a str, Failure> {
    answer[name].as_str().ok_or(Failure::StrangeAnswer("a field is missing"))
}

fn kind(answer: &Response) -> &str {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim()
}
