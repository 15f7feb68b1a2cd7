//! What a person prefers of the window and the tray. It is kept beside the data, and no server asks it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use benspamsphones_server::whole_file::{self, Readers};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager as _};

use crate::switchboard::Switchboard;

const FILE: &str = "preferences.json";

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

/// The file as it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    preferences: Preferences,
}

/// Why they can't be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PreferencesError {
    /// The file can't be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// They can't be put as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Reads them. A file that can't be read counts as none: nothing in it is worth not starting for.
pub(crate) fn read(app: &AppHandle) -> Preferences {
    read_file(&path(app))
}

/// Keeps them.
///
/// # Errors
/// When the file can't be written.
pub(crate) fn keep(app: &AppHandle, preferences: &Preferences) -> Result<(), PreferencesError> {
    keep_file(&path(app), preferences)
}

fn keep_file(path: &Path, preferences: &Preferences) -> Result<(), PreferencesError> {
    let text = serde_json::to_vec_pretty(&Written { preferences: preferences.clone() })?;
    Ok(whole_file::write(path, &text, Readers::OwnerOnly)?)
}

fn read_file(path: &Path) -> Preferences {
    let parsed = |path: &Path| {
        let text = fs::read(path).ok()?;
        serde_json::from_slice::<Written>(&text).map(|written| written.preferences).ok()
    };
    let kept = parsed(path).or_else(|| {
        // Earlier versions wrote in place, and had a whole copy of what they could leave half of.
        if path.exists() { parsed(&path.with_extension("kept")) } else { None }
    });
    kept.unwrap_or_default()
}

fn path(app: &AppHandle) -> PathBuf {
    // With the data: another folder of data has preferences of its own.
    app.state::<Arc<Switchboard>>().data_dir.join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_preferred_is_read_again_also_from_half_a_file_of_an_earlier_version() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        assert_eq!(read_file(&path), Preferences::default());
        let dark = Preferences { theme: Theme::Dark, ..Preferences::default() };
        keep_file(&path, &dark).unwrap();
        assert_eq!(read_file(&path), dark);
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(names, [path.clone()]);
        let light = r#"{"preferences": {"theme": "light"}}"#;
        fs::write(path.with_extension("kept"), light).unwrap();
        assert_eq!(read_file(&path), dark);
        for half in ["", r#"{"preferences": {"th"#] {
            fs::write(&path, half).unwrap();
            assert_eq!(read_file(&path).theme, Theme::Light, "{half:?}");
        }
        fs::write(path.with_extension("kept"), "").unwrap();
        assert_eq!(read_file(&path), Preferences::default());
    }
}
