//! What only the owner may see and change: the account, the password, the mode.
//!
//! Changes are stored first and take effect after the host has restarted the server, which [`Owner::restart_wanted`]
//! requests. Nothing is changed during a call: its status would be looked up in the wrong place.

use std::path::Path;
use std::sync::Arc;

use benspamsphones_app::accounts::PusherKeys;
use benspamsphones_app::app::App;
use benspamsphones_app::store::StoreError;
use benspamsphones_app::store::restore::RestoreError;
use benspamsphones_core::{Mode, Region};
use secrecy::SecretString;
use tokio::sync::Notify;
use url::Url;

use crate::auth::{self, AuthError};
use crate::public_choice::{BadPublicAddress, PublicChoice};
use crate::startup_settings::{StartupSettings, StartupSettingsError};
use crate::startup_warnings::{StartupWarning, StartupWarningCode};
use crate::vault::{Connection, NgrokToken, TwilioKeys, Vault, VaultError};

/// Where credentials that are in use come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialSource {
    /// The documented environment variables.
    Environment,
    /// The system's keyring.
    Vault,
}

/// How the server was configured, and where the owner's changes are stored. Clones share the restart request.
#[derive(Debug, Clone, Default)]
pub struct Owner {
    /// Where credentials are stored.
    pub vault: Vault,
    /// The host was given the mode, so Settings can't change it.
    pub mode_told: bool,
    /// The host was given the country.
    pub region_told: bool,
    /// The host was given the network's address.
    pub listen_told: bool,
    /// The host was told whether to use HTTPS.
    pub https_told: bool,
    /// The host was told how Twilio reaches it.
    pub public_address_told: bool,
    /// The host was given the token of an ngrok account.
    pub ngrok_told: bool,
    /// How Twilio should reach it, from the host or from Settings.
    pub public_choice: PublicChoice,
    /// The source of the account in use; `None` for the built-in sandbox.
    pub twilio_source: Option<CredentialSource>,
    /// The source of Pusher's keys, if there are any.
    pub pusher_source: Option<CredentialSource>,
    /// Base URL of Twilio's API, if not the default.
    pub api_base: Option<Url>,
    /// The warnings of this start.
    pub attention: Vec<StartupWarning>,
    /// Requests a restart from the host.
    pub restart: Restart,
}

/// A request to restart the server. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Restart(Arc<Notify>);

