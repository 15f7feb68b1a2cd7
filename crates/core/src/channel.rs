//! Names of Pusher channels.

/// Longest channel name, in characters.
pub const MAX_CHANNEL: usize = 164;

/// Whether this is a private channel.
pub fn is_private_channel(channel: &str) -> bool {
    let known_signs = |byte: u8| byte.is_ascii_alphanumeric() || b"_-=@,.;".contains(&byte);
    let well_formed = channel.len() <= MAX_CHANNEL && channel.bytes().all(known_signs);
    well_formed && channel.strip_prefix("private-").is_some_and(|name| !name.is_empty())
}
