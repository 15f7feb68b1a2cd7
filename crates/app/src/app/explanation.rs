//! Why a call went as it did: our own sentence, and Twilio's notes, requested on demand.

use benspamsphones_core::{Call, CallId, CallStatus, Failure, sip};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use twilio::{CallRequestLog, CallSid, Notification};
use url::Url;

use super::App;
use crate::store::call_rows::{self, Key};
use crate::store::{StoreError, explanation_rows};

/// Twilio may add notes until this long after the call ended.
const COMPLETE_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// Why a call went as it did.
#[derive(Debug)]
pub struct CallExplanation {
    /// The outcome, or what the failure means.
    pub sentence: String,
    /// What to do about it, if known.
    pub next_step: Option<String>,
    /// What Twilio recorded; `None` if Twilio never knew the call, or it belongs to another account.
    pub twilio: Option<TwilioSaid>,
}

/// What Twilio recorded about a call.
#[derive(Debug)]
pub struct TwilioSaid {
    /// Errors and warnings.
    pub notes: Vec<Note>,
    /// Twilio's requests for the call, and their responses.
    pub requests: Vec<RequestMade>,
    /// When Twilio was asked.
    pub asked_at: Timestamp,
}

/// An error or warning that Twilio recorded.
#[derive(Debug)]
pub struct Note {
    /// Twilio's error code.
    pub code: Option<u32>,
    /// Whether it is only a warning: the call continued as requested.
    pub is_warning: bool,
    /// Twilio's own text.
    pub words: String,
    /// What the text means, if known.
    pub meaning: Option<String>,
    /// What to do about it, if known.
    pub next_step: Option<String>,
    /// Twilio's page about it.
    pub link: Option<String>,
    /// The address, without its query.
    pub address: Option<String>,
    /// When it happened.
    pub at: Option<Timestamp>,
}

/// A request that Twilio made.
#[derive(Debug)]
pub struct RequestMade {
    /// `GET` or `POST`.
    pub method: String,
    /// The address, without its query.
    pub address: String,
    /// The HTTP status of the response; `None` without a response.
    pub status: Option<u32>,
    /// How long the response took, in milliseconds.
    pub took_ms: Option<u32>,
    /// When the response arrived.
    pub at: Option<Timestamp>,
}

/// In Twilio's format.
#[derive(Serialize, Deserialize)]
struct Kept {
    asked_at: Timestamp,
    notifications: Vec<Notification>,
    requests: Vec<CallRequestLog>,
}

/// Why a call can't be explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplanationError {
    /// No call has this id.
    #[error("There is no call {0}")]
    Unknown(CallId),
    /// Twilio didn't answer.
    #[error(transparent)]
    Twilio(#[from] twilio::Error),
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Explains a call. Requests Twilio's notes the first time, and stores them once the call has ended.
    ///
    /// # Errors
    /// When there is no such call, or Twilio doesn't answer.
    pub async fn explanation(&self, id: CallId) -> Result<CallExplanation, ExplanationError> {
        let found = self.inner.store.read(move |connection| {
            let Some(call) = call_rows::find(connection, &Key::Id(id))? else { return Ok(None) };
            Ok(Some((call, explanation_rows::get(connection, id)?)))
        });
        let (call, kept) = found.await?.ok_or(ExplanationError::Unknown(id))?;
        let kept = kept.map(|text| read_kept(&text)).transpose()?;
        let told = match (kept, call.sid.as_deref().and_then(|sid| CallSid::parse(sid).ok())) {
            (Some(kept), _) => Some(kept),
            (None, Some(sid)) if self.can_ask_about(&call) => Some(self.ask_why(&call, &sid).await?),
            (None, _) => None,
        };
        Ok(explained(&call, told))
    }

    async fn ask_why(&self, call: &Call, sid: &CallSid) -> Result<Kept, ExplanationError> {
        let twilio = &self.inner.twilio;
        let (notifications, requests) =
            futures::try_join!(twilio.call_notifications(sid), twilio.call_requests(sid))?;
        let kept = Kept { asked_at: self.now(), notifications, requests };
        if call.ended_at.is_some_and(|ended_at| kept.asked_at >= ended_at + COMPLETE_AFTER) {
            let (id, text) = (call.id, written(&kept)?);
            self.inner.store.write(move |tx| explanation_rows::put(tx.connection(), id, &text)).await?;
        }
        Ok(kept)
    }
}

