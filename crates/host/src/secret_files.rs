//! Where the value of a documented variable comes from: from the variable, from the file that `NAME_FILE` names (as containers
//! pass secrets), or from a credential of systemd, which is a file called `NAME` in `$CREDENTIALS_DIRECTORY`.
//!
//! No error holds anything of a file's content.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use secrecy::SecretString;

/// Longer than any credential; a larger file is the wrong one.
const MAX_BYTES: usize = 16 * 1024;

/// Why a value can't be had.
#[derive(Debug, thiserror::Error)]
pub enum BadSecret {
    /// Two places have it, and they may differ.
    #[error("{name} is set twice, by {first} and by {second}: keep one of them")]
    Twice {
        /// The variable.
        name: &'static str,
        /// A place.
        first: Origin,
        /// Another place.
        second: Origin,
    },
    /// The file is missing, or this user may not read it.
    #[error("{origin} can't be read: {source}")]
    Unreadable {
        /// The file.
        origin: Origin,
        /// The system's words.
        source: io::Error,
    },
    /// The file doesn't hold one line of text.
    #[error("{origin} {what}")]
    Unfit {
        /// The file.
        origin: Origin,
        /// What it is instead.
        what: &'static str,
    },
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The variable.
    Variable(&'static str),
    /// The file that the variable with `_FILE` at its end names.
    File(&'static str, PathBuf),
    /// A credential of systemd.
    Credential(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            Self::File(name, path) => write!(f, "{name}_FILE ({})", path.display()),
            Self::Credential(path) => write!(f, "systemd's credential {}", path.display()),
        }
    }
}

/// A value with its origin.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) value: SecretString,
    pub(crate) origin: Origin,
}

/// Looks in all three places; `None` when none of them has it. An empty variable counts as missing, an empty file doesn't.
pub(crate) fn look_up(
    name: &'static str,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<Found>, BadSecret> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let given = set(name).and_then(|value| value.into_string().ok());
    let file = set(&format!("{name}_FILE")).map(|path| Origin::File(name, path.into()));
    let credential = set("CREDENTIALS_DIRECTORY").map(|folder| Path::new(&folder).join(name));
    // The folder holds only what the service was given.
    let credential = credential.filter(|path| path.symlink_metadata().is_ok()).map(Origin::Credential);
    let variable = given.as_ref().map(|_| Origin::Variable(name));
    let mut origins = [variable, file, credential].into_iter().flatten();
    let Some(origin) = origins.next() else { return Ok(None) };
    if let Some(second) = origins.next() {
        return Err(BadSecret::Twice { name, first: origin, second });
    }
    let value = match (&origin, given) {
        (Origin::File(_, path) | Origin::Credential(path), _) => match read(path) {
            Ok(value) => value,
            Err(Reading::Failed(source)) => return Err(BadSecret::Unreadable { origin, source }),
            Err(Reading::Unfit(what)) => return Err(BadSecret::Unfit { origin, what }),
        },
        (Origin::Variable(_), given) => given.unwrap_or_default(),
    };
    Ok(Some(Found { value: value.into(), origin }))
}

