//! Starts a server from the arguments of a host (`bsp serve`, the window).
//!
//! A host passes on only what it was given. The rest is decided here, the same for every host: from the documented
//! variables, then the vault, then the owner's choices. Changes by the owner take effect by restarting the server
//! inside the same process, so an account is read in one place only, and no call begins on one account and is looked up
//! on another.

mod account;
pub mod arguments;
mod first_protocols;
mod keyring_questions;
mod network;
mod secret_files;
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
use benspamsphones_server::config::{Config, OpenSockets, STOP_WITHIN};
use benspamsphones_server::net::{ConnectionBounds, TrustedProxies};
use benspamsphones_server::owner::{CredentialSource, Owner};
use benspamsphones_server::public_choice::PublicChoice;
use benspamsphones_server::startup_settings::{Found, StartupSettings, StartupSettingsError};
use benspamsphones_server::startup_warnings::StartupWarning;
use benspamsphones_server::tunnel::TunnelPace;
use benspamsphones_server::vault::{Vault, VaultError};
use benspamsphones_server::{Server, ServerError};

pub use keyring_questions::KeyringWait;

use account::{ChosenAccount, choose_account, pricing_base, pusher, start_sandbox};
use keyring_questions::KeyringQuestions;
pub use secret_files::{BadSecret, Origin};

/// How long a call may be missing from the built-in sandbox before it counts as never dialed.
const SANDBOX_PATIENCE: Duration = Duration::from_secs(1);

/// The settings given to a host; `None` if not given.
#[derive(Debug, Clone)]
pub struct Told {
    /// Folder of the database.
    pub data_dir: PathBuf,
    /// Where people and programs connect.
    pub listen: SocketAddr,
    /// `listen` was given; otherwise the owner chooses whether to share it.
    pub listen_told: bool,
    /// Whether to speak HTTPS with the network.
    pub https: Option<bool>,
    /// The owner's own certificate and its key, as PEM files.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Host names other than this machine's own that requests from the network may use.
    pub allowed_hosts: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: TrustedProxies,
    /// Where Twilio's callbacks arrive.
    pub webhook_listen: SocketAddr,
    /// Listeners that are open already, in place of the two addresses.
    pub sockets: OpenSockets,
    /// Whether phones ring.
    pub mode: Option<Mode>,
    /// Initial protocols, in the documented format.
    pub protocols: Option<PathBuf>,
    /// How Twilio reaches the webhook listener; otherwise the owner chooses.
    pub public_address: Option<PublicChoice>,
    /// Country of numbers without `+`.
    pub region: Option<Region>,
    /// Base address of Twilio's API.
    pub api_base: Option<Url>,
    /// Base address of Twilio's Pricing API.
    pub pricing_base: Option<Url>,
    /// Speed of calls in the built-in sandbox; 1 is real time.
    pub sandbox_speed: f64,
    /// Addresses of this machine, other than the server's own, that the built-in sandbox may contact.
    pub sandbox_allow: Vec<SocketAddr>,
    /// User name for the network.
    pub user: Option<String>,
    /// Whether to generate a new password.
    pub new_password: bool,
    /// Where credentials are stored.
    pub vault: Vault,
    /// Whether to start in the sandbox with a warning when the owner's account can't be read. A window can show the
    /// warning; a service would only seem to ring. Such a host also waits only a moment for the keyring.
    pub sandbox_when_in_doubt: bool,
    /// Says whether the start waits for the keyring.
    pub keyring_wait: KeyringWait,
}

/// Why a server can't be started.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// The settings are invalid; the sentence says what to change.
    #[error("{0}")]
    Usage(String),
    /// A credential is set twice, or its file can't be read.
    #[error(transparent)]
    Secret(#[from] BadSecret),
    /// A protocol file can't be read.
    #[error("{0}: {1}")]
    Protocols(PathBuf, String),
    /// The vault failed.
    #[error("{source} {}", source.help())]
    Vault {
        /// The vault's error.
        #[from]
        source: VaultError,
    },
    /// The owner's choices can't be read.
    #[error(transparent)]
    StartupSettings(#[from] StartupSettingsError),
    /// The built-in sandbox can't start.
    #[error("the sandbox can't start: {0}")]
    Sandbox(std::io::Error),
    /// The server can't start.
    #[error(transparent)]
    Server(#[from] ServerError),
}

impl LaunchError {
    pub(crate) fn usage(sentence: &str) -> Self {
        Self::Usage(sentence.into())
    }
}

/// A running server, and its built-in sandbox if it uses one.
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

/// Reads the credentials that a restart would read again, so that a server isn't stopped for a start that would fail.
///
/// # Errors
/// The one that the start would have.
pub fn check(told: &Told) -> Result<(), LaunchError> {
    if told.mode != Some(Mode::Sandbox) {
        variables::twilio_account(told.api_base.as_ref())?;
    }
    variables::pusher()?;
    if matches!(told.public_address, Some(PublicChoice::Ngrok { .. })) {
        variables::ngrok()?;
    }
    variables::web_user(told.user.as_deref(), told.new_password)?;
    Ok(())
}

/// Starts a server with these settings.
///
/// # Errors
/// When the settings are contradictory, the account can't be read, or the server can't start.
pub async fn launch(told: &Told) -> Result<Running, LaunchError> {
    let keyring = KeyringQuestions::of(told);
    let Found { choices, lost } = StartupSettings::read_and_copy(&told.data_dir)?;
    let mut attention = Vec::new();
    if lost {
        let lost = StartupWarning::choices_lost(&told.data_dir, told.region.is_none());
        tracing::warn!("{}", lost.sentence);
        attention.push(lost);
    }
    let mut chosen = choose_account(told, &keyring, choices.mode).await?;
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
    // Read only at the first start: later the owner's protocols are in the database.
    let first_protocols = if Store::is_first_start(&told.data_dir) {
        first_protocols::read(told.protocols.as_deref(), &told.data_dir, chosen.mode, region)?
    } else {
        benspamsphones_core::ProtocolFile::default()
    };
    let (pusher, pusher_source) = pusher(told, &keyring, chosen.mode).await?;
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
    // The built-in sandbox shows a call at once, and starts empty with this program.
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
        sockets: told.sockets.clone(),
        public_address: network::public_address(
            told,
            &keyring,
            &public_choice,
            chosen.mode,
            sandbox.is_some(),
        )
        .await?,
        web_user: variables::web_user(told.user.as_deref(), told.new_password)?,
        pusher,
        tunnel_pace: TunnelPace::default(),
        stop_within: STOP_WITHIN,
    };
    let server = Server::start(config, owner).await?;
    if let Some(sandbox) = &sandbox {
        // API clients choose addresses that the sandbox contacts, and must not reach other programs on this machine.
        sandbox.allow(server.webhook());
        sandbox.allow(server.lan());
    }
    Ok(Running { server, sandbox })
}
