//! What a host (`bsp serve`, the desktop window) tells the server before it starts. Each part has what it needs; the host
//! puts them together.

use std::net::SocketAddr;
use std::time::Duration;

use benspamsphones_app::accounts::PusherKeys;
use benspamsphones_app::config::AppConfig;
use url::Url;

use crate::auth::WebUser;
use crate::net::{ConnectionBounds, TrustedProxies};
use crate::tls::CertificateSource;
use crate::tunnel::{NgrokTunnel, TunnelPace};

/// For open connections to end once the server stops, unless the host knows better.
pub const STOP_WITHIN: Duration = Duration::from_millis(1_200);

/// Everything that a running server needs to know, but for what the owner's Settings show.
#[derive(Debug)]
pub struct Config {
    /// What the application needs, the folder of the data among it.
    pub app: AppConfig,
    /// Where people and programs of the network connect.
    pub listen: SocketAddr,
    /// Where Twilio's callbacks come in; what a tunnel or a proxy points at.
    pub webhook_listen: SocketAddr,
    /// Where Twilio can reach the webhook listener.
    pub public_address: PublicAddress,
    /// Who may use the LAN listener.
    pub web_user: WebUser,
    /// HTTPS for the network's listener; none is plain HTTP.
    pub https: Option<CertificateSource>,
    /// What each listener takes.
    pub bounds: ConnectionBounds,
    /// Names, beside this machine's own, under which the network may ask for it.
    pub allowed_hosts: Vec<String>,
    /// Proxies in front of the listeners whose word about the client is taken.
    pub trusted_proxies: TrustedProxies,
    /// Pusher, if it is used.
    pub pusher: Option<PusherKeys>,
    /// How long a tunnel waits for what.
    pub tunnel_pace: TunnelPace,
    /// For open connections to end once the server stops.
    pub stop_within: Duration,
}

/// Where Twilio can reach the webhook listener.
#[derive(Debug, Clone)]
pub enum PublicAddress {
    /// Nowhere: calls are followed by asking.
    None,
    /// At this address, by a tunnel or a proxy that somebody set up.
    At(Url),
    /// At the listener itself: the Twilio in question is on this machine.
    WebhookListener,
    /// Wherever ngrok says, once a tunnel is open.
    Ngrok(NgrokTunnel),
}

impl PublicAddress {
    /// The address, if it is known before anything runs.
    pub fn url(&self) -> Option<&Url> {
        match self {
            Self::At(url) => Some(url),
            Self::None | Self::WebhookListener | Self::Ngrok(_) => None,
        }
    }
}
