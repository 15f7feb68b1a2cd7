//! Where this server is reached.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use benspamsphones_app::clock::Clock;
use tokio::sync::watch;

use crate::addresses::{self, LocalName};
use crate::tls::Certificate;
use crate::tunnel::TunnelState;

pub(crate) struct Place {
    pub(crate) data_dir: PathBuf,
    /// The address for programs on this machine.
    pub(crate) lan: SocketAddr,
    pub(crate) bound: SocketAddr,
    pub(crate) webhook: SocketAddr,
    pub(crate) tunnel: watch::Receiver<TunnelState>,
    pub(crate) certificate: Option<Arc<Certificate>>,
    pub(crate) clock: Clock,
    pub(crate) local_name: LocalName,
    /// The password came from the configuration at the start, and isn't stored.
    pub(crate) password_told: bool,
    /// The proxy's host name, if there is one.
    pub(crate) public_name: Option<String>,
}

impl Place {
    pub(crate) fn is_shared(&self) -> bool {
        !self.bound.ip().to_canonical().is_loopback()
    }

    /// The URLs for others on the network: by address, then by name. The certificate is valid for all of them.
    pub(crate) fn shared_urls(&self) -> Vec<String> {
        if let Some(certificate) = &self.certificate {
            certificate.bring_up_to_date(self.clock.now());
        }
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        let port = self.bound.port();
        let mut urls: Vec<String> = addresses::shared(self.bound)
            .into_iter()
            .map(|address| format!("{scheme}://{}", SocketAddr::new(address, port)))
            .collect();
        if let Some(name) = self.local_name.now().filter(|_| self.is_shared()) {
            urls.push(format!("{scheme}://{name}:{port}"));
        }
        urls
    }

    /// The URLs for a new device, best first: through the proxy, if there is one, since the owner set it up; then on
    /// the network. Empty if only this computer can reach the server.
    pub(crate) fn urls_for_devices(&self) -> Vec<String> {
        let proxy = self.public_name.as_ref().map(|name| format!("https://{name}"));
        proxy.into_iter().chain(self.shared_urls()).collect()
    }

    pub(crate) fn url_here(&self) -> String {
        format!("http://{}", self.lan)
    }
}
