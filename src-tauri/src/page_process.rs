//! The process that shows the page. It can end by itself (out of memory, a fault in WebKit), and leaves a picture
//! behind that looks alive.

use std::cell::Cell;
use std::time::{Duration, Instant};

use tauri::{AppHandle, Manager as _};
use webkit2gtk::{WebProcessTerminationReason, WebView, WebViewExt as _};

use crate::bridge::Page;

/// A page that ends this often within [`SOON`] would end forever.
const MOST: u32 = 5;
const SOON: Duration = Duration::from_secs(60);

/// Loads the page again, where it was, whenever its process has ended.
/// `expect` is called for each page that follows.
pub(crate) fn watch(view: &WebView, app: AppHandle, expect: impl Fn(&AppHandle) + 'static) {
    let ends = Cell::new((Instant::now(), 0_u32));
    view.connect_web_process_terminated(move |view, reason| {
        let (first, before) = ends.get();
        let (first, count) = if first.elapsed() > SOON { (Instant::now(), 1) } else { (first, before + 1) };
        ends.set((first, count));
        if reason != WebProcessTerminationReason::TerminatedByApi {
            tracing::warn!(?reason, "the window's page ended, and is loaded again");
            app.state::<Page>().disconnect();
            app.state::<Page>().revive();
        }
        if count > MOST {
            tracing::error!("the window's page ends again and again");
            return;
        }
        load_again(view);
        if reason != WebProcessTerminationReason::TerminatedByApi {
            expect(&app);
        }
    });
}

/// Ends the process; then the page is loaded again.
pub(crate) fn replace(view: &WebView) {
    view.terminate_web_process();
}

fn load_again(view: &WebView) {
    let place = view.uri().filter(|place| place.starts_with("tauri:"));
    view.load_uri(place.as_deref().unwrap_or("tauri://localhost/index.html"));
}
