//! What a command gives back: data on standard output, remarks on standard error. A program that asks for JSON gets one
//! JSON object a line on either.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::exit::{Failure, USAGE};

/// For whom a command speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// For a program, which wants JSON.
    pub(crate) json: bool,
}

impl Output {
    /// Data: the lines for people, or the JSON.
    pub(crate) fn data(
        self,
        json: &Value,
        lines: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let mut out = Vec::new();
        if self.json {
            writeln!(out, "{json}")?;
        } else {
            lines(&mut out)?;
        }
        // At once: whoever reads a part of it must not get half a line.
        let mut stdout = io::stdout().lock();
        stdout.write_all(&out)?;
        Ok(stdout.flush()?)
    }

    /// Data that is one sentence.
    pub(crate) fn sentence(self, json: &Value, sentence: impl Display) -> Result<(), Failure> {
        self.data(json, |out| writeln!(out, "{sentence}"))
    }

    /// A change was made that leaves nothing to tell; a program hears of it.
    pub(crate) fn done(self, json: &Value) -> Result<(), Failure> {
        self.data(json, |_| Ok(()))
    }

    /// A remark for people. A program has no use for it.
    pub(crate) fn note(self, remark: impl Display) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        Ok(writeln!(io::stderr(), "{remark}")?)
    }

    /// Says what went wrong and ends with its code.
    pub(crate) fn failure(self, failure: &Failure) -> ExitCode {
        // When even this can't be written, the code still tells.
        let _ = if self.json {
            writeln!(io::stderr(), "{}", failure.json())
        } else {
            writeln!(io::stderr(), "bsp: {failure}")
        };
        ExitCode::from(failure.exit_code())
    }

    /// Ends on arguments that are none, or on a question for help.
    pub(crate) fn usage_error(self, error: &clap::Error) -> ExitCode {
        let code = error.exit_code();
        if self.json && error.use_stderr() {
            let detail = error.render().to_string();
            let told = json!({"code": "usage", "detail": detail.trim(), "exit_code": code});
            let _ = writeln!(io::stderr(), "{told}");
        } else {
            let _ = error.print();
        }
        ExitCode::from(u8::try_from(code).unwrap_or(USAGE))
    }
}
