//! Countries and territories by their two-letter codes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A country or territory with a numbering plan, in ISO 3166-1 alpha-2 (`US`, `DE`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Region([u8; 2]);

impl Region {
    /// The United States, which the documented examples use.
    pub const US: Region = Region(*b"US");

    /// Two upper-case letters.
    pub fn as_str(&self) -> &str {
        // It only ever holds ASCII letters.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Doesn't check for a plan.
    pub(crate) fn of_letters(letters: &str) -> Option<Self> {
        let [first, second] = letters.as_bytes() else { return None };
        let letters = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }
}

impl Default for Region {
    fn default() -> Self {
        Self::US
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({self})")
    }
}

/// Not a known region code.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0:?} is not the two-letter code of a country, such as US or DE")]
pub struct UnknownRegion(pub(crate) String);

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.to_string()
    }
}

impl TryFrom<String> for Region {
    type Error = UnknownRegion;

    fn try_from(text: String) -> Result<Self, UnknownRegion> {
        text.parse()
    }
}
