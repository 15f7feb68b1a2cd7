//! Tells the network this machine's name, where nothing else of the system does (RFC 6762, RFC 6763).

use std::net::SocketAddr;

use mdns_sd::{DaemonEvent, IfKind, ServiceDaemon, ServiceInfo};

/// The name is told as long as this lives.
pub(crate) struct Announcement(ServiceDaemon);

impl Announcement {
    /// Tells `name`, which ends with `.local`, with the addresses that `bound` listens on, and that a page is served there. A
    /// network that takes none of it is no reason not to serve: the addresses still work.
    pub(crate) fn make(name: &str, bound: SocketAddr, https: bool) -> Option<Self> {
        match announce(name, bound, https) {
            Ok(daemon) => Some(Self(daemon)),
            Err(error) => {
                tracing::warn!(%error, "this computer's name can't be announced on the network");
                None
            }
        }
    }
}

fn announce(name: &str, bound: SocketAddr, https: bool) -> mdns_sd::Result<ServiceDaemon> {
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
    tell_of_another_name(&daemon, host)?;
    daemon.register(info)?;
    Ok(daemon)
}

/// Says so if another machine of the network has the name already, and this one was given another (RFC 6762, 9).
fn tell_of_another_name(daemon: &ServiceDaemon, host: String) -> mdns_sd::Result<()> {
    let events = daemon.monitor()?;
    tokio::spawn(async move {
        while let Ok(event) = events.recv_async().await {
            if let DaemonEvent::NameChange(change) = event
                && change.original.eq_ignore_ascii_case(&host)
            {
                let [name, other] = [host.trim_end_matches('.'), change.new_name.trim_end_matches('.')];
                tracing::warn!(
                    "another computer on the network is {name}; this one is {other}, and is best opened by its address"
                );
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
