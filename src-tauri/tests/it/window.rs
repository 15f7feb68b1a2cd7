//! Through the real window, from the first start to the history.

use fantoccini::key::Key;

use crate::desk::Desk;
use crate::driver::Window;

#[tokio::test]
async fn somebody_dials_watches_hangs_up_and_finds_the_call() {
    let desk = Desk::new();
    let window = Window::open(&desk, &[]).await;
    window.find_text("header", "Sandbox.").await;
    window.click("label", "Dinner is ready").await;
    window.fill("#number", "+15005550100").await;
    window.find("#number").await.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
    // The bridge's channel brings the news.
    for station in ["Queued", "Ringing", "Talking"] {
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
    window.close().await;
}
