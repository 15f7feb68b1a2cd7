//! Describes a call in one sentence.

use crate::call::Call;
use crate::lasted::lasted;
use crate::sip;
use crate::status::CallStatus;

impl Call {
    /// The status or outcome in one sentence. "Completed" doesn't show whether a person answered, so the sentence says
    /// who did and for how long.
    pub fn summary(&self) -> String {
        match self.status {
            CallStatus::Requested => "Asking Twilio to dial.".into(),
            CallStatus::Unknown => "Twilio did not answer. Checking whether the phone rings.".into(),
            CallStatus::Queued => "Waiting in Twilio's queue.".into(),
            CallStatus::Initiated => "Dialing.".into(),
            CallStatus::Ringing => "Ringing.".into(),
            CallStatus::InProgress => format!("{}.", self.answer()),
            CallStatus::Completed => match self.duration_s {
                Some(seconds) => format!("{}; the call took {}.", self.answer(), lasted(seconds)),
                None => format!("{}; the call has ended.", self.answer()),
            },
            CallStatus::Busy => "The line was busy.".into(),
            CallStatus::NoAnswer => "Nobody answered.".into(),
            // A call that was never sent has a stored reason.
            CallStatus::Canceled => match &self.failure {
                Some(failure) => failure.message().to_owned(),
                None => "Hung up before anybody answered.".into(),
            },
            CallStatus::Failed => match &self.failure {
                Some(failure) => failure.message().to_owned(),
                None => self.not_connected(),
            },
        }
    }

    fn not_connected(&self) -> String {
        let Some(code) = self.sip_response_code else { return "The call could not be connected.".into() };
        match sip::response(code) {
            Some(_) if code == sip::TEMPORARILY_UNAVAILABLE => "Nobody could be reached.".into(),
            Some(sip::SipResponse { meaning, .. }) => {
                format!("The call could not be connected: {meaning} (SIP {code}).")
            }
            None => "The call could not be connected.".into(),
        }
    }

    /// Whether it was confirmed, if that was asked for. Without detection, it may have been a person or a mailbox.
    fn answer(&self) -> &'static str {
        match self.answered_by.as_deref() {
            Some("fax") => "A fax answered",
            Some(machine) if machine.starts_with("machine") => "A machine answered",
            Some(_) | None if self.acknowledged_at.is_some() => "Confirmed",
            Some(_) | None if self.acknowledge_key.is_some() && !self.is_open() => {
                "Answered but not confirmed"
            }
            Some("human") => "A person answered",
            Some(_) | None => "Answered",
        }
    }
}
