//! Phone numbers that the account owns and can call from.

use std::fmt;

use serde::Deserialize;

use crate::call::null_as_default;
use crate::redact::Party;

/// Its `Debug` text keeps only the last two digits.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct IncomingPhoneNumber {
    /// Phone number SID, `PN…`.
    pub sid: String,
    /// In E.164.
    pub phone_number: String,
    /// The owner's name for it; by default the formatted number.
    #[serde(default, deserialize_with = "null_as_default")]
    pub friendly_name: String,
    /// What the number can do.
    #[serde(default, deserialize_with = "null_as_default")]
    pub capabilities: Capabilities,
}

/// What a number can do, as far as calls need it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Capabilities {
    /// Whether calls can be placed from it.
    #[serde(default)]
    pub voice: bool,
}

impl fmt::Debug for IncomingPhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Leave out the friendly name: by default it is the number.
        f.debug_struct("IncomingPhoneNumber")
            .field("sid", &self.sid)
            .field("phone_number", &Party(&self.phone_number))
            .field("capabilities", &self.capabilities)
            .finish_non_exhaustive()
    }
}
