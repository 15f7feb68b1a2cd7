//! Names the window's own commands, so that a page may call those that a capability lists and no others.

use tauri_build::{AppManifest, Attributes};

const COMMANDS: &[&str] =
    &["api", "live", "desktop", "preferences", "set_preferences", "set_autostart", "save_file", "quit"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tauri_build::try_build(Attributes::new().app_manifest(AppManifest::new().commands(COMMANDS)))?;
    Ok(())
}
