//! Desktop notifications while the window isn't in front.

use benspamsphones_app::live::LiveEvent;
use benspamsphones_core::{Call, CallStatus, EventKind};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::NotificationExt as _;

use crate::preferences::{self, Preferences};
use crate::texts;

/// The sound's name in desktop themes (freedesktop.org, Sound Naming Specification).
const SOUND: &str = "message-new-instant";

/// Shows a notification. Texts contain names and numbers, so they are never logged.
pub(crate) fn tell(app: &AppHandle, title: &str, text: &str) {
    show(app, title, text, false);
}

/// Notifies that a call was answered, confirmed, failed or ended, unless the window is in front or this is switched off.
pub(crate) fn of_call(app: &AppHandle, news: &LiveEvent, name: &str) {
    let kind = news.event().kind;
    if !matches!(kind, EventKind::Status | EventKind::Acknowledged) || is_looked_at(app) {
        return;
    }
    let preferences = preferences::read(app);
    if !wants(&preferences, news.call()) {
        return;
    }
    let texts = texts::of(app);
    let text = match news.call().status {
        CallStatus::InProgress if kind == EventKind::Acknowledged => texts.confirmed.to_owned(),
        CallStatus::InProgress => texts.answered.to_owned(),
        _ => (texts.ending)(news.call()),
    };
    show(app, name, &text, preferences.notify_sound);
}

fn wants(preferences: &Preferences, call: &Call) -> bool {
    match call.status {
        CallStatus::InProgress => preferences.notify_answered,
        CallStatus::Failed | CallStatus::Busy | CallStatus::NoAnswer => preferences.notify_failed,
        CallStatus::Completed | CallStatus::Canceled => preferences.notify,
        CallStatus::Requested
        | CallStatus::Unknown
        | CallStatus::Queued
        | CallStatus::Initiated
        | CallStatus::Ringing => false,
    }
}

fn is_looked_at(app: &AppHandle) -> bool {
    app.webview_windows().values().any(|window| window.is_focused().unwrap_or(false))
}

fn show(app: &AppHandle, title: &str, text: &str, heard: bool) {
    let notification = app.notification().builder().title(title).body(text);
    let notification = if heard { notification.sound(SOUND) } else { notification };
    if let Err(error) = notification.show() {
        tracing::info!(%error, "no notification was shown");
    }
}

#[cfg(test)]
mod tests {
    use benspamsphones_core::{AskedBy, CallRequest, Mode, PhoneNumber, ProtocolId, UpdateRoute};

    use super::*;

    #[test]
    fn each_sort_of_news_is_wanted_by_itself() {
        let number = PhoneNumber::from_e164("+15005550100").unwrap();
        let mut call = Call::requested(CallRequest {
            id: "0199a0f0-0000-7000-8000-000000000001".parse().unwrap(),
            protocol: ProtocolId::new("dinner").unwrap(),
            from: number.clone(),
            to: number,
            mode: Mode::Sandbox,
            account_sid: "AC".into(),
            news: UpdateRoute::Callbacks,
            requested_at: "2026-10-01T12:00:00Z".parse().unwrap(),
            asked_by: AskedBy::Tray,
            asker_name: None,
        });
        let mut told = |status, preferences: &Preferences| {
            call.status = status;
            wants(preferences, &call)
        };
        let all = Preferences::default();
        assert!(!all.notify_sound, "nothing is heard before somebody wants it");
        assert!(!told(CallStatus::Ringing, &all));
        let failed_only = Preferences { notify: false, notify_answered: false, ..Preferences::default() };
        for (status, failed) in [
            (CallStatus::InProgress, false),
            (CallStatus::Completed, false),
            (CallStatus::NoAnswer, true),
            (CallStatus::Failed, true),
        ] {
            assert!(told(status, &all), "{status}");
            assert_eq!(told(status, &failed_only), failed, "{status}");
        }
    }
}
