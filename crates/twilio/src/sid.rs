//! Twilio's identifiers (SIDs): two letters for the kind and 32 hexadecimal digits.
//!
//! They become part of request paths, so they are checked here, once.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Not a SID of the expected kind. Doesn't repeat the text, which may be a secret pasted into the wrong field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {kind}: expected {prefix} and 32 hexadecimal digits")]
pub struct InvalidSid {
    kind: &'static str,
    prefix: &'static str,
}

macro_rules! sid {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks a SID.
            ///
            /// # Errors
            /// Unless `text` is the two letters of the kind and 32 hexadecimal digits, the pattern of Twilio's OpenAPI
            /// document.
            pub fn parse(text: &str) -> Result<Self, InvalidSid> {
                Self::check(text)?;
                Ok(Self(text.to_owned()))
            }

            fn check(text: &str) -> Result<(), InvalidSid> {
                match text.strip_prefix($prefix) {
                    Some(digits) if digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit()) => Ok(()),
                    Some(_) | None => Err(InvalidSid { kind: $kind, prefix: $prefix }),
                }
            }

            /// The SID as Twilio writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidSid;

            fn from_str(text: &str) -> Result<Self, InvalidSid> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidSid;

            fn try_from(text: String) -> Result<Self, InvalidSid> {
                Self::check(&text)?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(sid: $name) -> String {
                sid.0
            }
        }
    };
}

sid!(
    /// SID of an account, `AC…`.
    AccountSid,
    "AC",
    "an account SID"
);
sid!(
    /// SID of a call, `CA…`, assigned by Twilio when it accepts the call.
    CallSid,
    "CA",
    "a call SID"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_documented_pattern_is_a_sid() {
        let good = "CA0123456789abcdefABCDEF0123456789";
        assert_eq!(CallSid::parse(good).map(String::from).as_deref(), Ok(good));

        for bad in [
            "",
            "CA",
            "CA0123456789abcdefABCDEF012345678",
            "CA0123456789abcdefABCDEF01234567890",
            "AC0123456789abcdefABCDEF0123456789",
            "ca0123456789abcdefABCDEF0123456789",
            "CA0123456789abcdefABCDEF012345678g",
            "CA0123456789abcdefABCDEF01234567é",
            "CA../../../../../../../../../../..",
        ] {
            assert!(CallSid::parse(bad).is_err(), "{bad} was taken");
            assert!(serde_json::from_value::<CallSid>(bad.into()).is_err(), "{bad} was taken by serde");
        }
    }

    #[test]
    fn the_error_does_not_repeat_the_text() {
        let error = AccountSid::parse("my-auth-token").expect_err("not a SID");
        assert_eq!(error.to_string(), "not an account SID: expected AC and 32 hexadecimal digits");
    }
}
