//! How small the program is: the stripped release binaries, the packages, and the memory of a switchboard that has nothing to do.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::bundle;
use crate::repository::{Repository, say};

/// After this a start has given back what only it needed.
const SETTLING: Duration = Duration::from_secs(20);

/// Prints one line for each figure, next to what it should be at most.
///
/// # Errors
/// Something can't be built, or the switchboard doesn't start.
pub(crate) fn measure(shell: &Shell, repository: &Repository) -> anyhow::Result<()> {
    let release = repository.target.join("release");
    // Packages of earlier versions would be measured too.
    shell.remove_path(release.join("bundle"))?;
    bundle::make(shell, repository)?;
    let stripped = repository.target.join("size");
    shell.remove_path(&stripped)?;
    shell.create_dir(&stripped)?;
    let mut figures = Vec::new();
    for (name, at_most) in [("bsp", 20.0), ("benspamsphones", 28.0)] {
        let (from, to) = (release.join(name), stripped.join(name));
        cmd!(shell, "strip --strip-all -o {to} {from}").quiet().run()?;
        figures.push((format!("{name}, stripped"), megabytes(&to)?, Some(at_most)));
    }
    for package in packages(&release.join("bundle"))? {
        let name = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The limit is that of the package with only bsp, which a server installs.
        let at_most = name.starts_with("bsp_").then_some(7.0);
        figures.push((name, megabytes(&package)?, at_most));
    }
    let resident = idle(&stripped.join("bsp"))?;
    figures.push(("bsp serve, idle for 20 s (PSS)".to_owned(), resident, Some(20.0)));
    for (what, figure, at_most) in figures {
        let limit = at_most.map_or_else(String::new, |most: f64| {
            format!("  (at most {most:.0}{})", if figure > most { ": too much" } else { "" })
        });
        say(&format!("{what:<44} {figure:>6.1} MB{limit}"));
    }
    Ok(())
}

fn packages(bundle: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for kind in ["deb", "rpm"] {
        for entry in fs::read_dir(bundle.join(kind))? {
            let path = entry?.path();
            if path.is_file() && path.extension().is_some_and(|extension| extension == kind) {
                found.push(path);
            }
        }
    }
    found.sort();
    ensure!(!found.is_empty(), "there are no packages in {}", bundle.display());
    Ok(found)
}

#[expect(clippy::cast_precision_loss, reason = "no file here has 2^52 bytes")]
fn megabytes(file: &Path) -> anyhow::Result<f64> {
    Ok(fs::metadata(file)?.len() as f64 / 1e6)
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The memory that it alone needs, and its part of what it shares. Of the second start: the first one also makes a password.
fn idle(bsp: &Path) -> anyhow::Result<f64> {
    ensure!(cfg!(target_os = "linux"), "only Linux tells a process's share of memory");
    let folder = tempfile::tempdir()?;
    drop(start(bsp, folder.path())?);
    let running = start(bsp, folder.path())?;
    thread::sleep(SETTLING);
    let memory = fs::read_to_string(format!("/proc/{}/smaps_rollup", running.0.id()))?;
    let line =
        memory.lines().find_map(|line| line.strip_prefix("Pss:")).context("smaps_rollup has no Pss")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}

fn start(bsp: &Path, folder: &Path) -> anyhow::Result<Running> {
    let mut child = Command::new(bsp)
        .args(["serve", "--json", "--port", "0", "--webhook-listen", "127.0.0.1:0", "--log", "warn"])
        .args(["--mode", "sandbox", "--credentials", "environment"])
        .env_clear()
        .env("BSP_DATA_DIR", folder.join("data"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().context("its output is read")?;
    let running = Running(child);
    let mut greeting = String::new();
    BufReader::new(stdout).read_line(&mut greeting)?;
    serde_json::from_str::<Value>(&greeting).context("bsp serve did not start")?;
    Ok(running)
}
