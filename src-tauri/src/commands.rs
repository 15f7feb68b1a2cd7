//! What the page in the window may ask of this program. `build.rs` names them, and `capabilities/window.json` allows
//! them.

use std::path::PathBuf;
use std::sync::Arc;

use benspamsphones_app::whole_file::{self, Readers};
use benspamsphones_server::backup_files::export;
use benspamsphones_server::backup_files::{self, support_bundle};
use serde::Serialize;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager as _, State};
use tauri_plugin_autostart::ManagerExt as _;

use crate::bridge::{self, Answer, Asked, News, Page, Saved};
use crate::command_error::CommandError;
use crate::preferences::{self, Preferences};
use crate::switchboard::Switchboard;
use crate::tray_state::Tray;
use crate::{dialogs, texts, window};

/// What there is of a desktop.
#[derive(Serialize)]
pub(crate) struct DesktopView {
    version: &'static str,
    /// Folder of the data.
    data_dir: String,
    /// Address that a browser opens.
    lan_url: Option<String>,
    /// Whether somebody shows the tray.
    tray: bool,
    /// Whether this program starts with the session.
    autostart: bool,
}

/// Asks the server.
#[tauri::command]
pub(crate) async fn api(
    switchboard: State<'_, Arc<Switchboard>>,
    request: Asked,
) -> Result<Answer, CommandError> {
    bridge::ask(&switchboard, request).await
}

/// Begins to tell news.
#[tauri::command]
pub(crate) fn live(page: State<'_, Page>, switchboard: State<'_, Arc<Switchboard>>, channel: Channel<News>) {
    page.connect(Arc::clone(&switchboard), channel);
}

/// Tells what there is of a desktop.
#[tauri::command]
pub(crate) async fn desktop(app: AppHandle) -> Result<DesktopView, CommandError> {
    let switchboard = app.state::<Arc<Switchboard>>();
    Ok(DesktopView {
        version: env!("CARGO_PKG_VERSION"),
        data_dir: switchboard.data_dir.display().to_string(),
        lan_url: switchboard.serving_now().map(|serving| format!("http://{}/", serving.lan)),
        tray: app.state::<Tray>().is_shown(),
        // Where it can't be told it isn't so.
        autostart: app.autolaunch().is_enabled().unwrap_or(false),
    })
}

/// What the person prefers.
#[tauri::command]
pub(crate) async fn preferences(app: AppHandle) -> Preferences {
    preferences::read(&app)
}

/// Keeps what the person prefers.
#[tauri::command]
pub(crate) async fn set_preferences(app: AppHandle, preferences: Preferences) -> Result<(), CommandError> {
    preferences::keep(&app, &preferences)?;
    window::dress(&app, preferences.theme);
    app.state::<Tray>().speak();
    Ok(())
}

/// Starts with the session, or not.
#[tauri::command]
pub(crate) async fn set_autostart(app: AppHandle, on: bool) -> Result<(), CommandError> {
    let launch = app.autolaunch();
    Ok(if on { launch.enable() } else { launch.disable() }?)
}

/// Asks where to save a text and saves it; `false` when the person thought better of it.
#[tauri::command]
pub(crate) async fn save_file(app: AppHandle, name: String, text: String) -> Result<bool, CommandError> {
    let Some(path) = dialogs::where_to_save(&app, texts::of(&app), &name).await else { return Ok(false) };
    save(path, text).await?;
    Ok(true)
}

/// Writes a file whole or not at all.
async fn save(path: PathBuf, text: String) -> Result<(), CommandError> {
    let written =
        tokio::task::spawn_blocking(move || whole_file::write(&path, text.as_bytes(), Readers::AsBefore));
    Ok(written.await.map_err(|_| CommandError::NoServer)??)
}

/// Asks where to save what a path of the API answers, and saves it; `false` when the person thought better of it.
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

/// Asks where to save a backup and saves it; `false` when the person thought better of it.
#[tauri::command]
pub(crate) async fn save_backup(
    app: AppHandle,
    switchboard: State<'_, Arc<Switchboard>>,
    name: String,
) -> Result<bool, CommandError> {
    // Before a server has opened it, the folder may hold another version's database, or a restore that isn't finished.
    switchboard.serving().await.ok_or(CommandError::NoServer)?;
    let Some(path) = dialogs::where_to_save(&app, texts::of(&app), &name).await else { return Ok(false) };
    backup_files::back_up_meanwhile(&switchboard.data_dir, &path).await?;
    Ok(true)
}

/// Asks for a backup and restores it, for which the server starts again; `false` when the person thought better of it.
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

/// Asks for an empty folder and writes everything into it; `false` when the person thought better of it.
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

/// Asks where to save a report for whoever helps, with the latest of the log, and saves it.
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
        // Without a log there is less to tell, and still something.
        let log = log.ok().and_then(|log| std::fs::read_to_string(log).ok()).unwrap_or_default();
        let lines: Vec<String> = log.lines().map(str::to_owned).collect();
        format!("{:#}\n", support_bundle::make(&data_dir, &lines))
    });
    save(path, made.await.map_err(|_| CommandError::NoServer)?).await?;
    Ok(true)
}

/// Ends the program.
#[tauri::command]
pub(crate) fn quit(app: AppHandle) {
    app.exit(0);
}
