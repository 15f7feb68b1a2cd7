//! The system's keyring. Its calls block.

use keyring::{Entry, Error};
use secrecy::zeroize::Zeroizing;

use super::{Connection, VaultError};

/// Service name of the entries; their user is the connection's name.
const SERVICE: &str = "benspamsphones";

pub(super) type Secret = Zeroizing<Vec<u8>>;

pub(super) fn read(connection: Connection) -> Result<Option<Secret>, VaultError> {
    match entry(connection)?.get_secret() {
        Ok(secret) => Ok(Some(Zeroizing::new(secret))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(explain(connection, &error)),
    }
}

pub(super) fn keep(connection: Connection, secret: &Secret) -> Result<(), VaultError> {
    entry(connection)?.set_secret(secret).map_err(|error| explain(connection, &error))
}

pub(super) fn forget(connection: Connection) -> Result<bool, VaultError> {
    match entry(connection)?.delete_credential() {
        Ok(()) => Ok(true),
        Err(Error::NoEntry) => Ok(false),
        Err(error) => Err(explain(connection, &error)),
    }
}

fn entry(connection: Connection) -> Result<Entry, VaultError> {
    Entry::new(SERVICE, connection.as_str()).map_err(|error| explain(connection, &error))
}

/// The keyring's message, except for errors that contain the secret.
fn explain(connection: Connection, error: &Error) -> VaultError {
    match error {
        Error::NoDefaultStore => {
            let words = Entry::store_status().as_ref().err().map_or_else(String::new, ToString::to_string);
            VaultError::NoService(words)
        }
        Error::NoStorageAccess(cause) => VaultError::Locked(cause.to_string()),
        Error::BadEncoding(_) | Error::BadDataFormat(_, _) | Error::Ambiguous(_) => {
            VaultError::Strange(connection.as_str())
        }
        // The enum may grow; all others contain only a message.
        other => VaultError::Failed(other.to_string()),
    }
}
