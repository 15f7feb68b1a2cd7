//! Status callbacks: their content and order.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;
use twilio::{CallEvent, CallStatus};

use crate::account::Account;
use crate::call::{Call, Progress};
use crate::callback::{Outgoing, Purpose, idempotency_token};
use crate::pace::scaled;
use crate::script::{Delivery, LATENESS_S};
use crate::sid;
use crate::timestamp::rfc2822;

pub(crate) struct Report {
    event: CallEvent,
    progress: Progress,
    at: Timestamp,
    happened: Instant,
}

impl Report {
    /// `progress` is from the event itself, not read later: a hang-up may have ended the call since.
    pub(crate) fn of(event: CallEvent, progress: Progress) -> Self {
        Self { event, at: progress.updated, progress, happened: Instant::now() }
    }
}

pub(crate) async fn deliver(account: &Account, call: &Call, mut mailbox: UnboundedReceiver<Report>) {
    let mut sequence = 0..;
    let mut next = async || {
        let report = mailbox.recv().await?;
        Some((
            report.event,
            report.happened,
            params(account, call, &report, sequence.next().unwrap_or(u32::MAX)),
        ))
    };
    let own = account.auth_token();
    match call.script.delivery {
        Delivery::InOrder => {
            while let Some((_, _, params)) = next().await {
                send(account, call, &params, &idempotency_token(), own).await;
            }
        }
        Delivery::Late => {
            let lateness = scaled(Duration::from_secs(u64::from(LATENESS_S)), account.config.speed);
            while let Some((_, happened, params)) = next().await {
                tokio::time::sleep_until(happened + lateness).await;
                send(account, call, &params, &idempotency_token(), own).await;
            }
        }
        Delivery::Repeated => {
            while let Some((_, _, params)) = next().await {
                let token = idempotency_token();
                for _ in 0..3 {
                    send(account, call, &params, &token, own).await;
                }
            }
        }
        Delivery::Reversed => {
            let mut held = Vec::new();
            while let Some((_, _, params)) = next().await {
                held.push(params);
            }
            for params in held.iter().rev() {
                send(account, call, params, &idempotency_token(), own).await;
            }
        }
        Delivery::EndingLost => {
            while let Some((event, _, params)) = next().await {
                if event != CallEvent::Completed {
                    send(account, call, &params, &idempotency_token(), own).await;
                }
            }
        }
        Delivery::AllLost => while next().await.is_some() {},
        Delivery::WrongSignature => {
            let forged = SecretString::from(sid::random_hex());
            while let Some((_, _, params)) = next().await {
                send(account, call, &params, &idempotency_token(), &forged).await;
            }
        }
    }
}

async fn send(
    account: &Account,
    call: &Call,
    params: &[(&'static str, String)],
    idempotency_token: &str,
    auth_token: &SecretString,
) {
    let wish = call.orders.borrow().status_callback.clone();
    if let Some(wish) = wish {
        let outgoing = Outgoing {
            call_sid: &call.sid,
            purpose: Purpose::StatusCallback,
            method: wish.endpoint.method,
            address: &wish.endpoint.address,
            params,
            idempotency_token,
            auth_token,
        };
        account.courier.deliver(&outgoing, |record| account.record(record)).await;
    }
}

pub(crate) fn call_params(
    account: &Account,
    call: &Call,
    progress: &Progress,
) -> Vec<(&'static str, String)> {
    let (to, from) = (&call.request.to, &call.request.from);
    let (to_country, from_country) = (&call.request.to_country, &call.request.from_country);
    let mut params = Vec::with_capacity(36);
    let mut add = |name, value: &str| params.push((name, value.to_owned()));
    add("CallSid", &call.sid);
    add("AccountSid", &account.config.account_sid);
    add("ApiVersion", "2010-04-01");
    add("Direction", "outbound-api");
    add("CallStatus", progress.status.as_str());
    add("From", from);
    add("To", to);
    add("Caller", from);
    add("Called", to);
    // A number shows only the country; the rest is empty, as Twilio's often is.
    for name in ["FromCity", "FromState", "FromZip", "CallerCity", "CallerState", "CallerZip"] {
        add(name, "");
    }
    for name in ["ToCity", "ToState", "ToZip", "CalledCity", "CalledState", "CalledZip"] {
        add(name, "");
    }
    add("FromCountry", from_country);
    add("CallerCountry", from_country);
    add("ToCountry", to_country);
    add("CalledCountry", to_country);
    if let Some(answered_by) = progress.answered_by {
        add("AnsweredBy", answered_by);
    }
    params
}

fn params(account: &Account, call: &Call, report: &Report, sequence: u32) -> Vec<(&'static str, String)> {
    let progress = &report.progress;
    let mut params = call_params(account, call, progress);
    params.push(("Timestamp", rfc2822(report.at)));
    params.push(("CallbackSource", "call-progress-events".to_owned()));
    params.push(("SequenceNumber", sequence.to_string()));
    if let Some(duration_s) = progress.duration_s {
        params.push(("CallDuration", duration_s.to_string()));
        params.push(("Duration", duration_s.div_ceil(60).to_string()));
    }
    if let Some(code) = progress.sip_response_code {
        params.push(("SipResponseCode", code.to_string()));
    }
    if call.request.record && progress.status == CallStatus::Completed && progress.answered.is_some() {
        let recording = sid::random("RE");
        let account_sid = &account.config.account_sid;
        let url = format!("https://api.twilio.com/2010-04-01/Accounts/{account_sid}/Recordings/{recording}");
        params.push(("RecordingUrl", url));
        params.push(("RecordingSid", recording));
        params.push(("RecordingDuration", progress.duration_s.unwrap_or(0).to_string()));
    }
    params
}
