//! Who asked for a call.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// By which way somebody asked for a call. It is what the server knows, never what a request says of itself.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AskedBy {
    /// The owner's own window.
    Window,
    /// The tray's menu.
    Tray,
    /// A browser that is signed in.
    Browser,
    /// A phone or program with a token of its own.
    Device,
    /// Whoever showed the name and the password: curl, a script.
    Program,
    /// `bsp` on the same machine.
    CommandLine,
    /// Nobody wrote it down: calls of earlier versions.
    #[default]
    Unknown,
}

impl AskedBy {
    /// Every way.
    pub const ALL: [AskedBy; 7] = [
        Self::Window,
        Self::Tray,
        Self::Browser,
        Self::Device,
        Self::Program,
        Self::CommandLine,
        Self::Unknown,
    ];

    /// The way as it is written in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Tray => "tray",
            Self::Browser => "browser",
            Self::Device => "device",
            Self::Program => "program",
            Self::CommandLine => "command_line",
            Self::Unknown => "unknown",
        }
    }
}
