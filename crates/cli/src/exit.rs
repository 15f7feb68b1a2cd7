//! How `bsp` exits: an exit code for scripts, and a sentence for people or an object for programs.

use std::io;
use std::process::ExitCode;

use serde_json::{Map, Value};

const FAILED: u8 = 1;
pub(crate) const USAGE: u8 = 2;
const NOT_RUNNING: u8 = 3;
const REFUSED: u8 = 4;
const NOT_FOUND: u8 = 5;
const NOT_ANSWERED: u8 = 6;
const UNKNOWN: u8 = 7;

pub(crate) fn not_answered() -> ExitCode {
    ExitCode::from(NOT_ANSWERED)
}

/// Whether the phone rings is unknown. Don't retry.
pub(crate) fn unknown() -> ExitCode {
    ExitCode::from(UNKNOWN)
}

pub(crate) fn problems() -> ExitCode {
    ExitCode::from(FAILED)
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    Usage(String),
    #[error("BenSpamsPhones doesn't answer{0}. Start it with: bsp serve")]
    NotRunning(String),
    #[error("another program answers at {0}. Start BenSpamsPhones on another port: bsp serve --port NUMBER")]
    Stranger(String),
    #[error("{}", told(.title, .detail))]
    Problem {
        status: u16,
        title: String,
        detail: String,
        /// The whole problem object, including title and detail.
        members: Map<String, Value>,
    },
    /// The request was sent, but no answer arrived.
    #[error("the server did not answer: {0}")]
    NoAnswer(reqwest::Error),
    #[error("the server's answer makes no sense: {0}")]
    StrangeAnswer(&'static str),
    #[error("{0}. The phone may ring. Check bsp calls before you try again")]
    MayRing(Box<Failure>),
    #[error("the output could not be written: {0}")]
    Output(#[from] io::Error),
    #[error("{0}")]
    Other(#[from] Box<dyn std::error::Error + Send + Sync>),
}

fn told(title: &str, detail: &str) -> String {
    if detail.starts_with(title) { detail.to_owned() } else { format!("{title}: {detail}") }
}

impl Failure {
    pub(crate) fn other(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Other(Box::new(error))
    }

    pub(crate) fn refused(title: &str, detail: String) -> Self {
        Self::Problem { status: 409, title: title.to_owned(), detail, members: Map::new() }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => USAGE,
            Self::NotRunning(_) | Self::Stranger(_) => NOT_RUNNING,
            Self::Problem { status: 404, .. } => NOT_FOUND,
            // The server rejected its own token, or failed.
            Self::Problem { status: 401 | 500..=599, .. }
            | Self::NoAnswer(_)
            | Self::StrangeAnswer(_)
            | Self::Output(_)
            | Self::Other(_) => FAILED,
            Self::Problem { .. } => REFUSED,
            Self::MayRing(_) => UNKNOWN,
        }
    }

    /// Stable for programs; the server's problem code if there is one.
    fn name(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::NotRunning(_) => "not_running",
            Self::Stranger(_) => "not_the_server",
            Self::Problem { .. } => "refused",
            Self::NoAnswer(_) => "no_answer",
            Self::StrangeAnswer(_) => "strange_answer",
            Self::MayRing(_) => "outcome_unknown",
            Self::Output(_) => "output",
            Self::Other(_) => "failed",
        }
    }

    pub(crate) fn json(&self) -> Value {
        let mut members = match self {
            Self::Problem { members, title, detail, .. } => {
                let mut members = members.clone();
                members.entry("title").or_insert_with(|| title.clone().into());
                members.entry("detail").or_insert_with(|| detail.clone().into());
                members
            }
            other => Map::from_iter([("detail".to_owned(), other.to_string().into())]),
        };
        members.entry("code").or_insert_with(|| self.name().into());
        members.insert("exit_code".into(), self.exit_code().into());
        Value::Object(members)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(status: u16, title: &str, detail: &str) -> Failure {
        let members = Map::from_iter([("code".to_owned(), "call_over".into())]);
        Failure::Problem { status, title: title.into(), detail: detail.into(), members }
    }

    #[test]
    fn nothing_is_said_twice() {
        let said = |title, detail| problem(409, title, detail).to_string();
        assert_eq!(said("It is over", "It is over: it was busy"), "It is over: it was busy");
        assert_eq!(said("It is over", "The line was busy."), "It is over: The line was busy.");
    }

    #[test]
    fn a_program_reads_the_same_as_the_exit_code() {
        let told = problem(409, "It is over", "The line was busy.").json();
        assert_eq!((&told["code"], &told["exit_code"]), (&json!("call_over"), &json!(4)));
        assert_eq!(Failure::NotRunning(String::new()).json()["exit_code"], 3);
        assert_eq!(Failure::Stranger("http://127.0.0.1:9/".into()).json()["code"], "not_the_server");
        let lost = Failure::MayRing(Box::new(Failure::StrangeAnswer("it is empty")));
        assert_eq!((lost.exit_code(), lost.name()), (7, "outcome_unknown"));
    }
}
