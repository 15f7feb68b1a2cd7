//! Whether the program starts with the session.
//!
//! On Linux this is an entry in the desktop's autostart folder (freedesktop.org, Desktop Application Autostart
//! Specification). The plugin's own ignores `XDG_CONFIG_HOME`.

#[cfg(target_os = "linux")]
use std::path::{Path, PathBuf};

use tauri::AppHandle;

use crate::arguments::Arguments;
use crate::command_error::CommandError;

/// What a start with the session is given: the tray, and the same data.
pub(crate) fn arguments(given: &Arguments) -> Vec<String> {
    let folder = given.data_dir.as_deref().map(|folder| std::path::absolute(folder).unwrap_or(folder.into()));
    let folder = folder.map(|folder| ["--data-dir".to_owned(), folder.display().to_string()]);
    std::iter::once("--hidden".to_owned()).chain(folder.into_iter().flatten()).collect()
}

#[cfg(target_os = "linux")]
pub(crate) struct Autostart {
    /// The entry, if there is a folder for it.
    file: Option<PathBuf>,
    entry: String,
}

#[cfg(target_os = "linux")]
impl Autostart {
    pub(crate) fn of(arguments: &[String]) -> Self {
        let folder = directories::BaseDirs::new().map(|dirs| dirs.config_dir().join("autostart"));
        // An AppImage runs from a folder that is gone afterwards.
        let image = std::env::var_os("APPIMAGE").map(PathBuf::from);
        let program = image.or_else(|| std::env::current_exe().ok()).unwrap_or("benspamsphones".into());
        Self {
            file: folder.map(|folder| folder.join("BenSpamsPhones.desktop")),
            entry: entry(&program, arguments),
        }
    }

    fn set(&self, on: bool) -> std::io::Result<()> {
        use std::io::{Error, ErrorKind};
        let file = self.file.as_deref().ok_or_else(|| Error::from(ErrorKind::NotFound))?;
        if on {
            std::fs::create_dir_all(file.parent().unwrap_or(Path::new("/")))?;
            return std::fs::write(file, &self.entry);
        }
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn is_on(&self) -> bool {
        // Desktops switch an entry off by a line in it.
        let entry = self.file.as_deref().and_then(|file| std::fs::read_to_string(file).ok());
        entry.is_some_and(|entry| {
            let off = ["Hidden=true", "X-GNOME-Autostart-enabled=false"];
            !entry.lines().any(|line| off.contains(&line.trim()))
        })
    }
}

#[cfg(target_os = "linux")]
fn entry(program: &Path, arguments: &[String]) -> String {
    let program = program.display().to_string();
    let words = std::iter::once(&program).chain(arguments).map(|word| quoted(word)).collect::<Vec<_>>();
    let exec = words.join(" ");
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.0\nName=BenSpamsPhones\nExec={exec}\nTerminal=false\n"
    )
}

/// As the Desktop Entry Specification has it: quoted, and then escaped once more as a value.
#[cfg(target_os = "linux")]
fn quoted(word: &str) -> String {
    let mut quoted = String::from("\"");
    for sign in word.chars() {
        match sign {
            '%' => quoted.push_str("%%"),
            '\\' => quoted.push_str("\\\\\\\\"),
            '"' | '`' | '$' => quoted.extend(['\\', '\\', sign]),
            _ => quoted.push(sign),
        }
    }
    quoted + "\""
}

#[cfg(target_os = "linux")]
pub(crate) fn set(app: &AppHandle, on: bool) -> Result<(), CommandError> {
    use tauri::Manager as _;
    Ok(app.state::<Autostart>().set(on)?)
}

#[cfg(target_os = "linux")]
pub(crate) fn is_on(app: &AppHandle) -> bool {
    use tauri::Manager as _;
    app.state::<Autostart>().is_on()
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn set(app: &AppHandle, on: bool) -> Result<(), CommandError> {
    use tauri_plugin_autostart::ManagerExt as _;
    let launch = app.autolaunch();
    Ok(if on { launch.enable() } else { launch.disable() }?)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn is_on(app: &AppHandle) -> bool {
    use tauri_plugin_autostart::ManagerExt as _;
    app.autolaunch().is_enabled().unwrap_or(false)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn a_start_with_the_session_has_the_same_data() {
        let given = |words: &[&str]| {
            arguments(&Arguments::try_parse_from(["benspamsphones"].iter().chain(words)).unwrap())
        };
        assert_eq!(given(&["--data-dir", "/srv/my calls"]), ["--hidden", "--data-dir", "/srv/my calls"]);
        let entry = entry(Path::new("/opt/a b"), &given(&["--data-dir", r#"/srv/100% "$x" \"#]));
        let exec = r#"Exec="/opt/a b" "--hidden" "--data-dir" "/srv/100%% \\"\\$x\\" \\\\""#;
        assert!(entry.lines().any(|line| line == exec), "{entry}");
    }

    #[test]
    fn an_entry_is_written_read_and_removed() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("autostart/BenSpamsPhones.desktop");
        let autostart =
            Autostart { file: Some(file.clone()), entry: entry(Path::new("/bin/x"), &["--hidden".into()]) };
        assert!(!autostart.is_on());
        autostart.set(false).unwrap();
        autostart.set(true).unwrap();
        assert!(autostart.is_on());
        let off = std::fs::read_to_string(&file).unwrap() + "Hidden=true\n";
        std::fs::write(&file, off).unwrap();
        assert!(!autostart.is_on(), "the desktop switched it off");
        autostart.set(true).unwrap();
        assert!(autostart.is_on());
        autostart.set(false).unwrap();
        assert!(!file.exists());
    }
}
