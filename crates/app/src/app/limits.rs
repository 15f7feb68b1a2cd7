//! The limits that the owner sets, and the calls that they refused.

use std::sync::Arc;

use benspamsphones_core::{Limits, LimitsError, PhoneNumber, Policy};
use jiff::Timestamp;

use super::App;
use crate::live::Change;
use crate::store::ledger_rows::Account;
pub use crate::store::refused_call_rows::RefusedCall;
use crate::store::refused_call_rows::{self, NewRefusal};
use crate::store::{StoreError, ledger_rows, setting_rows};

/// Why limits were not saved.
#[derive(Debug, thiserror::Error)]
pub enum SetLimitsError {
    /// A limit is invalid.
    #[error(transparent)]
    Invalid(#[from] LimitsError),
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// The owner's limits on calls.
    pub fn limits(&self) -> Limits {
        self.policy().limits.clone()
    }

    /// Sets the limits for every call from now on.
    ///
    /// # Errors
    /// When a limit is invalid, or can't be saved.
    pub async fn set_limits(&self, limits: Limits) -> Result<(), SetLimitsError> {
        let limits = limits.checked()?;
        let kept = serde_json::to_string(&limits)
            .map_err(|error| StoreError::bad_row("limits", error.to_string()))?;
        let app = self.clone();
        let written = self.inner.store.write(move |tx| {
            setting_rows::put(tx.connection(), setting_rows::LIMITS, &kept)?;
            tx.after_commit(move || {
                let policy = Policy { limits, ..(*app.policy()).clone() };
                *app.inner.policy.write() = Arc::new(policy);
                app.live().announce(Change::Limits);
            });
            Ok(())
        });
        Ok(written.await?)
    }

    /// Unreadable limits are an error, not "no limits".
    pub(super) async fn load_limits(&self) -> Result<(), StoreError> {
        let kept =
            self.inner.store.read(|connection| setting_rows::get(connection, setting_rows::LIMITS)).await?;
        let Some(kept) = kept else { return Ok(()) };
        let limits =
            serde_json::from_str(&kept).map_err(|error| StoreError::bad_row("limit", error.to_string()))?;
        let policy = Policy { limits, ..(*self.policy()).clone() };
        *self.inner.policy.write() = Arc::new(policy);
        Ok(())
    }

    pub(crate) fn policy(&self) -> Arc<Policy> {
        self.inner.policy.read().clone()
    }

    /// Refused calls before the one with this time and id, latest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn refused_calls(
        &self,
        before: Option<(Timestamp, i64)>,
        limit: u32,
    ) -> Result<Vec<RefusedCall>, StoreError> {
        let before = before.map(|(last_at, id)| (last_at.as_millisecond(), id));
        self.inner.store.read(move |connection| refused_call_rows::page(connection, before, limit)).await
    }

    /// Asks Twilio for the account's own numbers, which are never called.
    pub async fn learn_own_numbers(&self) {
        if let Err(error) = self.numbers().await {
            tracing::info!(%error, "the account's numbers are unknown; only those of the protocols are known");
        }
    }

    pub(super) async fn note_own_numbers(&self, numbers: Vec<PhoneNumber>) -> Result<(), StoreError> {
        let (mode, sid) = (self.inner.mode, self.inner.account_sid.clone());
        let written = self.inner.store.write(move |tx| {
            ledger_rows::set_own(tx.connection(), Account { mode, account_sid: &sid }, &numbers)
        });
        written.await
    }

    pub(super) async fn note_refusal(&self, refusal: OwnedRefusal) {
        let noted = self.inner.store.write({
            let app = self.clone();
            move |tx| {
                refused_call_rows::note(tx.connection(), &refusal.as_row())?;
                tx.after_commit(move || app.live().announce(Change::RefusedCalls));
                Ok(())
            }
        });
        if let Err(error) = noted.await {
            tracing::error!(%error, "a refusal could not be saved");
        }
    }
}

pub(super) struct OwnedRefusal {
    pub(super) at: Timestamp,
    pub(super) to: String,
    pub(super) new_call: super::NewCall,
    pub(super) mode: benspamsphones_core::Mode,
    pub(super) refusal: benspamsphones_core::Refusal,
    pub(super) words: String,
}

impl OwnedRefusal {
    pub(super) fn as_row(&self) -> NewRefusal<'_> {
        NewRefusal {
            at: self.at,
            to: &self.to,
            protocol: &self.new_call.protocol,
            mode: self.mode,
            asked_by: self.new_call.asked_by,
            asker_name: self.new_call.asker_name.as_deref(),
            code: self.refusal.rule().as_str(),
            words: &self.words,
            lifts_at: self.refusal.lifts().map(|lifts| lifts.at),
        }
    }
}
