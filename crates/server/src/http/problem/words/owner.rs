//! Errors of what only the owner does: credentials, the password, settings, backups.

use axum::http::StatusCode;
use benspamsphones_app::store::restore::RestoreError;

use crate::auth::AuthError;
use crate::http::problem::{Code, Problem};
use crate::owner::OwnerError;
use crate::vault::VaultError;

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        let detail = format!("{error} {}", error.help());
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Keyring, "The keyring can't be used", detail)
    }
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Store(error) => error.into(),
            AuthError::Hash(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::Password,
                "The password could not be hashed",
                error.to_string(),
            ),
        }
    }
}

impl From<OwnerError> for Problem {
    fn from(error: OwnerError) -> Self {
        let told = error.to_string();
        match error {
            OwnerError::CallsUnderWay(_) => {
                let detail = format!("{told} End them, or wait until they have ended.");
                Self::new(StatusCode::CONFLICT, Code::CallsUnderWay, "Not possible during a call", detail)
            }
            OwnerError::Told(_, _) => {
                let detail = format!("{told} To choose it here, start the program without that.");
                Self::new(StatusCode::CONFLICT, Code::ToldAtStart, "This was set elsewhere", detail)
            }
            OwnerError::NoCredentials => {
                let detail = format!("{told} Enter an account first.");
                Self::new(StatusCode::CONFLICT, Code::NoCredentials, "There is no account", detail)
            }
            OwnerError::NoNgrokToken => {
                let detail = format!("{told} Enter one first.");
                Self::new(StatusCode::CONFLICT, Code::NoNgrokToken, "There is no token", detail)
            }
            OwnerError::PublicAddress(_) => Self::bad_request(Code::BadPublicAddress, told),
            OwnerError::Vault(error) => error.into(),
            OwnerError::StartupSettings(error) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::Choices,
                "The choice was not saved",
                error.to_string(),
            ),
            OwnerError::Auth(error) => error.into(),
            OwnerError::Store(error) => error.into(),
            OwnerError::Restore(error) => error.into(),
        }
    }
}

impl From<RestoreError> for Problem {
    fn from(error: RestoreError) -> Self {
        let detail = format!("{error}. Nothing was changed.");
        match error {
            RestoreError::Io { .. } | RestoreError::CarryOver(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                Code::Restore,
                "The backup was not restored",
                detail,
            ),
            RestoreError::NotABackup
            | RestoreError::NotAFile(_)
            | RestoreError::Changed(_)
            | RestoreError::LaterVersion
            | RestoreError::Unusable(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                Code::NotABackup,
                "This can't be restored",
                detail,
            ),
            RestoreError::CallsUnderWay(_) => {
                Self::new(StatusCode::CONFLICT, Code::CallsUnderWay, "Not possible during a call", detail)
            }
        }
    }
}
