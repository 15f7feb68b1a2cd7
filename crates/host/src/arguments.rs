//! The command-line arguments that all hosts share.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use benspamsphones_core::{Mode, Region};
use benspamsphones_server::config::OpenSockets;
use benspamsphones_server::net::TrustedProxies;
use benspamsphones_server::public_choice::PublicChoice;
use benspamsphones_server::vault::Vault;
use clap::{Args, ValueEnum};
use ipnet::IpNet;
use url::Url;

use crate::{KeyringWait, Told};

const PORT: u16 = 9001;

/// What a host is told of the server that it starts.
#[derive(Debug, Clone, Args)]
pub struct ServerArguments {
    /// Whether phones ring [default: live with Twilio credentials in the environment, else as chosen in Settings]
    #[arg(long, env = "BSP_MODE")]
    pub mode: Option<ModeArgument>,
    /// Protocols to start with, in the documented format; read only at the first start
    #[arg(long, env = "BSP_PROTOCOLS", value_name = "FILE")]
    pub protocols: Option<PathBuf>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show it as the group's help")]
    pub public_address: PublicAddressArguments,
    /// Country of numbers without a +, as two letters [default: as chosen in Settings, else US]
    #[arg(long, env = "BSP_REGION", value_name = "COUNTRY")]
    pub region: Option<Region>,
    /// How fast calls run in the sandbox; 1 is real time
    #[arg(long, env = "BSP_SANDBOX_SPEED", default_value_t = 1.0, value_name = "FACTOR", value_parser = sandbox_speed)]
    pub sandbox_speed: f64,
    /// Another address on this computer that the built-in sandbox may contact for callbacks and TwiML; can be repeated
    #[arg(long, env = "BSP_SANDBOX_ALLOW", value_name = "ADDRESS", value_delimiter = ',', value_parser = local_address)]
    pub sandbox_allow: Vec<SocketAddr>,
    /// User name for browsers and programs [default: user]
    #[arg(long, env = "BENSPAMSPHONES_USER", value_name = "NAME")]
    pub user: Option<String>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show it as the group's help")]
    pub vault: CredentialsArguments,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show it as the group's help")]
    pub twilio: TwilioArguments,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would show it as the group's help")]
    pub listen: ListenArguments,
}

/// Whether phones ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeArgument {
    /// A small Twilio inside this program: no phone rings and nothing costs money
    Sandbox,
    /// Twilio: phones ring, and calls cost money
    Live,
}

/// Where credentials are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CredentialsPlace {
    /// The system's keyring, unless the environment has credentials
    Keyring,
    /// Only the environment
    Environment,
}

/// Where credentials are kept.
#[derive(Debug, Clone, Args)]
pub struct CredentialsArguments {
    /// Where credentials are kept
    #[arg(long, env = "BSP_CREDENTIALS", default_value = "keyring", value_name = "PLACE")]
    pub credentials: CredentialsPlace,
}

impl CredentialsArguments {
    /// The selected vault.
    pub fn vault(&self) -> Vault {
        match self.credentials {
            CredentialsPlace::Keyring => Vault::Keyring,
            CredentialsPlace::Environment => Vault::Environment,
        }
    }
}

/// The account. Secrets come by environment alone: other users can read a command line.
#[derive(Debug, Clone, Args)]
pub struct TwilioArguments {
    /// Base address of Twilio's API [default: https://api.twilio.com]
    #[arg(long, env = "BSP_TWILIO_API_BASE", value_name = "URL")]
    pub twilio_api_base: Option<Url>,
    /// Base address of Twilio's Pricing API [default: https://pricing.twilio.com, or your --twilio-api-base]
    #[arg(long, env = "BSP_TWILIO_PRICING_BASE", value_name = "URL")]
    pub twilio_pricing_base: Option<Url>,
}

/// How Twilio reaches the webhook listener. Without any of it the owner chooses in Settings.
#[derive(Debug, Clone, Args)]
pub struct PublicAddressArguments {
    /// Public address of the webhook listener [default: as chosen in Settings, else none: call status is polled from
    /// Twilio]
    #[arg(long, env = "BSP_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Url>,
    /// Open a tunnel with ngrok, with the authtoken from NGROK_AUTHTOKEN or the keyring
    #[arg(long, env = "BSP_NGROK", value_name = "YES", num_args = 0..=1, default_missing_value = "true")]
    pub ngrok: Option<bool>,
    /// A domain reserved for your ngrok account
    #[arg(long, env = "BSP_NGROK_DOMAIN", value_name = "NAME")]
    pub ngrok_domain: Option<String>,
}

impl PublicAddressArguments {
    /// `--public-url` takes precedence over ngrok.
    fn choice(&self) -> Option<PublicChoice> {
        let domain = self.ngrok_domain.clone().filter(|domain| !domain.is_empty());
        match (&self.public_url, self.ngrok) {
            (Some(url), _) => Some(PublicChoice::Forwarding { url: url.clone() }),
            (None, Some(true)) => Some(PublicChoice::Ngrok { domain }),
            (None, Some(false)) => Some(PublicChoice::None),
            (None, None) => domain.map(|domain| PublicChoice::Ngrok { domain: Some(domain) }),
        }
    }
}

