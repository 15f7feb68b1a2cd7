//! Ctrl-C and the system's termination signal: how every host of a server stops.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC, ctrl_c};

/// Signals that stop the program. They are caught from construction on: a signal that arrives between two waits is
/// returned by the next one, and doesn't end the process by itself.
pub struct StopSignals {
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(windows)]
    interrupt: CtrlC,
}

impl StopSignals {
    /// Starts listening.
    ///
    /// # Errors
    /// When the system doesn't allow listening for signals.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(windows)]
            interrupt: ctrl_c()?,
        })
    }

    /// Waits for a signal. Dropping the future loses none.
    pub async fn recv(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(windows)]
        self.interrupt.recv().await;
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::*;

    /// A signal between two waits was once lost: the program had reported that it was ready, and never stopped.
    #[tokio::test]
    async fn one_that_comes_while_nobody_waits_is_not_lost() {
        let mut signals = StopSignals::listen().unwrap();
        tokio::select! {
            biased;
            () = signals.recv() => panic!("nobody sent one"),
            () = std::future::ready(()) => {}
        }
        let mut seen = signal(SignalKind::terminate()).unwrap();
        assert!(
            Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status().unwrap().success()
        );
        // It has arrived by now, without a wait in progress.
        seen.recv().await;
        signals.recv().await;
    }
}
