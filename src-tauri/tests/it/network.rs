//! The owner's Settings in the window: sharing on the network, and access.

use benspamsphones_app::data_dir::OwnerFile;
use reqwest::Method;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::driver::Window;

const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e/browser/node_modules/axe-core/axe.min.js");

async fn open_settings(desk: &Desk) -> Window {
    let window = Window::open(desk, &[]).await;
    window.click("a", "Settings").await;
    window.find_text("h2", "Phones, programs and browsers").await;
    window
}

#[tokio::test]
async fn sharing_is_one_switch_and_a_phone_joins_and_is_put_out() {
    let desk = Desk::new();
    let window = open_settings(&desk).await;
    window.find_text("p", "Only this computer can open it").await;
    window.click("button", "Add a phone").await;
    window.find_text("dialog//p", "can’t reach this computer yet").await;
    window.click("dialog//button", "Done").await;

    window.click("label", "Share on my network").await;
    window.find_text("p", "Open one of these").await;
    let shown = window.text().await;
    assert!(shown.contains(".local:") && shown.contains("https://"), "{shown}");
    window.find_text("button", "Save the certificate").await;
    window.click("button", "Add a phone").await;
    window.find("dialog img").await;
    window.click("dialog//button", "Done").await;

    let code = desk.ask(Method::POST, "/api/v1/pairings", None).await["code"].clone();
    let joined =
        desk.ask(Method::POST, "/api/v1/pair", Some(json!({"code": code, "name": "Ada's phone"}))).await;
    assert!(joined["token"].as_str().is_some_and(|token| token.starts_with("bsp_")));
    window.find_text("li", "Ada's phone").await;
    window.find("[aria-label=\"Revoke Ada's phone\"]").await.click().await.unwrap();
    window.click("dialog//button", "Revoke").await;
    window.find_text("p", "None yet.").await;

    let url = OwnerFile::read(&desk.data_dir()).unwrap().unwrap().url;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..7 {
        let guess = client.get(url.join("/api/call").unwrap()).basic_auth("user", Some("guess"));
        assert!(guess.send().await.unwrap().status().is_client_error());
    }
    window.find_text("li", "wrong name or password, ").await;
    window.click("button", "Unlock").await;
    window.find_text("p", "None so far.").await;
    window.close().await;
}

#[tokio::test]
async fn axe_finds_nothing_in_the_owners_settings() {
    let axe = std::fs::read_to_string(AXE)
        .unwrap_or_else(|error| panic!("axe-core, which ./dev test brings for the browser's tests: {error}"));
    let desk = Desk::new();
    let window = open_settings(&desk).await;
    desk.ask(Method::POST, "/api/v1/devices", Some(json!({"name": "backup script"}))).await;
    window.find_text("li", "backup script").await;
    window.click("button", "Connect an account").await;
    for theme in ["Dark", "Light"] {
        window.click("label", theme).await;
        window.wait_until("the colours have changed", "return document.getAnimations().length === 0").await;
        // What is half under the banner counts as small.
        window.page.execute("scrollTo(0, 0)", Vec::new()).await.unwrap();
        let looking = format!(
            "{axe}; const tell = arguments[arguments.length - 1];
            const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
            window.axe.run({{ runOnly: rules }}).then(
                (found) => tell(found.violations.map(({{ id, nodes }}) => [id, nodes.map((node) => node.failureSummary)])),
                (error) => tell(String(error)));"
        );
        let found = window.page.execute_async(&looking, Vec::new()).await.unwrap();
        assert_eq!(found, Value::Array(Vec::new()), "{theme}: {found:#}");
    }
    window.close().await;
}
