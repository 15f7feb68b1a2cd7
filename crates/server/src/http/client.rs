//! The client as the connection shows it: the source that failures are counted against, and whether it uses HTTPS.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::AsHeaderName;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::net::Peer;
use crate::net::Source;
use crate::net::TrustedProxies;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    pub source: Source,
    pub https: bool,
}

pub(crate) async fn note(
    State(proxies): State<TrustedProxies>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(peer) = request.extensions().get::<Peer>().copied() {
        let client = Client::of(&proxies, peer, request.headers());
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}

impl Client {
    fn of(proxies: &TrustedProxies, peer: Peer, headers: &HeaderMap) -> Self {
        let address = proxies.client(peer.address.ip(), values(headers, "x-forwarded-for"));
        let proxied = proxies.trusts(peer.address.ip());
        let told = values(headers, "x-forwarded-proto").next_back();
        Self {
            source: Source::of(address),
            https: peer.https || (proxied && told.is_some_and(|told| told.eq_ignore_ascii_case("https"))),
        }
    }

    /// The window runs in this process.
    const fn here() -> IpAddr {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    }
}

fn values(headers: &HeaderMap, name: impl AsHeaderName) -> impl DoubleEndedIterator<Item = &str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().into_iter()
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let noted = parts.extensions.get::<Self>().copied();
        Ok(noted.unwrap_or(Self { source: Source::of(Self::here()), https: false }))
    }
}

pub(crate) fn browser_name(headers: &HeaderMap) -> String {
    let told = headers.get(header::USER_AGENT).and_then(|told| told.to_str().ok()).unwrap_or_default();
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| told.contains(sign)).map(|(_, name)| *name)
    };
    // The order matters: Edge also claims to be Chrome, and Chrome claims to be Safari.
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_by_its_name() {
        let named =
            |agent: &str| browser_name(&HeaderMap::from_iter([(header::USER_AGENT, agent.parse().unwrap())]));
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        assert_eq!(named(chrome), "Chrome, Linux");
        assert_eq!(named(&format!("{chrome} Edg/140.0.0.0")), "Edge, Linux");
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(named(phone), "Safari, iPhone");
        assert_eq!(named("curl/8"), "Browser");
    }

    #[test]
    fn only_a_trusted_proxy_says_that_it_was_https() {
        let headers =
            HeaderMap::from_iter([("x-forwarded-proto".parse().unwrap(), "https".parse().unwrap())]);
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let of = |address: &str| {
            let peer = Peer { address: address.parse().unwrap(), https: false };
            Client::of(&proxies, peer, &headers).https
        };
        assert!(of("10.0.0.2:1"));
        assert!(!of("192.168.1.7:1"));
    }
}
