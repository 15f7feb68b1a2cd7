//! Deletes calls: one, or all before a moment. Recent ones stay, since the limits count them.

use benspamsphones_core::CallId;
use jiff::Timestamp;
use uuid::Uuid;

use super::App;
use crate::live::Change;
use crate::store::call_rows::{self, Key, first_id};
pub use crate::store::deletion_rows::KEPT_FOR;
use crate::store::{StoreError, deletion_rows};

/// Calls that are deleted in one go: some milliseconds, so that nobody who places a call waits longer for it.
const DELETED_AT_ONCE: usize = 100;

/// Why nothing is deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeletionError {
    /// There is no call of that id.
    #[error("There is no call {0}")]
    Unknown(CallId),
    /// Among the calls are some that the rules still count.
    #[error("calls of the last 32 days are kept, because the limits count them")]
    StillCounted,
    /// The rules still count this one call.
    #[error("this call is from the last 32 days, so the limits still count it")]
    CallStillCounted,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Deletes the calls that are over and were asked for before a moment, with all that was kept about them; how
    /// many. It takes them in small groups, so calls can be placed meanwhile. One that goes on stays.
    ///
    /// # Errors
    /// When the moment is too near ([`KEPT_FOR`]), or the database fails; what was deleted before stays so.
    pub async fn delete_calls_before(&self, moment: Timestamp) -> Result<u64, DeletionError> {
        if moment > self.surely_past() - KEPT_FOR {
            return Err(DeletionError::StillCounted);
        }
        let app = self.clone();
        // In a task of its own: an asker who leaves wants them gone all the same.
        let deleting = self.inner.tasks.spawn(async move { app.delete_between(first_id(moment)).await });
        Ok(deleting.await.map_err(|_| StoreError::Stopped)??)
    }

    /// A moment that has come by this computer's clock and, where that is known, by Twilio's. A clock that is ahead makes
    /// no call old enough to be deleted: its key would place it a second time.
    pub(super) fn surely_past(&self) -> Timestamp {
        let now = self.now();
        self.inner.twilio_time.at(self.moment()).map_or(now, |there| there.min(now))
    }

    /// Deletes one call that is over, with all that was kept about it.
    ///
    /// # Errors
    /// When there is no such call, it is too young ([`KEPT_FOR`]) or goes on, or the database fails.
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

    /// Removes deleted calls from what is kept in memory.
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
