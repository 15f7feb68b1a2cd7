//! Plays a call's instructions: fetches and follows documents, and notes errors.

use std::slice::Iter;
use std::time::Duration;

use twilio::Method;

use crate::account::Account;
use crate::address::{Address, Endpoint};
use crate::call::{Call, Instructions, Notice, Plays};
use crate::callback::{Outgoing, Purpose, Verdict, idempotency_token};
use crate::pace::Pace;
use crate::progress_report::call_params;
use crate::twiml::{self, Gather, Step};

/// For what the sandbox can't know: a remote URL, or an application.
const UNKNOWN: Duration = Duration::from_secs(10);
/// "We're sorry, an application error has occurred. Goodbye."
const APOLOGY: Duration = Duration::from_secs(4);
/// Most documents of one call, to stop endless loops.
const DOCUMENTS_MAX: usize = 100;
const HOPS_MAX: usize = 10;

enum Source {
    Text {
        text: String,
        base: Option<Address>,
    },
    /// An unknown document; it plays for a while.
    Unknown,
}

enum Keys {
    /// Nothing is reported: the next verb follows.
    None,
    /// The action URL is requested.
    Pressed { digits: String, finished_on: Option<char> },
}

enum End {
    /// Everything was played.
    Over,
    Fault(Notice),
}

/// After an error it plays the fallback, if there is one, or Twilio's apology.
pub(crate) async fn play(account: &Account, call: &Call, plays: &Plays, pace: &Pace) {
    let first = match &plays.instructions {
        Instructions::Twiml(text) => Ok(Source::Text { text: text.clone(), base: None }),
        Instructions::Application => Ok(Source::Unknown),
        Instructions::Fetch(fetch) => get(account, call, fetch, Purpose::Twiml, &[]).await,
    };
    let End::Fault(fault) = follow(account, call, pace, first).await else { return };
    let about = [("ErrorCode", fault.code.to_string()), ("ErrorUrl", fault.url.clone().unwrap_or_default())];
    note(account, call, fault);
    if let Some(fallback) = &plays.fallback {
        let document = get(account, call, fallback, Purpose::Twiml, &about).await;
        match follow(account, call, pace, document).await {
            End::Over => return,
            End::Fault(fault) => note(account, call, fault),
        }
    }
    pace.passes(APOLOGY).await;
}

async fn follow(account: &Account, call: &Call, pace: &Pace, first: Result<Source, Notice>) -> End {
    let mut next = first;
    // Each of the scripted keys is pressed only once.
    let mut presses = call.script.presses.iter();
    for _ in 0..DOCUMENTS_MAX {
        let (text, base) = match next {
            Ok(Source::Text { text, base }) => (text, base),
            Ok(Source::Unknown) => {
                pace.passes(UNKNOWN).await;
                return End::Over;
            }
            Err(fault) => return End::Fault(fault),
        };
        let program = match twiml::read(&text) {
            Ok(program) => program,
            Err(error) => return End::Fault(Notice::error(12100, error.to_string(), base.as_ref())),
        };
        for verb in &program.unknown {
            let message = format!("Schema validation warning: TwiML has no {verb} here");
            note(account, call, Notice::warning(12200, message, base.as_ref()));
        }
        let mut leads = None;
        for step in program.steps {
            match step {
                Step::Takes(time) => pace.passes(time).await,
                Step::Gather(gather) => {
                    if let Keys::Pressed { digits, finished_on } = keys(&gather, &mut presses, pace).await {
                        let about = vec![
                            ("Digits", digits),
                            ("FinishedOnKey", finished_on.map(String::from).unwrap_or_default()),
                            ("msg", "Gather End".to_owned()),
                        ];
                        let url = gather.action.unwrap_or_default();
                        leads = Some((url, gather.method, Purpose::Gather, about));
                        break;
                    }
                }
                Step::Hangup => return End::Over,
                Step::Redirect { url, method } => {
                    leads = Some((url, method, Purpose::Twiml, Vec::new()));
                    break;
                }
            }
        }
        let Some((url, method, purpose, about)) = leads else { return End::Over };
        let target = match &base {
            Some(base) => base.join(&url),
            None => Address::parse(&url),
        };
        next = match target {
            Some(address) => get(account, call, &Endpoint { address, method }, purpose, &about).await,
            None => Err(Notice::error(11100, format!("Invalid URL format: {url}"), base.as_ref())),
        };
    }
    End::Fault(Notice::error(11205, "The documents lead to one another without end", None))
}

