//! The Call resource.

use serde::Serialize;
use twilio::CallStatus;

use crate::call::{Call, Progress};
use crate::number;
use crate::timestamp::rfc2822;

/// Twilio's fields, all of them strings or null.
#[derive(Serialize)]
pub(crate) struct CallResource<'a> {
    date_updated: String,
    price_unit: &'static str,
    parent_call_sid: Option<&'static str>,
    caller_name: Option<&'static str>,
    duration: Option<String>,
    from: &'a str,
    to: &'a str,
    annotation: Option<&'static str>,
    answered_by: Option<&'static str>,
    sid: &'a str,
    queue_time: &'static str,
    price: Option<String>,
    api_version: &'static str,
    status: &'static str,
    direction: &'static str,
    start_time: Option<String>,
    date_created: String,
    from_formatted: String,
    group_sid: Option<&'static str>,
    trunk_sid: Option<&'static str>,
    forwarded_from: Option<&'static str>,
    uri: String,
    account_sid: &'a str,
    end_time: Option<String>,
    to_formatted: String,
    phone_number_sid: String,
    subresource_uris: Subresources,
}

#[derive(Serialize)]
struct Subresources {
    events: String,
    notifications: String,
}

impl<'a> CallResource<'a> {
    pub(crate) fn of(call: &'a Call, account_sid: &'a str) -> Self {
        let Progress { status, updated, started, ended, duration_s, price, answered_by, .. } =
            call.progress();
        let base = format!("/2010-04-01/Accounts/{account_sid}/Calls/{}", call.sid);
        Self {
            date_updated: rfc2822(updated),
            price_unit: "USD",
            parent_call_sid: None,
            caller_name: None,
            duration: duration_s.map(|seconds| seconds.to_string()),
            from: &call.request.from,
            to: &call.request.to,
            annotation: None,
            answered_by,
            sid: &call.sid,
            queue_time: "0",
            price,
            api_version: "2010-04-01",
            status: status_in_rest(status).as_str(),
            direction: "outbound-api",
            start_time: started.map(rfc2822),
            date_created: rfc2822(call.created),
            from_formatted: number::formatted(&call.request.from),
            group_sid: None,
            trunk_sid: None,
            forwarded_from: None,
            account_sid,
            end_time: ended.map(rfc2822),
            to_formatted: number::formatted(&call.request.to),
            phone_number_sid: phone_number_sid(&call.request.from),
            subresource_uris: Subresources {
                events: format!("{base}/Events.json"),
                notifications: format!("{base}/Notifications.json"),
            },
            uri: base + ".json",
        }
    }
}

/// `initiated` exists only in callbacks.
pub(crate) fn status_in_rest(status: CallStatus) -> CallStatus {
    if status == CallStatus::Initiated { CallStatus::Queued } else { status }
}

/// Always the same for the same number.
pub(crate) fn phone_number_sid(e164: &str) -> String {
    format!("PN{:0>32}", e164.trim_start_matches('+'))
}
