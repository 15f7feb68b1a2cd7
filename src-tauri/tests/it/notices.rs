//! Notifications about calls while the window isn't in front.

use reqwest::Method;
use serde_json::json;

use crate::desk::Desk;
use crate::notification_server::{NotificationServer, Told};
use crate::tray_host::TrayHost;

const BUSY: &str = "+15005550110";
const BUSY_SHOWN: &str = "+1 500 555 0110";
const ANSWERS: &str = "+15005550100";

async fn talk(desk: &Desk) {
    let id = desk.ring("dinner", ANSWERS).await;
    desk.wait_for_calls("they talk", |calls| calls[0]["status"] == "in-progress").await;
    desk.ask(Method::POST, &format!("/api/v1/calls/{id}/hangup"), None).await;
    desk.wait_for_calls("it is over", |calls| calls[0]["ended"] == true).await;
}

fn silent(title: &str, text: &str) -> Told {
    Told { title: title.to_owned(), text: text.to_owned(), sound: None }
}

#[tokio::test]
async fn an_answer_an_end_and_a_failure_are_told_by_name_and_not_heard() {
    let desk = Desk::new();
    let notifications = NotificationServer::start(&desk).await;
    let _host = TrayHost::start(&desk).await;
    let _app = desk.start(&["--hidden"]);
    desk.limitless().await;
    let ada = json!({ "name": "Ada", "numbers": [{ "number": ANSWERS }] });
    desk.ask(Method::POST, "/api/v1/people", Some(ada)).await;
    talk(&desk).await;
    notifications.wait_for(2).await;
    desk.ring("dinner", BUSY).await;
    let calls = desk.wait_for_calls("it is busy", |calls| calls[0]["ended"] == true).await;
    let [busy, over] = [0, 1].map(|at| calls[at]["summary"].as_str().unwrap());
    let told = notifications.wait_for(3).await;
    assert_eq!(told, [silent("Ada", "Answered"), silent("Ada", over), silent(BUSY_SHOWN, busy)]);
}

#[tokio::test]
async fn only_what_was_chosen_is_told_and_heard_if_that_was_chosen_too() {
    let desk = Desk::new();
    desk.prefer(&json!({ "notify": false, "notify_answered": false, "notify_sound": true }));
    let notifications = NotificationServer::start(&desk).await;
    let _host = TrayHost::start(&desk).await;
    let _app = desk.start(&["--hidden"]);
    desk.limitless().await;
    talk(&desk).await;
    desk.ring("dinner", BUSY).await;
    let told = notifications.wait_for(1).await;
    assert_eq!(told.len(), 1, "news come in order, so nothing was told of the call before: {told:#?}");
    assert_eq!((told[0].title.as_str(), told[0].sound.as_deref()), (BUSY_SHOWN, Some("message-new-instant")));
}
