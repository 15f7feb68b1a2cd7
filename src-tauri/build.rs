//! Lists the window's own commands, so that a page may call only those that a capability allows.

use tauri_build::{AppManifest, Attributes};

const COMMANDS: &[&str] = &[
    "api",
    "live",
    "desktop",
    "preferences",
    "set_preferences",
    "set_autostart",
    "save_file",
    "save_answer",
    "save_backup",
    "restore_backup",
    "export_everything",
    "save_support_bundle",
    "start_state",
    "quit",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tauri_build::try_build(Attributes::new().app_manifest(AppManifest::new().commands(COMMANDS)))?;
    Ok(())
}
