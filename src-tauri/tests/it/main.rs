//! The real program with its own screen, bus and home folder: clicked, called over D-Bus, killed.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod closing;
mod desk;
mod dialogs;
mod driver;
mod ending;
mod keyring;
mod network;
mod notices;
mod notification_server;
mod opt_out;
mod page_process;
mod pictures;
mod starts;
mod tray;
mod tray_host;
mod window;
mod your_data;