fn read_kept(text: &str) -> Result<Kept, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::bad_row("explanation", error.to_string()))
}

fn written(kept: &Kept) -> Result<String, StoreError> {
    serde_json::to_string(kept).map_err(|error| StoreError::bad_row("explanation", error.to_string()))
}

fn explained(call: &Call, told: Option<Kept>) -> CallExplanation {
    let ours = call.failure.as_ref().and_then(Failure::code).and_then(twilio::explain);
    // A recorded error says more than "could not be connected".
    let noted = told.iter().flat_map(|kept| &kept.notifications).filter(|note| !note.is_warning());
    let noted = noted.filter_map(|note| note.error_code).find_map(twilio::explain);
    let known = ours.or(noted.filter(|_| !call.is_open()));
    let carriers =
        call.sip_response_code.filter(|_| call.status == CallStatus::Failed && call.failure.is_none());
    CallExplanation {
        sentence: match &known {
            Some(known) => known.sentence.clone().into_owned(),
            None => call.summary(),
        },
        next_step: known
            .map(|known| known.next_step.into_owned())
            .or_else(|| carriers.and_then(sip::response)?.next_step.map(str::to_owned)),
        twilio: told.map(|kept| TwilioSaid {
            notes: kept.notifications.into_iter().map(Note::from).collect(),
            requests: kept.requests.into_iter().map(RequestMade::from).collect(),
            asked_at: kept.asked_at,
        }),
    }
}

impl From<Notification> for Note {
    fn from(told: Notification) -> Self {
        let known = told.error_code.and_then(twilio::explain);
        Self {
            is_warning: told.is_warning(),
            code: told.error_code,
            words: words(&told.message_text),
            meaning: known.as_ref().map(|known| known.sentence.clone().into_owned()),
            link: known.as_ref().and_then(|known| known.link.clone()).or(told.more_info),
            next_step: known.map(|known| known.next_step.into_owned()),
            address: told.request_url.as_deref().filter(|url| !url.is_empty()).map(address),
            at: told.message_date,
        }
    }
}

impl From<CallRequestLog> for RequestMade {
    fn from(told: CallRequestLog) -> Self {
        Self {
            method: told.request.method,
            address: address(&told.request.url),
            status: told.response.response_code,
            took_ms: told.response.request_duration_ms,
            at: told.response.date_created,
        }
    }
}

/// Twilio writes some messages as form fields, one of them for people.
fn words(message: &str) -> String {
    let is_form = message.contains('=') && !message.contains(' ');
    let fields: Vec<_> = form_urlencoded::parse(message.as_bytes()).filter(|_| is_form).collect();
    let told = ["Msg", "msg", "parserMessage", "ErrorMessage"]
        .iter()
        .find_map(|name| fields.iter().find(|(field, value)| field == name && !value.is_empty()));
    told.map_or_else(|| message.to_owned(), |(_, words)| words.clone().into_owned())
}

/// The address without its query, which may contain secrets.
fn address(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else { return text.split(['?', '#']).next().unwrap_or("").to_owned() };
    url.set_query(None);
    url.set_fragment(None);
    // Neither fails if the URL has a host; one without a host has no password.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_in_a_form_is_told_in_words() {
        let form = "ErrorCode=11200&Msg=HTTP+retrieval+failure&LogLevel=ERROR";
        assert_eq!(words(form), "HTTP retrieval failure");
        assert_eq!(words("HTTP retrieval failure: a=b"), "HTTP retrieval failure: a=b");
        assert_eq!(words("a=b"), "a=b");
    }

    #[test]
    fn no_address_tells_a_secret() {
        assert_eq!(address("https://ada:key@example.com/twiml?token=1#x"), "https://example.com/twiml");
        assert_eq!(address("/twiml?token=1"), "/twiml");
    }
}
