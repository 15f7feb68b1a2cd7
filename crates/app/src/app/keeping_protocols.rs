//! Whether a protocol may be saved: the guard checks the numbers that its TwiML dials, and the owner must allow TwiML
//! that the rules can't check.

use benspamsphones_core::{AskedBy, Further, Policy, Protocol, ProtocolError, ProtocolId, Refusal, guard};
use rusqlite::Connection;

use super::App;
use crate::store::{StoreError, ledger_rows};

/// Why a protocol was not saved.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// It is invalid, or Twilio would not play it as intended.
    #[error("protocol \"{0}\": {1}")]
    Invalid(ProtocolId, ProtocolError),
    /// It would dial a number that may not be called.
    #[error("protocol \"{0}\": {1}")]
    Rings(ProtocolId, Refusal),
    /// The owner hasn't allowed TwiML that the rules can't check.
    #[error(
        "protocol \"{0}\": the TwiML does more than the rules can check: {1}. To allow that for this \
         protocol, set allow_unchecked_twiml to true"
    )]
    NeedsAllowance(ProtocolId, String),
    /// Only the owner can allow TwiML that the rules can't check.
    #[error(
        "protocol \"{0}\": the TwiML does more than the rules can check: {1}. Only the owner can allow that, \
         in the window or with bsp protocols import"
    )]
    OwnersToAllow(ProtocolId, String),
}

impl App {
    /// The protocol as it may be saved in place of `before`. The owner's allowance counts only if the owner gives it,
    /// and only for the TwiML that it was given for.
    pub(super) fn may_be_kept(
        &self,
        connection: &Connection,
        protocol: Protocol,
        before: Option<&Protocol>,
        by: AskedBy,
    ) -> Result<Result<Protocol, NotKept>, StoreError> {
        let is_allowed = if by.is_owners() {
            protocol.allows_unchecked()
        } else {
            before.is_some_and(|before| before.allows_unchecked() && before.plays == protocol.plays)
        };
        let protocol = protocol.allowing_unchecked(is_allowed);
        if let Err(error) = protocol.check_twiml() {
            return Ok(Err(NotKept::Invalid(protocol.id, error)));
        }
        if let Err(refusal) = self.may_ring(connection, &self.policy(), &protocol)? {
            return Ok(Err(NotKept::Rings(protocol.id, refusal)));
        }
        Ok(match protocol.unchecked() {
            None => Ok(protocol),
            Some(what) if by.is_owners() => Err(NotKept::NeedsAllowance(protocol.id, what)),
            Some(what) => Err(NotKept::OwnersToAllow(protocol.id, what)),
        })
    }

    fn may_ring(
        &self,
        connection: &Connection,
        policy: &Policy,
        protocol: &Protocol,
    ) -> Result<Result<(), Refusal>, StoreError> {
        let candidates = match guard::screen_further(policy, protocol.document().rings()) {
            Ok(candidates) => candidates,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut further = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let has_opted_out = self.has_unwritten_opt_out(candidate.to());
            let mut ledger = ledger_rows::wishes(connection, candidate.to())?;
            ledger.opted_out |= has_opted_out;
            further.push(Further { candidate, ledger });
        }
        Ok(guard::screen_for_keeping(policy, &further))
    }
}
