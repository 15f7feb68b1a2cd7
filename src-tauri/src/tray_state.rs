//! The state of the tray, for the rest of the program.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct Tray {
    shown: AtomicBool,
    respoken: Notify,
}

impl Tray {
    /// Whether the desktop shows the tray, so that a closed window can be reopened.
    pub(crate) fn is_shown(&self) -> bool {
        self.shown.load(Ordering::Relaxed)
    }

    pub(crate) fn speak(&self) {
        self.respoken.notify_one();
    }

    pub(crate) fn set_shown(&self, shown: bool) {
        if self.shown.swap(shown, Ordering::Relaxed) != shown {
            tracing::info!(shown, "the desktop's tray");
        }
    }

    pub(crate) async fn respoken(&self) {
        self.respoken.notified().await;
    }
}
