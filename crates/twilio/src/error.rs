//! Errors of requests, and whether the request may still have been carried out.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use crate::explain::{self, Explanation};
use crate::redact;

/// Why a request failed.
///
/// `Display` and `Debug` are for logs: they contain no credentials, no URL and no whole phone number. Show people
/// [`explanation`](Self::explanation).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Answered 4xx: understood and not carried out. A proxy may have answered instead of Twilio, see
    /// [`ApiError::from_twilio`].
    #[error("refused: {0}")]
    Refused(ApiError),
    /// Still 429 after all tries, or the requested wait is too long. Twilio did nothing.
    #[error("Twilio has too many requests")]
    TooManyRequests {
        /// Wait that Twilio asked for.
        retry_after: Option<Duration>,
        /// Twilio's error, if it sent one.
        api: Option<ApiError>,
    },
    /// No connection, so nothing was sent.
    #[error("Twilio can't be reached: {0}")]
    Unreachable(#[source] TransportError),
    /// No answer in time. The request may have been carried out.
    #[error("Twilio did not answer in time: {0}")]
    Timeout(#[source] TransportError),
    /// Answered 5xx. The request may have been carried out.
    #[error("failed: {0}")]
    Server(ApiError),
    /// The connection broke after it was made. The request may have been carried out.
    #[error("the connection to Twilio broke: {0}")]
    Interrupted(#[source] TransportError),
    /// The answer isn't what Twilio documents. The request may have been carried out.
    #[error("the answer (HTTP {status}) can't be read: {defect}")]
    UnreadableAnswer {
        /// HTTP status.
        status: u16,
        /// What is wrong with it.
        defect: AnswerDefect,
    },
}

/// Whether a failed request may have had an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It certainly did nothing and can be retried.
    NotCarriedOut,
    /// It may have been carried out. Look for the call; never create it again.
    Unknown,
}

/// Twilio's error body `{code, message, more_info, status}`, or what the response says without one.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiError {
    /// Whether the response had that body. Proxies, firewalls and captive portals answer without it.
    pub from_twilio: bool,
    /// HTTP status.
    pub status: u16,
    /// Twilio's error code, see [`explain`](crate::explain()). Absent if the response had no such body.
    pub code: Option<u32>,
    /// Twilio's text. May contain a phone number: show it to people, don't log it.
    pub message: String,
    /// Twilio's page about the error.
    pub more_info: Option<String>,
}

/// Why a response can't be used.
#[derive(Debug, thiserror::Error)]
pub enum AnswerDefect {
    /// A redirect. Following it could send a call or the credentials to another host.
    #[error("it is a redirect, or no answer at all")]
    NotAnAnswer,
    /// Larger than any response of Twilio's should be.
    #[error("it is too large")]
    TooLarge,
    /// The body isn't the documented JSON. Holds the reason, with numbers hidden.
    #[error("it isn't the documented JSON: {0}")]
    NotAsDocumented(String),
    /// The next page of a list is on another host or path.
    #[error("its next page is elsewhere")]
    ForeignNextPage,
    /// A list with more pages than any account has.
    #[error("its pages don't end")]
    EndlessPages,
}

/// A connection failure: the cause's own text, without the URL.
#[derive(Debug)]
pub struct TransportError(reqwest::Error);

impl Error {
    /// Classifies a transport failure by whether the request may have been carried out.
    pub(crate) fn from_transport(error: reqwest::Error) -> Self {
        // Check this first: a connection attempt that times out is also a timeout, but sent nothing.
        let connect = error.is_connect();
        let timeout = error.is_timeout();
        let error = TransportError(error.without_url());
        match (connect, timeout) {
            (true, _) => Self::Unreachable(error),
            (false, true) => Self::Timeout(error),
            (false, false) => Self::Interrupted(error),
        }
    }

