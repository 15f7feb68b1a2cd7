//! A person who pressed 9 is called again only if the owner allows it in the window.

use crate::desk::Desk;
use crate::driver::Window;

/// Presses 9 in the middle of the message (a number of the sandbox).
const NINE: &str = "+15005550128";

#[tokio::test]
async fn who_pressed_9_is_called_again_only_after_a_question() {
    let desk = Desk::new();
    let window = Window::open(&desk, &[]).await;
    window.find("#number").await;
    desk.limitless().await;
    desk.ring("dinner", NINE).await;
    let calls = desk.wait_for_calls("they pressed 9", |calls| calls[0]["opted_out"] == true).await;
    assert_eq!(calls.len(), 1);

    let ring_once_more = async || {
        window.click("a", "Dial").await;
        window.click("label", "Dinner is ready").await;
        window.fill("#number", NINE).await;
        window.find("#number").await.send_keys("\u{e007}").await.unwrap();
    };
    ring_once_more().await;
    window.find_text("*[@role='alert']", "pressed 9 to opt out").await;
    assert_eq!(desk.calls().await.len(), 1, "nothing left this machine");

    window.click("a", "People").await;
    window.click("button", "Blocked numbers").await;
    window.find("button[aria-label*='500 555 0128']").await.click().await.unwrap();
    window.find_text("dialog", "illegal in many countries").await;
    window.click("dialog//button", "Cancel").await;
    ring_once_more().await;
    window.find_text("*[@role='alert']", "pressed 9 to opt out").await;

    window.click("a", "People").await;
    window.click("button", "Blocked numbers").await;
    window.find("button[aria-label*='500 555 0128']").await.click().await.unwrap();
    window.click("dialog//button", "They asked to be called").await;
    window.find_text("main", "No blocked numbers").await;
    ring_once_more().await;
    // Their earlier consent no longer counts, so the program asks again.
    window.find_text("dialog", "Do they know you").await;
    window.click("dialog//button", "They know me and have agreed to this").await;
    desk.wait_for_calls("it rings", |calls| calls.len() == 2).await;
    window.close().await;
}
