//! BenSpamsPhones as an application: its use cases, store and live updates. No HTTP, no listeners.
//!
//! Each user action is a method of [`App`]; [`App::live`] has the updates.

pub mod accounts;
pub mod app;
pub mod clock;
pub mod config;
pub mod connection_test;
mod connection_test_code;
pub mod data_dir;
mod dial;
pub mod feed;
pub mod follow;
#[cfg(test)]
mod growth;
pub mod heavy;
pub mod live;
mod news;
pub mod random;
pub mod store;
pub mod tls_client;
pub mod view;
pub mod whole_file;

pub use app::App;
pub use config::{AppConfig, Pace};