/// Waits through a `Gather`. A pressed key stops what plays.
async fn keys(gather: &Gather, presses: &mut Iter<'_, &str>, pace: &Pace) -> Keys {
    let mut digits = String::new();
    // Only the finishing key counts as no input.
    let over = |digits: String, finished_on| {
        if digits.is_empty() && !gather.on_empty { Keys::None } else { Keys::Pressed { digits, finished_on } }
    };
    let Some(pressed) = presses.next().filter(|_| gather.dtmf) else {
        pace.passes(gather.heard).await;
        pace.passes(gather.timeout).await;
        return over(digits, None);
    };
    pace.passes(gather.heard / 2).await;
    for key in pressed.chars() {
        if gather.finish_on_key == Some(key) {
            return over(digits, Some(key));
        }
        digits.push(key);
        if gather.num_digits == Some(digits.len()) {
            return over(digits, None);
        }
    }
    pace.passes(gather.timeout).await;
    over(digits, None)
}

async fn get(
    account: &Account,
    call: &Call,
    endpoint: &Endpoint,
    purpose: Purpose,
    about: &[(&'static str, String)],
) -> Result<Source, Notice> {
    let mut params = call_params(account, call, &call.progress());
    params.extend_from_slice(about);
    let Endpoint { mut address, mut method } = endpoint.clone();
    for _ in 0..HOPS_MAX {
        let outgoing = Outgoing {
            call_sid: &call.sid,
            purpose,
            method,
            address: &address,
            params: &params,
            idempotency_token: &idempotency_token(),
            auth_token: account.auth_token(),
        };
        let reply = account.courier.deliver(&outgoing, |record| account.record(record)).await;
        let status = match reply.verdict {
            Verdict::NotSent => return Ok(Source::Unknown),
            Verdict::Unreachable => return Err(not_retrieved("no connection", &address)),
            Verdict::NoAnswer => return Err(not_retrieved("no answer", &address)),
            Verdict::Answered { status } => status,
        };
        match (status, reply.location) {
            (200..=299, _) => return document(reply.content_type.as_deref(), &reply.body, address),
            (301 | 302 | 303 | 307 | 308, Some(location)) => {
                address = address
                    .join(&location)
                    .ok_or_else(|| not_retrieved("a redirect to nowhere", &address))?;
                method = Method::Get;
            }
            (_, _) => return Err(not_retrieved(&format!("status {status}"), &address)),
        }
    }
    Err(not_retrieved("too many redirects", &address))
}

/// Handles content types like <https://www.twilio.com/docs/voice/twiml#twilio-understands-mime-types>.
fn document(content_type: Option<&str>, body: &[u8], address: Address) -> Result<Source, Notice> {
    let kind =
        content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let text = || String::from_utf8_lossy(body).into_owned();
    match kind.as_str() {
        "text/xml" | "application/xml" | "text/html" => {
            Ok(Source::Text { text: text(), base: Some(address) })
        }
        "text/plain" => {
            let spoken = twiml::speech(&text()).as_secs().max(1);
            Ok(Source::Text {
                text: format!("<Response><Pause length=\"{spoken}\"/></Response>"),
                base: Some(address),
            })
        }
        audio if audio.starts_with("audio/") => {
            let text = "<Response><Play/></Response>".to_owned();
            Ok(Source::Text { text, base: Some(address) })
        }
        _ => Err(Notice::error(12300, format!("Invalid Content-Type: {kind}"), Some(&address))),
    }
}

fn not_retrieved(why: &str, address: &Address) -> Notice {
    Notice::error(11200, format!("HTTP retrieval failure: {why}"), Some(address))
}

fn note(account: &Account, call: &Call, notice: Notice) {
    call.notice(notice);
    account.changed();
}
