//! The real window, from the first start to the history.

use fantoccini::key::Key;

use crate::desk::Desk;
use crate::driver::Window;
use crate::tray_host::TrayHost;

#[tokio::test]
async fn a_newcomer_edits_a_protocol_dials_watches_hangs_up_and_finds_the_call() {
    let desk = Desk::new();
    let window = Window::open(&desk, &[]).await;
    window.find_text("header", "Sandbox.").await;
    window.find_text("section", "Welcome to your switchboard").await;
    window.click("button", "Got it").await;

    window.click("a", "Protocols").await;
    window.find("a[aria-label^='Edit Dinner is ready']").await.click().await.unwrap();
    window.fill("#name", "Dinner is served").await;
    window.click("button", "Save").await;
    window.find_text("h1", "Protocols").await;
    window.click("a", "Dial").await;
    window.click("label", "Dinner is served").await;

    window.fill("#number", "+15005550100").await;
    window.find("#number").await.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
    window.find_text("dialog", "Do they know you").await;
    window.click("dialog//button", "They know me and have agreed to this").await;
    for station in ["Waiting", "Ringing", "In call"] {
        let lamps = "document.querySelectorAll('aside li:not(.ahead):not(.skipped)')";
        let lit = format!("return [...{lamps}].some(it => it.textContent.includes('{station}'))");
        window.wait_until(station, &lit).await;
    }
    window.click("button", "Hang up").await;
    let calls =
        desk.wait_for_calls("it is over", |calls| calls.iter().all(|call| call["ended"] == true)).await;
    assert_eq!(calls.len(), 1, "one click, one call: {calls:#?}");
    assert_eq!(calls[0]["to"], "+15005550100");
    window.click("a", "Calls").await;
    window.find_text("main", "500 555 0100").await;
    window.find_text("main", "Dinner is served").await;
    window.close().await;

    let window = Window::open(&desk, &[]).await;
    window.click("label", "Dinner is served").await;
    assert!(!window.text().await.contains("Welcome to your switchboard"));
    window.close().await;
}

#[tokio::test]
async fn the_tray_counts_down_in_the_window_and_cancel_rings_nobody() {
    let desk = Desk::new();
    let host = TrayHost::start(&desk).await;
    let window = Window::open(&desk, &[]).await;
    window.find("#number").await;
    desk.ring("dinner", "+15005550110").await;
    desk.wait_for_calls("the line is busy", |calls| calls[0]["ended"] == true).await;
    host.choose("Call +1 500 555 0110").await;
    window.find_text("dialog", "Calling").await;
    window.click("dialog//button", "Cancel").await;
    window
        .wait_until("the countdown is gone", "return document.querySelector('dialog[open]') === null")
        .await;
    assert_eq!(desk.calls().await.len(), 1, "what was cancelled rings nobody");
    host.choose("Call +1 500 555 0110").await;
    window.find_text("dialog", "Calling").await;
    // No click: the call starts after three seconds. The owner can override the limit, each time.
    window.find_text("dialog", "less than 10 minutes ago").await;
    window.click("dialog//button", "Call just this once").await;
    let calls = desk.wait_for_calls("it rings", |calls| calls.len() == 2).await;
    assert_eq!((&calls[0]["to"], &calls[0]["asked_by"]), (&"+15005550110".into(), &"window".into()));
    window.close().await;
}
