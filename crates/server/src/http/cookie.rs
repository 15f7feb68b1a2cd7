//! The cookie of a browser that is signed in.

use axum::http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};

const NAME: &str = "bsp_session";
/// Browsers keep none for longer than 400 days (RFC 6265bis, 5.5).
const MAX_AGE_S: u32 = 400 * 24 * 60 * 60;

/// The token in a request's cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(name, value)| (name == NAME && !value.is_empty()).then_some(value))
}

/// The header that hands a browser its token. No script can read it, no other site's request carries it along.
pub(crate) fn set(token: &SecretString, https: bool) -> Option<HeaderValue> {
    let secure = if https { "; Secure" } else { "" };
    let cookie = format!(
        "{NAME}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={MAX_AGE_S}{secure}",
        token.expose_secret()
    );
    let mut value = HeaderValue::try_from(cookie).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The header that takes it away again.
pub(crate) fn clear() -> HeaderValue {
    HeaderValue::from_static("bsp_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
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
    }

    #[test]
    fn over_https_it_never_travels_without() {
        let set = |https| set(&"bsp_1".into(), https).unwrap().to_str().unwrap().to_owned();
        assert!(set(true).ends_with("; Secure"));
        assert!(!set(false).contains("Secure"));
        assert!(set(false).contains("HttpOnly; SameSite=Lax"));
    }
}
