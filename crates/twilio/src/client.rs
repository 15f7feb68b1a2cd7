//! The client: one method for each request.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, redirect, retry};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;

use crate::call_filter::PAGE_SIZE_MAX;
use crate::config::check_base;
use crate::{
    AnswerDefect, BackOff, Call, CallFilter, CallPage, CallRequestLog, CallSid, ClientConfig, ConfigError,
    CreateCall, Credentials, EndCall, Error, IncomingPhoneNumber, Notification, answer, is_loopback,
    pricing_base_url, redact, tls,
};

/// Close idle connections before the server is likely to: a call sent over a closing one would have an unknown outcome.
const IDLE_MAX: Duration = Duration::from_secs(20);
/// With 1,000 entries a page, more than any account has.
const PAGES_MAX: usize = 200;
/// Log entries hold whole requests, and a page must stay below the limit on responses.
const LOG_PAGE_SIZE: usize = 100;

/// Talks to Twilio for one account. Clones are cheap and share connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    credentials: Credentials,
    /// Without a trailing slash.
    pub(crate) base: String,
    /// `{base}/2010-04-01/Accounts/{sid}`.
    pub(crate) account: String,
    /// Base URL of the Pricing API, without a trailing slash.
    pub(crate) pricing: String,
    hears_time: Option<Arc<HearsTime>>,
}

type HearsTime = dyn Fn(Timestamp) + Send + Sync;

impl Client {
    /// Builds a client. Sends nothing.
    ///
    /// # Errors
    /// If the base URL is not usable or TLS can't be set up.
    pub fn new(config: ClientConfig) -> Result<Self, ConfigError> {
        let ClientConfig { base_url, credentials, connect_timeout, timeout } = config;
        let tls = match base_url.scheme() {
            "https" => tls::platform()?,
            "http" => tls::none()?,
            _ => return Err(ConfigError::Scheme),
        };
        check_base(&base_url)?;
        let loopback = is_loopback(&base_url);
        if base_url.scheme() == "http" && !loopback {
            tracing::warn!(
                "the credentials go unencrypted: Twilio's address is plain http and not on this machine"
            );
        }

        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("twilio-rust/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(tls)
            .connect_timeout(connect_timeout)
            .timeout(timeout)
            .pool_idle_timeout(IDLE_MAX)
            .redirect(redirect::Policy::none())
            .retry(retry::never());
        if loopback {
            // A proxy from the environment can't reach this machine.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(ConfigError::Http)?;

        let base = base_url.as_str().trim_end_matches('/').to_owned();
        let account = format!("{base}/2010-04-01/Accounts/{}", credentials.account_sid);
        let pricing = pricing_base_url(&base_url).as_str().trim_end_matches('/').to_owned();
        Ok(Self { http, credentials, base, account, pricing, hears_time: None })
    }

    /// Passes the `Date` of each response to `hear`. Twilio dates calls by that clock, to the second.
    #[must_use]
    pub fn telling_time(self, hear: impl Fn(Timestamp) + Send + Sync + 'static) -> Self {
        Self { hears_time: Some(Arc::new(hear)), ..self }
    }

    /// Places a call. Sends the request once. After 429 the caller decides whether to retry (see [`BackOff`]): the call
    /// may no longer be wanted.
    ///
    /// # Errors
    /// If [`Error::outcome`] is unknown, the call may have been placed: look for it with
    /// [`find_calls`](Self::find_calls).
    pub async fn create_call(&self, call: &CreateCall) -> Result<Call, Error> {
        self.send_once(Method::POST, &format!("{}/Calls.json", self.account), Some(call.form())).await
    }

    /// Reads a call.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] if the account has no such call.
    pub async fn fetch_call(&self, sid: &CallSid) -> Result<Call, Error> {
        self.get(&format!("{}/Calls/{sid}.json", self.account)).await
    }

    /// Ends a call. Safe to repeat.
    ///
    /// # Errors
    /// See [`Error`]; Twilio's code 21220 if the call's status doesn't allow `how`.
    pub async fn end_call(&self, sid: &CallSid, how: EndCall) -> Result<Call, Error> {
        self.post(&format!("{}/Calls/{sid}.json", self.account), format!("Status={}", how.as_str())).await
    }

    /// Reads the first page of matching calls.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list_calls(&self, filter: &CallFilter) -> Result<CallPage, Error> {
        self.get(&format!("{}/Calls.json?{}", self.account, filter.query())).await
    }

    /// Reads the page after `page`, if any.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn next_page(&self, page: &CallPage) -> Result<Option<CallPage>, Error> {
        match &page.next_page_uri {
            Some(uri) => self.get(&self.page_url(uri)?).await.map(Some),
            None => Ok(None),
        }
    }