    /// Whether the request may have been carried out.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Refused(_) | Self::TooManyRequests { .. } | Self::Unreachable(_) => Outcome::NotCarriedOut,
            Self::Timeout(_) | Self::Server(_) | Self::Interrupted(_) | Self::UnreadableAnswer { .. } => {
                Outcome::Unknown
            }
        }
    }

    /// Twilio's error, if it sent one.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Refused(api) | Self::Server(api) => Some(api),
            Self::TooManyRequests { api, .. } => api.as_ref(),
            Self::Unreachable(_)
            | Self::Timeout(_)
            | Self::Interrupted(_)
            | Self::UnreadableAnswer { .. } => None,
        }
    }

    /// Twilio's error code.
    #[must_use]
    pub fn code(&self) -> Option<u32> {
        self.api().and_then(|api| api.code)
    }

    /// Whether Twilio answered 404.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(api) if api.from_twilio && api.status == 404)
    }

    /// What happened and what to do, in plain words. May contain a phone number from Twilio's message.
    #[must_use]
    pub fn explanation(&self) -> Explanation {
        match self {
            Self::Refused(api) => api.explanation(),
            Self::TooManyRequests { .. } => explain::too_many_requests(),
            Self::Unreachable(_) => Explanation {
                sentence: Cow::Borrowed("Twilio could not be reached, so nothing was sent."),
                next_step: Cow::Borrowed(
                    "Check the internet connection and Twilio's address, then try again.",
                ),
                link: None,
            },
            Self::Timeout(_) => {
                Explanation { sentence: Cow::Borrowed("Twilio did not answer in time."), ..unknown_outcome() }
            }
            Self::Server(api) if !api.from_twilio => api.explanation(),
            Self::Server(_) => Explanation {
                sentence: Cow::Borrowed("Twilio had a failure of its own."),
                link: Some("https://status.twilio.com".to_owned()),
                ..unknown_outcome()
            },
            Self::Interrupted(_) => Explanation {
                sentence: Cow::Borrowed("The connection to Twilio broke before its answer was complete."),
                ..unknown_outcome()
            },
            Self::UnreadableAnswer { .. } => Explanation {
                sentence: Cow::Borrowed("Something answered that does not speak as Twilio does."),
                next_step: Cow::Borrowed(
                    "Check Twilio's address in the settings. The request may have been carried out: look before trying again.",
                ),
                link: None,
            },
        }
    }
}

fn unknown_outcome() -> Explanation {
    Explanation {
        sentence: Cow::Borrowed("It is not known whether the request was carried out."),
        next_step: Cow::Borrowed("The request may have been carried out: look before trying again."),
        link: None,
    }
}

/// Of `status`, only the presence matters: the response's own can't be missing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    code: Option<u32>,
    message: Option<String>,
    more_info: Option<String>,
    status: Option<u16>,
}

impl ErrorBody {
    /// Twilio's errors have a code; its oldest have at least `status` and `message`. Gateways send a `message`, too.
    fn is_twilios(&self) -> bool {
        self.code.is_some() || (self.message.is_some() && self.status.is_some())
    }
}

impl ApiError {
    /// Ignores a body that isn't Twilio's.
    pub(crate) fn read(status: reqwest::StatusCode, body: &[u8]) -> Self {
        let body = serde_json::from_slice(body).ok().filter(ErrorBody::is_twilios);
        let from_twilio = body.is_some();
        let ErrorBody { code, message, more_info, .. } = body.unwrap_or_default();
        let reason = || match status.canonical_reason() {
            Some(reason) => format!("HTTP {} {reason}", status.as_u16()),
            None => format!("HTTP {}", status.as_u16()),
        };
        Self {
            from_twilio,
            status: status.as_u16(),
            code,
            message: message.filter(|message| !message.is_empty()).unwrap_or_else(reason),
            more_info,
        }
    }

    /// What happened and what to do. Uses Twilio's message if this crate doesn't know the code.
    #[must_use]
    pub fn explanation(&self) -> Explanation {
        if !self.from_twilio {
            return self.said_elsewhere();
        }
        // Without a code, the HTTP status decides.
        let code = self.code.or(match self.status {
            401 => Some(20_003),
            403 => Some(20_403),
            404 => Some(20_404),
            _ => None,
        });
        code.and_then(explain::explain)
            .unwrap_or_else(|| explain::in_twilios_words(self.code, &self.message, self.more_info.clone()))
    }

    fn said_elsewhere(&self) -> Explanation {
        let next_step = match self.status {
            407 => {
                "The proxy on the way wants a name and a password: give them with its address in HTTPS_PROXY."
            }
            500.. => {
                "Check the proxy or firewall on the way. The request may have been carried out: look before trying again."
            }
            _ => {
                "Check the proxy or firewall on the way, whether this network wants you to sign in first, and Twilio's \
                 address in the settings."
            }
        };
        Explanation {
            sentence: Cow::Owned(format!(
                "Something between here and Twilio answered in Twilio's place ({}).",
                self.message
            )),
            next_step: Cow::Borrowed(next_step),
            link: None,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        if let Some(code) = self.code {
            write!(f, ", error {code}")?;
        }
        write!(f, ": {}", redact::numbers(&self.message))
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("message", &redact::numbers(&self.message))
            .finish_non_exhaustive()
    }
}

impl fmt::Display for TransportError {
    /// The innermost cause is the informative one ("Connection refused").
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cause: &dyn std::error::Error = &self.0;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        write!(f, "{cause}")
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}
