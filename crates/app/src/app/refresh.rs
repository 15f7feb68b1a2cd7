//! Polls Twilio for a call's status.

use benspamsphones_core::{Call, CallId, CallStatus, Source, StatusUpdate};
use benspamsphones_core::{FailureReason, NO_SUCH_CALL};
use twilio::CallSid;

use super::{About, App};
use crate::news;
use crate::store::StoreError;

impl App {
    /// Polls once. If Twilio is unreachable the call stays as it is.
    pub(crate) async fn refresh(&self, call: Call) -> Result<Call, StoreError> {
        if self.inner.in_flight.contains(call.id) {
            return Ok(call);
        }
        let Some(Ok(sid)) = call.sid.as_deref().map(CallSid::parse) else {
            // The call was saved, but the program stopped before Twilio's response.
            let call = if call.status == CallStatus::Requested {
                let unknown = StatusUpdate::of(Source::Local, CallStatus::Unknown, self.now());
                self.observe(About::Call(call.id), unknown).await?.unwrap_or(call)
            } else {
                call
            };
            return self.look_up(call).await;
        };
        let news = match self.inner.twilio.fetch_call(&sid).await {
            Ok(seen) => news::from_call(&seen, Source::Poll, self.now()),
            // Twilio's own error code, and too late for a stale read. Any other 404 comes from elsewhere.
            Err(error)
                if error.code() == Some(NO_SUCH_CALL) && self.is_past_patience(&call, self.moment()) =>
            {
                let mut gone = StatusUpdate::of(Source::Poll, CallStatus::Failed, self.now());
                gone.failure = Some(FailureReason::Forgotten.into());
                gone
            }
            Err(error) => {
                tracing::warn!(call = %call.id, %error, "the call could not be fetched; it will be tried again");
                return Ok(call);
            }
        };
        let call = self.observe(About::Call(call.id), news).await?.unwrap_or(call);
        // Twilio was unreachable when the hang-up was requested.
        if call.hangup_requested && call.is_open() {
            return Ok(self.end_at_twilio(call.clone()).await.unwrap_or(call));
        }
        Ok(call)
    }

    /// A live call of another account stays open, because that account may come back.
    pub(crate) async fn end_with_its_sandbox(&self, id: CallId) {
        let mut news = StatusUpdate::of(Source::Local, CallStatus::Failed, self.now());
        news.failure = Some(FailureReason::SandboxClosed.into());
        if let Err(error) = self.observe(About::Call(id), news).await {
            tracing::error!(call = %id, %error, "the end of a sandbox call could not be saved");
        }
    }
}
