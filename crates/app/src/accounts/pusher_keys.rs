//! The credentials of a Pusher app, and its server.

use secrecy::SecretString;
use url::Url;

/// The credentials of a Pusher app, and its server.
#[derive(Debug, Clone)]
pub struct PusherKeys {
    /// The app's id.
    pub app_id: String,
    /// The public key.
    pub key: String,
    /// The secret that signs requests.
    pub secret: SecretString,
    /// The app's cluster.
    pub cluster: String,
    /// A server other than Pusher's that speaks its protocol (Sockudo, soketi, Reverb); `None` for Pusher itself.
    pub host: Option<Url>,
}

/// Why keys can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPusherKeys {
    /// One of them is empty.
    #[error("Pusher needs all four: app id, key, secret and cluster.")]
    Missing,
    /// The app id or cluster has characters that don't fit into a URL.
    #[error("The app id and the cluster contain only letters, digits, - and _.")]
    Strange,
    /// The host is not the address of a server.
    #[error(
        "The server's address looks like https://pusher.example.com or http://192.168.1.7:6001, without a path."
    )]
    Host,
}

impl PusherKeys {
    /// Trims and checks the keys.
    ///
    /// # Errors
    /// When a key is missing, or the id, cluster or host can't be part of a URL.
    pub fn new(
        app_id: &str,
        key: &str,
        secret: SecretString,
        cluster: &str,
        host: Option<&str>,
    ) -> Result<Self, BadPusherKeys> {
        let [app_id, key, cluster] = [app_id, key, cluster].map(|part| part.trim().to_owned());
        if [&app_id, &key, &cluster].iter().any(|part| part.is_empty())
            || secrecy::ExposeSecret::expose_secret(&secret).is_empty()
        {
            return Err(BadPusherKeys::Missing);
        }
        let plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !(plain(&app_id) && plain(&cluster)) {
            return Err(BadPusherKeys::Strange);
        }
        let host = host.map(str::trim).filter(|host| !host.is_empty()).map(server).transpose()?;
        Ok(Self { app_id, key, secret, cluster, host })
    }

    /// Address of the server's REST API.
    pub fn server(&self) -> Result<Url, BadPusherKeys> {
        match &self.host {
            Some(host) => Ok(host.clone()),
            None => server(&format!("https://api-{}.pusher.com", self.cluster)),
        }
    }

    /// The origin of the browsers' WebSockets, as the page's content security policy names it.
    pub fn socket_origin(&self) -> String {
        match &self.host {
            Some(host) => {
                let scheme = if host.scheme() == "https" { "wss" } else { "ws" };
                format!("{scheme}://{}", &host[url::Position::BeforeHost..url::Position::AfterPort])
            }
            None => format!("wss://ws-{}.pusher.com", self.cluster),
        }
    }
}

fn server(text: &str) -> Result<Url, BadPusherKeys> {
    let url = Url::parse(text).map_err(|_| BadPusherKeys::Host)?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    // The host becomes part of the page's policy, where other characters have a meaning.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte);
    let named = url.host_str().is_some_and(|host| host.bytes().all(plain));
    let good = matches!(url.scheme(), "http" | "https") && named && bare && anonymous;
    if good { Ok(url) } else { Err(BadPusherKeys::Host) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_part_of_an_address_is_plain() {
        let keys = |app_id: &str, cluster: &str, host| {
            PusherKeys::new(app_id, "key", "secret".into(), cluster, host).and_then(|keys| keys.server())
        };
        assert_eq!(keys(" 1 ", "eu", None).unwrap().as_str(), "https://api-eu.pusher.com/");
        assert_eq!(
            keys("1", "eu", Some("http://127.0.0.1:6001")).unwrap().as_str(),
            "http://127.0.0.1:6001/"
        );
        assert_eq!(keys("1", "eu", Some(" ")).unwrap().as_str(), "https://api-eu.pusher.com/");
        assert_eq!(keys("", "eu", None), Err(BadPusherKeys::Missing));
        for (app_id, cluster) in [("1/../2", "eu"), ("1", "eu.evil.example/"), ("1", "eu@evil")] {
            assert_eq!(keys(app_id, cluster, None), Err(BadPusherKeys::Strange), "{app_id} {cluster}");
        }
        for host in
            ["pusher.example", "ftp://x", "https://x/path", "https://user@x", "https://x?y", "https://x;y"]
        {
            assert_eq!(keys("1", "eu", Some(host)), Err(BadPusherKeys::Host), "{host}");
        }
    }

    #[test]
    fn where_browsers_open_their_sockets() {
        let origin = |host| PusherKeys::new("1", "key", "secret".into(), "eu", host).unwrap().socket_origin();
        assert_eq!(origin(None), "wss://ws-eu.pusher.com");
        assert_eq!(origin(Some("https://live.example.com")), "wss://live.example.com");
        assert_eq!(origin(Some("http://192.168.1.7:6001/")), "ws://192.168.1.7:6001");
        assert_eq!(origin(Some("http://[::1]:6001")), "ws://[::1]:6001");
    }
}
