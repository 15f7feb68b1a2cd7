//! Connections: taken, bounded, and known by where they come from.

pub mod addresses;
mod bounds;
pub(crate) mod host;
mod listener;
mod mdns;
mod places;
mod request_body;
mod source;
mod visit;
mod watched;

pub use bounds::ConnectionBounds;
pub(crate) use bounds::open_files;
pub(crate) use listener::{Door, Peer, serve};
pub(crate) use mdns::Announcement;
pub(crate) use request_body::TooSlow;
pub use source::{Source, TrustedProxies};
pub(crate) use visit::Visit;
