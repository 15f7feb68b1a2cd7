//! From what a person told a host (`bsp serve`, the window) to a server that runs.
//!
//! A host tells what it was told and nothing more; what is left open is decided here, the same for every host: the
//! documented variables, then the vault, then the owner's choices. What the owner changes while the server runs takes
//! effect by starting it again inside the same process, so there is one way in for an account, and no call can begin
//! on one account and be asked for at another.

mod account;
pub mod arguments;
mod first_protocols;
mod network;
pub mod stop_signals;
pub mod variables;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use benspamsphones_core::{Mode, Region};
use twilio_sandbox::Sandbox;
use url::Url;

use benspamsphones_app::accounts::TwilioAccount;
use benspamsphones_app::clock::Clock;
use benspamsphones_app::store::Store;
use benspamsphones_app::{AppConfig, Pace};
use benspamsphones_server::config::{Config, STOP_WITHIN};
use benspamsphones_server::net::{ConnectionBounds, TrustedProxies};
use benspamsphones_server::owner::{CredentialSource, Owner};
use benspamsphones_server::public_choice::PublicChoice;
use benspamsphones_server::startup_settings::{Found, StartupSettings, StartupSettingsError};
use benspamsphones_server::startup_warnings::StartupWarning;
use benspamsphones_server::tunnel::TunnelPace;
use benspamsphones_server::vault::{Vault, VaultError};
use benspamsphones_server::{Server, ServerError};

use account::{ChosenAccount, choose_account, pricing_base, pusher, start_sandbox};

/// How long a call may be missing from the built-in sandbox before it was never dialled.
const SANDBOX_PATIENCE: Duration = Duration::from_secs(1);

/// What a host was told. `None` is what nobody said.
#[derive(Debug, Clone)]
pub struct Told {
    /// Folder of the database.
    pub data_dir: PathBuf,
    /// Where people and programs connect.
    pub listen: SocketAddr,
    /// Somebody said so; otherwise the owner chooses whether the network may.
    pub listen_told: bool,
    /// Whether to speak HTTPS with the network.
    pub https: Option<bool>,
    /// The owner's own certificate and its key, as files in PEM.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Names, beside this machine's own, under which the network may ask for it.
    pub allowed_hosts: Vec<String>,
    /// Proxies whose word about the client is taken.
    pub trusted_proxies: TrustedProxies,
    /// Where Twilio's callbacks arrive.
    pub webhook_listen: SocketAddr,
    /// Whether phones ring.
    pub mode: Option<Mode>,
    /// Protocols to begin with, in the documented format.
    pub protocols: Option<PathBuf>,
    /// How Twilio reaches the webhook listener; otherwise the owner chooses.
    pub public_address: Option<PublicChoice>,
    /// Country of numbers without `+`.
    pub region: Option<Region>,
    /// Base address of Twilio's API.
    pub api_base: Option<Url>,
    /// Base address of Twilio's Pricing API.
    pub pricing_base: Option<Url>,
    /// How fast calls live in the built-in sandbox; 1 is like life.
    pub sandbox_speed: f64,
    /// Addresses of this machine, beside the server's own, that the built-in sandbox may contact.
    pub sandbox_allow: Vec<SocketAddr>,
    /// Name of the user of the network.
    pub user: Option<String>,
    /// Whether to make up another password.
    pub new_password: bool,
    /// Where credentials are kept.
    pub vault: Vault,
    /// Whether to start in the sandbox, saying why, when the owner's account can't be read. A window has somebody who
    /// reads that; a service would seem to ring and not do it.
    pub sandbox_when_in_doubt: bool,
}

