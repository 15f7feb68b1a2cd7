//! What a host (`bsp serve`, the desktop window) tells the server before it starts.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use benspamsphones_core::{Mode, ProtocolFile, Region};
use secrecy::SecretString;
use twilio::{AccountSid, Auth, Credentials};
use url::Url;

pub use crate::clock::{Clock, Clocks};
pub use crate::gate::source::TrustedProxies;
use crate::owner::Owner;
pub use crate::pusher::PusherKeys;
pub use crate::serve::ConnectionBounds;
pub use crate::tls::CertificateSource;
pub use crate::tunnel::{NgrokServer, NgrokTunnel};

/// Everything that a running server needs to know.
#[derive(Debug)]
pub struct Config {
    /// Folder of the database, the lock and the owner's token.
    pub data_dir: PathBuf,
    /// Where people and programs of the network connect.
    pub listen: SocketAddr,
    /// Where Twilio's callbacks come in; what a tunnel or a proxy points at.
    pub webhook_listen: SocketAddr,
    /// Where Twilio can reach the webhook listener.
    pub public_address: PublicAddress,
    /// Whether phones ring.
    pub mode: Mode,
    /// The account that pays, and where its API is.
    pub twilio: TwilioAccount,
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
    /// The country that a number without `+` belongs to.
    pub default_region: Region,
    /// Protocols to begin with when the database has none.
    pub first_protocols: ProtocolFile,
    /// How long things take.
    pub pace: Pace,
    /// Where the time is read.
    pub clock: Clock,
    /// What the owner's Settings show and change.
    pub owner: Owner,
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

/// A Twilio account as the server uses it.
#[derive(Debug, Clone)]
pub struct TwilioAccount {
    /// Base address of the REST API.
    pub base_url: Url,
    /// Base address of the Pricing API; the one that belongs to the REST API if there is none.
    pub pricing_base: Option<Url>,
    /// What signs the requests.
    pub credentials: twilio::Credentials,
    /// The account's auth token, which signs callbacks whatever signs requests. Without it no callback can be
    /// believed, and so none is asked for.
    pub auth_token: Option<SecretString>,
}

impl TwilioAccount {
    /// An account of these parts, at Twilio's own address unless another is given; `None` when nothing of them can sign.
    pub fn of(
        account_sid: AccountSid,
        auth_token: Option<SecretString>,
        api_key: Option<(String, SecretString)>,
        api_base: Option<&Url>,
    ) -> Option<Self> {
        // An API key can be revoked alone, so it signs requests where there is one.
        let auth = match (api_key, &auth_token) {
            (Some((sid, secret)), _) => Auth::ApiKey { sid, secret },
            (None, Some(token)) => Auth::AuthToken(token.clone()),
            (None, None) => return None,
        };
        let base_url = api_base.cloned().or_else(|| Url::parse(twilio::DEFAULT_BASE_URL).ok())?;
        Some(Self {
            base_url,
            pricing_base: None,
            credentials: Credentials { account_sid, auth },
            auth_token,
        })
    }
}

/// User and password of the LAN listener.
#[derive(Debug)]
pub enum WebUser {
    /// Given from outside, by BENSPAMSPHONES_USER and BENSPAMSPHONES_PASS; not kept.
    Given {
        /// The name.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// Kept as a hash in the database; made up and handed out once when there is none yet.
    Kept {
        /// The name.
        user: String,
        /// Whether to make up another one, since the one there is was lost.
        renew: bool,
    },
}

/// How long the server waits for what.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// For Twilio's answer to one request.
    pub twilio_timeout: Duration,
    /// Between two questions about a call that is followed by asking, at first; they slow down to five times it.
    pub poll: Duration,
    /// Without news of a call that has callbacks, until Twilio is asked and the silence is said.
    pub silence: Duration,
    /// For a call whose request was never answered to turn up at Twilio, before it counts as never dialled.
    pub lookup_patience: Duration,
    /// For what a call is going to cost, before it is dialled without knowing.
    pub estimate: Duration,
    /// Between two calls that are sent to Twilio, which takes one a second; none lets all through at once.
    pub between_calls: Duration,
    /// For a call that waits for its turn, before nobody waits for it any more: this computer slept meanwhile, or the queue is
    /// longer than anybody meant it to be.
    pub longest_wait: Duration,
    /// For open connections to end once the server stops.
    pub stop: Duration,
    /// Between two attempts to open the tunnel, at first; they slow down.
    pub tunnel_pause: Duration,
    /// Between two signs of life of the tunnel; without an answer for as long again, it is gone.
    pub tunnel_heartbeat: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            twilio_timeout: twilio::DEFAULT_TIMEOUT,
            poll: Duration::from_secs(1),
            silence: Duration::from_secs(15),
            lookup_patience: Duration::from_secs(60),
            estimate: Duration::from_millis(700),
            between_calls: Duration::from_secs(1),
            longest_wait: Duration::from_secs(300),
            stop: Duration::from_millis(1_200),
            tunnel_pause: Duration::from_secs(1),
            tunnel_heartbeat: Duration::from_secs(10),
        }
    }
}
