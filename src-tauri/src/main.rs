//! BenSpamsPhones in a window and in the tray.

// Opens no console.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod arguments;
mod autostart;
mod awaited_page;
mod bridge;
mod command_error;
mod commands;
mod dialogs;
mod leaving;
mod log_filter;
mod main_window;
mod notices;
#[cfg(target_os = "linux")]
mod page_process;
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
    // The program must choose the cryptography provider; an error means that it is already set.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Each connection is an open file; if the system allows few, the listeners' limits are lowered.
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

/// The window library panics without a screen.
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