/// Why a server can't be started.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// What was told makes no sense; the sentence says what to change.
    #[error("{0}")]
    Usage(String),
    /// A file of protocols.
    #[error("{0}: {1}")]
    Protocols(PathBuf, String),
    /// The vault.
    #[error("{source} {}", source.help())]
    Vault {
        /// What it said.
        #[from]
        source: VaultError,
    },
    /// The owner's choices.
    #[error(transparent)]
    StartupSettings(#[from] StartupSettingsError),
    /// The built-in sandbox.
    #[error("the sandbox can't start: {0}")]
    Sandbox(std::io::Error),
    /// The server.
    #[error(transparent)]
    Server(#[from] ServerError),
}

impl LaunchError {
    pub(crate) fn usage(sentence: &str) -> Self {
        Self::Usage(sentence.into())
    }
}

/// A server, and the sandbox that it calls through when it has one.
pub struct Running {
    /// The server.
    pub server: Server,
    sandbox: Option<Sandbox>,
}

impl Running {
    /// Stops both, the server first: its calls are settled at the next start.
    pub async fn stop(self) {
        self.server.stop().await;
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
    }
}

/// Starts a server as it was told.
///
/// # Errors
/// When what was told contradicts itself, the account can't be read, or the server can't start.
pub async fn launch(told: &Told) -> Result<Running, LaunchError> {
    let Found { choices, lost } = StartupSettings::read_and_copy(&told.data_dir)?;
    let mut attention = Vec::new();
    if lost {
        let lost = StartupWarning::choices_lost(&told.data_dir, told.region.is_none());
        tracing::warn!("{}", lost.sentence);
        attention.push(lost);
    }
    let mut chosen = choose_account(told, choices.mode).await?;
    if lost && told.region.is_none() && chosen.mode == Mode::Live {
        // A number without + would be read as another country's, and ring a stranger.
        chosen = ChosenAccount { mode: Mode::Sandbox, account: None, attention: None };
    }
    attention.extend(chosen.attention);
    let (account, source, sandbox) = match chosen.account {
        Some((account, source)) => {
            let pricing_base = pricing_base(told, chosen.mode);
            (TwilioAccount { pricing_base, ..account }, Some(source), None)
        }
        None => {
            let (account, sandbox) = start_sandbox(told).await?;
            (account, None, Some(sandbox))
        }
    };
    let region = told.region.or(choices.default_region).unwrap_or_default();
    // Read at the first start alone: what is in the database since then is the owner's.
    let first_protocols = if Store::is_first_start(&told.data_dir) {
        first_protocols::read(told.protocols.as_deref(), &told.data_dir, chosen.mode, region)?
    } else {
        benspamsphones_core::ProtocolFile::default()
    };
    let (pusher, pusher_source) = pusher(told, chosen.mode).await?;
    let public_choice = network::public_choice(told, &choices)?;
    let owner = Owner {
        vault: told.vault,
        mode_told: told.mode.is_some() || source == Some(CredentialSource::Environment),
        region_told: told.region.is_some(),
        listen_told: told.listen_told,
        https_told: told.https.is_some() || told.certificate.is_some(),
        public_address_told: told.public_address.is_some(),
        ngrok_told: variables::ngrok().is_ok_and(|token| token.is_some()),
        public_choice: public_choice.clone(),
        twilio_source: source,
        pusher_source,
        api_base: told.api_base.clone(),
        attention,
        ..Owner::default()
    };
    // The built-in sandbox shows a call the moment it has it, and begins anew with this program.
    let pace = match sandbox {
        Some(_) => Pace { lookup_patience: SANDBOX_PATIENCE, ..Pace::default() },
        None => Pace::default(),
    };
    let listen = network::where_to_listen(told, &choices);
    let app = AppConfig {
        data_dir: told.data_dir.clone(),
        mode: chosen.mode,
        twilio: account,
        default_region: region,
        first_protocols,
        pace,
        clock: Clock::default(),
    };
    let config = Config {
        app,
        listen,
        https: network::https(told, &choices),
        bounds: ConnectionBounds::default(),
        allowed_hosts: told.allowed_hosts.clone(),
        trusted_proxies: told.trusted_proxies.clone(),
        webhook_listen: told.webhook_listen,
        public_address: network::public_address(told, &public_choice, chosen.mode, sandbox.is_some()).await?,
        web_user: variables::web_user(told.user.as_deref(), told.new_password)?,
        pusher,
        tunnel_pace: TunnelPace::default(),
        stop_within: STOP_WITHIN,
    };
    let server = Server::start(config, owner).await?;
    if let Some(sandbox) = &sandbox {
        // Whoever is let in chooses addresses for it to contact, and must not get at what else listens here.
        sandbox.allow(server.webhook());
        sandbox.allow(server.lan());
    }
    Ok(Running { server, sandbox })
}
