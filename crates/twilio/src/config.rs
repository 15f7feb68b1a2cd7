//! The client's configuration and its errors.

use std::net::IpAddr;
use std::time::Duration;

use url::{Host, Url};

use crate::Credentials;

/// Twilio's REST API. Regions and edges have their own hosts, `api.{edge}.{region}.twilio.com`.
pub const DEFAULT_BASE_URL: &str = "https://api.twilio.com";
/// Time limit for connecting.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Time limit for the whole answer, including connecting.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);

/// Configuration of a [`Client`](crate::Client).
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// Base URL, `http` or `https`, with or without a path; the API's own path is appended.
    pub base_url: Url,
    /// How requests authenticate.
    pub credentials: Credentials,
    /// Time limit for connecting.
    pub connect_timeout: Duration,
    /// Time limit for the whole answer, for each try.
    pub timeout: Duration,
}

impl ClientConfig {
    /// Uses the default timeouts.
    #[must_use]
    pub const fn new(base_url: Url, credentials: Credentials) -> Self {
        Self { base_url, credentials, connect_timeout: DEFAULT_CONNECT_TIMEOUT, timeout: DEFAULT_TIMEOUT }
    }
}

/// Why a [`Client`](crate::Client) can't be built.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The base URL is neither `http` nor `https`.
    #[error("the base URL must begin with http:// or https://")]
    Scheme,
    /// The base URL has a user, a query or a fragment.
    #[error("the base URL must have no user, password, query or fragment")]
    NotABase,
    /// Prices over `https` but calls over `http`: such a client trusts no certificate.
    #[error("prices can't be asked for by https where calls go by http")]
    Mixed,
    /// TLS can't be set up, for example because the system has no certificates.
    #[error("TLS could not be set up")]
    Tls(#[from] rustls::Error),
    /// The HTTP client can't be set up.
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

/// Whether the host is a loopback address or a name for one.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
