//! The sandbox's own requests: signed, with a timeout, retried once if no connection was made, and only to allowed
//! addresses of this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::RwLock;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use secrecy::SecretString;
use twilio::{Method, signature};

use crate::address::Address;
use crate::config::Reachable;
use crate::sid;

/// Twilio accepts documents of up to 64 kB.
const ANSWER_MAX_BYTES: usize = 64 * 1024;

/// A request that the sandbox sent, or would have sent to an allowed address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackRecord {
    /// SID of its call.
    pub call_sid: String,
    /// What it was for.
    pub purpose: Purpose,
    /// HTTP method.
    pub method: Method,
    /// The original text of the URL, which is signed. With GET the parameters were appended.
    pub url: String,
    /// 1, or 2 if the first found no connection.
    pub attempt: u32,
    /// The result.
    pub verdict: Verdict,
    /// When it was sent.
    pub at: Timestamp,
    /// Response time.
    pub took: Duration,
    /// As a form, which takes a tenth of a list's memory.
    form: Arc<str>,
}

/// Purpose of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Reports a call's progress.
    StatusCallback,
    /// Fetches TwiML.
    Twiml,
    /// Sends the pressed keys and fetches the next TwiML.
    Gather,
}

/// Result of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A response arrived.
    Answered {
        /// Its HTTP status.
        status: u16,
    },
    /// No connection was made.
    Unreachable,
    /// It was sent, but no complete response arrived in time.
    NoAnswer,
    /// The address isn't on this machine or not allowed: never sent, but counts as answered.
    NotSent,
}

impl CallbackRecord {
    /// The parameters in the order sent.
    #[must_use]
    pub fn params(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.form.as_bytes()).into_owned().collect()
    }

    /// A parameter's value, if it was sent.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.form.as_bytes())
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.into_owned())
    }
}

pub(crate) struct Outgoing<'a> {
    pub(crate) call_sid: &'a str,
    pub(crate) purpose: Purpose,
    pub(crate) method: Method,
    pub(crate) address: &'a Address,
    pub(crate) params: &'a [(&'static str, String)],
    /// The same across retries and repetitions.
    pub(crate) idempotency_token: &'a str,
    /// The account's token, unless a script forges signatures.
    pub(crate) auth_token: &'a SecretString,
}

pub(crate) struct Reply {
    pub(crate) verdict: Verdict,
    pub(crate) content_type: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    fn without_answer(verdict: Verdict) -> Self {
        Self { verdict, content_type: None, location: None, body: Vec::new() }
    }
}

pub(crate) struct Courier {
    http: reqwest::Client,
    reachable: RwLock<Reachable>,
}

impl Courier {
    pub(crate) fn new(
        answer_timeout: Duration,
        reachable: Reachable,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let here = |ip: IpAddr| SocketAddr::new(ip, 0);
        let v4 = here(Ipv4Addr::LOCALHOST.into());
        // If only listed addresses may be contacted, `localhost` is 127.0.0.1: the same port on ::1 may belong to
        // another program.
        let localhost = match &reachable {
            Reachable::ThisMachine => vec![v4, here(Ipv6Addr::LOCALHOST.into())],
            Reachable::Only(_) => vec![v4],
        };
        // No authority signs certificates for loopback addresses, so https never connects.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent("TwilioProxy/1.1 (sandbox)")
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .resolve_to_addrs("localhost", &localhost)
            .timeout(answer_timeout)
            .build()?;
        Ok(Self { http, reachable: RwLock::new(reachable) })
    }

    pub(crate) fn allow(&self, address: SocketAddr) {
        let mut reachable = self.reachable.write();
        if let Reachable::Only(allowed) = &mut *reachable {
            allowed.push(address);
        }
    }

    fn may_contact(&self, address: &Address) -> bool {
        match &*self.reachable.read() {
            Reachable::ThisMachine => address.is_local(),
            Reachable::Only(allowed) => address.is_one_of(allowed),
        }
    }

    pub(crate) async fn deliver(&self, outgoing: &Outgoing<'_>, record: impl Fn(CallbackRecord)) -> Reply {
        let form: Arc<str> = form_urlencoded::Serializer::new(String::with_capacity(1024))
            .extend_pairs(outgoing.params)
            .finish()
            .into();
        let mut attempt = 1;
        loop {
            let (at, started) = (Timestamp::now(), Instant::now());
            let reply = self.attempt(outgoing, &form).await;
            let verdict = reply.verdict;
            record(CallbackRecord {
                call_sid: outgoing.call_sid.to_owned(),
                purpose: outgoing.purpose,
                method: outgoing.method,
                url: outgoing.address.text.clone(),
                attempt,
                verdict,
                at,
                took: started.elapsed(),
                form: Arc::clone(&form),
            });
            if verdict != Verdict::Unreachable || attempt == 2 {
                return reply;
            }
            attempt += 1;
        }
    }

    async fn attempt(&self, outgoing: &Outgoing<'_>, form: &str) -> Reply {
        if !self.may_contact(outgoing.address) {
            if outgoing.address.is_local() {
                let port = outgoing.address.url.port_or_known_default();
                tracing::warn!(
                    port,
                    "a port of this machine is not contacted: it isn't among the reachable ones"
                );
            }
            return Reply::without_answer(Verdict::NotSent);
        }
        let request = match outgoing.method {
            Method::Post => {
                let signature = signature::sign(outgoing.auth_token, &outgoing.address.text, outgoing.params);
                self.http
                    .post(outgoing.address.url.clone())
                    .header(signature::HEADER, signature)
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8")
                    .body(form.to_owned())
            }
            Method::Get => {
                // With GET the parameters are part of the URL, and only the URL is signed.
                let Some(address) = outgoing.address.with_query(form) else {
                    return Reply::without_answer(Verdict::NotSent);
                };
                let signature = signature::sign::<&str, &str>(outgoing.auth_token, &address.text, &[]);
                self.http.get(address.url).header(signature::HEADER, signature)
            }
        };
        match request.header("I-Twilio-Idempotency-Token", outgoing.idempotency_token).send().await {
            Ok(response) => read(response).await,
            Err(error) if error.is_connect() => Reply::without_answer(Verdict::Unreachable),
            Err(_) => Reply::without_answer(Verdict::NoAnswer),
        }
    }
}

/// Reads the body even if it isn't needed: otherwise the connection couldn't be reused.
async fn read(mut response: reqwest::Response) -> Reply {
    let text = |headers: &HeaderMap, name| {
        headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let verdict = Verdict::Answered { status: response.status().as_u16() };
    let content_type = text(response.headers(), CONTENT_TYPE);
    let location = text(response.headers(), LOCATION);
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = ANSWER_MAX_BYTES.saturating_sub(body.len());
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() >= room {
                    break;
                }
            }
            Ok(None) => break,
            Err(_) => return Reply::without_answer(Verdict::NoAnswer),
        }
    }
    Reply { verdict, content_type, location, body }
}

pub(crate) fn idempotency_token() -> String {
    sid::random_hex()
}
