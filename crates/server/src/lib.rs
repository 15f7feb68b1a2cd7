//! BenSpamsPhones on the network: authentication, the HTTP routes, and the owner's settings.
//!
//! A host makes a [`Config`] and an [`owner::Owner`], starts a [`Server`], and stops it. The routes are in `http`; each
//! calls a method of [`benspamsphones_app::App`].

mod addresses;
pub mod auth;
pub mod backup_files;
pub mod config;
pub mod http;
mod log_levels;
pub mod net;
pub mod owner;
pub mod public_choice;
pub mod pusher;
mod serve;
pub mod startup_settings;
pub mod startup_warnings;
pub mod tls;
pub mod tunnel;
pub mod vault;

pub use config::Config;
pub use log_levels::TALKATIVE;
pub use serve::{Server, ServerError};
