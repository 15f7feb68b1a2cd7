//! Tells the network this machine's name, where nothing else of the system does (RFC 6762, RFC 6763).

use mdns_sd::{ServiceDaemon, ServiceInfo};

/// The name is told as long as this lives.
pub(crate) struct Announcement(ServiceDaemon);

impl Announcement {
    /// Tells `name`, which ends with `.local`, with all of this machine's addresses, and that a page is served at the port.
    /// A network that takes none of it is no reason not to serve: the addresses still work.
    pub(crate) fn make(name: &str, port: u16, https: bool) -> Option<Self> {
        match announce(name, port, https) {
            Ok(daemon) => Some(Self(daemon)),
            Err(error) => {
                tracing::warn!(%error, "this computer's name can't be announced on the network");
                None
            }
        }
    }
}

fn announce(name: &str, port: u16, https: bool) -> mdns_sd::Result<ServiceDaemon> {
    let service = if https { "_https._tcp.local." } else { "_http._tcp.local." };
    let host = name.trim_end_matches(".local");
    let instance = format!("BenSpamsPhones on {host}");
    let info = ServiceInfo::new(service, &instance, &format!("{name}."), "", port, &[("path", "/")][..])?;
    let daemon = ServiceDaemon::new()?;
    daemon.register(info.enable_addr_auto())?;
    Ok(daemon)
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // It says good-bye by itself; if it can't, the name is forgotten in two minutes.
        let _ = self.0.shutdown();
    }
}
