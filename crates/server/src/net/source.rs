//! The source of a request, for rate limits and logs.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use ipnet::IpNet;
use parking_lot::Mutex;

/// An IPv4 address, or a /64 of IPv6: a host has all addresses in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Source(IpAddr);

impl Source {
    /// The source that an address belongs to.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => {
                let network = u128::from(v6) & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from(network))
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "{address}"),
            IpAddr::V6(network) => write!(f, "{network}/64"),
        }
    }
}

/// Proxies whose `X-Forwarded-For` is trusted. Anyone else could send anything in it (CVE-2025-51663 of FileCodeBox).
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    /// The latest address that sent `X-Forwarded-For` without being trusted.
    untrusted: Arc<Mutex<Option<IpAddr>>>,
}

impl TrustedProxies {
    /// The proxies in these networks.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self { networks, untrusted: Arc::default() }
    }

    /// The same proxies for another listener, whose untrusted ones aren't recorded here: a tunnel to the webhook
    /// listener forwards requests and needs no trust.
    pub fn for_another_listener(&self) -> Self {
        Self::new(self.networks.clone())
    }

    /// Whether no proxy is trusted.
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty()
    }

    /// The latest untrusted address that claimed to forward a request since the start.
    pub fn untrusted(&self) -> Option<IpAddr> {
        *self.untrusted.lock()
    }

    /// Whether an address belongs to a trusted proxy.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The client's address: the nearest one that is not a trusted proxy. `forwarded_for` holds the values of
    /// `X-Forwarded-For` in their order. Each proxy appends the address of its client, so they are read from the end,
    /// and everything before the first untrusted address is unverified.
    pub fn client<'a>(
        &self,
        peer: IpAddr,
        forwarded_for: impl DoubleEndedIterator<Item = &'a str>,
    ) -> IpAddr {
        let mut client = peer.to_canonical();
        let told = forwarded_for.flat_map(|value| value.split(',')).collect::<Vec<_>>();
        if !told.is_empty() && !self.trusts(client) {
            *self.untrusted.lock() = Some(client);
        }
        for told in told.into_iter().rev() {
            if !self.trusts(client) {
                break;
            }
            match address(told.trim()) {
                Some(address) => client = address,
                None => break,
            }
        }
        client
    }
}

/// Bare, in brackets, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    bare.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_host_is_one_source() {
        assert_eq!(Source::of(ip("2001:db8::1")), Source::of(ip("2001:db8::ffff:1")));
        assert_ne!(Source::of(ip("2001:db8:0:1::1")), Source::of(ip("2001:db8::1")));
        assert_eq!(Source::of(ip("::ffff:192.168.1.7")).to_string(), "192.168.1.7");
        assert_eq!(Source::of(ip("2001:db8::1")).to_string(), "2001:db8::/64");
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_about_its_neighbour() {
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        let client = |peer: &str, told: &[&str]| proxies.client(ip(peer), told.iter().copied()).to_string();
        assert_eq!(client("10.0.0.2", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(proxies.untrusted(), None);
        assert_eq!(client("192.168.1.7", &["1.2.3.4"]), "192.168.1.7", "a stranger's word");
        assert_eq!(proxies.untrusted(), Some(ip("192.168.1.7")));
        assert_eq!(
            client("10.0.0.2", &["6.6.6.6, 1.2.3.4"]),
            "1.2.3.4",
            "what came with the request is made up"
        );
        assert_eq!(client("10.0.0.2", &["6.6.6.6", "1.2.3.4, 10.0.0.3"]), "1.2.3.4");
        assert_eq!(client("::1", &["[2001:db8::5]:4711"]), "2001:db8::5");
        assert_eq!(client("10.0.0.2", &["unknown"]), "10.0.0.2");
        assert_eq!(client("10.0.0.2", &[]), "10.0.0.2");
        assert_eq!(client("::ffff:10.0.0.2", &["1.2.3.4"]), "1.2.3.4");
    }
}
