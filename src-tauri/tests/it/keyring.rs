//! Credentials in the window's Settings: stored in a real keyring, read again, deleted; and without a keyring.

use crate::desk::Desk;
use crate::driver::Window;

const SID: &str = "AC00000000000000000000000000000001";
const TOKEN: &str = "hush-hush-token";

/// Reads the keyring directly, not through the program.
fn kept(desk: &Desk, entry: &str) -> String {
    let mut ask = desk.command("secret-tool");
    let found = ask.args(["lookup", "service", "benspamsphones", "username", entry]).output();
    let found = found.unwrap_or_else(|error| panic!("secret-tool, which ./dev setup installs: {error}"));
    String::from_utf8(found.stdout).unwrap()
}

async fn open_settings(desk: &Desk) -> Window {
    let window = Window::open(desk, &[]).await;
    window.click("a", "Settings").await;
    window.find_text("h2", "Twilio account").await;
    window
}

#[tokio::test]
async fn an_account_is_kept_tried_and_forgotten_and_never_shown() {
    let desk = Desk::with_keyring();
    let window = open_settings(&desk).await;
    window.find_text("p", "No account connected.").await;
    window.click("button", "Connect an account").await;
    window.fill("#sid", SID).await;
    window.fill("#token", TOKEN).await;
    window.click("form//button", "Connect").await;
    window.find_text("p", "It’s used once you make real calls.").await;
    let secret = kept(&desk, "twilio");
    assert!(secret.contains(SID) && secret.contains(TOKEN), "the keyring has it");
    let page = window.page.source().await.unwrap();
    assert!(!page.contains(TOKEN) && !window.text().await.contains("hush"), "it is never shown again");
    window.close().await;

    let window = open_settings(&desk).await;
    window.find_text("button", "Replace").await;
    window.click("button", "Disconnect").await;
    window.click("dialog//button", "Cancel").await;
    window.wait_until("the question is gone", "return document.querySelector('dialog[open]') === null").await;
    assert!(kept(&desk, "twilio").contains(SID), "no is no");
    window.click("button", "Disconnect").await;
    window.click("dialog//button", "Disconnect").await;
    window.find_text("p", "No account connected.").await;
    assert_eq!(kept(&desk, "twilio"), "");
    window.close().await;
    for file in desk.logs() {
        assert!(!std::fs::read_to_string(&file).unwrap().contains("hush"), "{}", file.display());
    }
}

#[tokio::test]
async fn a_no_leaves_each_choice_as_it_was() {
    let desk = Desk::with_keyring();
    let window = open_settings(&desk).await;
    window.click("label", "Real, through Twilio").await;
    window.click("dialog//button", "Cancel").await;
    let sandbox = "return document.querySelector('input[name=mode]:checked')?.value === 'sandbox'";
    window.wait_until("the sandbox is still chosen", sandbox).await;

    let deletion = fantoccini::Locator::Css("label.keep select");
    window.page.find(deletion).await.unwrap().select_by_value("3").await.unwrap();
    window.click("dialog//button", "Cancel").await;
    let forever = "return document.querySelector('label.keep select').value === ''";
    window.wait_until("calls are still kept", forever).await;
    window.close().await;
}

#[tokio::test]
async fn without_a_keyring_the_window_says_why_and_what_to_do() {
    let desk = Desk::new();
    let window = open_settings(&desk).await;
    let said =
        window.find_text("div[@role='alert']", "The keyring isn’t available").await.text().await.unwrap();
    assert!(said.contains("TWILIO_SID"), "{said}");
    let keep = window.find_text("button", "Connect an account").await;
    assert_eq!(keep.attr("disabled").await.unwrap().as_deref(), Some("true"), "nothing can be kept");
    window.close().await;
}
