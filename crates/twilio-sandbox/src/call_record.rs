//! A call as it is shown to whoever runs the sandbox.

use jiff::Timestamp;
use twilio::CallStatus;

use crate::call::{Call, Instructions, Notice, Progress};

/// A call as the sandbox remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// Twilio's identifier of the call.
    pub sid: String,
    /// Who was called, in E.164.
    pub to: String,
    /// Who called, in E.164.
    pub from: String,
    /// How far it has come. `Initiated` shows as `queued` in the REST API, which has no such status.
    pub status: CallStatus,
    /// When it was created.
    pub created: Timestamp,
    /// Seconds from answer to end as in life, whatever the speed; known at the end.
    pub duration_s: Option<u32>,
    /// What answered, where detection was asked for.
    pub answered_by: Option<&'static str>,
    /// The TwiML that was sent along, if it was: with the call, or later in its place.
    pub twiml: Option<String>,
    /// The longest that it may last, in seconds as in life.
    pub time_limit_s: u64,
    /// The keys that the call was told to press, for it to show up in tests.
    pub send_digits: Option<String>,
    /// What went wrong on the way, such as 11200 for TwiML that can't be fetched.
    pub notices: Vec<Notice>,
    /// Whether nothing more happens: the price is set where there is one, and every callback is delivered or lost. An
    /// ended call reports its ending only after its `status` is final, so wait for this before missing a callback.
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
