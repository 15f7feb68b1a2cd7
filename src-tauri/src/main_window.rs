//! Finds the only window.

use tauri::{AppHandle, Manager as _, WebviewWindow};

pub(crate) const LABEL: &str = "main";

pub(crate) fn of(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(LABEL)
}
