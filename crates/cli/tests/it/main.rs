//! `bsp` as a person runs it: real processes, real signals, separate folders.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod citizen;
mod command_line;
mod crash;
mod crash_at_random;
#[cfg(unix)]
mod data_folder;
mod doctor;
mod files;
#[cfg(target_os = "linux")]
mod full_disk;
mod harness;
mod keeping;
#[cfg(target_os = "linux")]
mod keyring;
mod limits;
mod restore_killed;
mod serve;
#[cfg(target_os = "linux")]
mod systemd;
