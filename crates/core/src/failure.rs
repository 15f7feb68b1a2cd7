//! Why a call failed.

use serde::Serialize;
use utoipa::ToSchema;

/// Twilio's error code for "resource not found".
pub const NO_SUCH_CALL: u32 = 20_404;

/// Why a call failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// For a reason without a Twilio error code.
    Known(FailureReason),
    /// Twilio refused, or its answer was unclear.
    Told {
        /// Twilio's error code, if any.
        code: Option<u32>,
        /// What went wrong, for people.
        message: String,
    },
}

impl Failure {
    /// Twilio's error code, if any.
    pub fn code(&self) -> Option<u32> {
        match self {
            Self::Known(FailureReason::Forgotten) => Some(NO_SUCH_CALL),
            Self::Known(_) => None,
            Self::Told { code, .. } => *code,
        }
    }

    /// The reason, if it has no Twilio error code.
    pub fn reason(&self) -> Option<FailureReason> {
        match self {
            Self::Known(reason) => Some(*reason),
            Self::Told { .. } => None,
        }
    }

    /// What went wrong, for people.
    pub fn message(&self) -> &str {
        match self {
            Self::Known(reason) => reason.sentence(),
            Self::Told { message, .. } => message,
        }
    }
}

impl From<FailureReason> for Failure {
    fn from(reason: FailureReason) -> Self {
        Self::Known(reason)
    }
}

/// Why a call failed that Twilio did not refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// Twilio could not be reached, so nothing was sent.
    Unreachable,
    /// Something between here and Twilio answered in Twilio's place, and refused.
    NotTwilio,
    /// Twilio has no record of it, so it was never dialled.
    NoRecord,
    /// Twilio knew it and no longer does.
    Forgotten,
    /// Its sandbox was closed.
    SandboxClosed,
    /// Its number was blocked, or opted out, while it waited for its turn.
    NoLongerWilling,
    /// While it waited, quiet hours began or its country was removed from the list.
    NoLongerAllowed,
    /// While it waited, a number that its TwiML dials was blocked, or the TwiML was no longer allowed.
    DocumentNoLongerAllowed,
    /// It waited too long.
    WaitedTooLong,
    /// The program ended, or could not tell whether it was still wanted, when its turn came.
    Stopped,
}

impl FailureReason {
    /// All variants.
    pub const ALL: [Self; 10] = [
        Self::Unreachable,
        Self::NotTwilio,
        Self::NoRecord,
        Self::Forgotten,
        Self::SandboxClosed,
        Self::NoLongerWilling,
        Self::NoLongerAllowed,
        Self::DocumentNoLongerAllowed,
        Self::WaitedTooLong,
        Self::Stopped,
    ];

    /// Name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::NotTwilio => "not_twilio",
            Self::NoRecord => "no_record",
            Self::Forgotten => "forgotten",
            Self::SandboxClosed => "sandbox_closed",
            Self::NoLongerWilling => "no_longer_willing",
            Self::NoLongerAllowed => "no_longer_allowed",
            Self::DocumentNoLongerAllowed => "document_no_longer_allowed",
            Self::WaitedTooLong => "waited_too_long",
            Self::Stopped => "stopped",
        }
    }

    /// Message for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unreachable => {
                "Twilio could not be reached, so nothing was sent. Check the internet connection and Twilio's \
                 address, then try again."
            }
            Self::NotTwilio => {
                "Something between here and Twilio answered in Twilio's place, so the call was not placed. Check the proxy or \
                 firewall on the way, whether this network wants you to sign in first, and Twilio's address."
            }
            Self::NoRecord => "Twilio has no record of this call, so no phone rang. You can call again.",
            Self::Forgotten => "Twilio no longer knows this call, so how it ended can't be told.",
            Self::SandboxClosed => "The sandbox was closed while this call was under way.",
            Self::NoLongerWilling => {
                "While this call waited for its turn, its number was blocked or asked not to be called, so nobody was \
                 rung."
            }
            Self::NoLongerAllowed => {
                "While this call waited for its turn, it became night where its number is, or its country was taken off \
                 the list, so nobody was rung."
            }
            Self::DocumentNoLongerAllowed => {
                "While this call waited for its turn, a number that it would have connected to was blocked or may no longer \
                 be called, or its TwiML was no longer allowed, so nobody was rung."
            }
            Self::WaitedTooLong => {
                "This call waited too long for its turn, perhaps while this computer slept, so nobody was rung. You can \
                 call again."
            }
            Self::Stopped => {
                "The program could not go on with this call when its turn came, so nobody was rung. You can call again."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The database and the API use the same names.
    #[test]
    fn a_reason_is_written_as_it_is_shown() {
        for reason in FailureReason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
    }
}
