//! The host that a request is for: `Host`, or the authority of its target.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Version, header};

/// A host with an optional port, as defined by RFC 3986 (3.2.2, 3.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    /// In lower case, without the final dot of a full name.
    name: String,
    port: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadHost {
    #[error("the request must have a Host header")]
    Missing,
    #[error("the request has several Host headers")]
    Several,
    #[error("Host must be a name or an address, and a port where there is one")]
    Malformed,
}

impl Host {
    /// The target's own host takes precedence over the header, and both must match (RFC 9112, 3.2.2).
    pub(crate) fn of<B>(request: &Request<B>) -> Result<Self, BadHost> {
        let told = Self::told(request.headers())?;
        let target = request.uri();
        let Some(authority) = target.authority() else { return told.ok_or(BadHost::Missing) };
        let host = Self::parse(authority.as_str()).ok_or(BadHost::Malformed)?;
        // Either may omit the scheme's default port.
        let usual = match target.scheme_str() {
            Some("http") => Some(80),
            Some("https") => Some(443),
            Some(_) | None => None,
        };
        let same = |told: &Self| host.name == told.name && host.port.or(usual) == told.port.or(usual);
        if told.as_ref().is_none_or(same) { Ok(host) } else { Err(BadHost::Several) }
    }

    fn told(headers: &HeaderMap) -> Result<Option<Self>, BadHost> {
        let mut told = headers.get_all(header::HOST).into_iter();
        match (told.next(), told.next()) {
            (None, _) => Ok(None),
            (Some(_), Some(_)) => Err(BadHost::Several),
            (Some(host), None) => {
                host.to_str().ok().and_then(Self::parse).map(Some).ok_or(BadHost::Malformed)
            }
        }
    }

    /// Parses `uri-host [ ":" port ]`, and nothing else: no user, no path, no blank.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (name, port) = if let Some(rest) = text.strip_prefix('[') {
            let (address, rest) = rest.split_once(']')?;
            let address: Ipv6Addr = address.parse().ok()?;
            (format!("[{address}]"), rest)
        } else {
            let end = text.find(':').unwrap_or(text.len());
            let (name, rest) = text.split_at(end);
            let name = name.strip_suffix('.').unwrap_or(name);
            if name.is_empty() || !is_registered_name(name) {
                return None;
            }
            (name.to_ascii_lowercase(), rest)
        };
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            None => return None,
            // A colon without a port is allowed and means no port.
            Some("") => None,
            Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(port.parse().ok()?),
            Some(_) => return None,
        };
        Some(Self { name, port })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn port(&self) -> Option<u16> {
        self.port
    }

    pub(crate) fn is_address(&self) -> bool {
        self.name.starts_with('[') || self.name.parse::<Ipv4Addr>().is_ok()
    }

    pub(crate) fn to_header(&self) -> Option<HeaderValue> {
        let text = match self.port {
            Some(port) => format!("{}:{port}", self.name),
            None => self.name.clone(),
        };
        HeaderValue::try_from(text).ok()
    }
}

/// `reg-name` of RFC 3986: unreserved characters, sub-delims and percent-encoded ones.
fn is_registered_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => true,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => true,
        b'%' => bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
        _ => false,
    })
}

pub(crate) fn is_needed(version: Version) -> bool {
    version >= Version::HTTP_11
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn host(target: &str, told: &[&str]) -> Result<String, BadHost> {
        let mut request = Request::builder().uri(target);
        for told in told {
            request = request.header(header::HOST, *told);
        }
        let host = Host::of(&request.body(()).unwrap())?;
        Ok(host.to_header().unwrap().to_str().unwrap().to_owned())
    }

    #[test]
    fn a_host_is_a_name_or_an_address_and_a_port() {
        for (told, read) in [
            ("localhost", "localhost"),
            ("LocalHost:9001", "localhost:9001"),
            ("localhost.", "localhost"),
            ("desk.local.:9001", "desk.local:9001"),
            ("localhost:", "localhost"),
            ("127.0.0.1:9001", "127.0.0.1:9001"),
            ("[::1]:9001", "[::1]:9001"),
            ("[2001:DB8:0::7]", "[2001:db8::7]"),
            ("a_b%20c", "a_b%20c"),
        ] {
            assert_eq!(host("/", &[told]).as_deref(), Ok(read), "{told}");
        }
    }

    #[test]
    fn nothing_else_is_one() {
        for told in [
            "",
            ".",
            ":9001",
            "[::1]evil.com",
            "[::1].evil.com",
            "[::1",
            "::1",
            "[127.0.0.1]",
            "[fe80::1%25eth0]",
            "[]",
            "127.0.0.1:9001.evil.com",
            "127.0.0.1:9001:9001",
            "localhost:abc",
            "localhost:-1",
            "localhost:+1",
            "localhost:65536",
            "localhost: 9001",
            "user@localhost",
            "user:password@localhost",
            "localhost/",
            "localhost?x",
            "localhost#x",
            "localhost\\x",
            "local host",
            "localhost, evil.com",
            "loc%lhost",
            "löcalhost",
            "<b>",
        ] {
            assert_eq!(host("/", &[told]), Err(BadHost::Malformed), "{told}");
        }
        assert_eq!(host("/", &[]), Err(BadHost::Missing));
        assert_eq!(host("/", &["localhost", "localhost"]), Err(BadHost::Several));
    }

    #[test]
    fn the_targets_own_host_is_the_headers_too() {
        for (target, told) in [
            ("http://localhost:9001/x", vec!["localhost:9001"]),
            ("http://localhost:80/x", vec!["LOCALHOST"]),
            ("http://localhost/x", vec!["localhost:80"]),
            ("https://localhost/x", vec!["localhost.:443"]),
            ("http://localhost/x", vec![]),
        ] {
            assert!(host(target, &told).is_ok(), "{target} {told:?}");
        }
        assert_eq!(host("http://localhost/x", &["evil.com"]), Err(BadHost::Several));
        assert_eq!(host("http://evil.com/x", &["localhost"]), Err(BadHost::Several));
        assert_eq!(host("https://localhost/x", &["localhost:80"]), Err(BadHost::Several));
        assert_eq!(host("http://user@localhost/x", &["localhost"]), Err(BadHost::Malformed));
        assert_eq!(host("http://localhost/x", &["localhost:x"]), Err(BadHost::Malformed));
    }

    proptest! {
        #[test]
        fn nothing_is_passed_over(text in "[a-c.:@\\[\\]0-9 /?#%\\\\-]{0,24}") {
            if let Some(host) = Host::parse(&text) {
                let port = text.rfind(':').filter(|at| !text[*at..].contains(']')).map_or("", |at| &text[at + 1..]);
                prop_assert_eq!(host.port(), port.parse::<u16>().ok());
                let name = text.strip_suffix(port).unwrap().trim_end_matches(':').trim_end_matches('.');
                if host.is_address() && name.starts_with('[') {
                    let address = |text: &str| text.trim_matches(['[', ']']).parse::<Ipv6Addr>().unwrap();
                    prop_assert_eq!(address(host.name()), address(name));
                } else {
                    prop_assert_eq!(host.name(), name);
                }
                prop_assert!(!text.contains(['@', ' ', '/', '?', '#', '\\']));
            }
        }

        #[test]
        fn what_is_written_is_read(text in "\\PC{0,24}") {
            if let Some(host) = Host::parse(&text) {
                let again = host.to_header().unwrap();
                prop_assert_eq!(Host::parse(again.to_str().unwrap()), Some(host));
            }
        }
    }
}