impl Restart {
    pub(crate) fn want(&self) {
        self.0.notify_one();
    }
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// Calls are in progress.
    #[error("There are calls in progress ({0}).")]
    CallsUnderWay(usize),
    /// It was given to the host, which would set it again.
    #[error("{0} was set with {1} when the program was started.")]
    Told(&'static str, &'static str),
    /// ngrok was chosen, but there is no token.
    #[error("There is no ngrok authtoken.")]
    NoNgrokToken,
    /// Not a valid public address.
    #[error(transparent)]
    PublicAddress(#[from] BadPublicAddress),
    /// Live mode without an account.
    #[error("There are no Twilio credentials.")]
    NoCredentials,
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The choices can't be read or written.
    #[error(transparent)]
    StartupSettings(#[from] StartupSettingsError),
    /// The password can't be made.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The backup can't be used.
    #[error(transparent)]
    Restore(#[from] RestoreError),
}

impl Owner {
    /// Waits for a change that needs a restart.
    pub async fn restart_wanted(&self) {
        self.restart.0.notified().await;
    }

    /// Switches between the sandbox and the account.
    ///
    /// # Errors
    /// When the host was given the mode, there is no account, or calls are in progress.
    pub async fn choose_mode(&self, app: &App, data_dir: &Path, mode: Mode) -> Result<(), OwnerError> {
        if self.mode_told {
            return Err(OwnerError::Told("Whether phones ring", "--mode, BSP_MODE or TWILIO_SID"));
        }
        if mode == Mode::Live && self.vault.twilio().await?.is_none() {
            return Err(OwnerError::NoCredentials);
        }
        nothing_under_way(app).await?;
        StartupSettings { mode: Some(mode), ..StartupSettings::read(data_dir)?.choices }.write(data_dir)?;
        self.restart.want();
        Ok(())
    }

    /// Sets the country of numbers without `+`.
    ///
    /// # Errors
    /// When the host was given the country, or calls are in progress.
    pub async fn choose_region(&self, app: &App, data_dir: &Path, region: Region) -> Result<(), OwnerError> {
        if self.region_told {
            return Err(OwnerError::Told("The country", "--region or BSP_REGION"));
        }
        nothing_under_way(app).await?;
        StartupSettings { default_region: Some(region), ..StartupSettings::read(data_dir)?.choices }
            .write(data_dir)?;
        self.restart.want();
        Ok(())
    }

    /// Sets whether the network can reach the listener, and whether over HTTPS.
    ///
    /// # Errors
    /// When the host was given these, or calls are in progress.
    pub async fn choose_sharing(
        &self,
        app: &App,
        data_dir: &Path,
        share: bool,
        https: bool,
    ) -> Result<(), OwnerError> {
        if self.listen_told {
            return Err(OwnerError::Told("The network's address", "--listen or BSP_LISTEN"));
        }
        if self.https_told && !https {
            return Err(OwnerError::Told("HTTPS", "--https or --certificate"));
        }
        nothing_under_way(app).await?;
        StartupSettings {
            share: Some(share),
            https: Some(https),
            ..StartupSettings::read(data_dir)?.choices
        }
        .write(data_dir)?;
        self.restart.want();
        Ok(())
    }

    /// Sets how Twilio reaches the webhook listener.
    ///
    /// # Errors
    /// When the host was given it, it isn't a valid public address, lacks a token, or calls are in progress.
    pub async fn choose_public_address(
        &self,
        app: &App,
        data_dir: &Path,
        choice: PublicChoice,
    ) -> Result<(), OwnerError> {
        if self.public_address_told {
            return Err(OwnerError::Told(
                "The public address",
                "--public-url or --ngrok, or their variables",
            ));
        }
        let choice = choice.checked()?;
        let wants_token = matches!(choice, PublicChoice::Ngrok { .. });
        if wants_token && self.ngrok_source().await?.is_none() {
            return Err(OwnerError::NoNgrokToken);
        }
        nothing_under_way(app).await?;
        StartupSettings { public_address: Some(choice), ..StartupSettings::read(data_dir)?.choices }
            .write(data_dir)?;
        self.restart.want();
        Ok(())
    }

    /// The source of the ngrok token, if there is one.
    ///
    /// # Errors
    /// When the vault can't be read.
    pub async fn ngrok_source(&self) -> Result<Option<CredentialSource>, VaultError> {
        if self.ngrok_told {
            return Ok(Some(CredentialSource::Environment));
        }
        Ok(self.vault.ngrok().await?.map(|_| CredentialSource::Vault))
    }

    /// Stores the token of an ngrok account.
    ///
    /// # Errors
    /// When the vault doesn't accept it, or calls are in progress.
    pub async fn keep_ngrok(&self, app: &App, token: &NgrokToken) -> Result<(), OwnerError> {
        nothing_under_way(app).await?;
        self.vault.keep_ngrok(token).await?;
        if matches!(self.public_choice, PublicChoice::Ngrok { .. }) {
            self.restart.want();
        }
        Ok(())
    }

    /// Whether this is a sandbox because the stored account could not be used: another one might work.
    fn account_unusable(&self) -> bool {
        self.attention.iter().any(|attention| attention.code == StartupWarningCode::AccountUnusable)
    }

    /// Stores a Twilio account.
    ///
    /// # Errors
    /// When the vault doesn't accept it, or calls are in progress.
    pub async fn keep_twilio(&self, app: &App, keys: &TwilioKeys) -> Result<(), OwnerError> {
        nothing_under_way(app).await?;
        self.vault.keep_twilio(keys).await?;
        if self.twilio_source == Some(CredentialSource::Vault) || self.account_unusable() {
            self.restart.want();
        }
        Ok(())
    }

    /// Stores the keys of a Pusher app.
    ///
    /// # Errors
    /// When the vault doesn't accept them, or calls are in progress.
    pub async fn keep_pusher(&self, app: &App, keys: &PusherKeys) -> Result<(), OwnerError> {
        nothing_under_way(app).await?;
        self.vault.keep_pusher(keys).await?;
        if self.pusher_source != Some(CredentialSource::Environment) {
            self.restart.want();
        }
        Ok(())
    }

    /// Deletes a connection's credentials. Without an account no phone can ring, so the mode becomes sandbox.
    ///
    /// # Errors
    /// When the vault can't be reached, or calls are in progress.
    pub async fn forget(&self, app: &App, data_dir: &Path, what: Connection) -> Result<(), OwnerError> {
        nothing_under_way(app).await?;
        self.vault.forget(what).await?;
        let used = match what {
            Connection::Twilio => self.twilio_source,
            Connection::Pusher => self.pusher_source,
            Connection::Ngrok => match self.public_choice {
                PublicChoice::Ngrok { .. } => Some(CredentialSource::Vault),
                PublicChoice::None | PublicChoice::Forwarding { .. } => None,
            },
        };
        if what == Connection::Twilio && used != Some(CredentialSource::Environment) {
            let choices = StartupSettings::read(data_dir)?.choices;
            if choices.mode == Some(Mode::Live) {
                StartupSettings { mode: Some(Mode::Sandbox), ..choices }.write(data_dir)?;
            }
        }
        if used == Some(CredentialSource::Vault) || self.account_unusable() {
            self.restart.want();
        }
        Ok(())
    }

    /// Generates a new password for the network and returns it once. The previous one becomes invalid, and its sessions
    /// end.
    ///
    /// # Errors
    /// When the host was given the password, it can't be stored, or calls are in progress.
    pub async fn renew_password(&self, app: &App, told: bool) -> Result<SecretString, OwnerError> {
        if told {
            return Err(OwnerError::Told("The password", "BENSPAMSPHONES_PASS"));
        }
        nothing_under_way(app).await?;
        let password = auth::password::make(app.store()).await?;
        self.restart.want();
        Ok(password)
    }
}

pub(crate) async fn nothing_under_way(app: &App) -> Result<(), OwnerError> {
    match app.open_calls().await?.iter().filter(|call| app.can_ask_about(call)).count() {
        0 => Ok(()),
        count => Err(OwnerError::CallsUnderWay(count)),
    }
}
