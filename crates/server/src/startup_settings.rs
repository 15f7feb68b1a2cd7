//! The owner's choices that must be known before the database is opened: `choices.json` in the data folder. A host's
//! own arguments take precedence.
//!
//! A damaged file doesn't prevent a start. `choices.json.kept` is a copy that is read instead; if both are damaged the
//! choices are lost, which is reported, and no phone rings until they are made again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use benspamsphones_app::whole_file::{self, Readers, words};
use benspamsphones_core::{Mode, Region};
use serde::{Deserialize, Serialize};

use crate::public_choice::PublicChoice;

const FILE: &str = "choices.json";
/// A copy, written after each change and at each start.
const COPY: &str = "choices.json.kept";
const DAMAGED: &str = "choices.json.damaged";

/// The choices; `None` if never chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StartupSettings {
    /// Whether phones ring.
    pub mode: Option<Mode>,
    /// Country of numbers without `+`.
    pub default_region: Option<Region>,
    /// Whether the network can reach the listener, or only this machine.
    pub share: Option<bool>,
    /// Whether it speaks HTTPS with the network.
    pub https: Option<bool>,
    /// How Twilio reaches it.
    pub public_address: Option<PublicChoice>,
}

#[derive(Default, Serialize, Deserialize)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    https: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_address: Option<PublicChoice>,
}

/// The contents of the files.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// The choices.
    pub choices: StartupSettings,
    /// There were choices, but no file is readable.
    pub lost: bool,
}

/// Why the files can't be used.
#[derive(Debug, thiserror::Error)]
pub enum StartupSettingsError {
    /// A file can't be read or written.
    #[error("{}: {}", path.display(), words(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl StartupSettings {
    /// Returns the default if nothing was chosen, or the choices were lost.
    pub(crate) fn read(data_dir: &Path) -> Result<Found, StartupSettingsError> {
        let path = data_dir.join(FILE);
        let Some(text) = read(&path)? else { return Ok(Found { choices: Self::default(), lost: false }) };
        if let Some(choices) = Self::parse(&text) {
            return Ok(Found { choices, lost: false });
        }
        let copy = read(&data_dir.join(COPY)).ok().flatten().and_then(|text| Self::parse(&text));
        match copy {
            Some(choices) => {
                tracing::warn!("{} is damaged, so {COPY} is used instead", path.display());
                Ok(Found { choices, lost: false })
            }
            None => Ok(Found { choices: Self::default(), lost: true }),
        }
    }

    /// Reads the choices as [`StartupSettings::read`] does, and updates the copy.
    pub fn read_and_copy(data_dir: &Path) -> Result<Found, StartupSettingsError> {
        let found = Self::read(data_dir)?;
        let [file, copy] = [FILE, COPY].map(|name| fs::read(data_dir.join(name)).ok());
        if let Some(text) = file.filter(|text| Self::parse(text).is_some() && copy.as_ref() != Some(text))
            && let Err(error) = whole_file::write(&data_dir.join(COPY), &text, Readers::OwnerOnly)
        {
            tracing::warn!(%error, "{COPY} can't be written");
        }
        Ok(found)
    }

    /// Unknown contents count as damage; nothing is guessed.
    fn parse(text: &[u8]) -> Option<Self> {
        let written = serde_json::from_slice::<Written>(text).ok()?;
        let mode = match written.mode.as_deref() {
            None => None,
            Some(text) => Some([Mode::Sandbox, Mode::Live].into_iter().find(|mode| mode.as_str() == text)?),
        };
        let default_region = match written.default_region {
            None => None,
            Some(text) => Some(text.parse().ok()?),
        };
        let public_address = match written.public_address {
            None => None,
            Some(choice) => Some(choice.checked().ok()?),
        };
        let (share, https) = (written.share, written.https);
        Some(Self { mode, default_region, share, https, public_address })
    }

    /// Writes the file atomically. A damaged one is kept under another name.
    pub(crate) fn write(self, data_dir: &Path) -> Result<(), StartupSettingsError> {
        let path = data_dir.join(FILE);
        let io = |source| StartupSettingsError::Io { path: path.clone(), source };
        let written = Written {
            mode: self.mode.map(|mode| mode.as_str().to_owned()),
            default_region: self.default_region.map(|region| region.to_string()),
            share: self.share,
            https: self.https,
            public_address: self.public_address,
        };
        let text = serde_json::to_vec(&written).map_err(|error| io(error.into()))?;
        if read(&path)?.is_some_and(|text| Self::parse(&text).is_none()) {
            fs::rename(&path, data_dir.join(DAMAGED)).map_err(io)?;
        }
        for name in [FILE, COPY] {
            whole_file::write(&data_dir.join(name), &text, Readers::OwnerOnly).map_err(io)?;
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, StartupSettingsError> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StartupSettingsError::Io { path: path.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRANGE: [&str; 6] = [
        "",
        "{\"mode\":\"li",
        "{\"mode\":\"loud\"}",
        "{\"default_region\":\"Atlantis\"}",
        "[1]",
        "{\"public_address\":{\"by\":\"carrier pigeon\"}}",
    ];

    fn chosen() -> StartupSettings {
        StartupSettings {
            mode: Some(Mode::Live),
            default_region: "DE".parse().ok(),
            share: Some(true),
            https: Some(false),
            public_address: Some(PublicChoice::Ngrok { domain: Some("calls.example.com".into()) }),
        }
    }

    fn found(choices: StartupSettings, lost: bool) -> Found {
        Found { choices, lost }
    }

    #[test]
    fn what_was_chosen_is_read_again_and_nothing_is_guessed() {
        let folder = tempfile::tempdir().unwrap();
        let [file, copy, damaged] = [FILE, COPY, DAMAGED].map(|name| folder.path().join(name));
        let read = || StartupSettings::read_and_copy(folder.path()).unwrap();
        assert_eq!(read(), found(StartupSettings::default(), false));
        assert!(!copy.exists());
        chosen().write(folder.path()).unwrap();
        assert_eq!(read(), found(chosen(), false));
        for strange in STRANGE {
            fs::write(&file, strange).unwrap();
            assert_eq!(read(), found(chosen(), false), "the copy holds them: {strange:?}");
        }
        for strange in STRANGE {
            fs::write(&file, strange).unwrap();
            fs::write(&copy, strange).unwrap();
            assert_eq!(read(), found(StartupSettings::default(), true), "{strange:?}");
            assert_eq!(fs::read(&file).unwrap(), strange.as_bytes(), "nothing is written for the owner");
        }
        let german = StartupSettings { default_region: "DE".parse().ok(), ..StartupSettings::default() };
        german.clone().write(folder.path()).unwrap();
        assert_eq!(read(), found(german, false));
        assert_eq!(fs::read_to_string(&damaged).unwrap(), STRANGE[5]);
        fs::remove_file(&file).unwrap();
        assert_eq!(read(), found(StartupSettings::default(), false));
    }

    #[test]
    fn a_file_of_an_earlier_version_gets_its_copy_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        chosen().write(folder.path()).unwrap();
        fs::remove_file(folder.path().join(COPY)).unwrap();
        StartupSettings::read_and_copy(folder.path()).unwrap();
        fs::write(folder.path().join(FILE), "").unwrap();
        assert_eq!(StartupSettings::read(folder.path()).unwrap(), found(chosen(), false));
    }
}
