//! Keeps other sites' pages from using a browser that is signed in here.
//!
//! A page on the internet can make its own name resolve to this machine (DNS rebinding), and it can make the
//! browser send requests here with the credentials that the browser remembers. So a request must name this
//! machine in its `Host`, and one that changes something must not come from another site's page.

use std::collections::HashSet;
use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

use super::Shared;
use super::client::Client;
use super::documented::{self, CALLBACK_PREFIX};
use super::problem::{Code, Problem};
use crate::gate::Why;

/// The names under which this machine may be asked for.
#[derive(Debug, Default)]
pub struct Perimeter {
    names: HashSet<String>,
}

impl Perimeter {
    /// Names beside `localhost` and addresses: this machine's own, the public address's, and those that the owner
    /// allows.
    pub fn new(machine_name: Option<&str>, public_url: Option<&Url>, allowed: &[String]) -> Self {
        let machine = machine_name.filter(|name| !name.is_empty()).map(str::to_ascii_lowercase);
        // Where the name has a domain, the network knows it by the first part alone (`addresses::local_name`).
        let short = machine.as_ref().and_then(|name| name.split('.').next()).map(str::to_owned);
        let local = short.as_ref().map(|name| format!("{name}.local"));
        let public = public_url.and_then(Url::host_str).map(str::to_ascii_lowercase);
        let allowed = allowed.iter().map(|name| name.to_ascii_lowercase());
        Self { names: [machine, short, local, public].into_iter().flatten().chain(allowed).collect() }
    }

    fn knows(&self, host: &str) -> bool {
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let host = host.to_ascii_lowercase();
        bare.parse::<IpAddr>().is_ok() || host == "localhost" || self.names.contains(&host)
    }
}

/// Refuses what another site's page could have sent.
pub(crate) async fn check(
    State(shared): State<Shared>,
    client: Client,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.and_then(|host| host.parse::<Authority>().ok());
    let Some(host) = host.filter(|host| shared.perimeter.knows(host.host())) else {
        shared.gate.note_refusal(client.source, Why::UnknownHost);
        return refuse(
            path,
            StatusCode::MISDIRECTED_REQUEST,
            Code::UnknownHost,
            "This machine is not known by that name. Use its address or localhost.",
        );
    };
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && !path.starts_with(CALLBACK_PREFIX) && comes_from_elsewhere(request.headers(), &host) {
        shared.gate.note_refusal(client.source, Why::CrossSite);
        return refuse(
            path,
            StatusCode::FORBIDDEN,
            Code::CrossSite,
            "A page of another site may not do this.",
        );
    }
    next.run(request).await
}

/// Browsers say where a request comes from; programs such as curl say nothing.
fn comes_from_elsewhere(headers: &HeaderMap, host: &Authority) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    match headers.get(header::ORIGIN).map(|origin| origin.to_str().map(Url::parse)) {
        None => false,
        Some(Ok(Ok(origin))) => {
            let port = host.port_u16().or(if origin.scheme() == "https" { Some(443) } else { Some(80) });
            let same_host = origin.host_str().is_some_and(|name| name.eq_ignore_ascii_case(host.host()));
            !(same_host && origin.port_or_known_default() == port)
        }
        Some(Ok(Err(_)) | Err(_)) => true,
    }
}

fn refuse(path: &str, status: StatusCode, code: Code, detail: &'static str) -> Response {
    if path.starts_with("/api/v1/") {
        Problem::new(status, code, "Refused", detail).into_response()
    } else {
        documented::message(status, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_domain_is_known_as_the_network_is_told_it() {
        let perimeter = Perimeter::new(Some("desk.example.com"), None, &[]);
        for host in ["desk.example.com", "desk", "desk.local"] {
            assert!(perimeter.knows(host), "{host}");
        }
        assert!(!perimeter.knows("example.com") && !perimeter.knows("evil.local"));
    }

    #[test]
    fn addresses_and_own_names_are_known() {
        let perimeter = Perimeter::new(
            Some("Desk"),
            Some(&"https://calls.example.com/x".parse().unwrap()),
            &["Switchboard.example".into()],
        );
        for host in [
            "127.0.0.1",
            "[::1]",
            "192.168.1.7",
            "localhost",
            "LOCALHOST",
            "desk",
            "desk.local",
            "calls.example.com",
            "switchboard.example",
        ] {
            assert!(perimeter.knows(host), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "desk.local.evil.example",
            "",
        ] {
            assert!(!perimeter.knows(host), "{host}");
        }
    }

    #[test]
    fn only_pages_of_other_sites_are_refused() {
        let elsewhere = |name: &'static str, value: &'static str| {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
            comes_from_elsewhere(&headers, &"192.168.1.7:9001".parse().unwrap())
        };
        assert!(!comes_from_elsewhere(&HeaderMap::new(), &"localhost".parse().unwrap()), "curl");
        assert!(!elsewhere("sec-fetch-site", "same-origin"));
        assert!(!elsewhere("origin", "http://192.168.1.7:9001"));
        assert!(elsewhere("origin", "http://192.168.1.7:9999"));
        assert!(elsewhere("origin", "https://evil.example"));
        assert!(elsewhere("origin", "null"));
        assert!(elsewhere("sec-fetch-site", "cross-site"));
        assert!(elsewhere("sec-fetch-site", "same-site"));
    }
}
