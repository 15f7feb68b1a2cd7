//! `bsp serve`: runs the switchboard until it is told to stop.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use benspamsphones_core::Mode;
use benspamsphones_server::config::{Pace, PublicAddress, TwilioAccount};
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
    let account = settings::twilio_account(&arguments.twilio)?;
    let mode = match (arguments.mode, &account) {
        (Some(ModeArgument::Live), _) | (None, Some(_)) => Mode::Live,
        (Some(ModeArgument::Sandbox), _) | (None, None) => Mode::Sandbox,
    };
    let (account, sandbox) = match (mode, account) {
        (Mode::Live, Some(account)) => (account, None),
        (Mode::Live, None) => {
            let sentence =
                "live mode needs Twilio's credentials: set TWILIO_SID, and TWILIO_TOKEN or an API key";
            return Err(Failure::Usage(sentence.into()));
        }
        // A sandbox that runs elsewhere.
        (Mode::Sandbox, Some(account)) if arguments.twilio.twilio_api_base.is_some() => (account, None),
        (Mode::Sandbox, _) => {
            let (account, sandbox) = start_sandbox(arguments.sandbox_speed).await?;
            (account, Some(sandbox))
        }
    };
    let config = config(&arguments, &data_dir, mode, account)?;
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

fn config(arguments: &Serve, data_dir: &Path, mode: Mode, twilio: TwilioAccount) -> Result<Config, Failure> {
    let mut listen = arguments.listen;
    if let Some(port) = arguments.port {
        listen.set_port(port);
    }
    if let Some(url) = &arguments.public_url
        && !matches!(url.scheme(), "http" | "https")
    {
        return Err(Failure::Usage("--public-url must start with http:// or https://".into()));
    }
    let public_address = match (&arguments.public_url, mode) {
        (Some(url), _) => PublicAddress::At(url.clone()),
        (None, Mode::Sandbox) => PublicAddress::WebhookListener,
        (None, Mode::Live) => PublicAddress::None,
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
        first_protocols: settings::first_protocols(
            arguments.protocols.as_deref(),
            data_dir,
            mode == Mode::Sandbox,
            arguments.region,
        )?,
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
