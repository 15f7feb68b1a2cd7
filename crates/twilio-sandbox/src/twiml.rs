//! Reads TwiML as far as the course of a call depends on it: the order and length of its steps.

use std::time::Duration;

use roxmltree::{Document, Node};

use twilio::Method;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Something plays, or the call waits.
    Takes(Duration),
    /// Waits for keys.
    Gather(Gather),
    /// Ends the call.
    Hangup,
    /// Continues with another document.
    Redirect { url: String, method: Method },
}

/// See <https://www.twilio.com/docs/voice/twiml/gather>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gather {
    pub(crate) heard: Duration,
    pub(crate) timeout: Duration,
    /// Where to send the keys and get the next TwiML; by default the document's own URL.
    pub(crate) action: Option<String>,
    pub(crate) method: Method,
    pub(crate) num_digits: Option<usize>,
    pub(crate) finish_on_key: Option<char>,
    /// Whether to request the action URL even without keys.
    pub(crate) on_empty: bool,
    /// Whether it accepts keys, not only speech.
    pub(crate) dtmf: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) steps: Vec<Step>,
    /// Elements that TwiML doesn't allow there: skipped with a warning (12200).
    pub(crate) unknown: Vec<String>,
}

/// The document isn't TwiML (12100).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotTwiml {
    #[error("Document parse failure: {0}")]
    NotXml(#[from] roxmltree::Error),
    #[error("Document parse failure: the root element is {0}, not Response")]
    NotAResponse(String),
}

const WORDS_PER_MINUTE: u32 = 150;
/// Assumed length of a recording, which is never fetched.
pub(crate) const RECORDING: Duration = Duration::from_secs(10);
/// Assumed length of a conversation with another party.
const CONVERSATION: Duration = Duration::from_secs(30);
/// Length of `loop="0"`: longer than any call.
const FOR_EVER: Duration = Duration::from_secs(24 * 60 * 60);

pub(crate) fn read(text: &str) -> Result<Program, NotTwiml> {
    // Documents often begin with an empty line, which XML forbids before a declaration but Twilio accepts.
    let document = Document::parse(text.trim_start())?;
    let root = document.root_element();
    if root.tag_name().name() != "Response" {
        return Err(NotTwiml::NotAResponse(root.tag_name().name().to_owned()));
    }
    let mut program = Program { steps: Vec::new(), unknown: Vec::new() };
    for verb in root.children().filter(Node::is_element) {
        step(&mut program, verb);
    }
    Ok(program)
}

pub(crate) fn speech(text: &str) -> Duration {
    let words = u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX);
    (Duration::from_secs(60) * words / WORDS_PER_MINUTE).max(Duration::from_millis(500))
}

/// `w` waits half a second, `W` a second.
pub(crate) fn keys(keys: &str) -> Duration {
    keys.chars()
        .map(|key| match key {
            'w' => Duration::from_millis(500),
            'W' => Duration::from_secs(1),
            _ => Duration::from_millis(250),
        })
        .sum()
}

fn step(program: &mut Program, verb: Node<'_, '_>) {
    match verb.tag_name().name() {
        "Say" | "Play" | "Pause" => heard(program, verb),
        "Gather" => gather(program, verb),
        "Prompt" => {
            for nested in verb.children().filter(Node::is_element) {
                heard(program, nested);
            }
            program.takes(seconds(verb, "timeout", 5));
        }
        "Record" => program.takes(seconds(verb, "timeout", 5)),
        "Dial" | "Enqueue" | "Connect" | "Pay" | "Refer" => program.takes(CONVERSATION),
        "Hangup" | "Reject" | "Leave" => program.steps.push(Step::Hangup),
        "Redirect" => program.steps.push(Step::Redirect {
            url: verb.text().unwrap_or_default().trim().to_owned(),
            method: method(verb),
        }),
        "Start" | "Stop" | "Sms" | "Message" | "Siprec" => {}
        other => program.unknown.push(other.to_owned()),
    }
}

fn gather(program: &mut Program, verb: Node<'_, '_>) {
    let mut nested = Program { steps: Vec::new(), unknown: Vec::new() };
    for inside in verb.children().filter(Node::is_element) {
        heard(&mut nested, inside);
    }
    program.unknown.append(&mut nested.unknown);
    let times = nested.steps.iter().map(|step| match step {
        Step::Takes(time) => *time,
        Step::Gather(_) | Step::Hangup | Step::Redirect { .. } => Duration::ZERO,
    });
    let attribute = |name| verb.attribute(name).map(str::trim);
    program.steps.push(Step::Gather(Gather {
        heard: times.fold(Duration::ZERO, Duration::saturating_add).min(FOR_EVER),
        timeout: seconds(verb, "timeout", 5),
        action: attribute("action").filter(|action| !action.is_empty()).map(str::to_owned),
        method: method(verb),
        num_digits: attribute("numDigits").and_then(|count| count.parse().ok()).filter(|count| *count > 0),
        finish_on_key: attribute("finishOnKey").unwrap_or("#").chars().next(),
        on_empty: attribute("actionOnEmptyResult") == Some("true"),
        dtmf: attribute("input").is_none_or(|input| input.split_whitespace().any(|kind| kind == "dtmf")),
    }));
}

fn method(verb: Node<'_, '_>) -> Method {
    match verb.attribute("method") {
        Some(method) if method.eq_ignore_ascii_case("GET") => Method::Get,
        Some(_) | None => Method::Post,
    }
}

