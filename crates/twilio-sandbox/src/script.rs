//! Numbers with special behavior: one table, which a test compares with the README.
//!
//! All are in +1 500 555, like Twilio's own test numbers: valid by the numbering plan, but not in use.

/// A documented number and its behavior.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script {
    /// In E.164.
    pub number: &'static str,
    /// The README's description.
    pub summary: &'static str,
    /// Response to the request that creates the call.
    pub answer: Answer,
    /// How the call ends.
    pub outcome: Outcome,
    /// Keys that are pressed halfway through what the first `Gather` plays, the next one, and so on.
    pub presses: &'static [&'static str],
    /// How its status callbacks are delivered.
    pub delivery: Delivery,
}

/// Response to the request that creates a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Immediate.
    Prompt,
    /// Dials at once, but responds after [`SandboxConfig::slow_answer`](crate::SandboxConfig::slow_answer).
    Slow,
    /// 429 without dialing.
    TooManyRequests,
    /// 429 to every first request; the next one succeeds.
    TooManyRequestsOnce,
    /// Dials, then answers 500.
    ServerErrorAfterDialling,
    /// Answers 500 without dialing.
    ServerErrorWithoutDialling,
    /// Dials, then closes the connection without a response.
    DropsAfterDialling,
    /// Dials, then answers 201 with an HTML page.
    UnreadableAfterDialling,
}

/// How a call ends without a hang-up request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A person answers and listens to the end.
    Answered,
    /// A person answers and stays at least this long, whatever plays.
    AnsweredForAtLeast {
        /// Seconds from answer to end.
        seconds: u32,
    },
    /// A machine answers.
    Machine,
    /// The line is busy.
    Busy,
    /// It rings until the call's `Timeout`.
    NoAnswer,
    /// The carrier can't connect it.
    Failed,
}

/// How a call's status callbacks are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// One after the other, each after the previous one was answered.
    InOrder,
    /// In order, each [`LATENESS_S`] seconds after its event.
    Late,
    /// In order, each three times with the same idempotency token.
    Repeated,
    /// All at the end, in reverse order.
    Reversed,
    /// Without the one for the end.
    EndingLost,
    /// None at all.
    AllLost,
    /// In order, signed with another token.
    WrongSignature,
}

/// Delay of late callbacks in seconds, at speed 1.
pub const LATENESS_S: u32 = 20;

const ORDINARY: Script = Script {
    number: "any other valid number",
    summary: "rings 3 seconds; a person answers and listens to the end",
    answer: Answer::Prompt,
    outcome: Outcome::Answered,
    presses: &[],
    delivery: Delivery::InOrder,
};

const fn outcome(number: &'static str, summary: &'static str, outcome: Outcome) -> Script {
    Script { number, summary, outcome, ..ORDINARY }
}

const fn delivery(number: &'static str, summary: &'static str, delivery: Delivery) -> Script {
    Script { number, summary, delivery, ..ORDINARY }
}

const fn presses(number: &'static str, summary: &'static str, keys: &'static [&'static str]) -> Script {
    Script { number, summary, presses: keys, ..ORDINARY }
}

const fn answer(number: &'static str, summary: &'static str, answer: Answer) -> Script {
    Script { number, summary, answer, ..ORDINARY }
}

/// Every documented number: `+15005550110 + n` is at index `n`.
pub const SCRIPTS: [Script; 24] = [
    outcome("+15005550110", "is busy", Outcome::Busy),
    outcome("+15005550111", "rings until the call's Timeout; nobody answers", Outcome::NoAnswer),
    outcome("+15005550112", "fails: the carrier can't connect it (SIP 404)", Outcome::Failed),
    outcome(
        "+15005550113",
        "a machine answers (`AnsweredBy` where detection was asked for)",
        Outcome::Machine,
    ),
    outcome(
        "+15005550114",
        "a long call: at least 5 minutes, whatever plays",
        Outcome::AnsweredForAtLeast { seconds: 300 },
    ),
    delivery("+15005550115", "callbacks come 20 seconds late, in order", Delivery::Late),
    delivery("+15005550116", "each callback comes three times", Delivery::Repeated),
    delivery("+15005550117", "callbacks come at the end, the last one first", Delivery::Reversed),
    delivery("+15005550118", "the callback of the ending never comes", Delivery::EndingLost),
    delivery("+15005550119", "no callback ever comes", Delivery::AllLost),
    answer("+15005550120", "dials, and answers the request after 20 seconds (`slow_answer`)", Answer::Slow),
    answer("+15005550121", "429, always; nobody is dialled", Answer::TooManyRequests),
    answer(
        "+15005550122",
        "429 to every first request, and the next one goes through",
        Answer::TooManyRequestsOnce,
    ),
    answer("+15005550123", "dials, and then answers 500", Answer::ServerErrorAfterDialling),
    answer("+15005550124", "answers 500; nobody is dialled", Answer::ServerErrorWithoutDialling),
    answer(
        "+15005550125",
        "dials, and then drops the connection without an answer",
        Answer::DropsAfterDialling,
    ),
    answer(
        "+15005550126",
        "dials, and then answers 201 with a page of HTML",
        Answer::UnreadableAfterDialling,
    ),
    delivery("+15005550127", "callbacks carry a wrong signature: refuse them", Delivery::WrongSignature),
    presses("+15005550128", "a person presses 9 half way through what the first `Gather` plays", &["9"]),
    presses("+15005550129", "a person presses 5 half way through what the first `Gather` plays", &["5"]),
    presses("+15005550130", "a person presses 1 half way through what the first `Gather` plays", &["1"]),
    presses("+15005550131", "a person listens to the end and presses nothing", &[]),
    presses(
        "+15005550132",
        "a person presses 5 half way through what the first `Gather` plays, and 1 half way through the next",
        &["5", "1"],
    ),
    Script {
        number: "+15005550133",
        summary: "a machine answers, and takes a tone for 1 half way through what the first `Gather` plays",
        outcome: Outcome::Machine,
        presses: &["1"],
        ..ORDINARY
    },
];

/// The behavior of `number` (E.164).
#[must_use]
pub fn script_for(number: &str) -> Script {
    // Subtracts instead of searching, since benchmarks run this for every call.
    number
        .strip_prefix("+1500555")
        .and_then(|last| last.parse::<usize>().ok())
        .and_then(|last| last.checked_sub(110))
        .and_then(|place| SCRIPTS.get(place))
        .filter(|script| script.number == number)
        .copied()
        .unwrap_or(ORDINARY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_finds_its_script() {
        for script in SCRIPTS {
            assert_eq!(script_for(script.number), script);
        }
        for other in
            ["+15005550006", "+15005550109", "+15005550134", "+1500555+110", "+14155550110", "", "+1500555"]
        {
            assert_eq!(script_for(other), ORDINARY, "{other}");
        }
    }

    #[test]
    fn readme_shows_this_table() {
        let readme = include_str!("../README.md");
        let shown: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `+150055501")).collect();
        let table: Vec<String> =
            SCRIPTS.iter().map(|script| format!("| `{}` | {} |", script.number, script.summary)).collect();
        assert_eq!(shown, table);
    }
}
