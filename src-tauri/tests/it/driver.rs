//! Clicks in the real window, by WebDriver.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::desk::{Desk, Ending, PATIENCE, program, spawn, wait_until};

/// How long a program may take to end by itself.
const GRACE: Duration = Duration::from_secs(5);

/// The window's page, driven.
pub(crate) struct Window {
    pub(crate) page: Client,
    /// The program, which the driver started.
    app: Vec<u32>,
    _driver: Ending,
}

impl Drop for Window {
    fn drop(&mut self) {
        for id in &self.app {
            let _ = Command::new("kill").args(["-9", &id.to_string()]).stderr(Stdio::null()).status();
        }
        // Whoever starts it again must not find it.
        wait_until("the program is gone", || !self.app.iter().any(|id| runs(*id)));
    }
}

fn runs(id: u32) -> bool {
    // A program that ended stays in the list, as a zombie, until its parent has noticed.
    std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn children(of: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{of}/task")).into_iter().flatten();
    let lists =
        threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
}

impl Window {
    /// Starts the program with a window that can be driven.
    pub(crate) async fn open(desk: &Desk, arguments: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut driver = desk.command("WebKitWebDriver");
        driver.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true").stdout(Stdio::null());
        let driver = spawn(&mut driver);
        let options = json!({ "binary": program(), "args": arguments });
        let capabilities =
            [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect::<serde_json::Map<_, _>>();
        let begun = Instant::now();
        loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            let url = format!("http://127.0.0.1:{port}");
            let connected = tokio::time::timeout(PATIENCE, builder.connect(&url)).await;
            match connected.expect("a window to drive comes in time") {
                Ok(page) => return Self { page, app: children(driver.0.id()), _driver: driver },
                Err(error) => assert!(begun.elapsed() < PATIENCE, "no window to drive: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Waits for something of the page, named as CSS names it.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let wait = self.page.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        match wait {
            Ok(element) => element,
            Err(error) => panic!("{css}: {error}\n{}", self.text().await),
        }
    }

    /// Waits for something that reads so.
    pub(crate) async fn find_text(&self, tag: &str, text: &str) -> Element {
        let path = format!("//{tag}[contains(normalize-space(.), \"{text}\")]");
        let wait = self.page.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await;
        match wait {
            Ok(element) => element,
            Err(error) => panic!("{path}: {error}\n{}", self.text().await),
        }
    }

    /// Clicks what reads so.
    pub(crate) async fn click(&self, tag: &str, text: &str) {
        let element = self.find_text(tag, text).await;
        let begun = Instant::now();
        // A message that passes by may lie over it.
        while let Err(error) = self.click_in_sight(&element).await {
            assert!(begun.elapsed() < PATIENCE, "{tag} \"{text}\": {error}\n{}", self.text().await);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn click_in_sight(&self, element: &Element) -> Result<(), CmdError> {
        let scroll = "arguments[0].scrollIntoView({ block: 'center' })";
        self.page.execute(scroll, vec![serde_json::to_value(element)?]).await?;
        element.click().await
    }

    /// Types into a field, in the place of what stands there.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// All that can be read.
    pub(crate) async fn text(&self) -> String {
        let text = self.page.execute("return document.body.innerText", Vec::new()).await;
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Waits until a script of the page says so.
    pub(crate) async fn wait_until(&self, what: &str, script: &str) {
        let begun = Instant::now();
        while self.page.execute(script, Vec::new()).await.ok() != Some(Value::Bool(true)) {
            assert!(begun.elapsed() < PATIENCE, "it never came to this: {what}\n{}", self.text().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Closes the window, and with it the program unless it stays in a tray; then it is ended from outside.
    pub(crate) async fn close(self) {
        let _ = tokio::time::timeout(PATIENCE, self.page.clone().close()).await;
        let begun = Instant::now();
        // It may be writing its last words down.
        while begun.elapsed() < GRACE && self.app.iter().any(|id| runs(*id)) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
