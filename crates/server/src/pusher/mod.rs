//! Pusher Channels: who may join a private channel, and what is told there.

mod channel_auth;
mod client;
mod keys;
pub(crate) mod publish;

pub use channel_auth::{NotSigned, channel_auth, is_private_channel};
pub use keys::{BadPusherKeys, PusherKeys};
