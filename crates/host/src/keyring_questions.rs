//! What a start asks the keyring, and how long it waits for the answers.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use benspamsphones_app::accounts::PusherKeys;
use benspamsphones_server::vault::{NgrokToken, TwilioKeys, Vault, VaultError};
use tokio::time::Instant;

use crate::Told;

/// All questions of one start together. A keyring that hasn't answered by then may be waiting for its password, or be
/// broken; the window says which credentials are missing.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether a start waits for the keyring at the moment. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct KeyringWait(Arc<AtomicUsize>);

impl KeyringWait {
    /// Whether a question has no answer yet.
    pub fn is_waiting(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

/// Counts as a question without an answer until it is dropped.
struct Asking<'a>(&'a KeyringWait);

impl<'a> Asking<'a> {
    fn of(wait: &'a KeyringWait) -> Self {
        wait.0.fetch_add(1, Ordering::Relaxed);
        Self(wait)
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(crate) struct KeyringQuestions {
    vault: Vault,
    wait: KeyringWait,
    /// None for a host that can't do without the answer: someone may be typing the keyring's password.
    until: Option<Instant>,
}

impl KeyringQuestions {
    pub(crate) fn of(told: &Told) -> Self {
        let until = told.sandbox_when_in_doubt.then(|| Instant::now() + PATIENCE);
        Self { vault: told.vault, wait: told.keyring_wait.clone(), until }
    }

    pub(crate) async fn twilio(&self) -> Result<Option<TwilioKeys>, VaultError> {
        self.in_time(self.vault.twilio()).await
    }

    pub(crate) async fn pusher(&self) -> Result<Option<PusherKeys>, VaultError> {
        self.in_time(self.vault.pusher()).await
    }

    pub(crate) async fn ngrok(&self) -> Result<Option<NgrokToken>, VaultError> {
        self.in_time(self.vault.ngrok()).await
    }

    async fn in_time<T>(&self, answer: impl Future<Output = Result<T, VaultError>>) -> Result<T, VaultError> {
        let _asking = Asking::of(&self.wait);
        match self.until {
            Some(until) => tokio::time::timeout_at(until, answer).await.unwrap_or(Err(VaultError::Silent)),
            None => answer.await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_questions_of_a_start_together_have_one_time_out() {
        let wait = KeyringWait::default();
        let questions =
            KeyringQuestions { vault: Vault::Environment, wait: wait.clone(), until: Some(Instant::now()) };
        for _ in 0..3 {
            let answer = questions.in_time(std::future::pending::<Result<(), _>>()).await;
            assert!(matches!(answer, Err(VaultError::Silent)), "{answer:?}");
        }
        assert!(!wait.is_waiting());
        assert!(
            questions.in_time(std::future::ready(Ok(()))).await.is_ok(),
            "an answer counts, however late"
        );
    }

    #[tokio::test]
    async fn a_question_without_an_answer_is_known_to_wait() {
        let wait = KeyringWait::default();
        let questions = KeyringQuestions { vault: Vault::Environment, wait: wait.clone(), until: None };
        {
            let mut question = std::pin::pin!(questions.in_time(std::future::pending::<Result<(), _>>()));
            tokio::select! {
                biased;
                _ = &mut question => panic!("nobody answered"),
                () = std::future::ready(()) => {}
            }
            assert!(wait.is_waiting());
        }
        assert!(!wait.is_waiting(), "a start that was given up waits for nothing");
    }
}
