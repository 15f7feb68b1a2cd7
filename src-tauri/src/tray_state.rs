//! What the rest of the program knows of the tray.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// What the rest of the program knows of the tray.
#[derive(Default)]
pub(crate) struct Tray {
    shown: AtomicBool,
    /// Rung when the menu is to speak another language.
    respoken: Notify,
}

impl Tray {
    /// Whether somebody shows the tray, so that a closed window can be found again.
    pub(crate) fn is_shown(&self) -> bool {
        self.shown.load(Ordering::Relaxed)
    }

    /// Puts the menu into the language that is chosen now.
    pub(crate) fn speak(&self) {
        self.respoken.notify_one();
    }

    /// Notes whether somebody shows it.
    pub(crate) fn set_shown(&self, shown: bool) {
        self.shown.store(shown, Ordering::Relaxed);
    }

    /// Waits until the menu is to speak another language.
    pub(crate) async fn respoken(&self) {
        self.respoken.notified().await;
    }
}
