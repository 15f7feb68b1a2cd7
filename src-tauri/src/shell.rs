//! Starts the server, then the tray and the window, and ends all three.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_host::LaunchError;
use benspamsphones_host::stop_signals::StopSignals;
use benspamsphones_server::backup_files;
use clap::Parser as _;
use tauri::{AppHandle, Manager as _, RunEvent};
use tauri_plugin_deep_link::DeepLinkExt as _;

use crate::arguments::{Arguments, NoHome};
use crate::bridge::Page;
use crate::pages::Pages;
use crate::preferences::Language;
use crate::switchboard::Switchboard;
use crate::texts::{self, Texts};
use crate::tray;
use crate::tray_state::Tray;
use crate::wish::Wish;
use crate::{commands, dialogs, window};

/// How long a start without a window waits for a tray: a session starts its programs in any order.
const TRAY_PATIENCE: Duration = Duration::from_secs(15);

#[derive(Debug, thiserror::Error)]
pub(crate) enum ShellError {
    #[error(
        "there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set); run \"bsp serve\" instead"
    )]
    NoDisplay,
    #[error(transparent)]
    NoHome(#[from] NoHome),
    #[error(transparent)]
    Desktop(#[from] tauri::Error),
}

pub(crate) fn run(arguments: Arguments) -> Result<(), ShellError> {
    let told = arguments.told()?;
    let mut context = tauri::generate_context!();
    context.set_assets(Box::new(Pages));
    let app = tauri::Builder::default()
        // First, so that a second start exits before it does anything.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _| come_forward(app, &arguments)))
        .plugin(log())
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(window::REMEMBERED).build())
        .plugin(tauri_plugin_autostart::Builder::new().arg("--hidden").build())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(tauri_plugin_deep_link::init())
        .invoke_handler(tauri::generate_handler![
            commands::api,
            commands::live,
            commands::desktop,
            commands::preferences,
            commands::set_preferences,
            commands::set_autostart,
            commands::save_file,
            commands::save_answer,
            commands::save_backup,
            commands::restore_backup,
            commands::export_everything,
            commands::save_support_bundle,
            commands::quit,
        ])
        .manage(Page::default())
        .setup(move |app| {
            let stopping = app.handle().clone();
            // They would otherwise end this program without its last steps.
            let mut signals = tauri::async_runtime::block_on(async { StopSignals::listen() })?;
            tauri::async_runtime::spawn(async move {
                signals.recv().await;
                stopping.exit(0);
            });
            match tauri::async_runtime::block_on(Switchboard::start(told.clone())) {
                Ok(switchboard) => begin(app.handle(), Arc::new(switchboard), &arguments),
                Err(LaunchError::Server(error)) if error.damage().is_some() => {
                    mend(app.handle(), texts::of_the_system(), &error.to_string(), told.data_dir);
                }
                Err(error) => {
                    // The language preference is in the data folder, which may be what can't be opened.
                    let texts = texts::of_the_system();
                    tracing::error!("{}", explain(texts::in_language(Language::En), &error));
                    give_up(app.handle(), texts, explain(texts, &error));
                }
            }
            Ok(())
        })
        .build(context)?;
    app.run(|app, event| match event {
        // The last window is closed. With a tray the program stays; without one it couldn't be opened again.
        RunEvent::ExitRequested { code: None, api, .. }
            if app.try_state::<Tray>().is_some_and(|tray| tray.is_shown()) =>
        {
            api.prevent_exit();
        }
        RunEvent::Exit => {
            if let Some(switchboard) = app.try_state::<Arc<Switchboard>>() {
                tauri::async_runtime::block_on(switchboard.stop());
            }
        }
        _ => {}
    });
    Ok(())
}

