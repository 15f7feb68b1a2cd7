//! Which addresses are on this machine. The sandbox contacts no others.

use std::net::Ipv6Addr;

use url::{Host, Url};

/// Whether `url` is http(s) to a literal loopback address or to `localhost`. Names are never looked up, so that none
/// can lead elsewhere.
pub(crate) fn is_local(url: &Url) -> bool {
    if !matches!(url.scheme(), "http" | "https") {
        return false;
    }
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => is_loopback_v6(address),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
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
            assert!(is_local(&Url::parse(local).expect("a URL")), "{local}");
        }
        for remote in [
            "http://example.com/",
            "http://localhost.example.com/",
            "http://0.0.0.0/",
            "http://10.0.0.1/",
            "http://[::]/",
            "http://[fe80::1]/",
            "http://127.0.0.1.example.com/",
            "ftp://localhost/",
            "file:///etc/passwd",
            "http://user@example.com/@localhost",
            "http://localhost./",
        ] {
            assert!(!is_local(&Url::parse(remote).expect("a URL")), "{remote}");
        }
    }
}
