//! The command line of the window.

use std::path::{Path, PathBuf};

use benspamsphones_core::Mode;
use benspamsphones_host::Told;
use benspamsphones_host::arguments::ServerArguments;
use clap::Parser;

use crate::log_filter::LogFilter;
use crate::switchboard::Switchboard;

/// A personal switchboard: choose what plays, enter a number, watch the call happen.
#[derive(Debug, Clone, Parser)]
#[command(name = "benspamsphones", version, after_help = "Without a display: bsp serve")]
pub(crate) struct Arguments {
    /// Start in the tray, without a window; if the desktop shows no tray, the window opens a little later
    #[arg(long)]
    pub hidden: bool,
    /// Folder for everything the program keeps [default: this user's data folder]
    #[arg(long, env = "BSP_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// What to log, such as "info" or "debug,hyper=info"
    #[arg(long, env = "BSP_LOG", default_value = "info", value_name = "FILTER", value_parser = LogFilter::parse)]
    pub log: LogFilter,
    #[command(flatten)]
    pub server: ServerArguments,
    /// A number to fill in, such as tel:+15555550100
    #[arg(value_name = "LINK")]
    pub link: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("there is no home folder; choose a folder with --data-dir")]
pub(crate) struct NoHome;

/// What a second start wants and can't have while the first one runs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Different {
    Folder(PathBuf),
    Mode(Mode),
}

impl Arguments {
    /// What these arguments of a second start, made in this folder, want that the running program doesn't do.
    pub(crate) fn differs_from(&self, running: &Switchboard, folder: &Path) -> Option<Different> {
        let mode = running.serving_now().map(|serving| serving.app.mode());
        self.differs(&running.data_dir, mode, folder)
    }

    fn differs(&self, data_dir: &Path, mode: Option<Mode>, folder: &Path) -> Option<Different> {
        let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let wanted = self.data_dir.as_ref().map(|wanted| folder.join(wanted));
        if let Some(wanted) = wanted.filter(|wanted| whole(wanted) != whole(data_dir)) {
            return Some(Different::Folder(wanted));
        }
        let wanted = self.server.mode()?;
        (mode? != wanted).then_some(Different::Mode(wanted))
    }

    /// The server's settings. Fails when there is no folder for the data.
    pub(crate) fn told(&self) -> Result<Told, NoHome> {
        let usual = || directories::ProjectDirs::from("", "", "benspamsphones");
        let data_dir = self.data_dir.clone().or_else(|| usual().map(|dirs| dirs.data_dir().to_owned()));
        let told = self.server.told(data_dir.ok_or(NoHome)?);
        // A window can show the reason for the sandbox.
        Ok(Told { sandbox_when_in_doubt: true, ..told })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_start_wants_another_folder_another_mode_or_nothing_new() {
        let folder = tempfile::tempdir().unwrap();
        let [here, there] = ["here", "there"].map(|name| folder.path().join(name));
        std::fs::create_dir(&here).unwrap();
        let wants = |arguments: &[&str], mode| {
            let arguments = ["benspamsphones"].iter().chain(arguments);
            Arguments::try_parse_from(arguments).unwrap().differs(&here, mode, folder.path())
        };
        let sandbox = Some(Mode::Sandbox);
        assert_eq!(wants(&["--data-dir", "here"], sandbox), None);
        assert_eq!(wants(&["--data-dir", "here/../here", "--mode", "sandbox"], sandbox), None);
        assert_eq!(wants(&["--data-dir", "there"], sandbox), Some(Different::Folder(there)));
        assert_eq!(
            wants(&["--data-dir", "here", "--mode", "live"], sandbox),
            Some(Different::Mode(Mode::Live))
        );
        assert_eq!(wants(&["--data-dir", "here", "--mode", "live"], None), None, "nobody knows yet");
    }
}
