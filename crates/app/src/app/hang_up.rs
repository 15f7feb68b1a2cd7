//! Ending a call.

use std::sync::Arc;

use benspamsphones_core::{Call, CallId, CallStatus, EventKind, Source, StatusUpdate};
use twilio::{CallSid, EndCall};

use super::{About, App};
use crate::news;
use crate::store::StoreError;
use crate::store::call_rows::{self, Key};

/// Twilio's code for "the call is not in progress".
const NOT_IN_PROGRESS: u32 = 21_220;

/// Why a call could not be ended.
#[derive(Debug, thiserror::Error)]
pub enum HangUpError {
    /// No call has this id.
    #[error("There is no call {0}")]
    Unknown(CallId),
    /// It has already ended.
    #[error("It ended before it could be hung up. {}", .0.summary())]
    Over(Box<Call>),
    /// Twilio refused or didn't answer.
    #[error(transparent)]
    Twilio(#[from] twilio::Error),
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Ends a call. If Twilio hasn't confirmed the call yet, the request is saved and the call ends once it does.
    ///
    /// # Errors
    /// When there is no such call, it has ended, or Twilio refuses.
    pub async fn hang_up(&self, id: CallId) -> Result<Call, HangUpError> {
        let app = self.clone();
        // In its own task: the call ends even if the client disconnects.
        let ending = self.inner.tasks.spawn(async move {
            let call = app.note_hang_up(id).await?;
            if app.inner.dial_queue.cancel(id) {
                // It was never sent, and never will be.
                let news = StatusUpdate::of(Source::Local, CallStatus::Canceled, app.now());
                return Ok(app.observe(About::Call(id), news).await?.unwrap_or(call));
            }
            app.end_at_twilio(call).await
        });
        ending.await.map_err(|_| StoreError::Stopped)?
    }

    async fn note_hang_up(&self, id: CallId) -> Result<Call, HangUpError> {
        let at = self.now();
        let noted = self.inner.store.write(move |tx| {
            let Some(before) = call_rows::find(tx.connection(), &Key::Id(id))? else { return Ok(None) };
            if !before.is_open() || before.hangup_requested {
                return Ok(Some(Arc::new(before)));
            }
            let call = Call { hangup_requested: true, ..before.clone() };
            call_rows::update(tx.connection(), &before, &call)?;
            let call = Arc::new(call);
            tx.record(&call, EventKind::HangUpRequested, Source::Local, at)?;
            Ok(Some(call))
        });
        let call = noted.await?.map(Arc::unwrap_or_clone).ok_or(HangUpError::Unknown(id))?;
        if call.is_open() { Ok(call) } else { Err(HangUpError::Over(Box::new(call))) }
    }

    /// Without a SID, only the saved request remains.
    pub(crate) async fn end_at_twilio(&self, call: Call) -> Result<Call, HangUpError> {
        let Some(Ok(sid)) = call.sid.as_deref().map(CallSid::parse) else { return Ok(call) };
        let how = if call.status == CallStatus::InProgress { EndCall::Complete } else { EndCall::Cancel };
        let mut ended = self.end_or_look(&sid, how).await?;
        // It was answered just now, so canceling had no effect.
        if ended.status == twilio::CallStatus::InProgress {
            ended = self.end_or_look(&sid, EndCall::Complete).await?;
        }
        let news = news::from_call(&ended, Source::HangUp, self.now());
        Ok(self.observe(About::Call(call.id), news).await?.unwrap_or(call))
    }

    /// If the call can't be ended in its status, returns it as it is.
    async fn end_or_look(&self, sid: &CallSid, how: EndCall) -> Result<twilio::Call, twilio::Error> {
        match self.inner.twilio.end_call(sid, how).await {
            Err(error) if error.code() == Some(NOT_IN_PROGRESS) => self.inner.twilio.fetch_call(sid).await,
            answer => answer,
        }
    }

    pub(crate) fn end_in_background(&self, call: Call) {
        let app = self.clone();
        self.inner.tasks.spawn(async move {
            let id = call.id;
            if let Err(error) = app.end_at_twilio(call).await {
                tracing::warn!(call = %id, %error, "the call could not be ended; it will be tried again");
            }
        });
    }
}
