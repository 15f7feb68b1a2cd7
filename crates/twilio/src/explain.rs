//! Twilio's error codes in plain words.
//!
//! Source of the codes: Twilio's error dictionary, to whose page each explanation links.

use std::borrow::Cow;

/// What an error means to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What happened.
    pub sentence: Cow<'static, str>,
    /// What to do about it.
    pub next_step: Cow<'static, str>,
    /// Where to read more.
    pub link: Option<String>,
}

/// Explains one of Twilio's error codes, or nothing if this crate has no words for it: then show Twilio's own message.
#[must_use]
pub fn explain(code: u32) -> Option<Explanation> {
    let (sentence, next_step) = words(code)?;
    Some(Explanation {
        sentence: Cow::Borrowed(sentence),
        next_step: Cow::Borrowed(next_step),
        link: Some(link(code)),
    })
}

/// Twilio's page about an error.
pub(crate) fn link(code: u32) -> String {
    format!("https://www.twilio.com/docs/api/errors/{code}")
}

/// The same for every 429, with or without Twilio's body.
pub(crate) fn too_many_requests() -> Explanation {
    Explanation {
        sentence: Cow::Borrowed(TOO_MANY_REQUESTS.0),
        next_step: Cow::Borrowed(TOO_MANY_REQUESTS.1),
        link: Some(link(20429)),
    }
}

const TOO_MANY_REQUESTS: (&str, &str) = (
    "Twilio has had too many requests from this account and took none of this one.",
    "Wait a little and try again.",
);

fn words(code: u32) -> Option<(&'static str, &'static str)> {
    Some(match code {
        11200 => (
            "Twilio could not fetch what the call should say.",
            "Open the TwiML address from outside your network: it must be public and answer quickly without an error.",
        ),
        13224 => (
            "Twilio cannot call this kind of number.",
            "Check the number, with its country code. Some numbers, such as short codes, cannot be called through Twilio.",
        ),
        13225 => (
            "Twilio has blocked calls to this number.",
            "Call another number, or ask Twilio's support why this one is blocked.",
        ),
        13227 | 21215 | 32205 => (
            "The Twilio account may not call this country or area.",
            "Allow it in the Twilio console under Voice, Settings, Geo permissions.",
        ),
        20003 => (
            "Twilio did not accept the credentials.",
            "Check the account SID and the auth token, or the API key and its secret, and that the account is active.",
        ),
        20404 => (
            "Twilio does not know what was asked for.",
            "Check that the account SID is the right one; old calls may have been deleted.",
        ),
        20429 => TOO_MANY_REQUESTS,
        21201 => ("No number to call was given.", "Give the number to call, with its country code."),
        21202 => (
            "This is a premium number, which the Twilio account may not call.",
            "Call another number, or ask Twilio's support to allow premium numbers.",
        ),
        21205 => (
            "Twilio does not accept the address of the TwiML.",
            "Give a whole http or https address that can be reached from the internet.",
        ),
        21210 => (
            "The number to call from is not this Twilio account's.",
            "Choose one of the account's own numbers, or verify this one in the Twilio console under Verified Caller IDs.",
        ),
        21211 | 21217 => (
            "The number to call is not a valid phone number.",
            "Check the number and write it with its country code, for example +15005550006.",
        ),
        21212 => (
            "The number to call from is not a valid phone number.",
            "Write the caller's number with its country code, for example +15005550006.",
        ),
        21213 => (
            "No number to call from was given.",
            "Set one of the Twilio account's numbers as the number to call from.",
        ),
        21214 => ("The number cannot be reached by a call.", "Check the number, or try another one."),
        21216 => (
            "The Twilio account may not call this number.",
            "Call another number, or ask Twilio's support why this one is blocked.",
        ),
        21219 => (
            "A trial account may call verified numbers only.",
            "Verify the number in the Twilio console under Verified Caller IDs, or upgrade the account.",
        ),
        21220 => {
            ("The call is not in progress any more, or not yet.", "Look at the call again: it may be over.")
        }
        21609 => (
            "Twilio does not accept the address for news of the call.",
            "Give a public http or https address whose host name holds no underscore.",
        ),
        21626 => (
            "Twilio does not know the events that it should report, so it will report none.",
            "Ask only for initiated, ringing, answered and completed, each in a field of its own.",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODES: [u32; 23] = [
        11200, 13224, 13225, 13227, 20003, 20404, 20429, 21201, 21202, 21205, 21210, 21211, 21212, 21213,
        21214, 21215, 21216, 21217, 21219, 21220, 21609, 21626, 32205,
    ];

    #[test]
    fn every_known_code_has_a_sentence_a_next_step_and_its_page() {
        for code in CODES {
            let Explanation { sentence, next_step, link } = explain(code).unwrap_or_else(|| panic!("{code}"));
            for text in [&sentence, &next_step] {
                assert!(text.starts_with(|c: char| c.is_ascii_uppercase()), "{code}: {text}");
                assert!(text.ends_with('.'), "{code}: {text}");
            }
            assert_eq!(link, Some(format!("https://www.twilio.com/docs/api/errors/{code}")));
        }
    }

    #[test]
    fn no_other_code_is_explained() {
        let explained: Vec<u32> = (0..100_000).filter(|code| explain(*code).is_some()).collect();
        assert_eq!(explained, CODES);
    }
}
