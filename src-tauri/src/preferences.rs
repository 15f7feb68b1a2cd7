//! What a person prefers of the window and the tray. It is kept beside the data, and no server asks it.

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_store::{Store, StoreExt as _};

use crate::switchboard::Switchboard;

const FILE: &str = "preferences.json";
const KEY: &str = "preferences";

/// The preferences. What was never chosen is as it was delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Preferences {
    /// Light, dark, or as the system is.
    pub theme: Theme,
    /// Whether the tray and quick dial count down before they ring somebody.
    pub countdown: bool,
    /// What closing the window does where a tray is shown.
    pub close: Close,
    /// What it does where none is.
    pub close_without_tray: CloseWithoutTray,
    /// Whether the end of a call is told while the window is closed.
    pub notify: bool,
    /// Whether the first steps were taken or waved away.
    pub welcomed: bool,
    /// The protocol that was chosen last.
    pub last_protocol: Option<String>,
    /// The number that stood there last.
    pub last_number: Option<String>,
}

/// Colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Paper.
    Light,
    /// Night.
    Dark,
}

/// What closing the window does where a tray is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Close {
    /// The program stays in the tray.
    #[default]
    Tray,
    /// It ends.
    Quit,
}

/// What closing the window does where no tray is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CloseWithoutTray {
    /// The program ends. A program that runs on without a sign would surprise.
    #[default]
    Quit,
    /// The window is put away, and stays in the list of windows.
    Minimise,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            countdown: true,
            close: Close::Tray,
            close_without_tray: CloseWithoutTray::Quit,
            notify: true,
            welcomed: false,
            last_protocol: None,
            last_number: None,
        }
    }
}

/// Reads them. A file that can't be read counts as none: nothing in it is worth not starting for.
pub(crate) fn read(app: &AppHandle) -> Preferences {
    let kept = store(app).ok().and_then(|store| store.get(KEY));
    kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default()
}

/// Keeps them.
///
/// # Errors
/// When the file can't be written.
pub(crate) fn keep(app: &AppHandle, preferences: &Preferences) -> Result<(), tauri_plugin_store::Error> {
    let store = store(app)?;
    store.set(KEY, serde_json::to_value(preferences)?);
    store.save()
}

fn store(app: &AppHandle) -> Result<std::sync::Arc<Store<tauri::Wry>>, tauri_plugin_store::Error> {
    // With the data: another folder of data has preferences of its own.
    let folder = app.state::<std::sync::Arc<Switchboard>>().data_dir.clone();
    app.store(folder.join(FILE))
}
