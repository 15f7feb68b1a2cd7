//! Addresses that requests go to. The sandbox contacts those on this machine and no others.

use std::net::Ipv6Addr;

use twilio::Method;
use url::{Host, Url};

/// An address, together with the text that it was given as: Twilio signs the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) url: Url,
    pub(crate) text: String,
}

/// An address, and how it is asked.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) address: Address,
    pub(crate) method: Method,
}

impl Address {
    /// Reads an absolute http(s) address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::of(Url::parse(text).ok()?).map(|address| Self { text: text.to_owned(), ..address })
    }

    /// Reads an address that may be relative to this one.
    pub(crate) fn join(&self, text: &str) -> Option<Self> {
        Self::of(self.url.join(text).ok()?)
    }

    fn of(url: Url) -> Option<Self> {
        matches!(url.scheme(), "http" | "https").then(|| Self { text: url.as_str().to_owned(), url })
    }

    /// The address with these parameters, as a form, behind the query that it has.
    pub(crate) fn with_query(&self, form: &str) -> Option<Self> {
        let (text, fragment) = self.text.split_once('#').unwrap_or((&self.text, ""));
        let joint = if text.contains('?') { '&' } else { '?' };
        let end = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
        Self::parse(&format!("{text}{joint}{form}{end}"))
    }

    /// Whether it is a literal loopback address or `localhost`. Names are never looked up, so that none can lead
    /// elsewhere.
    pub(crate) fn is_local(&self) -> bool {
        match self.url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => is_loopback_v6(address),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        }
    }
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
