//! What the owner chose in Settings and what must be known before the database is opened: `choices.json` in the data
//! folder. A host that was told otherwise doesn't ask it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use benspamsphones_core::{Mode, Region};
use serde::{Deserialize, Serialize};

use crate::data_dir::write_private;
use crate::tunnel::PublicChoice;

const FILE: &str = "choices.json";

/// The choices. What was never chosen is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Choices {
    /// Whether phones ring.
    pub mode: Option<Mode>,
    /// Country of numbers without `+`.
    pub default_region: Option<Region>,
    /// Whether the network can reach the listener, or this machine alone.
    pub share: Option<bool>,
    /// Whether it speaks HTTPS with the network.
    pub https: Option<bool>,
    /// How Twilio reaches it.
    pub public_address: Option<PublicChoice>,
}

/// The file as it is written.
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

/// Why the file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ChoicesError {
    /// It can't be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// It holds something else. Guessing could ring phones.
    #[error("{} doesn't hold what Settings writes there; delete it to choose anew", .0.display())]
    Strange(PathBuf),
}

impl Choices {
    /// Reads the file; the default where there is none.
    pub(crate) fn read(data_dir: &Path) -> Result<Self, ChoicesError> {
        let path = data_dir.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(ChoicesError::Io { path, source }),
        };
        let parsed = serde_json::from_slice::<Written>(&text).ok().and_then(|written| {
            let mode = match written.mode.as_deref() {
                None => None,
                Some(text) => {
                    Some([Mode::Sandbox, Mode::Live].into_iter().find(|mode| mode.as_str() == text)?)
                }
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
        });
        parsed.ok_or(ChoicesError::Strange(path))
    }

    /// Writes the file, whole or not at all.
    pub(crate) fn write(self, data_dir: &Path) -> Result<(), ChoicesError> {
        let path = data_dir.join(FILE);
        let written = Written {
            mode: self.mode.map(|mode| mode.as_str().to_owned()),
            default_region: self.default_region.map(|region| region.to_string()),
            share: self.share,
            https: self.https,
            public_address: self.public_address,
        };
        write_private(&path, &written).map_err(|source| ChoicesError::Io { path, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_read_again_and_nothing_is_guessed() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Choices::read(folder.path()).unwrap(), Choices::default());
        let chosen = Choices {
            mode: Some(Mode::Live),
            default_region: "DE".parse().ok(),
            share: Some(true),
            https: Some(false),
            public_address: Some(PublicChoice::Ngrok { domain: Some("calls.example.com".into()) }),
        };
        chosen.clone().write(folder.path()).unwrap();
        assert_eq!(Choices::read(folder.path()).unwrap(), chosen);
        for strange in [
            "",
            "{\"mode\":\"loud\"}",
            "{\"default_region\":\"Atlantis\"}",
            "[1]",
            "{\"public_address\":{\"by\":\"carrier pigeon\"}}",
        ] {
            fs::write(folder.path().join(FILE), strange).unwrap();
            assert!(matches!(Choices::read(folder.path()), Err(ChoicesError::Strange(_))), "{strange:?}");
        }
    }
}
