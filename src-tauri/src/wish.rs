//! A wish from a link or from the tray: shown in the window, and only the person in front of it can dial.

use percent_encoding::percent_decode_str;
use serde::Serialize;
use url::Url;

/// In characters. Real numbers are far shorter, even with spaces.
const MAX_NUMBER_CHARS: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Wish {
    /// Fill in a number from a link. Any web page can contain a link, so it never dials.
    Fill { number: String },
    /// Call after the countdown, from the tray.
    Dial { protocol: String, number: String },
}

impl Wish {
    /// Parses `tel:+1-555-555-0100` or `benspamsphones:+15555550100`; `None` for anything else.
    pub(crate) fn of_link(link: &str) -> Option<Self> {
        let url = Url::parse(link.trim()).ok()?;
        if !matches!(url.scheme(), "tel" | "benspamsphones") {
            return None;
        }
        // A '?' has no meaning there. Of the parameters (RFC 3966) two affect the dialed number.
        let path = url.path().trim_start_matches('/');
        let path = url.host_str().filter(|_| path.is_empty()).unwrap_or(path);
        let mut parts = path.split(';');
        let mut number = parts.next().unwrap_or_default().to_owned();
        for parameter in parts {
            if ["ext=", "phone-context="].iter().any(|name| parameter.to_ascii_lowercase().starts_with(name))
            {
                number = number + ";" + parameter;
            }
        }
        let number = percent_decode_str(&number).decode_utf8().ok()?;
        let plain = |sign: char| sign.is_ascii_alphanumeric() || "+-.()* #;=,".contains(sign);
        let has_digit = number.chars().any(|sign| sign.is_ascii_digit());
        (has_digit && number.chars().count() <= MAX_NUMBER_CHARS && number.chars().all(plain))
            .then(|| Self::Fill { number: number.into_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(link: &str) -> Option<String> {
        match Wish::of_link(link)? {
            Wish::Fill { number } => Some(number),
            Wish::Dial { .. } => panic!("a link dialled"),
        }
    }

    #[test]
    fn links_fill_in_a_number() {
        assert_eq!(number("tel:+1-555-555-0100").as_deref(), Some("+1-555-555-0100"));
        assert_eq!(number("TEL:+15555550100").as_deref(), Some("+15555550100"));
        assert_eq!(number("tel:+15555550100;isub=1;ext=22?x=1#y").as_deref(), Some("+15555550100;ext=22"));
        assert_eq!(
            number("tel:8675309;phone-context=+1-415").as_deref(),
            Some("8675309;phone-context=+1-415")
        );
        assert_eq!(number("tel:%2B49%2030%20123").as_deref(), Some("+49 30 123"));
        assert_eq!(number("benspamsphones:+15555550100").as_deref(), Some("+15555550100"));
        assert_eq!(number("benspamsphones://15555550100").as_deref(), Some("15555550100"));
        assert_eq!(number("tel://+15555550100").as_deref(), Some("+15555550100"));
    }

    #[test]
    fn nothing_else_comes_in_by_a_link() {
        for link in [
            "",
            "+15555550100",
            "https://example.com/1",
            "tel:",
            "tel:nobody",
            "tel:1%3Cscript%3E",
            "tel:1%zz",
            "tel:1%ff",
        ] {
            assert_eq!(number(link), None, "{link}");
        }
        assert_eq!(number(&format!("tel:{}", "1".repeat(65))), None);
    }
}
