//! `bsp serve`: runs the switchboard until it is told to stop.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use benspamsphones_core::{Mode, ProtocolFile};
use benspamsphones_server::config::{Pace, PublicAddress, TwilioAccount};
use benspamsphones_server::store::Store;
use benspamsphones_server::{Config, Server, ServerError};
use secrecy::ExposeSecret;
use twilio_sandbox::{Sandbox, SandboxConfig};

use crate::args::{ModeArgument, Serve};
use crate::exit::Failure;
use crate::settings;

/// The account that the built-in sandbox plays: the same at each start, so that an earlier run's calls are asked
/// for and found to be gone.
const SANDBOX_ACCOUNT: &str = "AC5a4db0c0000000000000000000000000";

/// Runs the server.
pub(crate) async fn run(arguments: Box<Serve>, data_dir: PathBuf) -> Result<ExitCode, Failure> {
    let (mode, account) = account(&arguments)?;
    let (account, sandbox) = match account {
        Some(account) => (account, None),
        None => {
            let (account, sandbox) = start_sandbox(arguments.sandbox_speed).await?;
            (account, Some(sandbox))
        }
    };
    let public_address = public_address(&arguments, mode, sandbox.is_some())?;
    let config = config(&arguments, &data_dir, mode, account, public_address)?;
    let mut server = Server::start(config).await.map_err(explain)?;
    greet(&mut server, &data_dir)?;
    wait_for_stop().await?;
    tracing::info!("stopping");
    server.stop().await;
    if let Some(sandbox) = sandbox {
        sandbox.stop().await;
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether phones ring, and the account; none means the sandbox inside this program.
///
/// In sandbox mode an account's address counts only on this machine, where a sandbox can be: whoever has a region of
/// Twilio's in the environment and asks for the sandbox must not ring anybody.
fn account(arguments: &Serve) -> Result<(Mode, Option<TwilioAccount>), Failure> {
    if arguments.mode == Some(ModeArgument::Sandbox) {
        let local = arguments.twilio.twilio_api_base.as_ref().is_some_and(twilio::is_loopback);
        let account = if local { settings::twilio_account(&arguments.twilio)? } else { None };
        return Ok((Mode::Sandbox, account));
    }
    match (arguments.mode, settings::twilio_account(&arguments.twilio)?) {
        (_, Some(account)) => Ok((Mode::Live, Some(account))),
        (None, None) => Ok((Mode::Sandbox, None)),
        (Some(_), None) => {
            let sentence =
                "live mode needs Twilio's credentials: set TWILIO_SID, and TWILIO_TOKEN or an API key";
            Err(Failure::Usage(sentence.into()))
        }
    }
}

/// Where Twilio is told to report to. The sandbox contacts nobody beyond this machine, so it is told the listener
/// itself where that is here, and is asked where it isn't.
fn public_address(arguments: &Serve, mode: Mode, built_in: bool) -> Result<PublicAddress, Failure> {
    if let Some(url) = &arguments.public_url {
        let plain = url.query().is_none() && url.fragment().is_none();
        if !plain || !matches!(url.scheme(), "http" | "https") {
            let sentence =
                "--public-url must start with http:// or https:// and have no query and no fragment";
            return Err(Failure::Usage(sentence.into()));
        }
    }
    let listener = arguments.webhook_listen.ip();
    let listens_here = listener.is_loopback() || listener.is_unspecified();
    Ok(match (&arguments.public_url, mode) {
        (Some(url), _) if !built_in => PublicAddress::At(url.clone()),
        (_, Mode::Sandbox) if listens_here => PublicAddress::WebhookListener,
        (_, Mode::Sandbox | Mode::Live) => PublicAddress::None,
    })
}

async fn start_sandbox(speed: f64) -> Result<(TwilioAccount, Sandbox), Failure> {
    let config = SandboxConfig { account_sid: SANDBOX_ACCOUNT.into(), speed, ..SandboxConfig::default() };
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sandbox = Sandbox::start(anywhere, config).await.map_err(Failure::other)?;
    let account = TwilioAccount {
        base_url: sandbox.base_url(),
        credentials: sandbox.credentials(),
        auth_token: Some(sandbox.auth_token().clone()),
    };
    Ok((account, sandbox))
}

fn config(
    arguments: &Serve,
    data_dir: &Path,
    mode: Mode,
    twilio: TwilioAccount,
    public_address: PublicAddress,
) -> Result<Config, Failure> {
    let mut listen = arguments.listen;
    if let Some(port) = arguments.port {
        listen.set_port(port);
    }
    // Read at the first start alone: what is in the database since then is the owner's.
    let first_protocols = if Store::path(data_dir).exists() {
        ProtocolFile::default()
    } else {
        let told = arguments.protocols.as_deref();
        settings::first_protocols(told, data_dir, mode == Mode::Sandbox, arguments.region)?
    };
    Ok(Config {
        data_dir: data_dir.to_owned(),
        listen,
        webhook_listen: arguments.webhook_listen,
        public_address,
        mode,
        twilio,
        web_user: settings::web_user(&arguments.web, arguments.new_password)?,
        pusher: settings::pusher(&arguments.pusher)?,
        default_region: arguments.region,
        first_protocols,
        pace: Pace::default(),
    })
}

fn greet(server: &mut Server, data_dir: &Path) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let mode = match server.app().mode() {
        Mode::Sandbox => "sandbox: no phone rings and nothing costs",
        Mode::Live => "LIVE: phones ring, and Twilio charges for them",
    };
    writeln!(out, "BenSpamsPhones {} - {mode}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "  Open       http://{}/", server.lan())?;
    match server.take_first_password() {
        Some(password) => {
            writeln!(out, "  Sign in    {} with the password {}", server.user(), password.expose_secret())?;
            writeln!(out, "             (shown this once; bsp serve --new-password makes another)")?;
        }
        None => writeln!(out, "  Sign in    {}", server.user())?,
    }
    match server.public_url() {
        Some(url) => writeln!(out, "  Callbacks  {url} (http://{}/ here)", server.webhook())?,
        None => writeln!(
            out,
            "  Callbacks  none: calls are followed by asking Twilio (--public-url changes that)"
        )?,
    }
    writeln!(out, "  Data       {}", data_dir.display())?;
    if server.app().protocols().is_empty() {
        writeln!(out, "  There are no protocols yet. Take some with: bsp protocols import FILE")?;
    }
    writeln!(out, "Ctrl-C stops it.")?;
    out.flush()?;
    Ok(())
}

fn explain(error: ServerError) -> Failure {
    match &error {
        ServerError::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
            let sentence = "Another program has that port (ss -ltnp tells which); --port and --webhook-listen choose others";
            Failure::Other(format!("{error}. {sentence}").into())
        }
        ServerError::Listen { .. } | ServerError::DataDir(_) | ServerError::App(_) | ServerError::Gate(_) => {
            Failure::other(error)
        }
    }
}

/// Waits for Ctrl-C, or for the signal by which a system ends its services.
pub(crate) async fn wait_for_stop() -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(Failure::other)?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Failure::other),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(Failure::other)
}