enum Reading {
    Failed(io::Error),
    Unfit(&'static str),
}

impl From<io::Error> for Reading {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// One line of text, without the line break at its end. Only of a plain file: a pipe could be read once, and a restart reads again.
fn read(path: &Path) -> Result<String, Reading> {
    if !fs::metadata(path)?.is_file() {
        return Err(Reading::Unfit("is not a file"));
    }
    let mut bytes = Vec::with_capacity(MAX_BYTES + 1);
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_BYTES {
        return Err(Reading::Unfit("is larger than 16 KB, so it is no credential"));
    }
    let Ok(mut text) = String::from_utf8(bytes) else { return Err(Reading::Unfit("is not text in UTF-8")) };
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    if text.is_empty() {
        return Err(Reading::Unfit("is empty"));
    }
    if text.chars().any(char::is_control) {
        return Err(Reading::Unfit("has more than one line, or control characters"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use secrecy::ExposeSecret as _;

    use super::*;

    const NAME: &str = "TWILIO_TOKEN";

    struct Place {
        folder: tempfile::TempDir,
        variables: HashMap<&'static str, OsString>,
    }

    impl Place {
        fn new() -> Self {
            Self { folder: tempfile::tempdir().unwrap(), variables: HashMap::new() }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn set(&mut self, name: &'static str, value: impl Into<OsString>) -> &mut Self {
            self.variables.insert(name, value.into());
            self
        }

        fn file(content: &[u8]) -> Self {
            let mut place = Self::new();
            let path = place.path("secret");
            fs::write(&path, content).unwrap();
            place.set("TWILIO_TOKEN_FILE", path);
            place
        }

        fn look_up(&self) -> Result<Option<Found>, BadSecret> {
            look_up(NAME, |name| self.variables.get(name).cloned())
        }

        fn value(&self) -> String {
            self.look_up().unwrap().unwrap().value.expose_secret().to_owned()
        }

        fn refusal(&self) -> String {
            self.look_up().unwrap_err().to_string()
        }
    }

    #[test]
    fn one_line_break_at_the_end_is_cut_and_nothing_else() {
        let cases: [(&[u8], &str); 4] =
            [(b"hush", "hush"), (b"hush\n", "hush"), (b"hush\r\n", "hush"), (b" hu sh \n", " hu sh ")];
        for (content, value) in cases {
            assert_eq!(Place::file(content).value(), value);
        }
    }

    #[test]
    fn each_place_has_it_alone() {
        let mut place = Place::new();
        assert!(place.look_up().unwrap().is_none());
        place.set(NAME, "");
        assert!(place.look_up().unwrap().is_none(), "an empty variable is none");
        place.set(NAME, "hush");
        assert_eq!(place.value(), "hush");

        let mut place = Place::new();
        place.set("CREDENTIALS_DIRECTORY", place.folder.path().to_owned());
        assert!(place.look_up().unwrap().is_none(), "systemd gave another credential");
        fs::write(place.path(NAME), "hush\n").unwrap();
        assert_eq!(place.value(), "hush");
        let origin = place.look_up().unwrap().unwrap().origin;
        assert_eq!(origin.to_string(), format!("systemd's credential {}", place.path(NAME).display()));
    }

    #[test]
    fn two_places_are_refused_by_name_and_without_a_value() {
        let file = |place: &Place| format!("TWILIO_TOKEN_FILE ({})", place.path("secret").display());
        let mut both = Place::file(b"hush");
        both.set(NAME, "hush");
        let said = both.refusal();
        assert!(said.contains("TWILIO_TOKEN is set twice") && said.contains(&file(&both)), "{said}");
        assert!(!said.contains("hush"), "{said}");

        let mut both = Place::file(b"hush");
        fs::write(both.path(NAME), "hush").unwrap();
        both.set("CREDENTIALS_DIRECTORY", both.folder.path().to_owned());
        let said = both.refusal();
        assert!(said.contains("credential") && said.contains(&file(&both)), "{said}");
    }

    #[test]
    fn a_file_that_holds_no_credential_is_named_and_not_quoted() {
        for (content, why) in [
            (b"".as_slice(), "empty"),
            (b"\n", "empty"),
            (b"hush\nhush\n", "more than one line"),
            (b"hush\0", "control"),
            (b"hush\xff", "UTF-8"),
            (&[b'h'; MAX_BYTES + 1], "16 KB"),
        ] {
            let place = Place::file(content);
            let said = place.refusal();
            assert!(said.contains("TWILIO_TOKEN_FILE") && said.contains(why), "{said}");
            assert!(said.contains(&place.path("secret").display().to_string()), "{said}");
            assert!(!said.contains("hush"), "{said}");
        }
        let mut place = Place::new();
        place.set("TWILIO_TOKEN_FILE", place.path("nowhere"));
        assert!(place.refusal().contains("nowhere) can't be read"), "{}", place.refusal());
        place.set("TWILIO_TOKEN_FILE", place.folder.path().to_owned());
        assert!(place.refusal().contains("is not a file"), "{}", place.refusal());
    }

    #[test]
    fn the_longest_is_taken_whole() {
        assert_eq!(Place::file(&[b'h'; MAX_BYTES]).value().len(), MAX_BYTES);
    }
}
