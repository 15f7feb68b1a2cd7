//! A request's form, with checks that fields share.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use twilio::Method;

use super::refusal::Refusal;
use crate::address::{Address, Endpoint};

const URL_MAX_CHARS: usize = 4000;

pub(crate) struct Form(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let body = Bytes::from_request(request, state).await.map_err(|rejection: BytesRejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Refusal::TooLarge
            } else {
                Refusal::BadParameter { field: "body".to_owned(), reason: "it could not be read" }
            }
        })?;
        Ok(Self(form_urlencoded::parse(&body).into_owned().collect()))
    }
}

impl Form {
    /// Twilio ignores unknown fields; here they are refused, because a misspelled field is a mistake in a test.
    pub(crate) fn knows_only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.0.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => Err(Refusal::UnknownParameter { field: name.clone() }),
            None => Ok(()),
        }
    }

    /// Empty values count as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(given, value)| given == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(given, value)| given == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn endpoint(
        &self,
        url_field: &'static str,
        method_field: &'static str,
    ) -> Result<Option<Endpoint>, Refusal> {
        let Some(text) = self.get(url_field) else { return Ok(None) };
        let address =
            address(text).ok_or_else(|| Refusal::BadUrl { field: url_field, url: text.to_owned() })?;
        Ok(Some(Endpoint { address, method: self.method(method_field)? }))
    }

    pub(crate) fn method(&self, field: &'static str) -> Result<Method, Refusal> {
        match self.get(field) {
            None | Some("POST") => Ok(Method::Post),
            Some("GET") => Ok(Method::Get),
            Some(other) => Err(Refusal::BadMethod { field, method: other.to_owned() }),
        }
    }

    pub(crate) fn flag(&self, field: &str) -> Result<bool, Refusal> {
        match self.get(field) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => {
                Err(Refusal::BadParameter { field: field.to_owned(), reason: "it must be true or false" })
            }
        }
    }

    /// `None` if absent; refuses anything but a whole number in `range`.
    pub(crate) fn seconds(
        &self,
        field: &str,
        range: std::ops::RangeInclusive<u32>,
    ) -> Result<Option<Duration>, &str> {
        match self.get(field) {
            None => Ok(None),
            Some(text) => match text.parse::<u32>() {
                Ok(seconds) if range.contains(&seconds) => Ok(Some(Duration::from_secs(u64::from(seconds)))),
                Ok(_) | Err(_) => Err(text),
            },
        }
    }
}

/// A URL that Twilio accepts: absolute, http or https, and without underscores in its host.
pub(crate) fn address(text: &str) -> Option<Address> {
    if text.chars().count() > URL_MAX_CHARS {
        return None;
    }
    Address::parse(text).filter(|address| !address.url.host_str().unwrap_or_default().contains('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_web_addresses_are_taken() {
        for good in ["https://example.com/x?y=1", "http://127.0.0.1:4010/a_b", "http://user:pass@localhost/"]
        {
            assert!(address(good).is_some(), "{good}");
        }
        let long = format!("http://example.com/{}", "a".repeat(URL_MAX_CHARS));
        for bad in [
            "",
            "529732 is your code",
            "/relative",
            "example.com/x",
            "ftp://example.com/",
            "http://my_host.example.com/",
            "mailto:x@example.com",
            "http://",
            &long,
        ] {
            assert!(address(bad).is_none(), "{bad}");
        }
    }
}
