//! Tells the network this machine's name, where nothing else of the system does (RFC 6762, RFC 6763).

use std::net::SocketAddr;

use mdns_sd::{DaemonEvent, IfKind, ServiceDaemon, ServiceInfo};

use crate::addresses::LocalName;

/// The name is told as long as this lives.
pub(crate) struct Announcement(ServiceDaemon);

impl Announcement {
    /// Tells the name with the addresses that `bound` listens on, and that a page is served there. If another machine of the
    /// network has that name, this one becomes another. A network that takes none of it is no reason not to serve: the addresses
    /// still work.
    pub(crate) fn make(name: &LocalName, bound: SocketAddr, https: bool) -> Option<Self> {
        let own = name.now()?;
        match announce(name.clone(), &own, bound, https) {
            Ok(daemon) => Some(Self(daemon)),
            Err(error) => {
                tracing::warn!(%error, "this computer's name can't be announced on the network");
                None
            }
        }
    }
}

fn announce(
    local_name: LocalName,
    name: &str,
    bound: SocketAddr,
    https: bool,
) -> mdns_sd::Result<ServiceDaemon> {
    let service = if https { "_https._tcp.local." } else { "_http._tcp.local." };
    let host = format!("{name}.");
    let instance = format!("BenSpamsPhones on {}", name.trim_end_matches(".local"));
    let daemon = ServiceDaemon::new()?;
    let ip = bound.ip().to_canonical();
    let path = &[("path", "/")][..];
    let info = if ip.is_unspecified() {
        if bound.is_ipv4() {
            // A browser would try the IPv6 address first, where nobody listens.
            daemon.disable_interface(IfKind::IPv6)?;
        }
        ServiceInfo::new(service, &instance, &host, "", bound.port(), path)?.enable_addr_auto()
    } else {
        ServiceInfo::new(service, &instance, &host, ip, bound.port(), path)?
    };
    take_over_another_name(&daemon, host, local_name)?;
    daemon.register(info)?;
    Ok(daemon)
}

/// If another machine of the network has the name already, this one is given another (RFC 6762, 9): it is what people are shown
/// from then on, and what the certificate is for.
fn take_over_another_name(
    daemon: &ServiceDaemon,
    host: String,
    local_name: LocalName,
) -> mdns_sd::Result<()> {
    let events = daemon.monitor()?;
    tokio::spawn(async move {
        while let Ok(event) = events.recv_async().await {
            if let DaemonEvent::NameChange(change) = event
                && change.original.eq_ignore_ascii_case(&host)
            {
                let [name, other] = [host.trim_end_matches('.'), change.new_name.trim_end_matches('.')];
                tracing::warn!("another computer on the network is {name}; this one is {other}");
                local_name.becomes(other.to_ascii_lowercase());
            }
        }
    });
    Ok(())
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // It says good-bye by itself; if it can't, the name is forgotten in two minutes.
        let _ = self.0.shutdown();
    }
}
