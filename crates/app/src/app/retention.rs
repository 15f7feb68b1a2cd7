//! Deletes old calls automatically, if the owner chooses so; off by default.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::deletion::KEPT_FOR;
use super::{App, DeletionError};
use crate::store::StoreError;
use crate::store::setting_rows::{self, KEEP_CALLS_MONTHS};

const EACH: Duration = Duration::from_secs(24 * 60 * 60);

impl App {
    /// After how many months calls are deleted; `None` keeps them forever.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn keep_calls_months(&self) -> Result<Option<u8>, StoreError> {
        let kept =
            self.inner.store.read(|connection| setting_rows::get(connection, KEEP_CALLS_MONTHS)).await?;
        kept.map(|text| text.parse().map_err(|_| StoreError::bad_row("number of months", text))).transpose()
    }

    /// Sets after how many months calls are deleted. Older calls are deleted soon after.
    ///
    /// # Errors
    /// When it can't be saved.
    pub async fn choose_keep_calls(&self, months: Option<u8>) -> Result<(), StoreError> {
        let written = self.inner.store.write(move |tx| match months {
            Some(months) => setting_rows::put(tx.connection(), KEEP_CALLS_MONTHS, &months.to_string()),
            None => setting_rows::delete(tx.connection(), KEEP_CALLS_MONTHS),
        });
        written.await?;
        self.inner.retention.notify_one();
        Ok(())
    }

    /// Deletes old calls each day and after each change of the setting, until the application stops.
    pub async fn retain(self) {
        // Automatic deletion has no human check, so Twilio's clock must agree.
        if self.inner.stop.run_until_cancelled(self.inner.twilio_time.known()).await.is_none() {
            return;
        }
        loop {
            match self.delete_old_calls(self.surely_past()).await {
                Ok(0) => {}
                Ok(deleted) => tracing::info!(deleted, "old calls were deleted, as set in Settings"),
                Err(error) => tracing::warn!(%error, "old calls could not be deleted"),
            }
            tokio::select! {
                () = self.inner.stop.cancelled() => return,
                () = self.inner.retention.notified() => {}
                () = tokio::time::sleep(EACH) => {}
            }
        }
    }

    async fn delete_old_calls(&self, now: Timestamp) -> Result<u64, DeletionError> {
        match self.keep_calls_months().await? {
            Some(months) => self.delete_calls_before(oldest_kept(months, now)).await,
            None => Ok(0),
        }
    }
}

/// Calendar months, but never less than [`KEPT_FOR`], when calls are still needed.
fn oldest_kept(months: u8, now: Timestamp) -> Timestamp {
    let by_calendar = now.to_zoned(TimeZone::UTC).checked_sub(i32::from(months).months());
    let least = now - KEPT_FOR;
    by_calendar.map_or(Timestamp::MIN, |zoned| zoned.timestamp()).min(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar_and_a_month_is_never_too_short() {
        let now: Timestamp = "2026-03-31T12:00:00Z".parse().unwrap();
        assert_eq!(oldest_kept(13, now), "2025-02-28T12:00:00Z".parse().unwrap());
        assert_eq!(oldest_kept(1, now), now - KEPT_FOR);
    }
}
