//! Who may access the server from the network: with the user's password, a session, a device's token, or the owner's
//! token.
//!
//! A source that guesses waits longer each time ([`back_off`]). A token can't be guessed, so holders of one never wait:
//! no one can lock out a signed-in browser, and the owner's window needs no credentials.

mod back_off;
mod pairing;
pub(crate) mod password;
mod refusals;
pub(crate) mod tokens;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use benspamsphones_app::clock::Clock;
use benspamsphones_app::store::{Store, StoreError};
use benspamsphones_core::AskedBy;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::net::Source;
use back_off::BackOff;
pub(crate) use pairing::CODE_LIFE;
use pairing::Pairing;
use password::Password;
pub use password::WebUser;
use refusals::Refusals;
pub use refusals::{Refused, Why};
use tokens::Tokens;
pub use tokens::{Holder, TokenKind};

/// Decides who may access the server. Shared by all listeners.
pub struct Auth {
    password: Password,
    owner: [u8; 32],
    tokens: Tokens,
    back_off: BackOff,
    pairing: Pairing,
    refusals: Refusals,
    clock: Clock,
}

/// An authenticated client.
#[derive(Clone)]
pub enum Who {
    /// The owner's window, in this process.
    Window,
    /// The owner on the same machine: `bsp`, with the token from the data folder.
    Owner,
    /// A client with the user's name and password, for this one request.
    User,
    /// A signed-in browser, or a device.
    Holder(Arc<Holder>),
}

impl Who {
    pub(crate) fn asks(&self) -> (AskedBy, Option<String>) {
        match self {
            Self::Window => (AskedBy::Window, None),
            Self::Owner => (AskedBy::CommandLine, None),
            Self::User => (AskedBy::Program, None),
            Self::Holder(holder) => {
                let way = match holder.kind {
                    TokenKind::Session => AskedBy::Browser,
                    TokenKind::Device => AskedBy::Device,
                };
                (way, Some(holder.seen().name))
            }
        }
    }
}

pub(crate) enum Presented<'a> {
    Password { user: &'a str, password: &'a str },
    Token(&'a str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejection {
    Rejected,
    /// Credentials aren't checked for this long.
    LockedOut(Duration),
}

/// Why setting up failed.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// argon2's error.
    #[error("the password can't be hashed: {0}")]
    Hash(argon2::password_hash::Error),
}

impl Auth {
    /// Sets up authentication. The second value is a password generated just now, to be shown once.
    ///
    /// # Errors
    /// When the stored credentials can't be read, or a new password can't be saved.
    pub async fn open(
        store: &Store,
        web_user: &WebUser,
        owner_token: &SecretString,
        clock: Clock,
    ) -> Result<(Self, Option<SecretString>), AuthError> {
        // Before the sessions are read: this ends sessions that belong to another password.
        let (password, made) = Password::open(store, web_user).await?;
        let auth = Self {
            password,
            owner: digest(owner_token.expose_secret()),
            tokens: Tokens::open(store.clone(), clock.clone()).await?,
            back_off: BackOff::default(),
            pairing: Pairing::default(),
            refusals: Refusals::new(store.clone(), clock.clone()),
            clock,
        };
        Ok((auth, made))
    }

    /// The user's name.
    pub fn user(&self) -> &str {
        self.password.user()
    }

    pub(crate) async fn admit(&self, presented: Presented<'_>, source: Source) -> Result<Who, Rejection> {
        match presented {
            Presented::Token(token) if self.owner.ct_eq(&digest(token)).into() => Ok(Who::Owner),
            Presented::Token(token) => match self.tokens.find(token, source) {
                Some(holder) => Ok(Who::Holder(holder)),
                None => {
                    // Not counted: no one guesses 256 bits, and a browser with an expired session keeps retrying.
                    self.refusals.note(source, Why::UnknownToken);
                    Err(Rejection::Rejected)
                }
            },
            Presented::Password { user, password } => {
                let waits = || self.back_off.wait(source, Instant::now());
                if let Some(wait) = waits() {
                    // Right or wrong: an answer would help a guesser.
                    self.refusals.note(source, Why::LockedOut);
                    return Err(Rejection::LockedOut(wait));
                }
                let right = match self.password.known(user, password) {
                    Some(right) => right,
                    None => self.password.check(user, password, || waits().is_none()).await,
                };
                if right {
                    self.back_off.forget(source);
                    Ok(Who::User)
                } else {
                    Err(self.failed_attempt(source, Why::WrongPassword))
                }
            }
        }
    }

    pub(crate) async fn begin_session(
        &self,
        browser: &str,
        source: Source,
    ) -> Result<(SecretString, Arc<Holder>), AuthError> {
        self.password.begins_sessions(self.tokens.store()).await?;
        Ok(self.tokens.make(TokenKind::Session, browser, &source.to_string()).await?)
    }

    pub(crate) async fn add_device(
        &self,
        name: &str,
        source: &str,
    ) -> Result<(SecretString, Arc<Holder>), StoreError> {
        self.tokens.make(TokenKind::Device, name, source).await
    }

    pub(crate) fn pairing_code(&self) -> String {
        self.pairing.make(self.clock.moment())
    }

    /// Whether a code could be used now. Its eighty bits can't be guessed by asking.
    pub(crate) fn is_code_open(&self, code: &str) -> bool {
        self.pairing.is_open(code, self.clock.moment())
    }

    pub(crate) async fn pair(
        &self,
        code: &str,
        name: &str,
        source: Source,
    ) -> Result<Result<(SecretString, Arc<Holder>), Rejection>, StoreError> {
        if let Some(wait) = self.back_off.wait(source, Instant::now()) {
            self.refusals.note(source, Why::LockedOut);
            return Ok(Err(Rejection::LockedOut(wait)));
        }
        if !self.pairing.take(code, self.clock.moment()) {
            return Ok(Err(self.failed_attempt(source, Why::WrongCode)));
        }
        self.back_off.forget(source);
        self.add_device(name, &source.to_string()).await.map(Ok)
    }

    pub(crate) fn holders(&self, kind: TokenKind) -> Vec<Arc<Holder>> {
        self.tokens.list(kind)
    }

    pub(crate) async fn rename_device(&self, id: Uuid, name: &str) -> Result<bool, StoreError> {
        self.tokens.rename(id, name).await
    }

    /// Ends a session or revokes a device's token at once, including its streams; `false` if there is no such id.
    pub(crate) async fn end(&self, kind: TokenKind, id: Uuid) -> Result<bool, StoreError> {
        self.tokens.end(kind, id).await
    }

    pub(crate) fn note_refusal(&self, source: Source, why: Why) {
        self.refusals.note(source, why);
    }

    pub(crate) async fn refused(&self) -> Result<Vec<Refused>, StoreError> {
        self.refusals.list().await
    }

    pub(crate) fn waiting(&self) -> HashMap<String, Duration> {
        self.back_off.waiting(Instant::now())
    }

    pub(crate) async fn clear_lockout(&self, source: String) -> Result<(), StoreError> {
        self.back_off.forget_named(&source);
        self.refusals.forget(source).await
    }

    fn failed_attempt(&self, source: Source, why: Why) -> Rejection {
        let now = Instant::now();
        self.back_off.failed(source, now);
        self.refusals.note(source, why);
        self.back_off.wait(source, now).map_or(Rejection::Rejected, Rejection::LockedOut)
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
