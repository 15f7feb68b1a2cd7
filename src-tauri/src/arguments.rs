//! The command line of the window.

use std::path::PathBuf;

use benspamsphones_host::Told;
use benspamsphones_host::arguments::ServerArguments;
use clap::Parser;

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
    #[command(flatten)]
    pub server: ServerArguments,
    /// A number to fill in, such as tel:+15555550100
    #[arg(value_name = "LINK")]
    pub link: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("there is no home folder; choose a folder with --data-dir")]
pub(crate) struct NoHome;

impl Arguments {
    /// The server's settings. Fails when there is no folder for the data.
    pub(crate) fn told(&self) -> Result<Told, NoHome> {
        let usual = || directories::ProjectDirs::from("", "", "benspamsphones");
        let data_dir = self.data_dir.clone().or_else(|| usual().map(|dirs| dirs.data_dir().to_owned()));
        let told = self.server.told(data_dir.ok_or(NoHome)?);
        // A window can show the reason for the sandbox.
        Ok(Told { sandbox_when_in_doubt: true, ..told })
    }
}
