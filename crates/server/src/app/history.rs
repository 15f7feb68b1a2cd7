//! The history, deleted by age.

use benspamsphones_core::CallId;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::App;
use crate::clock;
use crate::store::{StoreError, every_call};

/// Younger calls are kept: the `Idempotency-Key` of a call keeps it from being placed twice, and a month's costs are counted
/// from them.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(32 * 24);

/// Calls that are deleted in one go: some milliseconds, so that nobody who places a call waits longer for it.
const DELETED_AT_ONCE: u32 = 100;

/// Why nothing of the history is deleted.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// Calls that are still needed.
    #[error("calls of the last 32 days are kept")]
    StillCounted,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Deletes the calls that are over and were asked for before a moment, with their events; how many. It takes them in
    /// small groups, so calls can be placed meanwhile. One that goes on stays.
    ///
    /// # Errors
    /// When the moment is too near ([`KEPT_FOR`]), or the database fails; what was deleted before stays so.
    pub async fn delete_calls_before(&self, moment: Timestamp) -> Result<u64, HistoryError> {
        if moment > clock::now() - KEPT_FOR {
            return Err(HistoryError::StillCounted);
        }
        let (end, mut deleted) = (first_id(moment), 0);
        while !self.inner.stop.is_cancelled() {
            let written = self
                .inner
                .store
                .write(move |tx| every_call::delete_oldest(tx.connection(), end, DELETED_AT_ONCE));
            match written.await {
                // Another write of the batch failed, and nothing of this one was done.
                Err(StoreError::HalfWritten) => {}
                Err(error) => return Err(error.into()),
                Ok(0) => break,
                Ok(gone) => deleted += u64::try_from(gone).unwrap_or(0),
            }
        }
        Ok(deleted)
    }
}

/// No call that was asked for at this moment or later has a smaller id: they begin with the time (RFC 9562, version 7).
fn first_id(moment: Timestamp) -> CallId {
    let ms = u128::try_from(moment.as_millisecond()).unwrap_or(0);
    CallId(Uuid::from_u128(ms << 80))
}
