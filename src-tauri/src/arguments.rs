//! The command line of the window.

use std::net::SocketAddr;
use std::path::PathBuf;

use benspamsphones_core::{Mode, Region};
use benspamsphones_server::launch::Told;
use benspamsphones_server::vault::Vault;
use clap::{Parser, ValueEnum};
use url::Url;

use crate::shell::ShellError;

/// A personal switchboard: choose what plays, say who to ring, watch it happen.
#[derive(Debug, Clone, Parser)]
#[command(name = "benspamsphones", version, after_help = "Without a display: bsp serve")]
pub(crate) struct Arguments {
    /// Start in the tray, without a window; where nobody shows a tray, the window comes a little later
    #[arg(long)]
    pub hidden: bool,
    /// Port of the network's address, of --listen
    #[arg(long, env = "BSP_PORT")]
    pub port: Option<u16>,
    /// Folder of the database [default: this user's data folder]
    #[arg(long, env = "BSP_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Where people and programs connect
    #[arg(long, env = "BSP_LISTEN", default_value = "127.0.0.1:9001", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Where Twilio's callbacks come in; what a tunnel or proxy points at
    #[arg(long, env = "BSP_WEBHOOK_LISTEN", default_value = "127.0.0.1:9002", value_name = "ADDRESS")]
    pub webhook_listen: SocketAddr,
    /// Whether phones ring [default: as chosen in Settings, else sandbox]
    #[arg(long, env = "BSP_MODE")]
    pub mode: Option<ModeArgument>,
    /// Protocols to begin with, in the documented format; read at the first start
    #[arg(long, env = "BSP_PROTOCOLS", value_name = "FILE")]
    pub protocols: Option<PathBuf>,
    /// Address under which Twilio reaches the webhook listener
    #[arg(long, env = "BSP_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Url>,
    /// Country of numbers without a +, as two letters
    #[arg(long, env = "BSP_REGION", value_name = "COUNTRY")]
    pub region: Option<Region>,
    /// How fast calls live in the sandbox; 1 is like life
    #[arg(long, env = "BSP_SANDBOX_SPEED", default_value_t = 1.0, value_name = "FACTOR", hide = true)]
    pub sandbox_speed: f64,
    /// Base address of Twilio's API
    #[arg(long, env = "BSP_TWILIO_API_BASE", value_name = "URL", hide = true)]
    pub twilio_api_base: Option<Url>,
    /// Where credentials are kept
    #[arg(long, env = "BSP_CREDENTIALS", default_value = "keyring", value_name = "PLACE")]
    pub credentials: CredentialsArgument,
    /// Name of the user of the network [default: user]
    #[arg(long, env = "BENSPAMSPHONES_USER", value_name = "NAME", hide = true)]
    pub user: Option<String>,
    /// A number to fill in, as tel:+15555550100
    #[arg(value_name = "LINK")]
    pub link: Option<String>,
}

/// Whether phones ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArgument {
    /// A small Twilio inside this program: no phone rings and nothing costs
    Sandbox,
    /// Twilio: phones ring, and it costs money
    Live,
}

/// Where credentials are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CredentialsArgument {
    /// The system's keyring, where the environment has none
    Keyring,
    /// The environment alone
    Environment,
}

impl Arguments {
    /// What the server is told.
    ///
    /// # Errors
    /// When there is no folder for the data.
    pub(crate) fn told(&self) -> Result<Told, ShellError> {
        let mut listen = self.listen;
        if let Some(port) = self.port {
            listen.set_port(port);
        }
        let usual = || directories::ProjectDirs::from("", "", "benspamsphones");
        let data_dir = self.data_dir.clone().or_else(|| usual().map(|dirs| dirs.data_dir().to_owned()));
        Ok(Told {
            data_dir: data_dir.ok_or(ShellError::NoHome)?,
            listen,
            webhook_listen: self.webhook_listen,
            mode: self.mode.map(|mode| match mode {
                ModeArgument::Sandbox => Mode::Sandbox,
                ModeArgument::Live => Mode::Live,
            }),
            protocols: self.protocols.clone(),
            public_url: self.public_url.clone(),
            region: self.region,
            api_base: self.twilio_api_base.clone(),
            sandbox_speed: self.sandbox_speed,
            user: self.user.clone(),
            new_password: false,
            vault: match self.credentials {
                CredentialsArgument::Keyring => Vault::Keyring,
                CredentialsArgument::Environment => Vault::Environment,
            },
            sandbox_when_in_doubt: true,
        })
    }
}
