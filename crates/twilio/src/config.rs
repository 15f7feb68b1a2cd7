//! What a client is built from, and why it can't be.

use std::net::IpAddr;
use std::time::Duration;

use url::{Host, Url};

use crate::Credentials;

/// Where Twilio's REST API is. A region or an edge has a host of its own, `api.{edge}.{region}.twilio.com`.
pub const DEFAULT_BASE_URL: &str = "https://api.twilio.com";
/// How long to wait for a connection.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait for a whole answer, the connection included.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);

/// What a [`Client`](crate::Client) is built from.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// Where the API is, `http` or `https`, with or without a path; the API's own path is added to it.
    pub base_url: Url,
    /// Who signs in.
    pub credentials: Credentials,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long to wait for a whole answer. Applies to each try alone.
    pub timeout: Duration,
}

impl ClientConfig {
    /// With the default times.
    #[must_use]
    pub const fn new(base_url: Url, credentials: Credentials) -> Self {
        Self { base_url, credentials, connect_timeout: DEFAULT_CONNECT_TIMEOUT, timeout: DEFAULT_TIMEOUT }
    }
}

/// Why no [`Client`](crate::Client) could be built.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The base URL is neither `http` nor `https`.
    #[error("the base URL must begin with http:// or https://")]
    Scheme,
    /// The base URL has a user, a query or a fragment.
    #[error("the base URL must have no user, password, query or fragment")]
    NotABase,
    /// Prices by `https` and calls by `http`: such a client trusts no certificate.
    #[error("prices can't be asked for by https where calls go by http")]
    Mixed,
    /// TLS could not be set up, for instance because the system has no certificates.
    #[error("TLS could not be set up")]
    Tls(#[from] rustls::Error),
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up")]
    Http(#[source] reqwest::Error),
}

pub(crate) fn check_base(url: &Url) -> Result<(), ConfigError> {
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if plain { Ok(()) } else { Err(ConfigError::NotABase) }
}

/// Whether an address is on this machine: a loopback address, or a name that means one.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
