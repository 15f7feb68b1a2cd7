//! Drives the real window by WebDriver.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::desk::{Desk, Ending, PATIENCE, program, spawn, wait_until};

const GRACE: Duration = Duration::from_secs(5);
const STARTS: u32 = 4;

pub(crate) struct Window {
    pub(crate) page: Client,
    /// The process ids of the program, which the driver started.
    app: Vec<u32>,
    _driver: Ending,
}

impl Drop for Window {
    fn drop(&mut self) {
        end(&self.app);
    }
}

/// Kills a program, so that the next start doesn't find it.
fn end(app: &[u32]) {
    for id in app {
        let _ = Command::new("kill").args(["-9", &id.to_string()]).stderr(Stdio::null()).status();
    }
    wait_until("the program is gone", || !app.iter().any(|id| runs(*id)));
}

struct Driver {
    process: Ending,
    port: u16,
}

fn start_driver(desk: &Desk) -> Driver {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut driver = desk.command("WebKitWebDriver");
    driver.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true").stdout(Stdio::null());
    Driver { process: spawn(&mut driver), port }
}

async fn connect(port: u16, arguments: &[&str]) -> Client {
    let options = json!({ "binary": program(), "args": arguments });
    let capabilities =
        [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect::<serde_json::Map<_, _>>();
    loop {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.clone());
        if let Ok(page) = builder.connect(&format!("http://127.0.0.1:{port}")).await {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn runs(id: u32) -> bool {
    // A program that ended stays a zombie until its parent has noticed.
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
    /// The driver gives the program a port that was free a moment ago; if another program has taken it since, the
    /// window can't be driven, and both start again.
    pub(crate) async fn open(desk: &Desk, arguments: &[&str]) -> Self {
        for _ in 0..STARTS {
            let driver = start_driver(desk);
            let connected = tokio::time::timeout(PATIENCE / 2, connect(driver.port, arguments)).await;
            let app = children(driver.process.0.id());
            if let Ok(page) = connected {
                return Self { page, app, _driver: driver.process };
            }
            end(&app);
        }
        panic!("no window to drive");
    }

    pub(crate) async fn find(&self, css: &str) -> Element {
        let wait = self.page.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        match wait {
            Ok(element) => element,
            Err(error) => panic!("{css}: {error}\n{}", self.text().await),
        }
    }

    pub(crate) async fn find_text(&self, tag: &str, text: &str) -> Element {
        let path = format!("//{tag}[contains(normalize-space(.), \"{text}\")]");
        let wait = self.page.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await;
        match wait {
            Ok(element) => element,
            Err(error) => panic!("{path}: {error}\n{}", self.text().await),
        }
    }

    pub(crate) async fn click(&self, tag: &str, text: &str) {
        let element = self.find_text(tag, text).await;
        let begun = Instant::now();
        // A passing notification may cover it.
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

    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    pub(crate) async fn text(&self) -> String {
        let text = self.page.execute("return document.body.innerText", Vec::new()).await;
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    pub(crate) async fn wait_until(&self, what: &str, script: &str) {
        let begun = Instant::now();
        while self.page.execute(script, Vec::new()).await.ok() != Some(Value::Bool(true)) {
            assert!(begun.elapsed() < PATIENCE, "it never came to this: {what}\n{}", self.text().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Closes the window, and so the program unless it stays in a tray; then it is killed.
    pub(crate) async fn close(self) {
        let _ = tokio::time::timeout(PATIENCE, self.page.clone().close()).await;
        let begun = Instant::now();
        // It may still be writing.
        while begun.elapsed() < GRACE && self.app.iter().any(|id| runs(*id)) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
