//! Who asked for a call.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a call was placed from. The server decides this, not the request.
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
    /// A client that signed in with name and password: curl, a script.
    Program,
    /// `bsp` on the same machine.
    CommandLine,
    /// Not recorded: calls of earlier versions.
    #[default]
    Unknown,
}

impl AskedBy {
    /// All variants.
    pub const ALL: [AskedBy; 7] = [
        Self::Window,
        Self::Tray,
        Self::Browser,
        Self::Device,
        Self::Program,
        Self::CommandLine,
        Self::Unknown,
    ];

    /// Whether the owner asked: in the window, or with `bsp` on the same machine.
    pub fn is_owners(self) -> bool {
        matches!(self, Self::Window | Self::Tray | Self::CommandLine)
    }

    /// Name in JSON and in the database.
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

/// Not a known way of placing a call.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0:?} is not a way to place a call")]
pub struct UnknownWay(String);

impl FromStr for AskedBy {
    type Err = UnknownWay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|way| way.as_str() == text);
        found.ok_or_else(|| UnknownWay(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_json_and_back() {
        for way in AskedBy::ALL {
            assert_eq!(way.as_str().parse::<AskedBy>().unwrap(), way);
            assert_eq!(serde_json::to_value(way).unwrap(), way.as_str());
        }
        assert!("command-line".parse::<AskedBy>().is_err());
    }
}
