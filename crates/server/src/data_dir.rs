//! The folder that holds everything this installation keeps, and its one lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

/// The folder, held by one running program.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    /// Held as long as the program runs; the system lets go of it even after a crash.
    _lock: File,
}

/// Why the folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another program has it.
    #[error("{} is in use by another BenSpamsPhones; two at once would ask Twilio twice about every call", .0.display())]
    InUse(PathBuf),
    /// It can't be made or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
}

/// How the owner's own programs reach the running server. Only the owner can read it.
#[derive(Serialize, Deserialize)]
pub struct OwnerFile {
    /// Address of the LAN listener.
    pub url: Url,
    token: String,
}

impl OwnerFile {
    /// The token that stands for the owner, sent as Bearer.
    pub fn token(&self) -> SecretString {
        self.token.clone().into()
    }

    /// Reads the file of a running server; `None` when no server has left one.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn read(data_dir: &Path) -> Result<Option<Self>, DataDirError> {
        let path = data_dir.join(OWNER_FILE);
        match fs::read(&path) {
            Ok(text) => {
                serde_json::from_slice(&text).map(Some).map_err(|error| io_error(&path, error.into()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error(&path, error)),
        }
    }
}

const OWNER_FILE: &str = "owner.json";

impl DataDir {
    /// Makes the folder if there is none, readable by its owner alone, and takes its lock.
    ///
    /// # Errors
    /// When it can't be made, or another program holds it.
    pub fn open(path: &Path) -> Result<Self, DataDirError> {
        make_private_dir(path).map_err(|error| io_error(path, error))?;
        let lock_path = path.join("lock");
        let lock = File::create(&lock_path).map_err(|error| io_error(&lock_path, error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(io_error(&lock_path, error)),
        }
    }

    /// Tells the owner's programs how to reach this server.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write_owner_file(&self, url: &Url, token: &SecretString) -> Result<(), DataDirError> {
        let path = self.path.join(OWNER_FILE);
        let file = OwnerFile { url: url.clone(), token: token.expose_secret().to_owned() };
        write_private(&path, &file).map_err(|error| io_error(&path, error))
    }

    /// Takes the file away again: nobody answers there any more.
    pub fn remove_owner_file(&self) {
        // If it can't be removed, the token in it is one that nothing takes after this.
        let _ = fs::remove_file(self.path.join(OWNER_FILE));
    }
}

pub(crate) fn make_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Written beside and renamed, so that a reader never sees half of it, and private from its first byte on.
pub(crate) fn write_private(path: &Path, content: &impl Serialize) -> io::Result<()> {
    write_private_bytes(path, &serde_json::to_vec(content)?)
}

/// As [`write_private`], of what is already bytes.
pub(crate) fn write_private_bytes(path: &Path, content: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(content)?;
    fs::rename(&beside, path)
}

fn io_error(path: &Path, source: io::Error) -> DataDirError {
    DataDirError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_program_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let held = DataDir::open(&path).unwrap();
        assert!(matches!(DataDir::open(&path), Err(DataDirError::InUse(_))));
        drop(held);
        DataDir::open(&path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_the_token() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let data_dir = DataDir::open(&path).unwrap();
        data_dir.write_owner_file(&"http://127.0.0.1:9001".parse().unwrap(), &"secret".into()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&path.join(OWNER_FILE))), (0o700, 0o600));
        assert_eq!(OwnerFile::read(&path).unwrap().unwrap().token().expose_secret(), "secret");
        data_dir.remove_owner_file();
        assert!(OwnerFile::read(&path).unwrap().is_none());
    }
}
