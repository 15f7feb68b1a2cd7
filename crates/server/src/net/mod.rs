//! Connections: accepted, limited, and attributed to a source.

mod bounds;
mod entrance;
pub(crate) mod host;
mod listener;
mod mdns;
mod places;
mod plain_http;
mod request_body;
mod source;
mod visit;
mod watched;

pub use bounds::ConnectionBounds;
pub(crate) use bounds::open_files;
pub(crate) use entrance::Peer;
pub(crate) use listener::{Door, serve};
pub(crate) use mdns::Announcement;
pub(crate) use request_body::TooSlow;
pub use source::{Source, TrustedProxies};
pub(crate) use visit::Visit;
