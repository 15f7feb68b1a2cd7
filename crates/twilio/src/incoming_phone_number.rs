//! A phone number that the account owns, from which it may call.

use std::fmt;

use serde::Deserialize;

use crate::call::null_as_default;
use crate::redact::Party;

/// A number of the account's. Its `Debug` text keeps only the last two digits.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct IncomingPhoneNumber {
    /// Twilio's identifier, `PN…`.
    pub sid: String,
    /// The number in E.164.
    pub phone_number: String,
    /// The name that the owner gave it; by default the number, formatted.
    #[serde(default, deserialize_with = "null_as_default")]
    pub friendly_name: String,
    /// What the number can do.
    #[serde(default, deserialize_with = "null_as_default")]
    pub capabilities: Capabilities,
}

/// What a number can do. Only what calls need is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Capabilities {
    /// Whether calls can be placed from it.
    #[serde(default)]
    pub voice: bool,
}

impl fmt::Debug for IncomingPhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The friendly name is left out: by default it is the number again.
        f.debug_struct("IncomingPhoneNumber")
            .field("sid", &self.sid)
            .field("phone_number", &Party(&self.phone_number))
            .field("capabilities", &self.capabilities)
            .finish_non_exhaustive()
    }
}
