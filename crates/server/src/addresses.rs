//! Under which addresses the network finds this machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// Of a network that is kept for documents (RFC 5737), so nobody's; and any port.
const FAR_AWAY: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);

/// This machine's addresses in its networks: first the one that leads out, since bridges of containers and the like are
/// reached by nobody else; then IPv4, which people can read. Those of no use to anybody else, loopback and link-local, are
/// left out.
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
    let leads_out = leading_out();
    addresses.sort_by_key(|address| (leads_out != Some(*address), address.is_ipv6(), *address));
    addresses.dedup();
    addresses
}

/// All addresses of this machine, those that are of no use to others among them.
pub(crate) fn all() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    interfaces.iter().map(|interface| interface.ip().to_canonical()).collect()
}

/// The address that this machine takes on its way out, by its routes. Nothing is sent.
fn leading_out() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(FAR_AWAY).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
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

/// What a certificate of this machine is for: its names and addresses now, the one that people are told first.
pub(crate) fn for_a_certificate() -> Vec<String> {
    let local = local_name();
    let bare = local.as_ref().and_then(|name| name.strip_suffix(".local")).map(str::to_owned);
    let here = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let network = of_this_machine().into_iter().map(|address| address.to_string());
    local.into_iter().chain(bare).chain(network).chain(here).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_that_leads_out_comes_first() {
        let addresses = of_this_machine();
        // Where there is a way out at all.
        if let Some(leads_out) = leading_out().filter(|address| addresses.contains(address)) {
            assert_eq!(addresses.first(), Some(&leads_out));
        }
        assert!(addresses.iter().all(|address| !address.is_loopback()));
    }

    #[test]
    fn loopback_is_shared_with_nobody() {
        assert!(shared("127.0.0.1:9001".parse().unwrap()).is_empty());
        assert!(shared("[::1]:9001".parse().unwrap()).is_empty());
        assert_eq!(shared("192.168.1.7:9001".parse().unwrap()), ["192.168.1.7".parse::<IpAddr>().unwrap()]);
        let all = shared("0.0.0.0:9001".parse().unwrap());
        assert!(all.iter().all(|address| address.is_ipv4() && !address.is_loopback()), "{all:?}");
    }
}
