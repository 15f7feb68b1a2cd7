//! A call in one sentence, for people.

use crate::call::Call;
use crate::status::CallStatus;

/// SIP "Temporarily Unavailable": to a person that is nobody answering, though Twilio says `failed`.
const SIP_TEMPORARILY_UNAVAILABLE: u16 = 480;

impl Call {
    /// Where the call is, or how it ended, in one sentence. "Completed" alone doesn't tell whether a person
    /// answered, so the sentence says who did and for how long.
    pub fn summary(&self) -> String {
        match self.status {
            CallStatus::Requested => "Asking Twilio to dial.".into(),
            CallStatus::Unknown => "Twilio did not answer; finding out whether the phone rings.".into(),
            CallStatus::Queued => "Waiting for its turn at Twilio.".into(),
            CallStatus::Initiated => "Dialling.".into(),
            CallStatus::Ringing => "Ringing.".into(),
            CallStatus::InProgress => format!("{} answered.", self.who()),
            CallStatus::Completed => match self.duration_s {
                Some(seconds) => format!("{} answered; the call took {seconds} s.", self.who()),
                None => format!("{} answered; the call is over.", self.who()),
            },
            CallStatus::Busy => "The line was busy.".into(),
            CallStatus::NoAnswer => "Nobody answered.".into(),
            CallStatus::Canceled => "Hung up before anybody answered.".into(),
            CallStatus::Failed => match &self.failure {
                Some(failure) => failure.message.clone(),
                None if self.sip_response_code == Some(SIP_TEMPORARILY_UNAVAILABLE) => {
                    "Nobody could be reached.".into()
                }
                None => "The call could not be connected.".into(),
            },
        }
    }

    fn who(&self) -> &'static str {
        match self.answered_by.as_deref() {
            Some("human") => "A person",
            Some("fax") => "A fax",
            Some(machine) if machine.starts_with("machine") => "A machine",
            Some(_) | None => "Somebody or something",
        }
    }
}
