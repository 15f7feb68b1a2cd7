//! The commands for the page in the window. `build.rs` lists them, and `capabilities/window.json` allows them.

use std::path::PathBuf;
use std::sync::Arc;

use benspamsphones_app::whole_file::{self, Readers};
use benspamsphones_server::backup_files::export;
use benspamsphones_server::backup_files::{self, support_bundle};
use serde::Serialize;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager as _, State};

use crate::awaited_page::AwaitedPage;
use crate::bridge::{self, Answer, Asked, News, Page, Saved};
use crate::command_error::CommandError;
use crate::preferences::{self, Preferences};
use crate::switchboard::{StartState, Switchboard};
use crate::tray_state::Tray;
use crate::{autostart, dialogs, leaving, texts, window};

#[derive(Serialize)]
pub(crate) struct DesktopView {
    version: &'static str,
    data_dir: String,
    lan_url: Option<String>,
    tray: bool,
    autostart: bool,
}

#[tauri::command]
pub(crate) async fn api(
    switchboard: State<'_, Arc<Switchboard>>,
    request: Asked,
) -> Result<Answer, CommandError> {
    bridge::ask(&switchboard, request).await
}

#[tauri::command]
pub(crate) fn live(page: State<'_, Page>, switchboard: State<'_, Arc<Switchboard>>, channel: Channel<News>) {
    page.connect(Arc::clone(&switchboard), channel);
}

#[tauri::command]
pub(crate) async fn desktop(app: AppHandle) -> Result<DesktopView, CommandError> {
    let switchboard = app.state::<Arc<Switchboard>>();
    Ok(DesktopView {
        version: env!("CARGO_PKG_VERSION"),
        data_dir: switchboard.data_dir.display().to_string(),
        lan_url: switchboard.serving_now().map(|serving| format!("http://{}/", serving.lan)),
        tray: app.state::<Tray>().is_shown(),
        autostart: autostart::is_on(&app),
    })
}

#[tauri::command]
pub(crate) async fn preferences(app: AppHandle) -> Preferences {
    preferences::read(&app)
}

#[tauri::command]
pub(crate) async fn set_preferences(app: AppHandle, preferences: Preferences) -> Result<(), CommandError> {
    preferences::keep(&app, &preferences)?;
    window::dress(&app, preferences.theme);
    app.state::<Tray>().speak();
    Ok(())
}

#[tauri::command]
pub(crate) async fn set_autostart(app: AppHandle, on: bool) -> Result<(), CommandError> {
    autostart::set(&app, on)
}

/// `false` if the person canceled.
#[tauri::command]
pub(crate) async fn save_file(app: AppHandle, name: String, text: String) -> Result<bool, CommandError> {
    let Some(path) = dialogs::where_to_save(&app, texts::of(&app), &name).await else { return Ok(false) };
    save(path, text).await?;
    Ok(true)
}

async fn save(path: PathBuf, text: String) -> Result<(), CommandError> {
    let written =
        tokio::task::spawn_blocking(move || whole_file::write(&path, text.as_bytes(), Readers::AsBefore));
    Ok(written.await.map_err(|_| CommandError::NoServer)??)
}

/// `false` if the person canceled.
#[tauri::command]
pub(crate) async fn save_answer(
    app: AppHandle,
    switchboard: State<'_, Arc<Switchboard>>,
    name: String,
    path: String,
) -> Result<Saved, CommandError> {
    let Some(file) = dialogs::where_to_save(&app, texts::of(&app), &name).await else {
        return Ok(Saved::Done(false));
    };
    bridge::save(&switchboard, path, &file).await
}

/// `false` if the person canceled.
#[tauri::command]
pub(crate) async fn save_backup(
    app: AppHandle,
    switchboard: State<'_, Arc<Switchboard>>,
    name: String,
) -> Result<bool, CommandError> {
    // Before a server has opened it, the folder may hold another version's database or an unfinished restore.
    switchboard.serving().await.ok_or(CommandError::NoServer)?;
    let Some(path) = dialogs::where_to_save(&app, texts::of(&app), &name).await else { return Ok(false) };
    backup_files::back_up_meanwhile(&switchboard.data_dir, &path).await?;
    Ok(true)
}

/// The server restarts for it; `false` if the person canceled.
#[tauri::command]
pub(crate) async fn restore_backup(
    app: AppHandle,
    switchboard: State<'_, Arc<Switchboard>>,
) -> Result<bool, CommandError> {
    let serving = switchboard.serving().await.ok_or(CommandError::NoServer)?;
    let Some(path) = dialogs::which_backup(&app, texts::of(&app)).await else { return Ok(false) };
    serving.owner.restore(&serving.app, &switchboard.data_dir, &path).await?;
    Ok(true)
}

/// `false` if the person canceled.
#[tauri::command]
pub(crate) async fn export_everything(
    app: AppHandle,
    switchboard: State<'_, Arc<Switchboard>>,
) -> Result<bool, CommandError> {
    let Some(folder) = dialogs::which_folder(&app, texts::of(&app)).await else { return Ok(false) };
    let data_dir = switchboard.data_dir.clone();
    let written = tokio::task::spawn_blocking(move || export::into_folder(&data_dir, &folder));
    written.await.map_err(|_| CommandError::NoServer)??;
    Ok(true)
}

/// With the latest log lines.
#[tauri::command]
pub(crate) async fn save_support_bundle(
    app: AppHandle,
    switchboard: State<'_, Arc<Switchboard>>,
    name: String,
) -> Result<bool, CommandError> {
    let Some(path) = dialogs::where_to_save(&app, texts::of(&app), &name).await else { return Ok(false) };
    let log = app.path().app_log_dir().map(|folder| folder.join(format!("{}.log", app.package_info().name)));
    let data_dir = switchboard.data_dir.clone();
    let made = tokio::task::spawn_blocking(move || {
        // Without a log the report is shorter, but still useful.
        let log = log.ok().and_then(|log| std::fs::read_to_string(log).ok()).unwrap_or_default();
        let lines: Vec<String> = log.lines().map(str::to_owned).collect();
        format!("{:#}\n", support_bundle::make(&data_dir, &lines))
    });
    save(path, made.await.map_err(|_| CommandError::NoServer)?).await?;
    Ok(true)
}

/// How far the start is. Answers within a moment, so that the page can say what it waits for.
#[tauri::command]
pub(crate) async fn start_state(
    page: State<'_, AwaitedPage>,
    switchboard: State<'_, Arc<Switchboard>>,
) -> Result<StartState, CommandError> {
    page.report_ready();
    Ok(switchboard.start_state().await)
}

#[tauri::command]
pub(crate) fn quit(app: AppHandle) {
    leaving::quit(&app);
}
