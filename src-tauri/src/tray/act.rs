//! What a click in the tray's menu does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use benspamsphones_app::app::{NewCall, PlaceCallError};
use benspamsphones_core::{AskedBy, MessageError, Refusal, Remedy};
use parking_lot::Mutex;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_clipboard_manager::ClipboardExt as _;

use super::board::Action;
use crate::bridge::Page;
use crate::leaving;
use crate::notices;
use crate::preferences;
use crate::switchboard::Switchboard;
use crate::texts;
use crate::window;
use crate::wish::Wish;

/// A repeated call within this time is the second half of a double click.
const DOUBLE_CLICK: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(crate) struct LastDialled(Mutex<Option<(String, String, Instant)>>);

impl LastDialled {
    /// Also remembers this click.
    fn is_again(&self, protocol: &str, number: &str, now: Instant) -> bool {
        let mut last = self.0.lock();
        let again = last.as_ref().is_some_and(|(before, to, at)| {
            before == protocol && to == number && now.duration_since(*at) < DOUBLE_CLICK
        });
        *last = Some((protocol.into(), number.into(), now));
        again
    }
}

pub(crate) fn act(app: &AppHandle, action: Action) {
    match action {
        Action::Show => window::show(app),
        Action::Quit => leaving::quit(app),
        Action::CopyAddress => copy_address(app),
        Action::Dial { protocol, number } => dial(app, protocol, number),
        Action::HangUp(call) => hang_up(app, &call),
        Action::Nothing(_) => {}
    }
}

/// After a countdown in the window, or at once if that is switched off.
fn dial(app: &AppHandle, protocol: String, number: String) {
    if preferences::read(app).countdown {
        app.state::<Page>().wish(Wish::Dial { protocol, number });
        window::show(app);
        return;
    }
    if app.state::<LastDialled>().is_again(&protocol, &number, Instant::now()) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Some(serving) = app.state::<Arc<Switchboard>>().serving().await else { return };
        let wish = NewCall {
            protocol: protocol.clone(),
            to: number.clone(),
            asked_by: AskedBy::Tray,
            ..NewCall::default()
        };
        match serving.app.place_call(wish).await {
            Ok(_) => {}
            Err(error) if is_for_the_window(&error) => {
                app.state::<Page>().wish(Wish::Dial { protocol, number });
                window::show(&app);
            }
            Err(error) => {
                let texts = texts::of(&app);
                notices::tell(&app, &(texts.not_rung)(&number), &(texts.why_not_rung)(&error));
            }
        }
    });
}

/// The owner may override the refusal, or has to write the message.
fn is_for_the_window(error: &PlaceCallError) -> bool {
    match error {
        PlaceCallError::Refused(refusal) => is_the_owners_to_say(refusal),
        PlaceCallError::Message(MessageError::Missing) => true,
        _ => false,
    }
}

fn is_the_owners_to_say(refusal: &Refusal) -> bool {
    refusal.can_be_overridden() || refusal.remedy() == Remedy::Consent
}

fn hang_up(app: &AppHandle, call: &str) {
    let Ok(id) = call.parse() else { return };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Some(serving) = app.state::<Arc<Switchboard>>().serving().await else { return };
        if let Err(error) = serving.app.hang_up(id).await {
            let texts = texts::of(&app);
            notices::tell(&app, texts.not_ended, &(texts.why_not_ended)(&error));
        }
    });
}

fn copy_address(app: &AppHandle) {
    let Some(serving) = app.state::<Arc<Switchboard>>().serving_now() else { return };
    // Only this computer can open the last one; the others can't be opened at all if it isn't shared.
    let address = serving.shared_urls.first().cloned().unwrap_or_else(|| format!("http://{}", serving.lan));
    if let Err(error) = app.clipboard().write_text(format!("{address}/")) {
        tracing::warn!(%error, "the address was not copied");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_written_in_the_window() {
        assert!(is_for_the_window(&PlaceCallError::Message(MessageError::Missing)));
        assert!(!is_for_the_window(&PlaceCallError::Message(MessageError::NotTaken)));
        assert!(!is_for_the_window(&PlaceCallError::UnknownProtocol("dinner".into())));
    }

    #[test]
    fn the_second_half_of_a_double_click_is_the_same_line_within_a_second() {
        let last = LastDialled::default();
        let begun = Instant::now();
        let click = |protocol: &str, number: &str, ms| {
            last.is_again(protocol, number, begun + Duration::from_millis(ms))
        };
        assert!(!click("dinner", "+15005550110", 0), "the first");
        assert!(click("dinner", "+15005550110", 999));
        assert!(click("dinner", "+15005550110", 1_998), "a hand that trembles clicks on");
        assert!(!click("dinner", "+15005550110", 2_998), "a second later it is meant");
        assert!(!click("dinner", "+15005550111", 2_999), "somebody else");
        assert!(!click("lunch", "+15005550111", 3_000), "something else");
        assert!(!click("dinner", "+15005550111", 3_001), "that isn't what came right before");
    }
}
