//! How Twilio should reach this program, as chosen by a person.

use serde::{Deserialize, Serialize};
use url::{Host, Url};
use utoipa::ToSchema;

/// Longest public address, in characters: TwiML of 4,000 characters in all must have room for it (`core::keys`).
const MAX_URL_CHARS: usize = 400;

/// The choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum PublicChoice {
    /// Not at all: call status is polled from Twilio.
    #[default]
    None,
    /// An address that the owner forwards to the webhook listener, with a tunnel or a proxy.
    Forwarding {
        /// It.
        #[schema(value_type = String, example = "https://calls.example.com")]
        url: Url,
    },
    /// By a tunnel that this program opens.
    Ngrok {
        /// A domain reserved for the ngrok account; `null` means that ngrok chooses one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(example = "calls.ngrok.app")]
        domain: Option<String>,
    },
}

/// Why it isn't a valid public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPublicAddress {
    /// Not an HTTP or HTTPS URL, or with a query or fragment.
    #[error("A public address starts with http:// or https://, without ? and #.")]
    Url,
    /// Too long to leave room for the TwiML.
    #[error("A public address has at most {MAX_URL_CHARS} characters.")]
    LongUrl,
    /// Not a host name.
    #[error("An ngrok domain is a name such as calls.ngrok.app.")]
    Domain,
}

impl PublicChoice {
    /// Checks the choice, and removes `https://` and a final slash from a domain.
    ///
    /// # Errors
    /// When it isn't a valid public address.
    pub fn checked(self) -> Result<Self, BadPublicAddress> {
        match self {
            Self::None => Ok(Self::None),
            Self::Forwarding { url } => {
                let plain = url.query().is_none() && url.fragment().is_none() && url.has_host();
                let web = matches!(url.scheme(), "http" | "https");
                if url.as_str().len() > MAX_URL_CHARS {
                    return Err(BadPublicAddress::LongUrl);
                }
                if plain && web { Ok(Self::Forwarding { url }) } else { Err(BadPublicAddress::Url) }
            }
            Self::Ngrok { domain } => {
                let domain = domain.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
                Ok(Self::Ngrok { domain: domain.as_deref().map(domain_of).transpose()? })
            }
        }
    }
}

fn domain_of(text: &str) -> Result<String, BadPublicAddress> {
    let bare = text.strip_prefix("https://").unwrap_or(text);
    let bare = bare.strip_suffix('/').unwrap_or(bare);
    match Host::parse(bare) {
        Ok(Host::Domain(domain)) if domain.contains('.') => Ok(domain),
        Ok(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)) | Err(_) => Err(BadPublicAddress::Domain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_taken_as_it_is_copied() {
        let of = |text: &str| PublicChoice::Ngrok { domain: Some(text.into()) }.checked();
        let domain = |text: &str| Ok(PublicChoice::Ngrok { domain: Some(text.into()) });
        assert_eq!(of(" https://Calls.ngrok.app/ "), domain("calls.ngrok.app"));
        assert_eq!(of("calls.ngrok.app"), domain("calls.ngrok.app"));
        assert_eq!(of(""), Ok(PublicChoice::Ngrok { domain: None }));
        for bad in
            ["localhost", "10.0.0.7", "calls.ngrok.app/path", "http://calls.ngrok.app", "two words.app"]
        {
            assert_eq!(of(bad), Err(BadPublicAddress::Domain), "{bad}");
        }
    }

    #[test]
    fn an_address_is_of_the_web_and_whole() {
        let of = |text: &str| PublicChoice::Forwarding { url: text.parse().unwrap() }.checked();
        assert!(of("https://calls.example.com/phones").is_ok());
        for bad in ["ftp://calls.example.com", "https://x.example/?a=b", "https://x.example/#a", "data:text"]
        {
            assert_eq!(of(bad), Err(BadPublicAddress::Url), "{bad}");
        }
    }
}
