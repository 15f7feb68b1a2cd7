//! Ctrl-C, and the signal by which a system ends its programs: what every host of a server stops by.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC, ctrl_c};

/// What tells the program to stop. Listened for from its making on: what comes while nobody waits for it is told to whoever
/// waits next, and ends nothing by itself.
pub struct StopSignals {
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(windows)]
    interrupt: CtrlC,
}

impl StopSignals {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the system doesn't let signals be listened for.
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

    /// Waits for one. Loses none when it is dropped.
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

    /// One that came between two waits was lost once: the program had said that it was ready, and never stopped.
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
        // It has arrived by now, and still nobody waited for it here.
        seen.recv().await;
        signals.recv().await;
    }
}
