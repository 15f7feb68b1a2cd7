//! The README's screenshots, made by driving the real program: `./dev pictures`.

use std::path::Path;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::driver::Window;

async fn seed(desk: &Desk) {
    let person = |name: &str, may_call: bool, numbers: Value| {
        let body = json!({ "name": name, "may_call": may_call, "numbers": numbers });
        desk.ask(Method::POST, "/api/v1/people", Some(body))
    };
    let number = |number: &str, label: &str| json!({ "number": number, "label": label });
    person("Ada Lovelace", true, json!([number("+15005550114", "mobile"), number("+442079460018", "home")]))
        .await;
    person("Charles Babbage", false, json!([number("+4930901820", "work")])).await;
    person("Grace Hopper", true, json!([number("+15005550100", "mobile")])).await;
    let block = json!({ "note": "asked not to be called" });
    desk.ask(Method::PUT, "/api/v1/blocked-numbers/+15005550119", Some(block)).await;
    let quick = |protocol: &str, number: &str| json!({ "protocol": protocol, "number": number });
    let items = json!([quick("dinner", "+15005550114"), quick("hello", "+15005550100")]);
    desk.ask(Method::PUT, "/api/v1/quick-dials", Some(json!({ "items": items }))).await;
    desk.ring("hello", "+15005550110").await;
    desk.ring("protocol1", "+15005550100").await;
    desk.wait_for_calls("they are over", |calls| calls.iter().all(|call| call["ended"] == true)).await;
    desk.ring("dinner", "+15005550114").await;
    desk.wait_for_calls("somebody talks", |calls| calls[0]["status"] == "in-progress").await;
}

async fn picture(window: &Window, name: &str) {
    // Clicks scrolled the page, and screenshots begin at the top.
    window.page.execute("scrollTo(0, 0)", Vec::new()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(900)).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    std::fs::write(folder.join(name), window.page.screenshot().await.unwrap()).unwrap();
}

#[tokio::test]
#[ignore = "writes into docs/pictures: ./dev pictures"]
async fn pictures_of_the_window() {
    let desk = Desk::with_keyring();
    desk.prefer(&json!({ "welcomed": true, "theme": "light" }));
    let window = Window::open(&desk, &["--sandbox-speed", "2"]).await;
    seed(&desk).await;
    window.fill("#number", "+15005550100").await;
    window.find_text("aside", "In call").await;
    picture(&window, "window.png").await;
    window.click("a", "People").await;
    window.find_text("button", "Blocked numbers").await;
    picture(&window, "people.png").await;
    window.click("a", "Settings").await;
    window.click("label", "Dark").await;
    window.find_text("h2", "Twilio account").await;
    picture(&window, "settings.png").await;
    window.close().await;
}
