//! `bsp completions`: scripts that ask this program for completions. So shells know the commands, their options, and
//! what [`completers`](crate::completers) find.

use std::io;

use clap::CommandFactory as _;
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use crate::args::Arguments;

const VARIABLE: &str = "COMPLETE";

/// If a script asks, answers and exits.
pub(crate) fn answer_a_shell() {
    CompleteEnv::with_factory(Arguments::command).var(VARIABLE).bin("bsp").complete();
}

pub(crate) fn script(shell: Shell) -> io::Result<Vec<u8>> {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let completer = shells.completer(&shell.to_string()).ok_or(io::ErrorKind::Unsupported)?;
    completer.write_registration(VARIABLE, "bsp", "bsp", "bsp", &mut script)?;
    if shell == Shell::Zsh {
        // zsh loads the file _bsp as a function that must complete, not only register the completer.
        script.extend_from_slice(
            b"\nif [[ \"$funcstack[1]\" == \"_bsp\" ]]; then\n    _clap_dynamic_completer_bsp \"$@\"\nfi\n",
        );
    }
    Ok(script)
}
