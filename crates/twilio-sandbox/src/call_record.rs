//! Calls as users of the sandbox see them.

use jiff::Timestamp;
use twilio::CallStatus;

use crate::call::{Call, Instructions, Notice, Progress};

/// A stored call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// Call SID.
    pub sid: String,
    /// Called number, in E.164.
    pub to: String,
    /// Caller, in E.164.
    pub from: String,
    /// Current status. The REST API has no `Initiated` and returns `queued` for it.
    pub status: CallStatus,
    /// When it was created.
    pub created: Timestamp,
    /// Seconds from answer to end, as at speed 1; known at the end.
    pub duration_s: Option<u32>,
    /// What answered, if detection was on.
    pub answered_by: Option<&'static str>,
    /// Current inline TwiML, if any.
    pub twiml: Option<String>,
    /// Maximum length in seconds, as at speed 1.
    pub time_limit_s: u64,
    /// Keys to press, for tests.
    pub send_digits: Option<String>,
    /// Errors and warnings, such as 11200 for TwiML that couldn't be fetched.
    pub notices: Vec<Notice>,
    /// Whether nothing more will happen: the price is set, if there is one, and every callback is delivered or lost. An
    /// ended call reports its end after its `status` is final, so wait for this before concluding that a callback is
    /// missing.
    pub settled: bool,
}

impl CallRecord {
    pub(crate) fn of(call: &Call) -> Self {
        let Progress { status, duration_s, answered_by, notices, settled, .. } = call.progress();
        Self {
            sid: call.sid.clone(),
            to: call.request.to.clone(),
            from: call.request.from.clone(),
            status,
            created: call.created,
            duration_s,
            answered_by,
            twiml: match &call.orders.borrow().plays.instructions {
                Instructions::Twiml(twiml) => Some(twiml.clone()),
                Instructions::Fetch(_) | Instructions::Application => None,
            },
            time_limit_s: call.request.orders.time_limit.as_secs(),
            send_digits: call.request.send_digits.clone(),
            notices,
            settled,
        }
    }
}
