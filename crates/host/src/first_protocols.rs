//! The initial protocols of an installation.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use benspamsphones_core::{Mode, ProtocolFile, Region};

use crate::LaunchError;

const EXAMPLE: &str = include_str!("../../../protocols.example.json");

/// Reads the file that was given, else `protocols.json` in the data folder or the working folder; else the examples in
/// sandbox mode.
pub(super) fn read(
    told: Option<&Path>,
    data_dir: &Path,
    mode: Mode,
    region: Region,
) -> Result<ProtocolFile, LaunchError> {
    if let Some(file) = told {
        let text = fs::read(file).map_err(|error| unreadable(file, &error))?;
        return parse(&text, file, region);
    }
    for file in [data_dir.join("protocols.json"), PathBuf::from("protocols.json")] {
        match fs::read(&file) {
            Ok(text) => return parse(&text, &file, region),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&file, &error)),
        }
    }
    match mode {
        Mode::Sandbox => parse(EXAMPLE.as_bytes(), Path::new("the examples"), region),
        Mode::Live => Ok(ProtocolFile::default()),
    }
}

fn parse(text: &[u8], file: &Path, region: Region) -> Result<ProtocolFile, LaunchError> {
    let read = ProtocolFile::parse(text, region)
        .map_err(|error| LaunchError::Protocols(file.to_owned(), error.to_string()))?;
    for misspelt in read.misspelt() {
        tracing::warn!(file = %file.display(), "{misspelt}");
    }
    Ok(read)
}

fn unreadable(file: &Path, error: &io::Error) -> LaunchError {
    LaunchError::Protocols(file.to_owned(), format!("can't be read: {error}"))
}
