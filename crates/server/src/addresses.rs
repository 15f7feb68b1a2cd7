//! The addresses and the name by which the network finds this machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use tokio::sync::watch;

/// In a network reserved for documentation (RFC 5737), so it is no one's; the port doesn't matter.
const FAR_AWAY: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);

/// Names of interfaces of containers, virtual machines and private networks on this machine, which a phone can't reach.
const VIRTUAL: [&str; 20] = [
    "br-",
    "cali",
    "cilium",
    "cni",
    "docker",
    "flannel",
    "lxc",
    "lxd",
    "podman",
    "ppp",
    "tailscale",
    "tap",
    "tun",
    "utun",
    "veth",
    "vboxnet",
    "virbr",
    "vmnet",
    "wg",
    "zt",
];

/// This machine's addresses in its networks, those that a phone can most likely reach first; see [`rank`]. Without
/// loopback and link-local addresses, which are no use to others.
pub(crate) fn of_this_machine() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the machine's addresses could not be read");
        Vec::new()
    });
    let leads_out = leading_out();
    let mut addresses: Vec<_> = interfaces
        .iter()
        .filter(|interface| !interface.is_loopback() && !interface.is_link_local())
        .map(|interface| (rank(&interface.name, interface.ip(), leads_out), interface.ip()))
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses.into_iter().map(|(_, address)| address).collect()
}

/// The order: physical networks before virtual ones, although a virtual one may lead out (a VPN); then the one that
/// leads out; then IPv4, which is easier to read.
fn rank(interface: &str, address: IpAddr, leads_out: Option<IpAddr>) -> (bool, bool, bool) {
    let name = interface.to_ascii_lowercase();
    // On Windows, "vEthernet (WSL)".
    let is_virtual =
        VIRTUAL.iter().any(|virtual_name| name.starts_with(virtual_name)) || name.starts_with("vethernet");
    (is_virtual, leads_out != Some(address), address.is_ipv6())
}

/// All addresses of this machine, including those that others can't use.
pub(crate) fn all() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    interfaces.iter().map(|interface| interface.ip().to_canonical()).collect()
}

/// The source address of this machine's default route. Sends nothing.
fn leading_out() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(FAR_AWAY).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

/// The addresses of a listener for others on the network; empty if it only serves this machine.
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

/// The name by which machines on the network find this one without a name server (RFC 6762): the host's own, or another
/// one if that was taken. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct LocalName(watch::Sender<Option<String>>);

impl LocalName {
    /// The host's own name; whether the network has it already isn't known yet.
    pub(crate) fn of_this_machine() -> Self {
        Self(watch::Sender::new(name_of_this_machine()))
    }

    pub(crate) fn now(&self) -> Option<String> {
        self.0.borrow().clone()
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.0.borrow().as_deref() == Some(name)
    }

    pub(crate) fn becomes(&self, name: String) {
        self.0.send_replace(Some(name));
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Option<String>> {
        self.0.subscribe()
    }
}

impl Default for LocalName {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

fn name_of_this_machine() -> Option<String> {
    let name = gethostname::gethostname().into_string().ok()?;
    let name = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    plain.then(|| format!("{name}.local"))
}

/// The names and addresses for a certificate, the one that people are shown first. The host's own name is always
/// included, even if the network knows this machine by another one: each start begins with it, and must not need a new
/// certificate.
pub(crate) fn for_a_certificate(local_name: &LocalName) -> Vec<String> {
    let own = name_of_this_machine();
    let bare = own.as_ref().and_then(|name| name.strip_suffix(".local")).map(str::to_owned);
    let given = local_name.now().filter(|given| own.as_ref() != Some(given));
    let here = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let network = of_this_machine().into_iter().map(|address| address.to_string());
    given.into_iter().chain(own).chain(bare).chain(network).chain(here).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_phone_can_reach_comes_first() {
        assert!(of_this_machine().iter().all(|address| !address.is_loopback()));
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let order = |leads_out: &str| {
            let mut all = [
                ("docker0", "172.17.0.1"),
                ("tun0", "10.8.0.2"),
                ("wlan0", "2001:db8::7"),
                ("wlan0", "192.168.1.7"),
                ("enp3s0", "10.0.0.5"),
                ("vEthernet (WSL)", "172.20.0.1"),
            ];
            all.sort_by_key(|(name, address)| (rank(name, ip(address), Some(ip(leads_out))), ip(address)));
            all.map(|(_, address)| address)
        };
        let last = ["172.17.0.1", "172.20.0.1"];
        assert_eq!(order("192.168.1.7")[..3], ["192.168.1.7", "10.0.0.5", "2001:db8::7"]);
        assert_eq!(order("192.168.1.7")[4..], last);
        // A VPN that takes all traffic leads out, and no phone reaches this machine through it.
        assert_eq!(order("10.8.0.2")[..4], ["10.0.0.5", "192.168.1.7", "2001:db8::7", "10.8.0.2"]);
    }

    #[test]
    fn loopback_is_shared_with_no_one() {
        assert!(shared("127.0.0.1:9001".parse().unwrap()).is_empty());
        assert!(shared("[::1]:9001".parse().unwrap()).is_empty());
        assert_eq!(shared("192.168.1.7:9001".parse().unwrap()), ["192.168.1.7".parse::<IpAddr>().unwrap()]);
        let all = shared("0.0.0.0:9001".parse().unwrap());
        assert!(all.iter().all(|address| address.is_ipv4() && !address.is_loopback()), "{all:?}");
    }
}
