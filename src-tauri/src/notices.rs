//! What is told by the desktop's notifications while no window is open.

use benspamsphones_core::EventKind;
use benspamsphones_server::live::LiveEvent;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::NotificationExt as _;

use crate::{preferences, texts};

/// Tells something. Its words hold names and numbers, so they stand in no log.
pub(crate) fn tell(app: &AppHandle, title: &str, text: &str) {
    if let Err(error) = app.notification().builder().title(title).body(text).show() {
        tracing::info!(%error, "no notification was shown");
    }
}

/// Tells that a call is over, to who can't see it and wants to know.
pub(crate) fn of_call(app: &AppHandle, news: &LiveEvent, name: &str) {
    let ended = news.event().kind == EventKind::Status && !news.call().is_open();
    if ended && app.webview_windows().is_empty() && preferences::read(app).notify {
        tell(app, name, &(texts::of(app).ending)(news.call()));
    }
}
