//! Twilio's clock, from the `Date` header of its responses. Twilio dates calls by it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::clock::{Clock, Moment};
use crate::store::setting_rows::{self, TWILIO_AHEAD_S};
use crate::store::{Store, StoreError, WriteTx};

/// Smaller differences are noise: dates are whole seconds, and responses take time.
const NEWS: SignedDuration = SignedDuration::from_secs(5);

pub(crate) struct TwilioTime {
    heard: watch::Sender<Option<Heard>>,
    /// How far it was ahead of this computer's clock when the last call before this run was placed.
    before: Option<SignedDuration>,
    /// The same value as last saved.
    written: Arc<watch::Sender<Option<SignedDuration>>>,
}

#[derive(Clone, Copy)]
struct Heard {
    told: Timestamp,
    at: Moment,
}

impl TwilioTime {
    pub(super) async fn open(store: &Store) -> Result<Self, StoreError> {
        let kept = store.read(|connection| setting_rows::get(connection, TWILIO_AHEAD_S)).await?;
        let before = kept.and_then(|seconds| seconds.parse().ok()).map(SignedDuration::from_secs);
        Ok(Self { heard: watch::Sender::new(None), before, written: Arc::new(watch::Sender::new(before)) })
    }

    pub(super) fn listener(&self, clock: Clock) -> impl Fn(Timestamp) + Send + Sync + 'static {
        let heard = self.heard.clone();
        move |told| {
            heard.send_replace(Some(Heard { told, at: clock.moment() }));
        }
    }

    /// `None` until a response has arrived.
    pub(super) fn at(&self, moment: Moment) -> Option<Timestamp> {
        let heard = (*self.heard.borrow())?;
        heard.told.checked_add(moment.since(heard.at)).ok()
    }

    pub(super) async fn known(&self) {
        let mut heard = self.heard.subscribe();
        // The sender lives as long as `self`.
        let _ = heard.wait_for(Option::is_some).await;
    }

    /// In the previous run.
    pub(super) fn was_ahead(&self) -> Option<SignedDuration> {
        self.before
    }

    /// A later run may look up a call placed now, after this computer's clock was set.
    pub(super) fn keep(&self, tx: &WriteTx<'_>, now: Timestamp, moment: Moment) -> Result<(), StoreError> {
        let Some(ahead) = self.at(moment).map(|there| there.duration_since(now)) else { return Ok(()) };
        let written = *self.written.borrow();
        if written.is_some_and(|written| ahead.checked_sub(written).is_some_and(|by| by.abs() < NEWS)) {
            return Ok(());
        }
        setting_rows::put(tx.connection(), TWILIO_AHEAD_S, &ahead.as_secs().to_string())?;
        let written = self.written.clone();
        tx.after_commit(move || {
            written.send_replace(Some(ahead));
        });
        Ok(())
    }
}
