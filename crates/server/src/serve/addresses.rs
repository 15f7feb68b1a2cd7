//! Under which addresses the network finds this machine.

use std::net::{IpAddr, SocketAddr};

/// This machine's addresses in its networks, IPv4 first: people can read those. Those of no use to anybody else,
/// loopback and link-local, are left out.
pub(crate) fn of_this_machine() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the machine's addresses could not be read");
        Vec::new()
    });
    let mut addresses: Vec<IpAddr> = interfaces
        .iter()
        .filter(|interface| !interface.is_loopback() && !interface.is_link_local())
        .map(if_addrs::Interface::ip)
        .collect();
    addresses.sort_by_key(|address| (address.is_ipv6(), *address));
    addresses.dedup();
    addresses
}

/// The addresses that a listener answers on, for others of the network; none when it is for this machine alone.
pub(crate) fn shared(bound: SocketAddr) -> Vec<IpAddr> {
    let ip = bound.ip().to_canonical();
    if ip.is_loopback() {
        return Vec::new();
    }
    if !ip.is_unspecified() {
        return vec![ip];
    }
    of_this_machine().into_iter().filter(|address| bound.is_ipv6() || address.is_ipv4()).collect()
}

/// The name that machines of the network find this one by without a name server (RFC 6762).
pub(crate) fn local_name() -> Option<String> {
    let name = gethostname::gethostname().into_string().ok()?;
    let name = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    plain.then(|| format!("{name}.local"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_shared_with_nobody() {
        assert!(shared("127.0.0.1:9001".parse().unwrap()).is_empty());
        assert!(shared("[::1]:9001".parse().unwrap()).is_empty());
        assert_eq!(shared("192.168.1.7:9001".parse().unwrap()), ["192.168.1.7".parse::<IpAddr>().unwrap()]);
        let all = shared("0.0.0.0:9001".parse().unwrap());
        assert!(all.iter().all(|address| address.is_ipv4() && !address.is_loopback()), "{all:?}");
    }
}
