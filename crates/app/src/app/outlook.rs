//! What the rules would say about a call, so that a person sees it while typing a number. It permits nothing, and the
//! answer may change a moment later.

use benspamsphones_core::{
    AskedBy, Estimate, Limits, Refusal, Request, TimeThere, Used, WrittenNumber, guard,
};

use super::estimate::Estimated;
use super::reserve::Document;
use super::{App, EstimateError};
use crate::store::ledger_rows::Account;

/// The likely outcome of a call.
#[derive(Debug)]
pub struct Outlook {
    /// The number, if it may be called at all.
    pub to: Option<WrittenNumber>,
    /// The local time at the number.
    pub there: Option<TimeThere>,
    /// Every rule that refuses the call now; those that nothing can be done about come first.
    pub objections: Vec<Refusal>,
    /// The estimated cost, if known, capped by what the spending limits leave.
    pub estimate: Option<Estimate>,
    /// The current limits.
    pub limits: Limits,
    /// How much of the limits is used; only counted where there is a limit.
    pub used: Used,
}

impl App {
    /// What the rules say if `by` placed a call with this protocol to this number, as typed, now.
    ///
    /// # Errors
    /// When there is no such protocol, or the database can't be read.
    pub async fn outlook(&self, protocol: &str, to: &str, by: AskedBy) -> Result<Outlook, EstimateError> {
        let protocols = self.protocols();
        let known = protocols.iter().find(|known| known.id.as_str() == protocol);
        let protocol = known.ok_or_else(|| EstimateError::UnknownProtocol(protocol.to_owned()))?;
        let policy = self.policy();
        let limits = policy.limits.clone();
        let candidate = match guard::screen(&policy, to) {
            Ok(candidate) => candidate,
            Err(refusal) => {
                let objections = vec![refusal];
                let used = Used::default();
                return Ok(Outlook { to: None, there: None, objections, estimate: None, limits, used });
            }
        };
        let number =
            WrittenNumber { number: candidate.to().clone(), extension: candidate.extension().cloned() };
        let (further, by_document) = match guard::screen_further(&policy, protocol.document().rings()) {
            Ok(further) => (further, None),
            Err(refusal) => (Vec::new(), Some(refusal)),
        };
        let now = self.now();
        let Estimated { estimate, further: per_minute } =
            self.estimate(protocol, candidate.to(), &further, now).await;
        let document = Document { further, per_minute, unchecked: protocol.unchecked() };
        let (app, moment) = (self.clone(), self.moment());
        let there = guard::time_there(candidate.to(), now);
        let request = Request { candidate, by, overriding: Vec::new(), consent: false, estimate };
        let read = self.inner.store.read(move |connection| {
            let (mode, sid) = (app.inner.mode, app.inner.account_sid.clone());
            let account = Account { mode, account_sid: &sid };
            let to = request.candidate.to();
            let ledger = app.ledger(connection, &policy, account, to, document, now, moment)?;
            let mut objections = guard::objections(&policy, &ledger, &request, now);
            objections.extend(by_document);
            let longest_s =
                request.estimate.as_ref().and_then(|estimate| guard::longest_s(&policy, &ledger, estimate));
            let estimate = request.estimate.map(|estimate| estimate.permitted(longest_s));
            Ok((objections, estimate, guard::used(&ledger, now)))
        });
        let (objections, estimate, used) = read.await?;
        Ok(Outlook { to: Some(number), there, objections, estimate, limits, used })
    }
}
