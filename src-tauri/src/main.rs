//! BenSpamsPhones in a window and in the tray.

// A program with windows of its own brings no console along.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod arguments;
mod bridge;
mod command_error;
mod commands;
mod dialogs;
mod notices;
mod pages;
mod preferences;
mod shell;
mod switchboard;
mod texts;
mod tray;
mod tray_state;
mod window;
mod wish;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Which implementation of cryptography a program uses is the program's choice; an error means that it was made.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A connection is a file to the system. Where it gives no more of them, the listeners' own bounds come later.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let ended = if has_display() { shell::run(arguments) } else { Err(shell::ShellError::NoDisplay) };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "benspamsphones: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether there is a screen to open a window on. The window's library panics where there is none.
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