/// Verbs that may also be nested. They can't nest further, so depth is not a problem.
fn heard(program: &mut Program, verb: Node<'_, '_>) {
    match verb.tag_name().name() {
        "Say" => program.takes(repeated(verb, speech(&spoken(verb)))),
        "Play" => match verb.attribute("digits") {
            Some(digits) => program.takes(keys(digits)),
            None => program.takes(repeated(verb, RECORDING)),
        },
        "Pause" => program.takes(seconds(verb, "length", 1)),
        other => program.unknown.push(other.to_owned()),
    }
}

impl Program {
    fn takes(&mut self, time: Duration) {
        self.steps.push(Step::Takes(time));
    }
}

fn spoken(verb: Node<'_, '_>) -> String {
    verb.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect::<Vec<_>>().join(" ")
}

fn repeated(verb: Node<'_, '_>, once: Duration) -> Duration {
    match verb.attribute("loop").and_then(|times| times.parse::<u32>().ok()) {
        Some(0) => FOR_EVER,
        Some(times) => once.saturating_mul(times).min(FOR_EVER),
        None => once,
    }
}

fn seconds(verb: Node<'_, '_>, attribute: &str, default: u32) -> Duration {
    let seconds = verb.attribute(attribute).and_then(|text| text.parse().ok()).unwrap_or(default);
    Duration::from_secs(u64::from(seconds)).min(FOR_EVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(verbs: &str) -> Vec<Step> {
        read(&format!("<?xml version=\"1.0\"?><Response>{verbs}</Response>")).expect("TwiML").steps
    }

    fn takes(milliseconds: u64) -> Step {
        Step::Takes(Duration::from_millis(milliseconds))
    }

    #[test]
    fn each_verb_takes_its_time() {
        assert_eq!(steps("<Say>one two <emphasis>three four</emphasis> five</Say>"), [takes(2000)]);
        assert_eq!(steps("<Say loop=\"3\">a b c d e</Say>"), [takes(6000)]);
        assert_eq!(steps("<Pause/><Pause length=\"7\"/>"), [takes(1000), takes(7000)]);
        assert_eq!(steps("<Play digits=\"1wW\"/>"), [takes(1750)]);
        assert_eq!(steps("<Play loop=\"2\">x.mp3</Play>"), [takes(20_000)]);
        assert_eq!(steps("<Play loop=\"0\">x.mp3</Play>"), [Step::Takes(FOR_EVER)]);
    }

    fn gathers(verbs: &str) -> Gather {
        match steps(verbs).remove(0) {
            Step::Gather(gather) => gather,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn keys_are_gathered_as_twilio_documents() {
        let default = Gather {
            heard: Duration::ZERO,
            timeout: Duration::from_secs(5),
            action: None,
            method: Method::Post,
            num_digits: None,
            finish_on_key: Some('#'),
            on_empty: false,
            dtmf: true,
        };
        assert_eq!(gathers("<Gather/>"), default);
        let all = "<Gather input=\"dtmf speech\" timeout=\"3\" numDigits=\"1\" finishOnKey=\"\" method=\"GET\" \
                   actionOnEmptyResult=\"true\" action=\" /keys \"><Say>a b c d e</Say><Pause/></Gather>";
        let told = Gather {
            heard: Duration::from_secs(3),
            timeout: Duration::from_secs(3),
            action: Some("/keys".to_owned()),
            method: Method::Get,
            num_digits: Some(1),
            finish_on_key: None,
            on_empty: true,
            dtmf: true,
        };
        assert_eq!(gathers(all), told);
        assert!(!gathers("<Gather input=\"speech\"/>").dtmf);
    }

    #[test]
    fn hangup_and_redirect_are_seen() {
        assert_eq!(steps("<Hangup/>"), [Step::Hangup]);
        assert_eq!(
            steps("<Redirect method=\"get\"> /next </Redirect>"),
            [Step::Redirect { url: "/next".to_owned(), method: Method::Get }]
        );
    }

    #[test]
    fn unknown_verbs_are_skipped_and_told() {
        let program = read("\n<Response><Shout>hi</Shout><Pause/></Response>").expect("TwiML");
        assert_eq!(program.unknown, ["Shout"]);
        assert_eq!(program.steps, [takes(1000)]);
    }

    #[test]
    fn only_what_is_heard_nests() {
        let gather = "<Gather><Pause/><Hangup/><Gather><Pause/></Gather><Play digits=\"1\"/></Gather>";
        let program = read(&format!("<Response>{gather}</Response>")).expect("TwiML");
        assert_eq!(program.unknown, ["Hangup", "Gather"]);
        assert_eq!(gathers(gather).heard, Duration::from_millis(1250));
        assert_eq!(program.steps.len(), 1);
    }

    #[test]
    fn no_depth_is_too_deep() {
        const LEVELS: usize = 100_000;
        for (verb, unknown) in [("Gather", 1), ("Prompt", 1), ("Say", 0)] {
            let (open, close) = (format!("<{verb}>").repeat(LEVELS), format!("</{verb}>").repeat(LEVELS));
            let program = read(&format!("<Response>{open}{close}</Response>")).expect("TwiML");
            assert_eq!((program.steps.len(), program.unknown.len()), (1, unknown), "{verb}");
        }
    }

    #[test]
    fn other_documents_are_refused() {
        for bad in [
            "",
            "hello",
            "<Response>",
            "<response/>",
            "<html></html>",
            "<!DOCTYPE x [<!ENTITY a \"b\">]><Response>&a;</Response>",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn absurd_lengths_are_capped() {
        assert_eq!(steps("<Pause length=\"4294967295\"/>"), [Step::Takes(FOR_EVER)]);
        assert_eq!(steps("<Say loop=\"4294967295\">a</Say>"), [Step::Takes(FOR_EVER)]);
    }
}
