//! Output of a command: data on standard output, remarks on standard error. With `--json`, one JSON object per line on
//! both.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::exit::{Failure, USAGE};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
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
        // In one write: a reader must not get half a line.
        let mut stdout = io::stdout().lock();
        stdout.write_all(&out)?;
        Ok(stdout.flush()?)
    }

    pub(crate) fn sentence(self, json: &Value, sentence: impl Display) -> Result<(), Failure> {
        self.data(json, |out| writeln!(out, "{sentence}"))
    }

    pub(crate) fn done(self, json: &Value) -> Result<(), Failure> {
        self.data(json, |_| Ok(()))
    }

    pub(crate) fn note(self, remark: impl Display) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        Ok(writeln!(io::stderr(), "{remark}")?)
    }

    pub(crate) fn failure(self, failure: &Failure) -> ExitCode {
        // If even this can't be written, the exit code still tells.
        let _ = if self.json {
            writeln!(io::stderr(), "{}", failure.json())
        } else {
            writeln!(io::stderr(), "bsp: {failure}")
        };
        ExitCode::from(failure.exit_code())
    }

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
