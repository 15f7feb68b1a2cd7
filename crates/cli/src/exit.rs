//! How `bsp` ends: an exit code for scripts, and a sentence for people.

use std::io::{self, Write as _};
use std::process::ExitCode;

/// Exit codes beside 0 (done) and 2 (wrong usage, from the parser of arguments).
const FAILED: u8 = 1;
const USAGE: u8 = 2;
const NOT_RUNNING: u8 = 3;
const REFUSED: u8 = 4;
const NOT_FOUND: u8 = 5;
const NOT_ANSWERED: u8 = 6;
const UNKNOWN: u8 = 7;

/// With `--follow`: the call ended and nobody had answered.
pub(crate) fn not_answered() -> ExitCode {
    ExitCode::from(NOT_ANSWERED)
}

/// Nobody knows yet whether the phone rings. Not to be tried again.
pub(crate) fn unknown() -> ExitCode {
    ExitCode::from(UNKNOWN)
}

/// Something that needs the owner's attention.
pub(crate) fn problems() -> ExitCode {
    ExitCode::from(FAILED)
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Arguments or environment that don't make sense together.
    #[error("{0}")]
    Usage(String),
    /// There is no server to talk to.
    #[error("no BenSpamsPhones answers{0}. Start one with: bsp serve")]
    NotRunning(String),
    /// The server said no, and why.
    #[error("{title}: {detail}")]
    Problem { status: u16, title: String, detail: String },
    /// The server was asked, and its answer never came.
    #[error("the server did not answer: {0}")]
    NoAnswer(reqwest::Error),
    /// Output that nobody takes.
    #[error("the output could not be written: {0}")]
    Output(#[from] io::Error),
    /// Everything else.
    #[error("{0}")]
    Other(#[from] Box<dyn std::error::Error + Send + Sync>),
}

impl Failure {
    pub(crate) fn other(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Other(Box::new(error))
    }

    fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => USAGE,
            Self::NotRunning(_) => NOT_RUNNING,
            Self::Problem { status: 404, .. } => NOT_FOUND,
            // The server's own token was not taken, or the server failed.
            Self::Problem { status: 401 | 500..=599, .. }
            | Self::NoAnswer(_)
            | Self::Output(_)
            | Self::Other(_) => FAILED,
            Self::Problem { .. } => REFUSED,
        }
    }
}

/// Says what went wrong and ends with its code.
pub(crate) fn report(failure: &Failure) -> ExitCode {
    // When even this can't be written, the code still tells.
    let _ = writeln!(io::stderr(), "bsp: {failure}");
    ExitCode::from(failure.code())
}
