//! The network's password: generated, hashed, checked.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use benspamsphones_app::random::random_bytes;
use benspamsphones_app::store::setting_rows::{SESSIONS_PASSWORD, WEB_PASSWORD};
use benspamsphones_app::store::{Store, StoreError, setting_rows, token_rows};
use hmac::{Hmac, KeyInit, Mac};
use parking_lot::{Mutex, RwLock};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use super::AuthError;

/// Without characters that look alike: a person may have to type it.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// User and password of the LAN listener.
#[derive(Debug)]
pub enum WebUser {
    /// Given by BENSPAMSPHONES_USER and BENSPAMSPHONES_PASS; not stored.
    Given {
        /// The name.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// Stored as a hash in the database; generated and shown once if there is none yet.
    Kept {
        /// The name.
        user: String,
        /// Whether to generate a new one because the old one was lost.
        renew: bool,
    },
}

type Digest = [u8; 32];
/// The block length of SHA-256.
type Key = [u8; 64];

/// The user's name and password. A correct one is remembered as a keyed digest, so that argon2's deliberate slowness is
/// paid only once and not for every request.
pub(super) struct Password {
    user: String,
    /// Random at each start and kept nowhere else: without it, a digest is useless.
    key: Key,
    right: RwLock<Option<Digest>>,
    hash: Option<String>,
    /// The password given at this start, until its hash is stored with the first session.
    told: Mutex<Option<SecretString>>,
    /// Hashing takes 19 MiB and tens of milliseconds; guesses wait for each other and delay no other request.
    hashing: Semaphore,
}

impl Password {
    /// The second value was generated just now, to be shown once.
    pub(super) async fn open(
        store: &Store,
        web_user: &WebUser,
    ) -> Result<(Self, Option<SecretString>), AuthError> {
        let key = random_bytes();
        let password = |user: &str, right, hash, told| Self {
            user: user.to_owned(),
            key,
            right: RwLock::new(right),
            hash,
            told: Mutex::new(told),
            hashing: Semaphore::new(1),
        };
        match web_user {
            WebUser::Given { user, password: given } => {
                let right = digest(&key, user, given.expose_secret());
                let noted = end_sessions_of_another(store, given).await?;
                let told = (!noted).then(|| given.clone());
                Ok((password(user, Some(right), None, told), None))
            }
            WebUser::Kept { user, renew } => {
                let kept = store.read(|connection| setting_rows::get(connection, WEB_PASSWORD)).await?;
                let made = if kept.is_none() || *renew { Some(make(store).await?) } else { None };
                let hash = store.write(|tx| keep_sessions_of_kept(tx.connection())).await?;
                let right = made.as_ref().map(|made| digest(&key, user, made.expose_secret()));
                Ok((password(user, right, hash, None), made))
            }
        }
    }

    /// Stores which password new sessions belong to. A password given at each start is hashed for this only at the
    /// first sign-in.
    pub(super) async fn begins_sessions(&self, store: &Store) -> Result<(), AuthError> {
        let told = self.told.lock().take();
        if let Some(told) = told {
            let hash = hash(told).await?;
            store.write(move |tx| setting_rows::put(tx.connection(), SESSIONS_PASSWORD, &hash)).await?;
        }
        Ok(())
    }

    pub(super) fn user(&self) -> &str {
        &self.user
    }

    /// `None` if this isn't known without hashing.
    pub(super) fn known(&self, user: &str, password: &str) -> Option<bool> {
        let right = *self.right.read();
        let given = digest(&self.key, user, password);
        right.map(|right| right.ct_eq(&given).into())
    }

    /// `still_welcome` is checked when it is this guess's turn: others may have failed while it waited.
    pub(super) async fn check(&self, user: &str, password: &str, still_welcome: impl Fn() -> bool) -> bool {
        let Ok(_turn) = self.hashing.acquire().await else { return false };
        if let Some(known) = self.known(user, password) {
            return known;
        }
        let Some(hash) = self.hash.clone().filter(|_| still_welcome()) else { return false };
        let secret = SecretString::from(password.to_owned());
        let verified = tokio::task::spawn_blocking(move || verify(&hash, &secret)).await.unwrap_or(false);
        let right = verified && bool::from(self.user.as_bytes().ct_eq(user.as_bytes()));
        if right {
            let digest = digest(&self.key, user, password);
            *self.right.write() = Some(digest);
        }
        right
    }
}

/// Ends the previous password's sessions. A running server accepts the old password until it restarts, which also ends
/// the sessions begun with it in the meantime.
pub(crate) async fn make(store: &Store) -> Result<SecretString, AuthError> {
    let password = new_password();
    let hash = hash(password.clone()).await?;
    let written = store.write(move |tx| {
        // While the old password is still accepted, new sessions don't belong to this one.
        setting_rows::delete(tx.connection(), SESSIONS_PASSWORD)?;
        token_rows::delete_sessions(tx.connection())?;
        setting_rows::put(tx.connection(), WEB_PASSWORD, &hash)
    });
    written.await?;
    Ok(password)
}

fn keep_sessions_of_kept(connection: &rusqlite::Connection) -> Result<Option<String>, StoreError> {
    let kept = setting_rows::get(connection, WEB_PASSWORD)?;
    if let Some(hash) = &kept
        && setting_rows::get(connection, SESSIONS_PASSWORD)?.as_ref() != Some(hash)
    {
        token_rows::delete_sessions(connection)?;
        setting_rows::put(connection, SESSIONS_PASSWORD, hash)?;
    }
    Ok(kept)
}

/// Ends the sessions of another password than this one, which is given at each start and stored only as the sessions'
/// hash. Returns `false` if no session is left.
async fn end_sessions_of_another(store: &Store, given: &SecretString) -> Result<bool, AuthError> {
    let (hash, any) = store
        .read(|connection| {
            Ok((setting_rows::get(connection, SESSIONS_PASSWORD)?, token_rows::any_session(connection)?))
        })
        .await?;
    if !any {
        return Ok(false);
    }
    let given = given.clone();
    let same = move || hash.is_some_and(|hash| verify(&hash, &given));
    if tokio::task::spawn_blocking(same).await.unwrap_or(false) {
        return Ok(true);
    }
    tracing::info!("the password has changed, so all sessions are ended");
    store.write(|tx| token_rows::delete_sessions(tx.connection())).await?;
    Ok(false)
}

fn digest(key: &Key, user: &str, password: &str) -> Digest {
    let mut mac = Hmac::<Sha256>::new(&(*key).into());
    for part in [user, password] {
        // The length separates ("ab", "c") from ("a", "bc").
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

async fn hash(password: SecretString) -> Result<String, AuthError> {
    let hashing = tokio::task::spawn_blocking(move || {
        // The default parameters are argon2id, 19 MiB, two passes: OWASP's first choice.
        Argon2::default().hash_password(password.expose_secret().as_bytes()).map(|hash| hash.to_string())
    });
    hashing.await.map_err(|_| StoreError::Stopped)?.map_err(AuthError::Hash)
}

fn verify(hash: &str, password: &SecretString) -> bool {
    let verified = PasswordHash::new(hash)
        .map(|hash| Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok());
    verified.unwrap_or(false)
}

/// Twenty characters of 32: a hundred bits.
fn new_password() -> SecretString {
    let signs = random_bytes::<20>().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    signs.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-").into()
}
