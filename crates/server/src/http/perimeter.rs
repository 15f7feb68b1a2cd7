//! Keeps pages of other sites from using a browser that is signed in here.
//!
//! A page on the internet can make its own name resolve to this machine (DNS rebinding), and it can make the browser
//! send requests with the credentials that the browser stores. So a request must name this machine in its `Host`, and
//! one that changes something must not come from another site's page.

use std::collections::HashSet;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

use super::Shared;
use super::client::Client;
use super::documented::{self, CALLBACK_PREFIX};
use super::problem::{Code, Problem};
use crate::addresses::LocalName;
use crate::auth::Why;
use crate::net::host::{self, Host};

/// The host names that requests may use.
#[derive(Debug, Default)]
pub struct Perimeter {
    names: HashSet<String>,
    /// Not the host's own name if another machine on the network has that.
    local_name: LocalName,
}

impl Perimeter {
    /// Host names in addition to `localhost` and IP addresses: this machine's own, the public address's, and those that
    /// the owner allows.
    pub fn new(machine_name: Option<&str>, public_url: Option<&Url>, allowed: &[String]) -> Self {
        let machine = machine_name.filter(|name| !name.is_empty()).map(str::to_ascii_lowercase);
        // If the name has a domain, the network only knows its first part (`LocalName`).
        let short = machine.as_ref().and_then(|name| name.split('.').next()).map(str::to_owned);
        let local = short.as_ref().map(|name| format!("{name}.local"));
        let public = public_url.and_then(Url::host_str).map(str::to_ascii_lowercase);
        let allowed = allowed.iter().map(|name| name.trim_end_matches('.').to_ascii_lowercase());
        let names = [machine, short, local, public].into_iter().flatten().chain(allowed).collect();
        Self { names, local_name: LocalName::default() }
    }

    pub(crate) fn with_local_name(self, local_name: LocalName) -> Self {
        Self { local_name, ..self }
    }

    fn knows(&self, host: &Host) -> bool {
        host.is_address() || self.knows_name(host.name())
    }

    /// The name must be in lower case.
    pub(crate) fn knows_name(&self, name: &str) -> bool {
        name == "localhost" || self.names.contains(name) || self.local_name.is(name)
    }
}

pub(crate) async fn check(
    State(shared): State<Shared>,
    client: Client,
    mut request: Request,
    next: Next,
) -> Response {
    let host = match Host::of(&request) {
        Ok(host) => Some(host),
        Err(host::BadHost::Missing) if !host::is_needed(request.version()) => None,
        Err(error) => {
            return refuse(request.uri().path(), StatusCode::BAD_REQUEST, Code::BadHost, &error.to_string());
        }
    };
    // From here on there is one host, wherever the request named it.
    if let Some(host) = host.as_ref().and_then(Host::to_header) {
        request.headers_mut().insert(header::HOST, host);
    }
    let path = request.uri().path();
    let Some(host) = host.filter(|host| shared.perimeter.knows(host)) else {
        shared.auth.note_refusal(client.source, Why::UnknownHost);
        return refuse(
            path,
            StatusCode::MISDIRECTED_REQUEST,
            Code::UnknownHost,
            "This computer isn't known by that host name. Use its address or localhost, or add the name with \
             --allow-host.",
        );
    };
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && !path.starts_with(CALLBACK_PREFIX) && comes_from_elsewhere(request.headers(), &host) {
        shared.auth.note_refusal(client.source, Why::CrossSite);
        return refuse(
            path,
            StatusCode::FORBIDDEN,
            Code::CrossSite,
            "Pages of other sites are not allowed to do this.",
        );
    }
    next.run(request).await
}

/// Browsers say where a request comes from; programs such as curl say nothing.
fn comes_from_elsewhere(headers: &HeaderMap, host: &Host) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    match headers.get(header::ORIGIN).map(|origin| origin.to_str().map(Url::parse)) {
        None => false,
        Some(Ok(Ok(origin))) => {
            let port = host.port().or(if origin.scheme() == "https" { Some(443) } else { Some(80) });
            let same_host = origin.host_str().is_some_and(|name| name.eq_ignore_ascii_case(host.name()));
            !(same_host && origin.port_or_known_default() == port)
        }
        Some(Ok(Err(_)) | Err(_)) => true,
    }
}

fn refuse(path: &str, status: StatusCode, code: Code, detail: &str) -> Response {
    if path.starts_with("/api/v1/") {
        Problem::new(status, code, "Refused", detail).into_response()
    } else {
        documented::message(status, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host_of(text: &str) -> Host {
        Host::parse(text).unwrap()
    }

    #[test]
    fn a_name_with_a_domain_is_also_known_by_its_first_part() {
        let perimeter = Perimeter::new(Some("desk.example.com"), None, &[]);
        for host in ["desk.example.com", "desk", "desk.local"] {
            assert!(perimeter.knows(&host_of(host)), "{host}");
        }
        assert!(!perimeter.knows(&host_of("example.com")) && !perimeter.knows(&host_of("evil.local")));
    }

    #[test]
    fn a_new_local_name_is_known_from_then_on() {
        let local_name = LocalName::default();
        let perimeter = Perimeter::new(Some("desk"), None, &[]).with_local_name(local_name.clone());
        assert!(!perimeter.knows(&host_of("desk-2.local")));
        local_name.becomes("desk-2.local".into());
        assert!(perimeter.knows(&host_of("desk-2.local")) && perimeter.knows(&host_of("desk.local")));
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
            "localhost.",
            "LOCALHOST",
            "desk",
            "desk.local",
            "calls.example.com",
            "switchboard.example",
        ] {
            assert!(perimeter.knows(&host_of(host)), "{host}");
        }
        for host in
            ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "desk.local.evil.example"]
        {
            assert!(!perimeter.knows(&host_of(host)), "{host}");
        }
    }

    #[test]
    fn only_pages_of_other_sites_are_refused() {
        let elsewhere = |name: &'static str, value: &'static str| {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
            comes_from_elsewhere(&headers, &host_of("192.168.1.7:9001"))
        };
        assert!(!comes_from_elsewhere(&HeaderMap::new(), &host_of("localhost")), "curl");
        assert!(!elsewhere("sec-fetch-site", "same-origin"));
        assert!(!elsewhere("origin", "http://192.168.1.7:9001"));
        assert!(elsewhere("origin", "http://192.168.1.7:9999"));
        assert!(elsewhere("origin", "https://evil.example"));
        assert!(elsewhere("origin", "null"));
        assert!(elsewhere("sec-fetch-site", "cross-site"));
        assert!(elsewhere("sec-fetch-site", "same-site"));
    }
}
