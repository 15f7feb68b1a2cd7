//! The session cookie.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::AppendHeaders;
use secrecy::{ExposeSecret, SecretString};

/// Over HTTPS. Browsers refuse this prefix over plain HTTP (RFC 6265bis, 4.1.3.2).
const SECURE_NAME: &str = "__Host-bsp_session";
/// Over plain HTTP. With the HTTPS cookie's name, a browser that signed in over HTTPS would silently drop it.
const PLAIN_NAME: &str = "bsp_session";
const CLEAR: [&str; 2] = [
    "__Host-bsp_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure",
    "bsp_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
];
/// Browsers keep cookies for 400 days at most (RFC 6265bis, 5.5).
const MAX_AGE_S: u32 = 400 * 24 * 60 * 60;

pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let named = |wanted: &str| {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|value| value.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find_map(|(name, value)| (name == wanted && !value.is_empty()).then_some(value))
    };
    named(SECURE_NAME).or_else(|| named(PLAIN_NAME))
}

/// Gives a browser its token. Scripts can't read the cookie, and requests from other sites don't carry it.
pub(crate) fn set(token: &SecretString, https: bool) -> Option<HeaderValue> {
    let (name, secure) = if https { (SECURE_NAME, "; Secure") } else { (PLAIN_NAME, "") };
    let cookie = format!(
        "{name}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={MAX_AGE_S}{secure}",
        token.expose_secret()
    );
    let mut value = HeaderValue::try_from(cookie).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Clears both cookies.
pub(crate) fn clear() -> AppendHeaders<[(HeaderName, &'static str); 2]> {
    AppendHeaders(CLEAR.map(|cookie| (header::SET_COOKIE, cookie)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_among_other_cookies() {
        let of = |value: &'static str| {
            token(&HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(value))]))
                .map(str::to_owned)
        };
        assert_eq!(of("a=b; bsp_session=bsp_1; c=d").as_deref(), Some("bsp_1"));
        assert_eq!(of("xbsp_session=bsp_1"), None);
        assert_eq!(of("bsp_session="), None);
        assert_eq!(of("bsp_session=bsp_1; __Host-bsp_session=bsp_2").as_deref(), Some("bsp_2"));
    }

    #[test]
    fn over_https_it_never_travels_without() {
        let set = |https| set(&"bsp_1".into(), https).unwrap().to_str().unwrap().to_owned();
        assert!(
            set(true).starts_with("__Host-bsp_session=bsp_1; Path=/;") && set(true).ends_with("; Secure")
        );
        assert!(!set(false).contains("Secure"));
        assert!(set(false).contains("HttpOnly; SameSite=Lax"));
    }
}
