//! Browsers' sessions and devices' tokens: long random secrets, stored only as a digest.

use std::collections::HashMap;
use std::sync::Arc;

use benspamsphones_app::clock::{Clock, Moment};
use benspamsphones_app::random::random_hex;
pub use benspamsphones_app::store::token_rows::TokenKind;
use benspamsphones_app::store::token_rows::{self, TokenRow};
use benspamsphones_app::store::{Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard, RwLock};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::net::Source;

const SESSION_IDLE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The time of last use needn't be exact to the second.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// Tokens begin with this, so that a leaked one is recognized.
const PREFIX: &str = "bsp_";
/// Longest name of a device, in characters.
pub const MAX_NAME: usize = 60;

type Digest = [u8; 32];

/// The holder of a token.
pub struct Holder {
    /// Its id, which is not secret.
    pub id: Uuid,
    /// A session or a device.
    pub kind: TokenKind,
    /// When the token was made.
    pub created_at: Timestamp,
    seen: Mutex<Seen>,
    ended: CancellationToken,
}

/// The changing fields of a holder.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its name.
    pub name: String,
    /// When it was last used, to within some minutes.
    pub at: Timestamp,
    /// Where it was last used from.
    pub source: String,
    written_at: Timestamp,
    /// When it was last used, by the monotonic clock: setting the wall clock ends no session.
    used: Moment,
}

impl Holder {
    fn of(row: TokenRow, clock: &Clock) -> Self {
        let idle = clock.now().duration_since(row.seen_at).max(SignedDuration::ZERO);
        let seen = Seen {
            name: row.name,
            at: row.seen_at,
            source: row.source,
            written_at: row.seen_at,
            used: clock.moment() - idle,
        };
        Self {
            id: row.id,
            kind: row.kind,
            created_at: row.created_at,
            seen: Mutex::new(seen),
            ended: CancellationToken::new(),
        }
    }

    /// The current values of what may change.
    pub fn seen(&self) -> Seen {
        self.lock().clone()
    }

    /// Waits until it is revoked or signed out.
    pub async fn ended(&self) {
        self.ended.cancelled().await;
    }

    fn is_over(&self, now: Moment) -> bool {
        match self.kind {
            TokenKind::Session => now.since(self.lock().used) > SESSION_IDLE,
            TokenKind::Device => false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock()
    }
}

pub(super) struct Tokens {
    store: Store,
    clock: Clock,
    held: RwLock<HashMap<Digest, Arc<Holder>>>,
}

impl Tokens {
    pub(super) async fn open(store: Store, clock: Clock) -> Result<Self, StoreError> {
        let now = clock.now();
        let tidied = store.write(move |tx| {
            token_rows::delete_idle(tx.connection(), now - SESSION_IDLE)?;
            token_rows::not_seen_after(tx.connection(), now)
        });
        tidied.await?;
        let rows = store.read(token_rows::list).await?;
        let held = rows.into_iter().map(|row| (row.digest, Arc::new(Holder::of(row, &clock)))).collect();
        Ok(Self { store, clock, held: RwLock::new(held) })
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// Makes a token; this is the only time it is shown.
    pub(super) async fn make(
        &self,
        kind: TokenKind,
        name: &str,
        source: &str,
    ) -> Result<(SecretString, Arc<Holder>), StoreError> {
        let token = SecretString::from(format!("{PREFIX}{}", random_hex::<32>()));
        let now = self.clock.now();
        let row = TokenRow {
            id: Uuid::now_v7(),
            kind,
            digest: digest(token.expose_secret()),
            name: named(name),
            source: source.to_owned(),
            created_at: now,
            seen_at: now,
        };
        let written = row.clone();
        self.store.write(move |tx| token_rows::insert(tx.connection(), &written)).await?;
        let digest = row.digest;
        let holder = Arc::new(Holder::of(row, &self.clock));
        self.held.write().insert(digest, holder.clone());
        Ok((token, holder))
    }

    /// The holder of this token. Looked up by its digest, so the time this takes reveals nothing about the token.
    pub(super) fn find(&self, token: &str, source: Source) -> Option<Arc<Holder>> {
        let held = self.held.read();
        let holder = held.get(&digest(token)).cloned()?;
        drop(held);
        if holder.is_over(self.clock.moment()) {
            return None;
        }
        self.note_seen(&holder, source);
        Some(holder)
    }

    fn note_seen(&self, holder: &Holder, source: Source) {
        let (now, moment) = (self.clock.now(), self.clock.moment());
        let mut seen = holder.lock();
        (seen.at, seen.used) = (now, moment);
        seen.source = source.to_string();
        if now.duration_since(seen.written_at).abs() < SEEN_EVERY {
            return;
        }
        seen.written_at = now;
        let (store, id, source) = (self.store.clone(), holder.id, seen.source.clone());
        tokio::spawn(async move {
            let written =
                store.write(move |tx| token_rows::set_seen(tx.connection(), id, now, &source)).await;
            if let Err(error) = written {
                tracing::warn!(%error, "the time a token was used could not be saved");
            }
        });
    }

    pub(super) fn list(&self, kind: TokenKind) -> Vec<Arc<Holder>> {
        let now = self.clock.moment();
        let held = self.held.read();
        let mut list: Vec<_> =
            held.values().filter(|holder| holder.kind == kind && !holder.is_over(now)).cloned().collect();
        list.sort_by_key(|holder| std::cmp::Reverse(holder.id));
        list
    }

    pub(super) async fn rename(&self, id: Uuid, name: &str) -> Result<bool, StoreError> {
        let name = named(name);
        let written = name.clone();
        let found = self.store.write(move |tx| token_rows::rename(tx.connection(), id, &written)).await?;
        let held = self.held.read();
        if let Some(holder) = held.values().find(|holder| holder.id == id) {
            holder.lock().name = name;
        }
        Ok(found)
    }

    /// Ends one at once, including its streams; `false` if there is none of that kind and id. It is invalid from then
    /// on, even if the change can't be stored.
    pub(super) async fn end(&self, kind: TokenKind, id: Uuid) -> Result<bool, StoreError> {
        let ended: Vec<_> = {
            let mut held = self.held.write();
            held.extract_if(|_, holder| holder.kind == kind && holder.id == id).collect()
        };
        for (_, holder) in &ended {
            holder.ended.cancel();
        }
        self.store.write(move |tx| token_rows::delete(tx.connection(), kind, id)).await?;
        Ok(!ended.is_empty())
    }
}

/// A token has 256 random bits, so the digest needs no slow hash against guessing.
fn digest(token: &str) -> Digest {
    Sha256::digest(token.as_bytes()).into()
}

fn named(name: &str) -> String {
    let line: String = name.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    let short: String = line.trim().chars().take(MAX_NAME).collect();
    if short.is_empty() { "Device".into() } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_short_line() {
        assert_eq!(named("  Ada's\nphone "), "Ada's phone");
        assert_eq!(named(" \t"), "Device");
        assert_eq!(named(&"x".repeat(200)).len(), MAX_NAME);
    }
}
