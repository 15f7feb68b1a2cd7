//! Confirming a call: the person pressed the key that it asked for, so answered means heard.

use std::sync::Arc;

use benspamsphones_core::{Call, EventKind, Source};
use jiff::Timestamp;

use super::App;
use super::keys::call_of;
use super::opt_out::AGAIN;
use crate::store::{StoreError, call_rows};

/// A key other than 9, as it was pressed.
#[derive(Debug, Clone)]
pub(super) struct PressedKey {
    pub(super) channel: String,
    pub(super) sid: Option<String>,
    pub(super) digits: String,
    pub(super) at: Timestamp,
}

/// What the key did.
pub(super) enum Pressed {
    /// It confirmed the call, now or before.
    Confirmed(Call),
    /// It would have, but a machine answered.
    ByMachine(Call),
    /// The call didn't ask for it.
    NotAskedFor(Call),
}

impl App {
    /// `None` if the key is about no call of ours.
    pub(super) async fn acknowledge(&self, key: PressedKey) -> Result<Option<Pressed>, StoreError> {
        let written = self.write_acknowledged(key.clone()).await;
        if written.is_err() {
            self.write_acknowledged_later(key).await;
        }
        written
    }

    /// Confirms the call once: repeats change nothing.
    async fn write_acknowledged(&self, key: PressedKey) -> Result<Option<Pressed>, StoreError> {
        let written = self.inner.store.write(move |tx| {
            let connection = tx.connection();
            let PressedKey { channel, sid, digits, at } = key;
            let Some(before) = call_of(connection, &channel, sid.as_deref())? else { return Ok(None) };
            if !confirms(&before, &digits) {
                return Ok(Some(Pressed::NotAskedFor(before)));
            }
            let mut call = before.clone();
            if call.acknowledge(at) {
                call_rows::update(connection, &before, &call)?;
                let call = Arc::new(call);
                tx.record(&call, EventKind::Acknowledged, Source::Callback, at)?;
                return Ok(Some(Pressed::Confirmed(Arc::unwrap_or_clone(call))));
            }
            let is_machine = call.is_answered_by_machine();
            Ok(Some(if is_machine { Pressed::ByMachine(call) } else { Pressed::Confirmed(call) }))
        });
        written.await
    }

    /// The person may have hung up, and won't press again.
    async fn write_acknowledged_later(&self, key: PressedKey) {
        let PressedKey { channel, sid, digits, .. } = key.clone();
        let found = self.inner.store.read(move |connection| call_of(connection, &channel, sid.as_deref()));
        match found.await {
            Ok(Some(call)) if confirms(&call, &digits) => {}
            Ok(_) => return,
            Err(error) => return tracing::error!(%error, "the call that was confirmed could not be found"),
        }
        let app = self.clone();
        self.inner.tasks.spawn(async move {
            // The last attempt is at shutdown, before the database is closed.
            let mut goes_on = true;
            while goes_on {
                goes_on = app.stopping().run_until_cancelled(tokio::time::sleep(AGAIN)).await.is_some();
                if app.write_acknowledged(key.clone()).await.is_ok() {
                    return tracing::info!("a call was confirmed a while ago, and that is saved now");
                }
            }
            tracing::error!("a call was confirmed, and the program ends before that could be saved");
        });
    }
}

fn confirms(call: &Call, digits: &str) -> bool {
    call.acknowledge_key.is_some_and(|key| key.is_pressed(digits))
}
