//! The proof that a client may join a private channel.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;

use benspamsphones_app::accounts::PusherKeys;
use benspamsphones_core::is_private_channel;

/// In each half of a socket id.
pub(crate) const MAX_SOCKET_DIGITS: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSigned {
    #[error("a channel name begins with private- and contains only letters, digits and _-=@,.;")]
    BadChannel,
    #[error("a socket id is two numbers with a dot between them")]
    BadSocket,
}

/// The proof that a connection may join a private channel: `key:signature`, as in the answer of Pusher's authorization
/// endpoints (<https://pusher.com/docs/channels/library_auth_reference/auth-signatures>). Both names must be
/// well-formed: the signature covers them joined with a colon, so others could be made to mean another channel.
pub(crate) fn channel_auth(keys: &PusherKeys, socket: &str, channel: &str) -> Result<String, NotSigned> {
    if !is_socket_id(socket) {
        return Err(NotSigned::BadSocket);
    }
    if !is_private_channel(channel) {
        return Err(NotSigned::BadChannel);
    }
    // HMAC takes a key of any length, so this can't fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(keys.secret.expose_secret().as_bytes()) else {
        return Err(NotSigned::BadChannel);
    };
    mac.update(socket.as_bytes());
    mac.update(b":");
    mac.update(channel.as_bytes());
    Ok(format!("{}:{}", keys.key, hex::encode(mac.finalize().into_bytes())))
}

fn is_socket_id(text: &str) -> bool {
    let number = |part: &str| {
        (1..=MAX_SOCKET_DIGITS).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split_once('.').is_some_and(|(left, right)| number(left) && number(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(key: &str, secret: &str) -> PusherKeys {
        PusherKeys::new("1", key, secret.into(), "eu", None).unwrap()
    }

    /// Pusher's worked example, and one from the tests of its Python library (pusher-http-python,
    /// `pusher_tests/test_authentication_client.py`).
    #[test]
    fn known_answers() {
        assert_eq!(
            channel_auth(
                &keys("278d425bdf160c739803", "7ad3773142a6692b25b8"),
                "1234.1234",
                "private-foobar"
            )
            .unwrap(),
            "278d425bdf160c739803:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4"
        );
        assert_eq!(
            channel_auth(&keys("foo", "bar"), "345.23", "private-channel").unwrap(),
            "foo:89955e77e1b40e33df6d515a5ecbba86a01dc816a5b720da18a06fd26f7d92ff"
        );
    }

    #[test]
    fn nothing_else_is_signed() {
        let auth = |socket: &str, channel: &str| channel_auth(&keys("k", "s"), socket, channel);
        for socket in ["", "1234", "1234.", ".1", "1.2.3", "1234.1234:private-x", "1 .2", "a.b"] {
            assert_eq!(auth(socket, "private-x"), Err(NotSigned::BadSocket), "{socket}");
        }
        let long = format!("private-{}", "x".repeat(157));
        for channel in
            ["", "private-", "public", "presence-x", "private-x:{}", "private-ä", "private-x y", &long]
        {
            assert_eq!(auth("1.2", channel), Err(NotSigned::BadChannel), "{channel}");
        }
    }
}
