//! What a hunt was asked to do.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// In which order members are rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HuntOrder {
    /// One after the other.
    #[default]
    InTurn,
    /// As many at once as the limits allow.
    AtOnce,
}

/// Until when members are rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HuntUntil {
    /// One member answers.
    #[default]
    Answered,
    /// One member confirms that they heard the message.
    Confirmed,
    /// Every member has answered.
    Everyone,
}

/// How a hunt goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HuntPlan {
    pub(super) order: HuntOrder,
    pub(super) until: HuntUntil,
    pub(super) attempts: u8,
    pub(super) pause_s: u32,
    pub(super) at_once: usize,
}

/// What is wrong with a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HuntPlanError {
    /// The number of attempts is out of range.
    #[error("each member is rung at least once and at most {} times", HuntPlan::MAX_ATTEMPTS)]
    Attempts,
    /// The pause is too long.
    #[error("the pause between rounds is at most {} seconds", HuntPlan::MAX_PAUSE_S)]
    Pause,
}

impl HuntPlan {
    /// Most attempts for one member.
    pub const MAX_ATTEMPTS: u8 = 5;
    /// Longest pause between two rounds, in seconds.
    pub const MAX_PAUSE_S: u32 = 3_600;
    /// No call starts later than this.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);

    /// A plan. `at_once` is how many calls the limits allow at the same time.
    ///
    /// # Errors
    /// When a value is out of range.
    pub fn new(
        order: HuntOrder,
        until: HuntUntil,
        attempts: u8,
        pause_s: u32,
        at_once: usize,
    ) -> Result<Self, HuntPlanError> {
        if !(1..=Self::MAX_ATTEMPTS).contains(&attempts) {
            return Err(HuntPlanError::Attempts);
        }
        if pause_s > Self::MAX_PAUSE_S {
            return Err(HuntPlanError::Pause);
        }
        Ok(Self { order, until, attempts, pause_s, at_once })
    }

    pub(super) fn lines(&self) -> usize {
        match self.order {
            HuntOrder::InTurn => 1,
            HuntOrder::AtOnce => self.at_once.max(1),
        }
    }

    pub(super) fn pause(&self) -> SignedDuration {
        SignedDuration::from_secs(self.pause_s.into())
    }
}