fn begin(app: &AppHandle, switchboard: Arc<Switchboard>, arguments: &Arguments) {
    app.manage(switchboard);
    app.manage(Tray::default());
    tray::start(app);
    if let Some(wish) = arguments.link.as_deref().and_then(Wish::of_link) {
        app.state::<Page>().wish(wish);
    }
    // On some systems links arrive as events rather than as arguments.
    let linked = app.clone();
    app.deep_link().on_open_url(move |event| {
        for url in event.urls() {
            follow_link(&linked, url.as_str());
        }
    });
    if arguments.hidden {
        let hidden = app.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(TRAY_PATIENCE).await;
            if !hidden.state::<Tray>().is_shown() {
                window::show(&hidden);
            }
        });
    } else {
        window::show(app);
    }
    let failing = app.clone();
    let starts = app.state::<Arc<Switchboard>>().starts();
    tauri::async_runtime::spawn(async move {
        if let Some(sentence) = starts.failure().await {
            tracing::error!("the switchboard can't start again: {sentence}");
            let texts = texts::of(&failing);
            give_up(&failing, texts, (texts.why_not_started)(&sentence));
        }
    });
}

fn come_forward(app: &AppHandle, arguments: &[String]) {
    let second = Arguments::try_parse_from(arguments).ok();
    if second.as_ref().is_some_and(|second| second.hidden) {
        return;
    }
    if app.try_state::<Tray>().is_none() {
        return;
    }
    window::show(app);
    if let Some(link) = second.and_then(|second| second.link) {
        follow_link(app, &link);
    }
}

fn follow_link(app: &AppHandle, link: &str) {
    if let Some(wish) = Wish::of_link(link) {
        app.state::<Page>().wish(wish);
        window::show(app);
    }
}

/// Reports a damaged database and asks whether to restore a backup or start with an empty one. Then the program
/// restarts; the damaged file is kept.
fn mend(app: &AppHandle, texts: &'static Texts, sentence: &str, data_dir: PathBuf) {
    tracing::error!("{sentence}");
    let sentence = (texts.damaged)(sentence);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let ways = [texts.restore, texts.begin_anew, texts.quit];
        let chosen = match dialogs::decide(&app, texts.cannot_start, sentence, ways).await {
            Some(0) => dialogs::which_backup(&app, texts).await.map(Some),
            Some(1) => Some(None),
            _ => return app.exit(1),
        };
        let replaced = tokio::task::spawn_blocking(move || match chosen {
            Some(Some(backup)) => backup_files::restore(&data_dir, &backup).map(|(_, replaced)| replaced),
            Some(None) => backup_files::begin_anew(&data_dir).map(Some),
            None => Ok(None),
        });
        match replaced.await {
            Ok(Ok(replaced)) => {
                let lost = replaced.map(|replaced| replaced.carried_over.lost).unwrap_or_default();
                if !lost.is_empty() {
                    let sentences: Vec<_> = lost.into_iter().map(texts.lost).collect();
                    dialogs::complain(&app, texts.please_look, sentences.join("\n\n")).await;
                }
                app.restart()
            }
            Ok(Err(error)) => give_up(&app, texts, (texts.not_mended)(&error.to_string())),
            Err(error) => give_up(&app, texts, error.to_string()),
        }
    });
}

fn give_up(app: &AppHandle, texts: &'static Texts, sentence: String) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        dialogs::complain(&app, texts.cannot_start, sentence).await;
        app.exit(1);
    });
}

fn explain(texts: &Texts, error: &LaunchError) -> String {
    use benspamsphones_server::ServerError;
    let words = match error {
        LaunchError::Server(ServerError::Listen { source, .. })
            if source.kind() == std::io::ErrorKind::AddrInUse =>
        {
            texts.port_taken
        }
        _ => texts.why_not_started,
    };
    words(&error.to_string())
}

/// Logs to standard error and the log folder. Other crates only log warnings: their details may contain secrets.
fn log() -> tauri::plugin::TauriPlugin<tauri::Wry> {
    use tauri_plugin_log::{Builder, RotationStrategy, Target, TargetKind};
    const OURS: [&str; 3] = ["benspamsphones", "benspamsphones_server", "twilio"];
    let mut builder = Builder::new()
        .clear_targets()
        .targets([Target::new(TargetKind::Stderr), Target::new(TargetKind::LogDir { file_name: None })])
        .rotation_strategy(RotationStrategy::KeepSome(2))
        .level(log::LevelFilter::Warn);
    for target in OURS {
        builder = builder.level_for(target, log::LevelFilter::Info);
    }
    builder.build()
}
