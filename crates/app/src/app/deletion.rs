//! Deletes calls, one or all before a given time. Recent ones stay, since the limits count them.

use benspamsphones_core::CallId;
use jiff::Timestamp;
use uuid::Uuid;

use super::App;
use crate::live::Change;
use crate::store::call_rows::{self, Key, first_id};
pub use crate::store::deletion_rows::KEPT_FOR;
use crate::store::{StoreError, deletion_rows};

/// A batch takes a few milliseconds, so that placing a call never waits longer.
const DELETED_AT_ONCE: usize = 100;

/// Why calls were not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeletionError {
    /// No call has this id.
    #[error("There is no call {0}")]
    Unknown(CallId),
    /// Some of these calls still count toward the limits.
    #[error("calls of the last 32 days are kept, because the limits count them")]
    StillCounted,
    /// This call still counts toward the limits.
    #[error("this call is from the last 32 days, so the limits still count it")]
    CallStillCounted,
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Deletes ended calls requested before `moment`, with everything stored about them, and returns how many. Works in
    /// small batches, so calls can be placed meanwhile. Open calls stay.
    ///
    /// # Errors
    /// When the moment is too recent ([`KEPT_FOR`]), or the database fails; what is already deleted stays deleted.
    pub async fn delete_calls_before(&self, moment: Timestamp) -> Result<u64, DeletionError> {
        if moment > self.surely_past() - KEPT_FOR {
            return Err(DeletionError::StillCounted);
        }
        let app = self.clone();
        // In its own task: deletion continues if the client disconnects.
        let deleting = self.inner.tasks.spawn(async move { app.delete_between(first_id(moment)).await });
        Ok(deleting.await.map_err(|_| StoreError::Stopped)??)
    }

    /// The earlier of this computer's time and Twilio's, if known. Otherwise a clock that is ahead could let a recent
    /// call be deleted, and a retry with its key would place it again.
    pub(super) fn surely_past(&self) -> Timestamp {
        let now = self.now();
        self.inner.twilio_time.at(self.moment()).map_or(now, |there| there.min(now))
    }

    /// Deletes one ended call, with everything stored about it.
    ///
    /// # Errors
    /// When there is no such call, it is too recent ([`KEPT_FOR`]) or still open, or the database fails.
    pub async fn delete_call(&self, id: CallId) -> Result<(), DeletionError> {
        let end = first_id(self.surely_past() - KEPT_FOR);
        let app = self.clone();
        let written = self.inner.store.write(move |tx| {
            if call_rows::find(tx.connection(), &Key::Id(id))?.is_none() {
                return Ok(Err(DeletionError::Unknown(id)));
            }
            if id >= end || !deletion_rows::delete(tx.connection(), id)? {
                return Ok(Err(DeletionError::CallStillCounted));
            }
            tx.after_commit(move || app.forget(&[id]));
            Ok(Ok(()))
        });
        written.await??;
        self.inner.store.call_index().close_gaps();
        self.inner.hub.announce(Change::Calls);
        Ok(())
    }

    fn forget(&self, ids: &[CallId]) {
        self.inner.store.call_index().forget(ids);
        self.inner.dearest.forget();
    }

    async fn delete_between(&self, end: CallId) -> Result<u64, StoreError> {
        let mut deleted = 0;
        let mut after = CallId(Uuid::nil());
        let result = loop {
            if self.inner.stop.is_cancelled() {
                break Err(StoreError::Stopped);
            }
            let app = self.clone();
            let written = self.inner.store.write(move |tx| {
                let ids = deletion_rows::delete_oldest(tx.connection(), after, end, DELETED_AT_ONCE)?;
                let gone = ids.clone();
                tx.after_commit(move || app.forget(&gone));
                Ok(ids)
            });
            match written.await {
                Err(error) => break Err(error),
                Ok(ids) => match ids.last() {
                    Some(last) => {
                        after = *last;
                        deleted += u64::try_from(ids.len()).unwrap_or(0);
                    }
                    None => break Ok(deleted),
                },
            }
        };
        if deleted > 0 {
            self.inner.store.call_index().close_gaps();
            self.inner.hub.announce(Change::Calls);
        }
        result
    }
}
