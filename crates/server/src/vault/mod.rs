//! Where credentials are stored: in the system's keyring, or only in the environment.
//!
//! One entry holds all of one connection, so that it is replaced in one step and never half read. There is no fallback:
//! a keyring that fails is reported, with what to do.

mod keyring;
mod keys;

use std::time::Duration;

use benspamsphones_app::accounts::PusherKeys;

pub use keys::{BadToken, NgrokToken, TwilioKeys};

/// Longer than a person takes to unlock a keyring.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where credentials are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Vault {
    /// The system's keyring: the Secret Service, macOS's Keychain, Windows' Credential Manager.
    Keyring,
    /// Nowhere: the documented environment variables alone count.
    #[default]
    Environment,
}

/// For questions that nobody is typing a password for.
const PROMPTLY: Duration = Duration::from_secs(3);

/// Waits a moment for the keyring's answer, rather than until a person may have unlocked it.
///
/// # Errors
/// Those of the question, and [`VaultError::Silent`].
pub async fn promptly<T>(answer: impl Future<Output = Result<T, VaultError>>) -> Result<T, VaultError> {
    tokio::time::timeout(PROMPTLY, answer).await.unwrap_or(Err(VaultError::Silent))
}

/// Why credentials could not be read or stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VaultError {
    /// No keyring responds; the system's message.
    #[error("There is no keyring on this computer: {0}.")]
    NoService(String),
    /// The keyring denies access.
    #[error("The keyring is locked: {0}.")]
    Locked(String),
    /// It did not answer in time.
    #[error("The keyring does not answer.")]
    Silent,
    /// Another failure; the keyring's message.
    #[error("The keyring failed: {0}.")]
    Failed(String),
    /// The entry was written by something else.
    #[error("The keyring's entry for {0} can't be read.")]
    Strange(&'static str),
    /// The owner chose not to store credentials.
    #[error("This program was started to use only credentials from the environment.")]
    EnvironmentOnly,
}

impl VaultError {
    /// What to do about it, in a sentence.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoService(_) => {
                "Start one (GNOME Keyring, KWallet or KeePassXC with its Secret Service) and start this program \
                 again, or set the environment variables TWILIO_SID and TWILIO_TOKEN."
            }
            Self::Locked(_) => "Unlock it, then try again.",
            Self::Silent => "It may be asking for its password in another window. Then try again.",
            Self::Failed(_) => "Try again, or set the environment variables TWILIO_SID and TWILIO_TOKEN.",
            Self::Strange(_) => "Enter the credentials again to replace it.",
            Self::EnvironmentOnly => {
                "Start it without --credentials environment, or set the environment variables TWILIO_SID and \
                 TWILIO_TOKEN."
            }
        }
    }
}

/// The name of each [`VaultError`], stable for programs. The interface has its words in every language by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VaultTrouble {
    /// Nothing answers for a keyring.
    NoService,
    /// It doesn't let us in.
    Locked,
    /// It does not answer.
    Silent,
    /// It failed otherwise.
    Failed,
    /// What it holds can't be understood.
    Strange,
    /// Credentials are kept nowhere.
    EnvironmentOnly,
}

impl From<&VaultError> for VaultTrouble {
    fn from(error: &VaultError) -> Self {
        match error {
            VaultError::NoService(_) => Self::NoService,
            VaultError::Locked(_) => Self::Locked,
            VaultError::Silent => Self::Silent,
            VaultError::Failed(_) => Self::Failed,
            VaultError::Strange(_) => Self::Strange,
            VaultError::EnvironmentOnly => Self::EnvironmentOnly,
        }
    }
}

/// A connection whose credentials are stored in one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// The account that pays.
    Twilio,
    /// The Pusher app.
    Pusher,
    /// The account that opens tunnels.
    Ngrok,
}

impl Connection {
    /// The entry's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Twilio => "twilio",
            Self::Pusher => "pusher",
            Self::Ngrok => "ngrok",
        }
    }
}

impl Vault {
    /// Reads the Twilio account, if one is stored.
    ///
    /// # Errors
    /// When the keyring can't be read.
    pub async fn twilio(&self) -> Result<Option<TwilioKeys>, VaultError> {
        self.read(Connection::Twilio, keys::read_twilio).await
    }

    /// Stores an account, replacing the previous one.
    ///
    /// # Errors
    /// When the keyring doesn't accept it.
    pub async fn keep_twilio(&self, keys: &TwilioKeys) -> Result<(), VaultError> {
        self.keep(Connection::Twilio, keys::write_twilio(keys)).await
    }

    /// Reads the keys of the Pusher app, if stored.
    ///
    /// # Errors
    /// When the keyring can't be read.
    pub async fn pusher(&self) -> Result<Option<PusherKeys>, VaultError> {
        self.read(Connection::Pusher, keys::read_pusher).await
    }

    /// Stores the keys of a Pusher app, replacing the previous ones.
    ///
    /// # Errors
    /// When the keyring doesn't accept them.
    pub async fn keep_pusher(&self, pusher: &PusherKeys) -> Result<(), VaultError> {
        self.keep(Connection::Pusher, keys::write_pusher(pusher)).await
    }

    /// Reads the token of the ngrok account, if stored.
    ///
    /// # Errors
    /// When the keyring can't be read.
    pub async fn ngrok(&self) -> Result<Option<NgrokToken>, VaultError> {
        self.read(Connection::Ngrok, keys::read_ngrok).await
    }

    /// Stores the token of an ngrok account, replacing the previous one.
    ///
    /// # Errors
    /// When the keyring doesn't accept it.
    pub async fn keep_ngrok(&self, token: &NgrokToken) -> Result<(), VaultError> {
        self.keep(Connection::Ngrok, keys::write_ngrok(token)).await
    }

    /// Deletes a connection's credentials; `false` if there were none.
    ///
    /// # Errors
    /// When the keyring can't be reached.
    pub async fn forget(&self, connection: Connection) -> Result<bool, VaultError> {
        match self {
            Self::Keyring => in_time(move || keyring::forget(connection)).await,
            Self::Environment => Err(VaultError::EnvironmentOnly),
        }
    }

    /// Checks whether credentials can be stored here now.
    ///
    /// # Errors
    /// The reason why not.
    pub async fn check(&self) -> Result<(), VaultError> {
        match self {
            Self::Keyring => in_time(|| keyring::read(Connection::Twilio).map(|_| ())).await,
            Self::Environment => Err(VaultError::EnvironmentOnly),
        }
    }

    async fn read<T>(
        &self,
        connection: Connection,
        parse: fn(&[u8]) -> Option<T>,
    ) -> Result<Option<T>, VaultError> {
        let kept = match self {
            Self::Keyring => in_time(move || keyring::read(connection)).await?,
            Self::Environment => return Ok(None),
        };
        let Some(kept) = kept else { return Ok(None) };
        parse(&kept).map(Some).ok_or(VaultError::Strange(connection.as_str()))
    }

    async fn keep(&self, connection: Connection, secret: keyring::Secret) -> Result<(), VaultError> {
        match self {
            Self::Keyring => in_time(move || keyring::keep(connection, &secret)).await,
            Self::Environment => Err(VaultError::EnvironmentOnly),
        }
    }
}

/// Keyrings block, some of them until a person has typed a password.
async fn in_time<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    let asked = tokio::task::spawn_blocking(ask);
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(VaultError::Failed("it ended while it was asked".into())),
        Err(_) => Err(VaultError::Silent),
    }
}
