//! What a host (`bsp serve`, the desktop window) tells the server before it starts: each part's own settings, assembled
//! by the host.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_app::accounts::PusherKeys;
use benspamsphones_app::config::AppConfig;
use url::Url;

use crate::auth::WebUser;
use crate::net::{ConnectionBounds, TrustedProxies};
use crate::tls::CertificateSource;
use crate::tunnel::{NgrokTunnel, TunnelPace};

/// Default time for open connections to end when the server stops.
pub const STOP_WITHIN: Duration = Duration::from_millis(1_200);

/// Everything a running server needs to know, except what only the owner's Settings show.
#[derive(Debug)]
pub struct Config {
    /// What the application needs, including the data folder.
    pub app: AppConfig,
    /// Where people and programs on the network connect.
    pub listen: SocketAddr,
    /// Where Twilio's callbacks arrive; the target of a tunnel or proxy.
    pub webhook_listen: SocketAddr,
    /// Listeners that are open already, in place of these two addresses.
    pub sockets: OpenSockets,
    /// Where Twilio can reach the webhook listener.
    pub public_address: PublicAddress,
    /// Who may use the LAN listener.
    pub web_user: WebUser,
    /// HTTPS for the network's listener; `None` for plain HTTP.
    pub https: Option<CertificateSource>,
    /// Connection limits of each listener.
    pub bounds: ConnectionBounds,
    /// Host names other than this machine's own that requests from the network may use.
    pub allowed_hosts: Vec<String>,
    /// Proxies in front of the listeners whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: TrustedProxies,
    /// Pusher's keys, if it is used.
    pub pusher: Option<PusherKeys>,
    /// The tunnel's timeouts.
    pub tunnel_pace: TunnelPace,
    /// Time for open connections to end when the server stops.
    pub stop_within: Duration,
}

/// Listeners that a service manager has opened. Each start uses a copy, so that between two starts no connection is refused.
#[derive(Debug, Clone, Default)]
pub struct OpenSockets {
    /// For people and programs.
    pub lan: Option<Arc<TcpListener>>,
    /// For Twilio's callbacks.
    pub webhook: Option<Arc<TcpListener>>,
}

/// Where Twilio can reach the webhook listener.
#[derive(Debug, Clone)]
pub enum PublicAddress {
    /// Nowhere: call status is polled from Twilio.
    None,
    /// At this address, through a tunnel or proxy that the owner set up.
    At(Url),
    /// At the listener itself: this Twilio is on this machine.
    WebhookListener,
    /// At the address that ngrok assigns once a tunnel is open.
    Ngrok(NgrokTunnel),
}

impl PublicAddress {
    /// The address, if it is known before the server starts.
    pub fn url(&self) -> Option<&Url> {
        match self {
            Self::At(url) => Some(url),
            Self::None | Self::WebhookListener | Self::Ngrok(_) => None,
        }
    }
}
