//! Recording a call before it is sent: the guard decides and the row is written in the same transaction.

use std::sync::Arc;

use benspamsphones_core::{
    AskedBy, Call, Candidate, EventKind, Further, Ledger, Message, Money, Permit, PhoneNumber, Policy,
    Refusal, Request, Source, guard,
};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::limits::OwnedRefusal;
use super::{App, NewCall};
use crate::clock::Moment;
use crate::live::Change;
use crate::store::call_rows::{self, Channels, Key};
use crate::store::ledger_rows::{self, Account};
use crate::store::{StoreError, call_message_rows, consent_rows, further_rows, refused_call_rows};

pub(super) enum Reservation {
    New(Arc<Call>, Permit),
    /// Its key placed this call before.
    Known(Box<KnownCall>),
    Refused(Box<Refusal>),
}

pub(super) struct KnownCall {
    pub(super) call: Call,
    pub(super) message: Option<String>,
}

/// What a protocol's TwiML does besides what is heard.
pub(super) struct Document {
    pub(super) further: Vec<Candidate>,
    /// The price of a minute to all of them, if known.
    pub(super) per_minute: Option<Money>,
    /// What the rules can't check and the owner hasn't allowed.
    pub(super) unchecked: Option<String>,
}

pub(super) struct Reserving {
    pub(super) call: Call,
    pub(super) request: Request,
    pub(super) document: Document,
    pub(super) channels: Channels,
    pub(super) key: Option<String>,
    pub(super) message: Option<Message>,
    pub(super) new_call: NewCall,
}

impl App {
    /// Records the call, unless its key has placed one before or the number may not be called. All in one transaction,
    /// so that two requests with the same key make one call, and a number blocked just now isn't rung.
    pub(super) async fn reserve(&self, reserving: Reserving) -> Result<Reservation, StoreError> {
        let (app, moment) = (self.clone(), self.moment());
        let written = self.inner.store.write(move |tx| {
            let Reserving { call, request, document, channels, key, message, new_call } = reserving;
            let connection = tx.connection();
            if let Some(key) = &key
                && let Some(known) = known(connection, &idempotency(&call, key))?
            {
                return Ok(Reservation::Known(Box::new(known)));
            }
            let (policy, now) = (app.policy(), call.requested_at);
            let account = Account { mode: call.mode, account_sid: &call.account_sid };
            let per_minute = document.per_minute.clone();
            let ledger = app.ledger(connection, &policy, account, &call.to, document, now, moment)?;
            let permit = match guard::authorize(&policy, &ledger, request, now) {
                Ok(permit) => permit,
                Err(refusal) => {
                    let noted = app.refused(call.to.to_string(), &new_call, &refusal);
                    refused_call_rows::note(connection, &noted.as_row())?;
                    tx.after_commit(move || app.live().announce(Change::RefusedCalls));
                    return Ok(Reservation::Refused(Box::new(refusal)));
                }
            };
            let estimate = call.estimate.map(|estimate| estimate.permitted(permit.longest_s()));
            let call = Call { estimate, ..call };
            call_rows::insert(connection, &call, &channels, key.as_deref(), message.as_ref())?;
            if !permit.further().is_empty() {
                further_rows::set(connection, call.id, permit.further(), per_minute.as_ref())?;
            }
            app.inner.twilio_time.keep(tx, now, moment)?;
            if new_call.consent && matches!(new_call.asked_by, AskedBy::Window | AskedBy::CommandLine) {
                consent_rows::put(connection, call.mode, &call.to, now, new_call.asked_by)?;
            }
            for &rule in permit.overridden() {
                refused_call_rows::note_overridden(connection, call.to.as_str(), rule, call.mode, call.id)?;
            }
            let call = Arc::new(call);
            let placed = call.clone();
            tx.after_commit(move || app.inner.dearest.note(&placed));
            tx.record(&call, EventKind::Status, Source::Local, call.requested_at)?;
            Ok(Reservation::New(call, permit))
        });
        written.await
    }

    #[expect(clippy::too_many_arguments, reason = "each is one thing that the rules go by")]
    pub(super) fn ledger(
        &self,
        connection: &Connection,
        policy: &Policy,
        account: Account<'_>,
        to: &PhoneNumber,
        document: Document,
        now: Timestamp,
        moment: Moment,
    ) -> Result<Ledger, StoreError> {
        let looks_older = |length| self.inner.clock_steps.forward_within(length, moment);
        let read = || ledger_rows::read(connection, policy, account, to, now, &looks_older);
        let mut ledger = self.known_of(to, read)?;
        ledger.unchecked = document.unchecked;
        ledger.further = self.further(connection, policy, account, document.further, now, &looks_older)?;
        Ok(ledger)
    }

    fn further(
        &self,
        connection: &Connection,
        policy: &Policy,
        account: Account<'_>,
        candidates: Vec<Candidate>,
        now: Timestamp,
        looks_older: &dyn Fn(SignedDuration) -> SignedDuration,
    ) -> Result<Vec<Further>, StoreError> {
        let further = |candidate: Candidate| {
            let number = candidate.to();
            let ledger = self.known_of(number, || {
                ledger_rows::of_number(connection, policy, account, number, now, looks_older)
            })?;
            Ok(Further { candidate, ledger })
        };
        candidates.into_iter().map(further).collect()
    }

    /// A number's record, with opt-outs that aren't in the database yet and the protocols' own numbers.
    fn known_of(
        &self,
        number: &PhoneNumber,
        read: impl FnOnce() -> Result<Ledger, StoreError>,
    ) -> Result<Ledger, StoreError> {
        let has_opted_out = self.has_unwritten_opt_out(number);
        let mut ledger = read()?;
        ledger.opted_out |= has_opted_out;
        let spellings = number.spellings();
        ledger.own |= self.protocols().iter().any(|protocol| spellings.contains(&protocol.from));
        Ok(ledger)
    }

    pub(super) fn refused(&self, to: String, new_call: &NewCall, refusal: &Refusal) -> OwnedRefusal {
        let words = refusal.to_string();
        OwnedRefusal {
            at: self.now(),
            to,
            new_call: new_call.clone(),
            mode: self.inner.mode,
            refusal: refusal.clone(),
            words,
        }
    }

    /// The call that this key placed with this account and mode: a script tried in the sandbox uses the same keys when
    /// it goes live.
    pub(super) async fn placed_with(&self, key: String) -> Result<Option<KnownCall>, StoreError> {
        let (mode, account_sid) = (self.inner.mode, self.inner.account_sid.clone());
        let found = self.inner.store.read(move |connection| {
            known(connection, &Key::Idempotency { key: &key, mode, account_sid: &account_sid })
        });
        found.await
    }
}

fn known(connection: &Connection, key: &Key<'_>) -> Result<Option<KnownCall>, StoreError> {
    let Some(call) = call_rows::find(connection, key)? else { return Ok(None) };
    let message = call_message_rows::get(connection, call.id)?;
    Ok(Some(KnownCall { call, message }))
}

fn idempotency<'a>(call: &'a Call, key: &'a str) -> Key<'a> {
    Key::Idempotency { key, mode: call.mode, account_sid: &call.account_sid }
}
