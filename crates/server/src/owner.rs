//! What the owner alone may see and change: the account, the password, the mode.
//!
//! Whatever is changed here is kept first and takes effect when the host has started the server again, which
//! [`Owner::restart_wanted`] asks of it. While a call is under way nothing of it is changed: that call's news would be
//! looked for in the wrong place.

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

/// How the server came to be what it is, and where the owner's changes go. Clones share the wish to restart.
#[derive(Debug, Clone, Default)]
pub struct Owner {
    /// Where credentials are kept.
    pub vault: Vault,
    /// The mode was told to the host, and isn't Settings' to change.
    pub mode_told: bool,
    /// The country was told to the host.
    pub region_told: bool,
    /// Where the network connects was told to the host.
    pub listen_told: bool,
    /// So was whether it speaks HTTPS.
    pub https_told: bool,
    /// So was how Twilio reaches it.
    pub public_address_told: bool,
    /// The token of an ngrok account was told to the host.
    pub ngrok_told: bool,
    /// How Twilio is to reach it, told or chosen.
    pub public_choice: PublicChoice,
    /// Where the account in use comes from; `None` for the built-in sandbox.
    pub twilio_source: Option<CredentialSource>,
    /// Where Pusher's keys come from, if there are any.
    pub pusher_source: Option<CredentialSource>,
    /// Base address of Twilio's API, if it isn't Twilio's own.
    pub api_base: Option<Url>,
    /// What needs the owner's attention since this start.
    pub attention: Vec<StartupWarning>,
    /// Asks the host to start the server again.
    pub restart: Restart,
}

/// A wish to start the server again. Clones share it.
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
    /// Calls are under way.
    #[error("There are calls in progress ({0}).")]
    CallsUnderWay(usize),
    /// It was told to the host, which would say it again.
    #[error("{0} was set with {1} when the program was started.")]
    Told(&'static str, &'static str),
    /// A tunnel, and no token to open it with.
    #[error("There is no ngrok authtoken.")]
    NoNgrokToken,
    /// No public address.
    #[error(transparent)]
    PublicAddress(#[from] BadPublicAddress),
    /// Live, and there is no account to be live with.
    #[error("There are no Twilio credentials.")]
    NoCredentials,
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The choices.
    #[error(transparent)]
    StartupSettings(#[from] StartupSettingsError),
    /// The password.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The backup.
    #[error(transparent)]
    Restore(#[from] RestoreError),
}

impl Owner {
    /// Waits until something was changed that takes a new start.
    pub async fn restart_wanted(&self) {
        self.restart.0.notified().await;
    }

    /// Switches between the sandbox and the account.
    ///
    /// # Errors
    /// When it isn't this program's to choose, there is no account, or calls are under way.
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

    /// Chooses the country of numbers without `+`.
    ///
    /// # Errors
    /// When it isn't this program's to choose, or calls are under way.
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

    /// Chooses whether the network can reach the listener, and whether it is by HTTPS.
    ///
    /// # Errors
    /// When it isn't this program's to choose, or calls are under way.
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

    /// Chooses how Twilio reaches the webhook listener.
    ///
    /// # Errors
    /// When it isn't this program's to choose, can't be a public address, lacks a token, or calls are under way.
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

    /// Where the token of an ngrok account comes from, if there is one.
    ///
    /// # Errors
    /// When the vault can't be asked.
    pub async fn ngrok_source(&self) -> Result<Option<CredentialSource>, VaultError> {
        if self.ngrok_told {
            return Ok(Some(CredentialSource::Environment));
        }
        Ok(self.vault.ngrok().await?.map(|_| CredentialSource::Vault))
    }

    /// Keeps the token of an ngrok account.
    ///
    /// # Errors
    /// When the vault doesn't take it, or calls are under way.
    pub async fn keep_ngrok(&self, app: &App, token: &NgrokToken) -> Result<(), OwnerError> {
        nothing_under_way(app).await?;
        self.vault.keep_ngrok(token).await?;
        if matches!(self.public_choice, PublicChoice::Ngrok { .. }) {
            self.restart.want();
        }
        Ok(())
    }

    /// Whether this is a sandbox because the account that was kept could not be used: another one might be.
    fn account_unusable(&self) -> bool {
        self.attention.iter().any(|attention| attention.code == StartupWarningCode::AccountUnusable)
    }

    /// Keeps an account.
    ///
    /// # Errors
    /// When the vault doesn't take it, or calls are under way.
    pub async fn keep_twilio(&self, app: &App, keys: &TwilioKeys) -> Result<(), OwnerError> {
        nothing_under_way(app).await?;
        self.vault.keep_twilio(keys).await?;
        if self.twilio_source == Some(CredentialSource::Vault) || self.account_unusable() {
            self.restart.want();
        }
        Ok(())
    }

    /// Keeps the keys of a Pusher app.
    ///
    /// # Errors
    /// When the vault doesn't take them, or calls are under way.
    pub async fn keep_pusher(&self, app: &App, keys: &PusherKeys) -> Result<(), OwnerError> {
        nothing_under_way(app).await?;
        self.vault.keep_pusher(keys).await?;
        if self.pusher_source != Some(CredentialSource::Environment) {
            self.restart.want();
        }
        Ok(())
    }

    /// Forgets a connection. Without an account phones can't ring, so the sandbox it is from then on.
    ///
    /// # Errors
    /// When the vault can't be asked, or calls are under way.
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

    /// Makes up another password for the network and tells it once. The one before is no good from then on, and whoever
    /// came in with it is put out.
    ///
    /// # Errors
    /// When it was told to the host, can't be kept, or calls are under way.
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
