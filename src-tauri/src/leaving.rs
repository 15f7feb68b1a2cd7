//! Closing to the tray and ending the program, without anybody's call being forgotten.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use benspamsphones_app::app::{App, HangUpError};
use benspamsphones_core::Call;
use tauri::{AppHandle, Manager as _};

use crate::switchboard::Switchboard;
use crate::{dialogs, notices, preferences, texts};

/// How long the program waits for Twilio to report that calls have ended.
const UNTIL_ENDED: Duration = Duration::from_secs(10);

/// Whether the question is open.
#[derive(Default)]
pub(crate) struct Leaving(AtomicBool);

/// Ends the program. While calls are in progress, asks whether to hang up first.
pub(crate) fn quit(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let serving = app.state::<Arc<Switchboard>>().serving_now().map(|serving| serving.app);
        let calls = match &serving {
            Some(serving) => in_progress(serving).await,
            None => Vec::new(),
        };
        match serving.filter(|_| !calls.is_empty()) {
            None => app.exit(0),
            Some(serving) => ask(&app, &serving, calls.len()).await,
        }
    });
}

async fn ask(app: &AppHandle, serving: &App, count: usize) {
    let asking = app.state::<Leaving>();
    if asking.0.swap(true, Ordering::Relaxed) {
        return;
    }
    let texts = texts::of(app);
    let sentence = (texts.quit_during_calls)(count);
    let quits = dialogs::confirm(app, texts.quit, sentence, [texts.hang_up_and_quit, texts.stay]).await;
    if quits {
        match end_all(serving).await {
            Ok(()) => app.exit(0),
            Err(error) => notices::tell(app, texts.not_ended, &(texts.why_not_ended)(&error)),
        }
    }
    asking.0.store(false, Ordering::Relaxed);
}

/// Hangs up on everyone, and waits until the calls have ended: Twilio may not have confirmed one yet.
async fn end_all(serving: &App) -> Result<(), HangUpError> {
    let mut news = serving.live().subscribe();
    for call in in_progress(serving).await {
        match serving.hang_up(call.id).await {
            Ok(_) | Err(HangUpError::Over(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let ended = async {
        while !in_progress(serving).await.is_empty() {
            // An error means that news were missed; the calls are read again in any case.
            let _ = news.recv().await;
        }
    };
    // A call that hasn't ended by then is settled at the next start.
    let _ = tokio::time::timeout(UNTIL_ENDED, ended).await;
    Ok(())
}

async fn in_progress(serving: &App) -> Vec<Call> {
    match serving.open_calls().await {
        Ok(calls) => calls.into_iter().filter(|call| serving.can_ask_about(call)).collect(),
        Err(error) => {
            tracing::warn!(%error, "whether calls are in progress can't be read");
            Vec::new()
        }
    }
}

/// Says that the program goes on in the tray: the first time, and whenever a call goes on too.
pub(crate) fn say_where(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Some(serving) = app.state::<Arc<Switchboard>>().serving_now() else { return };
        let count = in_progress(&serving.app).await.len();
        let first = preferences::is_first_time_in_tray(&app);
        if first || count > 0 {
            let texts = texts::of(&app);
            notices::tell(&app, texts.still_running, &(texts.in_the_tray)(count));
        }
    });
}
