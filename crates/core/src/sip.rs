//! Carriers' SIP responses in plain words.
//!
//! Sources: RFC 3261 §21, and later additions to its registry (RFCs 3326, 3329, 4474, 4538, 5079, 5360, 5393, 5626,
//! 6086, 6228, 8197, 8599, 8688). An unlisted response means the same as the first of its class (§8.1.3.2).

/// What a SIP response means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SipResponse {
    /// What happened, as part of a sentence: "the line was busy".
    pub meaning: &'static str,
    /// What to do about it, as a sentence, if anything.
    pub next_step: Option<&'static str>,
}

/// "Temporarily Unavailable": for people this means no answer, though Twilio says `failed`.
pub(crate) const TEMPORARILY_UNAVAILABLE: u16 = 480;

const TRY_LATER: &str = "Try again later.";
const CHECK_NUMBER: &str = "Check the number, with its country code.";
const OTHER_NUMBER: &str = "Call from another number, or ask Twilio support.";
const SUPPORT: &str = "Try again. If it still fails, ask Twilio support.";
const LEAVE_ALONE: &str = "Don't call again unless they ask you to.";

type Row = (&'static [u16], &'static str, &'static str);

/// Codes, meaning, and what to do (may be empty).
const TABLE: &[Row] = &[
    (&[100], "the number was being looked up", ""),
    (&[180], "the phone was ringing", ""),
    (&[181], "the call was being forwarded", ""),
    (&[182], "the call was waiting in a queue", ""),
    (&[183, 199], "the call was on its way", ""),
    (&[200, 202, 204], "the call went through", ""),
    (&[300, 485], "the number leads to more than one place", CHECK_NUMBER),
    (&[301], "the number has changed", "Ask for the new number."),
    (&[302], "the number was forwarded to another one", TRY_LATER),
    (&[305, 380], "the phone company wants the call placed differently", SUPPORT),
    (&[400], "the phone company didn't understand the call", CHECK_NUMBER),
    (&[401, 407, 494], "the phone company wanted a sign-in first", SUPPORT),
    (&[402], "the phone company wanted payment first", "Check the balance in the Twilio Console."),
    (&[403], "the phone company refused the call", OTHER_NUMBER),
    (&[404], "there is no such number", CHECK_NUMBER),
    (
        &[405, 406, 415, 416, 420, 421, 423, 439, 469, 489, 493],
        "the phone company can't take a call like this",
        SUPPORT,
    ),
    (&[408], "the phone company didn't answer in time", TRY_LATER),
    (
        &[409, 412, 422, 424, 429, 440, 470, 491],
        "the phone company couldn't place the call at that moment",
        TRY_LATER,
    ),
    (&[410], "the number is no longer in service", CHECK_NUMBER),
    (&[411, 413, 414, 417, 513], "the phone company couldn't read the call", SUPPORT),
    (&[425], "the phone company couldn't confirm where the call came from", OTHER_NUMBER),
    (&[428, 436, 437, 438], "the phone company couldn't confirm whose number was calling", OTHER_NUMBER),
    (&[430], "the connection to the phone was lost", TRY_LATER),
    (&[433], "the person doesn't accept anonymous calls", "Call from a number that isn't hidden."),
    (&[TEMPORARILY_UNAVAILABLE], "nobody could be reached", TRY_LATER),
    (&[481], "the phone company lost the call", TRY_LATER),
    (&[482, 483], "the call went round in circles", "Check that no number forwards to itself."),
    (&[484], "the number is not complete", CHECK_NUMBER),
    (&[486], "the line was busy", TRY_LATER),
    (&[487], "the call was ended before anybody answered", ""),
    (&[488, 606], "the two sides have no sound format in common", SUPPORT),
    (&[500], "the phone company had an internal error", TRY_LATER),
    (&[501, 505], "the phone company doesn't know this kind of call", SUPPORT),
    (&[502], "the phone company got a bad answer from the next one", TRY_LATER),
    (&[503], "the phone company is overloaded or being repaired", TRY_LATER),
    (&[504], "the next phone company didn't answer in time", TRY_LATER),
    (&[555, 580], "the phone company couldn't meet the call's requirements", TRY_LATER),
    (&[600], "every line of that number was busy", TRY_LATER),
    (&[603], "the person declined the call", LEAVE_ALONE),
    (&[604], "there is no such number anywhere", CHECK_NUMBER),
    (&[607], "the person doesn't want this call", LEAVE_ALONE),
    (&[608], "the phone company blocked the call as unwanted", OTHER_NUMBER),
];

/// The meaning of a response; `None` if it isn't a SIP response code.
pub fn response(code: u16) -> Option<SipResponse> {
    let row = |code: u16| TABLE.iter().find(|(codes, ..)| codes.contains(&code));
    let first_of_class = match code {
        // Unknown 1xx responses count as 183 (§8.1.3.2).
        100..200 => 183,
        200..700 => code / 100 * 100,
        _ => return None,
    };
    let (_, meaning, next_step) = row(code).or_else(|| row(first_of_class))?;
    Some(SipResponse { meaning, next_step: Some(*next_step).filter(|step| !step.is_empty()) })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// All of RFC 3261 §21.
    const RFC_3261: [u16; 50] = [
        100, 180, 181, 182, 183, 200, 300, 301, 302, 305, 380, 400, 401, 402, 403, 404, 405, 406, 407, 408,
        410, 413, 414, 415, 416, 420, 421, 423, 480, 481, 482, 483, 484, 485, 486, 487, 488, 491, 493, 500,
        501, 502, 503, 504, 505, 513, 600, 603, 604, 606,
    ];

    #[test]
    fn every_response_is_listed_once() {
        let mut seen = BTreeSet::new();
        for code in TABLE.iter().flat_map(|(codes, ..)| codes.iter()) {
            assert!(seen.insert(*code), "{code}");
        }
        assert!(RFC_3261.iter().all(|code| seen.contains(code)));
    }

    #[test]
    fn a_response_that_is_not_listed_means_what_its_class_means() {
        let meaning = |code| response(code).map(|response| response.meaning);
        assert_eq!(meaning(404), Some("there is no such number"));
        for (unlisted, class) in [(110, 183), (299, 200), (399, 300), (499, 400), (599, 500), (699, 600)] {
            assert_eq!(meaning(unlisted), meaning(class), "{unlisted}");
        }
        for no_response in [0, 99, 700, 16_001] {
            assert_eq!(response(no_response), None);
        }
    }
}