    /// Collects matching calls from as many pages as the limit needs.
    ///
    /// # Errors
    /// See [`Error`]. Calls collected before the error are dropped.
    pub async fn find_calls(&self, filter: &CallFilter) -> Result<Vec<Call>, Error> {
        if filter.limit == 0 {
            return Ok(Vec::new());
        }
        let mut page = self.list_calls(filter).await?;
        let mut found = std::mem::take(&mut page.calls);
        for _ in 1..PAGES_MAX {
            if found.len() >= filter.limit {
                break;
            }
            match self.next_page(&page).await? {
                Some(next) => page = next,
                None => return Ok(found),
            }
            found.append(&mut page.calls);
        }
        if found.len() < filter.limit && page.has_next() {
            return Err(Error::UnreadableAnswer { status: 200, defect: AnswerDefect::EndlessPages });
        }
        found.truncate(filter.limit);
        Ok(found)
    }

    /// Lists every phone number of the account. Also the cheapest way to check credentials: a standard API key can't
    /// read the account itself.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn incoming_phone_numbers(&self) -> Result<Vec<IncomingPhoneNumber>, Error> {
        self.whole_list("/IncomingPhoneNumbers.json", "incoming_phone_numbers", PAGE_SIZE_MAX).await
    }

    /// Lists a call's errors and warnings. Twilio keeps them for some weeks.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] if the account has no such call.
    pub async fn call_notifications(&self, sid: &CallSid) -> Result<Vec<Notification>, Error> {
        self.whole_list(&format!("/Calls/{sid}/Notifications.json"), "notifications", LOG_PAGE_SIZE).await
    }

    /// Lists the requests that Twilio made for a call.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] if the account has no such call.
    pub async fn call_requests(&self, sid: &CallSid) -> Result<Vec<CallRequestLog>, Error> {
        self.whole_list(&format!("/Calls/{sid}/Events.json"), "events", LOG_PAGE_SIZE).await
    }

    async fn whole_list<T: DeserializeOwned>(
        &self,
        path: &str,
        name: &str,
        page_size: usize,
    ) -> Result<Vec<T>, Error> {
        let unreadable = |defect| Error::UnreadableAnswer { status: 200, defect };
        let mut entries = Vec::new();
        let mut url = format!("{}{path}?PageSize={page_size}", self.account);
        for _ in 0..PAGES_MAX {
            let mut page: serde_json::Map<String, serde_json::Value> = self.get(&url).await?;
            let read = page.remove(name).map(serde_json::from_value::<Vec<T>>);
            let mut read = match read {
                Some(Ok(read)) => read,
                Some(Err(error)) => {
                    // serde's message quotes the input, which may be a phone number.
                    let reason = redact::numbers(&error.to_string());
                    return Err(unreadable(AnswerDefect::NotAsDocumented(reason)));
                }
                None => return Err(unreadable(AnswerDefect::NotAsDocumented(format!("it has no {name}")))),
            };
            entries.append(&mut read);
            match page.get("next_page_uri").and_then(serde_json::Value::as_str) {
                Some(uri) => url = self.page_url(uri)?,
                None => return Ok(entries),
            }
        }
        Err(unreadable(AnswerDefect::EndlessPages))
    }

    /// Twilio gives the next page as path and query. Refuse anything else: a forged answer could send the credentials
    /// to another host.
    fn page_url(&self, uri: &str) -> Result<String, Error> {
        if uri.starts_with('/') {
            Ok(format!("{}{uri}", self.base))
        } else {
            Err(Error::UnreadableAnswer { status: 200, defect: AnswerDefect::ForeignNextPage })
        }
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, Error> {
        self.send(Method::GET, url, None).await
    }

    async fn post<T: DeserializeOwned>(&self, url: &str, form: String) -> Result<T, Error> {
        self.send(Method::POST, url, Some(form)).await
    }

    /// Retries after 429.
    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        url: &str,
        form: Option<String>,
    ) -> Result<T, Error> {
        let mut back_off = BackOff::default();
        loop {
            let error = match self.send_once(method.clone(), url, form.clone()).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let Some(wait) = back_off.wait_after(&error) else { return Err(error) };
            tracing::info!(wait_ms = wait.as_millis(), "Twilio has too many requests; trying again");
            tokio::time::sleep(wait).await;
        }
    }

    async fn send_once<T: DeserializeOwned>(
        &self,
        method: Method,
        url: &str,
        form: Option<String>,
    ) -> Result<T, Error> {
        let (user, password) = self.credentials.basic();
        let mut request = self.http.request(method, url).basic_auth(user, Some(password.expose_secret()));
        if let Some(form) = form {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        }
        let response = request.send().await.map_err(Error::from_transport)?;
        if let Some(hear) = &self.hears_time
            && let Some(date) = answer::date(&response)
        {
            hear(date);
        }
        answer::read(response).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("account", &self.account).finish_non_exhaustive()
    }
}
