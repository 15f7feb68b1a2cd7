//! Preferences for the window and the tray. They are stored next to the data; the server doesn't use them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};
use std::{fs, io};

use benspamsphones_app::whole_file::{self, Readers};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_store::{Store, StoreExt as _};

use crate::switchboard::Switchboard;

const FILE: &str = "preferences.json";
const KEY: &str = "preferences";
/// Not one of the preferences: the page writes those as a whole.
const TOLD_OF_TRAY: &str = "told_of_tray";

/// Anything never chosen has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Preferences {
    /// Of window, tray and notifications.
    pub language: Language,
    /// Light, dark, or the system's.
    pub theme: Theme,
    /// Whether the tray and quick dial count down before they call.
    pub countdown: bool,
    /// What closing the window does if the tray is shown.
    pub close: Close,
    /// What it does otherwise.
    pub close_without_tray: CloseWithoutTray,
    /// Whether to notify when an answered call ends.
    pub notify: bool,
    /// When a call is answered.
    pub notify_answered: bool,
    /// When a call fails or isn't answered.
    pub notify_failed: bool,
    /// Whether notifications have a sound.
    pub notify_sound: bool,
    /// Whether the welcome steps were completed or skipped.
    pub welcomed: bool,
    /// The protocol that was last chosen.
    pub last_protocol: Option<String>,
    /// The number that was last entered.
    pub last_number: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Language {
    #[default]
    System,
    En,
    De,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Close {
    #[default]
    Tray,
    Quit,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CloseWithoutTray {
    /// A program that continues without any sign would surprise.
    #[default]
    Quit,
    Minimise,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: Language::System,
            theme: Theme::System,
            countdown: true,
            close: Close::Tray,
            close_without_tray: CloseWithoutTray::Quit,
            notify: true,
            notify_answered: true,
            notify_failed: true,
            notify_sound: false,
            welcomed: false,
            last_protocol: None,
            last_number: None,
        }
    }
}

/// An unreadable file counts as missing: nothing in it is worth not starting for.
pub(crate) fn read(app: &AppHandle) -> Preferences {
    let kept = store(app).ok().and_then(|store| store.get(KEY));
    kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default()
}

pub(crate) fn keep(app: &AppHandle, preferences: &Preferences) -> Result<(), tauri_plugin_store::Error> {
    let store = store(app)?;
    store.set(KEY, serde_json::to_value(preferences)?);
    store.save()?;
    let path = path(app);
    if let Err(error) = keep_copy(&path) {
        tracing::warn!(%error, "the preferences have no copy");
    }
    Ok(())
}

/// Whether the window has never been closed to the tray before; remembers that it now was.
pub(crate) fn is_first_time_in_tray(app: &AppHandle) -> bool {
    let Ok(store) = store(app) else { return false };
    if store.get(TOLD_OF_TRAY).is_some() {
        return false;
    }
    store.set(TOLD_OF_TRAY, true);
    if let Err(error) = store.save() {
        tracing::warn!(%error, "the first close to the tray is not remembered");
    }
    true
}

/// The store writes its file in place, so a kill or a power failure can leave half of it. The copy is written
/// atomically.
fn keep_copy(path: &Path) -> io::Result<()> {
    whole_file::write(&path.with_extension("kept"), &fs::read(path)?, Readers::OwnerOnly)
}

fn mend(path: &Path) -> io::Result<()> {
    let is_whole =
        |text: &[u8]| serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(text).is_ok();
    match fs::read(path) {
        Ok(text) if !is_whole(&text) => fs::copy(path.with_extension("kept"), path).map(drop),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn path(app: &AppHandle) -> PathBuf {
    // With the data: another data folder has its own preferences.
    app.state::<Arc<Switchboard>>().data_dir.join(FILE)
}

fn store(app: &AppHandle) -> Result<Arc<Store<tauri::Wry>>, tauri_plugin_store::Error> {
    static MENDED: Once = Once::new();
    let path = path(app);
    // Before the store first reads it.
    MENDED.call_once(|| {
        if let Err(error) = mend(&path) {
            tracing::warn!(%error, "the preferences could not be mended");
        }
    });
    app.store(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_file_gives_way_to_the_whole_one_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        mend(&path).unwrap();
        fs::write(&path, r#"{"preferences": {"theme": "dark"}}"#).unwrap();
        keep_copy(&path).unwrap();
        mend(&path).unwrap();
        let whole = fs::read(&path).unwrap();
        for half in ["", r#"{"preferences": {"th"#] {
            fs::write(&path, half).unwrap();
            mend(&path).unwrap();
            assert_eq!(fs::read(&path).unwrap(), whole, "{half:?}");
        }
    }
}
