//! Asking Twilio how a call is.

use benspamsphones_core::{Call, CallId, CallStatus, Source, StatusUpdate};
use benspamsphones_core::{FailureReason, NO_SUCH_CALL};
use twilio::CallSid;

use super::{About, App};
use crate::news;
use crate::store::StoreError;

impl App {
    /// Asks once, and takes in what is heard. Twilio out of reach leaves the call as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn refresh(&self, call: Call) -> Result<Call, StoreError> {
        if self.inner.in_flight.contains(call.id) {
            return Ok(call);
        }
        let Some(Ok(sid)) = call.sid.as_deref().map(CallSid::parse) else {
            // Written down, but the program stopped before Twilio's answer.
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
            // Twilio's own word, and late enough that it isn't a read behind its write. Any other 404 is somebody else's.
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
        // Twilio couldn't be reached when somebody wanted the call to end.
        if call.hangup_requested && call.is_open() {
            return Ok(self.end_at_twilio(call.clone()).await.unwrap_or(call));
        }
        Ok(call)
    }

    /// Ends a call of a sandbox that is no longer there. A live call of another account stays as it is: that
    /// account may come back and tell.
    pub(crate) async fn end_with_its_sandbox(&self, id: CallId) {
        let mut news = StatusUpdate::of(Source::Local, CallStatus::Failed, self.now());
        news.failure = Some(FailureReason::SandboxClosed.into());
        if let Err(error) = self.observe(About::Call(id), news).await {
            tracing::error!(call = %id, %error, "the end of a sandbox call could not be saved");
        }
    }
}
