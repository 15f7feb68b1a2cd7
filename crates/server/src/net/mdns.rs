//! Announces this machine's name to the network (mDNS), unless the system does (RFC 6762, RFC 6763).

use std::net::SocketAddr;

use mdns_sd::{DaemonEvent, IfKind, ServiceDaemon, ServiceInfo};

use crate::addresses::LocalName;

/// The name is announced as long as this lives.
pub(crate) struct Announcement(ServiceDaemon);

impl Announcement {
    /// Announces the name with the addresses that `bound` listens on, and that a page is served there. If another
    /// machine has that name, this one takes another. Errors are only logged: the addresses still work.
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
            // A browser would try the IPv6 address first, where nothing listens.
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

/// Takes another name if another machine has it already (RFC 6762, section 9). It is shown to people from then on, and
/// the certificate is made for it.
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
        // It says goodbye on shutdown. If that fails, the name expires in two minutes.
        let _ = self.0.shutdown();
    }
}
