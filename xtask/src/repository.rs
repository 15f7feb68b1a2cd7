//! Paths of the repository, and how chores report what they do.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use xshell::Cmd;

pub(crate) struct Repository {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
}

impl Repository {
    pub(crate) fn find() -> anyhow::Result<Self> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("this package has a parent folder")?;
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self { root: root.to_owned(), target })
    }
}

pub(crate) fn say(text: &str) {
    // A closed standard error is no reason to fail.
    let _ = writeln!(io::stderr(), "dev: {text}");
}

/// Runs a command whose output only matters when it fails; returns its standard output. A failure contains all its
/// output and `complaint`.
pub(crate) fn quietly(command: Cmd<'_>, complaint: &str) -> anyhow::Result<String> {
    let output = command.quiet().ignore_status().output()?;
    if !output.status.success() {
        let mut stderr = io::stderr();
        stderr.write_all(&output.stdout)?;
        stderr.write_all(&output.stderr)?;
        bail!("{complaint} ({})", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}
