//! Small files that are written completely or not at all, even if the power fails.
//!
//! New content goes into another file in the same folder. That file is synced and renamed, and then the folder is
//! synced. So a reader, even after a power cut, sees either the old content or all of the new.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

const UNFINISHED: (&str, &str) = (".bsp-", ".new");

/// Who may read the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Only the user who runs this.
    OwnerOnly,
    /// Those who could read the file before. A new file is only for the user who runs this.
    AsBefore,
}

/// A file in progress. Dropped before [`WholeFile::finish`], it leaves the old file unchanged.
#[derive(Debug)]
pub struct WholeFile {
    file: File,
    /// `None` if the target is a device or a pipe, which can't be replaced.
    rename: Option<Rename>,
}

#[derive(Debug)]
struct Rename {
    unfinished: PathBuf,
    to: PathBuf,
}

impl WholeFile {
    /// Starts a file. Follows a link, so that it stays a link.
    ///
    /// # Errors
    /// When no file can be created in that folder.
    pub fn create(path: &Path, readers: Readers) -> io::Result<Self> {
        let to = target(path)?;
        let before = match fs::metadata(&to) {
            Ok(before) => Some(before),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            let file = OpenOptions::new().write(true).open(&to)?;
            return Ok(Self { file, rename: None });
        }
        let unfinished = unfinished_beside(&to);
        // Left by a killed process with the same id.
        let _ = fs::remove_file(&unfinished);
        let file = create_private(&unfinished)?;
        let made = Self { file, rename: Some(Rename { unfinished, to }) };
        if let (Readers::AsBefore, Some(before)) = (readers, before) {
            made.file.set_permissions(before.permissions())?;
        }
        Ok(made)
    }

    /// The file, for code that writes in its own way.
    ///
    /// # Errors
    /// When the system can't duplicate the handle.
    pub fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Renames the file, which replaces the old one.
    ///
    /// # Errors
    /// When it can't be synced or renamed.
    pub fn finish(mut self) -> io::Result<()> {
        let Some(rename) = self.rename.take() else { return Ok(()) };
        let renamed = self.file.sync_all().and_then(|()| fs::rename(&rename.unfinished, &rename.to));
        if renamed.is_err() {
            self.rename = Some(rename);
            return renamed;
        }
        sync_folder(&rename.to)
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some(rename) = &self.rename {
            let _ = fs::remove_file(&rename.unfinished);
        }
    }
}

/// Writes a whole file.
///
/// # Errors
/// When it can't be written; then the old file is unchanged.
pub fn write(path: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    let mut file = WholeFile::create(path, readers)?;
    file.write_all(content)?;
    file.finish()
}

/// Only the user who runs this may read it, whatever the umask.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// Creates a folder that only the user who runs this may open, whatever the umask. An existing folder stays as it is.
///
/// # Errors
/// When it can't be created.
pub fn make_private_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Makes the names in the file's folder survive a power cut.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        match File::open(folder).and_then(|folder| folder.sync_all()) {
            // Not every file system can sync a folder, and a folder may be writable but not readable.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidInput
                        | io::ErrorKind::Unsupported
                        | io::ErrorKind::PermissionDenied
                ) => {}
            synced => synced?,
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Removes unfinished files of killed processes from a folder whose lock this program holds.
pub fn remove_unfinished(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(UNFINISHED.0) && name.ends_with(UNFINISHED.1) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether there is no room to write: a full disk, a quota, or a process limit.
pub fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

/// A file error in words, with the same words for a full disk as everywhere.
pub fn words(error: &io::Error) -> String {
    if is_full(error) {
        "the disk is full, so it can't be written. Free some space and try again".into()
    } else {
        error.to_string()
    }
}

/// Even if the file doesn't exist yet.
fn target(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_symlink() => match fs::canonicalize(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let link = fs::read_link(path)?;
                Ok(path.parent().unwrap_or(Path::new("")).join(link))
            }
            found => found,
        },
        Ok(_) | Err(_) => Ok(path.to_owned()),
    }
}

/// Unique among running processes.
fn unfinished_beside(path: &Path) -> PathBuf {
    static SERIAL: AtomicU64 = AtomicU64::new(0);
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let name = format!("{}{}-{serial}{}", UNFINISHED.0, std::process::id(), UNFINISHED.1);
    path.with_file_name(OsStr::new(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn half_a_file_is_never_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, b"one", Readers::OwnerOnly).unwrap();
        let mut half = WholeFile::create(&path, Readers::OwnerOnly).unwrap();
        half.write_all(b"tw").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        drop(half);
        assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"one".to_vec(), vec!["file".into()]));
        write(&path, b"two", Readers::OwnerOnly).unwrap();
        assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"two".to_vec(), vec!["file".into()]));
        // Like after a kill.
        let half = WholeFile::create(&path, Readers::OwnerOnly).unwrap();
        std::mem::forget(half);
        assert_eq!(names(folder.path()).len(), 2);
        remove_unfinished(folder.path());
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[cfg(unix)]
    #[test]
    fn who_may_read_it_is_not_the_umasks_to_say() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        write(&path, b"one", Readers::AsBefore).unwrap();
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        write(&path, b"two", Readers::AsBefore).unwrap();
        assert_eq!(mode(&path), 0o644);
        write(&path, b"three", Readers::OwnerOnly).unwrap();
        assert_eq!(mode(&path), 0o600);
        let inner = folder.path().join("a/b");
        make_private_folder(&inner).unwrap();
        assert_eq!(mode(&inner), 0o700);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_a_device_a_device() {
        let folder = tempfile::tempdir().unwrap();
        let [link, file] = ["link", "file"].map(|name| folder.path().join(name));
        std::os::unix::fs::symlink("file", &link).unwrap();
        for content in [b"one", b"two"] {
            write(&link, content, Readers::AsBefore).unwrap();
            assert_eq!(fs::read(&file).unwrap(), content);
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        }
        write(Path::new("/dev/null"), b"nothing", Readers::AsBefore).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        let full = write(Path::new("/dev/full"), b"much", Readers::AsBefore);
        if cfg!(target_os = "linux") {
            assert!(is_full(&full.unwrap_err()));
        }
    }
}
