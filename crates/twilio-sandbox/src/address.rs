//! Target URLs. The sandbox contacts only this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use twilio::Method;
use url::{Host, Url};

/// A URL with its original text, which Twilio signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) url: Url,
    pub(crate) text: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) address: Address,
    pub(crate) method: Method,
}

impl Address {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::of(Url::parse(text).ok()?).map(|address| Self { text: text.to_owned(), ..address })
    }

    pub(crate) fn join(&self, text: &str) -> Option<Self> {
        Self::of(self.url.join(text).ok()?)
    }

    fn of(url: Url) -> Option<Self> {
        matches!(url.scheme(), "http" | "https").then(|| Self { text: url.as_str().to_owned(), url })
    }

    pub(crate) fn with_query(&self, form: &str) -> Option<Self> {
        let (text, fragment) = self.text.split_once('#').unwrap_or((&self.text, ""));
        let joint = if text.contains('?') { '&' } else { '?' };
        let end = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
        Self::parse(&format!("{text}{joint}{form}{end}"))
    }

    /// Whether it points to one of these; `localhost` means 127.0.0.1.
    pub(crate) fn is_one_of(&self, allowed: &[SocketAddr]) -> bool {
        let Some(port) = self.url.port_or_known_default().filter(|_| self.is_local()) else { return false };
        let is_allowed =
            |ip: IpAddr| allowed.iter().any(|allowed| allowed.port() == port && covers(allowed.ip(), ip));
        match self.url.host() {
            Some(Host::Ipv4(address)) => is_allowed(address.into()),
            Some(Host::Ipv6(address)) => is_allowed(IpAddr::from(address).to_canonical()),
            Some(Host::Domain(_)) => is_allowed(Ipv4Addr::LOCALHOST.into()),
            None => false,
        }
    }

    /// Whether it is a loopback address or `localhost`. Other names are never resolved, so none can lead elsewhere.
    pub(crate) fn is_local(&self) -> bool {
        match self.url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => is_loopback_v6(address),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        }
    }
}

/// Whether a listener on one address is reachable through the other.
fn covers(listens: IpAddr, asked: IpAddr) -> bool {
    let listens = listens.to_canonical();
    listens == asked || (listens.is_unspecified() && listens.is_ipv4() == asked.is_ipv4())
}

fn is_loopback_v6(address: Ipv6Addr) -> bool {
    address.is_loopback() || address.to_ipv4_mapped().is_some_and(|mapped| mapped.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_local() {
        for local in [
            "http://127.0.0.1/",
            "http://127.9.9.9:1/x",
            "https://localhost:2/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://LOCALHOST/",
            "http://2130706433/",
        ] {
            assert!(Address::parse(local).expect("an address").is_local(), "{local}");
        }
        for remote in [
            "http://example.com/",
            "http://localhost.example.com/",
            "http://0.0.0.0/",
            "http://10.0.0.1/",
            "http://[::]/",
            "http://[fe80::1]/",
            "http://127.0.0.1.example.com/",
            "http://user@example.com/@localhost",
            "http://localhost./",
        ] {
            assert!(!Address::parse(remote).expect("an address").is_local(), "{remote}");
        }
    }

    #[test]
    fn what_is_allowed_is_one_port_of_one_address() {
        let allowed: Vec<SocketAddr> = ["127.0.0.1:9002", "0.0.0.0:9001", "[::1]:7000"]
            .map(|text| text.parse().expect("an address"))
            .into();
        for (text, leads_there) in [
            ("http://127.0.0.1:9002/api", true),
            ("http://localhost:9002/api", true),
            ("http://[::ffff:127.0.0.1]:9002/", true),
            ("http://127.0.0.1:9001/", true),
            ("http://127.3.2.1:9001/", true),
            ("http://[::1]:7000/", true),
            ("http://127.0.0.1:9003/", false),
            ("http://127.0.0.1/", false),
            ("http://127.0.0.2:9002/", false),
            ("http://[::1]:9002/", false),
            ("http://[::1]:9001/", false),
            ("http://example.com:9001/", false),
            ("http://10.0.0.1:9001/", false),
        ] {
            assert_eq!(Address::parse(text).expect("an address").is_one_of(&allowed), leads_there, "{text}");
        }
    }

    #[test]
    fn only_the_web_has_addresses() {
        for bad in ["", "x", "/x", "ftp://localhost/", "file:///etc/passwd", "mailto:x@localhost", "http://"]
        {
            assert_eq!(Address::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_query_joins_the_text_as_it_stands() {
        for (text, expected) in [
            ("http://localhost:80/x", "http://localhost:80/x?a=1"),
            ("http://localhost/x?b=%20", "http://localhost/x?b=%20&a=1"),
            ("http://localhost", "http://localhost?a=1"),
        ] {
            let address = Address::parse(text).expect("an address").with_query("a=1").expect("an address");
            assert_eq!((address.text.as_str(), address.url.query_pairs().count() > 0), (expected, true));
        }
    }
}
