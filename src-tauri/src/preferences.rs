//! What a person prefers of the window and the tray. It is kept beside the data, and no server asks it.

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

/// The preferences. What was never chosen is as it was delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Preferences {
    /// The language of window, tray and notifications.
    pub language: Language,
    /// Light, dark, or as the system is.
    pub theme: Theme,
    /// Whether the tray and quick dial count down before they ring somebody.
    pub countdown: bool,
    /// What closing the window does where a tray is shown.
    pub close: Close,
    /// What it does where none is.
    pub close_without_tray: CloseWithoutTray,
    /// Whether the end of a call that was answered is told while nobody looks at the window.
    pub notify: bool,
    /// Whether it is told that a call is answered.
    pub notify_answered: bool,
    /// Whether it is told that nobody was reached.
    pub notify_failed: bool,
    /// Whether that is heard, too.
    pub notify_sound: bool,
    /// Whether the first steps were taken or waved away.
    pub welcomed: bool,
    /// The protocol that was chosen last.
    pub last_protocol: Option<String>,
    /// The number that stood there last.
    pub last_number: Option<String>,
}

/// A language that is spoken here, or the system's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Language {
    /// As the system is.
    #[default]
    System,
    /// English.
    En,
    /// German.
    De,
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
    store.save()?;
    let path = path(app);
    // Without the copy they are kept all the same.
    if let Err(error) = keep_copy(&path) {
        tracing::warn!(%error, "the preferences have no copy");
    }
    Ok(())
}

/// The store writes its file in place, so a program that is killed right then, or a power failure, leaves half of it. A
/// whole one lies next to it.
fn keep_copy(path: &Path) -> io::Result<()> {
    whole_file::write(&path.with_extension("kept"), &fs::read(path)?, Readers::OwnerOnly)
}

/// Puts the copy in the place of a file that isn't whole.
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
    // With the data: another folder of data has preferences of its own.
    app.state::<Arc<Switchboard>>().data_dir.join(FILE)
}

fn store(app: &AppHandle) -> Result<Arc<Store<tauri::Wry>>, tauri_plugin_store::Error> {
    static MENDED: Once = Once::new();
    let path = path(app);
    // Before the store reads it for the first time.
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
