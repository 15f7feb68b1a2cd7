//! Endings that Twilio has no code for: why, by a stable name, and in a sentence that is kept with the call.

use benspamsphones_core::Failure;
use serde::Serialize;
use utoipa::ToSchema;

/// Twilio's code for "the resource was not found".
pub(crate) const NO_SUCH_CALL: u32 = 20_404;

/// Why a call failed that Twilio did not refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
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
    /// Its number was blocked, or asked not to be called, while it waited for its turn.
    NoLongerWilling,
    /// While it waited for its turn, the hour or its country came to stand against it.
    NoLongerAllowed,
    /// While it waited for its turn, what plays came to ring somebody who is not to be called, or to be no longer allowed.
    DocumentNoLongerAllowed,
    /// It waited for longer than anybody waits for a call.
    WaitedTooLong,
    /// The program ended, or could not tell whether it was still wanted, when its turn came.
    Stopped,
}

impl FailureReason {
    const ALL: [Self; 10] = [
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

    fn sentence(self) -> &'static str {
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

    /// The failure as it is kept.
    pub(crate) fn failure(self) -> Failure {
        let code = (self == Self::Forgotten).then_some(NO_SUCH_CALL);
        Failure { code, message: self.sentence().into() }
    }

    /// The reason of a failure that was kept, if it is one of these. What is kept is the sentence: it was there before
    /// the names were.
    pub(crate) fn of(failure: &Failure) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.sentence() == failure.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_failure_is_known_again() {
        for reason in FailureReason::ALL {
            assert_eq!(FailureReason::of(&reason.failure()), Some(reason));
        }
        let refused = Failure { code: Some(21_211), message: "Not a number.".into() };
        assert_eq!(FailureReason::of(&refused), None);
    }

    /// Databases that were kept hold these very words, and a reason is found by them. Whoever words one anew must go on
    /// knowing the one of before.
    #[test]
    fn the_words_of_kept_databases_are_known() {
        let kept = [
            (
                FailureReason::Unreachable,
                "Twilio could not be reached, so nothing was sent. Check the internet connection and Twilio's address, \
                 then try again.",
            ),
            (
                FailureReason::NotTwilio,
                "Something between here and Twilio answered in Twilio's place, so the call was not placed. Check the proxy or \
                 firewall on the way, whether this network wants you to sign in first, and Twilio's address.",
            ),
            (
                FailureReason::NoRecord,
                "Twilio has no record of this call, so no phone rang. You can call again.",
            ),
            (FailureReason::Forgotten, "Twilio no longer knows this call, so how it ended can't be told."),
            (FailureReason::SandboxClosed, "The sandbox was closed while this call was under way."),
            (
                FailureReason::NoLongerWilling,
                "While this call waited for its turn, its number was blocked or asked not to be called, so nobody was \
                 rung.",
            ),
            (
                FailureReason::NoLongerAllowed,
                "While this call waited for its turn, it became night where its number is, or its country was taken off \
                 the list, so nobody was rung.",
            ),
            (
                FailureReason::DocumentNoLongerAllowed,
                "While this call waited for its turn, a number that it would have connected to was blocked or may no longer \
                 be called, or its TwiML was no longer allowed, so nobody was rung.",
            ),
            (
                FailureReason::WaitedTooLong,
                "This call waited too long for its turn, perhaps while this computer slept, so nobody was rung. You can \
                 call again.",
            ),
            (
                FailureReason::Stopped,
                "The program could not go on with this call when its turn came, so nobody was rung. You can call again.",
            ),
        ];
        assert_eq!(kept.map(|(reason, _)| reason), FailureReason::ALL);
        for (reason, words) in kept {
            assert_eq!(FailureReason::of(&Failure { code: None, message: words.into() }), Some(reason));
        }
    }
}
