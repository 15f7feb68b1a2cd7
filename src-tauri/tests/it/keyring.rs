//! Credentials in the window's Settings: stored in a real keyring, read again, deleted; and without a keyring.

use std::net::TcpListener;

use futures::StreamExt as _;
use zbus::{Connection, MessageStream, connection};

use crate::desk::{Desk, spawn, wait_for_end};
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

/// An address of this machine where nothing listens, so that no test asks Twilio.
fn nobody_answers() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn open_settings(desk: &Desk, arguments: &[&str]) -> Window {
    let window = Window::open(desk, arguments).await;
    window.click("a", "Settings").await;
    window.find_text("h2", "Twilio account").await;
    window
}

/// Enters an account that can't be tested, because nobody answers in Twilio's place.
async fn connect_anyway(desk: &Desk, window: &Window) {
    window.find_text("p", "No account connected.").await;
    window.click("button", "Connect an account").await;
    window.fill("#sid", SID).await;
    window.fill("#token", TOKEN).await;
    window.click("form//button", "Connect").await;
    window.find_text("form//button", "Connect anyway").await;
    assert_eq!(kept(desk, "twilio"), "", "an account that was not tested is not kept without a word");
    window.click("form//button", "Connect anyway").await;
    window.find_text("p", "It’s used once you make real calls.").await;
}

#[tokio::test]
async fn an_account_is_kept_tried_and_forgotten_and_never_shown() {
    let desk = Desk::with_keyring();
    let nobody = ["--twilio-api-base", &nobody_answers()];
    let window = open_settings(&desk, &nobody).await;
    connect_anyway(&desk, &window).await;
    let secret = kept(&desk, "twilio");
    assert!(secret.contains(SID) && secret.contains(TOKEN), "the keyring has it");
    let page = window.page.source().await.unwrap();
    assert!(!page.contains(TOKEN) && !window.text().await.contains("hush"), "it is never shown again");
    window.close().await;

    let window = open_settings(&desk, &nobody).await;
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

/// A program that has the keyring's name and never answers.
async fn mute_keyring(desk: &Desk) -> (Connection, MessageStream) {
    let address = desk.bus_address.as_str();
    let connection = connection::Builder::address(address).unwrap().build().await.unwrap();
    let questions = MessageStream::from(&connection);
    connection.request_name("org.freedesktop.secrets").await.unwrap();
    (connection, questions)
}

/// As if the owner had chosen real calls.
fn choose_live(desk: &Desk) {
    std::fs::write(desk.data_dir().join("choices.json"), r#"{"mode": "live"}"#).unwrap();
}

#[tokio::test]
async fn a_keyring_that_never_answers_leaves_the_sandbox_and_a_way_to_try_again() {
    let desk = Desk::new();
    choose_live(&desk);
    let _mute = mute_keyring(&desk).await;
    let window = Window::open(&desk, &[]).await;
    window.find_text("header", "Sandbox.").await;
    window.click("a", "Settings").await;
    let said = window.find_text("div[@role='alert']", "could not be used").await.text().await.unwrap();
    assert!(said.contains("does not answer") && said.contains("Try again"), "{said}");
    window.find_text("div[@role='alert']", "The keyring isn’t available").await;
    window.close().await;
}

#[tokio::test]
async fn a_program_that_waits_for_the_keyring_ends_when_it_is_told_to() {
    let desk = Desk::new();
    choose_live(&desk);
    let (_mute, mut questions) = mute_keyring(&desk).await;
    let log = desk.data_dir().join("said");
    let mut app = spawn(desk.app().stderr(std::fs::File::create(&log).unwrap()));
    let asks_keyring = |message: &zbus::Message| {
        let header = message.header();
        header.destination().is_some_and(|name| name.as_str() == "org.freedesktop.secrets")
            || header.interface().is_some_and(|name| name.as_str().contains("Secret"))
            || header.member().is_some_and(|name| name.as_str() == "OpenSession")
    };
    while !asks_keyring(&questions.next().await.unwrap().unwrap()) {}
    let asked = std::process::Command::new("kill").arg(app.0.id().to_string()).status().unwrap();
    assert!(asked.success());
    let status = wait_for_end("it ends", &mut app.0);
    assert!(status.success(), "{status}");
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(!said.contains("could not be used"), "it waited for the keyring's answer first: {said}");
    assert!(!desk.data_dir().join("owner.json").exists());
}

const CHOSEN_SANDBOX: &str = "return document.querySelector('input[name=mode]:checked')?.value === 'sandbox'";

#[tokio::test]
async fn without_an_account_real_calls_are_not_offered() {
    let desk = Desk::with_keyring();
    let window = open_settings(&desk, &[]).await;
    window.click("label", "Real, through Twilio").await;
    window.find_text("p[@role='status']", "Connect a Twilio account first").await;
    window.wait_until("the sandbox is still chosen", CHOSEN_SANDBOX).await;
    assert!(window.page.find(fantoccini::Locator::Css("dialog[open]")).await.is_err(), "nothing is asked");
    window.close().await;
}

#[tokio::test]
async fn a_no_leaves_each_choice_as_it_was() {
    let desk = Desk::with_keyring();
    let window = open_settings(&desk, &["--twilio-api-base", &nobody_answers()]).await;
    connect_anyway(&desk, &window).await;
    window.click("label", "Real, through Twilio").await;
    window.click("dialog//button", "Cancel").await;
    window.wait_until("the sandbox is still chosen", CHOSEN_SANDBOX).await;
    window.find_text("p[@role='status']", "Twilio").await;

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
    let window = open_settings(&desk, &[]).await;
    let said =
        window.find_text("div[@role='alert']", "The keyring isn’t available").await.text().await.unwrap();
    assert!(said.contains("TWILIO_SID"), "{said}");
    let keep = window.find_text("button", "Connect an account").await;
    assert_eq!(keep.attr("disabled").await.unwrap().as_deref(), Some("true"), "nothing can be kept");
    window.close().await;
}
