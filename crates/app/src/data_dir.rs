//! The folder with all data of this installation, and its lock.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::whole_file::{self, Readers, words};

/// The data folder, locked by this program.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    /// The system releases them even after a crash.
    _locks: Vec<File>,
}

/// Why the data folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another program holds the lock.
    #[error("{} is in use by another BenSpamsPhones. Quit that one first, or choose another folder with \
             --data-dir", .0.display())]
    InUse(PathBuf),
    /// The lock is a link, a folder or something else that isn't a plain file.
    #[error("{} is not a plain file, so it can't lock this folder. Remove it and start again", .0.display())]
    StrangeLock(PathBuf),
    /// It can't be created or written.
    #[error("{}: {}", path.display(), words(source))]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// How the owner's own programs reach the running server. Only the owner can read this file.
#[derive(Serialize, Deserialize)]
pub struct OwnerFile {
    /// Address of the LAN listener.
    pub url: Url,
    token: String,
}

impl OwnerFile {
    /// The owner's Bearer token.
    pub fn token(&self) -> SecretString {
        self.token.clone().into()
    }

    /// Reads the file of a running server; `None` if there is none.
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
    /// Creates the folder if needed, readable only by its owner, and locks it.
    ///
    /// Locks both the folder and a file in it: the file can be deleted while a program holds it, and the next program
    /// would lock a new one of the same name.
    ///
    /// # Errors
    /// When it can't be created, another program holds it, or the lock isn't a plain file.
    pub fn open(path: &Path) -> Result<Self, DataDirError> {
        whole_file::make_private_folder(path).map_err(|error| io_error(path, error))?;
        let mut locks = Vec::new();
        #[cfg(unix)]
        locks.extend(lock_folder(path)?);
        let lock_path = path.join("lock");
        let lock = open_lock(&lock_path)?;
        match lock.try_lock() {
            Ok(()) => locks.push(lock),
            Err(TryLockError::WouldBlock) => return Err(DataDirError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(io_error(&lock_path, error)),
        }
        for folder in [path.to_owned(), path.join("tls")] {
            whole_file::remove_unfinished(&folder);
        }
        Ok(Self { path: path.to_owned(), _locks: locks })
    }

    /// Writes the file through which the owner's programs reach this server.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write_owner_file(&self, url: &Url, token: &SecretString) -> Result<(), DataDirError> {
        let path = self.path.join(OWNER_FILE);
        let file = OwnerFile { url: url.clone(), token: token.expose_secret().to_owned() };
        let written = serde_json::to_vec(&file).map_err(io::Error::from);
        written
            .and_then(|text| whole_file::write(&path, &text, Readers::OwnerOnly))
            .map_err(|error| io_error(&path, error))
    }

    /// Removes the file at shutdown.
    pub fn remove_owner_file(&self) {
        // If it stays, the token in it is no longer valid.
        let _ = fs::remove_file(self.path.join(OWNER_FILE));
    }
}

/// Not every file system can lock a folder, as some network ones can't; there the lock file has to do.
#[cfg(unix)]
fn lock_folder(path: &Path) -> Result<Option<File>, DataDirError> {
    let folder = File::open(path).map_err(|error| io_error(path, error))?;
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => Err(DataDirError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => {
            tracing::debug!(%error, "the folder can't be locked, only the file in it");
            Ok(None)
        }
    }
}

/// Doesn't follow a link, block on a pipe or truncate a file.
#[cfg(unix)]
fn open_lock(path: &Path) -> Result<File, DataDirError> {
    use rustix::fs::{Mode, OFlags, open};
    use rustix::io::Errno;
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let lock = match open(path, flags, Mode::RUSR | Mode::WUSR) {
        Ok(lock) => File::from(lock),
        // A link, a folder, or a missing device.
        Err(Errno::LOOP | Errno::MLINK | Errno::ISDIR | Errno::NXIO | Errno::NODEV) => {
            return Err(DataDirError::StrangeLock(path.to_owned()));
        }
        Err(error) => return Err(io_error(path, error.into())),
    };
    let about = lock.metadata().map_err(|error| io_error(path, error))?;
    if about.is_file() { Ok(lock) } else { Err(DataDirError::StrangeLock(path.to_owned())) }
}

#[cfg(not(unix))]
fn open_lock(path: &Path) -> Result<File, DataDirError> {
    if fs::symlink_metadata(path).is_ok_and(|about| !about.is_file()) {
        return Err(DataDirError::StrangeLock(path.to_owned()));
    }
    let opened = fs::OpenOptions::new().write(true).create(true).truncate(false).open(path);
    opened.map_err(|error| io_error(path, error))
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
        // Deleting the file must not let a second program in.
        #[cfg(unix)]
        {
            fs::remove_file(path.join("lock")).unwrap();
            assert!(matches!(DataDir::open(&path), Err(DataDirError::InUse(_))));
        }
        drop(held);
        DataDir::open(&path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_program_of_before_is_seen_too_and_only_a_plain_file_is_a_lock() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("lock");
        // Earlier versions locked only the file.
        let earlier = File::create(&lock).unwrap();
        earlier.try_lock().unwrap();
        assert!(matches!(DataDir::open(folder.path()), Err(DataDirError::InUse(_))));
        drop(earlier);
        fs::remove_file(&lock).unwrap();

        let diary = folder.path().join("diary");
        fs::write(&diary, "dear diary").unwrap();
        std::os::unix::fs::symlink(&diary, &lock).unwrap();
        assert!(matches!(DataDir::open(folder.path()), Err(DataDirError::StrangeLock(_))));
        assert_eq!(fs::read(&diary).unwrap(), b"dear diary");
        fs::remove_file(&lock).unwrap();
        std::os::unix::fs::symlink(folder.path().join("nothing"), &lock).unwrap();
        assert!(matches!(DataDir::open(folder.path()), Err(DataDirError::StrangeLock(_))));
        assert!(!folder.path().join("nothing").exists());
        fs::remove_file(&lock).unwrap();
        fs::create_dir(&lock).unwrap();
        assert!(matches!(DataDir::open(folder.path()), Err(DataDirError::StrangeLock(_))));
        fs::remove_dir(&lock).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&lock).status().unwrap();
        assert!(made.success());
        assert!(matches!(DataDir::open(folder.path()), Err(DataDirError::StrangeLock(_))));
        fs::remove_file(&lock).unwrap();
        DataDir::open(folder.path()).unwrap();
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
