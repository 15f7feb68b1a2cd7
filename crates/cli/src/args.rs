//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use benspamsphones_core::{CallStatus, Region};
use benspamsphones_server::vault::Vault;
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use url::Url;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  something failed
  2  wrong usage
  3  no server answers
  4  refused: by the rules here, by Twilio, or because it makes no sense now
  5  no such call or protocol
  6  call --follow: the call ended and nobody had answered
  7  call: no answer came, so the phone may ring; do not try again";

/// A personal switchboard: choose what plays, say who to ring, watch it happen.
#[derive(Parser)]
#[command(name = "bsp", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folder of the database [default: this user's data folder]
    #[arg(long, global = true, env = "BSP_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// What to log, such as "info" or "debug,hyper=info"
    #[arg(long, global = true, env = "BSP_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run the switchboard
    Serve(Box<Serve>),
    /// Ring somebody
    Call(Call),
    /// Show the history
    Calls(Calls),
    /// End a call
    Hangup(Hangup),
    /// List, import or export what can be played
    #[command(subcommand)]
    Protocols(Protocols),
    /// Keep, show or forget credentials in the system's keyring
    Credentials(CredentialsCommand),
    /// Tell what is set up, what answers, and what to do
    Doctor(Box<Doctor>),
    /// Run a small Twilio alone, for trying programs against it
    Sandbox(Sandbox),
    /// Print the manual page
    Man,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Whether phones ring.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArgument {
    /// A small Twilio inside this program: no phone rings and nothing costs
    Sandbox,
    /// Twilio: phones ring, and it costs money
    Live,
}

#[derive(Args)]
pub(crate) struct Serve {
    /// Where people and programs connect
    #[arg(long, env = "BSP_LISTEN", default_value = "127.0.0.1:9001", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// The port alone, of --listen
    #[arg(long, env = "BSP_PORT")]
    pub port: Option<u16>,
    /// Where Twilio's callbacks come in; what a tunnel or proxy points at
    #[arg(long, env = "BSP_WEBHOOK_LISTEN", default_value = "127.0.0.1:9002", value_name = "ADDRESS")]
    pub webhook_listen: SocketAddr,
    /// Whether phones ring [default: live with credentials in the environment, else sandbox]
    #[arg(long, env = "BSP_MODE")]
    pub mode: Option<ModeArgument>,
    /// Protocols to begin with, in the documented format; read at the first start
    #[arg(long, env = "BSP_PROTOCOLS", value_name = "FILE")]
    pub protocols: Option<PathBuf>,
    /// Address under which Twilio reaches the webhook listener; without it calls are followed by asking
    #[arg(long, env = "BSP_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Url>,
    /// Country of numbers without a +, as two letters [default: as chosen in Settings, else US]
    #[arg(long, env = "BSP_REGION", value_name = "COUNTRY")]
    pub region: Option<Region>,
    /// How fast calls live in the sandbox; 1 is like life
    #[arg(long, env = "BSP_SANDBOX_SPEED", default_value_t = 1.0, value_name = "FACTOR", value_parser = speed)]
    pub sandbox_speed: f64,
    /// Make up another password, since the one there is was lost
    #[arg(long)]
    pub new_password: bool,
    #[command(flatten)]
    pub twilio: Twilio,
    #[command(flatten)]
    pub vault: Credentials,
    /// Name of the user who may come in [default: user]
    #[arg(long, env = "BENSPAMSPHONES_USER", value_name = "NAME")]
    pub user: Option<String>,
}

/// Where credentials are kept.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CredentialsArgument {
    /// The system's keyring, where the environment has none
    Keyring,
    /// The environment alone
    Environment,
}

#[derive(Args)]
pub(crate) struct Credentials {
    /// Where credentials are kept
    #[arg(long, env = "BSP_CREDENTIALS", default_value = "keyring", value_name = "PLACE")]
    pub credentials: CredentialsArgument,
}

impl Credentials {
    pub(crate) fn vault(&self) -> Vault {
        match self.credentials {
            CredentialsArgument::Keyring => Vault::Keyring,
            CredentialsArgument::Environment => Vault::Environment,
        }
    }
}

/// The account. Secrets come by environment alone: other users can read a command line.
#[derive(Args)]
#[command(next_help_heading = "Twilio")]
pub(crate) struct Twilio {
    /// Base address of Twilio's API [default: https://api.twilio.com]
    #[arg(long, env = "BSP_TWILIO_API_BASE", value_name = "URL")]
    pub twilio_api_base: Option<Url>,
}

#[derive(Args)]
pub(crate) struct Call {
    /// Id of the protocol
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub protocol: String,
    /// The number to ring
    #[arg(value_parser = NonEmptyStringValueParser::new(), allow_hyphen_values = true)]
    pub number: String,
    /// Stay until the call is over and print what happens
    #[arg(long, short)]
    pub follow: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub(crate) struct Calls {
    /// How many at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub limit: u16,
    /// Only calls at this station, such as completed or ringing
    #[arg(long)]
    pub status: Option<CallStatus>,
    /// Only calls whose numbers or protocol hold this text
    #[arg(long, short)]
    pub query: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub(crate) struct Hangup {
    /// Id of the call
    pub id: String,
}

#[derive(Subcommand)]
pub(crate) enum Protocols {
    /// List the protocols
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Take the protocols of a file in the documented format
    Import {
        /// The file; - for standard input
        file: PathBuf,
        /// Drop the protocols that the file doesn't have
        #[arg(long)]
        replace: bool,
    },
    /// Write the protocols in the documented format
    Export {
        /// The file; standard output if left out
        file: Option<PathBuf>,
    },
}

#[derive(Args)]
pub(crate) struct CredentialsCommand {
    #[command(subcommand)]
    pub command: Option<KeyringCommand>,
}

#[derive(Subcommand)]
pub(crate) enum KeyringCommand {
    /// Tell what is kept, without telling it [default]
    Status,
    /// Keep what standard input tells as JSON, such as {"account_sid": "AC…", "auth_token": "…"} or {"app_id": "…",
    /// "key": "…", "secret": "…", "cluster": "eu"}; on a terminal each part is asked for
    Set {
        /// Whose
        connection: ConnectionArgument,
    },
    /// Forget what is kept
    Forget {
        /// Whose
        connection: ConnectionArgument,
    },
}

/// Whose credentials.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConnectionArgument {
    /// The account that pays
    Twilio,
    /// The Pusher app
    Pusher,
}

#[derive(Args)]
pub(crate) struct Doctor {
    /// Address under which Twilio reaches the webhook listener
    #[arg(long, env = "BSP_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Url>,
    #[command(flatten)]
    pub twilio: Twilio,
    #[command(flatten)]
    pub vault: Credentials,
}

#[derive(Args)]
pub(crate) struct Sandbox {
    /// Where it listens
    #[arg(long, default_value = "127.0.0.1:4010", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// How fast calls live; 1 is like life
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", value_parser = speed)]
    pub speed: f64,
    /// SID of the account it plays [default: a fresh one]
    #[arg(long, env = "TWILIO_SID", value_name = "AC…")]
    pub account_sid: Option<String>,
}

fn speed(text: &str) -> Result<f64, &'static str> {
    let factor: f64 = text.parse().map_err(|_| "not a number")?;
    if (0.01..=10_000.0).contains(&factor) { Ok(factor) } else { Err("from 0.01 to 10000") }
}
