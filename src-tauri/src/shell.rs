//! Starts the server, the tray and the window, and ends all three.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_core::Mode;
use benspamsphones_host::stop_signals::StopSignals;
use benspamsphones_host::{LaunchError, Told};
use benspamsphones_server::backup_files;
use clap::Parser as _;
use tauri::{AppHandle, Manager as _, RunEvent};
use tauri_plugin_deep_link::DeepLinkExt as _;

use crate::arguments::{Arguments, Different, NoHome};
use crate::awaited_page::AwaitedPage;
use crate::bridge::Page;
use crate::leaving::Leaving;
use crate::log_filter::LogFilter;
use crate::pages::Pages;
use crate::preferences::Language;
use crate::switchboard::{Started, Switchboard};
use crate::texts::{self, Texts};
use crate::tray;
use crate::tray_state::Tray;
use crate::wish::Wish;
use crate::{autostart, commands, dialogs, window};

/// How long a start without a window waits for a tray: a session starts its programs in any order.
const TRAY_PATIENCE: Duration = Duration::from_secs(15);

/// How long a start may take before the window opens without the server.
const WITHOUT_WINDOW: Duration = Duration::from_millis(700);

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
        .plugin(tauri_plugin_single_instance::init(|app, arguments, folder| {
            come_forward(app, &arguments, &folder);
        }))
        .plugin(log(&arguments.log))
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(window::REMEMBERED).build())
        .plugin(tauri_plugin_autostart::Builder::new().args(autostart::arguments(&arguments)).build())
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
            commands::start_state,
            commands::quit,
        ])
        .manage(Page::default())
        .manage(AwaitedPage::default())
        .setup(move |app| {
            let stopping = app.handle().clone();
            // They would otherwise end this program without its last steps.
            let mut signals = tauri::async_runtime::block_on(async { StopSignals::listen() })?;
            tauri::async_runtime::spawn(async move {
                signals.recv().await;
                stopping.exit(0);
            });
            begin(app.handle(), told, &arguments);
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

/// Nothing here waits for another program: this runs before the first event, and a signal to end is one.
fn begin(app: &AppHandle, told: Told, arguments: &Arguments) {
    app.manage(Arc::new(Switchboard::start(told)));
    app.manage(Tray::default());
    app.manage(Leaving::default());
    #[cfg(target_os = "linux")]
    app.manage(autostart::Autostart::of(&autostart::arguments(arguments)));
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
    let (app, hidden) = (app.clone(), arguments.hidden);
    tauri::async_runtime::spawn(async move { follow_start(&app, hidden).await });
}

/// Opens the window with the server, or before it if the start takes longer: the page says what it waits for.
async fn follow_start(app: &AppHandle, hidden: bool) {
    let switchboard = app.state::<Arc<Switchboard>>();
    if !hidden && tokio::time::timeout(WITHOUT_WINDOW, switchboard.started()).await.is_err() {
        window::show(app);
    }
    match switchboard.started().await {
        Started::Running => {}
        Started::Stopped => return,
        // The language preference is in the data folder, which may be what can't be opened.
        Started::Failed(error) => return fail(app, texts::of_the_system(), &error),
    }
    // Linux's tray library must be called by the main thread, which also survives its panic.
    let trayed = app.clone();
    if let Err(error) = app.run_on_main_thread(move || tray::start(&trayed)) {
        tracing::warn!(%error, "there is no tray");
    }
    if !hidden {
        window::show(app);
    }
    let waking = app.clone();
    if hidden {
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(TRAY_PATIENCE).await;
            if !waking.state::<Tray>().is_shown() {
                window::show(&waking);
            }
        });
    }
    if let Some(error) = switchboard.starts().failure().await {
        fail(app, texts::of(app), &error);
    }
}

fn fail(app: &AppHandle, texts: &'static Texts, error: &LaunchError) {
    match error {
        LaunchError::Server(error) if error.damage().is_some() => {
            let data_dir = app.state::<Arc<Switchboard>>().data_dir.clone();
            mend(app, texts, &error.to_string(), data_dir);
        }
        error => {
            tracing::error!("{}", explain(texts::in_language(Language::En), error));
            give_up(app, texts, explain(texts, error));
        }
    }
}

fn come_forward(app: &AppHandle, arguments: &[String], folder: &str) {
    let second = Arguments::try_parse_from(arguments).ok();
    let Some(switchboard) = app.try_state::<Arc<Switchboard>>() else { return };
    // A dialog says why it can't start.
    if switchboard.has_failed() {
        return;
    }
    if let Some(wanted) =
        second.as_ref().and_then(|second| second.differs_from(&switchboard, Path::new(folder)))
    {
        let texts = texts::of(app);
        let sentence = match wanted {
            Different::Folder(wanted) => {
                let [running, wanted] =
                    [&switchboard.data_dir, &wanted].map(|path| path.display().to_string());
                (texts.other_folder)(&running, &wanted)
            }
            Different::Mode(Mode::Live) => texts.already_sandbox.to_owned(),
            Different::Mode(Mode::Sandbox) => texts.already_live.to_owned(),
        };
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            dialogs::complain(&app, texts.already_running, sentence).await;
        });
        return;
    }
    if second.as_ref().is_some_and(|second| second.hidden) {
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
        LaunchError::Server(ServerError::Listen { source, flag, .. })
            if source.kind() == std::io::ErrorKind::AddrInUse =>
        {
            return (texts.port_taken)(&error.to_string(), flag);
        }
        _ => texts.why_not_started,
    };
    words(&error.to_string())
}

/// Logs to standard error and the log folder.
fn log(filter: &LogFilter) -> tauri::plugin::TauriPlugin<tauri::Wry> {
    use tauri_plugin_log::{Builder, RotationStrategy, Target, TargetKind};
    let builder = Builder::new()
        .clear_targets()
        .targets([Target::new(TargetKind::Stderr), Target::new(TargetKind::LogDir { file_name: None })])
        .rotation_strategy(RotationStrategy::KeepSome(2));
    filter.apply(builder).build()
}
