//! Talks to the running server as its owner.

use std::path::Path;
use std::time::Duration;

use benspamsphones_server::data_dir::OwnerFile;
use reqwest::{Method, RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::exit::Failure;

/// Longer than the server's own patience with Twilio: three tries of 15 s with 5 s between them.
const TIMEOUT: Duration = Duration::from_secs(75);

pub(crate) struct Client {
    http: reqwest::Client,
    url: Url,
    token: SecretString,
}

#[derive(Deserialize)]
struct Problem {
    title: String,
    detail: String,
}

impl Client {
    /// Finds the server that runs on this data folder.
    pub(crate) fn find(data_dir: &Path) -> Result<Self, Failure> {
        let owner = OwnerFile::read(data_dir).map_err(Failure::other)?;
        let owner = owner.ok_or_else(|| Failure::NotRunning(format!(" for {}", data_dir.display())))?;
        // The server is on this machine; a proxy would only take the token elsewhere.
        let http = reqwest::Client::builder().no_proxy().build().map_err(Failure::other)?;
        Ok(Self { http, url: owner.url.clone(), token: owner.token() })
    }

    /// Address of the server.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// A request to a path, which begins with a slash.
    pub(crate) fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Failure> {
        let url = self.url.join(path).map_err(Failure::other)?;
        Ok(self.http.request(method, url).bearer_auth(self.token.expose_secret()))
    }

    /// Sends a request and reads its JSON answer.
    pub(crate) async fn json(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let answer = self.send(request.timeout(TIMEOUT)).await?;
        answer.json().await.map_err(Failure::NoAnswer)
    }

    /// Sends a request; an error of the server becomes a failure in its words.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let answer = request.send().await.map_err(|error| {
            if error.is_connect() {
                Failure::NotRunning(format!(" at {}", self.url))
            } else {
                Failure::NoAnswer(error)
            }
        })?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let problem = answer.json().await.unwrap_or_else(|_| Problem {
            title: format!("the server answered {status}"),
            detail: "is this an older server? start it again".into(),
        });
        Err(Failure::Problem { status: status.as_u16(), title: problem.title, detail: problem.detail })
    }
}
