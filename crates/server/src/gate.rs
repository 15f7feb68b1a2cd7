//! Who may come in: the user's password and the owner's token.

use std::sync::{PoisonError, RwLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::config::WebUser;
use crate::random::random_bytes;
use crate::store::{Store, StoreError, setting_rows};

const PASSWORD_SETTING: &str = "web_password_argon2id";
/// Without the signs that look like others: a person may have to type it.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

type Digest = [u8; 32];
/// As long as a block of SHA-256, the length that HMAC takes as it is.
type Key = [u8; 64];

/// Checks credentials. A password that was right is remembered as a keyed digest, so that argon2's deliberate
/// slowness is paid once and not at every request.
pub struct Gate {
    user: String,
    /// Made anew at each start and kept nowhere else: a digest tells nothing to who reads this memory later.
    key: Key,
    right: RwLock<Option<Digest>>,
    hash: Option<String>,
    owner: Digest,
    /// Hashing takes 19 MiB and tens of milliseconds; guesses wait for each other, not for everybody else.
    hashing: Semaphore,
}

/// What went wrong while the password was read or made.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// argon2 refused; its words.
    #[error("the password can't be hashed: {0}")]
    Hash(argon2::password_hash::Error),
}

impl Gate {
    /// Sets the gate up. The second value is a password that was made up just now, to be shown once.
    ///
    /// # Errors
    /// When the kept hash can't be read or a new one not be written.
    pub async fn open(
        store: &Store,
        web_user: &WebUser,
        owner_token: &SecretString,
    ) -> Result<(Self, Option<SecretString>), GateError> {
        let key = random_bytes();
        let owner = digest(&key, &[owner_token.expose_secret()]);
        let gate = |user: &str, right, hash| Self {
            user: user.to_owned(),
            key,
            right: RwLock::new(right),
            hash,
            owner,
            hashing: Semaphore::new(1),
        };
        match web_user {
            WebUser::Given { user, password } => {
                let right = digest(&key, &[user, password.expose_secret()]);
                Ok((gate(user, Some(right), None), None))
            }
            WebUser::Kept { user, renew } => {
                let kept = store.read(|connection| setting_rows::get(connection, PASSWORD_SETTING)).await?;
                if kept.is_some() && !renew {
                    return Ok((gate(user, None, kept), None));
                }
                let password = make_password(store).await?;
                let right = digest(&key, &[user, password.expose_secret()]);
                Ok((gate(user, Some(right), None), Some(password)))
            }
        }
    }

    /// The user's name.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Whether these are the user's name and password.
    pub async fn admits_password(&self, user: &str, password: &str) -> bool {
        let given = digest(&self.key, &[user, password]);
        let right = *self.right.read().unwrap_or_else(PoisonError::into_inner);
        if right.is_some_and(|right| bool::from(right.ct_eq(&given))) {
            return true;
        }
        // With the right one known, any other is wrong; no need to hash it.
        let (None, Some(hash)) = (right, self.hash.clone()) else { return false };
        let Ok(_turn) = self.hashing.acquire().await else { return false };
        let password = SecretString::from(password.to_owned());
        let verified = tokio::task::spawn_blocking(move || verify(&hash, &password)).await.unwrap_or(false);
        let admitted = verified && bool::from(self.user.as_bytes().ct_eq(user.as_bytes()));
        if admitted {
            *self.right.write().unwrap_or_else(PoisonError::into_inner) = Some(given);
        }
        admitted
    }

    /// Whether this is the owner's token.
    pub fn admits_owner(&self, token: &str) -> bool {
        self.owner.ct_eq(&digest(&self.key, &[token])).into()
    }
}

/// Makes a password up and keeps its hash, in place of the one before. A gate that is open goes on with the old one: the
/// server is started again to change it, which also ends what was let in with the old one.
///
/// # Errors
/// When the hash can't be made or kept.
pub(crate) async fn make_password(store: &Store) -> Result<SecretString, GateError> {
    let password = new_password();
    let hash = hash(password.clone()).await?;
    store.write(move |tx| setting_rows::put(tx.connection(), PASSWORD_SETTING, &hash)).await?;
    Ok(password)
}

fn digest(key: &Key, parts: &[&str]) -> Digest {
    let mut mac = Hmac::<Sha256>::new(&(*key).into());
    for part in parts {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

async fn hash(password: SecretString) -> Result<String, GateError> {
    let hashing = tokio::task::spawn_blocking(move || {
        // The default parameters are argon2id, 19 MiB, two passes: OWASP's first choice.
        Argon2::default().hash_password(password.expose_secret().as_bytes()).map(|hash| hash.to_string())
    });
    hashing.await.map_err(|_| StoreError::Stopped)?.map_err(GateError::Hash)
}

fn verify(hash: &str, password: &SecretString) -> bool {
    let verified = PasswordHash::new(hash)
        .map(|hash| Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok());
    verified.unwrap_or(false)
}

/// Twenty signs of 32: a hundred bits.
fn new_password() -> SecretString {
    let signs = random_bytes::<20>().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    signs.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-").into()
}
