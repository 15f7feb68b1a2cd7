//! The tray over D-Bus, as a panel reads and clicks it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::desk::{Desk, wait_for_end};
use crate::dialogs::decide;
use crate::tray_host::TrayHost;

#[tokio::test]
async fn the_tray_rings_once_more_and_hangs_up() {
    let desk = Desk::new();
    desk.prefer(&json!({ "countdown": false }));
    let host = TrayHost::start(&desk).await;
    let _app = desk.start(&["--hidden"]);
    desk.limitless().await;
    assert!(!host.wait_for("Sandbox").await.enabled, "a line to read");
    let first = desk.ring("dinner", "+15005550100").await;
    host.choose("Hang up +1 500 555 0100").await;
    desk.wait_for_calls("the first call is over", |calls| calls.iter().all(|call| call["ended"] == true))
        .await;
    host.choose("Call +1 500 555 0100").await;
    let calls = desk.wait_for_calls("a second call", |calls| calls.len() == 2).await;
    assert_eq!((&calls[0]["to"], &calls[0]["protocol"]), (&json!("+15005550100"), &json!("dinner")));
    assert_ne!(calls[0]["id"], first.as_str());
    desk.wait_for_calls("it rings", |calls| calls[0]["status"] == "ringing" || calls[0]["ended"] == true)
        .await;
    host.choose("Hang up +1 500 555 0100").await;
    let calls =
        desk.wait_for_calls("both are over", |calls| calls.iter().all(|call| call["ended"] == true)).await;
    assert_eq!(calls.len(), 2, "one click, one call: {calls:#?}");
}

#[tokio::test]
async fn the_tray_rings_who_is_pinned_by_name() {
    let desk = Desk::new();
    desk.prefer(&json!({ "countdown": false }));
    let host = TrayHost::start(&desk).await;
    let _app = desk.start(&["--hidden"]);
    let ada = json!({ "name": "Ada", "numbers": [{ "number": "+15005550101" }] });
    desk.ask(Method::POST, "/api/v1/people", Some(ada)).await;
    let pinned = json!({ "items": [{ "protocol": "protocol1", "number": "+15005550101" }] });
    desk.ask(Method::PUT, "/api/v1/quick-dials", Some(pinned)).await;
    desk.limitless().await;
    let rung = desk.ring("dinner", "+15005550101").await;
    desk.ask(Method::POST, &format!("/api/v1/calls/{rung}/hangup"), None).await;
    desk.wait_for_calls("nobody is rung", |calls| calls[0]["ended"] == true).await;
    host.choose("Call Ada: protocol1").await;
    let calls = desk.wait_for_calls("a call", |calls| calls.len() == 2).await;
    assert_eq!((&calls[0]["to"], &calls[0]["protocol"]), (&json!("+15005550101"), &json!("protocol1")));
    host.wait_for("Hang up Ada").await;
    // Blocked people are not called from here either. Another item: the same one again could count as a double click.
    desk.ask(Method::PUT, "/api/v1/blocked-numbers/+15005550101", Some(json!({}))).await;
    host.choose("Call Ada: Dinner").await;
    let refused = desk.wait_for_refused_call().await;
    assert_eq!(
        (&refused["asked_by"], &refused["code"]),
        (&json!("tray"), &json!("blocked_number")),
        "{refused}"
    );
    assert_eq!((&refused["to"], &refused["protocol"]), (&json!("+15005550101"), &json!("dinner")));
    assert_eq!(desk.calls().await.len(), 2);
}

#[tokio::test]
async fn two_clicks_at_once_ring_once() {
    let desk = Desk::new();
    desk.prefer(&json!({ "countdown": false }));
    let host = TrayHost::start(&desk).await;
    let _app = desk.start(&["--hidden"]);
    desk.limitless().await;
    let pinned = json!({ "items": [{ "protocol": "protocol1", "number": "+15005550110" }] });
    desk.ask(Method::PUT, "/api/v1/quick-dials", Some(pinned)).await;
    desk.ring("dinner", "+15005550110").await;
    desk.wait_for_calls("the line is busy", |calls| calls[0]["ended"] == true).await;
    let line = host.wait_for("Call +1 500 555 0110: Dinner").await;
    host.click(&line).await;
    host.click(&line).await;
    // Clicks are handled in order, so anything that the second one dialed comes before this.
    host.choose("Call +1 500 555 0110: protocol1").await;
    let over = |call: &Value| call["ended"] == true;
    let is_last = |call: &Value| call["protocol"] == "protocol1";
    let calls = desk
        .wait_for_calls("the last click's call is over", |calls| {
            calls.iter().any(is_last) && calls.iter().all(over)
        })
        .await;
    assert_eq!(calls.len(), 3, "{calls:#?}");
}

#[tokio::test]
async fn quitting_during_a_call_asks_and_hangs_up_or_stays() {
    let desk = Desk::new();
    let host = TrayHost::start(&desk).await;
    let mut app = desk.start(&["--hidden"]);
    desk.ring("dinner", "+15005550100").await;
    desk.wait_for_calls("they talk", |calls| calls[0]["status"] == "in-progress").await;
    host.choose("Quit").await;
    // Closing the dialog stays.
    decide(&desk, "Quit", &["Escape"]);
    assert_eq!(desk.calls().await[0]["status"], "in-progress");
    // The first button has the focus.
    host.choose("Quit").await;
    decide(&desk, "Quit", &["Return"]);
    let status = wait_for_end("it quits", &mut app.0);
    assert!(status.success(), "{status}");
    let _again = desk.start(&["--hidden"]);
    let calls = desk.calls().await;
    assert_eq!((&calls[0]["status"], &calls[0]["hangup_requested"]), (&json!("completed"), &json!(true)));
}
