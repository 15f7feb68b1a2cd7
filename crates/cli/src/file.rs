//! A file named as an argument.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use crate::exit::Failure;

/// `-` is standard input.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let read = if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(file)
    };
    read.map_err(|error| Failure::Other(format!("{} can't be read: {error}", file.display()).into()))
}
