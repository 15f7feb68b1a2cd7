//! Anyone who presses 9 is never called again, from that moment on.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_core::{Call, EventKind, PhoneNumber, Source};
use parking_lot::{Mutex, MutexGuard};

use super::App;
use super::keys::call_of;
use crate::live::Change;
use crate::store::{StoreError, blocked_rows, call_rows, consent_rows};

pub(super) const AGAIN: Duration = Duration::from_secs(2);

/// Opt-outs that can't be saved yet, for example because the disk is full.
#[derive(Default)]
pub(crate) struct Unwritten(Mutex<HashSet<PhoneNumber>>);

impl Unwritten {
    fn add(&self, number: PhoneNumber) -> bool {
        self.numbers().insert(number)
    }

    fn remove(&self, number: &PhoneNumber) {
        self.numbers().remove(number);
    }

    fn contains(&self, number: &PhoneNumber) -> bool {
        self.numbers().contains(number)
    }

    fn numbers(&self) -> MutexGuard<'_, HashSet<PhoneNumber>> {
        self.0.lock()
    }
}

impl App {
    /// Finds the channel's call if its SID matches, and blocks its number once: repeats change nothing, even after the
    /// owner unblocked the number.
    pub(super) async fn opt_out(
        &self,
        channel: String,
        sid: Option<String>,
    ) -> Result<Option<Call>, StoreError> {
        let (hub, now) = (self.inner.hub.clone(), self.now());
        let written = self.inner.store.write(move |tx| {
            let connection = tx.connection();
            let Some(mut call) = call_of(connection, &channel, sid.as_deref())? else { return Ok(None) };
            if call.opted_out {
                return Ok(Some(call));
            }
            call.opted_out = true;
            blocked_rows::opt_out(connection, &call.to, now)?;
            // If they are ever called again, the owner must confirm consent again.
            consent_rows::delete(connection, &call.to)?;
            call_rows::set_opted_out(connection, call.id)?;
            let call = Arc::new(call);
            tx.record(&call, EventKind::OptedOut, Source::Callback, now)?;
            tx.after_commit(move || hub.announce(Change::BlockedNumbers));
            Ok(Some(Arc::unwrap_or_clone(call)))
        });
        written.await
    }

    /// Blocks the number from now on and retries saving it: the person may have hung up, and won't press again.
    pub(super) async fn write_opt_out_later(&self, channel: String, sid: Option<String>) {
        let (key, its) = (channel.clone(), sid.clone());
        let found = self.inner.store.read(move |connection| call_of(connection, &key, its.as_deref()));
        let number = match found.await {
            Ok(Some(call)) => call.to,
            Ok(None) => return,
            Err(error) => {
                return tracing::error!(%error, "the call whose person pressed 9 could not be found");
            }
        };
        if !self.inner.unwritten_opt_outs.add(number.clone()) {
            return;
        }
        let app = self.clone();
        self.inner.tasks.spawn(async move {
            // The last attempt is at shutdown, before the database is closed.
            let mut goes_on = true;
            while goes_on {
                goes_on = app.stopping().run_until_cancelled(tokio::time::sleep(AGAIN)).await.is_some();
                if let Ok(Some(_)) = app.opt_out(channel.clone(), sid.clone()).await {
                    app.inner.unwritten_opt_outs.remove(&number);
                    return tracing::info!("9 was pressed a while ago, and is saved now");
                }
            }
            tracing::error!("9 was pressed, and the program ends before it could be saved");
        });
    }

    /// Whether this number's opt-out isn't saved yet. Check this before the database: in the other order, an opt-out
    /// saved in between would be missed.
    pub(super) fn has_unwritten_opt_out(&self, number: &PhoneNumber) -> bool {
        number.spellings().iter().any(|spelling| self.inner.unwritten_opt_outs.contains(spelling))
    }
}
