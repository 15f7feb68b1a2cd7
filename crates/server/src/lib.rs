//! BenSpamsPhones as an application: its use cases, its store, its live news and its HTTP routes.
//!
//! A host makes a [`Config`], starts a [`Server`], and stops it. What a person can do is a method of [`App`]; the
//! routes are in `http`; whoever wants news subscribes to [`App::live`].

pub mod app;
pub mod attention;
pub mod choices;
mod clock;
pub mod config;
pub mod data_dir;
mod dial;
mod failures;
pub mod feed;
mod follow;
pub mod gate;
#[cfg(test)]
mod growth;
mod heavy;
pub mod http;
pub mod keeping;
pub mod launch;
pub mod live;
mod news;
pub mod owner;
pub mod pusher;
mod random;
mod serve;
pub mod stop_signals;
pub mod store;
pub mod tls;
pub mod tunnel;
pub mod vault;
pub mod verdict;
mod verdict_code;
mod view;
pub mod whole_file;

pub use app::App;
pub use config::Config;
pub use serve::{Server, ServerError};