/// Where the network and Twilio connect.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network")]
pub struct ListenArguments {
    /// Where people and programs connect [default: 127.0.0.1:9001, or all addresses if shared in Settings]
    #[arg(long, env = "BSP_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Only the port of --listen
    #[arg(long, env = "BSP_PORT")]
    pub port: Option<u16>,
    /// Where Twilio's callbacks arrive; point a tunnel or proxy here
    #[arg(long, env = "BSP_WEBHOOK_LISTEN", default_value = "127.0.0.1:9002", value_name = "ADDRESS")]
    pub webhook_listen: SocketAddr,
    /// Use HTTPS on the network, with --certificate or a certificate made by this program
    #[arg(long, env = "BSP_HTTPS", value_name = "YES", num_args = 0..=1, default_missing_value = "true")]
    pub https: Option<bool>,
    /// Your own certificate chain, in PEM; read again when it changes
    #[arg(long, env = "BSP_CERTIFICATE", value_name = "FILE", requires = "key")]
    pub certificate: Option<PathBuf>,
    /// The certificate's key, in PEM
    #[arg(long, env = "BSP_KEY", value_name = "FILE", requires = "certificate")]
    pub key: Option<PathBuf>,
    /// Another host name of this computer; can be repeated
    #[arg(long = "allow-host", env = "BSP_ALLOW_HOST", value_name = "NAME", value_delimiter = ',')]
    pub allowed_hosts: Vec<String>,
    /// A reverse proxy in front of this, as an address or a network: its X-Forwarded-For and X-Forwarded-Proto are used;
    /// can be repeated
    #[arg(long = "trust-proxy", env = "BSP_TRUST_PROXY", value_name = "NETWORK", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
}

impl ServerArguments {
    /// Whether phones ring, if that was given.
    pub fn mode(&self) -> Option<Mode> {
        self.mode.map(|mode| match mode {
            ModeArgument::Sandbox => Mode::Sandbox,
            ModeArgument::Live => Mode::Live,
        })
    }

    /// The server's settings, with its data in this folder.
    pub fn told(&self, data_dir: PathBuf) -> Told {
        let network = &self.listen;
        let mut listen = network.listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)));
        if let Some(port) = network.port {
            listen.set_port(port);
        }
        Told {
            data_dir,
            listen,
            listen_told: network.listen.is_some(),
            webhook_listen: network.webhook_listen,
            sockets: OpenSockets::default(),
            https: network.https,
            certificate: network.certificate.clone().zip(network.key.clone()),
            allowed_hosts: network.allowed_hosts.clone(),
            trusted_proxies: TrustedProxies::new(network.trusted_proxies.clone()),
            mode: self.mode(),
            protocols: self.protocols.clone(),
            public_address: self.public_address.choice(),
            region: self.region,
            api_base: self.twilio.twilio_api_base.clone(),
            pricing_base: self.twilio.twilio_pricing_base.clone(),
            sandbox_speed: self.sandbox_speed,
            sandbox_allow: self.sandbox_allow.clone(),
            user: self.user.clone(),
            new_password: false,
            vault: self.vault.vault(),
            sandbox_when_in_doubt: false,
            keyring_wait: KeyringWait::default(),
        }
    }
}

/// Parses the speed of the sandbox.
///
/// # Errors
/// When it isn't a valid speed; the message says why.
pub fn sandbox_speed(text: &str) -> Result<f64, &'static str> {
    let factor: f64 = text.parse().map_err(|_| "not a number")?;
    if (0.01..=10_000.0).contains(&factor) { Ok(factor) } else { Err("from 0.01 to 10000") }
}

/// Parses an address of this machine with its port; `localhost` stands for 127.0.0.1.
fn local_address(text: &str) -> Result<SocketAddr, &'static str> {
    let literal = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let address: SocketAddr = literal
        .as_deref()
        .unwrap_or(text)
        .parse()
        .map_err(|_| "not an address with a port, such as 127.0.0.1:8080")?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("the sandbox contacts only this computer, such as 127.0.0.1:8080")
    }
}

fn network(text: &str) -> Result<IpNet, &'static str> {
    let address = || text.parse::<IpAddr>().map(IpNet::from).ok();
    text.parse().ok().or_else(address).ok_or("not an address and not a network such as 10.0.0.0/8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_twilio_gets_in_is_told_or_left_to_the_owner() {
        let choice = |public_url: Option<&str>, ngrok, ngrok_domain: Option<&str>| {
            let public_url = public_url.map(|url| url.parse().unwrap());
            PublicAddressArguments { public_url, ngrok, ngrok_domain: ngrok_domain.map(str::to_owned) }
                .choice()
        };
        let ngrok = |domain: Option<&str>| Some(PublicChoice::Ngrok { domain: domain.map(str::to_owned) });
        assert_eq!(choice(None, None, None), None);
        assert_eq!(choice(None, Some(true), None), ngrok(None));
        assert_eq!(choice(None, None, Some("calls.ngrok.app")), ngrok(Some("calls.ngrok.app")));
        assert_eq!(choice(None, None, Some("")), None, "an empty variable is one that isn't set");
        assert_eq!(choice(None, Some(false), Some("calls.ngrok.app")), Some(PublicChoice::None));
        let own = choice(Some("https://calls.example.com"), Some(true), None);
        assert!(matches!(own, Some(PublicChoice::Forwarding { .. })), "{own:?}");
    }
}
