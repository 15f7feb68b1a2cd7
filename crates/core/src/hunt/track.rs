//! How one member of a hunt was tried.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Happened, HuntUntil};
use crate::rule::Rule;

/// If a limit already allows the call, it is asked again, but not at once.
const SHORTEST_DELAY: SignedDuration = SignedDuration::from_secs(1);

/// How a member was tried so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    pub(super) standing: Standing,
    /// Attempts that rang, or may have.
    pub(super) attempts: u8,
    /// The round of the latest of them; 0 for none.
    pub(super) rung_in: u8,
    pub(super) delay: Option<Delay>,
    skipped: Option<Skipped>,
}

/// Why a member is not tried again although attempts were left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skipped {
    /// A rule forbids the call.
    Forbidden(Rule),
    /// A limit allows it only after the hunt is over.
    TooLate(Rule),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Delay {
    pub(super) until: Timestamp,
    pub(super) why: Rule,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    #[default]
    Idle,
    /// An attempt was noted, and its call may be placed.
    Begun,
    Placed,
    /// It is unknown whether its call exists.
    Unknown,
    /// Reached, and the call goes on.
    Talking,
    /// Reached, and the call has ended.
    Reached,
    Skipped,
}

impl Standing {
    /// A call may be in progress that hasn't reached the member.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Begun | Self::Placed | Self::Unknown)
    }

    /// A call is under way, or about to be.
    pub(super) fn has_line(self) -> bool {
        self == Self::Begun || self.has_call()
    }

    /// A call is under way, and will end.
    pub(super) fn has_call(self) -> bool {
        matches!(self, Self::Placed | Self::Talking)
    }
}

impl Track {
    /// How many attempts rang this member, or may have.
    pub fn attempts(&self) -> u8 {
        self.attempts
    }

    /// Whether this member was reached.
    pub fn is_reached(&self) -> bool {
        matches!(self.standing, Standing::Talking | Standing::Reached)
    }

    /// Why this member isn't tried again, although attempts were left.
    pub fn skipped(&self) -> Option<Skipped> {
        self.skipped
    }

    pub(super) fn begin(&mut self, round: u8) {
        self.standing = Standing::Begun;
        self.attempts += 1;
        self.rung_in = round;
        self.delay = None;
    }

    /// Takes the outcome of the latest attempt; `false` if it changes nothing.
    pub(super) fn take(
        &mut self,
        happened: Happened,
        until: HuntUntil,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> bool {
        use Standing::{Begun, Idle, Placed, Reached, Talking, Unknown};
        self.standing = match (self.standing, happened) {
            (Begun | Unknown, Happened::Placed) => Placed,
            (Begun, Happened::Unknown) => Unknown,
            (Begun, Happened::Delayed { until, why }) => {
                self.did_not_ring();
                let until = until.max(now.checked_add(SHORTEST_DELAY).unwrap_or(Timestamp::MAX));
                if until >= expires_at {
                    return self.skip(Skipped::TooLate(why));
                }
                self.delay = Some(Delay { until, why });
                Idle
            }
            (Begun, Happened::Forbidden(why)) => {
                self.did_not_ring();
                return self.skip(Skipped::Forbidden(why));
            }
            (Begun | Placed | Unknown, Happened::Confirmed) => Talking,
            (Begun | Placed | Unknown, Happened::Answered) if until != HuntUntil::Confirmed => Talking,
            (Begun | Unknown, Happened::Answered) => Placed,
            (Begun | Placed | Unknown, Happened::Ended) => Idle,
            (Talking, Happened::Ended) => Reached,
            _ => return false,
        };
        true
    }

    /// The attempt is given back, and may be made in the round in which it was to be.
    fn did_not_ring(&mut self) {
        self.attempts -= 1;
        self.rung_in -= 1;
    }

    fn skip(&mut self, why: Skipped) -> bool {
        self.standing = Standing::Skipped;
        self.skipped = Some(why);
        true
    }
}
