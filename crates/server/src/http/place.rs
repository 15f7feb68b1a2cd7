//! Where this server is, for those who are shown it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use benspamsphones_app::clock::Clock;
use tokio::sync::watch;

use crate::addresses::{self, LocalName};
use crate::tls::Certificate;
use crate::tunnel::TunnelState;

/// Its folder and its addresses.
pub(crate) struct Place {
    pub(crate) data_dir: PathBuf,
    /// How programs of this machine reach it.
    pub(crate) lan: SocketAddr,
    /// Where it listens.
    pub(crate) bound: SocketAddr,
    pub(crate) webhook: SocketAddr,
    /// How the tunnel is.
    pub(crate) tunnel: watch::Receiver<TunnelState>,
    pub(crate) certificate: Option<Arc<Certificate>>,
    pub(crate) clock: Clock,
    /// How the network knows this machine.
    pub(crate) local_name: LocalName,
    /// The password was told at the start and is kept nowhere.
    pub(crate) password_told: bool,
    /// The name of the proxy in front, if there is one.
    pub(crate) public_name: Option<String>,
}

impl Place {
    /// Whether others on the network can reach it.
    pub(crate) fn is_shared(&self) -> bool {
        !self.bound.ip().to_canonical().is_loopback()
    }

    /// What others of the network open: by address, and then by name. The certificate is for all of them.
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

    /// What a device may open that knows nothing yet, the best first: through the proxy, if there is one, since somebody made that
    /// way in; then on the network. None where only this computer can.
    pub(crate) fn urls_for_devices(&self) -> Vec<String> {
        let proxy = self.public_name.as_ref().map(|name| format!("https://{name}"));
        proxy.into_iter().chain(self.shared_urls()).collect()
    }

    /// How this computer opens it.
    pub(crate) fn url_here(&self) -> String {
        format!("http://{}", self.lan)
    }
}
